//! [`Replay`]: taking a decision again, from what was kept of it.

use std::error::Error;

use chrono::{DateTime, Utc};
use serde::{Serialize, de::DeserializeOwned};

use crate::{Facts, Rules, Schema, Trace};

/// How a service takes its decisions again: from a kind, facts and a rule archive to the explanation as it is stored.
pub type Replayer = fn(kind: &str, facts: &[u8], archive: &str) -> Result<Vec<u8>, ReplayError>;

/// The facts and the rules of a decision, ready to be decided again.
#[derive(Debug)]
pub struct Replay<'a> {
    kind: &'a str,
    facts: &'a [u8],
    rules: Rules,
}

/// Why a decision can't be taken again.
#[derive(Debug, thiserror::Error)]
pub enum ReplayError {
    /// The service takes no such decisions.
    #[error("no decision is of kind {kind:?} here")]
    UnknownKind {
        /// The kind asked for.
        kind: String,
    },
    /// The rule archive can't be read.
    #[error("the rule files can't be read: {0}")]
    Rules(serde_json::Error),
    /// The facts are not those of a decision of this kind.
    #[error("the facts are not those of a decision of kind {kind:?}: {problem}")]
    Facts {
        /// The kind asked for.
        kind: String,
        /// What is wrong.
        problem: String,
    },
    /// Under these rules the facts lead to no decision.
    #[error("these facts and rules lead to no decision: {0}")]
    Undecided(Box<dyn Error + Send + Sync>),
}

impl<'a> Replay<'a> {
    /// Takes up a decision of a kind, with its facts (canonical JSON) and the archive of the rules it was taken under.
    ///
    /// # Errors
    /// [`ReplayError::Rules`] when the archive is none.
    pub fn new(kind: &'a str, facts: &'a [u8], archive: &str, schema: &Schema) -> Result<Replay<'a>, ReplayError> {
        let rules = Rules::from_archive(archive, schema).map_err(ReplayError::Rules)?;
        Ok(Replay { kind, facts, rules })
    }

    /// Decides again and gives the explanation as it would be stored: the same bytes when nothing differs. `as_of`
    /// finds the moment the facts are known as of in the facts, `decide` is what the call decided with.
    ///
    /// # Errors
    /// [`ReplayError::Facts`] when the facts are not those of an `F`, whole and in canonical form;
    /// [`ReplayError::Undecided`] when `decide` fails.
    pub fn with<F, E>(
        &self,
        as_of: impl FnOnce(&F) -> DateTime<Utc>,
        decide: impl FnOnce(&F, &Rules, &mut Trace) -> Result<(), E>,
    ) -> Result<Vec<u8>, ReplayError>
    where
        F: Serialize + DeserializeOwned,
        E: Into<Box<dyn Error + Send + Sync>>,
    {
        let facts: F = Facts::read(self.facts).map_err(|error| self.other_facts(error.to_string()))?;
        let recorded = Facts::new(&facts, as_of(&facts));
        if recorded.json() != self.facts {
            return Err(self.other_facts("they hold more than was read, or are not in canonical form".to_owned()));
        }
        let mut trace = Trace::new();
        decide(&facts, &self.rules, &mut trace).map_err(|error| ReplayError::Undecided(error.into()))?;
        Ok(trace.finish(&self.rules, &recorded).to_bytes())
    }

    fn other_facts(&self, problem: String) -> ReplayError {
        ReplayError::Facts { kind: self.kind.to_owned(), problem }
    }

    /// The error for a kind the service does not decide.
    pub fn unknown_kind(&self) -> ReplayError {
        ReplayError::UnknownKind { kind: self.kind.to_owned() }
    }
}
