//! Volumes that an office expects.

use chrono::{DateTime, Utc};
use database::{Column, Kind, Rows, Table, Tx, fetch_all, fetch_one};
use edge::{EdgeError, Office};

use super::parsed;
use crate::domain::Volumes;

static VOLUME: Table = Table {
    name: "volume",
    columns: &[
        Column::new("office", Kind::Text),
        Column::new("year", Kind::Int),
        Column::new("version", Kind::Int),
        Column::new("agb", Kind::Text),
        Column::new("product", Kind::Text),
        Column::new("units", Kind::Text),
    ],
};

// The primary key makes two imports at once collide; the loser is asked to try again.
const NEXT: &str = "INSERT INTO volume_table (office, year, version, source, imported_time)
    SELECT $1, $2, COALESCE(MAX(version), 0) + 1, $3, $4 FROM volume_table WHERE office = $1 AND year = $2
    RETURNING version";
const NEWEST: &str = "SELECT agb, product, units FROM volume
    WHERE office = $1 AND year = $2
      AND version = (SELECT COALESCE(MAX(version), 0) FROM volume_table WHERE office = $1 AND year = $2)";

/// Adds the volumes of a year as its next version, and gives its number.
pub async fn add_volumes(
    tx: &mut Tx,
    (office, year): (&Office, i32),
    source: &str,
    volumes: &Volumes,
    now: DateTime<Utc>,
) -> Result<i64, EdgeError> {
    let (version,) = fetch_one!(tx, NEXT, office.as_str(), year, source, now => (i64,))?;
    let mut rows = Rows::new(tx.engine(), &VOLUME);
    for ((agb, product), units) in volumes {
        rows.text(office.as_str()).int(i64::from(year)).int(version);
        rows.text(&agb.to_string()).text(product).text(&units.to_string()).end_row();
    }
    tx.insert_many(rows).await?;
    Ok(version)
}

/// The volumes of a year, the newest version.
pub async fn volumes(tx: &mut Tx, office: &Office, year: i32) -> Result<Volumes, EdgeError> {
    let rows = fetch_all!(tx, NEWEST, office.as_str(), year => (String, String, String))?;
    let read = |(agb, product, units): (String, String, String)| {
        Ok(((parsed(&agb, "an AGB code")?, product), parsed(&units, "a volume")?))
    };
    rows.into_iter().map(read).collect()
}
