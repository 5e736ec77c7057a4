//! Tables of tariffs, of percentages, of what is on record of providers, annual figures and sums of approved care.

mod approved;
mod dossiers;
mod figures;
mod homecare;
mod percentages;
mod positions;
mod tables;
mod volumes;

use std::str::FromStr;

use chrono::{DateTime, NaiveDate, Utc};
use database::{Migration, Tx};
use edge::{EdgeError, Record, Sector};
use identifiers::Agb;
use serde::{Serialize, de::DeserializeOwned};

pub use approved::{CareKey, CareSum, ClientsKey, add_care, add_clients, approved_care, sectors_of, without_sector};
pub use dossiers::{Content, Dossier, dossier, dossiers, dossiers_of, page_of, save_dossier};
pub use figures::{add_figures, figures, figures_of};
pub use homecare::{
    TariffQuery, accept_offer, add_anders_werken, add_home_care_tariff, add_night_care, add_offer, anders_werken,
    bytes_of, home_care_tariffs, home_care_tariffs_of, night_care_of, offer, offer_to, take_year, tariffs_in_region,
};
pub use percentages::{NewPercentage, add_percentage, all_versions, newest_percentages, versions_of};
pub use positions::{NewFinding, add_finding, position_of, positions};
pub use tables::{add_table, maximum_on, table_time, tariffs_between, tariffs_of, tariffs_on};
pub use volumes::{add_volumes, volumes};

use crate::{
    decide::{self, PercentageFacts},
    domain::Subject,
};

/// The schema of tariffing.
pub const MIGRATIONS: &[Migration] = &[
    Migration::new(100, "tariffing", include_str!("../../migrations/0100_tariffing.sql")),
    Migration::append_only(
        101,
        "append_only",
        &["tariff_table", "maximum_tariff", "agreed_percentage", "finding", "dossier"],
    ),
    Migration::new(102, "volumes", include_str!("../../migrations/0102_volumes.sql")),
    Migration::append_only(103, "volumes_append_only", &["volume_table", "volume"]),
    Migration::new(110, "homecare", include_str!("../../migrations/0110_homecare.sql")),
    Migration::append_only(
        111,
        "append_only_homecare",
        &["home_care_tariff", "anders_werken", "night_care", "uplift_offer", "uplift_acceptance"],
    ),
    Migration::new(120, "figures", include_str!("../../migrations/0120_figures.sql")),
    Migration::append_only(121, "figures_append_only", &["figures_table", "annual_figures"]),
];

/// To whom records belong.
pub const RECORDS: &[Record] = &[
    Record { kind: "uplift_offer", owner: "SELECT office, agb FROM uplift_offer WHERE offer_id = $1" },
    Record {
        kind: "tariff_proposal",
        owner: "SELECT office, agb FROM dossier WHERE dossier_id = $1 AND version = 1 AND kind = 'tariff_proposal'",
    },
    Record {
        kind: "result_agreement",
        owner: "SELECT office, agb FROM dossier WHERE dossier_id = $1 AND version = 1 AND kind = 'result_agreement'",
    },
    Record {
        kind: "hardship_request",
        owner: "SELECT office, agb FROM dossier WHERE dossier_id = $1 AND version = 1 AND kind = 'hardship_request'",
    },
];

/// A provider, a sector and a year.
pub type Key = (Agb, Sector, i32);

/// What the percentage of a provider for a year is derived from, as known at a moment.
pub async fn facts_of(
    tx: &mut Tx,
    subject: &Subject,
    known: Option<DateTime<Utc>>,
    as_of: DateTime<Utc>,
) -> Result<PercentageFacts, EdgeError> {
    let position = position_of(tx, subject, known).await?;
    let before = Subject { year: subject.year - 1, ..subject.clone() };
    let versions = versions_of(tx, &before, known).await?;
    let earlier = position_of(tx, &before, known).await?;
    Ok(PercentageFacts::of(subject.clone(), &position, decide::before(&earlier, &versions, before.year), as_of))
}

fn key(agb: &str, sector: &str, year: i64) -> Result<Key, EdgeError> {
    let year = i32::try_from(year).map_err(|_| EdgeError::Stored("a year".to_owned()))?;
    let sector = Sector::from_code(sector).ok_or_else(|| EdgeError::Stored("a sector".to_owned()))?;
    Ok((parsed(agb, "an AGB code")?, sector, year))
}

fn parsed<T: FromStr>(text: &str, what: &str) -> Result<T, EdgeError> {
    text.parse().map_err(|_| EdgeError::Stored(what.to_owned()))
}

fn json<T: DeserializeOwned>(text: &str) -> Result<T, EdgeError> {
    serde_json::from_str(text).map_err(|error| EdgeError::Stored(error.to_string()))
}

/// Plain data always serialises.
fn to_json(value: &impl Serialize) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

/// Until when rows count; with no moment given, all of them do.
fn known_by(known: Option<DateTime<Utc>>) -> DateTime<Utc> {
    let end = NaiveDate::from_ymd_opt(9999, 12, 31).unwrap_or(NaiveDate::MAX);
    known.unwrap_or_else(|| end.and_time(chrono::NaiveTime::MIN).and_utc())
}
