//! How long people are kept, and their removal after that.

use database::{Counted, Perishable, Remains, Removal, due};
use edge::{Retention, retention::Counting};

use crate::rules;

/// What of registration is kept for a time: the people of providers.
pub const RETENTION: &[Retention] = &[Retention {
    records: Perishable {
        kind: "person",
        counted: Counted::Day,
        due: due!(
            "SELECT person_id AS object_id, last_day AS counted, CAST(1 AS BIGINT) AS row_count FROM person
             WHERE office = $1 AND last_day < $2 ORDER BY person_id"
        ),
        lock: None,
        removals: &[Removal {
            table: "person",
            sql: "DELETE FROM person
                  WHERE office = $1 AND last_day < $2 AND person_id IN (SELECT object_id FROM purge_item)",
        }],
        remains: Remains::Each,
    },
    counting: Counting::FromItsDay,
    years: rules::PERSON_YEARS,
    text: rules::PERSON_KEPT,
}];
