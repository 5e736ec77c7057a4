//! Facts and what holds them, between the contract and the domain.

use contract::{common, registration as proto};
use edge::{EdgeError, Fields, to_proto};
use identifiers::{Kvk, Region};

use super::products;
use crate::domain::{Answer, Answers, Content, Document, Subcontractor};

/// More documents than this are no registration.
const MOST_DOCUMENTS: usize = 200;
/// More facts than this are asked by no round.
const MOST_ANSWERS: usize = 2_000;
/// More subcontractors than this have no share worth the name.
const MOST_SUBCONTRACTORS: usize = 2_000;
/// Decimals of a number in a questionnaire.
const DIGITS: u32 = 6;

/// What a registration says.
pub(super) fn content(fields: &mut Fields, field: &str, content: Option<&proto::Content>) -> Option<Content> {
    let content = fields.required(field, content)?;
    let within = |name: &str| format!("{field}.{name}");
    let region = fields.parse::<Region>(&within("region"), &content.region);
    let products = products(fields, &within("products"), &content.products);
    let start = fields.optional_date(&within("start_date"), content.start_date.as_ref());
    let answers = answers(fields, &within("answers"), &content.answers);
    let documents = documents(fields, &within("documents"), &content.documents);
    let subcontractors = subcontractors(fields, &within("subcontractors"), &content.subcontractors);
    for (index, module) in content.modules.iter().enumerate() {
        let first = !content.modules[..index].contains(module);
        fields.check(first, &format!("{field}.modules[{index}]"), "is named before");
    }
    Some(Content {
        region: region?,
        products: products?,
        modules: content.modules.clone(),
        start: start?,
        answers: answers?,
        documents: documents?,
        subcontractors: subcontractors?,
    })
}

/// What can be read of a registration that has faults, so that those the rule files tell are named with the others.
/// Whatever can't be read is left out; what is in a list keeps its place.
pub fn readable(content: &proto::Content) -> Option<Content> {
    let any_region = Region::list().first()?.region;
    let document = |document: &proto::Document| Document {
        kind: document.kind.clone(),
        content_sha256: String::new(),
        answers: readable_answers(&document.answers),
    };
    Some(Content {
        region: any_region,
        products: Vec::new(),
        modules: content.modules.clone(),
        start: Fields::new().optional_date("", content.start_date.as_ref()).flatten(),
        answers: readable_answers(&content.answers),
        documents: content.documents.iter().take(MOST_DOCUMENTS).map(document).collect(),
        subcontractors: Vec::new(),
    })
}

fn readable_answers(answers: &[proto::Answer]) -> Answers {
    let read = answers.iter().take(MOST_ANSWERS).filter_map(|given| {
        let value = answer(&mut Fields::new(), "", given.value.as_ref())?;
        (!given.fact.is_empty()).then(|| (given.fact.clone(), value))
    });
    read.collect()
}

/// Facts, each once.
pub(super) fn answers(fields: &mut Fields, field: &str, answers: &[proto::Answer]) -> Option<Answers> {
    fields.check(answers.len() <= MOST_ANSWERS, field, format!("are more than {MOST_ANSWERS}"))?;
    let mut read = Answers::new();
    let mut all = true;
    for (index, given) in answers.iter().enumerate() {
        let field = format!("{field}[{index}]");
        let name = fields.text(&format!("{field}.fact"), &given.fact);
        let value = answer(fields, &field, given.value.as_ref());
        match (name, value) {
            (Some(name), Some(value)) => {
                let first = read.insert(name, value).is_none();
                all &= fields.check(first, &format!("{field}.fact"), "is given before").is_some();
            }
            _ => all = false,
        }
    }
    all.then_some(read)
}

fn answer(fields: &mut Fields, field: &str, value: Option<&proto::answer::Value>) -> Option<Answer> {
    use proto::answer::Value;
    match fields.required(&format!("{field}.value"), value)? {
        Value::Yes(yes) => Some(Answer::Yes(*yes)),
        Value::Text(text) => fields.text(&format!("{field}.text"), text).map(Answer::Text),
        Value::List(list) => {
            let texts = list.values.iter().enumerate();
            let texts: Vec<Option<String>> =
                texts.map(|(index, text)| fields.text(&format!("{field}.list.values[{index}]"), text)).collect();
            texts.into_iter().collect::<Option<Vec<String>>>().map(Answer::List)
        }
        Value::Date(date) => fields.date(&format!("{field}.date"), Some(date)).map(Answer::Date),
        Value::Number(number) => fields.decimal(&format!("{field}.number"), Some(number), DIGITS).map(Answer::Number),
        Value::Amount(amount) => fields.money(&format!("{field}.amount"), Some(amount)).map(Answer::Amount),
    }
}

/// Documents, each kind once.
pub(super) fn documents(fields: &mut Fields, field: &str, documents: &[proto::Document]) -> Option<Vec<Document>> {
    fields.check(documents.len() <= MOST_DOCUMENTS, field, format!("are more than {MOST_DOCUMENTS}"))?;
    let read = documents.iter().enumerate().map(|(index, document)| {
        let field = format!("{field}[{index}]");
        let kind = fields.text(&format!("{field}.kind"), &document.kind);
        let first = !documents[..index].iter().any(|earlier| earlier.kind == document.kind);
        let first = fields.check(first, &format!("{field}.kind"), "is handed in before");
        let sized = document.content_sha256.len() == 32;
        let sized = fields.check(sized, &format!("{field}.content_sha256"), "expected 32 bytes");
        let answers = answers(fields, &format!("{field}.answers"), &document.answers);
        first.and(sized)?;
        Some(Document { kind: kind?, content_sha256: hex::encode(&document.content_sha256), answers: answers? })
    });
    // Every one is read, so that everything wrong is named.
    let read: Vec<Option<Document>> = read.collect();
    read.into_iter().collect()
}

fn subcontractors(
    fields: &mut Fields,
    field: &str,
    subcontractors: &[proto::Subcontractor],
) -> Option<Vec<Subcontractor>> {
    fields.check(subcontractors.len() <= MOST_SUBCONTRACTORS, field, format!("are more than {MOST_SUBCONTRACTORS}"))?;
    let read = subcontractors.iter().enumerate();
    let read = read.map(|(index, given)| subcontractor(fields, &format!("{field}[{index}]"), given));
    let read: Vec<Option<Subcontractor>> = read.collect();
    read.into_iter().collect()
}

/// A subcontractor.
pub(super) fn subcontractor(fields: &mut Fields, field: &str, given: &proto::Subcontractor) -> Option<Subcontractor> {
    let name = fields.text(&format!("{field}.name"), &given.name);
    let kvk = fields.parse::<Kvk>(&format!("{field}.kvk"), &given.kvk);
    let share = share(fields, &format!("{field}.share_percent"), given.share_percent.as_ref());
    Some(Subcontractor { name: name?, kvk: kvk?, share: share?, self_employed: given.self_employed })
}

/// A subcontractor for the contract.
pub(super) fn subcontractor_out(given: &Subcontractor) -> proto::Subcontractor {
    proto::Subcontractor {
        name: given.name.clone(),
        kvk: given.kvk.to_string(),
        share_percent: to_proto::decimal(given.share),
        self_employed: given.self_employed,
    }
}

/// A share of production, 0 to 100 percent.
fn share(fields: &mut Fields, field: &str, share: Option<&common::Decimal>) -> Option<money::Decimal> {
    let share = fields.decimal(field, share, DIGITS)?;
    let within = share >= money::Decimal::ZERO && share <= money::Decimal::ONE_HUNDRED;
    fields.check(within, field, "expected 0 to 100")?;
    Some(share)
}

/// What a registration says, for the contract.
///
/// # Errors
/// [`EdgeError::Stored`] when a fingerprint can't be read.
pub fn content_out(content: &Content) -> Result<proto::Content, EdgeError> {
    Ok(proto::Content {
        region: content.region.to_string(),
        products: content.products.clone(),
        modules: content.modules.clone(),
        start_date: content.start.and_then(to_proto::date),
        answers: answers_out(&content.answers),
        documents: documents_out(&content.documents)?,
        subcontractors: content.subcontractors.iter().map(subcontractor_out).collect(),
    })
}

/// Documents for the contract.
///
/// # Errors
/// [`EdgeError::Stored`] when a fingerprint can't be read.
pub(super) fn documents_out(documents: &[Document]) -> Result<Vec<proto::Document>, EdgeError> {
    let document = |document: &Document| {
        Ok(proto::Document {
            kind: document.kind.clone(),
            content_sha256: hex::decode(&document.content_sha256)
                .map_err(|_| EdgeError::Stored("a fingerprint".to_owned()))?,
            answers: answers_out(&document.answers),
        })
    };
    documents.iter().map(document).collect()
}

/// Facts for the contract, by name.
pub(super) fn answers_out(answers: &Answers) -> Vec<proto::Answer> {
    use proto::answer::Value;
    let value = |answer: &Answer| match answer {
        Answer::Yes(yes) => Some(Value::Yes(*yes)),
        Answer::Text(text) => Some(Value::Text(text.clone())),
        Answer::List(list) => Some(Value::List(proto::Texts { values: list.clone() })),
        Answer::Date(date) => to_proto::date(*date).map(Value::Date),
        Answer::Number(number) => to_proto::decimal(*number).map(Value::Number),
        Answer::Amount(amount) => to_proto::money(*amount).map(Value::Amount),
    };
    answers.iter().map(|(fact, answer)| proto::Answer { fact: fact.clone(), value: value(answer) }).collect()
}
