use super::*;

fn indication(profile: &str, first: &str, last: &str) -> Statement {
    fact(FactKind::Indication, profile, first, last)
}

/// Lines of whole months of 2023 and on, the last one until a day.
fn months(product: &str, count: u32, last: &str) -> Vec<Claim> {
    let begin = day("2023-01-01");
    let mut lines: Vec<Claim> = (0..count)
        .map(|month| {
            let first = begin + chrono::Months::new(month);
            let next = begin + chrono::Months::new(month + 1);
            line(i64::from(month), product, &first.to_string(), &next.pred_opt().unwrap().to_string())
        })
        .collect();
    if let Some(line) = lines.last_mut() {
        line.last_day = day(last);
        line.granted = Money::from_cents(1_000 * line.days());
    }
    lines
}

#[test]
fn scr_04_bridging_lasts_two_times_thirteen_weeks_to_the_day() {
    let rules = set(&[("bridging_products", "[\"O1\"]")]);
    // 26 weeks from 1 January 2023 are over on 1 July.
    let inside = [line(1, "O1", "2023-01-01", "2023-07-01")];
    assert_eq!(told(&rules, &inside, &[]), []);
    let outside = [line(1, "O1", "2023-01-01", "2023-06-30"), line(2, "O1", "2023-07-01", "2023-07-02")];
    assert_eq!(told(&rules, &outside, &[]), one("bridging", "R1 R2", "2023-07-02 2023-07-02", 1_000));
    // After more than a month without it begins anew.
    let anew = [line(1, "O1", "2023-01-01", "2023-06-30"), line(2, "O1", "2023-08-01", "2023-08-31")];
    assert_eq!(told(&rules, &anew, &[])[0].0, "bridging");
    let anew = [line(1, "O1", "2023-01-01", "2023-06-30"), line(2, "O1", "2023-08-02", "2023-08-31")];
    assert_eq!(told(&rules, &anew, &[]), []);
    assert_eq!(told(&set(&[]), &outside, &[]), []);
}

#[test]
fn scr_04_lvg_is_not_settled_otherwise_except_while_waiting() {
    let rules = set(&[("vg_products", "[\"Z4*\", \"V4*\"]"), ("packages_without_treatment", "[\"Z5*\"]")]);
    let lvg = indication("LVG3", "2024-01-01", "2024-12-31");
    let lines = [
        modular(1, "H126", "2024-03-01", "2024-03-01"),
        line(2, "Z433", "2024-03-02", "2024-03-02"),
        line(3, "Z513", "2024-03-03", "2024-03-03"),
        line(4, "Z693", "2024-03-04", "2024-03-04"),
    ];
    let names = |facts: &[Statement]| told(&rules, &lines, facts).into_iter().map(|told| told.0).collect::<Vec<_>>();
    assert_eq!(names(std::slice::from_ref(&lvg)), ["lvg_as_modular", "lvg_as_vg", "lvg_without_treatment"]);
    let waits = |first| fact(FactKind::ActivelyWaiting, "41410009", first, "");
    assert!(names(&[lvg.clone(), waits("2024-03-01")]).is_empty());
    assert_eq!(names(&[lvg.clone(), waits("2024-03-03")]), ["lvg_as_modular", "lvg_as_vg"]);
    // Waiting for longer than 26 weeks is no bridging any more: the last day of these weeks is 1 March.
    assert_eq!(names(&[lvg, waits("2023-09-02")]), ["lvg_as_vg", "lvg_without_treatment"]);
    assert!(names(&[indication("VG3", "2024-01-01", "")]).is_empty());
}

#[test]
fn scr_04_sglvg_outside_borg_needs_to_be_known() {
    let rules = set(&[]);
    let facts = |word| {
        let borg = about("41410001", fact(FactKind::BorgInstitution, word, "2024-01-01", ""));
        [indication("SGLVG1", "2024-01-01", ""), borg]
    };
    let lines = [package(1, "Z573", "2024-03-01", "2024-03-02")];
    assert_eq!(told(&rules, &lines, &facts("no")), one("sglvg_outside_borg", "R1", "2024-03-01 2024-03-02", 2_000));
    assert_eq!(told(&rules, &lines, &facts("yes")), []);
    assert_eq!(told(&rules, &lines, &facts("no")[..1]), []);
}

#[test]
fn scr_04_lvg_tail_needs_an_extension_and_ends_after_thirteen_weeks() {
    let rules = set(&[]);
    let ended = indication("LVG2", "2022-01-01", "2023-12-31");
    let on = |date| [package(1, "Z693", date, date)];
    let extended = fact(FactKind::CizExtension, "", "2024-01-01", "2024-04-30");
    assert_eq!(told(&rules, &on("2023-12-31"), std::slice::from_ref(&ended)), []);
    assert_eq!(told(&rules, &on("2024-01-01"), std::slice::from_ref(&ended))[0].0, "lvg_tail");
    let facts = [ended.clone(), extended];
    // 13 weeks after 31 December 2023 are over on 31 March 2024, three months too.
    assert_eq!(told(&rules, &on("2024-03-31"), &facts), []);
    assert_eq!(told(&rules, &on("2024-04-01"), &facts)[0].0, "lvg_tail");
    let next = indication("VG3", "2024-01-01", "");
    assert_eq!(told(&rules, &on("2024-04-01"), &[ended, next]), []);
}

#[test]
fn scr_04_lvg_age_is_reached_on_the_birthday() {
    let rules = set(&[]);
    let birth = fact(FactKind::BirthDate, "", "2001-03-10", "2001-03-10");
    let lvg = indication("LVG1", "2023-01-01", "");
    let lines = [package(1, "Z693", "2024-03-01", "2024-03-11")];
    assert_eq!(
        told(&rules, &lines, &[lvg.clone(), birth.clone()]),
        one("lvg_age", "R1", "2024-03-10 2024-03-11", 2_000)
    );
    let before = [package(1, "Z693", "2024-03-01", "2024-03-09")];
    assert_eq!(told(&rules, &before, &[lvg.clone(), birth.clone()]), []);
    assert_eq!(told(&rules, &lines, &[indication("SGLVG1", "2023-01-01", ""), birth]), []);
    assert_eq!(told(&rules, &lines, &[lvg]), []);
}

#[test]
fn scr_04_lvg_indication_length_is_three_years() {
    let rules = set(&[]);
    let lvg = indication("SGLVG1", "2021-03-01", "2024-12-31");
    let lines = [package(1, "Z573", "2024-02-28", "2024-03-01")];
    let long = one("lvg_indication_length", "R1", "2024-03-01 2024-03-01", 1_000);
    assert_eq!(told(&rules, &lines, std::slice::from_ref(&lvg)), long);
    assert_eq!(told(&rules, &[package(1, "Z573", "2024-02-28", "2024-02-29")], &[lvg]), []);
}

#[test]
fn scr_04_lvg_budget_is_for_who_had_one_before_2020() {
    let rules = set(&[]);
    let budget = |first| fact(FactKind::PersonalBudget, "", first, "");
    let of = |profile, from, first| told(&rules, &[], &[indication(profile, from, "2022-06-30"), budget(first)]);
    assert_eq!(of("LVG1", "2019-07-01", "2019-12-31"), []);
    let found = one("lvg_budget", "", "2020-01-01 2022-06-30", 0);
    assert_eq!(of("LVG1", "2019-07-01", "2020-01-01"), found);
    assert_eq!(of("LVG3", "2019-07-01", "2019-12-31"), found);
    assert_eq!(of("LVG2", "2020-01-01", "2019-12-31"), found);
    assert_eq!(of("VG3", "2020-01-01", "2020-01-01"), []);
    let ended = fact(FactKind::PersonalBudget, "", "2018-01-01", "2019-12-31");
    assert_eq!(told(&rules, &[], &[indication("LVG3", "2019-07-01", "2022-06-30"), ended.clone()]), []);
    // Who had one on the last day before keeps it; one that ended long before was not kept.
    let lvg = indication("LVG1", "2015-07-01", "2022-06-30");
    assert_eq!(told(&rules, &[], &[lvg.clone(), ended, budget("2020-01-01")]), []);
    let long_ago = fact(FactKind::PersonalBudget, "", "2015-07-01", "2016-06-30");
    assert_eq!(told(&rules, &[], &[lvg, long_ago, budget("2020-01-01")]), found);
}

#[test]
fn scr_04_observation_lasts_half_a_year_extended_to_one() {
    let rules = set(&[("observation_products", "[\"B1\"]")]);
    assert_eq!(told(&rules, &months("B1", 6, "2023-06-30"), &[]), []);
    let seven = months("B1", 7, "2023-07-02");
    let references = "R0 R1 R2 R3 R4 R5 R6";
    let found = one("observation_extension", references, "2023-07-01 2023-07-02", 2_000);
    assert_eq!(told(&rules, &seven, &[]), found);
    let extension = |first| fact(FactKind::ObservationExtension, "", first, "");
    assert_eq!(told(&rules, &seven, &[extension("2023-07-01")]), []);
    // Three months more, and not a day longer.
    let ten = months("B1", 10, "2023-10-01");
    assert_eq!(told(&rules, &ten, &[extension("2023-07-01")])[0].2, "2023-10-01 2023-10-01");
    let both = [extension("2023-07-01"), extension("2023-10-01")];
    assert_eq!(told(&rules, &months("B1", 12, "2023-12-31"), &both), []);
    let more = [both[0].clone(), both[1].clone(), extension("2024-01-01")];
    let beyond = told(&rules, &months("B1", 13, "2024-01-01"), &more);
    assert_eq!((beyond.len(), beyond[0].0, beyond[0].2.as_str()), (1, "observation_year", "2024-01-01 2024-01-01"));
}

#[test]
fn scr_04_observation_extensions_are_of_the_observation_they_extend() {
    let rules = set(&[("observation_products", "[\"B1\"]")]);
    let extension = |first| fact(FactKind::ObservationExtension, "", first, "");
    // Seven months without an extension; of the observation that began anew in October there is one.
    let overrun = one("observation_extension", "R1", "2023-07-01 2023-07-31", 31_000);
    let lines = [line(1, "B1", "2023-01-01", "2023-07-31"), line(2, "B1", "2023-10-01", "2024-04-30")];
    assert_eq!(told(&rules, &lines, &[extension("2024-04-01")]), overrun);
    assert_eq!(told(&rules, &lines[..1], &[extension("2023-07-01")]), []);
    // An extension that came late leaves the days before it, and holds for three months of its own.
    let gap = one("observation_extension", "R1", "2023-07-01 2023-07-31", 31_000);
    let lines = [line(1, "B1", "2023-01-01", "2023-07-31"), line(2, "B1", "2023-08-10", "2023-11-09")];
    assert_eq!(told(&rules, &lines, &[extension("2023-08-10")]), gap);
    let longer = [lines[0].clone(), line(2, "B1", "2023-08-10", "2023-11-10")];
    let found = told(&rules, &longer, &[extension("2023-08-10")]);
    assert_eq!(found[1..], one("observation_extension", "R1 R2", "2023-11-10 2023-11-10", 1_000));
}

#[test]
fn scr_04_vv10_longer_than_three_months_is_a_signal() {
    let rules = set(&[("vv10_products", "[\"Z103\"]")]);
    assert_eq!(told(&rules, &[line(1, "Z103", "2024-01-15", "2024-04-14")], &[]), []);
    let found = found(&rules, &[line(1, "Z103", "2024-01-15", "2024-04-15")], &[]);
    assert_eq!(
        (found[0].rule, found[0].kind, found[0].at_stake.cents()),
        ("vv10_length", crate::domain::SignalKind::Signal, 1_000)
    );
}

#[test]
fn scr_04_what_is_short_or_limited_is_so_long_as_the_office_says() {
    let values = [
        ("other_discipline_products", "[\"H301\"]"),
        ("other_discipline_weeks", "6"),
        ("zg_treatment_products", "[\"H334\"]"),
        ("zg_treatment_weeks", "4"),
    ];
    let rules = set(&values);
    let six_weeks = |last| [line(1, "H301", "2024-01-01", last)];
    assert_eq!(told(&rules, &six_weeks("2024-02-11"), &[]), []);
    assert_eq!(told(&rules, &six_weeks("2024-02-12"), &[])[0].0, "other_disciplines");
    assert_eq!(told(&set(&values[..1]), &six_weeks("2024-02-12"), &[]), []);
    let zg = [line(1, "H334", "2024-01-01", "2024-01-29")];
    assert_eq!(told(&rules, &zg, &[indication("ZGVIS2", "2023-01-01", "")])[0].0, "zg_unlimited");
    assert_eq!(told(&rules, &zg, &[indication("ZGVIS3", "2023-01-01", "")]), []);
}

#[test]
fn scr_04_absence_counts_on_end_in_the_year_and_in_hospital() {
    let rules = set(&[
        ("absence_products", "[\"A1\"]"),
        ("absence_days_on_end", "14"),
        ("absence_days_in_year", "20"),
        ("hospital_products", "[\"A2\"]"),
        ("hospital_days", "91"),
    ]);
    assert_eq!(told(&rules, &[line(1, "A1", "2024-03-01", "2024-03-14")], &[]), []);
    let on_end = one("absence_on_end", "R1", "2024-03-15 2024-03-15", 1_000);
    assert_eq!(told(&rules, &[line(1, "A1", "2024-03-01", "2024-03-15")], &[]), on_end);
    let twice = [line(1, "A1", "2024-01-01", "2024-01-10"), line(2, "A1", "2024-06-01", "2024-06-11")];
    assert_eq!(told(&rules, &twice, &[]), one("absence_in_year", "R1 R2", "2024-06-11 2024-06-11", 1_000));
    let years = [line(1, "A1", "2023-12-01", "2023-12-10"), line(2, "A1", "2024-06-01", "2024-06-11")];
    assert_eq!(told(&rules, &years, &[]), []);
    assert_eq!(told(&rules, &[line(1, "A2", "2024-01-01", "2024-03-31")], &[]), []);
    assert_eq!(told(&rules, &[line(1, "A2", "2024-01-01", "2024-04-01")], &[])[0].0, "hospital_absence");
}
