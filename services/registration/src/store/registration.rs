//! Registrations, their documents and what was decided on them.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use database::{DatabaseError, Tx, execute, fetch_all, fetch_in, fetch_optional};
use edge::{EdgeError, Page};

use super::{by_owner, position, stored};
use crate::domain::{Assessed, Category, Document, DocumentKind, Reason, Registration, State};

// The partial index registration_once decides whether the provider may; see the migration.
const ADD: &str = "INSERT INTO registration (registration_id, round_id, agb, region, received_time, state, version)
    VALUES ($1, $2, $3, $4, $5, 'submitted', 1)
    ON CONFLICT (round_id, agb) WHERE state <> 'not_considered' DO NOTHING";
const ADD_PRODUCT: &str = "INSERT INTO registration_product (registration_id, position, product) VALUES ($1, $2, $3)";
const ADD_DOCUMENT: &str =
    "INSERT INTO registration_document (registration_id, position, kind, content_sha256) VALUES ($1, $2, $3, $4)";
// Whoever decides on a registration writes it first: the next one waits here and then reads what was decided.
const TAKE: &str = "UPDATE registration SET version = version + 1 WHERE registration_id = $1";
const SET_STATE: &str = "UPDATE registration SET state = $2 WHERE registration_id = $1";
const ADD_ASSESSMENT: &str =
    "INSERT INTO assessment (registration_id, category, decision_id, assessed_time) VALUES ($1, $2, $3, $4)";
const ADD_REASON: &str =
    "INSERT INTO assessment_reason (registration_id, position, code, subject) VALUES ($1, $2, $3, $4)";
const ONE: &str = "SELECT registration.registration_id, round_id, agb, region, received_time, state, category,
        decision_id
    FROM registration LEFT JOIN assessment ON assessment.registration_id = registration.registration_id
    WHERE registration.registration_id = $1";
const PAGE: &str = "SELECT registration.registration_id, round_id, agb, region, received_time, state, category,
        decision_id
    FROM registration LEFT JOIN assessment ON assessment.registration_id = registration.registration_id
    WHERE round_id = $1 AND registration.registration_id > $2
    ORDER BY registration.registration_id LIMIT $3";
const PRODUCTS: &str = "SELECT registration_id, product FROM registration_product
    WHERE registration_id IN ({keys}) ORDER BY registration_id, position";
const DOCUMENTS: &str = "SELECT registration_id, kind, content_sha256 FROM registration_document
    WHERE registration_id IN ({keys}) ORDER BY registration_id, position";
const REASONS: &str = "SELECT registration_id, code, subject FROM assessment_reason
    WHERE registration_id IN ({keys}) ORDER BY registration_id, position";

#[derive(sqlx::FromRow)]
struct RegistrationRow {
    registration_id: String,
    round_id: String,
    agb: String,
    region: String,
    received_time: DateTime<Utc>,
    state: String,
    category: Option<String>,
    decision_id: Option<String>,
}

/// What belongs to registrations, by their id.
struct Belongings {
    products: HashMap<String, Vec<String>>,
    documents: HashMap<String, Vec<Document>>,
    reasons: HashMap<String, Vec<Reason>>,
}

impl RegistrationRow {
    fn read(self, belongings: &mut Belongings) -> Result<Registration, EdgeError> {
        let id = self.registration_id;
        let assessed = match (self.category.as_deref().map(Category::from_code), self.decision_id) {
            (Some(Some(category)), Some(decision_id)) => Some(Assessed { category, decision_id }),
            (None, None) => None,
            _ => return Err(stored("a category")),
        };
        let state = match (self.state.as_str(), assessed) {
            ("submitted", None) => State::Submitted,
            ("admissible", Some(assessed)) => State::Admissible(assessed),
            ("not_considered", Some(assessed)) => {
                State::NotConsidered(assessed, belongings.reasons.remove(&id).unwrap_or_default())
            }
            ("awarded", Some(assessed)) => State::Awarded(assessed),
            _ => return Err(stored("the state of a registration")),
        };
        Ok(Registration {
            round_id: self.round_id,
            agb: self.agb.parse().map_err(|_| stored("an AGB code"))?,
            region: self.region.parse().map_err(|_| stored("a region"))?,
            products: belongings.products.remove(&id).unwrap_or_default(),
            documents: belongings.documents.remove(&id).unwrap_or_default(),
            received: self.received_time,
            state,
            registration_id: id,
        })
    }
}

/// Adds a registration; false when the provider has one in the round that was not refused.
pub async fn add_registration(tx: &mut Tx, registration: &Registration) -> Result<bool, DatabaseError> {
    let id = &registration.registration_id;
    let (agb, region) = (registration.agb.to_string(), registration.region.to_string());
    if execute!(tx, ADD, id, &registration.round_id, &agb, &region, registration.received)? == 0 {
        return Ok(false);
    }
    for (index, product) in registration.products.iter().enumerate() {
        execute!(tx, ADD_PRODUCT, id, position(index), product)?;
    }
    for (index, document) in registration.documents.iter().enumerate() {
        execute!(tx, ADD_DOCUMENT, id, position(index), document.kind.as_str(), &document.content_sha256)?;
    }
    Ok(true)
}

/// Takes a registration to decide on it: another decision waits until this transaction ends.
///
/// # Errors
/// [`EdgeError::NotFound`] when it is not on record.
pub async fn take_registration(tx: &mut Tx, registration_id: &str) -> Result<Registration, EdgeError> {
    execute!(tx, TAKE, registration_id)?;
    registration(tx, registration_id).await
}

/// A registration.
///
/// # Errors
/// [`EdgeError::NotFound`] when it is not on record.
pub async fn registration(tx: &mut Tx, registration_id: &str) -> Result<Registration, EdgeError> {
    let row = fetch_optional!(tx, ONE, registration_id => RegistrationRow)?;
    let found = with_belongings(tx, row.into_iter().collect()).await?.pop();
    found.ok_or_else(|| EdgeError::NotFound { what: "registration", id: registration_id.to_owned() })
}

/// A page of the registrations of a round, by id.
pub async fn registrations(tx: &mut Tx, round_id: &str, page: &Page) -> Result<Vec<Registration>, EdgeError> {
    let rows = fetch_all!(tx, PAGE, round_id, &page.after[0], page.limit() => RegistrationRow)?;
    with_belongings(tx, rows).await
}

/// Saves what was decided on a registration that was taken.
pub async fn save_assessment(
    tx: &mut Tx,
    registration: &Registration,
    assessed: &Assessed,
    now: DateTime<Utc>,
) -> Result<(), DatabaseError> {
    let id = &registration.registration_id;
    execute!(tx, ADD_ASSESSMENT, id, assessed.category.as_str(), &assessed.decision_id, now)?;
    for (index, reason) in registration.state.reasons().iter().enumerate() {
        execute!(tx, ADD_REASON, id, position(index), reason.code(), reason.subject())?;
    }
    execute!(tx, SET_STATE, id, registration.state.as_str())?;
    Ok(())
}

/// Saves that an agreement was awarded on a registration that was taken.
pub async fn save_awarded(tx: &mut Tx, registration: &Registration) -> Result<(), DatabaseError> {
    execute!(tx, SET_STATE, &registration.registration_id, registration.state.as_str())?;
    Ok(())
}

async fn with_belongings(tx: &mut Tx, rows: Vec<RegistrationRow>) -> Result<Vec<Registration>, EdgeError> {
    let ids: Vec<&str> = rows.iter().map(|row| row.registration_id.as_str()).collect();
    let products = fetch_in!(tx, PRODUCTS, ids => (String, String))?;
    let documents = fetch_in!(tx, DOCUMENTS, ids => (String, String, Vec<u8>))?;
    let documents = documents.into_iter().map(|(id, kind, hash)| {
        let kind = DocumentKind::from_code(&kind).ok_or_else(|| stored("a document"))?;
        let content_sha256 = hash.try_into().map_err(|_| stored("a fingerprint"))?;
        Ok((id, Document { kind, content_sha256 }))
    });
    let documents = documents.collect::<Result<Vec<_>, EdgeError>>()?;
    let reasons = fetch_in!(tx, REASONS, ids => (String, String, String))?;
    let reasons = reasons.into_iter().map(|(id, code, subject)| {
        let reason = Reason::from_code(&code, &subject).ok_or_else(|| stored("a reason"))?;
        Ok((id, reason))
    });
    let reasons = reasons.collect::<Result<Vec<_>, EdgeError>>()?;
    let mut belongings =
        Belongings { products: by_owner(products), documents: by_owner(documents), reasons: by_owner(reasons) };
    rows.into_iter().map(|row| row.read(&mut belongings)).collect()
}
