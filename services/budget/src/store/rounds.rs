//! Rounds, their simulations, and which of them was committed.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use database::{DatabaseError, Tx, execute, fetch_all, fetch_optional};
use edge::{EdgeError, Page};
use identifiers::Agb;

use super::{agb, json, stored, to_json};
use crate::{
    decide::Inputs,
    domain::{Committed, OfficeYear, Round, RoundKind, Simulation},
};

const ADD_ROUND: &str = "INSERT INTO budget_round
        (round_id, office, year, kind, cut_off_time, inputs, inputs_sha256, providers, opened_time)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
const ROUND: &str = "SELECT row.round_id, row.office, row.year, row.kind, row.cut_off_time, row.inputs_sha256,
        row.providers, row.opened_time,
        (SELECT COUNT(*) FROM simulation AS made WHERE made.round_id = row.round_id) AS simulations,
        done.simulation_id, done.decision_id, done.committed_time
    FROM budget_round AS row LEFT JOIN round_commitment AS done ON done.round_id = row.round_id
    WHERE row.round_id = $1";
const PAGE: &str = "SELECT row.round_id, row.office, row.year, row.kind, row.cut_off_time, row.inputs_sha256,
        row.providers, row.opened_time,
        (SELECT COUNT(*) FROM simulation AS made WHERE made.round_id = row.round_id) AS simulations,
        done.simulation_id, done.decision_id, done.committed_time
    FROM budget_round AS row LEFT JOIN round_commitment AS done ON done.round_id = row.round_id
    WHERE row.office = $1 AND row.year = $2 AND row.round_id > $3 ORDER BY row.round_id LIMIT $4";
const INPUTS: &str = "SELECT inputs FROM budget_round WHERE round_id = $1";
const ADD_SIMULATION: &str = "INSERT INTO simulation (simulation_id, round_id, number, choices, outcome, made_time)
    VALUES ($1, $2, $3, $4, $5, $6)";
const SIMULATION: &str = "SELECT simulation_id, round_id, number, choices, outcome, made_time FROM simulation
    WHERE simulation_id = $1";
const SIMULATIONS: &str = "SELECT simulation_id, round_id, number, choices, outcome, made_time FROM simulation
    WHERE round_id = $1 ORDER BY number";
const COMMITTED: &str = "SELECT kind FROM round_commitment WHERE office = $1 AND year = $2";
const COMMITTED_ONE: &str = "SELECT simulation_id FROM round_commitment WHERE office = $1 AND year = $2 AND kind = $3";
const COMMIT: &str = "INSERT INTO round_commitment
        (office, year, kind, round_id, simulation_id, decision_id, committed_time)
    VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (office, year, kind) DO NOTHING";
const ADD_DECISION: &str = "INSERT INTO round_decision (round_id, agb, decision_id) VALUES ($1, $2, $3)";
const DECISIONS: &str = "SELECT agb, decision_id FROM round_decision WHERE round_id = $1";

#[derive(sqlx::FromRow)]
struct RoundRow {
    round_id: String,
    office: String,
    year: i64,
    kind: String,
    cut_off_time: DateTime<Utc>,
    inputs_sha256: Vec<u8>,
    providers: i64,
    opened_time: DateTime<Utc>,
    simulations: i64,
    simulation_id: Option<String>,
    decision_id: Option<String>,
    committed_time: Option<DateTime<Utc>>,
}

impl RoundRow {
    fn read(self) -> Result<Round, EdgeError> {
        let committed = self.simulation_id.zip(self.decision_id).zip(self.committed_time);
        let committed =
            committed.map(|((simulation_id, decision_id), time)| Committed { simulation_id, decision_id, time });
        Ok(Round {
            id: self.round_id,
            year: OfficeYear {
                office: self.office.parse().map_err(|_| stored("an office"))?,
                year: self.year.try_into().map_err(|_| stored("a year"))?,
            },
            kind: RoundKind::from_code(&self.kind).ok_or_else(|| stored("a kind of round"))?,
            cut_off: self.cut_off_time,
            inputs_sha256: self.inputs_sha256.try_into().map_err(|_| stored("a hash"))?,
            providers: self.providers.try_into().map_err(|_| stored("a count"))?,
            simulations: self.simulations.try_into().map_err(|_| stored("a count"))?,
            opened: self.opened_time,
            committed,
        })
    }
}

#[derive(sqlx::FromRow)]
struct SimulationRow {
    simulation_id: String,
    round_id: String,
    number: i64,
    choices: String,
    outcome: String,
    made_time: DateTime<Utc>,
}

impl SimulationRow {
    fn read(self) -> Result<Simulation, EdgeError> {
        Ok(Simulation {
            id: self.simulation_id,
            round_id: self.round_id,
            number: self.number.try_into().map_err(|_| stored("a count"))?,
            choices: json(&self.choices)?,
            outcome: json(&self.outcome)?,
            made: self.made_time,
        })
    }
}

/// Adds a round.
pub async fn add_round(tx: &mut Tx, round: &Round, inputs: &str) -> Result<(), DatabaseError> {
    let (office, kind) = (round.year.office.as_str(), round.kind.as_str());
    let (hash, providers) = (round.inputs_sha256.as_slice(), i64::from(round.providers));
    execute!(
        tx,
        ADD_ROUND,
        &round.id,
        office,
        round.year.year,
        kind,
        round.cut_off,
        inputs,
        hash,
        providers,
        round.opened
    )?;
    Ok(())
}

/// A round.
///
/// # Errors
/// [`EdgeError::NotFound`] when there is none.
pub async fn round(tx: &mut Tx, id: &str) -> Result<Round, EdgeError> {
    fetch_optional!(tx, ROUND, id => RoundRow)?.ok_or_else(|| none(id))?.read()
}

/// What a round is computed from, as it was frozen when it was opened.
///
/// # Errors
/// [`EdgeError::NotFound`] when there is no such round.
pub async fn inputs(tx: &mut Tx, round_id: &str) -> Result<Inputs, EdgeError> {
    let (inputs,) = fetch_optional!(tx, INPUTS, round_id => (String,))?.ok_or_else(|| none(round_id))?;
    json(&inputs)
}

fn none(id: &str) -> EdgeError {
    EdgeError::NotFound { what: "round", id: id.to_owned() }
}

/// A page of the rounds of a year, in the order they were opened.
pub async fn page_of_rounds(tx: &mut Tx, year: &OfficeYear, page: &Page) -> Result<Vec<Round>, EdgeError> {
    let rows = fetch_all!(
        tx, PAGE, year.office.as_str(), year.year, &page.after[0], page.limit() => RoundRow
    )?;
    rows.into_iter().map(RoundRow::read).collect()
}

/// Adds a simulation.
pub async fn add_simulation(tx: &mut Tx, simulation: &Simulation) -> Result<(), DatabaseError> {
    let (choices, outcome) = (to_json(&simulation.choices), to_json(&simulation.outcome));
    let (id, round_id, number) = (&simulation.id, &simulation.round_id, i64::from(simulation.number));
    execute!(tx, ADD_SIMULATION, id, round_id, number, &choices, &outcome, simulation.made)?;
    Ok(())
}

/// A simulation.
///
/// # Errors
/// [`EdgeError::NotFound`] when there is none.
pub async fn simulation(tx: &mut Tx, id: &str) -> Result<Simulation, EdgeError> {
    let row = fetch_optional!(tx, SIMULATION, id => SimulationRow)?;
    row.ok_or_else(|| EdgeError::NotFound { what: "simulation", id: id.to_owned() })?.read()
}

/// The simulations of a round, in the order they were made.
pub async fn simulations(tx: &mut Tx, round_id: &str) -> Result<Vec<Simulation>, EdgeError> {
    let rows = fetch_all!(tx, SIMULATIONS, round_id => SimulationRow)?;
    rows.into_iter().map(SimulationRow::read).collect()
}

/// The kinds of round of a year that were committed.
pub async fn committed_kinds(tx: &mut Tx, year: &OfficeYear) -> Result<Vec<RoundKind>, EdgeError> {
    let rows = fetch_all!(tx, COMMITTED, year.office.as_str(), year.year => (String,))?;
    let kind = |(kind,): (String,)| RoundKind::from_code(&kind).ok_or_else(|| stored("a kind of round"));
    rows.into_iter().map(kind).collect()
}

/// The simulation of a kind of round of a year that was committed.
pub async fn committed_simulation(
    tx: &mut Tx,
    year: &OfficeYear,
    kind: RoundKind,
) -> Result<Option<String>, DatabaseError> {
    let row = fetch_optional!(tx, COMMITTED_ONE, year.office.as_str(), year.year, kind.as_str() => (String,))?;
    Ok(row.map(|(id,)| id))
}

/// Commits a round, with the decision on each of its providers; false when one of its kind was committed before.
pub async fn commit_round(
    tx: &mut Tx,
    round: &Round,
    committed: &Committed,
    decisions: &[(Agb, String)],
) -> Result<bool, DatabaseError> {
    let (office, kind) = (round.year.office.as_str(), round.kind.as_str());
    let Committed { simulation_id, decision_id, time } = committed;
    if execute!(tx, COMMIT, office, round.year.year, kind, &round.id, simulation_id, decision_id, *time)? == 0 {
        return Ok(false);
    }
    for (agb, decision_id) in decisions {
        execute!(tx, ADD_DECISION, &round.id, agb.to_string(), decision_id)?;
    }
    Ok(true)
}

/// The decision on each provider in a round; none while it is not committed.
pub async fn round_decisions(tx: &mut Tx, round_id: &str) -> Result<BTreeMap<Agb, String>, EdgeError> {
    let rows = fetch_all!(tx, DECISIONS, round_id => (String, String))?;
    rows.into_iter().map(|(provider, decision_id)| Ok((agb(&provider)?, decision_id))).collect()
}
