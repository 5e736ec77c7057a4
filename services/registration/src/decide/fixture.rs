//! Facts and rules for the tests of the decisions.

use std::sync::LazyLock;

use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use edge::Sector;
use explain::{RuleFile, Rules};

use super::AssessmentFacts;
use crate::{
    domain::{Agreement, DocumentKind, Round},
    rules,
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

/// A registration for the Wlz round of 2022, two weeks before it closed, with nothing beside it.
pub fn wlz() -> AssessmentFacts {
    AssessmentFacts {
        round: round("vgz", Sector::Gz, 2022),
        agb: "41410001".parse().unwrap(),
        region: "5508".parse().unwrap(),
        received: utc("2021-07-16 10:00:00"),
        handed_in: Vec::new(),
        agreements: Vec::new(),
        as_of: utc("2021-08-02 08:00:00"),
    }
}

/// A registration for home care of 2024, on the first of June.
pub fn home_care() -> AssessmentFacts {
    AssessmentFacts {
        round: round("vgz", Sector::HomeCare, 2024),
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
        registration_id: None,
        recorded: utc("2020-01-01 00:00:00"),
    }
}

/// The class A documents of a new provider in a Wlz round.
pub const NEW: &[DocumentKind] = &[
    DocumentKind::BoardDeclaration,
    DocumentKind::Annex2Subcontracting,
    DocumentKind::KvkExtract,
    DocumentKind::UboExtract,
    DocumentKind::WtzaPermit,
    DocumentKind::VogRp,
    DocumentKind::Statutes,
    DocumentKind::LiabilityPolicy,
    DocumentKind::IgjQuestionnaire,
    DocumentKind::Organogram,
    DocumentKind::MissionAndStrategy,
    DocumentKind::CompanyPlan,
    DocumentKind::FinancialPlan,
];
