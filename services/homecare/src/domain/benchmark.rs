//! The benchmark (HOM-02): feature tables, runs and scores.

use chrono::{DateTime, NaiveDate, Utc};
use edge::Office;
use explain::RuleScope;
use identifiers::Agb;
use money::{Decimal, Money};
use serde::{Deserialize, Serialize};

use super::ProviderYear;

/// An office's year: the year of the agreements that a benchmark is made for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OfficeYear {
    /// The insurer.
    pub office: Office,
    /// The year.
    pub year: i32,
}

impl OfficeYear {
    /// A provider in this year.
    pub fn of(&self, agb: Agb) -> ProviderYear {
        ProviderYear { office: self.office.clone(), agb, year: self.year }
    }

    /// Where the rules of this year are looked up: on its first day.
    pub fn scope(&self) -> RuleScope<'_> {
        RuleScope {
            office: self.office.as_str(),
            act: "zvw",
            sector: "home_care",
            date: NaiveDate::from_ymd_opt(self.year, 1, 1).unwrap_or_default(),
        }
    }
}

/// A characteristic of insured persons, as a column of a feature table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FeatureColumn {
    /// Its name.
    pub name: String,
    /// Its categories in the order in which they came; none for a number.
    pub levels: Option<Vec<String>>,
}

/// An insured person's time with a provider.
#[derive(Clone, Debug, PartialEq)]
pub struct FeatureRow {
    /// The provider.
    pub agb: Agb,
    /// Months in care, in hundredths.
    pub months_hundredths: i64,
    /// Cost, in eurocents.
    pub cost_cents: i64,
    /// Hours of care, in hundredths.
    pub hours_hundredths: i64,
    /// The characteristics in the order of the columns; of a category its place among the levels.
    pub features: Vec<f64>,
}

/// A table of insured persons and their characteristics.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FeatureTable {
    /// Its id.
    pub id: String,
    /// The year whose agreements it is for.
    pub year: OfficeYear,
    /// The first day that was measured.
    pub first_day: NaiveDate,
    /// The last one.
    pub last_day: NaiveDate,
    /// Where it comes from.
    pub source: String,
    /// Its characteristics.
    pub columns: Vec<FeatureColumn>,
    /// How many rows it has.
    pub rows: u64,
    /// Of how many providers.
    pub providers: u64,
    /// SHA-256 of the file.
    pub sha256: [u8; 32],
    /// When it was imported.
    pub imported: DateTime<Utc>,
}

words! {
    /// Why a provider is left out of the benchmark by decision.
    ExclusionGround {
        /// Geen of onvoldoende integraal aanbod.
        InsufficientOffer = "insufficient_offer",
        /// Onterecht gespecialiseerd.
        UnjustifiedSpecialisation = "unjustified_specialisation",
    }
}

/// A decision that a provider is left out of the benchmark, or no longer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exclusion {
    /// The provider's year.
    pub of: ProviderYear,
    /// Why; none where the exclusion was lifted.
    pub ground: Option<ExclusionGround>,
    /// The motivation.
    pub motivation: String,
    /// The decision.
    pub decision_id: String,
    /// When it was taken.
    pub recorded: DateTime<Utc>,
}

words! {
    /// What a benchmark explains.
    Measure {
        /// Euros a month.
        Cost = "cost",
        /// Hours a month.
        Hours = "hours",
    }
}

impl Measure {
    /// Both, in the order in which they are fitted.
    pub const ALL: [Measure; 2] = [Measure::Cost, Measure::Hours];
}

/// What a characteristic adds to a measure.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Coefficient {
    /// The characteristic; of a category with its level.
    pub name: String,
    /// Per unit of the characteristic, in euros or hours a month.
    pub value: Decimal,
    /// Its standard error.
    pub standard_error: Decimal,
}

/// The regression of one measure.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Model {
    /// The measure.
    pub measure: Measure,
    /// The coefficients; the constant is the first.
    pub coefficients: Vec<Coefficient>,
    /// The share of the variance that is explained.
    pub r_squared: Decimal,
    /// The standard deviation of what is not.
    pub residual_error: Decimal,
}

words! {
    /// Why the insured persons of a provider are not in a run.
    LeftOutReason {
        /// It has no agreement in the year that was measured.
        NotContracted = "not_contracted",
        /// Its turnover does not exceed what the benchmark is for.
        SmallTurnover = "small_turnover",
        /// It was excluded by a decision.
        Excluded = "excluded",
    }
}

/// A provider that is not in a run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeftOut {
    /// The provider.
    pub agb: Agb,
    /// Why.
    pub reason: LeftOutReason,
    /// Its turnover in the table, as of a whole year.
    pub turnover: Money,
}

/// A run of the benchmark. It is never changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BenchmarkRun {
    /// Its id.
    pub id: String,
    /// The year whose agreements it is for.
    pub year: OfficeYear,
    /// The table.
    pub table_id: String,
    /// The number of the run in the year, from 1.
    pub number: u32,
    /// What came out.
    pub outcome: RunOutcome,
    /// SHA-256 over what came out: the same input gives the same.
    pub outcome_sha256: [u8; 32],
    /// The decision.
    pub decision_id: String,
    /// When it was run.
    pub fitted: DateTime<Utc>,
}

/// What comes out of a run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunOutcome {
    /// The regressions.
    pub models: Vec<Model>,
    /// The largest singular value of the columns over the smallest: far above 1e10 the coefficients say little.
    pub condition: Decimal,
    /// How many insured persons are in it.
    pub insured: u64,
    /// How many providers.
    pub providers: u32,
    /// The providers that are not, by AGB code.
    pub left_out: Vec<LeftOut>,
}

/// What was observed of a measure, and what the characteristics of the provider's own insured let expect.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Measured {
    /// The measure.
    pub measure: Measure,
    /// Observed, a month.
    pub observed: Decimal,
    /// Expected, a month.
    pub expected: Decimal,
    /// Observed over expected; none where nothing more than nothing is expected.
    pub score: Option<Decimal>,
}

/// How a provider stands in a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Score {
    /// The provider.
    pub agb: Agb,
    /// How many insured persons it was measured by.
    pub insured: u64,
    /// Their months in care.
    pub months: Decimal,
    /// Cost and hours.
    pub measured: Vec<Measured>,
    /// Both scores in one; none where one of them is missing.
    pub total: Option<Decimal>,
    /// Its place, 1 for the lowest total; none without one.
    pub rank: Option<u32>,
    /// The decision that explains it.
    pub decision_id: String,
}
