//! Rounds: frozen inputs, simulations that are compared, the reallocation, and rounds computed again.

use chrono::TimeDelta;
use contract::{budget as proto, common};
use testkit::on_both_engines;

use crate::{
    click::{after, forecasts, reason, settle, worked},
    office::{Line, VGZ, cents, claim_file, money},
};

const REALLOCATION: proto::RoundKind = proto::RoundKind::Reallocation;

on_both_engines! {
    async fn bud_07_what_comes_in_later_changes_nothing_in_a_round(engine) {
        let mut office = worked(engine).await;
        let first = office.simulated(proto::RoundKind::Click, true).await.unwrap().simulation.unwrap();
        office.clock.advance(TimeDelta::hours(1));
        // A late claim, and tariffs imported and agreed anew.
        let file = claim_file("41410001", "LATE", &[("late", Line::stay(4))]);
        assert_eq!(office.submit(&file).await.unwrap().0.granted_lines, 1);
        office.import_tariffs().await;
        office.agree("41410001", 2023, "100.0").await;
        office.caught_up().await;
        let request = proto::SimulateRoundRequest {
            request_id: office.id(),
            round_id: first.round_id.clone(),
            choices: Some(proto::RoundChoices { fund_overproduction: true }),
        };
        let second = office.budget.simulate_round(request).await.unwrap().into_inner().simulation.unwrap();
        assert_eq!((second.number, second.totals), (2, first.totals));
        let proposed = office.propose(&second).await.unwrap().proposal.unwrap();
        office.take(&proposed).await;

        office.clock.advance(TimeDelta::days(30));
        let file = claim_file("41410001", "LATER", &[("later", Line::hours(35, "2023-01-03", "2023-01-03"))]);
        assert_eq!(office.submit(&file).await.unwrap().0.granted_lines, 1);
        let request = proto::ReplayRoundRequest { round_id: first.round_id.clone() };
        let replay = office.budget.replay_round(request).await.unwrap().into_inner();
        assert!(replay.same && replay.differing_agbs.is_empty());
        assert_eq!(after(&office.providers(&second).await), [425_000_000, 270_000_000, 285_000_000]);
        office.close().await;
    }

    async fn bud_07_two_simulations_are_compared_by_provider(engine) {
        let mut office = worked(engine).await;
        let funded = office.simulated(proto::RoundKind::Click, true).await.unwrap().simulation.unwrap();
        let request = proto::SimulateRoundRequest {
            request_id: office.id(),
            round_id: funded.round_id.clone(),
            choices: Some(proto::RoundChoices { fund_overproduction: false }),
        };
        let not = office.budget.simulate_round(request).await.unwrap().into_inner().simulation.unwrap();
        let request = proto::CompareSimulationsRequest {
            simulation_id: funded.simulation_id.clone(),
            other_simulation_id: not.simulation_id.clone(),
        };
        let compared = office.budget.compare_simulations(request).await.unwrap().into_inner();
        assert_eq!((compared.simulation, compared.other), (Some(funded), Some(not)));
        let found: Vec<_> = compared
            .differences
            .iter()
            .map(|one| (one.agb.as_str(), cents(&one.after), cents(&one.other_after)))
            .collect();
        assert_eq!(found, [("41410001", 425_000_000, 400_000_000), ("41410003", 285_000_000, 260_000_000)]);
        office.close().await;
    }

    async fn bud_07_a_forecast_or_room_that_changed_since_asks_for_a_new_round(engine) {
        let mut office = worked(engine).await;
        let simulation = office.simulated(proto::RoundKind::Click, true).await.unwrap().simulation.unwrap();
        settle(&mut office, ("41410001", proto::RoundKind::Click), 431_000_000).await;
        assert_eq!(reason(&office.propose(&simulation).await.unwrap_err()), "ROUND_STALE");
        let simulation = office.simulated(proto::RoundKind::Click, true).await.unwrap().simulation.unwrap();
        let proposal = office.propose(&simulation).await.unwrap().proposal.unwrap();
        let request = proto::ReleaseReserveRequest {
            request_id: office.id(),
            office: VGZ.to_owned(),
            year: 2023,
            amount: money(1),
            motivation: "continuity".to_owned(),
        };
        office.budget.release_reserve(request).await.unwrap();
        let mut request = tonic::Request::new(proto::DecideProposalRequest {
            request_id: office.id(),
            proposal_id: proposal.proposal_id,
            verdict: common::Verdict::Take.into(),
            motivation: "seen".to_owned(),
        });
        request.metadata_mut().insert("zorginkoop-identity", "second".parse().unwrap());
        assert_eq!(reason(&office.budget.decide_proposal(request).await.unwrap_err()), "ROUND_STALE");
        assert_eq!(cents(&office.lot(None).await.agreed), 960_000_000);
        office.close().await;
    }

    async fn bud_10_the_reallocation_agrees_products_and_deploys_the_reserve(engine) {
        let mut office = worked(engine).await;
        office.commit_round(proto::RoundKind::Click).await;
        office.set("2023-03-10");
        let lines = [
            ("r1", Line::hours(70, "2023-01-03", "2023-01-03")),
            ("r2", Line { product: "Z053", unit: 14, tariff: 25_110, quantity: 4, begin: "2023-02-01", end: "2023-02-04", credits: None }),
        ];
        let file = claim_file("41410001", "F1", &lines);
        assert_eq!(office.submit(&file).await.unwrap().0.granted_lines, 2);
        office.set("2023-09-20");
        let made = forecasts(&mut office, REALLOCATION).await;
        // 70 hours in 7 months are 120; 4 days of 212 are 6.89 of 365, at 251.10.
        assert_eq!(cents(&made[0].office_forecast), 120 * 6_794 + 173_008);
        for (agb, forecast) in [("41410001", 500_000_000), ("41410002", 250_000_000), ("41410003", 260_000_000)] {
            settle(&mut office, (agb, REALLOCATION), forecast).await;
        }
        office.set("2023-10-02");
        let (_, simulation) = office.commit_round(REALLOCATION).await;
        // The reserve counts: 1,000 is available for 425 + 250 + 260, so that 65 of 75 goes to the one that grew.
        let providers = office.providers(&simulation).await;
        assert_eq!(after(&providers), [490_000_000, 250_000_000, 260_000_000]);
        let products = &providers[0].products;
        assert_eq!(products.iter().map(|one| cents(&one.amount)).sum::<i64>(), 490_000_000);
        assert_eq!(products.iter().map(|one| one.product.as_str()).collect::<Vec<_>>(), ["H126", "Z053"]);
        let lot = office.lot(None).await;
        assert_eq!([&lot.reserve, &lot.agreed, &lot.free].map(cents), [0, 1_000_000_000, 0]);
        // After it no click can change anything.
        assert_eq!(reason(&office.simulated(proto::RoundKind::Click, true).await.unwrap_err()), "ROUND_COMMITTED");
        office.close().await;
    }

    async fn bud_10_who_delivered_without_a_budget_is_not_let_into_the_reallocation_without_an_agreement(engine) {
        let mut office = worked(engine).await;
        office.commit_round(proto::RoundKind::Click).await;
        office.contract("41410004").await;
        office.caught_up().await;
        let file = claim_file("41410004", "F1", &[("r1", Line::hours(70, "2023-02-03", "2023-02-03"))]);
        assert_eq!(office.submit(&file).await.unwrap().0.granted_lines, 1);
        office.set("2023-09-20");
        assert_eq!(forecasts(&mut office, REALLOCATION).await.len(), 4);
        for agb in ["41410001", "41410002", "41410003"] {
            settle(&mut office, (agb, REALLOCATION), 250_000_000).await;
        }
        settle(&mut office, ("41410004", REALLOCATION), 500_000).await;
        let simulation = office.simulated(REALLOCATION, true).await.unwrap().simulation.unwrap();
        assert_eq!(after(&office.providers(&simulation).await), [250_000_000, 250_000_000, 250_000_000, 0]);
        // What was agreed on innovation in September is let in, and nothing beside it.
        let request = proto::AgreeInnovationRequest {
            request_id: office.id(),
            office: VGZ.to_owned(),
            year: 2023,
            lot: proto::Lot::Zin.into(),
            agb: "41410004".to_owned(),
            products: vec![proto::InnovationProduct { product: "H126".to_owned(), amount: money(100_000) }],
            motivation: "a business case".to_owned(),
        };
        office.budget.agree_innovation(request).await.unwrap();
        office.set("2023-10-02");
        let (_, simulation) = office.commit_round(REALLOCATION).await;
        let new = office.providers(&simulation).await.remove(3);
        let found = [&new.before, &new.asked, &new.innovation, &new.after, &new.unfunded].map(cents);
        assert_eq!(found, [0, 600_000, 100_000, 100_000, 500_000]);
        assert_eq!(new.products.iter().map(|one| cents(&one.amount)).collect::<Vec<_>>(), [100_000]);
        let told = office.explain(&new.decision_id).await.steps;
        assert_eq!(told[1].rule_id, "BUD-10");
        assert_eq!(told[1].text_en, "The provider had no budget in the year: only an agreement on zinnige zorg & innovatie \
            can still enter the reallocation. Of EUR 6,000.00, EUR 1,000.00 counts.");
        office.close().await;
    }

    async fn bud_15_an_affordability_agreement_counts_in_the_next_click(engine) {
        let mut office = worked(engine).await;
        let request = proto::RecordAffordabilityRequest {
            request_id: office.id(),
            office: VGZ.to_owned(),
            year: 2023,
            agb: "41410001".to_owned(),
            budget: money(390_000_000),
            tariff_percentage: Some(common::Decimal { value: "99.5".to_owned() }),
            motivation: "agreed on 1 June".to_owned(),
        };
        office.budget.record_affordability(request).await.unwrap();
        let (_, simulation) = office.commit_round(proto::RoundKind::Click).await;
        let providers = office.providers(&simulation).await;
        // The forecast of 430 counts for 427.85; 60 is left over 390 + 270 + 260 for over-production of 37.85 and 30.
        assert_eq!(cents(&providers[0].asked), 427_850_000);
        assert_eq!(after(&providers).iter().sum::<i64>(), 980_000_000);
        let told: Vec<String> =
            office.explain(&providers[0].decision_id).await.steps.into_iter().map(|step| step.text_en).collect();
        assert_eq!(told[0], "By the affordability agreement the budget is not EUR 4,000,000.00 but EUR 3,900,000.00.");
        assert!(told[1].starts_with("By the affordability agreement 99.5% of the tariffs is paid"), "{}", told[1]);
        office.close().await;
    }
}
