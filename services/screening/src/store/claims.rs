//! Granted lines and their credits.

use std::collections::BTreeSet;

use chrono::{DateTime, NaiveDate, Utc};
use database::{Column, DatabaseError, Engine, Kind, Rows, Table, Tx, execute, fetch_in};
use edge::{EdgeError, Office};
use money::Money;

use super::agb;
use crate::{
    clients::Clients,
    domain::{Claim, Credit, LineKey, Part},
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
        Column::new("part", Kind::Text),
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
           claim.file_id, claim.detail_number, claim.agb, claim.granted_cents, claim.reference, claim.part
    FROM wanted
    CROSS JOIN claim
    WHERE claim.office = SUBSTR(wanted.entry, 23) AND claim.client = SUBSTR(wanted.entry, 1, 22)
      AND claim.first_day <= $2 AND claim.last_day >= $1
      AND NOT EXISTS (SELECT 1 FROM credit
                      WHERE credit.office = claim.office AND credit.service = claim.service
                        AND credit.agb = claim.agb AND credit.reference = claim.reference)";

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
    part: String,
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
            part: Part::from_code(&self.part).ok_or_else(|| EdgeError::Stored("a part of care".to_owned()))?,
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
    let mut rows = Rows::new(tx.engine(), &CLAIM);
    for claim in claims {
        rows.text(office.as_str()).text(&claim.client).text(&claim.product);
        rows.date(claim.first_day).date(claim.last_day).time(claim.granted_time);
        rows.text(&claim.key.service).text(&claim.key.file_id).int(claim.key.detail_number);
        rows.text(&claim.agb.to_string()).int(claim.granted.cents()).text(&claim.reference);
        rows.text(claim.part.as_str()).end_row();
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

/// The lines on record that were not credited and have the client in common with any of these, these
/// themselves among them, as far as they touch the days of these. Each is given as its client's, under whichever
/// pseudonym it is on record.
pub async fn claims_like(
    tx: &mut Tx,
    office: &Office,
    claims: &[Claim],
    clients: &Clients,
) -> Result<Vec<Claim>, EdgeError> {
    let known = || claims.iter().filter(|claim| !claim.client.is_empty());
    let (Some(first), Some(last)) =
        (known().map(|claim| claim.first_day).min(), known().map(|claim| claim.last_day).max())
    else {
        return Ok(Vec::new());
    };
    let wanted: BTreeSet<&str> = known().map(|claim| claim.client.as_str()).collect();
    let pseudonyms = wanted.into_iter().flat_map(|client| clients.pseudonyms(client));
    let mut found = between(tx, office, pseudonyms, (first, last)).await?;
    for claim in &mut found {
        claim.client = clients.of(&claim.client).to_owned();
    }
    Ok(found)
}

/// The lines on record under pseudonyms, of any day, that were not credited.
pub async fn claims_of(tx: &mut Tx, office: &Office, pseudonyms: BTreeSet<String>) -> Result<Vec<Claim>, EdgeError> {
    // Contracts take no day outside these.
    let (first, last) = (NaiveDate::from_ymd_opt(1900, 1, 1), NaiveDate::from_ymd_opt(2999, 12, 31));
    let days = first.zip(last).unwrap_or_default();
    between(tx, office, pseudonyms.into_iter(), days).await
}

async fn between(
    tx: &mut Tx,
    office: &Office,
    pseudonyms: impl Iterator<Item = String>,
    (first, last): (NaiveDate, NaiveDate),
) -> Result<Vec<Claim>, EdgeError> {
    let entries: Vec<String> = pseudonyms.map(|pseudonym| format!("{pseudonym}{office}")).collect();
    let rows = fetch_in!(tx, LIKE, entries, first, last => Row)?;
    rows.into_iter().map(Row::read).collect()
}
