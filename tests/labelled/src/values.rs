//! The parameters that no source states, as an office might set them.

const VALUES: [(&str, &str); 28] = [
    ("bridging_products", "[\"O1\"]"),
    ("vg_products", "[\"Z433\"]"),
    ("packages_without_treatment", "[\"Z513\"]"),
    ("observation_products", "[\"B1\"]"),
    ("ventilation_products", "[\"V915\"]"),
    ("vv10_products", "[\"Z103\"]"),
    ("vv10_share_percentage", "\"60\""),
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
    ("staff_lines_from_year", "2023"),
    ("night_care_products", "[\"1033\"]"),
    ("technology_products", "[\"1038\"]"),
];

/// The rule files of the claim rules with all their parameters stated, by name.
pub fn rule_files() -> Vec<(&'static str, String)> {
    let mut files: Vec<(&str, String)> =
        screening::rules::FILES.iter().map(|(name, text)| (*name, (*text).to_owned())).collect();
    for (name, value) in VALUES {
        let marked = format!("name = \"{name}\"");
        let (_, text) = files.iter_mut().find(|(_, text)| text.contains(&marked)).expect("a parameter of that name");
        let (before, after) = text.split_at(text.find(&marked).unwrap_or(0));
        let stated = format!("values = [{{ from = 2020-01-01, value = {value} }}]");
        *text = format!("{before}{}", after.replacen("unset = true", &stated, 1));
    }
    files
}
