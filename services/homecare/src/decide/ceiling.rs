//! Which part of a claim line is granted (HOM-05): an agreement for the year of the care, a product of it, the agreed
//! unit, the agreed tariff to the cent, and what is left of the ceiling.

use std::collections::{BTreeMap, HashMap};

use chrono::{Datelike, NaiveDate};
use money::Money;

use super::products::{Ground, Lists, RefusedProduct};

/// The return code of a line without an agreement for its year, or whose product is not in it.
pub const NO_AGREEMENT: &str = "8022";
/// The return code of a line in another time unit than agreed. COD954-VEKT has no code of its own for field 0419; this is
/// the one that the checks give for an unknown unit.
pub const OTHER_UNIT: &str = "0638";
/// The return code of a line at another tariff than agreed.
pub const OTHER_TARIFF: &str = "0611";
/// The return code of a line that goes over the ceiling: "maximum exceeded". No code of COD954-VEKT that is held here
/// speaks of an agreed amount; this is the one that says a maximum is exceeded, and no check gives it for anything else.
pub const OVER_CEILING: &str = "0584";

/// The agreement of a provider for one year, with what was spent of its ceiling before.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Terms {
    /// The ceiling, in eurocents.
    pub ceiling_cents: i64,
    /// Granted before, credits taken off, in eurocents.
    pub spent_cents: i64,
    /// What is agreed by product.
    pub tariffs: HashMap<String, Agreed>,
    /// The products with rules of their own.
    pub lists: Lists,
}

/// What is agreed about a product.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Agreed {
    /// The time unit.
    pub unit: u32,
    /// The tariff per unit, in eurocents.
    pub cents: i64,
}

/// A line as far as it is held against the agreement.
#[derive(Clone, Copy, Debug)]
pub struct Line<'a> {
    /// The product.
    pub product: &'a str,
    /// The first day of care.
    pub first_day: NaiveDate,
    /// The last day of care.
    pub last_day: NaiveDate,
    /// The time unit.
    pub unit: u32,
    /// The tariff claimed, in eurocents.
    pub tariff_cents: i64,
    /// What is claimed, in eurocents.
    pub claimed_cents: i64,
}

/// What becomes of a debit line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Granted as claimed.
    Granted,
    /// Granted as far as there was room, in eurocents; less than claimed and more than nothing.
    Partly(i64),
    /// Refused, with this return code.
    Refused(&'static str),
}

/// What a file did to a ceiling, in eurocents.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Use {
    /// Claimed on debit lines that are in order but for the ceiling.
    pub claimed_cents: i64,
    /// Granted on them.
    pub granted_cents: i64,
    /// Given back by credits; not negative.
    pub credited_cents: i64,
    /// Refused because of the ceiling on lines that were credited now; not negative.
    pub credited_beyond_cents: i64,
}

impl Use {
    /// What to add to what is spent.
    pub fn spent_cents(&self) -> i64 {
        self.granted_cents - self.credited_cents
    }

    /// Refused in this file because of the ceiling.
    pub fn beyond_cents(&self) -> i64 {
        self.claimed_cents - self.granted_cents
    }
}

/// The ceilings of one provider while a file is decided, by year.
#[derive(Clone, Debug, Default)]
pub struct Ceilings(BTreeMap<i32, Held>);

#[derive(Clone, Debug)]
struct Held {
    terms: Terms,
    used: Use,
    /// Lines, and eurocents claimed on them, that were refused because of their product.
    refused: BTreeMap<(Ground, String), (i64, i64)>,
}

impl Held {
    fn room_cents(&self) -> i64 {
        let before = self.terms.ceiling_cents.saturating_sub(self.terms.spent_cents);
        before.saturating_sub(self.used.spent_cents())
    }

    /// What is agreed about the line's product and unit, or the code it is refused with.
    fn agreed(&mut self, line: &Line<'_>) -> Result<(), &'static str> {
        let agreed = self.terms.tariffs.get(line.product).copied();
        if let Some(ground) = self.terms.lists.refuses(line.product, agreed.is_some()) {
            let (lines, cents) = self.refused.entry((ground, line.product.to_owned())).or_default();
            *lines += 1;
            *cents = cents.saturating_add(line.claimed_cents);
            return Err(ground.return_code());
        }
        match agreed {
            None => Err(NO_AGREEMENT),
            Some(agreed) if agreed.unit != line.unit => Err(OTHER_UNIT),
            Some(agreed) if agreed.cents != line.tariff_cents => Err(OTHER_TARIFF),
            Some(_) => Ok(()),
        }
    }
}

impl Ceilings {
    /// The agreements of a provider, by year.
    pub fn new(terms: BTreeMap<i32, Terms>) -> Ceilings {
        let held = |terms| Held { terms, used: Use::default(), refused: BTreeMap::new() };
        Ceilings(terms.into_iter().map(|(year, terms)| (year, held(terms))).collect())
    }

    /// Whether a product is care in hours, by the lists of the year of this day.
    pub fn is_care(&self, first_day: NaiveDate, product: &str) -> bool {
        self.0.get(&first_day.year()).is_some_and(|held| held.terms.lists.is_care(product))
    }

    /// Decides about a debit line and takes what is granted out of the room. Lines are decided in the order of the
    /// file: the first come has the room.
    pub fn decide(&mut self, line: &Line<'_>) -> Verdict {
        // Care over the turn of the year would belong to two ceilings: it is to be claimed in two lines.
        let within_year = line.first_day.year() == line.last_day.year();
        let Some(held) = self.0.get_mut(&line.first_day.year()).filter(|_| within_year) else {
            return Verdict::Refused(NO_AGREEMENT);
        };
        if let Err(code) = held.agreed(line) {
            return Verdict::Refused(code);
        }
        let granted_cents = line.claimed_cents.min(held.room_cents());
        held.used.claimed_cents += line.claimed_cents;
        held.used.granted_cents += granted_cents;
        match granted_cents {
            all if all == line.claimed_cents => Verdict::Granted,
            0 => Verdict::Refused(OVER_CEILING),
            part => Verdict::Partly(part),
        }
    }

    /// Gives back what was granted on a line that is credited; neither amount is positive. What the ceiling kept from
    /// that line is claimed no more.
    pub fn take_back(&mut self, first_day: NaiveDate, claimed_cents: i64, granted_cents: i64) {
        if let Some(held) = self.0.get_mut(&first_day.year()) {
            held.used.credited_cents -= granted_cents;
            held.used.credited_beyond_cents += granted_cents - claimed_cents;
        }
    }

    /// What the file did to the ceilings it touched, by year.
    pub fn used(&self) -> impl Iterator<Item = (i32, &Terms, Use)> {
        let touched = self.0.iter().filter(|(_, held)| held.used != Use::default());
        touched.map(|(year, held)| (*year, &held.terms, held.used))
    }

    /// What was refused because of its product, by year.
    pub fn refused(&self) -> impl Iterator<Item = (i32, Vec<RefusedProduct>)> {
        let refused = self.0.iter().filter(|(_, held)| !held.refused.is_empty());
        refused.map(|(year, held)| {
            let product = |((ground, product), (lines, cents)): (&(Ground, String), &(i64, i64))| RefusedProduct {
                ground: *ground,
                product: product.clone(),
                lines: *lines,
                claimed: Money::from_cents(*cents),
            };
            (*year, held.refused.iter().map(product).collect())
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn ceilings(ceiling_cents: i64, spent_cents: i64) -> Ceilings {
        let tariffs = HashMap::from([("1000".to_owned(), Agreed { unit: 4, cents: 7_276 })]);
        let terms = Terms { ceiling_cents, spent_cents, tariffs, ..Terms::default() };
        Ceilings::new(BTreeMap::from([(2024, terms)]))
    }

    fn line(claimed_cents: i64) -> Line<'static> {
        let (first_day, last_day) = (day("2024-03-04"), day("2024-03-05"));
        Line { product: "1000", first_day, last_day, unit: 4, tariff_cents: 7_276, claimed_cents }
    }

    fn used(ceilings: &Ceilings) -> Use {
        ceilings.used().map(|(_, _, used)| used).next().unwrap_or_default()
    }

    #[test]
    fn hom_05_a_line_over_the_ceiling_is_granted_as_far_as_there_is_room() {
        let mut ceilings = ceilings(100_000, 99_000);
        assert_eq!(ceilings.decide(&line(7_276)), Verdict::Partly(1_000));
        assert_eq!(ceilings.decide(&line(1)), Verdict::Refused(OVER_CEILING));
        assert_eq!(ceilings.decide(&line(0)), Verdict::Granted);
        let used = used(&ceilings);
        assert_eq!((used.spent_cents(), used.beyond_cents()), (1_000, 6_277));
    }

    #[test]
    fn hom_05_a_line_that_fits_to_the_cent_is_granted() {
        let mut ceilings = ceilings(14_552, 0);
        assert_eq!(ceilings.decide(&line(14_552)), Verdict::Granted);
        assert_eq!(ceilings.decide(&line(1)), Verdict::Refused(OVER_CEILING));
    }

    #[test]
    fn hom_05_a_credit_gives_back_what_was_granted_and_no_more() {
        let mut ceilings = ceilings(3_000, 0);
        assert_eq!(ceilings.decide(&line(7_276)), Verdict::Partly(3_000));
        ceilings.take_back(day("2024-03-04"), -7_276, -3_000);
        let after = used(&ceilings);
        assert_eq!((after.spent_cents(), after.beyond_cents() - after.credited_beyond_cents), (0, 0));
        assert_eq!(ceilings.decide(&line(3_001)), Verdict::Partly(3_000));
    }

    #[test]
    fn hom_05_a_line_needs_an_agreement_for_its_year_with_its_product_in_its_unit_at_its_tariff() {
        let mut ceilings = ceilings(100_000, 0);
        let other = |first: &str, last: &str| Line { first_day: day(first), last_day: day(last), ..line(7_276) };
        assert_eq!(ceilings.decide(&other("2023-12-31", "2023-12-31")), Verdict::Refused(NO_AGREEMENT));
        assert_eq!(ceilings.decide(&other("2024-12-31", "2025-01-01")), Verdict::Refused(NO_AGREEMENT));
        assert_eq!(ceilings.decide(&Line { product: "1001", ..line(7_276) }), Verdict::Refused(NO_AGREEMENT));
        assert_eq!(ceilings.decide(&Line { unit: 7, ..line(7_276) }), Verdict::Refused(OTHER_UNIT));
        assert_eq!(ceilings.decide(&Line { tariff_cents: 7_277, ..line(7_277) }), Verdict::Refused(OTHER_TARIFF));
        assert_eq!(used(&ceilings), Use::default());
        assert_eq!(ceilings.decide(&other("2024-12-31", "2024-12-31")), Verdict::Granted);
    }

    proptest! {
        /// Whatever comes in whatever order: never a cent over the ceiling, and never a cent less than fits.
        #[test]
        fn hom_05_what_is_granted_is_what_fits(
            ceiling in 1_i64..200_000,
            lines in prop::collection::vec((0_i64..30_000, any::<bool>()), 0..60),
        ) {
            let mut ceilings = ceilings(ceiling, 0);
            // The room as anybody would keep it by hand, and the debit lines that can still be credited.
            let (mut room, mut granted_before) = (ceiling, Vec::<(i64, i64)>::new());
            for (claimed, credit) in lines {
                if credit && let Some((claimed, granted)) = granted_before.pop() {
                    ceilings.take_back(day("2024-03-04"), -claimed, -granted);
                    room += granted;
                    continue;
                }
                let granted = match ceilings.decide(&line(claimed)) {
                    Verdict::Granted => claimed,
                    Verdict::Partly(part) => {
                        prop_assert!(0 < part && part < claimed);
                        part
                    }
                    Verdict::Refused(code) => {
                        prop_assert_eq!(code, OVER_CEILING);
                        0
                    }
                };
                prop_assert_eq!(granted, claimed.min(room));
                room -= granted;
                prop_assert!(room >= 0);
                if granted > 0 {
                    granted_before.push((claimed, granted));
                }
            }
            prop_assert_eq!(used(&ceilings).spent_cents(), ceiling - room);
        }
    }
}
