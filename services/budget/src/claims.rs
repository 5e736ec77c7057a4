//! What budget adds to the intake of claims: its terms, and production.

use std::collections::BTreeMap;

use calendar::amsterdam_date;
use chrono::{Datelike, NaiveDate};
use database::Tx;
use edge::{Core, EdgeError};
use explain::RuleScope;
use identifiers::Pseudonym;
use intake::{ClaimLine, Decider, FileHeader, FileSummary, FileVerdict, JudgedLine, LineDecision};
use vektis::codes::{Codes, ReturnCode};

use crate::{
    decide::{
        FileCube,
        allocations::{Allocations, CareLine},
        claims::{Line, Terms},
    },
    feed, rules,
    store::{self, EntryOf},
};

/// A constant of four digits as the code that is returned; see the test below.
fn code(code: &str) -> ReturnCode {
    ReturnCode::parse(code).unwrap_or(ReturnCode::FILE_REJECTED)
}

/// Decides about the lines of one file.
#[derive(Debug)]
pub struct BudgetDecider {
    core: Core,
    office: String,
    terms: Terms,
    allocations: Allocations,
    cube: FileCube,
    /// By year of care the units of which a day can be bought once: those that are priced by the day.
    day_priced: BTreeMap<i32, Vec<u32>>,
}

impl BudgetDecider {
    /// A decider with the service's core.
    pub fn new(core: Core) -> BudgetDecider {
        BudgetDecider {
            core,
            office: String::new(),
            terms: Terms::default(),
            allocations: Allocations::default(),
            cube: FileCube::default(),
            day_priced: BTreeMap::new(),
        }
    }

    /// The units priced by the day in a year of care; none in a year for which no rule says which.
    fn day_priced_in(&self, year: i32) -> Vec<u32> {
        let date = NaiveDate::from_ymd_opt(year, 1, 1).unwrap_or_default();
        let scope = RuleScope { office: &self.office, act: "wlz", sector: "", date };
        let units = self.core.rules.get(&rules::DAY_PRICED_UNITS, &scope);
        units.map(|units| units.value.iter().filter_map(|unit| unit.parse().ok()).collect()).unwrap_or_default()
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
        self.office = file.office.to_string();
        self.day_priced.clear();
        self.terms = Terms::new(agreements, tariffs);
        self.allocations = store::allocations_of(tx, &file.office, file.agb).await?;
        self.cube = FileCube::new(store::closed_years_of(tx, &file.office, file.agb).await?);
        Ok(FileVerdict::Continue)
    }

    fn days_once(&mut self, first_day: NaiveDate, time_unit: u32) -> bool {
        let year = first_day.year();
        if !self.day_priced.contains_key(&year) {
            self.day_priced.insert(year, self.day_priced_in(year));
        }
        self.day_priced.get(&year).is_some_and(|units| units.contains(&time_unit))
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
        LineDecision::Granted
    }

    fn linked(&mut self, client: Pseudonym, earlier: Pseudonym) {
        self.allocations.linked(client, earlier);
    }

    // Counted with all other lines, below.
    fn take_back(&mut self, _: &ClaimLine<'_>, _: i64) {}

    fn judged(&mut self, line: &JudgedLine<'_>) {
        self.cube.count(line);
    }

    async fn finish(&mut self, tx: &mut Tx, file: &FileSummary<'_>) -> Result<(), EdgeError> {
        let FileHeader { file_id, office, agb, first_day, received_time, .. } = file.header;
        let of = EntryOf {
            file_id,
            office,
            agb: *agb,
            year: first_day.year(),
            received_date: amsterdam_date(*received_time),
            recorded_time: self.core.clock.now(),
        };
        store::add_cube(tx, &of, &self.cube).await?;
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
