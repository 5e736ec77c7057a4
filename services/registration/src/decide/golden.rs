//! Golden cases: decisions as a reader of the policy documents would check them. Each file under `snapshots` has a case
//! in a sentence, the facts that matter, what it comes to, and the steps with their sources in both languages.

mod categories;
mod clarifications;
mod deadlines;
mod documents;
mod grounds;
mod home_care;
mod integrity;
mod outcomes;
mod plan;

use std::{
    collections::BTreeSet,
    sync::{Mutex, PoisonError},
};

use ::calendar::{Cutoff, Deadline};
use chrono::{DateTime, TimeDelta, Utc};
use explain::{Explanation, Facts, IntoValue, Language, Rules, Step, Trace};

use super::{AssessmentFacts, REGISTRATION, assess, fixture::built_in};
use crate::{
    domain::{Agreement, Answer, Category, Procedure, Reason, Verdict},
    sample::Sample,
};

/// The cases written so far, since a second one of the same name would overwrite the first.
static WRITTEN: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());

/// An assessment, and what of it is written down.
struct Case<'a> {
    name: &'a str,
    title: &'a str,
    facts: AssessmentFacts,
    rules: &'a Rules,
    told: Vec<String>,
    rows: Vec<&'a str>,
}

/// A case of which every step is written down, unless [`Case::rows`] says which.
fn case<'a>(name: &'a str, title: &'a str, facts: AssessmentFacts) -> Case<'a> {
    Case { name, title, facts, rules: built_in(), told: Vec::new(), rows: Vec::new() }
}

impl<'a> Case<'a> {
    /// Decided under other rules, which the line tells.
    fn under(mut self, rules: &'a Rules, line: &str) -> Case<'a> {
        self.told.push(format!("rules: {line}"));
        self.rules = rules;
        self
    }

    /// Writes only the steps of these rows, each as `REG-04 kvk_extract_age`, and the last one. With a `!` before it a
    /// row must not have been tested.
    fn rows(mut self, rows: &[&'a str]) -> Case<'a> {
        self.rows.extend(rows);
        self
    }

    /// Tells a line.
    fn line(mut self, line: &str) -> Case<'a> {
        self.told.push(line.to_owned());
        self
    }

    /// Tells a fact of a document or of the questionnaire.
    fn fact(mut self, about: &str, name: &str) -> Case<'a> {
        let document = self.facts.content.documents.iter().find(|document| document.kind == about);
        let answers = if about == REGISTRATION {
            Some(&self.facts.content.answers)
        } else {
            document.map(|document| &document.answers)
        };
        let value = answers.and_then(|answers| answers.get(name));
        let value = value.map_or("not stated".to_owned(), |answer| answer.to_value().render(Language::English));
        self.told.push(format!("{about}.{name}: {value}"));
        self
    }

    /// Tells which documents there are.
    fn documents(mut self) -> Case<'a> {
        let kinds: Vec<&str> = self.facts.content.documents.iter().map(|document| document.kind.as_str()).collect();
        self.told.push(format!("documents: {}", or_none(&kinds.join(", "))));
        self
    }

    /// Tells the agreements on record.
    fn agreements(mut self) -> Case<'a> {
        let lines = self.facts.agreements.iter().map(agreement_line);
        let lines: Vec<String> = lines.collect();
        self.told.push(format!("agreements on record: {}", or_none(&lines.join("; "))));
        self
    }

    /// Tells what was judged, the interview and the integrity test.
    fn inquiries(mut self) -> Case<'a> {
        let judged = self.facts.judgements.iter();
        let judged: Vec<String> = judged.map(|(subject, judgement)| format!("{subject} {judgement}")).collect();
        if !judged.is_empty() {
            self.told.push(format!("judged: {}", judged.join(", ")));
        }
        if let Some(interview) = &self.facts.interview {
            let grounds: Vec<&str> = interview.grounds.iter().map(|ground| ground.as_str()).collect();
            let held = interview.held.to_value().render(Language::English);
            self.told.push(format!("interview: held {held}, grounds to reject: {}", or_none(&grounds.join(", "))));
        }
        if let Some(test) = &self.facts.integrity {
            let due = test.due.to_value().render(Language::English);
            let line = format!("integrity test: {}, due {due}, conditions: {}", test.result, test.conditions.len());
            self.told.push(line);
        }
        self
    }

    /// Tells the clarifications.
    fn clarifications(mut self) -> Case<'a> {
        for clarified in &self.facts.clarifications {
            let effect = &clarified.effect;
            let concerns: Vec<&str> = effect.concerns.iter().map(|concern| concern.as_str()).collect();
            let answered = effect.answered.map_or("not answered".to_owned(), |at| format!("answered {}", dutch(at)));
            let due = dutch(effect.due);
            self.told.push(format!("clarification: concerns {}, due {due}, {answered}", concerns.join(", ")));
        }
        self.told.push(format!("assessed: {}", dutch(self.facts.as_of)));
        self
    }

    /// Takes the decision and compares it with its file.
    fn golden(self) {
        let Case { name, title, facts, rules, told, rows } = self;
        let mut trace = Trace::new();
        let outcome = assess(&facts, rules, &mut trace).unwrap();
        let mut explanation = trace.finish(rules, &Facts::new(&facts, facts.as_of));
        for row in &rows {
            let (row, wanted) = row.strip_prefix('!').map_or((*row, true), |row| (row, false));
            let found = explanation.steps.iter().any(|step| is_of(step, row));
            assert_eq!(found, wanted, "{name}: {row}");
        }
        let last = explanation.steps.len() - 1;
        let mut number = 0;
        explanation.steps.retain(|step| {
            number += 1;
            rows.is_empty() || number > last || rows.iter().any(|row| is_of(step, row))
        });

        let round = &facts.round;
        let during = if facts.procedure == Procedure::MidYear { ", during the year" } else { "" };
        let mut lines = vec![
            format!("round: {} {} {}{during}", round.office, round.sector, round.year),
            format!("received: {}", dutch(facts.received)),
            format!("category: {}", outcome.category),
        ];
        lines.extend(told);
        let signals = outcome.signals.iter().map(|signal| format!("   told for the talk: {}", in_words(signal)));
        let comes_to = [verdict(&outcome.verdict)].into_iter().chain(signals).collect::<Vec<_>>().join("\n");
        write(name, title, &lines, &comes_to, (&explanation, rules));
    }
}

/// Compares a case with its file.
fn write(name: &str, title: &str, lines: &[String], comes_to: &str, (explanation, rules): (&Explanation, &Rules)) {
    let new = WRITTEN.lock().unwrap_or_else(PoisonError::into_inner).insert(name.to_owned());
    assert!(new, "two cases are named {name}");
    let (dutch, english) = (Language::Dutch, Language::English);
    let [dutch, english] = [dutch, english].map(|language| explanation.to_text(rules, language).unwrap());
    let lines = lines.join("\n");
    let text = format!("{title}\n\n{lines}\n\n=> {comes_to}\n\nNederlands\n{dutch}\nEnglish\n{english}");
    insta::with_settings!({ prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_snapshot!(name, text);
    });
}

/// Whether a step is of a row, which is a rule and the key of a text or a check; a check's has its scope behind it.
fn is_of(step: &Step, row: &str) -> bool {
    let key = step.text.split('@').next().unwrap_or_default();
    row == format!("{} {key}", step.rule)
}

fn verdict(verdict: &Verdict) -> String {
    let (what, reasons) = match verdict {
        Verdict::Admissible => return "admissible".to_owned(),
        Verdict::Waiting(waits) => {
            let waits = waits.iter().map(|waiting| format!("{} of {}", waiting.wait, waiting.subject));
            ("waiting for", waits.collect::<Vec<_>>())
        }
        Verdict::NotConsidered(reasons) => ("not considered", reasons.iter().map(in_words).collect()),
        Verdict::Rejected(reasons) => ("rejected", reasons.iter().map(in_words).collect()),
    };
    format!("{what}\n   {}", reasons.join("\n   "))
}

fn in_words(reason: &Reason) -> String {
    format!("{} {} {} ({})", reason.rule, reason.code, reason.subject, reason.ground)
}

fn agreement_line(agreement: &Agreement) -> String {
    let Agreement { office, first_day, last_day, claiming_since, extended, .. } = agreement;
    let last = last_day.map_or("open".to_owned(), |day| day.to_string());
    let claims = claiming_since.map_or(String::new(), |day| format!(", claims since {day}"));
    let extended = if *extended { ", by an extension" } else { "" };
    format!("{office} {first_day} to {last}{extended}{claims}")
}

fn or_none(text: &str) -> &str {
    if text.is_empty() { "none" } else { text }
}

/// The time in the Netherlands. An hour that comes twice is told as summer time first, then as winter time.
fn dutch(moment: DateTime<Utc>) -> String {
    let at = |hours| moment.naive_utc() + TimeDelta::hours(hours);
    let is = |hours| Deadline { local: at(hours), cutoff: Cutoff::Inclusive }.moment() == moment;
    let winter = !is(2) && is(1);
    let local = at(if winter { 1 } else { 2 });
    format!("{} Dutch time ({} UTC)", local.format("%Y-%m-%d %H:%M:%S"), moment.format("%H:%M:%S"))
}

/// The same, with what meets every requirement on the day of receipt, and the modules.
fn anew(facts: AssessmentFacts, category: Category, modules: &[&str]) -> AssessmentFacts {
    let products: Vec<&str> = facts.content.products.iter().map(String::as_str).collect();
    let sample = Sample {
        round: &facts.round,
        category,
        kvk: facts.kvk,
        region: facts.content.region,
        products: &products,
        modules,
        received: ::calendar::amsterdam_date(facts.received),
    };
    let content = sample.content(built_in());
    AssessmentFacts { content, ..facts }
}

fn yes() -> Answer {
    Answer::Yes(true)
}

fn no() -> Answer {
    Answer::Yes(false)
}

fn text(text: &str) -> Answer {
    Answer::Text(text.to_owned())
}

fn list(texts: &[&str]) -> Answer {
    Answer::List(texts.iter().map(|text| (*text).to_owned()).collect())
}

/// A number with two decimals.
fn hundredths(number: i64) -> Answer {
    Answer::Number(money::Decimal::new(number, 2))
}
