//! Subcontractors that are reported under an agreement (REG-12).

use chrono::Datelike;
use contract::registration as proto;
use edge::{Begun, Call};
use explain::Trace;

use super::{Rpc, registrations::precondition};
use crate::{
    convert, decide,
    decide::SubcontractorFacts,
    domain::{DutyKind, DutyState, ReportedSubcontractor, Round, SubcontractorState},
    error::Error,
    rules, store,
};

impl Rpc {
    pub(super) async fn report_subcontractor(
        &self,
        call: &Call,
        request: proto::ReportSubcontractorRequest,
    ) -> Result<proto::ReportSubcontractorResponse, Error> {
        let reported = convert::report_subcontractor(&request)?;
        let mut write = match self.core.begin(call, reported.request_id, &request).await? {
            Begun::New(write) => write,
            Begun::Replay(reply) => return Ok(reply),
        };
        let now = write.now;
        let agreement = store::take_agreement(&mut write.tx, &reported.agreement_id).await?;
        let (office, sector) = (agreement.office.clone(), agreement.sector);
        // The rules are those of the year in which it is to deliver.
        let year = ::calendar::amsterdam_date(now).max(agreement.first_day).year();
        let facts = SubcontractorFacts {
            round: Round { round_id: String::new(), office, sector, year },
            whole_package: request.whole_package,
            self_employed: reported.subcontractor.self_employed,
            reported: now,
        };
        let mut trace = Trace::new();
        let follows = decide::reporting(&facts, &self.core.rules, &mut trace)?;
        let subcontractor_id = self.new_id();
        let decision_id =
            self.record(&mut write, (&agreement.office, "subcontractor", &subcontractor_id), &facts, trace).await?;
        let reported = ReportedSubcontractor {
            subcontractor_id,
            agreement_id: reported.agreement_id,
            subcontractor: reported.subcontractor,
            whole_package: request.whole_package,
            reported: now,
            due: follows.due,
            by_silence: follows.by_silence,
            state: follows.state,
            motivation: String::new(),
            decision_id,
        };
        store::add_subcontractor(&mut write.tx, &reported).await?;
        if let (Some(due), SubcontractorState::Reported) = (follows.due, follows.state) {
            let due = self.due(DutyKind::Subcontractor, &rules::SUBCONTRACTOR_UNTIL, due);
            self.owe(&mut write, (&agreement.office, agreement.agb, &reported.subcontractor_id), due).await?;
        }
        let subcontractor = Some(convert::reported(&reported));
        Ok(write.commit(proto::ReportSubcontractorResponse { subcontractor }).await?)
    }

    pub(super) async fn answer_subcontractor(
        &self,
        call: &Call,
        request: proto::AnswerSubcontractorRequest,
    ) -> Result<proto::AnswerSubcontractorResponse, Error> {
        let (request_id, subcontractor_id, motivation) = convert::answer_subcontractor(&request)?;
        let mut write = match self.core.begin(call, request_id, &request).await? {
            Begun::New(write) => write,
            Begun::Replay(reply) => return Ok(reply),
        };
        let now = write.now;
        let agreement_id = store::subcontractor(&mut write.tx, &subcontractor_id).await?.agreement_id;
        store::take_agreement(&mut write.tx, &agreement_id).await?;
        // Read again now that nobody else can answer.
        let reported = store::subcontractor(&mut write.tx, &subcontractor_id).await?;
        let answered = matches!(reported.state, SubcontractorState::Consented | SubcontractorState::Objected);
        if answered {
            return Err(precondition("SUBCONTRACTOR_ANSWERED", &subcontractor_id, "it was answered before".to_owned()));
        }
        let state = if request.consents { SubcontractorState::Consented } else { SubcontractorState::Objected };
        let reported = ReportedSubcontractor { state, motivation, ..reported };
        store::save_subcontractor(&mut write.tx, &reported).await?;
        let closed = (subcontractor_id.as_str(), DutyKind::Subcontractor);
        store::close_duties(&mut write.tx, closed, DutyState::Met, now).await?;
        let subcontractor = Some(convert::reported(&reported));
        Ok(write.commit(proto::AnswerSubcontractorResponse { subcontractor }).await?)
    }

    pub(super) async fn list_subcontractors(
        &self,
        call: &Call,
        request: proto::ListSubcontractorsRequest,
    ) -> Result<proto::ListSubcontractorsResponse, Error> {
        let id = convert::id("agreement_id", &request.agreement_id)?;
        let mut tx = self.core.read(call).await?;
        store::agreement(&mut tx, &id).await?;
        let rows = store::subcontractors(&mut tx, &id).await?;
        Ok(proto::ListSubcontractorsResponse { subcontractors: rows.iter().map(convert::reported).collect() })
    }
}
