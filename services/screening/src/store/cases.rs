//! Cases, their signals and their steps.

use std::{collections::HashMap, ops::Range};

use chrono::{DateTime, Utc};
use database::{DatabaseError, Tx, execute, fetch_all, fetch_in, fetch_optional};
use edge::{EdgeError, Office, Page};
use identifiers::Agb;
use money::Money;

use super::{agb, signals, stored};
use crate::domain::{Case, CaseMove, CaseSignal, CaseState, Disposition, Signal};

const ADD: &str = "INSERT INTO provider_case (case_id, office, agb, state, content, opened_time)
    VALUES ($1, $2, $3, $4, $5, $6)";
const SAVE: &str = "UPDATE provider_case SET state = $2, content = $3, closed_time = $4 WHERE case_id = $1";
// Writing the row takes it.
const TAKE: &str = "UPDATE provider_case SET state = state WHERE case_id = $1";
const ADD_SIGNAL: &str = "INSERT INTO case_signal (signal_id, case_id, position, disposition, established_cents)
    VALUES ($1, $2, $3, '', 0)";
const ASSESS: &str = "UPDATE case_signal SET disposition = $2, established_cents = $3 WHERE signal_id = $1";
const TAKEN: &str = "SELECT signal_id FROM case_signal WHERE signal_id IN ({keys}) ORDER BY signal_id";
const TAKEN_NOW: &str = "SELECT signal_id FROM case_signal
    JOIN provider_case ON provider_case.case_id = case_signal.case_id
    WHERE signal_id IN ({keys}) AND state <> 'closed' ORDER BY signal_id";
const ONE: &str = "SELECT case_id, office, agb, state, content FROM provider_case WHERE case_id = $1";
// Ids are made in the order of time.
const PAGE: &str = "SELECT case_id, office, agb, state, content FROM provider_case
    WHERE office = $1 AND ($2 = '' OR agb = $2) AND ($3 = '' OR state = $3) AND ($4 = '' OR case_id < $4)
    ORDER BY case_id DESC LIMIT $5";
const DECIDED: &str = "SELECT case_id, office, agb, state, content FROM provider_case
    WHERE office = $1 AND agb = $2 AND state IN ('decided', 'closed') ORDER BY case_id";
const SIGNALS: &str = "SELECT case_id, signal_id, disposition, established_cents FROM case_signal
    WHERE case_id IN ({keys}) ORDER BY case_id, position";
const ADD_MOVE: &str = "INSERT INTO case_move (case_id, number, state, decision_id, moved_by, moved_time)
    SELECT $1, COALESCE(MAX(number), 0) + 1, $2, $3, $4, $5 FROM case_move WHERE case_id = $1";
const MOVES: &str = "SELECT state, decision_id, moved_by, moved_time FROM case_move WHERE case_id = $1 ORDER BY number";
const PRECISION: &str = "SELECT signal.rule_id, signal.rule, decision.rules_sha256, COUNT(*) AS raised,
        COUNT(case_signal.signal_id) AS in_cases,
        CAST(COALESCE(SUM(CASE WHEN case_signal.disposition = 'confirmed' THEN 1 ELSE 0 END), 0) AS BIGINT) AS confirmed,
        CAST(COALESCE(SUM(CASE WHEN case_signal.disposition = 'unfounded' THEN 1 ELSE 0 END), 0) AS BIGINT) AS unfounded,
        CAST(COALESCE(SUM(case_signal.established_cents), 0) AS BIGINT) AS established_cents
    FROM signal JOIN decision ON decision.decision_id = signal.decision_id
    LEFT JOIN case_signal ON case_signal.signal_id = signal.signal_id
    WHERE signal.office = $1 AND signal.raised_time >= $2 AND signal.raised_time < $3
    GROUP BY signal.rule_id, signal.rule, decision.rules_sha256
    ORDER BY signal.rule_id, signal.rule, decision.rules_sha256";

#[derive(sqlx::FromRow)]
struct Row {
    case_id: String,
    office: String,
    agb: String,
    state: String,
    content: String,
}

#[derive(sqlx::FromRow)]
struct SignalRow {
    case_id: String,
    signal_id: String,
    disposition: String,
    established_cents: i64,
}

#[derive(sqlx::FromRow)]
struct MoveRow {
    state: String,
    decision_id: String,
    moved_by: String,
    moved_time: DateTime<Utc>,
}

/// How many signals of a rule turned out to be what.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Dispositions {
    /// The rule.
    pub rule_id: String,
    /// The part of the rule.
    pub rule: String,
    /// SHA-256 of the rule files they were raised under.
    pub rules_sha256: Vec<u8>,
    /// Signals raised.
    pub raised: i64,
    /// Of those, in a case.
    pub in_cases: i64,
    /// Confirmed.
    pub confirmed: i64,
    /// Unfounded.
    pub unfounded: i64,
    /// Established, in eurocents.
    pub established_cents: i64,
}

fn content_of(case: &Case) -> Result<String, EdgeError> {
    serde_json::to_string(&case.content).map_err(|_| stored("a case"))
}

/// Adds a case with its signals.
pub async fn add_case(tx: &mut Tx, case: &Case, now: DateTime<Utc>) -> Result<(), EdgeError> {
    let (id, content) = (&case.case_id, content_of(case)?);
    execute!(tx, ADD, id, case.office.as_str(), case.agb.to_string(), case.state.as_str(), &content, now)?;
    add_case_signals(tx, id, &case.signals, 0).await?;
    Ok(())
}

/// Adds signals to a case that has some already.
pub async fn add_case_signals(
    tx: &mut Tx,
    case_id: &str,
    signals: &[CaseSignal],
    there: usize,
) -> Result<(), DatabaseError> {
    for (position, signal) in (1_i64..).zip(signals) {
        let position = position.saturating_add(i64::try_from(there).unwrap_or(i64::MAX));
        execute!(tx, ADD_SIGNAL, &signal.signal_id, case_id, position)?;
    }
    Ok(())
}

/// Saves where a case is, and what its signals turned out to be.
pub async fn save_case(tx: &mut Tx, case: &Case, now: DateTime<Utc>) -> Result<(), EdgeError> {
    let content = content_of(case)?;
    let closed = (case.state == CaseState::Closed).then_some(now);
    execute!(tx, SAVE, &case.case_id, case.state.as_str(), &content, closed)?;
    for signal in &case.signals {
        if let Some(disposition) = signal.disposition {
            execute!(tx, ASSESS, &signal.signal_id, disposition.as_str(), signal.established.cents())?;
        }
    }
    Ok(())
}

/// Adds a step.
pub async fn add_case_move(tx: &mut Tx, case_id: &str, one: &CaseMove) -> Result<(), DatabaseError> {
    execute!(tx, ADD_MOVE, case_id, one.state.as_str(), &one.decision_id, &one.moved_by, one.moved)?;
    Ok(())
}

/// The steps of a case.
pub async fn case_moves(tx: &mut Tx, case_id: &str) -> Result<Vec<CaseMove>, EdgeError> {
    let rows = fetch_all!(tx, MOVES, case_id => MoveRow)?;
    let read = |row: MoveRow| {
        let state = CaseState::from_code(&row.state).ok_or_else(|| stored("a state of a case"))?;
        Ok(CaseMove { state, decision_id: row.decision_id, moved_by: row.moved_by, moved: row.moved_time })
    };
    rows.into_iter().map(read).collect()
}

/// Those of some signals that are in a case.
pub async fn signals_in_cases(tx: &mut Tx, signal_ids: &[String]) -> Result<Vec<String>, DatabaseError> {
    let rows = fetch_in!(tx, TAKEN, signal_ids => (String,))?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// Those of some signals that are in a case that is not closed.
pub async fn signals_in_open_cases(tx: &mut Tx, signal_ids: &[&str]) -> Result<Vec<String>, DatabaseError> {
    let rows = fetch_in!(tx, TAKEN_NOW, signal_ids => (String,))?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// A case, taken until the transaction ends.
pub async fn take_case(tx: &mut Tx, case_id: &str) -> Result<Option<Case>, EdgeError> {
    execute!(tx, TAKE, case_id)?;
    case(tx, case_id).await
}

/// A case.
pub async fn case(tx: &mut Tx, case_id: &str) -> Result<Option<Case>, EdgeError> {
    let row = fetch_optional!(tx, ONE, case_id => Row)?;
    Ok(with_signals(tx, row.into_iter().collect()).await?.pop())
}

/// The cases about a provider that were decided.
pub async fn decided_cases(tx: &mut Tx, (office, of): (&Office, Agb)) -> Result<Vec<Case>, EdgeError> {
    let rows = fetch_all!(tx, DECIDED, office.as_str(), of.to_string() => Row)?;
    with_signals(tx, rows).await
}

/// A page of the cases of an office, the newest first, and the token of the next one.
pub async fn page_of_cases(
    tx: &mut Tx,
    (office, of, state): (&Office, &str, &str),
    page: &Page,
) -> Result<(Vec<Case>, String), EdgeError> {
    let mut rows = fetch_all!(tx, PAGE, office.as_str(), of, state, &page.after[0], page.limit() => Row)?;
    let next = page.cut(&mut rows, |row| vec![row.case_id.clone()]);
    Ok((with_signals(tx, rows).await?, next))
}

/// What became of the signals that were raised from one moment to before another, by rule.
pub async fn dispositions(
    tx: &mut Tx,
    office: &Office,
    raised: Range<DateTime<Utc>>,
) -> Result<Vec<Dispositions>, DatabaseError> {
    fetch_all!(tx, PRECISION, office.as_str(), raised.start, raised.end => Dispositions)
}

async fn with_signals(tx: &mut Tx, rows: Vec<Row>) -> Result<Vec<Case>, EdgeError> {
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let ids: Vec<&str> = rows.iter().map(|row| row.case_id.as_str()).collect();
    let placed = fetch_in!(tx, SIGNALS, ids => SignalRow)?;
    let ids: Vec<&str> = placed.iter().map(|row| row.signal_id.as_str()).collect();
    let known: HashMap<String, Signal> =
        signals(tx, &ids).await?.into_iter().map(|signal| (signal.signal_id.clone(), signal)).collect();
    let mut of_case: HashMap<String, Vec<CaseSignal>> = HashMap::new();
    for row in placed {
        let signal = known.get(&row.signal_id).ok_or_else(|| stored("a signal of a case"))?;
        let disposition = match row.disposition.as_str() {
            "" => None,
            code => Some(Disposition::from_code(code).ok_or_else(|| stored("a disposition"))?),
        };
        let established = Money::from_cents(row.established_cents);
        let signal = CaseSignal { disposition, established, ..CaseSignal::of(signal) };
        of_case.entry(row.case_id).or_default().push(signal);
    }
    let read = |row: Row| {
        Ok(Case {
            office: row.office.parse().map_err(|_| stored("an office"))?,
            agb: agb(&row.agb)?,
            state: CaseState::from_code(&row.state).ok_or_else(|| stored("a state of a case"))?,
            content: serde_json::from_str(&row.content).map_err(|_| stored("a case"))?,
            signals: of_case.remove(&row.case_id).unwrap_or_default(),
            case_id: row.case_id,
        })
    };
    rows.into_iter().map(read).collect()
}
