//! What budget adds to the intake of claims: its terms, and production.

use std::collections::BTreeMap;

use calendar::CareMonth;
use database::Tx;
use edge::EdgeError;
use identifiers::Pseudonym;
use intake::{ClaimLine, Decider, FileHeader, FileSummary, FileVerdict, LineDecision};
use vektis::codes::{Codes, ReturnCode};

use crate::{
    decide::{
        allocations::{Allocations, CareLine},
        claims::{Line, Terms},
    },
    feed, store,
    store::Delta,
};

/// A constant of four digits as the code that is returned; see the test below.
fn code(code: &str) -> ReturnCode {
    ReturnCode::parse(code).unwrap_or(ReturnCode::FILE_REJECTED)
}

/// Decides about the lines of one file.
#[derive(Debug, Default)]
pub struct BudgetDecider {
    terms: Terms,
    allocations: Allocations,
    production: BTreeMap<(String, CareMonth, u32), Delta>,
}

impl BudgetDecider {
    fn count(&mut self, line: &ClaimLine<'_>, quantity: i64, granted_cents: i64) {
        let key = (line.product.to_owned(), CareMonth::of(line.first_day), line.time_unit);
        let delta = self.production.entry(key).or_default();
        delta.quantity += quantity;
        delta.granted_cents += granted_cents;
        delta.lines += 1;
    }
}

fn care_line<'a>(line: &ClaimLine<'a>, client: Pseudonym) -> CareLine<'a> {
    CareLine {
        client,
        product: line.product,
        care_profile: line.care_profile,
        function_code: line.function_code,
        first_day: line.first_day,
        last_day: line.last_day,
    }
}

impl Decider for BudgetDecider {
    async fn begin(&mut self, tx: &mut Tx, file: &FileHeader) -> Result<FileVerdict, EdgeError> {
        let agreements = store::agreements_of(tx, &file.office, file.agb).await?;
        let tariffs = store::tariffs_of(tx, &file.office, file.agb).await?;
        let allocations = store::allocations_of(tx, &file.office, file.agb).await?;
        *self = BudgetDecider { terms: Terms::new(agreements, tariffs), allocations, production: BTreeMap::new() };
        Ok(FileVerdict::Continue)
    }

    fn decide(&mut self, line: &ClaimLine<'_>) -> LineDecision {
        let held = Line {
            product: line.product,
            first_day: line.first_day,
            last_day: line.last_day,
            tariff_cents: line.tariff_cents,
        };
        let allocated = line.client.map_or(Ok(()), |client| self.allocations.approve(&care_line(line, client)));
        // Both are told: who puts one right would meet the other next.
        let refusals: Codes =
            [allocated, self.terms.approve(&held)].into_iter().filter_map(Result::err).map(code).collect();
        if !refusals.is_empty() {
            return LineDecision::Refused(refusals);
        }
        self.count(line, i64::from(line.quantity), line.claimed_cents);
        LineDecision::Granted
    }

    fn linked(&mut self, client: Pseudonym, earlier: Pseudonym) {
        self.allocations.linked(client, earlier);
    }

    fn take_back(&mut self, line: &ClaimLine<'_>, granted_cents: i64) {
        self.count(line, -i64::from(line.quantity), granted_cents);
    }

    async fn finish(&mut self, tx: &mut Tx, file: &FileSummary<'_>) -> Result<(), EdgeError> {
        let office = file.header.office.as_str();
        // In the order of the key, so that two files never wait for each other's rows.
        for ((product, month, unit), delta) in &self.production {
            let unit = format!("{unit:02}");
            store::add_production(tx, office, file.header.agb, (product, *month, &unit), delta).await?;
        }
        tx.publish(feed::claim_file_committed(file.to_proto()));
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decide::{
        allocations::{DECEASED, NOT_ALLOCATED, OTHER_CARE, OUTSIDE_ALLOCATION},
        claims::{NO_AGREEMENT, OTHER_TARIFF},
    };

    #[test]
    fn bud_05_the_refusals_are_return_codes() {
        let refusals = [NO_AGREEMENT, OTHER_TARIFF, DECEASED, NOT_ALLOCATED, OUTSIDE_ALLOCATION, OTHER_CARE];
        for code in refusals {
            assert_eq!(ReturnCode::parse(code).unwrap().to_string(), code);
        }
    }
}
