//! Agreements on zinnige zorg & innovatie, and what else does not enter the reallocation any more (BUD-10).

use contract::budget as proto;
use testkit::{Engine, on_both_engines};
use tonic::{Code, Status};
use tonic_types::StatusExt;

use crate::support::*;

const FIRST: &str = "41410001";
const SECOND: &str = "41410002";
/// Who has no budget in the year.
const NEW: &str = "41410003";

/// In June with budgets of 392,000 each in a room of 1,000,000, of which 20,000 is kept apart.
async fn in_june(engine: Engine) -> World {
    let world = World::open(engine, ("vgz", 2023), 1_000_000).await;
    for agb in [FIRST, SECOND] {
        world.base(agb, &[("H1", 400_000)]).await.unwrap();
    }
    world.tariffs(NEW).await;
    world.committed(BASE).await;
    world.set("06-15");
    world
}

/// The same in September, with forecasts for the reallocation of 400,000 and 300,000.
async fn in_september(engine: Engine) -> World {
    let world = in_june(engine).await;
    world.set("09-20");
    assert_eq!(world.make_forecasts(REALLOCATION).await.len(), 2);
    world.forecast(FIRST, REALLOCATION, &[("H1", 400_000)]).await;
    world.forecast(SECOND, REALLOCATION, &[("H1", 300_000)]).await;
    world
}

fn request(world: &World, agb: &str, of: &[Of<'_>]) -> proto::AgreeInnovationRequest {
    let product =
        |(product, cents): &Of<'_>| proto::InnovationProduct { product: (*product).to_owned(), amount: money(*cents) };
    proto::AgreeInnovationRequest {
        request_id: world.id(),
        office: world.office(),
        year: 2023,
        lot: proto::Lot::Zin.into(),
        agb: agb.to_owned(),
        products: of.iter().map(product).collect(),
        motivation: "a neighbourhood team".to_owned(),
    }
}

async fn agree(world: &World, agb: &str, of: &[Of<'_>]) -> Result<proto::AgreeInnovationResponse, Status> {
    Ok(world.client().agree_innovation(request(world, agb, of)).await?.into_inner())
}

async fn listed(world: &World, page_size: i32, page_token: &str) -> proto::ListInnovationsResponse {
    let (office, page_token) = (world.office(), page_token.to_owned());
    let request = proto::ListInnovationsRequest { office, year: 2023, page_size, page_token };
    world.client().list_innovations(request).await.unwrap().into_inner()
}

fn amounts(agreements: &[proto::InnovationAgreement]) -> Vec<(String, i64)> {
    agreements.iter().map(|one| (one.agb.clone(), cents(&one.amount))).collect()
}

on_both_engines! {
    async fn bud_10_an_agreement_on_innovation_enters_the_reallocation_and_no_click(engine) {
        let world = in_june(engine).await;
        let asked = request(&world, SECOND, &[("H1", 10_000), ("V1", 5_000)]);
        let agreed = world.client().agree_innovation(asked.clone()).await.unwrap().into_inner();
        assert!(agreed.refusal.is_none() && agreed.proposal.is_none());
        assert_eq!(world.client().agree_innovation(asked).await.unwrap().into_inner(), agreed);
        assert_eq!(world.told(&agreed.decision_id).await, [
            "Laid down on 15 June 2023; that can be done until and including 30 September 2023: in time.",
            "H1: EUR 100.00 is agreed.",
            "V1: EUR 50.00 is agreed.",
            "The agreement on zinnige zorg & innovatie was EUR 0.00 and becomes EUR 150.00: a neighbourhood team",
        ]);
        world.make_forecasts(CLICK).await;
        world.forecast(FIRST, CLICK, &[("H1", 400_000)]).await;
        world.forecast(SECOND, CLICK, &[("H1", 392_000)]).await;
        let (_, providers) = world.committed(CLICK).await;
        assert_eq!(after(&providers), [400_000, 392_000]);
        assert_eq!(cents(&providers[1].innovation), 0);

        world.set("09-20");
        world.make_forecasts(REALLOCATION).await;
        world.forecast(FIRST, REALLOCATION, &[("H1", 400_000)]).await;
        world.forecast(SECOND, REALLOCATION, &[("H1", 300_000)]).await;
        world.set("10-05");
        let (simulated, providers) = world.committed(REALLOCATION).await;
        assert_eq!(after(&providers), [400_000, 315_000]);
        assert_eq!((cents(&providers[1].asked), cents(&providers[1].innovation)), (315_000, 15_000));
        let products: Vec<_> = providers[1].products.iter().map(|one| (one.product.as_str(), cents(&one.amount))).collect();
        assert_eq!(products, [("H1", 310_000), ("V1", 5_000)]);
        let told = english(simulated.explanation.unwrap());
        assert_eq!(told[1], "Beside the forecasts, the agreements on zinnige zorg & innovatie (1) ask EUR 150.00 together.");
        let own = world.told(&providers[1].decision_id).await;
        assert_eq!(own[0], "To the forecast of EUR 3,000.00 comes the agreement on zinnige zorg & innovatie of \
            EUR 150.00: EUR 3,150.00 is asked.");
    }

    async fn bud_10_innovation_stays_inside_the_contract_room_without_priority(engine) {
        let world = in_september(engine).await;
        agree(&world, FIRST, &[("H1", 400_000)]).await.unwrap();
        agree(&world, SECOND, &[("H1", 192_000)]).await.unwrap();
        let (simulated, providers) = world.committed(REALLOCATION).await;
        // 216,000 of the room is left over 784,000, for over-production of 408,000 and 100,000.
        let totals = simulated.simulation.unwrap().totals.unwrap();
        assert_eq!([&totals.available, &totals.asked, &totals.to_share].map(cents), [1_000_000, 1_292_000, 216_000]);
        assert_eq!(after(&providers), [565_480, 434_520]);
        assert_eq!(cents(&totals.left), 0);
    }

    async fn bud_10_who_has_no_budget_enters_with_what_was_agreed_on_innovation(engine) {
        let world = in_september(engine).await;
        agree(&world, NEW, &[("V1", 20_000)]).await.unwrap();
        let (_, providers) = world.committed(REALLOCATION).await;
        assert_eq!(after(&providers), [400_000, 300_000, 20_000]);
        let new = &providers[2];
        assert_eq!((new.agb.as_str(), cents(&new.before), new.outcome()), (NEW, 0, proto::RoundOutcome::Raised));
        assert_eq!(new.products.len(), 1);
        let request = proto::ListBudgetsRequest { office: world.office(), year: 2023, ..Default::default() };
        let budgets = world.client().list_budgets(request).await.unwrap().into_inner().budgets;
        assert_eq!((budgets[2].agb.as_str(), cents(&budgets[2].current), cents(&budgets[2].filed)), (NEW, 20_000, 0));
    }

    async fn bud_10_after_september_an_agreement_is_refused_on_record_and_the_earlier_one_stays(engine) {
        let world = in_september(engine).await;
        world.clock.set(moment("2023-09-30T21:59:59Z"));
        agree(&world, SECOND, &[("H1", 15_000)]).await.unwrap();
        world.clock.set(moment("2023-09-30T22:00:00Z"));
        let late = agree(&world, SECOND, &[("H1", 25_000)]).await.unwrap();
        let refusal = late.refusal.unwrap();
        assert_eq!((refusal.rule_id.as_str(), refusal.code.as_str()), ("BUD-10", "innovation_too_late"));
        assert_eq!(refusal.text_nl, "Vastgelegd op 1 oktober 2023: te laat. In verband met de herschikking kan een \
            afspraak over zinnige zorg & innovatie tot en met 30 september 2023.");
        assert_eq!(world.told(&late.decision_id).await, [refusal.text_en]);
        assert_eq!(cents(&late.agreement.unwrap().amount), 15_000);
        // Nor is anything withdrawn, or anybody new let in.
        assert!(agree(&world, SECOND, &[]).await.unwrap().refusal.is_some());
        let new = agree(&world, NEW, &[("H1", 1)]).await.unwrap();
        assert!(new.refusal.is_some() && new.agreement.is_none());
        let (_, providers) = world.committed(REALLOCATION).await;
        assert_eq!(after(&providers), [400_000, 315_000]);
        let status = agree(&world, SECOND, &[("H1", 25_000)]).await.unwrap_err();
        assert_eq!(refused(&status).1, "ROUND_COMMITTED");
    }

    async fn bud_10_less_than_before_takes_four_eyes_as_long_as_it_is_in_time(engine) {
        let world = in_september(engine).await;
        agree(&world, SECOND, &[("H1", 15_000)]).await.unwrap();
        let more = agree(&world, SECOND, &[("H1", 16_000)]).await.unwrap();
        assert_eq!((more.proposal, cents(&more.agreement.unwrap().amount)), (None, 16_000));
        let less = agree(&world, SECOND, &[("H1", 1_000)]).await.unwrap();
        assert!(less.decision_id.is_empty());
        assert_eq!(cents(&less.agreement.unwrap().amount), 16_000);
        let proposal = less.proposal.unwrap();
        assert_eq!(proposal.summary, "afspraak over zinnige zorg & innovatie met 41410002: € 10,00 in plaats van € 160,00");
        world.take(&proposal).await.unwrap();
        assert_eq!(amounts(&listed(&world, 0, "").await.agreements), [(SECOND.to_owned(), 1_000)]);
        // A withdrawal that somebody else sees too late is none.
        let withdrawn = agree(&world, SECOND, &[]).await.unwrap().proposal.unwrap();
        let again = agree(&world, SECOND, &[]).await.unwrap().proposal.unwrap();
        world.take(&withdrawn).await.unwrap();
        assert_eq!(amounts(&listed(&world, 0, "").await.agreements), []);
        assert_eq!(refused(&agree(&world, SECOND, &[]).await.unwrap_err()).0, Code::NotFound);
        agree(&world, SECOND, &[("H1", 15_000)]).await.unwrap();
        world.set("10-01");
        assert_eq!(refused(&world.take(&again).await.unwrap_err()).1, "PROPOSAL_STALE");
        assert_eq!(amounts(&listed(&world, 0, "").await.agreements), [(SECOND.to_owned(), 15_000)]);
    }

    async fn bud_10_an_agreement_that_changed_since_asks_for_a_new_round(engine) {
        let world = in_september(engine).await;
        for (agb, amount) in [(SECOND, 15_000), (SECOND, 15_000), (NEW, 1)] {
            let simulation = world.simulated(REALLOCATION).await.unwrap().simulation.unwrap();
            agree(&world, agb, &[("H1", amount)]).await.unwrap();
            assert_eq!(refused(&world.propose(&simulation).await.unwrap_err()).1, "ROUND_STALE", "{agb} {amount}");
        }
        // Also when the second eyes come after the change.
        let simulation = world.simulated(REALLOCATION).await.unwrap().simulation.unwrap();
        let proposal = world.propose(&simulation).await.unwrap();
        agree(&world, NEW, &[("H1", 2)]).await.unwrap();
        assert_eq!(refused(&world.take(&proposal).await.unwrap_err()).1, "ROUND_STALE");
        let (_, providers) = world.committed(REALLOCATION).await;
        assert_eq!(after(&providers), [400_000, 315_000, 2]);
    }

    async fn bud_10_agreements_come_in_pages_by_provider(engine) {
        let world = in_june(engine).await;
        for (agb, amount) in [(NEW, 3), (FIRST, 1), (SECOND, 2)] {
            agree(&world, agb, &[("H1", amount)]).await.unwrap();
        }
        let page = listed(&world, 2, "").await;
        assert_eq!(amounts(&page.agreements), [(FIRST.to_owned(), 1), (SECOND.to_owned(), 2)]);
        let page = listed(&world, 2, &page.next_page_token).await;
        assert_eq!(amounts(&page.agreements), [(NEW.to_owned(), 3)]);
        assert!(page.next_page_token.is_empty());
    }

    async fn bud_10_wrong_fields_are_all_named_and_a_product_needs_a_tariff(engine) {
        let world = in_june(engine).await;
        let wrong = proto::AgreeInnovationRequest {
            request_id: "1".to_owned(),
            lot: proto::Lot::Pgb.into(),
            agb: "x".to_owned(),
            motivation: String::new(),
            ..request(&world, FIRST, &[("H1", 0), ("H1", -1), ("too long", 1)])
        };
        let status = world.client().agree_innovation(wrong).await.unwrap_err();
        assert_eq!(status.code(), Code::InvalidArgument);
        let violations = status.get_error_details().bad_request().unwrap().field_violations.clone();
        let fields: Vec<String> = violations.into_iter().map(|violation| violation.field).collect();
        let expected = ["request_id", "lot", "agb", "products[0].amount", "products[1].amount", "products[2].product",
            "products", "motivation"];
        assert_eq!(fields, expected);
        let status = agree(&world, FIRST, &[("X9", 1)]).await.unwrap_err();
        assert_eq!(refused(&status), (Code::FailedPrecondition, "NO_TARIFF".to_owned()));
        let elsewhere = proto::AgreeInnovationRequest { year: 2022, ..request(&world, FIRST, &[("H1", 1)]) };
        assert_eq!(world.client().agree_innovation(elsewhere).await.unwrap_err().code(), Code::NotFound);
    }

    async fn bud_10_base_production_and_affordability_do_not_come_in_after_their_rounds(engine) {
        let world = in_june(engine).await;
        let status = world.base(NEW, &[("H1", 1)]).await.unwrap_err();
        assert_eq!(refused(&status), (Code::FailedPrecondition, "ROUND_COMMITTED".to_owned()));
        let affordable = |world: &World| proto::RecordAffordabilityRequest {
            request_id: world.id(),
            office: world.office(),
            year: 2023,
            agb: FIRST.to_owned(),
            budget: money(380_000),
            tariff_percentage: None,
            motivation: "test".to_owned(),
        };
        let before = affordable(&world);
        world.client().record_affordability(before).await.unwrap();
        world.make_forecasts(CLICK).await;
        for agb in [FIRST, SECOND] {
            world.forecast(agb, CLICK, &[("H1", 390_000)]).await;
        }
        world.committed(CLICK).await;
        let late = affordable(&world);
        let status = world.client().record_affordability(late).await.unwrap_err();
        assert_eq!(refused(&status), (Code::FailedPrecondition, "ROUND_COMMITTED".to_owned()));
    }
}
