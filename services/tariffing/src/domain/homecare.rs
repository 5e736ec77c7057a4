//! Tariffs of home care (wijkverpleging): agreements, night care, raised offers (TAR-11, TAR-22).

use chrono::{DateTime, NaiveDate, Utc};
use edge::Office;
use identifiers::{Agb, Region};
use money::Money;
use serde::{Deserialize, Serialize};

use super::Subject;

/// The type of an agreement for home care.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AgreementType {
    /// Plusovereenkomst.
    Plus,
    /// Standaardovereenkomst.
    Standard,
    /// Cliëntvolgende overeenkomst.
    ClientFollowing,
    /// Zzp-overeenkomst: of somebody without staff.
    Zzp,
}

impl AgreementType {
    /// The word in rule texts.
    pub fn as_str(self) -> &'static str {
        match self {
            AgreementType::Plus => "plus",
            AgreementType::Standard => "standard",
            AgreementType::ClientFollowing => "client_following",
            AgreementType::Zzp => "zzp",
        }
    }

    /// Whether the index depends on the outcome of the benchmark.
    pub fn benchmarked(self) -> bool {
        matches!(self, AgreementType::Plus | AgreementType::Standard)
    }

    /// Whether the provider may negotiate about what it is offered.
    pub fn negotiable(self) -> bool {
        self != AgreementType::Zzp
    }
}

/// How a provider came out of the benchmark.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BenchmarkOutcome {
    /// Better than expected of its clients.
    Better,
    /// As expected.
    AsExpected,
    /// Worse than expected.
    Worse,
}

impl BenchmarkOutcome {
    /// The word in rule texts.
    pub fn as_str(self) -> &'static str {
        match self {
            BenchmarkOutcome::Better => "better",
            BenchmarkOutcome::AsExpected => "as_expected",
            BenchmarkOutcome::Worse => "worse",
        }
    }
}

/// The tariff per hour of the year before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Previous {
    /// Without surcharge.
    pub integral: Money,
    /// The surcharge for working differently.
    pub surcharge: Money,
    /// Whether it is on record here; else the request says so.
    pub on_record: bool,
}

/// What an agreement says, as far as its tariff follows from it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HomeCareTerms {
    /// The type of agreement.
    pub agreement_type: AgreementType,
    /// The region.
    pub region: Region,
    /// The product that the integral tariff is claimed under.
    pub product: String,
    /// The tariff of the year before.
    pub previous: Previous,
    /// The outcome of the benchmark, where it was recorded.
    pub benchmark: Option<BenchmarkOutcome>,
    /// Zorgkostenplafond.
    pub ceiling: Money,
    /// The first day within the year.
    pub first_day: NaiveDate,
    /// Whether it is the offer from before the uplift: without what the office added to the index (TAR-22).
    pub original_offer: bool,
}

/// A tariff per hour and its parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HomeCareAmounts {
    /// Without surcharge.
    pub integral: Money,
    /// The surcharge for working differently.
    pub surcharge: Money,
    /// What it was lowered by for night care.
    pub reduction: Money,
    /// Integral and surcharge together.
    pub tariff: Money,
}

/// What a tariff came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Basis {
    /// It was agreed.
    Agreed,
    /// A raised offer was accepted.
    Uplift,
    /// The region's night care was settled.
    NightCare,
    /// The surcharge for working differently was recorded.
    AndersWerken,
}

impl Basis {
    /// The code in the store.
    pub fn as_str(self) -> &'static str {
        match self {
            Basis::Agreed => "agreed",
            Basis::Uplift => "uplift",
            Basis::NightCare => "night_care",
            Basis::AndersWerken => "anders_werken",
        }
    }

    /// Reads a code of the store.
    pub fn from_code(code: &str) -> Option<Basis> {
        let all = [Basis::Agreed, Basis::Uplift, Basis::NightCare, Basis::AndersWerken];
        all.into_iter().find(|basis| basis.as_str() == code)
    }
}

/// A tariff on record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HomeCareTariff {
    /// Whose, and for which year.
    pub subject: Subject,
    /// Its version within the provider's year, from 1.
    pub version: i64,
    /// The terms.
    pub terms: HomeCareTerms,
    /// The tariff.
    pub amounts: HomeCareAmounts,
    /// What it came from.
    pub basis: Basis,
    /// The decision.
    pub decision_id: String,
    /// When it was recorded.
    pub recorded: DateTime<Utc>,
}

/// What became of the module for working differently (anders werken) of a provider in a year.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AndersWerken {
    /// Whether the module was awarded (REG-14).
    pub awarded: bool,
    /// The surcharge in euros per hour with the letter that states it; none while there is no letter.
    pub surcharge: Option<(Money, String)>,
}

/// What settled night care means for a provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NightCare {
    /// Night care of the region was not settled, or the provider has no share in it.
    None,
    /// It was settled without this provider, which came later.
    Outside,
    /// The tariff is lowered by this per hour.
    Lowers(Money),
}

/// A night-care product that is paid for separately.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NightCareProduct {
    /// The product code.
    pub product: String,
    /// The provider that has it.
    pub agb: Agb,
    /// What it costs in the year.
    pub price: Money,
}

/// A provider as the request to settle night care names it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NightCareProvider {
    /// The provider.
    pub agb: Agb,
    /// Whether it takes part.
    pub takes_part: bool,
    /// Its turnover in home care, not negative.
    pub turnover: Money,
    /// The whole hours its tariff is expected to be claimed for.
    pub hours: u32,
}

/// What a provider pays of the night care of its region.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NightCareShare {
    /// The provider.
    pub agb: Agb,
    /// Its part of the total.
    pub part: Money,
    /// The hours.
    pub hours: u32,
    /// What its tariff is lowered by, per hour.
    pub reduction: Money,
    /// The part less the reduction times the hours.
    pub residual: Money,
}

/// How night care of a region is borne: reductions times hours and the residual are the total.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settlement {
    /// What the region's products cost.
    pub total: Money,
    /// The providers, by AGB code.
    pub shares: Vec<NightCareShare>,
    /// What the tariffs do not bear, `undivided` included.
    pub residual: Money,
    /// What could not be divided.
    pub undivided: Money,
}

impl Settlement {
    /// What it means for a provider; `scope` says whether it would have a share.
    pub fn of(&self, agb: Agb, scope: bool) -> NightCare {
        match self.shares.iter().find(|share| share.agb == agb) {
            Some(share) if scope => NightCare::Lowers(share.reduction),
            None if scope => NightCare::Outside,
            _ => NightCare::None,
        }
    }
}

/// The region of an office in a year.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RegionYear {
    /// The office.
    pub office: Office,
    /// The region.
    pub region: Region,
    /// The year.
    pub year: i32,
}

/// A settlement on record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SettledNightCare {
    /// Of which region and year.
    pub of: RegionYear,
    /// Its version, from 1.
    pub version: i64,
    /// The settlement.
    pub settlement: Settlement,
    /// The decision.
    pub decision_id: String,
    /// When it was recorded.
    pub recorded: DateTime<Utc>,
}

/// An agreement that a raised offer comes after.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Earlier {
    /// Its tariff per hour.
    pub tariff: Money,
    /// Its ceiling.
    pub ceiling: Money,
}

/// A raised offer on record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UpliftOffer {
    /// Its id.
    pub offer_id: String,
    /// To whom, and for which year.
    pub subject: Subject,
    /// Its terms.
    pub terms: HomeCareTerms,
    /// The tariff as it was offered.
    pub tariff: Money,
    /// What was agreed before.
    pub earlier: Option<Earlier>,
    /// When it was sent.
    pub sent: DateTime<Utc>,
    /// Until when it can be accepted.
    pub accept_until: DateTime<Utc>,
    /// The decision to make it.
    pub decision_id: String,
    /// When it was accepted, if it was.
    pub accepted: Option<DateTime<Utc>>,
    /// Whether a later offer came in its place.
    pub replaced: bool,
}
