//! Granted lines and their credits.

use chrono::{DateTime, NaiveDate, Utc};
use identifiers::Agb;
use money::Money;
use serde::{Deserialize, Serialize};

/// The time unit of a day and a night (etmaal).
const DAY_AND_NIGHT: &str = "14";

/// Where a line is on record.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct LineKey {
    /// The service that holds it.
    pub service: String,
    /// Its file.
    pub file_id: String,
    /// Its number in the file.
    pub detail_number: i64,
}

/// A granted debit line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claim {
    /// Where it is on record.
    pub key: LineKey,
    /// When its file was received; with the key, the order in which lines were granted.
    pub granted_time: DateTime<Utc>,
    /// The provider.
    pub agb: Agb,
    /// The pseudonym of the client; empty for a person without citizen service number. Kept beside the lines of a
    /// decision, not in them: what a person is called changes with the keys, what was found does not.
    #[serde(skip)]
    pub client: String,
    /// The product.
    pub product: String,
    /// The first day of care.
    pub first_day: NaiveDate,
    /// The last day of care.
    pub last_day: NaiveDate,
    /// What was granted.
    pub granted: Money,
    /// The provider's reference.
    pub reference: String,
    /// The quantity, in the unit.
    pub quantity: i64,
    /// The time unit, two digits.
    pub unit: String,
    /// The function code of modular care (COD732-VEKT); 0 for none.
    pub function_code: i32,
    /// The care profile of a package (COD163-CIZ); 0 for none.
    pub care_profile: i32,
}

/// What part of the care of a client a line is, as far as lines tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// A package of the Wlz (ZZP or VPT) on each of its days.
    FullPackage,
    /// Modular care of the Wlz (MPT): a function without a package.
    Modular,
    /// Anything else: a package on some days only, a supplement, home care.
    Other,
}

impl Claim {
    /// The order in which lines were granted, the same whatever order they became known here in.
    pub fn order(&self) -> (DateTime<Utc>, &LineKey) {
        (self.granted_time, &self.key)
    }

    /// How many days it runs.
    pub fn days(&self) -> i64 {
        (self.last_day - self.first_day).num_days() + 1
    }

    /// Whether its quantity counts days and nights.
    pub fn counts_days(&self) -> bool {
        self.unit == DAY_AND_NIGHT
    }

    /// What part of the care of a client it is. A package counts as full when it is claimed for every day of its
    /// period: part-time stay may go together with modular care.
    pub fn part(&self) -> Part {
        match (self.care_profile, self.function_code) {
            (profile, _) if profile != 0 && self.counts_days() && self.quantity == self.days() => Part::FullPackage,
            (0, function) if function != 0 => Part::Modular,
            _ => Part::Other,
        }
    }

    /// Whether the Wlz pays it.
    pub fn is_wlz(&self) -> bool {
        self.key.service == "budget"
    }

    /// The minutes of care it states, where its unit is one of time worked; none otherwise.
    pub fn minutes(&self) -> Option<i64> {
        minutes(&self.unit).map(|unit| unit.saturating_mul(self.quantity))
    }
}

/// The minutes of a time unit (COD218-VEKT) of care by the hour; none for other units.
pub fn minutes(unit: &str) -> Option<i64> {
    match unit {
        "01" => Some(1),
        "02" => Some(15),
        "03" => Some(30),
        "04" => Some(60),
        "07" => Some(5),
        _ => None,
    }
}

/// A credit of a granted line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Credit {
    /// Where it is on record.
    pub key: LineKey,
    /// When its file was received.
    pub credited_time: DateTime<Utc>,
    /// The provider.
    pub agb: Agb,
    /// The reference of the line it takes back.
    pub reference: String,
}
