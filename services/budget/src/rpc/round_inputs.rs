//! What a round is computed from, as it is known at a cut-off.

use std::collections::{BTreeMap, BTreeSet};

use calendar::amsterdam_date;
use chrono::{DateTime, Utc};
use database::Tx;
use edge::EdgeError;
use explain::Rules;
use identifiers::Agb;
use money::Money;

use crate::{
    decide::{
        Balances, ClickFacts, Contender, FilingFacts, Forms, Inputs, ProviderProduction, ProviderYear,
        ReconciliationFacts,
    },
    domain::{Account, AgreedInnovation, Budget, Forecast, Lot, OfficeYear, RoundKind},
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
    let forecast = |one: Forecast| (one.agb, Asking { forecast: Some(one), innovation: None });
    let mut asking: BTreeMap<Agb, Asking> = forecasts.into_iter().map(forecast).collect();
    all_forecast(year, balances, &asking)?;
    // An agreement on innovation is all that enters the reallocation beside the forecasts (BUD-10).
    if round == RoundKind::Reallocation {
        for (agb, agreed) in store::innovations(tx, (year, Lot::Zin)).await? {
            asking.entry(agb).or_default().innovation = Some(agreed);
        }
    }
    let budgets = store::budgets(tx, year).await?;
    let budgets: BTreeMap<Agb, Budget> = budgets.into_iter().map(|budget| (budget.agb, budget)).collect();
    let affordability = store::affordability(tx, year).await?;
    let forms = Forms::of(year, rules)?;
    let mut contenders = Vec::with_capacity(asking.len());
    for (agb, asking) in asking {
        let held = (balances.of(Lot::Zin, Account::Agreed(agb)), budgets.get(&agb));
        let affordability = affordability.get(&agb).copied();
        contenders.push(Contender { affordability, ..asking.contender((agb, round), held, forms.as_ref())? });
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

/// Whether there are forecasts, and of all who hold a budget.
fn all_forecast(year: &OfficeYear, balances: &Balances, asking: &BTreeMap<Agb, Asking>) -> Result<(), EdgeError> {
    let with_budget = balances.iter().filter_map(|(lot, account, balance)| match account {
        Account::Agreed(agb) if lot == Lot::Zin && !balance.is_zero() => Some(agb),
        _ => None,
    });
    let missing: Vec<String> = with_budget.filter(|agb| !asking.contains_key(agb)).map(|agb| agb.to_string()).collect();
    if !asking.is_empty() && missing.is_empty() {
        return Ok(());
    }
    let of = if asking.is_empty() { "any provider".to_owned() } else { missing.join(", ") };
    let message = format!("there is no forecast of {of}: make the forecasts first");
    Err(EdgeError::Precondition { reason: "FORECAST_MISSING", subject: year.to_string(), message })
}

/// What a provider asks in an allocation.
#[derive(Default)]
struct Asking {
    forecast: Option<Forecast>,
    innovation: Option<AgreedInnovation>,
}

impl Asking {
    fn contender(
        self,
        (agb, round): (Agb, RoundKind),
        (budget, held): (Money, Option<&Budget>),
        forms: Option<&Forms>,
    ) -> Result<Contender, Error> {
        let Asking { forecast, innovation } = self;
        let (holding, extrapolated, products) = match forecast {
            Some(forecast) => (forecast.holding, forecast.office, forecast.products),
            None => (Money::ZERO, Money::ZERO, Vec::new()),
        };
        let is_new = held.is_none() && budget.is_zero();
        let forms = match forms {
            Some(forms) => {
                let held = held.map_or(&[][..], |held| &held.products);
                // The forecast of who is new does not count in the reallocation, nor does any form of it.
                let counts = if is_new && round == RoundKind::Reallocation { Money::ZERO } else { holding };
                let beside = innovation.as_ref().map_or(&[][..], |agreed| &agreed.products);
                forms.amounts((budget, held), (counts, &products), beside)?
            }
            None => Vec::new(),
        };
        let products = if round == RoundKind::Reallocation { products } else { Vec::new() };
        let affordability = None;
        let forecast = holding;
        Ok(Contender { agb, budget, forecast, extrapolated, forms, products, affordability, innovation, is_new })
    }
}
