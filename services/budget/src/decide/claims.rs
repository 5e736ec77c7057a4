//! Whether a claim line is approved (BUD-05): an agreement on the days of care, a product of it, and the agreed tariff
//! to the cent.

use std::collections::HashMap;

use chrono::NaiveDate;

use crate::domain::{Agreement, Tariff};

/// The return code of a line without an agreement.
pub const NO_AGREEMENT: &str = "8022";
/// The return code of a line at another tariff than agreed.
pub const OTHER_TARIFF: &str = "0611";

/// The agreements and tariffs of one provider, ready to hold lines against.
#[derive(Debug, Default)]
pub struct Terms {
    agreements: Vec<Agreement>,
    tariffs: HashMap<String, Vec<Tariff>>,
}

/// A line as far as it is held against the terms.
#[derive(Clone, Copy, Debug)]
pub struct Line<'a> {
    /// The product.
    pub product: &'a str,
    /// The first day of care.
    pub first_day: NaiveDate,
    /// The last day of care.
    pub last_day: NaiveDate,
    /// The tariff claimed, in eurocents.
    pub tariff_cents: i64,
}

impl Terms {
    /// The terms of a provider.
    pub fn new(agreements: Vec<Agreement>, tariffs: Vec<Tariff>) -> Terms {
        let mut by_product: HashMap<String, Vec<Tariff>> = HashMap::new();
        for tariff in tariffs {
            by_product.entry(tariff.product.clone()).or_default().push(tariff);
        }
        Terms { agreements, tariffs: by_product }
    }

    /// Whether the line is approved; otherwise the return code. An agreement must cover every day of care and name
    /// the product, when it names any; the tariff is the one agreed for the first day, and must hold on the last.
    ///
    /// # Errors
    /// The return code of the refusal.
    pub fn approve(&self, line: &Line<'_>) -> Result<(), &'static str> {
        let covered = |agreement: &&Agreement| {
            agreement.first_day <= line.first_day && agreement.last_day.is_none_or(|last| line.last_day <= last)
        };
        let awarded = |agreement: &Agreement| {
            agreement.products.is_empty() || agreement.products.iter().any(|product| product == line.product)
        };
        if !self.agreements.iter().filter(covered).any(awarded) {
            return Err(NO_AGREEMENT);
        }
        let tariffs = self.tariffs.get(line.product).ok_or(NO_AGREEMENT)?;
        let holds = |tariff: &&Tariff| tariff.first_day <= line.first_day && line.last_day <= tariff.last_day;
        match tariffs.iter().find(holds) {
            Some(tariff) if tariff.tariff.cents() == line.tariff_cents => Ok(()),
            Some(_) => Err(OTHER_TARIFF),
            // A tariff that changes within the days of one line leaves no single tariff to claim.
            None if tariffs
                .iter()
                .any(|tariff| tariff.first_day <= line.last_day && line.first_day <= tariff.last_day) =>
            {
                Err(OTHER_TARIFF)
            }
            None => Err(NO_AGREEMENT),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decide::fixtures::{agb, tariff};

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn terms(products: &[&str]) -> Terms {
        let agreement = Agreement {
            agb: agb(1),
            first_day: day("2023-02-01"),
            last_day: Some(day("2023-12-31")),
            products: products.iter().map(|product| (*product).to_owned()).collect(),
            region: String::new(),
        };
        Terms::new(vec![agreement], vec![tariff("Z053", 2023, 25_110), tariff("H126", 2023, 6_794)])
    }

    fn approve(terms: &Terms, product: &str, first: &str, last: &str, tariff_cents: i64) -> Result<(), &'static str> {
        terms.approve(&Line { product, first_day: day(first), last_day: day(last), tariff_cents })
    }

    #[test]
    fn bud_05_an_agreement_covers_every_day_and_the_tariff_is_right_to_the_cent() {
        let terms = terms(&["Z053"]);
        assert_eq!(approve(&terms, "Z053", "2023-02-01", "2023-02-28", 25_110), Ok(()));
        assert_eq!(approve(&terms, "Z053", "2023-12-31", "2023-12-31", 25_110), Ok(()));
        assert_eq!(approve(&terms, "Z053", "2023-01-31", "2023-02-28", 25_110), Err(NO_AGREEMENT));
        assert_eq!(approve(&terms, "Z053", "2023-12-31", "2024-01-01", 25_110), Err(NO_AGREEMENT));
        assert_eq!(approve(&terms, "Z053", "2023-02-01", "2023-02-28", 25_111), Err(OTHER_TARIFF));
        assert_eq!(approve(&terms, "H126", "2023-02-01", "2023-02-01", 6_794), Err(NO_AGREEMENT));
    }

    #[test]
    fn bud_05_an_agreement_that_names_no_products_holds_for_all_with_a_tariff() {
        let terms = terms(&[]);
        assert_eq!(approve(&terms, "H126", "2023-02-01", "2023-02-01", 6_794), Ok(()));
        assert_eq!(approve(&terms, "K150", "2023-02-01", "2023-02-01", 1), Err(NO_AGREEMENT));
    }
}
