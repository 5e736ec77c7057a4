//! Stops for new clients (HOM-07).

use calendar::amsterdam_date;
use contract::homecare as proto;
use edge::{
    Begun, Call, EdgeError, Write,
    four_eyes::{Adverse, Eyes},
};
use explain::{Facts, Trace};

use super::Rpc;
use crate::{
    convert,
    decide::client_stop::{self, StopEndFacts, StopFacts},
    domain::{ClientStop, ProviderYear, Raise},
    error, feed, store,
};

impl Rpc {
    pub(super) async fn start_client_stop(
        &self,
        call: &Call,
        request: proto::StartClientStopRequest,
    ) -> Result<proto::StartClientStopResponse, EdgeError> {
        let asked = convert::start_stop(&request)?;
        let mut write = match self.core.begin(call, asked.request_id, &request).await? {
            Begun::New(write) => write,
            Begun::Replay(reply) => return Ok(reply),
        };
        let reply = self.start_stop_in(&mut write, &request, Eyes::First).await?;
        write.commit(reply).await
    }

    /// A stop always takes four eyes.
    pub(super) async fn start_stop_in(
        &self,
        write: &mut Write,
        request: &proto::StartClientStopRequest,
        eyes: Eyes<'_>,
    ) -> Result<proto::StartClientStopResponse, EdgeError> {
        let asked = convert::start_stop(request)?;
        let raise = store::raise(&mut write.tx, &asked.raise_id).await?;
        store::take_ceiling(&mut write.tx, &raise.of).await?.ok_or_else(|| error::no_agreement(&raise.of))?;
        let facts = self.stop_facts(write, &raise, asked).await?;
        let mut trace = Trace::new();
        // Tried before anybody is asked, so that what can't be done is not proposed.
        client_stop::stop(&facts, &mut trace)?;
        let subject = format!("{} {}", raise.of, raise.id);
        let adverse = Adverse {
            office: &raise.of.office,
            agb: Some(raise.of.agb),
            subject: &subject,
            summary: format!("cliëntenstop vanaf {}", facts.first_day),
            outcome: subject.as_bytes(),
        };
        if let Some(proposal) = self.core.second_eyes(write, request, eyes, adverse).await? {
            return Ok(proto::StartClientStopResponse { stop: None, proposal: Some(proposal) });
        }
        let subject = raise.of.to_string();
        let of = (&raise.of.office, "client_stop", subject.as_str());
        let decision_id = self.record(write, of, (&Facts::new(&facts, write.now), trace)).await?;
        let stop = ClientStop {
            id: self.core.ids.next().to_string(),
            of: raise.of,
            raise_id: raise.id,
            first_day: facts.first_day,
            informing: facts.informing,
            consultation: facts.consultation,
            alternatives: facts.alternatives.into_iter().map(|(agb, _)| agb).collect(),
            decision_id,
            recorded: write.now,
            last_day: None,
        };
        store::add_stop(&mut write.tx, &stop).await?;
        let told = convert::client_stop(&stop);
        write.tx.publish(feed::client_stop_changed(&stop.of.office, told.clone()));
        Ok(proto::StartClientStopResponse { stop: Some(told), proposal: None })
    }

    async fn stop_facts(
        &self,
        write: &mut Write,
        raise: &Raise,
        asked: convert::StartStop,
    ) -> Result<StopFacts, EdgeError> {
        let (kind, _) = store::agreed(&mut write.tx, &raise.of).await?.ok_or_else(|| error::no_agreement(&raise.of))?;
        let mut alternatives = Vec::with_capacity(asked.alternatives.len());
        for agb in asked.alternatives {
            let of = ProviderYear { agb, ..raise.of.clone() };
            // Nobody is its own alternative.
            let used = if agb == raise.of.agb { None } else { store::consumption_of(&mut write.tx, &of, None).await? };
            let room = used.map(|used| used.ceiling.minus(used.spent)).transpose()?;
            alternatives.push((agb, room.map(money::Money::cents)));
        }
        let today = amsterdam_date(write.now);
        Ok(StopFacts {
            of: raise.of.clone(),
            kind,
            raise: (raise.id.clone(), raise.state),
            stopped: store::is_stopped(&mut write.tx, &raise.of, asked.first_day).await?,
            first_day: asked.first_day,
            today,
            informing: asked.informing,
            consultation: asked.consultation,
            alternatives,
            as_of: write.now,
        })
    }

    pub(super) async fn end_client_stop(
        &self,
        call: &Call,
        request: proto::EndClientStopRequest,
    ) -> Result<proto::EndClientStopResponse, EdgeError> {
        let asked = convert::end_stop(&request)?;
        let mut write = match self.core.begin(call, asked.request_id, &request).await? {
            Begun::New(write) => write,
            Begun::Replay(reply) => return Ok(reply),
        };
        let stop = store::client_stop(&mut write.tx, &asked.stop_id).await?;
        if asked.last_day < stop.first_day {
            let message = format!("the stop begins on {}", stop.first_day);
            let (reason, subject) = ("STOP_NOT_BEGUN", stop.of.to_string());
            return Err(EdgeError::Precondition { reason, subject, message });
        }
        let facts = StopEndFacts {
            of: stop.of.clone(),
            stop_id: stop.id.clone(),
            last_day: asked.last_day,
            motivation: asked.motivation,
            as_of: write.now,
        };
        let mut trace = Trace::new();
        client_stop::explain_end(&facts, &mut trace);
        let subject = stop.of.to_string();
        let of = (&stop.of.office, "client_stop_end", subject.as_str());
        let decision_id = self.record(&mut write, of, (&Facts::new(&facts, facts.as_of), trace)).await?;
        let ended = (facts.motivation.as_str(), decision_id.as_str());
        let now = write.now;
        if !store::end_stop(&mut write.tx, (&stop.id, facts.last_day), ended, now).await? {
            let (reason, message) = ("STOP_ENDED", "the stop was ended before".to_owned());
            return Err(EdgeError::Precondition { reason, subject: stop.of.to_string(), message });
        }
        let stop = ClientStop { last_day: Some(facts.last_day), ..stop };
        let told = convert::client_stop(&stop);
        write.tx.publish(feed::client_stop_changed(&stop.of.office, told.clone()));
        write.commit(proto::EndClientStopResponse { stop: Some(told) }).await
    }

    pub(super) async fn list_client_stops(
        &self,
        call: &Call,
        request: proto::ListClientStopsRequest,
    ) -> Result<proto::ListClientStopsResponse, EdgeError> {
        let asked = (request.page_size, request.page_token.as_str());
        let (year, page) = convert::year_page((&request.office, request.year), asked)?;
        let mut stops = store::page_of_stops(&mut self.core.read(call).await?, &year, &page).await?;
        let next_page_token = page.cut(&mut stops, |stop| vec![stop.id.clone()]);
        Ok(proto::ListClientStopsResponse { stops: stops.iter().map(convert::client_stop).collect(), next_page_token })
    }
}
