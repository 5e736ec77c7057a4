//! What is handed in (REG-03), and what the documents of a new provider show (REG-04), on both sides of each limit.

use super::{Case, case, list, no, text, yes};
use crate::{
    decide::{AssessmentFacts, REGISTRATION, fixture::*},
    domain::{Answer, Category, Document},
};

/// A new provider in the round of 2022 that meets everything, received on 16 July 2021.
fn new() -> AssessmentFacts {
    complete(Category::New)
}

/// A case about one fact of one document of a new provider.
fn shows<'a>(name: &'a str, title: &'a str, (about, fact, answer): (&str, &str, Answer), row: &'a str) -> Case<'a> {
    case(name, title, with_answer(&new(), about, fact, answer)).fact(about, fact).rows(&[row])
}

fn date(text: &str) -> Answer {
    Answer::Date(day(text))
}

#[test]
fn reg_03_annexes_and_changed_documents() {
    let applies = with_answer(&new(), REGISTRATION, "annex_3_applies", yes());
    let title = "Annex 3 applies and is not there.";
    let missing = case("annex_3_missing", title, applies.clone());
    missing.fact(REGISTRATION, "annex_3_applies").documents().rows(&["REG-03 annex_3_offices"]).golden();
    let mut added = applies;
    let annex =
        Document { kind: "annex_3_offices".to_owned(), content_sha256: String::new(), answers: Default::default() };
    added.content.documents.push(annex);
    let title = "Annex 3 applies and is there.";
    let added = case("annex_3_added", title, added);
    added.fact(REGISTRATION, "annex_3_applies").documents().rows(&["REG-03 annex_3_offices"]).golden();
    let title = "A new provider hands in no annex 2; it always belongs to the registration.";
    let missing = case("annex_2_missing", title, without(&new(), "annex_2_subcontracting"));
    missing.documents().rows(&["REG-03 annex_2_subcontracting"]).golden();

    let changed = complete(Category::ExistingExpiring);
    let changed = with_answer(&changed, REGISTRATION, "changed_since_last", yes());
    for (answer, name, title) in [
        (no(), "changed_documents_not_added", "Something changed, and the changed documents are not added."),
        (yes(), "changed_documents_added", "Something changed, and the changed documents are added."),
    ] {
        let facts = with_answer(&changed, REGISTRATION, "changed_documents_added", answer);
        let case = case(name, title, facts).fact(REGISTRATION, "changed_since_last");
        case.fact(REGISTRATION, "changed_documents_added").rows(&["REG-03 changed_documents"]).golden();
    }
}

#[test]
fn reg_04_the_board_declaration_and_who_signs_it() {
    let (declaration, extract) = ("board_declaration", "kvk_extract");
    let title = "The board declaration is signed by somebody who may not.";
    let row = "REG-04 board_declaration_authorised";
    shows("board_declaration_not_authorised", title, (declaration, "signed_by_authorised", no()), row).golden();

    let attorney = "power_of_attorney";
    let case = |name, title, facts| case(name, title, facts).fact(extract, "authority_shown").documents();
    let not_shown = with_answer(&new(), extract, "authority_shown", no());
    let title = "The extract does not show the signatory's authority; a power of attorney is there.";
    let row = "REG-04 power_of_attorney";
    case("authority_by_power_of_attorney", title, not_shown.clone()).rows(&[row]).golden();
    let title = "The extract does not show the signatory's authority, and there is no power of attorney.";
    case("authority_not_shown", title, without(&not_shown, attorney)).rows(&[row]).golden();
    let title = "The extract shows the signatory's authority; a power of attorney is not asked for.";
    let shown = without(&with_answer(&new(), extract, "authority_shown", yes()), attorney);
    case("authority_on_the_extract", title, shown).rows(&["!REG-04 power_of_attorney"]).golden();
}

#[test]
fn reg_04_the_kvk_extract() {
    let (extract, age) = ("kvk_extract", "REG-04 kvk_extract_age");
    let title = "A KvK extract of exactly six months on the day of receipt.";
    shows("kvk_extract_exactly_six_months", title, (extract, "issued", date("2021-01-16")), age).golden();
    let title = "A KvK extract of six months and a day on the day of receipt.";
    shows("kvk_extract_six_months_and_a_day", title, (extract, "issued", date("2021-01-15")), age).golden();
    let title = "A KvK extract of the day of receipt.";
    shows("kvk_extract_of_the_day", title, (extract, "issued", date("2021-07-16")), age).golden();
    let title = "A KvK extract that does not say when it was issued.";
    let undated = removed(&new(), extract, "issued");
    case("kvk_extract_undated", title, undated).fact(extract, "issued").rows(&[age]).golden();

    let title = "The KvK extract does not list the members of the supervisory body.";
    let row = "REG-04 kvk_extract_supervisors";
    shows("kvk_extract_supervisors_not_listed", title, (extract, "supervisors_listed", no()), row).golden();
    let title = "The KvK extract is of another legal entity than the one that registers, 12345678.";
    let row = "REG-04 kvk_extract_entity";
    shows("kvk_extract_of_another_entity", title, (extract, "kvk_number", text("87654321")), row).golden();
}

/// The day of receipt is that in the Netherlands, and six months from the end of a long month end with a shorter one.
#[test]
fn reg_04_six_months_on_other_days() {
    let age = "REG-04 kvk_extract_age";
    let issued = |issued: &str, received: &str| {
        let facts = AssessmentFacts { received: utc(received), begun: utc(received), ..wlz() };
        let facts = AssessmentFacts { interview: interview_with(&[]), ..super::anew(facts, Category::New, &[]) };
        with_answer(&facts, "kvk_extract", "issued", date(issued))
    };
    let case = |name, title, facts| case(name, title, facts).fact("kvk_extract", "issued").rows(&[age]);
    let title = "A KvK extract of 31 August is six months old on the last day of February.";
    case("kvk_extract_end_of_february", title, issued("2020-08-31", "2021-02-28 10:00:00")).golden();
    let title = "A KvK extract of 31 August is more than six months old on 1 March.";
    case("kvk_extract_first_of_march", title, issued("2020-08-31", "2021-03-01 10:00:00")).golden();
    let title = "Half past midnight in the Netherlands is the next day: an extract of six months the evening before.";
    case("kvk_extract_just_after_midnight", title, issued("2021-01-16", "2021-07-16 22:30:00")).golden();
}

#[test]
fn reg_04_the_ubo_extract() {
    let (extract, age) = ("ubo_extract", "REG-04 ubo_extract_age");
    let title = "A UBO extract of exactly six months on the day of receipt.";
    shows("ubo_extract_exactly_six_months", title, (extract, "issued", date("2021-01-16")), age).golden();
    let title = "A UBO extract of six months and a day on the day of receipt.";
    shows("ubo_extract_six_months_and_a_day", title, (extract, "issued", date("2021-01-15")), age).golden();
    let title = "The UBO extract is of another legal entity than the one that registers, 12345678.";
    let row = "REG-04 ubo_extract_entity";
    shows("ubo_extract_of_another_entity", title, (extract, "kvk_number", text("87654321")), row).golden();
}

#[test]
fn reg_04_the_permit() {
    let (permit, row) = ("wtza_permit", "REG-04 permit_entity");
    let title = "The permit is of another legal entity than the one that registers, 12345678.";
    shows("permit_of_another_entity", title, (permit, "kvk_number", text("87654321")), row).golden();
    let planned = with_answer(&new(), "company_plan", "functions", list(&["verblijf", "persoonlijke verzorging"]));
    for (functions, name, title) in [
        (
            list(&["verblijf", "verpleging"]),
            "permit_functions_not_of_the_plan",
            "A function of the business plan is not on the permit.",
        ),
        (
            list(&["verpleging", "persoonlijke verzorging", "verblijf"]),
            "permit_functions_of_the_plan",
            "The permit has every function of the business plan, and one more.",
        ),
    ] {
        let facts = with_answer(&planned, permit, "functions", functions);
        let case = case(name, title, facts).fact("company_plan", "functions").fact(permit, "functions");
        case.rows(&["REG-04 permit_functions"]).golden();
    }
}

#[test]
fn reg_04_the_vog_rp() {
    let (vog, age, kind) = ("vog_rp", "REG-04 vog_rp_age", "REG-04 vog_rp_kind");
    let title = "A VOG RP of exactly one year on the day of receipt.";
    shows("vog_rp_exactly_one_year", title, (vog, "issued", date("2020-07-16")), age).golden();
    let title = "A VOG RP of one year and a day on the day of receipt.";
    shows("vog_rp_one_year_and_a_day", title, (vog, "issued", date("2020-07-15")), age).golden();
    let title = "A certificate for natural persons (VOG NP) in place of a VOG RP.";
    shows("vog_np_instead_of_vog_rp", title, (vog, "kind", text("vog_np")), kind).golden();
    let title = "A certificate for tenders (GVA) in place of a VOG RP.";
    shows("gva_instead_of_vog_rp", title, (vog, "kind", text("gva")), kind).golden();
    let title = "A VOG RP that was applied for with another purpose.";
    shows("vog_rp_for_another_purpose", title, (vog, "names_procurement", no()), "REG-04 vog_rp_purpose").golden();
}

#[test]
fn reg_04_the_statutes() {
    let statutes = "statutes";
    let title = "The statutes are not current.";
    shows("statutes_not_current", title, (statutes, "current", no()), "REG-04 statutes_current").golden();
    let title = "The business plan does not agree with the statutes.";
    shows("statutes_against_the_plan", title, (statutes, "match_business_plan", no()), "REG-04 statutes_plan").golden();
    let title = "The statutes don't secure the Governance Code.";
    let row = "REG-04 statutes_governance";
    shows("statutes_without_governance_code", title, (statutes, "governance_code_secured", no()), row).golden();
    let title = "The statutes say nothing of a supervisory body.";
    let row = "REG-04 statutes_supervision";
    shows("statutes_without_supervisory_body", title, (statutes, "supervisory_body", no()), row).golden();
}

#[test]
fn reg_04_the_liability_policy() {
    let (policy, cover, start) = ("liability_policy", "REG-04 liability_cover", "REG-04 liability_start");
    let title = "The insurance is not taken out yet on the day of receipt.";
    shows("liability_not_taken_out", title, (policy, "taken_out", no()), "REG-04 liability_taken_out").golden();
    let title = "Cover of exactly EUR 2,500,000.00 per event.";
    shows("liability_cover_exactly_enough", title, (policy, "cover_per_event", amount("2500000.00")), cover).golden();
    let title = "Cover of a cent less than EUR 2,500,000.00 per event.";
    shows("liability_cover_a_cent_short", title, (policy, "cover_per_event", amount("2499999.99")), cover).golden();
    let title = "Cover that starts on the day the agreement does.";
    shows("liability_from_the_start", title, (policy, "cover_from", date("2022-01-01")), start).golden();
    let title = "Cover that starts the day after the agreement does.";
    shows("liability_from_the_day_after", title, (policy, "cover_from", date("2022-01-02")), start).golden();
    let title = "The policy is in the name of another legal entity than the one that registers, 12345678.";
    let row = "REG-04 liability_entity";
    shows("liability_of_another_entity", title, (policy, "kvk_number", text("87654321")), row).golden();
    let title = "The policy is not current.";
    shows("liability_not_current", title, (policy, "current", no()), "REG-04 liability_current").golden();
}

#[test]
fn reg_04_the_questionnaire_of_the_igj() {
    for (proof, name, title) in [
        ("completed", "igj_completed", "The questionnaire of the IGJ is completed."),
        ("reporting_not_possible", "igj_reporting_not_possible", "The IGJ's site says that reporting is not possible."),
        ("igj_statement", "igj_statement", "The IGJ states that it knows the provider."),
        ("announced", "igj_announced_only", "The provider says that it will complete the questionnaire."),
    ] {
        shows(name, title, ("igj_questionnaire", "proof", text(proof)), "REG-04 igj_proof").golden();
    }
}
