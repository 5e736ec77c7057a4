//! Steps in any order.

use chrono::{Days, NaiveDate};
use explain::{Rules, Trace};
use proptest::prelude::*;

use super::*;

/// Somebody tries a step, whatever the case is.
#[derive(Clone, Debug)]
enum Try {
    Hear(u64, u64),
    Respond(u64),
    Assess(CaseKind, i64),
    Decide(bool, bool, i64, u8, u8),
    Close,
}

fn tries() -> impl Strategy<Value = (u64, Try)> {
    let kind = prop::sample::select(CaseKind::ALL.to_vec());
    let step = prop_oneof![
        (0..3_u64, 0..20_u64).prop_map(|(told, due)| Try::Hear(told, due)),
        (0..5_u64).prop_map(Try::Respond),
        (kind, 0..12_000_i64).prop_map(|(kind, cents)| Try::Assess(kind, cents)),
        (any::<bool>(), any::<bool>(), 0..12_000_i64, 0..3_u8, 0..3_u8)
            .prop_map(|(none, end, cents, proposed, decided)| Try::Decide(none, end, cents, proposed, decided)),
        Just(Try::Close),
    ];
    (0..12_u64, step)
}

fn tried(case: Case, one: &Try, day: NaiveDate, rules: &Rules) -> Result<Case, EdgeError> {
    let (as_of, trace, id) = (moment(day), &mut Trace::new(), |number: u8| format!("person {number}"));
    match one {
        Try::Hear(told, due) => {
            let (informed, due) = (day + Days::new(*told), Some(day + Days::new(*due)));
            start_hearing(&StartFacts { case, informed, due, document: "D".to_owned(), day, as_of }, rules, trace)
        }
        Try::Respond(ago) => {
            let received = day - Days::new(*ago);
            respond(&ResponseFacts { case, document: "R".to_owned(), received, day, as_of }, trace)
        }
        Try::Assess(kind, cents) => {
            assess(&AssessFacts { day, as_of, assessed_by: id(0), ..assessment(case, *kind, *cents) }, trace)
        }
        Try::Decide(no_new, end, cents, proposed, decided) => {
            let acts = if *no_new || *end { vec![Act::Zvw] } else { Vec::new() };
            let reclaimed = if *cents < 2_000 { Vec::new() } else { vec![reclaim(&case.signals[0], *cents)] };
            let (no_new_agreement, terminate_at_once) = (*no_new, *end);
            let measures = Measures { no_new_agreement, terminate_at_once, acts, reclaimed, ..Measures::default() };
            let (proposed_by, decided_by) = (Some(id(*proposed)), Some(id(*decided)));
            verdict(&VerdictFacts { proposed_by, decided_by, day, as_of, ..decision(case, measures) }, rules, trace)
        }
        Try::Close => close(&CloseFacts { case, motivation: "klaar".to_owned(), as_of }, trace),
    }
}

proptest! {
    /// Whatever people try in whatever order: nothing adverse is decided without a hearing that ended or was answered, nor
    /// by one person, nor is more claimed back than was established.
    #[test]
    fn scr_07_no_order_of_steps_leads_to_something_adverse_unheard(steps in prop::collection::vec(tries(), 1..40)) {
        let rules = built_in();
        let mut case = open(&opened(vec![exact()]), &mut Trace::new()).unwrap();
        let mut day = day("2024-06-03");
        for (later, one) in steps {
            day = day + Days::new(later);
            let before = case.clone();
            let Ok(after) = tried(case.clone(), &one, day, &rules) else { continue };
            prop_assert!(after.state >= before.state);
            if after.state == CaseState::Decided && before.state != CaseState::Decided {
                let measures = &after.content.verdict.as_ref().unwrap().measures;
                let Try::Decide(_, _, _, proposed, decided) = one else { panic!("only a decision decides") };
                prop_assert!(proposed != decided && decided != 0);
                if measures.any() {
                    let hearing = after.content.hearing.as_ref().unwrap();
                    prop_assert!(hearing.response.is_some() || hearing.due < day);
                    prop_assert!(hearing.informed <= day && hearing.informed < hearing.due);
                }
                let claimed = Money::total(measures.reclaimed.iter().map(|one| one.amount)).unwrap();
                prop_assert!(claimed <= established(&after.signals).unwrap());
                prop_assert!(claimed <= after.signals[0].lines[1].granted);
            }
            case = after;
        }
    }
}
