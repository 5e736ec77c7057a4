//! A budget by product (BUD-04, BUD-10): amounts that add up to it, and the volumes that these buy.

use money::{Decimal, Money, Rounding, split};

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

/// What an amount buys at a tariff; nothing that is free is bought.
fn bought(amount: Money, tariff: Money) -> Decimal {
    let volume = amount.euros().checked_div(tariff.euros()).unwrap_or(Decimal::ZERO);
    Rounding::Down.apply(volume, VOLUME_DECIMALS)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::decide::fixtures::cents;

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
