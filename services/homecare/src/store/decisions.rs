//! What was decided about ceilings.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use database::{DatabaseError, Tx, execute, fetch_all};
use edge::{EdgeError, Page};
use money::Money;

use super::stored;
use crate::domain::{CeilingDecision, DecisionKind, ProviderYear};

const SIGNALS: &str = "SELECT signal FROM ceiling_signal WHERE office = $1 AND agb = $2 AND year = $3";
const ADD_SIGNAL: &str = "INSERT INTO ceiling_signal
        (office, agb, year, signal, decision_id, recorded_time)
    VALUES ($1, $2, $3, $4, $5, $6)";
const ADD: &str = "INSERT INTO ceiling_decision
        (office, agb, year, decision_id, kind, file_id, beyond_cents, recorded_time)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
// Ids are made in the order of time.
const PAGE: &str = "SELECT decision_id, kind, file_id, beyond_cents, recorded_time FROM ceiling_decision
    WHERE office = $1 AND agb = $2 AND year = $3 AND ($4 = '' OR decision_id < $4)
    ORDER BY decision_id DESC LIMIT $5";

#[derive(sqlx::FromRow)]
struct Row {
    decision_id: String,
    kind: String,
    file_id: String,
    beyond_cents: i64,
    recorded_time: DateTime<Utc>,
}

/// The signals about a ceiling that were given before: the percentage of a share, or a word.
pub async fn signals_of(tx: &mut Tx, of: &ProviderYear) -> Result<HashSet<String>, DatabaseError> {
    let agb = of.agb.to_string();
    let rows = fetch_all!(tx, SIGNALS, of.office.as_str(), &agb, of.year => (String,))?;
    Ok(rows.into_iter().map(|(signal,)| signal).collect())
}

/// Adds a signal that was given. It is kept as [`signals_of`] gives it.
pub async fn add_signal(
    tx: &mut Tx,
    of: &ProviderYear,
    signal: &str,
    decision_id: &str,
    now: DateTime<Utc>,
) -> Result<(), DatabaseError> {
    let (office, agb) = (of.office.as_str(), of.agb.to_string());
    execute!(tx, ADD_SIGNAL, office, &agb, of.year, signal, decision_id, now)?;
    Ok(())
}

/// Adds a decision about a ceiling; its explanation is recorded before.
pub async fn add_decision(tx: &mut Tx, of: &ProviderYear, decision: &CeilingDecision) -> Result<(), DatabaseError> {
    let (office, agb) = (of.office.as_str(), of.agb.to_string());
    let CeilingDecision { decision_id, kind, file_id, beyond, recorded_time } = decision;
    execute!(tx, ADD, office, &agb, of.year, decision_id, kind.as_str(), file_id, beyond.cents(), recorded_time)?;
    Ok(())
}

/// A page of the decisions about a ceiling, the newest first.
pub async fn page_of_decisions(tx: &mut Tx, of: &ProviderYear, page: &Page) -> Result<Vec<CeilingDecision>, EdgeError> {
    let (agb, after) = (of.agb.to_string(), &page.after[0]);
    let rows = fetch_all!(tx, PAGE, of.office.as_str(), &agb, of.year, after, page.limit() => Row)?;
    let read = |row: Row| {
        Ok(CeilingDecision {
            decision_id: row.decision_id,
            kind: DecisionKind::from_code(&row.kind).ok_or_else(|| stored("a kind of decision"))?,
            file_id: row.file_id,
            beyond: Money::from_cents(row.beyond_cents),
            recorded_time: row.recorded_time,
        })
    };
    rows.into_iter().map(read).collect()
}
