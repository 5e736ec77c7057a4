//! The checks of a proposal, and what it would come to.

use std::collections::BTreeMap;

use chrono::DateTime;
use money::Money;

use super::*;
use crate::{
    decide::{
        fixture::{built_in, changed},
        percentage::tests::{percent, vgz},
    },
    domain::{Judged, ProposalState, Standing},
};

/// A proposal with all that any theme asks.
pub fn complete(key: &str, points: &str) -> ProposalFacts {
    let yes = Value::Flag(true);
    let evidence = [
        ("registration", Value::Text("r1".into())),
        ("smart", yes.clone()),
        ("business_case", yes.clone()),
        ("cost_benefit", yes),
        ("investment", Value::Money(Money::from_cents(100))),
        ("subject", Value::Text("spearhead".into())),
        ("growth_in", Value::Text("vpt".into())),
        ("own_costs_fall", Value::Flag(false)),
    ];
    let judged = |name: &str| (name.to_owned(), Judged { positive: true, motivation: "seen".to_owned() });
    let judgements = ["not_covered", "proportional", "financial_position", "friction_of_region"];
    ProposalFacts {
        percentage: vgz(Vec::new()),
        proposal: TariffProposal {
            key: key.to_owned(),
            initiative: "thuis".to_owned(),
            points: Some(points.parse().unwrap()),
            form: None,
            filed: DateTime::UNIX_EPOCH,
            evidence: evidence.into_iter().map(|(name, value)| (name.to_owned(), value)).collect(),
            judgements: judgements.into_iter().map(judged).collect(),
            results_agreed: true,
            state: ProposalState::Filed,
        },
        proposal_id: "p1".to_owned(),
        on: NaiveDate::from_ymd_opt(2022, 10, 1).unwrap(),
    }
}

fn assessed(facts: &ProposalFacts) -> Assessed {
    assess(facts, built_in(), &mut Trace::new()).unwrap()
}

fn unmet(facts: &ProposalFacts) -> Vec<String> {
    assessed(facts).unmet.into_iter().map(|unmet| unmet.key).collect()
}

#[test]
fn tar_04_a_complete_proposal_can_be_granted() {
    for (key, points, then) in [
        ("voldoende_goede_zorg", "0.1", "95.90"),
        ("zorg_dichtbij_huis", "0.2", "96.00"),
        ("zinnige_zorg", "1", "96.80"),
    ] {
        let assessed = assessed(&complete(key, points));
        assert_eq!(assessed.unmet, []);
        assert_eq!((assessed.before, assessed.percentage), (percent("95.80"), percent(then)), "{key}");
        assert!(assessed.is_grantable());
    }
}

#[test]
fn tar_04_every_check_of_the_theme_that_is_not_met_is_told() {
    let mut facts = complete("zorg_dichtbij_huis", "0.1");
    facts.proposal.evidence = BTreeMap::new();
    facts.proposal.judgements = BTreeMap::new();
    facts.proposal.results_agreed = false;
    let assessed = assessed(&facts);
    let told: Vec<_> = assessed.unmet.iter().map(|one| (one.key.as_str(), one.ground.as_str(), one.step)).collect();
    let expected = [
        ("filed_with_registration_zorg_dichtbij_huis", "incomplete", 1),
        ("smart", "incomplete", 2),
        ("business_case", "incomplete", 3),
        ("cost_benefit", "incomplete", 4),
        ("investment", "incomplete", 5),
        ("not_covered", "judgement", 6),
        ("proportional", "judgement", 7),
        ("financial_position", "judgement", 8),
        ("result_agreement", "condition", 9),
        ("net_growth", "condition", 10),
    ];
    assert_eq!(told, expected);
    assert_eq!((assessed.refusal.is_none(), assessed.is_grantable()), (true, false));
}

#[test]
fn tar_04_what_the_rules_refuse_can_not_be_granted_whatever_its_evidence() {
    let assessed = assessed(&complete("zorg_dichtbij_huis", "0.25"));
    assert_eq!(assessed.unmet, []);
    assert_eq!(assessed.refusal.as_ref().map(|refusal| refusal.reason), Some("out_of_range"));
    assert!(!assessed.is_grantable());
}

#[test]
fn tar_04_results_count_when_they_were_agreed_with_the_office() {
    let mut facts = complete("zinnige_zorg", "1");
    facts.proposal.results_agreed = false;
    facts.proposal.evidence.insert("result_agreement".to_owned(), Value::Flag(true));
    assert_eq!(unmet(&facts), ["result_agreement"]);
}

#[test]
fn tar_04_what_the_office_judges_the_provider_can_not_state() {
    let mut facts = complete("zinnige_zorg", "1");
    facts.proposal.evidence.insert("proportional".to_owned(), Value::Flag(true));
    facts.proposal.judgements.remove("proportional");
    assert_eq!(unmet(&facts), ["proportional"]);
    let negative = Judged { positive: false, motivation: "too much".to_owned() };
    facts.proposal.judgements.insert("proportional".to_owned(), negative);
    assert_eq!(unmet(&facts), ["proportional"]);
}

#[test]
fn tar_19_a_check_is_not_asked_where_its_exception_is_stated() {
    let mut facts = complete("zinnige_zorg", "1");
    let mut state = |name: &str, yes: bool| {
        facts.proposal.evidence.insert(name.to_owned(), Value::Flag(yes));
        unmet(&facts)
    };
    assert_eq!(state("own_costs_fall", true), ["own_costs_fall"]);
    assert_eq!(state("invests_and_loses_turnover", false), ["own_costs_fall"]);
    assert_eq!(state("invests_and_loses_turnover", true), Vec::<String>::new());
}

#[test]
fn tar_04_a_check_for_new_providers_is_asked_of_those() {
    let rules = changed("key = \"smart\"\noffice", "key = \"smart\"\nfor = [\"new\"]\noffice");
    let mut facts = complete("zinnige_zorg", "1");
    facts.proposal.evidence.remove("smart");
    facts.percentage.interview = Some(percent("95"));
    for (standing, asked) in [(Standing::Existing, false), (Standing::New, true)] {
        facts.percentage.standing = standing;
        let unmet = assess(&facts, &rules, &mut Trace::new()).unwrap().unmet;
        assert_eq!(unmet.iter().any(|unmet| unmet.key == "smart"), asked, "{standing:?}");
    }
}

#[test]
fn tar_04_the_grant_of_a_proposal_is_what_was_proposed() {
    let mut facts = complete("zinnige_zorg", "1");
    facts.proposal.form = Some("vpt".to_owned());
    let expected = Grant {
        key: "zinnige_zorg".to_owned(),
        points: Some(1.into()),
        form: Some("vpt".to_owned()),
        initiative: "thuis".to_owned(),
        agreed: facts.on,
        proposal_id: Some("p1".to_owned()),
    };
    assert_eq!(facts.as_grant(), expected);
}
