//! What a person records, and whether a lower bid can be agreed.

use chrono::DateTime;
use explain::{Facts, Value};

use super::*;
use crate::decide::{
    fixture::{built_in, subject},
    percentage::tests::{percent, vgz},
};

fn facts(finding: Option<Finding>, percentage: Option<&str>) -> FindingFacts {
    FindingFacts {
        subject: subject("vgz", 2023),
        finding,
        percentage: percentage.map(percent),
        motivation: "seen".to_owned(),
        as_of: DateTime::UNIX_EPOCH,
    }
}

/// The rule, the text and the result of every step.
fn told(facts: &FindingFacts) -> Result<Vec<(String, String, Value)>, Error> {
    let (rules, mut trace) = (built_in(), Trace::new());
    find(facts, rules, &mut trace)?;
    let steps = trace.finish(rules, &Facts::new(facts, facts.as_of)).steps;
    Ok(steps.into_iter().map(|step| (step.rule.into(), step.text.into(), step.result)).collect())
}

fn step(rule: &str, text: &str, result: Value) -> Vec<(String, String, Value)> {
    vec![(rule.to_owned(), text.to_owned(), result)]
}

#[test]
fn tar_09_whether_a_provider_is_new_is_told() {
    let standing = |standing| told(&facts(Some(Finding::Standing(standing)), None)).unwrap();
    assert_eq!(standing(Standing::New), step("TAR-09", "new_provider_recorded", Value::Flag(true)));
    assert_eq!(standing(Standing::Existing), step("TAR-09", "existing_provider_recorded", Value::Flag(false)));
}

#[test]
fn tar_20_what_an_interview_led_to_is_told_up_to_the_cap() {
    let interview = |text: &str| told(&facts(Some(Finding::Interview(percent(text))), None));
    assert_eq!(interview("100").unwrap(), step("TAR-20", "entered", Value::Percentage(percent("100"))));
    assert!(matches!(interview("100.01"), Err(Error::AboveCap { cap, .. }) if cap == percent("100")));
}

#[test]
fn tar_10_a_percentage_from_elsewhere_is_told_up_to_the_cap() {
    let elsewhere = |text: &str| told(&facts(None, Some(text)));
    assert_eq!(elsewhere("94.2").unwrap(), step("TAR-10", "recorded", Value::Percentage(percent("94.2"))));
    assert!(matches!(elsewhere("100.01"), Err(Error::AboveCap { .. })));
    // Other findings are told by the decisions that lead to them.
    assert_eq!(told(&facts(Some(Finding::Withdrawn), None)).unwrap(), []);
}

#[test]
fn tar_17_a_bid_can_be_agreed_below_the_current_percentage_only() {
    let asked = |percentage: PercentageFacts, text: &str| {
        let facts = BidFacts { percentage, bid: percent(text), motivation: "results".to_owned() };
        bid(&facts, built_in(), &mut Trace::new()).unwrap()
    };
    let current = percent("95.80");
    let of = |text: &str| asked(vgz(Vec::new()), text);
    assert_eq!([of("95.79"), of("95.8"), of("96")], [(current, true), (current, false), (current, false)]);
    // A bid that was agreed already is what this one would replace.
    let before = PercentageFacts { bid: Some(percent("94.2")), ..vgz(Vec::new()) };
    assert_eq!(asked(before, "94.5"), (current, true));
    let falling = PercentageFacts { line: Some(percent("94.5")), ..vgz(Vec::new()) };
    assert_eq!(asked(falling, "94"), (percent("94.50"), false));
}
