//! Cases that screening decided: what follows here from what they claim back (SCR-07, BUD-11).

use database::Tx;
use edge::EdgeError;
use intake::reclaim::{CaseReclaim, ReclaimRule, Reclaimer};
use money::Money;

use crate::{NAME, domain::OfficeYear, rules, store};

/// What cases claim back is a wrongful payment, which the reconciliation of the year takes off.
#[derive(Clone, Copy, Debug)]
pub struct Reclaims;

impl Reclaimer for Reclaims {
    const RULE: ReclaimRule = ReclaimRule {
        service: NAME,
        reclaimed: rules::CASE_RECLAIMED,
        credited: rules::CASE_CREDITED,
        earlier: rules::CASE_EARLIER,
    };

    async fn reclaimed(&self, tx: &mut Tx, one: &CaseReclaim, total: Money) -> Result<(), EdgeError> {
        if one.credited || one.amount.is_zero() {
            return Ok(());
        }
        let year = OfficeYear { office: one.office.clone(), year: one.year };
        let motivation = format!("screening {}", one.case_id);
        // It replaces what was recorded of the line.
        let line = (one.reference.as_str(), total);
        Ok(store::add_wrongful(tx, (&year, one.agb), line, &motivation, one.recorded).await?)
    }
}
