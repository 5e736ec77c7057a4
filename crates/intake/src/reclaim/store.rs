//! The table of what cases claim back.

use chrono::{DateTime, Utc};
use database::{DatabaseError, Tx, execute, fetch_all, fetch_one};
use edge::{EdgeError, Office};
use identifiers::Agb;
use money::Money;

const ADD: &str = "INSERT INTO case_reclaim
        (case_id, reference, office, agb, year, amount_cents, credited, decision_id, recorded_time)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
const OF_PROVIDER: &str = "SELECT case_id, reference, year, amount_cents, credited, decision_id, recorded_time
    FROM case_reclaim WHERE office = $1 AND agb = $2 ORDER BY case_id, reference";

const OF_LINE: &str = "SELECT CAST(COALESCE(SUM(amount_cents), 0) AS BIGINT) FROM case_reclaim
    WHERE office = $1 AND agb = $2 AND reference = $3";

/// What a case claims back of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CaseReclaim {
    /// The case of screening.
    pub case_id: String,
    /// The office.
    pub office: Office,
    /// The provider.
    pub agb: Agb,
    /// The provider's reference of the line.
    pub reference: String,
    /// The year of care.
    pub year: i32,
    /// What is claimed back.
    pub amount: Money,
    /// Whether a credit took the line back before.
    pub credited: bool,
    /// The decision.
    pub decision_id: String,
    /// When it became known.
    pub recorded: DateTime<Utc>,
}

#[derive(sqlx::FromRow)]
struct Row {
    case_id: String,
    reference: String,
    year: i64,
    amount_cents: i64,
    credited: bool,
    decision_id: String,
    recorded_time: DateTime<Utc>,
}

/// Adds what a case claims back of a line.
pub(super) async fn add(tx: &mut Tx, one: &CaseReclaim) -> Result<(), DatabaseError> {
    let CaseReclaim { case_id, office, agb, reference, year, amount, credited, decision_id, recorded } = one;
    let (office, agb, cents) = (office.as_str(), agb.to_string(), amount.cents());
    execute!(tx, ADD, case_id, reference, office, &agb, i64::from(*year), cents, *credited, decision_id, *recorded)?;
    Ok(())
}

/// What cases claim back of a line together.
pub(super) async fn of_line(
    tx: &mut Tx,
    (office, of): (&Office, Agb),
    reference: &str,
) -> Result<Money, DatabaseError> {
    let (cents,) = fetch_one!(tx, OF_LINE, office.as_str(), of.to_string(), reference => (i64,))?;
    Ok(Money::from_cents(cents))
}

/// What cases claim back of a provider, by case and reference.
pub(super) async fn of_provider(tx: &mut Tx, office: &Office, agb: Agb) -> Result<Vec<CaseReclaim>, EdgeError> {
    let rows = fetch_all!(tx, OF_PROVIDER, office.as_str(), agb.to_string() => Row)?;
    let read = |row: Row| {
        Ok(CaseReclaim {
            case_id: row.case_id,
            office: office.clone(),
            agb,
            reference: row.reference,
            year: row.year.try_into().map_err(|_| EdgeError::Stored("a year".to_owned()))?,
            amount: Money::from_cents(row.amount_cents),
            credited: row.credited,
            decision_id: row.decision_id,
            recorded: row.recorded_time,
        })
    };
    rows.into_iter().map(read).collect()
}
