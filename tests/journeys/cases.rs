//! A case from a signal in claims of budget to what it means for registration and budget, without anybody carrying it
//! over (SCR-07).

use std::time::Duration;

use contract::{
    budget::ListCaseReclaimsRequest,
    common::{self, Act, Date, Money},
    registration,
    screening::{self as proto, CaseKind, Disposition, screening_service_client::ScreeningServiceClient},
};
use runtime::Ids;
use testkit::on_both_engines;
use tonic::{Request, transport::Channel};

use crate::{
    office::{Line, Office, VGZ, cents, claim_file},
    screening::{screened, signals},
};

const AGB: &str = "41410002";

fn march(day: i32) -> Option<Date> {
    Some(Date { year: 2023, month: 3, day })
}

fn id() -> String {
    Ids::random().next().to_string()
}

/// No new agreement, and an end to the one that runs.
fn all() -> proto::CaseMeasures {
    proto::CaseMeasures {
        no_new_agreement: true,
        terminate_at_once: true,
        acts: vec![Act::Wlz.into()],
        ..Default::default()
    }
}

/// Opens a case about the line, hears the provider, assesses it and decides it by two: these measures, and that something
/// of the line is claimed back.
async fn decide(
    office: &Office,
    screening: &mut ScreeningServiceClient<Channel>,
    signal: &proto::Signal,
    measures: proto::CaseMeasures,
) -> String {
    let request = proto::OpenCaseRequest {
        request_id: id(),
        office: VGZ.to_owned(),
        agb: AGB.to_owned(),
        signal_ids: vec![signal.signal_id.clone()],
        motivation: "twee keer dezelfde zorg".to_owned(),
    };
    let case_id = screening.open_case(request).await.unwrap().into_inner().case.unwrap().case_id;
    let request = proto::StartHearingRequest {
        request_id: id(),
        case_id: case_id.clone(),
        informed_date: march(10),
        response_due_date: march(24),
        document: "brief-1".to_owned(),
    };
    screening.start_hearing(request).await.unwrap();
    // The provider says nothing.
    office.set("2023-03-27");
    let established = Some(Money { cents: 20_000 });
    let request = proto::AssessCaseRequest {
        request_id: id(),
        case_id: case_id.clone(),
        kind: CaseKind::Fraud.into(),
        deliberate: true,
        signals: vec![proto::SignalAssessment {
            signal_id: signal.signal_id.clone(),
            disposition: Disposition::Confirmed.into(),
            established,
        }],
        reports: Vec::new(),
        motivation: "valse declaraties".to_owned(),
    };
    screening.assess_case(request).await.unwrap();
    let line = signal.evidence.iter().find(|line| line.agb == AGB).unwrap();
    let reclaimed = proto::ReclaimedLine {
        signal_id: signal.signal_id.clone(),
        service: line.service.clone(),
        file_id: line.file_id.clone(),
        detail_number: line.detail_number,
        reference: String::new(),
        amount: established,
    };
    let measures = proto::CaseMeasures { reclaimed: vec![reclaimed], ..measures };
    let motivation = "ernst en omvang".to_owned();
    let request =
        proto::DecideCaseRequest { request_id: id(), case_id: case_id.clone(), measures: Some(measures), motivation };
    let proposal = screening.decide_case(request).await.unwrap().into_inner().proposal.unwrap();
    let mut request = Request::new(proto::DecideProposalRequest {
        request_id: id(),
        proposal_id: proposal.proposal_id,
        verdict: common::Verdict::Take.into(),
        motivation: "akkoord".to_owned(),
    });
    request.metadata_mut().insert("zorginkoop-identity", "second".parse().unwrap());
    screening.decide_proposal(request).await.unwrap();
    case_id
}

async fn last_days(office: &mut Office) -> Vec<Option<Date>> {
    let request = registration::ListAgreementsRequest {
        office: VGZ.to_owned(),
        agb: AGB.to_owned(),
        page_size: 0,
        page_token: String::new(),
    };
    let agreements = office.registration.list_agreements(request).await.unwrap().into_inner().agreements;
    agreements.into_iter().map(|agreement| agreement.period.unwrap().last_day).collect()
}

on_both_engines! {
    async fn scr_07_a_case_ends_the_agreement_and_counts_what_it_claims_back_as_wrongful(engine) {
        let (mut office, mut screening) = screened(engine).await;
        office.follow_screening();
        office.submit(&claim_file("41410001", "F1", &[("stay", Line::stay(2))])).await.unwrap();
        office.submit(&claim_file(AGB, "F1", &[("again", Line::stay(1))])).await.unwrap();
        let found = signals(&mut office, &mut screening).await;
        assert_eq!((found.len(), found[0].agb.as_str()), (1, AGB));
        let case_id = decide(&office, &mut screening, &found[0], all()).await;

        let request = ListCaseReclaimsRequest { office: VGZ.to_owned(), agb: AGB.to_owned() };
        let mut reclaims = Vec::new();
        for _ in 0..400 {
            reclaims = office.budget.list_case_reclaims(request.clone()).await.unwrap().into_inner().reclaims;
            if !reclaims.is_empty() && last_days(&mut office).await == [march(27)] {
                break;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        assert_eq!(last_days(&mut office).await, [march(27)]);
        let one = &reclaims[0];
        assert_eq!((one.case_id.as_str(), one.reference.as_str(), one.year), (case_id.as_str(), "again", 2023));
        assert_eq!((cents(&one.amount), one.credited), (20_000, false));
        let explain = contract::budget::ExplainRequest { decision_id: one.decision_id.clone() };
        let told = office.budget.explain(explain).await.unwrap().into_inner().explanation.unwrap().steps;
        assert_eq!(
            told[0].text_nl,
            format!(
                "Zaak {case_id} van screening vordert van regel again € 200,00 terug; toegekend is € 251,10. Als \
                 onrechtmatig betaald telt in de afsluiting: € 200,00."
            )
        );
        let request = registration::ListCaseMeasuresRequest { office: VGZ.to_owned(), agb: AGB.to_owned() };
        let measures = office.registration.list_case_measures(request).await.unwrap().into_inner().measures;
        assert_eq!((measures.len(), measures[0].case_id.as_str()), (1, case_id.as_str()));
        assert_eq!(measures[0].period.as_ref().unwrap().last_day, Some(Date { year: 2026, month: 3, day: 27 }));
        let explain = registration::ExplainRequest { decision_id: measures[0].decision_id.clone() };
        let told = office.registration.explain(explain).await.unwrap().into_inner().explanation.unwrap().steps;
        assert!(told[0].text_nl.contains("per direct: de laatste dag is 27 maart 2023"), "{}", told[0].text_nl);

        // No other agreement is concluded with it.
        let request = registration::RecordAgreementRequest {
            request_id: id(),
            office: VGZ.to_owned(),
            act: Act::Wlz.into(),
            sector: common::Sector::Gz.into(),
            agb: AGB.to_owned(),
            period: Some(common::Period {
                first_day: Some(Date { year: 2024, month: 1, day: 1 }),
                last_day: Some(Date { year: 2024, month: 12, day: 31 }),
            }),
            region: "5508".to_owned(),
            ..Default::default()
        };
        let refused = office.registration.record_agreement(request).await.unwrap_err();
        assert!(refused.message().contains(&case_id), "{}", refused.message());
        office.close().await;
    }

    async fn scr_07_a_condition_of_a_case_is_one_of_the_agreement_that_runs(engine) {
        let (mut office, mut screening) = screened(engine).await;
        office.follow_screening();
        office.submit(&claim_file("41410001", "F1", &[("stay", Line::stay(2))])).await.unwrap();
        office.submit(&claim_file(AGB, "F1", &[("again", Line::stay(1))])).await.unwrap();
        let found = signals(&mut office, &mut screening).await;
        let before = last_days(&mut office).await;
        let condition = proto::IntegrityCondition {
            text: "maandelijks een verslag".to_owned(),
            due_date: Some(Date { year: 2023, month: 12, day: 31 }),
        };
        let measures =
            proto::CaseMeasures { conditions: vec![condition], acts: vec![Act::Wlz.into()], ..Default::default() };
        let case_id = decide(&office, &mut screening, &found[0], measures).await;
        let request = registration::ListDutiesRequest {
            office: VGZ.to_owned(),
            agb: AGB.to_owned(),
            state: registration::DutyState::Open.into(),
            ..Default::default()
        };
        let mut duties = Vec::new();
        for _ in 0..400 {
            duties = office.registration.list_duties(request.clone()).await.unwrap().into_inner().duties;
            duties.retain(|duty| duty.rule_id == "SCR-07");
            if !duties.is_empty() {
                break;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        let [duty] = &duties[..] else { panic!("{duties:?}") };
        assert_eq!((duty.kind(), duty.text_nl.as_str()), (registration::DutyKind::Condition, "maandelijks een verslag"));
        assert_eq!(last_days(&mut office).await, before);
        let request = registration::ListCaseMeasuresRequest { office: VGZ.to_owned(), agb: AGB.to_owned() };
        let measures = office.registration.list_case_measures(request).await.unwrap().into_inner().measures;
        assert_eq!((measures.len(), measures[0].case_id.as_str()), (1, case_id.as_str()));
        let explain = registration::ExplainRequest { decision_id: measures[0].decision_id.clone() };
        let told = office.registration.explain(explain).await.unwrap().into_inner().explanation.unwrap().steps;
        assert!(told[0].text_nl.contains("maandelijks een verslag, uiterlijk op 31 december 2023"), "{}", told[0].text_nl);
        office.close().await;
    }
}
