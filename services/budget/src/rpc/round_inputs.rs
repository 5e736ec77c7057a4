//! What a round is computed from, as it is known at a cut-off.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use calendar::amsterdam_date;
use chrono::{DateTime, Utc};
use database::Tx;
use edge::EdgeError;
use explain::Rules;
use identifiers::Agb;
use money::{Decimal, Money};

use crate::{
    decide::{
        Balances, ClickFacts, Contender, FilingFacts, FormAmounts, Inputs, ProviderProduction, ProviderYear,
        ReconciliationFacts, by_product,
    },
    domain::{Account, Budget, Forecast, Form, Lot, OfficeYear, ProductAmount, RoundKind},
    error::Error,
    rules, store,
};

/// Loads the inputs of a round. The balances are those of now: a round changes what is agreed now.
pub(super) async fn load(
    tx: &mut Tx,
    (year, kind): (&OfficeYear, RoundKind),
    (balances, cut_off): (&Balances, DateTime<Utc>),
    rules: &Rules,
) -> Result<Inputs, Error> {
    match kind {
        RoundKind::BaseProduction => base_production(tx, year, (balances, cut_off), rules).await,
        RoundKind::Reconciliation => reconciliation(tx, year, (balances, cut_off)).await,
        RoundKind::Click | RoundKind::Reallocation => allocation(tx, (year, kind), (balances, cut_off), rules).await,
    }
}

async fn base_production(
    tx: &mut Tx,
    year: &OfficeYear,
    (balances, cut_off): (&Balances, DateTime<Utc>),
    rules: &Rules,
) -> Result<Inputs, Error> {
    let months = *rules.get(&rules::BASE_MONTHS, &year.scope())?;
    let before = year.before();
    let mut production = match &**rules.get(&rules::BASE_MONTH_KIND, &year.scope())? {
        "filing" => store::filed_in_year(tx, (&before, months), cut_off).await?,
        _ => store::approved_of_year(tx, (&before, months), Some(cut_off)).await?,
    };
    let mut entered = store::base_of_year(tx, year).await?;
    let mut tariffs = store::tariffs_of_year(tx, year).await?;
    let mut providers: BTreeSet<Agb> = store::providers_with_agreement(tx, year).await?;
    // What was entered counts before the agreement is concluded; only claims of who left do not.
    providers.extend(entered.keys().copied());
    let provider = |agb| ProviderProduction {
        agb,
        production: production.remove(&agb).unwrap_or_default(),
        entered: entered.remove(&agb).unwrap_or_default(),
        tariffs: tariffs.remove(&agb).unwrap_or_default(),
    };
    Ok(Inputs::BaseProduction(FilingFacts {
        year: year.clone(),
        zin: balances.room(Lot::Zin)?,
        pgb: balances.room(Lot::Pgb)?,
        providers: providers.into_iter().map(provider).collect(),
        as_of: cut_off,
    }))
}

/// The years of all providers that have a budget, claims or payments, when the year is over.
async fn reconciliation(
    tx: &mut Tx,
    year: &OfficeYear,
    (balances, cut_off): (&Balances, DateTime<Utc>),
) -> Result<Inputs, Error> {
    if amsterdam_date(cut_off) <= year.last_day() {
        let message = "the year is not over at the cut-off".to_owned();
        return Err(EdgeError::Precondition { reason: "YEAR_NOT_OVER", subject: year.to_string(), message }.into());
    }
    let granted = store::granted_of_year(tx, year, cut_off).await?;
    let mut wrongful = store::wrongful_of_year(tx, year, cut_off).await?;
    let mut agbs: BTreeSet<Agb> = granted.keys().copied().collect();
    agbs.extend(balances.iter().filter(|(.., balance)| !balance.is_zero()).filter_map(|(_, account, _)| account.agb()));
    let of = |account| balances.of(Lot::Zin, account);
    let provider = |agb| ProviderYear {
        agb,
        budget: of(Account::Agreed(agb)),
        production: granted.get(&agb).copied().unwrap_or(Money::ZERO),
        wrongful: wrongful.remove(&agb).unwrap_or_default(),
        paid: of(Account::Settled(agb)),
        advance: of(Account::Advance(agb)),
    };
    let providers = agbs.into_iter().map(provider).collect();
    Ok(Inputs::Reconciliation(ReconciliationFacts { year: year.clone(), providers, as_of: cut_off }))
}

async fn allocation(
    tx: &mut Tx,
    (year, round): (&OfficeYear, RoundKind),
    (balances, cut_off): (&Balances, DateTime<Utc>),
    rules: &Rules,
) -> Result<Inputs, Error> {
    let forecasts = store::forecasts(tx, year, round).await?;
    let forecast_of: BTreeSet<Agb> = forecasts.iter().map(|forecast| forecast.agb).collect();
    let with_budget = balances.iter().filter_map(|(lot, account, balance)| match account {
        Account::Agreed(agb) if lot == Lot::Zin && !balance.is_zero() => Some(agb),
        _ => None,
    });
    let missing: Vec<String> =
        with_budget.filter(|agb| !forecast_of.contains(agb)).map(|agb| agb.to_string()).collect();
    if forecasts.is_empty() || !missing.is_empty() {
        let of = if forecasts.is_empty() { "any provider".to_owned() } else { missing.join(", ") };
        let message = format!("there is no forecast of {of}: make the forecasts first");
        return Err(EdgeError::Precondition { reason: "FORECAST_MISSING", subject: year.to_string(), message }.into());
    }
    let budgets = store::budgets(tx, year).await?;
    let budgets: BTreeMap<Agb, Budget> = budgets.into_iter().map(|budget| (budget.agb, budget)).collect();
    let affordability = store::affordability(tx, year).await?;
    let forms = Forms::of(year, rules)?;
    let mut contenders = Vec::with_capacity(forecasts.len());
    for forecast in forecasts {
        let budget = balances.of(Lot::Zin, Account::Agreed(forecast.agb));
        contenders.push(Contender {
            agb: forecast.agb,
            budget,
            forecast: forecast.holding,
            extrapolated: forecast.office,
            forms: match &forms {
                Some(forms) => forms.amounts(budget, budgets.get(&forecast.agb), &forecast)?,
                None => Vec::new(),
            },
            products: if round == RoundKind::Reallocation { forecast.products } else { Vec::new() },
            affordability: affordability.get(&forecast.agb).copied(),
        });
    }
    Ok(Inputs::Allocation(ClickFacts {
        year: year.clone(),
        round,
        room: balances.room(Lot::Zin)?,
        reserve: balances.of(Lot::Zin, Account::Reserve),
        fund_overproduction: false,
        contenders,
        as_of: cut_off,
    }))
}

/// What the codes of products begin with, by delivery form (BUD-13).
struct Forms(Vec<(Form, Vec<Arc<str>>)>);

impl Forms {
    /// None where the office treats all forms alike.
    fn of(year: &OfficeYear, rules: &Rules) -> Result<Option<Forms>, Error> {
        let scope = year.scope();
        let limited = |percentage: Decimal| percentage < Decimal::ONE_HUNDRED;
        let first = *rules.get(&rules::EXTRAMURAL_FIRST, &scope)?;
        let treatment = limited(rules.get(&rules::TREATMENT_STAY_CAP, &scope)?.0);
        let ceiling = limited(rules.get(&rules::INTRAMURAL_CEILING, &scope)?.0);
        if !first && !treatment && !ceiling {
            return Ok(None);
        }
        let prefixes = |parameter| Ok::<_, Error>(rules.get(parameter, &scope)?.value);
        Ok(Some(Forms(vec![
            (Form::StayWithTreatment, prefixes(&rules::TREATMENT_STAY_PREFIXES)?),
            (Form::Vpt, prefixes(&rules::VPT_PREFIXES)?),
            (Form::Mpt, prefixes(&rules::MPT_PREFIXES)?),
        ])))
    }

    fn form(&self, product: &str) -> Form {
        let begins =
            |(_, prefixes): &&(Form, Vec<Arc<str>>)| prefixes.iter().any(|prefix| product.starts_with(&**prefix));
        self.0.iter().find(begins).map_or(Form::Stay, |(form, _)| *form)
    }

    /// A budget and a forecast by form, each adding up to the whole of it.
    fn amounts(&self, budget: Money, held: Option<&Budget>, forecast: &Forecast) -> Result<Vec<FormAmounts>, Error> {
        // By product, whatever a product costs: only the amounts count here.
        let priced = |product: &str, amount| ProductAmount { product: product.to_owned(), amount, tariff: Money::ZERO };
        let held: Vec<ProductAmount> =
            held.iter().flat_map(|held| &held.products).map(|one| priced(&one.product, one.amount)).collect();
        let mut amounts: BTreeMap<Form, (Money, Money)> = BTreeMap::new();
        for one in by_product(budget, &held)? {
            let of_form = amounts.entry(self.form(&one.product)).or_default();
            of_form.0 = of_form.0.plus(one.amount)?;
        }
        for one in by_product(forecast.holding, &forecast.products)? {
            let of_form = amounts.entry(self.form(&one.product)).or_default();
            of_form.1 = of_form.1.plus(one.amount)?;
        }
        let of_form = |(form, (budget, forecast))| FormAmounts { form, budget, forecast };
        Ok(amounts.into_iter().map(of_form).collect())
    }
}
