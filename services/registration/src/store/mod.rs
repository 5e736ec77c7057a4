//! Tables of providers, rounds, registrations and agreements.

mod agreement;
mod person;
mod provider;
mod registration;
mod retention;
mod round;

use std::collections::HashMap;

use database::Migration;
use edge::{EdgeError, Record};

pub use agreement::{add_agreement, agreements, agreements_of};
pub use person::{add_person, end_person, people, rewrap_people};
pub use provider::{add_provider, provider, provider_exists, providers};
pub use registration::{
    add_registration, registration, registrations, save_assessment, save_awarded, take_registration,
};
pub use retention::RETENTION;
pub use round::{add_round, round, rounds};

/// The schema of registration.
pub const MIGRATIONS: &[Migration] = &[
    Migration::new(100, "registration", include_str!("../../migrations/0100_registration.sql")),
    Migration::append_only(
        101,
        "append_only",
        &[
            "provider",
            "purchase_round",
            "registration_product",
            "registration_document",
            "assessment",
            "assessment_reason",
            "agreement",
            "agreement_product",
        ],
    ),
    Migration::new(102, "person", include_str!("../../migrations/0102_person.sql")),
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
];

fn stored(what: &str) -> EdgeError {
    EdgeError::Stored(what.to_owned())
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
