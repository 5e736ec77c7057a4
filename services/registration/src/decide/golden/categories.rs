//! Every way to a category (REG-02).

use explain::Rules;

use super::{case, outcomes};
use crate::{
    decide::{AssessmentFacts, fixture::*},
    domain::{Agreement, Category},
};

/// A registration for 2022 with what the category hands in, and these agreements on record.
fn held(category: Category, agreements: Vec<Agreement>) -> AssessmentFacts {
    AssessmentFacts { agreements, ..complete(category) }
}

/// An agreement with another office, with care claimed since a day.
fn there(office: &str, first: &str, last: Option<&str>, since: Option<&str>) -> Agreement {
    Agreement { claiming_since: since.map(day), ..agreement(&wlz(), office, first, last) }
}

fn way(name: &str, title: &str, facts: AssessmentFacts, rows: &[&str]) {
    case(name, title, facts).agreements().rows(rows).golden();
}

#[test]
fn reg_02_an_agreement_here_runs_or_expires() {
    let here = |first, last| vec![agreement(&wlz(), "vgz", first, last)];
    let (running, expiring) = (Category::ExistingRunning, Category::ExistingExpiring);
    way(
        "category_running_through_the_last_day",
        "An agreement that runs on the last day of 2022 makes a provider existing, running.",
        held(running, here("2021-01-01", Some("2022-12-31"))),
        &["REG-02 existing_running"],
    );
    way(
        "category_running_three_years",
        "The agreement of three years, 2021-2023, makes a provider existing, running.",
        held(running, here("2021-01-01", Some("2023-12-31"))),
        &["REG-02 existing_running"],
    );
    way(
        "category_expiring",
        "An agreement that ends on the last day of 2021 makes a provider existing, expiring.",
        held(expiring, here("2021-01-01", Some("2021-12-31"))),
        &["REG-02 existing_expiring"],
    );
    way(
        "category_here_since_the_day_of_receipt",
        "An agreement that begins on the day of receipt is one at the moment of registration.",
        held(running, here("2021-07-16", Some("2023-12-31"))),
        &["REG-02 existing_running"],
    );
    way(
        "category_here_from_the_day_after_receipt",
        "An agreement that begins on the day after the receipt is none at the moment of registration.",
        held(Category::New, here("2021-07-17", Some("2023-12-31"))),
        &["REG-02 none_here", "REG-02 new_none"],
    );
}

#[test]
fn reg_02_an_extension_counts_only_where_the_office_says_so() {
    let extended = || {
        let extended = Agreement { extended: true, ..agreement(&wlz(), "vgz", "2020-01-01", Some("2022-12-31")) };
        vec![extended]
    };
    way(
        "category_extended",
        "An agreement that only an extension carries through 2022 does not count as running: expiring.",
        held(Category::ExistingExpiring, extended()),
        &["REG-02 existing_extended"],
    );
    let counting: Rules = with("extension_counts_as_running", "false", "true");
    let title = "Where the office lets an extension count, an agreement carried through 2022 by one is running.";
    let facts = held(Category::ExistingRunning, extended());
    let case = case("category_extended_where_it_counts", title, facts);
    let case = case.under(&counting, "extension_counts_as_running = true");
    case.agreements().rows(&["REG-02 existing_running"]).golden();
}

#[test]
fn reg_02_an_agreement_elsewhere_needs_the_whole_year_before_and_claims() {
    let (elsewhere, new) = (Category::ExistingElsewhere, Category::New);
    way(
        "category_elsewhere_whole_year_with_claims",
        "An agreement elsewhere for exactly all of 2021, with claims from 1 January 2021, makes existing elsewhere.",
        held(elsewhere, vec![there("cz", "2021-01-01", Some("2021-12-31"), Some("2021-01-01"))]),
        &["REG-02 none_here", "REG-02 existing_elsewhere"],
    );
    way(
        "category_elsewhere_by_two_agreements",
        "Two agreements elsewhere that follow each other cover all of 2021.",
        held(
            elsewhere,
            vec![
                there("cz", "2020-01-01", Some("2021-06-30"), Some("2020-01-01")),
                there("cz", "2021-07-01", None, None),
            ],
        ),
        &["REG-02 none_here", "REG-02 existing_elsewhere"],
    );
    way(
        "category_elsewhere_claims_a_day_late",
        "An agreement elsewhere all of 2021 with claims from 2 January 2021 only: new.",
        held(new, vec![there("cz", "2021-01-01", None, Some("2021-01-02"))]),
        &["REG-02 none_here", "REG-02 new_no_claims"],
    );
    way(
        "category_elsewhere_without_claims",
        "An agreement elsewhere all of 2021 under which nothing was claimed: new.",
        held(new, vec![there("cz", "2020-01-01", None, None)]),
        &["REG-02 none_here", "REG-02 new_no_claims"],
    );
    way(
        "category_elsewhere_from_the_second_of_january",
        "An agreement elsewhere from 2 January 2021 is not for the whole year: new.",
        held(new, vec![there("cz", "2021-01-02", None, Some("2021-01-02"))]),
        &["REG-02 none_here", "REG-02 new_part_year"],
    );
    way(
        "category_elsewhere_until_a_day_before_the_end",
        "An agreement elsewhere until 30 December 2021 is not for the whole year: new.",
        held(new, vec![there("cz", "2020-01-01", Some("2021-12-30"), Some("2020-01-01"))]),
        &["REG-02 none_here", "REG-02 new_part_year"],
    );
    way(
        "category_elsewhere_ended_before_the_receipt",
        "An agreement elsewhere that ended on the day before the receipt is none at the moment of registration: new.",
        held(new, vec![there("cz", "2020-01-01", Some("2021-07-15"), Some("2020-01-01"))]),
        &["REG-02 none_here", "REG-02 new_none"],
    );
    way(
        "category_none_anywhere",
        "A provider without any agreement is new.",
        held(new, Vec::new()),
        &["REG-02 none_here", "REG-02 new_none"],
    );
}

#[test]
fn reg_02_home_care_looks_at_the_year_before() {
    let existing = |last| {
        let facts = outcomes::home_care_existing();
        AssessmentFacts { agreements: vec![agreement(&facts, "vgz", "2022-01-01", Some(last))], ..facts }
    };
    way(
        "category_home_care_on_the_first_day_of_the_year_before",
        "An agreement for home care that ended on 1 January 2023 is one in 2023: existing.",
        existing("2023-01-01"),
        &["REG-02 existing_expiring"],
    );
    let new = outcomes::home_care_new;
    way(
        "category_home_care_until_the_year_before",
        "An agreement for home care that ended on 31 December 2022 is none in 2023: new.",
        AssessmentFacts { agreements: existing("2022-12-31").agreements, ..new() },
        &["REG-02 none_here_year_before", "REG-02 new_here"],
    );
    way(
        "category_home_care_elsewhere",
        "An agreement for home care with another insurer does not count: new.",
        AssessmentFacts { agreements: vec![agreement(&new(), "cz", "2020-01-01", None)], ..new() },
        &["REG-02 none_here_year_before", "REG-02 new_here"],
    );
}
