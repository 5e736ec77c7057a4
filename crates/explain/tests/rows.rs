//! Rows of a kind that a service declares.
#![cfg(test)]

use chrono::NaiveDate;
use explain::{Facts, FieldKind, Language, Row, RowKind, RuleFile, RuleScope, Rules, Schema, Trace};
use money::Decimal;

const STEP: RowKind = RowKind {
    name: "surcharge",
    fields: &[
        ("for", FieldKind::Choices(&["new", "existing"])),
        ("points", FieldKind::Points),
        ("percentage", FieldKind::Percent),
        ("limit", FieldKind::Count),
        ("since", FieldKind::Date),
        ("bespoke", FieldKind::Flag),
        ("way", FieldKind::Choice(&["asked", "judged"])),
        ("forms", FieldKind::List),
        ("about", FieldKind::Text),
    ],
    inputs: &["points"],
    faults: |row: &Row| {
        let both = row.has("points") && row.flag("bespoke");
        if both { vec![("points", "no points where the surcharge is bespoke".to_owned())] } else { Vec::new() }
    },
};
const SCHEMA: Schema = Schema { rows: &[STEP], ..Schema::EMPTY };

fn load(rows: &[&str]) -> Result<Rules, explain::RuleFaults> {
    let common =
        "rule = \"TAR-03\"\nfrom = 2023-01-01\nsource = \"design\"\nnl = \"{points} erbij\"\nen = \"{points} more\"\n";
    let text = rows.iter().map(|row| format!("[[surcharge]]\n{common}{row}\n")).collect();
    Rules::load(vec![RuleFile { name: "a.toml".to_owned(), text }], &SCHEMA)
}

fn found(rules: &Rules, office: &str, year: i32) -> Vec<Row> {
    let date = NaiveDate::from_ymd_opt(year, 6, 1).unwrap();
    rules.rows(&STEP, RuleScope { office, act: "wlz", sector: "gz", date }).cloned().collect()
}

#[test]
fn every_kind_of_field_is_read() {
    let row = "key = \"a\"\nfor = [\"new\"]\npoints = \"0.2\"\npercentage = \"95.8\"\nlimit = 3\nsince = 2023-07-01\n\
               way = \"judged\"\nforms = [\"vpt\"]\nabout = \"b\"\nreading = \"as we read it\"";
    let rows = found(&load(&[row]).unwrap(), "vgz", 2023);
    let row = &rows[0];
    assert_eq!((&*row.rule, &*row.key, row.kind(), row.file()), ("TAR-03", "a", "surcharge", "a.toml"));
    assert_eq!((row.points("points"), row.count("limit")), (Some(Decimal::new(2, 1)), Some(3)));
    assert_eq!(row.percent("percentage").unwrap().0, Decimal::new(958, 1));
    assert_eq!(row.date("since"), NaiveDate::from_ymd_opt(2023, 7, 1));
    assert_eq!((row.word("way"), row.word("about"), row.flag("bespoke")), ("judged", "b", false));
    assert_eq!(
        (row.covers("for", "new"), row.covers("for", "existing"), row.covers("forms", "vpt")),
        (true, false, true)
    );
    assert_eq!(row.source(), "design; our reading: as we read it");
    // A list that is not stated covers everything; a field of another kind reads as nothing.
    let rows = found(&load(&["key = \"a\""]).unwrap(), "vgz", 2023);
    assert_eq!((rows[0].covers("for", "existing"), rows[0].points("for"), rows[0].word("limit")), (true, None, ""));
}

#[test]
fn the_most_specific_row_of_a_key_holds() {
    let rows = ["key = \"a\"\npoints = \"1\"", "key = \"a\"\noffice = \"vgz\"\npoints = \"2\"", "key = \"b\""];
    let rules = load(&rows).unwrap();
    let points = |office| -> Vec<_> { found(&rules, office, 2023).iter().map(|row| row.points("points")).collect() };
    assert_eq!(points("vgz"), [Some(Decimal::TWO), None]);
    assert_eq!(points("cz"), [Some(Decimal::ONE), None]);
    assert!(found(&rules, "cz", 2022).is_empty());
}

#[test]
fn the_offices_that_rows_are_stated_for_are_known() {
    let rows = ["key = \"a\"\noffice = \"vgz\"", "key = \"b\"", "key = \"c\"\noffice = \"cz\"\nuntil = 2023-12-31"];
    let rules = load(&rows).unwrap();
    let offices = |year| -> Vec<String> {
        let date = NaiveDate::from_ymd_opt(year, 6, 1).unwrap();
        let scope = RuleScope { office: "", act: "wlz", sector: "gz", date };
        rules.offices(&scope).into_iter().map(str::to_owned).collect()
    };
    assert_eq!(
        (offices(2023), offices(2024), offices(2022)),
        (vec!["cz".into(), "vgz".into()], vec!["vgz".into()], vec![])
    );
}

#[test]
fn every_fault_is_told_with_its_line() {
    let rows = [
        "key = \"a\"\npoints = 0.2\nfor = [\"old\"]\nway = \"x\"\nwrong = 1",
        "key = \"b\"\npoints = \"1\"\nbespoke = true\nforms = []",
        "limit = -1\nsince = \"x\"\nbespoke = 1\nabout = 2",
    ];
    let faults: Vec<String> = load(&rows).unwrap_err().0.iter().map(ToString::to_string).collect();
    assert_eq!(
        faults,
        [
            "a.toml:8: points: expected a number in quotes, such as \"95.8\"",
            "a.toml:9: for: expected a list of new, existing",
            "a.toml:10: way: expected one of asked, judged",
            "a.toml:11: unknown key \"wrong\": expected one of rule, key, office, act, sector, from, until, source, \
             reading, note, nl, en, for, points, percentage, limit, since, bespoke, way, forms, about",
            "a.toml:19: surcharge b: no points where the surcharge is bespoke",
            "a.toml:21: forms: expected a list of texts",
            "a.toml:22: key is missing",
            "a.toml:28: limit: expected a whole number from zero",
            "a.toml:29: since: expected a day such as 2023-01-01",
            "a.toml:30: bespoke: expected true or false",
            "a.toml:31: about: expected a text",
        ]
    );
}

#[test]
fn a_row_tells_its_step_in_its_own_words() {
    let rules = load(&["key = \"a\"\npoints = \"0.2\""]).unwrap();
    let rows = found(&rules, "vgz", 2023);
    let mut trace = Trace::new();
    trace.row(&rows[0]).with("points", &rows[0].states(Decimal::new(2, 1))).gives(true);
    let explanation = trace.finish(&rules, &Facts::new(&"facts", Default::default()));
    assert_eq!(explanation.to_text(&rules, Language::Dutch).unwrap(), "1. [TAR-03] 0,2 erbij (design)\n");
    assert_eq!(explanation.to_text(&rules, Language::English).unwrap(), "1. [TAR-03] 0.2 more (design)\n");
}
