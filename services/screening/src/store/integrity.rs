//! What the integrity of providers comes to, and what people judged.

use chrono::{DateTime, NaiveDate, Utc};
use database::{DatabaseError, Tx, execute, fetch_all, fetch_one, fetch_optional};
use edge::{EdgeError, Office};
use identifiers::Agb;

use super::{agb, stored};
use crate::{
    decide::integrity::Judgement,
    domain::{Integrity, IntegrityState},
};

// Writing the row takes it.
const TAKE: &str = "INSERT INTO screened (office, agb, number) VALUES ($1, $2, 0)
    ON CONFLICT (office, agb) DO UPDATE SET number = screened.number RETURNING number";
const SCREENED: &str = "SELECT number FROM screened WHERE office = $1 AND agb = $2";
const MOVE: &str = "UPDATE screened SET number = $3, valid_until = $4 WHERE office = $1 AND agb = $2";
const ADD: &str = "INSERT INTO integrity
        (office, agb, number, state, conditions, valid_until, decision_id, since_time)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
const NOW: &str = "SELECT state, conditions, valid_until, since_time FROM integrity
    WHERE office = $1 AND agb = $2 ORDER BY number DESC LIMIT 1";
const LAPSED: &str =
    "SELECT office, agb FROM screened WHERE valid_until < $1 ORDER BY valid_until, office, agb LIMIT 100";
const ASKED: &str = "INSERT INTO integrity_asked (office, agb, registration_id) VALUES ($1, $2, $3)
    ON CONFLICT (office, agb, registration_id) DO NOTHING";
const ASKED_FOR: &str = "SELECT registration_id FROM integrity_asked WHERE office = $1 AND agb = $2
    ORDER BY registration_id";
const ADD_JUDGEMENT: &str = "INSERT INTO judgement (office, agb, number, content, decision_id, recorded_time)
    SELECT $1, $2, COALESCE(MAX(number), 0) + 1, $3, $4, $5 FROM judgement WHERE office = $1 AND agb = $2";
const JUDGEMENT: &str = "SELECT content FROM judgement WHERE office = $1 AND agb = $2 ORDER BY number DESC LIMIT 1";

/// What the integrity of a provider comes to, and since when.
pub type Stated = (Integrity, DateTime<Utc>);

/// Takes a provider until the transaction ends, as one that is screened from now on.
pub async fn take_screened(tx: &mut Tx, (office, of): (&Office, Agb)) -> Result<i64, DatabaseError> {
    Ok(fetch_one!(tx, TAKE, office.as_str(), of.to_string() => (i64,))?.0)
}

/// Whether a provider is screened.
pub async fn is_screened(tx: &mut Tx, (office, of): (&Office, Agb)) -> Result<bool, DatabaseError> {
    Ok(fetch_optional!(tx, SCREENED, office.as_str(), of.to_string() => (i64,))?.is_some())
}

/// Records what the integrity of a provider that was taken comes to from now on.
pub async fn add_integrity(
    tx: &mut Tx,
    ((office, of), number): ((&Office, Agb), i64),
    integrity: &Integrity,
    (decision_id, now): (&str, DateTime<Utc>),
) -> Result<(), EdgeError> {
    let (of, until) = (of.to_string(), integrity.valid_until);
    let conditions = serde_json::to_string(&integrity.conditions).map_err(|_| stored("conditions"))?;
    let state = integrity.state.as_str();
    execute!(tx, ADD, office.as_str(), &of, number, state, &conditions, until, decision_id, now)?;
    execute!(tx, MOVE, office.as_str(), &of, number, until)?;
    Ok(())
}

/// What the integrity of a provider comes to; none when nothing was stated yet.
pub async fn integrity(tx: &mut Tx, (office, of): (&Office, Agb)) -> Result<Option<Stated>, EdgeError> {
    type Row = (String, String, Option<NaiveDate>, DateTime<Utc>);
    let row = fetch_optional!(tx, NOW, office.as_str(), of.to_string() => Row)?;
    row.map(|(state, conditions, valid_until, since)| {
        let state = IntegrityState::from_code(&state).ok_or_else(|| stored("a state of integrity"))?;
        let conditions = serde_json::from_str(&conditions).map_err(|_| stored("conditions"))?;
        Ok((Integrity { state, conditions, valid_until }, since))
    })
    .transpose()
}

/// Providers whose checks are not all valid any more on a day.
pub async fn lapsed(tx: &mut Tx, day: NaiveDate) -> Result<Vec<(Office, Agb)>, EdgeError> {
    let rows = fetch_all!(tx, LAPSED, day => (String, String))?;
    rows.into_iter().map(|(office, of)| Ok((office.parse().map_err(|_| stored("an office"))?, agb(&of)?))).collect()
}

/// Records that a registration asks for the integrity of a provider.
pub async fn add_asked(tx: &mut Tx, (office, of): (&Office, Agb), registration_id: &str) -> Result<(), DatabaseError> {
    execute!(tx, ASKED, office.as_str(), of.to_string(), registration_id)?;
    Ok(())
}

/// The registrations that ask for the integrity of a provider.
pub async fn asked_for(tx: &mut Tx, (office, of): (&Office, Agb)) -> Result<Vec<String>, DatabaseError> {
    let rows = fetch_all!(tx, ASKED_FOR, office.as_str(), of.to_string() => (String,))?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// Adds what people judged.
pub async fn add_judgement(
    tx: &mut Tx,
    (office, of): (&Office, Agb),
    judgement: &Judgement,
    (decision_id, now): (&str, DateTime<Utc>),
) -> Result<(), EdgeError> {
    let content = serde_json::to_string(judgement).map_err(|_| stored("a judgement"))?;
    execute!(tx, ADD_JUDGEMENT, office.as_str(), of.to_string(), &content, decision_id, now)?;
    Ok(())
}

/// What people judged last.
pub async fn judgement(tx: &mut Tx, (office, of): (&Office, Agb)) -> Result<Option<Judgement>, EdgeError> {
    let row = fetch_optional!(tx, JUDGEMENT, office.as_str(), of.to_string() => (String,))?;
    row.map(|(content,)| serde_json::from_str(&content).map_err(|_| stored("a judgement"))).transpose()
}
