//! How long what iWlz messages said of a person is kept, and its removal after that.
//!
//! The head of a message stays, with no person in it: a message that is sent once more does not bring back what was
//! removed.

use database::{Counted, Perishable, Remains, Removal, due};
use edge::{
    Retention,
    retention::{Counting, kept},
};
use explain::{Parameter, Text};

const KIND: &str = "allocation";

/// How many years allocations and reports on care are kept.
pub const ALLOCATION_YEARS: Parameter<u32> = Parameter::count("SCR-03", "allocation_years");
/// Allocations and reports on care are kept.
pub const ALLOCATION_TEXT: Text = kept(KIND);

/// What was said of a person: all of it together, when nothing of it is about a later day and no allocation is open.
pub const ALLOCATION_KEPT: Retention = Retention {
    records: Perishable {
        kind: KIND,
        counted: Counted::Day,
        due: due!(
            "SELECT person AS object_id, latest AS counted, row_count
             FROM (SELECT said.person, MAX(said.latest) AS latest,
                          COUNT(*) + (SELECT COUNT(*) FROM iwlz_client
                                      WHERE iwlz_client.office = $1 AND iwlz_client.person = said.person) AS row_count
                   FROM (SELECT person, CASE WHEN last_day > first_day THEN last_day ELSE first_day END AS latest
                         FROM allocation WHERE office = $1
                         UNION ALL
                         SELECT person, first_day AS latest FROM care_start WHERE office = $1
                         UNION ALL
                         SELECT person, mutation_day AS latest FROM care_mutation WHERE office = $1) AS said
                   GROUP BY said.person) AS old
             WHERE latest < $2
               AND NOT EXISTS (
                   SELECT 1 FROM allocation AS row
                   WHERE row.office = $1 AND row.person = old.person AND row.last_day IS NULL
                     AND NOT EXISTS (
                         SELECT 1 FROM allocation AS later
                         WHERE later.office = row.office AND later.person = row.person AND later.agb = row.agb
                           AND later.decision_number = row.decision_number
                           AND later.care_profile = row.care_profile AND later.function_code = row.function_code
                           AND later.first_day = row.first_day
                           AND (later.decided > row.decided
                                OR (later.decided = row.decided
                                    AND (later.number > row.number
                                         OR (later.number = row.number AND later.item > row.item))))))
             ORDER BY person"
        ),
        // Messages of these offices are not recorded meanwhile.
        lock: Some(
            "UPDATE iwlz_office SET messages = messages
             WHERE office IN (SELECT office FROM iwlz_client
                              WHERE person IN (SELECT object_id FROM purge_item))",
        ),
        removals: &[
            Removal {
                table: "allocation",
                sql: "DELETE FROM allocation
                      WHERE office = $1 AND first_day < $2 AND person IN (SELECT object_id FROM purge_item)",
            },
            Removal {
                table: "care_start",
                sql: "DELETE FROM care_start
                      WHERE office = $1 AND first_day < $2 AND person IN (SELECT object_id FROM purge_item)",
            },
            Removal {
                table: "care_mutation",
                sql: "DELETE FROM care_mutation
                      WHERE office = $1 AND mutation_day < $2 AND person IN (SELECT object_id FROM purge_item)",
            },
            Removal {
                table: "iwlz_client",
                sql: "DELETE FROM iwlz_client
                      WHERE office = $1 AND CAST($2 AS DATE) IS NOT NULL
                        AND person IN (SELECT object_id FROM purge_item)",
            },
        ],
        // A name of a person would outlive what was said of it.
        remains: Remains::Together,
    },
    counting: Counting::FromEndOfYear,
    years: ALLOCATION_YEARS,
    text: ALLOCATION_TEXT,
};
