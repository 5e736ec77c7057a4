//! Requests to raise a ceiling (HOM-06), and stops for new clients (HOM-07).

use chrono::{DateTime, NaiveDate, Utc};
use identifiers::Agb;
use money::{Decimal, Money};
use serde::{Deserialize, Serialize};

use super::ProviderYear;

/// What a request is complete with.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RaiseItems {
    /// The number of clients in care.
    pub clients: Option<u32>,
    /// The average hours per client per month.
    pub hours_per_client_month: Option<Decimal>,
    /// What all production of the year is expected to come to.
    pub forecast: Option<Money>,
    /// Why a raise is asked for.
    pub explanation: Option<String>,
}

impl RaiseItems {
    /// What is missing, as the fields are called.
    pub fn missing(&self) -> Vec<&'static str> {
        let there = [
            ("clients", self.clients.is_some()),
            ("hours_per_client_month", self.hours_per_client_month.is_some()),
            ("forecast", self.forecast.is_some()),
            ("explanation", self.explanation.is_some()),
        ];
        there.into_iter().filter(|(_, there)| !there).map(|(name, _)| name).collect()
    }

    /// These, with what a supplement says in place of what was said before.
    pub fn with(self, newer: RaiseItems) -> RaiseItems {
        RaiseItems {
            clients: newer.clients.or(self.clients),
            hours_per_client_month: newer.hours_per_client_month.or(self.hours_per_client_month),
            forecast: newer.forecast.or(self.forecast),
            explanation: newer.explanation.or(self.explanation),
        }
    }
}

words! {
    /// Where a request stands.
    RaiseState {
        /// Something is missing, or was asked for.
        Incomplete = "incomplete",
        /// Everything is there; the insurer has not confirmed it.
        Received = "received",
        /// Confirmed to be complete.
        Complete = "complete",
        /// Not taken up: the ceiling is not used that far, or suffices by the provider's own forecast.
        NotTakenUp = "not_taken_up",
        /// The ceiling was raised.
        Granted = "granted",
        /// It was not.
        Refused = "refused",
    }
}

impl RaiseState {
    /// Whether it waits for something.
    pub fn is_open(self) -> bool {
        matches!(self, RaiseState::Incomplete | RaiseState::Received | RaiseState::Complete)
    }
}

/// A request to raise a ceiling.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Raise {
    /// Its id.
    pub id: String,
    /// The provider's year.
    pub of: ProviderYear,
    /// Where it stands.
    pub state: RaiseState,
    /// What the provider said.
    pub items: RaiseItems,
    /// What the insurer asked and the provider has not answered.
    pub question: Option<String>,
    /// When it was filed.
    pub filed: DateTime<Utc>,
    /// When the provider said something last.
    pub said: DateTime<Utc>,
    /// When the insurer confirmed that it is complete.
    pub confirmed: Option<DateTime<Utc>>,
    /// The last day to decide; none while the clock does not run.
    pub due_day: Option<NaiveDate>,
    /// The ceiling when it was granted.
    pub ceiling: Option<Money>,
    /// The decision not to take it up, or on it.
    pub decision_id: Option<String>,
    /// When that was taken.
    pub decided: Option<DateTime<Utc>>,
}

/// A stop for new clients.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientStop {
    /// Its id.
    pub id: String,
    /// The provider's year.
    pub of: ProviderYear,
    /// The raise that was refused.
    pub raise_id: String,
    /// Its first day.
    pub first_day: NaiveDate,
    /// How insured persons are told, as agreed.
    pub informing: String,
    /// What was said in the consultation.
    pub consultation: String,
    /// Contracted providers with room.
    pub alternatives: Vec<Agb>,
    /// The decision.
    pub decision_id: String,
    /// When it was taken.
    pub recorded: DateTime<Utc>,
    /// Its last day, when it was ended.
    pub last_day: Option<NaiveDate>,
}
