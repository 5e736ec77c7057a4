//! The end of a year: investigations, wrongful payments, signatures and escalations.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use database::{DatabaseError, Tx, execute, fetch_all, fetch_optional};
use edge::EdgeError;
use identifiers::Agb;
use money::Money;

use super::{agb, stored};
use crate::domain::{
    Escalation, EscalationStep, FormKind, Investigation, InvestigationKind, OfficeYear, Party, Signature, Wrongful,
};

const OPEN: &str = "INSERT INTO investigation
        (investigation_id, office, year, agb, kind, motivation, opened_time)
    VALUES ($1, $2, $3, $4, $5, $6, $7)";
const CLOSE: &str = "INSERT INTO investigation_end (investigation_id, motivation, closed_time) VALUES ($1, $2, $3)
    ON CONFLICT (investigation_id) DO NOTHING";
const INVESTIGATION: &str = "SELECT row.investigation_id, row.office, row.year, row.agb, row.kind, row.opened_time,
        done.closed_time
    FROM investigation AS row LEFT JOIN investigation_end AS done ON done.investigation_id = row.investigation_id
    WHERE row.investigation_id = $1";
const STILL_OPEN: &str = "SELECT COUNT(*) FROM investigation AS row
    WHERE row.office = $1 AND row.year = $2 AND row.agb = $3
      AND NOT EXISTS (SELECT 1 FROM investigation_end AS done WHERE done.investigation_id = row.investigation_id)";
const ADD_WRONGFUL: &str = "INSERT INTO wrongful_payment
        (office, agb, reference, version, year, amount_cents, motivation, recorded_time)
    SELECT $1, $2, $3, COALESCE(MAX(version), 0) + 1, $4, $5, $6, $7
    FROM wrongful_payment WHERE office = $1 AND agb = $2 AND reference = $3";
const WRONGFUL: &str = "SELECT row.agb, row.reference, row.amount_cents,
        (SELECT COUNT(*) FROM claim_line AS credit
         JOIN claim_file AS file ON file.office = credit.office AND file.agb = credit.agb
              AND file.file_number = credit.file_number
         WHERE credit.office = row.office AND credit.agb = row.agb AND credit.previous_reference = row.reference
           AND credit.outcome = 2 AND file.received_time <= $3) AS credits
    FROM wrongful_payment AS row
    WHERE row.office = $1 AND row.year = $2 AND row.amount_cents > 0
      AND row.version = (SELECT MAX(other.version) FROM wrongful_payment AS other
                         WHERE other.office = row.office AND other.agb = row.agb AND other.reference = row.reference
                           AND other.recorded_time <= $3)
    ORDER BY row.agb, row.reference";
const SIGN: &str = "INSERT INTO form_signature
        (office, year, kind, agb, party, signed_by, sha256, one_sided, signed_time)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (office, year, kind, agb, party) DO NOTHING";
const SIGNATURES: &str = "SELECT agb, party, signed_by, sha256, one_sided, signed_time FROM form_signature
    WHERE office = $1 AND year = $2 AND kind = $3 AND ($4 = '' OR agb = $4) ORDER BY agb, signed_time, party";
const ESCALATE: &str = "INSERT INTO escalation
        (office, year, number, step, amount_cents, overrun_cents, motivation, decision_id, recorded_time)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
const ESCALATIONS: &str = "SELECT number, step, amount_cents, overrun_cents, motivation, decision_id, recorded_time
    FROM escalation WHERE office = $1 AND year = $2 ORDER BY number";

/// Adds an investigation.
pub async fn open_investigation(tx: &mut Tx, one: &Investigation, motivation: &str) -> Result<(), DatabaseError> {
    let (office, agb) = (one.year.office.as_str(), one.agb.to_string());
    execute!(tx, OPEN, &one.id, office, one.year.year, &agb, one.kind.as_str(), motivation, one.opened)?;
    Ok(())
}

/// Closes an investigation; false when it was closed.
pub async fn close_investigation(
    tx: &mut Tx,
    id: &str,
    motivation: &str,
    now: DateTime<Utc>,
) -> Result<bool, DatabaseError> {
    Ok(execute!(tx, CLOSE, id, motivation, now)? == 1)
}

#[derive(sqlx::FromRow)]
struct InvestigationRow {
    investigation_id: String,
    office: String,
    year: i64,
    agb: String,
    kind: String,
    opened_time: DateTime<Utc>,
    closed_time: Option<DateTime<Utc>>,
}

/// An investigation.
///
/// # Errors
/// [`EdgeError::NotFound`] when there is none.
pub async fn investigation(tx: &mut Tx, id: &str) -> Result<Investigation, EdgeError> {
    let row = fetch_optional!(tx, INVESTIGATION, id => InvestigationRow)?;
    let row = row.ok_or_else(|| EdgeError::NotFound { what: "investigation", id: id.to_owned() })?;
    Ok(Investigation {
        id: row.investigation_id,
        year: OfficeYear {
            office: row.office.parse().map_err(|_| stored("an office"))?,
            year: row.year.try_into().map_err(|_| stored("a year"))?,
        },
        agb: agb(&row.agb)?,
        kind: InvestigationKind::from_code(&row.kind).ok_or_else(|| stored("a kind of investigation"))?,
        opened: row.opened_time,
        closed: row.closed_time,
    })
}

/// Whether any investigation into a year of a provider is open.
pub async fn is_investigated(tx: &mut Tx, year: &OfficeYear, agb: Agb) -> Result<bool, DatabaseError> {
    let agb = agb.to_string();
    let row = fetch_optional!(tx, STILL_OPEN, year.office.as_str(), year.year, &agb => (i64,))?;
    Ok(row.is_some_and(|(open,)| open > 0))
}

/// Records a wrongful payment; it replaces what was recorded of the same line.
pub async fn add_wrongful(
    tx: &mut Tx,
    (year, agb): (&OfficeYear, Agb),
    (reference, amount): (&str, Money),
    motivation: &str,
    now: DateTime<Utc>,
) -> Result<(), DatabaseError> {
    let (office, agb) = (year.office.as_str(), agb.to_string());
    execute!(tx, ADD_WRONGFUL, office, &agb, reference, year.year, amount.cents(), motivation, now)?;
    Ok(())
}

/// The wrongful payments of a year as known at a moment, by provider.
pub async fn wrongful_of_year(
    tx: &mut Tx,
    year: &OfficeYear,
    at: DateTime<Utc>,
) -> Result<BTreeMap<Agb, Vec<Wrongful>>, EdgeError> {
    let rows = fetch_all!(tx, WRONGFUL, year.office.as_str(), year.year, at => (String, String, i64, i64))?;
    let mut wrongful: BTreeMap<Agb, Vec<Wrongful>> = BTreeMap::new();
    for (provider, reference, amount, credits) in rows {
        let line = Wrongful { reference, amount: Money::from_cents(amount), credited: credits > 0 };
        wrongful.entry(agb(&provider)?).or_default().push(line);
    }
    Ok(wrongful)
}

/// Adds a signature; false when that side signed before.
pub async fn add_signature(
    tx: &mut Tx,
    (year, kind, agb): (&OfficeYear, FormKind, Agb),
    signature: &Signature,
) -> Result<bool, DatabaseError> {
    let Signature { party, signed_by, sha256, one_sided, signed } = signature;
    let (office, agb) = (year.office.as_str(), agb.to_string());
    let added = execute!(
        tx,
        SIGN,
        office,
        year.year,
        kind.as_str(),
        &agb,
        party.as_str(),
        signed_by,
        sha256,
        *one_sided,
        *signed
    )?;
    Ok(added == 1)
}

#[derive(sqlx::FromRow)]
struct SignatureRow {
    agb: String,
    party: String,
    signed_by: String,
    sha256: String,
    one_sided: bool,
    signed_time: DateTime<Utc>,
}

/// The signatures under the forms of a year, by provider; of one when its AGB code is given.
pub async fn signatures(
    tx: &mut Tx,
    (year, kind): (&OfficeYear, FormKind),
    of: &str,
) -> Result<BTreeMap<Agb, Vec<Signature>>, EdgeError> {
    let rows = fetch_all!(tx, SIGNATURES, year.office.as_str(), year.year, kind.as_str(), of => SignatureRow)?;
    let mut signatures: BTreeMap<Agb, Vec<Signature>> = BTreeMap::new();
    for row in rows {
        signatures.entry(agb(&row.agb)?).or_default().push(Signature {
            party: Party::from_code(&row.party).ok_or_else(|| stored("a side"))?,
            signed_by: row.signed_by,
            sha256: row.sha256,
            one_sided: row.one_sided,
            signed: row.signed_time,
        });
    }
    Ok(signatures)
}

/// Adds a step about an overrun.
pub async fn add_escalation(tx: &mut Tx, year: &OfficeYear, one: &Escalation) -> Result<(), DatabaseError> {
    let (office, number, step) = (year.office.as_str(), i64::from(one.number), one.step.as_str());
    let (amount, overrun) = (one.amount.cents(), one.overrun.cents());
    let (motivation, decision) = (&one.motivation, &one.decision_id);
    execute!(tx, ESCALATE, office, year.year, number, step, amount, overrun, motivation, decision, one.recorded)?;
    Ok(())
}

#[derive(sqlx::FromRow)]
struct EscalationRow {
    number: i64,
    step: String,
    amount_cents: i64,
    overrun_cents: i64,
    motivation: String,
    decision_id: String,
    recorded_time: DateTime<Utc>,
}

/// The steps of a year, in the order they were taken.
pub async fn escalations(tx: &mut Tx, year: &OfficeYear) -> Result<Vec<Escalation>, EdgeError> {
    let rows = fetch_all!(tx, ESCALATIONS, year.office.as_str(), year.year => EscalationRow)?;
    let read = |row: EscalationRow| {
        Ok(Escalation {
            number: row.number.try_into().map_err(|_| stored("a count"))?,
            step: EscalationStep::from_code(&row.step).ok_or_else(|| stored("a step"))?,
            amount: Money::from_cents(row.amount_cents),
            overrun: Money::from_cents(row.overrun_cents),
            motivation: row.motivation,
            decision_id: row.decision_id,
            recorded: row.recorded_time,
        })
    };
    rows.into_iter().map(read).collect()
}
