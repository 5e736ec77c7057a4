//! Whether a client was allocated the care that is claimed (BUD-05), as far as messages told: AW33 what was allocated,
//! AW35 and AW39 whether it was being given.
//!
//! A client of whom no allocation to the provider was ever taken in is not held against anything: an office that begins
//! to take these messages in refuses no claim for want of them.

mod days;
#[cfg(test)]
mod tests;

use std::collections::{HashMap, HashSet};

use chrono::NaiveDate;
use identifiers::{Agb, Pseudonym};
use iwlz::{Care, DeliveryForm, Withdrawal};

use self::days::{Days, standing};
use crate::domain::{Allocated, AllocationKey, Person, Report};

/// The return code of care after a death.
pub const DECEASED: &str = "0328";
/// The return code of care of which every allocation was withdrawn before it began.
pub const NOT_ALLOCATED: &str = "0551";
/// The return code of care outside the days that were allocated, or after it was reported to have ended.
pub const OUTSIDE_ALLOCATION: &str = "0553";
/// The return code of other care than was allocated.
pub const OTHER_CARE: &str = "0554";

/// A care profile that says as much as that it is not determined yet (Wlz indiceerbaar, onbepaald).
const UNDETERMINED: [u16; 2] = [996, 998];

/// A line as far as it is held against allocations.
#[derive(Clone, Copy, Debug)]
pub struct CareLine<'a> {
    /// The client.
    pub client: Pseudonym,
    /// The product.
    pub product: &'a str,
    /// The care profile; 0 for none.
    pub care_profile: u32,
    /// The function; 0 for none.
    pub function_code: u32,
    /// The first day of care.
    pub first_day: NaiveDate,
    /// The last day of care.
    pub last_day: NaiveDate,
}

/// What is known of a provider's clients, ready to hold lines against.
#[derive(Debug, Default)]
pub struct Allocations {
    people: HashMap<Person, Known>,
    persons: HashMap<Pseudonym, Person>,
}

/// What is known of a client.
#[derive(Debug, Default)]
struct Known {
    /// What was allocated to the provider, and on which days care under it can be given.
    care: Vec<Allowed>,
    /// The last day of its life.
    died: Option<NaiveDate>,
    /// Whether an allocation to the provider came in.
    allocated: bool,
    /// Whether one of them has a day, not being withdrawn before it began.
    has_days: bool,
}

#[derive(Debug)]
struct Allowed {
    care: Care,
    form: Option<DeliveryForm>,
    days: Days,
}

impl Allocations {
    /// What is known of the clients of `provider`. `allocated` are all their allocations, also those to others, and
    /// `reports` the provider's own; both in the order in which they were recorded. `persons` tells who a pseudonym is.
    pub fn new(
        provider: Agb,
        allocated: Vec<Allocated>,
        reports: Vec<Report>,
        persons: impl IntoIterator<Item = (Pseudonym, Person)>,
    ) -> Allocations {
        let mut by_allocation: HashMap<AllocationKey, Vec<Report>> = HashMap::new();
        for report in reports {
            by_allocation.entry(report.key).or_default().push(report);
        }
        let mut people: HashMap<Person, Known> = HashMap::new();
        for holding in holding(allocated) {
            let known = people.entry(holding.key.person).or_default();
            if let Some(last_day) = holding.last_day.filter(|_| holding.withdrawal == Some(Withdrawal::Deceased)) {
                known.died = Some(known.died.map_or(last_day, |died| died.min(last_day)));
            }
            if holding.key.provider != Some(provider) {
                continue;
            }
            known.allocated = true;
            let mut days = Days::of(holding.key.first_day, holding.last_day);
            known.has_days |= !days.is_empty();
            if let Some(reports) = by_allocation.get(&holding.key) {
                days.without_what_ended(&standing(reports));
            }
            known.care.push(Allowed { care: holding.key.care, form: holding.delivery_form, days });
        }
        Allocations { people, persons: persons.into_iter().collect() }
    }

    /// Learns that a client was known by an earlier pseudonym.
    pub fn linked(&mut self, client: Pseudonym, earlier: Pseudonym) {
        if let Some(person) = self.persons.get(&earlier).copied() {
            self.persons.entry(client).or_insert(person);
        }
    }

    /// Whether the care of a line was allocated. Every day of it must be among the days that were allocated to the
    /// provider, by allocations of the same care, where both name it, and in the same form, where both tell it.
    ///
    /// # Errors
    /// The return code of the refusal.
    pub fn approve(&self, line: &CareLine<'_>) -> Result<(), &'static str> {
        let person = self.persons.get(&line.client);
        let Some(known) = person.and_then(|person| self.people.get(person)).filter(|known| known.allocated) else {
            return Ok(());
        };
        if known.died.is_some_and(|died| died < line.last_day) {
            return Err(DECEASED);
        }
        if !known.has_days {
            return Err(NOT_ALLOCATED);
        }
        let covered = |care: &mut dyn Iterator<Item = &Allowed>| {
            Days::union(care.map(|allowed| &allowed.days)).covers(line.first_day, line.last_day)
        };
        if !covered(&mut known.care.iter()) {
            return Err(OUTSIDE_ALLOCATION);
        }
        if !covered(&mut known.care.iter().filter(|allowed| allowed.fits(line))) {
            return Err(OTHER_CARE);
        }
        Ok(())
    }
}

impl Allowed {
    /// Whether a line claims this care, as far as both say which it is.
    fn fits(&self, line: &CareLine<'_>) -> bool {
        let same_care = match self.care {
            Care::Profile(code) if UNDETERMINED.contains(&code) => true,
            Care::Profile(code) => line.care_profile == 0 || line.care_profile == u32::from(code),
            Care::Function(code) => line.function_code == 0 || line.function_code == u32::from(code),
        };
        same_care && self.form.zip(forms_of(line.product)).is_none_or(|(form, forms)| forms.contains(&form))
    }
}

/// The forms in which a product is delivered, where its code tells: those of stays begin with a Z, those of whole packages
/// at home with a V. Modular care (H) is claimed beside either.
fn forms_of(product: &str) -> Option<&'static [DeliveryForm]> {
    const STAYS: &[DeliveryForm] = &[DeliveryForm::Stay, DeliveryForm::PartTimeStay, DeliveryForm::WrongBed];
    match product.as_bytes().first() {
        Some(b'Z') => Some(STAYS),
        Some(b'V') => Some(&[DeliveryForm::FullPackageAtHome]),
        _ => None,
    }
}

/// Of each allocation what was decided about it last, of what was decided at once what was recorded last.
fn holding(mut allocated: Vec<Allocated>) -> Vec<Allocated> {
    allocated.reverse();
    // Stable: within a moment, what was recorded last stays first.
    allocated.sort_by_key(|one| std::cmp::Reverse(one.decided));
    let mut seen = HashSet::new();
    allocated.into_iter().filter(|one| seen.insert(one.key)).collect()
}
