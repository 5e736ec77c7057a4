//! Hardship requests through the calls (TAR-08): from a filing to an objection, and the step in the next quote.

use contract::{
    common::{Date, Money, Sector, Verdict},
    tariffing::{self as proto, HardshipObjectionState, HardshipState, HardshipTopic},
};
use testkit::on_both_engines;
use tonic::Code;

use crate::{
    hardship_support::{
        NEEDED, add, codes, complete, computed, decide, filed, filing, judge, listed, object, record, settle, take,
        told, weighed,
    },
    support::{VGZ, World, date, decimal, euros, reason, refused, utc, wrong_fields},
};

const TABLE: &str = "Z053,VG 3,GZ,verblijf,14,250.00,20.00,5.37,2023-01-01,2023-12-31\n";

on_both_engines! {
    async fn tar_08_outside_the_window_a_request_is_not_considered(engine) {
        let world = World::open(engine).await;
        world.clock.set(utc("2022-07-19 21:59:59"));
        let early = filed(&world, &NEEDED).await;
        assert_eq!(early.refusal.unwrap().code, "too_early");
        // The window is back: what was not considered stands in nobody's way.
        world.clock.set(utc("2022-10-01 10:00:00"));
        let late = filed(&world, &NEEDED).await;
        let refusal = late.refusal.unwrap();
        assert_eq!((refusal.rule_id.as_str(), refusal.code.as_str()), ("TAR-08", "too_late"));
        assert_eq!(
            refusal.text_en,
            "Received on 2022-10-01 10:00:00 UTC: too late. The last day was 30 September 2022 (until 2022-10-01 \
             00:00:00 in Amsterdam, that moment included: no). It is not considered."
        );
        assert_eq!(told(&world.explained(&late.decision_id).await), [refusal.text_en]);
        let request = late.hardship_request.unwrap();
        assert_eq!((request.state(), request.answer_date), (HardshipState::NotConsidered, None));
        let status = decide(&world, &request.hardship_request_id, Some("1")).await.unwrap_err();
        assert_eq!(refused(&status), reason(Code::FailedPrecondition, "HARDSHIP_DECIDED"));
    }

    async fn tar_08_the_last_second_of_30_september_is_in_time(engine) {
        let world = World::open(engine).await;
        world.clock.set(utc("2022-09-30 21:59:59"));
        let answer = filed(&world, &NEEDED[..3]).await;
        assert!(answer.refusal.is_none());
        let request = answer.hardship_request.unwrap();
        assert_eq!((request.state(), request.answer_date), (HardshipState::Filed, Some(date("2022-10-21"))));
        assert_eq!(request.missing_documents, NEEDED[3..]);
        assert_eq!(request.documents[0].sha256, "ab".repeat(32));
        // One request a year.
        let status = world.client().file_hardship_request(filing(&world, 2023, &NEEDED)).await.unwrap_err();
        assert_eq!(refused(&status), reason(Code::FailedPrecondition, "HARDSHIP_FILED_BEFORE"));
    }

    async fn tar_08_documents_can_be_added_until_the_last_day(engine) {
        let world = World::open(engine).await;
        world.clock.set(utc("2022-09-30 12:00:00"));
        let id = filed(&world, &NEEDED[..3]).await.hardship_request.unwrap().hardship_request_id;
        let added = add(&world, &id, NEEDED[3]).await;
        assert_eq!(added.hardship_request.unwrap().missing_documents, NEEDED[4..]);
        world.clock.set(utc("2022-09-30 22:00:00"));
        let late = add(&world, &id, NEEDED[4]).await;
        assert_eq!(late.refusal.unwrap().code, "too_late");
        let request = late.hardship_request.unwrap();
        assert_eq!((request.state(), request.documents.len()), (HardshipState::Filed, 4));
        assert_eq!(request.missing_documents, NEEDED[4..]);
        // Incomplete: nothing can be granted, whatever else is in order.
        record(&world, &id, 3_000_000_000).await;
        judge(&world, &id, HardshipTopic::Efficiency, true).await;
        judge(&world, &id, HardshipTopic::DutyOfCare, true).await;
        let answer = decide(&world, &id, Some("1")).await.unwrap();
        assert_eq!(codes(&answer.reasons), ["document_missing"]);
        assert_eq!(answer.reasons[0].text_en, "A document is missing: liquidity_forecasts_four_quarters.");
        assert_eq!(answer.hardship_request.unwrap().state(), HardshipState::Filed);
    }

    async fn tar_08_documents_that_come_too_late_hold_up_no_rejection(engine) {
        let world = World::open(engine).await;
        world.clock.set(utc("2022-09-30 12:00:00"));
        let id = filed(&world, &NEEDED[..4]).await.hardship_request.unwrap().hardship_request_id;
        world.clock.set(utc("2022-10-03 12:00:00"));
        let proposal = decide(&world, &id, None).await.unwrap().proposal.unwrap();
        let late = add(&world, &id, NEEDED[4]).await;
        assert!(late.refusal.is_some());
        take(&world, &proposal).await;
        assert_eq!(listed(&world, false).await[0].state(), HardshipState::Rejected);
    }

    async fn tar_08_the_national_list_of_2022_has_two_budgets_and_no_window(engine) {
        let world = World::open(engine).await;
        let answer = world.client().file_hardship_request(filing(&world, 2022, &NEEDED)).await.unwrap().into_inner();
        let request = answer.hardship_request.unwrap();
        assert_eq!(request.missing_documents, ["budget_year_before"]);
        assert_eq!((request.state(), request.answer_date), (HardshipState::Filed, None));
        // Outside the national system no list is stated.
        let elsewhere = proto::FileHardshipRequestRequest { office: "dsw".to_owned(), ..filing(&world, 2022, &NEEDED) };
        let status = world.client().file_hardship_request(elsewhere).await.unwrap_err();
        assert_eq!(refused(&status), reason(Code::FailedPrecondition, "PARAMETER_NOT_SET"));
    }

    async fn tar_08_the_figures_are_laid_out_step_by_step(engine) {
        let (world, id) = complete(engine).await;
        let computation = computed(&world, &id).await;
        assert!(computation.complete && computation.highest_addition.is_none());
        let wanted = ["efficiency_not_judged", "duty_of_care_not_weighed", "figures_missing"];
        assert_eq!(codes(&computation.reasons), wanted);
        record(&world, &id, 0).await;
        let request = judge(&world, &id, HardshipTopic::Efficiency, false).await;
        let judgement = &request.judgements[0];
        let seen = (judgement.positive, judgement.judged_by.as_str(), judgement.motivation.as_str());
        assert_eq!(seen, (false, "local:els", "seen"));
        judge(&world, &id, HardshipTopic::DutyOfCare, false).await;
        let computation = computed(&world, &id).await;
        assert_eq!(codes(&computation.reasons), ["efficiency_not_shown", "no_revenue"]);
        assert_eq!(computation.remaining_deficit, Some(Money { cents: 40_000_000 }));
        record(&world, &id, 3_000_000_000).await;
        judge(&world, &id, HardshipTopic::Efficiency, true).await;
        let computation = computed(&world, &id).await;
        assert!(computation.reasons.is_empty());
        assert_eq!(computation.highest_addition, decimal("1.33"));
        let last = computation.explanation.unwrap().steps.pop().unwrap();
        assert_eq!(
            last.text_nl,
            "Het resterende tekort van € 400.000,00, gedeeld door de Wlz-opbrengst zonder NHC en NIC bij 100% van \
             € 30.000.000,00, is naar beneden afgerond 1,33 procentpunt: de hoogste opslag. Een mens beslist."
        );
    }

    async fn tar_08_what_is_granted_is_a_step_of_the_next_quote(engine) {
        let (world, id) = weighed(engine).await;
        world.import(VGZ, TABLE).await.unwrap();
        let before = world.quote(VGZ, Sector::Gz, "Z053", "2023-03-01").await.unwrap();
        assert!(told(before.explanation.as_ref().unwrap()).is_empty());
        let more = decide(&world, &id, Some("1.34")).await.unwrap();
        assert_eq!(codes(&more.reasons), ["points_above_highest"]);
        assert!(more.decision_id.is_empty());
        let answer = decide(&world, &id, Some("1.2")).await.unwrap();
        assert!(answer.reasons.is_empty() && answer.proposal.is_none());
        let request = answer.hardship_request.unwrap();
        assert_eq!((request.state(), request.points), (HardshipState::Granted, decimal("1.2")));
        assert_eq!(request.decision_id, answer.decision_id);
        let words = world.explained(&answer.decision_id).await.steps.pop().unwrap().text_en;
        assert!(words.ends_with("grants 1.2 percentage points, of 1.33 at most, for 2023 only: weighed."), "{words}");
        let quote = world.quote(VGZ, Sector::Gz, "Z053", "2023-03-01").await.unwrap();
        let wanted = ["Hardship clause: 95.8% and 1.2 percentage points is 97.0%."];
        assert_eq!(told(quote.explanation.as_ref().unwrap()), wanted);
        let position = async |year| world.position(VGZ, Sector::Gz, year, None).await.hardship;
        assert_eq!((position(2023).await, position(2024).await), (decimal("1.2"), None));
        let status = decide(&world, &id, Some("1")).await.unwrap_err();
        assert_eq!(refused(&status), reason(Code::FailedPrecondition, "HARDSHIP_DECIDED"));
    }

    async fn tar_08_a_rejection_takes_a_second_person(engine) {
        let (world, id) = weighed(engine).await;
        let proposal = decide(&world, &id, None).await.unwrap().proposal.unwrap();
        assert_eq!(listed(&world, false).await[0].state(), HardshipState::Filed);
        let own = world.decide("", &proposal.proposal_id, Verdict::Take).await.unwrap_err();
        assert_eq!(own.code(), Code::PermissionDenied);
        // What was weighed anew in the meantime makes it another decision.
        record(&world, &id, 2_000_000_000).await;
        let stale = world.decide("jan", &proposal.proposal_id, Verdict::Take).await.unwrap_err();
        assert_eq!(refused(&stale), reason(Code::FailedPrecondition, "PROPOSAL_STALE"));
        let proposal = decide(&world, &id, None).await.unwrap().proposal.unwrap();
        take(&world, &proposal).await;
        let request = listed(&world, false).await.pop().unwrap();
        assert_eq!((request.state(), request.decided_by.as_str()), (HardshipState::Rejected, "local:jan"));
        assert_eq!((request.points, request.motivation.as_str()), (None, "weighed"));
        assert_eq!(world.position(VGZ, Sector::Gz, 2023, None).await.hardship, None);
    }

    async fn tar_08_what_is_not_answered_by_21_october_is_overdue(engine) {
        let (world, id) = weighed(engine).await;
        world.clock.set(utc("2022-10-21 21:59:59"));
        assert!(listed(&world, true).await.is_empty());
        assert!(!listed(&world, false).await[0].overdue);
        world.clock.set(utc("2022-10-21 22:00:00"));
        let overdue = listed(&world, true).await;
        assert_eq!((overdue.len(), overdue[0].overdue), (1, true));
        decide(&world, &id, Some("1")).await.unwrap();
        assert!(listed(&world, true).await.is_empty());
    }

    async fn tar_08_an_objection_comes_within_twenty_days_of_receipt(engine) {
        let (world, id) = weighed(engine).await;
        let early = object(&world, &id, "2022-09-30").await.unwrap_err();
        assert_eq!(refused(&early), reason(Code::FailedPrecondition, "HARDSHIP_NOT_DECIDED"));
        world.clock.set(utc("2022-10-20 10:00:00"));
        decide(&world, &id, Some("0.5")).await.unwrap();
        assert_eq!(wrong_fields(&object(&world, &id, "2022-10-19").await.unwrap_err()), ["received_date"]);
        assert_eq!(wrong_fields(&object(&world, &id, "2022-10-21").await.unwrap_err()), ["received_date"]);
        world.clock.set(utc("2022-11-10 23:00:00"));
        let late = object(&world, &id, "2022-10-21").await.unwrap();
        assert_eq!(late.refusal.unwrap().code, "objection_late");
        assert_eq!(late.last_date, Some(Date { year: 2022, month: 11, day: 10 }));
        let state = late.hardship_request.unwrap().objection.unwrap().state();
        assert_eq!(state, HardshipObjectionState::Late);
        let status = settle(&world, &id, Some("1")).await.unwrap_err();
        assert_eq!(refused(&status), reason(Code::FailedPrecondition, "NO_OBJECTION_OPEN"));
        // Received a day later, it would have been in time.
        let in_time = object(&world, &id, "2022-10-22").await.unwrap();
        assert!(in_time.refusal.is_none());
        let again = object(&world, &id, "2022-10-22").await.unwrap_err();
        assert_eq!(refused(&again), reason(Code::FailedPrecondition, "HARDSHIP_OBJECTED_BEFORE"));
    }

    async fn tar_08_an_objection_upheld_replaces_what_was_decided(engine) {
        let (world, id) = weighed(engine).await;
        let proposal = decide(&world, &id, None).await.unwrap().proposal.unwrap();
        take(&world, &proposal).await;
        object(&world, &id, "2022-09-30").await.unwrap();
        // The figures are laid out anew before the objection is decided.
        record(&world, &id, 2_000_000_000).await;
        let more = settle(&world, &id, Some("2.01")).await.unwrap();
        assert_eq!(codes(&more.reasons), ["points_above_highest"]);
        let upheld = settle(&world, &id, Some("2")).await.unwrap().hardship_request.unwrap();
        assert_eq!((upheld.state(), upheld.points), (HardshipState::Granted, decimal("2")));
        assert_eq!(upheld.objection.unwrap().state(), HardshipObjectionState::Upheld);
        assert_eq!(world.position(VGZ, Sector::Gz, 2023, None).await.hardship, decimal("2"));
    }

    async fn tar_08_a_dismissal_takes_a_second_person(engine) {
        let (world, id) = weighed(engine).await;
        decide(&world, &id, Some("0.5")).await.unwrap();
        object(&world, &id, "2022-09-30").await.unwrap();
        let less = settle(&world, &id, Some("0.5")).await.unwrap();
        assert_eq!(codes(&less.reasons), ["points_not_more"]);
        let proposal = settle(&world, &id, None).await.unwrap().proposal.unwrap();
        take(&world, &proposal).await;
        let request = listed(&world, false).await.pop().unwrap();
        let objection = request.objection.clone().unwrap();
        assert_eq!((objection.state(), objection.decided_by.as_str()), (HardshipObjectionState::Dismissed, "local:jan"));
        // What was granted stands.
        assert_eq!((request.state(), request.points), (HardshipState::Granted, decimal("0.5")));
        assert_eq!(world.position(VGZ, Sector::Gz, 2023, None).await.hardship, decimal("0.5"));
    }

    async fn tar_08_every_wrong_field_is_named(engine) {
        let world = World::open(engine).await;
        let request = proto::FileHardshipRequestRequest {
            request_id: "x".to_owned(),
            agb: "1".to_owned(),
            efficiency_statement: String::new(),
            documents: vec![proto::HardshipDocument { kind: "Budget 2023".to_owned(), ..Default::default() }],
            ..filing(&world, 2023, &[])
        };
        let status = world.client().file_hardship_request(request).await.unwrap_err();
        assert_eq!(wrong_fields(&status), [
            "request_id", "agb", "efficiency_statement",
            "documents[0].kind", "documents[0].sha256", "documents[0].description",
        ]);
        let request = proto::RecordHardshipFiguresRequest {
            figures: Some(proto::HardshipFigures { deficit: euros(-1), wlz_revenue: euros(1), ..Default::default() }),
            ..Default::default()
        };
        let status = world.client().record_hardship_figures(request).await.unwrap_err();
        assert_eq!(wrong_fields(&status), [
            "request_id", "hardship_request_id", "figures.deficit", "figures.incidental_charges",
            "figures.real_estate_losses", "figures.absorbing_reserves", "figures.improvements", "motivation",
        ]);
        for (verdict, points, wrong) in [(0, "1", "verdict"), (1, "0", "points"), (1, "1.005", "points"), (2, "1", "points")] {
            let request = proto::DecideHardshipRequest {
                request_id: world.request_id(),
                hardship_request_id: "h".to_owned(),
                verdict,
                points: decimal(points),
                motivation: "weighed".to_owned(),
            };
            let status = world.client().decide_hardship(request).await.unwrap_err();
            assert_eq!(wrong_fields(&status), [wrong], "{verdict} {points}");
        }
    }
}
