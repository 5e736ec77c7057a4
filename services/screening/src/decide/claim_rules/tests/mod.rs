//! Cases of the claim rules, just inside and just outside. Whatever is found is found again from what it rests on.

mod client;
mod doubles;
mod homecare;
mod longterm;
mod reach;
mod told;

use chrono::{DateTime, NaiveDate};
use explain::{Facts, RuleFile, Rules, Trace};
use money::Money;

use super::*;
use crate::{
    domain::{Claim, FactKind, LineKey, Statement},
    rules,
};

/// A day such as `2024-03-01`.
fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// The built-in rules with values for parameters that no source states.
fn set(values: &[(&str, &str)]) -> Rules {
    let mut files: Vec<RuleFile> =
        rules::FILES.iter().map(|(name, text)| RuleFile { name: (*name).into(), text: (*text).into() }).collect();
    for (name, value) in values {
        let marked = format!("name = \"{name}\"");
        let file = files.iter_mut().find(|file| file.text.contains(&marked)).unwrap();
        let (before, after) = file.text.split_at(file.text.find(&marked).unwrap());
        let stated = format!("values = [{{ from = 2020-01-01, value = {value} }}]");
        file.text = format!("{before}{}", after.replacen("unset = true", &stated, 1));
    }
    Rules::load(files, &rules::SCHEMA).unwrap()
}

/// A line of the Wlz of provider 41410001, for each of its days, of EUR 10 a day.
fn line(number: i64, product: &str, first: &str, last: &str) -> Claim {
    let (first_day, last_day) = (day(first), day(last));
    let days = (last_day - first_day).num_days() + 1;
    Claim {
        key: LineKey { service: "budget".to_owned(), file_id: format!("F{}", number / 3), detail_number: number },
        granted_time: DateTime::from_timestamp(1_717_236_000 + number, 0).unwrap(),
        agb: "41410001".parse().unwrap(),
        client: String::new(),
        product: product.to_owned(),
        first_day,
        last_day,
        granted: Money::from_cents(1_000 * days),
        reference: format!("R{number}"),
        quantity: days,
        unit: "14".to_owned(),
        function_code: 0,
        care_profile: 0,
    }
}

/// A full package.
fn package(number: i64, product: &str, first: &str, last: &str) -> Claim {
    Claim { care_profile: 53, ..line(number, product, first, last) }
}

/// Modular care.
fn modular(number: i64, product: &str, first: &str, last: &str) -> Claim {
    Claim { function_code: 31, unit: "04".to_owned(), ..line(number, product, first, last) }
}

/// An hour of home care for each day.
fn home(number: i64, agb: &str, first: &str, last: &str) -> Claim {
    let line = line(number, "1000", first, last);
    let key = LineKey { service: "homecare".to_owned(), ..line.key };
    Claim { key, agb: agb.parse().unwrap(), unit: "04".to_owned(), ..line }
}

/// A fact about the client; open when there is no last day.
fn fact(kind: FactKind, value: &str, first: &str, last: &str) -> Statement {
    Statement {
        kind,
        fact_id: format!("{}-{first}-{value}", kind.as_str()),
        subject: String::new(),
        first_day: day(first),
        last_day: last.parse().ok(),
        value: value.to_owned(),
        stated_time: DateTime::from_timestamp(1_717_236_000, 0).unwrap(),
        source: "a test".to_owned(),
    }
}

/// The same about something else.
fn about(subject: &str, fact: Statement) -> Statement {
    Statement { subject: subject.to_owned(), ..fact }
}

fn history(lines: &[Claim], facts: &[Statement]) -> ClientHistory {
    let office = "vgz".parse().unwrap();
    ClientHistory { office, client: "a client".to_owned(), lines: lines.to_vec(), facts: facts.to_vec() }
}

/// Finds, and finds again from what was found.
fn found(rules: &Rules, lines: &[Claim], facts: &[Statement]) -> Vec<Finding> {
    let history = history(lines, facts);
    let found = of_client(&history, rules);
    for finding in &found {
        let facts = FindingFacts::of_client(&history.office, &history.client, finding);
        let kept = Facts::new(&facts, facts.as_of());
        let mut trace = Trace::new();
        again(finding.rule, &Facts::read(kept.json()).unwrap(), rules, &mut trace).unwrap();
        let told = |trace: Trace| trace.finish(rules, &kept).to_bytes();
        assert_eq!(told(trace), told(finding.trace.clone()), "{}", finding.rule);
    }
    found
}

/// What is found: the rule, the references of the lines, the days it is about, and the eurocents at stake.
fn told(rules: &Rules, lines: &[Claim], facts: &[Statement]) -> Vec<(&'static str, String, String, i64)> {
    let tell = |finding: Finding| {
        let references: Vec<&str> = finding.lines.iter().map(|line| line.reference.as_str()).collect();
        let days = format!("{} {}", finding.first_day, finding.last_day);
        (finding.rule, references.join(" "), days, finding.at_stake.cents())
    };
    found(rules, lines, facts).into_iter().map(tell).collect()
}

fn one(rule: &'static str, lines: &str, days: &str, cents: i64) -> Vec<(&'static str, String, String, i64)> {
    vec![(rule, lines.to_owned(), days.to_owned(), cents)]
}
