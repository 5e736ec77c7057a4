//! The contract room and its reserve (BUD-01, BUD-02).

use calendar::amsterdam_date;
use chrono::{DateTime, Utc};
use contract::budget as proto;
use database::Tx;
use edge::{Begun, Call, EdgeError};
use explain::{Facts, Trace};
use money::Money;

use super::{Rpc, ledger::NewEntry, no_room};
use crate::{
    convert,
    decide::{self, Against, Balances, ReserveFacts},
    domain::{Account, EntryKind, Lot, OfficeYear, Posting},
    error::Error,
    store,
};

impl Rpc {
    pub(super) async fn establish_room(
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
        let of = (&asked.year.office, "reserve", asked.year.to_string());
        let decision_id = self.record(&mut write, (of.0, of.1, &of.2), (&Facts::new(&facts, now), trace)).await?;

        let mut balances = Balances::default();
        let given =
            |lot, amount| Ok::<_, Error>(Posting { lot, account: Account::Room, amount: Money::ZERO.minus(amount)? });
        let rooms = [given(Lot::Zin, asked.zin)?, given(Lot::Pgb, asked.pgb)?];
        let entry = NewEntry::of(EntryKind::Established, amsterdam_date(now), &asked.motivation);
        self.post(&mut write, &asked.year, &mut balances, entry, (&rooms, Against::Free)).await?;
        let kept = [Posting { lot: Lot::Zin, account: Account::Reserve, amount: reserve }];
        let entry = NewEntry { decision_id: Some(&decision_id), kind: EntryKind::Reserved, ..entry };
        self.post(&mut write, &asked.year, &mut balances, entry, (&kept, Against::Free)).await?;
        let room = room_now(&mut write.tx, &asked.year, &balances, now).await?;
        Ok(write.commit(proto::EstablishRoomResponse { room: Some(room), decision_id }).await?)
    }

    pub(super) async fn change_room(
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
        let mut balances = self.taken(&mut write, &asked.year).await?;
        let given = Money::ZERO.minus(asked.amount)?;
        let change = [Posting { lot: asked.lot, account: Account::Room, amount: given }];
        let day = asked.day.unwrap_or_else(|| amsterdam_date(now));
        let entry = NewEntry::of(asked.kind, day, &asked.motivation);
        // A room may be lowered below what was agreed, not below what is kept apart of it.
        let left = balances.room(asked.lot)?.plus(asked.amount)?;
        let kept = balances.of(asked.lot, Account::Reserve);
        if left < kept {
            return Err(EdgeError::Precondition {
                reason: "ROOM_EXCEEDED",
                subject: asked.year.to_string(),
                message: format!("the room would be {left}, less than the reserve of {kept}"),
            }
            .into());
        }
        self.post(&mut write, &asked.year, &mut balances, entry, (&change, Against::FreeOrShortage)).await?;
        let room = room_now(&mut write.tx, &asked.year, &balances, now).await?;
        Ok(write.commit(proto::ChangeRoomResponse { room: Some(room) }).await?)
    }

    pub(super) async fn release_reserve(
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
        let mut balances = self.taken(&mut write, &asked.year).await?;
        let amount = Money::ZERO.minus(asked.amount)?;
        let released = [Posting { lot: Lot::Zin, account: Account::Reserve, amount }];
        let entry = NewEntry::of(EntryKind::Released, amsterdam_date(now), &asked.motivation);
        self.post(&mut write, &asked.year, &mut balances, entry, (&released, Against::Free)).await?;
        let room = room_now(&mut write.tx, &asked.year, &balances, now).await?;
        Ok(write.commit(proto::ReleaseReserveResponse { room: Some(room) }).await?)
    }

    pub(super) async fn get_room(
        &self,
        call: &Call,
        request: proto::GetRoomRequest,
    ) -> Result<proto::GetRoomResponse, Error> {
        let (year, as_of) = convert::get_room(&request)?;
        let mut tx = self.core.read(call).await?;
        let room = match as_of {
            None => {
                let balances = store::balances(&mut tx, &year).await?;
                room_now(&mut tx, &year, &balances, self.core.clock.now()).await?
            }
            Some(at) => {
                let until = store::Until { recorded: at, day: store::END };
                let balances = store::balances_at(&mut tx, &year, until).await?;
                let realised = store::realised_at(&mut tx, &year, at).await?;
                room_of(&mut tx, &year, &balances, (at, realised)).await?
            }
        };
        Ok(proto::GetRoomResponse { room: Some(room) })
    }

    pub(super) async fn list_rooms(
        &self,
        call: &Call,
        request: proto::ListRoomsRequest,
    ) -> Result<proto::ListRoomsResponse, Error> {
        let page = convert::list_rooms(&request)?;
        let mut tx = self.core.read(call).await?;
        let mut years = store::rooms(&mut tx).await?;
        years.retain(|year| call.sees(year.office.as_str()) && convert::room_key(year) > page.after);
        let next_page_token = page.cut(&mut years, convert::room_key);
        let mut rooms = Vec::with_capacity(years.len());
        for year in &years {
            let balances = store::balances(&mut tx, year).await?;
            rooms.push(room_now(&mut tx, year, &balances, self.core.clock.now()).await?);
        }
        Ok(proto::ListRoomsResponse { rooms, next_page_token })
    }
}

pub(super) async fn room_now(
    tx: &mut Tx,
    year: &OfficeYear,
    balances: &Balances,
    now: DateTime<Utc>,
) -> Result<proto::Room, Error> {
    let realised = store::realised_of_year(tx, year).await?;
    room_of(tx, year, balances, (now, realised)).await
}

/// Where the money of a year was at a moment, and what was approved by then.
async fn room_of(
    tx: &mut Tx,
    year: &OfficeYear,
    balances: &Balances,
    (at, realised): (DateTime<Utc>, Money),
) -> Result<proto::Room, Error> {
    let regions = store::regions(tx, year).await?.ok_or_else(|| no_room(year))?;
    let forecast = store::forecast_total_at(tx, year, at).await?;
    let lots = vec![
        convert::lot_use(Lot::Zin, balances, (realised, forecast))?,
        convert::lot_use(Lot::Pgb, balances, (Money::ZERO, Money::ZERO))?,
    ];
    Ok(convert::room(year, regions, lots, at))
}
