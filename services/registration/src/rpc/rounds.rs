//! Purchasing rounds and their calendars (REG-05).

use contract::registration as proto;
use edge::{Begun, Call, EdgeError};

use super::Rpc;
use crate::{convert, decide, domain::Round, error::Error, store};

impl Rpc {
    /// A round with its calendar; without one when its rule file was taken away since.
    fn round_out(&self, round: &Round) -> Result<proto::Round, Error> {
        let milestones = match decide::calendar(round, &self.core.rules) {
            Err(Error::NoCalendar { .. }) => Vec::new(),
            other => other?,
        };
        Ok(convert::round(round, milestones))
    }

    pub(super) async fn open_round(
        &self,
        call: &Call,
        request: proto::OpenRoundRequest,
    ) -> Result<proto::OpenRoundResponse, Error> {
        let (request_id, round) = convert::open_round(&request, || self.new_id())?;
        let mut write = match self.core.begin(call, request_id, &request).await? {
            Begun::New(write) => write,
            Begun::Replay(reply) => return Ok(reply),
        };
        let now = write.now;
        let opened = convert::round(&round, decide::calendar(&round, &self.core.rules)?);
        if !store::add_round(&mut write.tx, &round, now).await? {
            let id = format!("{} {} {}", round.office, round.sector, round.year);
            return Err(EdgeError::AlreadyExists { what: "round", id }.into());
        }
        Ok(write.commit(proto::OpenRoundResponse { round: Some(opened) }).await?)
    }

    pub(super) async fn get_round(
        &self,
        call: &Call,
        request: proto::GetRoundRequest,
    ) -> Result<proto::GetRoundResponse, Error> {
        let round_id = convert::id("round_id", &request.round_id)?;
        let round = store::round(&mut self.core.read(call).await?, &round_id).await?;
        Ok(proto::GetRoundResponse { round: Some(self.round_out(&round)?) })
    }

    pub(super) async fn list_rounds(
        &self,
        call: &Call,
        request: proto::ListRoundsRequest,
    ) -> Result<proto::ListRoundsResponse, Error> {
        let (office, page) = convert::list_rounds(&request)?;
        let mut rows = store::rounds(&mut self.core.read(call).await?, &office, &page).await?;
        let next_page_token = page.cut(&mut rows, |row| vec![row.round_id.clone()]);
        let rounds = rows.iter().map(|round| self.round_out(round)).collect::<Result<_, _>>()?;
        Ok(proto::ListRoundsResponse { rounds, next_page_token })
    }
}
