//! What people read of one finding of each rule.

use std::collections::BTreeMap;

use super::*;

/// The parameters that no source states, as an office might set them.
const VALUES: &[(&str, &str)] = &[
    ("bridging_products", "[\"O1\"]"),
    ("vg_products", "[\"Z433\"]"),
    ("packages_without_treatment", "[\"Z513\"]"),
    ("observation_products", "[\"B1\"]"),
    ("ventilation_products", "[\"V915\"]"),
    ("vv10_products", "[\"Z103\"]"),
    ("vv10_share_percentage", "\"10\""),
    ("watch_products", "[\"H180\"]"),
    ("other_discipline_products", "[\"H301\"]"),
    ("other_discipline_weeks", "6"),
    ("gzsp_behavioural_products", "[\"G1\"]"),
    ("individual_treatment_products", "[\"H329\"]"),
    ("packages_with_treatment", "[\"Z055\"]"),
    ("zg_treatment_products", "[\"H334\"]"),
    ("zg_treatment_weeks", "4"),
    ("ggz_treatment_products", "[\"G9\"]"),
    ("child_supplement_products", "[\"K1\"]"),
    ("dental_products", "[\"T1\"]"),
    ("mobility_aid_products", "[\"M1\"]"),
    ("personal_aid_products", "[\"P1\"]"),
    ("absence_products", "[\"A1\"]"),
    ("absence_days_on_end", "14"),
    ("absence_days_in_year", "42"),
    ("hospital_products", "[\"A2\"]"),
    ("hospital_days", "91"),
    ("staff_lines_from_year", "2024"),
    ("night_care_products", "[\"1033\"]"),
    ("technology_products", "[\"1038\"]"),
];

/// Clients of whom each rule finds something.
fn clients() -> Vec<(Vec<Claim>, Vec<Statement>)> {
    let month = |number, product| line(number, product, "2024-03-01", "2024-03-31");
    let open = |kind, value| fact(kind, value, "2024-01-01", "");
    let of_home =
        |product: &str| Claim { product: product.to_owned(), ..home(1, "41410001", "2024-03-04", "2024-03-04") };
    let of_line = |kind, value| about("homecare 41410001 R1", fact(kind, value, "2024-03-01", "2024-03-01"));
    let mut clients = vec![
        (vec![month(1, "Z053"), line(2, "Z053", "2024-03-30", "2024-04-02")], vec![]),
        (
            vec![package(1, "Z053", "2024-03-01", "2024-03-31"), modular(2, "H126", "2024-03-10", "2024-03-12")],
            vec![
                fact(FactKind::PersonalBudget, "", "2024-03-20", ""),
                fact(FactKind::Indication, "VV5", "2024-01-01", "2024-03-25"),
                fact(FactKind::Deceased, "", "2024-03-05", "2024-03-05"),
            ],
        ),
        (
            vec![modular(1, "H126", "2024-03-01", "2024-03-31"), month(2, "Z433"), month(3, "Z513")],
            vec![
                fact(FactKind::Indication, "SGLVG1", "2021-03-10", ""),
                about("41410001", open(FactKind::BorgInstitution, "no")),
            ],
        ),
        (
            vec![month(1, "Z693"), line(2, "Z693", "2024-05-01", "2024-05-31")],
            vec![
                fact(FactKind::Indication, "LVG3", "2022-01-01", "2024-04-30"),
                fact(FactKind::BirthDate, "", "2001-03-10", "2001-03-10"),
                open(FactKind::PersonalBudget, ""),
            ],
        ),
        (
            vec![month(1, "V915"), month(2, "Z103"), month(3, "H180"), month(4, "H335")],
            vec![
                open(FactKind::Indication, "VG2"),
                open(FactKind::DocumentMissing, "physician_statement"),
                open(FactKind::NursingNecessity, "no"),
                open(FactKind::DocumentMissing, "gp_request"),
            ],
        ),
        (
            vec![month(1, "H329"), month(2, "Z055"), month(3, "K1"), month(4, "T1"), month(5, "M1"), month(6, "P1")],
            vec![open(FactKind::Education, ""), open(FactKind::DeliveryForm, "mpt")],
        ),
        (
            vec![line(1, "G9", "2022-12-01", "2022-12-31"), line(2, "H334", "2022-12-01", "2022-12-31")],
            vec![
                fact(FactKind::DeliveryForm, "vpt", "2022-01-01", ""),
                fact(FactKind::Indication, "VG3", "2022-01-01", ""),
            ],
        ),
        (vec![of_home("G1")], vec![open(FactKind::Indication, "VV4")]),
        (vec![of_home("1033")], vec![about("41410001", open(FactKind::NightRegion, ""))]),
        (vec![of_home("1038")], vec![open(FactKind::OtherFunding, "")]),
        (
            vec![
                of_home("1000"),
                home(2, "41410001", "2024-03-18", "2024-03-18"),
                Claim { product: "1001".into(), ..home(3, "41410002", "2024-03-04", "2024-03-04") },
            ],
            vec![
                of_line(FactKind::Registration, "no"),
                of_line(FactKind::StaffLevel, "2"),
                about("homecare 41410001 R2", fact(FactKind::StaffLevel, "2", "2024-03-01", "2024-03-01")),
            ],
        ),
        (vec![line(1, "H334", "2024-01-01", "2024-03-31")], vec![open(FactKind::Indication, "ZGVIS1")]),
    ];
    let long = ["O1", "B1", "Z103", "H301", "A1", "A2"];
    let line_of = |(number, product): (i64, &&str)| line(number, product, "2023-01-01", "2024-01-31");
    clients.push(((1..).zip(&long).map(line_of).collect(), Vec::new()));
    clients
}

/// A month of a provider of which both rules find something.
fn month() -> ProviderHistory {
    let sum = |service: &str, product: &str, unit: &str, quantity| Sum {
        service: service.to_owned(),
        product: product.to_owned(),
        unit: unit.to_owned(),
        quantity,
        granted: Money::from_cents(100_000),
        granted_time: DateTime::from_timestamp(1_717_236_000, 0).unwrap(),
    };
    ProviderHistory {
        office: "vgz".parse().unwrap(),
        agb: "41410001".parse().unwrap(),
        month: day("2024-03-01"),
        home_care_clients: 3,
        sums: vec![sum("budget", "Z053", "14", 80), sum("budget", "Z103", "14", 20), sum("homecare", "1000", "04", 50)],
        facts: vec![about("41410001", fact(FactKind::HoursAgreement, "12.5", "2024-01-01", ""))],
    }
}

#[test]
fn scr_04_each_rule_tells_what_it_found() {
    let rules = set(VALUES);
    let mut told: BTreeMap<&str, String> = BTreeMap::new();
    let histories = clients();
    let mut all: Vec<Finding> = histories.iter().flat_map(|(lines, facts)| found(&rules, lines, facts)).collect();
    all.extend(of_provider(&month(), &rules));
    for finding in all {
        let explanation = finding.trace.clone().finish(&rules, &Facts::new(&(), DateTime::UNIX_EPOCH));
        let steps = explanation.render(&rules).unwrap();
        let texts: String = steps.iter().map(|step| format!("{}\n{}\n", step.dutch, step.english)).collect();
        assert!(!texts.contains('{'), "{}: an input is missing: {texts}", finding.rule);
        told.entry(finding.rule).or_insert(texts);
    }
    let missing: Vec<&str> = CATALOGUE.iter().map(|rule| rule.words.id).filter(|id| !told.contains_key(id)).collect();
    assert_eq!(missing, Vec::<&str>::new(), "rules without an example");
    let texts: Vec<String> =
        CATALOGUE.iter().map(|rule| format!("{}\n{}", rule.words.id, told[rule.words.id])).collect();
    same_lines(&texts.join("\n"), include_str!("told.txt"));
}

/// Compares line by line, so that a difference can be read.
fn same_lines(told: &str, expected: &str) {
    for (told, expected) in told.lines().zip(expected.lines()) {
        assert_eq!(told, expected);
    }
    assert_eq!(told.lines().count(), expected.lines().count(), "\n{told}");
}

#[test]
fn scr_04_a_rule_that_waits_for_a_value_names_it() {
    let rules = set(&[]);
    let scope = explain::RuleScope { office: "vgz", act: "wlz", sector: "", date: day("2024-06-01") };
    let waits = |id: &str| -> Vec<&str> {
        let needs = rule(id).unwrap().needs.iter();
        needs.filter(|need| need.value(&rules, &scope).is_err()).map(|need| need.name()).collect()
    };
    assert_eq!(waits("absence_on_end"), ["absence_products", "absence_days_on_end"]);
    assert_eq!(waits("bridging"), ["bridging_products"]);
    assert_eq!(waits("staff_first_week"), ["staff_lines_from_year"]);
    assert!(waits("consult_no_request").is_empty() && waits("double").is_empty());
}
