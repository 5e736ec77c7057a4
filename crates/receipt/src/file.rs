//! The file of a receipt: JSON with one field to a line, which can be written in one way only.

use std::{borrow::Cow, io};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Serializer, ser::Formatter, value::RawValue};

use crate::{Decision, FORMAT, KeyId, Receipt, VerifyError, body::time};

/// The fields, in the order of the file: what people look for first, what is long last.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Fields<'a> {
    format: Cow<'a, str>,
    service: Cow<'a, str>,
    decision_id: Cow<'a, str>,
    office: Cow<'a, str>,
    kind: Cow<'a, str>,
    subject: Cow<'a, str>,
    decided_time: String,
    #[serde(with = "hex")]
    facts_sha256: [u8; 32],
    #[serde(with = "hex")]
    rules_sha256: [u8; 32],
    key_id: KeyId,
    #[serde(with = "hex")]
    signature: [u8; 64],
    #[serde(borrow)]
    explanation: &'a RawValue,
    #[serde(borrow)]
    facts: &'a RawValue,
    #[serde(borrow)]
    rules: &'a RawValue,
}

/// Whether a text is JSON with nothing before or after it, and so can stand in a receipt as it is.
pub(crate) fn is_bare_json(text: &str) -> Result<(), String> {
    let value: &RawValue = serde_json::from_str(text).map_err(|error| error.to_string())?;
    if value.get() == text { Ok(()) } else { Err("white space around it".to_owned()) }
}

pub(crate) fn read(bytes: &[u8]) -> Result<Receipt, VerifyError> {
    let not_a_receipt = |problem: String| VerifyError::NotAReceipt(problem);
    let text = str::from_utf8(bytes).map_err(|error| not_a_receipt(error.to_string()))?;
    let fields: Fields<'_> = serde_json::from_str(text).map_err(|error| not_a_receipt(error.to_string()))?;
    if fields.format != FORMAT {
        return Err(not_a_receipt(format!("its format is {:?}, expected {FORMAT:?}", fields.format)));
    }
    let decided_time = DateTime::parse_from_rfc3339(&fields.decided_time)
        .map_err(|error| not_a_receipt(format!("decided_time: {error}")))?;
    let receipt = Receipt {
        decision: Decision {
            service: fields.service.into_owned(),
            decision_id: fields.decision_id.into_owned(),
            office: fields.office.into_owned(),
            kind: fields.kind.into_owned(),
            subject: fields.subject.into_owned(),
            decided_time: decided_time.with_timezone(&Utc),
            explanation: fields.explanation.get().to_owned(),
            facts: fields.facts.get().to_owned(),
            rules: fields.rules.get().to_owned(),
        },
        facts_sha256: fields.facts_sha256,
        rules_sha256: fields.rules_sha256,
        key_id: fields.key_id,
        signature: fields.signature,
    };
    let written = write(&receipt);
    if written == bytes {
        return Ok(receipt);
    }
    let same = written.iter().zip(bytes).take_while(|(ours, theirs)| ours == theirs).count();
    Err(VerifyError::NotCanonical { line: written[..same].iter().filter(|byte| **byte == b'\n').count() + 1 })
}

pub(crate) fn write(receipt: &Receipt) -> Vec<u8> {
    let decision = &receipt.decision;
    // Receipts are made of JSON that was checked: by signing, or by reading.
    let json = |text| serde_json::from_str(text).unwrap_or(RawValue::NULL);
    let fields = Fields {
        format: FORMAT.into(),
        service: decision.service.as_str().into(),
        decision_id: decision.decision_id.as_str().into(),
        office: decision.office.as_str().into(),
        kind: decision.kind.as_str().into(),
        subject: decision.subject.as_str().into(),
        decided_time: time(decision.decided_time),
        facts_sha256: receipt.facts_sha256,
        rules_sha256: receipt.rules_sha256,
        key_id: receipt.key_id,
        signature: receipt.signature,
        explanation: json(&decision.explanation),
        facts: json(&decision.facts),
        rules: json(&decision.rules),
    };
    let lengths = decision.explanation.len() + decision.facts.len() + decision.rules.len();
    let mut file = Vec::with_capacity(1024 + lengths);
    // Writing texts to memory does not fail. If it did, the file would be cut off and refused by whoever reads it.
    let _ = fields.serialize(&mut Serializer::with_formatter(&mut file, Lines));
    file
}

/// One field to a line. Only the outer object is formatted: what is stored as JSON is written as it is.
struct Lines;

impl Formatter for Lines {
    fn begin_object_key<W: ?Sized + io::Write>(&mut self, writer: &mut W, first: bool) -> io::Result<()> {
        writer.write_all(if first { b"\n" } else { b",\n" })
    }

    fn end_object<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        writer.write_all(b"\n}\n")
    }
}
