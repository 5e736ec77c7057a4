//! What cases that screening decided mean for agreements.

use chrono::{DateTime, NaiveDate, Utc};
use database::{DatabaseError, Tx, execute, fetch_all, fetch_optional};
use edge::{Act, EdgeError, Office};
use identifiers::Agb;

use super::stored;
use crate::domain::CaseMeasure;

const ADD: &str = "INSERT INTO case_measure
        (case_id, act, office, agb, no_new_agreement, first_day, last_day, ended, decision_id, recorded_time)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
const OF_PROVIDER: &str = "SELECT case_id, act, no_new_agreement, first_day, last_day, ended, decision_id
    FROM case_measure WHERE office = $1 AND agb = $2 ORDER BY case_id, act";
const EXCLUDED: &str = "SELECT case_id, last_day FROM case_measure
    WHERE office = $1 AND agb = $2 AND act = $3 AND no_new_agreement = $4 AND first_day <= $5 AND last_day >= $5
    ORDER BY last_day DESC, case_id LIMIT 1";

#[derive(sqlx::FromRow)]
struct Row {
    case_id: String,
    act: String,
    no_new_agreement: bool,
    first_day: NaiveDate,
    last_day: NaiveDate,
    ended: String,
    decision_id: String,
}

/// Adds what a case means under an act.
pub async fn add_case_measure(
    tx: &mut Tx,
    (office, agb): (&Office, Agb),
    measure: &CaseMeasure,
    now: DateTime<Utc>,
) -> Result<(), DatabaseError> {
    let CaseMeasure { case_id, act, no_new_agreement, first_day, last_day, ended, decision_id } = measure;
    let (office, agb, ended) = (office.as_str(), agb.to_string(), ended.join(" "));
    let act = act.as_str();
    execute!(tx, ADD, case_id, act, office, &agb, *no_new_agreement, *first_day, *last_day, &ended, decision_id, now)?;
    Ok(())
}

/// What cases mean for a provider.
pub async fn case_measures(tx: &mut Tx, (office, agb): (&Office, Agb)) -> Result<Vec<CaseMeasure>, EdgeError> {
    let rows = fetch_all!(tx, OF_PROVIDER, office.as_str(), agb.to_string() => Row)?;
    let read = |row: Row| {
        Ok(CaseMeasure {
            act: Act::from_code(&row.act).ok_or_else(|| stored("an act"))?,
            case_id: row.case_id,
            no_new_agreement: row.no_new_agreement,
            first_day: row.first_day,
            last_day: row.last_day,
            ended: row.ended.split(' ').filter(|id| !id.is_empty()).map(str::to_owned).collect(),
            decision_id: row.decision_id,
        })
    };
    rows.into_iter().map(read).collect()
}

/// The case for which no new agreement is concluded with a provider on a day, and until when.
pub async fn excluded_by(
    tx: &mut Tx,
    (office, agb, act): (&Office, Agb, Act),
    day: NaiveDate,
) -> Result<Option<(String, NaiveDate)>, DatabaseError> {
    fetch_optional!(tx, EXCLUDED, office.as_str(), agb.to_string(), act.as_str(), true, day => (String, NaiveDate))
}
