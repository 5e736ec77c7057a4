//! Proposals through the calls: evidence, judgements, results, and what would raise a percentage.

use contract::{
    common::{Sector, Verdict},
    tariffing::{self as proto, evidence::Value},
};
use testkit::on_both_engines;
use tonic::Code;

use crate::support::{AGB, VGZ, World, date, decimal, evidence, reason, refused, wrong_fields};

const TABLE: &str = "Z053,VG 3,GZ,verblijf,14,250.00,20.00,5.37,2023-01-01,2023-12-31\n";

fn keys(assessment: &proto::ProposalAssessment) -> Vec<&str> {
    assessment.unmet.iter().map(|unmet| unmet.key.as_str()).collect()
}

on_both_engines! {
    async fn tar_04_every_check_that_is_not_met_is_told(engine) {
        let world = World::open(engine).await;
        let request = proto::FileTariffProposalRequest { evidence: Vec::new(), ..world.filing("zorg_dichtbij_huis", Some("0.15"), "thuis") };
        let filed = world.client().file_tariff_proposal(request).await.unwrap().into_inner();
        let assessment = filed.assessment.unwrap();
        assert_eq!(keys(&assessment), [
            "filed_with_registration_zorg_dichtbij_huis", "smart", "business_case", "cost_benefit", "investment",
            "not_covered", "proportional", "financial_position", "result_agreement", "net_growth",
        ]);
        assert!(!assessment.grantable);
        assert_eq!(assessment.unmet[1].text_en, "The goal is specific, measurable, acceptable, realistic and bound to time: no.");
        let id = filed.tariff_proposal.unwrap().tariff_proposal_id;
        let request = proto::GrantTariffProposalRequest { request_id: world.request_id(), tariff_proposal_id: id.clone() };
        let answer = world.client().grant_tariff_proposal(request).await.unwrap().into_inner();
        assert!(answer.grant.is_none());
        assert_eq!(answer.tariff_proposal.unwrap().state(), proto::TariffProposalState::Filed);
        // What the provider adds counts; what the office has to judge, it can't state itself.
        let stated = [("smart", Value::Yes(true)), ("proportional", Value::Yes(true))];
        let request = proto::UpdateTariffProposalRequest {
            request_id: world.request_id(),
            tariff_proposal_id: id,
            points: None,
            evidence: evidence(&stated),
        };
        let assessment = world.client().update_tariff_proposal(request).await.unwrap().into_inner().assessment.unwrap();
        assert!(!keys(&assessment).contains(&"smart"));
        assert!(keys(&assessment).contains(&"proportional"));
    }

    async fn tar_04_the_subject_of_sufficient_care_is_one_of_those_listed(engine) {
        let world = World::open(engine).await;
        let about = async |subject: &str| {
            let mut request = world.filing("voldoende_goede_zorg", Some("0.1"), subject);
            request.evidence.retain(|one| one.name != "subject");
            request.evidence.extend(evidence(&[("subject", Value::Text(subject.to_owned()))]));
            let filed = world.client().file_tariff_proposal(request).await.unwrap().into_inner();
            filed.assessment.unwrap().unmet.iter().any(|unmet| unmet.key == "subject")
        };
        for (subject, unmet) in [
            ("client_friction", false),
            ("good_employership", false),
            ("spearhead", false),
            ("medical_generalist_care", true),
            ("quality_improvement", true),
        ] {
            assert_eq!(about(subject).await, unmet, "{subject}");
        }
    }

    async fn tar_04_mental_health_care_needs_a_concrete_proposal_or_a_business_case(engine) {
        let world = World::open(engine).await;
        let unmet = async |stated: &[(&str, Value)]| {
            let mut request = world.filing("zinnige_zorg", Some("0.1"), "slim");
            request.sector = Sector::Ggz.into();
            request.evidence = evidence(stated);
            let filed = world.client().file_tariff_proposal(request).await.unwrap().into_inner();
            filed.assessment.unwrap().unmet.iter().any(|unmet| unmet.key == "business_case")
        };
        assert!(unmet(&[]).await);
        assert!(!unmet(&[("concrete_proposal", Value::Yes(true))]).await);
        assert!(!unmet(&[("business_case", Value::Yes(true))]).await);
    }

    async fn tar_19_no_advance_agreement_where_own_costs_fall(engine) {
        let world = World::open(engine).await;
        let unmet = async |stated: &[(&str, Value)]| {
            let mut request = world.filing("zinnige_zorg", Some("0.1"), "slim");
            request.evidence.retain(|one| one.name != "own_costs_fall");
            request.evidence.extend(evidence(stated));
            let filed = world.client().file_tariff_proposal(request).await.unwrap().into_inner();
            let unmet = filed.assessment.unwrap().unmet;
            unmet.iter().any(|unmet| (unmet.rule_id.as_str(), unmet.key.as_str()) == ("TAR-19", "own_costs_fall"))
        };
        assert!(unmet(&[("own_costs_fall", Value::Yes(true))]).await);
        assert!(!unmet(&[("own_costs_fall", Value::Yes(false))]).await);
        let loses = [("own_costs_fall", Value::Yes(true)), ("invests_and_loses_turnover", Value::Yes(true))];
        assert!(!unmet(&loses).await);
    }

    async fn tar_05_one_initiative_earns_on_one_theme(engine) {
        let world = World::open(engine).await;
        world.import(VGZ, TABLE).await.unwrap();
        world.granted("voldoende_goede_zorg", "0.1", "thuis").await;
        let filed = world.file("zorg_dichtbij_huis", "0.1", "thuis").await.unwrap();
        let refusal = filed.assessment.unwrap().refusal.unwrap();
        assert_eq!((refusal.rule_id.as_str(), refusal.code.as_str()), ("TAR-05", "one_theme"));
        assert_eq!(
            refusal.text_en,
            "thuis: this initiative already counts under voldoende_goede_zorg, and not again under zorg_dichtbij_huis."
        );
    }

    async fn tar_03_a_surcharge_outside_the_range_is_refused_by_name(engine) {
        let world = World::open(engine).await;
        let filed = world.file("zorg_dichtbij_huis", "0.25", "thuis").await.unwrap();
        let refusal = filed.assessment.unwrap().refusal.unwrap();
        assert_eq!((refusal.rule_id.as_str(), refusal.code.as_str()), ("TAR-03", "out_of_range"));
        assert_eq!(
            refusal.text_en,
            "thuis: 0.25 percentage points on zorg_dichtbij_huis are not within 0 to 0.2 percentage points."
        );
        let status = world.file("nonsense", "0.1", "x").await.unwrap_err();
        assert_eq!(refused(&status), reason(Code::FailedPrecondition, "NO_SUCH_GROUND"));
    }

    async fn tar_16_results_are_agreed_evaluated_and_listed(engine) {
        let world = World::open(engine).await;
        let granted = world.granted("zinnige_zorg", "0.3", "slim").await;
        let result = granted.tariff_proposal.unwrap().results[0].clone();
        let list = async |unevaluated_only: bool| {
            let request = proto::ListResultAgreementsRequest {
                office: VGZ.to_owned(), year: 2023, unevaluated_only, ..Default::default()
            };
            world.client().list_result_agreements(request).await.unwrap().into_inner().results.len()
        };
        assert_eq!([list(false).await, list(true).await], [1, 1]);
        let evaluation = |consequence: proto::ResultConsequence| proto::EvaluateResultRequest {
            request_id: world.request_id(),
            result_id: result.result_id.clone(),
            evaluation: Some(proto::ResultEvaluation {
                date: Some(date("2023-12-15")),
                value: decimal("3"),
                outcome: proto::ResultOutcome::Partly.into(),
                consequence: consequence.into(),
                motivation: "redelijk".to_owned(),
            }),
        };
        // Nothing is reclaimed where the result is no obligation.
        let status = world.client().evaluate_result(evaluation(proto::ResultConsequence::Reclaimed)).await.unwrap_err();
        assert_eq!(refused(&status), reason(Code::FailedPrecondition, "NO_OBLIGATION"));
        let answer = world.client().evaluate_result(evaluation(proto::ResultConsequence::None)).await.unwrap().into_inner();
        assert_eq!(answer.result.unwrap().evaluations.len(), 1);
        assert_eq!(list(true).await, 0);
        let told = world.explained(&answer.decision_id).await;
        assert_eq!(told.steps[0].text_en, "verstoringen: from 4 to 2.5 agreed, 3 measured: partly met (redelijk).");
        // A consequence takes a second person.
        let ended = evaluation(proto::ResultConsequence::EndedNextYear);
        let answer = world.client().evaluate_result(ended).await.unwrap().into_inner();
        assert_eq!(answer.result.unwrap().evaluations.len(), 1);
        world.decide("second", &answer.proposal.unwrap().proposal_id, Verdict::Take).await.unwrap();
        let wrong = proto::EvaluateResultRequest { evaluation: None, ..evaluation(proto::ResultConsequence::None) };
        let status = world.client().evaluate_result(wrong).await.unwrap_err();
        assert_eq!(wrong_fields(&status), [
            "evaluation.date", "evaluation.value", "evaluation.outcome", "evaluation.consequence", "evaluation.motivation",
        ]);
    }

    async fn tar_16_an_obligation_of_result_can_be_reclaimed(engine) {
        let world = World::open(engine).await;
        let granted = world.granted_by("zorg_en_zekerheid", Sector::Vv, 2024, "bespoke", Some("0.4"), "slim").await;
        let result = granted.tariff_proposal.unwrap().results[0].clone();
        assert!(result.obligation);
        let request = proto::EvaluateResultRequest {
            request_id: world.request_id(),
            result_id: result.result_id,
            evaluation: Some(proto::ResultEvaluation {
                date: Some(date("2024-12-15")),
                value: decimal("4"),
                outcome: proto::ResultOutcome::NotMet.into(),
                consequence: proto::ResultConsequence::Reclaimed.into(),
                motivation: "niets bereikt".to_owned(),
            }),
        };
        assert!(world.client().evaluate_result(request).await.unwrap().into_inner().proposal.is_some());
    }

    async fn tar_04_a_refusal_takes_two_people_and_ends_the_proposal(engine) {
        let world = World::open(engine).await;
        let filed = world.file("zinnige_zorg", "0.3", "slim").await.unwrap().tariff_proposal.unwrap();
        let request = proto::RefuseTariffProposalRequest {
            request_id: world.request_id(),
            tariff_proposal_id: filed.tariff_proposal_id.clone(),
            motivation: "niet proportioneel".to_owned(),
        };
        let answer = world.client().refuse_tariff_proposal(request).await.unwrap().into_inner();
        world.decide("second", &answer.proposal.unwrap().proposal_id, Verdict::Take).await.unwrap();
        let request = proto::ListTariffProposalsRequest {
            office: VGZ.to_owned(), year: 2023, agb: AGB.to_owned(), ..Default::default()
        };
        let listed = world.client().list_tariff_proposals(request).await.unwrap().into_inner().tariff_proposals;
        assert_eq!(listed[0].state(), proto::TariffProposalState::Refused);
        assert!(!world.explained(&listed[0].decision_id).await.steps.is_empty());
        let request = proto::WithdrawTariffProposalRequest {
            request_id: world.request_id(),
            tariff_proposal_id: filed.tariff_proposal_id,
        };
        let status = world.client().withdraw_tariff_proposal(request).await.unwrap_err();
        assert_eq!(refused(&status), reason(Code::FailedPrecondition, "PROPOSAL_DECIDED"));
    }

    async fn tar_10_what_would_change_lists_the_smallest_sets(engine) {
        let world = World::open(engine).await;
        world.import(VGZ, TABLE).await.unwrap();
        world.granted("voldoende_goede_zorg", "0.2", "werkgever").await;
        let proposal = world.all_but_results("zorg_dichtbij_huis", Some("0.15"), "thuis").await;
        let changes = async || {
            let request = proto::WhatWouldChangeRequest {
                office: VGZ.to_owned(),
                sector: Sector::Gz.into(),
                agb: AGB.to_owned(),
                year: 2023,
                form: String::new(),
            };
            world.client().what_would_change(request).await.unwrap().into_inner()
        };
        let answer = changes().await;
        assert_eq!(answer.percentage.as_ref().unwrap().value, "96.00");
        // Sufficient care has all there is; what earns nothing or says nothing of itself is not told.
        assert_eq!(answer.changes.len(), 1, "{answer:?}");
        let change = &answer.changes[0];
        let to = &change.to_percentage.as_ref().unwrap().value;
        assert_eq!((change.from_percentage.as_ref().unwrap().value.as_str(), to.as_str()), ("96.00", "96.15"));
        assert_eq!(change.conditions.len(), 1);
        let missing = &change.conditions[0];
        assert_eq!((missing.missing.as_str(), &missing.tariff_proposal_id), ("result_agreement", &proposal));
        assert_eq!(missing.text_en, "Results were agreed with the office: no.");
        // With a historically lower tariff both themes are closed, and nothing is left.
        world.record(VGZ, Sector::Gz, 2022, "94.9", proto::PercentageBasis::Regular).await.unwrap();
        assert!(changes().await.changes.is_empty());
    }
}
