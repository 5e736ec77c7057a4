//! Awards and offers.

use chrono::{DateTime, Utc};
use database::{DatabaseError, Tx, execute, fetch_all, fetch_one, fetch_optional};
use edge::{EdgeError, Office, Page};
use identifiers::Agb;

use super::{json, of_json, stored};
use crate::domain::{Awarded, Offer, OfferState, Windows};

const ADD_AWARD: &str =
    "INSERT INTO award (registration_id, award, decision_id, announced_time) VALUES ($1, $2, $3, $4)";
const AWARD: &str = "SELECT award, decision_id, announced_time FROM award WHERE registration_id = $1";
const NUMBER: &str = "SELECT COALESCE(MAX(number), 0) + 1 FROM offer WHERE registration_id = $1";
const ADD: &str = "INSERT INTO offer (offer_id, registration_id, number, office, agb, terms, sent_time, respond_until,
        accept_until, negotiable, decision_id, state, response)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 'open', '')";
const SAVE: &str = "UPDATE offer SET state = $2, response = $3, accepted_time = $4, agreement_id = $5
    WHERE offer_id = $1";
const REPLACE: &str = "UPDATE offer SET state = 'replaced'
    WHERE registration_id = $1 AND offer_id <> $2 AND state IN ('open', 'accepted')";
const ONE: &str =
    "SELECT offer_id, registration_id, number, office, agb, terms, sent_time, respond_until, accept_until,
        negotiable, state, response, accepted_time, agreement_id
    FROM offer WHERE offer_id = $1";
const PAGE: &str =
    "SELECT offer_id, registration_id, number, office, agb, terms, sent_time, respond_until, accept_until,
        negotiable, state, response, accepted_time, agreement_id
    FROM offer WHERE office = $1 AND ($2 = '' OR agb = $2) AND offer_id > $3 ORDER BY offer_id LIMIT $4";

#[derive(sqlx::FromRow)]
struct OfferRow {
    offer_id: String,
    registration_id: String,
    number: i64,
    office: String,
    agb: String,
    terms: String,
    sent_time: DateTime<Utc>,
    respond_until: Option<DateTime<Utc>>,
    accept_until: Option<DateTime<Utc>>,
    negotiable: bool,
    state: String,
    response: String,
    accepted_time: Option<DateTime<Utc>>,
    agreement_id: Option<String>,
}

impl OfferRow {
    fn read(self) -> Result<Offer, EdgeError> {
        let (respond, accept, negotiable) = (self.respond_until, self.accept_until, self.negotiable);
        Ok(Offer {
            offer_id: self.offer_id,
            registration_id: self.registration_id,
            office: self.office.parse().map_err(|_| stored("an office"))?,
            agb: self.agb.parse().map_err(|_| stored("an AGB code"))?,
            number: self.number,
            terms: of_json(&self.terms, "the terms of an offer")?,
            sent: self.sent_time,
            windows: Windows { respond, accept, negotiable },
            state: OfferState::from_code(&self.state).ok_or_else(|| stored("the state of an offer"))?,
            response: self.response,
            accepted: self.accepted_time,
            agreement_id: self.agreement_id,
        })
    }
}

/// Adds what was awarded on a registration.
pub async fn add_award(tx: &mut Tx, awarded: &Awarded) -> Result<(), EdgeError> {
    let award = json(&awarded.award)?;
    execute!(tx, ADD_AWARD, &awarded.registration_id, &award, &awarded.decision_id, awarded.announced)?;
    Ok(())
}

/// What was awarded on a registration.
///
/// # Errors
/// [`EdgeError::NotFound`] when nothing was.
pub async fn award(tx: &mut Tx, registration_id: &str) -> Result<Awarded, EdgeError> {
    let row = fetch_optional!(tx, AWARD, registration_id => (String, String, DateTime<Utc>))?;
    let none = || EdgeError::NotFound { what: "an award on registration", id: registration_id.to_owned() };
    let (award, decision_id, announced) = row.ok_or_else(none)?;
    Ok(Awarded {
        registration_id: registration_id.to_owned(),
        award: of_json(&award, "an award")?,
        decision_id,
        announced,
    })
}

/// The number of the next offer on a registration, which was taken.
pub async fn next_offer(tx: &mut Tx, registration_id: &str) -> Result<i64, DatabaseError> {
    let (number,) = fetch_one!(tx, NUMBER, registration_id => (i64,))?;
    Ok(number)
}

/// Adds an offer, with the decision that set its windows.
pub async fn add_offer(tx: &mut Tx, offer: &Offer, decision_id: &str) -> Result<(), EdgeError> {
    let (terms, agb) = (json(&offer.terms)?, offer.agb.to_string());
    let Windows { respond, accept, negotiable } = offer.windows;
    let (id, registration_id, office) = (&offer.offer_id, &offer.registration_id, offer.office.as_str());
    execute!(
        tx,
        ADD,
        id,
        registration_id,
        offer.number,
        office,
        &agb,
        &terms,
        offer.sent,
        respond,
        accept,
        negotiable,
        decision_id
    )?;
    Ok(())
}

/// Saves where an offer stands whose registration was taken.
pub async fn save_offer(tx: &mut Tx, offer: &Offer) -> Result<(), DatabaseError> {
    let agreement_id = offer.agreement_id.as_deref();
    execute!(tx, SAVE, &offer.offer_id, offer.state.as_str(), &offer.response, offer.accepted, agreement_id)?;
    Ok(())
}

/// Replaces every other offer on a registration by one that is accepted.
pub async fn replace_offers(tx: &mut Tx, offer: &Offer) -> Result<(), DatabaseError> {
    execute!(tx, REPLACE, &offer.registration_id, &offer.offer_id)?;
    Ok(())
}

/// An offer.
///
/// # Errors
/// [`EdgeError::NotFound`] when it is not on record.
pub async fn offer(tx: &mut Tx, offer_id: &str) -> Result<Offer, EdgeError> {
    let row = fetch_optional!(tx, ONE, offer_id => OfferRow)?;
    row.ok_or_else(|| EdgeError::NotFound { what: "offer", id: offer_id.to_owned() })?.read()
}

/// A page of the offers of an office, of one provider or all, by id.
pub async fn offers(tx: &mut Tx, office: &Office, agb: Option<Agb>, page: &Page) -> Result<Vec<Offer>, EdgeError> {
    let agb = agb.map(|agb| agb.to_string()).unwrap_or_default();
    let rows = fetch_all!(tx, PAGE, office.as_str(), &agb, &page.after[0], page.limit() => OfferRow)?;
    rows.into_iter().map(OfferRow::read).collect()
}
