//! What home care makes known.

use contract::{
    common,
    homecare::{Agreement, CeilingSignal, Event, event::Fact},
};
use database::FeedRow;
use edge::{EdgeError, Office, to_proto};
use prost::Message;

/// A claim file is on record.
pub fn claim_file_committed(file: common::ClaimFile) -> database::Event {
    event_of(file.office.clone(), "claim_file_committed", Fact::ClaimFileCommitted(file))
}

/// An agreement was concluded.
pub fn agreement_concluded(agreement: Agreement) -> database::Event {
    event_of(agreement.office.clone(), "agreement_concluded", Fact::AgreementConcluded(agreement))
}

/// A share of a ceiling was reached.
pub fn ceiling_reached(office: &Office, signal: CeilingSignal) -> database::Event {
    event_of(office.to_string(), "ceiling_reached", Fact::CeilingReached(signal))
}

/// The forecast is above a ceiling, or the hours are above the agreement.
pub fn ceiling_signalled(office: &Office, signal: CeilingSignal) -> database::Event {
    event_of(office.to_string(), "ceiling_signalled", Fact::CeilingSignalled(signal))
}

fn event_of(office: String, kind: &'static str, fact: Fact) -> database::Event {
    // Its place and time are those of its row; see `event`.
    let payload = Event { sequence: 0, recorded_time: None, office: office.clone(), fact: Some(fact) }.encode_to_vec();
    database::Event { office, kind, payload }
}

/// A row of the feed as the contract's event.
///
/// # Errors
/// [`EdgeError::Stored`] when the row can't be read.
pub fn event(row: FeedRow) -> Result<Event, EdgeError> {
    let event = Event::decode(row.payload.as_slice()).map_err(|error| EdgeError::Stored(error.to_string()))?;
    Ok(Event { sequence: row.sequence, recorded_time: to_proto::time(row.recorded_time), ..event })
}
