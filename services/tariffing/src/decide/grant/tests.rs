//! What a grant comes to, and whether the rules have its key.

use super::*;
use crate::decide::{
    fixture::built_in,
    percentage::tests::{elderly, granted, percent, vgz},
};

fn outcome(percentage: PercentageFacts, asked: Grant, withdrawn: bool) -> Result<Granted, Error> {
    grant(&GrantFacts { percentage, grant: asked, withdrawn }, built_in(), &mut Trace::new())
}

fn given(percentage: PercentageFacts, asked: Grant) -> Result<Granted, Error> {
    outcome(percentage, asked, false)
}

fn judged(key: &str, points: Option<&str>) -> Grant {
    Grant { proposal_id: None, ..granted(key, points) }
}

/// The percentage before, the one then, and the reason of the refusal.
fn told(granted: Result<Granted, Error>) -> (Percentage, Percentage, Option<&'static str>) {
    let granted = granted.unwrap();
    (granted.before, granted.percentage, granted.refusal.map(|refusal| refusal.reason))
}

#[test]
fn tar_03_a_grant_adds_its_points_and_is_adverse_when_it_lowers() {
    for (key, points, then, lowers) in [
        ("zinnige_zorg", "0.5", "96.30", false),
        ("zinnige_zorg", "0", "95.80", false),
        ("duurzaam_betaalbaar", "-0.5", "95.30", true),
    ] {
        let granted = given(vgz(Vec::new()), granted(key, Some(points))).unwrap();
        assert_eq!((granted.before, granted.percentage), (percent("95.80"), percent(then)), "{key} {points}");
        assert_eq!((granted.lowers(), granted.refusal), (lowers, None), "{key} {points}");
    }
}

#[test]
fn tar_03_a_refusal_is_that_of_the_grant_itself() {
    let none = granted("klanten_informeren", Some("0.1"));
    let asked = granted("zinnige_zorg", Some("0.5"));
    assert_eq!(told(given(vgz(Vec::new()), none.clone())), (percent("95.80"), percent("95.80"), Some("no_surcharge")));
    assert_eq!(told(given(vgz(vec![none]), asked)), (percent("95.80"), percent("96.30"), None));
}

#[test]
fn tar_10_what_is_taken_back_no_longer_counts() {
    let own = granted("zinnige_zorg", Some("0.5"));
    let other = granted("zorg_dichtbij_huis", Some("0.1"));
    let refused = granted("klanten_informeren", Some("0.1"));
    let back = outcome(vgz(vec![own.clone(), other, refused]), own.clone(), true);
    assert!(back.as_ref().unwrap().lowers());
    assert_eq!(told(back), (percent("96.40"), percent("95.90"), None));
    // Also what the rules no longer know.
    let old = granted("nonsense", Some("0.5"));
    assert_eq!(told(outcome(vgz(vec![old.clone()]), old, true)), (percent("95.80"), percent("95.80"), None));
}

#[test]
fn tar_21_a_grant_for_a_form_is_held_against_the_percentage_of_that_form() {
    for (key, then) in [("vpt_growth", "95.90"), ("mpt_growth", "99.00")] {
        assert_eq!(told(given(elderly("vgz"), granted(key, None))), (percent("95.50"), percent(then), None));
    }
    let bound = Grant { form: Some("vpt".to_owned()), ..granted("zinnige_zorg", Some("0.5")) };
    assert_eq!(told(given(vgz(Vec::new()), bound)), (percent("95.80"), percent("96.30"), None));
}

#[test]
fn tar_03_a_key_is_known_as_what_it_is_granted_as() {
    let role = |proposal_id| Grant { proposal_id, ..granted("role_in_region", Some("0.5")) };
    let known = [
        (vgz(Vec::new()), granted("zinnige_zorg", Some("0.5"))),
        (elderly("salland"), role(None)),
        // A start that somebody establishes, and what lets a condition be.
        (elderly("zilveren_kruis"), judged("essential_facility", None)),
        (elderly("vgz"), judged("social_context", None)),
    ];
    for (facts, asked) in known {
        let (office, key) = (facts.subject.office.clone(), asked.key.clone());
        assert!(given(facts, asked).is_ok(), "{office} {key}");
    }
    let unknown = [
        (vgz(Vec::new()), granted("nonsense", Some("0.5"))),
        (elderly("vgz"), judged("nonsense", None)),
        (elderly("zilveren_kruis"), judged("nonsense", None)),
        // A start that nobody establishes.
        (vgz(Vec::new()), judged("historic", None)),
        // The other way of granting it.
        (vgz(Vec::new()), judged("zinnige_zorg", Some("0.5"))),
        (elderly("salland"), role(Some("p".to_owned()))),
    ];
    for (facts, asked) in unknown {
        let (office, year) = (facts.subject.office.to_string(), facts.subject.year);
        let expected = format!("{:?}", Error::NoSuchGround { key: asked.key.clone(), office, year });
        assert_eq!(format!("{:?}", given(facts, asked).unwrap_err()), expected);
    }
}
