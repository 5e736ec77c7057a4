//! The contract room and its reserve (BUD-01, BUD-02).

use chrono::{DateTime, Utc};
use contract::budget as proto;
use database::Tx;
use edge::{Begun, Call, Decided, EdgeError};
use explain::{Facts, Trace};
use money::Money;

use super::{Rpc, no_room};
use crate::{
    convert,
    decide::{self, ReserveFacts},
    domain::{EntryKind, Lot, LotMoney, OfficeYear},
    error::Error,
    store::{self, Entry},
};

impl Rpc {
    pub(super) async fn establish(
        &self,
        call: &Call,
        request: proto::EstablishRoomRequest,
    ) -> Result<proto::EstablishRoomResponse, Error> {
        let asked = convert::establish_room(&request)?;
        let mut write = match self.core.begin(call, asked.request_id, &request).await? {
            Begun::New(write) => write,
            Begun::Replay(reply) => return Ok(reply),
        };
        let now = write.now;
        if !store::add_room(&mut write.tx, &asked.year, &asked.regions).await? {
            return Err(EdgeError::AlreadyExists { what: "the contract room of", id: asked.year.to_string() }.into());
        }
        let facts = ReserveFacts { year: asked.year.clone(), zin: asked.zin, pgb: asked.pgb, as_of: now };
        let mut trace = Trace::new();
        let reserve = decide::reserve(&facts, &self.core.rules, &mut trace)?;
        let recorded = Facts::new(&facts, now);
        let explanation = trace.finish(&self.core.rules, &recorded);
        let subject = asked.year.to_string();
        let decided = Decided {
            office: &asked.year.office,
            kind: "reserve",
            subject: &subject,
            facts: &recorded,
            explanation: &explanation,
        };
        let decision_id = self.core.record(&mut write.tx, decided).await?;
        for (lot, room, reserve) in [(Lot::Zin, asked.zin, reserve), (Lot::Pgb, asked.pgb, Money::ZERO)] {
            let entry = Entry { lot, kind: EntryKind::Established, room, reserve, motivation: &asked.motivation };
            store::add_entry(&mut write.tx, &asked.year, &entry, now).await?;
        }
        let room = use_of(&mut write.tx, &asked.year, Moment::Now(now)).await?;
        Ok(write.commit(proto::EstablishRoomResponse { room: Some(room), decision_id }).await?)
    }

    pub(super) async fn change(
        &self,
        call: &Call,
        request: proto::ChangeRoomRequest,
    ) -> Result<proto::ChangeRoomResponse, Error> {
        let asked = convert::change_room(&request)?;
        let mut write = match self.core.begin(call, asked.request_id, &request).await? {
            Begun::New(write) => write,
            Begun::Replay(reply) => return Ok(reply),
        };
        let now = write.now;
        if !store::take(&mut write.tx, &asked.year).await? {
            return Err(no_room(&asked.year).into());
        }
        let entry = Entry {
            lot: asked.lot,
            kind: asked.kind,
            room: asked.amount,
            reserve: Money::ZERO,
            motivation: &asked.motivation,
        };
        store::add_entry(&mut write.tx, &asked.year, &entry, now).await?;
        let money = store::money_at(&mut write.tx, &asked.year, asked.lot, now).await?;
        if money.room < money.reserve.max(Money::ZERO) {
            return Err(EdgeError::Precondition {
                reason: "ROOM_EXCEEDED",
                subject: asked.year.to_string(),
                message: format!("the room would be {}, less than the reserve of {}", money.room, money.reserve),
            }
            .into());
        }
        let room = use_of(&mut write.tx, &asked.year, Moment::Now(now)).await?;
        Ok(write.commit(proto::ChangeRoomResponse { room: Some(room) }).await?)
    }

    pub(super) async fn release(
        &self,
        call: &Call,
        request: proto::ReleaseReserveRequest,
    ) -> Result<proto::ReleaseReserveResponse, Error> {
        let asked = convert::release_reserve(&request)?;
        let mut write = match self.core.begin(call, asked.request_id, &request).await? {
            Begun::New(write) => write,
            Begun::Replay(reply) => return Ok(reply),
        };
        let now = write.now;
        if !store::take(&mut write.tx, &asked.year).await? {
            return Err(no_room(&asked.year).into());
        }
        let reserve = store::money_at(&mut write.tx, &asked.year, Lot::Zin, now).await?.reserve;
        if asked.amount > reserve {
            return Err(EdgeError::Precondition {
                reason: "RESERVE_EXCEEDED",
                subject: asked.year.to_string(),
                message: format!("{} was asked and {reserve} of the reserve is left", asked.amount),
            }
            .into());
        }
        let entry = Entry {
            lot: Lot::Zin,
            kind: EntryKind::Released,
            room: Money::ZERO,
            reserve: Money::ZERO.minus(asked.amount)?,
            motivation: &asked.motivation,
        };
        store::add_entry(&mut write.tx, &asked.year, &entry, now).await?;
        let room = use_of(&mut write.tx, &asked.year, Moment::Now(now)).await?;
        Ok(write.commit(proto::ReleaseReserveResponse { room: Some(room) }).await?)
    }

    pub(super) async fn get(
        &self,
        call: &Call,
        request: proto::GetRoomRequest,
    ) -> Result<proto::GetRoomResponse, Error> {
        let (year, as_of) = convert::get_room(&request)?;
        let now = self.core.clock.now();
        let moment = as_of.map_or(Moment::Now(now), Moment::Past);
        let room = use_of(&mut self.core.read(call).await?, &year, moment).await?;
        Ok(proto::GetRoomResponse { room: Some(room) })
    }
}

/// The moment a question is about.
#[derive(Clone, Copy, Debug)]
enum Moment {
    Now(DateTime<Utc>),
    Past(DateTime<Utc>),
}

/// Where the money of a year was, as recorded at a moment.
async fn use_of(tx: &mut Tx, year: &OfficeYear, moment: Moment) -> Result<proto::Room, Error> {
    let (Moment::Now(at) | Moment::Past(at)) = moment;
    let regions = store::regions(tx, year).await?.ok_or_else(|| no_room(year))?;
    let zin = store::money_at(tx, year, Lot::Zin, at).await?;
    let pgb = store::money_at(tx, year, Lot::Pgb, at).await?;
    let budgets = store::budgets_at(tx, year, at).await?;
    let agreed = Money::total(budgets.iter().map(|budget| budget.current))?;
    let realised = match moment {
        Moment::Now(_) => store::realised_of_year(tx, year).await?,
        Moment::Past(at) => store::realised_at(tx, year, at).await?,
    };
    let forecast = store::forecast_total_at(tx, year, at).await?;
    // Whatever is neither in reserve nor agreed is free: that is how the three always make the room.
    let free = |money: LotMoney, agreed: Money| -> Result<Money, Error> {
        Ok(money.room.minus(money.reserve)?.minus(agreed)?)
    };
    let lots = vec![
        convert::lot_use(Lot::Zin, zin, agreed, free(zin, agreed)?, (realised, forecast)),
        convert::lot_use(Lot::Pgb, pgb, Money::ZERO, free(pgb, Money::ZERO)?, (Money::ZERO, Money::ZERO)),
    ];
    Ok(convert::room(year, regions, lots, at))
}
