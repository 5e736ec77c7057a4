//! Granted lines and their credits.

use std::collections::BTreeSet;

use calendar::CareMonth;
use chrono::{DateTime, NaiveDate, Utc};
use database::{
    Column, DatabaseError, Engine, Kind, Rows, Table, Tx, execute, fetch_all, fetch_in, fetch_one, fetch_optional,
};
use edge::{EdgeError, Office};
use identifiers::Agb;
use money::Money;

use super::{agb, stored};
use crate::{
    decide::claim_rules::Sum,
    domain::{Claim, Credit, LineKey},
};

static CLAIM: Table = Table {
    name: "claim",
    columns: &[
        Column::new("office", Kind::Text),
        Column::new("client", Kind::Text),
        Column::new("product", Kind::Text),
        Column::new("first_day", Kind::Date),
        Column::new("last_day", Kind::Date),
        Column::new("granted_time", Kind::Time),
        Column::new("service", Kind::Text),
        Column::new("file_id", Kind::Text),
        Column::new("detail_number", Kind::Int),
        Column::new("agb", Kind::Text),
        Column::new("granted_cents", Kind::Int),
        Column::new("reference", Kind::Text),
        Column::new("quantity", Kind::Int),
        Column::new("unit", Kind::Text),
        Column::new("function_code", Kind::Int),
        Column::new("care_profile", Kind::Int),
    ],
};

static CREDIT: Table = Table {
    name: "credit",
    columns: &[
        Column::new("office", Kind::Text),
        Column::new("service", Kind::Text),
        Column::new("agb", Kind::Text),
        Column::new("reference", Kind::Text),
        Column::new("file_id", Kind::Text),
        Column::new("detail_number", Kind::Int),
        Column::new("credited_time", Kind::Time),
    ],
};

const TAKE_TURN: &str = "UPDATE turn SET files = files + 1 WHERE turn_id = 1";
// Keys are few and lines are many: each key is to be looked up in the index. SQLite keeps the tables of a CROSS JOIN in
// this order. PostgreSQL, without statistics on rows that this transaction just inserted, would read all lines of the
// office once for each page and compare: that is why the office is in the key, and these settings hold until the end.
const PLANNING: &str = "SELECT set_config('enable_hashjoin', 'off', true), set_config('enable_mergejoin', 'off', true),
    set_config('plan_cache_mode', 'force_custom_plan', true), set_config('jit', 'off', true)";
// A key is a pseudonym, 22 characters, and an office.
const LIKE: &str = "WITH wanted (entry) AS ({keys})
    SELECT claim.client, claim.product, claim.first_day, claim.last_day, claim.granted_time, claim.service,
           claim.file_id, claim.detail_number, claim.agb, claim.granted_cents, claim.reference,
           claim.quantity, claim.unit, claim.function_code, claim.care_profile
    FROM wanted
    CROSS JOIN claim
    WHERE claim.office = SUBSTR(wanted.entry, 23) AND claim.client = SUBSTR(wanted.entry, 1, 22)
      AND NOT EXISTS (SELECT 1 FROM credit
                      WHERE credit.office = claim.office AND credit.service = claim.service
                        AND credit.agb = claim.agb AND credit.reference = claim.reference)";

// The same, of lines that began on some days.
const LIKE_ON: &str = "WITH wanted (entry) AS ({keys})
    SELECT claim.client, claim.product, claim.first_day, claim.last_day, claim.granted_time, claim.service,
           claim.file_id, claim.detail_number, claim.agb, claim.granted_cents, claim.reference,
           claim.quantity, claim.unit, claim.function_code, claim.care_profile
    FROM wanted
    CROSS JOIN claim
    WHERE claim.office = SUBSTR(wanted.entry, 23) AND claim.client = SUBSTR(wanted.entry, 1, 22)
      AND claim.first_day >= $1 AND claim.first_day <= $2
      AND NOT EXISTS (SELECT 1 FROM credit
                      WHERE credit.office = claim.office AND credit.service = claim.service
                        AND credit.agb = claim.agb AND credit.reference = claim.reference)";
const LONGEST: &str = "SELECT days FROM longest_line WHERE office = $1";
const LONGER: &str = "INSERT INTO longest_line (office, days) VALUES ($1, $2)
    ON CONFLICT (office) DO UPDATE SET days = excluded.days";
const CREDITED: &str = "SELECT client, first_day, product FROM claim
    WHERE office = $1 AND service = $2 AND agb = $3 AND reference IN ({keys})";

const CREDITS: &str = "SELECT reference, file_id, detail_number, credited_time FROM credit
    WHERE office = $1 AND service = $2 AND agb = $3 AND reference IN ({keys})";
const CLIENTS: &str = "SELECT client FROM (
        SELECT DISTINCT client FROM claim WHERE office = $1 AND client > $2
        UNION SELECT DISTINCT subject FROM fact WHERE office = $1 AND about = 'client' AND subject > $2) AS known
    ORDER BY client LIMIT $3";
const PROVIDERS: &str = "SELECT DISTINCT agb FROM claim WHERE office = $1 AND agb > $2 ORDER BY agb LIMIT $3";
const OF_PROVIDER: &str = "SELECT DISTINCT client FROM claim WHERE office = $1 AND agb = $2 AND client <> ''";
const DAYS: &str = "SELECT DISTINCT first_day FROM claim WHERE office = $1 AND agb = $2";
macro_rules! of_month {
    ($what:literal, $rest:literal) => {
        concat!(
            "SELECT ",
            $what,
            " FROM claim WHERE office = $1 AND agb = $2 AND first_day >= $3 AND first_day <= $4 AND client <> ''
              AND NOT EXISTS (SELECT 1 FROM credit
                              WHERE credit.office = claim.office AND credit.service = claim.service
                                AND credit.agb = claim.agb AND credit.reference = claim.reference) ",
            $rest
        )
    };
}
const SUMS: &str = of_month!(
    "service, product, unit, CAST(SUM(quantity) AS BIGINT) AS quantity,
     CAST(SUM(granted_cents) AS BIGINT) AS granted_cents, MAX(granted_time) AS granted_time",
    "GROUP BY service, product, unit ORDER BY service, product, unit"
);
const HOME_CARE_CLIENTS: &str = of_month!("COUNT(DISTINCT client)", "AND service = 'homecare'");

// A service, product and unit have no spaces.
const LARGEST: &str = of_month!(
    "client, product, first_day, last_day, granted_time, service, file_id, detail_number, agb, granted_cents, reference,
     quantity, unit, function_code, care_profile",
    "AND service || ' ' || product || ' ' || unit IN ({keys})
     ORDER BY granted_cents DESC, granted_time, service, file_id, detail_number LIMIT $5"
);
const PRESENT: &str = "SELECT file_id, detail_number FROM claim
    WHERE office = $1 AND service = $2 AND agb = $3 AND reference IN ({keys})
      AND NOT EXISTS (SELECT 1 FROM credit
                      WHERE credit.office = claim.office AND credit.service = claim.service
                        AND credit.agb = claim.agb AND credit.reference = claim.reference)";

#[derive(sqlx::FromRow)]
struct SumRow {
    service: String,
    product: String,
    unit: String,
    quantity: i64,
    granted_cents: i64,
    granted_time: DateTime<Utc>,
}

#[derive(sqlx::FromRow)]
struct CreditRow {
    reference: String,
    file_id: String,
    detail_number: i64,
    credited_time: DateTime<Utc>,
}

#[derive(sqlx::FromRow)]
struct Row {
    client: String,
    product: String,
    first_day: NaiveDate,
    last_day: NaiveDate,
    granted_time: DateTime<Utc>,
    service: String,
    file_id: String,
    detail_number: i64,
    agb: String,
    granted_cents: i64,
    reference: String,
    quantity: i64,
    unit: String,
    function_code: i64,
    care_profile: i64,
}

impl Row {
    fn read(self) -> Result<Claim, EdgeError> {
        Ok(Claim {
            key: LineKey { service: self.service, file_id: self.file_id, detail_number: self.detail_number },
            granted_time: self.granted_time,
            agb: agb(&self.agb)?,
            client: self.client,
            product: self.product,
            first_day: self.first_day,
            last_day: self.last_day,
            granted: Money::from_cents(self.granted_cents),
            reference: self.reference,
            quantity: self.quantity,
            unit: self.unit,
            function_code: i32::try_from(self.function_code).map_err(|_| stored("a function code"))?,
            care_profile: i32::try_from(self.care_profile).map_err(|_| stored("a care profile"))?,
        })
    }
}

/// Waits until nobody else applies lines, and keeps others from it until the transaction ends.
pub async fn take_turn(tx: &mut Tx) -> Result<(), DatabaseError> {
    execute!(tx, TAKE_TURN)?;
    if tx.engine() == Engine::Postgres {
        execute!(tx, PLANNING)?;
    }
    Ok(())
}

/// Adds granted lines.
pub async fn add_claims(tx: &mut Tx, office: &Office, claims: &[Claim]) -> Result<(), DatabaseError> {
    let longest = claims.iter().map(Claim::days).max().unwrap_or(0);
    if longest > longest_line(tx, office).await? {
        execute!(tx, LONGER, office.as_str(), longest)?;
    }
    let mut rows = Rows::new(tx.engine(), &CLAIM);
    for claim in claims {
        rows.text(office.as_str()).text(&claim.client).text(&claim.product);
        rows.date(claim.first_day).date(claim.last_day).time(claim.granted_time);
        rows.text(&claim.key.service).text(&claim.key.file_id).int(claim.key.detail_number);
        rows.text(&claim.agb.to_string()).int(claim.granted.cents()).text(&claim.reference);
        rows.int(claim.quantity).text(&claim.unit);
        rows.int(claim.function_code.into()).int(claim.care_profile.into()).end_row();
    }
    tx.insert_many(rows).await?;
    Ok(())
}

/// Adds credits.
pub async fn add_credits(tx: &mut Tx, office: &Office, credits: &[Credit]) -> Result<(), DatabaseError> {
    let mut rows = Rows::new(tx.engine(), &CREDIT);
    for credit in credits {
        rows.text(office.as_str()).text(&credit.key.service).text(&credit.agb.to_string()).text(&credit.reference);
        rows.text(&credit.key.file_id).int(credit.key.detail_number).time(credit.credited_time).end_row();
    }
    tx.insert_many(rows).await?;
    Ok(())
}

/// The lines on record under pseudonyms that were not credited.
pub async fn claims_of(tx: &mut Tx, office: &Office, pseudonyms: &BTreeSet<String>) -> Result<Vec<Claim>, EdgeError> {
    let entries: Vec<String> = pseudonyms.iter().map(|pseudonym| format!("{pseudonym}{office}")).collect();
    let rows = fetch_in!(tx, LIKE, entries => Row)?;
    rows.into_iter().map(Row::read).collect()
}

/// The days of the longest line that an office ever had on record. A year at most: home care grants no line over the turn
/// of a year, and budget none beyond the days of one tariff, which is agreed for a year.
pub async fn longest_line(tx: &mut Tx, office: &Office) -> Result<i64, DatabaseError> {
    let row = fetch_optional!(tx, LONGEST, office.as_str() => (i64,))?;
    Ok(row.map_or(0, |(days,)| days))
}

/// The lines on record under pseudonyms that began on some days and were not credited.
pub async fn claims_on(
    tx: &mut Tx,
    office: &Office,
    pseudonyms: &BTreeSet<String>,
    (first, last): (NaiveDate, NaiveDate),
) -> Result<Vec<Claim>, EdgeError> {
    let entries: Vec<String> = pseudonyms.iter().map(|pseudonym| format!("{pseudonym}{office}")).collect();
    let rows = fetch_in!(tx, LIKE_ON, entries, first, last => Row)?;
    rows.into_iter().map(Row::read).collect()
}

/// The client, first day and product of lines of a provider by their references, credited or not.
pub async fn lines_by_reference(
    tx: &mut Tx,
    office: &Office,
    (service, of): (&str, Agb),
    references: &[&str],
) -> Result<Vec<(String, NaiveDate, String)>, DatabaseError> {
    fetch_in!(tx, CREDITED, references, office.as_str(), service, of.to_string() => (String, NaiveDate, String))
}

/// The credits of lines of a provider by their references.
pub async fn credits_of(
    tx: &mut Tx,
    office: &Office,
    (service, of): (&str, Agb),
    references: &[&str],
) -> Result<Vec<Credit>, EdgeError> {
    let rows = fetch_in!(tx, CREDITS, references, office.as_str(), service, of.to_string() => CreditRow)?;
    let read = |row: CreditRow| Credit {
        key: LineKey { service: service.to_owned(), file_id: row.file_id, detail_number: row.detail_number },
        credited_time: row.credited_time,
        agb: of,
        reference: row.reference,
    };
    Ok(rows.into_iter().map(read).collect())
}

/// A page of an office's providers with lines on record, after one.
pub async fn page_of_providers(tx: &mut Tx, office: &Office, after: &str, limit: i64) -> Result<Vec<Agb>, EdgeError> {
    let rows = fetch_all!(tx, PROVIDERS, office.as_str(), after, limit => (String,))?;
    rows.into_iter().map(|(of,)| agb(&of)).collect()
}

/// The clients of a provider.
pub async fn clients_of_provider(tx: &mut Tx, office: &Office, agb: &str) -> Result<Vec<String>, DatabaseError> {
    let clients = fetch_all!(tx, OF_PROVIDER, office.as_str(), agb => (String,))?;
    Ok(clients.into_iter().map(|(client,)| client).collect())
}

/// The first days of the lines of a provider.
pub async fn days_of_provider(tx: &mut Tx, office: &Office, agb: &str) -> Result<Vec<NaiveDate>, DatabaseError> {
    let days = fetch_all!(tx, DAYS, office.as_str(), agb => (NaiveDate,))?;
    Ok(days.into_iter().map(|(day,)| day).collect())
}

/// A page of an office's pseudonyms with lines or facts on record, after one.
pub async fn page_of_clients(
    tx: &mut Tx,
    office: &Office,
    after: &str,
    limit: usize,
) -> Result<Vec<String>, DatabaseError> {
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let rows = fetch_all!(tx, CLIENTS, office.as_str(), after, limit => (String,))?;
    Ok(rows.into_iter().map(|(client,)| client).collect())
}

/// What a provider was granted in a month, and how many clients had home care of it; lines of nobody in particular and
/// credited ones are left out.
pub async fn sums_of_month(
    tx: &mut Tx,
    office: &Office,
    of: Agb,
    month: CareMonth,
) -> Result<(Vec<Sum>, i64), EdgeError> {
    let (first, last) = (month.first_day(), month.last_day());
    let rows = fetch_all!(tx, SUMS, office.as_str(), of.to_string(), first, last => SumRow)?;
    let (clients,) = fetch_one!(tx, HOME_CARE_CLIENTS, office.as_str(), of.to_string(), first, last => (i64,))?;
    let read = |row: SumRow| Sum {
        service: row.service,
        product: row.product,
        unit: row.unit,
        quantity: row.quantity,
        granted: Money::from_cents(row.granted_cents),
        granted_time: row.granted_time,
    };
    Ok((rows.into_iter().map(read).collect(), clients))
}

/// The lines of sums of a month of a provider that were not credited, those with the most granted first.
pub async fn largest_lines(
    tx: &mut Tx,
    office: &Office,
    (of, month): (Agb, CareMonth),
    sums: &[Sum],
    limit: usize,
) -> Result<Vec<Claim>, EdgeError> {
    let (first, last) = (month.first_day(), month.last_day());
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let keys: Vec<String> = sums.iter().map(|sum| format!("{} {} {}", sum.service, sum.product, sum.unit)).collect();
    let rows = fetch_in!(tx, LARGEST, keys, office.as_str(), of.to_string(), first, last, limit => Row)?;
    rows.into_iter().map(Row::read).collect()
}

/// Which lines of a provider with these references are on record and not credited.
pub async fn present_lines(
    tx: &mut Tx,
    office: &Office,
    (service, of): (&str, Agb),
    references: &[&str],
) -> Result<Vec<LineKey>, DatabaseError> {
    let rows = fetch_in!(tx, PRESENT, references, office.as_str(), service, of.to_string() => (String, i64))?;
    let key = |(file_id, detail_number)| LineKey { service: service.to_owned(), file_id, detail_number };
    Ok(rows.into_iter().map(key).collect())
}
