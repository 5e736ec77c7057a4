//! Decisions and the rules they were made under, kept so that they can be explained years later.

use chrono::{DateTime, Utc};
use sha2::{Digest as _, Sha256};

use crate::{DatabaseError, Db, Tx, execute, fetch_optional};

/// A decision, as it was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DecisionRow {
    /// Its id.
    pub decision_id: String,
    /// The office it was made for.
    pub office: String,
    /// What kind of decision.
    pub kind: String,
    /// What it's about.
    pub subject: String,
    /// When it was made.
    pub decided_time: DateTime<Utc>,
    /// The rules: a [`RuleSet`] stored before.
    pub rules_sha256: [u8; 32],
    /// The facts, as canonical JSON.
    pub facts: String,
    /// The SHA-256 of `facts`.
    pub facts_sha256: [u8; 32],
    /// The explanation, encoded.
    pub explanation: Vec<u8>,
}

/// A rule file as it was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleSet {
    /// The SHA-256 of `content`.
    pub sha256: [u8; 32],
    /// The file's name.
    pub name: String,
    /// The file's text.
    pub content: String,
    /// When this service first ran with it.
    pub recorded_time: DateTime<Utc>,
}

const SAVE: &str = "INSERT INTO decision (decision_id, office, kind, subject, decided_time, rules_sha256,
                                          facts, facts_sha256, explanation)
                    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
const LOAD: &str = "SELECT decision_id, office, kind, subject, decided_time, rules_sha256,
                           facts, facts_sha256, explanation
                    FROM decision WHERE decision_id = $1";
const SAVE_RULES: &str = "INSERT INTO rule_set (sha256, name, content, recorded_time)
                          VALUES ($1, $2, $3, $4) ON CONFLICT (sha256) DO NOTHING";
const LOAD_RULES: &str = "SELECT sha256, name, content, recorded_time FROM rule_set WHERE sha256 = $1";

#[derive(sqlx::FromRow)]
struct StoredDecision {
    decision_id: String,
    office: String,
    kind: String,
    subject: String,
    decided_time: DateTime<Utc>,
    rules_sha256: Vec<u8>,
    facts: String,
    facts_sha256: Vec<u8>,
    explanation: Vec<u8>,
}

#[derive(sqlx::FromRow)]
struct StoredRules {
    sha256: Vec<u8>,
    name: String,
    content: String,
    recorded_time: DateTime<Utc>,
}

fn sha256(bytes: Vec<u8>) -> Result<[u8; 32], DatabaseError> {
    bytes.try_into().map_err(|_| DatabaseError::Stored("not a SHA-256".to_owned()))
}

impl Tx {
    /// Saves a decision. It can't be changed afterwards.
    ///
    /// # Errors
    /// [`DatabaseError::Unique`] when the id is taken, [`DatabaseError::ForeignKey`] when its rules
    /// weren't saved.
    pub async fn save_decision(&mut self, row: &DecisionRow) -> Result<(), DatabaseError> {
        execute!(
            self,
            SAVE,
            &row.decision_id,
            &row.office,
            &row.kind,
            &row.subject,
            row.decided_time,
            &row.rules_sha256,
            &row.facts,
            &row.facts_sha256,
            &row.explanation,
        )?;
        Ok(())
    }

    /// A decision by its id.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn decision(&mut self, decision_id: &str) -> Result<Option<DecisionRow>, DatabaseError> {
        let Some(row) = fetch_optional!(self, LOAD, decision_id => StoredDecision)? else { return Ok(None) };
        Ok(Some(DecisionRow {
            decision_id: row.decision_id,
            office: row.office,
            kind: row.kind,
            subject: row.subject,
            decided_time: row.decided_time,
            rules_sha256: sha256(row.rules_sha256)?,
            facts: row.facts,
            facts_sha256: sha256(row.facts_sha256)?,
            explanation: row.explanation,
        }))
    }

    /// A rule set by its hash.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn rule_set(&mut self, hash: [u8; 32]) -> Result<Option<RuleSet>, DatabaseError> {
        let Some(row) = fetch_optional!(self, LOAD_RULES, hash => StoredRules)? else { return Ok(None) };
        Ok(Some(RuleSet {
            sha256: sha256(row.sha256)?,
            name: row.name,
            content: row.content,
            recorded_time: row.recorded_time,
        }))
    }
}

impl Db {
    /// Saves a rule file at start and gives its hash; the same content is saved once.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn save_rule_set(
        &self,
        name: &str,
        content: &str,
        now: DateTime<Utc>,
    ) -> Result<[u8; 32], DatabaseError> {
        let hash: [u8; 32] = Sha256::digest(content.as_bytes()).into();
        let mut tx = self.write().await?;
        execute!(tx, SAVE_RULES, hash, name, content, now)?;
        tx.commit(now).await?;
        Ok(hash)
    }
}
