//! What home care adds to the intake of claims: agreements, ceilings and the signals about them.

use std::collections::{BTreeMap, HashMap};

use chrono::{DateTime, Datelike, Utc};
use contract::homecare::CeilingSignal;
use database::Tx;
use edge::{Core, Decided, EdgeError, to_proto};
use explain::{Explanation, Facts, Trace};
use identifiers::Pseudonym;
use intake::{ClaimLine, Decider, FileHeader, FileSummary, FileVerdict, LineDecision};
use money::Money;
use vektis::codes::{Codes, ReturnCode};

use crate::{
    convert,
    decide::{
        self, BeyondFacts, Signal, UseFacts,
        ceiling::{Ceilings, Line, OVER_CEILING, Terms, Use, Verdict},
    },
    domain::{CeilingDecision, DecisionKind, ProviderYear},
    error, feed,
    store::{self, Spent},
};

/// Decides about the lines of one file.
#[derive(Debug)]
pub struct HomecareDecider {
    core: Core,
    ceilings: Ceilings,
    /// Lines granted per year and client, credits taken off.
    clients: BTreeMap<i32, HashMap<Pseudonym, i64>>,
}

impl HomecareDecider {
    /// A decider that records with the service's core.
    pub fn new(core: Core) -> HomecareDecider {
        HomecareDecider { core, ceilings: Ceilings::default(), clients: BTreeMap::new() }
    }

    fn count(&mut self, line: &ClaimLine<'_>, lines: i64) {
        if let Some(client) = line.client {
            *self.clients.entry(line.first_day.year()).or_default().entry(client).or_default() += lines;
        }
    }
}

impl Decider for HomecareDecider {
    async fn begin(&mut self, tx: &mut Tx, file: &FileHeader) -> Result<FileVerdict, EdgeError> {
        let terms = store::take_ceilings(tx, &file.office, file.agb).await?;
        self.ceilings = Ceilings::new(terms);
        self.clients.clear();
        Ok(FileVerdict::Continue)
    }

    fn decide(&mut self, line: &ClaimLine<'_>) -> LineDecision {
        let verdict = self.ceilings.decide(&Line {
            product: line.product,
            first_day: line.first_day,
            last_day: line.last_day,
            tariff_cents: line.tariff_cents,
            claimed_cents: line.claimed_cents,
        });
        let (decision, granted) = match verdict {
            Verdict::Granted => (LineDecision::Granted, line.claimed_cents > 0),
            Verdict::Partly(granted_cents) => {
                (LineDecision::Partly { granted_cents, codes: Codes::one(return_code(OVER_CEILING)) }, true)
            }
            Verdict::Refused(code) => (LineDecision::refused(return_code(code)), false),
        };
        if granted {
            self.count(line, 1);
        }
        decision
    }

    fn take_back(&mut self, line: &ClaimLine<'_>, granted_cents: i64) {
        self.ceilings.take_back(line.first_day, line.claimed_cents, granted_cents);
        if granted_cents < 0 {
            self.count(line, -1);
        }
    }

    async fn finish(&mut self, tx: &mut Tx, file: &FileSummary<'_>) -> Result<(), EdgeError> {
        let FileHeader { office, agb, file_id, .. } = file.header;
        tx.publish(feed::claim_file_committed(file.to_proto()));
        for (year, clients) in std::mem::take(&mut self.clients) {
            let of = ProviderYear { office: office.clone(), agb: *agb, year };
            let changed = clients.into_iter().filter(|(_, lines)| *lines != 0);
            store::add_clients(tx, &of, changed).await?;
        }
        let after = After { core: &self.core, file_id, now: self.core.clock.now() };
        for (year, before, used) in self.ceilings.used() {
            let of = ProviderYear { office: office.clone(), agb: *agb, year };
            let spent = store::spend(tx, &of, &used).await?.ok_or_else(|| error::ceiling_moved(&of))?;
            if used.beyond_cents() > 0 {
                after.explain_beyond(tx, &of, before, &used).await?;
            }
            after.signal(tx, &of, &spent).await?;
        }
        Ok(())
    }
}

/// The codes are constants of four digits; see the test below.
fn return_code(code: &str) -> ReturnCode {
    ReturnCode::parse(code).unwrap_or(ReturnCode::FILE_REJECTED)
}

/// What is recorded about a ceiling after a file.
struct After<'a> {
    core: &'a Core,
    file_id: &'a str,
    now: DateTime<Utc>,
}

impl After<'_> {
    /// Records why lines of the file were not granted in full.
    async fn explain_beyond(
        &self,
        tx: &mut Tx,
        of: &ProviderYear,
        before: &Terms,
        used: &Use,
    ) -> Result<(), EdgeError> {
        let facts = BeyondFacts {
            of: of.clone(),
            file_id: self.file_id.to_owned(),
            ceiling: Money::from_cents(before.ceiling_cents),
            spent: Money::from_cents(before.spent_cents),
            claimed: Money::from_cents(used.claimed_cents),
            credited: Money::from_cents(used.credited_cents),
            granted: Money::from_cents(used.granted_cents),
            as_of: self.now,
        };
        let mut trace = Trace::new();
        let beyond = decide::beyond(&facts, &mut trace)?;
        let facts = Facts::new(&facts, self.now);
        let explanation = trace.finish(&self.core.rules, &facts);
        self.record(tx, of, (DecisionKind::BeyondCeiling, beyond), &facts, &explanation).await?;
        Ok(())
    }

    /// Makes known which shares of the ceiling are reached for the first time.
    async fn signal(&self, tx: &mut Tx, of: &ProviderYear, spent: &Spent) -> Result<(), EdgeError> {
        let mut before = store::signals_of(tx, of).await?;
        for signal in Signal::ALL {
            let facts = UseFacts {
                of: of.clone(),
                signal,
                file_id: self.file_id.to_owned(),
                ceiling: spent.ceiling,
                spent: spent.spent,
                as_of: self.now,
            };
            let threshold = facts.threshold(&self.core.rules)?;
            let mut trace = Trace::new();
            if before.contains(&threshold.0.normalize().to_string())
                || !decide::reached(&facts, &threshold, &mut trace)?
            {
                continue;
            }
            let recorded = Facts::new(&facts, self.now);
            let explanation = trace.finish(&self.core.rules, &recorded);
            let kind = (DecisionKind::ThresholdReached, Money::ZERO);
            let decision_id = self.record(tx, of, kind, &recorded, &explanation).await?;
            store::add_signal(tx, of, *threshold, &decision_id, self.now).await?;
            before.insert(threshold.0.normalize().to_string());
            let used = store::consumption_of(tx, of).await?.ok_or_else(|| error::no_agreement(of))?;
            let signal = CeilingSignal {
                agb: of.agb.to_string(),
                year: of.year,
                threshold_percentage: to_proto::decimal(threshold.0),
                consumption: Some(convert::consumption(&used, self.now)?),
                decision_id,
            };
            tx.publish(feed::ceiling_reached(&of.office, signal));
        }
        Ok(())
    }

    async fn record(
        &self,
        tx: &mut Tx,
        of: &ProviderYear,
        (kind, beyond): (DecisionKind, Money),
        facts: &Facts,
        explanation: &Explanation,
    ) -> Result<String, EdgeError> {
        let subject = of.to_string();
        let decided = Decided { office: &of.office, kind: kind.as_str(), subject: &subject, facts, explanation };
        let decision_id = self.core.record(tx, decided).await?;
        let file_id = self.file_id.to_owned();
        let decision = CeilingDecision { decision_id, kind, file_id, beyond, recorded_time: self.now };
        store::add_decision(tx, of, &decision).await?;
        Ok(decision.decision_id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decide::ceiling::{NO_AGREEMENT, OTHER_TARIFF};

    #[test]
    fn hom_05_the_refusals_are_return_codes() {
        for code in [NO_AGREEMENT, OTHER_TARIFF, OVER_CEILING] {
            assert_eq!(return_code(code).to_string(), code);
        }
    }
}
