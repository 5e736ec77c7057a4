//! Questions, objections and hardship requests (REG-17).

use contract::registration as proto;
use edge::{Begun, Call};
use explain::Trace;

use super::{Rpc, registrations::precondition};
use crate::{
    convert, decide,
    decide::AppealFacts,
    domain::{Appeal, AppealKind, AppealState, DutyKind, DutyState},
    error::Error,
    rules, store,
};

impl Rpc {
    pub(super) async fn file_appeal(
        &self,
        call: &Call,
        request: proto::FileAppealRequest,
    ) -> Result<proto::FileAppealResponse, Error> {
        let filed = convert::file_appeal(&request)?;
        let mut write = match self.core.begin(call, filed.request_id, &request).await? {
            Begun::New(write) => write,
            Begun::Replay(reply) => return Ok(reply),
        };
        let now = write.now;
        let round = store::round(&mut write.tx, &filed.round_id).await?;
        store::known_provider(&mut write.tx, filed.agb).await?;
        let announced = store::announced(&mut write.tx, &filed.round_id, filed.agb).await?;
        if filed.kind == AppealKind::Award && announced.is_none() {
            let message = "nothing was announced to this provider in the round".to_owned();
            return Err(precondition("NOTHING_ANNOUNCED", &filed.round_id, message));
        }
        let facts = AppealFacts {
            round,
            kind: filed.kind,
            filed: now,
            proceedings: filed.proceedings,
            asked: store::asked_about(&mut write.tx, &filed.round_id, filed.agb, &filed.part).await?,
            announced,
            received: filed.received,
        };
        let mut trace = Trace::new();
        let considered = decide::appeal(&facts, &self.core.rules, &mut trace)?;
        let appeal_id = self.new_id();
        let decision_id = self.record(&mut write, (&facts.round.office, "appeal", &appeal_id), &facts, trace).await?;
        let appeal = Appeal {
            appeal_id,
            round_id: filed.round_id,
            agb: filed.agb,
            kind: filed.kind,
            part: filed.part,
            text: filed.text,
            filed: now,
            proceedings: filed.proceedings,
            until: considered.until,
            answer_due: considered.answer,
            waits_for_judge: considered.waits_for_judge,
            state: if considered.considered { AppealState::Open } else { AppealState::NotConsidered },
            answer: String::new(),
            decision_id,
        };
        store::add_appeal(&mut write.tx, &appeal).await?;
        if let Some(last) = considered.answer {
            let due = self.due(DutyKind::Hardship, &rules::HARDSHIP_ANSWER, decide::end_of(last));
            self.owe(&mut write, (&facts.round.office, appeal.agb, &appeal.appeal_id), due).await?;
        }
        write.note(&format!("{} {}: {}", appeal.kind, appeal.appeal_id, appeal.state));
        Ok(write.commit(proto::FileAppealResponse { appeal: Some(convert::appeal(&appeal)) }).await?)
    }

    pub(super) async fn answer_appeal(
        &self,
        call: &Call,
        request: proto::AnswerAppealRequest,
    ) -> Result<proto::AnswerAppealResponse, Error> {
        let (request_id, appeal_id, answer) = convert::answer_appeal(&request)?;
        let mut write = match self.core.begin(call, request_id, &request).await? {
            Begun::New(write) => write,
            Begun::Replay(reply) => return Ok(reply),
        };
        let now = write.now;
        let appeal = store::appeal(&mut write.tx, &appeal_id).await?;
        let state = if request.upheld { AppealState::Upheld } else { AppealState::Dismissed };
        let appeal = Appeal { state, answer, ..appeal };
        if !store::answer_appeal(&mut write.tx, &appeal).await? {
            return Err(precondition(
                "APPEAL_NOT_OPEN",
                &appeal_id,
                "it was answered, or is not considered".to_owned(),
            ));
        }
        store::close_duties(&mut write.tx, (&appeal_id, DutyKind::Hardship), DutyState::Met, now).await?;
        Ok(write.commit(proto::AnswerAppealResponse { appeal: Some(convert::appeal(&appeal)) }).await?)
    }

    pub(super) async fn list_appeals(
        &self,
        call: &Call,
        request: proto::ListAppealsRequest,
    ) -> Result<proto::ListAppealsResponse, Error> {
        let (round_id, page) = convert::list_appeals(&request)?;
        let mut rows = store::appeals(&mut self.core.read(call).await?, &round_id, &page).await?;
        let next_page_token = page.cut(&mut rows, |row| vec![row.appeal_id.clone()]);
        Ok(proto::ListAppealsResponse { appeals: rows.iter().map(convert::appeal).collect(), next_page_token })
    }
}
