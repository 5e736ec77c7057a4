//! What a registration can say: the facts, documents and modules that the rule files of its round know.

use std::collections::{BTreeMap, BTreeSet};

use explain::{FactName, FactType, Rules, Test};

use super::{checks, evidence::REGISTRATION, integrity, region::EXCEPTION};
use crate::domain::{Answers, Content, Document, Round};

/// Everything the checks of a round read.
struct Known<'a> {
    types: BTreeMap<(&'a str, &'a str), BTreeSet<&'static str>>,
    modules: BTreeSet<&'a str>,
    kinds: BTreeSet<&'a str>,
}

impl<'a> Known<'a> {
    fn of(round: &'a Round, rules: &'a Rules) -> Known<'a> {
        let mut known = Known { types: BTreeMap::new(), modules: BTreeSet::new(), kinds: BTreeSet::new() };
        known.reads(REGISTRATION, EXCEPTION, Some(FactType::Flag));
        for check in checks(round, rules) {
            let about = &*check.fact.about;
            known.modules.extend(check.module.as_deref());
            let flags = [&check.only_if, &check.unless];
            for FactName { about, name } in flags.into_iter().flatten() {
                known.reads(about, name, Some(FactType::Flag));
            }
            match &check.test {
                Test::Judged | Test::NotObjected => continue,
                Test::Covers(other) => known.reads(&other.about, &other.name, Some(FactType::List)),
                _ => {}
            }
            match &*check.fact.name {
                "" => drop(known.kinds.insert(about)),
                name => known.reads(about, name, check.test.fact_type()),
            }
            if let Some(of) = &check.of {
                known.reads(about, of, Some(FactType::Number));
            }
        }
        known
    }

    /// A fact that is read as a type; as any type when none is given.
    fn reads(&mut self, about: &'a str, name: &'a str, fact_type: Option<FactType>) {
        if about != REGISTRATION {
            self.kinds.insert(about);
        }
        let types = self.types.entry((about, name)).or_default();
        types.extend(fact_type.map(word));
    }

    fn answers(&self, about: &str, answers: &Answers, field: &str, wrong: &mut Vec<(String, String)>) {
        for (name, answer) in answers {
            let given = word(answer.fact_type());
            let problem = match self.types.get(&(about, name.as_str())) {
                None => format!("{name} is no fact that is asked of {about} in this round"),
                Some(types) if types.is_empty() || types.contains(given) => continue,
                Some(types) => {
                    let types: Vec<&str> = types.iter().copied().collect();
                    format!("{name} is {}, not {given}", types.join(" or "))
                }
            };
            wrong.push((format!("{field}[{name}]"), problem));
        }
    }

    fn documents(&self, documents: &[Document], field: &str, wrong: &mut Vec<(String, String)>) {
        for (index, document) in documents.iter().enumerate() {
            let field = format!("{field}[{index}]");
            if !self.kinds.contains(document.kind.as_str()) {
                let problem = format!("{} is no document that is asked for in this round", document.kind);
                wrong.push((format!("{field}.kind"), problem));
            } else {
                self.answers(&document.kind, &document.answers, &format!("{field}.answers"), wrong);
            }
        }
    }
}

fn word(fact_type: FactType) -> &'static str {
    match fact_type {
        FactType::Flag => "yes or no",
        FactType::Text => "a text",
        FactType::List => "a list",
        FactType::Date => "a date",
        FactType::Number => "a number",
        FactType::Money => "an amount",
    }
}

/// What a registration can't say in its round, by field of `prefix`: facts, documents and modules that no check reads,
/// and facts of another type.
pub fn violations(content: &Content, prefix: &str, round: &Round, rules: &Rules) -> Vec<(String, String)> {
    let known = Known::of(round, rules);
    let mut wrong = Vec::new();
    for (index, module) in content.modules.iter().enumerate() {
        if !known.modules.contains(module.as_str()) {
            wrong.push((format!("{prefix}.modules[{index}]"), format!("{module} is no module of this round")));
        }
    }
    known.answers(REGISTRATION, &content.answers, &format!("{prefix}.answers"), &mut wrong);
    known.documents(&content.documents, &format!("{prefix}.documents"), &mut wrong);
    let (first, last) = round.days();
    if content.start.is_some_and(|start| start < first || last < start) {
        wrong.push((format!("{prefix}.start_date"), format!("is not in {}, the year of the round", round.year)));
    }
    wrong
}

/// What the answer to a clarification can't say in its round, by field.
pub fn supplement_violations(
    (answers, documents): (&Answers, &[Document]),
    round: &Round,
    rules: &Rules,
) -> Vec<(String, String)> {
    let known = Known::of(round, rules);
    let mut wrong = Vec::new();
    known.answers(REGISTRATION, answers, "answers", &mut wrong);
    known.documents(documents, "documents", &mut wrong);
    wrong
}

/// What a review can't say of a document in its round, by field.
pub fn review_violations((kind, answers): (&str, &Answers), round: &Round, rules: &Rules) -> Vec<(String, String)> {
    let mut wrong = Vec::new();
    Known::of(round, rules).answers(kind, answers, "answers", &mut wrong);
    wrong
}

/// What the office can judge in a round.
pub fn judged_subjects(round: &Round, rules: &Rules) -> BTreeSet<String> {
    let judged = checks(round, rules).filter(|check| matches!(check.test, Test::Judged | Test::NotObjected));
    judged.map(|check| check.fact.name.to_string()).chain([integrity::SUBJECT.to_owned()]).collect()
}
