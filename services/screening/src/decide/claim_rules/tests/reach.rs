//! What is found around the days of a line is what is found there in the whole history.

use proptest::prelude::*;

use super::*;

/// Products of near and of far rules, with their parameters stated.
const PRODUCTS: [&str; 8] = ["Z053", "H126", "Z433", "B1", "Z103", "H329", "Z055", "M1"];

fn rules_of_all() -> Rules {
    set(&[
        ("vg_products", "[\"Z433\"]"),
        ("observation_products", "[\"B1\"]"),
        ("vv10_products", "[\"Z103\"]"),
        ("individual_treatment_products", "[\"H329\"]"),
        ("packages_with_treatment", "[\"Z055\"]"),
        ("mobility_aid_products", "[\"M1\"]"),
    ])
}

/// A line of some days that began so many days after 1 January 2024.
fn some_line() -> impl Strategy<Value = (usize, u64, u64, u8)> {
    (0..PRODUCTS.len(), 0..300_u64, 0..45_u64, 0..4_u8)
}

fn made(number: i64, (product, begin, days, form): (usize, u64, u64, u8)) -> Claim {
    let first = day("2024-01-01") + chrono::Days::new(begin);
    let (first, last) = (first.to_string(), (first + chrono::Days::new(days)).to_string());
    match form {
        0 => package(number, PRODUCTS[product], &first, &last),
        1 => modular(number, PRODUCTS[product], &first, &last),
        2 => line(number, PRODUCTS[product], &first, &last),
        _ => home(number, if number % 2 == 0 { "41410001" } else { "41410002" }, &first, &last),
    }
}

/// What is known of a finding: its rule, lines, days and amount.
fn known(finding: &Finding) -> (&'static str, String, String) {
    (finding.rule, finding.key(), finding.digest())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn scr_04_around_the_days_of_a_line_the_same_is_found_as_in_the_whole_history(
        lines in prop::collection::vec(some_line(), 1..14),
        of in (0..14_usize, 0..14_usize),
        budget in prop::option::of(0..300_u64),
        ended in prop::option::of(0..300_u64),
        form in prop::bool::ANY,
    ) {
        let rules = rules_of_all();
        let lines: Vec<Claim> = (1..).zip(lines).map(|(number, line)| made(number, line)).collect();
        let on = |days: u64| (day("2024-01-01") + chrono::Days::new(days)).to_string();
        let mut facts = Vec::new();
        facts.extend(budget.map(|days| fact(FactKind::PersonalBudget, "", &on(days), "")));
        facts.extend(ended.map(|days| fact(FactKind::Indication, "LVG3", "2023-01-01", &on(days))));
        facts.extend(form.then(|| fact(FactKind::DeliveryForm, "mpt", "2024-01-01", "")));
        let whole = history(&lines, &facts);

        let touched = [&lines[of.0 % lines.len()], &lines[of.1 % lines.len()]].map(|line| line.first_day);
        let window = Window::around((touched[0].min(touched[1]), touched[0].max(touched[1])));
        let longest = lines.iter().map(Claim::days).max().unwrap_or(0);
        let (first, last) = window.reach(longest.unsigned_abs());
        let within: Vec<Claim> =
            lines.iter().filter(|line| first <= line.first_day && line.first_day <= last).cloned().collect();
        let near: Vec<_> = of_client_near(&history(&within, &facts), &rules, window).iter().map(known).collect();

        let inside = |finding: &&Finding| finding.lines.iter().any(|line| window.holds(line.first_day));
        let all = of_client(&whole, &rules);
        let expected: Vec<_> =
            all.iter().filter(|finding| looks_near(finding.rule)).filter(inside).map(known).collect();
        prop_assert_eq!(near, expected);
    }
}

#[test]
fn scr_04_what_concerns_the_whole_history_is_told_by_product_and_fact() {
    let rules = rules_of_all();
    let far = FarProducts::new(&rules);
    assert!(far.has("B1") && far.has("Z103") && !far.has("Z053") && !far.has("M1"));
    let visit = home(1, "41410001", "2024-03-01", "2024-03-01");
    let death = fact(FactKind::Deceased, "", "2024-03-01", "2024-03-01");
    assert!(looks_far(&history(&[], &[death]), false));
    assert!(looks_far(&history(std::slice::from_ref(&visit), &[]), true));
    assert!(!looks_far(&history(std::slice::from_ref(&visit), &[]), false));
    assert!(!looks_far(&history(&[line(1, "Z053", "2024-03-01", "2024-03-01")], &[]), true));
    assert!(looks_near("double") && !looks_near("mutation_days") && !looks_near("average_hours_of_nobody"));
}
