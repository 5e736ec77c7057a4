//! When the lines of a month of care were received and answered.

use calendar::{CareMonth, amsterdam_date};
use chrono::{DateTime, NaiveDate, Utc};
use database::{Tx, fetch_all};
use edge::{EdgeError, Page};
use identifiers::Agb;
use money::Money;

use super::{agb, stored};
use crate::domain::{Filed, OfficeYear};

// What was filed after the year was closed came too, and mostly late.
const PAGE: &str = "
    WITH filed AS (
        SELECT agb, care_month, received_date, submitted_lines, submitted_cents, recorded_time
        FROM production_entry WHERE office = $1 AND year = $2
        UNION ALL
        SELECT agb, care_month, received_date, submitted_lines, submitted_cents, recorded_time
        FROM correction WHERE office = $1 AND year = $2
    ), asked AS (
        SELECT DISTINCT agb, care_month FROM filed
        WHERE ($3 = '' OR agb = $3) AND ($4 = '' OR care_month = $4)
          AND (agb > $5 OR (agb = $5 AND care_month > $6))
        ORDER BY agb, care_month LIMIT $7
    )
    SELECT filed.agb, filed.care_month, filed.received_date, MAX(filed.recorded_time) AS recorded_time,
           CAST(SUM(filed.submitted_lines) AS BIGINT) AS lines, CAST(SUM(filed.submitted_cents) AS BIGINT) AS cents
    FROM filed JOIN asked ON asked.agb = filed.agb AND asked.care_month = filed.care_month
    GROUP BY filed.agb, filed.care_month, filed.received_date
    ORDER BY filed.agb, filed.care_month, filed.received_date";

#[derive(sqlx::FromRow)]
struct Row {
    agb: String,
    care_month: String,
    received_date: NaiveDate,
    recorded_time: DateTime<Utc>,
    lines: i64,
    cents: i64,
}

/// What a provider filed of a month of care, by the day it was received.
pub type FiledMonth = (Agb, CareMonth, Vec<Filed>);

/// A page of what was filed of a year of care, by provider (empty for all) and month (empty for all).
pub async fn page_of_filed(
    tx: &mut Tx,
    year: &OfficeYear,
    (of, month): (&str, &str),
    page: &Page,
) -> Result<Vec<FiledMonth>, EdgeError> {
    let (a, m) = (&page.after[0], &page.after[1]);
    let office = year.office.as_str();
    let rows = fetch_all!(tx, PAGE, office, year.year, of, month, a, m, page.limit() => Row)?;
    let mut months: Vec<FiledMonth> = Vec::new();
    for row in rows {
        let key = (agb(&row.agb)?, row.care_month.parse().map_err(|_| stored("a month"))?);
        let filed = Filed {
            received_date: row.received_date,
            answered_date: amsterdam_date(row.recorded_time),
            lines: row.lines,
            amount: Money::from_cents(row.cents),
        };
        match months.last_mut() {
            Some((agb, month, days)) if (*agb, *month) == key => days.push(filed),
            _ => months.push((key.0, key.1, vec![filed])),
        }
    }
    Ok(months)
}
