//! Rule files: what is read, what is refused, and what an explanation says from them.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

use std::sync::Arc;

use chrono::{DateTime, NaiveDate};
use explain::{
    Explanation, Facts, Known, Language, Origin, Parameter, ParameterError, RenderError, RuleFile, RuleScope, Rules,
    Schema, Text, Trace, Window,
};
use money::{Decimal, Money, Percentage, Rate, Rounding};

const GUIDE: Parameter<Percentage> = Parameter::percent("TAR-01", "guide_percentage");
const SHARE: Parameter<Rate> = Parameter::factor("BUD-07", "click_share");
const MODE: Parameter<Arc<str>> = Parameter::choice("TAR-01", "mode", &["points", "relative"]);
const REGISTER: Parameter<Window> = Parameter::window("REG-05", "registration");
const TARIFF: Text = Text::new("TAR-01", "tariff", &["maximum", "percentage"]);
const SCHEMA: Schema = Schema {
    parameters: &[GUIDE.spec(), SHARE.spec(), MODE.spec(), REGISTER.spec()],
    texts: &[TARIFF],
    ..Schema::EMPTY
};

const NATIONAL: &str = r#"
title = "National"

[sources]
kader = "Inkoopkader Wlz 2021-2023"

[[parameter]]
rule = "TAR-01"
name = "guide_percentage"
unit = "percent"
source = "kader §2.1"
values = [
    { from = 2022-01-01, until = 2023-12-31, value = "95.8" },
    { from = 2024-01-01, until = 2024-12-31, value = "95.5" },
]

[[parameter]]
rule = "TAR-01"
name = "guide_percentage"
unit = "percent"
office = "dsw"
source = "kader §2.1"
unset = true

[[parameter]]
rule = "REG-05"
name = "registration"
unit = "window"
source = "reading: the text says until"
values = [{ from = 2023-01-01, value = { until = 2022-07-31T17:00:00, cutoff = "inclusive" } }]

[[text]]
rule = "TAR-01"
key = "tariff"
source = "kader §2.1"
nl = "Maximum {maximum} × {percentage} = {result}."
en = "Maximum {maximum} × {percentage} = {result}."
"#;

fn file(name: &str, text: &str) -> RuleFile {
    RuleFile { name: name.to_owned(), text: text.to_owned() }
}

fn national() -> Rules {
    Rules::load(vec![file("national.toml", NATIONAL)], &SCHEMA).unwrap()
}

fn on(office: &str, year: i32) -> RuleScope<'_> {
    RuleScope { office, act: "wlz", sector: "gz", date: NaiveDate::from_ymd_opt(year, 3, 1).unwrap() }
}

fn faults(files: &[(&str, &str)]) -> Vec<String> {
    let mut all = vec![file("national.toml", NATIONAL)];
    all.extend(files.iter().map(|(name, text)| file(name, text)));
    let faults = Rules::load(all, &SCHEMA).expect_err("these files are wrong");
    faults.0.iter().map(ToString::to_string).collect()
}

#[test]
fn a_parameter_has_the_version_of_its_day_and_says_where_it_stands() {
    let guide = national().get(&GUIDE, &on("vgz", 2024)).unwrap();
    assert_eq!(guide.value, Percentage(Decimal::new(955, 1)));
    let Origin::Parameter { file, key, source } = guide.origin else { panic!("a parameter") };
    assert_eq!((&*file, &*key), ("national.toml", "guide_percentage"));
    assert_eq!(&*source, "Inkoopkader Wlz 2021-2023, §2.1");
}

#[test]
fn there_is_no_nearest_version() {
    let error = national().get(&GUIDE, &on("vgz", 2025)).unwrap_err();
    assert!(matches!(error, ParameterError::NotInForce { .. }));
    assert_eq!(
        error.to_string(),
        "parameter guide_percentage of office vgz has no version in force on 2025-03-01 (TAR-01)"
    );
}

#[test]
fn what_no_source_states_is_not_determined() {
    let rules = national();
    let unset = rules.get(&GUIDE, &on("dsw", 2023)).unwrap_err();
    assert_eq!(unset.to_string(), "not determined: parameter guide_percentage of office dsw is not set (TAR-01)");
    assert!(matches!(rules.get(&SHARE, &on("vgz", 2023)), Err(ParameterError::NotSet { .. })));
}

#[test]
fn a_value_may_be_unset_for_some_time_only() {
    let year = r#"
        [[parameter]]
        rule = "TAR-01"
        name = "guide_percentage"
        unit = "percent"
        office = "menzis"
        source = "design"
        values = [{ from = 2022-01-01, until = 2023-12-31, unset = true }, { from = 2024-01-01, value = "95.5" }]
    "#;
    let rules = Rules::load(vec![file("menzis.toml", year), file("national.toml", NATIONAL)], &SCHEMA).unwrap();
    assert!(matches!(rules.get(&GUIDE, &on("menzis", 2023)), Err(ParameterError::NotSet { .. })));
    assert_eq!(rules.get(&GUIDE, &on("menzis", 2024)).unwrap().value, Percentage(Decimal::new(955, 1)));
    assert!(matches!(rules.get(&GUIDE, &on("menzis", 2021)), Err(ParameterError::NotInForce { .. })));
}

#[test]
fn another_year_is_another_file_and_the_office_goes_before_the_rest() {
    let year = r#"
        sources = { vgz = "VGZ 2025" }
        [[parameter]]
        rule = "TAR-01"
        name = "guide_percentage"
        unit = "percent"
        source = "vgz §1"
        values = [{ from = 2025-01-01, value = "95.0" }]
        [[parameter]]
        rule = "TAR-01"
        name = "guide_percentage"
        unit = "percent"
        office = "cz"
        source = "vgz §2"
        values = [{ from = 2025-01-01, value = "94.0" }]
    "#;
    let rules = Rules::load(vec![file("2025.toml", year), file("national.toml", NATIONAL)], &SCHEMA).unwrap();
    assert_eq!(rules.get(&GUIDE, &on("vgz", 2025)).unwrap().value, Percentage(Decimal::new(950, 1)));
    assert_eq!(rules.get(&GUIDE, &on("cz", 2025)).unwrap().value, Percentage(Decimal::new(940, 1)));
    assert_ne!(rules.sha256(), national().sha256());
}

#[test]
fn all_faults_at_once_with_file_and_line() {
    let wrong = r#"unknown = 1
[[parameter]]
rule = "TAR-02"
name = "guide_percentage"
unit = "points"
source = "nowhere §1"
values = [
    { from = 2024-06-01, until = 2025-12-31, value = "95.5" },
    { from = 2026-02-01, until = 2026-01-01, value = 95.5, extra = 1 },
]
[[parameter]]
rule = "TAR-01"
name = "surprise"
unit = "percent"
source = "design"
values = []
[[parameter]]
rule = "TAR-01"
name = "mode"
unit = "choice"
source = "design"
values = [{ from = 2024-01-01, value = "neither" }]
[[text]]
rule = "TAR-01"
key = "tariff"
source = "design"
nl = "{wrong}"
en = "ok"
"#;
    assert_eq!(
        faults(&[("wrong.toml", wrong)]),
        [
            "wrong.toml:1: unknown key \"unknown\": expected title, [sources], [[parameter]], [[text]], [[word]], [[check]]",
            "wrong.toml:3: parameter guide_percentage belongs to rule TAR-01",
            "wrong.toml:5: parameter guide_percentage is in percent, not in points",
            "wrong.toml:6: source \"nowhere\" is not in [sources], nor a reading or a design",
            "wrong.toml:8: parameter guide_percentage: the version from 2024-06-01 overlaps the one until 2024-12-31",
            "wrong.toml:9: parameter guide_percentage: expected a number in quotes, such as \"95.8\"",
            "wrong.toml:9: the version ends on 2026-01-01, before it begins on 2026-02-01",
            "wrong.toml:9: unknown key \"extra\": expected one of from, until, value, unset",
            "wrong.toml:11: unknown parameter \"surprise\"",
            "wrong.toml:22: parameter mode: expected one of points, relative",
            "wrong.toml:23: text \"tariff\" of rule TAR-01 is given twice",
            "wrong.toml:27: text \"tariff\" of TAR-01 names {wrong}, which is none of its inputs",
        ]
    );
}

#[test]
fn a_gap_and_a_second_open_end_are_faults() {
    let gap = r#"
[[parameter]]
rule = "TAR-01"
name = "guide_percentage"
unit = "percent"
source = "design"
values = [
    { from = 2025-02-01, value = "1" },
    { from = 2026-01-01, value = "2" },
]"#;
    assert_eq!(
        faults(&[("gap.toml", gap)]),
        [
            "gap.toml:8: parameter guide_percentage: no version is in force between 2024-12-31 and 2025-02-01",
            "gap.toml:9: parameter guide_percentage: the version from 2026-01-01 overlaps the open one from 2025-02-01",
        ]
    );
}

#[test]
fn a_missing_text_and_broken_toml_are_faults() {
    let found = Rules::load(vec![file("a.toml", "[[text]\n")], &SCHEMA).unwrap_err().to_string();
    assert!(found.contains("a.toml:1: "), "{found}");
    assert!(found.contains("no rule file has text \"tariff\" of rule TAR-01"), "{found}");
}

fn explained(rules: &Rules) -> Explanation {
    let facts = Facts::new(&"maximum 250.00", DateTime::UNIX_EPOCH);
    let maximum = Known::fact("tariffing", "maximum tariff", DateTime::UNIX_EPOCH, Money::from_cents(25_000));
    let percentage = rules.get(&GUIDE, &on("vgz", 2023)).unwrap();
    let mut trace = Trace::new();
    let care = percentage.of(*maximum, Rounding::default()).unwrap();
    let tariff = trace.step(&TARIFF).with("maximum", &maximum).with("percentage", &percentage).gives(care);
    assert_eq!(tariff.origin, Origin::Step { number: 1 });
    trace.finish(rules, &facts)
}

#[test]
fn an_explanation_reads_the_same_after_it_was_stored() {
    let rules = national();
    let explanation = explained(&rules);
    let stored = Explanation::from_bytes(&explanation.to_bytes()).unwrap();
    assert_eq!(stored, explanation);
    let kept = Rules::from_archive(&rules.archive(), &SCHEMA).unwrap();
    assert_eq!(
        stored.to_text(&kept, Language::Dutch).unwrap(),
        "1. [TAR-01] Maximum € 250,00 × 95,8% = € 239,50. (Inkoopkader Wlz 2021-2023, §2.1)\n"
    );
    assert_eq!(
        stored.to_text(&kept, Language::English).unwrap(),
        "1. [TAR-01] Maximum EUR 250.00 × 95.8% = EUR 239.50. (Inkoopkader Wlz 2021-2023, §2.1)\n"
    );
}

#[test]
fn a_code_or_a_list_of_them_is_told_by_words() {
    let told_of = |codes: &str, words: &str| {
        let rules = Rules::load(vec![file("national.toml", &format!("{NATIONAL}{words}"))], &SCHEMA).unwrap();
        let mut trace = Trace::new();
        let code = Known::request("grounds", codes.to_owned());
        let step = trace.step(&TARIFF).with("maximum", &code);
        step.with("percentage", &Known::request("other", "no client_stop".to_owned())).gives(true);
        let explanation = trace.finish(&rules, &Facts::new(&(), DateTime::UNIX_EPOCH));
        let step = explanation.render(&rules).unwrap().remove(0);
        assert_eq!(step.inputs[0].value, explain::Value::Text(codes.into()));
        [step.dutch, step.english]
    };
    let told = |words: &str| told_of("client_stop", words);
    let word = "\n[[word]]\ncode = \"client_stop\"\nnl = \"cliëntenstop\"\nen = \"stop on clients\"\n";
    assert_eq!(
        told(word),
        ["Maximum cliëntenstop × no client_stop = ja.", "Maximum stop on clients × no client_stop = yes."]
    );
    assert_eq!(
        told_of("client_stop, client_stop", word)[0],
        "Maximum cliëntenstop, cliëntenstop × no client_stop = ja."
    );
    assert_eq!(told_of("client_stop, talk", word)[0], "Maximum client_stop, talk × no client_stop = ja.");
    assert_eq!(told("")[0], "Maximum client_stop × no client_stop = ja.");
    let twice = format!("{word}{word}[[word]]\ncode = \"c\"\nnl = \"c\"\nde = \"c\"\n");
    let said = faults(&[("words.toml", &twice)]);
    assert!(said[0].contains("word \"client_stop\" is given twice"), "{said:?}");
    assert!(said[1].contains("en is missing") && said[2].contains("unknown key \"de\""), "{said:?}");
}

#[test]
fn other_rule_files_cannot_tell_it() {
    let changed = NATIONAL.replace("95.5", "95.6");
    let other = Rules::load(vec![file("national.toml", &changed)], &SCHEMA).unwrap();
    assert_eq!(explained(&national()).render(&other), Err(RenderError::OtherRules));
}
