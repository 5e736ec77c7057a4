//! Rounds, as they are asked and told.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use contract::budget as proto;
use edge::{EdgeError, Fields, Page, to_proto};
use identifiers::Agb;
use uuid::Uuid;

use super::request::year_of;
use crate::domain::{
    AgreedProduct, Choices, OfficeYear, Outcome, Round, RoundKind, RoundOutcome, RoundProvider, Simulation, Totals,
};

/// A round to be opened.
#[derive(Debug)]
pub struct OpenRound {
    /// The request.
    pub request_id: Uuid,
    /// The office's year.
    pub year: OfficeYear,
    /// What it is about.
    pub kind: RoundKind,
    /// As known at this moment.
    pub cut_off: Option<DateTime<Utc>>,
}

/// Reads which round is to be opened, and as known when.
pub fn open_round(request: &proto::OpenRoundRequest, now: DateTime<Utc>) -> Result<OpenRound, EdgeError> {
    let mut fields = Fields::new();
    let request_id = fields.request_id(&request.request_id);
    let year = year_of(&mut fields, &request.office, request.year);
    let kind = kind_of(&mut fields, "kind", request.kind);
    let cut_off = fields.optional_time("cut_off_time", request.cut_off_time.as_ref());
    let past = cut_off.flatten().is_none_or(|cut_off| cut_off <= now);
    fields.check(past, "cut_off_time", "must not be in the future");
    let (request_id, year, kind, cut_off) = fields.all((request_id, year, kind, cut_off))?;
    Ok(OpenRound { request_id, year, kind, cut_off })
}

/// Reads a kind of round.
pub fn kind_of(fields: &mut Fields, field: &str, kind: i32) -> Option<RoundKind> {
    let kind = match proto::RoundKind::try_from(kind) {
        Ok(proto::RoundKind::BaseProduction) => Some(RoundKind::BaseProduction),
        Ok(proto::RoundKind::Click) => Some(RoundKind::Click),
        Ok(proto::RoundKind::Reallocation) => Some(RoundKind::Reallocation),
        Ok(proto::RoundKind::Reconciliation) => Some(RoundKind::Reconciliation),
        _ => None,
    };
    fields.check(kind.is_some(), field, "names no kind of round");
    kind
}

/// Reads which round is to be simulated, and with which choices.
pub fn simulate_round(request: &proto::SimulateRoundRequest) -> Result<(Uuid, String, Choices), EdgeError> {
    let mut fields = Fields::new();
    let request_id = fields.request_id(&request.request_id);
    let round_id = fields.id("round_id", &request.round_id);
    let choices = request.choices.unwrap_or_default();
    let (request_id, round_id) = fields.all((request_id, round_id))?;
    Ok((request_id, round_id, Choices { fund_overproduction: choices.fund_overproduction }))
}

/// Reads which simulations are to be compared.
pub fn compare(request: &proto::CompareSimulationsRequest) -> Result<(String, String), EdgeError> {
    let mut fields = Fields::new();
    let one = fields.id("simulation_id", &request.simulation_id);
    let other = fields.id("other_simulation_id", &request.other_simulation_id);
    fields.all((one, other))
}

/// Reads which simulation is to be committed.
pub fn commit_round(request: &proto::CommitRoundRequest) -> Result<(Uuid, String), EdgeError> {
    let mut fields = Fields::new();
    let request_id = fields.request_id(&request.request_id);
    let id = fields.id("simulation_id", &request.simulation_id);
    fields.all((request_id, id))
}

/// Reads which providers are asked.
pub fn list_round_providers(request: &proto::ListRoundProvidersRequest) -> Result<(String, Page), EdgeError> {
    let mut fields = Fields::new();
    let id = fields.id("simulation_id", &request.simulation_id);
    let page = Page::read(&mut fields, request.page_size, &request.page_token, 1);
    fields.all((id, page))
}

/// A kind of round.
pub fn round_kind(kind: RoundKind) -> proto::RoundKind {
    match kind {
        RoundKind::BaseProduction => proto::RoundKind::BaseProduction,
        RoundKind::Click => proto::RoundKind::Click,
        RoundKind::Reallocation => proto::RoundKind::Reallocation,
        RoundKind::Reconciliation => proto::RoundKind::Reconciliation,
    }
}

/// A round in Dutch, for who is to take it.
pub fn round_in_words(round: &Round, outcome: &RoundOutcome) -> String {
    let name = match round.kind {
        RoundKind::BaseProduction => "de basisproductie",
        RoundKind::Click => "de click",
        RoundKind::Reallocation => "de herschikking",
        RoundKind::Reconciliation => "de nacalculatie",
    };
    let less = outcome.providers.iter().filter(|one| one.after < one.before || one.after < one.asked).count();
    let after = outcome.totals.after.to_dutch();
    format!(
        "{name} van {}: samen € {after}; {less} zorgaanbieders krijgen minder dan gevraagd of dan zij hadden",
        round.year
    )
}

/// A round.
pub fn round(round: &Round) -> proto::Round {
    let count = |number: u32| i32::try_from(number).unwrap_or(i32::MAX);
    let committed = round.committed.as_ref();
    proto::Round {
        round_id: round.id.clone(),
        office: round.year.office.to_string(),
        year: round.year.year,
        kind: round_kind(round.kind).into(),
        cut_off_time: to_proto::time(round.cut_off),
        inputs_sha256: hex::encode(round.inputs_sha256),
        providers: count(round.providers),
        simulations: count(round.simulations),
        opened_time: to_proto::time(round.opened),
        committed_simulation_id: committed.map(|one| one.simulation_id.clone()).unwrap_or_default(),
        decision_id: committed.map(|one| one.decision_id.clone()).unwrap_or_default(),
        committed_time: committed.and_then(|one| to_proto::time(one.time)),
    }
}

/// A simulation.
pub fn simulation(simulation: &Simulation) -> proto::Simulation {
    proto::Simulation {
        simulation_id: simulation.id.clone(),
        round_id: simulation.round_id.clone(),
        number: i32::try_from(simulation.number).unwrap_or(i32::MAX),
        choices: Some(proto::RoundChoices { fund_overproduction: simulation.choices.fund_overproduction }),
        totals: Some(totals(&simulation.outcome.totals)),
        simulated_time: to_proto::time(simulation.made),
    }
}

/// What a round comes to.
pub fn totals(totals: &Totals) -> proto::RoundTotals {
    proto::RoundTotals {
        available: to_proto::money(totals.available),
        before: to_proto::money(totals.before),
        asked: to_proto::money(totals.asked),
        after: to_proto::money(totals.after),
        to_share: to_proto::money(totals.to_share),
        granted: to_proto::money(totals.granted),
        unfunded: to_proto::money(totals.unfunded),
        left: to_proto::money(totals.left),
        unfunded_commitment: to_proto::money(totals.commitment),
        shortage: to_proto::money(totals.shortage),
    }
}

/// A provider in a round.
pub fn round_provider(provider: &RoundProvider, decisions: &BTreeMap<Agb, String>) -> proto::RoundProvider {
    let outcome = match provider.outcome {
        Outcome::Filed => proto::RoundOutcome::Filed,
        Outcome::Scaled => proto::RoundOutcome::Scaled,
        Outcome::Raised => proto::RoundOutcome::Raised,
        Outcome::Kept => proto::RoundOutcome::Kept,
        Outcome::Lowered => proto::RoundOutcome::Lowered,
        Outcome::LoweredInProportion => proto::RoundOutcome::LoweredInProportion,
        Outcome::Funded => proto::RoundOutcome::Funded,
        Outcome::Reconciled => proto::RoundOutcome::Reconciled,
    };
    proto::RoundProvider {
        agb: provider.agb.to_string(),
        before: to_proto::money(provider.before),
        asked: to_proto::money(provider.asked),
        after: to_proto::money(provider.after),
        unfunded: to_proto::money(provider.unfunded),
        outcome: outcome.into(),
        products: provider.products.iter().map(agreed_product).collect(),
        decision_id: decisions.get(&provider.agb).cloned().unwrap_or_default(),
        settlement: provider.settlement.as_ref().map(super::settlement),
        innovation: to_proto::money(provider.innovation),
    }
}

/// A production agreement.
pub fn agreed_product(agreed: &AgreedProduct) -> proto::AgreedProduct {
    proto::AgreedProduct {
        product: agreed.product.clone(),
        volume: to_proto::decimal(agreed.volume),
        amount: to_proto::money(agreed.amount),
    }
}

/// The providers that two outcomes treat differently, by AGB code.
pub fn differences(one: &RoundOutcome, other: &RoundOutcome) -> Vec<proto::SimulationDifference> {
    let after = |outcome: &RoundOutcome| -> BTreeMap<Agb, RoundProvider> {
        outcome.providers.iter().map(|one| (one.agb, one.clone())).collect()
    };
    let (one, other) = (after(one), after(other));
    let mut agbs: Vec<Agb> = one.keys().chain(other.keys()).copied().collect();
    agbs.sort_unstable();
    agbs.dedup();
    let differing = agbs.into_iter().filter(|agb| one.get(agb) != other.get(agb));
    let difference = |agb: Agb| proto::SimulationDifference {
        agb: agb.to_string(),
        after: one.get(&agb).and_then(|one| to_proto::money(one.after)),
        other_after: other.get(&agb).and_then(|one| to_proto::money(one.after)),
    };
    differing.map(difference).collect()
}
