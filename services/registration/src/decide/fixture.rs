//! Facts and rules for the tests of the decisions.

use std::sync::LazyLock;

use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use edge::Sector;
use explain::{RuleFile, Rules, Test};

use super::{AssessmentFacts, REGISTRATION, checks};
use crate::{
    domain::{
        Agreement, Answer, Answers, Category, Content, Integrity, IntegrityResult, Interview, InterviewGround,
        Judgement, Procedure, Round,
    },
    rules,
    sample::Sample,
};

static BUILT_IN: LazyLock<Rules> = LazyLock::new(|| changed(|text| text.to_owned()));

pub fn built_in() -> &'static Rules {
    &BUILT_IN
}

/// The built-in rules with their text changed.
pub fn changed(change: impl Fn(&str) -> String) -> Rules {
    let files = rules::FILES.iter().map(|(name, text)| RuleFile { name: (*name).into(), text: change(text) });
    Rules::load(files.collect(), &rules::SCHEMA).unwrap()
}

/// The built-in rules with one parameter's value changed everywhere.
pub fn with(name: &str, value: &str, instead: &str) -> Rules {
    changed(|text| {
        let mut inside = false;
        let line = |line: &str| {
            if line.starts_with("name = ") {
                inside = line == format!("name = \"{name}\"");
            }
            let old = format!("value = {value}");
            if inside { line.replace(&old, &format!("value = {instead}")) } else { line.to_owned() }
        };
        text.lines().map(line).collect::<Vec<_>>().join("\n")
    })
}

pub fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

pub fn utc(text: &str) -> DateTime<Utc> {
    NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M:%S%.f").unwrap().and_utc()
}

pub fn round(office: &str, sector: Sector, year: i32) -> Round {
    Round { round_id: "round".to_owned(), office: office.parse().unwrap(), sector, year }
}

/// What a registration says that hands in nothing.
pub fn content() -> Content {
    Content {
        region: "5508".parse().unwrap(),
        products: vec!["Z053".to_owned(), "H300".to_owned()],
        modules: Vec::new(),
        start: None,
        answers: Answers::new(),
        documents: Vec::new(),
        subcontractors: Vec::new(),
    }
}

/// A registration for the Wlz round of 2022, two weeks before it closed, with nothing beside it.
pub fn wlz() -> AssessmentFacts {
    AssessmentFacts {
        round: round("vgz", Sector::Gz, 2022),
        agb: "41410001".parse().unwrap(),
        kvk: "12345678".parse().unwrap(),
        procedure: Procedure::Regular,
        begun: utc("2021-07-16 09:00:00"),
        received: utc("2021-07-16 10:00:00"),
        content: content(),
        clarifications: Vec::new(),
        reviews: Vec::new(),
        judgements: Default::default(),
        interview: None,
        integrity: None,
        agreements: Vec::new(),
        as_of: utc("2021-08-02 08:00:00"),
    }
}

/// A registration for home care of 2024, on the first of June.
pub fn home_care() -> AssessmentFacts {
    AssessmentFacts {
        round: round("vgz", Sector::HomeCare, 2024),
        begun: utc("2023-06-01 09:00:00"),
        received: utc("2023-06-01 10:00:00"),
        as_of: utc("2023-09-18 08:00:00"),
        ..wlz()
    }
}

/// An agreement of the sector of the facts, recorded long before.
pub fn agreement(facts: &AssessmentFacts, office: &str, first: &str, last: Option<&str>) -> Agreement {
    Agreement {
        agreement_id: format!("{office} {first}"),
        office: office.parse().unwrap(),
        sector: facts.round.sector,
        agb: facts.agb,
        region: None,
        first_day: day(first),
        last_day: last.map(day),
        products: Vec::new(),
        claiming_since: None,
        extended: false,
        modules: Vec::new(),
        conditional: false,
        extension: None,
        registration_id: None,
        recorded: utc("2020-01-01 00:00:00"),
    }
}

/// Facts as of the day a registration that meets everything was received.
fn meets_everything(facts: AssessmentFacts, category: Category) -> AssessmentFacts {
    let products: Vec<&str> = facts.content.products.iter().map(String::as_str).collect();
    let sample = Sample {
        round: &facts.round,
        category,
        kvk: facts.kvk,
        region: facts.content.region,
        products: &products,
        modules: &[],
        received: ::calendar::amsterdam_date(facts.received),
    };
    let content = sample.content(built_in());
    let agreements = match category {
        Category::ExistingRunning => vec![agreement(&facts, "vgz", "2021-01-01", Some("2024-12-31"))],
        Category::ExistingExpiring => vec![agreement(&facts, "vgz", "2021-01-01", Some("2021-12-31"))],
        Category::ExistingElsewhere => {
            let held = agreement(&facts, "cz", "2020-01-01", None);
            vec![Agreement { claiming_since: Some(day("2020-03-01")), ..held }]
        }
        Category::New => Vec::new(),
    };
    AssessmentFacts { content, agreements, interview: interview_with(&[]), ..facts }
}

/// A registration of each category in the round of 2022 that meets everything, the interview held.
pub fn complete(category: Category) -> AssessmentFacts {
    meets_everything(wlz(), category)
}

/// A registration for 2023 that meets everything.
pub fn complete_2023(category: Category) -> AssessmentFacts {
    let round = round("vgz", Sector::Gz, 2023);
    let received = utc("2022-07-16 10:00:00");
    meets_everything(AssessmentFacts { round, received, begun: received, as_of: received, ..wlz() }, category)
}

/// A registration for home care of 2024 that meets everything, screened and judged.
pub fn complete_home_care(category: Category) -> AssessmentFacts {
    let received = if category == Category::New { "2023-09-01 10:00:00" } else { "2023-06-01 10:00:00" };
    let facts = AssessmentFacts { received: utc(received), begun: utc(received), ..home_care() };
    let integrity = Integrity { due: day("2023-07-01"), result: IntegrityResult::NoObjection, conditions: Vec::new() };
    let judged = checks(&facts.round, built_in()).filter(|check| check.test == Test::Judged);
    let judgements = judged.map(|check| (check.fact.name.to_string(), Judgement::Positive)).collect();
    meets_everything(AssessmentFacts { integrity: Some(integrity), judgements, ..facts }, category)
}

/// An interview that gave these grounds.
pub fn interview_with(grounds: &[InterviewGround]) -> Option<Interview> {
    Some(Interview {
        held: day("2021-08-01"),
        location: "De Linde".to_owned(),
        grounds: grounds.to_vec(),
        motivation: "as in the minutes".to_owned(),
    })
}

/// The same without a document.
pub fn without(facts: &AssessmentFacts, kind: &str) -> AssessmentFacts {
    let mut facts = facts.clone();
    facts.content.documents.retain(|document| document.kind != kind);
    facts
}

/// The facts of a document, or of the questionnaire.
fn answers<'a>(facts: &'a mut AssessmentFacts, about: &str) -> Option<&'a mut Answers> {
    if about == REGISTRATION {
        return Some(&mut facts.content.answers);
    }
    let document = facts.content.documents.iter_mut().find(|document| document.kind == about)?;
    Some(&mut document.answers)
}

/// The same with another fact of a document, or of the questionnaire.
pub fn with_answer(facts: &AssessmentFacts, about: &str, name: &str, answer: Answer) -> AssessmentFacts {
    let mut facts = facts.clone();
    answers(&mut facts, about).expect(about).insert(name.to_owned(), answer);
    facts
}

/// The same without a fact.
pub fn removed(facts: &AssessmentFacts, about: &str, name: &str) -> AssessmentFacts {
    let mut facts = facts.clone();
    answers(&mut facts, about).expect(about).remove(name);
    facts
}

pub fn amount(text: &str) -> Answer {
    Answer::Amount(text.parse().unwrap())
}

pub fn number(number: i64) -> Answer {
    Answer::Number(number.into())
}
