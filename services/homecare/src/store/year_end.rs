//! The end of years (HOM-09): what it is made from, lists and what was decided.

use std::collections::{BTreeMap, HashMap};

use chrono::{DateTime, NaiveDate, Utc};
use database::{DatabaseError, Tx, execute, fetch_all, fetch_in, fetch_optional};
use edge::{EdgeError, Page};
use identifiers::Agb;
use money::{Money, Percentage};

use super::{agb, json, stored, to_json};
use crate::{
    decide::year_end::ClientCare,
    domain::{OfficeYear, ProviderYear, Subcontracting, YearEnd, YearEndDecision, YearEndEntry, YearEndOutcome},
};

const ADD_SHARE: &str = "INSERT INTO subcontracting_share
        (office, agb, year, version, share, source, source_day, recorded_time)
    SELECT $1, $2, $3, COALESCE(MAX(version), 0) + 1, $4, $5, $6, $7
    FROM subcontracting_share WHERE office = $1 AND agb = $2 AND year = $3";
const SHARES: &str = "SELECT agb, share, source, source_day FROM subcontracting_share
    WHERE office = $1 AND year = $2 AND recorded_time <= $3 ORDER BY agb, version";
const STOPS: &str = "SELECT stop.agb, stop.stop_id, stop.first_day, ended.last_day
    FROM client_stop AS stop
    LEFT JOIN client_stop_end AS ended ON ended.stop_id = stop.stop_id AND ended.recorded_time <= $3
    WHERE stop.office = $1 AND stop.year = $2 AND stop.recorded_time <= $3 ORDER BY stop.agb, stop.first_day";
// Files are known from when they changed a ceiling: the same moment as for what is granted on it.
const CARE: &str = "WITH known AS (
        SELECT DISTINCT file.file_number FROM claim_file AS file
        JOIN ceiling_entry AS entry
          ON entry.office = file.office AND entry.agb = file.agb AND entry.source_id = file.file_id
        WHERE file.office = $1 AND file.agb = $2 AND entry.recorded_time <= $5)
    SELECT line.client, MIN(line.first_day),
        CAST(SUM(CASE WHEN line.first_day >= $3 AND line.first_day <= $4 THEN line.granted_cents ELSE 0 END) AS BIGINT)
    FROM claim_line AS line
    WHERE line.office = $1 AND line.agb = $2 AND line.outcome = 1 AND line.client <> ''
      AND line.file_number IN (SELECT file_number FROM known)
      AND NOT EXISTS (SELECT 1 FROM claim_line AS back
          WHERE back.agb = line.agb AND back.previous_reference = line.reference AND back.office = line.office
            AND back.outcome = 2 AND back.file_number IN (SELECT file_number FROM known))
    GROUP BY line.client";
// Writing the rows takes them: files that are decided now are waited for.
const TAKE: &str = "UPDATE ceiling SET version = version + 1 WHERE office = $1 AND year = $2";
const ADD: &str = "INSERT INTO year_end (office, year, cut_off_time, providers, with_findings, recorded_time)
    VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (office, year) DO NOTHING";
const ONE: &str = "SELECT cut_off_time, providers, with_findings, recorded_time FROM year_end
    WHERE office = $1 AND year = $2";
const ADD_ENTRY: &str = "INSERT INTO year_end_entry (office, year, agb, content, findings, decision_id)
    VALUES ($1, $2, $3, $4, $5, $6)";
const PAGE: &str = "SELECT content FROM year_end_entry
    WHERE office = $1 AND year = $2 AND agb > $3 AND findings >= $4 ORDER BY agb LIMIT $5";
const ENTRIES: &str = "SELECT content FROM year_end_entry WHERE office = $1 AND year = $2 AND agb IN ({keys})";
const ADD_DECISION: &str = "INSERT INTO year_end_decision
        (office, year, agb, version, outcome, amount_cents, motivation, decision_id, recorded_time)
    SELECT $1, $2, $3, COALESCE(MAX(version), 0) + 1, $4, $5, $6, $7, $8
    FROM year_end_decision WHERE office = $1 AND year = $2 AND agb = $3";
const DECISIONS: &str = "SELECT agb, outcome, amount_cents, motivation, decision_id, recorded_time
    FROM year_end_decision WHERE office = $1 AND year = $2 AND agb IN ({keys}) ORDER BY agb, version";

/// Adds which share of a provider's care subcontractors delivered.
pub async fn add_subcontracting(
    tx: &mut Tx,
    of: &ProviderYear,
    recorded: &Subcontracting,
    now: DateTime<Utc>,
) -> Result<(), DatabaseError> {
    let (office, agb, share) = (of.office.as_str(), of.agb.to_string(), recorded.share.0.to_string());
    execute!(tx, ADD_SHARE, office, &agb, of.year, &share, &recorded.source, recorded.source_day, now)?;
    Ok(())
}

/// Which share of the care of a year subcontractors delivered, by provider, as known at a moment.
pub async fn subcontracting_in(
    tx: &mut Tx,
    year: &OfficeYear,
    at: DateTime<Utc>,
) -> Result<BTreeMap<Agb, Subcontracting>, EdgeError> {
    let rows = fetch_all!(tx, SHARES, year.office.as_str(), year.year, at => (String, String, String, NaiveDate))?;
    let read = |(code, share, source, source_day): (String, String, String, NaiveDate)| {
        let share = Percentage(share.parse().map_err(|_| stored("a share"))?);
        Ok((agb(&code)?, Subcontracting { share, source, source_day }))
    };
    // Of a provider the last one is left.
    rows.into_iter().map(read).collect()
}

/// The stops of a year by provider, as known at a moment: each with its days, the last one when it was ended by then.
pub async fn stops_in(
    tx: &mut Tx,
    year: &OfficeYear,
    at: DateTime<Utc>,
) -> Result<BTreeMap<Agb, Vec<(String, NaiveDate, Option<NaiveDate>)>>, EdgeError> {
    type Row = (String, String, NaiveDate, Option<NaiveDate>);
    let mut stops: BTreeMap<Agb, Vec<_>> = BTreeMap::new();
    for (code, stop_id, first, last) in fetch_all!(tx, STOPS, year.office.as_str(), year.year, at => Row)? {
        stops.entry(agb(&code)?).or_default().push((stop_id, first, last));
    }
    Ok(stops)
}

/// What is on record of the clients of a provider at a moment, with what was granted for care that began on days of a stop.
/// Lines that were taken back are none.
pub async fn client_care(
    tx: &mut Tx,
    of: &ProviderYear,
    (first, last): (NaiveDate, NaiveDate),
    at: DateTime<Utc>,
) -> Result<Vec<ClientCare>, EdgeError> {
    let code = of.agb.to_string();
    let rows = fetch_all!(tx, CARE, of.office.as_str(), &code, first, last, at => (String, NaiveDate, i64))?;
    let read = |(client, first_day, cents)| ClientCare { client, first_day, granted: Money::from_cents(cents) };
    Ok(rows.into_iter().map(read).collect())
}

/// Takes the ceilings of a year until the transaction ends, and waits for the files that are decided on them.
pub async fn take_year(tx: &mut Tx, year: &OfficeYear) -> Result<(), DatabaseError> {
    execute!(tx, TAKE, year.office.as_str(), year.year)?;
    Ok(())
}

/// Adds a closed year; false when it was closed before.
pub async fn add_year_end(tx: &mut Tx, end: &YearEnd) -> Result<bool, DatabaseError> {
    let (office, year) = (end.year.office.as_str(), end.year.year);
    Ok(execute!(tx, ADD, office, year, end.cut_off, end.providers, end.with_findings, end.closed)? > 0)
}

/// A closed year.
pub async fn year_end(tx: &mut Tx, year: &OfficeYear) -> Result<Option<YearEnd>, EdgeError> {
    type Row = (DateTime<Utc>, i64, i64, DateTime<Utc>);
    let row = fetch_optional!(tx, ONE, year.office.as_str(), year.year => Row)?;
    let count = |number: i64| u32::try_from(number).map_err(|_| stored("a number"));
    row.map(|(cut_off, providers, with_findings, closed)| {
        let (providers, with_findings) = (count(providers)?, count(with_findings)?);
        Ok(YearEnd { year: year.clone(), cut_off, providers, with_findings, closed })
    })
    .transpose()
}

/// Adds a provider to the list of a closed year.
pub async fn add_year_end_entry(tx: &mut Tx, entry: &YearEndEntry) -> Result<(), DatabaseError> {
    let (of, content) = (&entry.of, to_json(entry));
    let (code, found) = (of.agb.to_string(), entry.found());
    execute!(tx, ADD_ENTRY, of.office.as_str(), of.year, &code, &content, found, &entry.decision_id)?;
    Ok(())
}

/// A page of the list of a year, by AGB code; of those alone with findings when that is asked.
pub async fn page_of_year_end(
    tx: &mut Tx,
    year: &OfficeYear,
    findings_only: bool,
    page: &Page,
) -> Result<Vec<YearEndEntry>, EdgeError> {
    let (office, least) = (year.office.as_str(), i64::from(findings_only));
    let rows = fetch_all!(tx, PAGE, office, year.year, &page.after[0], least, page.limit() => (String,))?;
    rows.into_iter().map(|(content,)| json(&content)).collect()
}

/// Providers on the list of a year, each with what was decided about it last.
pub async fn year_end_entries(
    tx: &mut Tx,
    year: &OfficeYear,
    of: &[Agb],
) -> Result<BTreeMap<Agb, (YearEndEntry, Option<YearEndDecision>)>, EdgeError> {
    type Row = (String, String, i64, String, String, DateTime<Utc>);
    let codes: Vec<String> = of.iter().map(Agb::to_string).collect();
    let office = year.office.as_str();
    let mut decisions: HashMap<String, YearEndDecision> = HashMap::new();
    for (code, outcome, cents, motivation, decision_id, decided) in
        fetch_in!(tx, DECISIONS, codes, office, year.year => Row)?
    {
        let outcome = YearEndOutcome::from_code(&outcome).ok_or_else(|| stored("an outcome"))?;
        let amount = Money::from_cents(cents);
        decisions.insert(code, YearEndDecision { outcome, amount, motivation, decision_id, decided });
    }
    let mut entries = BTreeMap::new();
    for (content,) in fetch_in!(tx, ENTRIES, codes, office, year.year => (String,))? {
        let entry: YearEndEntry = json(&content)?;
        entries.insert(entry.of.agb, (entry.clone(), decisions.remove(&entry.of.agb.to_string())));
    }
    Ok(entries)
}

/// A provider on the list of a year.
///
/// # Errors
/// [`EdgeError::NotFound`] when the year was not closed or the provider had no agreement.
pub async fn year_end_entry(
    tx: &mut Tx,
    of: &ProviderYear,
) -> Result<(YearEndEntry, Option<YearEndDecision>), EdgeError> {
    let year = OfficeYear { office: of.office.clone(), year: of.year };
    let found = year_end_entries(tx, &year, &[of.agb]).await?.remove(&of.agb);
    found.ok_or_else(|| EdgeError::NotFound { what: "the year end of", id: of.to_string() })
}

/// Adds what was decided about a provider on the list.
pub async fn add_year_end_decision(
    tx: &mut Tx,
    of: &ProviderYear,
    decided: &YearEndDecision,
) -> Result<(), DatabaseError> {
    let (office, code, outcome) = (of.office.as_str(), of.agb.to_string(), decided.outcome.as_str());
    let YearEndDecision { amount, motivation, decision_id, decided, .. } = decided;
    execute!(tx, ADD_DECISION, office, of.year, &code, outcome, amount.cents(), motivation, decision_id, decided)?;
    Ok(())
}
