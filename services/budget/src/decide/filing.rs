//! Budgets filed under both 98% rules (BUD-03, BUD-04).

use std::{borrow::Cow, sync::Arc};

use chrono::{DateTime, Utc};
use explain::{Known, Rules, Trace};
use identifiers::Agb;
use money::{Money, MoneyError, Percentage, Rounding, split};
use serde::{Deserialize, Serialize};

use super::{
    annual::{Approved, annual_volumes, euros},
    products::by_product,
};
use crate::{
    NAME,
    domain::{AgreedProduct, BaseKind, Entered, OfficeYear, ProductAmount, Tariff, Volume},
    error::Error,
    rules,
};

/// What a provider's base production is made from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProviderProduction {
    /// The provider.
    pub agb: Agb,
    /// What was approved in the months of the year before that count.
    pub production: Vec<Approved>,
    /// What was entered.
    pub entered: Vec<Entered>,
    /// Its tariffs in the year.
    pub tariffs: Vec<Tariff>,
}

/// What the budgets of a year are made from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FilingFacts {
    /// The office's year.
    pub year: OfficeYear,
    /// The ZIN lot.
    pub zin: Money,
    /// The PGB lot.
    pub pgb: Money,
    /// The providers, by AGB code.
    pub providers: Vec<ProviderProduction>,
    /// The moment the facts are known as of.
    pub as_of: DateTime<Utc>,
}

/// What the budget of one provider in a filing is made from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BudgetFacts<'a> {
    /// The decision on the budgets of all.
    pub filing_decision_id: String,
    /// The office's year.
    pub year: OfficeYear,
    /// The provider.
    pub provider: Cow<'a, ProviderProduction>,
    /// What the filing left of its base production; absent when that of all fitted.
    pub part: Option<Money>,
    /// The moment the facts are known as of.
    pub as_of: DateTime<Utc>,
}

/// The budgets of a year as filed.
#[derive(Debug)]
pub struct Filing {
    /// What the base production of all may come to.
    pub cap: Money,
    /// The budgets, in the order of the facts.
    pub providers: Vec<Filed>,
}

/// The budget of a provider as filed, with how it came about.
#[derive(Debug)]
pub struct Filed {
    /// The provider.
    pub agb: Agb,
    /// Base production at agreed tariffs.
    pub base: Money,
    /// What scaling left of it; absent when nothing was scaled.
    pub part: Option<Money>,
    /// Base production after scaling.
    pub scaled: Money,
    /// What is filed.
    pub filed: Money,
    /// What each product of base production comes to.
    pub products: Vec<ProductAmount>,
    /// The steps.
    pub trace: Trace,
}

/// Computes the base production of every provider, scales all of them down in proportion when together they exceed
/// the collective cap, and files at most the provider's cap of each, rounded down to the cent. `trace` tells the
/// steps that concern all.
///
/// # Errors
/// A parameter without a value, a product without a tariff, or a base production below zero.
pub fn file(facts: &FilingFacts, rules: &Rules, trace: &mut Trace) -> Result<Filing, Error> {
    let FilingFacts { year, as_of, .. } = facts;
    let mut filed = facts
        .providers
        .iter()
        .map(|provider| base_production(year, provider, *as_of, rules))
        .collect::<Result<Vec<Filed>, Error>>()?;
    let cap = scale(facts, &mut filed, rules, trace)?;
    for (provider, filed) in facts.providers.iter().zip(&mut filed) {
        filed.hold_to_cap(year, provider, *as_of, rules)?;
    }
    Ok(Filing { cap, providers: filed })
}

/// The budget of one provider in a filing, with the steps that [`file()`] told of it.
///
/// # Errors
/// As [`file()`].
pub fn file_one(facts: &BudgetFacts<'_>, rules: &Rules) -> Result<Filed, Error> {
    let BudgetFacts { year, provider, part, as_of, .. } = facts;
    let mut filed = base_production(year, provider, *as_of, rules)?;
    if let Some(part) = part {
        filed.scale_to(*part, *as_of);
    }
    filed.hold_to_cap(year, provider, *as_of, rules)?;
    Ok(filed)
}

impl Filed {
    /// Base production by product, after scaling: amounts that add up to it and the volumes they buy.
    ///
    /// # Errors
    /// [`Error::DuplicateProduct`] when a product is named twice.
    pub fn agreed(&self) -> Result<Vec<AgreedProduct>, Error> {
        by_product(self.scaled, &self.products)
    }

    /// Scales base production down to its part of the collective cap.
    fn scale_to(&mut self, part: Money, as_of: DateTime<Utc>) {
        let production = Known::fact(NAME, "base production", as_of, self.base);
        self.scaled = self.trace.step(&rules::SCALED).with("production", &production).gives(part).value;
        self.part = Some(part);
    }

    /// Files at most the provider's cap.
    fn hold_to_cap(
        &mut self,
        year: &OfficeYear,
        provider: &ProviderProduction,
        as_of: DateTime<Utc>,
        rules: &Rules,
    ) -> Result<(), Error> {
        let cap = cap_of(year, provider, rules)?;
        let production = Known::fact(NAME, "base production", as_of, self.scaled);
        self.filed = cap.of(self.scaled, Rounding::Down)?;
        self.trace.step(&rules::FILED).with("percentage", &cap).with("production", &production).gives(self.filed);
        Ok(())
    }
}

fn base_production(
    year: &OfficeYear,
    provider: &ProviderProduction,
    as_of: DateTime<Utc>,
    rules: &Rules,
) -> Result<Filed, Error> {
    let before = year.before();
    let scope = year.scope();
    let months = rules.get(&rules::BASE_MONTHS, &scope)?;
    let day_priced = rules.get(&rules::DAY_PRICED_UNITS, &scope)?;
    let month_kind = rules.get(&rules::BASE_MONTH_KIND, &scope)?;
    let mut trace = Trace::new();
    let mut volumes = Vec::new();
    for annual in annual_volumes(&provider.production, before.year, *months, &day_priced)? {
        let product = Known::fact(NAME, "approved claims", as_of, annual.product.clone());
        let approved = Known::fact(NAME, "approved claims", as_of, annual.approved);
        let step = trace.step(&rules::PRODUCTION).with("product", &product).with("approved", &approved);
        let step = step.with("months", &months).with("month_kind", &month_kind);
        let volume = step.gives(annual.volume).value;
        volumes.push(Volume { product: annual.product, volume });
    }
    for entered in &provider.entered {
        for Volume { product, volume } in &entered.volumes {
            let name = Known::fact(NAME, "entered base production", as_of, product.clone());
            let kind = Known::fact(NAME, "entered base production", as_of, entered.kind.as_str());
            trace.step(&rules::ENTERED).with("product", &name).with("kind", &kind).gives(*volume);
            volumes.push(Volume { product: product.clone(), volume: *volume });
        }
    }
    let (base, products) = euros(&volumes, &provider.tariffs, year.first_day())?;
    if base.is_negative() {
        return Err(Error::NegativeBase { agb: provider.agb });
    }
    trace.step(&rules::BASE).gives(base);
    Ok(Filed { agb: provider.agb, base, part: None, scaled: base, filed: Money::ZERO, products, trace })
}

/// The collective cap: what all providers together may take of the room.
fn scale(facts: &FilingFacts, filed: &mut [Filed], rules: &Rules, trace: &mut Trace) -> Result<Money, Error> {
    let scope = facts.year.scope();
    let percentage = rules.get(&rules::COLLECTIVE_CAP, &scope)?;
    let room = match &**rules.get(&rules::BUDGET_CAP_BASE, &scope)? {
        "total" => facts.zin.plus(facts.pgb)?,
        _ => facts.zin,
    };
    let base = Known::fact(NAME, "contract room", facts.as_of, room);
    let cap = percentage.of(room, Rounding::Down)?;
    let sum = Money::total(filed.iter().map(|filed| filed.base))?;
    // Held against what is filed, the cap leaves that much more base production.
    let held: Arc<str> = rules.get(&rules::COLLECTIVE_CAP_ON, &scope)?.value;
    let held_sum = match &*held {
        "filed" => {
            let caps = facts.providers.iter().zip(filed.iter());
            let amounts =
                caps.map(|(provider, filed)| Ok(cap_of(&facts.year, provider, rules)?.of(filed.base, Rounding::Down)?));
            Money::total(amounts.collect::<Result<Vec<Money>, Error>>()?)?
        }
        _ => sum,
    };
    let total = Known::fact(NAME, "base production", facts.as_of, held_sum);
    if held_sum <= cap {
        trace
            .step(&rules::COLLECTIVE_FITS)
            .with("total", &total)
            .with("percentage", &percentage)
            .with("base", &base)
            .gives(held_sum);
        return Ok(cap);
    }
    // In proportion: scaling base production by cap / held scales what is held to the cap, filing rounds down.
    let target = if held_sum == sum { cap } else { proportion(sum, cap, held_sum)? };
    let weights: Vec<(Agb, u64)> = filed.iter().map(|filed| (filed.agb, filed.base.cents().unsigned_abs())).collect();
    let parts = split(target, &weights).map_err(|_| Error::DuplicateProvider)?.parts;
    trace
        .step(&rules::COLLECTIVE_EXCEEDED)
        .with("total", &total)
        .with("percentage", &percentage)
        .with("base", &base)
        .gives(target);
    for (filed, part) in filed.iter_mut().zip(parts) {
        filed.scale_to(part, facts.as_of);
    }
    Ok(cap)
}

/// `amount` x `numerator` / `denominator`, rounded down to the cent.
fn proportion(amount: Money, numerator: Money, denominator: Money) -> Result<Money, Error> {
    let product = i128::from(amount.cents()) * i128::from(numerator.cents());
    let cents = product / i128::from(denominator.cents());
    Ok(Money::from_cents(i64::try_from(cents).map_err(|_| MoneyError::Overflow)?))
}

/// A provider that only has entered production of a new provider is under the new providers' cap.
fn cap_of(year: &OfficeYear, provider: &ProviderProduction, rules: &Rules) -> Result<Known<Percentage>, Error> {
    let is_new = provider.production.is_empty() && provider.entered.iter().any(|entered| entered.kind == BaseKind::New);
    let parameter = if is_new { &rules::NEW_PROVIDER_CAP } else { &rules::PROVIDER_CAP };
    Ok(rules.get(parameter, &year.scope())?)
}

#[cfg(test)]
mod tests {
    use money::Decimal;
    use proptest::prelude::*;

    use super::*;
    use crate::decide::fixtures::{agb, built_in, cents, changed, tariff, vgz, with};

    /// A provider whose base production is exactly this many cents: as many pieces of one cent.
    fn provider(number: u32, base_cents: i64, kind: BaseKind) -> ProviderProduction {
        let volumes = vec![Volume { product: "CENT".to_owned(), volume: Decimal::from(base_cents) }];
        let entered = vec![Entered { agb: agb(number), kind, volumes }];
        ProviderProduction { agb: agb(number), production: Vec::new(), entered, tariffs: vec![tariff("CENT", 2023, 1)] }
    }

    fn facts(zin: i64, bases: &[i64]) -> FilingFacts {
        let providers = (1..).zip(bases).map(|(number, base)| provider(number, *base, BaseKind::FromPgb)).collect();
        FilingFacts { year: vgz(2023), zin: cents(zin), pgb: cents(0), providers, as_of: DateTime::UNIX_EPOCH }
    }

    fn filed(facts: &FilingFacts, rules: &Rules) -> Vec<(i64, i64)> {
        let filed = file(facts, rules, &mut Trace::new()).unwrap().providers;
        filed.iter().map(|filed| (filed.scaled.cents(), filed.filed.cents())).collect()
    }

    #[test]
    fn bud_04_ninety_eight_percent_rounded_down() {
        assert_eq!(filed(&facts(1_000_000_000_000, &[123_456_789]), &built_in()), [(123_456_789, 120_987_653)]);
    }

    #[test]
    fn bud_04_together_one_cent_too_much_is_scaled_exactly() {
        let facts = facts(100_000_000, &[49_000_001, 24_500_000, 24_500_000]);
        let found = filed(&facts, &built_in());
        assert_eq!(found.iter().map(|(scaled, _)| scaled).sum::<i64>(), 98_000_000);
        assert!(found.iter().map(|(_, filed)| filed).sum::<i64>() <= 96_040_000);
    }

    #[test]
    fn bud_04_within_the_cap_nothing_is_scaled() {
        let facts = facts(100_000_000, &[49_000_000, 24_500_000, 24_500_000]);
        assert!(filed(&facts, &built_in()).iter().zip([49_000_000, 24_500_000, 24_500_000]).all(|(a, b)| a.0 == b));
    }

    #[test]
    fn bud_04_the_cap_may_be_held_against_what_is_filed() {
        let rules = changed("value = \"base_production\"", "value = \"filed\"");
        // 98% of 99.0 million fits in 98% of 100 million; of 101.0 it does not.
        assert_eq!(filed(&facts(100_000_000, &[99_000_000]), &rules), [(99_000_000, 97_020_000)]);
        assert_eq!(filed(&facts(100_000_000, &[101_000_000]), &rules), [(100_000_000, 98_000_000)]);
    }

    #[test]
    fn bud_04_a_new_provider_has_no_cap_until_the_office_states_one() {
        let mut facts = facts(100_000_000, &[]);
        facts.providers = vec![provider(1, 1_000, BaseKind::New)];
        let error = file(&facts, &built_in(), &mut Trace::new()).unwrap_err();
        assert!(error.to_string().contains("parameter new_provider_cap_percentage of office vgz is not set"));
        let office = r#"
            [[parameter]]
            rule = "BUD-04"
            name = "new_provider_cap_percentage"
            unit = "percent"
            act = "wlz"
            office = "vgz"
            source = "design: a test"
            values = [{ from = 2023-01-01, value = "90" }]
        "#;
        assert_eq!(filed(&facts, &with(&[("vgz.toml", office)])), [(1_000, 900)]);
    }

    #[test]
    fn bud_03_a_correction_lowers_but_never_below_zero() {
        let mut facts = facts(100_000_000, &[1_000]);
        let correction = |cents: i64| Entered {
            agb: agb(1),
            kind: BaseKind::Correction,
            volumes: vec![Volume { product: "CENT".to_owned(), volume: Decimal::from(cents) }],
        };
        facts.providers[0].entered.push(correction(-100));
        assert_eq!(filed(&facts, &built_in()), [(900, 882)]);
        facts.providers[0].entered.push(correction(-901));
        assert!(matches!(file(&facts, &built_in(), &mut Trace::new()), Err(Error::NegativeBase { .. })));
    }

    proptest! {
        #[test]
        fn bud_04_both_caps_hold_and_scaling_is_exact(
            zin in 1..10_000_000_000i64,
            bases in proptest::collection::vec(0..1_000_000_000i64, 1..12),
        ) {
            let facts = facts(zin, &bases);
            let found = filed(&facts, &built_in());
            let sum: i64 = bases.iter().sum();
            let cap = i64::try_from(i128::from(zin) * 98 / 100).unwrap();
            let scaled: i64 = found.iter().map(|(scaled, _)| scaled).sum();
            prop_assert_eq!(scaled, sum.min(cap));
            for ((scaled, filed), base) in found.iter().zip(&bases) {
                prop_assert!(scaled <= base);
                prop_assert_eq!(i128::from(*filed), i128::from(*scaled) * 98 / 100);
            }
        }
    }
}
