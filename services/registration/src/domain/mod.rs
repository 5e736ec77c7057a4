//! Providers, rounds, registrations and agreements.

mod appeal;
mod codes;
mod content;
mod duty;
mod inquiry;
mod offer;
mod person;
mod registration;
mod verdict;

use calendar::Cutoff;
use chrono::{DateTime, NaiveDate, Utc};
use edge::{Act, Office, Sector};
use identifiers::{Agb, Kvk, Region};
use serde::{Deserialize, Serialize};

use crate::rules::Party;

pub use appeal::{Appeal, AppealKind, AppealState, ReportedSubcontractor, SubcontractorState};
pub use content::{Answer, Answers, Content, Document, Subcontractor};
pub use duty::{Due, Duty, DutyKind, DutyState};
pub use inquiry::{
    Clarification, Clarifying, Concern, Integrity, IntegrityCondition, IntegrityResult, Interview, InterviewGround,
    Judged, Judgement, Supplement,
};
pub use offer::{Award, Awarded, NotOpen, Offer, OfferState, OpenOffer, Refusal, RefusalGround, Terms, Windows};
pub use person::{Known, Person, Position, Tenure};
pub use registration::{Admissible, Assessable, Assessed, Category, Draft, Procedure, Registration, State, WrongState};
pub use verdict::{Ground, Reason, Verdict, Wait, Waiting};

/// A care provider (zorgaanbieder).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Provider {
    /// The AGB code it is known by.
    pub agb: Agb,
    /// The name.
    pub name: String,
    /// The KvK number of the legal entity.
    pub kvk: Kvk,
}

/// A purchasing round (inkoopronde): an office buys care of a sector for a year.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Round {
    /// The id.
    pub round_id: String,
    /// The office that buys.
    pub office: Office,
    /// The sector, and with it the act.
    pub sector: Sector,
    /// The year care is bought for.
    pub year: i32,
}

impl Round {
    /// The act under which the round buys.
    pub fn act(&self) -> Act {
        self.sector.act()
    }

    /// The first and the last day of the year.
    pub fn days(&self) -> (NaiveDate, NaiveDate) {
        days_of(self.year)
    }
}

/// The first and the last day of a year.
pub fn days_of(year: i32) -> (NaiveDate, NaiveDate) {
    // Years are between 1900 and 2999 by the time they get here, or one before.
    let day = |month, day| NaiveDate::from_ymd_opt(year, month, day).unwrap_or_default();
    (day(1, 1), day(12, 31))
}

/// An entry of a round's calendar.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Milestone {
    /// What it is, such as `registration`.
    pub name: &'static str,
    /// When it opens.
    pub opens: Option<DateTime<Utc>>,
    /// The last moment.
    pub until: DateTime<Utc>,
    /// What a stamp of exactly the last moment means.
    pub cutoff: Cutoff,
    /// The document and section that states it.
    pub source: String,
    /// Whom it binds.
    pub party: Party,
    /// What it is and what follows when it is missed, in Dutch.
    pub dutch: String,
    /// The same in English.
    pub english: String,
}

/// An agreement (overeenkomst), awarded here or recorded from elsewhere.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Agreement {
    /// The id.
    pub agreement_id: String,
    /// The office.
    pub office: Office,
    /// The sector, and with it the act.
    pub sector: Sector,
    /// The provider.
    pub agb: Agb,
    /// The region, where it is known.
    pub region: Option<Region>,
    /// The first day it runs.
    pub first_day: NaiveDate,
    /// The last day; open when absent.
    pub last_day: Option<NaiveDate>,
    /// The products awarded.
    pub products: Vec<String>,
    /// The first day care was claimed under it.
    pub claiming_since: Option<NaiveDate>,
    /// Whether an extension carries it beyond its first end.
    pub extended: bool,
    /// The modules awarded.
    pub modules: Vec<String>,
    /// Whether conditions came with it.
    pub conditional: bool,
    /// The last day it can be extended to.
    pub extension: Option<NaiveDate>,
    /// The registration it was awarded on.
    pub registration_id: Option<String>,
    /// When it was recorded.
    pub recorded: DateTime<Utc>,
}

impl Agreement {
    /// Whether it runs on any day between two, both included.
    pub fn runs_between(&self, first: NaiveDate, last: NaiveDate) -> bool {
        self.first_day <= last && self.last_day.is_none_or(|end| first <= end)
    }

    /// Whether it runs on a day.
    pub fn runs_on(&self, day: NaiveDate) -> bool {
        self.runs_between(day, day)
    }
}

/// What a case that screening decided means for the agreements with a provider under an act (SCR-07).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CaseMeasure {
    /// The case.
    pub case_id: String,
    /// The act.
    pub act: Act,
    /// Whether no new agreement is concluded.
    pub no_new_agreement: bool,
    /// From which day.
    pub first_day: NaiveDate,
    /// Until which.
    pub last_day: NaiveDate,
    /// The agreements that it ended.
    pub ended: Vec<String>,
    /// The decision.
    pub decision_id: String,
}
