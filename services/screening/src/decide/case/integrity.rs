//! What a decided case means for the integrity of a provider.

use chrono::{Months, NaiveDate};
use serde::{Deserialize, Serialize};

use crate::domain::{Case, Condition, IntegrityState};

/// What a decided case counts for, and until when.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseMeasure {
    /// The case.
    pub case_id: String,
    /// An objection, or conditions.
    pub state: IntegrityState,
    /// The conditions.
    pub conditions: Vec<Condition>,
    /// The last day on which it counts.
    pub until: NaiveDate,
}

/// What a case counts for: no new agreement and the end of agreements are an objection; conditions are conditions. None
/// when nothing was decided, or nothing about agreements.
pub fn measure_of(case: &Case, years: u32) -> Option<CaseMeasure> {
    let verdict = case.content.verdict.as_ref()?;
    let measures = &verdict.measures;
    let until = verdict.decided.checked_add_months(Months::new(years.saturating_mul(12)))?;
    let state = match measures.no_new_agreement || measures.terminate_at_once {
        true => IntegrityState::Objection,
        false if !measures.conditions.is_empty() => IntegrityState::Conditions,
        false => return None,
    };
    Some(CaseMeasure { case_id: case.case_id.clone(), state, conditions: measures.conditions.clone(), until })
}
