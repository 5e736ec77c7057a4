//! What the integrity comes to, case by case.

use proptest::prelude::*;

use super::*;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

const TODAY: &str = "2024-06-01";

fn check(register: Register, hit: bool, valid_until: &str) -> CheckFact {
    let findings_sha256 = if hit { "f".repeat(64) } else { String::new() };
    let answer = Answer { consult_id: "C".to_owned(), hit, valid_until: day(valid_until), findings_sha256 };
    let (subject_id, kind) = ("S".to_owned(), SubjectKind::Provider);
    CheckFact { subject_id, kind, register, answer: Some(answer), failures: 0, left: false }
}

fn facts(checks: Vec<CheckFact>, judgement: Option<Judgement>) -> IntegrityFacts {
    IntegrityFacts {
        office: "vgz".parse().unwrap(),
        agb: "41410001".parse().unwrap(),
        checks,
        unchanged_until: None,
        judgement,
        cases: Vec::new(),
        day: day(TODAY),
        as_of: DateTime::UNIX_EPOCH,
    }
}

fn stated(checks: Vec<CheckFact>, judgement: Option<Judgement>) -> Integrity {
    state_integrity(&facts(checks, judgement), &mut Trace::new())
}

fn judged(state: IntegrityState, checks: &[CheckFact]) -> Option<Judgement> {
    Some(Judgement { state, conditions: Vec::new(), judged: checks.iter().filter_map(CheckFact::finding).collect() })
}

#[test]
fn scr_02_an_answer_holds_through_its_last_day() {
    let checks = vec![check(Register::Riz, false, TODAY), check(Register::Evr, false, "2024-12-31")];
    let integrity = stated(checks.clone(), None);
    assert_eq!((integrity.state, integrity.valid_until), (IntegrityState::NoObjection, Some(day(TODAY))));
    let late = IntegrityFacts { day: day("2024-06-02"), ..facts(checks, None) };
    assert_eq!(late.checks[0].state(late.day), CheckState::Expired);
    assert_eq!(state_integrity(&late, &mut Trace::new()).state, IntegrityState::Pending);
}

#[test]
fn scr_02_without_an_answer_it_is_pending_and_without_checks_too() {
    assert_eq!(stated(vec![], None).state, IntegrityState::Pending);
    let unasked = CheckFact { answer: None, ..check(Register::Riz, false, TODAY) };
    assert_eq!(
        (unasked.state(day(TODAY)), stated(vec![unasked.clone()], None).state),
        (CheckState::Due, IntegrityState::Pending)
    );
    let failed = CheckFact { failures: 1, ..unasked };
    assert_eq!(failed.state(day(TODAY)), CheckState::Failed);
    // A try in vain takes nothing away from an answer that still holds.
    let valid = CheckFact { failures: 3, ..check(Register::Riz, false, TODAY) };
    assert_eq!(stated(vec![valid], None).state, IntegrityState::NoObjection);
}

#[test]
fn scr_03_a_finding_waits_for_people_and_another_one_waits_again() {
    let hit = check(Register::Evr, true, "2024-12-31");
    assert_eq!(stated(vec![hit.clone()], None).state, IntegrityState::Pending);
    for state in [IntegrityState::NoObjection, IntegrityState::Conditions, IntegrityState::Objection] {
        assert_eq!(stated(vec![hit.clone()], judged(state, std::slice::from_ref(&hit))).state, state);
    }
    let mut other = hit.clone();
    other.answer.as_mut().unwrap().findings_sha256 = "e".repeat(64);
    let before = judged(IntegrityState::NoObjection, std::slice::from_ref(&hit));
    assert_eq!(stated(vec![other], before).state, IntegrityState::Pending);
}

#[test]
fn scr_03_an_objection_stands_until_people_judge_otherwise() {
    let clean = check(Register::Evr, false, "2024-01-01");
    assert_eq!(stated(vec![clean], judged(IntegrityState::Objection, &[])).state, IntegrityState::Objection);
}

#[test]
fn scr_03_a_finding_about_who_left_is_judged_all_the_same_and_nothing_else_is_asked_of_it() {
    let stays = check(Register::Riz, false, "2024-12-31");
    let left = CheckFact { left: true, ..check(Register::Evr, true, "2024-01-01") };
    let both = vec![stays, left.clone()];
    let integrity = stated(both.clone(), None);
    assert_eq!(
        (integrity.state, facts(both.clone(), None).unjudged()),
        (IntegrityState::Pending, vec!["C".to_owned()])
    );
    let integrity = stated(both, judged(IntegrityState::NoObjection, std::slice::from_ref(&left)));
    assert_eq!((integrity.state, integrity.valid_until), (IntegrityState::NoObjection, Some(day("2024-12-31"))));
    // Who left answers for nobody.
    let alone = vec![left.clone()];
    assert_eq!(stated(alone, judged(IntegrityState::NoObjection, &[left])).state, IntegrityState::Pending);
}

#[test]
fn scr_03_it_holds_until_the_day_before_somebody_joins_or_leaves() {
    let of = |checks, unchanged_until| {
        let facts = IntegrityFacts { unchanged_until: Some(day(unchanged_until)), ..facts(checks, None) };
        state_integrity(&facts, &mut Trace::new()).valid_until
    };
    let valid = || vec![check(Register::Riz, false, "2024-12-31")];
    assert_eq!(of(valid(), "2024-06-30"), Some(day("2024-06-30")));
    assert_eq!(of(valid(), "2025-06-30"), Some(day("2024-12-31")));
    assert_eq!(of(vec![check(Register::Riz, true, "2024-12-31")], "2024-06-30"), Some(day("2024-06-30")));
}

fn heard() -> Hearing {
    Hearing { informed: Some(day("2024-05-01")), response: "we disagree".to_owned(), response_due: None }
}

fn judgement() -> JudgementFacts {
    JudgementFacts {
        office: "vgz".parse().unwrap(),
        agb: "41410001".parse().unwrap(),
        state: IntegrityState::Objection,
        conditions: Vec::new(),
        consult_ids: vec!["C".to_owned()],
        unjudged: vec!["C".to_owned()],
        judged: Vec::new(),
        motivation: "because".to_owned(),
        hearing: heard(),
        day: day(TODAY),
        as_of: DateTime::UNIX_EPOCH,
    }
}

fn against(facts: &JudgementFacts) -> Option<String> {
    judge(facts, &mut Trace::new()).err().map(|error| error.to_string())
}

#[test]
fn scr_07_nothing_adverse_is_judged_before_the_provider_was_heard() {
    assert_eq!(against(&judgement()), None);
    let with = |hearing| JudgementFacts { hearing, ..judgement() };
    let silent = Hearing { response: String::new(), ..heard() };
    let said = |facts: &JudgementFacts| against(facts).unwrap();
    assert_eq!(said(&with(silent.clone())), "the provider said nothing, and no day is given until which it could");
    let due = |due| with(Hearing { response_due: Some(day(due)), ..silent.clone() });
    assert_eq!(said(&due(TODAY)), "the provider can still respond");
    assert_eq!(said(&due("2024-05-01")), "the provider was given no day to respond");
    assert_eq!(against(&due("2024-05-31")), None);
    let untold = with(Hearing { informed: None, ..heard() });
    assert_eq!(said(&untold), "the provider was not told what was found and what may follow");
    let later = with(Hearing { informed: Some(day("2024-06-02")), ..heard() });
    assert_eq!(said(&later), "the provider is told on a day to come");
    // To be cleared nobody has to be heard.
    assert_eq!(against(&JudgementFacts { state: IntegrityState::NoObjection, ..untold }), None);
}

#[test]
fn scr_07_all_findings_are_judged_and_nothing_else() {
    let facts = JudgementFacts { consult_ids: vec!["D".to_owned()], hearing: Hearing::default(), ..judgement() };
    assert_eq!(
        against(&facts).unwrap(),
        "the finding of consult C is not named; consult D holds no finding that waits to be judged; the provider was not \
         told what was found and what may follow"
    );
}

proptest! {
    /// No objection is stated only on answers that hold, for every check, with every finding judged.
    #[test]
    fn scr_03_no_objection_rests_on_valid_answers(
        checks in prop::collection::vec(
            (0..7_usize, any::<bool>(), -3..3_i64, 0..3_u32, any::<bool>(), any::<bool>()), 0..8),
        judgement in prop::option::of((0..3_usize, any::<bool>())),
    ) {
        let checks: Vec<CheckFact> = checks
            .into_iter()
            .map(|(register, hit, days, failures, answered, left)| {
                let until = day(TODAY) + chrono::Duration::days(days);
                let check = check(Register::ALL[register], hit, &until.to_string());
                CheckFact { failures, answer: check.answer.clone().filter(|_| answered), left, ..check }
            })
            .collect();
        let judgement = judgement.and_then(|(state, all)| {
            let state = [IntegrityState::NoObjection, IntegrityState::Conditions, IntegrityState::Objection][state];
            judged(state, if all { &checks } else { &[] })
        });
        let integrity = stated(checks.clone(), judgement.clone());
        let facts = facts(checks, judgement);
        if matches!(integrity.state, IntegrityState::NoObjection | IntegrityState::Conditions) {
            let mut staying = facts.checks.iter().filter(|check| !check.left).peekable();
            prop_assert!(staying.peek().is_some());
            prop_assert!(staying.all(|check| check.state(facts.day) == CheckState::Valid));
            prop_assert!(facts.unjudged().is_empty());
            prop_assert!(integrity.valid_until.is_some_and(|until| until >= facts.day));
        }
    }
}
