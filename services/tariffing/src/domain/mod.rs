//! Tariffs and percentages.

pub mod homecare;
pub mod table;

use std::fmt;

use chrono::NaiveDate;
use edge::{Office, Sector};
use identifiers::Agb;
use money::{Decimal, Money, Percentage};
use serde::{Deserialize, Serialize};

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

/// A step up or down from the starting percentage.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Adjustment {
    /// What it is for.
    pub theme: String,
    /// Percentage points; negative lowers.
    pub points: Decimal,
    /// Why it is granted.
    pub motivation: String,
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
pub struct AgreedPercentage {
    /// Whose, and for which year.
    pub subject: Subject,
    /// The percentage, two decimals.
    pub percentage: Percentage,
    /// The tariffs that follow; empty where only the percentage is asked.
    pub tariffs: Vec<ProductTariff>,
    /// The decision.
    pub decision_id: String,
}
