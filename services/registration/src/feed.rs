//! What registration makes known to others.

use contract::registration::{Event, event::Fact};
use database::FeedRow;
use edge::{EdgeError, to_proto};
use prost::Message;

use crate::{
    convert,
    domain::{Agreement, Provider},
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
