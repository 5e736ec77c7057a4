//! Falling lines: when they may begin, that they do not rise, and the cap of every year.

use chrono::DateTime;
use edge::Sector;

use super::*;
use crate::decide::{
    fixture::{built_in, changed, subject},
    percentage::tests::percent,
};

fn facts(sector: Sector, year: i32, percentages: &[&str]) -> LineFacts {
    LineFacts {
        subject: Subject { sector, ..subject("vgz", year) },
        percentages: percentages.iter().map(|text| percent(text)).collect(),
        motivation: "multi-year agreement".to_owned(),
        as_of: DateTime::UNIX_EPOCH,
    }
}

/// How many years were told.
fn told(facts: &LineFacts, rules: &Rules) -> Result<usize, Error> {
    let mut trace = Trace::new();
    line(facts, rules, &mut trace).map(|()| trace.len())
}

#[test]
fn tar_12_a_line_is_told_year_by_year() {
    assert_eq!(told(&facts(Sector::Gz, 2023, &["95", "94.5", "94.5", "94"]), built_in()).unwrap(), 4);
}

#[test]
fn tar_12_a_line_does_not_rise() {
    let error = told(&facts(Sector::Gz, 2023, &["95", "94", "94.01"]), built_in()).unwrap_err();
    assert!(matches!(error, Error::LineRises { year: 2025 }), "{error}");
}

#[test]
fn tar_12_no_line_before_its_first_year() {
    for (sector, year, first) in [(Sector::Gz, 2022, 2023), (Sector::Ggz, 2023, 2024)] {
        let error = told(&facts(sector, year, &["95"]), built_in()).unwrap_err();
        assert!(matches!(error, Error::LineTooEarly { year: y, first: f } if (y, f) == (year, first)), "{error}");
    }
    for (sector, year) in [(Sector::Gz, 2023), (Sector::Gz, 2024), (Sector::Ggz, 2024)] {
        assert_eq!(told(&facts(sector, year, &["95"]), built_in()).unwrap(), 1, "{sector:?} {year}");
    }
}

#[test]
fn tar_12_every_year_has_the_cap_of_its_own() {
    assert_eq!(told(&facts(Sector::Gz, 2023, &["100"]), built_in()).unwrap(), 1);
    let error = told(&facts(Sector::Gz, 2023, &["100.01"]), built_in()).unwrap_err();
    assert!(matches!(error, Error::AboveCap { .. }), "{error}");
    let rules = changed(
        "source = \"wmg art. 35\"\nvalues = [{ from = 2022-01-01, value = \"100\" }]",
        "source = \"wmg art. 35\"\nvalues = [{ from = 2022-01-01, until = 2023-12-31, value = \"100\" }, \
         { from = 2024-01-01, value = \"94\" }]",
    );
    assert_eq!(told(&facts(Sector::Gz, 2023, &["95", "94"]), &rules).unwrap(), 2);
    let error = told(&facts(Sector::Gz, 2023, &["95", "94.5"]), &rules).unwrap_err();
    assert!(matches!(error, Error::AboveCap { cap, .. } if cap == percent("94")), "{error}");
}
