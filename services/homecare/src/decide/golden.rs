//! What is told of each rule of home care, kept as golden files in both languages: so that a person can follow it with the
//! policy at hand.

mod offers;
mod year;

use chrono::{DateTime, Utc};
use explain::{Facts, Language, RuleFile, Rules, Trace};
use money::{Decimal, Money};
use serde::Serialize;

use crate::{domain::ProviderYear, replay::replay, rules};

/// The built-in rules, with a product on each of the lists that no source states (HOM-10, HOM-11, HOM-12).
fn rules() -> Rules {
    let mut codes = ["1901", "1902", "1903"].into_iter();
    let mut files = Vec::new();
    for (name, text) in rules::FILES {
        let mut text = (*text).to_owned();
        if *name == "consumption.toml" {
            for code in codes.by_ref() {
                let value = format!("values = [{{ from = 2024-01-01, value = [\"{code}\"] }}]");
                text = text.replacen("unset = true", &value, 1);
            }
        }
        files.push(RuleFile { name: (*name).into(), text });
    }
    Rules::load(files, &rules::SCHEMA).unwrap()
}

fn of(year: i32) -> ProviderYear {
    ProviderYear { office: "vgz".parse().unwrap(), agb: "41410001".parse().unwrap(), year }
}

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn cents(cents: i64) -> Money {
    Money::from_cents(cents)
}

fn hours(tenths: i64) -> Decimal {
    Decimal::new(tenths, 1)
}

/// Holds what is told of a decision against the golden file, and takes the decision again.
fn check<F: Serialize>(
    (name, kind): (&str, &str),
    (facts, as_of): (&F, DateTime<Utc>),
    decide: impl FnOnce(&F, &Rules, &mut Trace),
) {
    let rules = rules();
    let mut trace = Trace::new();
    decide(facts, &rules, &mut trace);
    let recorded = Facts::new(facts, as_of);
    let explanation = trace.finish(&rules, &recorded);
    let text = |language| explanation.to_text(&rules, language).unwrap();
    let told = format!("{kind}\n\n{}\n{}", text(Language::Dutch), text(Language::English));
    assert!(!told.contains('{'), "{told}");
    assert_eq!(replay(kind, recorded.json(), &rules.archive()).unwrap(), explanation.to_bytes());
    insta::with_settings!({ prepend_module_to_snapshot => false, snapshot_path => "golden/files" }, {
        insta::assert_snapshot!(name, told);
    });
}
