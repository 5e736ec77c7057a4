//! How far stays with treatment may grow (TAR-09): growth that takes or keeps their share above a ceiling is refused;
//! what lies above it already is not cut.

use chrono::{DateTime, Utc};
use explain::{IntoValue, Known, Rules, Text, Trace, Value};
use money::{Decimal, MoneyError, Percentage, Rounding};
use serde::{Deserialize, Serialize};

use crate::{domain::Subject, error::Error, rules};

/// The decimals in which a share is shown.
const DECIMALS: u32 = 2;

/// Stays in a year, in days; none below zero, and those with treatment at most all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StayDays {
    /// With treatment.
    pub with_treatment: i64,
    /// All of them.
    pub all: i64,
}

impl StayDays {
    /// The share with treatment, rounded to be shown; none without stays.
    fn share(self) -> Option<Percentage> {
        let part = Decimal::from(self.with_treatment).checked_mul(Decimal::ONE_HUNDRED)?;
        let share = part.checked_div(Decimal::from(self.all))?;
        Some(Percentage(share).rounded(DECIMALS, Rounding::default()))
    }

    /// Whether the share lies above a percentage: compared without dividing, so that nothing is rounded.
    fn is_above(self, ceiling: Percentage) -> Result<bool, MoneyError> {
        let part = Decimal::from(self.with_treatment).checked_mul(Decimal::ONE_HUNDRED);
        let most = ceiling.0.checked_mul(Decimal::from(self.all));
        part.zip(most).map(|(part, most)| part > most).ok_or(MoneyError::Overflow)
    }
}

/// What is asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MixFacts {
    /// Whose, and for which year.
    pub subject: Subject,
    /// The stays now.
    pub now: StayDays,
    /// The stays asked.
    pub asked: StayDays,
    /// The moment it is asked.
    pub as_of: DateTime<Utc>,
}

/// What is answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mix {
    /// Whether what is asked can be agreed.
    pub agreed: bool,
    /// The share with treatment now, in two decimals; none without stays.
    pub now: Option<Percentage>,
    /// The share as asked.
    pub asked: Option<Percentage>,
    /// The ceiling.
    pub ceiling: Percentage,
}

/// Answers whether stays with treatment may grow as asked.
///
/// # Errors
/// A policy without a ceiling, days that don't fit.
pub fn check_mix(facts: &MixFacts, rules: &Rules, trace: &mut Trace) -> Result<Mix, Error> {
    let ceiling = rules.get(&rules::TREATMENT_MIX_CEILING, &facts.subject.scope())?;
    let now = told(&rules::MIX_NOW, ("now.with_treatment", "now.all"), facts.now, trace);
    let asked = told(&rules::MIX_ASKED, ("asked.with_treatment", "asked.all"), facts.asked, trace);
    let grows = facts.asked.with_treatment > facts.now.with_treatment;
    let above = facts.asked.is_above(ceiling.value)?;
    let text = match (grows, above) {
        (false, _) => &rules::MIX_NO_GROWTH,
        (true, false) => &rules::MIX_BELOW,
        (true, true) => &rules::MIX_ABOVE,
    };
    let step = trace.step(text).with("now", &Known::request("now.with_treatment", facts.now.with_treatment));
    let step = step.with("asked", &Known::request("asked.with_treatment", facts.asked.with_treatment));
    let agreed = step.with("ceiling", &ceiling).gives(!(grows && above)).value;
    Ok(Mix { agreed, now, asked, ceiling: ceiling.value })
}

fn told(
    text: &'static Text,
    (with_treatment, all): (&'static str, &'static str),
    days: StayDays,
    trace: &mut Trace,
) -> Option<Percentage> {
    let share = days.share();
    let step = trace.step(text).with("with_treatment", &Known::request(with_treatment, days.with_treatment));
    let shown = share.map_or_else(|| Value::Text("-".into()), |share| share.to_value());
    step.with("all", &Known::request(all, days.all)).gives(shown);
    share
}

#[cfg(test)]
mod tests {
    use edge::Sector;
    use proptest::prelude::*;

    use super::*;
    use crate::decide::fixture::{built_in, subject};

    fn checked(now: (i64, i64), asked: (i64, i64)) -> Mix {
        let subject = Subject { sector: Sector::Vv, ..subject("zorg_en_zekerheid", 2024) };
        let days = |(with_treatment, all)| StayDays { with_treatment, all };
        let facts = MixFacts { subject, now: days(now), asked: days(asked), as_of: DateTime::UNIX_EPOCH };
        check_mix(&facts, built_in(), &mut Trace::new()).unwrap()
    }

    #[test]
    fn tar_09_treatment_mix_stays_at_or_below_the_ceiling() {
        assert!(checked((700, 1_000), (800, 1_000)).agreed);
        assert!(!checked((700, 1_000), (801, 1_000)).agreed);
        // An excess is not cut, and does not grow.
        assert!(checked((900, 1_000), (900, 1_000)).agreed);
        assert!(checked((900, 1_000), (880, 900)).agreed);
        assert!(!checked((900, 1_000), (901, 1_100)).agreed);
        // Growth that brings the share down to the ceiling is growth like any other.
        assert!(checked((900, 1_000), (960, 1_200)).agreed);
        assert!(checked((0, 0), (0, 0)).asked.is_none());
        // A share that is shown as the ceiling can lie above it.
        let close = checked((0, 1_000_000), (800_001, 1_000_000));
        assert_eq!((close.asked, close.agreed), (Some(Percentage(Decimal::new(8_000, 2))), false));
    }

    #[test]
    fn tar_09_treatment_mix_has_no_ceiling_elsewhere() {
        for (office, sector, year) in [
            ("vgz", Sector::Vv, 2024),
            ("zorg_en_zekerheid", Sector::Gz, 2024),
            ("zorg_en_zekerheid", Sector::Vv, 2023),
        ] {
            let days = StayDays { with_treatment: 1, all: 2 };
            let subject = Subject { sector, ..subject(office, year) };
            let facts = MixFacts { subject, now: days, asked: days, as_of: DateTime::UNIX_EPOCH };
            assert!(check_mix(&facts, built_in(), &mut Trace::new()).is_err(), "{office} {year}");
        }
    }

    proptest! {
        #[test]
        fn tar_09_treatment_mix_refuses_growth_above_the_ceiling_only(
            now in 0..2_000_i64, asked in 0..2_000_i64, rest in 0..1_000_i64,
        ) {
            let all = asked + rest;
            let refused = asked > now && asked * 5 > all * 4;
            prop_assert_eq!(checked((now, now), (asked, all)).agreed, !refused);
        }
    }
}
