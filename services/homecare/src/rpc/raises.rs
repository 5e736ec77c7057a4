//! Requests to raise a ceiling (HOM-06).

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
    decide::raise::{self, AdmissionFacts, RaiseFacts},
    domain::{ProviderYear, Raise, RaiseItems, RaiseState},
    error, feed,
    store::{self, CeilingChange},
};

impl Rpc {
    pub(super) async fn request_raise(
        &self,
        call: &Call,
        request: proto::RequestRaiseRequest,
    ) -> Result<proto::RequestRaiseResponse, EdgeError> {
        let asked = convert::request_raise(&request)?;
        let mut write = match self.core.begin(call, asked.request_id, &request).await? {
            Begun::New(write) => write,
            Begun::Replay(reply) => return Ok(reply),
        };
        store::take_ceiling(&mut write.tx, &asked.of).await?.ok_or_else(|| error::no_agreement(&asked.of))?;
        if store::raise_is_open(&mut write.tx, &asked.of).await? {
            let message = "another request waits: say there what is to be said".to_owned();
            return Err(precondition("RAISE_OPEN", &asked.of, message));
        }
        let mut raise = Raise {
            id: self.core.ids.next().to_string(),
            of: asked.of,
            state: RaiseState::Incomplete,
            items: RaiseItems::default(),
            question: None,
            filed: write.now,
            said: write.now,
            confirmed: None,
            due_day: None,
            ceiling: None,
            decision_id: None,
            decided: None,
        };
        self.said(&mut write, &mut raise, asked.items).await?;
        store::add_raise(&mut write.tx, &raise).await?;
        let reply = proto::RequestRaiseResponse { raise: Some(convert::raise(&raise, write.now)) };
        write.commit(reply).await
    }

    pub(super) async fn supplement_raise(
        &self,
        call: &Call,
        request: proto::SupplementRaiseRequest,
    ) -> Result<proto::SupplementRaiseResponse, EdgeError> {
        let (request_id, raise_id, items) = convert::supplement_raise(&request)?;
        let mut write = match self.core.begin(call, request_id, &request).await? {
            Begun::New(write) => write,
            Begun::Replay(reply) => return Ok(reply),
        };
        let mut raise = self.open_raise(&mut write, &raise_id).await?;
        raise.said = write.now;
        // What was confirmed before no longer says that all of this is there.
        raise.confirmed = None;
        raise.question = None;
        self.said(&mut write, &mut raise, items).await?;
        store::save_raise(&mut write.tx, &raise, write.now).await?;
        let reply = proto::SupplementRaiseResponse { raise: Some(convert::raise(&raise, write.now)) };
        write.commit(reply).await
    }

    /// What the provider said leads to: with everything there the request is taken up or not, and the clock runs.
    async fn said(&self, write: &mut Write, raise: &mut Raise, items: RaiseItems) -> Result<(), EdgeError> {
        raise.items = std::mem::take(&mut raise.items).with(items);
        raise.state = RaiseState::Incomplete;
        raise.due_day = None;
        if !raise.items.missing().is_empty() {
            return Ok(());
        }
        let (ceiling, spent) =
            store::take_ceiling(&mut write.tx, &raise.of).await?.ok_or_else(|| error::no_agreement(&raise.of))?;
        let facts = AdmissionFacts {
            of: raise.of.clone(),
            raise_id: raise.id.clone(),
            ceiling,
            spent,
            forecast: raise.items.forecast.unwrap_or_default(),
            as_of: write.now,
        };
        let mut trace = Trace::new();
        if raise::admits(&facts, &self.core.rules, &mut trace)? {
            raise.state = RaiseState::Received;
            if !raise::starts_with_notice(&raise.of, &self.core.rules)? {
                let day = amsterdam_date(raise.said);
                raise.due_day = Some(raise::due_day(&raise.of, day, &self.core.rules)?);
            }
            return Ok(());
        }
        let (recorded, subject) = (Facts::new(&facts, write.now), raise.of.to_string());
        let of = (&raise.of.office, "raise_not_taken_up", subject.as_str());
        let decision_id = self.record(write, of, (&recorded, trace)).await?;
        raise.state = RaiseState::NotTakenUp;
        raise.decision_id = Some(decision_id);
        raise.decided = Some(write.now);
        write.tx.publish(feed::raise_decided(&raise.of.office, convert::raise(raise, write.now)));
        Ok(())
    }

    pub(super) async fn ask_about_raise(
        &self,
        call: &Call,
        request: proto::AskAboutRaiseRequest,
    ) -> Result<proto::AskAboutRaiseResponse, EdgeError> {
        let (request_id, raise_id, question) = convert::ask_about_raise(&request)?;
        let mut write = match self.core.begin(call, request_id, &request).await? {
            Begun::New(write) => write,
            Begun::Replay(reply) => return Ok(reply),
        };
        let mut raise = self.open_raise(&mut write, &raise_id).await?;
        raise.state = RaiseState::Incomplete;
        raise.question = Some(question);
        raise.confirmed = None;
        raise.due_day = None;
        store::save_raise(&mut write.tx, &raise, write.now).await?;
        let reply = proto::AskAboutRaiseResponse { raise: Some(convert::raise(&raise, write.now)) };
        write.commit(reply).await
    }

    pub(super) async fn confirm_raise(
        &self,
        call: &Call,
        request: proto::ConfirmRaiseRequest,
    ) -> Result<proto::ConfirmRaiseResponse, EdgeError> {
        let (request_id, raise_id) = convert::confirm_raise(&request)?;
        let mut write = match self.core.begin(call, request_id, &request).await? {
            Begun::New(write) => write,
            Begun::Replay(reply) => return Ok(reply),
        };
        let mut raise = self.open_raise(&mut write, &raise_id).await?;
        if raise.state == RaiseState::Incomplete {
            let missing = raise.items.missing();
            let of = if missing.is_empty() { "the answer to what was asked".to_owned() } else { missing.join(", ") };
            return Err(precondition("RAISE_INCOMPLETE", &raise.of, format!("{of} is missing")));
        }
        raise.state = RaiseState::Complete;
        raise.confirmed = Some(write.now);
        if raise::starts_with_notice(&raise.of, &self.core.rules)? {
            raise.due_day = Some(raise::due_day(&raise.of, amsterdam_date(write.now), &self.core.rules)?);
        }
        store::save_raise(&mut write.tx, &raise, write.now).await?;
        let reply = proto::ConfirmRaiseResponse { raise: Some(convert::raise(&raise, write.now)) };
        write.commit(reply).await
    }

    pub(super) async fn decide_raise(
        &self,
        call: &Call,
        request: proto::DecideRaiseRequest,
    ) -> Result<proto::DecideRaiseResponse, EdgeError> {
        let asked = convert::decide_raise(&request)?;
        let mut write = match self.core.begin(call, asked.request_id, &request).await? {
            Begun::New(write) => write,
            Begun::Replay(reply) => return Ok(reply),
        };
        let reply = self.decide_raise_in(&mut write, &request, Eyes::First).await?;
        write.commit(reply).await
    }

    /// To refuse takes four eyes.
    pub(super) async fn decide_raise_in(
        &self,
        write: &mut Write,
        request: &proto::DecideRaiseRequest,
        eyes: Eyes<'_>,
    ) -> Result<proto::DecideRaiseResponse, EdgeError> {
        let asked = convert::decide_raise(request)?;
        let mut raise = self.open_raise(write, &asked.raise_id).await?;
        if raise.state != RaiseState::Complete {
            let message = "it was not confirmed that the request is complete".to_owned();
            return Err(precondition("RAISE_NOT_COMPLETE", &raise.of, message));
        }
        if asked.ceiling.is_none() {
            let subject = format!("{} {}", raise.of, raise.id);
            let adverse = Adverse {
                office: &raise.of.office,
                agb: Some(raise.of.agb),
                subject: &subject,
                summary: format!(
                    "verhoging van het zorgkostenplafond {} weigeren: {}",
                    raise.of.year, asked.motivation
                ),
                outcome: b"refused",
            };
            if let Some(proposal) = self.core.second_eyes(write, request, eyes, adverse).await? {
                let raise = Some(convert::raise(&raise, write.now));
                return Ok(proto::DecideRaiseResponse { raise, proposal: Some(proposal) });
            }
        }
        let facts = self.raise_facts(write, &raise, asked).await?;
        let mut trace = Trace::new();
        raise::explain_raise(&facts, &mut trace)?;
        let subject = raise.of.to_string();
        let of = (&raise.of.office, "raise", subject.as_str());
        let decision_id = self.record(write, of, (&Facts::new(&facts, write.now), trace)).await?;
        if let Some(ceiling) = facts.granted {
            store::raise_ceiling(&mut write.tx, &raise.of, ceiling).await?;
            let more =
                CeilingChange { ceiling_cents: ceiling.minus(facts.ceiling)?.cents(), ..CeilingChange::default() };
            store::add_ceiling_entry(&mut write.tx, &raise.of, &raise.id, &more, write.now).await?;
        }
        raise.state = if facts.granted.is_some() { RaiseState::Granted } else { RaiseState::Refused };
        raise.ceiling = facts.granted;
        raise.decision_id = Some(decision_id);
        raise.decided = Some(write.now);
        store::save_raise(&mut write.tx, &raise, write.now).await?;
        let told = convert::raise(&raise, write.now);
        write.tx.publish(feed::raise_decided(&raise.of.office, told.clone()));
        Ok(proto::DecideRaiseResponse { raise: Some(told), proposal: None })
    }

    /// What the decider sees, as it is when it is decided.
    async fn raise_facts(
        &self,
        write: &mut Write,
        raise: &Raise,
        asked: convert::DecideRaise,
    ) -> Result<RaiseFacts, EdgeError> {
        let of = &raise.of;
        let none = || error::no_agreement(of);
        let (ceiling, spent) = store::take_ceiling(&mut write.tx, of).await?.ok_or_else(none)?;
        let (_, agreed_hours) = store::agreed(&mut write.tx, of).await?.ok_or_else(none)?;
        let before = ProviderYear { year: of.year - 1, ..of.clone() };
        let clients = store::consumption_of(&mut write.tx, of, None).await?.ok_or_else(none)?.clients;
        let clients_before = store::consumption_of(&mut write.tx, &before, None).await?.map(|used| used.clients);
        let today = amsterdam_date(write.now);
        Ok(RaiseFacts {
            of: of.clone(),
            raise_id: raise.id.clone(),
            items: raise.items.clone(),
            ceiling,
            spent,
            due_day: raise.due_day.unwrap_or(today),
            decided_day: today,
            agreed_hours,
            clients: (clients, clients_before),
            standing: store::standing(&mut write.tx, of).await?,
            regional: asked.regional,
            granted: asked.ceiling,
            motivation: asked.motivation,
            as_of: write.now,
        })
    }

    /// A request that waits for something, with its ceiling taken.
    async fn open_raise(&self, write: &mut Write, id: &str) -> Result<Raise, EdgeError> {
        let of = store::raise(&mut write.tx, id).await?.of;
        store::take_ceiling(&mut write.tx, &of).await?.ok_or_else(|| error::no_agreement(&of))?;
        // Once more, now that nobody else changes it.
        let raise = store::raise(&mut write.tx, id).await?;
        if !raise.state.is_open() {
            let message = format!("the request is {}", raise.state.as_str());
            return Err(precondition("RAISE_CLOSED", &raise.of, message));
        }
        Ok(raise)
    }

    pub(super) async fn get_raise(
        &self,
        call: &Call,
        request: proto::GetRaiseRequest,
    ) -> Result<proto::GetRaiseResponse, EdgeError> {
        let raise = store::raise(&mut self.core.read(call).await?, &request.raise_id).await?;
        Ok(proto::GetRaiseResponse { raise: Some(convert::raise(&raise, self.core.clock.now())) })
    }

    pub(super) async fn list_raises(
        &self,
        call: &Call,
        request: proto::ListRaisesRequest,
    ) -> Result<proto::ListRaisesResponse, EdgeError> {
        let (year, page) = convert::raise_page(&request)?;
        let now = self.core.clock.now();
        let due_before = request.overdue.then(|| amsterdam_date(now));
        let mut raises = store::page_of_raises(&mut self.core.read(call).await?, &year, due_before, &page).await?;
        let next_page_token = page.cut(&mut raises, |raise| vec![raise.id.clone()]);
        let raises = raises.iter().map(|raise| convert::raise(raise, now)).collect();
        Ok(proto::ListRaisesResponse { raises, next_page_token })
    }
}

fn precondition(reason: &'static str, of: &ProviderYear, message: String) -> EdgeError {
    EdgeError::Precondition { reason, subject: of.to_string(), message }
}
