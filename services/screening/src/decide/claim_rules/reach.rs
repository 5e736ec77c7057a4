//! How far rules look: most of them at lines that share days or a month, some at the whole history of a client.
//!
//! A line that comes or goes changes what the near rules find around its days only, so that a history of years costs no
//! more than one of months. The others are evaluated over the whole history, and only when a line is of their concern.

use std::sync::Arc;

use calendar::CareMonth;
use chrono::{Days, NaiveDate};
use explain::{Parameter, Rules};

use super::{CATALOGUE, ClaimRule, ClientHistory, Evaluate, Finding, View, view::among};
use crate::{
    domain::{Claim, FactKind},
    rules::{self, RuleWords},
};

/// What a rule looks at beside the lines around it.
#[derive(Clone, Copy, Debug)]
enum Far {
    /// All lines of these products.
    Products(&'static Parameter<Vec<Arc<str>>>),
    /// All lines of a client of whom facts of this kind are on record.
    Facts(FactKind),
}

/// The rules that look at the whole history.
const FAR: [(&RuleWords, Far); 12] = [
    (&rules::MUTATION_DAYS_OVER, Far::Facts(FactKind::Deceased)),
    (&rules::BRIDGING, Far::Products(&rules::BRIDGING_PRODUCTS)),
    (&rules::OBSERVATION_YEAR, Far::Products(&rules::OBSERVATION_PRODUCTS)),
    (&rules::OBSERVATION_EXTENSION, Far::Products(&rules::OBSERVATION_PRODUCTS)),
    (&rules::VV10_LENGTH, Far::Products(&rules::VV10_PRODUCTS)),
    (&rules::OTHER_DISCIPLINES, Far::Products(&rules::OTHER_DISCIPLINE_PRODUCTS)),
    (&rules::ZG_UNLIMITED, Far::Products(&rules::ZG_TREATMENT_PRODUCTS)),
    (&rules::ABSENCE_ON_END, Far::Products(&rules::ABSENCE_PRODUCTS)),
    (&rules::ABSENCE_IN_YEAR, Far::Products(&rules::ABSENCE_PRODUCTS)),
    (&rules::HOSPITAL_ABSENCE, Far::Products(&rules::HOSPITAL_PRODUCTS)),
    (&rules::STAFF_FIRST_WEEK, Far::Facts(FactKind::StaffLevel)),
    (&rules::STAFF_TWO_WEEKS, Far::Facts(FactKind::StaffLevel)),
];

fn is_near(rule: &ClaimRule) -> bool {
    FAR.iter().all(|(words, _)| words.id != rule.words.id)
}

/// Whether a rule of that name looks at lines around its own only.
pub fn looks_near(rule: &str) -> bool {
    CATALOGUE.iter().any(|one| one.words.id == rule && is_near(one))
}

/// The products whose lines concern rules that look at the whole history, whatever office states them.
#[derive(Clone, Debug)]
pub struct FarProducts(Vec<Vec<Arc<str>>>);

impl FarProducts {
    /// Those that rules state.
    pub fn new(rules: &Rules) -> FarProducts {
        let stated = FAR.iter().filter_map(|(_, far)| match far {
            Far::Products(parameter) => Some(rules.stated(parameter)),
            Far::Facts(_) => None,
        });
        FarProducts(stated.flatten().collect())
    }

    /// Whether a product is one of them.
    pub fn has(&self, product: &str) -> bool {
        self.0.iter().any(|list| among(list, product))
    }
}

/// Whether facts on record make rules look at the whole history of a client, of which these lines are known.
pub fn looks_far(history: &ClientHistory, line_facts: bool) -> bool {
    let far = |kind| FAR.iter().any(|(_, far)| matches!(far, Far::Facts(one) if *one == kind));
    let stated = history.facts.iter().any(|fact| far(fact.kind));
    // Facts about a line are found by the line: of those that are not known here nobody knows whether there are any.
    stated || (line_facts && history.lines.iter().any(|line| !line.is_wlz()))
}

/// The months around days on which lines began.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    first: NaiveDate,
    last: NaiveDate,
}

impl Window {
    /// The whole months that hold both days.
    pub fn around((first, last): (NaiveDate, NaiveDate)) -> Window {
        Window { first: CareMonth::of(first).first_day(), last: CareMonth::of(last).last_day() }
    }

    /// The days on which lines began that are looked at: also those that meet a line of these months, where the longest
    /// line has so many days.
    pub fn reach(&self, longest: u64) -> (NaiveDate, NaiveDate) {
        let first = self.first.checked_sub_days(Days::new(longest)).unwrap_or(NaiveDate::MIN);
        (first, self.last.checked_add_days(Days::new(longest)).unwrap_or(NaiveDate::MAX))
    }

    /// Whether it holds a day.
    pub fn holds(&self, day: NaiveDate) -> bool {
        self.first <= day && day <= self.last
    }
}

/// What the near rules find of a client with a line that began in a window, from the lines within its reach.
pub fn of_client_near(history: &ClientHistory, rules: &Rules, window: Window) -> Vec<Finding> {
    let mut found = Vec::new();
    if history.client.is_empty() {
        return found;
    }
    let view = View::new(history, rules);
    for rule in CATALOGUE.iter().filter(|rule| is_near(rule)) {
        if let Evaluate::Client(evaluate) = rule.evaluate {
            evaluate(&view, &mut found);
        }
    }
    found.retain(|finding| finding.lines.iter().any(|line: &Claim| window.holds(line.first_day)));
    found
}
