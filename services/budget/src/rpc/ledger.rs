//! The ledger (BUD-14): entries, balances, budget that moves, payments and advances (BUD-12).

use calendar::amsterdam_date;
use chrono::NaiveDate;
use contract::budget as proto;
use edge::{
    Begun, Call, Write,
    four_eyes::{Adverse, Eyes},
    to_proto,
};
use identifiers::Agb;
use money::Money;

use super::{Rpc, no_room};
use crate::{
    convert,
    decide::{Against, Balances},
    domain::{Account, Entry, EntryKind, Lot, OfficeYear, Posting},
    error::Error,
    store,
};

/// An entry to be made.
#[derive(Clone, Copy, Debug)]
pub(super) struct NewEntry<'a> {
    pub(super) kind: EntryKind,
    pub(super) day: NaiveDate,
    pub(super) motivation: &'a str,
    pub(super) decision_id: Option<&'a str>,
}

impl<'a> NewEntry<'a> {
    pub(super) fn of(kind: EntryKind, day: NaiveDate, motivation: &'a str) -> NewEntry<'a> {
        NewEntry { kind, day, motivation, decision_id: None }
    }
}

impl Rpc {
    /// Takes a year, and tells what is in every account of it: until the write ends, no other changes that.
    pub(super) async fn taken(&self, write: &mut Write, year: &OfficeYear) -> Result<Balances, Error> {
        if !store::take(&mut write.tx, year).await? {
            return Err(no_room(year).into());
        }
        Ok(store::balances(&mut write.tx, year).await?)
    }

    /// Makes an entry of parts and what balances them, and records it.
    pub(super) async fn post(
        &self,
        write: &mut Write,
        year: &OfficeYear,
        balances: &mut Balances,
        new: NewEntry<'_>,
        (parts, against): (&[Posting], Against),
    ) -> Result<Entry, Error> {
        let entry = Entry {
            id: self.core.ids.next().to_string(),
            kind: new.kind,
            day: new.day,
            motivation: new.motivation.to_owned(),
            decision_id: new.decision_id.map(str::to_owned),
            postings: balances.post(parts, against)?,
            recorded: write.now,
        };
        store::add_entry(&mut write.tx, year, &entry).await?;
        Ok(entry)
    }

    pub(super) async fn list_ledger_entries(
        &self,
        call: &Call,
        request: proto::ListLedgerEntriesRequest,
    ) -> Result<proto::ListLedgerEntriesResponse, Error> {
        let asked = convert::list_entries(&request)?;
        let now = self.core.clock.now();
        let mut tx = self.core.read(call).await?;
        let of = (asked.agb.as_str(), asked.as_of.unwrap_or(now));
        let mut entries = store::page_of_entries(&mut tx, &asked.year, of, &asked.page).await?;
        let next_page_token = asked.page.cut(&mut entries, |entry| vec![entry.id.clone()]);
        let entries = entries.iter().map(convert::entry).collect();
        Ok(proto::ListLedgerEntriesResponse { entries, next_page_token })
    }

    pub(super) async fn get_ledger(
        &self,
        call: &Call,
        request: proto::GetLedgerRequest,
    ) -> Result<proto::GetLedgerResponse, Error> {
        let (year, as_of, day) = convert::get_ledger(&request)?;
        let mut tx = self.core.read(call).await?;
        store::regions(&mut tx, &year).await?.ok_or_else(|| no_room(&year))?;
        let until = store::Until { recorded: as_of.unwrap_or(store::FAR_FUTURE), day: day.unwrap_or(store::END) };
        let summed = store::balances_at(&mut tx, &year, until).await?;
        let about_now = as_of.is_none() && day.is_none();
        let balanced = about_now && summed.same(&store::balances(&mut tx, &year).await?);
        Ok(proto::GetLedgerResponse { balances: convert::balances(&summed), balanced })
    }

    pub(super) async fn move_budget(
        &self,
        call: &Call,
        request: proto::MoveBudgetRequest,
    ) -> Result<proto::MoveBudgetResponse, Error> {
        let asked = convert::move_budget(&request)?;
        let mut write = match self.core.begin(call, asked.request_id, &request).await? {
            Begun::New(write) => write,
            Begun::Replay(reply) => return Ok(reply),
        };
        let reply = self.move_in(&mut write, &request, Eyes::First).await?;
        Ok(write.commit(reply).await?)
    }

    /// To take budget from a provider takes four eyes.
    pub(super) async fn move_in(
        &self,
        write: &mut Write,
        request: &proto::MoveBudgetRequest,
        eyes: Eyes<'_>,
    ) -> Result<proto::MoveBudgetResponse, Error> {
        let convert::MoveBudget { year, from, to, amount, motivation, .. } = convert::move_budget(request)?;
        let mut balances = self.taken(write, &year).await?;
        let part = |agb, amount| Posting { lot: Lot::Zin, account: Account::Agreed(agb), amount };
        let parts = [part(from, Money::ZERO.minus(amount)?), part(to, amount)];
        // Tried before anybody is asked, so that what can't be done is not proposed.
        balances.clone().post(&parts, Against::Free)?;
        let subject = format!("{year} {from} {to}");
        let adverse = Adverse {
            office: &year.office,
            agb: Some(from),
            subject: &subject,
            summary: format!("€ {} budget van {from} naar {to} overhevelen", amount.to_dutch()),
            outcome: subject.as_bytes(),
        };
        if let Some(proposal) = self.core.second_eyes(write, request, eyes, adverse).await? {
            return Ok(proto::MoveBudgetResponse { entry: None, proposal: Some(proposal) });
        }
        let entry = NewEntry::of(EntryKind::Moved, amsterdam_date(write.now), &motivation);
        let entry = self.post(write, &year, &mut balances, entry, (&parts, Against::Free)).await?;
        Ok(proto::MoveBudgetResponse { entry: Some(convert::entry(&entry)), proposal: None })
    }

    pub(super) async fn record_payments(
        &self,
        call: &Call,
        request: proto::RecordPaymentsRequest,
    ) -> Result<proto::RecordPaymentsResponse, Error> {
        let asked = convert::record_payments(&request)?;
        let mut write = match self.core.begin(call, asked.request_id, &request).await? {
            Begun::New(write) => write,
            Begun::Replay(reply) => return Ok(reply),
        };
        let part =
            |(agb, amount): &(Agb, Money)| Posting { lot: Lot::Zin, account: Account::Settled(*agb), amount: *amount };
        let parts: Vec<Posting> = asked.payments.iter().map(part).collect();
        // Payments take nothing from anything that could run out, so that those of a year need not wait for each other.
        store::regions(&mut write.tx, &asked.year).await?.ok_or_else(|| no_room(&asked.year))?;
        let entry = NewEntry::of(EntryKind::ClaimsPaid, asked.day, &asked.reference);
        let mut unseen = Balances::default();
        let entry = self.post(&mut write, &asked.year, &mut unseen, entry, (&parts, Against::Paid)).await?;
        Ok(write.commit(proto::RecordPaymentsResponse { entry: Some(convert::entry(&entry)) }).await?)
    }

    pub(super) async fn pay_advance(
        &self,
        call: &Call,
        request: proto::PayAdvanceRequest,
    ) -> Result<proto::PayAdvanceResponse, Error> {
        let asked = convert::advance(&request)?;
        let mut write = match self.core.begin(call, asked.request_id, &request).await? {
            Begun::New(write) => write,
            Begun::Replay(reply) => return Ok(reply),
        };
        let parts = [Posting { lot: Lot::Zin, account: Account::Advance(asked.agb), amount: asked.amount }];
        let (entry, outstanding) = self.advance(&mut write, &asked, EntryKind::AdvancePaid, &parts).await?;
        Ok(write.commit(proto::PayAdvanceResponse { entry, outstanding: to_proto::money(outstanding) }).await?)
    }

    pub(super) async fn settle_advance(
        &self,
        call: &Call,
        request: proto::SettleAdvanceRequest,
    ) -> Result<proto::SettleAdvanceResponse, Error> {
        let asked = convert::settle_advance(&request)?;
        let mut write = match self.core.begin(call, asked.request_id, &request).await? {
            Begun::New(write) => write,
            Begun::Replay(reply) => return Ok(reply),
        };
        let part = |account, amount| Posting { lot: Lot::Zin, account, amount };
        let parts = [
            part(Account::Advance(asked.agb), Money::ZERO.minus(asked.amount)?),
            part(Account::Settled(asked.agb), asked.amount),
        ];
        let (entry, outstanding) = self.advance(&mut write, &asked, EntryKind::AdvanceSettled, &parts).await?;
        Ok(write.commit(proto::SettleAdvanceResponse { entry, outstanding: to_proto::money(outstanding) }).await?)
    }

    /// Records what happens to an advance, and tells what is outstanding after it.
    async fn advance(
        &self,
        write: &mut Write,
        asked: &convert::Advance,
        kind: EntryKind,
        parts: &[Posting],
    ) -> Result<(Option<proto::LedgerEntry>, Money), Error> {
        let mut balances = self.taken(write, &asked.year).await?;
        let entry = NewEntry::of(kind, asked.day, &asked.motivation);
        let entry = self.post(write, &asked.year, &mut balances, entry, (parts, Against::Paid)).await?;
        Ok((Some(convert::entry(&entry)), balances.of(Lot::Zin, Account::Advance(asked.agb))))
    }
}
