//! What each step tells, in both languages.

use chrono::DateTime;
use explain::{Explanation, Facts, Language, Rules, Trace};
use serde::Serialize;

use super::*;

fn told(out: &mut String, title: &str, facts: &impl Serialize, trace: Trace, rules: &Rules) {
    let explanation: Explanation = trace.finish(rules, &Facts::new(facts, DateTime::UNIX_EPOCH));
    out.push_str(&format!("# {title}\n"));
    for language in [Language::Dutch, Language::English] {
        out.push_str(&explanation.to_text(rules, language).unwrap());
    }
}

#[test]
fn scr_07_every_step_tells_why() {
    let (rules, mut out) = (built_in(), String::new());
    let mut trace = Trace::new();
    let facts = opened(vec![exact()]);
    let mut case = open(&facts, &mut trace).unwrap();
    told(&mut out, "case_opened", &facts, trace, &rules);
    let (motivation, as_of) = ("ook dit".to_owned(), moment(day("2024-06-03")));
    let added = vec![signal("S2", SignalKind::Signal, "budget", 10_000)];
    let facts = ExtendFacts { case, added, taken: Vec::new(), motivation, as_of };
    trace = Trace::new();
    case = extend(&facts, &mut trace).unwrap();
    told(&mut out, "case_extended", &facts, trace, &rules);
    let facts = hearing(case);
    trace = Trace::new();
    case = start_hearing(&facts, &rules, &mut trace).unwrap();
    told(&mut out, "case_hearing", &facts, trace, &rules);
    let facts = response(case);
    trace = Trace::new();
    case = respond(&facts, &mut trace).unwrap();
    told(&mut out, "case_response", &facts, trace, &rules);
    for kind in CaseKind::ALL {
        let mut facts = assessment(case.clone(), *kind, 5_000);
        if *kind == CaseKind::ImproperUse {
            facts.reports = vec![(Authority::Igj, day("2024-06-19"))];
        }
        trace = Trace::new();
        assess(&facts, &mut trace).unwrap();
        told(&mut out, &format!("case_assessed {kind}"), &facts, trace, &rules);
    }
    case = assess(&assessment(case, CaseKind::Fraud, 5_000), &mut Trace::new()).unwrap();
    for measures in [Measures::default(), all_measures(&case)] {
        let facts = decision(case.clone(), measures);
        trace = Trace::new();
        let done = verdict(&facts, &rules, &mut trace).unwrap();
        told(&mut out, "case_decided", &facts, trace, &rules);
        let facts = CloseFacts { case: done, motivation: "afgehandeld".to_owned(), as_of };
        trace = Trace::new();
        close(&facts, &mut trace).unwrap();
        if facts.case.content.verdict.as_ref().unwrap().measures.any() {
            told(&mut out, "case_closed", &facts, trace, &rules);
        }
    }
    // Compared line by line, so that a difference can be read.
    let expected = include_str!("told.txt");
    for (told, expected) in out.lines().zip(expected.lines()) {
        assert_eq!(told, expected);
    }
    assert_eq!(out.lines().count(), expected.lines().count(), "\n{out}");
}
