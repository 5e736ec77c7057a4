//! Production: its present sums, and the same as known at a moment.

use std::collections::BTreeMap;

use calendar::CareMonth;
use chrono::{DateTime, Utc};
use database::{DatabaseError, Db, Tx, fetch_all, fetch_one};
use edge::{EdgeError, Page};
use futures::{Stream, stream};
use identifiers::Agb;
use money::Money;

use super::{agb, stored};
use crate::{
    decide::Approved,
    domain::{Cell, CubeRow, Figures, OfficeYear},
};

/// Rows streamed at a time.
const STREAMED: u32 = 1_000;

macro_rules! sums {
    ($($name:literal)*) => {
        concat!("agb, product, care_month, unit"
            $(, ", CAST(SUM(", $name, "_lines) AS BIGINT) AS ", $name, "_lines",
                ", CAST(SUM(", $name, "_quantity) AS BIGINT) AS ", $name, "_quantity",
                ", CAST(SUM(", $name, "_cents) AS BIGINT) AS ", $name, "_cents")*)
    };
}
macro_rules! page {
    ($from:literal, $grouped:literal) => {
        concat!(
            "SELECT ",
            sums!("submitted" "approved" "credited" "refused"),
            $from,
            " AND ($3 = '' OR agb = $3) AND ($4 = '' OR product = $4) AND care_month >= $5 AND care_month <= $6
              AND (agb > $7 OR (agb = $7 AND (product > $8 OR (product = $8
                   AND (care_month > $9 OR (care_month = $9 AND unit > $10))))))",
            $grouped
        )
    };
}
// The present sums have one row per group already.
const PAGE: &str = page!(
    " FROM production WHERE office = $1 AND year = $2",
    " GROUP BY agb, product, care_month, unit ORDER BY agb, product, care_month, unit LIMIT $11"
);
const PAGE_AT: &str = page!(
    " FROM production_entry WHERE office = $1 AND year = $2 AND recorded_time <= $12",
    " GROUP BY agb, product, care_month, unit ORDER BY agb, product, care_month, unit LIMIT $11"
);

macro_rules! approved {
    ($from:literal) => {
        concat!(
            "SELECT agb, product, unit, CAST(SUM(approved_quantity - credited_quantity) AS BIGINT)",
            $from,
            " AND care_month <= $3 GROUP BY agb, product, unit
              HAVING SUM(approved_lines) + SUM(credited_lines) > 0 ORDER BY agb, product, unit"
        )
    };
}
const APPROVED: &str = approved!(" FROM production WHERE office = $1 AND year = $2");
const APPROVED_AT: &str = approved!(" FROM production_entry WHERE office = $1 AND year = $2 AND recorded_time <= $4");
// By the day of receipt, whatever the month of care.
const FILED: &str = "SELECT agb, product, unit, CAST(SUM(approved_quantity - credited_quantity) AS BIGINT)
    FROM production_entry
    WHERE office = $1 AND received_date >= $2 AND received_date <= $3 AND recorded_time <= $4
    GROUP BY agb, product, unit
    HAVING SUM(approved_lines) + SUM(credited_lines) > 0 ORDER BY agb, product, unit";
const GRANTED_AT: &str = "SELECT agb, CAST(SUM(approved_cents - credited_cents) AS BIGINT) FROM production_entry
    WHERE office = $1 AND year = $2 AND recorded_time <= $3 GROUP BY agb ORDER BY agb";

const REALISED: &str = "SELECT CAST(COALESCE(SUM(approved_cents - credited_cents), 0) AS BIGINT) FROM production
    WHERE office = $1 AND year = $2";
const REALISED_AT: &str = "SELECT CAST(COALESCE(SUM(approved_cents - credited_cents), 0) AS BIGINT)
    FROM production_entry WHERE office = $1 AND year = $2 AND recorded_time <= $3";

/// Which production is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Selection {
    /// The office's year of care.
    pub year: OfficeYear,
    /// Only that of this provider; empty for all.
    pub agb: String,
    /// Only that of this product; empty for all.
    pub product: String,
    /// From this month of care on, such as `2023-02`.
    pub first_month: String,
    /// Through this month of care.
    pub last_month: String,
}

impl Selection {
    /// Whether all months of the year are asked.
    pub fn is_whole_year(&self) -> bool {
        let OfficeYear { year, .. } = self.year;
        self.first_month <= format!("{year:04}-01") && self.last_month >= format!("{year:04}-12")
    }
}

/// Figures as they are stored, four times three.
#[derive(sqlx::FromRow)]
struct Row {
    agb: String,
    product: String,
    care_month: String,
    unit: String,
    submitted_lines: i64,
    submitted_quantity: i64,
    submitted_cents: i64,
    approved_lines: i64,
    approved_quantity: i64,
    approved_cents: i64,
    credited_lines: i64,
    credited_quantity: i64,
    credited_cents: i64,
    refused_lines: i64,
    refused_quantity: i64,
    refused_cents: i64,
}

impl Row {
    fn read(self) -> Result<CubeRow, EdgeError> {
        let figures = |lines, quantity, cents| Figures { lines, quantity, cents };
        Ok(CubeRow {
            agb: agb(&self.agb)?,
            product: self.product,
            care_month: self.care_month.parse().map_err(|_| stored("a month"))?,
            unit: self.unit,
            cell: Cell {
                submitted: figures(self.submitted_lines, self.submitted_quantity, self.submitted_cents),
                approved: figures(self.approved_lines, self.approved_quantity, self.approved_cents),
                credited: figures(self.credited_lines, self.credited_quantity, self.credited_cents),
                refused: figures(self.refused_lines, self.refused_quantity, self.refused_cents),
            },
        })
    }
}

/// What was approved in the first months of a year of care, by provider, as it is now or as it was recorded at a moment.
///
/// A file that is being decided meanwhile may turn out to be recorded at an earlier moment than it can be read: who
/// decides from what was known at a cut-off, keeps what was read.
pub async fn approved_of_year(
    tx: &mut Tx,
    (year, months): (&OfficeYear, u32),
    as_of: Option<DateTime<Utc>>,
) -> Result<BTreeMap<Agb, Vec<Approved>>, EdgeError> {
    let (office, last) = (year.office.as_str(), format!("{:04}-{months:02}", year.year));
    let rows = match as_of {
        None => fetch_all!(tx, APPROVED, office, year.year, &last => (String, String, String, i64))?,
        Some(at) => fetch_all!(tx, APPROVED_AT, office, year.year, &last, at => (String, String, String, i64))?,
    };
    by_provider(rows)
}

/// What was approved of the claims that were received in the first months of a year, by provider, as it was recorded at a
/// moment.
pub async fn filed_in_year(
    tx: &mut Tx,
    (year, months): (&OfficeYear, u32),
    at: DateTime<Utc>,
) -> Result<BTreeMap<Agb, Vec<Approved>>, EdgeError> {
    let last_day = CareMonth::new(year.year, months).map_or(year.last_day(), CareMonth::last_day);
    let rows = fetch_all!(
        tx, FILED, year.office.as_str(), year.first_day(), last_day, at => (String, String, String, i64)
    )?;
    by_provider(rows)
}

fn by_provider(rows: Vec<(String, String, String, i64)>) -> Result<BTreeMap<Agb, Vec<Approved>>, EdgeError> {
    let mut approved: BTreeMap<Agb, Vec<Approved>> = BTreeMap::new();
    for (provider, product, unit, quantity) in rows {
        approved.entry(agb(&provider)?).or_default().push(Approved { product, unit, quantity });
    }
    Ok(approved)
}

/// The amounts that were approved for a year of care at a moment, by provider.
pub async fn granted_of_year(
    tx: &mut Tx,
    year: &OfficeYear,
    at: DateTime<Utc>,
) -> Result<BTreeMap<Agb, Money>, EdgeError> {
    let rows = fetch_all!(tx, GRANTED_AT, year.office.as_str(), year.year, at => (String, i64))?;
    rows.into_iter().map(|(provider, cents)| Ok((agb(&provider)?, Money::from_cents(cents)))).collect()
}

/// A page of production by provider, product, month and unit, as it is now or as it was recorded at a moment.
pub async fn page_of_production(
    tx: &mut Tx,
    asked: &Selection,
    as_of: Option<DateTime<Utc>>,
    page: &Page,
) -> Result<Vec<CubeRow>, EdgeError> {
    let (office, year) = (asked.year.office.as_str(), asked.year.year);
    let (agb, product, first, last) = (&asked.agb, &asked.product, &asked.first_month, &asked.last_month);
    let (a, p, m, u) = (&page.after[0], &page.after[1], &page.after[2], &page.after[3]);
    let limit = page.limit();
    let rows = match as_of {
        None => fetch_all!(tx, PAGE, office, year, agb, product, first, last, a, p, m, u, limit => Row)?,
        Some(at) => fetch_all!(tx, PAGE_AT, office, year, agb, product, first, last, a, p, m, u, limit, at => Row)?,
    };
    rows.into_iter().map(Row::read).collect()
}

/// The key of a row in a page of production.
pub fn production_key(row: &CubeRow) -> Vec<String> {
    vec![row.agb.to_string(), row.product.clone(), row.care_month.to_string(), row.unit.clone()]
}

/// All production asked for as it was recorded at a moment, some at a time. No transaction is open while the receiver is
/// slow: what was recorded until then doesn't change.
pub fn production_pages(
    db: &Db,
    asked: Selection,
    at: DateTime<Utc>,
) -> impl Stream<Item = Result<Vec<CubeRow>, EdgeError>> + Send + 'static + use<> {
    let start = Page { size: STREAMED, after: vec![String::new(); 4] };
    stream::try_unfold(Some((db.clone(), asked, start)), move |state| async move {
        let Some((db, asked, page)) = state else { return Ok(None) };
        let mut tx = db.read().await?;
        let mut rows = page_of_production(&mut tx, &asked, Some(at), &page).await?;
        tx.rollback().await?;
        let more = rows.len() > page.size as usize;
        rows.truncate(page.size as usize);
        let Some(last) = rows.last() else { return Ok(None) };
        let next = Page { after: production_key(last), ..page };
        Ok(Some((rows, more.then_some((db, asked, next)))))
    })
}

/// The amount that was approved for a year of care at a moment.
pub async fn realised_at(tx: &mut Tx, year: &OfficeYear, at: DateTime<Utc>) -> Result<Money, DatabaseError> {
    let (cents,) = fetch_one!(tx, REALISED_AT, year.office.as_str(), year.year, at => (i64,))?;
    Ok(Money::from_cents(cents))
}

/// The amount approved for a year of care.
pub async fn realised_of_year(tx: &mut Tx, year: &OfficeYear) -> Result<Money, DatabaseError> {
    let (cents,) = fetch_one!(tx, REALISED, year.office.as_str(), year.year => (i64,))?;
    Ok(Money::from_cents(cents))
}
