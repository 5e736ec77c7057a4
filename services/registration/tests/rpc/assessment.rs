use contract::{
    common::{Sector, input::Origin},
    registration::{self as proto, Category, DocumentKind, RegistrationState},
};
use testkit::on_both_engines;
use tonic::Code;

use crate::support::*;

const ELSEWHERE: [DocumentKind; 3] =
    [DocumentKind::BoardDeclaration, DocumentKind::CompanyPlan, DocumentKind::FinancialPlan];
const EXPIRING: [DocumentKind; 2] = [DocumentKind::BoardDeclaration, DocumentKind::Annex2Subcontracting];
const NEW: [DocumentKind; 13] = [
    DocumentKind::BoardDeclaration,
    DocumentKind::Annex2Subcontracting,
    DocumentKind::KvkExtract,
    DocumentKind::UboExtract,
    DocumentKind::WtzaPermit,
    DocumentKind::VogRp,
    DocumentKind::Statutes,
    DocumentKind::LiabilityPolicy,
    DocumentKind::IgjQuestionnaire,
    DocumentKind::Organogram,
    DocumentKind::MissionAndStrategy,
    DocumentKind::CompanyPlan,
    DocumentKind::FinancialPlan,
];

/// The reasons as code and subject.
fn reasons(registration: &proto::Registration) -> Vec<(&str, &str)> {
    registration.reasons.iter().map(|reason| (reason.code.as_str(), reason.subject.as_str())).collect()
}

async fn explained(world: &World, decision_id: &str) -> contract::common::Explanation {
    let request = proto::ExplainRequest { decision_id: decision_id.to_owned() };
    world.client().explain(request).await.unwrap().into_inner().explanation.unwrap()
}

on_both_engines! {
    async fn reg_02_reg_03_each_category_is_admissible_with_its_documents_and_only_with_them(engine) {
        let categories: [(Category, &[DocumentKind]); 4] = [
            (Category::ExistingRunning, &RUNNING),
            (Category::ExistingExpiring, &EXPIRING),
            (Category::ExistingElsewhere, &ELSEWHERE),
            (Category::New, &NEW),
        ];
        for (category, documents) in categories {
            let world = World::open(engine).await;
            world.provider(AGB).await;
            let round = world.round("vgz", Sector::Gz, 2022).await;
            match category {
                Category::ExistingRunning => world.agreement("vgz", "2021-01-01", None, None).await,
                Category::ExistingExpiring => world.agreement("vgz", "2021-01-01", Some("2021-12-31"), None).await,
                Category::ExistingElsewhere => world.agreement("cz", "2020-01-01", None, Some("2020-01-01")).await,
                Category::New | Category::Unspecified => {}
            }
            // With one document less it names that one and is not considered, so that another may follow.
            for lacking in documents {
                let others: Vec<_> = documents.iter().copied().filter(|kind| kind != lacking).collect();
                let submitted = world.submit(&round.round_id, &others).await;
                let assessed = world.assess(&submitted.registration_id).await.unwrap();
                assert_eq!((assessed.state(), assessed.category()), (RegistrationState::NotConsidered, category));
                let subject = lacking.as_str_name().trim_start_matches("DOCUMENT_KIND_").to_lowercase();
                assert_eq!(reasons(&assessed), [("DOCUMENT_MISSING", subject.as_str())]);
                assert_eq!(assessed.reasons[0].rule_id, "REG-03");
            }
            let submitted = world.submit(&round.round_id, documents).await;
            let assessed = world.assess(&submitted.registration_id).await.unwrap();
            assert_eq!((assessed.state(), assessed.category()), (RegistrationState::Admissible, category));
            assert!(assessed.reasons.is_empty() && !assessed.decision_id.is_empty());
        }
    }

    async fn reg_05_until_five_o_clock_counts_five_o_clock(engine) {
        let world = World::open(engine).await;
        late_or_not(&world, "2021-07-30 15:00:00", &[]).await;
        late_or_not(&world, "2021-07-30 15:00:01", &["LATE"]).await;
    }

    async fn reg_05_before_five_o_clock_does_not_count_five_o_clock(engine) {
        let exclusive = |text: &str| text.replace("cutoff = \"inclusive\"", "cutoff = \"exclusive\"");
        let world = World::with_rules(engine, exclusive).await;
        late_or_not(&world, "2021-07-30 14:59:59", &[]).await;
        late_or_not(&world, "2021-07-30 15:00:00", &["LATE"]).await;
        late_or_not(&world, "2021-07-30 15:00:01", &["LATE"]).await;
    }

    async fn reg_03_reg_05_every_reason_is_given_in_the_order_of_the_rules(engine) {
        let world = World::open(engine).await;
        world.provider(AGB).await;
        let round = world.round("vgz", Sector::Gz, 2022).await;
        world.agreement("cz", "2020-01-01", None, Some("2020-01-01")).await;
        world.clock.set(utc("2021-08-01 09:00:00"));
        let submitted = world.submit(&round.round_id, &[DocumentKind::CompanyPlan]).await;
        let assessed = world.assess(&submitted.registration_id).await.unwrap();
        let expected = [
            ("LATE", "registration"),
            ("DOCUMENT_MISSING", "board_declaration"),
            ("DOCUMENT_MISSING", "financial_plan"),
        ];
        assert_eq!(reasons(&assessed), expected);
        let get = proto::GetRegistrationRequest { registration_id: submitted.registration_id };
        assert_eq!(world.client().get_registration(get).await.unwrap().into_inner().registration, Some(assessed));
    }

    async fn reg_02_what_is_recorded_after_the_receipt_does_not_change_the_category(engine) {
        let world = World::open(engine).await;
        world.provider(AGB).await;
        let round = world.round("vgz", Sector::Gz, 2022).await;
        let submitted = world.submit(&round.round_id, &NEW).await;
        world.clock.advance(chrono::TimeDelta::seconds(1));
        world.agreement("vgz", "2021-01-01", None, None).await;
        assert_eq!(world.assess(&submitted.registration_id).await.unwrap().category(), Category::New);
    }

    async fn reg_02_home_care_has_its_own_calendar_and_documents(engine) {
        let world = World::open(engine).await;
        world.provider(AGB).await;
        let round = world.round("vgz", Sector::HomeCare, 2024).await;
        world.clock.set(utc("2023-09-08 15:00:00"));
        let documents = [
            DocumentKind::VogRp,
            DocumentKind::KvkExtract,
            DocumentKind::PalliativeNetwork,
            DocumentKind::Level6Nurse,
        ];
        let submitted = world.submit(&round.round_id, &documents).await;
        let assessed = world.assess(&submitted.registration_id).await.unwrap();
        assert_eq!((assessed.state(), assessed.category()), (RegistrationState::Admissible, Category::New));
    }

    async fn a_registration_is_assessed_once(engine) {
        let world = World::open(engine).await;
        world.provider(AGB).await;
        world.agreement("vgz", "2021-01-01", Some("2023-12-31"), None).await;
        let round = world.round("vgz", Sector::Gz, 2022).await;
        let submitted = world.submit(&round.round_id, &RUNNING).await;
        let assess = || proto::AssessRegistrationRequest {
            request_id: world.request_id(),
            registration_id: submitted.registration_id.clone(),
        };
        let request = assess();
        let first = world.client().assess_registration(request.clone()).await.unwrap().into_inner();
        let replay = world.client().assess_registration(request.clone()).await.unwrap().into_inner();
        assert_eq!(replay, first);
        let status = world.client().assess_registration(assess()).await.unwrap_err();
        assert_eq!(refused(&status), reason(Code::FailedPrecondition, "REGISTRATION_ALREADY_ASSESSED"));
        let other = proto::AssessRegistrationRequest { registration_id: "other".to_owned(), ..request };
        let status = world.client().assess_registration(other).await.unwrap_err();
        assert_eq!(refused(&status), reason(Code::AlreadyExists, "REQUEST_ID_REUSED"));
    }

    async fn of_assessments_at_once_one_decides(engine) {
        let world = World::open(engine).await;
        world.provider(AGB).await;
        world.agreement("vgz", "2021-01-01", Some("2023-12-31"), None).await;
        let round = world.round("vgz", Sector::Gz, 2022).await;
        let id = world.submit(&round.round_id, &RUNNING).await.registration_id;
        let calls = (0..8).map(|_| {
            let (mut client, request_id) = (world.client(), world.request_id());
            let request = proto::AssessRegistrationRequest { request_id, registration_id: id.clone() };
            tokio::spawn(async move { client.assess_registration(request).await })
        });
        let calls: Vec<_> = calls.collect();
        let mut refusals = 0;
        for call in calls {
            if let Err(status) = call.await.unwrap() {
                assert_eq!(refused(&status), reason(Code::FailedPrecondition, "REGISTRATION_ALREADY_ASSESSED"));
                refusals += 1;
            }
        }
        assert_eq!(refusals, 7);
    }

    async fn an_assessment_is_explained_and_stays_so_under_other_rules(engine) {
        let world = World::open(engine).await;
        world.provider(AGB).await;
        world.agreement("vgz", "2021-01-01", Some("2021-12-31"), None).await;
        let round = world.round("vgz", Sector::Gz, 2022).await;
        let submitted = world.submit(&round.round_id, &EXPIRING[..1]).await;
        world.clock.set(utc("2021-08-02 08:00:00"));
        let assessed = world.assess(&submitted.registration_id).await.unwrap();
        let explanation = explained(&world, &assessed.decision_id).await;
        let steps: Vec<(&str, &str)> =
            explanation.steps.iter().map(|step| (step.rule_id.as_str(), step.text_nl.as_str())).collect();
        let expected = [
            ("REG-02", "Bij dit kantoor heeft de zorgaanbieder een overeenkomst vanaf 1 januari 2021 die eindigt op 31 december 2021, vóór 31 december 2022: bestaand, aflopend."),
            ("REG-05", "Ontvangen op 2021-07-16 10:00:00 UTC; inschrijven kon tot 2021-07-30 17:00:00 Nederlandse tijd (2021-07-30 15:00:00 UTC), dat moment zelf meegerekend: ja. Op tijd."),
            ("REG-03", "Aantal documenten dat bij deze categorie hoort: 2."),
            ("REG-03", "Bijlage 2 (onderaanneming) bij de bestuursverklaring ontbreekt."),
            ("REG-03", "Aantal documenten dat ontbreekt: 1. Onvolledig."),
            ("REG-08", "Op tijd: ja; volledig: nee. De inschrijving wordt niet in behandeling genomen."),
        ];
        assert_eq!(steps, expected);
        assert_eq!(explanation.steps[3].text_en, "Annex 2 (subcontracting) to the board declaration is missing.");
        assert_eq!(explanation.facts_as_of_time.unwrap().seconds, utc("2021-08-02 08:00:00").timestamp());
        assert!(explanation.steps.iter().all(|step| !step.source.is_empty() && step.result.is_some()));
        let deadline = explanation.steps[1].inputs.iter().find(|input| input.name == "until").unwrap();
        let Some(Origin::Parameter(origin)) = &deadline.origin else { panic!("{deadline:?}") };
        assert_eq!((origin.file.as_str(), origin.key.as_str()), ("wlz-2022.toml", "milestone_registration"));
        assert_eq!(origin.source, "Inkoopkader langdurige zorg 2021-2023, aanvulling 2022, §4.7");

        let later = world.again_with_rules(|text| text.replace("bestaand, aflopend", "iets anders")).await;
        assert_eq!(explained(&later, &assessed.decision_id).await, explanation);
        let nothing = proto::ExplainRequest { decision_id: "nothing".to_owned() };
        assert_eq!(later.client().explain(nothing).await.unwrap_err().code(), Code::NotFound);
    }
}

/// Hands in a registration at a moment, by a provider of its own, and compares the codes of the reasons.
async fn late_or_not(world: &World, received: &str, expected: &[&str]) {
    let office = format!("office_{}", world.request_id().chars().rev().take(4).collect::<String>());
    let provider = proto::GetProviderRequest { agb: AGB.to_owned() };
    if world.client().get_provider(provider).await.is_err() {
        world.provider(AGB).await;
    }
    world.clock.set(utc("2021-07-16 10:00:00"));
    world.agreement(&office, "2021-01-01", None, None).await;
    let round = world.round(&office, Sector::Gz, 2022).await;
    world.clock.set(utc(received));
    let submitted = world.submit(&round.round_id, &RUNNING).await;
    let assessed = world.assess(&submitted.registration_id).await.unwrap();
    let codes: Vec<&str> = assessed.reasons.iter().map(|reason| reason.code.as_str()).collect();
    assert_eq!(codes, expected, "{received}");
}
