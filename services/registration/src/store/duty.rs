//! What is due.

use chrono::{DateTime, Utc};
use database::{DatabaseError, Tx, execute, fetch_all, fetch_optional};
use edge::{EdgeError, Office, Page};
use identifiers::Agb;

use super::stored;
use crate::domain::{Due, Duty, DutyKind, DutyState};

const ADD: &str =
    "INSERT INTO duty (duty_id, office, agb, kind, subject, rule, code, due_time, text_nl, text_en, state,
        evidence)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 'open', '')";
// Only what is open is closed, so that the clock and whoever does it don't both.
const CLOSE: &str = "UPDATE duty SET state = $2, met_time = $3, evidence = $4
    WHERE duty_id = $1 AND state IN ('open', 'missed')";
const CLOSE_OF: &str = "UPDATE duty
    SET state = CASE WHEN state = 'missed' AND $3 = 'met' THEN 'met_late' ELSE $3 END, met_time = $4
    WHERE subject = $1 AND kind = $2 AND state IN ('open', 'missed')";
const WITHDRAW_OFFERS: &str = "UPDATE duty SET state = 'withdrawn'
    WHERE state = 'open' AND kind IN ('response', 'acceptance')
        AND subject IN (SELECT offer_id FROM offer WHERE registration_id = $1 AND offer_id <> $2)";
const MISS: &str = "UPDATE duty SET state = 'missed' WHERE duty_id = $1 AND state = 'open'";
const PAST: &str =
    "SELECT duty_id, office, agb, kind, subject, rule, code, due_time, text_nl, text_en, state, met_time,
        evidence
    FROM duty WHERE state = 'open' AND due_time < $1 ORDER BY due_time, duty_id LIMIT 100";
const ONE: &str = "SELECT duty_id, office, agb, kind, subject, rule, code, due_time, text_nl, text_en, state, met_time,
        evidence
    FROM duty WHERE duty_id = $1";
const PAGE: &str =
    "SELECT duty_id, office, agb, kind, subject, rule, code, due_time, text_nl, text_en, state, met_time,
        evidence
    FROM duty WHERE office = $1 AND ($2 = '' OR agb = $2) AND ($3 = '' OR state = $3) AND due_time <= $4
        AND (due_time > $5 OR (due_time = $5 AND duty_id > $6))
    ORDER BY due_time, duty_id LIMIT $7";

#[derive(sqlx::FromRow)]
struct DutyRow {
    duty_id: String,
    office: String,
    agb: String,
    kind: String,
    subject: String,
    rule: String,
    code: String,
    due_time: DateTime<Utc>,
    text_nl: String,
    text_en: String,
    state: String,
    met_time: Option<DateTime<Utc>>,
    evidence: String,
}

impl DutyRow {
    fn read(self) -> Result<Duty, EdgeError> {
        let kind = DutyKind::from_code(&self.kind).ok_or_else(|| stored("a kind of duty"))?;
        let (due, dutch, english) = (self.due_time, self.text_nl, self.text_en);
        Ok(Duty {
            duty_id: self.duty_id,
            office: self.office.parse().map_err(|_| stored("an office"))?,
            agb: self.agb.parse().map_err(|_| stored("an AGB code"))?,
            subject: self.subject,
            due: Due { kind, rule: self.rule, code: self.code, due, dutch, english },
            state: DutyState::from_code(&self.state).ok_or_else(|| stored("the state of a duty"))?,
            met: self.met_time,
            evidence: self.evidence,
        })
    }
}

/// Adds something that is due.
pub async fn add_duty(tx: &mut Tx, duty: &Duty) -> Result<(), DatabaseError> {
    let Duty { duty_id, office, agb, subject, due, .. } = duty;
    let Due { kind, rule, code, due, dutch, english } = due;
    let agb = agb.to_string();
    execute!(tx, ADD, duty_id, office.as_str(), &agb, kind.as_str(), subject, rule, code, *due, dutch, english)?;
    Ok(())
}

/// Closes a duty that is open or missed; false when it is neither any more.
pub async fn close_duty(tx: &mut Tx, duty: &Duty) -> Result<bool, DatabaseError> {
    Ok(execute!(tx, CLOSE, &duty.duty_id, duty.state.as_str(), duty.met, &duty.evidence)? == 1)
}

/// Closes what is open or missed of a kind for a subject; what was missed is met late.
pub async fn close_duties(
    tx: &mut Tx,
    (subject, kind): (&str, DutyKind),
    state: DutyState,
    now: DateTime<Utc>,
) -> Result<(), DatabaseError> {
    let met = (state == DutyState::Met).then_some(now);
    execute!(tx, CLOSE_OF, subject, kind.as_str(), state.as_str(), met)?;
    Ok(())
}

/// Withdraws what is open for the other offers on a registration once one is accepted.
pub async fn withdraw_offers(tx: &mut Tx, registration_id: &str, offer_id: &str) -> Result<(), DatabaseError> {
    execute!(tx, WITHDRAW_OFFERS, registration_id, offer_id)?;
    Ok(())
}

/// Records that a duty was missed; false when it is not open any more.
pub async fn miss_duty(tx: &mut Tx, duty_id: &str) -> Result<bool, DatabaseError> {
    Ok(execute!(tx, MISS, duty_id)? == 1)
}

/// Some of what is open and past, the oldest first.
pub async fn past_duties(tx: &mut Tx, now: DateTime<Utc>) -> Result<Vec<Duty>, EdgeError> {
    let rows = fetch_all!(tx, PAST, now => DutyRow)?;
    rows.into_iter().map(DutyRow::read).collect()
}

/// A duty.
///
/// # Errors
/// [`EdgeError::NotFound`] when it is not on record.
pub async fn duty(tx: &mut Tx, duty_id: &str) -> Result<Duty, EdgeError> {
    let row = fetch_optional!(tx, ONE, duty_id => DutyRow)?;
    row.ok_or_else(|| EdgeError::NotFound { what: "duty", id: duty_id.to_owned() })?.read()
}

/// Which duties are looked for.
#[derive(Debug)]
pub struct Looked<'a> {
    /// The office.
    pub office: &'a Office,
    /// The provider; all when none.
    pub agb: Option<Agb>,
    /// The state; any when none.
    pub state: Option<DutyState>,
    /// What is due until then.
    pub until: DateTime<Utc>,
    /// What comes after this moment and id.
    pub after: (DateTime<Utc>, &'a str),
}

/// A page of duties, by due time.
pub async fn duties(tx: &mut Tx, looked: &Looked<'_>, page: &Page) -> Result<Vec<Duty>, EdgeError> {
    let agb = looked.agb.map(|agb| agb.to_string()).unwrap_or_default();
    let state = looked.state.map_or("", DutyState::as_str);
    let (time, id) = looked.after;
    let (office, limit) = (looked.office.as_str(), page.limit());
    let rows = fetch_all!(tx, PAGE, office, &agb, state, looked.until, time, id, limit => DutyRow)?;
    rows.into_iter().map(DutyRow::read).collect()
}
