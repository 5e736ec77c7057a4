//! What tariffing makes known to others.

use contract::tariffing::{Event, MaximumTariffsImported, PositionChanged, event::Fact};
use database::FeedRow;
use edge::{EdgeError, Office, to_proto};
use prost::Message;

use crate::{
    convert,
    domain::{AgreedPercentage, Subject},
};

/// A percentage was agreed.
pub fn percentage_agreed(agreed: &AgreedPercentage) -> database::Event {
    event_of(&agreed.subject.office, "percentage_agreed", Fact::PercentageAgreed(convert::agreed(agreed)))
}

/// Something was recorded of a provider for some years.
pub fn position_changed(subject: &Subject, years: Vec<i32>) -> database::Event {
    let (sector, agb) = (subject.sector.to_proto(), subject.agb.to_string());
    event_of(&subject.office, "position_changed", Fact::PositionChanged(PositionChanged { sector, agb, years }))
}

/// A table of maximum tariffs was imported.
pub fn maximum_tariffs_imported(office: &Office, imported: MaximumTariffsImported) -> database::Event {
    event_of(office, "maximum_tariffs_imported", Fact::MaximumTariffsImported(imported))
}

fn event_of(office: &Office, kind: &'static str, fact: Fact) -> database::Event {
    let office = office.to_string();
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
