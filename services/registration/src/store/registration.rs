//! Registrations, what they say and what was decided on them.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use database::{DatabaseError, Tx, execute, fetch_all, fetch_in, fetch_optional};
use edge::{EdgeError, Page};

use super::{by_owner, json, of_json, position, stored};
use crate::domain::{Assessed, Category, Ground, Procedure, Reason, Registration, State, Verdict, Wait, Waiting};

const ADD: &str = "INSERT INTO registration (registration_id, round_id, agb, procedure, begun_time, state, version,
        assessments)
    VALUES ($1, $2, $3, $4, $5, 'draft', 1, 0) ON CONFLICT (round_id, agb, procedure) DO NOTHING";
const OTHER: &str = "SELECT state FROM registration WHERE round_id = $1 AND agb = $2 AND procedure <> $3";
const TAKE_ALL: &str = "UPDATE registration SET assessments = assessments WHERE round_id = $1 AND agb = $2";
const ADD_CONTENT: &str =
    "INSERT INTO registration_content (registration_id, version, content, saved_time) VALUES ($1, $2, $3, $4)";
// Whoever changes or decides on a registration writes it first: the next one waits here and then reads what was done.
const TAKE: &str = "UPDATE registration SET assessments = assessments WHERE registration_id = $1";
const SET_VERSION: &str = "UPDATE registration SET version = $2 WHERE registration_id = $1";
const SUBMIT: &str = "UPDATE registration SET state = $2, received_time = $3 WHERE registration_id = $1";
const ASSESS: &str = "UPDATE registration SET state = $2, assessments = assessments + 1 WHERE registration_id = $1";
const SET_STATE: &str = "UPDATE registration SET state = $2 WHERE registration_id = $1";
const ADD_ASSESSMENT: &str = "INSERT INTO assessment (registration_id, number, category, decision_id, assessed_time)
    SELECT registration_id, assessments, $2, $3, $4 FROM registration WHERE registration_id = $1";
const ADD_LINE: &str =
    "INSERT INTO assessment_line (registration_id, number, position, kind, rule, code, subject, ground)
    SELECT registration_id, assessments, $2, $3, $4, $5, $6, $7 FROM registration WHERE registration_id = $1";
const ONE: &str = "SELECT registration.registration_id, round_id, agb, procedure, begun_time, received_time, state,
        registration.version, content, category, decision_id
    FROM registration
    JOIN registration_content ON registration_content.registration_id = registration.registration_id
        AND registration_content.version = registration.version
    LEFT JOIN assessment ON assessment.registration_id = registration.registration_id AND number = assessments
    WHERE registration.registration_id = $1";
const PAGE: &str = "SELECT registration.registration_id, round_id, agb, procedure, begun_time, received_time, state,
        registration.version, content, category, decision_id
    FROM registration
    JOIN registration_content ON registration_content.registration_id = registration.registration_id
        AND registration_content.version = registration.version
    LEFT JOIN assessment ON assessment.registration_id = registration.registration_id AND number = assessments
    WHERE round_id = $1 AND registration.registration_id > $2
    ORDER BY registration.registration_id LIMIT $3";
const LINES: &str = "SELECT assessment_line.registration_id, kind, rule, code, subject, ground FROM assessment_line
    JOIN registration ON registration.registration_id = assessment_line.registration_id AND number = assessments
    WHERE assessment_line.registration_id IN ({keys}) ORDER BY assessment_line.registration_id, position";

#[derive(sqlx::FromRow)]
struct RegistrationRow {
    registration_id: String,
    round_id: String,
    agb: String,
    procedure: String,
    begun_time: DateTime<Utc>,
    received_time: Option<DateTime<Utc>>,
    state: String,
    version: i64,
    content: String,
    category: Option<String>,
    decision_id: Option<String>,
}

#[derive(sqlx::FromRow)]
struct LineRow {
    registration_id: String,
    kind: String,
    rule: String,
    code: String,
    subject: String,
    ground: String,
}

/// What an assessment says.
#[derive(Default)]
struct Lines {
    reasons: Vec<Reason>,
    signals: Vec<Reason>,
    waits: Vec<Waiting>,
}

impl Lines {
    fn read(rows: Vec<LineRow>) -> Result<Lines, EdgeError> {
        let mut lines = Lines::default();
        for LineRow { kind, rule, code, subject, ground, .. } in rows {
            if kind == "wait" {
                let wait = Wait::from_code(&code).ok_or_else(|| stored("what is waited for"))?;
                lines.waits.push(Waiting { wait, subject });
                continue;
            }
            let ground = Ground::from_code(&ground).ok_or_else(|| stored("a ground"))?;
            let own = if kind == "signal" { &mut lines.signals } else { &mut lines.reasons };
            own.push(Reason { rule, code, subject, ground });
        }
        Ok(lines)
    }
}

impl RegistrationRow {
    fn read(self, lines: Lines) -> Result<Registration, EdgeError> {
        let Lines { reasons, signals, waits } = lines;
        let assessed = match (self.category.as_deref().map(Category::from_code), self.decision_id) {
            (Some(Some(category)), Some(decision_id)) => Some(Assessed { category, signals, decision_id }),
            (None, None) => None,
            _ => return Err(stored("a category")),
        };
        let verdict = |received, assessed, verdict| State::Assessed(received, assessed, verdict);
        let state = match (self.state.as_str(), self.received_time, assessed) {
            ("draft", None, None) => State::Draft,
            ("submitted", Some(received), None) => State::Submitted(received),
            ("in_assessment", Some(received), Some(assessed)) => verdict(received, assessed, Verdict::Waiting(waits)),
            ("admissible", Some(received), Some(assessed)) => verdict(received, assessed, Verdict::Admissible),
            ("not_considered", Some(received), Some(assessed)) => {
                verdict(received, assessed, Verdict::NotConsidered(reasons))
            }
            ("rejected", Some(received), Some(assessed)) => verdict(received, assessed, Verdict::Rejected(reasons)),
            ("awarded", Some(received), Some(assessed)) => State::Awarded(received, assessed),
            _ => return Err(stored("the state of a registration")),
        };
        Ok(Registration {
            registration_id: self.registration_id,
            round_id: self.round_id,
            agb: self.agb.parse().map_err(|_| stored("an AGB code"))?,
            procedure: Procedure::from_code(&self.procedure).ok_or_else(|| stored("a procedure"))?,
            begun: self.begun_time,
            content: of_json(&self.content, "the content of a registration")?,
            version: self.version,
            state,
        })
    }
}

/// Adds a registration as a draft; false when the provider has one of that procedure in the round.
pub async fn add_registration(tx: &mut Tx, registration: &Registration) -> Result<bool, EdgeError> {
    let Registration { registration_id, round_id, procedure, begun, .. } = registration;
    let agb = registration.agb.to_string();
    if execute!(tx, ADD, registration_id, round_id, &agb, procedure.as_str(), *begun)? == 0 {
        return Ok(false);
    }
    save_content(tx, registration, *begun).await?;
    Ok(true)
}

/// Takes all registrations of a provider in a round, so that no two of them are submitted at once.
pub async fn take_registrations(tx: &mut Tx, registration: &Registration) -> Result<(), DatabaseError> {
    execute!(tx, TAKE_ALL, &registration.round_id, &registration.agb.to_string())?;
    Ok(())
}

/// The state of the provider's registration of another procedure in the same round; there are two procedures.
pub async fn other_procedure(tx: &mut Tx, registration: &Registration) -> Result<Option<String>, DatabaseError> {
    let (agb, procedure) = (registration.agb.to_string(), registration.procedure.as_str());
    let other = fetch_optional!(tx, OTHER, &registration.round_id, &agb, procedure => (String,))?;
    Ok(other.map(|(state,)| state))
}

/// Saves what a draft that was taken says from now on.
pub async fn save_content(tx: &mut Tx, registration: &Registration, now: DateTime<Utc>) -> Result<(), EdgeError> {
    let Registration { registration_id, version, content, .. } = registration;
    let content = json(content)?;
    execute!(tx, ADD_CONTENT, registration_id, *version, &content, now)?;
    execute!(tx, SET_VERSION, registration_id, *version)?;
    Ok(())
}

/// Saves that a draft that was taken is received.
pub async fn save_submitted(
    tx: &mut Tx,
    registration: &Registration,
    received: DateTime<Utc>,
) -> Result<(), DatabaseError> {
    execute!(tx, SUBMIT, &registration.registration_id, registration.state.as_str(), received)?;
    Ok(())
}

/// Takes a registration to change it or to decide on it: another one who does waits until this transaction ends.
///
/// # Errors
/// [`EdgeError::NotFound`] when it is not on record.
pub async fn take_registration(tx: &mut Tx, registration_id: &str) -> Result<Registration, EdgeError> {
    execute!(tx, TAKE, registration_id)?;
    registration(tx, registration_id).await
}

/// A registration.
///
/// # Errors
/// [`EdgeError::NotFound`] when it is not on record.
pub async fn registration(tx: &mut Tx, registration_id: &str) -> Result<Registration, EdgeError> {
    let row = fetch_optional!(tx, ONE, registration_id => RegistrationRow)?;
    let found = with_lines(tx, row.into_iter().collect()).await?.pop();
    found.ok_or_else(|| EdgeError::NotFound { what: "registration", id: registration_id.to_owned() })
}

/// A page of the registrations of a round, by id.
pub async fn registrations(tx: &mut Tx, round_id: &str, page: &Page) -> Result<Vec<Registration>, EdgeError> {
    let rows = fetch_all!(tx, PAGE, round_id, &page.after[0], page.limit() => RegistrationRow)?;
    with_lines(tx, rows).await
}

/// Saves what was decided on a registration that was taken.
pub async fn save_assessment(
    tx: &mut Tx,
    registration: &Registration,
    assessed: &Assessed,
    now: DateTime<Utc>,
) -> Result<(), DatabaseError> {
    let id = &registration.registration_id;
    execute!(tx, ASSESS, id, registration.state.as_str())?;
    execute!(tx, ADD_ASSESSMENT, id, assessed.category.as_str(), &assessed.decision_id, now)?;
    let verdict = registration.state.verdict();
    let reasons = verdict.map(Verdict::reasons).unwrap_or_default().iter().map(|reason| ("reason", reason));
    let told = reasons.chain(assessed.signals.iter().map(|signal| ("signal", signal)));
    let mut lines: Vec<[&str; 5]> = told
        .map(|(kind, Reason { rule, code, subject, ground })| [kind, rule, code, subject, ground.as_str()])
        .collect();
    if let Some(Verdict::Waiting(waits)) = verdict {
        lines.extend(waits.iter().map(|waiting| ["wait", "", waiting.wait.as_str(), &waiting.subject, ""]));
    }
    for (index, [kind, rule, code, subject, ground]) in lines.into_iter().enumerate() {
        execute!(tx, ADD_LINE, id, position(index), kind, rule, code, subject, ground)?;
    }
    Ok(())
}

/// Saves that an agreement was awarded on a registration that was taken.
pub async fn save_awarded(tx: &mut Tx, registration: &Registration) -> Result<(), DatabaseError> {
    execute!(tx, SET_STATE, &registration.registration_id, registration.state.as_str())?;
    Ok(())
}

async fn with_lines(tx: &mut Tx, rows: Vec<RegistrationRow>) -> Result<Vec<Registration>, EdgeError> {
    let assessed = rows.iter().filter(|row| row.decision_id.is_some());
    let ids: Vec<&str> = assessed.map(|row| row.registration_id.as_str()).collect();
    let lines = if ids.is_empty() { Vec::new() } else { fetch_in!(tx, LINES, ids => LineRow)? };
    let mut lines: HashMap<String, Vec<LineRow>> =
        by_owner(lines.into_iter().map(|line| (line.registration_id.clone(), line)));
    let read = rows.into_iter().map(|row| {
        let own = lines.remove(&row.registration_id).unwrap_or_default();
        row.read(Lines::read(own)?)
    });
    read.collect()
}
