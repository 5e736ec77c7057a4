//! What a registration says: facts, documents, products, subcontractors.

use std::{collections::BTreeMap, sync::Arc};

use chrono::NaiveDate;
use explain::{FactType, IntoValue, Value};
use identifiers::{Kvk, Region};
use money::{Decimal, Money};
use serde::{Deserialize, Serialize};

/// A fact that a provider states or a document shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    /// Yes or no.
    Yes(bool),
    /// A text or a code.
    Text(String),
    /// Several texts.
    List(Vec<String>),
    /// A date.
    Date(NaiveDate),
    /// A number.
    Number(Decimal),
    /// An amount.
    Amount(Money),
}

impl Answer {
    /// What kind of value it is.
    pub fn fact_type(&self) -> FactType {
        match self {
            Answer::Yes(_) => FactType::Flag,
            Answer::Text(_) => FactType::Text,
            Answer::List(_) => FactType::List,
            Answer::Date(_) => FactType::Date,
            Answer::Number(_) => FactType::Number,
            Answer::Amount(_) => FactType::Money,
        }
    }
}

impl IntoValue for Answer {
    fn to_value(&self) -> Value {
        match self {
            Answer::Yes(yes) => yes.to_value(),
            Answer::Text(text) => text.to_value(),
            Answer::List(list) => Value::Text(Arc::from(list.join(", "))),
            Answer::Date(date) => date.to_value(),
            Answer::Number(number) => number.to_value(),
            Answer::Amount(amount) => amount.to_value(),
        }
    }
}

/// Facts by their names.
pub type Answers = BTreeMap<String, Answer>;

/// A document as handed in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Document {
    /// What it is: one of the kinds of the rule files.
    pub kind: String,
    /// The fingerprint of its content, in hexadecimal.
    pub content_sha256: String,
    /// What it shows.
    pub answers: Answers,
}

/// Somebody who delivers care for the provider.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Subcontractor {
    /// The name.
    pub name: String,
    /// The KvK number.
    pub kvk: Kvk,
    /// Its share of production, in percent.
    pub share: Decimal,
    /// Whether it is one person without staff (zzp).
    pub self_employed: bool,
}

/// What a registration says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Content {
    /// The region it is for.
    pub region: Region,
    /// The products asked for.
    pub products: Vec<String>,
    /// The modules applied for.
    pub modules: Vec<String>,
    /// The day the agreement is to start; the first of the year of the round when absent.
    pub start: Option<NaiveDate>,
    /// The answers of the questionnaire.
    pub answers: Answers,
    /// The documents, each kind once.
    pub documents: Vec<Document>,
    /// Who delivers care for the provider.
    pub subcontractors: Vec<Subcontractor>,
}

impl Content {
    /// The documents with what they show, by kind.
    pub fn handed_in(&self) -> BTreeMap<String, Answers> {
        let documents = self.documents.iter();
        documents.map(|document| (document.kind.clone(), document.answers.clone())).collect()
    }
}
