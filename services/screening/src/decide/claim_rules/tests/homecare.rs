use super::*;

const ONE: &str = "41410001";
const TWO: &str = "41410002";

/// The level of the staff of a line of home care of the first provider.
fn level(number: i64, level: &str) -> Statement {
    about(&format!("homecare {ONE} R{number}"), fact(FactKind::StaffLevel, level, "2024-03-01", "2024-03-01"))
}

fn visit(number: i64, date: &str) -> Claim {
    home(number, ONE, date, date)
}

fn names(rules: &Rules, lines: &[Claim], facts: &[Statement]) -> Vec<&'static str> {
    told(rules, lines, facts).into_iter().map(|told| told.0).collect()
}

#[test]
fn scr_04_staff_level_below_three_needs_an_arrangement() {
    let rules = set(&[]);
    let lines = [visit(1, "2024-02-01"), visit(2, "2024-03-01")];
    assert_eq!(names(&rules, &lines, &[level(2, "2")]), ["staff_level"]);
    assert!(names(&rules, &lines, &[level(2, "3")]).is_empty());
    assert!(names(&rules, &lines, &[]).is_empty());
    let arranged = about(ONE, fact(FactKind::StaffArrangement, "", "2024-03-01", ""));
    assert!(names(&rules, &lines, &[level(2, "2"), arranged]).is_empty());
}

/// With an arrangement, so that only the other rules find something.
fn arranged(facts: &[Statement]) -> Vec<Statement> {
    let arranged = about(ONE, fact(FactKind::StaffArrangement, "", "2024-01-01", ""));
    facts.iter().cloned().chain([arranged]).collect()
}

#[test]
fn scr_04_staff_first_week_is_of_a_new_client() {
    let rules = set(&[("staff_lines_from_year", "2023")]);
    let lines = [visit(1, "2024-03-01"), visit(2, "2024-03-07"), visit(3, "2024-03-08")];
    let facts = arranged(&[level(1, "4"), level(2, "2"), level(3, "2")]);
    assert_eq!(told(&rules, &lines, &facts), one("staff_first_week", "R1 R2", "2024-03-07 2024-03-07", 1_000));
    assert_eq!(names(&rules, &lines[2..], &arranged(&[level(3, "2")])), ["staff_first_week"]);
}

#[test]
fn scr_04_staff_first_week_needs_a_month_of_which_lines_are_known() {
    let of = |rules: &Rules, first: &str| names(rules, &[visit(1, first)], &arranged(&[level(1, "2")]));
    let year = |year| set(&[("staff_lines_from_year", year)]);
    // Since when lines are complete is the office's to say.
    assert!(of(&set(&[]), "2024-03-01").is_empty());
    assert!(of(&year("2025"), "2024-03-01").is_empty());
    // Who had care when lines began to come in may have had it before: 31 days without are no month yet.
    assert!(of(&year("2024"), "2024-02-01").is_empty());
    assert_eq!(of(&year("2024"), "2024-02-02"), ["staff_first_week"]);
}

#[test]
fn scr_04_staff_first_week_is_not_found_where_older_lines_were_removed() {
    let rules = set(&[("staff_lines_from_year", "2023")]);
    // Lines are kept for seven years after the one of the care: of 2032 on, those of 2024 are gone.
    let granted_in = |year| {
        let time = DateTime::parse_from_rfc3339(&format!("{year}-01-02T10:00:00Z")).unwrap().to_utc();
        Claim { granted_time: time, ..visit(2, &format!("{}-12-01", year - 1)) }
    };
    let facts = arranged(&[level(1, "2")]);
    let of = |first, year| names(&rules, &[visit(1, first), granted_in(year)], &facts);
    assert_eq!(of("2024-12-20", 2031), ["staff_first_week"]);
    assert!(of("2024-12-20", 2032).is_empty());
    assert!(of("2025-01-20", 2032).is_empty());
    assert_eq!(of("2025-03-01", 2032), ["staff_first_week"]);
}

#[test]
fn scr_04_staff_two_weeks_without_a_visit_of_level_three() {
    let rules = set(&[]);
    let first = visit(1, "2024-01-01");
    let lines = [first.clone(), visit(2, "2024-03-01"), visit(3, "2024-03-08"), visit(4, "2024-03-14")];
    let facts = arranged(&[level(2, "2"), level(3, "2"), level(4, "2")]);
    assert!(names(&rules, &lines, &facts).is_empty());
    let lines = [first, visit(2, "2024-03-01"), visit(3, "2024-03-08"), visit(4, "2024-03-15")];
    assert_eq!(told(&rules, &lines, &facts), one("staff_two_weeks", "R2 R3 R4", "2024-03-01 2024-03-15", 1_000));
    // A visit of level 3, or of who knows which level, ends the run.
    for facts in [arranged(&[level(2, "2"), level(3, "3"), level(4, "2")]), arranged(&[level(2, "2"), level(4, "2")])] {
        assert!(names(&rules, &lines, &facts).is_empty());
    }
}

#[test]
fn scr_04_staff_two_weeks_begin_again_where_care_was_interrupted() {
    let rules = set(&[]);
    let apart = |date| [visit(1, "2023-01-01"), visit(2, "2024-01-05"), visit(3, date)];
    let facts = arranged(&[level(2, "2"), level(3, "2")]);
    assert!(names(&rules, &apart("2024-03-20"), &facts).is_empty());
    // From the 6th to the 19th nobody came, which is two weeks; to the 18th it is not.
    assert!(names(&rules, &apart("2024-01-20"), &facts).is_empty());
    assert_eq!(
        told(&rules, &apart("2024-01-19"), &facts),
        one("staff_two_weeks", "R2 R3", "2024-01-05 2024-01-19", 1_000)
    );
    // A line that ends before the one it began after says nothing of a gap.
    let long = home(2, ONE, "2024-01-05", "2024-01-18");
    let short = Claim { product: "1001".into(), ..visit(3, "2024-01-06") };
    let lines = [visit(1, "2023-01-01"), long, short, visit(4, "2024-01-21")];
    let facts = arranged(&[level(2, "2"), level(3, "2"), level(4, "2")]);
    assert_eq!(told(&rules, &lines, &facts), one("staff_two_weeks", "R2 R3 R4", "2024-01-05 2024-01-21", 1_000));
}

#[test]
fn scr_04_more_providers_in_a_month_without_subcontracting() {
    let rules = set(&[]);
    let lines = [
        visit(1, "2024-03-01"),
        Claim { product: "1001".into(), ..home(2, TWO, "2024-03-20", "2024-03-21") },
        Claim { product: "1001".into(), ..home(3, TWO, "2024-03-25", "2024-03-25") },
    ];
    assert_eq!(told(&rules, &lines, &[]), one("more_providers", "R1 R2 R3", "2024-03-20 2024-03-25", 3_000));
    let works_for = |who: &str, of: &str| about(who, fact(FactKind::Subcontracting, of, "2024-03-01", ""));
    assert!(names(&rules, &lines, &[works_for(TWO, ONE)]).is_empty());
    assert!(names(&rules, &lines, &[works_for(ONE, TWO)]).is_empty());
    assert_eq!(names(&rules, &lines, &[works_for(TWO, "41410009")]), ["more_providers"]);
    let apart = [visit(1, "2024-03-31"), home(2, TWO, "2024-04-01", "2024-04-01")];
    assert!(names(&rules, &apart, &[]).is_empty());
}

#[test]
fn scr_04_more_providers_work_together_through_others_and_day_by_day() {
    const THREE: &str = "41410003";
    let rules = set(&[]);
    let works_for = |who: &str, of: &str, first, last| about(who, fact(FactKind::Subcontracting, of, first, last));
    let on = |number, agb, date| home(number, agb, date, date);
    let other = |line: Claim| Claim { product: "1001".into(), ..line };
    // Two subcontractors of a third, who has lines of its own or has none.
    let both = [works_for(ONE, THREE, "2024-03-01", ""), works_for(TWO, THREE, "2024-03-01", "")];
    let lines = [on(1, ONE, "2024-03-04"), on(2, TWO, "2024-03-05"), on(3, THREE, "2024-03-06")];
    assert_eq!(told(&rules, &lines, &both), []);
    assert_eq!(told(&rules, &lines[..2], &both), []);
    assert_eq!(told(&rules, &lines, &both[..1]), one("more_providers", "R1 R2", "2024-03-05 2024-03-05", 1_000));
    // From the 20th on it says nothing of the days before.
    let lines = [on(1, ONE, "2024-03-04"), on(2, TWO, "2024-03-19"), on(3, TWO, "2024-03-20")];
    let from = [works_for(TWO, ONE, "2024-03-20", "")];
    assert_eq!(told(&rules, &lines, &from), one("more_providers", "R1 R2", "2024-03-19 2024-03-19", 1_000));
    // What ended on the 19th covers what lies before.
    let until = [works_for(TWO, ONE, "2024-03-01", "2024-03-19")];
    assert_eq!(told(&rules, &lines, &until), one("more_providers", "R1 R3", "2024-03-20 2024-03-20", 1_000));
    // Of a line in the midst of which it ends, the days after that; also where they were tied through another one.
    let lines = [on(1, ONE, "2024-03-04"), other(home(2, TWO, "2024-03-18", "2024-03-21")), on(3, THREE, "2024-03-25")];
    assert_eq!(told(&rules, &lines[..2], &until), one("more_providers", "R1 R2", "2024-03-20 2024-03-21", 2_000));
    let through = [works_for(TWO, THREE, "2024-03-01", ""), works_for(THREE, ONE, "2024-03-01", "2024-03-19")];
    let found = told(&rules, &lines, &through);
    assert_eq!(found[0], one("more_providers", "R1 R2 R3", "2024-03-20 2024-03-21", 2_000)[0]);
    assert_eq!(found[1..], one("more_providers", "R1 R3", "2024-03-25 2024-03-25", 1_000));
}

#[test]
fn scr_04_night_care_technology_and_registration() {
    let rules = set(&[("night_care_products", "[\"1033\"]"), ("technology_products", "[\"1038\"]")]);
    let of = |product: &str| [Claim { product: product.to_owned(), ..visit(1, "2024-03-04") }];
    let region = about(ONE, fact(FactKind::NightRegion, "", "2024-03-04", ""));
    assert_eq!(names(&rules, &of("1033"), std::slice::from_ref(&region)), ["night_care"]);
    assert!(names(&rules, &of("1000"), &[region]).is_empty());
    let funded = |first| fact(FactKind::OtherFunding, "", first, "");
    assert_eq!(names(&rules, &of("1038"), &[funded("2024-03-04")]), ["technology_twice"]);
    assert!(names(&rules, &of("1038"), &[funded("2024-03-05")]).is_empty());
    let registration =
        |word| about(&format!("homecare {ONE} R1"), fact(FactKind::Registration, word, "2024-03-04", "2024-03-04"));
    assert_eq!(names(&rules, &of("1000"), &[registration("no")]), ["unsupported"]);
    assert!(names(&rules, &of("1000"), &[registration("yes")]).is_empty());
}

/// A month with so many hours for two clients.
fn month(hours: i64) -> ProviderHistory {
    let sum = |service: &str, product: &str, unit: &str, quantity, cents| Sum {
        service: service.to_owned(),
        product: product.to_owned(),
        unit: unit.to_owned(),
        quantity,
        granted: Money::from_cents(cents),
        granted_time: DateTime::from_timestamp(1_717_236_000, 0).unwrap(),
    };
    ProviderHistory {
        office: "vgz".parse().unwrap(),
        agb: ONE.parse().unwrap(),
        month: day("2024-03-01"),
        home_care_clients: 2,
        sums: vec![
            sum("budget", "Z103", "14", 11, 1_000),
            sum("budget", "Z053", "14", 89, 1_000),
            sum("homecare", "1000", "04", hours, 100_000),
            sum("homecare", "1001", "07", 12, 0),
        ],
        facts: vec![about(ONE, fact(FactKind::HoursAgreement, "10.5", "2024-01-01", ""))],
    }
}

fn of_month(rules: &Rules, history: &ProviderHistory) -> Vec<(&'static str, String, i64)> {
    let found = of_provider(history, rules);
    for finding in &found {
        let facts = FindingFacts::of_provider(history, finding);
        let mut trace = Trace::new();
        again(finding.rule, &facts, rules, &mut trace).unwrap();
    }
    found.into_iter().map(|finding| (finding.rule, finding.subject, finding.at_stake.cents())).collect()
}

#[test]
fn scr_04_average_hours_are_held_against_those_agreed() {
    let rules = set(&[]);
    // 20 hours and 12 times five minutes are 10.5 hours for each of two clients.
    assert_eq!(of_month(&rules, &month(20)), []);
    let found = of_month(&rules, &month(24));
    // 12.5 hours, 2 above the agreement: 16% of EUR 1,000.
    assert_eq!(found, [("average_hours", "41410001 2024-03".to_owned(), 16_000)]);
    assert_eq!(of_month(&rules, &ProviderHistory { facts: Vec::new(), ..month(24) }), []);
}

#[test]
fn scr_04_average_hours_rest_on_the_lines_that_make_up_what_is_at_stake() {
    let finding = || of_provider(&month(24), &set(&[])).remove(0);
    let sums: Vec<String> = finding().sums.iter().map(|sum| format!("{} {}", sum.product, sum.unit)).collect();
    assert_eq!(sums, ["1000 04", "1001 07"]);
    // EUR 160 is at stake.
    let of = |number, cents| Claim { granted: Money::from_cents(cents), ..visit(number, "2024-03-01") };
    let taken = |lines: Vec<Claim>| {
        let mut finding = finding();
        finding.take_lines(lines);
        finding.lines.iter().map(|line| line.reference.clone()).collect::<Vec<_>>()
    };
    assert_eq!(taken(vec![of(1, 6_000), of(2, 9_000), of(3, 1_000), of(4, 7_000)]), ["R2", "R4"]);
    assert_eq!(taken(vec![of(1, 6_000), of(2, 9_000), of(3, 1_000), of(4, 6_999)]), ["R1", "R2", "R4"]);
    assert_eq!(taken((1..=600).map(|number| of(number, 1)).collect()).len(), MOST_LINES);
    // Whichever lines they are, it is the same finding; what it says is not.
    let mut other = finding();
    other.take_lines(vec![of(1, 6_000)]);
    assert_eq!(other.key(), finding().key());
    assert_ne!(other.digest(), finding().digest());
}

#[test]
fn scr_04_vv10_share_above_a_limit_that_the_office_sets() {
    let at = |most| set(&[("vv10_products", "[\"Z103\"]"), ("vv10_share_percentage", most)]);
    assert_eq!(of_month(&at("\"11\""), &month(20)), []);
    let found = of_month(&at("\"10.9\""), &month(20));
    assert_eq!(found, [("vv10_share", "41410001 2024-03".to_owned(), 0)]);
    assert_eq!(of_month(&set(&[("vv10_products", "[\"Z103\"]")]), &month(20)), []);
}
