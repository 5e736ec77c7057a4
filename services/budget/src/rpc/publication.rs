//! What an office publishes about the use of its room, and what a provider sees of its own (BUD-09).

use std::collections::BTreeMap;

use chrono::{DateTime, Datelike, Utc};
use contract::budget as proto;
use edge::{Call, to_proto};
use identifiers::Agb;
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

/// What is agreed, realised and forecast of care in kind in a region: of the providers whose agreements are all in it.
/// What is of other providers has no region. The room itself is not given by region, nor is what is left of it.
#[derive(Debug, Default, Serialize)]
struct PublicRegion {
    region: String,
    agreed: String,
    realised: String,
    forecast: String,
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
    by_region: Vec<PublicRegion>,
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
        let granted = store::granted_of_year(&mut tx, &year, at).await?;
        let forecasts = store::forecasts_at(&mut tx, &year, at).await?;
        let of_providers = store::regions_of_providers(&mut tx, &year).await?;
        let (realised, forecast) =
            (Money::total(granted.values().copied())?, Money::total(forecasts.values().copied())?);
        let room = PublicRoom {
            office: year.office.to_string(),
            by_region: by_region(&regions, &of_providers, [&balances.agreed_by_provider(), &granted, &forecasts])?,
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

/// The amounts of all providers by region: of every region of the room, and at last of none, when anything is.
fn by_region(
    regions: &[String],
    of_providers: &BTreeMap<Agb, String>,
    amounts: [&BTreeMap<Agb, Money>; 3],
) -> Result<Vec<PublicRegion>, Error> {
    let mut sums = vec![[Money::ZERO; 3]; regions.len() + 1];
    for (which, amounts) in amounts.into_iter().enumerate() {
        for (agb, amount) in amounts {
            let own = of_providers.get(agb);
            let place = own.and_then(|own| regions.iter().position(|region| region == own)).unwrap_or(regions.len());
            sums[place][which] = sums[place][which].plus(*amount)?;
        }
    }
    let nowhere = sums.last().is_some_and(|sums| sums.iter().any(|sum| !sum.is_zero()));
    let names = regions.iter().cloned().chain(nowhere.then(String::new));
    let text = |amount: Money| amount.euros().to_string();
    let public = |(region, [agreed, realised, forecast]): (String, [Money; 3])| PublicRegion {
        region,
        agreed: text(agreed),
        realised: text(realised),
        forecast: text(forecast),
    };
    Ok(names.zip(sums).map(public).collect())
}

fn as_json(room: &PublicRoom) -> Vec<u8> {
    // Texts and numbers always serialise.
    let mut bytes = serde_json::to_vec_pretty(room).unwrap_or_default();
    bytes.push(b'\n');
    bytes
}

/// A line of column names, one of each lot, and one of each region with what is known of it. All fields are codes, numbers and times, which need no quotes.
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
    for of in &room.by_region {
        let (year, zin) = (room.year.to_string(), Lot::Zin.as_str());
        let fields =
            [&room.office, &of.region, &year, &room.as_of, zin, "", "", &of.agreed, &of.realised, &of.forecast, "", ""];
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
