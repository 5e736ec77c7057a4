//! Offers (HOM-01, HOM-03, HOM-04): what they are made from, what they say and where they stand.

use chrono::{DateTime, Utc};
use money::{Decimal, Money, Percentage};
use serde::{Deserialize, Serialize};

use super::{AgreementType, ProductTariff, ProviderYear};

/// What was agreed for the year before.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Previous {
    /// The type.
    pub kind: AgreementType,
    /// The ceiling.
    pub ceiling: Money,
    /// The agreed average hours per client per month.
    pub hours: Decimal,
    /// The year for which it was concluded.
    pub first_year: i32,
    /// The tariffs, by product.
    pub tariffs: Vec<ProductTariff>,
    /// Whether a request states it, rather than that it is on record.
    pub stated: bool,
}

/// What the forecast of the year before is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ForecastBasis {
    /// A request states it.
    Stated(Money),
    /// What is granted, in proportion to the days that are over.
    Granted {
        /// Granted on the ceiling, credits taken off.
        spent: Money,
        /// How many days are over.
        days: u32,
        /// How many days the year has.
        of: u32,
    },
}

/// Zzp'er or eenmanszaak.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SoleProprietor {
    /// The level of qualification.
    pub level: u32,
    /// Different clients in the year before.
    pub clients: u32,
    /// Whether some of these are insured elsewhere.
    pub clients_of_others: bool,
    /// Whether there is a quality mark.
    pub quality_mark: bool,
    /// Whether there is a written agreement with a nurse who may assess.
    pub nurse_agreement: bool,
}

words! {
    /// What becomes of a provider that is excluded from the benchmark.
    ExcludedTreatment {
        /// An offer as for client_following.
        AsClientFollowing = "as_client_following",
        /// No offer.
        None = "none",
        /// A standard offer with a lower ceiling.
        Lowered = "lowered",
    }
}

/// What a purchaser decides about a provider that is excluded from the benchmark.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExcludedChoice {
    /// What becomes of it; none for what the rules say.
    pub treatment: Option<ExcludedTreatment>,
    /// By how much the ceiling is lowered.
    pub cut: Option<Percentage>,
    /// Why.
    pub motivation: String,
}

/// A raise of the ceiling of a plus agreement.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Growth {
    /// The raise.
    pub raise: Money,
    /// By how many clients the provider grew.
    pub clients: u32,
    /// The hours per client per month it grew with.
    pub hours: Decimal,
    /// Why.
    pub motivation: String,
}

/// A correction for night care (TAR-11).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NightCare {
    /// What the ceiling is lowered by.
    pub ceiling: Money,
    /// What each tariff is lowered by, per unit.
    pub tariff: Money,
    /// What it follows from.
    pub motivation: String,
}

/// The place of a provider in a run of the benchmark.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// The run.
    pub run_id: String,
    /// The score.
    pub score: Decimal,
    /// The place, 1 for the best.
    pub rank: u32,
    /// Among how many.
    pub of: u32,
    /// The decision that explains the score.
    pub decision_id: String,
}

/// What a request states of a provider; what is absent is taken from the record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stated {
    /// The provider.
    pub agb: identifiers::Agb,
    /// What was agreed for the year before.
    pub previous: Option<Previous>,
    /// The turnover that is expected of it.
    pub turnover: Option<Money>,
    /// Its forecast.
    pub forecast: Option<Money>,
    /// The average hours per client per month that were realised.
    pub realised_hours: Option<Decimal>,
    /// The hours that are to be agreed.
    pub hours: Option<Decimal>,
    /// The number of clients.
    pub clients: Option<u32>,
    /// The index of the tariff.
    pub index: Option<Percentage>,
    /// The tariffs.
    pub tariffs: Vec<ProductTariff>,
    /// Whether it is a sole proprietor.
    pub sole: Option<SoleProprietor>,
    /// What becomes of it where it is excluded.
    pub excluded: Option<ExcludedChoice>,
    /// A raise.
    pub growth: Option<Growth>,
    /// The correction for night care.
    pub night_care: Option<NightCare>,
}

impl Stated {
    /// Nothing is stated.
    pub fn nothing(agb: identifiers::Agb) -> Stated {
        Stated {
            agb,
            previous: None,
            turnover: None,
            forecast: None,
            realised_hours: None,
            hours: None,
            clients: None,
            index: None,
            tariffs: Vec::new(),
            sole: None,
            excluded: None,
            growth: None,
            night_care: None,
        }
    }
}

/// A text that comes with an offer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OfferText {
    /// What it is about.
    pub about: String,
    /// In Dutch.
    pub nl: String,
    /// In English.
    pub en: String,
}

/// What is offered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OfferTerms {
    /// The type.
    pub kind: AgreementType,
    /// The ceiling.
    pub ceiling: Money,
    /// The highest average hours per client per month.
    pub hours: Decimal,
    /// The number of clients.
    pub clients: u32,
    /// The integral tariff by product.
    pub tariffs: Vec<ProductTariff>,
    /// The outcome of the benchmark.
    pub place: Option<Place>,
    /// The texts that come with it.
    pub texts: Vec<OfferText>,
}

impl OfferTerms {
    /// Whether the provider may negotiate: everybody but a sole proprietor (HOM-03).
    pub fn negotiable(&self) -> bool {
        self.kind != AgreementType::Zzp
    }
}

words! {
    /// Why a provider gets no offer.
    NoOffer {
        /// There are no agreements with sole proprietors any more.
        ZzpEnded = "zzp_ended",
        /// There are no new ones.
        ZzpClosed = "zzp_closed",
        /// Not every condition is met.
        ZzpConditions = "zzp_conditions",
        /// The purchaser decided on none for who is excluded from the benchmark.
        Excluded = "excluded",
        /// Something is not known.
        InputsMissing = "inputs_missing",
        /// There is an agreement for the year.
        AgreementExists = "agreement_exists",
    }
}

/// What comes of the inputs of a provider.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Offered {
    /// An offer.
    Terms(OfferTerms),
    /// None.
    Nothing {
        /// Why.
        reason: NoOffer,
        /// What is missing.
        missing: Vec<String>,
    },
}

words! {
    /// Where an offer stands, as it is kept; that it lapsed follows from the time.
    OfferState {
        /// It can be accepted, as long as it has not lapsed.
        Open = "open",
        /// It was accepted.
        Accepted = "accepted",
        /// A newer one took its place.
        Replaced = "replaced",
    }
}

/// Until when a provider may respond and accept; none where no last moment is stated.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Windows {
    /// From when it may respond.
    pub respond_from: Option<DateTime<Utc>>,
    /// Until when.
    pub respond: Option<DateTime<Utc>>,
    /// Until when it may accept.
    pub accept: Option<DateTime<Utc>>,
}

/// An offer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offer {
    /// Its id.
    pub id: String,
    /// The provider's year.
    pub of: ProviderYear,
    /// Its number in that year, from 1.
    pub number: u32,
    /// What is offered.
    pub terms: OfferTerms,
    /// Where it stands.
    pub state: OfferState,
    /// Until when what may be done.
    pub windows: Windows,
    /// What the provider responded.
    pub response: String,
    /// The agreement that came of it.
    pub agreement_id: Option<String>,
    /// The decision.
    pub decision_id: String,
    /// When it was made.
    pub made: DateTime<Utc>,
}

impl Offer {
    /// Whether it was not accepted in time (HOM-04).
    pub fn lapsed(&self, now: DateTime<Utc>) -> bool {
        self.state == OfferState::Open && self.windows.accept.is_some_and(|until| now > until)
    }
}

/// A decision that a provider gets no offer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OfferRefusal {
    /// The provider's year.
    pub of: ProviderYear,
    /// Why.
    pub reason: NoOffer,
    /// The conditions that are not met.
    pub missing: Vec<String>,
    /// The decision.
    pub decision_id: String,
    /// When it was taken.
    pub recorded: DateTime<Utc>,
}
