//! A budget by product (BUD-04, BUD-10): amounts that add up to it, and the volumes that these buy.

use std::collections::BTreeMap;

use money::{Decimal, Money, Rounding, split};

use super::click::{Adjusted, Contender, Limit};
use crate::{
    domain::{AgreedProduct, ProductAmount},
    error::Error,
};

/// The decimals of a volume.
const VOLUME_DECIMALS: u32 = 2;

/// Divides a budget over products in proportion to what each comes to, to the cent; the volume of each is what its
/// amount buys at its tariff, rounded down. Nothing when no product comes to anything.
///
/// # Errors
/// [`Error::DuplicateProduct`] when a product is named twice.
pub fn by_product(budget: Money, products: &[ProductAmount]) -> Result<Vec<AgreedProduct>, Error> {
    let weight = |one: &ProductAmount| one.amount.max(Money::ZERO).cents().unsigned_abs();
    let weights: Vec<(&str, u64)> = products.iter().map(|one| (one.product.as_str(), weight(one))).collect();
    let divided = split(budget, &weights).map_err(|_| Error::DuplicateProduct)?;
    if !divided.undivided.is_zero() {
        return Ok(Vec::new());
    }
    let parts = products.iter().zip(divided.parts).filter(|(_, amount)| !amount.is_zero());
    let agreed = parts.map(|(one, amount)| AgreedProduct {
        product: one.product.clone(),
        volume: bought(amount, one.tariff),
        amount,
    });
    Ok(agreed.collect())
}

/// What a provider asks in an allocation by product: its forecast, and what was agreed on innovation beside it. Nothing
/// when the forecast comes to something and no product of it does: then what is agreed can't be told by product.
///
/// # Errors
/// [`Error::DuplicateProduct`] when a product is named twice, or amounts that don't fit.
pub fn asked_by_product(contender: &Contender, adjusted: &Adjusted) -> Result<Vec<ProductAmount>, Error> {
    let Some(innovation) = &contender.innovation else { return Ok(contender.products.clone()) };
    let forecast = match adjusted.limits.contains(&Limit::NewInReallocation) {
        true => Money::ZERO,
        false => adjusted.wanted.minus(adjusted.innovation)?,
    };
    // The products of a forecast are proportions: they are brought to its amount before anything is added to them.
    let own = by_product(forecast, &contender.products)?;
    if own.is_empty() && !forecast.is_zero() {
        return Ok(Vec::new());
    }
    let mut asked: BTreeMap<&str, ProductAmount> = BTreeMap::new();
    for one in &contender.products {
        asked.insert(&one.product, ProductAmount { amount: Money::ZERO, ..one.clone() });
    }
    for one in &innovation.products {
        let with = asked.entry(&one.product).or_insert_with(|| ProductAmount { amount: Money::ZERO, ..one.clone() });
        with.amount = with.amount.plus(one.amount)?;
    }
    for one in &own {
        if let Some(with) = asked.get_mut(one.product.as_str()) {
            with.amount = with.amount.plus(one.amount)?;
        }
    }
    Ok(asked.into_values().collect())
}

/// What an amount buys at a tariff; nothing that is free is bought.
fn bought(amount: Money, tariff: Money) -> Decimal {
    let volume = amount.euros().checked_div(tariff.euros()).unwrap_or(Decimal::ZERO);
    Rounding::Down.apply(volume, VOLUME_DECIMALS)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{
        decide::fixtures::{agb, cents},
        domain::AgreedInnovation,
    };

    fn product(name: &str, amount: i64, tariff: i64) -> ProductAmount {
        ProductAmount { product: name.to_owned(), amount: cents(amount), tariff: cents(tariff) }
    }

    #[test]
    fn bud_10_a_budget_is_agreed_by_product_with_volumes_rounded_down() {
        let agreed = by_product(cents(1_000), &[product("A", 200, 30), product("B", 100, 7)]).unwrap();
        let found: Vec<_> = agreed.iter().map(|one| (one.amount.cents(), one.volume.to_string())).collect();
        // 667 / 30 = 22.233..., 333 / 7 = 47.571...
        assert_eq!(found, [(667, "22.23".to_owned()), (333, "47.57".to_owned())]);
    }

    #[test]
    fn bud_10_without_anything_forecast_there_is_nothing_to_divide_over() {
        assert_eq!(by_product(cents(1_000), &[product("A", 0, 30)]).unwrap(), []);
        assert!(matches!(
            by_product(cents(1), &[product("A", 1, 1), product("A", 1, 1)]),
            Err(Error::DuplicateProduct)
        ));
    }

    /// A forecast by product, with what was agreed on innovation beside it.
    fn asked(forecast: i64, own: &[(&str, i64)], agreed: &[(&str, i64)]) -> Vec<(String, i64)> {
        let amounts = |of: &[(&str, i64)]| of.iter().map(|(name, amount)| product(name, *amount, 10)).collect();
        let innovation = AgreedInnovation { decision_id: String::new(), products: amounts(agreed) };
        let total = cents(forecast).plus(innovation.amount().unwrap()).unwrap();
        let contender = Contender {
            agb: agb(1),
            budget: Money::ZERO,
            forecast: cents(forecast),
            extrapolated: cents(forecast),
            forms: Vec::new(),
            products: amounts(own),
            affordability: None,
            innovation: Some(innovation.clone()),
            is_new: false,
        };
        let adjusted = Adjusted {
            agb: agb(1),
            budget: Money::ZERO,
            wanted: total,
            innovation: innovation.amount().unwrap(),
            forecast: total,
            extramural_growth: Money::ZERO,
            limits: Vec::new(),
        };
        let asked = asked_by_product(&contender, &adjusted).unwrap();
        asked.into_iter().map(|one| (one.product, one.amount.cents())).collect()
    }

    #[test]
    fn bud_10_what_was_agreed_on_innovation_is_added_to_the_products_of_the_forecast() {
        let found = asked(900, &[("A", 200), ("B", 100)], &[("B", 50), ("C", 70)]);
        assert_eq!(found, [("A".to_owned(), 600), ("B".to_owned(), 350), ("C".to_owned(), 70)]);
        // A forecast of nothing leaves what was agreed; one without products can't be told by product.
        assert_eq!(asked(0, &[], &[("C", 70)]), [("C".to_owned(), 70)]);
        assert_eq!(asked(1, &[], &[("C", 70)]), []);
    }

    proptest! {
        #[test]
        fn bud_10_products_add_up_to_the_budget_and_never_buy_more_than_they_cost(
            budget in 0..10_000_000_000i64,
            amounts in prop::collection::vec((0..1_000_000_000i64, 1..100_000i64), 1..20),
        ) {
            let products: Vec<_> =
                (0..).zip(&amounts).map(|(number, (amount, tariff))| product(&format!("P{number}"), *amount, *tariff)).collect();
            let agreed = by_product(cents(budget), &products).unwrap();
            let sum: i64 = agreed.iter().map(|one| one.amount.cents()).sum();
            let anything = amounts.iter().any(|(amount, _)| *amount > 0);
            prop_assert_eq!(sum, if anything { budget } else { 0 });
            for one in agreed {
                let tariff = products.iter().find(|product| product.product == one.product).unwrap().tariff;
                let (cost, cent) = (tariff.euros() * one.volume, tariff.euros() * Decimal::new(1, 2));
                prop_assert!(cost <= one.amount.euros() && one.amount.euros() < cost + cent);
            }
        }
    }
}
