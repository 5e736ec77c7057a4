//! Offers with a ceiling.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use database::{DatabaseError, Tx, execute, fetch_all, fetch_one, fetch_optional};
use edge::{EdgeError, Office, Page};
use identifiers::Agb;

use super::{agb, json, page_of_agreements, page_of_consumption, page_of_scores, stored, to_json};
use crate::domain::{
    Agreement, Consumption, NoOffer, Offer, OfferRefusal, OfferState, OfficeYear, ProviderYear, Score, Windows,
};

macro_rules! offers {
    ($rest:literal) => {
        concat!(
            "SELECT offer_id, office, agb, year, number, terms, state, respond_from, respond_until, accept_until,
                    response, agreement_id, decision_id, recorded_time
             FROM ceiling_offer WHERE ",
            $rest
        )
    };
}
const ADD: &str = "INSERT INTO ceiling_offer
        (offer_id, office, agb, year, number, terms, state, respond_from, respond_until, accept_until, response,
         decision_id, recorded_time)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)";
const ONE: &str = offers!("offer_id = $1");
const OPEN: &str = offers!("office = $1 AND agb = $2 AND year = $3 AND state = 'open'");
const PAGE: &str = offers!(
    "office = $1 AND year = $2 AND ($3 = '' OR agb = $3) AND offer_id > $4
     ORDER BY offer_id LIMIT $5"
);
const LAST: &str = "SELECT COALESCE(MAX(number), 0) FROM ceiling_offer WHERE office = $1 AND agb = $2 AND year = $3";
const LAST_OF_YEAR: &str = "SELECT agb, MAX(number) FROM ceiling_offer WHERE office = $1 AND year = $2 GROUP BY agb";
const RESPOND: &str = "UPDATE ceiling_offer SET response = $2 WHERE offer_id = $1 AND state = 'open'";
const CLOSE: &str = "UPDATE ceiling_offer SET state = $2, agreement_id = $3 WHERE offer_id = $1 AND state = 'open'";
const REPLACE: &str = "UPDATE ceiling_offer SET state = 'replaced'
    WHERE office = $1 AND agb = $2 AND year = $3 AND state = 'open'";

const REFUSE: &str = "INSERT INTO offer_refusal (decision_id, office, agb, year, reason, missing, recorded_time)
    VALUES ($1, $2, $3, $4, $5, $6, $7)";
const REFUSALS: &str = "SELECT agb, decision_id, reason, missing, recorded_time FROM offer_refusal
    WHERE office = $1 AND year = $2 AND ($3 = '' OR agb = $3) AND decision_id > $4 ORDER BY decision_id LIMIT $5";

/// How many rows are read at a time.
const AT_A_TIME: u32 = 1_000;

#[derive(sqlx::FromRow)]
struct Row {
    offer_id: String,
    office: String,
    agb: String,
    year: i64,
    number: i64,
    terms: String,
    state: String,
    respond_from: Option<DateTime<Utc>>,
    respond_until: Option<DateTime<Utc>>,
    accept_until: Option<DateTime<Utc>>,
    response: String,
    agreement_id: Option<String>,
    decision_id: String,
    recorded_time: DateTime<Utc>,
}

impl Row {
    fn read(self) -> Result<Offer, EdgeError> {
        Ok(Offer {
            id: self.offer_id,
            of: ProviderYear {
                office: self.office.parse().map_err(|_| stored("an office"))?,
                agb: agb(&self.agb)?,
                year: self.year.try_into().map_err(|_| stored("a year"))?,
            },
            number: self.number.try_into().map_err(|_| stored("a number"))?,
            terms: json(&self.terms)?,
            state: OfferState::from_code(&self.state).ok_or_else(|| stored("a state of an offer"))?,
            windows: Windows {
                respond_from: self.respond_from,
                respond: self.respond_until,
                accept: self.accept_until,
            },
            response: self.response,
            agreement_id: self.agreement_id,
            decision_id: self.decision_id,
            made: self.recorded_time,
        })
    }
}

/// Adds an offer; the one that is open takes no part any more.
pub async fn add_offer(tx: &mut Tx, offer: &Offer) -> Result<(), DatabaseError> {
    let ProviderYear { office, agb, year } = &offer.of;
    let (office, agb, year) = (office.as_str(), agb.to_string(), *year);
    execute!(tx, REPLACE, office, &agb, year)?;
    let (terms, windows, state) = (to_json(&offer.terms), &offer.windows, offer.state.as_str());
    execute!(
        tx,
        ADD,
        &offer.id,
        office,
        &agb,
        year,
        offer.number,
        &terms,
        state,
        windows.respond_from,
        windows.respond,
        windows.accept,
        &offer.response,
        &offer.decision_id,
        offer.made
    )?;
    Ok(())
}

/// An offer.
///
/// # Errors
/// [`EdgeError::NotFound`] when there is none.
pub async fn offer(tx: &mut Tx, id: &str) -> Result<Offer, EdgeError> {
    let row = fetch_optional!(tx, ONE, id => Row)?;
    row.ok_or_else(|| EdgeError::NotFound { what: "offer", id: id.to_owned() })?.read()
}

/// The open offer of a provider's year; it may have lapsed.
pub async fn open_offer(tx: &mut Tx, of: &ProviderYear) -> Result<Option<Offer>, EdgeError> {
    let code = of.agb.to_string();
    let row = fetch_optional!(tx, OPEN, of.office.as_str(), &code, of.year => Row)?;
    row.map(Row::read).transpose()
}

/// A page of the offers of a year, by id.
pub async fn page_of_offers(
    tx: &mut Tx,
    office: &Office,
    (year, of): (i32, Option<Agb>),
    page: &Page,
) -> Result<Vec<Offer>, EdgeError> {
    let code = of.map(|agb| agb.to_string()).unwrap_or_default();
    let rows = fetch_all!(tx, PAGE, office.as_str(), year, &code, &page.after[0], page.limit() => Row)?;
    rows.into_iter().map(Row::read).collect()
}

/// The number of the next offer of a provider's year.
pub async fn next_offer_number(tx: &mut Tx, of: &ProviderYear) -> Result<u32, EdgeError> {
    let code = of.agb.to_string();
    let (last,) = fetch_one!(tx, LAST, of.office.as_str(), &code, of.year => (i64,))?;
    u32::try_from(last + 1).map_err(|_| stored("a number"))
}

/// The number of the last offer of a year, by provider.
pub async fn last_offer_numbers(tx: &mut Tx, year: &OfficeYear) -> Result<BTreeMap<Agb, u32>, EdgeError> {
    let rows = fetch_all!(tx, LAST_OF_YEAR, year.office.as_str(), year.year => (String, i64))?;
    let read = |(code, number): (String, i64)| Ok((agb(&code)?, number.try_into().map_err(|_| stored("a number"))?));
    rows.into_iter().map(read).collect()
}

/// Keeps what a provider responded; false when the offer is open no more.
pub async fn respond_to_offer(tx: &mut Tx, id: &str, response: &str) -> Result<bool, DatabaseError> {
    Ok(execute!(tx, RESPOND, id, response)? > 0)
}

/// Closes an offer with the agreement that came of it; false when it is open no more.
pub async fn accept_offer(tx: &mut Tx, id: &str, agreement_id: &str) -> Result<bool, DatabaseError> {
    Ok(execute!(tx, CLOSE, id, OfferState::Accepted.as_str(), Some(agreement_id))? > 0)
}

/// Adds that a provider gets no offer.
pub async fn add_refusal(tx: &mut Tx, refusal: &OfferRefusal) -> Result<(), DatabaseError> {
    let ProviderYear { office, agb, year } = &refusal.of;
    let (agb, missing, recorded) = (agb.to_string(), to_json(&refusal.missing), refusal.recorded);
    let (decision, reason) = (&refusal.decision_id, refusal.reason.as_str());
    execute!(tx, REFUSE, decision, office.as_str(), &agb, *year, reason, &missing, recorded)?;
    Ok(())
}

/// A page of the refusals of a year, by decision.
pub async fn page_of_refusals(
    tx: &mut Tx,
    office: &Office,
    (year, of): (i32, Option<Agb>),
    page: &Page,
) -> Result<Vec<OfferRefusal>, EdgeError> {
    type Row = (String, String, String, String, DateTime<Utc>);
    let code = of.map(|agb| agb.to_string()).unwrap_or_default();
    let rows = fetch_all!(tx, REFUSALS, office.as_str(), year, &code, &page.after[0], page.limit() => Row)?;
    let read = |(code, decision_id, reason, missing, recorded): Row| {
        Ok(OfferRefusal {
            of: ProviderYear { office: office.clone(), agb: agb(&code)?, year },
            reason: NoOffer::from_code(&reason).ok_or_else(|| stored("a reason"))?,
            missing: json(&missing)?,
            decision_id,
            recorded,
        })
    };
    rows.into_iter().map(read).collect()
}

/// Every agreement of a year, by provider.
pub async fn agreements_of(tx: &mut Tx, year: &OfficeYear) -> Result<BTreeMap<Agb, Agreement>, EdgeError> {
    let mut all = BTreeMap::new();
    let mut page = first_page();
    loop {
        let (agreements, next) = page_of_agreements(tx, &year.office, year.year, &page).await?;
        let Some(last) = agreements.last() else { return Ok(all) };
        page.after = vec![last.of.agb.to_string()];
        all.extend(agreements.into_iter().map(|agreement| (agreement.of.agb, agreement)));
        if next.is_empty() {
            return Ok(all);
        }
    }
}

/// How far every ceiling of a year is used, by provider.
pub async fn consumption_in(tx: &mut Tx, year: &OfficeYear) -> Result<BTreeMap<Agb, Consumption>, EdgeError> {
    let mut all = BTreeMap::new();
    let mut page = first_page();
    loop {
        let rows = page_of_consumption(tx, (&year.office, year.year), None, &page).await?;
        let Some(last) = rows.last() else { return Ok(all) };
        page.after = vec![last.agb.to_string()];
        all.extend(rows.into_iter().map(|used| (used.agb, used)));
    }
}

/// Every score of a run, by provider.
pub async fn scores_of(tx: &mut Tx, run_id: &str) -> Result<BTreeMap<Agb, Score>, EdgeError> {
    let mut all = BTreeMap::new();
    let mut page = first_page();
    loop {
        let rows = page_of_scores(tx, run_id, &page).await?;
        let Some(last) = rows.last() else { return Ok(all) };
        page.after = vec![last.agb.to_string()];
        all.extend(rows.into_iter().map(|score| (score.agb, score)));
    }
}

fn first_page() -> Page {
    Page { size: AT_A_TIME, after: vec![String::new()] }
}
