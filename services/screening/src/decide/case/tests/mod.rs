//! Steps of cases, in the order of the law and in any other.

use chrono::{DateTime, NaiveDate, Utc};
use edge::{Act, EdgeError};
use explain::{RuleFile, Rules, Trace};
use money::{Decimal, Money};

mod orders;
mod told;

use super::*;
use crate::{
    decide::network::NetworkRule,
    domain::{
        Authority, CaseKind, CaseLine, Condition, Disposition, IntegrityState, LetterKind, Measures, PeerMeasure,
        Reclaimed, SignalKind,
    },
    rules,
};

const OWN: &str = "41410001";
const STRANGE: &str = "41410002";

fn built_in() -> Rules {
    let files = rules::FILES.iter().map(|(name, text)| RuleFile { name: (*name).into(), text: (*text).into() });
    Rules::load(files.collect(), &rules::SCHEMA).unwrap()
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn moment(day: NaiveDate) -> DateTime<Utc> {
    day.and_hms_opt(10, 0, 0).unwrap().and_utc()
}

fn line(service: &str, number: i64, agb: &str, cents: i64) -> CaseLine {
    CaseLine {
        service: service.to_owned(),
        file_id: "F".to_owned(),
        detail_number: number,
        agb: agb.parse().unwrap(),
        first_day: day("2024-03-04"),
        last_day: day("2024-03-05"),
        granted: Money::from_cents(cents),
        reference: format!("{agb}-{number}"),
    }
}

/// A signal over a line of the provider and one of another.
fn signal(id: &str, kind: SignalKind, service: &str, cents: i64) -> CaseSignal {
    let number = id.bytes().map(i64::from).sum();
    CaseSignal {
        signal_id: id.to_owned(),
        rule_id: "SCR-04".to_owned(),
        rule: "double".to_owned(),
        kind,
        agb: OWN.parse().ok(),
        product: "1000".to_owned(),
        first_day: day("2024-03-04"),
        last_day: day("2024-03-05"),
        at_stake: Money::from_cents(cents),
        standing: true,
        lines: vec![line(service, number, STRANGE, cents), line(service, number + 1, OWN, cents)],
        disposition: None,
        established: Money::ZERO,
    }
}

fn reclaim(signal: &CaseSignal, cents: i64) -> Reclaimed {
    let own = &signal.lines[1];
    Reclaimed {
        signal_id: signal.signal_id.clone(),
        service: own.service.clone(),
        file_id: own.file_id.clone(),
        detail_number: own.detail_number,
        amount: Money::from_cents(cents),
    }
}

fn opened(signals: Vec<CaseSignal>) -> OpenFacts {
    OpenFacts {
        case_id: "C".to_owned(),
        office: "vgz".parse().unwrap(),
        agb: OWN.parse().unwrap(),
        signals,
        taken: Vec::new(),
        motivation: "twee keer dezelfde zorg".to_owned(),
        as_of: moment(day("2024-06-03")),
    }
}

fn hearing(case: Case) -> StartFacts {
    let (informed, due) = (day("2024-06-03"), Some(day("2024-06-15")));
    StartFacts { case, informed, due, document: "D1".to_owned(), day: informed, as_of: moment(informed) }
}

fn response(case: Case) -> ResponseFacts {
    let received = day("2024-06-10");
    ResponseFacts { case, document: "D2".to_owned(), received, day: received, as_of: moment(received) }
}

fn assessment(case: Case, kind: CaseKind, established: i64) -> AssessFacts {
    let unfounded = kind == CaseKind::Unfounded;
    let verdict = |signal: &CaseSignal| SignalVerdict {
        signal_id: signal.signal_id.clone(),
        disposition: if unfounded { Disposition::Unfounded } else { Disposition::Confirmed },
        established: Money::from_cents(if unfounded { 0 } else { established }),
    };
    let (signals, day) = (case.signals.iter().map(verdict).collect(), day("2024-06-20"));
    let (motivation, assessed_by) = ("de administratie klopt niet".to_owned(), "first".to_owned());
    let (deliberate, reports, as_of) = (kind == CaseKind::Fraud, Vec::new(), moment(day));
    AssessFacts { case, kind, deliberate, signals, reports, motivation, assessed_by, day, as_of }
}

fn decision(case: Case, measures: Measures) -> VerdictFacts {
    let (day, motivation) = (day("2024-06-21"), "ernst en omvang".to_owned());
    let (proposed_by, decided_by) = (Some("first".to_owned()), Some("second".to_owned()));
    let claimed_before = Vec::new();
    VerdictFacts { case, measures, motivation, proposed_by, decided_by, claimed_before, day, as_of: moment(day) }
}

fn all_measures(case: &Case) -> Measures {
    Measures {
        conditions: vec![Condition { text: "maandelijks verslag".to_owned(), due: day("2024-12-31") }],
        no_new_agreement: true,
        terminate_at_once: true,
        acts: vec![Act::Zvw],
        reclaimed: case.signals.iter().map(|signal| reclaim(signal, 4_000)).collect(),
    }
}

fn heard(signals: Vec<CaseSignal>) -> Case {
    let rules = built_in();
    let case = open(&opened(signals), &mut Trace::new()).unwrap();
    let case = start_hearing(&hearing(case), &rules, &mut Trace::new()).unwrap();
    respond(&response(case), &mut Trace::new()).unwrap()
}

fn assessed(signals: Vec<CaseSignal>, kind: CaseKind) -> Case {
    assess(&assessment(heard(signals), kind, 5_000), &mut Trace::new()).unwrap()
}

fn exact() -> CaseSignal {
    signal("S1", SignalKind::Exact, "homecare", 10_000)
}

fn against<T: std::fmt::Debug>(result: Result<T, EdgeError>) -> String {
    match result.unwrap_err() {
        EdgeError::Precondition { reason: "CASE_NOT_POSSIBLE", message, .. } => message,
        other => panic!("{other}"),
    }
}

fn decided(case: Case, measures: Measures) -> Result<Case, EdgeError> {
    verdict(&decision(case, measures), &built_in(), &mut Trace::new())
}

#[test]
fn scr_07_a_case_takes_standing_signals_of_its_provider_that_are_in_no_case() {
    let withdrawn = CaseSignal { standing: false, ..exact() };
    let other = CaseSignal { signal_id: "S2".to_owned(), agb: STRANGE.parse().ok(), ..exact() };
    let facts = OpenFacts { taken: vec!["S3".to_owned()], ..opened(vec![withdrawn, other]) };
    let problems = against(open(&facts, &mut Trace::new()));
    for problem in ["S1 was withdrawn", "S2 judges no lines of provider 41410001", "S3 is in a case already"] {
        assert!(problems.contains(problem), "{problems}");
    }
}

#[test]
fn scr_07_states_have_one_order() {
    let rules = built_in();
    let open_case = open(&opened(vec![exact()]), &mut Trace::new()).unwrap();
    let in_hearing = start_hearing(&hearing(open_case.clone()), &rules, &mut Trace::new()).unwrap();
    let of_law = assessed(vec![exact()], CaseKind::Misuse);
    let done = decided(of_law.clone(), Measures::default()).unwrap();
    let closed = close(
        &CloseFacts { case: done.clone(), motivation: "klaar".to_owned(), as_of: moment(day("2024-06-22")) },
        &mut Trace::new(),
    )
    .unwrap();
    for (at, case) in [open_case, in_hearing, of_law, done, closed].into_iter().enumerate() {
        let trace = &mut Trace::new();
        assert_eq!(start_hearing(&hearing(case.clone()), &rules, trace).is_ok(), at == 0);
        assert_eq!(respond(&response(case.clone()), trace).is_ok(), at == 1);
        assert_eq!(assess(&assessment(case.clone(), CaseKind::Misuse, 1), trace).is_ok(), at == 1);
        assert_eq!(assess(&assessment(case.clone(), CaseKind::Unfounded, 0), trace).is_ok(), at <= 1);
        assert_eq!(decided(case.clone(), Measures::default()).is_ok(), at == 2);
        let closing = CloseFacts { case, motivation: "klaar".to_owned(), as_of: moment(day("2024-06-22")) };
        assert_eq!(close(&closing, trace).is_ok(), at == 3);
    }
}

#[test]
fn scr_07_a_term_ends_on_a_working_day_and_nothing_adverse_precedes_its_end() {
    let rules = built_in();
    let case = open(&opened(vec![exact()]), &mut Trace::new()).unwrap();
    let without = StartFacts { due: None, ..hearing(case.clone()) };
    assert!(against(start_hearing(&without, &rules, &mut Trace::new())).contains("case_response_days is unset"));
    let case = start_hearing(&hearing(case), &rules, &mut Trace::new()).unwrap();
    // 15 June 2024 is a Saturday.
    assert_eq!(case.content.hearing.as_ref().unwrap().due, day("2024-06-17"));
    let on = |text: &str| AssessFacts { day: day(text), ..assessment(case.clone(), CaseKind::Misuse, 1) };
    assert!(against(assess(&on("2024-06-17"), &mut Trace::new())).contains("can still respond"));
    assert!(assess(&on("2024-06-18"), &mut Trace::new()).is_ok());
    let late = ResponseFacts { received: day("2024-06-18"), day: day("2024-06-18"), ..response(case) };
    let late = respond(&late, &mut Trace::new()).unwrap();
    assert_eq!(late.content.hearing.unwrap().in_time(), Some(false));
}

#[test]
fn scr_07_signals_that_were_added_are_told_before_they_are_assessed() {
    let (rules, case) = (built_in(), heard(vec![exact()]));
    let added = vec![signal("S9", SignalKind::Signal, "homecare", 300)];
    let (motivation, as_of) = ("ook dit".to_owned(), moment(day("2024-06-11")));
    let facts = ExtendFacts { case, added, taken: Vec::new(), motivation, as_of };
    let case = extend(&facts, &mut Trace::new()).unwrap();
    assert!(against(assess(&assessment(case.clone(), CaseKind::Misuse, 1), &mut Trace::new())).contains("added since"));
    let case = start_hearing(&hearing(case), &rules, &mut Trace::new()).unwrap();
    assert!(assess(&assessment(case, CaseKind::Misuse, 1), &mut Trace::new()).is_ok());
}

#[test]
fn scr_07_an_assessment_contradicts_neither_its_kind_nor_what_is_at_stake() {
    let case = heard(vec![exact()]);
    let of = |facts: AssessFacts| against(assess(&facts, &mut Trace::new()));
    let fraud = assessment(case.clone(), CaseKind::Fraud, 1);
    assert!(of(AssessFacts { deliberate: false, ..fraud.clone() }).contains("fraud is deliberate"));
    assert!(of(AssessFacts { signals: Vec::new(), ..fraud.clone() }).contains("S1 is not assessed"));
    let twice = vec![fraud.signals[0].clone(), fraud.signals[0].clone()];
    assert!(of(AssessFacts { signals: twice, ..fraud }).contains("assessed twice"));
    assert!(of(assessment(case.clone(), CaseKind::Misuse, 10_001)).contains("no more"));
    let reports = vec![(Authority::Nza, day("2024-06-19"))];
    assert!(of(AssessFacts { reports, ..assessment(case, CaseKind::Misuse, 1) }).contains("improper use is reported"));
}

#[test]
fn scr_07_home_care_ends_at_once_on_fraud_or_an_established_irregularity_only() {
    let at_once = || Measures { terminate_at_once: true, acts: vec![Act::Zvw], ..Measures::default() };
    let vague = signal("S1", SignalKind::Signal, "homecare", 10_000);
    let problems = against(decided(assessed(vec![vague.clone()], CaseKind::Misuse), at_once()));
    assert!(problems.contains("VGZ, Inkoopbeleid Wijkverpleging 2024") || problems.contains("vgz-2024"), "{problems}");
    assert!(problems.contains("under the Zvw it takes fraud or an established irregularity"), "{problems}");
    assert!(decided(assessed(vec![vague], CaseKind::Fraud), at_once()).is_ok());
    assert!(decided(assessed(vec![exact()], CaseKind::Misuse), at_once()).is_ok());
    // An irregularity in lines of the Wlz is none in home care, and one that was credited since is none at all.
    let of_wlz = signal("S1", SignalKind::Exact, "budget", 10_000);
    assert!(decided(assessed(vec![of_wlz], CaseKind::Misuse), at_once()).is_err());
    let mut credited = assessed(vec![exact()], CaseKind::Misuse);
    credited.signals[0].standing = false;
    assert!(decided(credited, at_once()).is_err());
}

#[test]
fn scr_07_a_reclaim_is_bounded_by_signal_and_by_line() {
    let case = assessed(vec![exact()], CaseKind::Misuse);
    let back = |cents| Measures { reclaimed: vec![reclaim(&case.signals[0], cents)], ..Measures::default() };
    assert!(decided(case.clone(), back(5_000)).is_ok());
    assert!(against(decided(case.clone(), back(5_001))).contains("was established, no more"));
    assert!(against(decided(case.clone(), back(0))).contains("nothing is claimed back"));
    let mut of_another = back(100);
    of_another.reclaimed[0].detail_number -= 1;
    assert!(against(decided(case, of_another)).contains("no evidence of the provider's own"));
    // Two signals over the same line: each established as a whole, and granted once.
    let mut twin = exact();
    twin.signal_id = "S2".to_owned();
    let both = heard(vec![exact(), twin]);
    let both = assess(&assessment(both, CaseKind::Misuse, 10_000), &mut Trace::new()).unwrap();
    let reclaimed = both.signals.iter().map(|signal| reclaim(signal, 6_000)).collect();
    assert!(against(decided(both, Measures { reclaimed, ..Measures::default() })).contains("was granted, no more"));
}

#[test]
fn scr_07_of_a_line_no_more_is_claimed_back_in_all_cases_than_was_granted() {
    let case = assessed(vec![exact()], CaseKind::Misuse);
    let back = |cents| Measures { reclaimed: vec![reclaim(&case.signals[0], cents)], ..Measures::default() };
    let other = Case { case_id: "D".to_owned(), ..decided(case.clone(), back(4_000)).unwrap() };
    let claimed_before = claimed_of_lines_of(&case, &other);
    assert_eq!(claimed_before, back(4_000).reclaimed);
    assert!(claimed_of_lines_of(&other, &other).is_empty());
    let mut elsewhere = other.clone();
    elsewhere.content.verdict.as_mut().unwrap().measures.reclaimed[0].file_id = "another".to_owned();
    assert!(claimed_of_lines_of(&case, &elsewhere).is_empty());
    // Of 100.00 that was granted, 50.00 was established here, and 60.00 claimed back elsewhere.
    let after = |before: i64, cents: i64| {
        let claimed_before = vec![reclaim(&case.signals[0], before)];
        let facts = VerdictFacts { claimed_before, ..decision(case.clone(), back(cents)) };
        verdict(&facts, &built_in(), &mut Trace::new())
    };
    assert!(after(6_000, 4_000).is_ok());
    assert!(against(after(6_000, 4_001)).contains("of which 60.00 was claimed back in other cases"));
}

#[test]
fn scr_07_two_people_decide_and_neither_assessed_it() {
    let case = assessed(vec![exact()], CaseKind::Misuse);
    let by = |proposed: &str, decided: &str| VerdictFacts {
        proposed_by: Some(proposed.to_owned()),
        decided_by: Some(decided.to_owned()),
        ..decision(case.clone(), Measures::default())
    };
    let rules = built_in();
    let of = |facts: VerdictFacts| verdict(&facts, &rules, &mut Trace::new());
    assert!(against(of(by("second", "first"))).contains("first assessed the case"));
    assert!(against(of(by("second", "second"))).contains("second proposed this"));
    assert!(of(by("first", "second")).is_ok());
}

#[test]
fn scr_07_improper_use_without_a_measure_is_reported() {
    let case = heard(vec![exact()]);
    let facts = assessment(case.clone(), CaseKind::ImproperUse, 0);
    let unreported = assess(&facts, &mut Trace::new()).unwrap();
    assert!(against(decided(unreported, Measures::default())).contains("is reported to NZa, IGJ or VWS"));
    let reports = vec![(Authority::Nza, day("2024-06-19"))];
    let reported = assess(&AssessFacts { reports, ..facts }, &mut Trace::new()).unwrap();
    assert!(decided(reported, Measures::default()).is_ok());
}

#[test]
fn scr_07_what_a_case_counts_for() {
    let case = assessed(vec![exact()], CaseKind::Fraud);
    let all = all_measures(&case);
    let done = decided(case.clone(), all.clone()).unwrap();
    let measure = measure_of(&done, 3).unwrap();
    assert_eq!((measure.state, measure.until), (IntegrityState::Objection, day("2027-06-21")));
    let mild = Measures { no_new_agreement: false, terminate_at_once: false, ..all };
    let measure = measure_of(&decided(case.clone(), mild).unwrap(), 3).unwrap();
    assert_eq!((measure.state, measure.conditions.len()), (IntegrityState::Conditions, 1));
    assert_eq!(measure_of(&decided(case.clone(), Measures::default()).unwrap(), 3), None);
    assert_eq!(measure_of(&case, 3), None);
}

#[test]
fn scr_07_letters_name_nobody_else() {
    let rules = built_in();
    let case = assessed(vec![exact()], CaseKind::Fraud);
    assert!(letter(&case, LetterKind::Decision, &rules).is_err());
    let case = decided(case.clone(), all_measures(&case)).unwrap();
    for kind in [LetterKind::Hearing, LetterKind::Decision] {
        let told = letter(&case, kind, &rules).unwrap();
        let text = format!("{told:?}");
        assert!(!text.contains(STRANGE) && !text.contains("first") && !text.contains("second"), "{text}");
        assert!(told.signals[0].another_provider && told.signals[0].lines.len() == 1);
        assert!(!told.signals[0].about.dutch.is_empty() && !told.recourse.source.is_empty());
        assert_eq!(told.consequences.len(), 4);
    }
    let hearing = letter(&case, LetterKind::Hearing, &rules).unwrap();
    assert_eq!((hearing.recourse_until, hearing.signals[0].disposition), (Some(day("2024-06-17")), None));
    let decision = letter(&case, LetterKind::Decision, &rules).unwrap();
    assert_eq!((decision.reclaimed, decision.recourse_until), (Some(Money::from_cents(4_000)), None));
}

#[test]
fn scr_07_letters_tell_measures_and_links_in_words() {
    let rules = built_in();
    let measures = PeerMeasure::ALL.iter().map(|measure| ("SCR-05", measure.as_str()));
    let links = NetworkRule::ALL.iter().map(|rule| ("SCR-06", rule.as_str()));
    for (rule_id, rule) in measures.chain(links) {
        let of = CaseSignal { rule_id: rule_id.to_owned(), rule: rule.to_owned(), lines: Vec::new(), ..exact() };
        let case = assessed(vec![exact()], CaseKind::Fraud);
        let about =
            letter(&Case { signals: vec![of], ..case }, LetterKind::Hearing, &rules).unwrap().signals.remove(0).about;
        for text in [&about.dutch, &about.english] {
            assert!(text.contains(' ') && text.ends_with('.') && !text.contains(['_', '{']), "{rule}: {text}");
        }
        assert_ne!(about.dutch, about.english);
        assert!(about.source.len() > rule_id.len(), "{rule}: {}", about.source);
    }
}

#[test]
fn scr_07_precision_is_rounded_half_up() {
    assert_eq!(precision(0, 0), None);
    assert_eq!(precision(2, 1), Some(Decimal::new(6667, 2)));
    assert_eq!(precision(1, 31), Some(Decimal::new(313, 2)));
}
