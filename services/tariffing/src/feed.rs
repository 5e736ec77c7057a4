//! What tariffing makes known to others.

use contract::tariffing::{Event, event::Fact};
use database::FeedRow;
use edge::{EdgeError, to_proto};
use prost::Message;

use crate::{convert, domain::AgreedPercentage};

/// A percentage was agreed.
pub fn percentage_agreed(agreed: &AgreedPercentage) -> database::Event {
    let office = agreed.subject.office.to_string();
    let fact = Some(Fact::PercentageAgreed(convert::agreed(agreed)));
    // Its place and time are those of its row; see `event`.
    let payload = Event { sequence: 0, recorded_time: None, office: office.clone(), fact }.encode_to_vec();
    database::Event { office, kind: "percentage_agreed", payload }
}

/// A row of the feed as the contract's event.
///
/// # Errors
/// [`EdgeError::Stored`] when the row can't be read.
pub fn event(row: FeedRow) -> Result<Event, EdgeError> {
    let event = Event::decode(row.payload.as_slice()).map_err(|error| EdgeError::Stored(error.to_string()))?;
    Ok(Event { sequence: row.sequence, recorded_time: to_proto::time(row.recorded_time), ..event })
}
