//! What tariffing makes known to others.

use contract::tariffing::{Event, MaximumTariffsImported, event::Fact};
use database::FeedRow;
use edge::{EdgeError, Office, to_proto};
use prost::Message;

use crate::{
    convert,
    domain::{
        AgreedPercentage,
        homecare::{HomeCareTariff, SettledNightCare},
    },
};

/// A percentage was agreed.
pub fn percentage_agreed(agreed: &AgreedPercentage) -> database::Event {
    event_of(&agreed.subject.office, "percentage_agreed", Fact::PercentageAgreed(convert::agreed(agreed)))
}

/// A table of maximum tariffs was imported.
pub fn maximum_tariffs_imported(office: &Office, imported: MaximumTariffsImported) -> database::Event {
    event_of(office, "maximum_tariffs_imported", Fact::MaximumTariffsImported(imported))
}

/// A tariff of home care was agreed or changed.
pub fn home_care_tariff_changed(tariff: &HomeCareTariff) -> database::Event {
    let fact = Fact::HomeCareTariffChanged(convert::home_care_tariff(tariff));
    event_of(&tariff.subject.office, "home_care_tariff_changed", fact)
}

/// The night care of a region was settled.
pub fn night_care_settled(settled: &SettledNightCare) -> database::Event {
    event_of(&settled.of.office, "night_care_settled", Fact::NightCareSettled(convert::settlement(settled)))
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
