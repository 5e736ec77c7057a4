//! Reads the checks of a rule file.

use std::{ops::Range, sync::Arc};

use money::{Decimal, Money};
use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

use super::{
    check::{CHECK_INPUTS, Check, FactName, Fraction, Test, When},
    entry::Scope,
    read::{Reader, field_span},
    value::{local_time, text, texts},
};

const KEYS: &[&str] = &[
    "rule", "key", "office", "act", "sector", "from", "until", "for", "module", "products", "when", "about", "fact",
    "test", "limit", "of", "if", "unless", "ground", "source", "reading", "nl", "en", "note",
];

impl Reader<'_> {
    /// Reads one check, noting everything wrong with it.
    pub(super) fn check(&mut self, table: &DeTable<'_>, span: Range<usize>, sources: &[(String, String)]) {
        let Some(words) = self.schema.checks else {
            return self.fault(span, "this service has no checks".to_owned());
        };
        self.only(table, KEYS);
        let statement = self.statement(table, &span, sources, CHECK_INPUTS);
        let [about, ground] = ["about", "ground"].map(|key| self.required(table, &span, key));
        let whom = self.texts(table, "for");
        for unknown in whom.iter().filter(|word| !words.whom.contains(&word.as_ref())) {
            self.fault(
                field_span(table, "for", &span),
                format!("for is one of {}, not {unknown}", words.whom.join(", ")),
            );
        }
        if let Some(ground) = ground.as_deref().filter(|ground| !words.grounds.contains(ground)) {
            let message = format!("ground is one of {}, not {ground}", words.grounds.join(", "));
            self.fault(field_span(table, "ground", &span), message);
        }
        let (when, test) = (self.when(table, &span), self.test(table, &span));
        let fact = self.optional(table, "fact");
        if let Some(test) = &test {
            let (without, share) =
                (*test == Test::HandedIn, matches!(test, Test::ShareAtLeast(_) | Test::ShareAtMost(_)));
            if without == fact.is_some() || share != table.contains_key("of") {
                let message = "handed_in reads no fact, a share reads a fact and of, every other test a fact";
                self.fault(field_span(table, "test", &span), message.to_owned());
            }
        }
        let (only_if, unless) = (self.fact_name(table, "if"), self.fact_name(table, "unless"));
        let (Some(statement), Some(about), Some(ground), Some(when), Some(test)) =
            (statement, about, ground, when, test)
        else {
            return;
        };
        let check = Check {
            statement,
            whom,
            module: self.optional(table, "module").map(Into::into),
            products: self.texts(table, "products"),
            when,
            fact: FactName { about: about.into(), name: fact.unwrap_or_default().into() },
            of: self.optional(table, "of").map(Into::into),
            test,
            only_if,
            unless,
            ground: ground.into(),
        };
        self.content.checks.push(check);
    }

    /// Whom a statement is about.
    pub(super) fn scope(&mut self, table: &DeTable<'_>) -> Scope {
        Scope {
            office: self.optional(table, "office"),
            sector: self.optional(table, "sector"),
            act: self.optional(table, "act"),
        }
    }

    fn texts(&mut self, table: &DeTable<'_>, key: &str) -> Vec<Arc<str>> {
        let Some(field) = table.get(key) else { return Vec::new() };
        texts(field.get_ref()).unwrap_or_else(|| {
            self.fault(field.span(), format!("{key} is a list of texts"));
            Vec::new()
        })
    }

    /// A fact of a document or of the registration, written `document.fact`.
    fn fact_name(&mut self, table: &DeTable<'_>, key: &str) -> Option<FactName> {
        let text = self.optional(table, key)?;
        let name = fact_name(&text);
        if name.is_none() {
            self.fault(
                field_span(table, key, &(0..0)),
                format!("{key} names a fact, such as \"registration.starter\""),
            );
        }
        name
    }

    fn when(&mut self, table: &DeTable<'_>, span: &Range<usize>) -> Option<When> {
        let Some(field) = table.get("when") else { return Some(When::Registration) };
        let when = match field.get_ref() {
            DeValue::String(word) => match word.as_ref() {
                "registration" => Some(When::Registration),
                "care_start" => Some(When::CareStart),
                "asked" => Some(When::Asked),
                _ => None,
            },
            DeValue::Table(due) if due.len() == 1 => {
                due.iter().next().and_then(|(key, value)| match key.get_ref().as_ref() {
                    "months_after_start" => whole(value.get_ref()).map(When::MonthsAfterStart),
                    "until" => local_time(value.get_ref()).map(When::Until),
                    _ => None,
                })
            }
            _ => None,
        };
        if when.is_none() {
            let message = "when is registration, care_start, asked, { months_after_start = 6 } or { until = a moment }";
            self.fault(field_span(table, "when", span), message.to_owned());
        }
        when
    }

    fn test(&mut self, table: &DeTable<'_>, span: &Range<usize>) -> Option<Test> {
        let name = self.required(table, span, "test")?;
        match test(&name, table.get("limit").map(Spanned::get_ref)) {
            Ok(test) => Some(test),
            Err(expected) => {
                self.fault(field_span(table, "test", span), format!("test {name}: {expected}"));
                None
            }
        }
    }
}

/// A test by its name and limit, or what was expected instead.
fn test(name: &str, limit: Option<&DeValue<'_>>) -> Result<Test, &'static str> {
    let without = |test: Test| if limit.is_none() { Ok(test) } else { Err("takes no limit") };
    let count = || limit.and_then(whole).ok_or("expected a whole number as limit");
    let list = || limit.and_then(texts).ok_or("expected a list of texts as limit");
    let text = || limit.and_then(text);
    let number = || text().and_then(|text| Decimal::from_str_exact(text).ok()).ok_or("expected a number in quotes");
    let fraction = || text().and_then(fraction).ok_or("expected a fraction such as \"2/3\" as limit");
    match name {
        "handed_in" => without(Test::HandedIn),
        "given" => without(Test::Given),
        "yes" => without(Test::Yes),
        "no" => without(Test::No),
        "entity" => without(Test::Entity),
        "by_start" => without(Test::ByStart),
        "judged" => without(Test::Judged),
        "not_objected" => without(Test::NotObjected),
        "one_of" => list().map(Test::OneOf),
        "includes" => list().map(Test::Includes),
        "covers" => text().and_then(fact_name).map(Test::Covers).ok_or("expected document.fact as limit"),
        "months_old" => count().map(Test::MonthsOld),
        "years_old" => count().map(Test::YearsOld),
        "in_year" => limit.and_then(relative).map(Test::InYear).ok_or("expected a whole number such as -1 as limit"),
        "years" => years(limit).map(Test::Years).ok_or("expected whole numbers such as [-3, -2] as limit"),
        "at_least" => number().map(Test::AtLeast),
        "at_most" => number().map(Test::AtMost),
        "at_least_euro" => {
            let amount = text().and_then(|text| text.parse::<Money>().ok());
            amount.map(Test::AtLeastEuro).ok_or("expected an amount in quotes as limit")
        }
        "share_at_least" => fraction().map(Test::ShareAtLeast),
        "share_at_most" => fraction().map(Test::ShareAtMost),
        _ => Err("is none of the tests"),
    }
}

fn relative(value: &DeValue<'_>) -> Option<i32> {
    match value {
        DeValue::Integer(integer) if integer.radix() == 10 => integer.as_str().parse().ok(),
        _ => None,
    }
}

fn whole(value: &DeValue<'_>) -> Option<u32> {
    relative(value).and_then(|number| u32::try_from(number).ok())
}

fn years(limit: Option<&DeValue<'_>>) -> Option<Vec<i32>> {
    let Some(DeValue::Array(items)) = limit else { return None };
    items.iter().map(|item| relative(item.get_ref())).collect()
}

fn fraction(text: &str) -> Option<Fraction> {
    let (numerator, denominator) = text.split_once('/')?;
    let (numerator, denominator) = (numerator.parse().ok()?, denominator.parse().ok()?);
    (denominator > 0).then_some(Fraction { numerator, denominator })
}

fn fact_name(text: &str) -> Option<FactName> {
    let (about, name) = text.split_once('.')?;
    (!about.is_empty() && !name.is_empty()).then(|| FactName { about: about.into(), name: name.into() })
}
