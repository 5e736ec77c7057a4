//! An entry of an audit log as a line of JSON, and back.

use chrono::{DateTime, SecondsFormat, Utc};
use contract::{access::Action, audit as proto};
use database::{AuditAction, AuditOutcome, AuditRow, entry_sha256};
use serde_json::{Value, json};

/// An entry that was read from a line.
#[derive(Debug)]
pub struct AuditLine {
    /// The entry.
    pub row: AuditRow,
}

impl AuditLine {
    /// Whether its hash is that of its fields.
    pub fn is_itself(&self) -> bool {
        entry_sha256(&self.row) == self.row.sha256
    }

    /// Whether it comes right after another.
    pub fn follows(&self, before: &AuditLine) -> bool {
        self.row.sequence == before.row.sequence + 1 && self.row.previous_sha256 == before.row.sha256
    }
}

/// An entry as a line, with the fields of NEN 7513.
pub fn written(service: &str, entry: proto::AuditEntry) -> String {
    let time = |time: Option<prost_types::Timestamp>| {
        let time = time.and_then(|time| DateTime::from_timestamp(time.seconds, time.nanos.unsigned_abs()));
        time.unwrap_or_default().to_rfc3339_opts(SecondsFormat::Micros, true)
    };
    let outcome = if entry.outcome() == proto::Outcome::Refused { "refused" } else { "done" };
    json!({
        "log_source": service,
        "sequence": entry.sequence,
        "event_time": time(entry.event_time),
        "recorded_time": time(entry.recorded_time),
        "user": entry.actor,
        "role": entry.role,
        "authorisation": entry.authentication,
        "action": letter(entry.action()),
        "event_code": entry.event_code,
        "outcome": outcome,
        "object_type": entry.object_type,
        "object_id": entry.object_id,
        "office": entry.office,
        "request_id": entry.request_id,
        "detail": entry.detail,
        "previous_sha256": hex::encode(&entry.previous_sha256),
        "sha256": hex::encode(&entry.sha256),
    })
    .to_string()
}

/// Reads a line.
///
/// # Errors
/// Says what is missing in it.
pub fn read(line: &str) -> Result<AuditLine, String> {
    let value: Value = serde_json::from_str(line).map_err(|error| error.to_string())?;
    let missing = |name: &str| format!("{name} is missing or wrong");
    let text = |name: &str| value.get(name).and_then(Value::as_str).map(str::to_owned).ok_or_else(|| missing(name));
    let time = |name: &str| -> Result<DateTime<Utc>, String> {
        let time = DateTime::parse_from_rfc3339(&text(name)?).map_err(|_| missing(name))?;
        Ok(time.to_utc())
    };
    let hash = |name: &str| -> Result<[u8; 32], String> {
        let bytes = hex::decode(text(name)?).map_err(|_| missing(name))?;
        bytes.try_into().map_err(|_| missing(name))
    };
    let row = AuditRow {
        sequence: value.get("sequence").and_then(Value::as_i64).ok_or_else(|| missing("sequence"))?,
        event_time: time("event_time")?,
        recorded_time: time("recorded_time")?,
        actor: text("user")?,
        role: text("role")?,
        authentication: text("authorisation")?,
        action: action(&text("action")?).ok_or_else(|| missing("action"))?,
        event_code: text("event_code")?,
        outcome: match text("outcome")?.as_str() {
            "done" => AuditOutcome::Done,
            "refused" => AuditOutcome::Refused,
            _ => return Err(missing("outcome")),
        },
        object_type: text("object_type")?,
        object_id: text("object_id")?,
        office: text("office")?,
        request_id: text("request_id")?,
        detail: text("detail")?,
        previous_sha256: hash("previous_sha256")?,
        sha256: hash("sha256")?,
    };
    Ok(AuditLine { row })
}

fn letter(action: Action) -> &'static str {
    match action {
        Action::Create => AuditAction::Create,
        Action::Unspecified | Action::Read => AuditAction::Read,
        Action::Update => AuditAction::Update,
        Action::Delete => AuditAction::Delete,
        Action::Execute => AuditAction::Execute,
    }
    .letter()
}

fn action(letter: &str) -> Option<AuditAction> {
    let all = [AuditAction::Create, AuditAction::Read, AuditAction::Update, AuditAction::Delete, AuditAction::Execute];
    all.into_iter().find(|action| action.letter() == letter)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row() -> AuditRow {
        let mut row = AuditRow {
            sequence: 7,
            event_time: DateTime::from_timestamp_micros(1_700_000_000_123_456).unwrap(),
            actor: "anna \"A\"".to_owned(),
            role: "purchaser".to_owned(),
            authentication: "certificate".to_owned(),
            action: AuditAction::Execute,
            event_code: "CommitRound".to_owned(),
            outcome: AuditOutcome::Refused,
            object_type: "simulation".to_owned(),
            object_id: "2023".to_owned(),
            office: "vgz".to_owned(),
            request_id: String::new(),
            detail: "ROLE_NOT_ADMITTED".to_owned(),
            recorded_time: DateTime::from_timestamp_micros(1_700_000_001_000_000).unwrap(),
            previous_sha256: [3; 32],
            sha256: [0; 32],
        };
        row.sha256 = entry_sha256(&row);
        row
    }

    fn entry(row: &AuditRow) -> proto::AuditEntry {
        let time = |time: DateTime<Utc>| {
            Some(prost_types::Timestamp {
                seconds: time.timestamp(),
                nanos: time.timestamp_subsec_nanos().cast_signed(),
            })
        };
        proto::AuditEntry {
            sequence: row.sequence,
            event_time: time(row.event_time),
            recorded_time: time(row.recorded_time),
            actor: row.actor.clone(),
            role: row.role.clone(),
            authentication: row.authentication.clone(),
            action: Action::Execute.into(),
            event_code: row.event_code.clone(),
            outcome: proto::Outcome::Refused.into(),
            object_type: row.object_type.clone(),
            object_id: row.object_id.clone(),
            office: row.office.clone(),
            request_id: row.request_id.clone(),
            detail: row.detail.clone(),
            previous_sha256: row.previous_sha256.to_vec(),
            sha256: row.sha256.to_vec(),
        }
    }

    #[test]
    fn a_line_is_read_back_and_a_changed_one_shows() {
        let line = written("budget", entry(&row()));
        let back = read(&line).unwrap();
        assert_eq!(back.row, row());
        assert!(back.is_itself());
        for (from, to) in
            [("anna", "bob"), ("refused", "done"), ("\"sequence\":7", "\"sequence\":8"), ("20.123456", "20.123457")]
        {
            let changed = line.replace(from, to);
            assert_ne!(changed, line, "{from}");
            assert!(!read(&changed).unwrap().is_itself(), "{from}");
        }
        assert_eq!(read("{}").unwrap_err(), "sequence is missing or wrong");
    }
}
