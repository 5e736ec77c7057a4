//! Proposals for an adjustment of the percentage (TAR-03, TAR-04), and what is agreed to come of them (TAR-16).

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use explain::Value;
use money::Decimal;
use serde::{Deserialize, Serialize};

/// What a provider proposes on a theme, with its evidence.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TariffProposal {
    /// The theme: the key of an adjustment in the rule files.
    pub key: String,
    /// The initiative it is for.
    pub initiative: String,
    /// The percentage points asked; absent where the rule file states them.
    pub points: Option<Decimal>,
    /// The delivery form it is for; absent for all.
    pub form: Option<String>,
    /// When it was filed.
    pub filed: DateTime<Utc>,
    /// What the provider states, by the names that the checks use.
    pub evidence: BTreeMap<String, Value>,
    /// What the office judged, by the names that the checks use.
    pub judgements: BTreeMap<String, Judged>,
    /// Whether results were agreed with the office.
    pub results_agreed: bool,
    /// Where it stands.
    pub state: ProposalState,
}

/// A judgement of the office about a proposal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Judged {
    /// Whether it is met.
    pub positive: bool,
    /// Why.
    pub motivation: String,
}

/// Where a proposal stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProposalState {
    /// It was filed, and waits for a decision.
    Filed,
    /// It was granted.
    Granted,
    /// It was refused.
    Refused,
    /// The provider withdrew it.
    Withdrawn,
}

/// What is to come of a granted proposal (resultaatafspraak, TAR-16).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ResultAgreement {
    /// The proposal.
    pub proposal_id: String,
    /// What is measured.
    pub measure: String,
    /// Its value at the start.
    pub start: Decimal,
    /// The value to be reached.
    pub target: Decimal,
    /// The day it is to be reached.
    pub date: NaiveDate,
    /// Who measures.
    pub measured_by: String,
    /// Whether it is an obligation, so that the surcharge can be reclaimed.
    pub obligation: bool,
    /// The evaluations, the oldest first.
    pub evaluations: Vec<Evaluation>,
}

/// An evaluation of a result.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evaluation {
    /// The day.
    pub date: NaiveDate,
    /// The value measured.
    pub value: Decimal,
    /// The judgement, by reasonableness.
    pub outcome: Outcome,
    /// What follows.
    pub consequence: Consequence,
    /// Why.
    pub motivation: String,
}

/// How far a result was reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// Reached.
    Met,
    /// Reached in part.
    Partly,
    /// Not reached.
    NotMet,
}

/// What follows from an evaluation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Consequence {
    /// Nothing.
    None,
    /// The surcharge ends for the next year.
    EndedNextYear,
    /// The surcharge is reclaimed; only where the result is an obligation.
    Reclaimed,
}
