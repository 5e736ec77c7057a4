//! What registration makes known to others.

use contract::registration::{Event, IntegrityAsked, event::Fact};
use database::FeedRow;
use edge::{EdgeError, Office, to_proto};
use prost::Message;

use crate::{
    convert,
    domain::{Agreement, Duty, Provider},
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

/// Screening is asked for the integrity of a provider.
pub fn integrity_asked(office: &Office, asked: IntegrityAsked) -> database::Event {
    made_known(office.to_string(), "integrity_asked", Fact::IntegrityAsked(asked))
}

fn made_known(office: String, kind: &'static str, fact: Fact) -> database::Event {
    // Its place and time are those of its row; see `event`.
    let event = Event { sequence: 0, recorded_time: None, office: office.clone(), fact: Some(fact) };
    database::Event { office, kind, payload: event.encode_to_vec() }
}

/// A row of the feed as the contract's event.
///
/// # Errors
/// [`EdgeError::Stored`] when the row can't be read.
pub fn event(row: FeedRow) -> Result<Event, EdgeError> {
    let event = Event::decode(row.payload.as_slice()).map_err(|error| EdgeError::Stored(error.to_string()))?;
    Ok(Event { sequence: row.sequence, recorded_time: to_proto::time(row.recorded_time), ..event })
}
