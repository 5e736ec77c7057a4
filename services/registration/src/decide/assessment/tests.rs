//! The steps of an assessment and what they come to.

use explain::Facts;
use proptest::prelude::*;

use super::*;
use crate::{
    decide::{REGISTRATION, Review, fixture::*},
    domain::{Answer, Integrity as IntegrityFacts, IntegrityCondition, IntegrityResult, InterviewGround, Judgement},
};

fn outcome(facts: &AssessmentFacts) -> Outcome {
    assess(facts, built_in(), &mut Trace::new()).unwrap()
}

fn codes(outcome: &Outcome) -> Vec<String> {
    outcome.verdict.reasons().iter().map(|reason| format!("{} {}", reason.rule, reason.code)).collect()
}

fn waits(outcome: &Outcome) -> Vec<&str> {
    match &outcome.verdict {
        Verdict::Waiting(waits) => waits.iter().map(|waiting| waiting.wait.as_str()).collect(),
        _ => Vec::new(),
    }
}

#[test]
fn reg_02_reg_03_reg_06_a_complete_registration_of_each_category_is_admissible() {
    for category in Category::ALL.iter().copied() {
        let found = outcome(&complete(category));
        assert_eq!((found.category, &found.verdict), (category, &Verdict::Admissible), "{category}");
        assert_eq!(found.signals, []);
    }
    for category in [Category::ExistingRunning, Category::New] {
        let found = outcome(&complete_home_care(category));
        assert_eq!((found.category, &found.verdict), (category, &Verdict::Admissible), "{category}");
    }
}

#[test]
fn reg_03_every_document_of_every_category_is_missed_by_name() {
    for category in Category::ALL.iter().copied() {
        let facts = complete(category);
        let wanted = checks(&facts.round, built_in()).filter(|check| {
            check.test == Test::HandedIn
                && check.whom.iter().any(|whom| **whom == *category.as_str())
                && check.only_if.is_none()
        });
        let wanted: Vec<&Check> = wanted.filter(|check| check.when == explain::When::Registration).collect();
        assert!(!wanted.is_empty());
        for check in wanted {
            let missed = without(&facts, &check.fact.about);
            let found = outcome(&missed);
            let Verdict::NotConsidered(reasons) = &found.verdict else { panic!("{category} {}: {found:?}", check.key) };
            let ground = if check.ground.as_ref() == "incomplete" { Ground::Incomplete } else { continue };
            let reason = Reason {
                rule: check.rule.to_string(),
                code: check.key.to_string(),
                subject: check.fact.about.to_string(),
                ground,
            };
            assert!(reasons.contains(&reason), "{category} {}: {reasons:?}", check.key);
        }
    }
}

#[test]
fn reg_06_a_later_step_never_runs_after_an_objection() {
    let facts = complete(Category::New);
    // Incomplete, with a document that is not right and an interview that went badly.
    let bad = AssessmentFacts { interview: interview_with(&[InterviewGround::Finances]), ..facts };
    let bad = with_answer(&bad, "liability_policy", "cover_per_event", amount("2499999.99"));
    assert_eq!(codes(&outcome(&without(&bad, "organogram"))), ["REG-03 organogram"]);
    assert_eq!(codes(&outcome(&bad)), ["REG-04 liability_cover"]);
    let mended = with_answer(&bad, "liability_policy", "cover_per_event", amount("2500000.00"));
    let found = outcome(&mended);
    assert_eq!(codes(&found), ["REG-09 finances"]);
    assert!(matches!(found.verdict, Verdict::Rejected(_)));
}

#[test]
fn reg_06_reg_09_a_new_provider_waits_for_its_interview_and_nobody_else_does() {
    let facts = AssessmentFacts { interview: None, ..complete(Category::New) };
    assert_eq!(waits(&outcome(&facts)), ["interview"]);
    let negative = AssessmentFacts {
        interview: interview_with(&[InterviewGround::BoardStructure, InterviewGround::Other]),
        ..facts
    };
    let found = outcome(&negative);
    assert_eq!(codes(&found), ["REG-09 board_structure", "REG-09 other"]);
    for category in [Category::ExistingRunning, Category::ExistingExpiring, Category::ExistingElsewhere] {
        let facts = AssessmentFacts { interview: interview_with(&[InterviewGround::Plan]), ..complete(category) };
        assert_eq!(outcome(&facts).verdict, Verdict::Admissible, "{category}");
    }
}

#[test]
fn reg_08_every_reason_is_given_in_the_order_of_the_rules() {
    let facts = complete(Category::New);
    let late = AssessmentFacts { received: utc("2021-07-30 15:00:01"), ..facts.clone() };
    let late = without(&without(&late, "vog_rp"), "organogram");
    let expected = ["REG-05 late", "REG-03 vog_rp", "REG-03 organogram"];
    assert_eq!(sorted(codes(&outcome(&late))), sorted(expected.map(str::to_owned).to_vec()));
    assert_eq!(codes(&outcome(&late))[0], "REG-05 late");

    let unmet = with_answer(&facts, REGISTRATION, "agrees_with_framework", Answer::Yes(false));
    let unmet = with_answer(&unmet, "statutes", "current", Answer::Yes(false));
    let found = outcome(&unmet);
    assert_eq!(codes(&found), ["REG-04 statutes_current", "REG-08 agrees_with_framework"]);
    let grounds: Vec<Ground> = found.verdict.reasons().iter().map(|reason| reason.ground).collect();
    assert_eq!(grounds, [Ground::Incorrect, Ground::Framework]);
}

#[test]
fn reg_08_what_the_office_may_hold_against_a_provider_it_has_to_judge() {
    for (subject, ground) in [
        ("false_data", Ground::FalseData),
        ("doubts", Ground::Doubts),
        ("exclusion_ground", Ground::Exclusion),
        ("business_plan", Ground::BusinessPlan),
    ] {
        let judged = |judgement| {
            let facts = complete(Category::New);
            AssessmentFacts { judgements: [(subject.to_owned(), judgement)].into(), ..facts }
        };
        assert_eq!(outcome(&judged(Judgement::Positive)).verdict, Verdict::Admissible, "{subject}");
        let found = outcome(&judged(Judgement::Negative));
        let Verdict::NotConsidered(reasons) = &found.verdict else { panic!("{subject}: {found:?}") };
        assert_eq!((reasons.len(), reasons[0].ground, reasons[0].subject.as_str()), (1, ground, subject));
    }
    // A deficient plan is held against new providers and those from elsewhere only.
    let facts = complete(Category::ExistingRunning);
    let facts = AssessmentFacts { judgements: [("business_plan".to_owned(), Judgement::Negative)].into(), ..facts };
    assert_eq!(outcome(&facts).verdict, Verdict::Admissible);
}

#[test]
fn reg_08_weighty_reasons_are_a_ground_of_vgz_in_2023() {
    let facts = complete(Category::ExistingRunning);
    let judgements = [("weighty_reasons".to_owned(), Judgement::Negative)];
    let of_2022 = AssessmentFacts { judgements: judgements.clone().into(), ..facts };
    assert_eq!(outcome(&of_2022).verdict, Verdict::Admissible);
    let of_2023 = AssessmentFacts { judgements: judgements.into(), ..complete_2023(Category::ExistingRunning) };
    assert_eq!(codes(&outcome(&of_2023)), ["REG-08 weighty_reasons"]);
}

#[test]
fn reg_13_the_integrity_test_is_waited_for_weighs_or_blocks() {
    let with = |facts: AssessmentFacts, result: IntegrityResult| {
        let conditions = vec![IntegrityCondition { text: "quarterly report".to_owned(), due: day("2022-04-01") }];
        let conditions = if result == IntegrityResult::Conditions { conditions } else { Vec::new() };
        AssessmentFacts { integrity: Some(IntegrityFacts { due: day("2021-09-01"), result, conditions }), ..facts }
    };
    let wlz = || complete(Category::ExistingRunning);
    let zvw = || complete_home_care(Category::ExistingRunning);
    for facts in [wlz(), zvw()] {
        assert_eq!(waits(&outcome(&with(facts.clone(), IntegrityResult::Pending))), ["integrity"]);
        assert_eq!(outcome(&with(facts.clone(), IntegrityResult::NoObjection)).verdict, Verdict::Admissible);
        assert_eq!(outcome(&with(facts, IntegrityResult::Conditions)).verdict, Verdict::Admissible);
    }
    // Not asked: needed for home care, not for long-term care.
    assert_eq!(waits(&outcome(&AssessmentFacts { integrity: None, ..zvw() })), ["integrity"]);
    assert_eq!(outcome(&wlz()).verdict, Verdict::Admissible);
    // An objection blocks under the Zvw, and is weighed under the Wlz.
    let blocked = outcome(&with(zvw(), IntegrityResult::Objection));
    assert_eq!(codes(&blocked), ["REG-13 integrity_objection"]);
    assert!(matches!(blocked.verdict, Verdict::Rejected(_)));
    let objected = with(wlz(), IntegrityResult::Objection);
    assert_eq!(waits(&outcome(&objected)), ["judgement"]);
    let weighed =
        |judgement| AssessmentFacts { judgements: [("integrity".to_owned(), judgement)].into(), ..objected.clone() };
    assert_eq!(outcome(&weighed(Judgement::Positive)).verdict, Verdict::Admissible);
    assert!(matches!(outcome(&weighed(Judgement::Negative)).verdict, Verdict::Rejected(_)));
}

#[test]
fn reg_01_a_region_of_another_office_needs_an_exception() {
    let facts = complete(Category::ExistingRunning);
    let elsewhere = |exception: bool| {
        let mut facts = facts.clone();
        facts.content.region = "5518".parse().unwrap();
        with_answer(&facts, REGISTRATION, "region_exception", Answer::Yes(exception))
    };
    assert_eq!(codes(&outcome(&elsewhere(false))), ["REG-01 region"]);
    assert_eq!(outcome(&elsewhere(true)).verdict, Verdict::Admissible);
    // Home care is bought everywhere.
    let mut home_care = complete_home_care(Category::ExistingRunning);
    home_care.content.region = "5518".parse().unwrap();
    assert_eq!(outcome(&home_care).verdict, Verdict::Admissible);
}

#[test]
fn reg_12_two_thirds_own_delivery_is_a_signal_and_no_refusal() {
    let facts = complete(Category::ExistingRunning);
    let own = |own: i64, total: i64| {
        let facts = with_answer(&facts, REGISTRATION, "own_euros", number(own));
        outcome(&with_answer(&facts, REGISTRATION, "total_euros", number(total)))
    };
    assert_eq!(own(2_000_000, 3_000_000).signals, []);
    let below = own(1_999_999, 3_000_000);
    assert_eq!((below.verdict, below.signals.len(), below.signals[0].ground), (Verdict::Admissible, 1, Ground::Signal));
    assert_eq!(below.signals[0].rule, "REG-12");
}

#[test]
fn reg_12_home_care_by_others_is_at_most_a_third_part_of_a_hundred() {
    let facts = complete_home_care(Category::ExistingRunning);
    let by_others = |part: i64, phase_out: bool| {
        let facts = with_answer(&facts, REGISTRATION, "digimv_subcontracted", number(part));
        let facts = with_answer(&facts, REGISTRATION, "digimv_delivered", number(10_000));
        codes(&outcome(&with_answer(&facts, REGISTRATION, "phase_out_arrangement", Answer::Yes(phase_out))))
    };
    assert_eq!(by_others(3_300, false), [""; 0]);
    assert_eq!(by_others(3_301, false), ["REG-12 subcontracting"]);
    assert_eq!(by_others(3_333, true), [""; 0]);
}

#[test]
fn reg_14_each_minimum_requirement_refuses_by_itself() {
    let facts = complete_home_care(Category::ExistingRunning);
    let mut tried = 0;
    for check in checks(&facts.round, built_in()) {
        let general = is_general(check) && check.module.is_none() && check.only_if.is_none() && check.whom.is_empty();
        if &*check.rule != "REG-14" || !general || check.when != explain::When::Registration || is_presence(check) {
            continue;
        }
        let broken = match check.test {
            Test::NotObjected => {
                let judgements = [(check.fact.name.to_string(), Judgement::Negative)].into();
                AssessmentFacts { judgements, ..facts.clone() }
            }
            _ => removed(&facts, &check.fact.about, &check.fact.name),
        };
        let found = outcome(&broken);
        let told = found.verdict.reasons().iter().chain(&found.signals).any(|reason| *reason.code == *check.key);
        assert!(told, "{}: {found:?}", check.key);
        tried += 1;
    }
    assert!(tried >= 25, "{tried}");
}

#[test]
fn reg_14_an_unmet_condition_of_a_module_is_held_against_the_module() {
    let mut facts = complete_home_care(Category::ExistingRunning);
    facts.content.modules = vec!["palliative".to_owned()];
    let found = outcome(&facts);
    assert_eq!(found.verdict, Verdict::Admissible);
    assert!(found.signals.iter().any(|signal| signal.ground == Ground::Suitability), "{found:?}");
}

#[test]
fn reg_14_a_new_provider_of_home_care_waits_for_what_the_office_has_to_judge() {
    let facts = AssessmentFacts { judgements: Default::default(), ..complete_home_care(Category::New) };
    assert_eq!(waits(&outcome(&facts)), ["judgement"]);
}

#[test]
fn reg_04_what_the_office_found_holds_before_what_was_stated() {
    let facts = complete(Category::New);
    let found =
        |answer| Review { kind: "vog_rp".to_owned(), answers: [("issued".to_owned(), Answer::Date(answer))].into() };
    let reviewed = AssessmentFacts { reviews: vec![found(day("2020-07-15"))], ..facts.clone() };
    assert_eq!(codes(&outcome(&reviewed)), ["REG-04 vog_rp_age"]);
    let again = AssessmentFacts { reviews: vec![found(day("2020-07-15")), found(day("2020-07-16"))], ..facts };
    assert_eq!(outcome(&again).verdict, Verdict::Admissible);
}

#[test]
fn an_assessment_is_the_same_when_its_facts_are_read_back() {
    let (rules, facts) = (built_in(), complete(Category::ExistingElsewhere));
    let kept = Facts::new(&facts, facts.as_of);
    let read: AssessmentFacts = Facts::read(kept.json()).unwrap();
    assert_eq!(read, facts);
    let explained = |facts: &AssessmentFacts| {
        let mut trace = Trace::new();
        let outcome = assess(facts, rules, &mut trace).unwrap();
        (outcome, trace.finish(rules, &Facts::new(facts, facts.as_of)).to_bytes())
    };
    assert_eq!(explained(&read), explained(&facts));
}

proptest! {
    #[test]
    fn reg_03_reg_05_reg_06_a_refusal_has_reasons_of_one_step_only(
        dropped in prop::collection::vec(any::<prop::sample::Index>(), 0..4),
        broken in prop::collection::vec(any::<prop::sample::Index>(), 0..4),
        seconds in -3i64..3,
        category in prop::sample::select(Category::ALL.to_vec()),
    ) {
        let facts = complete(category);
        let received = utc("2021-07-30 15:00:00") + chrono::TimeDelta::seconds(seconds);
        let mut facts = AssessmentFacts { received, ..facts };
        for index in broken {
            let at = index.index(facts.content.documents.len());
            let document = &mut facts.content.documents[at];
            if !document.answers.is_empty() {
                let name = document.answers.keys().nth(index.index(document.answers.len())).unwrap().clone();
                document.answers.remove(&name);
            }
        }
        for index in dropped {
            if !facts.content.documents.is_empty() {
                let at = index.index(facts.content.documents.len());
                facts.content.documents.remove(at);
            }
        }
        let mut trace = Trace::new();
        let rules = built_in();
        let outcome = assess(&facts, rules, &mut trace).unwrap();
        prop_assert_eq!(outcome.category, category);
        let reasons = outcome.verdict.reasons();
        let first_step = |reason: &Reason| matches!(reason.ground, Ground::Late | Ground::Incomplete);
        prop_assert!(reasons.iter().all(first_step) || !reasons.iter().any(first_step), "{:?}", reasons);
        let late = reasons.iter().filter(|reason| reason.ground == Ground::Late).count();
        prop_assert_eq!(late, usize::from(seconds > 0));
        prop_assert_eq!(matches!(outcome.verdict, Verdict::NotConsidered(_)), !reasons.is_empty());
        let explanation = trace.finish(rules, &Facts::new(&facts, facts.as_of));
        let last = &explanation.steps[explanation.steps.len() - 1];
        prop_assert_eq!(last.text == "admissible", outcome.verdict == Verdict::Admissible);
    }

    #[test]
    fn reg_08_no_reason_is_given_twice_and_all_are_sorted_by_rule_within_their_step(
        broken in prop::collection::vec(any::<prop::sample::Index>(), 1..12),
    ) {
        let mut facts = complete(Category::New);
        for index in broken {
            let at = index.index(facts.content.documents.len());
            facts.content.documents[at].answers.clear();
        }
        let found = outcome(&facts);
        let own: Vec<String> = codes(&found);
        let mut once = own.clone();
        once.dedup();
        prop_assert_eq!(&own, &once);
        let rules: Vec<&str> = found.verdict.reasons().iter().map(|reason| reason.rule.as_str()).collect();
        prop_assert!(rules.is_sorted(), "{:?}", rules);
    }
}

fn sorted(mut codes: Vec<String>) -> Vec<String> {
    codes.sort();
    codes
}
