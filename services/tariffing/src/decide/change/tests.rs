//! The smallest sets that raise a percentage.

use super::*;
use crate::{
    decide::{
        fixture::built_in,
        percentage::tests::{elderly, granted, percent, vgz},
        proposal::tests::complete,
    },
    domain::Standing,
};

/// The percentage now, and of each set its percentage with what is missing.
fn told(facts: &PercentageFacts, pending: &[ProposalFacts]) -> (Percentage, Vec<(Percentage, Vec<String>)>) {
    let today = NaiveDate::from_ymd_opt(2022, 10, 1).unwrap();
    let (current, changes) = changes(facts, pending, today, built_in(), &mut Trace::new()).unwrap();
    let one = |missing: Missing| {
        let points = missing.points.map_or_else(String::new, |points| format!(" {points}"));
        format!("{} {}{points}", missing.key, missing.what)
    };
    let told = |change: Change| (change.percentage, change.missing.into_iter().map(one).collect());
    (current, changes.into_iter().map(told).collect())
}

fn sets_of(sets: &[(&str, &[&str])]) -> Vec<(Percentage, Vec<String>)> {
    sets.iter().map(|(then, missing)| (percent(then), missing.iter().map(ToString::to_string).collect())).collect()
}

fn judged(key: &str, points: Option<&str>) -> Grant {
    Grant { proposal_id: None, ..granted(key, points) }
}

#[test]
fn tar_10_each_theme_with_room_would_raise_by_itself() {
    let expected =
        sets_of(&[("96.00", &["voldoende_goede_zorg granted 0.2"]), ("96.00", &["zorg_dichtbij_huis granted 0.2"])]);
    assert_eq!(told(&vgz(Vec::new()), &[]), (percent("95.80"), expected));
    // What is granted already takes room; the largest raise comes first.
    let facts = vgz(vec![granted("zorg_dichtbij_huis", Some("0.15"))]);
    let expected =
        sets_of(&[("96.15", &["voldoende_goede_zorg granted 0.2"]), ("96.00", &["zorg_dichtbij_huis granted 0.05"])]);
    assert_eq!(told(&facts, &[]), (percent("95.95"), expected));
    let full = vgz(vec![granted("zorg_dichtbij_huis", Some("0.2"))]);
    assert_eq!(told(&full, &[]).1, sets_of(&[("96.20", &["voldoende_goede_zorg granted 0.2"])]));
}

#[test]
fn tar_10_what_is_too_late_or_adds_nothing_raises_nothing() {
    let today = NaiveDate::from_ymd_opt(2023, 1, 1).unwrap();
    let (current, found) = changes(&vgz(Vec::new()), &[], today, built_in(), &mut Trace::new()).unwrap();
    assert_eq!((current, found), (percent("95.80"), Vec::new()));
    // At the cap.
    let capped = vgz(vec![granted("zinnige_zorg", Some("4.2"))]);
    assert_eq!(told(&capped, &[]), (percent("100.00"), Vec::new()));
}

#[test]
fn tar_10_a_grant_that_lowers_could_end() {
    let facts = vgz(vec![granted("duurzaam_betaalbaar", Some("-0.5")), granted("zorg_dichtbij_huis", Some("0.2"))]);
    let expected =
        sets_of(&[("96.00", &["duurzaam_betaalbaar ended -0.5"]), ("95.70", &["voldoende_goede_zorg granted 0.2"])]);
    assert_eq!(told(&facts, &[]), (percent("95.50"), expected));
}

#[test]
fn tar_10_what_was_refused_before_is_in_the_way_of_nothing_and_what_adds_nothing_does_not_end() {
    let thuis = |key: &str, points: &str| Grant { initiative: "thuis".to_owned(), ..granted(key, Some(points)) };
    let facts = vgz(vec![thuis("zinnige_zorg", "0"), thuis("zorg_dichtbij_huis", "0.1")]);
    let expected =
        sets_of(&[("96.00", &["voldoende_goede_zorg granted 0.2"]), ("95.90", &["zorg_dichtbij_huis granted 0.1"])]);
    assert_eq!(told(&facts, &[]), (percent("95.80"), expected));
}

#[test]
fn tar_10_two_that_lower_below_the_range_have_to_end_together() {
    let role = judged("role_in_region", Some("-2.0"));
    let facts = PercentageFacts { grants: vec![role, judged("basics_not_met", Some("-2.0"))], ..elderly("salland") };
    let expected = sets_of(&[
        ("95.50", &["basics_not_met granted 2.0", "role_in_region ended -2.0"]),
        ("95.50", &["role_in_region ended -2.0", "basics_not_met ended -2.0"]),
        ("94.50", &["role_in_region granted 3.0"]),
    ]);
    assert_eq!(told(&facts, &[]), (percent("93.50"), expected));
}

#[test]
fn tar_10_a_start_that_somebody_establishes_is_one_until_it_is_there() {
    let sets = |grants| told(&PercentageFacts { grants, ..elderly("zilveren_kruis") }, &[]);
    let is_start = |sets: &[(Percentage, Vec<String>)]| {
        sets.contains(&(percent("96.00"), vec!["essential_facility granted".to_owned()]))
    };
    let (current, without) = sets(Vec::new());
    assert_eq!((current, is_start(&without)), (percent("95.50"), true));
    let (current, with) = sets(vec![judged("essential_facility", None)]);
    assert_eq!(current, percent("96.00"));
    assert!(with.iter().flat_map(|(_, missing)| missing).all(|one| !one.starts_with("essential_facility")));
}

#[test]
fn tar_04_what_waits_as_a_proposal_is_told_as_that() {
    let facts = vgz(vec![granted("voldoende_goede_zorg", Some("0.2"))]);
    let waiting = complete("zorg_dichtbij_huis", "0.1");
    let expected = sets_of(&[("96.10", &["zorg_dichtbij_huis granted 0.1"])]);
    assert_eq!(told(&facts, std::slice::from_ref(&waiting)), (percent("96.00"), expected));
    let mut unfinished = waiting;
    unfinished.proposal.evidence.remove("smart");
    unfinished.proposal.judgements.remove("proportional");
    let today = unfinished.on;
    let mut trace = Trace::new();
    let (_, found) = changes(&facts, &[unfinished], today, built_in(), &mut trace).unwrap();
    let missing: Vec<_> = found[0].missing.iter().map(|one| (one.what.as_str(), one.proposal_id.as_deref())).collect();
    assert_eq!(missing, [("smart", Some("p1")), ("proportional", Some("p1"))]);
    assert!(found[0].missing.iter().all(|one| one.step.is_some_and(|step| (1..=trace.len()).contains(&step))));
}

#[test]
fn tar_10_no_advice_without_a_percentage_now() {
    let new = PercentageFacts { standing: Standing::New, ..vgz(Vec::new()) };
    let today = NaiveDate::from_ymd_opt(2022, 10, 1).unwrap();
    let told = changes(&new, &[], today, built_in(), &mut Trace::new());
    assert!(matches!(told, Err(Error::InterviewNeeded)));
}

#[test]
fn tar_10_sets_hold_each_place_once_and_in_order() {
    assert_eq!(sets(3, 2), [[0, 1], [0, 2], [1, 2]]);
    assert_eq!(sets(4, 3), [[0, 1, 2], [0, 1, 3], [0, 2, 3], [1, 2, 3]]);
    assert_eq!(sets(2, 3), Vec::<Vec<usize>>::new());
}
