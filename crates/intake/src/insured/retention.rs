//! How long what a register said of a person is kept, and its removal after that.
//!
//! The imports stay, with no person in them.

use database::{Counted, Perishable, Remains, Removal, due};
use edge::{
    Retention,
    retention::{Counting, kept},
};
use explain::{Parameter, Text};

const KIND: &str = "insured_person";

/// How many years what a register said of a person is kept.
pub const INSURED_YEARS: Parameter<u32> = Parameter::count("SCR-03", "insured_person_years");
/// What a register said of a person is kept.
pub const INSURED_TEXT: Text = kept(KIND);

/// What was said of a person: all of it together, when the last that was said is about no later day. It is what claims
/// were granted and refused on.
pub const INSURED_KEPT: Retention = Retention {
    records: Perishable {
        kind: KIND,
        counted: Counted::Day,
        due: due!(
            "SELECT old.client AS object_id, old.latest_day AS counted,
                    (SELECT COUNT(*) FROM insured_person AS said
                     WHERE said.client = old.client AND said.office = $1) AS row_count
             FROM insured_person AS old
             WHERE old.office = $1 AND old.latest_day < $2
               AND NOT EXISTS (SELECT 1 FROM insured_person AS later
                               WHERE later.client = old.client AND later.office = $1 AND later.number > old.number)
             ORDER BY old.client"
        ),
        // Extracts of these offices are not recorded meanwhile.
        lock: Some(
            "UPDATE insured_office SET imports = imports
             WHERE office IN (SELECT office FROM insured_person WHERE client IN (SELECT object_id FROM purge_item))",
        ),
        removals: &[Removal {
            table: "insured_person",
            sql: "DELETE FROM insured_person
                  WHERE office = $1 AND CAST($2 AS DATE) IS NOT NULL
                    AND client IN (SELECT object_id FROM purge_item)",
        }],
        remains: Remains::Together,
    },
    counting: Counting::FromEndOfYear,
    years: INSURED_YEARS,
    text: INSURED_TEXT,
};
