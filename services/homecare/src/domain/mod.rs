//! Agreements, ceilings and what is decided about them.

use std::fmt;

use chrono::{DateTime, NaiveDate, Utc};
use edge::Office;
use explain::RuleScope;
use identifiers::Agb;
use money::{Decimal, Money};
use serde::{Deserialize, Serialize};

macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $code:literal),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum $name {
            $($(#[$variant_doc])* $variant,)*
        }

        impl $name {
            /// The word in the store.
            pub fn as_str(self) -> &'static str {
                match self {
                    $($name::$variant => $code,)*
                }
            }

            /// Reads a word of the store.
            pub fn from_code(code: &str) -> Option<$name> {
                match code {
                    $($code => Some($name::$variant),)*
                    _ => None,
                }
            }
        }
    };
}

mod application;
mod benchmark;
mod consumption;
mod offer;
mod raise;
mod year_end;

pub use benchmark::{
    BenchmarkRun, Coefficient, Exclusion, ExclusionGround, FeatureColumn, FeatureRow, FeatureTable, LeftOut,
    LeftOutReason, Measure, Measured, Model, OfficeYear, RunOutcome, Score,
};
pub use offer::{
    ExcludedChoice, ExcludedTreatment, ForecastBasis, Growth, NightCare, NoOffer, Offer, OfferRefusal, OfferState,
    OfferTerms, OfferText, Offered, Place, Previous, SoleProprietor, Stated, Windows,
};

pub use application::{Application, ApplicationKind, ApplicationState};
pub use raise::{ClientStop, Raise, RaiseItems, RaiseState};
pub use year_end::{
    Finding, FindingKind, FindingState, StopUse, Subcontracting, Treatment, YearEnd, YearEndDecision, YearEndEntry,
    YearEndOutcome,
};

pub use consumption::{
    Consumption, Forecast, ForecastMethod, Hours, MONTHS, MonthUse, Sums, YearUse, care_months, share,
};

/// A provider's year with an insurer: what an agreement and its ceiling are for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProviderYear {
    /// The insurer.
    pub office: Office,
    /// The provider.
    pub agb: Agb,
    /// The year.
    pub year: i32,
}

impl ProviderYear {
    /// Where the rules of this year are looked up: on its first day.
    pub fn scope(&self) -> RuleScope<'_> {
        // Years are between 1900 and 2999 by the time they get here.
        let date = NaiveDate::from_ymd_opt(self.year, 1, 1).unwrap_or_default();
        RuleScope { office: self.office.as_str(), act: "zvw", sector: "home_care", date }
    }
}

impl fmt::Display for ProviderYear {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} {}", self.office, self.agb, self.year)
    }
}

words! {
    /// The type of an agreement (HOM-01).
    AgreementType {
        /// Plus: among the best of the benchmark.
        Plus = "plus",
        /// Standaard.
        Standard = "standard",
        /// Cliëntvolgend: small turnover.
        ClientFollowing = "client_following",
        /// Zelfstandige zonder personeel.
        Zzp = "zzp",
    }
}

words! {
    /// What a decision about a ceiling is about.
    DecisionKind {
        /// A share of it was reached for the first time.
        ThresholdReached = "threshold_reached",
        /// Lines of a file went over it.
        BeyondCeiling = "beyond_ceiling",
        /// The forecast is above it for the first time.
        ForecastAbove = "forecast_above",
        /// Hours per client per month are above the agreement for the first time.
        HoursAbove = "hours_above",
        /// Lines of a file were refused because of their product.
        RefusedProducts = "refused_products",
    }
}

/// The agreed tariff of a product.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProductTariff {
    /// The product.
    pub product: String,
    /// The time unit, two digits.
    pub unit: String,
    /// The tariff per unit.
    pub tariff: Money,
}

/// An agreement (overeenkomst) with a ceiling (zorgkostenplafond).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Agreement {
    /// Its id.
    pub agreement_id: String,
    /// The provider's year it is for.
    pub of: ProviderYear,
    /// Its type.
    pub kind: AgreementType,
    /// The ceiling.
    pub ceiling: Money,
    /// The agreed average hours per client per month.
    pub hours_per_client_month: Decimal,
    /// The tariffs, by product.
    pub tariffs: Vec<ProductTariff>,
}

/// A decision about a ceiling.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CeilingDecision {
    /// The decision.
    pub decision_id: String,
    /// What it is about.
    pub kind: DecisionKind,
    /// The claim file that led to it.
    pub file_id: String,
    /// What was refused because of the ceiling or the product.
    pub beyond: Money,
    /// When it was taken.
    pub recorded_time: DateTime<Utc>,
}
