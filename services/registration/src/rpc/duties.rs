//! What is due, and that it was done (REG-05, REG-10, REG-18).

use chrono::{DateTime, Utc};
use contract::registration as proto;
use edge::{Begun, Call, EdgeError, InvalidRequest, Page};
use explain::Text;

use super::{Rpc, assessing::facts, registrations::precondition};
use crate::{
    convert, decide,
    domain::{Due, Duty, DutyKind},
    error::Error,
    store,
    store::Looked,
};

impl Rpc {
    /// What a rule asks by a moment, in the words of the kind of duty.
    pub(super) fn due(&self, kind: DutyKind, text: &Text, due: DateTime<Utc>) -> Due {
        let words = self.core.rules.text("REG-05", &format!("duty_{kind}")).unwrap_or_default();
        Due {
            kind,
            rule: text.rule.to_owned(),
            code: kind.as_str().to_owned(),
            due,
            dutch: words.0.to_owned(),
            english: words.1.to_owned(),
        }
    }

    pub(super) async fn list_duties(
        &self,
        call: &Call,
        request: proto::ListDutiesRequest,
    ) -> Result<proto::ListDutiesResponse, Error> {
        let query = convert::list_duties(&request)?;
        let now = self.core.clock.now();
        let mut tx = self.core.read(call).await?;
        let mut found = Vec::new();
        let first_page = request.page_token.is_empty();
        if first_page {
            found.extend(self.milestones(&mut tx, &query, now).await?);
        }
        let after = after(&query.page)?;
        let looked = Looked {
            office: &query.office,
            agb: query.agb,
            state: query.state,
            until: query.until.unwrap_or_else(far),
            after: (after, &query.page.after[1]),
        };
        let mut rows = store::duties(&mut tx, &looked, &query.page).await?;
        let next_page_token =
            query.page.cut(&mut rows, |row: &Duty| vec![row.due.due.to_rfc3339(), row.duty_id.clone()]);
        found.extend(rows.iter().map(convert::duty));
        let key = |duty: &proto::Duty| duty.due_time.as_ref().map(|time| (time.seconds, time.nanos));
        found.sort_by_key(key);
        Ok(proto::ListDutiesResponse { duties: found, next_page_token })
    }

    /// The dates of the calendars of an office's rounds.
    async fn milestones(
        &self,
        tx: &mut database::Tx,
        query: &convert::DutyQuery,
        now: DateTime<Utc>,
    ) -> Result<Vec<proto::Duty>, Error> {
        let mut found = Vec::new();
        for round in store::all_rounds(tx, &query.office).await? {
            let milestones = match decide::calendar(&round, &self.core.rules) {
                Err(Error::NoCalendar { .. }) => continue,
                other => other?,
            };
            let due =
                milestones.into_iter().filter(|milestone| query.until.is_none_or(|until| milestone.until <= until));
            found.extend(due.map(|milestone| convert::milestone_duty(&round, milestone, now)));
        }
        if let Some(state) = query.state {
            found.retain(|duty| duty.state == state.to_proto());
        }
        Ok(found)
    }

    pub(super) async fn ask_evidence(
        &self,
        call: &Call,
        request: proto::AskEvidenceRequest,
    ) -> Result<proto::AskEvidenceResponse, Error> {
        let (request_id, agreement_id, code, due) = convert::ask_evidence(&request)?;
        let mut write = match self.core.begin(call, request_id, &request).await? {
            Begun::New(write) => write,
            Begun::Replay(reply) => return Ok(reply),
        };
        let now = write.now;
        let agreement = store::take_agreement(&mut write.tx, &agreement_id).await?;
        let Some(registration_id) = &agreement.registration_id else {
            let message = "it was not concluded here, on a registration".to_owned();
            return Err(precondition("AGREEMENT_RECORDED", &agreement_id, message));
        };
        let registration = store::registration(&mut write.tx, registration_id).await?;
        let assessed = registration.state.assessed().map(|assessed| assessed.category);
        let (Some(received), Some(category)) = (registration.state.received(), assessed) else {
            return Err(EdgeError::Stored("an agreement without an assessment".to_owned()).into());
        };
        let facts = facts(&mut write.tx, &registration, received, now).await?;
        let Some(due) = decide::on_request(&facts, category, &code, due, &self.core.rules) else {
            let problem = "is no requirement of this provider that is shown on request".to_owned();
            return Err(EdgeError::from(InvalidRequest(vec![("code".to_owned(), problem)])).into());
        };
        if due.due < now {
            let problem = "is past".to_owned();
            return Err(EdgeError::from(InvalidRequest(vec![("due_date".to_owned(), problem)])).into());
        }
        let duty = self.owe(&mut write, (&agreement.office, agreement.agb, &agreement_id), due).await?;
        Ok(write.commit(proto::AskEvidenceResponse { duty: Some(convert::duty(&duty)) }).await?)
    }

    pub(super) async fn record_evidence(
        &self,
        call: &Call,
        request: proto::RecordEvidenceRequest,
    ) -> Result<proto::RecordEvidenceResponse, Error> {
        let (request_id, duty_id, evidence, met) = convert::record_evidence(&request)?;
        let mut write = match self.core.begin(call, request_id, &request).await? {
            Begun::New(write) => write,
            Begun::Replay(reply) => return Ok(reply),
        };
        if met > ::calendar::amsterdam_date(write.now) {
            let problem = "is in the future".to_owned();
            return Err(EdgeError::from(InvalidRequest(vec![("met_date".to_owned(), problem)])).into());
        }
        let duty = store::duty(&mut write.tx, &duty_id).await?;
        if !matches!(duty.due.kind, DutyKind::Condition | DutyKind::Obligation) {
            let message = format!("a duty of kind {} is not met with evidence", duty.due.kind);
            return Err(precondition("DUTY_NOT_BY_EVIDENCE", &duty_id, message));
        }
        let met = decide::end_of(met).min(write.now);
        let duty = Duty { state: duty.done(met), met: Some(met), evidence, ..duty };
        if !store::close_duty(&mut write.tx, &duty).await? {
            return Err(precondition("DUTY_CLOSED", &duty_id, "it was met or withdrawn before".to_owned()));
        }
        Ok(write.commit(proto::RecordEvidenceResponse { duty: Some(convert::duty(&duty)) }).await?)
    }
}

/// The moment after which a page begins.
fn after(page: &Page) -> Result<DateTime<Utc>, Error> {
    match page.after[0].as_str() {
        "" => Ok(DateTime::UNIX_EPOCH),
        text => text.parse().map_err(|_| {
            let problem = "is not a token of this list".to_owned();
            EdgeError::from(InvalidRequest(vec![("page_token".to_owned(), problem)])).into()
        }),
    }
}

/// Later than anything that is due.
fn far() -> DateTime<Utc> {
    DateTime::from_timestamp(32_503_679_999, 0).unwrap_or(DateTime::<Utc>::MAX_UTC)
}
