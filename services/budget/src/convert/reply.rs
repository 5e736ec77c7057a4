//! Replies as they are written.

use chrono::{DateTime, Utc};
use contract::budget as proto;
use edge::to_proto;
use money::{Money, MoneyError};

use crate::{
    decide::Balances,
    domain::{Account, Budget, Forecast, ForecastState, Lot, OfficeYear, Volume},
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

/// The use of a lot; realised production and forecasts are those of care in kind.
///
/// # Errors
/// When an amount doesn't fit.
pub fn lot_use(
    lot: Lot,
    balances: &Balances,
    (realised, forecast): (Money, Money),
) -> Result<proto::LotUse, MoneyError> {
    Ok(proto::LotUse {
        lot: lot_to_proto(lot).into(),
        room: to_proto::money(balances.room(lot)?),
        reserve: to_proto::money(balances.of(lot, Account::Reserve)),
        agreed: to_proto::money(balances.agreed(lot)?),
        free: to_proto::money(balances.of(lot, Account::Free)),
        realised: to_proto::money(realised),
        forecast: to_proto::money(forecast),
        shortage: to_proto::money(Money::ZERO.minus(balances.of(lot, Account::Shortage))?),
    })
}

/// A budget, and how much it is now.
pub fn budget(budget: &Budget, current: Money) -> proto::Budget {
    proto::Budget {
        agb: budget.agb.to_string(),
        base_production: to_proto::money(budget.base),
        scaled_production: to_proto::money(budget.scaled),
        filed: to_proto::money(budget.filed),
        current: to_proto::money(current),
        products: budget.products.iter().map(super::agreed_product).collect(),
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
