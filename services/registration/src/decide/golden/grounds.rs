//! Region (REG-01), grounds of not being considered (REG-08) and subcontracting (REG-12) for long-term care.

use super::{case, no, yes};
use crate::{
    decide::{AssessmentFacts, REGISTRATION, fixture::*},
    domain::{Category, Judgement},
};

fn running() -> AssessmentFacts {
    AssessmentFacts { interview: None, ..complete(Category::ExistingRunning) }
}

fn expiring() -> AssessmentFacts {
    AssessmentFacts { interview: None, ..complete(Category::ExistingExpiring) }
}

#[test]
fn reg_01_the_office_of_the_region() {
    let of_region = |region: &str, exception: Option<bool>| {
        let mut facts = expiring();
        facts.content.region = region.parse().unwrap();
        let exception = exception.map(crate::domain::Answer::Yes);
        match exception {
            Some(answer) => with_answer(&facts, REGISTRATION, "region_exception", answer),
            None => facts,
        }
    };
    for (region, exception, name, title, row) in [
        ("5508", None, "region_own", "VGZ Zorgkantoor buys for Nijmegen, region 5508.", "REG-01 region_own"),
        (
            "5518",
            None,
            "region_of_another_office",
            "VGZ Zorgkantoor does not buy for Haaglanden, region 5518.",
            "REG-01 region_other",
        ),
        (
            "5518",
            Some(true),
            "region_exception",
            "The provider says that its expertise or small housing may stay with its own office.",
            "REG-01 region_exception",
        ),
        (
            "5518",
            Some(false),
            "region_no_exception",
            "The provider says that no exception holds for a region of another office.",
            "REG-01 region_other",
        ),
    ] {
        let case = case(name, title, of_region(region, exception)).line(&format!("region: {region}"));
        case.fact(REGISTRATION, "region_exception").rows(&[row]).golden();
    }
    let title = "A client lives in one region and has day care in another; that is told for the talk.";
    let facts = with_answer(&expiring(), REGISTRATION, "border_case", yes());
    let case = case("region_border_case", title, facts).fact(REGISTRATION, "border_case");
    case.rows(&["REG-01 border_case"]).golden();
}

#[test]
fn reg_08_what_the_provider_declares() {
    for (facts, fact, answer, name, title, row) in [
        (
            expiring(),
            "agrees_with_framework",
            no(),
            "framework_not_agreed",
            "A provider that does not agree with the framework is not considered.",
            "REG-08 agrees_with_framework",
        ),
        (
            running(),
            "accepts_agreement",
            no(),
            "agreement_not_accepted",
            "A provider whose agreement runs and that does not accept its conditions is not considered.",
            "REG-08 accepts_agreement",
        ),
        (
            expiring(),
            "meets_suitability_requirements",
            no(),
            "suitability_not_declared",
            "A provider that itself declares that it won't meet a suitability requirement is not considered.",
            "REG-08 suitability",
        ),
        (
            expiring(),
            "meets_declared_requirements",
            no(),
            "declaration_not_met",
            "A provider that declares that it won't meet another requirement of the declaration is not considered.",
            "REG-08 declaration",
        ),
        (
            expiring(),
            "meets_law",
            no(),
            "law_not_declared",
            "A provider that does not declare to meet the law is not considered.",
            "REG-08 law",
        ),
        (
            running(),
            "exclusion_ground_applies",
            yes(),
            "exclusion_ground_declared",
            "A provider that declares that an exclusion ground applies is not considered.",
            "REG-08 exclusion",
        ),
    ] {
        let facts = with_answer(&facts, REGISTRATION, fact, answer);
        case(name, title, facts).fact(REGISTRATION, fact).rows(&[row]).golden();
    }
}

#[test]
fn reg_08_what_the_office_found() {
    for (subject, name, title, row) in [
        (
            "incorrect_information",
            "incorrect_information",
            "The office found that the registration has incorrect information.",
            "REG-08 incorrect_information",
        ),
        ("false_data", "false_data", "The office found that false data were given.", "REG-08 false_data"),
        (
            "suitability",
            "suitability_found_lacking",
            "The check of the declaration shows that a suitability requirement is not met.",
            "REG-08 suitability_found",
        ),
        (
            "declaration",
            "declaration_found_lacking",
            "The check of the declaration shows that another requirement is not met.",
            "REG-08 declaration_found",
        ),
        (
            "exclusion_ground",
            "exclusion_ground_found",
            "The office found that an exclusion ground applies.",
            "REG-08 exclusion_found",
        ),
        (
            "doubts",
            "doubts_without_positive_outcome",
            "The office doubted the registration, and its inquiry had no positive outcome.",
            "REG-08 doubts",
        ),
    ] {
        let judgements = [(subject.to_owned(), Judgement::Negative)].into();
        let facts = AssessmentFacts { judgements, ..expiring() };
        case(name, title, facts).inquiries().rows(&[row]).golden();
    }
    let judgements = [("doubts".to_owned(), Judgement::Positive)].into();
    let facts = AssessmentFacts { judgements, ..expiring() };
    let title = "The office doubted the registration, and its inquiry had a positive outcome.";
    case("doubts_taken_away", title, facts).inquiries().rows(&["REG-08 doubts"]).golden();
}

#[test]
fn reg_12_own_delivery_and_subcontractors() {
    let row = "REG-12 own_delivery";
    for (own, name, title) in [
        (2_000_000, "own_delivery_two_thirds", "The provider delivers exactly two thirds itself."),
        (1_999_999, "own_delivery_a_euro_short", "The provider delivers a euro less than two thirds: for the talk."),
    ] {
        let facts = with_answer(&expiring(), REGISTRATION, "own_euros", number(own));
        let facts = with_answer(&facts, REGISTRATION, "total_euros", number(3_000_000));
        let case = case(name, title, facts).fact(REGISTRATION, "own_euros").fact(REGISTRATION, "total_euros");
        case.rows(&[row]).golden();
    }
    let whole = with_answer(&expiring(), REGISTRATION, "subcontracts_whole_package", yes());
    let title = "A whole ZZP or VPT package is left to a subcontractor without the office's consent.";
    let (fact, consent) = ("subcontracts_whole_package", "whole_package_consent");
    let packages = case("whole_package_without_consent", title, whole.clone()).fact(REGISTRATION, fact);
    packages.fact(REGISTRATION, consent).rows(&["REG-12 whole_package"]).golden();
    let title = "A whole ZZP or VPT package is left to a subcontractor with the office's consent.";
    let consented = with_answer(&whole, REGISTRATION, consent, yes());
    let packages = case("whole_package_with_consent", title, consented).fact(REGISTRATION, fact);
    packages.fact(REGISTRATION, consent).rows(&["!REG-12 whole_package"]).golden();

    let annex = "annex_2_subcontracting";
    let title = "Annex 2 does not say whether the provider intends to work with subcontractors.";
    let facts = with_answer(&expiring(), annex, "intention_stated", no());
    let intention = case("subcontracting_intention_not_stated", title, facts).fact(annex, "intention_stated");
    intention.rows(&["REG-12 annex_2_intention"]).golden();
    let title = "The provider uses subcontractors and does not name them and their shares.";
    let facts = with_answer(&expiring(), annex, "uses_subcontractors", yes());
    let facts = with_answer(&facts, annex, "subcontractors_and_shares_named", no());
    let named = case("subcontractors_not_named", title, facts).fact(annex, "uses_subcontractors");
    named.fact(annex, "subcontractors_and_shares_named").rows(&["REG-12 annex_2_subcontractors"]).golden();
}
