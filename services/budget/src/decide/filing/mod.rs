//! Budgets filed under both 98% rules (BUD-03, BUD-04), with care at home first where the office says so (BUD-13).

mod collective;

use std::{borrow::Cow, collections::BTreeMap};

use chrono::{DateTime, Utc};
use explain::{Known, Rules, Trace};
use identifiers::Agb;
use money::{Money, Percentage, Rounding};
use serde::{Deserialize, Serialize};

use super::{
    annual::{Approved, annual_volumes, euros},
    forms::Forms,
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
    pub part: Option<ScaledPart>,
    /// The moment the facts are known as of.
    pub as_of: DateTime<Utc>,
}

/// What scaling left of a provider's base production.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScaledPart {
    /// All of it.
    pub amount: Money,
    /// Of which care at home that goes first; nothing in an office that gives it no priority.
    pub at_home: Money,
}

/// Care at home that goes first when base production is scaled.
#[derive(Debug, Default)]
struct First {
    amount: Money,
    products: Vec<ProductAmount>,
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
    pub part: Option<ScaledPart>,
    /// Base production after scaling.
    pub scaled: Money,
    /// What is filed.
    pub filed: Money,
    /// What each product of base production comes to.
    pub products: Vec<ProductAmount>,
    /// The steps.
    pub trace: Trace,
    /// What of it goes first; none in an office that gives nothing priority.
    first: Option<First>,
}

/// Computes the base production of every provider, scales all of them down in proportion when together they exceed
/// the collective cap, care at home last where the office gives it priority, and files at most the provider's cap of each, rounded down to the cent. `trace` tells the
/// steps that concern all.
///
/// # Errors
/// A parameter without a value, a product without a tariff, or a base production below zero.
pub fn file(facts: &FilingFacts, rules: &Rules, trace: &mut Trace) -> Result<Filing, Error> {
    let FilingFacts { year, as_of, .. } = facts;
    let forms = Forms::with_home_first(year, rules)?;
    let mut filed = facts
        .providers
        .iter()
        .map(|provider| base_production(year, provider, *as_of, (rules, forms.as_ref())))
        .collect::<Result<Vec<Filed>, Error>>()?;
    let cap = collective::scale(facts, &mut filed, rules, trace)?;
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
    let forms = Forms::with_home_first(year, rules)?;
    let mut filed = base_production(year, provider, *as_of, (rules, forms.as_ref()))?;
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
        if let (Some(first), Some(part)) = (&self.first, self.part) {
            let agreed = by_product(self.scaled, &self.scaled_products(first, part)?)?;
            if !agreed.is_empty() {
                return Ok(agreed);
            }
        }
        by_product(self.scaled, &self.products)
    }

    /// What each product comes to after scaling, when care at home went first.
    fn scaled_products(&self, first: &First, part: ScaledPart) -> Result<Vec<ProductAmount>, Error> {
        let mut amounts: BTreeMap<String, Money> = BTreeMap::new();
        let mut rest = self.products.clone();
        for one in &first.products {
            if let Some(of_all) = rest.iter_mut().find(|of_all| of_all.product == one.product) {
                of_all.amount = of_all.amount.minus(one.amount)?;
            }
        }
        let at_home = by_product(part.at_home, &first.products)?;
        for one in at_home.into_iter().chain(by_product(part.amount.minus(part.at_home)?, &rest)?) {
            let sum = amounts.entry(one.product).or_default();
            *sum = sum.plus(one.amount)?;
        }
        let scaled = |one: &ProductAmount| ProductAmount {
            amount: amounts.get(&one.product).copied().unwrap_or(Money::ZERO),
            ..one.clone()
        };
        Ok(self.products.iter().map(scaled).collect())
    }

    /// Scales base production down to its part of the collective cap.
    fn scale_to(&mut self, part: ScaledPart, as_of: DateTime<Utc>) {
        let production = Known::fact(NAME, "base production", as_of, self.base);
        let step = match &self.first {
            None => self.trace.step(&rules::SCALED),
            Some(first) => {
                let goes_first = Known::fact(NAME, "care at home", as_of, first.amount);
                let gets = Known::fact(NAME, "filing", as_of, part.at_home);
                self.trace.step(&rules::SCALED_HOME_FIRST).with("first", &goes_first).with("at_home", &gets)
            }
        };
        self.scaled = step.with("production", &production).gives(part.amount).value;
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
    (rules, forms): (&Rules, Option<&Forms>),
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
    let first = forms.map(|forms| first(year, (provider, &volumes, base), (rules, forms))).transpose()?;
    Ok(Filed { agb: provider.agb, base, part: None, scaled: base, filed: Money::ZERO, products, trace, first })
}

/// The care at home that goes first (BUD-13): what was entered of it, for what was claimed the year before is no
/// expansion; or all of it, where the office says so. At most the base production.
fn first(
    year: &OfficeYear,
    (provider, all, base): (&ProviderProduction, &[Volume], Money),
    (rules, forms): (&Rules, &Forms),
) -> Result<First, Error> {
    let expands = |entered: &&Entered| entered.kind != BaseKind::Correction;
    let volumes: Vec<&Volume> = match &**rules.get(&rules::EXTRAMURAL_BASE, &year.scope())? {
        "all" => all.iter().collect(),
        _ => provider.entered.iter().filter(expands).flat_map(|entered| &entered.volumes).collect(),
    };
    let at_home = volumes.into_iter().filter(|one| !forms.form(&one.product).is_intramural());
    let at_home: Vec<Volume> = at_home.cloned().collect();
    let (amount, products) = euros(&at_home, &provider.tariffs, year.first_day())?;
    Ok(First { amount: amount.max(Money::ZERO).min(base), products })
}

/// A provider that only has entered production of a new provider is under the new providers' cap.
fn cap_of(year: &OfficeYear, provider: &ProviderProduction, rules: &Rules) -> Result<Known<Percentage>, Error> {
    let is_new = provider.production.is_empty() && provider.entered.iter().any(|entered| entered.kind == BaseKind::New);
    let parameter = if is_new { &rules::NEW_PROVIDER_CAP } else { &rules::PROVIDER_CAP };
    Ok(rules.get(parameter, &year.scope())?)
}

#[cfg(test)]
mod tests;
