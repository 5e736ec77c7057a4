//! Cases between the contract and the domain.

use chrono::NaiveDate;
use contract::screening as proto;
use edge::{Act, EdgeError, Fields, Office, Page, to_proto};
use identifiers::Agb;
use money::Money;
use uuid::Uuid;

use crate::{
    decide::case::SignalVerdict,
    domain::{
        Authority, Case, CaseKind, CaseMove, CaseSignal, CaseState, Condition, Disposition, Measures, Reclaimed,
        SignalKind,
    },
};

/// Reads ids that have to be there, each once.
fn ids(fields: &mut Fields, name: &str, given: &[String]) -> Option<Vec<String>> {
    fields.check(!given.is_empty(), name, "at least one is needed");
    let twice = given.iter().enumerate().any(|(at, id)| given[..at].contains(id));
    fields.check(!twice, name, "names one twice");
    let ids = given.iter().enumerate().map(|(at, id)| fields.id(&format!("{name}[{at}]"), id));
    let ids: Vec<Option<String>> = ids.collect();
    ids.into_iter().collect()
}

/// A case to be opened.
#[derive(Debug)]
pub struct OpenCase {
    /// The request.
    pub request_id: Uuid,
    /// The office.
    pub office: Office,
    /// The provider.
    pub agb: Agb,
    /// The signals.
    pub signal_ids: Vec<String>,
    /// Why.
    pub motivation: String,
}

/// Reads a case to be opened.
pub fn open_case(request: &proto::OpenCaseRequest) -> Result<OpenCase, EdgeError> {
    let mut fields = Fields::new();
    let request_id = fields.request_id(&request.request_id);
    let (office, agb) = (fields.office("office", &request.office), fields.agb("agb", &request.agb));
    let signal_ids = ids(&mut fields, "signal_ids", &request.signal_ids);
    let motivation = fields.text("motivation", &request.motivation);
    let read = fields.all((request_id, office, agb, signal_ids, motivation))?;
    let (request_id, office, agb, signal_ids, motivation) = read;
    Ok(OpenCase { request_id, office, agb, signal_ids, motivation })
}

/// Reads what is added to a case: request, case, signals and why.
pub fn add_to_case(request: &proto::AddToCaseRequest) -> Result<(Uuid, String, Vec<String>, String), EdgeError> {
    let mut fields = Fields::new();
    let request_id = fields.request_id(&request.request_id);
    let case_id = fields.id("case_id", &request.case_id);
    let signal_ids = ids(&mut fields, "signal_ids", &request.signal_ids);
    let motivation = fields.text("motivation", &request.motivation);
    fields.all((request_id, case_id, signal_ids, motivation))
}

/// How a provider is told.
#[derive(Debug)]
pub struct StartHearing {
    /// The request.
    pub request_id: Uuid,
    /// The case.
    pub case_id: String,
    /// The day on which it is told.
    pub informed: NaiveDate,
    /// The last day on which it can respond.
    pub due: Option<NaiveDate>,
    /// The document.
    pub document: String,
}

/// Reads how a provider is told.
pub fn start_hearing(request: &proto::StartHearingRequest) -> Result<StartHearing, EdgeError> {
    let mut fields = Fields::new();
    let request_id = fields.request_id(&request.request_id);
    let case_id = fields.id("case_id", &request.case_id);
    let informed = fields.date("informed_date", request.informed_date.as_ref());
    let due = fields.optional_date("response_due_date", request.response_due_date.as_ref());
    let document = fields.id("document", &request.document);
    let (request_id, case_id, informed, due, document) = fields.all((request_id, case_id, informed, due, document))?;
    Ok(StartHearing { request_id, case_id, informed, due, document })
}

/// Reads a response: request, case, document and day.
pub fn record_response(request: &proto::RecordResponseRequest) -> Result<(Uuid, String, String, NaiveDate), EdgeError> {
    let mut fields = Fields::new();
    let request_id = fields.request_id(&request.request_id);
    let case_id = fields.id("case_id", &request.case_id);
    let document = fields.id("document", &request.document);
    let received = fields.date("received_date", request.received_date.as_ref());
    fields.all((request_id, case_id, document, received))
}

/// What a case is held to be.
#[derive(Debug)]
pub struct AssessCase {
    /// The request.
    pub request_id: Uuid,
    /// The case.
    pub case_id: String,
    /// What it comes to.
    pub kind: CaseKind,
    /// The signals.
    pub signals: Vec<SignalVerdict>,
    /// The reports.
    pub reports: Vec<(Authority, NaiveDate)>,
    /// Why.
    pub motivation: String,
}

/// Reads what a case is held to be.
pub fn assess_case(request: &proto::AssessCaseRequest) -> Result<AssessCase, EdgeError> {
    let mut fields = Fields::new();
    let request_id = fields.request_id(&request.request_id);
    let case_id = fields.id("case_id", &request.case_id);
    let kind = CaseKind::from_proto(request.kind);
    fields.check(kind.is_some(), "kind", "is needed");
    let signals = request.signals.iter().enumerate().map(|(at, one)| {
        let signal_id = fields.id(&format!("signals[{at}].signal_id"), &one.signal_id);
        let disposition = Disposition::from_proto(one.disposition);
        fields.check(disposition.is_some(), &format!("signals[{at}].disposition"), "expected confirmed or unfounded");
        let established = match (&one.established, disposition) {
            (None, Some(Disposition::Unfounded)) => Some(Money::ZERO),
            (some, _) => fields.positive_money(&format!("signals[{at}].established"), some.as_ref()),
        };
        Some(SignalVerdict { signal_id: signal_id?, disposition: disposition?, established: established? })
    });
    let signals: Vec<Option<SignalVerdict>> = signals.collect();
    let signals = signals.into_iter().collect::<Option<Vec<_>>>();
    let reports = request.reports.iter().enumerate().map(|(at, one)| {
        let authority = Authority::from_proto(one.authority);
        fields.check(authority.is_some(), &format!("reports[{at}].authority"), "is needed");
        let reported = fields.date(&format!("reports[{at}].reported_date"), one.reported_date.as_ref());
        Some((authority?, reported?))
    });
    let reports: Vec<Option<(Authority, NaiveDate)>> = reports.collect();
    let reports = reports.into_iter().collect::<Option<Vec<_>>>();
    let motivation = fields.text("motivation", &request.motivation);
    let read = fields.all((request_id, case_id, kind, signals, reports, motivation))?;
    let (request_id, case_id, kind, signals, reports, motivation) = read;
    Ok(AssessCase { request_id, case_id, kind, signals, reports, motivation })
}

/// Reads what is decided: request, case, measures and why.
pub fn decide_case(request: &proto::DecideCaseRequest) -> Result<(Uuid, String, Measures, String), EdgeError> {
    let mut fields = Fields::new();
    let request_id = fields.request_id(&request.request_id);
    let case_id = fields.id("case_id", &request.case_id);
    let measures = read_measures(&mut fields, &request.measures.clone().unwrap_or_default());
    let motivation = fields.text("motivation", &request.motivation);
    fields.all((request_id, case_id, measures, motivation))
}

fn read_measures(fields: &mut Fields, given: &proto::CaseMeasures) -> Option<Measures> {
    let conditions = given.conditions.iter().enumerate().map(|(at, condition)| {
        let text = fields.text(&format!("measures.conditions[{at}].text"), &condition.text);
        let due = fields.date(&format!("measures.conditions[{at}].due_date"), condition.due_date.as_ref());
        Some(Condition { text: text?, due: due? })
    });
    let conditions: Vec<Option<Condition>> = conditions.collect();
    let acts = given.acts.iter().enumerate().map(|(at, number)| fields.act(&format!("measures.acts[{at}]"), *number));
    let acts: Vec<Option<Act>> = acts.collect();
    let twice = given.acts.iter().enumerate().any(|(at, act)| given.acts[..at].contains(act));
    fields.check(!twice, "measures.acts", "names one twice");
    let wanted = given.no_new_agreement || given.terminate_at_once || !given.conditions.is_empty();
    let problem = "are needed with a measure about agreements, and only with one";
    fields.check(wanted != given.acts.is_empty(), "measures.acts", problem);
    let reclaimed = given.reclaimed.iter().enumerate().map(|(at, one)| {
        let of = |field: &str| format!("measures.reclaimed[{at}].{field}");
        fields.check(one.reference.is_empty(), &of("reference"), "must be empty: it is told");
        let signal_id = fields.id(&of("signal_id"), &one.signal_id);
        let known = matches!(one.service.as_str(), "budget" | "homecare");
        fields.check(known, &of("service"), "expected budget or homecare");
        let file_id = fields.id(&of("file_id"), &one.file_id);
        let amount = fields.positive_money(&of("amount"), one.amount.as_ref());
        let (service, detail_number) = (one.service.clone(), one.detail_number);
        Some(Reclaimed { signal_id: signal_id?, service, file_id: file_id?, detail_number, amount: amount? })
    });
    let reclaimed: Vec<Option<Reclaimed>> = reclaimed.collect();
    Some(Measures {
        conditions: conditions.into_iter().collect::<Option<_>>()?,
        no_new_agreement: given.no_new_agreement,
        terminate_at_once: given.terminate_at_once,
        acts: acts.into_iter().collect::<Option<_>>()?,
        reclaimed: reclaimed.into_iter().collect::<Option<_>>()?,
    })
}

/// Reads what is closed: request, case and why.
pub fn close_case(request: &proto::CloseCaseRequest) -> Result<(Uuid, String, String), EdgeError> {
    let mut fields = Fields::new();
    let request_id = fields.request_id(&request.request_id);
    let case_id = fields.id("case_id", &request.case_id);
    let motivation = fields.text("motivation", &request.motivation);
    fields.all((request_id, case_id, motivation))
}

/// Reads which case is asked.
pub fn get_case(case_id: &str) -> Result<String, EdgeError> {
    let mut fields = Fields::new();
    let id = fields.id("case_id", case_id);
    fields.all((id,)).map(|(id,)| id)
}

/// Reads which cases are asked: office, provider and state, where there is one, and which page.
pub fn list_cases(request: &proto::ListCasesRequest) -> Result<(Office, String, &'static str, Page), EdgeError> {
    let mut fields = Fields::new();
    let office = fields.office("office", &request.office);
    let agb = match request.agb.as_str() {
        "" => Some(String::new()),
        agb => fields.agb("agb", agb).map(|agb| agb.to_string()),
    };
    let state = match request.state {
        0 => Some(""),
        number => CaseState::from_proto(number).map(CaseState::as_str),
    };
    fields.check(state.is_some(), "state", "is no state of a case");
    let page = Page::read(&mut fields, request.page_size, &request.page_token, 1);
    fields.all((office, agb, state, page))
}

fn signal_kind(kind: SignalKind) -> i32 {
    match kind {
        SignalKind::Exact => proto::SignalKind::Exact.into(),
        SignalKind::Signal => proto::SignalKind::Signal.into(),
    }
}

pub(super) fn conditions(conditions: &[Condition]) -> Vec<proto::IntegrityCondition> {
    let condition = |condition: &Condition| proto::IntegrityCondition {
        text: condition.text.clone(),
        due_date: to_proto::date(condition.due),
    };
    conditions.iter().map(condition).collect()
}

fn case_signal(signal: &CaseSignal) -> proto::CaseSignal {
    proto::CaseSignal {
        signal_id: signal.signal_id.clone(),
        rule_id: signal.rule_id.clone(),
        rule: signal.rule.clone(),
        kind: signal_kind(signal.kind),
        at_stake: to_proto::money(signal.at_stake),
        withdrawn: !signal.standing,
        disposition: signal.disposition.map_or(0, Disposition::to_proto),
        established: to_proto::money(signal.established),
    }
}

/// What is decided, with the references of the lines of which something is claimed back.
pub fn measures(case: &Case, measures: &Measures) -> proto::CaseMeasures {
    let reference = |one: &Reclaimed| {
        let mut lines =
            case.signals.iter().filter(|signal| signal.signal_id == one.signal_id).flat_map(|signal| &signal.lines);
        let line = lines.find(|line| {
            (line.service.as_str(), line.file_id.as_str(), line.detail_number)
                == (one.service.as_str(), one.file_id.as_str(), one.detail_number)
        });
        line.map(|line| line.reference.clone()).unwrap_or_default()
    };
    let reclaimed = measures.reclaimed.iter().map(|one| proto::ReclaimedLine {
        signal_id: one.signal_id.clone(),
        service: one.service.clone(),
        file_id: one.file_id.clone(),
        detail_number: one.detail_number,
        reference: reference(one),
        amount: to_proto::money(one.amount),
    });
    proto::CaseMeasures {
        conditions: conditions(&measures.conditions),
        no_new_agreement: measures.no_new_agreement,
        terminate_at_once: measures.terminate_at_once,
        acts: measures.acts.iter().map(|act| act.to_proto()).collect(),
        reclaimed: reclaimed.collect(),
    }
}

/// A case with its steps.
pub fn case(case: &Case, moves: &[CaseMove]) -> Result<proto::Case, EdgeError> {
    let (hearing, assessment) = (case.content.hearing.as_ref(), case.content.assessment.as_ref());
    let verdict = case.content.verdict.as_ref();
    let established = Money::total(case.signals.iter().map(|signal| signal.established))?;
    let reports = assessment.map(|assessment| assessment.reports.as_slice()).unwrap_or_default();
    let moves = moves.iter().map(|one| proto::CaseMove {
        state: one.state.to_proto(),
        decision_id: one.decision_id.clone(),
        moved_by: one.moved_by.clone(),
        moved_time: to_proto::time(one.moved),
    });
    Ok(proto::Case {
        case_id: case.case_id.clone(),
        office: case.office.to_string(),
        agb: case.agb.to_string(),
        state: case.state.to_proto(),
        signals: case.signals.iter().map(case_signal).collect(),
        hearing: hearing.map(|hearing| proto::CaseHearing {
            informed_date: to_proto::date(hearing.informed),
            response_due_date: to_proto::date(hearing.due),
            document: hearing.document.clone(),
            received_date: hearing.response.as_ref().and_then(|(received, _)| to_proto::date(*received)),
            response_document: hearing.response.as_ref().map(|(_, document)| document.clone()).unwrap_or_default(),
            in_time: hearing.in_time().unwrap_or_default(),
        }),
        kind: assessment.map_or(0, |assessment| assessment.kind.to_proto()),
        deliberate: assessment.is_some_and(|assessment| assessment.deliberate),
        reports: reports
            .iter()
            .map(|(authority, reported)| proto::AuthorityReport {
                authority: authority.to_proto(),
                reported_date: to_proto::date(*reported),
            })
            .collect(),
        established: to_proto::money(established),
        measures: verdict.map(|verdict| measures(case, &verdict.measures)),
        decided_date: verdict.and_then(|verdict| to_proto::date(verdict.decided)),
        moves: moves.collect(),
    })
}

/// What is made known of a decided case; none before it is.
pub fn case_decided(case: &Case, decision_id: &str, until: Option<NaiveDate>) -> Option<proto::CaseDecided> {
    let verdict = case.content.verdict.as_ref()?;
    Some(proto::CaseDecided {
        case_id: case.case_id.clone(),
        office: case.office.to_string(),
        agb: case.agb.to_string(),
        kind: case.content.assessment.as_ref().map_or(0, |assessment| assessment.kind.to_proto()),
        measures: Some(measures(case, &verdict.measures)),
        decided_date: to_proto::date(verdict.decided),
        decision_id: decision_id.to_owned(),
        until_date: until.and_then(to_proto::date),
    })
}
