//! The ledger, as it is asked and told.

use chrono::{DateTime, NaiveDate, Utc};
use contract::budget as proto;
use edge::{EdgeError, Fields, Page, to_proto};
use identifiers::Agb;
use money::Money;
use uuid::Uuid;

use super::{lot_to_proto, request::year_of};
use crate::{
    decide::Balances,
    domain::{Account, Entry, EntryKind, Lot, OfficeYear},
};

/// The most payments that are recorded at once.
const MOST_PAYMENTS: usize = 1_000;

/// Which entries are asked.
#[derive(Debug)]
pub struct ListEntries {
    /// The office's year.
    pub year: OfficeYear,
    /// The provider; empty for all.
    pub agb: String,
    /// As known at this moment.
    pub as_of: Option<DateTime<Utc>>,
    /// The page.
    pub page: Page,
}

/// Reads which entries are asked.
pub fn list_entries(request: &proto::ListLedgerEntriesRequest) -> Result<ListEntries, EdgeError> {
    let mut fields = Fields::new();
    let year = year_of(&mut fields, &request.office, request.year);
    let agb = super::request::optional_agb(&mut fields, &request.agb);
    let as_of = fields.optional_time("as_of_time", request.as_of_time.as_ref());
    let page = Page::read(&mut fields, request.page_size, &request.page_token, 1);
    let (year, agb, as_of, page) = fields.all((year, agb, as_of, page))?;
    Ok(ListEntries { year, agb, as_of, page })
}

type Until = (OfficeYear, Option<DateTime<Utc>>, Option<NaiveDate>);

/// Reads which balances are asked.
pub fn get_ledger(request: &proto::GetLedgerRequest) -> Result<Until, EdgeError> {
    let mut fields = Fields::new();
    let year = year_of(&mut fields, &request.office, request.year);
    let as_of = fields.optional_time("as_of_time", request.as_of_time.as_ref());
    let day = fields.optional_date("day", request.day.as_ref());
    fields.all((year, as_of, day))
}

/// Budget that moves.
#[derive(Debug)]
pub struct MoveBudget {
    /// The request.
    pub request_id: Uuid,
    /// The office's year.
    pub year: OfficeYear,
    /// From whom.
    pub from: Agb,
    /// To whom.
    pub to: Agb,
    /// How much.
    pub amount: Money,
    /// What was agreed.
    pub motivation: String,
}

/// Reads which budget is to move.
pub fn move_budget(request: &proto::MoveBudgetRequest) -> Result<MoveBudget, EdgeError> {
    let mut fields = Fields::new();
    let request_id = fields.request_id(&request.request_id);
    let year = year_of(&mut fields, &request.office, request.year);
    let from = fields.agb("from_agb", &request.from_agb);
    let to = fields.agb("to_agb", &request.to_agb);
    fields.check(from.is_none() || from != to, "to_agb", "is the provider it comes from");
    let amount = some_money(&mut fields, request.amount.as_ref());
    let motivation = fields.text("motivation", &request.motivation);
    let (request_id, year, from, to, amount, motivation) =
        fields.all((request_id, year, from, to, amount, motivation))?;
    Ok(MoveBudget { request_id, year, from, to, amount, motivation })
}

fn some_money(fields: &mut Fields, amount: Option<&contract::common::Money>) -> Option<Money> {
    let amount = fields.positive_money("amount", amount);
    fields.check(amount != Some(Money::ZERO), "amount", "must be more than nothing");
    amount
}

/// Payments to be recorded.
#[derive(Debug)]
pub struct Payments {
    /// The request.
    pub request_id: Uuid,
    /// The office's year.
    pub year: OfficeYear,
    /// The day of payment.
    pub day: NaiveDate,
    /// What each provider was paid.
    pub payments: Vec<(Agb, Money)>,
    /// The payer's reference.
    pub reference: String,
}

/// Reads payments.
pub fn record_payments(request: &proto::RecordPaymentsRequest) -> Result<Payments, EdgeError> {
    let mut fields = Fields::new();
    let request_id = fields.request_id(&request.request_id);
    let year = year_of(&mut fields, &request.office, request.year);
    let day = fields.date("day", request.day.as_ref());
    let count = request.payments.len();
    fields.check((1..=MOST_PAYMENTS).contains(&count), "payments", "must be 1 to 1,000");
    let mut payments = Vec::with_capacity(count.min(MOST_PAYMENTS));
    for (place, payment) in request.payments.iter().take(MOST_PAYMENTS).enumerate() {
        let agb = fields.agb(&format!("payments[{place}].agb"), &payment.agb);
        let name = format!("payments[{place}].amount");
        let amount = fields.money(&name, payment.amount.as_ref());
        fields.check(amount != Some(Money::ZERO), &name, "must not be nothing");
        payments.push(agb.zip(amount));
    }
    let mut agbs: Vec<&str> = request.payments.iter().map(|payment| payment.agb.as_str()).collect();
    agbs.sort_unstable();
    let once = agbs.windows(2).all(|pair| pair[0] != pair[1]);
    fields.check(once, "payments", "names a provider twice");
    let payments: Option<Vec<(Agb, Money)>> = payments.into_iter().collect();
    let reference = fields.text("reference", &request.reference);
    let (request_id, year, day, payments, reference) = fields.all((request_id, year, day, payments, reference))?;
    Ok(Payments { request_id, year, day, payments, reference })
}

/// An advance, paid or settled.
#[derive(Debug)]
pub struct Advance {
    /// The request.
    pub request_id: Uuid,
    /// The office's year.
    pub year: OfficeYear,
    /// The provider.
    pub agb: Agb,
    /// How much.
    pub amount: Money,
    /// The day.
    pub day: NaiveDate,
    /// Why.
    pub motivation: String,
}

/// Reads an advance that is paid.
pub fn advance(request: &proto::PayAdvanceRequest) -> Result<Advance, EdgeError> {
    let proto::PayAdvanceRequest { request_id, office, year, agb, amount, day, motivation } = request;
    read_advance((request_id, office, *year, agb), (amount.as_ref(), day.as_ref(), motivation))
}

/// Reads an advance that is settled.
pub fn settle_advance(request: &proto::SettleAdvanceRequest) -> Result<Advance, EdgeError> {
    let proto::SettleAdvanceRequest { request_id, office, year, agb, amount, day, motivation } = request;
    read_advance((request_id, office, *year, agb), (amount.as_ref(), day.as_ref(), motivation))
}

fn read_advance(
    (request_id, office, year, agb): (&str, &str, i32, &str),
    (amount, day, motivation): (Option<&contract::common::Money>, Option<&contract::common::Date>, &str),
) -> Result<Advance, EdgeError> {
    let mut fields = Fields::new();
    let request_id = fields.request_id(request_id);
    let year = year_of(&mut fields, office, year);
    let agb = fields.agb("agb", agb);
    let amount = some_money(&mut fields, amount);
    let day = fields.date("day", day);
    let motivation = fields.text("motivation", motivation);
    let (request_id, year, agb, amount, day, motivation) =
        fields.all((request_id, year, agb, amount, day, motivation))?;
    Ok(Advance { request_id, year, agb, amount, day, motivation })
}

/// An entry.
pub fn entry(entry: &Entry) -> proto::LedgerEntry {
    let kind = match entry.kind {
        EntryKind::Established => proto::EntryKind::Established,
        EntryKind::NzaDecision => proto::EntryKind::NzaDecision,
        EntryKind::Transfer => proto::EntryKind::Transfer,
        EntryKind::Reserved => proto::EntryKind::Reserved,
        EntryKind::Released => proto::EntryKind::Released,
        EntryKind::Round => proto::EntryKind::Round,
        EntryKind::Moved => proto::EntryKind::Moved,
        EntryKind::AdvancePaid => proto::EntryKind::AdvancePaid,
        EntryKind::AdvanceSettled => proto::EntryKind::AdvanceSettled,
        EntryKind::ClaimsPaid => proto::EntryKind::ClaimsPaid,
        EntryKind::Reconciled => proto::EntryKind::Reconciled,
    };
    let posting = |posting: &crate::domain::Posting| proto::Posting {
        account: Some(account(posting.lot, posting.account)),
        amount: to_proto::money(posting.amount),
    };
    proto::LedgerEntry {
        entry_id: entry.id.clone(),
        kind: kind.into(),
        day: to_proto::date(entry.day),
        motivation: entry.motivation.clone(),
        decision_id: entry.decision_id.clone().unwrap_or_default(),
        postings: entry.postings.iter().map(posting).collect(),
        recorded_time: to_proto::time(entry.recorded),
    }
}

fn account(lot: Lot, account: Account) -> proto::Account {
    let kind = match account {
        Account::Room => proto::AccountKind::Room,
        Account::Reserve => proto::AccountKind::Reserve,
        Account::Agreed(_) => proto::AccountKind::Agreed,
        Account::Free => proto::AccountKind::Free,
        Account::Shortage => proto::AccountKind::Shortage,
        Account::Paid(_) => proto::AccountKind::Paid,
        Account::Advance(_) => proto::AccountKind::Advance,
        Account::Settled(_) => proto::AccountKind::Settled,
    };
    let agb = account.agb().map(|agb| agb.to_string()).unwrap_or_default();
    proto::Account { lot: lot_to_proto(lot).into(), kind: kind.into(), agb }
}

/// What is in every account.
pub fn balances(balances: &Balances) -> Vec<proto::Balance> {
    let balance =
        |(lot, of, balance)| proto::Balance { account: Some(account(lot, of)), balance: to_proto::money(balance) };
    balances.iter().filter(|(.., balance)| !balance.is_zero()).map(balance).collect()
}
