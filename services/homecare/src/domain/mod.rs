//! Agreements, ceilings and what is decided about them.

use std::fmt;

use chrono::{DateTime, NaiveDate, Utc};
use edge::Office;
use explain::RuleScope;
use identifiers::Agb;
use money::{Decimal, Money, Percentage, Rounding};
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
mod offer;
mod raise;

pub use benchmark::{
    BenchmarkRun, Coefficient, Exclusion, ExclusionGround, FeatureColumn, FeatureRow, FeatureTable, LeftOut,
    LeftOutReason, Measure, Measured, Model, OfficeYear, RunOutcome, Score,
};
pub use offer::{
    ExcludedChoice, ExcludedTreatment, Forecast, Growth, NightCare, NoOffer, Offer, OfferRefusal, OfferState,
    OfferTerms, OfferText, Offered, Place, Previous, SoleProprietor, Stated, Windows,
};

pub use application::{Application, ApplicationKind, ApplicationState};
pub use raise::{ClientStop, Raise, RaiseItems, RaiseState};

/// The decimals of a share of a ceiling.
const SHARE_DECIMALS: u32 = 2;

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

/// How far a ceiling is used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Consumption {
    /// The provider.
    pub agb: Agb,
    /// The year.
    pub year: i32,
    /// The ceiling.
    pub ceiling: Money,
    /// Granted, credits taken off.
    pub spent: Money,
    /// Refused because of the ceiling.
    pub beyond: Money,
    /// Clients for whom anything is granted.
    pub clients: i64,
}

/// The share of a ceiling that is used, with two decimals, rounded down so that a share is never shown before it is reached.
pub fn share(spent: Money, ceiling: Money) -> Percentage {
    let share = spent.euros().checked_mul(Decimal::ONE_HUNDRED).and_then(|part| part.checked_div(ceiling.euros()));
    // A ceiling is more than nothing, and what is spent is not more than the ceiling.
    let mut share = Rounding::Down.apply(share.unwrap_or_default(), SHARE_DECIMALS);
    share.rescale(SHARE_DECIMALS);
    Percentage(share)
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
    /// What went beyond the ceiling.
    pub beyond: Money,
    /// When it was taken.
    pub recorded_time: DateTime<Utc>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hom_05_a_share_is_not_shown_before_it_is_reached() {
        let share = |spent, ceiling| share(Money::from_cents(spent), Money::from_cents(ceiling)).to_string();
        assert_eq!(share(69_999_999, 100_000_000), "69.99%");
        assert_eq!(share(70_000_000, 100_000_000), "70.00%");
        assert_eq!(share(i64::MAX, i64::MAX), "100.00%");
        assert_eq!(share(0, 1), "0.00%");
    }
}
