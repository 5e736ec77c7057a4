//! Cases that screening decided: how what they claim back is told here (SCR-07, HOM-09).

use intake::reclaim::{ReclaimRule, Reclaimer};

use crate::{NAME, rules};

/// What cases claim back is reclaimed, and nothing else follows from it.
#[derive(Clone, Copy, Debug)]
pub struct Reclaims;

impl Reclaimer for Reclaims {
    const RULE: ReclaimRule = ReclaimRule {
        service: NAME,
        reclaimed: rules::CASE_RECLAIMED,
        credited: rules::CASE_CREDITED,
        earlier: rules::CASE_EARLIER,
    };
}
