//! Tariffs of home care, night care of regions, and raised offers.
//!
//! What is asked as known at a moment takes the rows that were recorded until then; nothing is ever changed.

use chrono::{DateTime, Utc};
use database::{DatabaseError, Tx, execute, fetch_all, fetch_one, fetch_optional};
use edge::{EdgeError, Office, Page, Sector};
use identifiers::{Agb, Region};
use money::Money;
use serde::{Serialize, de::DeserializeOwned};

use crate::domain::{
    Subject,
    homecare::{
        AndersWerken, Basis, HomeCareAmounts, HomeCareTariff, RegionYear, SettledNightCare, Settlement, UpliftOffer,
    },
};

const TAKE: &str = "INSERT INTO home_care_year (office, year, writes) VALUES ($1, $2, 1)
    ON CONFLICT (office, year) DO UPDATE SET writes = home_care_year.writes + 1";
const ADD_TARIFF: &str = "INSERT INTO home_care_tariff (office, year, agb, version, region, first_day, terms,
        integral_cents, surcharge_cents, reduction_cents, tariff_cents, basis, decision_id, recorded_time)
    SELECT $1, $2, $3, COALESCE(MAX(version), 0) + 1, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13
    FROM home_care_tariff WHERE office = $1 AND year = $2 AND agb = $3 RETURNING version";
const TARIFFS_OF: &str = "SELECT agb, year, version, terms, integral_cents, surcharge_cents, reduction_cents,
        tariff_cents, basis, decision_id, recorded_time
    FROM home_care_tariff
    WHERE office = $1 AND year = $2 AND agb = $3 AND recorded_time <= $4 ORDER BY version";
const IN_REGION: &str = "SELECT agb, year, version, terms, integral_cents, surcharge_cents, reduction_cents,
        tariff_cents, basis, decision_id, recorded_time
    FROM home_care_tariff AS row
    WHERE office = $1 AND year = $2
      AND (SELECT newest.region FROM home_care_tariff AS newest
           WHERE newest.office = row.office AND newest.year = row.year AND newest.agb = row.agb
           ORDER BY newest.version DESC LIMIT 1) = $3
    ORDER BY agb, version";
const PAGE: &str = "SELECT agb, year, version, terms, integral_cents, surcharge_cents, reduction_cents,
        tariff_cents, basis, decision_id, recorded_time
    FROM home_care_tariff AS row
    WHERE office = $1 AND year = $2 AND ($3 = '' OR region = $3) AND agb > $4
      AND version = (SELECT MAX(version) FROM home_care_tariff AS other
                     WHERE other.office = row.office AND other.year = row.year AND other.agb = row.agb
                       AND other.recorded_time <= $5)
    ORDER BY agb LIMIT $6";
const ADD_ANDERS_WERKEN: &str = "INSERT INTO anders_werken
        (office, year, agb, version, awarded, surcharge_cents, letter, recorded_time)
    SELECT $1, $2, $3, COALESCE(MAX(version), 0) + 1, $4, $5, $6, $7
    FROM anders_werken WHERE office = $1 AND year = $2 AND agb = $3";
const ANDERS_WERKEN: &str = "SELECT awarded, surcharge_cents, letter FROM anders_werken
    WHERE office = $1 AND year = $2 AND agb = $3 ORDER BY version DESC LIMIT 1";
const ADD_NIGHT_CARE: &str = "INSERT INTO night_care
        (office, year, region, version, settlement, decision_id, recorded_time)
    SELECT $1, $2, $3, COALESCE(MAX(version), 0) + 1, $4, $5, $6
    FROM night_care WHERE office = $1 AND year = $2 AND region = $3 RETURNING version";
const NIGHT_CARE: &str = "SELECT version, settlement, decision_id, recorded_time FROM night_care
    WHERE office = $1 AND year = $2 AND region = $3 AND recorded_time <= $4 ORDER BY version DESC LIMIT 1";
const ADD_OFFER: &str = "INSERT INTO uplift_offer
        (offer_id, office, year, agb, number, terms, tariff_cents, earlier, sent_time, accept_until, decision_id)
    SELECT $1, $2, $3, $4, COALESCE(MAX(number), 0) + 1, $5, $6, $7, $8, $9, $10
    FROM uplift_offer WHERE office = $2 AND year = $3 AND agb = $4";
const OFFER: &str = "SELECT one.offer_id, one.office, one.year, one.agb, one.terms, one.tariff_cents, one.earlier,
        one.sent_time, one.accept_until, one.decision_id, uplift_acceptance.accepted_time,
        EXISTS (SELECT 1 FROM uplift_offer AS later
                WHERE later.office = one.office AND later.year = one.year AND later.agb = one.agb
                  AND later.number > one.number) AS replaced
    FROM uplift_offer AS one LEFT JOIN uplift_acceptance ON uplift_acceptance.offer_id = one.offer_id
    WHERE one.offer_id = $1";
const OFFER_TO: &str = "SELECT one.offer_id, one.office, one.year, one.agb, one.terms, one.tariff_cents, one.earlier,
        one.sent_time, one.accept_until, one.decision_id, uplift_acceptance.accepted_time, false AS replaced
    FROM uplift_offer AS one
    LEFT JOIN uplift_acceptance ON uplift_acceptance.offer_id = one.offer_id
         AND uplift_acceptance.accepted_time <= $4
    WHERE one.office = $1 AND one.year = $2 AND one.agb = $3 AND one.sent_time <= $4
    ORDER BY one.number DESC LIMIT 1";
const ACCEPT: &str = "INSERT INTO uplift_acceptance (offer_id, decision_id, accepted_time) VALUES ($1, $2, $3)";

/// Takes a year of an office: whoever takes it next waits until this one is done, and then reads what it did.
pub async fn take_year(tx: &mut Tx, office: &Office, year: i32) -> Result<(), DatabaseError> {
    execute!(tx, TAKE, office.as_str(), year)?;
    Ok(())
}

#[derive(sqlx::FromRow)]
struct TariffRow {
    agb: String,
    year: i64,
    version: i64,
    terms: String,
    integral_cents: i64,
    surcharge_cents: i64,
    reduction_cents: i64,
    tariff_cents: i64,
    basis: String,
    decision_id: String,
    recorded_time: DateTime<Utc>,
}

impl TariffRow {
    fn read(self, office: &Office) -> Result<HomeCareTariff, EdgeError> {
        Ok(HomeCareTariff {
            subject: subject(office, &self.agb, self.year)?,
            version: self.version,
            terms: of_json(&self.terms, "the terms of a tariff")?,
            amounts: HomeCareAmounts {
                integral: Money::from_cents(self.integral_cents),
                surcharge: Money::from_cents(self.surcharge_cents),
                reduction: Money::from_cents(self.reduction_cents),
                tariff: Money::from_cents(self.tariff_cents),
            },
            basis: Basis::from_code(&self.basis).ok_or_else(|| stored("the basis of a tariff"))?,
            decision_id: self.decision_id,
            recorded: self.recorded_time,
        })
    }
}

/// Adds a tariff as the next version of its provider's year, which was taken; gives the version.
pub async fn add_home_care_tariff(tx: &mut Tx, tariff: &HomeCareTariff) -> Result<i64, EdgeError> {
    let HomeCareTariff { subject, terms, amounts, .. } = tariff;
    let (agb, region, as_json) = (subject.agb.to_string(), terms.region.to_string(), json(terms)?);
    let (version,) = fetch_one!(
        tx,
        ADD_TARIFF,
        subject.office.as_str(),
        subject.year,
        &agb,
        &region,
        terms.first_day,
        &as_json,
        amounts.integral.cents(),
        amounts.surcharge.cents(),
        amounts.reduction.cents(),
        amounts.tariff.cents(),
        tariff.basis.as_str(),
        &tariff.decision_id,
        tariff.recorded
        => (i64,)
    )?;
    Ok(version)
}

/// Every version of a provider's year that was recorded until a moment.
pub async fn home_care_tariffs_of(
    tx: &mut Tx,
    (office, year, agb): (&Office, i32, Agb),
    known: DateTime<Utc>,
) -> Result<Vec<HomeCareTariff>, EdgeError> {
    let rows = fetch_all!(tx, TARIFFS_OF, office.as_str(), year, &agb.to_string(), known => TariffRow)?;
    rows.into_iter().map(|row| row.read(office)).collect()
}

/// Every version of every provider whose newest one is in a region, by AGB code.
pub async fn tariffs_in_region(tx: &mut Tx, of: &RegionYear) -> Result<Vec<HomeCareTariff>, EdgeError> {
    let rows = fetch_all!(tx, IN_REGION, of.office.as_str(), of.year, &of.region.to_string() => TariffRow)?;
    rows.into_iter().map(|row| row.read(&of.office)).collect()
}

/// Which tariffs a list is of.
#[derive(Debug)]
pub struct TariffQuery {
    /// The office.
    pub office: Office,
    /// The year.
    pub year: i32,
    /// The region; none for all.
    pub region: Option<Region>,
    /// As known at this moment.
    pub known: DateTime<Utc>,
}

/// A page of the newest versions of a year, as known at a moment, by AGB code.
pub async fn home_care_tariffs(
    tx: &mut Tx,
    query: &TariffQuery,
    page: &Page,
) -> Result<Vec<HomeCareTariff>, EdgeError> {
    let region = query.region.map(|region| region.to_string()).unwrap_or_default();
    let (office, after) = (query.office.as_str(), &page.after[0]);
    let rows = fetch_all!(tx, PAGE, office, query.year, &region, after, query.known, page.limit() => TariffRow)?;
    rows.into_iter().map(|row| row.read(&query.office)).collect()
}

/// Records what became of the module for working differently.
pub async fn add_anders_werken(
    tx: &mut Tx,
    subject: &Subject,
    module: &AndersWerken,
    now: DateTime<Utc>,
) -> Result<(), DatabaseError> {
    let (surcharge, letter) = match &module.surcharge {
        Some((surcharge, letter)) => (Some(surcharge.cents()), letter.as_str()),
        None => (None, ""),
    };
    let agb = subject.agb.to_string();
    let office = subject.office.as_str();
    execute!(tx, ADD_ANDERS_WERKEN, office, subject.year, &agb, module.awarded, surcharge, letter, now)?;
    Ok(())
}

/// What was recorded last of the module for working differently.
pub async fn anders_werken(tx: &mut Tx, subject: &Subject) -> Result<Option<AndersWerken>, DatabaseError> {
    let (office, agb) = (subject.office.as_str(), subject.agb.to_string());
    let row = fetch_optional!(tx, ANDERS_WERKEN, office, subject.year, &agb => (bool, Option<i64>, String))?;
    Ok(row.map(|(awarded, cents, letter)| {
        let surcharge = cents.map(|cents| (Money::from_cents(cents), letter));
        AndersWerken { awarded, surcharge }
    }))
}

/// Adds how night care was settled, as the next version of its region's year; gives the version.
pub async fn add_night_care(
    tx: &mut Tx,
    of: &RegionYear,
    (settlement, decision_id): (&Settlement, &str),
    now: DateTime<Utc>,
) -> Result<i64, EdgeError> {
    let (region, as_json) = (of.region.to_string(), json(settlement)?);
    let office = of.office.as_str();
    let (version,) = fetch_one!(tx, ADD_NIGHT_CARE, office, of.year, &region, &as_json, decision_id, now => (i64,))?;
    Ok(version)
}

/// How night care of a region was settled, as known at a moment; none when it was not.
pub async fn night_care_of(
    tx: &mut Tx,
    of: &RegionYear,
    known: DateTime<Utc>,
) -> Result<Option<SettledNightCare>, EdgeError> {
    let (office, region) = (of.office.as_str(), of.region.to_string());
    let row = fetch_optional!(tx, NIGHT_CARE, office, of.year, &region, known => (i64, String, String, DateTime<Utc>))?;
    let read = |(version, settlement, decision_id, recorded): (i64, String, String, DateTime<Utc>)| {
        let settlement = of_json(&settlement, "a settlement")?;
        Ok(SettledNightCare { of: of.clone(), version, settlement, decision_id, recorded })
    };
    row.map(read).transpose()
}

#[derive(sqlx::FromRow)]
struct OfferRow {
    offer_id: String,
    office: String,
    year: i64,
    agb: String,
    terms: String,
    tariff_cents: i64,
    earlier: String,
    sent_time: DateTime<Utc>,
    accept_until: DateTime<Utc>,
    decision_id: String,
    accepted_time: Option<DateTime<Utc>>,
    replaced: bool,
}

impl OfferRow {
    fn read(self) -> Result<UpliftOffer, EdgeError> {
        let office: Office = self.office.parse().map_err(|_| stored("an office"))?;
        Ok(UpliftOffer {
            offer_id: self.offer_id,
            subject: subject(&office, &self.agb, self.year)?,
            terms: of_json(&self.terms, "the terms of an offer")?,
            tariff: Money::from_cents(self.tariff_cents),
            earlier: of_json(&self.earlier, "an earlier agreement")?,
            sent: self.sent_time,
            accept_until: self.accept_until,
            decision_id: self.decision_id,
            accepted: self.accepted_time,
            replaced: self.replaced,
        })
    }
}

/// Adds a raised offer.
pub async fn add_offer(tx: &mut Tx, offer: &UpliftOffer) -> Result<(), EdgeError> {
    let (terms, earlier) = (json(&offer.terms)?, json(&offer.earlier)?);
    let (office, agb) = (offer.subject.office.as_str(), offer.subject.agb.to_string());
    execute!(
        tx,
        ADD_OFFER,
        &offer.offer_id,
        office,
        offer.subject.year,
        &agb,
        &terms,
        offer.tariff.cents(),
        &earlier,
        offer.sent,
        offer.accept_until,
        &offer.decision_id
    )?;
    Ok(())
}

/// A raised offer.
///
/// # Errors
/// [`EdgeError::NotFound`] when it is not on record.
pub async fn offer(tx: &mut Tx, offer_id: &str) -> Result<UpliftOffer, EdgeError> {
    let row = fetch_optional!(tx, OFFER, offer_id => OfferRow)?;
    row.ok_or_else(|| EdgeError::NotFound { what: "raised offer", id: offer_id.to_owned() })?.read()
}

/// The raised offer made last to a provider for a year, as known at a moment.
pub async fn offer_to(
    tx: &mut Tx,
    (office, year, agb): (&Office, i32, Agb),
    known: DateTime<Utc>,
) -> Result<Option<UpliftOffer>, EdgeError> {
    let row = fetch_optional!(tx, OFFER_TO, office.as_str(), year, &agb.to_string(), known => OfferRow)?;
    row.map(OfferRow::read).transpose()
}

/// Records that an offer was accepted.
pub async fn accept_offer(
    tx: &mut Tx,
    offer_id: &str,
    decision_id: &str,
    now: DateTime<Utc>,
) -> Result<(), DatabaseError> {
    execute!(tx, ACCEPT, offer_id, decision_id, now)?;
    Ok(())
}

fn subject(office: &Office, agb: &str, year: i64) -> Result<Subject, EdgeError> {
    Ok(Subject {
        office: office.clone(),
        sector: Sector::HomeCare,
        agb: agb.parse().map_err(|_| stored("an AGB code"))?,
        year: i32::try_from(year).map_err(|_| stored("a year"))?,
    })
}

fn stored(what: &str) -> EdgeError {
    EdgeError::Stored(what.to_owned())
}

/// A value as it is stored, in bytes that are the same for the same value.
///
/// # Errors
/// [`EdgeError::Stored`] when it can't be written.
pub fn bytes_of(value: &impl Serialize) -> Result<Vec<u8>, EdgeError> {
    json(value).map(String::into_bytes)
}

fn json(value: &impl Serialize) -> Result<String, EdgeError> {
    serde_json::to_string(value).map_err(|error| EdgeError::Stored(error.to_string()))
}

fn of_json<T: DeserializeOwned>(text: &str, what: &str) -> Result<T, EdgeError> {
    serde_json::from_str(text).map_err(|_| stored(what))
}
