//! Tariffs and percentages.

pub mod accounts;
mod approved;
mod figures;
pub mod hardship;
pub mod homecare;
mod mirror;
mod position;
mod proposal;
pub mod table;
pub mod volumes;

use std::{collections::BTreeMap, fmt};

use chrono::{DateTime, NaiveDate, Utc};
use edge::{Office, Sector};
use explain::RuleScope;
use identifiers::Agb;
use money::{Money, Percentage};
pub use position::{Basis, Finding, Grant, Position, Previous, Standing};
pub use proposal::{Consequence, Evaluation, Judged, Outcome, ProposalState, ResultAgreement, TariffProposal};
use serde::{Deserialize, Serialize};
pub use volumes::Volumes;

pub use approved::ApprovedCare;
pub use figures::{AnnualFigures, percent_of, ratio};
pub use mirror::{Comparison, FigureKind, FigureUnit, Mirror, MirrorFigure, NotCompared, PeerGroup, Place};

/// The maximum tariff (maximumtarief) of a product in a period.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MaximumTariff {
    /// The product code (prestatiecode).
    pub product: String,
    /// Its name.
    pub name: String,
    /// The sector.
    pub sector: Sector,
    /// Leveringsvorm.
    pub delivery_form: String,
    /// The time unit, two digits.
    pub unit: String,
    /// The maximum without NHC and NIC.
    pub maximum: Money,
    /// Normatieve huisvestingscomponent.
    pub nhc: Money,
    /// Normatieve inventariscomponent.
    pub nic: Money,
    /// The first day it is in force.
    pub first_day: NaiveDate,
    /// The last day; open when absent.
    pub last_day: Option<NaiveDate>,
    /// The version of the table it comes from.
    pub version: i64,
}

impl MaximumTariff {
    /// Whether it is in force on a day.
    pub fn covers(&self, date: NaiveDate) -> bool {
        self.first_day <= date && self.last_day.is_none_or(|last| date <= last)
    }
}

/// Whose percentage, and for which year.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Subject {
    /// The office.
    pub office: Office,
    /// The sector.
    pub sector: Sector,
    /// The provider.
    pub agb: Agb,
    /// The year.
    pub year: i32,
}

impl Subject {
    /// Where and when its rules are looked up: on the first day of the year.
    pub fn scope(&self) -> RuleScope<'_> {
        RuleScope {
            office: self.office.as_str(),
            act: self.sector.act().as_str(),
            sector: self.sector.as_str(),
            // Years are between 1900 and 2999 by the time they get here.
            date: NaiveDate::from_ymd_opt(self.year, 1, 1).unwrap_or_default(),
        }
    }
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} {} {}", self.office, self.sector, self.agb, self.year)
    }
}

/// The tariff of a product for one provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProductTariff {
    /// The product code.
    pub product: String,
    /// The time unit.
    pub unit: String,
    /// The part that follows the percentage.
    pub care_part: Money,
    /// The part for housing and inventory.
    pub housing_part: Money,
    /// Both together.
    pub tariff: Money,
    /// The first day.
    pub first_day: NaiveDate,
    /// The last day; open when absent.
    pub last_day: Option<NaiveDate>,
}

/// A percentage on record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    /// Its version for the provider, sector and year.
    pub version: i64,
    /// The first day it holds.
    pub from: NaiveDate,
    /// The percentage of the provider.
    pub percentage: Percentage,
    /// The delivery forms that have another one.
    pub forms: BTreeMap<String, Percentage>,
    /// What it rests on.
    pub basis: Basis,
    /// The decision.
    pub decision_id: String,
    /// When it was recorded.
    pub recorded: DateTime<Utc>,
}

impl Kept {
    /// The percentage of a delivery form.
    pub fn of_form(&self, form: &str) -> Percentage {
        self.forms.get(form).copied().unwrap_or(self.percentage)
    }

    /// The agreement of a day: the newest version that began by then.
    pub fn on(versions: &[Kept], day: NaiveDate) -> Option<&Kept> {
        versions.iter().filter(|kept| kept.from <= day).max_by_key(|kept| kept.version)
    }
}

/// A percentage on record, with whose it is and the tariffs that follow.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AgreedPercentage {
    /// Whose, and for which year.
    pub subject: Subject,
    /// What is on record.
    pub kept: Kept,
    /// The tariffs of the whole year; empty where only the percentage is asked.
    pub tariffs: Vec<ProductTariff>,
}
