//! The benchmark (HOM-02): exclusions, runs and how a provider stands, each with its explanation. What is fitted comes
//! from [`regression`](crate::regression).

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use edge::EdgeError;
use explain::{Known, ParameterError, Rules, Trace};
use identifiers::Agb;
use money::{Decimal, MoneyError, Rounding};
use serde::{Deserialize, Serialize};

use crate::{
    NAME,
    domain::{ExclusionGround, Measure, Measured, OfficeYear, ProviderYear, RunOutcome},
    rules,
};

/// The decimals of amounts and hours a month.
const MONTHLY_DECIMALS: u32 = 6;
/// The decimals of a score.
const SCORE_DECIMALS: u32 = 4;

/// An exclusion, or the end of one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExclusionFacts {
    /// The provider's year.
    pub of: ProviderYear,
    /// Why it is excluded; none when the exclusion is lifted.
    pub ground: Option<ExclusionGround>,
    /// The motivation.
    pub motivation: String,
    /// When.
    pub as_of: DateTime<Utc>,
}

/// Tells that a provider is excluded, or no longer.
pub fn explain_exclusion(facts: &ExclusionFacts, trace: &mut Trace) {
    let motivation = Known::request("motivation", facts.motivation.clone());
    match facts.ground {
        Some(ground) => {
            let ground = Known::request("ground", ground.as_str());
            trace.step(&rules::EXCLUDED).with("ground", &ground).with("motivation", &motivation).gives(true);
        }
        None => {
            trace.step(&rules::EXCLUSION_LIFTED).with("motivation", &motivation).gives(false);
        }
    }
}

/// A run and what came out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunFacts {
    /// The year it is for.
    pub year: OfficeYear,
    /// The table.
    pub table_id: String,
    /// SHA-256 of the table.
    pub table_sha256: String,
    /// What came out.
    pub outcome: RunOutcome,
    /// When.
    pub as_of: DateTime<Utc>,
}

/// Tells what a run was made of and how well it explains.
///
/// # Errors
/// When a parameter has no value.
pub fn explain_run(facts: &RunFacts, rules: &Rules, trace: &mut Trace) -> Result<(), ParameterError> {
    let of_table = |value: Decimal| Known::fact(NAME, "feature table", facts.as_of, value);
    let outcome = &facts.outcome;
    let turnover = rules.get(&rules::BENCHMARK_TURNOVER, &facts.year.scope())?;
    let left_out = of_table(Decimal::from(outcome.left_out.len()));
    let step = trace.step(&rules::RUN_PROVIDERS).with("turnover", &turnover).with("left_out", &left_out);
    let providers = step.gives(Decimal::from(outcome.providers));
    for model in &outcome.models {
        let measure = Known::fact(NAME, "feature table", facts.as_of, model.measure.as_str());
        let columns = of_table(Decimal::from(model.coefficients.len()));
        let error = of_table(model.residual_error);
        let step = trace.step(&rules::RUN_FIT).with("measure", &measure).with("providers", &providers);
        let step = step.with("insured", &of_table(Decimal::from(outcome.insured)));
        step.with("columns", &columns).with("residual_error", &error).gives(model.r_squared);
    }
    trace.step(&rules::RUN_CONDITION).gives(outcome.condition);
    Ok(())
}

/// A characteristic of a provider's own insured.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Characteristic {
    /// Its name.
    pub name: String,
    /// Its mean over the months of the provider's insured.
    pub mean: Decimal,
    /// What it adds, per unit and month.
    pub coefficient: Decimal,
}

/// A measure of a provider.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MeasureFacts {
    /// The measure.
    pub measure: Measure,
    /// Observed, a month.
    pub observed: Decimal,
    /// What it is explained from.
    pub characteristics: Vec<Characteristic>,
}

/// How a provider stands in a run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScoreFacts {
    /// The decision on the run.
    pub run_decision_id: String,
    /// The year.
    pub year: OfficeYear,
    /// The provider.
    pub agb: Agb,
    /// Its insured persons.
    pub insured: u64,
    /// Their months in care.
    pub months: Decimal,
    /// Cost and hours.
    pub measures: Vec<MeasureFacts>,
    /// Its place and how many have one; none while that is not known, or where it has none.
    pub rank: Option<(u32, u32)>,
    /// When.
    pub as_of: DateTime<Utc>,
}

/// What a provider's score is made of, told step by step: each measure and both in one.
///
/// # Errors
/// When a number does not fit or a parameter has no value.
pub fn score(
    facts: &ScoreFacts,
    rules: &Rules,
    trace: &mut Trace,
) -> Result<(Vec<Measured>, Option<Decimal>), EdgeError> {
    let own = |value: Decimal| Known::fact(NAME, "feature table", facts.as_of, value);
    let mut measured = Vec::with_capacity(facts.measures.len());
    let mut scores = Vec::with_capacity(facts.measures.len());
    for one in &facts.measures {
        let word = Known::fact(NAME, "benchmark", facts.as_of, one.measure.as_str());
        let mut expected = Decimal::ZERO;
        for each in &one.characteristics {
            let product = each.mean.checked_mul(each.coefficient).ok_or(MoneyError::Overflow)?;
            let adds = Rounding::default().apply(product, MONTHLY_DECIMALS);
            expected = expected.checked_add(adds).ok_or(MoneyError::Overflow)?;
            let name = Known::fact(NAME, "feature table", facts.as_of, each.name.clone());
            let coefficient = Known::fact(NAME, "benchmark", facts.as_of, each.coefficient);
            let step = trace.step(&rules::CHARACTERISTIC).with("measure", &word).with("name", &name);
            step.with("mean", &own(each.mean)).with("coefficient", &coefficient).gives(adds.normalize());
        }
        let step = trace.step(&rules::EXPECTED).with("measure", &word).with("months", &own(facts.months));
        let insured = own(Decimal::from(facts.insured));
        let expected = step.with("insured", &insured).gives(expected.normalize());
        let score = (expected.value > Decimal::ZERO)
            .then(|| one.observed.checked_div(expected.value).ok_or(MoneyError::Overflow))
            .transpose()?
            .map(in_score);
        match score {
            Some(score) => {
                let observed = own(one.observed.normalize());
                let step = trace.step(&rules::SCORE).with("measure", &word).with("observed", &observed);
                scores.push(step.with("expected", &expected).gives(score));
            }
            None => {
                trace.step(&rules::NO_SCORE).with("measure", &word).with("expected", &expected).gives(false);
            }
        }
        measured.push(Measured { measure: one.measure, observed: one.observed, expected: expected.value, score });
    }
    let [cost, hours] = scores.as_slice() else { return Ok((measured, None)) };
    let weight = rules.get(&rules::COST_WEIGHT, &facts.year.scope())?;
    let share = weight.value.0 / Decimal::ONE_HUNDRED;
    let total = cost.value * share + hours.value * (Decimal::ONE - share);
    let total = in_score(total);
    let step = trace.step(&rules::TOTAL_SCORE).with("cost", cost).with("hours", hours).with("weight", &weight);
    let total = step.gives(total);
    if let Some((rank, of)) = facts.rank {
        let of = Known::fact(NAME, "benchmark", facts.as_of, of);
        trace.step(&rules::RANK).with("total", &total).with("of", &of).gives(rank);
    }
    Ok((measured, Some(total.value)))
}

/// The places of totals, 1 for the lowest; the same total is in the order of the AGB codes. Who has no total has none.
pub fn ranks(totals: &BTreeMap<Agb, Option<Decimal>>) -> BTreeMap<Agb, u32> {
    let mut known: Vec<(Decimal, Agb)> = totals.iter().filter_map(|(agb, total)| Some(((*total)?, *agb))).collect();
    known.sort();
    (1..).zip(known).map(|(rank, (_, agb))| (agb, rank)).collect()
}

/// A score always has all its decimals.
fn in_score(number: Decimal) -> Decimal {
    let mut score = Rounding::default().apply(number, SCORE_DECIMALS);
    score.rescale(SCORE_DECIMALS);
    score
}
