use super::*;

#[test]
fn scr_04_budget_beside_package_needs_a_full_package() {
    let rules = set(&[]);
    let budget = fact(FactKind::PersonalBudget, "", "2024-03-08", "2024-03-31");
    let full = package(1, "Z053", "2024-03-01", "2024-03-10");
    assert_eq!(
        told(&rules, std::slice::from_ref(&full), std::slice::from_ref(&budget)),
        one("budget_beside_package", "R1", "2024-03-08 2024-03-10", 3_000)
    );
    // Part-time stay, modular care, and a budget that begins the day after.
    let part_time = Claim { quantity: 5, ..full.clone() };
    let beside = modular(2, "H126", "2024-03-01", "2024-03-31");
    assert_eq!(told(&rules, &[part_time, beside], std::slice::from_ref(&budget)), []);
    let later = fact(FactKind::PersonalBudget, "", "2024-03-11", "");
    assert_eq!(told(&rules, &[full], &[later]), []);
}

#[test]
fn scr_04_mutation_days_are_thirteen_and_no_more() {
    let rules = set(&[]);
    let death = fact(FactKind::Deceased, "", "2024-03-10", "2024-03-10");
    let of_days = |last| [package(1, "Z053", "2024-03-01", last)];
    assert_eq!(told(&rules, &of_days("2024-03-23"), std::slice::from_ref(&death)), []);
    let over = one("mutation_days", "R1", "2024-03-11 2024-03-24", 1_000);
    assert_eq!(told(&rules, &of_days("2024-03-24"), std::slice::from_ref(&death)), over);
    // A package for fewer days than it runs may have ended with the client.
    let fewer = Claim { quantity: 23, ..package(1, "Z053", "2024-03-01", "2024-03-31") };
    assert_eq!(told(&rules, &[fewer], std::slice::from_ref(&death)), []);
    // Days of two lines together.
    let two = [package(1, "Z053", "2024-03-11", "2024-03-20"), package(2, "Z053", "2024-03-21", "2024-03-24")];
    assert_eq!(told(&rules, &two, &[death]), one("mutation_days", "R1 R2", "2024-03-21 2024-03-24", 1_000));
}

#[test]
fn scr_04_after_death_there_is_no_other_care() {
    let rules = set(&[]);
    let death = fact(FactKind::Deceased, "", "2024-03-10", "2024-03-10");
    // Care that began before may be of the days before.
    let lines = [modular(1, "H126", "2024-03-01", "2024-03-31"), modular(2, "H300", "2024-03-10", "2024-03-10")];
    assert_eq!(told(&rules, &lines, std::slice::from_ref(&death)), []);
    let lines = [modular(1, "H126", "2024-03-11", "2024-03-12"), home(2, "41410002", "2024-03-11", "2024-03-11")];
    let rules_of: Vec<_> = told(&rules, &lines, &[death]).into_iter().map(|told| (told.0, told.1)).collect();
    assert_eq!(rules_of, [("after_death", "R1".to_owned()), ("after_death", "R2".to_owned())]);
    assert_eq!(told(&rules, &lines, &[]), []);
}

#[test]
fn scr_04_after_death_days_beyond_those_until_death_are_certain() {
    let rules = set(&[]);
    let death = fact(FactKind::Deceased, "", "2024-03-10", "2024-03-10");
    // A supplement for each day of the month, with the package or without; for the days until death, or fewer, it may
    // have ended with the client.
    let supplement = line(1, "V915", "2024-03-01", "2024-03-12");
    let found = one("after_death", "R1", "2024-03-11 2024-03-12", 2_000);
    assert_eq!(told(&rules, std::slice::from_ref(&supplement), std::slice::from_ref(&death)), found);
    let until_death = Claim { quantity: 10, ..supplement };
    assert_eq!(told(&rules, &[until_death], &[death]), []);
}

#[test]
fn scr_04_after_indication_only_what_is_known_to_have_ended() {
    let rules = set(&[]);
    let indication = fact(FactKind::Indication, "VV4", "2024-01-01", "2024-03-10");
    let lines = [package(1, "Z053", "2024-03-01", "2024-03-12"), home(2, "41410002", "2024-04-01", "2024-04-01")];
    let after = one("after_indication", "R1", "2024-03-11 2024-03-12", 2_000);
    assert_eq!(told(&rules, &lines, std::slice::from_ref(&indication)), after);
    // Another one holds; it is not known when it ends; nothing is known of the time before it.
    let next = fact(FactKind::Indication, "VV5", "2024-03-11", "");
    assert_eq!(told(&rules, &lines, &[indication, next.clone()]), []);
    assert_eq!(told(&rules, &lines, &[next]), []);
}

#[test]
fn scr_04_ventilation_profile_is_one_of_those_named() {
    let rules = set(&[("ventilation_products", "[\"V9*\"]")]);
    let lines = [line(1, "V915", "2024-03-01", "2024-03-10")];
    let held = |profile| fact(FactKind::Indication, profile, "2024-01-01", "");
    for profile in ["LG2", "LG4", "LG7", "VV4", "VV9A", "VV9B", "VG3", "VG8"] {
        assert_eq!(told(&rules, &lines, &[held(profile)]), [], "{profile}");
    }
    for profile in ["LG1", "LG3", "VV3", "VV10", "VG2", "LVG1"] {
        let wrong = one("ventilation_profile", "R1", "2024-03-01 2024-03-10", 10_000);
        assert_eq!(told(&rules, &lines, &[held(profile)]), wrong, "{profile}");
    }
    assert_eq!(told(&rules, &lines, &[]), []);
    assert_eq!(told(&set(&[]), &lines, &[held("LG1")]), []);
}

#[test]
fn scr_04_documents_are_missing_only_when_they_were_asked_for() {
    let rules = set(&[("vv10_products", "[\"Z103\"]"), ("watch_products", "[\"H180\"]")]);
    let missing = |document| fact(FactKind::DocumentMissing, document, "2024-03-05", "2024-03-31");
    let lines = [line(1, "Z103", "2024-03-01", "2024-03-10")];
    assert_eq!(told(&rules, &lines, &[]), []);
    assert_eq!(told(&rules, &lines, &[missing("gp_request")]), []);
    let found = one("vv10_no_statement", "R1", "2024-03-05 2024-03-10", 6_000);
    assert_eq!(told(&rules, &lines, &[missing("physician_statement")]), found);
    let consult = [line(2, "H335", "2024-03-06", "2024-03-06"), line(3, "H336", "2024-03-04", "2024-03-04")];
    let found = one("consult_no_request", "R2", "2024-03-06 2024-03-06", 1_000);
    assert_eq!(told(&rules, &consult, &[missing("gp_request")]), found);
    let watch = [line(4, "H180", "2024-03-05", "2024-03-06")];
    let found = one("watch_hours", "R4", "2024-03-05 2024-03-06", 2_000);
    assert_eq!(told(&rules, &watch, &[missing("care_plan")]), found);
    let needed = |word| fact(FactKind::NursingNecessity, word, "2024-03-01", "2024-03-31");
    assert_eq!(told(&rules, &watch, &[missing("care_plan"), needed("yes")]), []);
    assert_eq!(told(&rules, &watch, &[needed("no")]), found);
}

#[test]
fn scr_04_treatment_belongs_to_what_it_belongs_to() {
    let rules = set(&[
        ("gzsp_behavioural_products", "[\"G1\"]"),
        ("individual_treatment_products", "[\"H329\"]"),
        ("packages_with_treatment", "[\"Z05*\"]"),
        ("zg_treatment_products", "[\"H334\"]"),
        ("ggz_treatment_products", "[\"G9\"]"),
    ]);
    let held = |profile| fact(FactKind::Indication, profile, "2022-01-01", "");
    let gzsp = [Claim { product: "G1".into(), ..home(1, "41410002", "2024-03-06", "2024-03-06") }];
    assert_eq!(told(&rules, &gzsp, &[]), []);
    assert_eq!(told(&rules, &gzsp, &[held("VV4")])[0].0, "gzsp_behavioural");
    let beside = [line(1, "H329", "2024-03-10", "2024-03-12"), line(2, "Z053", "2024-03-01", "2024-03-11")];
    let found = one("treatment_beside_package", "R1 R2", "2024-03-10 2024-03-11", 2_000);
    assert_eq!(told(&rules, &beside, &[]), found);
    let apart = [line(1, "H329", "2024-03-12", "2024-03-12"), line(2, "Z053", "2024-03-01", "2024-03-11")];
    assert_eq!(told(&rules, &apart, &[]), []);
    let zg = [line(1, "H334", "2024-03-10", "2024-03-12")];
    assert_eq!(told(&rules, &zg, &[held("ZGVIS1")]), []);
    assert_eq!(told(&rules, &zg, &[held("VG3")])[0].0, "zg_other_profile");
    let form = |form| fact(FactKind::DeliveryForm, form, "2022-01-01", "");
    let ggz = [line(1, "G9", "2022-12-30", "2023-01-02")];
    let found = one("ggz_treatment", "R1", "2022-12-30 2022-12-31", 2_000);
    assert_eq!(told(&rules, &ggz, &[form("mpt")]), found);
    assert_eq!(told(&rules, &ggz, &[form("stay_with_treatment")]), []);
    assert_eq!(told(&rules, &ggz, &[]), []);
}

#[test]
fn scr_04_dental_goes_on_for_nine_weeks_after_moving() {
    let rules = set(&[("dental_products", "[\"T1\"]")]);
    let forms = [fact(FactKind::DeliveryForm, "vpt", "2024-01-10", "")];
    let began = fact(FactKind::TreatmentBegun, "", "2024-01-02", "2024-01-02");
    let moved = fact(FactKind::Moved, "", "2024-01-10", "2024-01-10");
    let on = |date| [line(1, "T1", date, date)];
    assert_eq!(told(&rules, &on("2024-01-20"), &forms)[0].0, "dental");
    let facts = [forms[0].clone(), began, moved.clone()];
    assert_eq!(told(&rules, &on("2024-03-13"), &facts), []);
    assert_eq!(told(&rules, &on("2024-03-14"), &facts)[0].0, "dental");
    // What began after the move is another treatment.
    let late = fact(FactKind::TreatmentBegun, "", "2024-01-11", "2024-01-11");
    assert_eq!(told(&rules, &on("2024-03-13"), &[forms[0].clone(), late, moved])[0].0, "dental");
    let stay = fact(FactKind::DeliveryForm, "stay_with_treatment", "2024-01-10", "");
    assert_eq!(told(&rules, &on("2024-03-14"), &[stay]), []);
}

#[test]
fn scr_04_aids_and_child_supplement_follow_form_and_school() {
    let rules = set(&[
        ("mobility_aid_products", "[\"M1\"]"),
        ("personal_aid_products", "[\"P1\"]"),
        ("child_supplement_products", "[\"K1\"]"),
    ]);
    let form = |form| [fact(FactKind::DeliveryForm, form, "2024-01-01", "")];
    let aids = [line(1, "M1", "2024-03-01", "2024-03-01"), line(2, "P1", "2024-03-01", "2024-03-01")];
    let of = |word| told(&rules, &aids, &form(word)).into_iter().map(|told| told.0).collect::<Vec<_>>();
    assert_eq!(of("mpt"), ["mobility_aids", "personal_aids"]);
    assert_eq!(of("stay"), ["personal_aids"]);
    assert!(of("stay_with_treatment").is_empty());
    let school = [fact(FactKind::Education, "", "2024-03-04", "2024-03-04")];
    let child = [line(1, "K1", "2024-03-03", "2024-03-05")];
    assert_eq!(told(&rules, &child, &school), one("child_supplement", "R1", "2024-03-04 2024-03-04", 1_000));
    assert_eq!(told(&rules, &[line(1, "K1", "2024-03-05", "2024-03-05")], &school), []);
}
