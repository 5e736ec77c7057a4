//! Questions, objections, hardship requests, and subcontractors that were reported.

use chrono::{DateTime, NaiveDate, Utc};
use database::{DatabaseError, Tx, execute, fetch_all, fetch_one, fetch_optional};
use edge::{EdgeError, Page};
use identifiers::Agb;

use super::{json, of_json, stored};
use crate::domain::{Appeal, AppealKind, AppealState, ReportedSubcontractor, SubcontractorState};

const ADD: &str = "INSERT INTO appeal (appeal_id, round_id, agb, kind, part, content, filed_time, proceedings_day,
        until_time, answer_day, waits_for_judge, decision_id, state, answer)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, '')";
const ANSWER: &str = "UPDATE appeal SET state = $2, answer = $3 WHERE appeal_id = $1 AND state = 'open'";
// What was answered was asked all the same.
const ASKED: &str = "SELECT COUNT(*) FROM appeal
    WHERE round_id = $1 AND agb = $2 AND kind = 'question' AND part = $3 AND state <> 'not_considered'";
const HELD: &str = "SELECT COUNT(*) FROM appeal
    WHERE round_id = $1 AND agb = $2 AND kind = 'award' AND waits_for_judge AND state = 'open'";
const ONE: &str = "SELECT appeal_id, round_id, agb, kind, part, content, filed_time, proceedings_day, until_time,
        answer_day, waits_for_judge, decision_id, state, answer
    FROM appeal WHERE appeal_id = $1";
const PAGE: &str = "SELECT appeal_id, round_id, agb, kind, part, content, filed_time, proceedings_day, until_time,
        answer_day, waits_for_judge, decision_id, state, answer
    FROM appeal WHERE round_id = $1 AND appeal_id > $2 ORDER BY appeal_id LIMIT $3";
const ANNOUNCED: &str = "SELECT announced_time FROM award
    JOIN registration ON registration.registration_id = award.registration_id
    WHERE round_id = $1 AND agb = $2 ORDER BY announced_time DESC LIMIT 1";
const REFUSED: &str = "SELECT assessed_time FROM assessment
    JOIN registration ON registration.registration_id = assessment.registration_id AND number = assessments
    WHERE round_id = $1 AND agb = $2 AND state IN ('not_considered', 'rejected')
    ORDER BY assessed_time DESC LIMIT 1";

const REPORT: &str = "INSERT INTO subcontractor (subcontractor_id, agreement_id, subcontractor, whole_package,
        reported_time, due_time, by_silence, decision_id, state, motivation)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, '')";
const SAY: &str = "UPDATE subcontractor SET state = $2, motivation = $3 WHERE subcontractor_id = $1";
const SUBCONTRACTOR: &str =
    "SELECT subcontractor_id, agreement_id, subcontractor, whole_package, reported_time, due_time,
        by_silence, decision_id, state, motivation
    FROM subcontractor WHERE subcontractor_id = $1";
const SUBCONTRACTORS: &str =
    "SELECT subcontractor_id, agreement_id, subcontractor, whole_package, reported_time, due_time,
        by_silence, decision_id, state, motivation
    FROM subcontractor WHERE agreement_id = $1 ORDER BY reported_time, subcontractor_id";

#[derive(sqlx::FromRow)]
struct AppealRow {
    appeal_id: String,
    round_id: String,
    agb: String,
    kind: String,
    part: String,
    content: String,
    filed_time: DateTime<Utc>,
    proceedings_day: Option<NaiveDate>,
    until_time: Option<DateTime<Utc>>,
    answer_day: Option<NaiveDate>,
    waits_for_judge: bool,
    decision_id: String,
    state: String,
    answer: String,
}

impl AppealRow {
    fn read(self) -> Result<Appeal, EdgeError> {
        Ok(Appeal {
            appeal_id: self.appeal_id,
            round_id: self.round_id,
            agb: self.agb.parse().map_err(|_| stored("an AGB code"))?,
            kind: AppealKind::from_code(&self.kind).ok_or_else(|| stored("a kind of appeal"))?,
            part: self.part,
            text: self.content,
            filed: self.filed_time,
            proceedings: self.proceedings_day,
            until: self.until_time,
            answer_due: self.answer_day,
            waits_for_judge: self.waits_for_judge,
            state: AppealState::from_code(&self.state).ok_or_else(|| stored("the state of an appeal"))?,
            answer: self.answer,
            decision_id: self.decision_id,
        })
    }
}

/// Adds what was filed.
pub async fn add_appeal(tx: &mut Tx, appeal: &Appeal) -> Result<(), DatabaseError> {
    let Appeal { appeal_id, round_id, kind, part, text, filed, proceedings, until, answer_due, .. } = appeal;
    let (agb, kind, state) = (appeal.agb.to_string(), kind.as_str(), appeal.state.as_str());
    let (waits, decision_id) = (appeal.waits_for_judge, &appeal.decision_id);
    execute!(
        tx,
        ADD,
        appeal_id,
        round_id,
        &agb,
        kind,
        part,
        text,
        *filed,
        *proceedings,
        *until,
        *answer_due,
        waits,
        decision_id,
        state
    )?;
    Ok(())
}

/// Saves the answer; false when it is not open any more.
pub async fn answer_appeal(tx: &mut Tx, appeal: &Appeal) -> Result<bool, DatabaseError> {
    Ok(execute!(tx, ANSWER, &appeal.appeal_id, appeal.state.as_str(), &appeal.answer)? == 1)
}

/// What was filed.
///
/// # Errors
/// [`EdgeError::NotFound`] when it is not on record.
pub async fn appeal(tx: &mut Tx, appeal_id: &str) -> Result<Appeal, EdgeError> {
    let row = fetch_optional!(tx, ONE, appeal_id => AppealRow)?;
    row.ok_or_else(|| EdgeError::NotFound { what: "appeal", id: appeal_id.to_owned() })?.read()
}

/// A page of what was filed in a round, by id.
pub async fn appeals(tx: &mut Tx, round_id: &str, page: &Page) -> Result<Vec<Appeal>, EdgeError> {
    let rows = fetch_all!(tx, PAGE, round_id, &page.after[0], page.limit() => AppealRow)?;
    rows.into_iter().map(AppealRow::read).collect()
}

/// Whether a provider asked a question in time about a part of the policy.
pub async fn asked_about(tx: &mut Tx, round_id: &str, agb: Agb, part: &str) -> Result<bool, DatabaseError> {
    let (count,) = fetch_one!(tx, ASKED, round_id, &agb.to_string(), part => (i64,))?;
    Ok(count > 0)
}

/// Whether the office waits for a judge about the award of a provider.
pub async fn judge_awaited(tx: &mut Tx, round_id: &str, agb: Agb) -> Result<bool, DatabaseError> {
    let (count,) = fetch_one!(tx, HELD, round_id, &agb.to_string() => (i64,))?;
    Ok(count > 0)
}

/// When it was announced what a provider is awarded in a round, or that it is refused.
pub async fn announced(tx: &mut Tx, round_id: &str, agb: Agb) -> Result<Option<DateTime<Utc>>, DatabaseError> {
    let agb = agb.to_string();
    let awarded = fetch_optional!(tx, ANNOUNCED, round_id, &agb => (DateTime<Utc>,))?;
    if let Some((moment,)) = awarded {
        return Ok(Some(moment));
    }
    let refused = fetch_optional!(tx, REFUSED, round_id, &agb => (DateTime<Utc>,))?;
    Ok(refused.map(|(moment,)| moment))
}

#[derive(sqlx::FromRow)]
struct SubcontractorRow {
    subcontractor_id: String,
    agreement_id: String,
    subcontractor: String,
    whole_package: bool,
    reported_time: DateTime<Utc>,
    due_time: Option<DateTime<Utc>>,
    by_silence: String,
    decision_id: String,
    state: String,
    motivation: String,
}

impl SubcontractorRow {
    fn read(self) -> Result<ReportedSubcontractor, EdgeError> {
        let state =
            |code: &str| SubcontractorState::from_code(code).ok_or_else(|| stored("what is said of a subcontractor"));
        Ok(ReportedSubcontractor {
            by_silence: state(&self.by_silence)?,
            state: state(&self.state)?,
            subcontractor_id: self.subcontractor_id,
            agreement_id: self.agreement_id,
            subcontractor: of_json(&self.subcontractor, "a subcontractor")?,
            whole_package: self.whole_package,
            reported: self.reported_time,
            due: self.due_time,
            motivation: self.motivation,
            decision_id: self.decision_id,
        })
    }
}

/// Adds a subcontractor that is reported.
pub async fn add_subcontractor(tx: &mut Tx, reported: &ReportedSubcontractor) -> Result<(), EdgeError> {
    let subcontractor = json(&reported.subcontractor)?;
    let ReportedSubcontractor { subcontractor_id, agreement_id, whole_package, decision_id, .. } = reported;
    let (by_silence, state) = (reported.by_silence.as_str(), reported.state.as_str());
    let (at, due) = (reported.reported, reported.due);
    execute!(
        tx,
        REPORT,
        subcontractor_id,
        agreement_id,
        &subcontractor,
        *whole_package,
        at,
        due,
        by_silence,
        decision_id,
        state
    )?;
    Ok(())
}

/// Saves what the office says of a subcontractor.
pub async fn save_subcontractor(tx: &mut Tx, reported: &ReportedSubcontractor) -> Result<(), DatabaseError> {
    execute!(tx, SAY, &reported.subcontractor_id, reported.state.as_str(), &reported.motivation)?;
    Ok(())
}

/// A subcontractor that was reported.
///
/// # Errors
/// [`EdgeError::NotFound`] when it is not on record.
pub async fn subcontractor(tx: &mut Tx, subcontractor_id: &str) -> Result<ReportedSubcontractor, EdgeError> {
    let row = fetch_optional!(tx, SUBCONTRACTOR, subcontractor_id => SubcontractorRow)?;
    row.ok_or_else(|| EdgeError::NotFound { what: "subcontractor", id: subcontractor_id.to_owned() })?.read()
}

/// The subcontractors under an agreement, in the order they were reported.
pub async fn subcontractors(tx: &mut Tx, agreement_id: &str) -> Result<Vec<ReportedSubcontractor>, EdgeError> {
    let rows = fetch_all!(tx, SUBCONTRACTORS, agreement_id => SubcontractorRow)?;
    rows.into_iter().map(SubcontractorRow::read).collect()
}
