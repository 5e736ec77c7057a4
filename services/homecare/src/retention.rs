//! How long the rows of feature tables are kept, and their removal after that.
//!
//! The head of a table stays, with no person in it: what was imported, when, and its fingerprint.

use database::{Counted, Perishable, Remains, Removal, due};
use edge::{
    Retention,
    retention::{Counting, kept},
};
use explain::{Parameter, Text};

const KIND: &str = "feature_table";

/// How many years the rows of feature tables are kept.
pub const FEATURE_TABLE_YEARS: Parameter<u32> = Parameter::count("SCR-03", "feature_table_years");
/// The rows of feature tables are kept.
pub const FEATURE_TABLE_TEXT: Text = kept(KIND);

/// The rows of a table, all together.
pub const FEATURE_TABLE_KEPT: Retention = Retention {
    records: Perishable {
        kind: KIND,
        counted: Counted::Day,
        due: due!(
            "SELECT table_id AS object_id, last_day AS counted, row_count FROM feature_table
             WHERE office = $1 AND last_day < $2
               AND EXISTS (SELECT 1 FROM feature_row WHERE feature_row.table_id = feature_table.table_id)
             ORDER BY table_id"
        ),
        lock: None,
        removals: &[Removal {
            table: "feature_row",
            sql: "DELETE FROM feature_row
                  WHERE table_id IN (SELECT object_id FROM purge_item)
                    AND table_id IN (SELECT table_id FROM feature_table WHERE office = $1 AND last_day < $2)",
        }],
        remains: Remains::Each,
    },
    counting: Counting::FromEndOfYear,
    years: FEATURE_TABLE_YEARS,
    text: FEATURE_TABLE_TEXT,
};
