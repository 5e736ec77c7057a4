//! The tariff of a product (TAR-01).

use chrono::{DateTime, NaiveDate, Utc};
use explain::{Known, RuleScope, Rules, Trace};
use money::{Money, Percentage, Rounding};
use serde::{Deserialize, Serialize};

use super::{
    Care, Condition, Refusal,
    conditions::conditions,
    percentage::{PercentageFacts, derive_percentage},
};
use crate::{
    NAME,
    domain::{MaximumTariff, ProductTariff, Subject},
    error::Error,
    rules,
};

/// What a quote is made from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuoteFacts {
    /// Whose tariff, for which year, and what is on record; for the delivery form of the product.
    pub percentage: PercentageFacts,
    /// The maximum tariff on the care date.
    pub maximum: MaximumTariff,
    /// The percentage that was agreed, if one was.
    pub agreed: Option<Agreed>,
    /// The care, as far as it is known.
    pub care: Care,
    /// The day care is given.
    pub care_date: NaiveDate,
}

/// A percentage that was agreed, and the decision that says why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Agreed {
    /// The percentage.
    pub percentage: Percentage,
    /// The decision.
    pub decision_id: String,
}

/// A tariff with what it rests on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Quoted {
    /// The tariff.
    pub tariff: ProductTariff,
    /// The percentage it was derived with.
    pub percentage: Percentage,
    /// What was granted and yet adds nothing; empty where the percentage was agreed.
    pub refused: Vec<Refusal>,
    /// The conditions that the office sets on the care.
    pub conditions: Vec<Condition>,
}

/// The tariff of a product for a provider: with the percentage that was agreed or, when none was, the one that follows
/// from what is on record (TAR-06, TAR-10).
///
/// # Errors
/// A value that no source states, or what else keeps the percentage from being determined.
pub fn quote(facts: &QuoteFacts, rules: &Rules, trace: &mut Trace) -> Result<Quoted, Error> {
    let (percentage, refused) = match &facts.agreed {
        Some(agreed) => {
            let known = Known::fact(NAME, "agreed percentage", facts.percentage.as_of, agreed.percentage);
            let decision = known.clone().map(|_| agreed.decision_id.clone());
            let step = trace.step(&rules::AGREED).with("percentage", &known).with("decision", &decision);
            (step.gives(agreed.percentage), Vec::new())
        }
        None => {
            let derived = derive_percentage(&facts.percentage, rules, trace)?;
            (derived.percentage, derived.refused)
        }
    };
    let (subject, as_of) = (&facts.percentage.subject, facts.percentage.as_of);
    let tariff = tariff(subject, &facts.maximum, facts.care_date, &percentage, as_of, rules, trace)?;
    let conditions = conditions(&facts.percentage, &facts.care, rules, trace);
    Ok(Quoted { tariff, percentage: percentage.value, refused, conditions })
}

/// TAR-01: the maximum without NHC and NIC times the percentage, plus NHC and NIC times their own percentage; each of
/// the two parts is rounded to the cent.
///
/// # Errors
/// A parameter without a value, or amounts that do not fit.
fn tariff(
    subject: &Subject,
    maximum: &MaximumTariff,
    care_date: NaiveDate,
    percentage: &Known<Percentage>,
    as_of: DateTime<Utc>,
    rules: &Rules,
    trace: &mut Trace,
) -> Result<ProductTariff, Error> {
    let scope = RuleScope {
        office: subject.office.as_str(),
        act: subject.sector.act().as_str(),
        sector: subject.sector.as_str(),
        date: care_date,
    };
    let without = Known::fact(NAME, "maximum tariff", as_of, maximum.maximum);
    let care = percentage.of(maximum.maximum, Rounding::default())?;
    let care = trace.step(&rules::CARE_PART).with("maximum", &without).with("percentage", percentage).gives(care);

    let own = rules.get(&rules::HOUSING_PERCENTAGE, &scope)?;
    let components = Known::fact(NAME, "maximum tariff", as_of, maximum.nhc.plus(maximum.nic)?);
    let housing = own.of(components.value, Rounding::default())?;
    let housing = trace.step(&rules::HOUSING_PART).with("housing", &components).with("percentage", &own).gives(housing);

    let both = care.plus(housing.value)?;
    let both = trace.step(&rules::TARIFF).with("care_part", &care).with("housing_part", &housing).gives(both);
    Ok(ProductTariff {
        product: maximum.product.clone(),
        unit: maximum.unit.clone(),
        care_part: care.value,
        housing_part: housing.value,
        tariff: both.value,
        first_day: maximum.first_day,
        last_day: maximum.last_day,
    })
}

/// The tariff of a product for a percentage, without its steps and parts.
///
/// # Errors
/// A parameter without a value, or amounts that do not fit.
pub(super) fn price(
    subject: &Subject,
    maximum: &MaximumTariff,
    percentage: Percentage,
    rules: &Rules,
) -> Result<Money, Error> {
    let own = rules.get(&rules::HOUSING_PERCENTAGE, &subject.scope())?;
    let care = percentage.of(maximum.maximum, Rounding::default())?;
    let housing = own.value.of(maximum.nhc.plus(maximum.nic)?, Rounding::default())?;
    Ok(care.plus(housing)?)
}

/// The tariff of a product in a period, for a percentage that is agreed; without its steps, which a quote tells.
///
/// # Errors
/// A parameter without a value, or amounts that do not fit.
pub(super) fn tariff_of(
    subject: &Subject,
    maximum: &MaximumTariff,
    percentage: Percentage,
    as_of: DateTime<Utc>,
    rules: &Rules,
) -> Result<ProductTariff, Error> {
    let percentage = Known::fact(NAME, "agreed percentage", as_of, percentage);
    tariff(subject, maximum, maximum.first_day, &percentage, as_of, rules, &mut Trace::new())
}

#[cfg(test)]
pub(crate) mod tests {
    use std::sync::LazyLock;

    use edge::Sector;
    use explain::{Facts, Language, RuleFile};
    use money::{Decimal, Money};
    use proptest::prelude::*;

    use super::*;
    use crate::domain::Position;

    /// The built-in rules, read once.
    pub(crate) fn built_in() -> &'static Rules {
        static RULES: LazyLock<Rules> = LazyLock::new(|| {
            let file = |(name, text): &(&str, &str)| RuleFile { name: (*name).into(), text: (*text).into() };
            Rules::load(rules::FILES.iter().map(file).collect(), &rules::SCHEMA).unwrap()
        });
        &RULES
    }

    /// The built-in rules with something else in them.
    pub(crate) fn changed(from: &str, to: &str) -> Rules {
        assert!(rules::FILES.iter().any(|(_, text)| text.contains(from)), "{from}");
        let files = rules::FILES.iter();
        let files = files.map(|(name, text)| RuleFile { name: (*name).into(), text: text.replace(from, to) });
        Rules::load(files.collect(), &rules::SCHEMA).unwrap()
    }

    pub(crate) fn subject(office: &str, year: i32) -> Subject {
        Subject { office: office.parse().unwrap(), sector: Sector::Gz, agb: "41410001".parse().unwrap(), year }
    }

    pub(crate) fn maximum(cents: i64, nhc: i64, nic: i64) -> MaximumTariff {
        MaximumTariff {
            product: "Z053".to_owned(),
            name: "example".to_owned(),
            sector: Sector::Gz,
            delivery_form: "verblijf".to_owned(),
            unit: "14".to_owned(),
            maximum: Money::from_cents(cents),
            nhc: Money::from_cents(nhc),
            nic: Money::from_cents(nic),
            first_day: NaiveDate::from_ymd_opt(2023, 1, 1).unwrap(),
            last_day: None,
            version: 1,
        }
    }

    pub(crate) fn facts_of(subject: Subject) -> PercentageFacts {
        PercentageFacts::of(subject, &Position::default(), (None, Vec::new()), DateTime::UNIX_EPOCH)
    }

    fn facts(maximum: MaximumTariff, agreed: Option<&str>) -> QuoteFacts {
        let agreed = agreed.map(|text| Agreed {
            percentage: Percentage(text.parse::<Decimal>().unwrap()),
            decision_id: "d1".to_owned(),
        });
        let care_date = NaiveDate::from_ymd_opt(2023, 3, 1).unwrap();
        let care = Care { product: maximum.product.clone(), form: maximum.delivery_form.clone(), ..Care::default() };
        QuoteFacts { percentage: facts_of(subject("vgz", 2023)), maximum, agreed, care, care_date }
    }

    fn cents(facts: &QuoteFacts) -> (i64, i64, i64) {
        let tariff = quote(facts, built_in(), &mut Trace::new()).unwrap().tariff;
        (tariff.care_part.cents(), tariff.housing_part.cents(), tariff.tariff.cents())
    }

    #[test]
    fn tar_01_each_part_is_rounded_to_the_cent() {
        assert_eq!(cents(&facts(maximum(25_000, 2_000, 537), Some("96.15"))), (24_038, 2_537, 26_575));
    }

    #[test]
    fn tar_06_without_an_agreement_the_guide_percentage_holds() {
        assert_eq!(cents(&facts(maximum(25_000, 0, 0), None)), (23_950, 0, 23_950));
    }

    #[test]
    fn tar_01_is_explained_in_both_languages() {
        let rules = built_in();
        let facts = facts(maximum(25_000, 2_000, 537), Some("96.15"));
        let mut trace = Trace::new();
        quote(&facts, rules, &mut trace).unwrap();
        let explanation = trace.finish(rules, &Facts::new(&facts, facts.percentage.as_of));
        insta::assert_snapshot!("tar_01_quote_nl", explanation.to_text(rules, Language::Dutch).unwrap());
        insta::assert_snapshot!("tar_01_quote_en", explanation.to_text(rules, Language::English).unwrap());
    }

    proptest! {
        #[test]
        fn tar_01_never_above_the_maximum(cents in 0..10_000_000i64, nhc in 0..100_000i64, percent in 1..=10_000i64) {
            let percent = Decimal::new(percent, 2).to_string();
            let facts = facts(maximum(cents, nhc, 0), Some(&percent));
            let tariff = quote(&facts, built_in(), &mut Trace::new()).unwrap().tariff;
            prop_assert!(tariff.tariff.cents() <= cents + nhc);
            prop_assert_eq!(tariff.housing_part.cents(), nhc);
        }
    }
}
