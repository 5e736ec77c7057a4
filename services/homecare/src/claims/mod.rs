//! What home care adds to the intake of claims: agreements, ceilings and the signals about them.

mod after;

use after::After;
use database::Tx;
use edge::{Core, EdgeError, InvalidRequest};
use explain::Rules;
use intake::{ClaimLine, Decider, FileHeader, FileSummary, FileVerdict, LineDecision};
use vektis::codes::{Codes, ReturnCode};

use crate::{
    decide::{
        ceiling::{Ceilings, Line, OVER_CEILING, Verdict},
        hours::{Counted, FileSums},
        products::Lists,
    },
    domain::{ProductTariff, ProviderYear},
    error, feed, rules,
    store::{self, CeilingChange},
};

/// Decides about the lines of one file.
#[derive(Debug)]
pub struct HomecareDecider {
    core: Core,
    ceilings: Ceilings,
    sums: FileSums,
}

impl HomecareDecider {
    /// A decider that records with the service's core.
    pub fn new(core: Core) -> HomecareDecider {
        HomecareDecider { core, ceilings: Ceilings::default(), sums: FileSums::default() }
    }

    fn count(&mut self, line: &ClaimLine<'_>, granted_cents: i64) {
        let counted = Counted {
            client: line.client,
            first_day: line.first_day,
            unit: line.time_unit,
            quantity: line.quantity,
            is_care: self.ceilings.is_care(line.first_day, line.product),
        };
        self.sums.count(&counted, granted_cents);
    }
}

impl Decider for HomecareDecider {
    async fn begin(&mut self, tx: &mut Tx, file: &FileHeader) -> Result<FileVerdict, EdgeError> {
        let mut terms = store::take_ceilings(tx, &file.office, file.agb).await?;
        for (year, terms) in &mut terms {
            let of = ProviderYear { office: file.office.clone(), agb: file.agb, year: *year };
            terms.lists = Lists::of(&self.core.rules, &of.scope());
        }
        self.ceilings = Ceilings::new(terms);
        self.sums = FileSums::default();
        Ok(FileVerdict::Continue)
    }

    fn decide(&mut self, line: &ClaimLine<'_>) -> LineDecision {
        let verdict = self.ceilings.decide(&Line {
            product: line.product,
            first_day: line.first_day,
            last_day: line.last_day,
            unit: line.time_unit,
            tariff_cents: line.tariff_cents,
            claimed_cents: line.claimed_cents,
        });
        let (decision, granted_cents) = match verdict {
            Verdict::Granted => (LineDecision::Granted, line.claimed_cents),
            Verdict::Partly(granted_cents) => {
                (LineDecision::Partly { granted_cents, codes: Codes::one(return_code(OVER_CEILING)) }, granted_cents)
            }
            Verdict::Refused(code) => (LineDecision::refused(return_code(code)), 0),
        };
        self.count(line, granted_cents);
        decision
    }

    fn take_back(&mut self, line: &ClaimLine<'_>, granted_cents: i64) {
        self.ceilings.take_back(line.first_day, line.claimed_cents, granted_cents);
        self.count(line, granted_cents);
    }

    async fn finish(&mut self, tx: &mut Tx, file: &FileSummary<'_>) -> Result<(), EdgeError> {
        let FileHeader { office, agb, file_id, .. } = file.header;
        tx.publish(feed::claim_file_committed(file.to_proto()));
        let after = After { core: &self.core, file_id, now: self.core.clock.now() };
        for (year, refused) in self.ceilings.refused() {
            let of = ProviderYear { office: office.clone(), agb: *agb, year };
            after.explain_refused(tx, of, refused).await?;
        }
        for (year, before, used) in self.ceilings.used() {
            let of = ProviderYear { office: office.clone(), agb: *agb, year };
            let spent = store::spend(tx, &of, &used).await?.ok_or_else(|| error::ceiling_moved(&of))?;
            let sums = self.sums.take(year);
            let grown = store::add_clients(tx, &of, &sums).await?;
            let change = CeilingChange {
                ceiling_cents: 0,
                spent_cents: used.spent_cents(),
                beyond_cents: used.beyond_cents() - used.credited_beyond_cents,
                clients: grown.clients,
            };
            store::add_ceiling_entry(tx, &of, file_id, &change, after.now).await?;
            store::add_months(tx, &of, file_id, (&sums.months, &grown), after.now).await?;
            if used.beyond_cents() > 0 {
                after.explain_beyond(tx, &of, before, &used).await?;
            }
            after.signal(tx, &of, &spent).await?;
        }
        Ok(())
    }
}

/// Whether claims on an agreement can be decided about: the parameters that they need are in force, and it carries no product
/// that is not bought so (HOM-11, HOM-12).
///
/// # Errors
/// The parameter without a value, or [`EdgeError::Invalid`] with every product that can't be agreed.
pub fn agreeable(rules: &Rules, of: &ProviderYear, tariffs: &[ProductTariff]) -> Result<(), EdgeError> {
    let scope = of.scope();
    for parameter in [&rules::FIRST_SIGNAL, &rules::SECOND_SIGNAL] {
        rules.get(parameter, &scope)?;
    }
    rules.get(&rules::SEASONALITY, &scope)?;
    for parameter in [&rules::SILENT_DAYS, &rules::SIGNAL_MONTHS] {
        rules.get(parameter, &scope)?;
    }
    let faults = Lists::of(rules, &scope).faults(tariffs);
    if faults.is_empty() {
        return Ok(());
    }
    Err(InvalidRequest(faults.into_iter().map(|fault| ("tariffs".to_owned(), fault)).collect()).into())
}

/// The codes are constants of four digits; see the test below.
fn return_code(code: &str) -> ReturnCode {
    ReturnCode::parse(code).unwrap_or(ReturnCode::FILE_REJECTED)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decide::{
        ceiling::{NO_AGREEMENT, OTHER_TARIFF, OTHER_UNIT},
        products::Ground,
    };

    #[test]
    fn hom_05_the_refusals_are_return_codes() {
        let grounds = [Ground::NotBought, Ground::NightCare, Ground::Technology].map(Ground::return_code);
        let codes = [NO_AGREEMENT, OTHER_UNIT, OTHER_TARIFF, OVER_CEILING].into_iter().chain(grounds);
        let told: Vec<String> = codes.clone().map(|code| return_code(code).to_string()).collect();
        assert_eq!(told, codes.collect::<Vec<_>>());
        let mut distinct = told.clone();
        distinct.sort();
        distinct.dedup();
        assert_eq!(distinct.len(), told.len(), "every reason has its own");
    }
}
