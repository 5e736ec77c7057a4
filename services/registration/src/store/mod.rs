//! Tables of providers, rounds, registrations and agreements.

mod agreement;
mod appeal;
mod case;
mod document;
mod duty;
mod inquiry;
mod offer;
mod person;
mod provider;
mod registration;
mod retention;
mod round;
mod supply;

use std::collections::HashMap;

use database::Migration;
use edge::{EdgeError, Record};
use serde::{Serialize, de::DeserializeOwned};

pub use agreement::{add_agreement, agreement, agreement_on, agreements, agreements_of, save_terms, take_agreement};
pub use appeal::{
    add_appeal, add_subcontractor, announced, answer_appeal, appeal, appeals, asked_about, judge_awaited,
    save_subcontractor, subcontractor, subcontractors,
};
pub use case::{add_case_measure, case_measures, excluded_by};
pub use document::{add_content, has_content};
pub use duty::{Looked, add_duty, close_duties, close_duty, duties, duty, miss_duty, past_duties, withdraw_offers};
pub use inquiry::{Finding, Findings, answer, ask, clarification, clarifications, clarified, findings, record_finding};
pub use offer::{add_award, add_offer, award, next_offer, offer, offers, replace_offers, save_offer};
pub use person::{add_person, end_person, people, people_ids, rewrap_people};
pub use provider::{add_provider, known_provider, provider, providers, update_provider};
pub use registration::{
    add_registration, other_procedure, registration, registrations, save_assessment, save_awarded, save_content,
    save_submitted, take_registration, take_registrations,
};
pub use retention::RETENTION;
pub use round::{add_round, all_rounds, round, round_of, rounds};
pub use supply::{Supplied, supply};

/// The schema of registration.
pub const MIGRATIONS: &[Migration] = &[
    Migration::new(100, "registration", include_str!("../../migrations/0100_registration.sql")),
    Migration::append_only(
        101,
        "append_only",
        &[
            "provider_version",
            "purchase_round",
            "registration_content",
            "assessment",
            "assessment_line",
            "inquiry",
            "award",
            "agreement_terms",
            "document_content",
        ],
    ),
    Migration::new(102, "person", include_str!("../../migrations/0102_person.sql")),
    Migration::new(103, "case_measure", include_str!("../../migrations/0103_case_measure.sql")),
    Migration::append_only(104, "case_measure_append_only", &["case_measure"]),
];

/// To whom rounds and registrations belong.
pub const RECORDS: &[Record] = &[
    Record { kind: "person", owner: "SELECT office, agb FROM person WHERE person_id = $1" },
    Record { kind: "round", owner: "SELECT office, '' FROM purchase_round WHERE round_id = $1" },
    Record {
        kind: "registration",
        owner: "SELECT purchase_round.office, registration.agb FROM registration
                JOIN purchase_round ON purchase_round.round_id = registration.round_id
                WHERE registration_id = $1",
    },
    Record { kind: "agreement", owner: "SELECT office, agb FROM agreement WHERE agreement_id = $1" },
    Record { kind: "offer", owner: "SELECT office, agb FROM offer WHERE offer_id = $1" },
    Record { kind: "duty", owner: "SELECT office, agb FROM duty WHERE duty_id = $1" },
    Record {
        kind: "appeal",
        owner: "SELECT purchase_round.office, appeal.agb FROM appeal
                JOIN purchase_round ON purchase_round.round_id = appeal.round_id
                WHERE appeal_id = $1",
    },
    Record {
        kind: "subcontractor",
        owner: "SELECT agreement.office, agreement.agb FROM subcontractor
                JOIN agreement ON agreement.agreement_id = subcontractor.agreement_id
                WHERE subcontractor_id = $1",
    },
    Record {
        kind: "clarification",
        owner: "SELECT purchase_round.office, registration.agb FROM clarification
                JOIN registration ON registration.registration_id = clarification.registration_id
                JOIN purchase_round ON purchase_round.round_id = registration.round_id
                WHERE clarification_id = $1",
    },
];

fn stored(what: &str) -> EdgeError {
    EdgeError::Stored(what.to_owned())
}

/// A value that is written and read whole.
fn json(value: &impl Serialize) -> Result<String, EdgeError> {
    serde_json::to_string(value).map_err(|error| EdgeError::Stored(error.to_string()))
}

/// A value as it is stored, in bytes that are the same for the same value.
///
/// # Errors
/// [`EdgeError::Stored`] when it can't be written.
pub fn bytes_of(value: &impl Serialize) -> Result<Vec<u8>, EdgeError> {
    json(value).map(String::into_bytes)
}

fn of_json<T: DeserializeOwned>(text: &str, what: &str) -> Result<T, EdgeError> {
    serde_json::from_str(text).map_err(|_| stored(what))
}

/// The place of an item in its list; lists are bounded when they are read.
fn position(index: usize) -> i64 {
    i64::try_from(index).unwrap_or(i64::MAX)
}

/// Rows that are ordered within their owner, by owner.
fn by_owner<T>(rows: impl IntoIterator<Item = (String, T)>) -> HashMap<String, Vec<T>> {
    let mut owners: HashMap<String, Vec<T>> = HashMap::new();
    for (owner, row) in rows {
        owners.entry(owner).or_default().push(row);
    }
    owners
}
