//! The plan of a control (SCR-09): from how large a population, how sure, how many lines.

use chrono::{DateTime, NaiveDate, Utc};
use edge::{EdgeError, Office};
use explain::{Known, RuleScope, Rules, Trace};
use identifiers::Agb;
use money::{Decimal, Money, MoneyError, Percentage};
use serde::{Deserialize, Serialize};

use super::binomial;
use crate::{
    NAME,
    domain::{ControlKind, SampleMethod},
    rules,
};

/// Part of a population: the lines of amounts in a range.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StratumFact {
    /// The least amount of a line.
    pub from: Money,
    /// The amount that lines stay below; none for the last.
    pub below: Option<Money>,
    /// How many lines there are.
    pub lines: u64,
    /// What they come to.
    pub amount: Money,
}

/// What is controlled.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scope {
    /// The office.
    pub office: Office,
    /// The service that granted the lines.
    pub service: String,
    /// The provider; none for all.
    pub agb: Option<Agb>,
    /// The first day on which care of a line began.
    pub first_day: NaiveDate,
    /// The last such day.
    pub last_day: NaiveDate,
    /// Beginnings of product codes; empty for all.
    pub products: Vec<String>,
    /// The moment whose granted and not credited lines are the population.
    pub cutoff: DateTime<Utc>,
}

/// What a plan is made from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanFacts {
    /// The kind of control.
    pub kind: ControlKind,
    /// How lines are drawn.
    pub method: SampleMethod,
    /// What is controlled.
    pub scope: Scope,
    /// The parts of the population.
    pub strata: Vec<StratumFact>,
    /// SHA-256 of the population, line by line.
    pub population_sha256: String,
    /// SHA-256 of what was drawn.
    pub drawn_sha256: String,
    /// The general risk analysis that leads to this control, such as its document; empty without one.
    pub risk_analysis: String,
    /// Its day.
    pub risk_analysed: Option<NaiveDate>,
    /// The specific plan: what is looked at, how, and why lighter means do not do.
    pub plan: String,
    /// The identity of the medical adviser who answers for it; empty without one.
    pub medical_adviser: String,
    /// Wrong lines that the sample bears in each part and still tells what it has to tell.
    pub expected_errors: u64,
    /// The seed.
    pub seed: String,
    /// The day.
    pub day: NaiveDate,
    /// When.
    pub as_of: DateTime<Utc>,
}

/// How much is drawn from a part of the population.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StratumPlan {
    /// The draws.
    pub draws: u64,
    /// Of monetary units: each so many cents one is hit.
    pub interval: Money,
    /// Whether no sample does, and all lines are looked at.
    pub everything: bool,
}

/// A plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    /// How sure what the sample tells is.
    pub confidence: Percentage,
    /// How much must be right.
    pub accuracy: Percentage,
    /// By part of the population.
    pub strata: Vec<StratumPlan>,
}

/// The chance to be mistaken in a part of a population of so many that are not empty: together no more than the
/// confidence leaves.
pub(super) fn mistaken(confidence: Percentage, parts: usize) -> Result<Decimal, MoneyError> {
    let parts = Decimal::from(parts.max(1));
    (Decimal::ONE - confidence.as_rate().0).checked_div(parts).ok_or(MoneyError::Overflow)
}

/// Makes a plan.
///
/// # Errors
/// `CONTROL_NOT_POSSIBLE` with everything that is lacking: a population, and for material control the steps that come
/// before it.
pub fn plan(facts: &PlanFacts, rules: &Rules, trace: &mut Trace) -> Result<Plan, EdgeError> {
    let lacking = lacking(facts);
    if !lacking.is_empty() {
        let (reason, subject) = ("CONTROL_NOT_POSSIBLE", facts.scope.office.to_string());
        return Err(EdgeError::Precondition { reason, subject, message: lacking.join("; ") });
    }
    if let Some(day) = facts.risk_analysed {
        let told = |value: &str| Known::request("control", value.to_owned());
        let step = trace.step(&rules::CONTROL_STEPS).with("analysis", &told(&facts.risk_analysis));
        let step = step.with("analysed", &Known::request("risk_analysed", day)).with("plan", &told(&facts.plan));
        step.gives(facts.medical_adviser.clone());
    }
    let (by_kind, by_accuracy) = match facts.kind {
        ControlKind::Formal => (&rules::FORMAL_CONFIDENCE, &rules::FORMAL_ACCURACY),
        ControlKind::Material => (&rules::MATERIAL_CONFIDENCE, &rules::MATERIAL_ACCURACY),
    };
    let scope = RuleScope { office: facts.scope.office.as_str(), act: "", sector: "", date: facts.day };
    let (confidence, accuracy) = (rules.get(by_kind, &scope)?, rules.get(by_accuracy, &scope)?);
    let wrong = Decimal::ONE - accuracy.value.as_rate().0;
    let parts = facts.strata.iter().filter(|stratum| stratum.lines > 0).count();
    let mistaken = mistaken(confidence.value, parts)?;
    let expected = Known::request("expected_errors", count(facts.expected_errors));
    let mut strata = Vec::with_capacity(facts.strata.len());
    for stratum in &facts.strata {
        let planned = of_stratum(facts, stratum, (wrong, mistaken))?;
        let known = |name, value| Known::fact(NAME, name, facts.as_of, value);
        let step = trace.step(&rules::CONTROL_STRATUM).with("from", &Known::request("boundaries", stratum.from));
        let step = step.with("lines", &known("population", count(stratum.lines)));
        let step = step.with("amount", &Known::fact(NAME, "population", facts.as_of, stratum.amount));
        let step = step.with("confidence", &confidence).with("accuracy", &accuracy).with("expected", &expected);
        step.with("parts", &Known::request("boundaries", count(parts as u64))).gives(count(planned.draws));
        strata.push(planned);
    }
    let seed = Known::fact(NAME, "seed", facts.as_of, facts.seed.clone());
    let population = Known::fact(NAME, "population", facts.as_of, facts.population_sha256.clone());
    let step = trace.step(&rules::CONTROL_DRAWN).with("seed", &seed).with("population", &population);
    step.gives(facts.drawn_sha256.clone());
    Ok(Plan { confidence: confidence.value, accuracy: accuracy.value, strata })
}

fn count(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

fn lacking(facts: &PlanFacts) -> Vec<String> {
    let mut lacking = Vec::new();
    if facts.strata.iter().all(|stratum| stratum.lines == 0) {
        lacking.push("no line is in the population".to_owned());
    }
    if facts.kind == ControlKind::Material {
        if facts.risk_analysis.is_empty() || facts.risk_analysed.is_none() {
            lacking.push("material control begins with a general risk analysis: its document and day".to_owned());
        }
        if facts.medical_adviser.is_empty() {
            lacking.push("detail control is done under a medical adviser, who is not named".to_owned());
        }
    }
    if facts.risk_analysed.is_some_and(|day| day > facts.day) {
        lacking.push("the general risk analysis is of a day to come".to_owned());
    }
    lacking
}

fn of_stratum(
    facts: &PlanFacts,
    stratum: &StratumFact,
    (wrong, mistaken): (Decimal, Decimal),
) -> Result<StratumPlan, EdgeError> {
    // As many draws as there are lines look at everything: then there is nothing to be sure about.
    let draws = binomial::draws(facts.expected_errors, wrong, mistaken, stratum.lines);
    let everything = draws.is_none_or(|draws| draws >= stratum.lines);
    let draws = draws.unwrap_or(stratum.lines);
    let interval = stratum.amount.cents().checked_div(count(draws)).unwrap_or(0);
    let interval = if facts.method == SampleMethod::MonetaryUnit { interval } else { 0 };
    Ok(StratumPlan { draws, interval: Money::from_cents(interval), everything })
}
