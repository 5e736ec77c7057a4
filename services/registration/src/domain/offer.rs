//! Awards and the offers that follow from them.

use chrono::{DateTime, NaiveDate, Utc};
use edge::Office;
use identifiers::Agb;
use serde::{Deserialize, Serialize};

use super::codes::codes;

codes! {
    /// Why a product that was asked for is refused (REG-15).
    RefusalGround,
    /// Its conditions are not met.
    Conditions = "conditions",
    /// There is sufficient supply.
    SufficientSupply = "sufficient_supply",
    /// Something else, told in the motivation.
    Other = "other",
}

/// A product or module that was asked for and is refused.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refusal {
    /// The product, or the module.
    pub product: String,
    /// Why.
    pub ground: RefusalGround,
    /// The ground told for this provider.
    pub motivation: String,
    /// The conditions that are not met, by their keys.
    pub conditions: Vec<String>,
}

/// What an agreement says: its days, products and modules.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Terms {
    /// The first day.
    pub first_day: NaiveDate,
    /// The last day; open when absent.
    pub last_day: Option<NaiveDate>,
    /// The products.
    pub products: Vec<String>,
    /// The modules.
    pub modules: Vec<String>,
}

/// What is awarded on a registration.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Award {
    /// The terms.
    pub terms: Terms,
    /// What was asked for and is refused.
    pub refusals: Vec<Refusal>,
    /// Whether conditions come with it.
    pub conditional: bool,
    /// The last day it can be extended to.
    pub extension: Option<NaiveDate>,
}

/// An award on record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Awarded {
    /// The registration.
    pub registration_id: String,
    /// The award.
    pub award: Award,
    /// The decision.
    pub decision_id: String,
    /// When it was announced.
    pub announced: DateTime<Utc>,
}

codes! {
    /// Where an offer stands.
    OfferState,
    /// It can be accepted.
    Open = "open",
    /// It was accepted.
    Accepted = "accepted",
    /// It was not accepted in time.
    Lapsed = "lapsed",
    /// A newer one was accepted instead.
    Replaced = "replaced",
}

/// Until when an offer can be responded to and accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Windows {
    /// Until when the provider may respond.
    pub respond: Option<DateTime<Utc>>,
    /// Until when it can be accepted.
    pub accept: Option<DateTime<Utc>>,
    /// Whether the provider may negotiate.
    pub negotiable: bool,
}

/// An offer of an agreement (REG-16).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offer {
    /// The id.
    pub offer_id: String,
    /// The registration.
    pub registration_id: String,
    /// The office.
    pub office: Office,
    /// The provider.
    pub agb: Agb,
    /// Its number on the registration, from 1.
    pub number: i64,
    /// The terms.
    pub terms: Terms,
    /// When it was sent.
    pub sent: DateTime<Utc>,
    /// Until when what can be done.
    pub windows: Windows,
    /// Where it stands.
    pub state: OfferState,
    /// What the provider responded.
    pub response: String,
    /// When it was accepted.
    pub accepted: Option<DateTime<Utc>>,
    /// The agreement it became part of.
    pub agreement_id: Option<String>,
}

/// An offer that can be accepted.
#[derive(Debug)]
pub struct OpenOffer(Offer);

/// An offer can't be responded to or accepted.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("offer {offer_id} {why}")]
pub struct NotOpen {
    /// The offer.
    pub offer_id: String,
    /// Why.
    pub why: &'static str,
}

impl Offer {
    /// The offer as one that can be accepted at a moment.
    ///
    /// # Errors
    /// [`NotOpen`] when it was accepted, lapsed or was replaced, or its last moment is past.
    pub fn open(self, now: DateTime<Utc>) -> Result<OpenOffer, NotOpen> {
        let why = match self.state {
            OfferState::Accepted => "was accepted",
            OfferState::Lapsed => "lapsed",
            OfferState::Replaced => "was replaced by a newer one",
            // Its lapse is recorded by the clock, which may be a moment behind.
            OfferState::Open if self.windows.accept.is_some_and(|last| last < now) => "lapsed",
            OfferState::Open => return Ok(OpenOffer(self)),
        };
        Err(NotOpen { offer_id: self.offer_id, why })
    }
}

impl OpenOffer {
    /// The offer.
    pub fn offer(&self) -> &Offer {
        &self.0
    }

    /// The provider responds.
    ///
    /// # Errors
    /// [`NotOpen`] when it may not, or not any more.
    pub fn responded(self, response: String, now: DateTime<Utc>) -> Result<Offer, NotOpen> {
        let why = match self.0.windows {
            Windows { negotiable: false, .. } => Some("is not negotiable"),
            Windows { respond: Some(last), .. } if last < now => Some("could be responded to until earlier"),
            _ => None,
        };
        match why {
            Some(why) => Err(NotOpen { offer_id: self.0.offer_id, why }),
            None => Ok(Offer { response, ..self.0 }),
        }
    }

    /// It is accepted, and becomes part of an agreement.
    pub fn accepted(self, agreement_id: String, now: DateTime<Utc>) -> Offer {
        Offer { state: OfferState::Accepted, accepted: Some(now), agreement_id: Some(agreement_id), ..self.0 }
    }
}
