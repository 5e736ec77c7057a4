//! iWlz messages and allocations, as they are asked for and told.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use contract::{budget as proto, common};
use edge::{EdgeError, Fields, Office, Page, to_proto};
use identifiers::Agb;
use iwlz::{Client, Faults, Header, MessageKind, Reader};
use uuid::Uuid;

use crate::store::{AllocationsAsked, StoredAllocation, StoredMessage};

/// Reads for whom a message is to be taken.
pub fn import_iwlz(request: &proto::ImportIwlzRequest) -> Result<(Uuid, Office, Agb), EdgeError> {
    let mut fields = Fields::new();
    let request_id = fields.request_id(&request.request_id);
    let office = fields.office("office", &request.office);
    let agb = fields.agb("agb", &request.agb);
    fields.all((request_id, office, agb))
}

/// Reads a message as a whole.
///
/// # Errors
/// Everything that is wrong in it.
pub fn message(bytes: &[u8]) -> Result<(Header, Vec<Client>), Faults> {
    let mut reader = Reader::new(bytes);
    let clients: Vec<Client> = reader.by_ref().collect();
    Ok((reader.finish()?, clients))
}

/// What is wrong in a message.
pub fn faults(faults: &Faults) -> proto::ImportIwlzResponse {
    let fault = |fault: &iwlz::Fault| proto::IwlzFault {
        path: fault.path.clone(),
        client: fault.client.map_or(0, u32::cast_signed),
        byte_offset: fault.byte.cast_signed(),
        line: fault.line.cast_signed(),
        problem: fault.problem.to_string(),
    };
    proto::ImportIwlzResponse {
        message: None,
        faults: faults.found.iter().map(fault).collect(),
        total_faults: faults.total.cast_signed(),
    }
}

/// A message on record.
pub fn stored_message(message: &StoredMessage) -> proto::ImportIwlzResponse {
    let kind = match message.kind {
        MessageKind::Aw33 => proto::IwlzMessageKind::Aw33,
        MessageKind::Aw35 => proto::IwlzMessageKind::Aw35,
        MessageKind::Aw39 => proto::IwlzMessageKind::Aw39,
    };
    // A message is too small for more of anything than fits.
    let count = |count: i64| i32::try_from(count).unwrap_or(i32::MAX);
    let message = proto::IwlzMessage {
        message_id: message.message_id.clone(),
        kind: kind.into(),
        office_code: message.office_code.clone(),
        agb: message.agb.to_string(),
        identification: message.identification.clone(),
        date: to_proto::date(message.date),
        clients: count(message.clients),
        allocations: count(message.allocations),
        starts: count(message.starts),
        mutations: count(message.mutations),
        recorded_time: to_proto::time(message.recorded_time),
    };
    proto::ImportIwlzResponse { message: Some(message), ..proto::ImportIwlzResponse::default() }
}

/// Reads which allocations are asked for.
pub fn list_allocations(request: &proto::ListAllocationsRequest) -> Result<AllocationsAsked, EdgeError> {
    let mut fields = Fields::new();
    let office = fields.office("office", &request.office);
    let agb = if request.agb.is_empty() { Some(None) } else { fields.agb("agb", &request.agb).map(Some) };
    let care_date = fields.optional_date("care_date", request.care_date.as_ref());
    let as_of = fields.optional_time("as_of_time", request.as_of_time.as_ref());
    let page = Page::read(&mut fields, request.page_size, &request.page_token, 2);
    let after = page.as_ref().and_then(after);
    if page.is_some() {
        fields.check(after.is_some(), "page_token", "is not one this call gave out");
    }
    let (office, agb, care_date, as_of, page, after) = fields.all((office, agb, care_date, as_of, page, after))?;
    Ok(AllocationsAsked { office, agb, care_date, as_of: as_of.unwrap_or_else(always), page, after })
}

fn after(page: &Page) -> Option<(i64, i64)> {
    let part = |index: usize| match page.after.get(index).map(String::as_str) {
        Some("") => Some(0),
        Some(text) => text.parse().ok(),
        None => None,
    };
    Some((part(0)?, part(1)?))
}

/// A moment after everything that is on record: 1 January 9999, which both engines hold.
fn always() -> DateTime<Utc> {
    DateTime::from_timestamp(253_370_764_800, 0).unwrap_or(DateTime::<Utc>::MAX_UTC)
}

/// An allocation, with the pseudonyms of its person.
pub fn allocation(allocation: StoredAllocation, pseudonyms: &HashMap<String, Vec<String>>) -> proto::Allocation {
    let mut clients = pseudonyms.get(&allocation.person).cloned().unwrap_or_default().into_iter();
    let percentage = allocation.percentage.map(|hundredths| common::Decimal { value: (hundredths / 100).to_string() });
    // Codes have two or three digits, the number of a decision nine.
    let code = |code: i64| i32::try_from(code).unwrap_or_default();
    proto::Allocation {
        client: clients.next().unwrap_or(allocation.person),
        earlier_clients: clients.collect(),
        agb: allocation.agb,
        office_code: allocation.office_code,
        decision_number: code(allocation.decision_number),
        care_profile: code(allocation.care_profile),
        function_code: code(allocation.function_code),
        delivery_form: allocation.delivery_form,
        kind: allocation.kind,
        period: to_proto::period(allocation.first_day, allocation.last_day),
        percentage,
        withdrawal: allocation.withdrawal,
        nights: allocation.nights,
        care_class: allocation.care_class,
        decided: allocation.decided,
        message_id: allocation.message_id,
        recorded_time: to_proto::time(allocation.recorded_time),
    }
}
