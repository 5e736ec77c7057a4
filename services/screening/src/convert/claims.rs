//! Claim lines of budget and home care.

use chrono::{DateTime, NaiveDate, Utc};
use contract::common;
use edge::{EdgeError, Fields, Office};
use identifiers::Agb;

use crate::domain::{Claim, LineKey};

/// Reads a claim file that was made known: office, provider and when it was received.
pub fn claim_file(file: &common::ClaimFile) -> Result<(Office, Agb, DateTime<Utc>), EdgeError> {
    let mut fields = Fields::new();
    let office = fields.office("office", &file.office);
    let agb = fields.agb("agb", &file.agb);
    let received = fields.optional_time("received_time", file.received_time.as_ref());
    let received = received.and_then(|received| fields.required("received_time", received));
    fields.all((office, agb, received))
}

/// Reads a granted debit line of a file that was made known.
pub fn claim(
    line: &common::ClaimLine,
    key: LineKey,
    agb: Agb,
    granted_time: DateTime<Utc>,
) -> Result<Claim, EdgeError> {
    let mut fields = Fields::new();
    let period = fields.period("period", line.period.as_ref());
    let last_day = period.and_then(|(_, last)| fields.required("period.last_day", last));
    let granted = fields.money("granted", line.granted.as_ref());
    let product = fields.product("product", &line.product);
    let ((first_day, _), last_day, granted, product) = fields.all((period, last_day, granted, product))?;
    Ok(Claim {
        key,
        granted_time,
        agb,
        client: line.client.clone(),
        product,
        first_day,
        last_day,
        granted,
        reference: line.reference.clone(),
        quantity: line.quantity,
        unit: line.unit.clone(),
        function_code: line.function_code,
        care_profile: line.care_profile,
    })
}

/// The first day of a line, where it has one that exists.
pub fn first_day(line: &common::ClaimLine) -> Option<NaiveDate> {
    Fields::new().period("period", line.period.as_ref()).map(|(first, _)| first)
}
