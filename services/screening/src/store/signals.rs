//! Signals, their evidence and their withdrawal.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, Utc};
use database::{DatabaseError, Tx, execute, fetch_all, fetch_in};
use edge::{EdgeError, Office, Page};
use identifiers::Agb;
use money::Money;

use super::{agb, stored};
use crate::domain::{Evidence, LineKey, Signal, SignalFilter, SignalKind, Withdrawal};

const ADD: &str = "INSERT INTO signal
        (signal_id, office, rule_id, rule, kind, agb, client, product, first_day, last_day, at_stake_cents,
         finding_key, digest, fact_ids, decision_id, raised_time)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)";
const ADD_EVIDENCE: &str = "INSERT INTO evidence
        (signal_id, position, office, service, file_id, detail_number, agb, first_day, last_day, granted_cents,
         reference)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
const WITHDRAW: &str = "INSERT INTO withdrawal (signal_id, decision_id, withdrawn_time) VALUES ($1, $2, $3)";
macro_rules! signals {
    ($rest:literal) => {
        concat!(
            "SELECT signal.signal_id, signal.office, rule_id, rule, kind, signal.agb, client, product,
                    signal.first_day, signal.last_day, at_stake_cents, finding_key, digest, fact_ids,
                    signal.decision_id, raised_time,
                    withdrawal.decision_id AS withdrawal_decision_id, withdrawn_time
             FROM signal LEFT JOIN withdrawal ON withdrawal.signal_id = signal.signal_id
             WHERE ",
            $rest
        )
    };
}
const ONE: &str = signals!("signal.signal_id = $1");
const SOME: &str = signals!("signal.signal_id IN ({keys}) ORDER BY signal.signal_id");
// Ids are made in the order of time.
const PAGE: &str = signals!(
    "signal.office = $1 AND ($3 = '' OR signal.signal_id < $3)
     AND ($2 = '' OR signal.agb = $2 OR EXISTS (SELECT 1 FROM evidence
                                                WHERE evidence.office = $1 AND evidence.agb = $2
                                                  AND evidence.signal_id = signal.signal_id))
     AND ($5 = '' OR rule = $5) AND ($6 = '' OR kind = $6) AND at_stake_cents >= $7
     AND ($8 = 0 OR withdrawal.signal_id IS NULL)
     ORDER BY signal.signal_id DESC LIMIT $4"
);
// Few of the office's signals: they are put in order here. Asked for an order, SQLite would go through all of them in it.
const STANDING: &str = signals!("withdrawal.signal_id IS NULL AND signal.office = $1 AND signal.client IN ({keys})");
const STANDING_OF_MONTH: &str = signals!(
    "withdrawal.signal_id IS NULL AND signal.office = $1 AND signal.client = '' AND signal.agb = $2
     AND signal.first_day = $3 AND rule_id = 'SCR-04'"
);
const STANDING_OF_RULE: &str =
    signals!("withdrawal.signal_id IS NULL AND signal.office = $1 AND rule_id = $2 AND ($3 = '' OR signal.agb = $3)");
const STANDING_CLIENTS: &str = "SELECT DISTINCT signal.client FROM evidence
    JOIN signal ON signal.signal_id = evidence.signal_id
    LEFT JOIN withdrawal ON withdrawal.signal_id = evidence.signal_id
    WHERE evidence.office = $1 AND evidence.service = $2 AND evidence.agb = $3 AND evidence.reference IN ({keys})
      AND withdrawal.signal_id IS NULL";
/// Lines of evidence in a page: an answer has to fit in a message, and a month of a provider has hundreds of them.
const LINES_OF_PAGE: usize = 20_000;

const EVIDENCE: &str = "SELECT signal_id, service, file_id, detail_number, agb, first_day, last_day, granted_cents,
        reference
    FROM evidence WHERE signal_id IN ({keys}) ORDER BY signal_id, position";

#[derive(sqlx::FromRow)]
struct Row {
    signal_id: String,
    office: String,
    rule_id: String,
    rule: String,
    kind: String,
    agb: String,
    client: String,
    product: String,
    first_day: NaiveDate,
    last_day: NaiveDate,
    at_stake_cents: i64,
    finding_key: String,
    digest: String,
    fact_ids: String,
    decision_id: String,
    raised_time: DateTime<Utc>,
    withdrawal_decision_id: Option<String>,
    withdrawn_time: Option<DateTime<Utc>>,
}

#[derive(sqlx::FromRow)]
struct EvidenceRow {
    signal_id: String,
    service: String,
    file_id: String,
    detail_number: i64,
    agb: String,
    first_day: NaiveDate,
    last_day: NaiveDate,
    granted_cents: i64,
    reference: String,
}

impl Row {
    fn read(self, evidence: Vec<Evidence>) -> Result<Signal, EdgeError> {
        let withdrawn = self.withdrawal_decision_id.zip(self.withdrawn_time);
        Ok(Signal {
            signal_id: self.signal_id,
            office: self.office.parse().map_err(|_| stored("an office"))?,
            rule_id: self.rule_id,
            rule: self.rule,
            kind: SignalKind::from_code(&self.kind).ok_or_else(|| stored("a kind of signal"))?,
            agb: if self.agb.is_empty() { None } else { Some(agb(&self.agb)?) },
            client: self.client,
            product: self.product,
            first_day: self.first_day,
            last_day: self.last_day,
            at_stake: Money::from_cents(self.at_stake_cents),
            key: self.finding_key,
            digest: self.digest,
            fact_ids: self.fact_ids.split(' ').filter(|id| !id.is_empty()).map(str::to_owned).collect(),
            decision_id: self.decision_id,
            raised_time: self.raised_time,
            withdrawn: withdrawn.map(|(decision_id, time)| Withdrawal { decision_id, time }),
            evidence,
        })
    }
}

impl EvidenceRow {
    fn read(self) -> Result<Evidence, EdgeError> {
        Ok(Evidence {
            key: LineKey { service: self.service, file_id: self.file_id, detail_number: self.detail_number },
            agb: agb(&self.agb)?,
            first_day: self.first_day,
            last_day: self.last_day,
            granted: Money::from_cents(self.granted_cents),
            reference: self.reference,
        })
    }
}

async fn with_evidence(tx: &mut Tx, rows: Vec<Row>) -> Result<Vec<Signal>, EdgeError> {
    let ids: Vec<&str> = rows.iter().map(|row| row.signal_id.as_str()).collect();
    let mut evidence: HashMap<String, Vec<Evidence>> = HashMap::new();
    if !ids.is_empty() {
        for row in fetch_in!(tx, EVIDENCE, ids => EvidenceRow)? {
            evidence.entry(row.signal_id.clone()).or_default().push(row.read()?);
        }
    }
    let read = |row: Row| {
        let evidence = evidence.remove(&row.signal_id).unwrap_or_default();
        row.read(evidence)
    };
    rows.into_iter().map(read).collect()
}

/// As [`with_evidence`], the oldest first: ids are made in the order of time.
async fn in_order(tx: &mut Tx, mut rows: Vec<Row>) -> Result<Vec<Signal>, EdgeError> {
    rows.sort_by(|one, other| one.signal_id.cmp(&other.signal_id));
    with_evidence(tx, rows).await
}

/// Adds a signal with its evidence.
pub async fn add_signal(tx: &mut Tx, signal: &Signal) -> Result<(), DatabaseError> {
    let (id, office) = (&signal.signal_id, signal.office.as_str());
    let (of, stake) = (signal.agb.map(|agb| agb.to_string()).unwrap_or_default(), signal.at_stake.cents());
    let (first, last, raised) = (signal.first_day, signal.last_day, signal.raised_time);
    let Signal { rule_id, rule, client, product, key, digest, decision_id, .. } = signal;
    let (kind, facts) = (signal.kind.as_str(), signal.fact_ids.join(" "));
    execute!(
        tx,
        ADD,
        id,
        office,
        rule_id,
        rule,
        kind,
        &of,
        client,
        product,
        first,
        last,
        stake,
        key,
        digest,
        &facts,
        decision_id,
        raised
    )?;
    for (position, line) in (1_i64..).zip(&signal.evidence) {
        let LineKey { service, file_id, detail_number } = &line.key;
        let (agb, cents) = (line.agb.to_string(), line.granted.cents());
        let (first, last) = (line.first_day, line.last_day);
        execute!(
            tx,
            ADD_EVIDENCE,
            id,
            position,
            office,
            service,
            file_id,
            detail_number,
            &agb,
            first,
            last,
            cents,
            &line.reference
        )?;
    }
    Ok(())
}

/// Withdraws a signal.
pub async fn add_withdrawal(tx: &mut Tx, signal_id: &str, withdrawal: &Withdrawal) -> Result<(), DatabaseError> {
    execute!(tx, WITHDRAW, signal_id, &withdrawal.decision_id, withdrawal.time)?;
    Ok(())
}

/// The clients of standing signals with a line of a provider in their evidence that is among these references.
pub async fn standing_clients(
    tx: &mut Tx,
    office: &Office,
    (service, of): (&str, Agb),
    references: &[&str],
) -> Result<Vec<String>, DatabaseError> {
    let rows = fetch_in!(tx, STANDING_CLIENTS, references, office.as_str(), service, of.to_string() => (String,))?;
    Ok(rows.into_iter().map(|(client,)| client).collect())
}

/// The standing signals of pseudonyms.
pub async fn standing_signals(tx: &mut Tx, office: &Office, pseudonyms: &[String]) -> Result<Vec<Signal>, EdgeError> {
    let rows = fetch_in!(tx, STANDING, pseudonyms, office.as_str() => Row)?;
    in_order(tx, rows).await
}

/// The standing signals about a month of a provider.
pub async fn standing_of_month(
    tx: &mut Tx,
    office: &Office,
    of: Agb,
    month: NaiveDate,
) -> Result<Vec<Signal>, EdgeError> {
    let rows = fetch_all!(tx, STANDING_OF_MONTH, office.as_str(), of.to_string(), month => Row)?;
    in_order(tx, rows).await
}

/// The standing signals of a rule, about a provider or, without one, all.
pub async fn standing_of_rule(
    tx: &mut Tx,
    office: &Office,
    rule_id: &str,
    of: Option<Agb>,
) -> Result<Vec<Signal>, EdgeError> {
    let of = of.map(|agb| agb.to_string()).unwrap_or_default();
    let rows = fetch_all!(tx, STANDING_OF_RULE, office.as_str(), rule_id, of => Row)?;
    in_order(tx, rows).await
}

/// A signal by its id.
pub async fn signal(tx: &mut Tx, signal_id: &str) -> Result<Option<Signal>, EdgeError> {
    let rows = fetch_all!(tx, ONE, signal_id => Row)?;
    Ok(with_evidence(tx, rows).await?.pop())
}

/// Signals by their ids.
pub async fn signals(tx: &mut Tx, signal_ids: &[&str]) -> Result<Vec<Signal>, EdgeError> {
    let rows = fetch_in!(tx, SOME, signal_ids => Row)?;
    with_evidence(tx, rows).await
}

/// A page of an office's signals, the newest first, and the token of the next one.
pub async fn page_of_signals(
    tx: &mut Tx,
    filter: &SignalFilter,
    page: &Page,
) -> Result<(Vec<Signal>, String), EdgeError> {
    let SignalFilter { office, agb, rule, kind, standing_only, minimum } = filter;
    let (least, standing) = (minimum.cents(), i64::from(*standing_only));
    let office = office.as_str();
    let mut rows = fetch_all!(tx, PAGE, office, agb, &page.after[0], page.limit(), rule, kind, least, standing => Row)?;
    let next = page.cut(&mut rows, |row| vec![row.signal_id.clone()]);
    let mut signals = with_evidence(tx, rows).await?;
    let mut lines = 0;
    let fits = |signal: &&Signal| {
        lines += signal.evidence.len();
        lines <= LINES_OF_PAGE
    };
    let fitting = signals.iter().take_while(fits).count().max(1);
    if fitting >= signals.len() {
        return Ok((signals, next));
    }
    let shorter = Page { size: u32::try_from(fitting).unwrap_or(page.size), after: Vec::new() };
    let next = shorter.cut(&mut signals, |signal| vec![signal.signal_id.clone()]);
    Ok((signals, next))
}
