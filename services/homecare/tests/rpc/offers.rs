//! Offers: type, ceiling and terms, one by one and of a whole year, and what becomes of them.

use contract::{
    common,
    homecare::{self as proto, ExcludedTreatment, NoOfferReason, event::Fact, preview_offers_response::Part},
    registration,
};
use futures::{StreamExt, TryStreamExt};
use homecare::feed::Agreements;
use runtime::follow::{Followed, Follower};
use testkit::{Engine, on_both_engines};
use tonic::{Code, Request, Status};

use crate::{
    benchmark::{exclude, fit, imported},
    support::*,
};

/// The best, the second and the last in the benchmark.
const BEST: &str = "41410001";
const LAST: &str = "41410003";

fn money(cents: i64) -> Option<common::Money> {
    Some(common::Money { cents })
}

fn number(text: &str) -> Option<common::Decimal> {
    Some(common::Decimal { value: text.to_owned() })
}

/// A million that was reached, with an hours agreement of 14.0 that was met.
fn previous(kind: proto::AgreementType) -> proto::PreviousTerms {
    proto::PreviousTerms {
        r#type: kind.into(),
        ceiling: money(100_000_000),
        hours_per_client_month: number("14.0"),
        first_year: 2024,
        tariffs: vec![tariff("1000", TARIFF)],
    }
}

fn inputs(agb: &str) -> proto::OfferInputs {
    proto::OfferInputs {
        agb: agb.to_owned(),
        previous: Some(previous(proto::AgreementType::Standard)),
        turnover: money(100_000_000),
        forecast: money(100_000_000),
        realised_hours: number("14.0"),
        clients: Some(80),
        index_percentage: number("7.77"),
        ..Default::default()
    }
}

fn prepare(year: i32, run_id: &str, inputs: proto::OfferInputs) -> proto::PrepareOfferRequest {
    proto::PrepareOfferRequest { office: "vgz".to_owned(), year, run_id: run_id.to_owned(), inputs: Some(inputs) }
}

async fn prepared(
    world: &World,
    year: i32,
    run_id: &str,
    inputs: proto::OfferInputs,
) -> Result<proto::PrepareOfferResponse, Status> {
    Ok(world.client().prepare_offer(prepare(year, run_id, inputs)).await?.into_inner())
}

fn told(reply: &proto::PrepareOfferResponse) -> Vec<&str> {
    reply.explanation.as_ref().unwrap().steps.iter().map(|step| step.text_en.as_str()).collect()
}

fn ceiling(reply: &proto::PrepareOfferResponse) -> i64 {
    reply.terms.as_ref().unwrap().ceiling.unwrap().cents
}

/// A service with three providers that were measured in 2024, and a run for 2025.
async fn benchmarked(engine: Engine) -> (World, String) {
    let (world, table) = imported(engine).await;
    let run = fit(&world, &table.table_id).await.unwrap();
    (world, run.run_id)
}

/// What is stated of the three providers for 2025.
fn stated() -> Vec<proto::OfferInputs> {
    let of = |agb: &str| proto::OfferInputs {
        agb: agb.to_owned(),
        turnover: money(100_000_000),
        forecast: money(100_000_000),
        realised_hours: number("12.5"),
        clients: Some(80),
        index_percentage: number("7.77"),
        ..Default::default()
    };
    vec![of(BEST), proto::OfferInputs { hours_per_client_month: number("12"), ..of("41410002") }, of(LAST)]
}

async fn preview(
    world: &World,
    run_id: &str,
    providers: Vec<proto::OfferInputs>,
) -> Result<(Vec<proto::OfferRow>, proto::OfferTotals), Status> {
    let request =
        proto::PreviewOffersRequest { office: "vgz".to_owned(), year: 2025, run_id: run_id.to_owned(), providers };
    let parts: Vec<_> = world.client().preview_offers(request).await?.into_inner().try_collect().await?;
    let (mut rows, mut totals) = (Vec::new(), None);
    for part in parts {
        match part.part.unwrap() {
            Part::Row(row) => rows.push(row),
            Part::Totals(all) => totals = Some(all),
        }
    }
    Ok((rows, totals.unwrap()))
}

fn make(world: &World, run_id: &str, sha256: &str) -> proto::MakeOffersRequest {
    proto::MakeOffersRequest {
        request_id: world.id(),
        office: "vgz".to_owned(),
        year: 2025,
        run_id: run_id.to_owned(),
        providers: stated(),
        offers_sha256: sha256.to_owned(),
    }
}

/// Makes the offers of 2025 and gives them, by provider.
async fn made(world: &World, run_id: &str) -> Vec<proto::CeilingOffer> {
    let (_, totals) = preview(world, run_id, stated()).await.unwrap();
    let proposed = world.client().make_offers(make(world, run_id, &totals.offers_sha256)).await.unwrap().into_inner();
    world.take(&proposed.proposal.unwrap().proposal_id).await;
    offers(world, 2025).await
}

async fn offers(world: &World, year: i32) -> Vec<proto::CeilingOffer> {
    let request = proto::ListOffersRequest { office: "vgz".to_owned(), year, ..Default::default() };
    world.client().list_offers(request).await.unwrap().into_inner().offers
}

async fn accept(world: &World, offer_id: &str) -> Result<proto::AcceptOfferResponse, Status> {
    let request = proto::AcceptOfferRequest { request_id: world.id(), offer_id: offer_id.to_owned() };
    Ok(world.client().accept_offer(request).await?.into_inner())
}

async fn respond(world: &World, offer_id: &str) -> Result<proto::CeilingOffer, Status> {
    let response = "the hours are too few".to_owned();
    let request = proto::RespondToOfferRequest { request_id: world.id(), offer_id: offer_id.to_owned(), response };
    Ok(world.client().respond_to_offer(request).await?.into_inner().offer.unwrap())
}

fn revise(world: &World, offer: &proto::CeilingOffer, cents: i64) -> proto::ReviseOfferRequest {
    let terms = offer.terms.clone().unwrap();
    proto::ReviseOfferRequest {
        request_id: world.id(),
        offer_id: offer.offer_id.clone(),
        ceiling: money(cents),
        hours_per_client_month: terms.hours_per_client_month,
        clients: terms.clients,
        tariffs: terms.tariffs,
        motivation: "two clients more".to_owned(),
    }
}

/// A sole proprietor that meets every condition in 2024.
fn sole() -> proto::OfferInputs {
    let previous =
        proto::PreviousTerms { ceiling: money(4_000_000), first_year: 2023, ..previous(proto::AgreementType::Zzp) };
    proto::OfferInputs {
        previous: Some(previous),
        forecast: money(4_000_000),
        index_percentage: None,
        sole_proprietor: Some(proto::SoleProprietor {
            level: 4,
            clients: 5,
            clients_of_others: true,
            quality_mark: true,
            nurse_agreement: true,
        }),
        ..inputs(BEST)
    }
}

on_both_engines! {
    async fn hom_03_the_ceilings_of_plus_and_standard_come_out_to_the_cent(engine) {
        let (world, run) = benchmarked(engine).await;
        let plus = prepared(&world, 2025, &run, inputs(BEST)).await.unwrap();
        let terms = plus.terms.clone().unwrap();
        assert_eq!((terms.r#type(), ceiling(&plus)), (proto::AgreementType::Plus, 107_770_000));
        assert_eq!(terms.tariffs, [tariff("1000", 7_841)]);
        let place = terms.benchmark.unwrap();
        assert_eq!((place.rank, place.providers, place.run_id.as_str()), (1, 3, run.as_str()));
        let about: Vec<&str> = terms.texts.iter().map(|text| text.about.as_str()).collect();
        assert_eq!(about, ["benchmark", "innovation_budget", "anders_werken"]);

        let fewer = proto::OfferInputs { hours_per_client_month: number("13.3"), ..inputs(LAST) };
        let standard = prepared(&world, 2025, &run, fewer).await.unwrap();
        assert_eq!(standard.terms.as_ref().unwrap().r#type(), proto::AgreementType::Standard);
        assert_eq!(ceiling(&standard), 102_381_500);
        assert_eq!(told(&standard)[..7], [
            "The forecast of the year before is EUR 1,000,000.00: EUR 1,000,000.00 is stated.",
            "At an expected turnover of EUR 1,000,000.00 the benchmark counts: place 3 of 3 is not among the best 25%: standard.",
            "What is agreed is at most 13.3 hours per client per month: 13.3.",
            "The forecast of EUR 1,000,000.00 reaches the ceiling of EUR 1,000,000.00 of the year before and the hours agreement was met (14.0 realised, 14.0 agreed): the base is EUR 1,000,000.00.",
            "The base of EUR 1,000,000.00 with an index of 7.77% is EUR 1,077,700.00, rounded to the cent.",
            "The improvement from 14.0 to 13.3 hours per client per month lowers the ceiling of EUR 1,077,700.00 to EUR 1,023,815.00.",
            "Product 1000: the integral tariff of EUR 72.76 with an index of 7.77%, lowered by EUR 0.00 for night care, is EUR 78.41.",
        ]);

        // A broken hours agreement never raises the base.
        let broken = proto::OfferInputs { forecast: money(120_000_000), realised_hours: number("14.01"), ..inputs(BEST) };
        let broken = prepared(&world, 2025, &run, broken).await.unwrap();
        assert_eq!(told(&broken)[3], "At a forecast of EUR 1,200,000.00 against a ceiling of EUR 1,000,000.00 of the year before, with 14.01 hours realised and 14.0 agreed, the base is the lower of both: EUR 1,000,000.00.");
        assert_eq!(ceiling(&broken), 107_770_000);
        let short = proto::OfferInputs { forecast: money(90_000_000), ..inputs(BEST) };
        assert_eq!(ceiling(&prepared(&world, 2025, &run, short).await.unwrap()), 96_993_000);
        assert_eq!(offers(&world, 2025).await, []);
    }

    async fn hom_01_a_quarter_million_is_for_whoever_follows_the_client(engine) {
        let (world, run) = benchmarked(engine).await;
        for (cents, kind) in [
            (24_999_999, proto::AgreementType::ClientFollowing),
            (25_000_000, proto::AgreementType::ClientFollowing),
            (25_000_001, proto::AgreementType::Plus),
        ] {
            let reply = prepared(&world, 2025, &run, proto::OfferInputs { turnover: money(cents), ..inputs(BEST) }).await;
            assert_eq!(reply.unwrap().terms.unwrap().r#type(), kind, "{cents}");
        }
        // Above it the benchmark counts, and who is not in it can't be told.
        let reply = prepared(&world, 2025, "", inputs(BEST)).await.unwrap();
        assert_eq!((reply.reason(), reply.missing), (NoOfferReason::InputsMissing, vec!["benchmark".to_owned()]));
    }

    async fn hom_01_a_sole_proprietor_gets_its_own_agreement_until_2025(engine) {
        let world = World::open(engine).await;
        let reply = prepared(&world, 2024, "", sole()).await.unwrap();
        let terms = reply.terms.clone().unwrap();
        assert_eq!((terms.r#type(), ceiling(&reply), terms.negotiable), (proto::AgreementType::Zzp, 4_310_800, false));
        assert_eq!(terms.texts, []);
        assert!(told(&reply).contains(&"A zzp offer is not responded to: no."));

        let nothing = proto::SoleProprietor { level: 3, clients: 4, ..Default::default() };
        let reply = prepared(&world, 2024, "", proto::OfferInputs { sole_proprietor: Some(nothing), ..sole() }).await.unwrap();
        let unmet = ["level", "clients", "clients_of_others", "quality_mark", "nurse_agreement"];
        assert_eq!((reply.reason(), reply.missing), (NoOfferReason::ZzpConditions, unmet.map(str::to_owned).to_vec()));
        // At level 6 no nurse is needed.
        let mut alone = sole();
        alone.sole_proprietor = alone.sole_proprietor.map(|one| proto::SoleProprietor { level: 6, nurse_agreement: false, ..one });
        assert!(prepared(&world, 2024, "", alone).await.unwrap().terms.is_some());

        let new = proto::OfferInputs { previous: None, ..sole() };
        assert_eq!(prepared(&world, 2024, "", new).await.unwrap().reason(), NoOfferReason::ZzpClosed);
        assert_eq!(prepared(&world, 2025, "", sole()).await.unwrap().reason(), NoOfferReason::ZzpEnded);
        let untold = proto::OfferInputs { sole_proprietor: None, ..sole() };
        assert_eq!(prepared(&world, 2024, "", untold).await.unwrap().missing, ["sole_proprietor"]);
    }

    async fn hom_01_whoever_is_excluded_gets_what_the_purchaser_decides(engine) {
        let (world, run) = benchmarked(engine).await;
        let proposed = world.client().exclude_from_benchmark(exclude(&world, BEST)).await.unwrap().into_inner();
        world.take(&proposed.proposal.unwrap().proposal_id).await;
        // What the rules say where nothing else is decided.
        let reply = prepared(&world, 2025, &run, inputs(BEST)).await.unwrap();
        assert_eq!(reply.terms.as_ref().unwrap().r#type(), proto::AgreementType::ClientFollowing);
        assert_eq!((ceiling(&reply), reply.terms.unwrap().benchmark), (25_000_000, None));
        let decided = |treatment: ExcludedTreatment, cut: Option<&str>| {
            let (treatment, motivation) = (treatment.into(), "wound care only".to_owned());
            let choice = proto::ExcludedChoice { treatment, cut_percentage: cut.and_then(number), motivation };
            proto::OfferInputs { excluded: Some(choice), ..inputs(BEST) }
        };
        let none = prepared(&world, 2025, &run, decided(ExcludedTreatment::None, None)).await.unwrap();
        assert_eq!((none.terms.as_ref(), none.reason()), (None, NoOfferReason::Excluded));
        assert_eq!(told(&none)[1], "The provider is excluded from the benchmark. Decided is none: wound care only. That gives none.");
        let lowered = prepared(&world, 2025, &run, decided(ExcludedTreatment::Lowered, Some("10"))).await.unwrap();
        assert_eq!(lowered.terms.as_ref().unwrap().r#type(), proto::AgreementType::Standard);
        assert_eq!(ceiling(&lowered), 96_993_000);
        let more = prepared(&world, 2025, &run, decided(ExcludedTreatment::Lowered, Some("10.01"))).await.unwrap_err();
        assert_eq!(wrong_fields(&more), ["inputs.excluded.cut_percentage"]);
        let untold = prepared(&world, 2025, &run, decided(ExcludedTreatment::Lowered, None)).await.unwrap();
        assert_eq!(untold.missing, ["excluded.cut_percentage"]);
    }

    async fn hom_01_a_plus_agreement_of_2023_runs_on_in_2024(engine) {
        let world = World::open(engine).await;
        let of = |first_year| {
            let previous = proto::PreviousTerms { first_year, ..previous(proto::AgreementType::Plus) };
            proto::OfferInputs { previous: Some(previous), index_percentage: None, ..inputs(BEST) }
        };
        // No benchmark is asked, and the index is that of the policy.
        let reply = prepared(&world, 2024, "", of(2023)).await.unwrap();
        assert_eq!((reply.terms.as_ref().unwrap().r#type(), ceiling(&reply)), (proto::AgreementType::Plus, 107_770_000));
        assert_eq!(told(&reply)[1], "The plus agreement of 2023 runs 2 years and continues: plus.");
        let reply = prepared(&world, 2025, "", of(2024)).await.unwrap();
        assert_eq!(reply.missing, ["benchmark"]);
    }

    async fn hom_03_client_following_is_standardised_and_blends_the_hours(engine) {
        let world = World::open(engine).await;
        let of = |cents, hours: &str| {
            let kind = proto::AgreementType::ClientFollowing;
            let terms = proto::PreviousTerms { ceiling: money(cents), hours_per_client_month: number(hours), ..previous(kind) };
            proto::OfferInputs { previous: Some(terms), turnover: money(cents), forecast: money(cents), realised_hours: number("9"), ..inputs(BEST) }
        };
        // An agreement of somebody else counts in the mean: (16 + 10) / 2 = 13, and (10 + 13) / 2 = 11.5.
        let request = proto::ConcludeAgreementRequest {
            agb: LAST.to_owned(),
            r#type: proto::AgreementType::ClientFollowing.into(),
            hours_per_client_month: number("16"),
            ..world.agreement(2024, 9_000_000)
        };
        world.client().conclude_agreement(request).await.unwrap();
        let reply = prepared(&world, 2025, "", of(10_000_000, "10")).await.unwrap();
        assert_eq!((ceiling(&reply), reply.terms.as_ref().unwrap().hours_per_client_month.clone()), (10_777_000, number("11.5")));
        assert_eq!(told(&reply)[2], "The own hours agreement of 10 counts for 50% and the mean of 13 over 2 client_following agreements for the rest: 11.5.");
        let most = prepared(&world, 2025, "", of(24_000_000, "10")).await.unwrap();
        assert_eq!(ceiling(&most), 25_000_000);
        // Who had no agreement gets the most and the mean.
        let new = proto::OfferInputs { previous: None, turnover: money(0), forecast: None, realised_hours: None, tariffs: vec![tariff("1000", 7_000)], ..inputs(BEST) };
        let reply = prepared(&world, 2025, "", new).await.unwrap();
        assert_eq!((ceiling(&reply), reply.terms.unwrap().hours_per_client_month), (25_000_000, number("16")));
    }

    async fn hom_03_growth_and_night_care_are_motivated(engine) {
        let (world, run) = benchmarked(engine).await;
        let growth = proto::Growth { raise: money(5_000_000), clients: 4, hours_per_client_month: number("13"), motivation: "two teams".to_owned() };
        let grown = |agb| proto::OfferInputs { growth: Some(growth.clone()), ..inputs(agb) };
        assert_eq!(ceiling(&prepared(&world, 2025, &run, grown(BEST)).await.unwrap()), 112_770_000);
        let wrong = prepared(&world, 2025, &run, grown(LAST)).await.unwrap_err();
        assert_eq!(wrong_fields(&wrong), ["inputs.growth"]);
        let correction = proto::NightCareCorrection { ceiling: money(770_000), tariff: money(41), motivation: "settlement 5508".to_owned() };
        let reply = prepared(&world, 2025, &run, proto::OfferInputs { night_care: Some(correction), ..inputs(BEST) }).await.unwrap();
        assert_eq!((ceiling(&reply), reply.terms.clone().unwrap().tariffs), (107_000_000, vec![tariff("1000", 7_800)]));
        let text = "The ceiling of EUR 1,077,700.00 is lowered by EUR 7,700.00 for unplannable night care (settlement 5508): EUR 1,070,000.00.";
        assert!(told(&reply).contains(&text), "{:#?}", told(&reply));
    }

    async fn hom_04_what_a_preview_showed_is_made_by_four_eyes(engine) {
        let (world, run) = benchmarked(engine).await;
        let (rows, totals) = preview(&world, &run, stated()).await.unwrap();
        let seen: Vec<_> = rows.iter().map(|row| (row.agb.as_str(), row.terms.as_ref().unwrap().r#type(), row.difference.unwrap().cents)).collect();
        assert_eq!(seen, [
            (BEST, proto::AgreementType::Plus, 7_770_000),
            ("41410002", proto::AgreementType::Standard, 3_459_200),
            (LAST, proto::AgreementType::Standard, 7_770_000),
        ]);
        assert_eq!((totals.offers, totals.retyped, totals.without_offer), (3, 1, 0));
        assert_eq!((totals.ceilings.unwrap().cents, totals.previous_ceilings.unwrap().cents), (318_999_200, 300_000_000));
        let plus = &totals.types[0];
        assert_eq!((plus.offers, plus.previous_agreements, totals.types[1].previous_agreements), (1, 0, 3));
        // Who is not named is in it as well, without what nobody knows.
        let (rows, _) = preview(&world, &run, Vec::new()).await.unwrap();
        assert_eq!((rows.len(), rows[0].missing.clone()), (3, vec!["realised_hours".to_owned(), "index_percentage".to_owned()]));

        let request = make(&world, &run, &totals.offers_sha256);
        let proposed = world.client().make_offers(request).await.unwrap().into_inner();
        assert_eq!((proposed.totals.unwrap(), offers(&world, 2025).await), (totals.clone(), vec![]));
        let proposal = proposed.proposal.unwrap();
        assert_eq!(proposal.summary, "3 aanbiedingen voor 2025, samen € 3.189.992,00 tegen € 3.000.000,00 in het jaar ervoor; 0 zorgaanbieders zonder aanbod");
        world.take(&proposal.proposal_id).await;
        let made = offers(&world, 2025).await;
        assert_eq!(made.len(), 3);
        assert!(world.explained(&made[1].decision_id).await.contains(&"Offered is a standard agreement with at most 12 hours per client per month, 80 clients and a ceiling of EUR 1,034,592.00.".to_owned()));
        let request = proto::GetOfferRequest { offer_id: made[0].offer_id.clone() };
        assert_eq!(world.client().get_offer(request).await.unwrap().into_inner().offer.as_ref(), Some(&made[0]));
    }

    async fn hom_04_offers_that_would_be_others_now_are_not_made(engine) {
        let (world, run) = benchmarked(engine).await;
        let (_, totals) = preview(&world, &run, stated()).await.unwrap();
        let request = make(&world, &run, &totals.offers_sha256);
        let proposed = world.client().make_offers(request).await.unwrap().into_inner().proposal.unwrap();
        // Somebody else comes to have an agreement of the year before.
        let another = proto::ConcludeAgreementRequest { agb: "41410009".to_owned(), ..world.agreement(2024, 5) };
        world.client().conclude_agreement(another).await.unwrap();
        let stale = world.client().make_offers(make(&world, &run, &totals.offers_sha256)).await.unwrap_err();
        assert_eq!(refused(&stale), (Code::FailedPrecondition, "OFFERS_STALE".to_owned()));
        let mut take = Request::new(proto::DecideProposalRequest {
            request_id: world.id(),
            proposal_id: proposed.proposal_id,
            verdict: common::Verdict::Take.into(),
            motivation: "seen".to_owned(),
        });
        take.metadata_mut().insert("zorginkoop-identity", "second".parse().unwrap());
        let stale = world.client().decide_proposal(take).await.unwrap_err();
        assert_eq!(refused(&stale).1, "OFFERS_STALE");
        assert_eq!(offers(&world, 2025).await, []);
    }

    async fn hom_04_an_offer_is_responded_to_revised_and_accepted(engine) {
        let (world, run) = benchmarked(engine).await;
        let made = made(&world, &run).await;
        let first = respond(&world, &made[0].offer_id).await.unwrap();
        assert_eq!(first.response, "the hours are too few");
        // More is offered at once, less by four eyes.
        let more = world.client().revise_offer(revise(&world, &first, 110_000_000)).await.unwrap().into_inner();
        let second = more.offer.unwrap();
        assert_eq!((second.number, second.terms.as_ref().unwrap().ceiling.unwrap().cents), (2, 110_000_000));
        let text = "After negotiation (two clients more) a plus agreement is offered with at most 12.5 hours per client per month, 80 clients and a ceiling of EUR 1,100,000.00; it was EUR 1,077,700.00.";
        assert_eq!(world.explained(&second.decision_id).await[0], text);
        let closed = accept(&world, &first.offer_id).await.unwrap_err();
        assert_eq!(refused(&closed), (Code::FailedPrecondition, "OFFER_CLOSED".to_owned()));
        let less = world.client().revise_offer(revise(&world, &second, 109_000_000)).await.unwrap().into_inner();
        assert_eq!(less.offer, None);
        world.take(&less.proposal.unwrap().proposal_id).await;
        let last = offers(&world, 2025).await.pop().unwrap();
        assert_eq!((last.number, last.state()), (3, proto::CeilingOfferState::Open));

        let accepted = accept(&world, &last.offer_id).await.unwrap();
        let agreement = accepted.agreement.unwrap();
        assert_eq!((agreement.r#type(), agreement.ceiling.unwrap().cents), (proto::AgreementType::Plus, 109_000_000));
        assert_eq!(accepted.offer.unwrap().agreement_id, agreement.agreement_id);
        let request = proto::ListAgreementsRequest { office: "vgz".to_owned(), year: 2025, ..Default::default() };
        assert_eq!(world.client().list_agreements(request).await.unwrap().into_inner().agreements, std::slice::from_ref(&agreement));
        let mut events = world.client().watch(proto::WatchRequest { after_sequence: 3, ..Default::default() }).await.unwrap().into_inner();
        assert_eq!(events.next().await.unwrap().unwrap().event.unwrap().fact, Some(Fact::AgreementConcluded(agreement)));
        let again = accept(&world, &last.offer_id).await.unwrap_err();
        assert_eq!(refused(&again).1, "OFFER_CLOSED");
        // Who has an agreement is offered nothing more.
        let (rows, totals) = preview(&world, &run, stated()).await.unwrap();
        assert_eq!((rows[0].reason(), totals.offers), (NoOfferReason::AgreementExists, 2));
    }

    async fn hom_04_client_following_never_goes_over_the_most(engine) {
        let (world, run) = benchmarked(engine).await;
        let mut providers = stated();
        providers[0].turnover = money(20_000_000);
        let (_, totals) = preview(&world, &run, providers.clone()).await.unwrap();
        let request = proto::MakeOffersRequest { providers, ..make(&world, &run, &totals.offers_sha256) };
        let proposed = world.client().make_offers(request).await.unwrap().into_inner().proposal.unwrap();
        world.take(&proposed.proposal_id).await;
        let offer = &offers(&world, 2025).await[0];
        let wrong = world.client().revise_offer(revise(&world, offer, 25_000_001)).await.unwrap_err();
        assert_eq!(wrong_fields(&wrong), ["ceiling"]);
    }

    async fn hom_04_who_gets_no_offer_is_told_why(engine) {
        let world = World::open(engine).await;
        world.clock.set("2023-10-01T10:00:00Z".parse().unwrap());
        let mut failing = sole();
        failing.sole_proprietor = failing.sole_proprietor.map(|one| proto::SoleProprietor { clients: 4, ..one });
        let unknown = proto::OfferInputs { agb: LAST.to_owned(), ..Default::default() };
        let providers = vec![failing, unknown];
        let request = proto::PreviewOffersRequest { office: "vgz".to_owned(), year: 2024, run_id: String::new(), providers: providers.clone() };
        let parts: Vec<_> = world.client().preview_offers(request).await.unwrap().into_inner().try_collect().await.unwrap();
        let Some(Part::Totals(totals)) = parts.last().unwrap().part.clone() else { panic!("{parts:?}") };
        assert_eq!((totals.offers, totals.without_offer), (0, 2));
        let request = proto::MakeOffersRequest { year: 2024, providers, ..make(&world, "", &totals.offers_sha256) };
        let proposed = world.client().make_offers(request).await.unwrap().into_inner().proposal.unwrap();
        world.take(&proposed.proposal_id).await;
        // About the one of whom nothing is known, nothing is decided.
        let request = proto::ListOfferRefusalsRequest { office: "vgz".to_owned(), year: 2024, ..Default::default() };
        let refusals = world.client().list_offer_refusals(request).await.unwrap().into_inner().refusals;
        assert_eq!((refusals.len(), refusals[0].reason(), refusals[0].missing.clone()), (1, NoOfferReason::ZzpConditions, vec!["clients".to_owned()]));
        let told = world.explained(&refusals[0].decision_id).await;
        assert_eq!(told.last().unwrap(), "Not met: clients. No offer.");
    }

    async fn hom_04_an_offer_lapses_after_its_last_moment(engine) {
        let world = World::open(engine).await;
        world.clock.set("2023-10-01T10:00:00Z".parse().unwrap());
        let standing = proto::OfferInputs {
            previous: Some(proto::PreviousTerms { first_year: 2023, ..previous(proto::AgreementType::Plus) }),
            ..inputs(LAST)
        };
        let providers = vec![sole(), standing];
        let request = proto::PreviewOffersRequest { office: "vgz".to_owned(), year: 2024, run_id: String::new(), providers: providers.clone() };
        let parts: Vec<_> = world.client().preview_offers(request).await.unwrap().into_inner().try_collect().await.unwrap();
        let Some(Part::Totals(totals)) = parts.last().unwrap().part.clone() else { panic!("{parts:?}") };
        let request = proto::MakeOffersRequest { year: 2024, providers, ..make(&world, "", &totals.offers_sha256) };
        let proposed = world.client().make_offers(request).await.unwrap().into_inner().proposal.unwrap();
        world.take(&proposed.proposal_id).await;
        let made = offers(&world, 2024).await;
        // A sole proprietor has no window to respond in.
        assert_eq!((made[0].respond_until_time, made[1].respond_until_time.map(|time| time.seconds)), (None, Some(utc("2023-11-03 16:00:00"))));
        assert_eq!(made[0].accept_until_time.map(|time| time.seconds), Some(utc("2023-12-22 16:00:00")));
        let fixed = respond(&world, &made[0].offer_id).await.unwrap_err();
        assert_eq!(refused(&fixed), (Code::FailedPrecondition, "OFFER_NOT_NEGOTIABLE".to_owned()));
        let fixed = world.client().revise_offer(revise(&world, &made[0], 5_000_000)).await.unwrap_err();
        assert_eq!(refused(&fixed).1, "OFFER_NOT_NEGOTIABLE");
        world.clock.set("2023-11-03T16:00:00Z".parse().unwrap());
        respond(&world, &made[1].offer_id).await.unwrap();
        world.clock.set("2023-11-03T16:00:01Z".parse().unwrap());
        let late = respond(&world, &made[1].offer_id).await.unwrap_err();
        assert_eq!(refused(&late).1, "RESPONSE_CLOSED");

        world.clock.set("2023-12-22T16:00:00Z".parse().unwrap());
        accept(&world, &made[0].offer_id).await.unwrap();
        world.clock.set("2023-12-22T16:00:01Z".parse().unwrap());
        let late = accept(&world, &made[1].offer_id).await.unwrap_err();
        assert_eq!(refused(&late), (Code::FailedPrecondition, "OFFER_LAPSED".to_owned()));
        assert!(late.message().contains("(HOM-04)") && late.message().contains(&made[1].decision_id), "{late}");
        let states: Vec<_> = offers(&world, 2024).await.iter().map(|offer| offer.state()).collect();
        assert_eq!(states, [proto::CeilingOfferState::Accepted, proto::CeilingOfferState::Lapsed]);
    }

    async fn hom_04_an_agreement_of_registration_accepts_the_open_offer(engine) {
        let (world, run) = benchmarked(engine).await;
        let made = made(&world, &run).await;
        let nobody = tonic::transport::Channel::from_static("http://127.0.0.1:9").connect_lazy();
        let client = registration::registration_service_client::RegistrationServiceClient::new(runtime::peer(
            "homecare", nobody,
        ));
        let mut follower = Agreements { client, ids: runtime::Ids::random() };
        let concluded = |agb: &str, sector: common::Sector| registration::Event {
            fact: Some(registration::event::Fact::AgreementConcluded(registration::Agreement {
                agreement_id: "1".to_owned(),
                office: "vgz".to_owned(),
                sector: sector.into(),
                agb: agb.to_owned(),
                period: Some(common::Period { first_day: Some(common::Date { year: 2025, month: 1, day: 1 }), last_day: None }),
                ..Default::default()
            })),
            ..Default::default()
        };
        let recorded = world.clock.now();
        // Other sectors and providers without an offer are nothing to it, and twice is once.
        let events = [
            concluded(BEST, common::Sector::Gz),
            concluded("41410009", common::Sector::HomeCare),
            concluded(BEST, common::Sector::HomeCare),
            concluded(BEST, common::Sector::HomeCare),
        ];
        for (sequence, event) in (1..).zip(events) {
            let mut tx = world.db.write().await.unwrap();
            follower.apply(&mut tx, &Followed { sequence, recorded, trace_parent: String::new(), event }).await.unwrap();
            tx.commit(recorded).await.unwrap();
        }
        let request = proto::ListAgreementsRequest { office: "vgz".to_owned(), year: 2025, ..Default::default() };
        let agreements = world.client().list_agreements(request).await.unwrap().into_inner().agreements;
        assert_eq!((agreements.len(), agreements[0].ceiling.unwrap().cents), (1, 107_770_000));
        let now = offers(&world, 2025).await;
        assert_eq!((now[0].state(), &now[0].agreement_id), (proto::CeilingOfferState::Accepted, &agreements[0].agreement_id));
        assert_eq!(now[1..], made[1..]);
    }

    async fn hom_04_every_wrong_field_is_named(engine) {
        let world = World::open(engine).await;
        let wrong = proto::OfferInputs {
            agb: "4141".to_owned(),
            previous: Some(proto::PreviousTerms::default()),
            forecast: money(-1),
            realised_hours: number("1.234"),
            clients: Some(-1),
            night_care: Some(proto::NightCareCorrection::default()),
            ..Default::default()
        };
        let providers = vec![inputs(BEST), inputs(BEST), wrong];
        let status = preview(&world, "", providers).await.unwrap_err();
        assert_eq!(wrong_fields(&status), [
            "providers[1].agb", "providers[2].agb", "providers[2].previous.type", "providers[2].previous.ceiling",
            "providers[2].previous.hours_per_client_month", "providers[2].previous.first_year", "providers[2].forecast",
            "providers[2].realised_hours", "providers[2].clients", "providers[2].night_care.ceiling",
            "providers[2].night_care.tariff", "providers[2].night_care.motivation",
        ]);
        let request = proto::ReviseOfferRequest { request_id: "1".to_owned(), clients: -1, ..Default::default() };
        let status = world.client().revise_offer(request).await.unwrap_err();
        assert_eq!(wrong_fields(&status), ["request_id", "offer_id", "ceiling", "hours_per_client_month", "clients", "tariffs", "motivation"]);
    }
}
