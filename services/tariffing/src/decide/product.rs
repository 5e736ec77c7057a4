//! The tariff of a product (TAR-01).

use chrono::{DateTime, NaiveDate, Utc};
use explain::{Known, RuleScope, Rules, Trace};
use money::{Percentage, Rounding};
use serde::{Deserialize, Serialize};

use super::percentage::{PercentageFacts, derive_percentage};
use crate::{
    NAME,
    domain::{MaximumTariff, ProductTariff, Subject},
    error::Error,
    rules,
};

/// What a quote is made from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuoteFacts {
    /// Whose tariff, and for which year.
    pub subject: Subject,
    /// The maximum tariff on the care date.
    pub maximum: MaximumTariff,
    /// The percentage on record, if one was agreed.
    pub agreed: Option<Percentage>,
    /// The day care is given.
    pub care_date: NaiveDate,
    /// The moment the facts are known as of.
    pub as_of: DateTime<Utc>,
}

/// The tariff of a product for a provider: with the percentage on record or, when nothing was agreed, the one that
/// holds without (TAR-06).
///
/// # Errors
/// A parameter without a value.
pub fn quote(facts: &QuoteFacts, rules: &Rules, trace: &mut Trace) -> Result<(ProductTariff, Percentage), Error> {
    let percentage = match facts.agreed {
        Some(agreed) => {
            let known = Known::fact(NAME, "agreed percentage", facts.as_of, agreed);
            trace.step(&rules::AGREED).with("percentage", &known).gives(agreed)
        }
        None => {
            let (subject, adjustments) = (facts.subject.clone(), Vec::new());
            derive_percentage(&PercentageFacts { subject, adjustments, as_of: facts.as_of }, rules, trace)?
        }
    };
    let tariff = tariff(&facts.subject, &facts.maximum, facts.care_date, &percentage, facts.as_of, rules, trace)?;
    Ok((tariff, percentage.value))
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

/// The tariffs of every product in a timeline, for one percentage.
///
/// # Errors
/// A parameter without a value, or amounts that do not fit.
pub fn tariffs(
    subject: &Subject,
    maxima: &[MaximumTariff],
    percentage: &Known<Percentage>,
    as_of: DateTime<Utc>,
    rules: &Rules,
) -> Result<Vec<ProductTariff>, Error> {
    let own = maxima.iter().filter(|maximum| maximum.sector == subject.sector);
    // A quote tells the steps of each product; agreeing tells those of the percentage.
    own.map(|maximum| tariff(subject, maximum, maximum.first_day, percentage, as_of, rules, &mut Trace::new()))
        .collect()
}

#[cfg(test)]
pub(crate) mod tests {
    use edge::Sector;
    use explain::{Facts, Language, RuleFile};
    use money::{Decimal, Money};
    use proptest::prelude::*;

    use super::*;

    pub(crate) fn built_in() -> Rules {
        let files = rules::FILES.iter().map(|(name, text)| RuleFile { name: (*name).into(), text: (*text).into() });
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

    fn facts(maximum: MaximumTariff, agreed: Option<&str>) -> QuoteFacts {
        let agreed = agreed.map(|text| Percentage(text.parse::<Decimal>().unwrap()));
        let care_date = NaiveDate::from_ymd_opt(2023, 3, 1).unwrap();
        QuoteFacts { subject: subject("vgz", 2023), maximum, agreed, care_date, as_of: DateTime::UNIX_EPOCH }
    }

    fn cents(facts: &QuoteFacts) -> (i64, i64, i64) {
        let (tariff, _) = quote(facts, &built_in(), &mut Trace::new()).unwrap();
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
        quote(&facts, &rules, &mut trace).unwrap();
        let explanation = trace.finish(&rules, &Facts::new(&facts, facts.as_of));
        insta::assert_snapshot!("tar_01_quote_nl", explanation.to_text(&rules, Language::Dutch).unwrap());
        insta::assert_snapshot!("tar_01_quote_en", explanation.to_text(&rules, Language::English).unwrap());
    }

    proptest! {
        #[test]
        fn tar_01_never_above_the_maximum(cents in 0..10_000_000i64, nhc in 0..100_000i64, percent in 1..=10_000i64) {
            let agreed = Percentage(Decimal::new(percent, 2));
            let facts = QuoteFacts { agreed: Some(agreed), ..facts(maximum(cents, nhc, 0), None) };
            let (tariff, _) = quote(&facts, &built_in(), &mut Trace::new()).unwrap();
            prop_assert!(tariff.tariff.cents() <= cents + nhc);
            prop_assert_eq!(tariff.housing_part.cents(), nhc);
        }
    }
}
