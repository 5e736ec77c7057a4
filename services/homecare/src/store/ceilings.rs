//! Ceilings and how far they are used.

use std::collections::BTreeMap;

use database::{DatabaseError, Tx, fetch_all, fetch_optional};
use edge::{EdgeError, Office};
use identifiers::Agb;
use money::Money;

use super::stored;
use crate::{
    decide::ceiling::{Agreed, Terms, Use},
    domain::ProviderYear,
};

// Writing the rows takes them: whoever decides on them next waits until this transaction ends.
const TAKE: &str = "UPDATE ceiling SET version = version + 1 WHERE office = $1 AND agb = $2
    RETURNING year, ceiling_cents, spent_cents";
const TARIFFS: &str = "SELECT year, product, unit, tariff_cents FROM agreement_tariff WHERE office = $1 AND agb = $2";
const SPEND: &str = "UPDATE ceiling SET spent_cents = spent_cents + $4, beyond_cents = beyond_cents + $5
    WHERE office = $1 AND agb = $2 AND year = $3 AND spent_cents + $4 <= ceiling_cents
    RETURNING ceiling_cents, spent_cents";
pub(super) fn read_year(year: i64) -> Result<i32, EdgeError> {
    i32::try_from(year).map_err(|_| stored("a year"))
}

/// Takes the ceilings of a provider until the transaction ends, and gives its agreements by year.
pub async fn take_ceilings(tx: &mut Tx, office: &Office, of: Agb) -> Result<BTreeMap<i32, Terms>, EdgeError> {
    let code = of.to_string();
    let mut terms: BTreeMap<i32, Terms> = BTreeMap::new();
    for (year, ceiling_cents, spent_cents) in fetch_all!(tx, TAKE, office.as_str(), &code => (i64, i64, i64))? {
        terms.insert(read_year(year)?, Terms { ceiling_cents, spent_cents, ..Terms::default() });
    }
    for (year, product, unit, cents) in fetch_all!(tx, TARIFFS, office.as_str(), &code => (i64, String, String, i64))? {
        if let Some(terms) = terms.get_mut(&read_year(year)?) {
            let unit = unit.parse().map_err(|_| stored("a time unit"))?;
            terms.tariffs.insert(product, Agreed { unit, cents });
        }
    }
    Ok(terms)
}

/// A ceiling after something was spent of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Spent {
    /// The ceiling.
    pub ceiling: Money,
    /// Granted, credits taken off.
    pub spent: Money,
}

/// Adds what a file did to a ceiling; none when it would go over it.
pub async fn spend(tx: &mut Tx, of: &ProviderYear, used: &Use) -> Result<Option<Spent>, DatabaseError> {
    let (office, agb) = (of.office.as_str(), of.agb.to_string());
    let (spent, beyond) = (used.spent_cents(), used.beyond_cents() - used.credited_beyond_cents);
    let row = fetch_optional!(tx, SPEND, office, &agb, of.year, spent, beyond => (i64, i64))?;
    Ok(row.map(|(ceiling, spent)| Spent { ceiling: Money::from_cents(ceiling), spent: Money::from_cents(spent) }))
}
