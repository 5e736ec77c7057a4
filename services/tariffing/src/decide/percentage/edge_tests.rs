//! Derivations at the edges of the rules: values that few offices state, and what is told of a refusal.

use chrono::NaiveDate;
use explain::{Facts, Language, RuleFile, Rules, Trace};
use money::Percentage;

use super::{
    Derived, PercentageFacts, derive_percentage,
    tests::{elderly, granted, percent, vgz},
};
use crate::{
    decide::fixture::{built_in, changed},
    domain::{Basis, Grant, Previous},
    error::Error,
    rules::{FILES, SCHEMA},
};

fn previous(percentage: &str) -> Option<Previous> {
    Some(Previous { percentage: percent(percentage), basis: Basis::Regular })
}

fn judged(key: &str, points: Option<&str>, initiative: &str) -> Grant {
    Grant { proposal_id: None, initiative: initiative.to_owned(), ..granted(key, points) }
}

fn under(rules: &Rules, facts: &PercentageFacts) -> Derived {
    derive_percentage(facts, rules, &mut Trace::new()).unwrap()
}

/// The percentage, and the reason and key of each refusal.
fn told(rules: &Rules, facts: &PercentageFacts) -> (Percentage, Vec<(&'static str, String)>) {
    let derived = under(rules, facts);
    (derived.percentage.value, derived.refused.into_iter().map(|refusal| (refusal.reason, refusal.key)).collect())
}

fn refusal(reason: &'static str, key: &str) -> Vec<(&'static str, String)> {
    vec![(reason, key.to_owned())]
}

#[test]
fn tar_10_a_range_may_lie_around_the_percentage_of_the_year_before() {
    let rules = changed("around = \"guide\"", "around = \"previous\"");
    let role = |previous| {
        let grants = vec![judged("role_in_region", Some("1.0"), "rol")];
        let facts = PercentageFacts { grants, previous, ..elderly("salland") };
        derive_percentage(&facts, &rules, &mut Trace::new()).map(|derived| derived.percentage.value)
    };
    // 95.5 and one point, and at most 93 and one point.
    assert_eq!(role(previous("93")).unwrap(), percent("94.00"));
    assert!(matches!(role(None), Err(Error::PreviousUnknown { year: 2023 })));
}

#[test]
fn tar_07_a_lower_tariff_is_held_against_the_guide_percentage_of_its_own_year() {
    // In 2022 the guide percentage was lower.
    let year = (
        "values = [{ from = 2022-01-01, until = 2023-12-31, value = \"95.8\" }]",
        "values = [{ from = 2022-01-01, until = 2022-12-31, value = \"94\" }, \
         { from = 2023-01-01, until = 2023-12-31, value = \"95.8\" }]",
    );
    let this_year = (
        "for which it was agreed\"\nvalues = [{ from = 2022-01-01, value = \"year_before\" }]",
        "for which it was agreed\"\nvalues = [{ from = 2022-01-01, value = \"year\" }]",
    );
    let of = |changes: &[(&str, &str)], last: &str| {
        let file = |(name, text): &(&str, &str)| {
            let text = changes.iter().fold((*text).to_owned(), |text, (from, to)| text.replace(from, to));
            RuleFile { name: (*name).into(), text }
        };
        let rules = Rules::load(FILES.iter().map(file).collect(), &SCHEMA).unwrap();
        under(&rules, &PercentageFacts { previous: previous(last), ..vgz(Vec::new()) }).percentage.value
    };
    assert_eq!([of(&[year], "94.9"), of(&[year], "93.9")], [percent("95.80"), percent("93.90")]);
    assert_eq!(of(&[year, this_year], "94.9"), percent("94.90"));
}

#[test]
fn tar_03_the_range_may_be_for_each_initiative() {
    let rules = changed("value = \"theme\"", "value = \"initiative\"");
    let of = |initiative: &str, points: &str| Grant {
        initiative: initiative.to_owned(),
        ..granted("zorg_dichtbij_huis", Some(points))
    };
    let facts = vgz(vec![of("thuis", "0.15"), of("dorp", "0.2")]);
    assert_eq!(told(&rules, &facts), (percent("96.15"), Vec::new()));
    assert_eq!(told(built_in(), &facts), (percent("95.95"), refusal("out_of_range", "zorg_dichtbij_huis")));
}

#[test]
fn tar_09_points_that_a_row_states_are_not_other_ones() {
    let of = |points| {
        told(built_in(), &PercentageFacts { grants: vec![granted("movements_and_goals", points)], ..elderly("cz") })
    };
    assert_eq!(of(Some("0.3")), (percent("95.80"), Vec::new()));
    assert_eq!(of(Some("0.2")), (percent("95.50"), refusal("out_of_range", "movements_and_goals")));
}

#[test]
fn tar_09_of_two_that_exclude_each_other_the_first_counts() {
    let (free, movements) = (granted("free_proposal", Some("0.2")), granted("movements_and_goals", None));
    let of = |grants: [&Grant; 2]| {
        told(built_in(), &PercentageFacts { grants: grants.into_iter().cloned().collect(), ..elderly("cz") })
    };
    assert_eq!(of([&free, &movements]), (percent("95.70"), refusal("alternative", "movements_and_goals")));
    assert_eq!(of([&movements, &free]), (percent("95.80"), refusal("alternative", "free_proposal")));
}

#[test]
fn tar_05_what_is_judged_counts_once_by_key_and_every_year() {
    let facts = |grants| PercentageFacts { grants, earned_before: vec!["zorg".to_owned()], ..elderly("salland") };
    let role = judged("role_in_region", Some("-0.5"), "zorg");
    let basics = judged("basics_not_met", Some("-0.5"), "zorg");
    assert_eq!(told(built_in(), &facts(vec![role.clone(), basics])), (percent("94.50"), Vec::new()));
    let twice = facts(vec![role.clone(), role]);
    assert_eq!(told(built_in(), &twice), (percent("95.00"), refusal("one_theme", "role_in_region")));
}

#[test]
fn tar_05_an_office_may_let_an_initiative_earn_every_year() {
    let rules = changed(
        "source = \"vgz-2023 Plannen uit 2022\"\nvalues = [{ from = 2022-01-01, value = false }]",
        "source = \"vgz-2023 Plannen uit 2022\"\nvalues = [{ from = 2022-01-01, value = true }]",
    );
    let facts = PercentageFacts {
        earned_before: vec!["zorg_dichtbij_huis".to_owned()],
        ..vgz(vec![granted("zorg_dichtbij_huis", Some("0.1"))])
    };
    assert_eq!(told(&rules, &facts), (percent("95.90"), Vec::new()));
    assert_eq!(told(built_in(), &facts), (percent("95.80"), refusal("earned_before", "zorg_dichtbij_huis")));
}

#[test]
fn tar_09_what_establishes_a_start_or_waives_a_condition_is_no_unknown_ground() {
    for (office, key, then) in [("zilveren_kruis", "essential_facility", "96.00"), ("vgz", "social_context", "95.50")] {
        let facts = PercentageFacts { grants: vec![judged(key, None, key)], ..elderly(office) };
        assert_eq!(told(built_in(), &facts), (percent(then), Vec::new()), "{office} {key}");
    }
    let facts = PercentageFacts { grants: vec![judged("nonsense", None, "x")], ..elderly("vgz") };
    assert_eq!(told(built_in(), &facts), (percent("95.50"), refusal("unknown_ground", "nonsense")));
}

#[test]
fn tar_10_a_refusal_is_told_with_what_it_was_held_against() {
    let text = |facts: &PercentageFacts| {
        let (rules, mut trace) = (built_in(), Trace::new());
        derive_percentage(facts, rules, &mut trace).unwrap();
        trace.finish(rules, &Facts::new(facts, facts.as_of)).to_text(rules, Language::English).unwrap()
    };
    let agreed = NaiveDate::from_ymd_opt(2023, 2, 1).unwrap();
    let late = Grant { agreed, ..granted("voldoende_goede_zorg", Some("0.1")) };
    let again = Grant { initiative: "zinnige_zorg".to_owned(), ..granted("duurzaam_betaalbaar", Some("0.1")) };
    let grants = vec![granted("zorg_dichtbij_huis", Some("0.3")), late, granted("zinnige_zorg", Some("0.1")), again];
    let vgz = text(&vgz(grants));
    for told in [
        "zorg_dichtbij_huis: 0.3 percentage points on zorg_dichtbij_huis are not within 0 to 0.2 percentage points.",
        "voldoende_goede_zorg: voldoende_goede_zorg was agreed on 1 February 2023; the last day was 31 December 2022.",
        "zinnige_zorg: this initiative already counts under zinnige_zorg, and not again under duurzaam_betaalbaar.",
    ] {
        assert!(vgz.contains(told), "{told}\n{vgz}");
    }
    let grants = vec![granted("movements_and_goals", None), granted("free_proposal", Some("0.2"))];
    let cz = text(&PercentageFacts { grants, ..elderly("cz") });
    assert!(cz.contains("free_proposal: free_proposal is not given beside movements_and_goals."), "{cz}");
}
