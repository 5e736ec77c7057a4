//! What a registration shows once everything is put together: what was handed in, what clarifications added, and what the
//! office found.

use std::{borrow::Cow, collections::BTreeMap};

use chrono::{DateTime, Utc};
use explain::{FactName, Known, Origin, Value};

use super::AssessmentFacts;
use crate::{
    NAME,
    domain::{Answer, Answers},
};

/// What facts of the questionnaire are about.
pub const REGISTRATION: &str = "registration";
/// What stands in an explanation where nothing was given.
const NOTHING: &str = "\u{2014}";

/// Facts as an assessment sees them.
#[derive(Debug)]
pub(super) struct Evidence {
    answers: Answers,
    documents: BTreeMap<String, Answers>,
    added: BTreeMap<String, DateTime<Utc>>,
}

impl Evidence {
    /// What the registration says, over it what clarifications that `count` added, over that what the office found.
    pub fn new(facts: &AssessmentFacts, count: impl Fn(usize) -> bool) -> Evidence {
        let (answers, documents) = (facts.content.answers.clone(), facts.content.handed_in());
        let mut evidence = Evidence { answers, documents, added: BTreeMap::new() };
        let counting = facts.clarifications.iter().enumerate().filter(|(index, _)| count(*index));
        for (_, clarification) in counting {
            let Some(supplement) = &clarification.supplement else { continue };
            evidence.answers.extend(supplement.answers.clone());
            for document in &supplement.documents {
                evidence.documents.insert(document.kind.clone(), document.answers.clone());
                evidence.added.extend(clarification.effect.answered.map(|time| (document.kind.clone(), time)));
            }
        }
        for review in &facts.reviews {
            if let Some(answers) = evidence.documents.get_mut(&review.kind) {
                answers.extend(review.answers.clone());
            }
        }
        evidence
    }

    /// Whether a document of a kind is there.
    pub fn has(&self, kind: &str) -> bool {
        self.documents.contains_key(kind)
    }

    /// When a document was added by a clarification.
    pub fn added(&self, kind: &str) -> Option<DateTime<Utc>> {
        self.added.get(kind).copied()
    }

    /// A fact of a document or of the questionnaire.
    pub fn fact(&self, about: &str, name: &str) -> Option<&Answer> {
        let answers = if about == REGISTRATION { Some(&self.answers) } else { self.documents.get(about) };
        answers?.get(name)
    }

    /// Whether a fact is a yes.
    pub fn is_yes(&self, fact: &FactName) -> bool {
        matches!(self.fact(&fact.about, &fact.name), Some(Answer::Yes(true)))
    }
}

/// A value of the registration as a step takes it in; a dash where nothing was given.
pub(super) fn given(facts: &AssessmentFacts, about: &str, name: &str, value: Option<Value>) -> Known<Value> {
    let name = if name.is_empty() { about.to_owned() } else { format!("{about}.{name}") };
    let origin = Origin::Fact { service: NAME.into(), name: Cow::Owned(name), as_of: facts.as_of };
    Known { value: value.unwrap_or_else(|| Value::Text(NOTHING.into())), origin }
}
