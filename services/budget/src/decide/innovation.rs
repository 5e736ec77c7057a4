//! Agreements on zinnige zorg & innovatie: what may still enter the reallocation, and until when (BUD-10).

use calendar::{CareMonth, amsterdam_date};
use chrono::{DateTime, NaiveDate, Utc};
use explain::{Known, Rules, Trace};
use identifiers::Agb;
use money::Money;
use serde::{Deserialize, Serialize};

use crate::{
    NAME,
    domain::{Lot, OfficeYear, ProductAmount, Tariff},
    error::Error,
    rules,
};

/// An amount for a product.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InnovationProduct {
    /// The product.
    pub product: String,
    /// The amount.
    pub amount: Money,
}

/// What an agreement is judged from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InnovationFacts {
    /// The office's year.
    pub year: OfficeYear,
    /// The lot that pays for it.
    pub lot: Lot,
    /// The provider.
    pub agb: Agb,
    /// What is agreed of each product; nothing withdraws the agreement.
    pub products: Vec<InnovationProduct>,
    /// Its tariffs.
    pub tariffs: Vec<Tariff>,
    /// What was agreed before.
    pub before: Money,
    /// What for.
    pub motivation: String,
    /// The moment it is laid down.
    pub as_of: DateTime<Utc>,
}

/// What is agreed, each product with the tariff of the day: what a volume of it will cost. None when it is too late.
///
/// # Errors
/// A parameter without a value, [`Error::NoTariff`] for a product without a tariff on that day, or amounts that don't
/// fit.
pub fn agree_innovation(
    facts: &InnovationFacts,
    rules: &Rules,
    trace: &mut Trace,
) -> Result<Option<Vec<ProductAmount>>, Error> {
    let today = amsterdam_date(facts.as_of);
    let agreed = Known::fact(NAME, "innovation agreement", facts.as_of, today);
    let last_month = rules.get(&rules::INNOVATION_LAST_MONTH, &facts.year.scope())?;
    let month = CareMonth::new(facts.year.year, *last_month).ok_or(Error::NoSuchMonths(*last_month))?;
    let last = last_month.map(|_| month.last_day());
    if today > *last {
        trace.step(&rules::INNOVATION_TOO_LATE).with("agreed", &agreed).with("last", &last).gives(false);
        return Ok(None);
    }
    trace.step(&rules::INNOVATION_IN_TIME).with("agreed", &agreed).with("last", &last).gives(true);
    // What is agreed before the year begins is at the tariffs of the year.
    let day = today.max(facts.year.first_day());
    let mut products = Vec::with_capacity(facts.products.len());
    for InnovationProduct { product, amount } in &facts.products {
        let tariff = tariff_of(facts, product, day)?;
        let name = Known::request("products", product.clone());
        trace.step(&rules::INNOVATION_PRODUCT).with("product", &name).gives(*amount);
        products.push(ProductAmount { product: product.clone(), amount: *amount, tariff });
    }
    let total = Money::total(facts.products.iter().map(|one| one.amount))?;
    let before = Known::fact(NAME, "innovation agreement", facts.as_of, facts.before);
    let motivation = Known::request("motivation", facts.motivation.clone());
    trace.step(&rules::INNOVATION_AGREED).with("before", &before).with("motivation", &motivation).gives(total);
    Ok(Some(products))
}

fn tariff_of(facts: &InnovationFacts, product: &str, day: NaiveDate) -> Result<Money, Error> {
    let holds = |tariff: &&Tariff| tariff.product == product && tariff.first_day <= day && day <= tariff.last_day;
    let tariff = facts.tariffs.iter().find(holds);
    Ok(tariff.ok_or_else(|| Error::NoTariff { product: product.to_owned(), date: day })?.tariff)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decide::fixtures::{agb, built_in, cents, changed, tariff, vgz};

    fn facts(as_of: &str) -> InnovationFacts {
        InnovationFacts {
            year: vgz(2023),
            lot: Lot::Zin,
            agb: agb(1),
            products: vec![InnovationProduct { product: "H126".to_owned(), amount: cents(1_000_000) }],
            tariffs: vec![tariff("H126", 2023, 6_794)],
            before: Money::ZERO,
            motivation: "a neighbourhood team".to_owned(),
            as_of: as_of.parse().unwrap(),
        }
    }

    fn agreed(as_of: &str, rules: &Rules) -> Result<Option<Vec<ProductAmount>>, Error> {
        agree_innovation(&facts(as_of), rules, &mut Trace::new())
    }

    #[test]
    fn bud_10_the_last_moment_of_september_in_amsterdam_is_in_time_and_the_next_is_not() {
        let rules = built_in();
        let product = ProductAmount { product: "H126".to_owned(), amount: cents(1_000_000), tariff: cents(6_794) };
        assert_eq!(agreed("2023-09-30T21:59:59Z", &rules).unwrap(), Some(vec![product.clone()]));
        assert_eq!(agreed("2023-09-30T22:00:00Z", &rules).unwrap(), None);
        // Before the year there is nothing to wait for; the tariffs are those of the year.
        assert_eq!(agreed("2022-11-15T12:00:00Z", &rules).unwrap(), Some(vec![product]));
    }

    #[test]
    fn bud_10_the_last_month_is_what_the_rule_file_says() {
        let until_june = changed("value = 9 }]", "value = 6 }]");
        assert!(agreed("2023-06-30T12:00:00Z", &until_june).unwrap().is_some());
        assert_eq!(agreed("2023-07-01T12:00:00Z", &until_june).unwrap(), None);
        let none = changed("value = 9 }]", "value = 13 }]");
        assert!(matches!(agreed("2023-06-30T12:00:00Z", &none), Err(Error::NoSuchMonths(13))));
    }

    #[test]
    fn bud_10_a_product_of_an_innovation_has_a_tariff_and_a_withdrawal_has_no_products() {
        let other = InnovationFacts { tariffs: Vec::new(), ..facts("2023-09-01T12:00:00Z") };
        let error = agree_innovation(&other, &built_in(), &mut Trace::new()).unwrap_err();
        assert!(matches!(error, Error::NoTariff { product, .. } if product == "H126"));
        let withdrawn = InnovationFacts { products: Vec::new(), before: cents(5), ..other };
        assert_eq!(agree_innovation(&withdrawn, &built_in(), &mut Trace::new()).unwrap(), Some(Vec::new()));
    }
}
