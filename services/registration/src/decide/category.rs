//! The category of a provider (REG-02): from agreements and claims on record, not declared by the provider.

use std::{cmp::Reverse, collections::BTreeMap};

use ::calendar::amsterdam_date;
use chrono::NaiveDate;
use edge::Office;
use explain::{Known, Rules, Trace};

use super::{AssessmentFacts, scope};
use crate::{
    NAME,
    domain::{Agreement, Category, days_of},
    error::Error,
    rules,
};

/// The days the category looks at.
struct Days {
    received: NaiveDate,
    year_end: NaiveDate,
    before: (NaiveDate, NaiveDate),
}

/// What a provider has with another office, the best first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Elsewhere {
    /// All of the year before, with claims from its first day on.
    Claiming,
    /// All of the year before.
    WholeYear,
    /// An agreement at the receipt.
    PartYear,
}

/// The provider's category: an agreement here first, then one elsewhere, else new.
///
/// # Errors
/// A parameter without a value.
pub(super) fn category(facts: &AssessmentFacts, rules: &Rules, trace: &mut Trace) -> Result<Known<Category>, Error> {
    let days = Days {
        received: amsterdam_date(facts.received),
        year_end: facts.round.days().1,
        before: days_of(facts.round.year - 1),
    };
    let scope = scope(&facts.round);
    let breadth = rules.get(&rules::CATEGORY_SCOPE, &scope)?;
    let known_at = rules.get(&rules::AGREEMENTS_KNOWN_AT, &scope)?;
    let when = rules.get(&rules::EXISTING_WHEN, &scope)?;
    let year_before = &**when == "year_before";

    let counting = facts.agreements.iter().filter(|agreement| {
        let known = &**known_at == "assessment" || agreement.recorded <= facts.received;
        agreement.sector.act() == facts.round.act() && known
    });
    let (here, elsewhere): (Vec<&Agreement>, Vec<&Agreement>) =
        counting.partition(|agreement| agreement.office == facts.round.office);
    let here = here.into_iter().filter(|agreement| {
        let within = match &**breadth {
            "region" => agreement.region == Some(facts.content.region),
            "sector" => agreement.sector == facts.round.sector,
            _ => true,
        };
        let (first, last) = days.before;
        let held = if year_before { agreement.runs_between(first, last) } else { agreement.runs_on(days.received) };
        within && held
    });

    let extension = rules.get(&rules::EXTENSION_COUNTS, &scope)?;
    let through = |agreement: &Agreement| agreement.last_day.is_none_or(|last| days.year_end <= last);
    let running = |agreement: &Agreement| through(agreement) && (!agreement.extended || *extension);
    // The one that runs longest tells the category; the id makes the choice the same every time.
    let longest = here.max_by_key(|agreement| {
        let last = agreement.last_day.unwrap_or(NaiveDate::MAX);
        (running(agreement), through(agreement), last, Reverse(&agreement.agreement_id))
    });
    let year_end = Known::fact(NAME, "round", facts.as_of, days.year_end);
    if let Some(agreement) = longest {
        let first_day = Known::fact(NAME, "agreement", facts.as_of, agreement.first_day);
        let (text, category) = match (running(agreement), through(agreement)) {
            (true, _) => (&rules::EXISTING_RUNNING, Category::ExistingRunning),
            (false, true) => (&rules::EXISTING_EXTENDED, Category::ExistingExpiring),
            (false, false) => (&rules::EXISTING_EXPIRING, Category::ExistingExpiring),
        };
        let mut step = trace.step(text).with("first_day", &first_day).with("year_end", &year_end);
        if let Some(last_day) = agreement.last_day {
            step = step.with("last_day", &Known::fact(NAME, "agreement", facts.as_of, last_day));
        }
        if agreement.extended {
            step = step.with("extension_counts", &extension);
        }
        let step = step.with("scope", &breadth).with("known_at", &known_at).with("existing_when", &when);
        return Ok(step.gives(category));
    }

    let received = Known::fact(NAME, "registration", facts.as_of, days.received);
    let before = Known::fact(NAME, "round", facts.as_of, facts.round.year - 1);
    let text = if year_before { &rules::NONE_HERE_YEAR_BEFORE } else { &rules::NONE_HERE };
    let step = trace.step(text).with("received", &received).with("year_before", &before).with("scope", &breadth);
    step.with("known_at", &known_at).with("existing_when", &when).gives(false);

    let counts = rules.get(&rules::ELSEWHERE_COUNTS, &scope)?;
    if !*counts {
        return Ok(trace.step(&rules::NEW_HERE).with("elsewhere_counts", &counts).gives(Category::New));
    }
    Ok(match best_elsewhere(&elsewhere, &days) {
        None => trace.step(&rules::NEW_NONE).with("received", &received).gives(Category::New),
        Some((held, office, claiming_since)) => {
            let office = Known::fact(NAME, "agreement", facts.as_of, office.to_string());
            match (held, claiming_since) {
                (Elsewhere::Claiming, Some(since)) => {
                    let since = Known::fact(NAME, "agreement", facts.as_of, since);
                    let step = trace.step(&rules::EXISTING_ELSEWHERE).with("other_office", &office);
                    let step = step.with("year_before", &before).with("claiming_since", &since);
                    step.gives(Category::ExistingElsewhere)
                }
                (Elsewhere::Claiming | Elsewhere::WholeYear, _) => {
                    let start = Known::fact(NAME, "round", facts.as_of, days.before.0);
                    let step = trace.step(&rules::NEW_NO_CLAIMS).with("other_office", &office);
                    step.with("year_before", &before).with("year_start", &start).gives(Category::New)
                }
                (Elsewhere::PartYear, _) => {
                    let step = trace.step(&rules::NEW_PART_YEAR).with("other_office", &office);
                    step.with("received", &received).with("year_before", &before).gives(Category::New)
                }
            }
        }
    })
}

/// The office, of those with an agreement at the receipt, where the provider has most; the first by name of equals.
fn best_elsewhere<'a>(agreements: &[&'a Agreement], days: &Days) -> Option<(Elsewhere, &'a Office, Option<NaiveDate>)> {
    let mut offices: BTreeMap<&Office, Vec<&Agreement>> = BTreeMap::new();
    for agreement in agreements {
        offices.entry(&agreement.office).or_default().push(agreement);
    }
    let found = offices.into_iter().filter_map(|(office, agreements)| {
        if !agreements.iter().any(|agreement| agreement.runs_on(days.received)) {
            return None;
        }
        if !covers(&agreements, days.before) {
            return Some((Elsewhere::PartYear, office, None));
        }
        // Claims under what ran before the year do not show claims in it.
        let first = days.before.0;
        let on_first = agreements.iter().filter(|agreement| agreement.runs_on(first));
        let since = on_first.filter_map(|agreement| agreement.claiming_since).min().filter(|since| *since <= first);
        let held = if since.is_some() { Elsewhere::Claiming } else { Elsewhere::WholeYear };
        Some((held, office, since))
    });
    found.min_by_key(|(held, ..)| *held)
}

/// Whether every day between two (both included) has an agreement, of one or of several that follow each other.
pub(super) fn covers(agreements: &[&Agreement], (first, last): (NaiveDate, NaiveDate)) -> bool {
    let mut by_first_day = agreements.to_vec();
    by_first_day.sort_by_key(|agreement| agreement.first_day);
    let mut next = first;
    for agreement in by_first_day {
        if agreement.first_day > next {
            return false;
        }
        match agreement.last_day {
            None => return true,
            Some(end) if end >= last => return true,
            Some(end) => next = next.max(end + chrono::Days::new(1)),
        }
    }
    false
}

#[cfg(test)]
mod tests;
