//! How long claim files are kept, and their removal after that.
//!
//! With a file its references are forgotten, and a line that comes again could be granted again. So a line of care in a
//! time of which files were removed is refused with 0586, whatever its reference: see [`removed_through`]. For that, a
//! file with a granted line of later care than its period says is counted from that line.

use chrono::NaiveDate;
use database::{Counted, DatabaseError, Perishable, Remains, Removal, Tx, due};
use edge::{
    Office, Retention,
    retention::{Counting, kept},
};
use explain::{Parameter, Text};

const KIND: &str = "claim_file";

/// How many years claim files are kept.
pub const CLAIM_FILE_YEARS: Parameter<u32> = Parameter::count("SCR-03", "claim_file_years");
/// Claim files are kept.
pub const CLAIM_FILE_TEXT: Text = kept(KIND);

/// Claim files with their lines and remarks.
pub const CLAIM_FILE_KEPT: Retention = Retention {
    records: Perishable {
        kind: KIND,
        counted: Counted::Day,
        due: due!(
            "SELECT file_id AS object_id, CASE WHEN latest > last_day THEN latest ELSE last_day END AS counted,
                    lines + 1 + (SELECT COUNT(*) FROM claim_remark
                                 WHERE claim_remark.office = old.office AND claim_remark.agb = old.agb
                                   AND claim_remark.file_number = old.file_number) AS row_count
             FROM (SELECT file_id, office, agb, file_number, last_day, lines,
                          (SELECT MAX(claim_line.last_day) FROM claim_line
                           WHERE claim_line.office = claim_file.office AND claim_line.agb = claim_file.agb
                             AND claim_line.file_number = claim_file.file_number
                             AND claim_line.outcome > 0) AS latest
                   FROM claim_file WHERE office = $1 AND last_day < $2) AS old
             WHERE latest IS NULL OR latest < $2
             ORDER BY file_id"
        ),
        // Files of these providers are not decided meanwhile.
        lock: Some(
            "UPDATE claim_sender SET files = files
             WHERE (office, agb) IN (SELECT office, agb FROM claim_file
                                     WHERE file_id IN (SELECT object_id FROM purge_item))",
        ),
        removals: &[
            Removal {
                table: "claim_line",
                sql: "DELETE FROM claim_line
                      WHERE (file_number, agb, office) IN (
                          SELECT file_number, agb, office FROM claim_file
                          WHERE office = $1 AND last_day < $2 AND file_id IN (SELECT object_id FROM purge_item))",
            },
            Removal {
                table: "claim_remark",
                sql: "DELETE FROM claim_remark
                      WHERE (file_number, agb, office) IN (
                          SELECT file_number, agb, office FROM claim_file
                          WHERE office = $1 AND last_day < $2 AND file_id IN (SELECT object_id FROM purge_item))",
            },
            Removal {
                table: "claim_file",
                sql: "DELETE FROM claim_file
                      WHERE office = $1 AND last_day < $2 AND file_id IN (SELECT object_id FROM purge_item)",
            },
        ],
        remains: Remains::Each,
    },
    counting: Counting::FromEndOfYear,
    years: CLAIM_FILE_YEARS,
    text: CLAIM_FILE_TEXT,
};

/// The last day of care of which files were removed. To be asked when the provider's row is taken: a purge of its files
/// takes that too.
pub(crate) async fn removed_through(tx: &mut Tx, office: &Office) -> Result<Option<NaiveDate>, DatabaseError> {
    tx.removed_through(office.as_str(), KIND).await
}
