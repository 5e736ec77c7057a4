//! The reconciliation of a year (BUD-11): what a provider is due, and what is still to be settled.

use chrono::{DateTime, Utc};
use explain::{Known, Trace};
use identifiers::Agb;
use money::Money;
use serde::{Deserialize, Serialize};

use crate::{
    NAME,
    domain::{OfficeYear, Settlement, Wrongful},
    error::Error,
    rules,
};

/// A year of a provider.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProviderYear {
    /// The provider.
    pub agb: Agb,
    /// Its final agreed budget.
    pub budget: Money,
    /// What was approved, at agreed tariffs.
    pub production: Money,
    /// Lines that were paid wrongfully.
    pub wrongful: Vec<Wrongful>,
    /// What was paid for claims, or settled before.
    pub paid: Money,
    /// Advances that were not settled.
    pub advance: Money,
}

/// What a reconciliation is made from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReconciliationFacts {
    /// The office's year.
    pub year: OfficeYear,
    /// The providers, by AGB code.
    pub providers: Vec<ProviderYear>,
    /// The moment the facts are known as of.
    pub as_of: DateTime<Utc>,
}

/// What the reconciliation of one provider is explained from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProviderYearFacts {
    /// The decision on the reconciliation as a whole.
    pub round_decision_id: String,
    /// The provider's year.
    pub provider: ProviderYear,
    /// The moment the facts are known as of.
    pub as_of: DateTime<Utc>,
}

/// The acceptable costs of a provider, and what is to be settled. A wrongful payment on a line that a credit took back
/// is not taken back again.
///
/// # Errors
/// Amounts that don't fit.
pub fn settle_year(provider: &ProviderYear, as_of: DateTime<Utc>, trace: &mut Trace) -> Result<Settlement, Error> {
    let known = |name: &'static str, amount: Money| Known::fact(NAME, name, as_of, amount);
    let production = known("approved claims", provider.production);
    let mut wrongful = Money::ZERO;
    for line in &provider.wrongful {
        let reference = Known::fact(NAME, "wrongful payment", as_of, line.reference.clone());
        if line.credited {
            let amount = known("wrongful payment", line.amount);
            let step = trace.step(&rules::WRONGFUL_CREDITED).with("reference", &reference).with("amount", &amount);
            step.gives(Money::ZERO);
        } else {
            trace.step(&rules::WRONGFUL).with("reference", &reference).gives(line.amount);
            wrongful = wrongful.plus(line.amount)?;
        }
    }
    let taken_back = known("wrongful payments", wrongful);
    let step = trace.step(&rules::RIGHTFUL).with("production", &production).with("wrongful", &taken_back);
    let rightful = step.gives(provider.production.minus(wrongful)?);
    let budget = known("budget", provider.budget);
    let acceptable = provider.budget.min(*rightful).max(Money::ZERO);
    let step = trace.step(&rules::ACCEPTABLE).with("budget", &budget).with("rightful", &rightful);
    let acceptable = step.gives(acceptable);
    let (paid, advance) = (known("payments", provider.paid), known("advances", provider.advance));
    let net_paid = provider.paid.plus(provider.advance)?;
    let step = trace.step(&rules::NET_PAID).with("paid", &paid).with("advance", &advance);
    let net_paid = step.gives(net_paid);
    let settlement = acceptable.minus(*net_paid)?;
    let step = trace.step(&rules::SETTLEMENT).with("acceptable", &acceptable).with("paid", &net_paid);
    let settlement = step.gives(settlement).value;
    Ok(Settlement { wrongful, acceptable: *acceptable, net_paid: *net_paid, advance: provider.advance, settlement })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::decide::fixtures::{agb, cents};

    fn year(budget: i64, production: i64, paid: i64) -> ProviderYear {
        ProviderYear {
            agb: agb(1),
            budget: cents(budget),
            production: cents(production),
            wrongful: Vec::new(),
            paid: cents(paid),
            advance: Money::ZERO,
        }
    }

    fn wrongful(amount: i64, credited: bool) -> Wrongful {
        Wrongful { reference: "R1".to_owned(), amount: cents(amount), credited }
    }

    fn settled(provider: &ProviderYear) -> (i64, i64) {
        let settlement = settle_year(provider, DateTime::UNIX_EPOCH, &mut Trace::new()).unwrap();
        (settlement.acceptable.cents(), settlement.settlement.cents())
    }

    #[test]
    fn bud_11_the_budget_is_the_most_that_is_acceptable() {
        let provider = ProviderYear { wrongful: vec![wrongful(2_000, false)], ..year(10_000, 12_000, 9_000) };
        assert_eq!(settled(&provider), (10_000, 1_000));
    }

    #[test]
    fn bud_11_production_below_the_budget_is_what_is_acceptable() {
        assert_eq!(settled(&year(10_000, 8_000, 9_000)), (8_000, -1_000));
        assert_eq!(settled(&year(10_000, 10_000, 10_000)), (10_000, 0));
    }

    #[test]
    fn bud_11_a_line_that_was_credited_is_not_taken_back_again() {
        let mut provider = ProviderYear { wrongful: vec![wrongful(2_000, true)], ..year(10_000, 9_000, 9_000) };
        assert_eq!(settled(&provider), (9_000, 0));
        provider.wrongful[0].credited = false;
        assert_eq!(settled(&provider), (7_000, -2_000));
    }

    #[test]
    fn bud_11_an_advance_counts_as_paid() {
        let provider = ProviderYear { advance: cents(500), ..year(10_000, 12_000, 9_000) };
        assert_eq!(settled(&provider), (10_000, 500));
    }

    #[test]
    fn bud_11_nothing_is_acceptable_when_more_was_wrongful_than_approved() {
        let provider = ProviderYear { wrongful: vec![wrongful(2_000, false)], ..year(10_000, 1_000, 1_000) };
        assert_eq!(settled(&provider), (0, -1_000));
    }

    proptest! {
        #[test]
        fn bud_11_after_the_settlement_exactly_the_acceptable_costs_are_paid(
            budget in 0..1_000_000_000i64,
            production in 0..1_000_000_000i64,
            paid in -1_000_000_000..1_000_000_000i64,
            advance in 0..1_000_000i64,
            lines in prop::collection::vec((0..1_000_000i64, any::<bool>()), 0..5),
        ) {
            let provider = ProviderYear {
                wrongful: lines.iter().map(|(amount, credited)| wrongful(*amount, *credited)).collect(),
                advance: cents(advance),
                ..year(budget, production, paid)
            };
            let counted: i64 = lines.iter().filter(|(_, credited)| !credited).map(|(amount, _)| amount).sum();
            let (acceptable, settlement) = settled(&provider);
            prop_assert_eq!(acceptable, budget.min(production - counted).max(0));
            prop_assert_eq!(paid + advance + settlement, acceptable);
        }
    }
}
