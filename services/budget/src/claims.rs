//! What budget adds to the intake of claims: its terms, and production.

use std::collections::BTreeMap;

use calendar::amsterdam_date;
use chrono::{Datelike, NaiveDate};
use database::Tx;
use edge::{Core, EdgeError};
use explain::RuleScope;
use intake::{ClaimLine, Decider, FileHeader, FileSummary, FileVerdict, JudgedLine, LineDecision};
use vektis::codes::{Codes, ReturnCode};

use crate::{
    decide::{
        FileCube,
        claims::{Line, Terms},
    },
    feed, rules,
    store::{self, EntryOf},
};

/// A constant of four digits as the code that is returned; see the test below.
fn codes(code: &str) -> Codes {
    Codes::one(ReturnCode::parse(code).unwrap_or(ReturnCode::FILE_REJECTED))
}

/// Decides about the lines of one file.
#[derive(Debug)]
pub struct BudgetDecider {
    core: Core,
    office: String,
    terms: Terms,
    cube: FileCube,
    /// By year of care the units of which a day can be bought once: those that are priced by the day.
    day_priced: BTreeMap<i32, Vec<u32>>,
}

impl BudgetDecider {
    /// A decider with the service's core.
    pub fn new(core: Core) -> BudgetDecider {
        let (terms, cube) = (Terms::default(), FileCube::default());
        BudgetDecider { core, office: String::new(), terms, cube, day_priced: BTreeMap::new() }
    }

    /// The units priced by the day in a year of care; none in a year for which no rule says which.
    fn day_priced_in(&self, year: i32) -> Vec<u32> {
        let date = NaiveDate::from_ymd_opt(year, 1, 1).unwrap_or_default();
        let scope = RuleScope { office: &self.office, act: "wlz", sector: "", date };
        let units = self.core.rules.get(&rules::DAY_PRICED_UNITS, &scope);
        units.map(|units| units.value.iter().filter_map(|unit| unit.parse().ok()).collect()).unwrap_or_default()
    }
}

impl Decider for BudgetDecider {
    async fn begin(&mut self, tx: &mut Tx, file: &FileHeader) -> Result<FileVerdict, EdgeError> {
        let agreements = store::agreements_of(tx, &file.office, file.agb).await?;
        let tariffs = store::tariffs_of(tx, &file.office, file.agb).await?;
        self.office = file.office.to_string();
        self.day_priced.clear();
        self.terms = Terms::new(agreements, tariffs);
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
        match self.terms.approve(&held) {
            Ok(()) => LineDecision::Granted,
            Err(code) => LineDecision::Refused(codes(code)),
        }
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
    use crate::decide::claims::{NO_AGREEMENT, OTHER_TARIFF};

    #[test]
    fn bud_05_the_refusals_are_return_codes() {
        for code in [NO_AGREEMENT, OTHER_TARIFF] {
            assert_eq!(ReturnCode::parse(code).unwrap().to_string(), code);
        }
    }
}
