//! A year that no source has, added with a rule file and nothing else.

use explain::{RuleFile, Rules, Trace};

use super::{AgreementFacts, AssessmentFacts, assess, calendar, duties, fixture::*};
use crate::{
    domain::{Answer, Category, DutyKind, Verdict},
    rules,
    sample::Sample,
};

/// The round of an office in 2031: a calendar, what is handed in, and what comes due.
const YEAR_2031: &str = r#"
title = "An invented round: long-term care of 2031 of an invented office"

[sources]
invented = "Inkoopbeleid 2031 van een verzonnen kantoor"

[[parameter]]
rule = "REG-01"
name = "regions"
unit = "list"
office = "invented"
act = "wlz"
source = "invented hoofdstuk 1"
values = [{ from = 2031-01-01, value = ["5508"] }]

[[parameter]]
rule = "REG-02"
name = "existing_when"
unit = "choice"
office = "invented"
act = "wlz"
source = "invented hoofdstuk 1"
values = [{ from = 2031-01-01, value = "at_receipt" }]

[[parameter]]
rule = "REG-02"
name = "elsewhere_counts"
unit = "flag"
office = "invented"
act = "wlz"
source = "invented hoofdstuk 1"
values = [{ from = 2031-01-01, value = false }]

[[parameter]]
rule = "REG-05"
name = "milestone_registration"
unit = "window"
office = "invented"
act = "wlz"
source = "invented hoofdstuk 2"
values = [{ from = 2031-01-01, value = { until = 2030-03-31T17:00:00, cutoff = "exclusive" } }]

[[parameter]]
rule = "REG-06"
name = "interview_new"
unit = "flag"
office = "invented"
act = "wlz"
source = "invented hoofdstuk 3"
values = [{ from = 2031-01-01, value = false }]

[[parameter]]
rule = "REG-07"
name = "clarification_may_cure"
unit = "flag"
office = "invented"
act = "wlz"
source = "invented hoofdstuk 3"
values = [{ from = 2031-01-01, value = true }]

[[parameter]]
rule = "REG-13"
name = "integrity_required"
unit = "flag"
office = "invented"
act = "wlz"
source = "invented hoofdstuk 3"
values = [{ from = 2031-01-01, value = false }]

[[check]]
rule = "REG-03"
key = "climate_report"
office = "invented"
act = "wlz"
from = 2031-01-01
about = "climate_report"
test = "handed_in"
ground = "incomplete"
source = "invented hoofdstuk 4"
nl = "Het klimaatverslag is ingediend: {result}."
en = "The climate report was handed in: {result}."

[[check]]
rule = "REG-04"
key = "climate_report_age"
office = "invented"
act = "wlz"
from = 2031-01-01
about = "climate_report"
fact = "issued"
test = "months_old"
limit = 2
ground = "incorrect"
source = "invented hoofdstuk 4"
nl = "Klimaatverslag hoogstens {limit} maanden oud op {received}; van {given}. Voldoet: {result}."
en = "Climate report at most {limit} months old on {received}; of {given}. Met: {result}."

[[check]]
rule = "REG-18"
key = "climate_plan"
office = "invented"
act = "wlz"
from = 2031-01-01
when = { months_after_start = 3 }
about = "climate_plan"
test = "handed_in"
ground = "obligation"
source = "invented hoofdstuk 5"
nl = "Het klimaatplan is er. Voldoet: {result}."
en = "There is a climate plan. Met: {result}."
"#;

fn with_2031() -> Rules {
    let built_in = rules::FILES.iter().map(|(name, text)| RuleFile { name: (*name).into(), text: (*text).to_owned() });
    let invented = RuleFile { name: "wlz-2031-invented.toml".to_owned(), text: YEAR_2031.to_owned() };
    Rules::load(built_in.chain([invented]).collect(), &rules::SCHEMA).unwrap()
}

fn registered(received: &str, rules: &Rules) -> AssessmentFacts {
    let facts = AssessmentFacts {
        round: round("invented", edge::Sector::Gz, 2031),
        begun: utc(received),
        received: utc(received),
        as_of: utc("2030-04-15 09:00:00"),
        ..wlz()
    };
    let sample = Sample {
        round: &facts.round,
        category: Category::New,
        kvk: facts.kvk,
        region: facts.content.region,
        products: &["Z053"],
        modules: &[],
        received: ::calendar::amsterdam_date(facts.received),
    };
    let content = sample.content(rules);
    AssessmentFacts { content, ..facts }
}

#[test]
fn reg_03_reg_04_reg_05_a_new_year_of_another_office_is_a_rule_file() {
    let rules = with_2031();
    let decide = |facts: &AssessmentFacts| assess(facts, &rules, &mut Trace::new()).unwrap().verdict;
    // The last Sunday of March: at 17:00 it is summer time already, and "before" leaves 17:00 itself out.
    let in_time = registered("2030-03-31 14:59:59", &rules);
    assert_eq!(in_time.content.documents.len(), 1);
    assert_eq!(decide(&in_time), Verdict::Admissible);
    let codes = |facts: &AssessmentFacts| -> Vec<String> {
        decide(facts).reasons().iter().map(|reason| reason.code.clone()).collect()
    };
    assert_eq!(codes(&registered("2030-03-31 15:00:00", &rules)), ["late"]);
    assert_eq!(codes(&without(&in_time, "climate_report")), ["climate_report"]);
    let old = with_answer(&in_time, "climate_report", "issued", Answer::Date(day("2030-01-30")));
    assert_eq!(codes(&old), ["climate_report_age"]);
    assert_eq!(calendar(&in_time.round, &rules).unwrap().len(), 1);
}

#[test]
fn reg_18_what_comes_due_in_a_new_year_is_a_rule_file_too() {
    let rules = with_2031();
    let assessment = registered("2030-03-01 10:00:00", &rules);
    let facts = AgreementFacts { assessment, category: Category::New, first_day: day("2031-01-01") };
    let due = duties(&facts, &rules, &mut Trace::new()).unwrap();
    let due: Vec<_> = due.iter().map(|due| (due.kind, due.code.as_str(), due.dutch.as_str())).collect();
    assert_eq!(due, [(DutyKind::Obligation, "climate_plan", "Het klimaatplan is er.")]);
}
