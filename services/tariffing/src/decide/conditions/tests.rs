//! Which conditions hold for care.

use super::*;
use crate::{
    decide::{
        fixture::built_in,
        percentage::tests::{elderly, granted},
    },
    domain::{Grant, Standing},
};

fn stay() -> Care {
    Care {
        product: "Z053".to_owned(),
        form: "verblijf".to_owned(),
        profile: Some("753".to_owned()),
        treatment: Some(true),
        new_client: Some(true),
    }
}

/// The keys of what holds, with whether the care is not bought.
fn holding(facts: &PercentageFacts, care: &Care) -> Vec<(String, bool)> {
    let holding = conditions(facts, care, built_in(), &mut Trace::new());
    holding.into_iter().map(|condition| (condition.key, condition.excluded)).collect()
}

fn holds(office: &str, care: &Care, key: &str) -> bool {
    holding(&elderly(office), care).iter().any(|(held, _)| held == key)
}

#[test]
fn tar_09_a_condition_is_told_and_says_whether_the_care_is_bought() {
    let mut trace = Trace::new();
    let held = conditions(&elderly("vgz"), &stay(), built_in(), &mut trace);
    let told: Vec<_> = held.iter().map(|one| (one.rule.as_str(), one.key.as_str(), one.excluded, one.step)).collect();
    assert_eq!(told, [("TAR-09", "stay_vv4", true, 1), ("TAR-09", "temporary_treatment", false, 2)]);
    let steps = trace.finish(built_in(), &explain::Facts::new(&stay(), chrono::DateTime::UNIX_EPOCH)).steps;
    let results: Vec<_> = steps.into_iter().map(|step| step.result).collect();
    assert_eq!(results, [explain::Value::Flag(false), explain::Value::Flag(true)]);
}

#[test]
fn tar_09_a_condition_about_a_profile_or_form_holds_for_that_one() {
    assert!(holds("vgz", &stay(), "stay_vv4"));
    assert!(!holds("vgz", &Care { profile: Some("763".to_owned()), ..stay() }, "stay_vv4"));
    assert!(!holds("vgz", &Care { profile: None, ..stay() }, "stay_vv4"));
    assert!(!holds("vgz", &Care { form: "vpt".to_owned(), ..stay() }, "stay_vv4"));
    assert!(holds("vgz", &Care { profile: None, ..stay() }, "temporary_treatment"));
}

#[test]
fn tar_09_a_condition_about_treatment_or_new_clients_holds_when_that_is_known() {
    for (treatment, expected) in [(Some(true), true), (Some(false), false), (None, false)] {
        assert_eq!(holds("zilveren_kruis", &Care { treatment, ..stay() }, "zk_zzp4_scope"), expected);
    }
    for (new_client, expected) in [(Some(true), true), (Some(false), false), (None, false)] {
        assert_eq!(holds("menzis", &Care { new_client, ..stay() }, "vv4_at_home"), expected);
    }
    // One about neither does not ask.
    assert!(holds("zilveren_kruis", &Care { treatment: None, new_client: None, ..stay() }, "stay_volume"));
}

#[test]
fn tar_09_a_condition_is_waived_by_what_it_names() {
    let with = |key: &str| PercentageFacts {
        grants: vec![Grant { proposal_id: None, ..granted(key, None) }],
        ..elderly("vgz")
    };
    let keys = |key: &str| holding(&with(key), &stay()).into_iter().map(|(key, _)| key).collect::<Vec<_>>();
    assert_eq!(keys("social_context"), ["temporary_treatment"]);
    assert_eq!(keys("vpt_growth"), ["stay_vv4", "temporary_treatment"]);
}

#[test]
fn tar_09_a_condition_for_new_providers_holds_for_those() {
    let new = PercentageFacts { standing: Standing::New, ..elderly("dsw") };
    assert_eq!(holding(&new, &stay()), [("one_year".to_owned(), false)]);
    assert_eq!(holding(&elderly("dsw"), &stay()), []);
}
