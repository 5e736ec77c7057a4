//! What an office publishes about the use of its room, and what a provider sees of its own (BUD-09).

use chrono::{DateTime, Datelike, Utc};
use contract::budget as proto;
use edge::{Call, to_proto};
use money::Money;
use serde::Serialize;
use sha2::{Digest, Sha256};

use super::{Rpc, no_room};
use crate::{
    convert,
    decide::Balances,
    domain::{Account, Lot, OfficeYear, RoundKind},
    error::Error,
    store,
};

/// The use of a lot, in euros with two decimals. No provider is named.
#[derive(Debug, Serialize)]
struct PublicLot {
    lot: &'static str,
    room: String,
    reserve: String,
    agreed: String,
    realised: String,
    forecast: String,
    free: String,
    shortage: String,
}

/// The use of a room.
#[derive(Debug, Serialize)]
struct PublicRoom {
    office: String,
    regions: Vec<String>,
    year: i32,
    as_of: String,
    currency: &'static str,
    lots: Vec<PublicLot>,
}

impl Rpc {
    pub(super) async fn get_publication(
        &self,
        call: &Call,
        request: proto::GetPublicationRequest,
    ) -> Result<proto::GetPublicationResponse, Error> {
        let convert::Publication { year, as_of, json } = convert::publication(&request)?;
        let at = as_of.unwrap_or_else(|| self.core.clock.now());
        let mut tx = self.core.read(call).await?;
        let regions = store::regions(&mut tx, &year).await?.ok_or_else(|| no_room(&year))?;
        let balances = store::balances_at(&mut tx, &year, store::Until { recorded: at, day: store::END }).await?;
        let realised = store::realised_at(&mut tx, &year, at).await?;
        let forecast = store::forecast_total_at(&mut tx, &year, at).await?;
        let room = PublicRoom {
            office: year.office.to_string(),
            regions,
            year: year.year,
            as_of: at.to_rfc3339_opts(chrono::SecondsFormat::Secs, true),
            currency: "EUR",
            lots: vec![
                public_lot(Lot::Zin, &balances, (realised, forecast))?,
                public_lot(Lot::Pgb, &balances, (Money::ZERO, Money::ZERO))?,
            ],
        };
        let content = if json { as_json(&room) } else { as_csv(&room) };
        Ok(proto::GetPublicationResponse {
            file_name: file_name(&year, at, json),
            sha256: hex::encode(Sha256::digest(&content)),
            content,
        })
    }

    pub(super) async fn get_provider_use(
        &self,
        call: &Call,
        request: proto::GetProviderUseRequest,
    ) -> Result<proto::GetProviderUseResponse, Error> {
        let (year, agb, as_of) = convert::provider_use(&request)?;
        let at = as_of.unwrap_or_else(|| self.core.clock.now());
        let mut tx = self.core.read(call).await?;
        store::regions(&mut tx, &year).await?.ok_or_else(|| no_room(&year))?;
        let balances = store::balances_at(&mut tx, &year, store::Until { recorded: at, day: store::END }).await?;
        let realised = store::granted_of_year(&mut tx, &year, at).await?.get(&agb).copied();
        let of = |account| to_proto::money(balances.of(Lot::Zin, account));
        let reallocation = store::forecast_of(&mut tx, (&year, RoundKind::Reallocation), agb, at).await?;
        let forecast = match reallocation {
            Some(forecast) => Some(forecast),
            None => store::forecast_of(&mut tx, (&year, RoundKind::Click), agb, at).await?,
        };
        Ok(proto::GetProviderUseResponse {
            agreed: of(Account::Agreed(agb)),
            realised: to_proto::money(realised.unwrap_or(Money::ZERO)),
            forecast: forecast.and_then(|forecast| to_proto::money(forecast.holding)),
            advance: of(Account::Advance(agb)),
            settled: of(Account::Settled(agb)),
            as_of_time: to_proto::time(at),
        })
    }
}

fn public_lot(lot: Lot, balances: &Balances, (realised, forecast): (Money, Money)) -> Result<PublicLot, Error> {
    let text = |amount: Money| amount.euros().to_string();
    Ok(PublicLot {
        lot: lot.as_str(),
        room: text(balances.room(lot)?),
        reserve: text(balances.of(lot, Account::Reserve)),
        agreed: text(balances.agreed(lot)?),
        realised: text(realised),
        forecast: text(forecast),
        free: text(balances.of(lot, Account::Free)),
        shortage: text(Money::ZERO.minus(balances.of(lot, Account::Shortage))?),
    })
}

fn as_json(room: &PublicRoom) -> Vec<u8> {
    // Texts and numbers always serialise.
    let mut bytes = serde_json::to_vec_pretty(room).unwrap_or_default();
    bytes.push(b'\n');
    bytes
}

/// A line of column names and one of each lot. All fields are codes, numbers and times, which need no quotes.
fn as_csv(room: &PublicRoom) -> Vec<u8> {
    let mut text = "office,regions,year,as_of,lot,room,reserve,agreed,realised,forecast,free,shortage\n".to_owned();
    for lot in &room.lots {
        let regions = room.regions.join(" ");
        let fields = [
            &room.office,
            &regions,
            &room.year.to_string(),
            &room.as_of,
            lot.lot,
            &lot.room,
            &lot.reserve,
            &lot.agreed,
            &lot.realised,
            &lot.forecast,
            &lot.free,
            &lot.shortage,
        ];
        text.push_str(&fields.map(|field: &str| field.to_owned()).join(","));
        text.push('\n');
    }
    text.into_bytes()
}

/// Of the office, the year and the month it is known as of.
fn file_name(year: &OfficeYear, at: DateTime<Utc>, json: bool) -> String {
    let day = calendar::amsterdam_date(at);
    let extension = if json { "json" } else { "csv" };
    format!("{}-{}-{:04}-{:02}.{extension}", year.office, year.year, day.year(), day.month())
}
