//! `zorginkoop rounds`: what changes the budgets of all providers at once.

use contract::budget as proto;
use runtime::Ids;

use crate::{
    args::{EndpointArguments, RoundKind, RoundsCommand},
    commands::{explain::show_steps, proposals},
    endpoints::{Budget, Clients},
    failure::Failure,
    output::{cents, euro, json, line, table},
};

/// Providers asked at a time.
const PAGE: i32 = 1_000;

/// Runs a command on rounds.
pub async fn run(command: RoundsCommand, endpoints: &EndpointArguments, as_json: bool) -> Result<(), Failure> {
    let mut budget = Clients::new(endpoints)?.budget;
    match command {
        RoundsCommand::Open { year, kind, request_id } => {
            let request = proto::OpenRoundRequest {
                request_id: request_id.unwrap_or_else(|| Ids::random().next()).to_string(),
                office: year.office,
                year: year.year,
                kind: proto::RoundKind::from(kind).into(),
                cut_off_time: None,
            };
            let answer = budget.open_round(request).await?.into_inner();
            if as_json {
                return json(&answer, "zorginkoop.budget.v1.OpenRoundResponse");
            }
            line(rounds(answer.round.as_slice()));
        }
        RoundsCommand::List { year } => {
            let request = proto::ListRoundsRequest {
                office: year.office,
                year: year.year,
                page_size: PAGE,
                ..Default::default()
            };
            let answer = budget.list_rounds(request).await?.into_inner();
            if as_json {
                return json(&answer, "zorginkoop.budget.v1.ListRoundsResponse");
            }
            line(rounds(&answer.rounds));
        }
        RoundsCommand::Simulate { round_id, no_funding } => {
            let choices = Some(proto::RoundChoices { fund_overproduction: !no_funding });
            let request_id = Ids::random().next().to_string();
            let answer = budget.simulate_round(proto::SimulateRoundRequest { request_id, round_id, choices }).await?;
            let answer = answer.into_inner();
            if as_json {
                return json(&answer, "zorginkoop.budget.v1.SimulateRoundResponse");
            }
            show(&mut budget, answer.simulation.as_ref()).await?;
            show_steps(answer.explanation.as_ref(), false);
        }
        RoundsCommand::Compare { simulation_id, other_simulation_id } => {
            let request = proto::CompareSimulationsRequest { simulation_id, other_simulation_id };
            let answer = budget.compare_simulations(request).await?.into_inner();
            if as_json {
                return json(&answer, "zorginkoop.budget.v1.CompareSimulationsResponse");
            }
            line(differences(&answer.differences));
        }
        RoundsCommand::Commit { simulation_id, request_id } => {
            let request_id = request_id.unwrap_or_else(|| Ids::random().next()).to_string();
            let answer = budget.commit_round(proto::CommitRoundRequest { request_id, simulation_id }).await?;
            let answer = answer.into_inner();
            if as_json {
                return json(&answer, "zorginkoop.budget.v1.CommitRoundResponse");
            }
            if let Some(proposal) = &answer.proposal {
                proposals::show(proposal);
                line("not committed: somebody else takes it with `zorginkoop proposals take`");
            }
        }
        RoundsCommand::Show { round_id } => {
            let answer = budget.get_round(proto::GetRoundRequest { round_id }).await?.into_inner();
            if as_json {
                return json(&answer, "zorginkoop.budget.v1.GetRoundResponse");
            }
            line(rounds(answer.round.as_slice()));
            let committed = answer.round.map(|round| round.committed_simulation_id).unwrap_or_default();
            let told = answer.simulations.iter().find(|one| one.simulation_id == committed);
            show(&mut budget, told.or(answer.simulations.last())).await?;
        }
        RoundsCommand::Replay { round_id } => {
            let answer = budget.replay_round(proto::ReplayRoundRequest { round_id }).await?.into_inner();
            if as_json {
                json(&answer, "zorginkoop.budget.v1.ReplayRoundResponse")?;
            }
            if !answer.same {
                let message = format!("the round comes out otherwise for: {}", answer.differing_agbs.join(", "));
                return Err(Failure::Other(message));
            }
            if !as_json {
                line("the same to the cent");
            }
        }
    }
    Ok(())
}

impl From<RoundKind> for proto::RoundKind {
    fn from(kind: RoundKind) -> proto::RoundKind {
        match kind {
            RoundKind::BaseProduction => proto::RoundKind::BaseProduction,
            RoundKind::Click => proto::RoundKind::Click,
            RoundKind::Reallocation => proto::RoundKind::Reallocation,
        }
    }
}

fn rounds(rounds: &[proto::Round]) -> String {
    let row = |round: &proto::Round| {
        let kind = round.kind().as_str_name().trim_start_matches("ROUND_KIND_").to_lowercase();
        let state = if round.committed_time.is_some() { "committed" } else { "open" };
        let (providers, simulations) = (round.providers.to_string(), round.simulations.to_string());
        vec![round.round_id.clone(), kind, state.to_owned(), providers, simulations]
    };
    let rows = rounds.iter().map(row).collect();
    table(&["round", "kind", "state", "providers", "simulations"], rows, 3).to_string()
}

fn differences(differences: &[proto::SimulationDifference]) -> String {
    let row = |one: &proto::SimulationDifference| {
        let change = cents(one.other_after.as_ref()) - cents(one.after.as_ref());
        let change = money::Money::from_cents(change).to_dutch();
        vec![one.agb.clone(), euro(one.after.as_ref()), euro(one.other_after.as_ref()), change]
    };
    let rows = differences.iter().map(row).collect();
    table(&["provider", "the one", "the other", "change"], rows, 1).to_string()
}

/// A simulation for people.
async fn show(budget: &mut Budget, simulation: Option<&proto::Simulation>) -> Result<(), Failure> {
    let Some(simulation) = simulation else { return Ok(()) };
    line(providers(&all_providers(budget, &simulation.simulation_id).await?));
    let totals = simulation.totals.unwrap_or_default();
    for (name, amount) in [
        ("available", &totals.available),
        ("asked", &totals.asked),
        ("to share", &totals.to_share),
        ("granted", &totals.granted),
        ("unfunded over-production", &totals.unfunded),
        ("left", &totals.left),
    ] {
        line(format!("{name:26} {:>18}", euro(amount.as_ref())));
    }
    if cents(totals.unfunded_commitment.as_ref()) > 0 {
        line(format!("unfunded commitment        {:>18}", euro(totals.unfunded_commitment.as_ref())));
        line("this simulation cannot be committed");
    }
    line(format!("simulation {}", simulation.simulation_id));
    Ok(())
}

/// All providers of a simulation.
///
/// # Errors
/// What the call gives.
pub async fn all_providers(budget: &mut Budget, simulation_id: &str) -> Result<Vec<proto::RoundProvider>, Failure> {
    let (mut all, mut page_token) = (Vec::new(), String::new());
    loop {
        let simulation_id = simulation_id.to_owned();
        let request = proto::ListRoundProvidersRequest { simulation_id, page_size: PAGE, page_token };
        let page = budget.list_round_providers(request).await?.into_inner();
        all.extend(page.providers);
        page_token = page.next_page_token;
        if page_token.is_empty() {
            return Ok(all);
        }
    }
}

/// The providers of a round as a table.
pub fn providers(providers: &[proto::RoundProvider]) -> String {
    let row = |provider: &proto::RoundProvider| {
        let change = cents(provider.after.as_ref()) - cents(provider.before.as_ref());
        vec![
            provider.agb.clone(),
            euro(provider.before.as_ref()),
            euro(provider.asked.as_ref()),
            euro(provider.after.as_ref()),
            money::Money::from_cents(change).to_dutch(),
            euro(provider.unfunded.as_ref()),
        ]
    };
    let rows = providers.iter().map(row).collect();
    table(&["provider", "before", "asked", "after", "change", "unfunded"], rows, 1).to_string()
}
