//! Refused lines by reason.

use chrono::{DateTime, Utc};
use database::{Tx, fetch_all};
use edge::{EdgeError, Page};

use super::{Selection, agb};
use crate::domain::{Figures, Refusal};

// A refusal of which product and month can't be read is in no range of months but the whole year.
const PAGE: &str = "SELECT agb, product, care_month, unit, return_code,
        CAST(SUM(refused_lines) AS BIGINT) AS lines, CAST(SUM(refused_quantity) AS BIGINT) AS quantity,
        CAST(SUM(refused_cents) AS BIGINT) AS cents
    FROM refusal_entry
    WHERE office = $1 AND year = $2 AND ($3 = '' OR agb = $3) AND ($4 = '' OR product = $4)
      AND ((care_month >= $5 AND care_month <= $6) OR (care_month = '' AND $13))
      AND ($7 = '' OR return_code = $7)
      AND (agb > $8 OR (agb = $8 AND (product > $9 OR (product = $9 AND (care_month > $10 OR (care_month = $10
           AND (unit > $11 OR (unit = $11 AND return_code > $12))))))))
      AND recorded_time <= $14
    GROUP BY agb, product, care_month, unit, return_code
    ORDER BY agb, product, care_month, unit, return_code LIMIT $15";

#[derive(sqlx::FromRow)]
struct Row {
    agb: String,
    product: String,
    care_month: String,
    unit: String,
    return_code: String,
    lines: i64,
    quantity: i64,
    cents: i64,
}

/// Which refusals are asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefusalSelection {
    /// Of which production.
    pub of: Selection,
    /// Only those with this code; empty for all.
    pub return_code: String,
}

/// A page of refusals as they were recorded at a moment, by provider, product, month, unit and code.
pub async fn page_of_refusals(
    tx: &mut Tx,
    asked: &RefusalSelection,
    at: DateTime<Utc>,
    page: &Page,
) -> Result<Vec<Refusal>, EdgeError> {
    let of = &asked.of;
    let (a, p, m, u, c) = (&page.after[0], &page.after[1], &page.after[2], &page.after[3], &page.after[4]);
    let rows = fetch_all!(
        tx, PAGE, of.year.office.as_str(), of.year.year, &of.agb, &of.product, &of.first_month, &of.last_month,
        &asked.return_code, a, p, m, u, c, of.is_whole_year(), at, page.limit() => Row
    )?;
    let read = |row: Row| {
        Ok(Refusal {
            agb: agb(&row.agb)?,
            product: row.product,
            care_month: row.care_month,
            unit: row.unit,
            return_code: row.return_code,
            refused: Figures { lines: row.lines, quantity: row.quantity, cents: row.cents },
        })
    };
    rows.into_iter().map(read).collect()
}
