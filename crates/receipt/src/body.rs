//! The canonical body of a receipt: what is signed.

use chrono::{DateTime, SecondsFormat, Utc};

use crate::{FORMAT, Receipt};

/// The body of a receipt; see the [crate's documentation](crate) for its layout.
pub(crate) fn body(receipt: &Receipt) -> Vec<u8> {
    let decision = &receipt.decision;
    let (decided_time, key_id) = (time(decision.decided_time), receipt.key_id.to_string());
    let fields: [&[u8]; 10] = [
        decision.service.as_bytes(),
        decision.decision_id.as_bytes(),
        decision.office.as_bytes(),
        decision.kind.as_bytes(),
        decision.subject.as_bytes(),
        decided_time.as_bytes(),
        &receipt.facts_sha256,
        &receipt.rules_sha256,
        key_id.as_bytes(),
        decision.explanation.as_bytes(),
    ];
    let mut body = Vec::with_capacity(512 + decision.explanation.len());
    body.extend_from_slice(FORMAT.as_bytes());
    body.push(b'\n');
    for field in fields {
        // A length before each field: no two receipts have the same body.
        body.extend_from_slice(&(field.len() as u64).to_be_bytes());
        body.extend_from_slice(field);
    }
    body
}

/// A moment as receipts write it: whole microseconds, as every store keeps it.
pub(crate) fn time(time: DateTime<Utc>) -> String {
    time.to_rfc3339_opts(SecondsFormat::Micros, true)
}
