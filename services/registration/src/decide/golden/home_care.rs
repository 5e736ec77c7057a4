//! Minimum requirements of home care at their limits (REG-12, REG-14).

use super::{Case, anew, case, hundredths, list, no, outcomes, text, yes};
use crate::{
    decide::{AssessmentFacts, REGISTRATION, fixture::*},
    domain::{Answer, Category, Judgement},
};

/// A case about these facts of the questionnaire of a provider with an agreement in 2023.
fn states<'a>(name: &'a str, title: &'a str, answers: &[(&str, Answer)], row: &'a str) -> Case<'a> {
    about(name, title, outcomes::home_care_existing(), answers, row)
}

fn about<'a>(
    name: &'a str,
    title: &'a str,
    facts: AssessmentFacts,
    answers: &[(&str, Answer)],
    row: &'a str,
) -> Case<'a> {
    let set = |facts, (fact, answer): &(&str, Answer)| with_answer(&facts, REGISTRATION, fact, answer.clone());
    let case = case(name, title, answers.iter().fold(facts, set));
    answers.iter().fold(case, |case, (fact, _)| case.fact(REGISTRATION, fact)).rows(&[row])
}

#[test]
fn reg_12_at_most_a_third_of_a_hundred_by_others() {
    let row = "REG-12 subcontracting";
    let by_others = |part| vec![("digimv_subcontracted", number(part)), ("digimv_delivered", number(10_000))];
    let title = "Exactly 33% of the care was delivered by subcontractors.";
    states("home_care_subcontracted_exactly_33", title, &by_others(3_300), row).golden();
    let title = "A ten-thousandth more than 33% of the care was delivered by subcontractors.";
    states("home_care_subcontracted_above_33", title, &by_others(3_301), row).golden();
    let title = "More than 33% was delivered by subcontractors, which an earlier arrangement phases out.";
    let mut phased_out = by_others(3_301);
    phased_out.push(("phase_out_arrangement", yes()));
    let absent = "!REG-12 subcontracting";
    states("home_care_subcontracting_phased_out", title, &phased_out, absent).golden();
}

#[test]
fn reg_14_insured_and_nurses() {
    let (row, fact) = ("REG-14 insured", "insured_pc4_most");
    let title = "Two insured of VGZ in a postcode area.";
    states("home_care_two_insured", title, &[(fact, number(2))], row).golden();
    let title = "One insured of VGZ in every postcode area.";
    states("home_care_one_insured", title, &[(fact, number(1))], row).golden();
    let title = "A provider of medical child care only needs no two insured.";
    let child_care = [(fact, number(1)), ("child_care_only", yes())];
    states("home_care_child_care_only", title, &child_care, "!REG-14 insured").golden();

    let (row, fact) = ("REG-14 nurse", "nurse_6_fte_total");
    let title = "Exactly one fte of level-6 nurses on the payroll.";
    states("home_care_one_fte_nurse", title, &[(fact, hundredths(100))], row).golden();
    let title = "A hundredth of an fte less than one of level-6 nurses on the payroll.";
    states("home_care_less_than_one_fte_nurse", title, &[(fact, hundredths(99))], row).golden();
    let (row, fact) = ("REG-14 nurse_links", "nurse_agb_links");
    let title = "The indicating nurse is linked to two providers in AGB.";
    states("home_care_nurse_linked_to_two", title, &[(fact, number(2))], row).golden();
    let title = "The indicating nurse is linked to three providers in AGB.";
    states("home_care_nurse_linked_to_three", title, &[(fact, number(3))], row).golden();
}

#[test]
fn reg_14_liability_permit_and_cooperation() {
    let (row, fact) = ("REG-14 liability_cover", "liability_per_event");
    let title = "Home care: cover of exactly EUR 2,500,000.00 per event.";
    states("home_care_cover_exactly_enough", title, &[(fact, amount("2500000.00"))], row).golden();
    let title = "Home care: cover of a cent less than EUR 2,500,000.00 per event.";
    states("home_care_cover_a_cent_short", title, &[(fact, amount("2499999.99"))], row).golden();
    let (row, fact) = ("REG-14 liability_start", "liability_from");
    let title = "Home care: the insurance is in place on 1 January 2024.";
    states("home_care_cover_from_the_start", title, &[(fact, Answer::Date(day("2024-01-01")))], row).golden();
    let title = "Home care: the insurance is in place on 2 January 2024.";
    states("home_care_cover_from_the_day_after", title, &[(fact, Answer::Date(day("2024-01-02")))], row).golden();
    let title = "The Wtza requires a permit, and the provider has none.";
    let permit = [("permit_required", yes()), ("permit_held", no())];
    states("home_care_without_permit", title, &permit, "REG-14 permit").golden();
    let title = "The provider shows no cooperation with hospitals.";
    let with = [("cooperates_with", list(&["vv_providers", "gp", "other_professionals"]))];
    states("home_care_without_hospitals", title, &with, "REG-14 cooperation").golden();
    let title = "The AGB code does not show nursing and care.";
    states("home_care_agb", title, &[("agb_shows_nursing_and_care", no())], "REG-14 agb").golden();
    let title = "A provider of general home care does not deliver all forms of care.";
    states("home_care_not_all_forms", title, &[("all_forms_of_care", no())], "REG-14 all_forms").golden();
    let title = "A provider of dementia case management only need not deliver all forms of care.";
    let special = [("all_forms_of_care", no()), ("special_care_only", yes())];
    states("home_care_special_care_only", title, &special, "!REG-14 all_forms").golden();
}

#[test]
fn reg_14_conduct_is_judged_and_its_facts_are_told() {
    let title = "A measure of the IGJ over the past three years is told and refuses nothing by itself.";
    let measure = [("igj_measure_three_years", yes())];
    states("home_care_conduct_told", title, &measure, "REG-14 conduct_igj_measures").golden();
    let judgements = [("conduct".to_owned(), Judgement::Negative)].into();
    let facts = AssessmentFacts { judgements, ..outcomes::home_care_existing() };
    let title = "VGZ judges that the conduct of a provider is not impeccable.";
    case("home_care_conduct_judged", title, facts).inquiries().rows(&["REG-14 conduct"]).golden();
}

#[test]
fn reg_14_other_staff_is_a_module_with_its_own_limits() {
    let facts = anew(outcomes::home_care_existing(), Category::ExistingRunning, &["other_staff"]);
    let facts = with_answer(&facts, REGISTRATION, "other_staff_fte", number(1));
    let facts = with_answer(&facts, REGISTRATION, "payroll_fte", number(10));
    let other_staff = |name, title, answers: &[(&str, Answer)], row| {
        about(name, title, facts.clone(), answers, row).line("module: other_staff").golden();
    };
    let (share, row) = (("other_staff_fte", "payroll_fte"), "REG-14 other_staff_share");
    let title = "Exactly 20% of the payroll formation is other staff.";
    let fte = [(share.0, hundredths(200)), (share.1, number(10))];
    other_staff("other_staff_exactly_20_percent", title, &fte, row);
    let title = "A hundredth of an fte more than 20% of the payroll formation is other staff: held against the module.";
    let fte = [(share.0, hundredths(201)), (share.1, number(10))];
    other_staff("other_staff_above_20_percent", title, &fte, row);
    let row = "REG-14 other_staff_payroll";
    let title = "Exactly 10 fte is on the payroll.";
    let fte = [(share.0, number(1)), (share.1, number(10))];
    other_staff("other_staff_exactly_10_fte", title, &fte, row);
    let title = "A hundredth of an fte less than 10 is on the payroll: held against the module.";
    let fte = [(share.0, number(1)), (share.1, hundredths(999))];
    other_staff("other_staff_below_10_fte", title, &fte, row);
    let (row, fact) = ("REG-14 other_staff_visits", "other_staff_visit_weeks");
    let title = "Once per two weeks level 3 or higher takes the visit over.";
    other_staff("other_staff_visit_each_two_weeks", title, &[(fact, number(2))], row);
    let title = "Once per three weeks only level 3 or higher takes the visit over: held against the module.";
    other_staff("other_staff_visit_each_three_weeks", title, &[(fact, number(3))], row);
}

#[test]
fn reg_14_new_providers_of_home_care() {
    let facts = outcomes::home_care_new;
    let title = "In the judgement of VGZ the region has enough supply.";
    let judgements = [("insufficient_supply".to_owned(), Judgement::Negative)].into();
    let enough = AssessmentFacts { judgements, ..facts() };
    case("home_care_new_enough_supply", title, enough).inquiries().rows(&["REG-14 insufficient_supply"]).golden();
    let row = "REG-14 average_hours_deviation";
    let hours = |difference| {
        [("claimed_before", yes()), ("hours_contracted_average", number(20)), ("hours_deviation", difference)]
    };
    let title = "The average hours per client deviate exactly 25% from the contracted average.";
    about("home_care_new_hours_exactly_25_percent", title, facts(), &hours(number(5)), row).golden();
    let title = "The average hours per client deviate more than 25%: told for the judgement.";
    about("home_care_new_hours_above_25_percent", title, facts(), &hours(hundredths(501)), row).golden();
    let title = "The latest annual report in DigiMV does not show sound finances.";
    let unsound = [("digimv_shows_sound_finances", no())];
    about("home_care_new_unsound", title, facts(), &unsound, "REG-14 digimv_finances").golden();
    for (issued, name, title) in [
        ("2023-01-01", "home_care_vog_rp_first_day", "A VOG RP of the first day of 2023."),
        ("2022-12-31", "home_care_vog_rp_day_before", "A VOG RP of the last day of 2022."),
    ] {
        let facts = with_answer(&facts(), "vog_rp", "issued", Answer::Date(day(issued)));
        case(name, title, facts).fact("vog_rp", "issued").rows(&["REG-04 vog_rp_year"]).golden();
    }
    let title = "The KvK registration is of another legal entity than the one that registers, 12345678.";
    let other = with_answer(&facts(), "kvk_extract", "kvk_number", text("87654321"));
    let entity = case("home_care_kvk_of_another_entity", title, other).fact("kvk_extract", "kvk_number");
    entity.rows(&["REG-04 kvk_extract_entity"]).golden();
    let title = "A provider applies for palliative terminal care and meets nothing of that module.";
    let mut palliative = outcomes::home_care_existing();
    palliative.content.modules = vec!["palliative".to_owned()];
    let module = case("home_care_module_not_met", title, palliative).line("module: palliative");
    let rows = ["palliative_network", "palliative_diagnosis", "palliative_carers", "palliative_aftercare"];
    let rows = rows.map(|key| format!("REG-14 {key}"));
    module.rows(&rows.each_ref().map(String::as_str)).golden();
}
