//! Tables of maximum tariffs.

use chrono::{DateTime, NaiveDate, Utc};
use database::{Column, DatabaseError, Kind, Rows, Table, Tx, fetch_all, fetch_one, fetch_optional};
use edge::{EdgeError, Office, Page, Sector};
use money::Money;

use super::known_by;
use crate::domain::MaximumTariff;

static MAXIMUM_TARIFF: Table = Table {
    name: "maximum_tariff",
    columns: &[
        Column::new("office", Kind::Text),
        Column::new("product", Kind::Text),
        Column::new("version", Kind::Int),
        Column::new("first_day", Kind::Date),
        Column::new("last_day", Kind::Date),
        Column::new("name", Kind::Text),
        Column::new("sector", Kind::Text),
        Column::new("delivery_form", Kind::Text),
        Column::new("unit", Kind::Text),
        Column::new("maximum_cents", Kind::Int),
        Column::new("nhc_cents", Kind::Int),
        Column::new("nic_cents", Kind::Int),
    ],
};

// The primary key makes two imports at once collide; the loser is asked to try again.
const NEXT_TABLE: &str = "INSERT INTO tariff_table (office, version, source, imported_time)
    SELECT $1, COALESCE(MAX(version), 0) + 1, $2, $3 FROM tariff_table WHERE office = $1 RETURNING version";
const TABLE_TIME: &str = "SELECT imported_time FROM tariff_table WHERE office = $1 AND version = $2";
const TARIFFS_BETWEEN: &str = "SELECT product, version, first_day, last_day, name, sector, delivery_form, unit,
        maximum_cents, nhc_cents, nic_cents
    FROM maximum_tariff
    WHERE office = $1 AND first_day <= $3 AND (last_day IS NULL OR last_day >= $2)
    ORDER BY product, version, first_day";
const TARIFFS_OF: &str = "SELECT product, version, first_day, last_day, name, sector, delivery_form, unit,
        maximum_cents, nhc_cents, nic_cents
    FROM maximum_tariff
    WHERE office = $1
      AND version <= (SELECT COALESCE(MAX(version), 0) FROM tariff_table WHERE office = $1 AND imported_time <= $2)
    ORDER BY product, version DESC, first_day";
const TARIFFS_ON: &str = "SELECT product, version, first_day, last_day, name, sector, delivery_form, unit,
        maximum_cents, nhc_cents, nic_cents
    FROM maximum_tariff AS row
    WHERE office = $1 AND first_day <= $2 AND (last_day IS NULL OR last_day >= $2) AND product > $3
      AND version = (SELECT MAX(version) FROM maximum_tariff AS other
                     WHERE other.office = row.office AND other.product = row.product
                       AND other.first_day <= $2 AND (other.last_day IS NULL OR other.last_day >= $2))
    ORDER BY product LIMIT $4";

const MAXIMUM_ON: &str =
    "SELECT product, maximum_tariff.version, first_day, last_day, name, sector, delivery_form, unit,
        maximum_cents, nhc_cents, nic_cents
    FROM maximum_tariff JOIN tariff_table
        ON tariff_table.office = maximum_tariff.office AND tariff_table.version = maximum_tariff.version
    WHERE maximum_tariff.office = $1 AND product = $2 AND first_day <= $3 AND (last_day IS NULL OR last_day >= $3)
      AND imported_time <= $4
    ORDER BY maximum_tariff.version DESC LIMIT 1";

#[derive(sqlx::FromRow)]
struct TariffRow {
    product: String,
    version: i64,
    first_day: NaiveDate,
    last_day: Option<NaiveDate>,
    name: String,
    sector: String,
    delivery_form: String,
    unit: String,
    maximum_cents: i64,
    nhc_cents: i64,
    nic_cents: i64,
}

impl TariffRow {
    fn read(self) -> Result<MaximumTariff, EdgeError> {
        let sector = Sector::from_code(&self.sector).ok_or_else(|| EdgeError::Stored("a sector".to_owned()))?;
        Ok(MaximumTariff {
            product: self.product,
            name: self.name,
            sector,
            delivery_form: self.delivery_form,
            unit: self.unit,
            maximum: Money::from_cents(self.maximum_cents),
            nhc: Money::from_cents(self.nhc_cents),
            nic: Money::from_cents(self.nic_cents),
            first_day: self.first_day,
            last_day: self.last_day,
            version: self.version,
        })
    }
}

/// Adds a table as the office's next version and gives its number.
pub async fn add_table(
    tx: &mut Tx,
    office: &Office,
    source: &str,
    tariffs: &[MaximumTariff],
    now: DateTime<Utc>,
) -> Result<i64, DatabaseError> {
    let (version,) = fetch_one!(tx, NEXT_TABLE, office.as_str(), source, now => (i64,))?;
    let mut rows = Rows::new(tx.engine(), &MAXIMUM_TARIFF);
    for tariff in tariffs {
        rows.text(office.as_str()).text(&tariff.product).int(version).date(tariff.first_day);
        match tariff.last_day {
            Some(last) => rows.date(last),
            None => rows.null(),
        };
        rows.text(&tariff.name).text(tariff.sector.as_str()).text(&tariff.delivery_form).text(&tariff.unit);
        rows.int(tariff.maximum.cents()).int(tariff.nhc.cents()).int(tariff.nic.cents()).end_row();
    }
    tx.insert_many(rows).await?;
    Ok(version)
}

/// Every row of every version that is in force on any day between two days, both included.
pub async fn tariffs_between(
    tx: &mut Tx,
    office: &Office,
    first: NaiveDate,
    last: NaiveDate,
) -> Result<Vec<MaximumTariff>, EdgeError> {
    let rows = fetch_all!(tx, TARIFFS_BETWEEN, office.as_str(), first, last => TariffRow)?;
    rows.into_iter().map(TariffRow::read).collect()
}

/// Every row of every version that was known at a moment, by product, the newest version first.
pub async fn tariffs_of(
    tx: &mut Tx,
    office: &Office,
    known: Option<DateTime<Utc>>,
) -> Result<Vec<MaximumTariff>, EdgeError> {
    let rows = fetch_all!(tx, TARIFFS_OF, office.as_str(), known_by(known) => TariffRow)?;
    rows.into_iter().map(TariffRow::read).collect()
}

/// A page of the maximum tariffs on a day, by product.
pub async fn tariffs_on(
    tx: &mut Tx,
    office: &Office,
    date: NaiveDate,
    page: &Page,
) -> Result<Vec<MaximumTariff>, EdgeError> {
    let rows = fetch_all!(tx, TARIFFS_ON, office.as_str(), date, &page.after[0], page.limit() => TariffRow)?;
    rows.into_iter().map(TariffRow::read).collect()
}

/// The maximum tariff of a product on a day, as known at a moment.
pub async fn maximum_on(
    tx: &mut Tx,
    office: &Office,
    (product, date): (&str, NaiveDate),
    known: DateTime<Utc>,
) -> Result<Option<MaximumTariff>, EdgeError> {
    let row = fetch_optional!(tx, MAXIMUM_ON, office.as_str(), product, date, known => TariffRow)?;
    row.map(TariffRow::read).transpose()
}

/// When a version of an office's table was imported; none when there is no such version.
pub async fn table_time(tx: &mut Tx, office: &Office, version: i64) -> Result<Option<DateTime<Utc>>, EdgeError> {
    let row = fetch_optional!(tx, TABLE_TIME, office.as_str(), version => (DateTime<Utc>,))?;
    Ok(row.map(|(time,)| time))
}
