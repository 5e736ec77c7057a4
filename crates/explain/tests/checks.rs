//! Checks: requirements that are rows of a rule file.
#![cfg(test)]

use explain::{CheckWords, FactName, Fraction, Language, RuleFaults, RuleFile, RuleScope, Rules, Schema, Test, When};

const SCHEMA: Schema = Schema {
    parameters: &[],
    texts: &[],
    checks: Some(CheckWords { whom: &["new", "existing"], grounds: &["incomplete", "incorrect"] }),
    ..Schema::EMPTY
};

fn row(more: &str) -> String {
    format!(
        "[[check]]\nrule = \"REG-04\"\nabout = \"extract\"\nground = \"incorrect\"\nsource = \"design\"\n\
         nl = \"Hoogstens {{limit}}: {{given}}. Voldoet: {{result}}.\"\nen = \"At most {{limit}}: {{given}}. Met: {{result}}.\"\n{more}\n"
    )
}

fn load(files: &[(&str, String)]) -> Result<Rules, RuleFaults> {
    let files = files.iter().map(|(name, text)| RuleFile { name: (*name).to_owned(), text: text.clone() });
    Rules::load(files.collect(), &SCHEMA)
}

fn age(key: &str, more: &str) -> String {
    row(&format!("key = \"{key}\"\nfrom = 2022-01-01\nfact = \"issued\"\ntest = \"months_old\"\nlimit = 6\n{more}"))
}

fn scope(office: &str, date: &str) -> (String, chrono::NaiveDate) {
    (office.to_owned(), date.parse().unwrap())
}

fn limits(rules: &Rules, (office, date): &(String, chrono::NaiveDate)) -> Vec<(String, Test)> {
    let scope = RuleScope { office, act: "wlz", sector: "gz", date: *date };
    rules.checks(scope).map(|check| (check.key.to_string(), check.test.clone())).collect()
}

#[test]
fn the_most_specific_of_the_same_rule_and_key_holds_while_it_is_in_force() {
    let own = age("age", "office = \"vgz\"").replace("limit = 6", "limit = 3");
    let rules = load(&[("a.toml", age("age", "until = 2023-12-31")), ("b.toml", own)]).unwrap();
    assert_eq!(limits(&rules, &scope("vgz", "2023-01-01")), [("age".to_owned(), Test::MonthsOld(3))]);
    assert_eq!(limits(&rules, &scope("cz", "2023-01-01")), [("age".to_owned(), Test::MonthsOld(6))]);
    assert_eq!(limits(&rules, &scope("vgz", "2024-01-01")), [("age".to_owned(), Test::MonthsOld(3))]);
    assert_eq!(limits(&rules, &scope("cz", "2024-01-01")), []);
    assert_eq!(limits(&rules, &scope("vgz", "2021-12-31")), []);
}

#[test]
fn checks_are_in_the_order_of_the_rules_and_then_of_the_files() {
    let earlier = age("later_file", "").replace("REG-04", "REG-03");
    let rules =
        load(&[("b.toml", age("b", "")), ("a.toml", age("z", "") + &age("a", "")), ("z.toml", earlier)]).unwrap();
    let keys: Vec<String> = limits(&rules, &scope("vgz", "2022-01-01")).into_iter().map(|(key, _)| key).collect();
    assert_eq!(keys, ["later_file", "z", "a", "b"]);
}

#[test]
fn every_test_reads_its_limit() {
    let fact = |about: &str, name: &str| FactName { about: about.into(), name: name.into() };
    for (test, expected) in [
        ("test = \"handed_in\"", Test::HandedIn),
        ("fact = \"f\"\ntest = \"one_of\"\nlimit = [\"a\", \"b\"]", Test::OneOf(vec!["a".into(), "b".into()])),
        ("fact = \"f\"\ntest = \"covers\"\nlimit = \"plan.functions\"", Test::Covers(fact("plan", "functions"))),
        ("fact = \"f\"\ntest = \"in_year\"\nlimit = -1", Test::InYear(-1)),
        ("fact = \"f\"\ntest = \"years\"\nlimit = [-3, -2]", Test::Years(vec![-3, -2])),
        ("fact = \"f\"\ntest = \"at_least\"\nlimit = \"1.5\"", Test::AtLeast("1.5".parse().unwrap())),
        (
            "fact = \"f\"\ntest = \"at_least_euro\"\nlimit = \"2500000.00\"",
            Test::AtLeastEuro("2500000.00".parse().unwrap()),
        ),
        (
            "fact = \"f\"\nof = \"whole\"\ntest = \"share_at_most\"\nlimit = \"33/100\"",
            Test::ShareAtMost(Fraction { numerator: 33, denominator: 100 }),
        ),
    ] {
        let rules = load(&[("a.toml", row(&format!("key = \"k\"\nfrom = 2022-01-01\n{test}")))]).unwrap();
        assert_eq!(limits(&rules, &scope("vgz", "2022-01-01")), [("k".to_owned(), expected)]);
    }
}

#[test]
fn a_step_is_told_in_the_words_of_its_row() {
    let rules = load(&[("a.toml", age("age", "for = [\"new\"]\nwhen = { months_after_start = 6 }"))]).unwrap();
    let scope = RuleScope { office: "vgz", act: "wlz", sector: "gz", date: "2022-01-01".parse().unwrap() };
    let check = rules.checks(scope).next().unwrap();
    assert_eq!((check.when, &*check.whom[0], check.source()), (When::MonthsAfterStart(6), "new", "design"));
    let mut trace = explain::Trace::new();
    let known = |value: u32| explain::Known { value, origin: check.origin() };
    trace.row(check).with("limit", &known(6)).with("given", &known(7)).gives(false);
    let facts = explain::Facts::new(&(), chrono::DateTime::UNIX_EPOCH);
    let explanation = trace.finish(&rules, &facts);
    let told = explanation.to_text(&rules, Language::Dutch).unwrap();
    assert_eq!(told, "1. [REG-04] Hoogstens 6: 7. Voldoet: nee. (design)\n");
    // The same years later, from the archive that is kept with the decision.
    let archived = Rules::from_archive(&rules.archive(), &SCHEMA).unwrap();
    assert_eq!(explanation.to_text(&archived, Language::Dutch).unwrap(), told);
}

#[test]
fn everything_wrong_with_a_row_is_said_with_its_line() {
    let faults = |text: String| {
        let faults = load(&[("a.toml", text)]).unwrap_err().0;
        faults.into_iter().map(|fault| format!("{}: {}", fault.line, fault.message)).collect::<Vec<_>>()
    };
    let all = age("age", "for = [\"nobody\"]\nunknown = 1\nif = \"flag\"\nwhen = \"tomorrow\"")
        .replace("limit = 6", "limit = \"6\"");
    let found = faults(all.replace("\"incorrect\"", "\"bad\"").replace("{given}", "{giver}"));
    for wanted in [
        "nobody",
        "unknown key \"unknown\"",
        "if names a fact",
        "when is registration",
        "ground is one of",
        "{giver}",
        "expected a whole number",
    ] {
        assert!(found.iter().any(|fault| fault.contains(wanted)), "{wanted}: {found:#?}");
    }
    assert!(faults(age("age", "") + &age("age", ""))[0].contains("given twice"));
    assert!(
        faults(row("key = \"k\"\nfrom = 2022-01-01\ntest = \"handed_in\"\nfact = \"f\""))[0]
            .contains("handed_in reads no fact")
    );
    let nobody = Schema { checks: None, ..SCHEMA };
    let file = RuleFile { name: "a.toml".to_owned(), text: age("age", "") };
    assert!(Rules::load(vec![file], &nobody).unwrap_err().0[0].message.contains("no checks"));
}
