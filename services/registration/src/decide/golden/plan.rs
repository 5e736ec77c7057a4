//! What the business plan contains (REG-04): told for the judgement on the plan, and no reason by itself.

use super::{case, list, no, yes};
use crate::{
    decide::{AssessmentFacts, fixture::*},
    domain::{Category, Judgement},
};

const PLAN: &str = "financial_plan";

#[test]
fn reg_04_annual_accounts() {
    let new = complete(Category::New);
    let title = "The annual accounts of 2019 are missing; those of 2020 are there.";
    let missing = with_answer(&new, PLAN, "accounts_years", list(&["2020"]));
    let accounts = case("accounts_of_2019_missing", title, missing).fact(PLAN, "accounts_years");
    accounts.rows(&["REG-04 accounts"]).golden();
    let title = "The annual accounts of 2019 and 2020 are there.";
    let accounts = case("accounts_of_both_years", title, new.clone()).fact(PLAN, "accounts_years");
    accounts.rows(&["REG-04 accounts"]).golden();
    let starter = with_answer(&removed(&new, PLAN, "accounts_years"), PLAN, "starter", yes());
    let title = "A starter without adopted accounts hands in none.";
    let accounts = case("accounts_of_a_starter", title, starter).fact(PLAN, "starter").fact(PLAN, "accounts_years");
    accounts.rows(&["!REG-04 accounts"]).golden();

    let group = ["legal_structure", "board", "supervisory_body", "group_structure"];
    let parent = with_answer(&new, PLAN, "has_parent", yes());
    let parent = with_answer(&parent, "organogram", "describes", list(&group));
    let with_years = with_answer(&parent, PLAN, "parent_accounts_years", list(&["2019", "2020"]));
    for (facts, name, title) in [
        (parent, "accounts_of_the_parent_missing", "The consolidated accounts of the parent company are missing."),
        (with_years, "accounts_of_the_parent", "The consolidated accounts of the parent company are there."),
    ] {
        let accounts = case(name, title, facts).fact(PLAN, "has_parent").fact(PLAN, "parent_accounts_years");
        accounts.rows(&["REG-04 parent_accounts"]).golden();
    }
}

#[test]
fn reg_04_finances_and_topics() {
    let elsewhere = || complete(Category::ExistingElsewhere);
    let title = "The equity of a provider from elsewhere is negative.";
    let facts = with_answer(&elsewhere(), PLAN, "negative_equity", yes());
    case("equity_negative", title, facts).fact(PLAN, "negative_equity").rows(&["REG-04 equity"]).golden();
    let title = "A provider from elsewhere expects no positive result.";
    let facts = with_answer(&elsewhere(), PLAN, "positive_result_expected", no());
    let result = case("result_not_positive", title, facts).fact(PLAN, "positive_result_expected");
    result.rows(&["REG-04 positive_result"]).golden();
    let title = "The financial plan has a budget for 2021 and none for 2022.";
    let facts = with_answer(&elsewhere(), PLAN, "budget_years", list(&["2021"]));
    case("budget_of_another_year", title, facts).fact(PLAN, "budget_years").rows(&["REG-04 budget"]).golden();
    let title = "The company plan says nothing of the expected numbers.";
    let topics = ["target_groups", "products", "experience", "staff", "governance_in_practice"];
    let topics = [topics.as_slice(), &["delivery_forms", "places", "distinction", "cooperation"]].concat();
    let facts = with_answer(&complete(Category::New), "company_plan", "topics", list(&topics));
    let plan = case("company_plan_without_numbers", title, facts).fact("company_plan", "topics");
    plan.rows(&["REG-04 company_plan_topics"]).golden();
}

#[test]
fn reg_08_a_plan_that_falls_short_is_judged() {
    for (category, judgement, name, title) in [
        (
            Category::New,
            Judgement::Negative,
            "plan_falls_short",
            "The office excludes a new provider for its business plan.",
        ),
        (
            Category::New,
            Judgement::Positive,
            "plan_prioritised",
            "The office does not exclude a new provider for its business plan.",
        ),
        (
            Category::ExistingElsewhere,
            Judgement::Negative,
            "plan_of_elsewhere_falls_short",
            "The office excludes a provider from elsewhere for its concise business plan.",
        ),
    ] {
        let facts = complete(category);
        let facts = AssessmentFacts { judgements: [("business_plan".to_owned(), judgement)].into(), ..facts };
        let line = format!("judged: business_plan {judgement}");
        case(name, title, facts).line(&line).rows(&["REG-08 business_plan"]).golden();
    }
}
