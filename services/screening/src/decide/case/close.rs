//! A case is done.

use chrono::{DateTime, Utc};
use edge::EdgeError;
use explain::{Known, Trace};
use serde::{Deserialize, Serialize};

use super::{not_in, possible};
use crate::{
    domain::{Case, CaseState},
    rules,
};

/// What a case is closed from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CloseFacts {
    /// The case.
    pub case: Case,
    /// Why it is done.
    pub motivation: String,
    /// When.
    pub as_of: DateTime<Utc>,
}

/// Closes a case that was decided.
///
/// # Errors
/// `CASE_NOT_POSSIBLE` when it was not.
pub fn close(facts: &CloseFacts, trace: &mut Trace) -> Result<Case, EdgeError> {
    possible(&facts.case.case_id, not_in(&facts.case, &[CaseState::Decided]).into_iter().collect())?;
    let motivation = Known::request("motivation", facts.motivation.clone());
    trace.step(&rules::CASE_CLOSED).with("motivation", &motivation).gives(CaseState::Closed.as_str());
    Ok(Case { state: CaseState::Closed, ..facts.case.clone() })
}
