//! Decisions that one identity proposes and another takes.

use chrono::{DateTime, Utc};

use crate::{DatabaseError, Tx, execute, fetch_all, fetch_optional};

/// A proposal with what became of it.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct ProposalRow {
    /// Its id.
    pub proposal_id: String,
    /// The office it is made in.
    pub office: String,
    /// The provider it is adverse to; empty when to more than one.
    pub agb: String,
    /// The call that it stands for.
    pub method: String,
    /// What it is about.
    pub subject: String,
    /// What would be decided, in words.
    pub summary: String,
    /// The request of that call, encoded.
    pub request: Vec<u8>,
    /// SHA-256 of what would be decided: it must come out the same when it is taken.
    pub outcome_sha256: Vec<u8>,
    /// Who proposed it.
    pub proposed_by: String,
    /// When.
    pub proposed_time: DateTime<Utc>,
    /// `taken` or `rejected`; none while it is open.
    pub verdict: Option<String>,
    /// Who took or rejected it.
    pub decided_by: Option<String>,
    /// Why, where it was said.
    pub motivation: Option<String>,
    /// When.
    pub decided_time: Option<DateTime<Utc>>,
}

/// What became of a proposal.
#[derive(Clone, Copy, Debug)]
pub struct VerdictRow<'a> {
    /// `taken` or `rejected`.
    pub verdict: &'static str,
    /// Who decided.
    pub decided_by: &'a str,
    /// Why.
    pub motivation: &'a str,
    /// When.
    pub time: DateTime<Utc>,
}

const ADD: &str = "INSERT INTO proposal (proposal_id, office, agb, method, subject, summary, request, outcome_sha256,
                                         proposed_by, proposed_time)
                   VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
const ONE: &str = "SELECT proposal.proposal_id, office, agb, method, subject, summary, request, outcome_sha256,
                          proposed_by, proposed_time, verdict, decided_by, motivation, decided_time
                   FROM proposal LEFT JOIN proposal_verdict ON proposal_verdict.proposal_id = proposal.proposal_id
                   WHERE proposal.proposal_id = $1";
const PAGE: &str = "SELECT proposal.proposal_id, office, agb, method, subject, summary, request, outcome_sha256,
                           proposed_by, proposed_time, verdict, decided_by, motivation, decided_time
                    FROM proposal LEFT JOIN proposal_verdict ON proposal_verdict.proposal_id = proposal.proposal_id
                    WHERE office = $1 AND proposal.proposal_id > $2 ORDER BY proposal.proposal_id LIMIT $3";
const OPEN: &str = "SELECT office, COUNT(CASE WHEN proposal_verdict.proposal_id IS NULL THEN 1 END)
                    FROM proposal LEFT JOIN proposal_verdict ON proposal_verdict.proposal_id = proposal.proposal_id
                    GROUP BY office ORDER BY office";
const DECIDE: &str = "INSERT INTO proposal_verdict (proposal_id, verdict, decided_by, motivation, decided_time)
                      VALUES ($1, $2, $3, $4, $5) ON CONFLICT (proposal_id) DO NOTHING";

impl Tx {
    /// Saves a proposal; its verdict is not looked at.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn save_proposal(&mut self, row: &ProposalRow) -> Result<(), DatabaseError> {
        execute!(
            self,
            ADD,
            &row.proposal_id,
            &row.office,
            &row.agb,
            &row.method,
            &row.subject,
            &row.summary,
            &row.request,
            &row.outcome_sha256,
            &row.proposed_by,
            row.proposed_time,
        )?;
        Ok(())
    }

    /// A proposal.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn proposal(&mut self, proposal_id: &str) -> Result<Option<ProposalRow>, DatabaseError> {
        fetch_optional!(self, ONE, proposal_id => ProposalRow)
    }

    /// How many proposals of each office that ever had one wait for a verdict.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn open_proposals(&mut self) -> Result<Vec<(String, i64)>, DatabaseError> {
        fetch_all!(self, OPEN => (String, i64))
    }

    /// The proposals of an office after one of them, by id, at most `limit`.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn proposals(
        &mut self,
        office: &str,
        after: &str,
        limit: i64,
    ) -> Result<Vec<ProposalRow>, DatabaseError> {
        fetch_all!(self, PAGE, office, after, limit => ProposalRow)
    }

    /// Closes a proposal, once: of two verdicts at a time the second waits for the first and gives false.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn close_proposal(&mut self, proposal_id: &str, row: VerdictRow<'_>) -> Result<bool, DatabaseError> {
        let VerdictRow { verdict, decided_by, motivation, time } = row;
        Ok(execute!(self, DECIDE, proposal_id, verdict, decided_by, motivation, time)? == 1)
    }
}
