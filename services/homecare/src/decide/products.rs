//! Products with rules of their own: not bought separately (HOM-11), night care (HOM-10), home-care technology (HOM-12).
//!
//! Night care and technology are bought where the agreement carries the product. That a region takes part in night care is
//! that fact: the tariffs of its providers are then cleaned and the product is agreed with who organises it (TAR-11).

use std::sync::Arc;

use chrono::{DateTime, Utc};
use edge::EdgeError;
use explain::{Known, Parameter, RuleScope, Rules, Text, Trace};
use money::Money;
use serde::{Deserialize, Serialize};

use super::hours;
use crate::{
    NAME,
    domain::{ProductTariff, ProviderYear},
    rules,
};

/// Why lines of a product are refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ground {
    /// It is part of the integral tariff (HOM-11).
    NotBought,
    /// Night care in a region that takes no part, or by a provider that does not organise it (HOM-10).
    NightCare,
    /// Technology that is no agreed module (HOM-12).
    Technology,
}

impl Ground {
    const ALL: [Ground; 3] = [Ground::NotBought, Ground::NightCare, Ground::Technology];

    /// The return code. COD954-VEKT has none for what is not bought: of the codes that no check gives otherwise for a
    /// product that can be read, these are nearest. 0582: the product is none that is claimed here; 0551: nothing was
    /// authorised; 0554: something else than what was authorised.
    pub fn return_code(self) -> &'static str {
        match self {
            Ground::NotBought => "0582",
            Ground::NightCare => "0551",
            Ground::Technology => "0554",
        }
    }

    fn parameter(self) -> &'static Parameter<Vec<Arc<str>>> {
        match self {
            Ground::NotBought => &rules::NOT_BOUGHT_PRODUCTS,
            Ground::NightCare => &rules::NIGHT_CARE_PRODUCTS,
            Ground::Technology => &rules::TECHNOLOGY_PRODUCTS,
        }
    }

    fn text(self) -> &'static Text {
        match self {
            Ground::NotBought => &rules::NOT_BOUGHT,
            Ground::NightCare => &rules::NIGHT_CARE,
            Ground::Technology => &rules::TECHNOLOGY,
        }
    }
}

/// The products with rules of their own in a year, as far as the rule files name them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lists([Vec<Arc<str>>; 3]);

impl Lists {
    /// Those of an office's year. A list that is not set, or not for that year, names nothing: its products are then
    /// refused unless the agreement carries them, as any other.
    pub fn of(rules: &Rules, scope: &RuleScope<'_>) -> Lists {
        Lists(Ground::ALL.map(|ground| rules.get(ground.parameter(), scope).map(|list| list.value).unwrap_or_default()))
    }

    fn ground_of(&self, product: &str) -> Option<Ground> {
        let found = self.0.iter().position(|list| list.iter().any(|listed| **listed == *product));
        found.map(|index| Ground::ALL[index])
    }

    /// Why lines of a product are refused; none when they are not.
    pub fn refuses(&self, product: &str, agreed: bool) -> Option<Ground> {
        self.ground_of(product).filter(|ground| !agreed || *ground == Ground::NotBought)
    }

    /// Whether the product is care in hours: neither night care, which pays coordination and availability only, nor
    /// technology, which pays no staff time.
    pub fn is_care(&self, product: &str) -> bool {
        !matches!(self.ground_of(product), Some(Ground::NightCare | Ground::Technology))
    }

    /// What is wrong with the tariffs of an agreement; empty when nothing is.
    pub fn faults(&self, tariffs: &[ProductTariff]) -> Vec<String> {
        let fault = |tariff: &ProductTariff| {
            let product = &tariff.product;
            match self.ground_of(product)? {
                Ground::NotBought => Some(format!("{product} is not bought separately (HOM-11)")),
                Ground::Technology if hours::minutes_of(&tariff.unit).is_some() => Some(format!(
                    "{product} is technology and pays no staff time: unit {} is time (HOM-12)",
                    tariff.unit
                )),
                _ => None,
            }
        };
        tariffs.iter().filter_map(fault).collect()
    }
}

/// Lines of a product that were refused.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefusedProduct {
    /// Why.
    pub ground: Ground,
    /// The product.
    pub product: String,
    /// How many lines.
    pub lines: i64,
    /// What was claimed on them.
    pub claimed: Money,
}

/// A file with lines that were refused because of their product.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefusedFacts {
    /// The provider's year.
    pub of: ProviderYear,
    /// The file.
    pub file_id: String,
    /// The products.
    pub refused: Vec<RefusedProduct>,
    /// When.
    pub as_of: DateTime<Utc>,
}

/// Tells which products of a file were refused and why, and gives what was claimed on them.
///
/// # Errors
/// A list that is not set, or an amount that does not fit.
pub fn explain_refused(facts: &RefusedFacts, rules: &Rules, trace: &mut Trace) -> Result<Money, EdgeError> {
    for refused in &facts.refused {
        let products = rules.get(refused.ground.parameter(), &facts.of.scope())?;
        let product = Known::fact(NAME, "claim file", facts.as_of, refused.product.clone());
        let lines = Known::fact(NAME, "claim file", facts.as_of, refused.lines);
        let step = trace.step(refused.ground.text()).with("product", &product).with("products", &products);
        step.with("lines", &lines).gives(refused.claimed);
    }
    Ok(Money::total(facts.refused.iter().map(|refused| refused.claimed))?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lists() -> Lists {
        Lists([vec!["1901".into()], vec!["1902".into()], vec!["1903".into()]])
    }

    fn tariff(product: &str, unit: &str) -> ProductTariff {
        ProductTariff { product: product.to_owned(), unit: unit.to_owned(), tariff: Money::from_cents(1) }
    }

    #[test]
    fn hom_11_what_is_not_bought_separately_is_refused_even_when_it_was_agreed() {
        for agreed in [true, false] {
            assert_eq!(lists().refuses("1901", agreed), Some(Ground::NotBought));
            assert_eq!(lists().refuses("1000", agreed), None);
        }
    }

    #[test]
    fn hom_10_hom_12_night_care_and_technology_are_paid_where_they_are_agreed_and_are_no_hours() {
        assert_eq!(lists().refuses("1902", false), Some(Ground::NightCare));
        assert_eq!(lists().refuses("1903", false), Some(Ground::Technology));
        assert_eq!((lists().refuses("1902", true), lists().refuses("1903", true)), (None, None));
        assert_eq!(
            ["1000", "1901", "1902", "1903"].map(|product| lists().is_care(product)),
            [true, true, false, false]
        );
    }

    #[test]
    fn hom_12_technology_is_not_agreed_by_the_hour() {
        let wrong =
            lists().faults(&[tariff("1000", "04"), tariff("1901", "82"), tariff("1903", "07"), tariff("1902", "04")]);
        assert_eq!(wrong.len(), 2, "{wrong:?}");
        assert!(wrong[0].contains("HOM-11") && wrong[1].contains("HOM-12"));
        assert!(lists().faults(&[tariff("1903", "31"), tariff("1903", "82")]).is_empty());
    }
}
