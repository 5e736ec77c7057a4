//! Every result of the integrity test, under both acts (REG-13).

use super::{Case, case, outcomes};
use crate::{
    decide::{AssessmentFacts, fixture::*},
    domain::{Category, Integrity, IntegrityCondition, IntegrityResult, Judgement},
};

fn tested(facts: AssessmentFacts, result: IntegrityResult, due: &str) -> AssessmentFacts {
    let condition = IntegrityCondition { text: "a report each quarter".to_owned(), due: day("2024-04-01") };
    let conditions = if result == IntegrityResult::Conditions { vec![condition] } else { Vec::new() };
    AssessmentFacts { integrity: Some(Integrity { due: day(due), result, conditions }), ..facts }
}

fn result<'a>(name: &'a str, title: &'a str, facts: AssessmentFacts, row: &'a str) -> Case<'a> {
    case(name, title, facts).inquiries().rows(&[row])
}

#[test]
fn reg_13_long_term_care() {
    let existing = || AssessmentFacts { interview: None, ..complete(Category::ExistingExpiring) };
    let with = |result| tested(existing(), result, "2021-09-01");
    let title = "Under the Wlz an integrity test is not required: one that was not asked stands in nobody's way.";
    result("integrity_wlz_not_asked", title, existing(), "REG-13 integrity_not_asked")
        .line("integrity test: not asked")
        .golden();
    let title = "Under the Wlz a test that was asked is waited for.";
    result("integrity_wlz_pending", title, with(IntegrityResult::Pending), "REG-13 integrity_pending").golden();
    let title = "Under the Wlz a test without objection leaves the registration admissible.";
    let facts = with(IntegrityResult::NoObjection);
    result("integrity_wlz_no_objection", title, facts, "REG-13 integrity_passed").golden();
    let title = "Under the Wlz a test with a condition leaves the registration admissible.";
    let facts = with(IntegrityResult::Conditions);
    result("integrity_wlz_conditions", title, facts, "REG-13 integrity_conditions").golden();
    let title = "Under the Wlz the office has to weigh an objection.";
    let facts = with(IntegrityResult::Objection);
    result("integrity_wlz_objection_to_weigh", title, facts, "REG-13 integrity_to_weigh").golden();
    for (judgement, name, title) in [
        (Judgement::Positive, "integrity_wlz_objection_outweighed", "Under the Wlz an objection is outweighed."),
        (Judgement::Negative, "integrity_wlz_objection_stands", "Under the Wlz an objection that weighs rejects."),
    ] {
        let facts = with(IntegrityResult::Objection);
        let facts = AssessmentFacts { judgements: [("integrity".to_owned(), judgement)].into(), ..facts };
        result(name, title, facts, "REG-13 integrity_weighed").golden();
    }
}

#[test]
fn reg_13_home_care() {
    let existing = || AssessmentFacts { integrity: None, ..outcomes::home_care_existing() };
    let with = |result| tested(existing(), result, "2023-07-14");
    let title = "For home care an integrity test is required: the registration waits until it is asked and answered.";
    let case = result("integrity_zvw_to_ask", title, existing(), "REG-13 integrity_to_ask");
    case.line("integrity test: not asked").golden();
    let title = "For home care the registration waits for the integrity test.";
    result("integrity_zvw_pending", title, with(IntegrityResult::Pending), "REG-13 integrity_pending").golden();
    let title = "For home care a test without objection leaves the registration admissible.";
    let facts = with(IntegrityResult::NoObjection);
    result("integrity_zvw_no_objection", title, facts, "REG-13 integrity_passed").golden();
    let title = "For home care a test with a condition leaves the registration admissible.";
    let facts = with(IntegrityResult::Conditions);
    result("integrity_zvw_conditions", title, facts, "REG-13 integrity_conditions").golden();
    let title = "For home care an objection of the integrity test rejects.";
    result("integrity_zvw_objection", title, with(IntegrityResult::Objection), "REG-13 integrity_blocks").golden();
    let title = "An objection of the integrity test also rejects a new provider of home care.";
    let facts = tested(outcomes::home_care_new(), IntegrityResult::Objection, "2023-10-01");
    result("integrity_zvw_objection_new", title, facts, "REG-13 integrity_blocks").golden();
}
