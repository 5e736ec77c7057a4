//! What the list of a year is made from: everything as it was on record at the cut-off.

use std::collections::BTreeMap;

use calendar::amsterdam_date;
use chrono::{DateTime, NaiveDate, Utc};
use database::Tx;
use edge::{EdgeError, InvalidRequest, Page};
use explain::{Rules, Trace};
use identifiers::Agb;
use money::Money;

use crate::{
    decide::year_end::{self, YearEndFacts},
    domain::{Agreement, Consumption, Hours, OfficeYear, StopUse, Subcontracting, YearEndEntry},
    store,
};

/// How many providers are read at a time.
const AT_A_TIME: u32 = 500;

/// A provider as it would stand on the list.
pub(super) struct Prepared {
    pub facts: YearEndFacts,
    pub entry: YearEndEntry,
    pub trace: Trace,
}

/// The moment a list is as of: a year that is over by then, and nothing from the future.
pub(super) fn cut_off(
    year: &OfficeYear,
    asked: Option<DateTime<Utc>>,
    now: DateTime<Utc>,
) -> Result<DateTime<Utc>, EdgeError> {
    let cut_off = database::to_micros(asked.unwrap_or(now));
    if cut_off > now {
        return Err(InvalidRequest(vec![("cut_off_time".to_owned(), "lies in the future".to_owned())]).into());
    }
    let last = last_day(year);
    if amsterdam_date(cut_off) <= last {
        let (subject, message) = (format!("{} {}", year.office, year.year), format!("the year runs through {last}"));
        return Err(EdgeError::Precondition { reason: "YEAR_NOT_OVER", subject, message });
    }
    Ok(cut_off)
}

fn last_day(year: &OfficeYear) -> NaiveDate {
    NaiveDate::from_ymd_opt(year.year, 12, 31).unwrap_or(NaiveDate::MAX)
}

/// What is on record of a year beside the use of its ceilings.
struct OnRecord {
    agreements: BTreeMap<Agb, Agreement>,
    subcontracting: BTreeMap<Agb, Subcontracting>,
    stops: BTreeMap<Agb, Vec<(String, NaiveDate, Option<NaiveDate>)>>,
}

impl OnRecord {
    async fn load(tx: &mut Tx, year: &OfficeYear, cut_off: DateTime<Utc>) -> Result<OnRecord, EdgeError> {
        Ok(OnRecord {
            agreements: store::agreements_of(tx, year).await?,
            subcontracting: store::subcontracting_in(tx, year, cut_off).await?,
            stops: store::stops_in(tx, year, cut_off).await?,
        })
    }
}

/// A page of the list as it would be.
pub(super) async fn page(
    tx: &mut Tx,
    year: &OfficeYear,
    (page, cut_off): (&Page, DateTime<Utc>),
    (rules, now): (&Rules, DateTime<Utc>),
) -> Result<(Vec<Prepared>, String), EdgeError> {
    let record = OnRecord::load(tx, year, cut_off).await?;
    let mut rows = store::page_of_consumption(tx, (&year.office, year.year), Some(cut_off), page).await?;
    let next = page.cut(&mut rows, |row| vec![row.agb.to_string()]);
    let mut prepared = Vec::with_capacity(rows.len());
    for used in rows {
        prepared.push(prepare(tx, (year, &record), used, (cut_off, now), rules).await?);
    }
    Ok((prepared, next))
}

/// The whole list.
pub(super) async fn all(
    tx: &mut Tx,
    year: &OfficeYear,
    cut_off: DateTime<Utc>,
    (rules, now): (&Rules, DateTime<Utc>),
) -> Result<Vec<Prepared>, EdgeError> {
    let record = OnRecord::load(tx, year, cut_off).await?;
    let mut page = Page { size: AT_A_TIME, after: vec![String::new()] };
    let mut prepared = Vec::new();
    loop {
        let rows = store::page_of_consumption(tx, (&year.office, year.year), Some(cut_off), &page).await?;
        let Some(last) = rows.last() else { return Ok(prepared) };
        page.after = vec![last.agb.to_string()];
        for used in rows {
            prepared.push(prepare(tx, (year, &record), used, (cut_off, now), rules).await?);
        }
    }
}

async fn prepare(
    tx: &mut Tx,
    (year, record): (&OfficeYear, &OnRecord),
    used: Consumption,
    (cut_off, as_of): (DateTime<Utc>, DateTime<Utc>),
    rules: &Rules,
) -> Result<Prepared, EdgeError> {
    let of = year.of(used.agb);
    let agreement = record.agreements.get(&used.agb).ok_or_else(|| crate::error::no_agreement(&of))?;
    let mut stops = Vec::new();
    for (stop_id, first_day, ended) in record.stops.get(&used.agb).into_iter().flatten() {
        let days = (*first_day, ended.unwrap_or(NaiveDate::MAX).min(last_day(year)));
        let (new_clients, granted) = new_clients(tx, (year, used.agb), days, cut_off).await?;
        let (stop_id, (first_day, last_day)) = (stop_id.clone(), days);
        stops.push(StopUse { stop_id, first_day, last_day, new_clients, granted });
    }
    let facts = YearEndFacts {
        of,
        kind: agreement.kind,
        ceiling: used.ceiling,
        spent: used.spent,
        beyond: used.beyond,
        agreed: used.hours_agreed,
        hours: Hours::of(&used.months),
        subcontracting: record.subcontracting.get(&used.agb).cloned(),
        stops,
        cut_off,
        as_of,
    };
    let mut trace = Trace::new();
    let (findings, at_stake) = year_end::year_end(&facts, rules, &mut trace)?;
    let entry = YearEndEntry {
        of: facts.of.clone(),
        kind: facts.kind,
        granted: facts.spent,
        agreed: facts.agreed,
        hours: facts.hours,
        findings,
        at_stake,
        decision_id: String::new(),
    };
    Ok(Prepared { facts, entry, trace })
}

/// Who came into care on the days of a stop; clients are looked at and counted, and not kept.
async fn new_clients(
    tx: &mut Tx,
    (year, agb): (&OfficeYear, Agb),
    days: (NaiveDate, NaiveDate),
    cut_off: DateTime<Utc>,
) -> Result<(u32, Money), EdgeError> {
    let care = store::client_care(tx, &year.of(agb), days, cut_off).await?;
    let earlier = intake::earlier_clients(tx, care.iter().map(|one| one.client.as_str())).await?;
    Ok(year_end::new_clients(&care, &earlier, days)?)
}
