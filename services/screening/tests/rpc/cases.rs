//! Cases, from a signal to what follows, through the contract (SCR-07).

use contract::{
    common::{self, Act, Money, Verdict},
    screening::{self as proto, CaseKind, CaseState, Disposition, IntegrityState, event::Fact},
};
use futures::StreamExt;
use runtime::Ids;
use testkit::on_both_engines;
use tonic::{Code, Request, Status};
use tonic_types::StatusExt;

use crate::support::*;

pub fn id() -> String {
    Ids::random().next().to_string()
}

fn june(day: i32) -> Option<common::Date> {
    Some(common::Date { year: 2024, month: 6, day })
}

fn cents(cents: i64) -> Option<Money> {
    Some(Money { cents })
}

/// Says what somebody asks, as somebody.
pub fn by<T>(identity: &'static str, message: T) -> Request<T> {
    let mut request = Request::new(message);
    request.metadata_mut().insert("zorginkoop-identity", identity.parse().unwrap());
    request
}

pub fn reason(status: &Status) -> String {
    status.get_error_details().error_info().map(|info| info.reason.clone()).unwrap_or_default()
}

impl World {
    /// A double at the expense of the second provider, and the signal of it.
    pub async fn double(&self) -> proto::Signal {
        self.submit(FIRST, "F1", &[debit("A1", (4, 5), 3)]).await;
        self.submit(SECOND, "F1", &[debit("B1", (5, 6), 2)]).await;
        self.caught_up().await;
        self.signals(SECOND).await.pop().unwrap()
    }

    pub fn at(&self, time: &str) {
        self.clock.set(time.parse().unwrap());
    }

    pub async fn open_case(&self, agb: &str, signal_ids: &[&str]) -> Result<proto::Case, Status> {
        let request = proto::OpenCaseRequest {
            request_id: id(),
            office: "vgz".to_owned(),
            agb: agb.to_owned(),
            signal_ids: signal_ids.iter().map(|id| (*id).to_owned()).collect(),
            motivation: "twee keer dezelfde zorg".to_owned(),
        };
        Ok(self.screening.clone().open_case(by("first", request)).await?.into_inner().case.unwrap())
    }

    /// Tells the provider on 3 June that it has until the 17th.
    pub async fn hear(&self, case_id: &str) -> Result<proto::Case, Status> {
        self.at("2024-06-03T10:00:00Z");
        let request = proto::StartHearingRequest {
            request_id: id(),
            case_id: case_id.to_owned(),
            informed_date: june(3),
            response_due_date: june(15),
            document: "brief-1".to_owned(),
        };
        Ok(self.screening.clone().start_hearing(by("first", request)).await?.into_inner().case.unwrap())
    }

    pub async fn respond(&self, case_id: &str) -> Result<proto::Case, Status> {
        self.at("2024-06-10T10:00:00Z");
        let (case_id, document) = (case_id.to_owned(), "brief-2".to_owned());
        let request = proto::RecordResponseRequest { request_id: id(), case_id, document, received_date: june(10) };
        Ok(self.screening.clone().record_response(by("first", request)).await?.into_inner().case.unwrap())
    }

    pub async fn assess(&self, case: &proto::Case, kind: CaseKind, established: i64) -> Result<proto::Case, Status> {
        let disposition = if kind == CaseKind::Unfounded { Disposition::Unfounded } else { Disposition::Confirmed };
        let signals = case.signals.iter().map(|signal| proto::SignalAssessment {
            signal_id: signal.signal_id.clone(),
            disposition: disposition.into(),
            established: cents(established),
        });
        let request = proto::AssessCaseRequest {
            request_id: id(),
            case_id: case.case_id.clone(),
            kind: kind.into(),
            deliberate: kind == CaseKind::Fraud,
            signals: signals.collect(),
            reports: Vec::new(),
            motivation: "de administratie klopt niet".to_owned(),
        };
        Ok(self.screening.clone().assess_case(by("first", request)).await?.into_inner().case.unwrap())
    }

    pub async fn propose(&self, case_id: &str, measures: proto::CaseMeasures) -> Result<String, Status> {
        let request = proto::DecideCaseRequest {
            request_id: id(),
            case_id: case_id.to_owned(),
            measures: Some(measures),
            motivation: "ernst en omvang".to_owned(),
        };
        let reply = self.screening.clone().decide_case(by("first", request)).await?.into_inner();
        assert!(reply.case.is_none());
        Ok(reply.proposal.unwrap().proposal_id)
    }

    pub async fn take(&self, proposal_id: &str, who: &'static str) -> Result<(), Status> {
        let request = proto::DecideProposalRequest {
            request_id: id(),
            proposal_id: proposal_id.to_owned(),
            verdict: Verdict::Take.into(),
            motivation: "akkoord".to_owned(),
        };
        self.screening.clone().decide_proposal(by(who, request)).await.map(drop)
    }

    pub async fn close_case(&self, case_id: &str) -> Result<proto::Case, Status> {
        let (case_id, motivation) = (case_id.to_owned(), "afgehandeld".to_owned());
        let request = proto::CloseCaseRequest { request_id: id(), case_id, motivation };
        Ok(self.screening.clone().close_case(by("first", request)).await?.into_inner().case.unwrap())
    }

    pub async fn case(&self, case_id: &str) -> proto::Case {
        let request = proto::GetCaseRequest { case_id: case_id.to_owned() };
        self.screening.clone().get_case(request).await.unwrap().into_inner().case.unwrap()
    }

    async fn precision(&self) -> Vec<proto::RulePrecision> {
        let period = Some(common::Period { first_day: june(1), last_day: june(1) });
        let request = proto::GetRulePrecisionRequest { office: "vgz".to_owned(), period };
        self.screening.clone().get_rule_precision(request).await.unwrap().into_inner().rules
    }

    async fn work_in_cases(&self) -> Vec<(String, i64, i64)> {
        let request = proto::ListWorkRequest { office: "vgz".to_owned(), ..Default::default() };
        let items = self.screening.clone().list_work(request).await.unwrap().into_inner().items;
        items.into_iter().map(|item| (item.agb, item.exact_signals, item.in_cases)).collect()
    }
}

/// Everything that can be decided, about the line of the second provider.
fn all_measures(signal: &proto::Signal, amount: i64) -> proto::CaseMeasures {
    let line = signal.evidence.iter().find(|line| line.agb == SECOND).unwrap();
    proto::CaseMeasures {
        conditions: Vec::new(),
        no_new_agreement: true,
        terminate_at_once: true,
        acts: vec![Act::Zvw.into()],
        reclaimed: vec![proto::ReclaimedLine {
            signal_id: signal.signal_id.clone(),
            service: line.service.clone(),
            file_id: line.file_id.clone(),
            detail_number: line.detail_number,
            reference: String::new(),
            amount: cents(amount),
        }],
    }
}

on_both_engines! {
    async fn scr_07_a_case_goes_from_a_signal_through_a_hearing_to_a_decision_by_two(engine) {
        let world = World::open(engine).await;
        let signal = world.double().await;
        let case = world.open_case(SECOND, &[&signal.signal_id]).await.unwrap();
        assert_eq!((case.state(), case.signals[0].at_stake), (CaseState::Open, cents(2 * TARIFF)));
        assert_eq!(world.work_in_cases().await, [(SECOND.to_owned(), 1, 1)]);
        // The provider is not heard yet.
        let early = world.assess(&case, CaseKind::Misuse, TARIFF).await.unwrap_err();
        assert_eq!((early.code(), reason(&early).as_str()), (Code::FailedPrecondition, "CASE_NOT_POSSIBLE"));
        let heard = world.hear(&case.case_id).await.unwrap();
        // 15 June is a Saturday.
        assert_eq!(heard.hearing.as_ref().unwrap().response_due_date, june(17));
        assert!(world.assess(&case, CaseKind::Misuse, TARIFF).await.unwrap_err().message().contains("can still respond"));
        let responded = world.respond(&case.case_id).await.unwrap();
        assert!(responded.hearing.unwrap().in_time);
        let assessed = world.assess(&case, CaseKind::Misuse, TARIFF).await.unwrap();
        assert_eq!((assessed.state(), assessed.established), (CaseState::Assessed, cents(TARIFF)));
        let more = world.propose(&case.case_id, all_measures(&signal, TARIFF + 1)).await.unwrap_err();
        assert!(more.message().contains("was established, no more"), "{}", more.message());
        let proposal_id = world.propose(&case.case_id, all_measures(&signal, TARIFF)).await.unwrap();
        assert_eq!(world.case(&case.case_id).await, assessed);
        assert_eq!(reason(&world.take(&proposal_id, "first").await.unwrap_err()), "SAME_IDENTITY");
        let before = world.published().await;
        world.take(&proposal_id, "second").await.unwrap();
        let decided = world.case(&case.case_id).await;
        assert_eq!((decided.state(), decided.decided_date), (CaseState::Decided, june(10)));
        assert_eq!(decided.measures.as_ref().unwrap().reclaimed[0].reference, "B1");
        let moved: Vec<&str> = decided.moves.iter().map(|one| one.moved_by.as_str()).collect();
        assert_eq!(moved, ["local:first", "local:first", "local:first", "local:first", "local:second"]);
        let told = world.explained(&decided.moves[4].decision_id).await;
        assert!(told.contains(&"Lopende overeenkomsten op grond van de Zvw eindigen per direct: 10 juni 2024 is de laatste dag.".to_owned()));
        assert!(told.contains(&"Van 1 declaratieregel(s) op grond van de Zvw wordt in totaal € 72,76 teruggevorderd; in de zaak is € 72,76 vastgesteld.".to_owned()));

        // It is made known without the client, and is an objection.
        let mut events = world.screening.clone().watch(proto::WatchRequest { after_sequence: before, ..Default::default() }).await.unwrap().into_inner();
        let Some(Fact::CaseDecided(known)) = events.next().await.unwrap().unwrap().event.unwrap().fact else { panic!() };
        assert_eq!((known.case_id.as_str(), &known.measures), (case.case_id.as_str(), &decided.measures));
        assert!(!format!("{known:?}").contains(&signal.client));
        let Some(Fact::IntegrityStated(stated)) = events.next().await.unwrap().unwrap().event.unwrap().fact else { panic!() };
        assert_eq!((stated.state(), stated.valid_until.unwrap().year), (IntegrityState::Objection, 2027));

        let closed = world.close_case(&case.case_id).await.unwrap();
        assert_eq!(closed.state(), CaseState::Closed);
        assert!(world.close_case(&case.case_id).await.is_err());
        let of = &world.precision().await[0];
        assert_eq!((of.rule.as_str(), of.raised, of.in_cases, of.confirmed, of.unfounded), ("double", 1, 1, 1, 0));
        assert_eq!((of.precision_percentage.as_ref().unwrap().value.parse::<u32>(), of.established), (Ok(100), cents(TARIFF)));
        assert_eq!((of.rules_sha256.len(), world.work_in_cases().await), (64, vec![(SECOND.to_owned(), 1, 0)]));
        // It tells something of the provider, and is at stake no more.
        let request = proto::ListWorkRequest { office: "vgz".to_owned(), ..Default::default() };
        let items = world.screening.clone().list_work(request).await.unwrap().into_inner().items;
        assert_eq!(items[0].at_stake, cents(0));
    }

    async fn scr_07_hom_09_what_a_case_claims_back_reaches_home_care(engine) {
        let world = World::open(engine).await;
        let signal = world.double().await;
        let case = world.open_case(SECOND, &[&signal.signal_id]).await.unwrap();
        world.hear(&case.case_id).await.unwrap();
        world.respond(&case.case_id).await.unwrap();
        world.assess(&case, CaseKind::Misuse, TARIFF).await.unwrap();
        let proposal_id = world.propose(&case.case_id, all_measures(&signal, TARIFF)).await.unwrap();
        world.take(&proposal_id, "second").await.unwrap();
        let request =
            contract::homecare::ListCaseReclaimsRequest { office: "vgz".to_owned(), agb: SECOND.to_owned() };
        let mut reclaims = Vec::new();
        for _ in 0..400 {
            reclaims = world.homecare.clone().list_case_reclaims(request.clone()).await.unwrap().into_inner().reclaims;
            if !reclaims.is_empty() {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
        let one = &reclaims[0];
        assert_eq!((one.case_id.as_str(), one.reference.as_str(), one.year), (case.case_id.as_str(), "B1", 2024));
        assert_eq!((one.amount, one.credited), (cents(TARIFF), false));
        let explain = contract::homecare::ExplainRequest { decision_id: one.decision_id.clone() };
        let told = world.homecare.clone().explain(explain).await.unwrap().into_inner().explanation.unwrap().steps;
        assert_eq!(
            told[0].text_nl,
            format!(
                "Zaak {} van screening vordert van regel B1 € 72,76 terug; toegekend is € 145,52. Bij het jaareinde \
                 wordt teruggevorderd: € 72,76.",
                case.case_id
            )
        );
    }

    async fn scr_07_a_signal_is_in_one_case_of_the_provider_it_judges(engine) {
        let world = World::open(engine).await;
        let signal = world.double().await;
        let others = world.open_case(FIRST, &[&signal.signal_id]).await.unwrap_err();
        assert!(others.message().contains("judges no lines of provider"));
        assert_eq!(world.open_case(SECOND, &["nothing"]).await.unwrap_err().code(), Code::NotFound);
        assert_eq!(world.open_case(SECOND, &[]).await.unwrap_err().code(), Code::InvalidArgument);
        let case = world.open_case(SECOND, &[&signal.signal_id]).await.unwrap();
        let again = world.open_case(SECOND, &[&signal.signal_id]).await.unwrap_err();
        assert!(again.message().contains("is in a case already"));

        world.submit(SECOND, "F2", &[debit("B2", (5, 5), 1)]).await;
        world.caught_up().await;
        let found = world.signals(SECOND).await;
        let other = found.iter().find(|one| one.signal_id != signal.signal_id).unwrap();
        let request = proto::AddToCaseRequest {
            request_id: id(),
            case_id: case.case_id.clone(),
            signal_ids: vec![other.signal_id.clone()],
            motivation: "ook dit".to_owned(),
        };
        let added = world.screening.clone().add_to_case(by("first", request.clone())).await.unwrap().into_inner();
        assert_eq!(added.case.as_ref().unwrap().signals.len(), 2);
        // Sent again it has its effect once.
        assert_eq!(world.screening.clone().add_to_case(by("first", request)).await.unwrap().into_inner(), added);
    }

    async fn scr_07_an_unfounded_case_needs_no_hearing_and_its_signal_is_no_work_any_more(engine) {
        let world = World::open(engine).await;
        let signal = world.double().await;
        let case = world.open_case(SECOND, &[&signal.signal_id]).await.unwrap();
        let assessed = world.assess(&case, CaseKind::Unfounded, 0).await.unwrap();
        assert_eq!(assessed.kind(), CaseKind::Unfounded);
        assert!(world.work_in_cases().await.is_empty());
        assert!(world.propose(&case.case_id, all_measures(&signal, 1)).await.is_err());
        let proposal_id = world.propose(&case.case_id, proto::CaseMeasures::default()).await.unwrap();
        world.take(&proposal_id, "second").await.unwrap();
        world.close_case(&case.case_id).await.unwrap();
        let of = &world.precision().await[0];
        assert_eq!((of.confirmed, of.unfounded), (0, 1));
        assert_eq!(of.precision_percentage.as_ref().unwrap().value.parse::<u32>(), Ok(0));
    }

    async fn scr_07_who_assessed_a_case_does_not_take_what_another_proposed(engine) {
        let world = World::open(engine).await;
        let signal = world.double().await;
        let case = world.open_case(SECOND, &[&signal.signal_id]).await.unwrap();
        world.assess(&case, CaseKind::Unfounded, 0).await.unwrap();
        let request = proto::DecideCaseRequest {
            request_id: id(),
            case_id: case.case_id.clone(),
            measures: None,
            motivation: "niets".to_owned(),
        };
        let reply = world.screening.clone().decide_case(by("second", request)).await.unwrap().into_inner();
        let proposal_id = reply.proposal.unwrap().proposal_id;
        let refused = world.take(&proposal_id, "first").await.unwrap_err();
        assert!(refused.message().contains("first assessed the case"), "{}", refused.message());
        assert_eq!(world.case(&case.case_id).await.state(), CaseState::Assessed);
        world.take(&proposal_id, "third").await.unwrap();
    }

    async fn scr_07_a_credit_before_the_decision_takes_the_ground_away(engine) {
        let world = World::open(engine).await;
        let signal = world.double().await;
        let case = world.open_case(SECOND, &[&signal.signal_id]).await.unwrap();
        world.hear(&case.case_id).await.unwrap();
        world.respond(&case.case_id).await.unwrap();
        world.assess(&case, CaseKind::Misuse, TARIFF).await.unwrap();
        let proposal_id = world.propose(&case.case_id, all_measures(&signal, TARIFF)).await.unwrap();
        world.submit(SECOND, "F9", &[credit("C1", &debit("B1", (5, 6), 2))]).await;
        world.caught_up().await;
        let refused = world.take(&proposal_id, "second").await.unwrap_err();
        assert_eq!(refused.code(), Code::FailedPrecondition);
        let found = world.case(&case.case_id).await;
        assert_eq!((found.state(), found.signals[0].withdrawn), (CaseState::Assessed, true));
    }

    async fn scr_07_letters_hold_no_client_no_staff_and_no_other_provider(engine) {
        let world = World::open(engine).await;
        let signal = world.double().await;
        let case = world.open_case(SECOND, &[&signal.signal_id]).await.unwrap();
        let letter = async |kind: proto::LetterKind| {
            let request = proto::GetLetterRequest { case_id: case.case_id.clone(), kind: kind.into() };
            world.screening.clone().get_letter(request).await.map(|reply| reply.into_inner().letter.unwrap())
        };
        assert_eq!(reason(&letter(proto::LetterKind::Hearing).await.unwrap_err()), "LETTER_NOT_DUE");
        world.hear(&case.case_id).await.unwrap();
        world.respond(&case.case_id).await.unwrap();
        world.assess(&case, CaseKind::Fraud, TARIFF).await.unwrap();
        assert_eq!(reason(&letter(proto::LetterKind::Decision).await.unwrap_err()), "LETTER_NOT_DUE");
        let proposal_id = world.propose(&case.case_id, all_measures(&signal, TARIFF)).await.unwrap();
        world.take(&proposal_id, "second").await.unwrap();
        for kind in [proto::LetterKind::Hearing, proto::LetterKind::Decision] {
            let letter = letter(kind).await.unwrap();
            let text = format!("{letter:?}");
            for other in [signal.client.as_str(), FIRST, "A1", "local:first", "local:second"] {
                assert!(!text.contains(&format!("\"{other}\"")) && !text.contains(&format!(" {other} ")), "{other} in {text}");
            }
            let told = &letter.signals[0];
            assert!(told.another_provider && told.lines.len() == 1 && told.lines[0].reference == "B1");
            assert_eq!((letter.agb.as_str(), told.product.as_str()), (SECOND, "1000"));
            assert!(told.about.as_ref().unwrap().source.contains("VGZ") || !told.about.as_ref().unwrap().source.is_empty());
        }
        let decision = letter(proto::LetterKind::Decision).await.unwrap();
        assert_eq!((decision.reclaimed, decision.consequences.len()), (cents(TARIFF), 3));
        assert_eq!(letter(proto::LetterKind::Hearing).await.unwrap().recourse_until, june(17));
    }

    async fn scr_07_cases_are_listed_by_state_and_provider(engine) {
        let world = World::open(engine).await;
        let signal = world.double().await;
        let case = world.open_case(SECOND, &[&signal.signal_id]).await.unwrap();
        let list = async |agb: &str, state: CaseState| {
            let request = proto::ListCasesRequest {
                office: "vgz".to_owned(),
                agb: agb.to_owned(),
                state: state.into(),
                ..Default::default()
            };
            world.screening.clone().list_cases(request).await.unwrap().into_inner().cases
        };
        assert_eq!(list("", CaseState::Unspecified).await, std::slice::from_ref(&case));
        assert_eq!(list(SECOND, CaseState::Open).await, [case]);
        assert!(list(FIRST, CaseState::Unspecified).await.is_empty());
        assert!(list("", CaseState::Decided).await.is_empty());
    }

    async fn scr_07_a_request_with_wrong_fields_names_them_all(engine) {
        let world = World::open(engine).await;
        let request = proto::DecideCaseRequest {
            request_id: "1".to_owned(),
            case_id: String::new(),
            measures: Some(proto::CaseMeasures { no_new_agreement: true, ..Default::default() }),
            motivation: String::new(),
        };
        let status = world.screening.clone().decide_case(request).await.unwrap_err();
        let details = status.get_error_details();
        let fields: Vec<&str> =
            details.bad_request().unwrap().field_violations.iter().map(|one| one.field.as_str()).collect();
        assert_eq!(fields, ["request_id", "case_id", "measures.acts", "motivation"]);
    }
}
