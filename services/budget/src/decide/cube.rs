//! What the lines of one file add to production, to the refusals and to the corrections of closed years (BUD-05, BUD-11).

use std::collections::{BTreeMap, BTreeSet};

use calendar::CareMonth;
use intake::{JudgedLine, Outcome};
use vektis::codes::ReturnCode;

use crate::domain::{Cell, CellKey, Figures};

/// How many combinations of product, month and unit of refused lines are told apart in a file. A granted line's product
/// has an agreed tariff, so that those are few; what is refused may name anything.
const KEYS_TOLD_APART: usize = 20_000;

/// The sums of a file. They grow with its products and months, not with its lines.
#[derive(Debug, Default)]
pub struct FileCube {
    closed: BTreeSet<i32>,
    production: BTreeMap<CellKey, Cell>,
    corrections: BTreeMap<CellKey, Cell>,
    refusals: BTreeMap<(Option<CellKey>, ReturnCode), Figures>,
}

impl FileCube {
    /// Nothing counted yet; the years are closed for the provider.
    pub fn new(closed: BTreeSet<i32>) -> FileCube {
        FileCube { closed, ..FileCube::default() }
    }

    /// Counts a line: granted or credited care of a closed year as a correction, everything else as production. A refused
    /// line changes no money and stays with its year; one in which product or days can't be read is counted by its code
    /// alone.
    pub fn count(&mut self, line: &JudgedLine<'_>) {
        let claimed = Figures::line(line.quantity, line.claimed_cents);
        let key = line.product.zip(line.first_day);
        let key = key.and_then(|(product, day)| CellKey::new(product, CareMonth::of(day), line.time_unit));
        match (key, line.outcome) {
            (Some(key), Outcome::Debit) => {
                let cell = self.cell(key);
                cell.submitted.add(claimed);
                cell.approved.add(Figures::line(line.quantity, line.granted_cents));
            }
            (Some(key), Outcome::Credit) => {
                let cell = self.cell(key);
                cell.submitted.add(claimed);
                cell.credited.add(Figures::line(-line.quantity, -line.granted_cents));
            }
            (Some(key), Outcome::Refused) if self.is_told_apart(key) => {
                let cell = self.production.entry(key).or_default();
                cell.submitted.add(claimed);
                cell.refused.add(claimed);
                self.refuse(Some(key), line, claimed);
            }
            (_, _) => self.refuse(None, line, claimed),
        }
    }

    /// What the file adds to production.
    pub fn production(&self) -> &BTreeMap<CellKey, Cell> {
        &self.production
    }

    /// What it adds to the correction list.
    pub fn corrections(&self) -> &BTreeMap<CellKey, Cell> {
        &self.corrections
    }

    /// The refused lines by the first code of their return; without key those in which product or days can't be read.
    pub fn refusals(&self) -> &BTreeMap<(Option<CellKey>, ReturnCode), Figures> {
        &self.refusals
    }

    fn cell(&mut self, key: CellKey) -> &mut Cell {
        let closed = self.closed.contains(&key.care_month.year());
        let cells = if closed { &mut self.corrections } else { &mut self.production };
        cells.entry(key).or_default()
    }

    fn is_told_apart(&self, key: CellKey) -> bool {
        self.production.len() < KEYS_TOLD_APART || self.production.contains_key(&key)
    }

    fn refuse(&mut self, key: Option<CellKey>, line: &JudgedLine<'_>, claimed: Figures) {
        let code = line.codes.iter().next().unwrap_or(vektis::codes::OTHER.code);
        self.refusals.entry((key, code)).or_default().add(claimed);
    }
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDate;
    use proptest::prelude::*;
    use vektis::codes::Codes;

    use super::*;

    fn code(text: &str) -> ReturnCode {
        ReturnCode::parse(text).unwrap()
    }

    /// A line of one unit at 100 cents; credit lines are negative.
    fn line(product: &'static str, day: &str, outcome: Outcome, granted_cents: i64) -> JudgedLine<'static> {
        let codes = if outcome == Outcome::Refused { "8022" } else { "8001" };
        let sign = if outcome == Outcome::Credit { -1 } else { 1 };
        JudgedLine {
            product: Some(product),
            first_day: day.parse().ok(),
            time_unit: Some(14),
            quantity: sign,
            claimed_cents: sign * 100,
            outcome,
            granted_cents,
            codes: Codes::one(code(codes)),
        }
    }

    fn figures(lines: i64, quantity: i64, cents: i64) -> Figures {
        Figures { lines, quantity, cents }
    }

    #[test]
    fn bud_05_every_line_is_counted_by_what_became_of_it() {
        let mut cube = FileCube::default();
        cube.count(&line("Z053", "2023-02-28", Outcome::Debit, 100));
        cube.count(&line("Z053", "2023-02-01", Outcome::Debit, 60));
        cube.count(&line("Z053", "2023-02-28", Outcome::Credit, -100));
        cube.count(&line("Z053", "2023-02-28", Outcome::Refused, 0));
        let (key, cell) = cube.production().first_key_value().unwrap();
        assert_eq!(format!("{key:?}"), "Z053 2023-02 14");
        let expected = Cell {
            submitted: figures(4, 2, 200),
            approved: figures(2, 2, 160),
            credited: figures(1, 1, 100),
            refused: figures(1, 1, 100),
        };
        assert_eq!((*cell, cell.net(), cube.production().len()), (expected, figures(3, 1, 60), 1));
        assert_eq!(cube.refusals().get(&(Some(*key), code("8022"))), Some(&figures(1, 1, 100)));
    }

    #[test]
    fn bud_11_granted_care_of_a_closed_year_is_a_correction_and_a_refusal_is_not() {
        let mut cube = FileCube::new(BTreeSet::from([2022]));
        cube.count(&line("Z053", "2022-12-31", Outcome::Debit, 100));
        cube.count(&line("Z053", "2022-12-31", Outcome::Credit, -100));
        cube.count(&line("Z053", "2022-12-31", Outcome::Refused, 0));
        cube.count(&line("Z053", "2023-01-01", Outcome::Debit, 100));
        let corrected: Vec<i64> = cube.corrections().values().map(|cell| cell.net().lines).collect();
        assert_eq!((corrected, cube.production().len()), (vec![2], 2));
        let of_2022 = cube.production().first_key_value().unwrap().1;
        assert_eq!((of_2022.net(), of_2022.refused.lines), (Figures::default(), 1));
    }

    #[test]
    fn bud_05_what_cannot_be_read_is_counted_by_its_code() {
        let mut cube = FileCube::default();
        let refused = line("Z053", "2023-02-01", Outcome::Refused, 0);
        cube.count(&JudgedLine { product: None, ..refused });
        cube.count(&JudgedLine { first_day: None, ..refused });
        assert_eq!(cube.refusals().get(&(None, code("8022"))), Some(&figures(2, 2, 200)));
        assert!(cube.production().is_empty());
    }

    #[test]
    fn bud_05_refused_lines_that_name_anything_do_not_fill_the_memory() {
        let mut cube = FileCube::default();
        let first = NaiveDate::from_ymd_opt(1900, 1, 1).unwrap();
        let months = (0..1_000).map(|month| first + chrono::Months::new(month));
        for day in months {
            for unit in 0..21 {
                let refused = line("Z053", "2023-02-01", Outcome::Refused, 0);
                cube.count(&JudgedLine { first_day: Some(day), time_unit: Some(unit), ..refused });
            }
        }
        let counted: i64 = cube.refusals().values().map(|figures| figures.lines).sum();
        assert_eq!((cube.production().len(), counted), (KEYS_TOLD_APART, 21_000));
        assert_eq!(cube.refusals().get(&(None, code("8022"))).unwrap().lines, 1_000);
        cube.count(&JudgedLine { granted_cents: 7, ..line("H126", "2023-02-01", Outcome::Debit, 7) });
        assert_eq!(cube.production().len(), KEYS_TOLD_APART + 1);
    }

    fn any_line() -> impl Strategy<Value = JudgedLine<'static>> {
        let outcome = prop_oneof![Just(Outcome::Refused), Just(Outcome::Debit), Just(Outcome::Credit)];
        let product = prop_oneof![Just("Z053"), Just("H126"), Just("")];
        (outcome, product, 0..1_500_u64, 0..200_i64, 0..10_000_i64).prop_map(|(outcome, product, day, units, cents)| {
            let day = NaiveDate::from_ymd_opt(2021, 1, 1).unwrap() + chrono::Days::new(day);
            let sign = if outcome == Outcome::Credit { -1 } else { 1 };
            let readable = outcome != Outcome::Refused || !product.is_empty();
            JudgedLine {
                product: Some(if product.is_empty() { "K150" } else { product }).filter(|_| readable),
                first_day: Some(day),
                quantity: sign * units,
                claimed_cents: sign * cents,
                granted_cents: if outcome == Outcome::Refused { 0 } else { sign * cents / 2 },
                ..line("Z053", "2023-01-01", outcome, 0)
            }
        })
    }

    proptest! {
        #[test]
        fn bud_05_nothing_is_dropped_and_nothing_counted_twice(lines in prop::collection::vec(any_line(), 0..60)) {
            let mut cube = FileCube::new(BTreeSet::from([2022]));
            lines.iter().for_each(|line| cube.count(line));
            let (mut all, mut refused, mut net) = (Cell::default(), Figures::default(), 0);
            for cell in cube.production().values().chain(cube.corrections().values()) {
                all.submitted.add(cell.submitted);
                all.approved.add(cell.approved);
                all.credited.add(cell.credited);
                all.refused.add(cell.refused);
                net += cell.net().cents;
            }
            cube.refusals().values().for_each(|figures| refused.add(*figures));
            let unread: i64 = lines.iter().filter(|line| line.product.is_none()).map(|line| line.claimed_cents).sum();
            prop_assert_eq!(all.submitted.lines, all.approved.lines + all.credited.lines + all.refused.lines);
            prop_assert_eq!(all.approved.lines + all.credited.lines + refused.lines, lines.len() as i64);
            prop_assert_eq!(all.submitted.cents + unread, lines.iter().map(|line| line.claimed_cents).sum::<i64>());
            prop_assert_eq!(net, lines.iter().map(|line| line.granted_cents).sum::<i64>());
            let closed = cube.production().iter().any(|(key, cell)| key.care_month.year() == 2022 && cell.net().lines > 0);
            prop_assert!(!closed);
        }
    }
}
