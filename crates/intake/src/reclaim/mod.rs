//! What cases that screening decided claim back of lines granted here (SCR-07).
//!
//! A service follows screening with [`DecidedCases`]. Of each case that claims something back of its lines, that is
//! decided by [`case_reclaim`] and recorded with the decision, in the transaction that moves the cursor. Beside these it
//! has a [`Reclaimer`] of its own, the [`migrations`] of the table, and the call that
//! [`Intake::case_reclaims`](crate::Intake::case_reclaims) answers.

mod decide;
mod follow;
mod rpc;
mod store;

use database::{Migration, Tx};
use edge::EdgeError;
use money::Money;

pub use decide::{CaseReclaimFacts, ClaimedLine, ReclaimRule, Reclaimed, case_reclaim};
pub use follow::DecidedCases;
pub use store::CaseReclaim;

/// What a service adds to what cases claim back.
pub trait Reclaimer: Send + Sync + 'static {
    /// The service's name, and its words.
    const RULE: ReclaimRule;

    /// Stores what else follows where a case claims something back of a line, of which all cases together claim a total;
    /// nothing unless a service says so.
    ///
    /// # Errors
    /// What the store reports. The case is then carried out again from the start.
    fn reclaimed(
        &self,
        _tx: &mut Tx,
        _one: &CaseReclaim,
        _total: Money,
    ) -> impl Future<Output = Result<(), EdgeError>> + Send {
        std::future::ready(Ok(()))
    }
}

/// The table of what cases claim back, from a version of a service's own: it takes two.
pub const fn migrations(version: i64) -> [Migration; 2] {
    [
        Migration::new(version, "case_reclaim", include_str!("../../migrations/case_reclaim.sql")),
        Migration::append_only(version + 1, "case_reclaim_append_only", &["case_reclaim"]),
    ]
}
