//! What registration makes known to others, and what it follows.

use contract::{
    feed::After,
    registration::{Event, IntegrityAsked, event::Fact},
    screening::{self, screening_service_client::ScreeningServiceClient},
};
use database::{FeedRow, Tx};
use edge::{Core, EdgeError, Office, to_proto};
use futures::future::BoxFuture;
use prost::Message;
use runtime::{
    Peer,
    follow::{ApplyError, Feed, Followed, Follower},
};
use tonic::Status;

use crate::{
    cases, convert,
    domain::{Agreement, Duty, DutyKind, DutyState, Integrity, IntegrityResult, Provider, Tenure},
    error::Error,
    store::{self, Finding},
};

/// A provider was recorded. It belongs to no office.
pub fn provider_recorded(provider: &Provider) -> database::Event {
    made_known(String::new(), "provider_recorded", Fact::ProviderRecorded(convert::provider(provider)))
}

/// An agreement was awarded, or recorded from elsewhere.
pub fn agreement_concluded(agreement: &Agreement) -> database::Event {
    let fact = Fact::AgreementConcluded(convert::agreement(agreement));
    made_known(agreement.office.to_string(), "agreement_concluded", fact)
}

/// Something was not done in time.
pub fn duty_missed(duty: &Duty) -> database::Event {
    made_known(duty.office.to_string(), "duty_missed", Fact::DutyMissed(convert::duty(duty)))
}

/// Somebody took up a position at a provider, or its last day became known.
pub fn person_changed(tenure: &Tenure) -> database::Event {
    let fact = Fact::PersonChanged(convert::person_changed(tenure));
    made_known(tenure.office.to_string(), "person_changed", fact)
}

/// Screening is asked for the integrity of a provider.
pub fn integrity_asked(office: &Office, asked: IntegrityAsked) -> database::Event {
    made_known(office.to_string(), "integrity_asked", Fact::IntegrityAsked(asked))
}

fn made_known(office: String, kind: &'static str, fact: Fact) -> database::Event {
    // Its place and time are those of its row; see `event`.
    let event = Event { office: office.clone(), fact: Some(fact), ..Event::default() };
    database::Event { office, kind, payload: event.encode_to_vec() }
}

/// A row of the feed as the contract's event.
///
/// # Errors
/// As [`edge::feed::whole`].
pub fn event(row: FeedRow) -> Result<Event, EdgeError> {
    let event: Event = edge::feed::whole(&row)?;
    let (recorded_time, trace_parent) = (to_proto::time(row.recorded_time), row.trace_parent.unwrap_or_default());
    Ok(Event { sequence: row.sequence, recorded_time, kind: row.kind, trace_parent, ..event })
}

/// Records what screening states of the integrity of a provider, for each registration that asked for it and is not
/// assessed to the end (REG-13), and carries out what it decided on cases (SCR-07).
#[derive(Clone, Debug)]
pub struct Screening {
    /// Screening.
    pub client: ScreeningServiceClient<Peer>,
    /// The service.
    pub core: Core,
}

impl Follower for Screening {
    const FEED: &'static str = "screening";
    type Event = screening::Event;

    fn open(&mut self, after: After) -> BoxFuture<'_, Result<Feed<Self::Event>, Status>> {
        edge::feed::open(self.client.watch(screening::WatchRequest::from(after)))
    }

    fn apply<'a>(
        &'a mut self,
        tx: &'a mut Tx,
        followed: &'a Followed<Self::Event>,
    ) -> BoxFuture<'a, Result<(), ApplyError>> {
        Box::pin(async move {
            if let Some(screening::event::Fact::CaseDecided(decided)) = &followed.event.fact {
                if let Some(decided) = convert::decided_case(decided)? {
                    cases::carry_out(&self.core, tx, &decided).await?;
                }
                return Ok(());
            }
            let Some(screening::event::Fact::IntegrityStated(stated)) = &followed.event.fact else { return Ok(()) };
            let (result, conditions) = convert::stated_integrity(stated)?;
            let reference = format!("screening {}", followed.sequence);
            for registration_id in &stated.registration_ids {
                let stated = (result, conditions.as_slice(), reference.as_str());
                integrity_stated(&self.core, tx, registration_id, stated).await?;
            }
            Ok(())
        })
    }
}

async fn integrity_stated(
    core: &Core,
    tx: &mut Tx,
    registration_id: &str,
    (result, conditions, reference): (IntegrityResult, &[crate::domain::IntegrityCondition], &str),
) -> Result<(), Error> {
    let registration = match store::take_registration(tx, registration_id).await {
        // It was withdrawn and removed since.
        Err(EdgeError::NotFound { .. }) => return Ok(()),
        taken => taken?,
    };
    let office = store::round(tx, &registration.round_id).await?.office;
    let Some(asked) = store::findings(tx, registration_id).await?.integrity else { return Ok(()) };
    let test = Integrity { due: asked.due, result, conditions: conditions.to_vec() };
    // What was decided on stands; and nothing is recorded twice.
    if registration.assessable().is_err() || test == asked {
        return Ok(());
    }
    let (kind, now) = ("integrity", core.clock.now());
    let finding = Finding { registration_id, kind, subject: "", found: &test, motivation: reference, by: "screening" };
    store::record_finding(tx, &finding, now).await?;
    if result != IntegrityResult::Pending {
        store::close_duties(tx, (registration_id, DutyKind::Integrity), DutyState::Met, now).await?;
    }
    tx.audit(core.own_act("RecordIntegrity", &office, ("registration", registration_id)));
    Ok(())
}
