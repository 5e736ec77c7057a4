//! Registrations that meet every requirement of their round: for demos, benches and tests, of any year that has rule
//! files.

use std::collections::BTreeMap;

use chrono::{Days, NaiveDate};
use explain::{Check, FactName, Rules, Test, When};
use identifiers::{Kvk, Region};
use money::Decimal;
use sha2::{Digest, Sha256};

use crate::{
    decide,
    domain::{Answer, Answers, Category, Content, Document, Round},
};

/// Whose registration it is, for what, and when it is made.
#[derive(Clone, Debug)]
pub struct Sample<'a> {
    /// The round.
    pub round: &'a Round,
    /// The category of the provider.
    pub category: Category,
    /// The legal entity of the provider.
    pub kvk: Kvk,
    /// The region.
    pub region: Region,
    /// The products asked for.
    pub products: &'a [&'a str],
    /// The modules applied for.
    pub modules: &'a [&'a str],
    /// The day of receipt.
    pub received: NaiveDate,
}

impl Sample<'_> {
    /// A registration in which every test passes, each at its limit where it has one.
    pub fn content(&self, rules: &Rules) -> Content {
        let mut facts = Made::default();
        let checks = || decide::checks(self.round, rules).filter(|check| self.concerns(check));
        for check in checks() {
            self.meet(check, &mut facts);
        }
        // A fact that only has to be given may have got its type from another check by now.
        for check in checks().filter(|check| check.test == Test::Given) {
            facts.of(&check.fact).entry(check.fact.name.to_string()).or_insert(Answer::Text("gegeven".to_owned()));
        }
        for (check, other) in checks().filter_map(|check| match &check.test {
            Test::Covers(other) => Some((check, other)),
            _ => None,
        }) {
            let other = facts.of(other).entry(other.name.to_string()).or_insert(Answer::List(Vec::new())).clone();
            facts.of(&check.fact).entry(check.fact.name.to_string()).or_insert(other);
        }
        facts.into_content(self)
    }

    fn concerns(&self, check: &Check) -> bool {
        let whom = check.whom.is_empty() || check.whom.iter().any(|whom| **whom == *self.category.as_str());
        let module = check.module.as_ref().is_none_or(|module| self.modules.contains(&&**module));
        let asked = |product: &&str| decide::is_condition(check, product);
        let product = check.products.is_empty() || self.products.iter().any(asked);
        // What only holds for who says so is left out by not saying so.
        check.when == When::Registration && product && check.only_if.is_none() && whom && module
    }

    fn meet(&self, check: &Check, facts: &mut Made) {
        let (year, start) = (self.round.year, self.round.days().0);
        let list = |years: &[i32]| years.iter().map(|year| (self.round.year + year).to_string()).collect();
        let texts = |words: &[std::sync::Arc<str>]| words.iter().map(ToString::to_string).collect::<Vec<String>>();
        let answer = match &check.test {
            Test::HandedIn => {
                facts.of(&check.fact);
                return;
            }
            Test::Given | Test::Covers(_) | Test::Judged | Test::NotObjected => return,
            Test::Yes => Answer::Yes(true),
            Test::No => Answer::Yes(false),
            Test::OneOf(words) => Answer::Text(words.first().map(ToString::to_string).unwrap_or_default()),
            Test::Includes(words) => return facts.add(&check.fact, texts(words)),
            Test::Years(years) => return facts.add(&check.fact, list(years)),
            Test::Entity => Answer::Text(self.kvk.to_string()),
            Test::MonthsOld(_) | Test::YearsOld(_) => Answer::Date(self.received - Days::new(1)),
            Test::InYear(relative) => Answer::Date(NaiveDate::from_ymd_opt(year + relative, 1, 15).unwrap_or(start)),
            Test::ByStart => Answer::Date(start),
            Test::AtLeast(limit) | Test::AtMost(limit) => Answer::Number(*limit),
            Test::AtLeastEuro(limit) => Answer::Amount(*limit),
            Test::ShareAtLeast(limit) | Test::ShareAtMost(limit) => {
                if let Some(of) = &check.of {
                    let whole = Answer::Number(Decimal::from(limit.denominator));
                    facts.of(&check.fact).insert(of.to_string(), whole);
                }
                Answer::Number(Decimal::from(limit.numerator))
            }
        };
        facts.of(&check.fact).insert(check.fact.name.to_string(), answer);
    }
}

/// Facts made so far, by what they are about.
#[derive(Default)]
struct Made(BTreeMap<String, Answers>);

impl Made {
    fn of(&mut self, fact: &FactName) -> &mut Answers {
        self.0.entry(fact.about.to_string()).or_default()
    }

    fn add(&mut self, fact: &FactName, more: Vec<String>) {
        let list = self.of(fact).entry(fact.name.to_string()).or_insert(Answer::List(Vec::new()));
        if let Answer::List(list) = list {
            for text in more {
                if !list.contains(&text) {
                    list.push(text);
                }
            }
        }
    }

    fn into_content(mut self, sample: &Sample<'_>) -> Content {
        let owned = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
        let answers = self.0.remove(decide::REGISTRATION).unwrap_or_default();
        let documents = self.0.into_iter().map(|(kind, answers)| Document {
            content_sha256: hex::encode(Sha256::digest(&kind)),
            kind,
            answers,
        });
        Content {
            region: sample.region,
            products: owned(sample.products),
            modules: owned(sample.modules),
            start: None,
            answers,
            documents: documents.collect(),
            subcontractors: Vec::new(),
        }
    }
}
