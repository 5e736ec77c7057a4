//! Claims intake: the pipeline that budget (message 187) and home care (428) share.
//!
//! A file goes through three passes:
//!
//! 1. **receive**: the bytes are checked and hashed as they arrive and kept in a spool, in memory up to a
//!    limit and beyond it encrypted on disk. No transaction is open. A file that fails is answered from here and
//!    leaves no trace.
//! 2. **decide**: in one write transaction, batch by batch, each line is held against what was granted before and
//!    against the register of insured persons, where one was imported, and against the service's own [`Decider`], and
//!    stored.
//! 3. **answer**: the AW320 is written from the spool and eight bytes of result per line.
//!
//! A service holds an [`Intake`], hands the stream of a call to [`Intake::submit`] and answers with what that gives:
//!
//! ```ignore
//! let decider = move |office: &Office| BudgetDecider::new(office, rules);
//! let (arrival, messages) = self.core.arrive(request)?;
//! Ok(Response::new(self.intake.submit(arrival, messages, decider).boxed()))
//! ```
//!
//! What screening decides on cases is carried out in [`reclaim`].
//!
//! What holds whatever happens:
//!
//! - a file is on record as a whole or not at all; a client that goes away rolls it back;
//! - the same bytes again get the same AW320, byte for byte, and change nothing;
//! - a reference is granted once per provider, and a debit line is taken back once, for what was granted on it;
//! - where a service says that days can be bought once, a client gets a product on a day once from a provider, unless
//!   what was granted was taken back;
//! - a line of days on which the register does not have the client insured is refused, and one of days that it does not
//!   cover is not;
//! - a line of care so old that its file may have been removed is refused: nobody could tell whether it was granted;
//! - memory does not grow with the file but for eight bytes per line;
//! - a citizen service number is on disk neither in the database nor, readable, in the spool.
//!
//! Sources: Vektis EI standard AW319 v1.4, AW320 v1.3.

mod answer;
mod attempt;
mod batch;
mod days;
mod decider;
mod findings;
mod history;
mod insured;
mod judge;
mod links;
mod measures;
mod receive;
pub mod reclaim;
mod results;
mod retention;
mod rpc;
mod spool;
mod store;
mod work;

pub use decider::{ClaimLine, Decider, FileHeader, FileSummary, FileVerdict, JudgedLine, LineDecision};
pub use history::granted_line;
pub use insured::{INSURED_KEPT, INSURED_TEXT, INSURED_YEARS, InsuredPart, InsuredReply};
pub use links::{add as link_clients, later as later_clients, of as earlier_clients};
pub use results::Outcome;
pub use retention::{CLAIM_FILE_KEPT, CLAIM_FILE_TEXT, CLAIM_FILE_YEARS};
pub use rpc::{Incoming, Part};
pub use spool::Spool;
pub use store::{StoredFile, claim_file, hold_files, line_pages, list_files};
pub use work::{Intake, Limits};

use database::Migration;
use edge::Record;

/// To whom a claim file belongs.
pub const CLAIM_FILE: Record =
    Record { kind: "claim_file", owner: "SELECT office, agb FROM claim_file WHERE file_id = $1" };

/// The tables of the intake, to be put before a service's own (which start at version 100).
pub const MIGRATIONS: [Migration; 9] = [
    Migration::new(50, "intake", include_str!("../migrations/0050_intake.sql")),
    Migration::append_only(51, "intake_append_only", &["claim_file", "claim_line", "claim_remark"]),
    Migration::purgeable(52, "intake_purgeable", &["claim_file", "claim_line", "claim_remark"]),
    Migration::new(53, "client_link", include_str!("../migrations/0053_client_link.sql")),
    Migration::append_only(54, "client_link_append_only", &["client_link"]),
    Migration::new(55, "insured", include_str!("../migrations/0055_insured.sql")),
    Migration::append_only(56, "insured_append_only", &["insured_import", "insured_person"]),
    Migration::purgeable(57, "insured_purgeable", &["insured_person"]),
    Migration::per_engine(
        58,
        "insured_row",
        include_str!("../migrations/0058_insured_row.sqlite.sql"),
        include_str!("../migrations/0058_insured_row.postgres.sql"),
    ),
];
