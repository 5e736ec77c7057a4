//! The percentage of a provider, step by step (TAR-06, TAR-10).

use chrono::{DateTime, Utc};
use explain::{Known, RuleScope, Rules, Trace};
use money::{Percentage, Rounding};
use serde::{Deserialize, Serialize};

use super::timeline::days_of;
use crate::{
    domain::{Adjustment, Subject},
    error::Error,
    rules,
};

/// The decimals of an agreed percentage.
const DECIMALS: u32 = 2;

/// What a percentage is derived from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PercentageFacts {
    /// Whose, and for which year.
    pub subject: Subject,
    /// The steps granted, in the order in which they apply.
    pub adjustments: Vec<Adjustment>,
    /// The moment the facts are known as of.
    pub as_of: DateTime<Utc>,
}

/// Derives the percentage: guide -> adjustments in order -> cap -> two decimals.
///
/// # Errors
/// A parameter without a value, or a percentage that would not be positive.
pub fn derive_percentage(
    facts: &PercentageFacts,
    rules: &Rules,
    trace: &mut Trace,
) -> Result<Known<Percentage>, Error> {
    let scope = RuleScope {
        office: facts.subject.office.as_str(),
        act: facts.subject.sector.act().as_str(),
        sector: facts.subject.sector.as_str(),
        date: days_of(facts.subject.year).0,
    };
    let guide = rules.get(&rules::GUIDE_PERCENTAGE, &scope)?;
    let start = if facts.adjustments.is_empty() { &rules::NOTHING_FILED } else { &rules::GUIDE };
    let mut percentage = trace.step(start).with("guide", &guide).gives(guide.value);

    for adjustment in &facts.adjustments {
        let theme = Known::request("adjustments.theme", adjustment.theme.clone());
        let points = Known::request("adjustments.points", adjustment.points);
        let adjusted = percentage.plus_points(adjustment.points)?;
        let step = trace.step(&rules::ADJUSTMENT).with("theme", &theme).with("percentage", &percentage);
        percentage = step.with("points", &points).gives(adjusted);
    }

    let cap = rules.get(&rules::CAP_PERCENTAGE, &scope)?;
    if percentage.value > cap.value {
        let capped = cap.value;
        percentage = trace.step(&rules::CAP).with("cap", &cap).with("percentage", &percentage).gives(capped);
    }
    let rounded = percentage.rounded(DECIMALS, Rounding::default());
    if !rounded.0.is_sign_positive() || rounded.0.is_zero() {
        return Err(Error::PercentageNotPositive(rounded));
    }
    Ok(trace.step(&rules::ROUNDING).with("percentage", &percentage).gives(rounded))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::decide::product::tests::{built_in, subject};

    fn adjustment(points: money::Decimal) -> Adjustment {
        Adjustment { theme: "zorg dichtbij huis".to_owned(), points, motivation: "plan".to_owned() }
    }

    fn derived(office: &str, year: i32, points: &[i64]) -> Result<Percentage, Error> {
        let adjustments = points.iter().map(|points| adjustment(money::Decimal::new(*points, 2))).collect();
        let facts = PercentageFacts { subject: subject(office, year), adjustments, as_of: DateTime::UNIX_EPOCH };
        derive_percentage(&facts, &built_in(), &mut Trace::new()).map(|known| known.value)
    }

    fn percent(hundredths: i64) -> Percentage {
        Percentage(money::Decimal::new(hundredths, 2))
    }

    #[test]
    fn tar_06_nothing_filed_is_the_guide_percentage() {
        assert_eq!(derived("vgz", 2023, &[]).unwrap(), percent(9580));
        assert_eq!(
            derived("vgz", 2024, &[]).unwrap_err().to_string(),
            "parameter guide_percentage of office vgz has no version in force on 2024-01-01 (TAR-01)"
        );
    }

    #[test]
    fn tar_10_steps_then_cap_then_two_decimals() {
        assert_eq!(derived("vgz", 2023, &[20, 15]).unwrap(), percent(9615));
        assert_eq!(derived("vgz", 2023, &[500]).unwrap(), percent(10000));
        assert_eq!(derived("vgz", 2023, &[500, -100]).unwrap(), percent(9980));
        assert!(matches!(derived("vgz", 2023, &[-9580]), Err(Error::PercentageNotPositive(_))));
    }

    #[test]
    fn tar_01_an_office_outside_the_national_system_is_not_determined() {
        let error = derived("dsw", 2023, &[]).unwrap_err();
        assert_eq!(error.to_string(), "not determined: parameter guide_percentage of office dsw is not set (TAR-01)");
    }

    proptest! {
        #[test]
        fn tar_10_never_above_the_cap_and_more_never_lowers(points in proptest::collection::vec(-100..300i64, 0..8)) {
            let base = derived("vgz", 2023, &points).unwrap();
            prop_assert!(base <= percent(10000));
            let mut more = points.clone();
            more.push(1);
            prop_assert!(derived("vgz", 2023, &more).unwrap() >= base);
        }

        #[test]
        fn tar_10_the_steps_add_up(points in proptest::collection::vec(-100..50i64, 0..8)) {
            let sum: i64 = points.iter().sum();
            prop_assert_eq!(derived("vgz", 2023, &points).unwrap(), percent((9580 + sum).min(10000)));
        }
    }
}
