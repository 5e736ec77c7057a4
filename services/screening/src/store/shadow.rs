//! Rule files that are tried beside the live ones, and what they find.

use chrono::{DateTime, NaiveDate, Utc};
use database::{Column, DatabaseError, Kind, Rows, Table, Tx, execute, execute_in, fetch_all, fetch_optional};
use edge::Office;
use identifiers::Agb;

use crate::decide::claim_rules::Finding;

static FINDING: Table = Table {
    name: "shadow_finding",
    columns: &[
        Column::new("office", Kind::Text),
        Column::new("finding_key", Kind::Text),
        Column::new("rule", Kind::Text),
        Column::new("client", Kind::Text),
        Column::new("agb", Kind::Text),
        Column::new("first_day", Kind::Date),
        Column::new("last_day", Kind::Date),
        Column::new("at_stake_cents", Kind::Int),
        Column::new("lines", Kind::Text),
    ],
};

const OF: &str = "SELECT shadow_id, started_by, started_time, rules FROM shadow WHERE office = $1";
const START: &str = "INSERT INTO shadow (office, shadow_id, started_by, started_time, rules)
    VALUES ($1, $2, $3, $4, $5)";
const STOP: &str = "DELETE FROM shadow WHERE office = $1";
const FORGET: &str = "DELETE FROM shadow_finding WHERE office = $1";
const FORGET_CLIENTS: &str = "DELETE FROM shadow_finding WHERE office = $1 AND client IN ({keys})";
const FORGET_MONTH: &str =
    "DELETE FROM shadow_finding WHERE office = $1 AND client = '' AND agb = $2 AND first_day = $3";
macro_rules! standing {
    ($before:literal, $after:literal) => {
        concat!(
            $before,
            " (SELECT signal.rule, signal.finding_key, signal.first_day, signal.last_day, signal.at_stake_cents FROM signal
               LEFT JOIN withdrawal ON withdrawal.signal_id = signal.signal_id
               WHERE signal.office = $1 AND signal.rule_id = 'SCR-04' AND withdrawal.signal_id IS NULL) AS live ",
            $after
        )
    };
}
const BY_SHADOW: &str = standing!(
    "SELECT found.rule, COUNT(*) AS findings, CAST(SUM(found.at_stake_cents) AS BIGINT) AS cents,
            COUNT(live.finding_key) AS live,
            COUNT(CASE WHEN live.at_stake_cents = found.at_stake_cents AND live.first_day = found.first_day
                        AND live.last_day = found.last_day THEN 1 END) AS same
     FROM shadow_finding AS found LEFT JOIN",
    "ON live.finding_key = found.finding_key WHERE found.office = $1 GROUP BY found.rule"
);
const BY_LIVE: &str = standing!(
    "SELECT live.rule, COUNT(*), CAST(SUM(live.at_stake_cents) AS BIGINT), COUNT(found.finding_key) FROM",
    "LEFT JOIN shadow_finding AS found ON found.office = $1 AND found.finding_key = live.finding_key
     GROUP BY live.rule"
);
const EXAMPLES: &str = standing!(
    "SELECT found.rule, found.lines FROM shadow_finding AS found LEFT JOIN",
    "ON live.finding_key = found.finding_key
     WHERE found.office = $1 AND live.finding_key IS NULL ORDER BY found.rule, found.finding_key LIMIT 1000"
);

/// A shadow of an office.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Shadow {
    /// Its id.
    pub shadow_id: String,
    /// Who started it.
    pub started_by: String,
    /// When.
    pub started_time: DateTime<Utc>,
    /// The archive of its rule files.
    pub rules: String,
}

/// What the shadow finds of a rule.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct ByShadow {
    /// The rule.
    pub rule: String,
    /// How many findings.
    pub findings: i64,
    /// The eurocents at stake.
    pub cents: i64,
    /// How many of them are about what a standing signal is about.
    pub live: i64,
    /// How many of those say the same days and amount.
    pub same: i64,
}

/// What stands of a rule: the rule, how many, the eurocents at stake, and how many of them the shadow has too.
pub type ByLive = (String, i64, i64, i64);

/// The shadow of an office.
pub async fn shadow(tx: &mut Tx, office: &Office) -> Result<Option<Shadow>, DatabaseError> {
    fetch_optional!(tx, OF, office.as_str() => Shadow)
}

/// Starts a shadow.
pub async fn start_shadow(tx: &mut Tx, office: &Office, shadow: &Shadow) -> Result<(), DatabaseError> {
    let Shadow { shadow_id, started_by, started_time, rules } = shadow;
    execute!(tx, START, office.as_str(), shadow_id, started_by, started_time, rules)?;
    Ok(())
}

/// Stops the shadow and forgets what it found; whether there was one.
pub async fn stop_shadow(tx: &mut Tx, office: &Office) -> Result<bool, DatabaseError> {
    execute!(tx, FORGET, office.as_str())?;
    Ok(execute!(tx, STOP, office.as_str())? > 0)
}

/// Forgets what the shadow found of pseudonyms.
pub async fn forget_clients(tx: &mut Tx, office: &Office, pseudonyms: &[String]) -> Result<(), DatabaseError> {
    execute_in!(tx, FORGET_CLIENTS, pseudonyms, office.as_str())?;
    Ok(())
}

/// Forgets what the shadow found of a month of a provider.
pub async fn forget_month(tx: &mut Tx, office: &Office, agb: Agb, month: NaiveDate) -> Result<(), DatabaseError> {
    execute!(tx, FORGET_MONTH, office.as_str(), agb.to_string(), month)?;
    Ok(())
}

/// Keeps what the shadow finds of a client; the client is empty for a month of a provider.
pub async fn add_shadow_findings(
    tx: &mut Tx,
    office: &Office,
    client: &str,
    found: &[Finding],
) -> Result<(), DatabaseError> {
    let mut rows = Rows::new(tx.engine(), &FINDING);
    for finding in found {
        let lines: Vec<&str> = finding.lines.iter().map(|line| line.reference.as_str()).collect();
        let lines = if lines.is_empty() { finding.subject.clone() } else { lines.join(" ") };
        rows.text(office.as_str()).text(&finding.key()).text(finding.rule).text(client);
        rows.text(&finding.agb.map(|agb| agb.to_string()).unwrap_or_default());
        rows.date(finding.first_day).date(finding.last_day).int(finding.at_stake.cents()).text(&lines).end_row();
    }
    tx.insert_many(rows).await?;
    Ok(())
}

/// What the shadow finds and what stands, by rule, and examples of what only the shadow finds.
pub async fn compare_shadow(
    tx: &mut Tx,
    office: &Office,
) -> Result<(Vec<ByShadow>, Vec<ByLive>, Vec<(String, String)>), DatabaseError> {
    let by_shadow = fetch_all!(tx, BY_SHADOW, office.as_str() => ByShadow)?;
    let by_live = fetch_all!(tx, BY_LIVE, office.as_str() => ByLive)?;
    let examples = fetch_all!(tx, EXAMPLES, office.as_str() => (String, String))?;
    Ok((by_shadow, by_live, examples))
}
