//! Raising a ceiling (HOM-06): whether a request is taken up, until when it is decided, and the decision with its facts.

use calendar::calendar_days_after;
use chrono::{DateTime, NaiveDate, Utc};
use edge::EdgeError;
use explain::{Known, ParameterError, Rules, Trace};
use money::{Decimal, Money, MoneyError};
use serde::{Deserialize, Serialize};

use crate::{
    NAME,
    domain::{ProviderYear, RaiseItems, share},
    rules,
};

/// What it takes to take up a request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AdmissionFacts {
    /// The provider's year.
    pub of: ProviderYear,
    /// The request.
    pub raise_id: String,
    /// The ceiling.
    pub ceiling: Money,
    /// Granted, credits taken off.
    pub spent: Money,
    /// What the provider expects of the year.
    pub forecast: Money,
    /// When.
    pub as_of: DateTime<Utc>,
}

/// Whether a request is taken up: the share of the first signal is reached and the rest will not suffice.
///
/// # Errors
/// When an amount does not fit or a parameter has no value.
pub fn admits(facts: &AdmissionFacts, rules: &Rules, trace: &mut Trace) -> Result<bool, EdgeError> {
    let threshold = rules.get(&rules::FIRST_SIGNAL, &facts.of.scope())?;
    let ceiling = Known::fact(NAME, "ceiling", facts.as_of, facts.ceiling);
    let spent = Known::fact(NAME, "approved claims", facts.as_of, facts.spent);
    let part = |amount: Money, of: Decimal| amount.euros().checked_mul(of).ok_or(MoneyError::Overflow);
    let reached = part(facts.spent, Decimal::ONE_HUNDRED)? >= part(facts.ceiling, threshold.value.0)?;
    let used = Known::fact(NAME, "approved claims", facts.as_of, share(facts.spent, facts.ceiling));
    let step = trace.step(&rules::RAISE_THRESHOLD).with("ceiling", &ceiling).with("spent", &spent);
    step.with("used", &used).with("threshold", &threshold).gives(reached);
    let forecast = Known::request("forecast", facts.forecast);
    let short = facts.forecast > facts.ceiling;
    trace.step(&rules::RAISE_FORECAST).with("forecast", &forecast).with("ceiling", &ceiling).gives(short);
    Ok(reached && short)
}

/// The last day to decide on a request that is complete.
///
/// # Errors
/// When a parameter has no value.
pub fn due_day(of: &ProviderYear, complete: NaiveDate, rules: &Rules) -> Result<NaiveDate, ParameterError> {
    let days = rules.get(&rules::RAISE_DAYS, &of.scope())?;
    Ok(calendar_days_after(complete, *days))
}

/// Whether the clock waits for the insurer to confirm that a request is complete.
///
/// # Errors
/// When the parameter has no value.
pub fn starts_with_notice(of: &ProviderYear, rules: &Rules) -> Result<bool, ParameterError> {
    Ok(&**rules.get(&rules::RAISE_CLOCK_START, &of.scope())? == "completeness_notice")
}

/// How a provider stood in the benchmark.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Standing {
    /// Cost and hours in one.
    pub total: Decimal,
    /// Its place.
    pub rank: u32,
    /// Of how many.
    pub of: u32,
}

/// What a decision on a request is taken from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RaiseFacts {
    /// The provider's year.
    pub of: ProviderYear,
    /// The request.
    pub raise_id: String,
    /// What the provider said; nothing is missing.
    pub items: RaiseItems,
    /// The ceiling.
    pub ceiling: Money,
    /// Granted, credits taken off.
    pub spent: Money,
    /// The last day to decide.
    pub due_day: NaiveDate,
    /// The day of the decision.
    pub decided_day: NaiveDate,
    /// The hours per client per month that were agreed.
    pub agreed_hours: Decimal,
    /// The clients for whom anything was granted, this year and the year before; none where there was no agreement.
    pub clients: (i64, Option<i64>),
    /// How it stood in the last benchmark it was in.
    pub standing: Option<Standing>,
    /// Regional developments and the duty of care, as the decider sees them.
    pub regional: String,
    /// The ceiling that is granted; none for a refusal.
    pub granted: Option<Money>,
    /// Why.
    pub motivation: String,
    /// When.
    pub as_of: DateTime<Utc>,
}

/// Tells the facts a decision was taken from, and the decision.
///
/// # Errors
/// `CEILING_NOT_RAISED` when the granted ceiling is not above the present one.
pub fn explain_raise(facts: &RaiseFacts, trace: &mut Trace) -> Result<(), EdgeError> {
    let ours = |name: &'static str| move |value: Decimal| Known::fact(NAME, name, facts.as_of, value);
    let due = Known::fact(NAME, "raise request", facts.as_of, facts.due_day);
    let day = Known::fact(NAME, "raise request", facts.as_of, facts.decided_day);
    trace.step(&rules::RAISE_CLOCK).with("due", &due).with("day", &day).gives(facts.decided_day <= facts.due_day);
    let regional = Known::request("regional", facts.regional.clone());
    trace.step(&rules::RAISE_REGION).with("regional", &regional).gives(true);
    let now = ours("approved claims")(Decimal::from(facts.clients.0));
    let stated = Known::request("clients", Decimal::from(facts.items.clients.unwrap_or_default()));
    match facts.clients.1 {
        Some(before) => {
            let before = ours("approved claims of the year before")(Decimal::from(before));
            let growth = now.value - before.value;
            let step = trace.step(&rules::RAISE_GROWTH).with("stated", &stated).with("clients", &now);
            step.with("before", &before).gives(growth);
        }
        None => {
            trace.step(&rules::RAISE_CLIENTS).with("stated", &stated).gives(now.value);
        }
    }
    let stated = Known::request("hours_per_client_month", facts.items.hours_per_client_month.unwrap_or_default());
    let agreed = ours("agreement")(facts.agreed_hours);
    trace.step(&rules::RAISE_HOURS).with("stated", &stated).with("agreed", &agreed).gives(stated.value - agreed.value);
    match &facts.standing {
        Some(standing) => {
            let total = ours("benchmark")(standing.total);
            let of = Known::fact(NAME, "benchmark", facts.as_of, standing.of);
            trace.step(&rules::RAISE_BENCHMARK).with("total", &total).with("of", &of).gives(standing.rank);
        }
        None => {
            trace.step(&rules::RAISE_NO_BENCHMARK).gives(false);
        }
    }
    let ceiling = Known::fact(NAME, "ceiling", facts.as_of, facts.ceiling);
    let motivation = Known::request("motivation", facts.motivation.clone());
    match facts.granted {
        Some(granted) if granted <= facts.ceiling => Err(EdgeError::Precondition {
            reason: "CEILING_NOT_RAISED",
            subject: facts.of.to_string(),
            message: format!("{granted} is not above the ceiling of {}", facts.ceiling),
        }),
        Some(granted) => {
            let forecast = Known::request("forecast", facts.items.forecast.unwrap_or_default());
            let step = trace.step(&rules::RAISE_GRANTED).with("ceiling", &ceiling).with("forecast", &forecast);
            step.with("motivation", &motivation).gives(granted);
            Ok(())
        }
        None => {
            trace.step(&rules::RAISE_REFUSED).with("motivation", &motivation).gives(facts.ceiling);
            Ok(())
        }
    }
}

#[cfg(test)]
mod tests {
    use explain::RuleFile;
    use proptest::prelude::*;

    use super::*;

    fn built_in() -> Rules {
        let files = rules::FILES.iter().map(|(name, text)| RuleFile { name: (*name).into(), text: (*text).into() });
        Rules::load(files.collect(), &rules::SCHEMA).unwrap()
    }

    fn of() -> ProviderYear {
        ProviderYear { office: "vgz".parse().unwrap(), agb: "41410001".parse().unwrap(), year: 2024 }
    }

    fn facts(ceiling: i64, spent: i64, forecast: i64) -> AdmissionFacts {
        AdmissionFacts {
            of: of(),
            raise_id: "R".to_owned(),
            ceiling: Money::from_cents(ceiling),
            spent: Money::from_cents(spent),
            forecast: Money::from_cents(forecast),
            as_of: DateTime::UNIX_EPOCH,
        }
    }

    #[test]
    fn hom_06_complete_on_1_october_is_due_on_22_october() {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        assert_eq!(due_day(&of(), day("2024-10-01"), &built_in()).unwrap(), day("2024-10-22"));
        assert!(!starts_with_notice(&of(), &built_in()).unwrap());
    }

    #[test]
    fn hom_06_a_request_is_taken_up_from_the_share_on_and_above_the_ceiling_only() {
        let rules = built_in();
        let admits =
            |ceiling, spent, forecast| admits(&facts(ceiling, spent, forecast), &rules, &mut Trace::new()).unwrap();
        assert!(admits(100_000, 70_000, 100_001));
        assert!(!admits(100_000, 69_999, 100_001));
        assert!(!admits(100_000, 70_000, 100_000));
    }

    proptest! {
        #[test]
        fn hom_06_more_spent_or_a_higher_forecast_never_ends_a_request(
            ceiling in 1..10_000_000_i64, spent in 0..10_000_000_i64, forecast in 0..20_000_000_i64, more in 0..1_000_i64,
        ) {
            let rules = built_in();
            let admits = |spent, forecast| admits(&facts(ceiling, spent, forecast), &rules, &mut Trace::new()).unwrap();
            if admits(spent, forecast) {
                prop_assert!(admits(spent + more, forecast) && admits(spent, forecast + more));
            }
        }
    }

    #[test]
    fn hom_06_what_is_missing_is_named_and_a_supplement_replaces() {
        let first = RaiseItems { clients: Some(40), ..RaiseItems::default() };
        assert_eq!(first.missing(), ["hours_per_client_month", "forecast", "explanation"]);
        let newer = RaiseItems { clients: Some(41), forecast: Some(Money::from_cents(1)), ..RaiseItems::default() };
        let both = first.with(newer);
        assert_eq!((both.clients, both.missing()), (Some(41), vec!["hours_per_client_month", "explanation"]));
    }
}
