//! Subjects, what registers are asked about them, and the log of that.

use chrono::{DateTime, NaiveDate, Utc};
use database::{DatabaseError, Tx, execute, fetch_all, fetch_in, fetch_optional};
use edge::{EdgeError, Office, Page};
use envelope::KeyRing;
use identifiers::Agb;

use super::{agb, stored};
use crate::domain::{Answer, Check, Consult, ConsultOutcome, Held, Register, Subject, SubjectKind};

const ORGANISATION: &str = "INSERT INTO organisation (agb, name, kvk) VALUES ($1, $2, $3)
    ON CONFLICT (agb) DO UPDATE SET name = excluded.name, kvk = excluded.kvk";
const FIND_ORGANISATION: &str = "SELECT name, kvk FROM organisation WHERE agb = $1";
const ADD_SUBJECT: &str =
    "INSERT INTO subject (subject_id, office, agb, kind, reference, first_day, last_day, recorded_time)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
const END_SUBJECT: &str = "UPDATE subject SET last_day = $2
    WHERE subject_id = $1 AND first_day <= $2 AND (last_day IS NULL OR last_day > $2)";
// Who is screened since a day after its last one in the position, is so for that day.
const END_SAME: &str = "UPDATE subject SET last_day = CASE WHEN first_day > $5 THEN first_day ELSE $5 END
    WHERE office = $1 AND agb = $2 AND kind = $3 AND reference = $4
      AND (last_day IS NULL OR (last_day > $5 AND last_day > first_day))";
macro_rules! subjects {
    ($rest:literal) => {
        concat!("SELECT subject_id, office, agb, kind, reference, first_day, last_day FROM subject WHERE ", $rest)
    };
}
const SUBJECT: &str = subjects!("subject_id = $1");
const SUBJECTS: &str = subjects!(
    "office = $1 AND agb = $2 AND first_day <= $3 AND (last_day IS NULL OR last_day >= $3) ORDER BY subject_id"
);
const ALL_SUBJECTS: &str = subjects!("office = $1 AND agb = $2 ORDER BY subject_id");
const SAME: &str = subjects!(
    "office = $1 AND agb = $2 AND kind = $3 AND reference = $4 AND first_day <= $5
     AND (last_day IS NULL OR last_day >= $5) ORDER BY subject_id LIMIT 1"
);
const ASK: &str = "INSERT INTO register_check (subject_id, register, due_time, asked_by, reason, failures, answer)
    VALUES ($1, $2, $3, $4, $5, 0, '')
    ON CONFLICT (subject_id, register) DO UPDATE
    SET due_time = excluded.due_time, asked_by = excluded.asked_by, reason = excluded.reason";
const ASK_ONCE: &str = "INSERT INTO register_check (subject_id, register, due_time, asked_by, reason, failures, answer)
    VALUES ($1, $2, $3, $4, $5, 0, '') ON CONFLICT (subject_id, register) DO NOTHING";
const CHECKS: &str = "SELECT register_check.subject_id, register, due_time, asked_by, reason, failures, answer
    FROM register_check JOIN subject ON subject.subject_id = register_check.subject_id
    WHERE office = $1 AND agb = $2 ORDER BY register_check.subject_id, register";
// One that is not screened any more is not asked about.
const DUE: &str = "SELECT register_check.subject_id, register, due_time, asked_by, reason, failures, answer
    FROM register_check JOIN subject ON subject.subject_id = register_check.subject_id
    WHERE due_time <= $1 AND (last_day IS NULL OR last_day >= $2) AND register IN ({keys})
    ORDER BY due_time, register_check.subject_id, register LIMIT $3";
const LEASE: &str = "UPDATE register_check SET due_time = $4 WHERE subject_id = $1 AND register = $2 AND due_time = $3";
const FAILED: &str = "UPDATE register_check SET failures = failures + 1, due_time = $3
    WHERE subject_id = $1 AND register = $2";
const ANSWERED: &str = "UPDATE register_check
    SET failures = 0, due_time = $3, answer = $4, asked_by = $5, reason = $6
    WHERE subject_id = $1 AND register = $2";
const ADD_CONSULT: &str = "INSERT INTO consult (consult_id, office, agb, subject_id, register, asked_by, reason,
        asked_time, outcome, as_of_day, valid_until)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
macro_rules! consults {
    ($rest:literal) => {
        concat!(
            "SELECT consult_id, office, agb, subject_id, register, asked_by, reason, asked_time, outcome, as_of_day,
                    valid_until
             FROM consult WHERE ",
            $rest
        )
    };
}
const CONSULT: &str = consults!("consult_id = $1");
const CONSULTS: &str =
    consults!("office = $1 AND agb = $2 AND ($3 = '' OR consult_id < $3) ORDER BY consult_id DESC LIMIT $4");
const ADD_FINDING: &str =
    "INSERT INTO register_finding (consult_id, office, asked_time, sealed) VALUES ($1, $2, $3, $4)";
const SEALED: &str =
    "SELECT consult_id, sealed FROM register_finding WHERE consult_id > $1 ORDER BY consult_id LIMIT 500";
const RESEAL: &str = "UPDATE register_finding SET sealed = $2 WHERE consult_id = $1";
const FINDING: &str = "SELECT sealed FROM register_finding WHERE consult_id = $1";

#[derive(sqlx::FromRow)]
struct SubjectRow {
    subject_id: String,
    office: String,
    agb: String,
    kind: String,
    reference: String,
    first_day: NaiveDate,
    last_day: Option<NaiveDate>,
}

impl SubjectRow {
    fn read(self) -> Result<Subject, EdgeError> {
        Ok(Subject {
            subject_id: self.subject_id,
            office: self.office.parse().map_err(|_| stored("an office"))?,
            agb: agb(&self.agb)?,
            kind: SubjectKind::from_code(&self.kind).ok_or_else(|| stored("a kind of subject"))?,
            reference: self.reference,
            first_day: self.first_day,
            last_day: self.last_day,
        })
    }
}

#[derive(sqlx::FromRow)]
struct CheckRow {
    subject_id: String,
    register: String,
    due_time: DateTime<Utc>,
    asked_by: String,
    reason: String,
    failures: i64,
    answer: String,
}

impl CheckRow {
    fn read(self) -> Result<Check, EdgeError> {
        let answer = match self.answer.as_str() {
            "" => None,
            answer => Some(serde_json::from_str(answer).map_err(|_| stored("an answer"))?),
        };
        Ok(Check {
            subject_id: self.subject_id,
            register: register(&self.register)?,
            due: self.due_time,
            asked_by: self.asked_by,
            reason: self.reason,
            failures: u32::try_from(self.failures).unwrap_or(u32::MAX),
            answer,
        })
    }
}

#[derive(sqlx::FromRow)]
struct ConsultRow {
    consult_id: String,
    office: String,
    agb: String,
    subject_id: String,
    register: String,
    asked_by: String,
    reason: String,
    asked_time: DateTime<Utc>,
    outcome: String,
    as_of_day: Option<NaiveDate>,
    valid_until: Option<NaiveDate>,
}

impl ConsultRow {
    fn read(self) -> Result<Consult, EdgeError> {
        Ok(Consult {
            consult_id: self.consult_id,
            office: self.office.parse().map_err(|_| stored("an office"))?,
            agb: agb(&self.agb)?,
            subject_id: self.subject_id,
            register: register(&self.register)?,
            asked_by: self.asked_by,
            reason: self.reason,
            asked: self.asked_time,
            outcome: ConsultOutcome::from_code(&self.outcome).ok_or_else(|| stored("an outcome"))?,
            as_of: self.as_of_day,
            valid_until: self.valid_until,
        })
    }
}

fn register(code: &str) -> Result<Register, EdgeError> {
    Register::from_code(code).ok_or_else(|| stored("a register"))
}

/// What findings are sealed for: in another row they do not open.
fn context(consult_id: &str) -> String {
    format!("screening/consult/{consult_id}")
}

/// Keeps what registration says of an organisation.
pub async fn save_organisation(tx: &mut Tx, agb: &str, name: &str, kvk: &str) -> Result<(), DatabaseError> {
    execute!(tx, ORGANISATION, agb, name, kvk)?;
    Ok(())
}

/// The name and KvK number of an organisation.
pub async fn organisation(tx: &mut Tx, agb: &str) -> Result<Option<(String, String)>, DatabaseError> {
    fetch_optional!(tx, FIND_ORGANISATION, agb => (String, String))
}

/// Adds a subject.
pub async fn add_subject(tx: &mut Tx, subject: &Subject, now: DateTime<Utc>) -> Result<(), DatabaseError> {
    let (id, office, agb) = (&subject.subject_id, subject.office.as_str(), subject.agb.to_string());
    let (kind, reference) = (subject.kind.as_str(), &subject.reference);
    execute!(tx, ADD_SUBJECT, id, office, &agb, kind, reference, subject.first_day, subject.last_day, now)?;
    Ok(())
}

/// Ends a subject; false when it ended before, or began after.
pub async fn end_subject(tx: &mut Tx, subject_id: &str, last_day: NaiveDate) -> Result<bool, DatabaseError> {
    Ok(execute!(tx, END_SUBJECT, subject_id, last_day)? == 1)
}

/// A subject by its id.
pub async fn subject(tx: &mut Tx, subject_id: &str) -> Result<Option<Subject>, EdgeError> {
    fetch_optional!(tx, SUBJECT, subject_id => SubjectRow)?.map(SubjectRow::read).transpose()
}

/// Who is screened for a provider on a day, by id.
pub async fn subjects(tx: &mut Tx, (office, of): (&Office, Agb), day: NaiveDate) -> Result<Vec<Subject>, EdgeError> {
    let rows = fetch_all!(tx, SUBJECTS, office.as_str(), of.to_string(), day => SubjectRow)?;
    rows.into_iter().map(SubjectRow::read).collect()
}

/// Everybody who was, is or will be screened for a provider, by id.
pub async fn all_subjects(tx: &mut Tx, (office, of): (&Office, Agb)) -> Result<Vec<Subject>, EdgeError> {
    let rows = fetch_all!(tx, ALL_SUBJECTS, office.as_str(), of.to_string() => SubjectRow)?;
    rows.into_iter().map(SubjectRow::read).collect()
}

/// The same subject that is screened on the first day of this one, if any.
pub async fn same_subject(tx: &mut Tx, subject: &Subject) -> Result<Option<Subject>, EdgeError> {
    let (office, of, kind) = (subject.office.as_str(), subject.agb.to_string(), subject.kind.as_str());
    let row = fetch_optional!(tx, SAME, office, of, kind, &subject.reference, subject.first_day => SubjectRow)?;
    row.map(SubjectRow::read).transpose()
}

/// Ends a subject wherever it is screened for its provider after a day; false when it is not.
pub async fn end_same_subject(tx: &mut Tx, subject: &Subject, last_day: NaiveDate) -> Result<bool, DatabaseError> {
    let (office, of, kind) = (subject.office.as_str(), subject.agb.to_string(), subject.kind.as_str());
    Ok(execute!(tx, END_SAME, office, of, kind, &subject.reference, last_day)? > 0)
}

/// Has a register asked about a subject at a moment; what was answered before stays until then.
pub async fn ask(
    tx: &mut Tx,
    (subject_id, register): (&str, Register),
    (asked_by, reason): (&str, &str),
    due: DateTime<Utc>,
) -> Result<(), DatabaseError> {
    execute!(tx, ASK, subject_id, register.as_str(), due, asked_by, reason)?;
    Ok(())
}

/// The same for what was not asked before; what was is left as it is.
pub async fn ask_once(
    tx: &mut Tx,
    (subject_id, register): (&str, Register),
    (asked_by, reason): (&str, &str),
    due: DateTime<Utc>,
) -> Result<(), DatabaseError> {
    execute!(tx, ASK_ONCE, subject_id, register.as_str(), due, asked_by, reason)?;
    Ok(())
}

/// The checks of all subjects of a provider.
pub async fn checks(tx: &mut Tx, (office, of): (&Office, Agb)) -> Result<Vec<Check>, EdgeError> {
    let rows = fetch_all!(tx, CHECKS, office.as_str(), of.to_string() => CheckRow)?;
    rows.into_iter().map(CheckRow::read).collect()
}

/// Checks of these registers that are due, the longest first.
pub async fn due_checks(
    tx: &mut Tx,
    registers: &[&str],
    (now, day): (DateTime<Utc>, NaiveDate),
    limit: i64,
) -> Result<Vec<Check>, EdgeError> {
    fetch_in!(tx, DUE, registers, now, day, limit => CheckRow)?.into_iter().map(CheckRow::read).collect()
}

/// Takes a check that is due until a moment; false when somebody else has it.
pub async fn lease_check(tx: &mut Tx, check: &Check, until: DateTime<Utc>) -> Result<bool, DatabaseError> {
    Ok(execute!(tx, LEASE, &check.subject_id, check.register.as_str(), check.due, until)? == 1)
}

/// Records that a check got no answer, and when it is tried again.
pub async fn failed(tx: &mut Tx, check: &Check, again: DateTime<Utc>) -> Result<(), DatabaseError> {
    execute!(tx, FAILED, &check.subject_id, check.register.as_str(), again)?;
    Ok(())
}

/// Records the answer of a check, when it is asked again, and by whom and why: not whoever asked this time.
pub async fn keep_answer(
    tx: &mut Tx,
    check: &Check,
    answer: &Answer,
    (again, asked_by, reason): (DateTime<Utc>, &str, &str),
) -> Result<(), EdgeError> {
    let answer = serde_json::to_string(answer).map_err(|_| stored("an answer"))?;
    execute!(tx, ANSWERED, &check.subject_id, check.register.as_str(), again, &answer, asked_by, reason)?;
    Ok(())
}

/// Adds an entry to the log.
pub async fn add_consult(tx: &mut Tx, consult: &Consult) -> Result<(), DatabaseError> {
    let Consult { consult_id, subject_id, asked_by, reason, .. } = consult;
    let (office, agb, register) = (consult.office.as_str(), consult.agb.to_string(), consult.register.as_str());
    let (asked, outcome) = (consult.asked, consult.outcome.as_str());
    let (as_of, until) = (consult.as_of, consult.valid_until);
    execute!(
        tx,
        ADD_CONSULT,
        consult_id,
        office,
        &agb,
        subject_id,
        register,
        asked_by,
        reason,
        asked,
        outcome,
        as_of,
        until
    )?;
    Ok(())
}

/// A consult by its id.
pub async fn consult(tx: &mut Tx, consult_id: &str) -> Result<Option<Consult>, EdgeError> {
    fetch_optional!(tx, CONSULT, consult_id => ConsultRow)?.map(ConsultRow::read).transpose()
}

/// A page of the consults about a provider, the newest first.
pub async fn page_of_consults(
    tx: &mut Tx,
    (office, of): (&Office, Agb),
    page: &Page,
) -> Result<(Vec<Consult>, String), EdgeError> {
    let of = of.to_string();
    let mut rows = fetch_all!(tx, CONSULTS, office.as_str(), &of, &page.after[0], page.limit() => ConsultRow)?;
    let next = page.cut(&mut rows, |row| vec![row.consult_id.clone()]);
    let consults: Result<Vec<Consult>, EdgeError> = rows.into_iter().map(ConsultRow::read).collect();
    Ok((consults?, next))
}

/// Keeps what a register holds of a subject with a finding, sealed.
///
/// # Errors
/// When it can't be sealed, or what the store reports.
pub async fn add_finding(tx: &mut Tx, consult: &Consult, held: &Held, keys: &KeyRing) -> Result<(), EdgeError> {
    let content = serde_json::to_vec(held).map_err(|_| stored("a finding"))?;
    let sealed = keys.seal(&context(&consult.consult_id), &content);
    let sealed = sealed.map_err(|error| EdgeError::Stored(error.to_string()))?;
    execute!(tx, ADD_FINDING, &consult.consult_id, consult.office.as_str(), consult.asked, &sealed)?;
    Ok(())
}

/// What a register held, opened; none when there was no finding, or when it is kept no more.
///
/// # Errors
/// When it can't be opened, or what the store reports.
pub async fn finding(tx: &mut Tx, consult_id: &str, keys: &KeyRing) -> Result<Option<Held>, EdgeError> {
    let Some((sealed,)) = fetch_optional!(tx, FINDING, consult_id => (Vec<u8>,))? else { return Ok(None) };
    let opened = keys.open(&context(consult_id), &sealed).map_err(|error| EdgeError::Stored(error.to_string()))?;
    Ok(Some(serde_json::from_slice(&opened).map_err(|_| stored("a finding"))?))
}

/// Wraps the data keys of findings anew that an older key wraps, so that it may go; tells how many.
///
/// # Errors
/// When one can't be opened, or what the store reports.
pub async fn rewrap_findings(tx: &mut Tx, keys: &KeyRing) -> Result<u64, EdgeError> {
    let (mut after, mut rewrapped) = (String::new(), 0);
    loop {
        let rows = fetch_all!(tx, SEALED, &after => (String, Vec<u8>))?;
        let Some((last, _)) = rows.last() else { return Ok(rewrapped) };
        after.clone_from(last);
        for (consult_id, sealed) in rows {
            let anew = keys.rewrap(&sealed).map_err(|error| EdgeError::Stored(error.to_string()))?;
            if let Some(anew) = anew {
                execute!(tx, RESEAL, &consult_id, &anew)?;
                rewrapped += 1;
            }
        }
    }
}
