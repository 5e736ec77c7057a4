//! Replies as they are written.

use chrono::{DateTime, Utc};
use contract::budget as proto;
use edge::to_proto;
use money::Money;

use crate::{
    decide::{ClickFacts, ClickOutcome},
    domain::{Budget, Forecast, ForecastState, Lot, LotMoney, OfficeYear, Volume},
};

/// A lot of the contract.
pub fn lot_to_proto(lot: Lot) -> proto::Lot {
    match lot {
        Lot::Zin => proto::Lot::Zin,
        Lot::Pgb => proto::Lot::Pgb,
    }
}

/// The use of a room.
pub fn room(year: &OfficeYear, regions: Vec<String>, lots: Vec<proto::LotUse>, as_of: DateTime<Utc>) -> proto::Room {
    proto::Room { office: year.office.to_string(), year: year.year, regions, lots, as_of_time: to_proto::time(as_of) }
}

/// The use of a lot; budgets, realised production and forecasts are those of care in kind.
pub fn lot_use(
    lot: Lot,
    money: LotMoney,
    agreed: Money,
    free: Money,
    (realised, forecast): (Money, Money),
) -> proto::LotUse {
    proto::LotUse {
        lot: lot_to_proto(lot).into(),
        room: to_proto::money(money.room),
        reserve: to_proto::money(money.reserve),
        agreed: to_proto::money(agreed),
        free: to_proto::money(free),
        realised: to_proto::money(realised),
        forecast: to_proto::money(forecast),
    }
}

/// A budget.
pub fn budget(budget: &Budget) -> proto::Budget {
    proto::Budget {
        agb: budget.agb.to_string(),
        base_production: to_proto::money(budget.base),
        scaled_production: to_proto::money(budget.scaled),
        filed: to_proto::money(budget.filed),
        current: to_proto::money(budget.current),
        decision_id: budget.decision_id.clone(),
    }
}

/// Volumes.
pub fn volumes(volumes: &[Volume]) -> Vec<proto::ProductVolume> {
    let volume = |volume: &Volume| proto::ProductVolume {
        product: volume.product.clone(),
        volume: to_proto::decimal(volume.volume),
    };
    volumes.iter().map(volume).collect()
}

/// A forecast.
pub fn forecast(forecast: &Forecast) -> proto::Forecast {
    let state = match forecast.state {
        ForecastState::Shared => proto::ForecastState::Shared,
        ForecastState::Agreed => proto::ForecastState::Agreed,
        ForecastState::Disputed => proto::ForecastState::Disputed,
        ForecastState::Settled => proto::ForecastState::Settled,
    };
    proto::Forecast {
        agb: forecast.agb.to_string(),
        office_forecast: to_proto::money(forecast.office),
        provider_forecast: forecast.provider.and_then(to_proto::money),
        holding: to_proto::money(forecast.holding),
        state: state.into(),
        answer_due_date: to_proto::date(forecast.answer_due_date),
        decision_id: forecast.decision_id.clone(),
    }
}

/// A click; decision ids and time are filled in when it is committed.
pub fn click(facts: &ClickFacts, outcome: &ClickOutcome) -> proto::Click {
    let provider = |(contender, (_, after)): (&crate::decide::Contender, &(crate::decide::Outcome, Money))| {
        // What a provider lacks to its forecast; nobody is above it by being over-producing.
        let unfunded = contender.forecast.cents().saturating_sub((*after).max(contender.budget).cents()).max(0);
        proto::ClickProvider {
            agb: contender.agb.to_string(),
            budget_before: to_proto::money(contender.budget),
            forecast: to_proto::money(contender.forecast),
            budget_after: to_proto::money(*after),
            unfunded: to_proto::money(Money::from_cents(unfunded)),
            decision_id: String::new(),
        }
    };
    proto::Click {
        office: facts.year.office.to_string(),
        year: facts.year.year,
        available: to_proto::money(outcome.available),
        forecast: to_proto::money(outcome.forecast),
        to_share: to_proto::money(outcome.to_share),
        granted: to_proto::money(outcome.granted),
        unfunded: to_proto::money(outcome.unfunded),
        left: to_proto::money(outcome.left),
        unfunded_commitment: to_proto::money(outcome.commitment),
        providers: facts.contenders.iter().zip(&outcome.providers).map(provider).collect(),
        decision_id: String::new(),
        committed_time: None,
    }
}
