//! What the office looked into: clarifications, and what it found.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use database::{Tx, execute, fetch_all, fetch_optional};
use edge::EdgeError;
use serde::Serialize;

use super::{json, of_json, stored};
use crate::{
    decide::{Clarified, Review},
    domain::{Answers, Clarification, Clarifying, Concern, Integrity, Interview, Judged, Judgement},
};

const ASK: &str = "INSERT INTO clarification (clarification_id, registration_id, concerns, question, motivation,
        asked_time, due_time, decision_id)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
const ANSWER: &str = "UPDATE clarification SET answered_time = $2, supplement = $3 WHERE clarification_id = $1";
const CLARIFICATION: &str = "SELECT clarification_id, registration_id, concerns, question, motivation, asked_time,
        due_time, decision_id, answered_time, supplement
    FROM clarification WHERE clarification_id = $1";
const CLARIFICATIONS: &str = "SELECT clarification_id, registration_id, concerns, question, motivation, asked_time,
        due_time, decision_id, answered_time, supplement
    FROM clarification WHERE registration_id = $1 ORDER BY asked_time, clarification_id";
// Whoever records took the registration first, so that no two of them count at once.
const FIND: &str = "INSERT INTO inquiry (registration_id, number, kind, subject, found, motivation, recorded_by,
        recorded_time)
    SELECT $1, COALESCE(MAX(number), 0) + 1, $2, $3, $4, $5, $6, $7 FROM inquiry WHERE registration_id = $1";
const FOUND: &str = "SELECT kind, subject, found FROM inquiry WHERE registration_id = $1 ORDER BY number";

#[derive(sqlx::FromRow)]
struct ClarificationRow {
    clarification_id: String,
    registration_id: String,
    concerns: String,
    question: String,
    motivation: String,
    asked_time: DateTime<Utc>,
    due_time: DateTime<Utc>,
    decision_id: String,
    answered_time: Option<DateTime<Utc>>,
    supplement: Option<String>,
}

impl ClarificationRow {
    fn read(self) -> Result<Clarification, EdgeError> {
        let concerns: Vec<Concern> = of_json(&self.concerns, "the concerns of a clarification")?;
        let answer = self.supplement.map(|supplement| of_json(&supplement, "an answer")).transpose()?;
        let ClarificationRow { clarification_id, due_time: due, answered_time: answered, .. } = self;
        Ok(Clarification {
            effect: Clarifying { clarification_id, concerns, due, answered },
            registration_id: self.registration_id,
            question: self.question,
            motivation: self.motivation,
            asked: self.asked_time,
            answer,
            decision_id: self.decision_id,
        })
    }
}

/// Adds a clarification that is asked.
pub async fn ask(tx: &mut Tx, asked: &Clarification) -> Result<(), EdgeError> {
    let Clarification { effect, registration_id, question, motivation, decision_id, .. } = asked;
    let concerns = json(&effect.concerns)?;
    let id = &effect.clarification_id;
    execute!(tx, ASK, id, registration_id, &concerns, question, motivation, asked.asked, effect.due, decision_id)?;
    Ok(())
}

/// Saves the answer to a clarification whose registration was taken.
pub async fn answer(tx: &mut Tx, clarification: &Clarification) -> Result<(), EdgeError> {
    let (Some(answered), Some(supplement)) = (clarification.effect.answered, &clarification.answer) else {
        return Err(stored("an answer"));
    };
    let supplement = json(supplement)?;
    execute!(tx, ANSWER, &clarification.effect.clarification_id, answered, &supplement)?;
    Ok(())
}

/// A clarification.
///
/// # Errors
/// [`EdgeError::NotFound`] when it is not on record.
pub async fn clarification(tx: &mut Tx, clarification_id: &str) -> Result<Clarification, EdgeError> {
    let row = fetch_optional!(tx, CLARIFICATION, clarification_id => ClarificationRow)?;
    row.ok_or_else(|| EdgeError::NotFound { what: "clarification", id: clarification_id.to_owned() })?.read()
}

/// The clarifications of a registration, in the order they were asked.
pub async fn clarifications(tx: &mut Tx, registration_id: &str) -> Result<Vec<Clarification>, EdgeError> {
    let rows = fetch_all!(tx, CLARIFICATIONS, registration_id => ClarificationRow)?;
    rows.into_iter().map(ClarificationRow::read).collect()
}

/// Something the office found, about what, and why.
#[derive(Debug)]
pub struct Finding<'a, T> {
    /// The registration, which was taken.
    pub registration_id: &'a str,
    /// `review`, `judgement`, `interview` or `integrity`.
    pub kind: &'static str,
    /// What it is about.
    pub subject: &'a str,
    /// What was found.
    pub found: T,
    /// Why.
    pub motivation: &'a str,
    /// Who recorded it.
    pub by: &'a str,
}

/// Records what the office found.
pub async fn record_finding<T: Serialize>(
    tx: &mut Tx,
    finding: &Finding<'_, T>,
    now: DateTime<Utc>,
) -> Result<(), EdgeError> {
    let Finding { registration_id, kind, subject, found, motivation, by } = finding;
    let found = json(found)?;
    execute!(tx, FIND, *registration_id, *kind, *subject, &found, *motivation, *by, now)?;
    Ok(())
}

/// All that the office found about a registration.
#[derive(Debug, Default)]
pub struct Findings {
    /// What documents show, in the order it was recorded.
    pub reviews: Vec<Review>,
    /// The newest judgement of each subject.
    pub judgements: BTreeMap<String, Judgement>,
    /// The newest interview.
    pub interview: Option<Interview>,
    /// The newest of the integrity test.
    pub integrity: Option<Integrity>,
}

/// What the office found about a registration.
pub async fn findings(tx: &mut Tx, registration_id: &str) -> Result<Findings, EdgeError> {
    let rows = fetch_all!(tx, FOUND, registration_id => (String, String, String))?;
    let mut findings = Findings::default();
    for (kind, subject, found) in rows {
        match kind.as_str() {
            "review" => {
                let answers: Answers = of_json(&found, "a review")?;
                findings.reviews.push(Review { kind: subject, answers });
            }
            "judgement" => {
                let judged: Judged = of_json(&found, "a judgement")?;
                findings.judgements.insert(subject, judged.judgement);
            }
            "interview" => findings.interview = Some(of_json(&found, "an interview")?),
            _ => findings.integrity = Some(of_json(&found, "an integrity test")?),
        }
    }
    Ok(findings)
}

/// What was clarified, as an assessment takes it.
pub async fn clarified(tx: &mut Tx, registration_id: &str) -> Result<Vec<Clarified>, EdgeError> {
    let asked = clarifications(tx, registration_id).await?;
    Ok(asked.into_iter().map(|asked| Clarified { effect: asked.effect, supplement: asked.answer }).collect())
}
