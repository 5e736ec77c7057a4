//! What a percentage is derived from, and what comes out.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use explain::{Known, RuleScope};
use money::{Decimal, Percentage};
use serde::{Deserialize, Serialize};

use crate::domain::{Basis, Grant, Position, Previous, Standing, Subject};

/// What a percentage is derived from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PercentageFacts {
    /// Whose, and for which year.
    pub subject: Subject,
    /// The delivery form it is for (TAR-21); absent for what holds where no form has its own.
    pub form: Option<String>,
    /// Whether the provider is new.
    pub standing: Standing,
    /// The percentage of the year before.
    pub previous: Option<Previous>,
    /// The percentage of a falling line for this year (TAR-12).
    pub line: Option<Percentage>,
    /// The percentage that the interview with a new provider led to (TAR-20).
    pub interview: Option<Percentage>,
    /// The lower percentage that was agreed (TAR-17).
    pub bid: Option<Percentage>,
    /// What was granted, in the order in which it was recorded.
    pub grants: Vec<Grant>,
    /// The initiatives that earned something for the year before (TAR-05).
    pub earned_before: Vec<String>,
    /// The addition under the hardship clause, in points (TAR-08).
    pub hardship: Option<Decimal>,
    /// The moment the facts are known as of.
    pub as_of: DateTime<Utc>,
}

impl PercentageFacts {
    /// The facts of a provider of which this is on record.
    pub fn of(
        subject: Subject,
        position: &Position,
        (previous, earned_before): (Option<Previous>, Vec<String>),
        as_of: DateTime<Utc>,
    ) -> PercentageFacts {
        PercentageFacts {
            subject,
            form: None,
            standing: position.standing,
            previous,
            line: position.line,
            interview: position.interview,
            bid: position.bid,
            grants: position.grants.iter().map(|(_, grant)| grant.clone()).collect(),
            earned_before,
            hardship: position.hardship,
            as_of,
        }
    }

    /// The same for one delivery form.
    pub fn for_form(&self, form: &str) -> PercentageFacts {
        PercentageFacts { form: Some(form.to_owned()), ..self.clone() }
    }

    /// Where and when its rules are looked up: on the first day of the year.
    pub fn scope(&self) -> RuleScope<'_> {
        self.subject.scope()
    }

    /// The word of the rule files for its standing.
    pub(in crate::decide) fn whom(&self) -> &'static str {
        match self.standing {
            Standing::New => "new",
            Standing::Existing => "existing",
        }
    }
}

/// A percentage with what it rests on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Derived {
    /// The percentage, in two decimals.
    pub percentage: Known<Percentage>,
    /// The key of the start; `guide` where none of the rows applied.
    pub start: Arc<str>,
    /// What it rests on.
    pub basis: Basis,
    /// What was granted and yet adds nothing, in the order in which it was recorded.
    pub refused: Vec<Refusal>,
}

/// Why something that was granted or asked adds nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// Its place among the grants, from 0.
    pub place: usize,
    /// The number of the step that tells it, from 1.
    pub step: usize,
    /// The key it was granted under.
    pub key: String,
    /// The initiative.
    pub initiative: String,
    /// The rule.
    pub rule: &'static str,
    /// Which of the rule's reasons.
    pub reason: &'static str,
}
