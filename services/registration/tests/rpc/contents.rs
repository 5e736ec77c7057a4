//! What registrations say: everything that is asked, and changes of it.

use std::sync::LazyLock;

use calendar::amsterdam_date;
use contract::registration::{self as proto, Category, answer::Value};
use explain::{RuleFile, Rules};
use registration::{convert, domain, rules, sample::Sample};

use crate::support::World;

static BUILT_IN: LazyLock<Rules> = LazyLock::new(|| {
    let files = rules::FILES.iter().map(|(name, text)| RuleFile { name: (*name).into(), text: (*text).into() });
    Rules::load(files.collect(), &rules::SCHEMA).unwrap()
});

impl World {
    /// What a provider of a category says today in a round so that every requirement is met.
    pub fn content(&self, round: &proto::Round, category: Category) -> proto::Content {
        self.content_with(round, category, &[])
    }

    /// The same with modules.
    pub fn content_with(&self, round: &proto::Round, category: Category, modules: &[&str]) -> proto::Content {
        let round = domain::Round {
            round_id: round.round_id.clone(),
            office: round.office.parse().unwrap(),
            sector: edge::Sector::from_proto(round.sector).unwrap(),
            year: round.year,
        };
        let sample = Sample {
            round: &round,
            category: domain::Category::from_proto(category.into()).unwrap(),
            kvk: "12345678".parse().unwrap(),
            region: "5508".parse().unwrap(),
            products: &["Z053", "H300"],
            modules,
            received: amsterdam_date(self.clock.now()),
        };
        convert::content(&sample.content(&BUILT_IN)).unwrap()
    }
}

/// The same without a document.
pub fn without(mut content: proto::Content, kind: &str) -> proto::Content {
    let before = content.documents.len();
    content.documents.retain(|document| document.kind != kind);
    assert_eq!(content.documents.len() + 1, before, "{kind}");
    content
}

/// The same without any document.
pub fn empty(content: proto::Content) -> proto::Content {
    proto::Content { documents: Vec::new(), ..content }
}

/// The same with a fact of a document, or of the questionnaire (`registration`).
pub fn with(mut content: proto::Content, about: &str, fact: &str, value: Value) -> proto::Content {
    let answers = match about {
        "registration" => &mut content.answers,
        kind => &mut content.documents.iter_mut().find(|document| document.kind == kind).unwrap().answers,
    };
    answers.retain(|answer| answer.fact != fact);
    answers.push(answer(fact, value));
    answers.sort_by(|one, other| one.fact.cmp(&other.fact));
    content
}

/// A document of a registration.
pub fn taken(content: &proto::Content, kind: &str) -> proto::Document {
    content.documents.iter().find(|document| document.kind == kind).unwrap().clone()
}

pub fn answer(fact: &str, value: Value) -> proto::Answer {
    proto::Answer { fact: fact.to_owned(), value: Some(value) }
}

/// A document that shows nothing.
pub fn document(kind: &str) -> proto::Document {
    proto::Document { kind: kind.to_owned(), content_sha256: vec![7; 32], answers: Vec::new() }
}
