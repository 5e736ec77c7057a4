//! Signals about a ceiling (HOM-05): a share that is reached, and lines that went over it.

use chrono::{DateTime, Utc};
use edge::EdgeError;
use explain::{Known, Parameter, ParameterError, Rules, Trace};
use money::{Decimal, Money, MoneyError, Percentage};
use serde::{Deserialize, Serialize};

use super::forecast::{ForecastFacts, forecast};
use crate::{
    NAME,
    domain::{ProviderYear, share},
    rules,
};

/// A signal about the use of a ceiling.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Signal {
    /// The first one.
    First,
    /// The second one.
    Second,
}

impl Signal {
    /// All of them, in the order they are given.
    pub const ALL: [Signal; 2] = [Signal::First, Signal::Second];

    fn parameter(self) -> &'static Parameter<Percentage> {
        match self {
            Signal::First => &rules::FIRST_SIGNAL,
            Signal::Second => &rules::SECOND_SIGNAL,
        }
    }
}

/// How far a ceiling is used after a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UseFacts {
    /// The provider's year.
    pub of: ProviderYear,
    /// The signal that may have to be given.
    pub signal: Signal,
    /// The file that was decided last.
    pub file_id: String,
    /// The ceiling.
    pub ceiling: Money,
    /// Granted, credits taken off.
    pub spent: Money,
    /// What the forecast is made from that the first signal comes with; none with the second.
    pub forecast: Option<ForecastFacts>,
    /// When.
    pub as_of: DateTime<Utc>,
}

impl UseFacts {
    /// The share at which the signal is given.
    ///
    /// # Errors
    /// When the parameter has no value.
    pub fn threshold(&self, rules: &Rules) -> Result<Known<Percentage>, ParameterError> {
        rules.get(self.signal.parameter(), &self.of.scope())
    }
}

/// Whether a share of the ceiling is reached; only then the trace tells it. The first signal also tells what the year will
/// come to and whether the rest will probably suffice, as soon as there is a forecast.
///
/// # Errors
/// A parameter without a value, or an amount that does not fit.
pub fn reached(facts: &UseFacts, rules: &Rules, trace: &mut Trace) -> Result<bool, EdgeError> {
    let threshold = facts.threshold(rules)?;
    let part = |amount: Money, of: Decimal| amount.euros().checked_mul(of).ok_or(MoneyError::Overflow);
    if part(facts.spent, Decimal::ONE_HUNDRED)? < part(facts.ceiling, threshold.0)? {
        return Ok(false);
    }
    let ceiling = Known::fact(NAME, "agreement", facts.as_of, facts.ceiling);
    let spent = Known::fact(NAME, "approved claims", facts.as_of, facts.spent);
    let step = trace.step(&rules::THRESHOLD).with("ceiling", &ceiling).with("spent", &spent);
    step.with("percentage", &threshold).gives(share(facts.spent, facts.ceiling));
    let Some(made_from) = &facts.forecast else { return Ok(true) };
    if let Some(forecast) = forecast(made_from, rules, trace)? {
        let needed = Known::fact(NAME, "approved claims", facts.as_of, forecast.amount.minus(facts.spent)?);
        let room = Known::fact(NAME, "agreement", facts.as_of, facts.ceiling.minus(facts.spent)?);
        let text = if forecast.above_ceiling { &rules::SUFFICES_NOT } else { &rules::SUFFICES };
        trace.step(text).with("needed", &needed).with("room", &room).gives(!forecast.above_ceiling);
    }
    Ok(true)
}

/// A file with lines that went over the ceiling.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BeyondFacts {
    /// The provider's year.
    pub of: ProviderYear,
    /// The file.
    pub file_id: String,
    /// The ceiling.
    pub ceiling: Money,
    /// Granted before the file, credits taken off.
    pub spent: Money,
    /// Claimed in the file on lines that are in order but for the ceiling.
    pub claimed: Money,
    /// Given back by credits in the file.
    pub credited: Money,
    /// Granted in the file.
    pub granted: Money,
    /// When.
    pub as_of: DateTime<Utc>,
}

/// Tells why lines of a file were not granted, or not in full, and gives how much.
///
/// # Errors
/// When an amount does not fit.
pub fn beyond(facts: &BeyondFacts, trace: &mut Trace) -> Result<Money, MoneyError> {
    let file = |amount| Known::fact(NAME, "claim file", facts.as_of, amount);
    let ceiling = Known::fact(NAME, "agreement", facts.as_of, facts.ceiling);
    let spent = Known::fact(NAME, "approved claims", facts.as_of, facts.spent);
    let room = facts.ceiling.minus(facts.spent)?;
    let room = trace.step(&rules::ROOM).with("ceiling", &ceiling).with("spent", &spent).gives(room);
    let claimed = file(facts.claimed);
    let step = trace.step(&rules::GRANTED).with("claimed", &claimed).with("room", &room);
    let granted = step.with("credited", &file(facts.credited)).gives(facts.granted);
    let beyond = facts.claimed.minus(facts.granted)?;
    Ok(trace.step(&rules::BEYOND).with("claimed", &claimed).with("granted", &granted).gives(beyond).value)
}

#[cfg(test)]
mod tests {
    use explain::{Facts, Origin, RuleFile, Rules};

    use super::*;

    fn built_in() -> Rules {
        let files = rules::FILES.iter().map(|(name, text)| RuleFile { name: (*name).into(), text: (*text).into() });
        Rules::load(files.collect(), &rules::SCHEMA).unwrap()
    }

    fn of() -> ProviderYear {
        ProviderYear { office: "vgz".parse().unwrap(), agb: "41410001".parse().unwrap(), year: 2024 }
    }

    fn cents(cents: i64) -> Money {
        Money::from_cents(cents)
    }

    fn texts(trace: Trace, facts: &Facts) -> Vec<(String, String)> {
        let rules = built_in();
        let steps = trace.finish(&rules, facts).render(&rules).unwrap();
        steps.into_iter().map(|step| (step.dutch, step.english)).collect()
    }

    #[test]
    fn hom_05_a_share_is_reached_to_the_cent() {
        let rules = built_in();
        let threshold = rules.get(&rules::FIRST_SIGNAL, &of().scope()).unwrap();
        assert!(matches!(&threshold.origin, Origin::Parameter { source, .. } if source.contains("Aanvullende")));
        let reached_at = |spent| {
            let as_of = DateTime::UNIX_EPOCH;
            let facts = UseFacts {
                of: of(),
                signal: Signal::First,
                file_id: "F".to_owned(),
                ceiling: cents(1_000_003),
                spent: cents(spent),
                forecast: None,
                as_of,
            };
            let mut trace = Trace::new();
            let reached = reached(&facts, &rules, &mut trace).unwrap();
            (reached, texts(trace, &Facts::new(&facts, as_of)))
        };
        // 70% of 10,000.03 is 7,000.021.
        assert_eq!(reached_at(700_002), (false, Vec::new()));
        let (reached, texts) = reached_at(700_003);
        assert!(reached);
        assert_eq!(
            texts[0].0,
            "Van het zorgkostenplafond van € 10.000,03 is € 7.000,03 toegekend, dat is 70,00%: 70% is bereikt."
        );
    }

    #[test]
    fn hom_05_what_goes_beyond_the_ceiling_is_explained() {
        let as_of = DateTime::UNIX_EPOCH;
        let facts = BeyondFacts {
            of: of(),
            file_id: "F".to_owned(),
            ceiling: cents(100_000),
            spent: cents(99_000),
            claimed: cents(7_276),
            credited: cents(0),
            granted: cents(1_000),
            as_of,
        };
        let mut trace = Trace::new();
        assert_eq!(beyond(&facts, &mut trace), Ok(cents(6_276)));
        let texts: Vec<String> = texts(trace, &Facts::new(&facts, as_of)).into_iter().map(|(_, en)| en).collect();
        assert_eq!(
            texts,
            [
                "Before this file, EUR 990.00 of the ceiling of EUR 1,000.00 was granted: there was EUR 10.00 of room.",
                "Of EUR 72.76 in lines that are otherwise in order, EUR 10.00 is granted: there was EUR 10.00 of room \
                 and credits in this file gave back EUR 0.00. The lines were judged in the order of the file.",
                "Of EUR 72.76, EUR 10.00 is granted; EUR 62.76 is beyond the ceiling and is not paid.",
            ]
        );
    }
}
