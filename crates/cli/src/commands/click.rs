//! `zorginkoop click`: what a click would do, and doing it.

use contract::budget as proto;
use runtime::Ids;

use crate::{
    args::{ClickCommand, EndpointArguments},
    commands::{explain::show_steps, proposals},
    endpoints::Clients,
    failure::Failure,
    output::{cents, euro, json, line, table},
};

/// Runs a command on the click.
pub async fn run(command: ClickCommand, endpoints: &EndpointArguments, as_json: bool) -> Result<(), Failure> {
    let mut budget = Clients::new(endpoints)?.budget;
    match command {
        ClickCommand::Simulate { year, no_funding } => {
            let choices = Some(proto::ClickChoices { fund_overproduction: !no_funding });
            let request = proto::SimulateClickRequest { office: year.office, year: year.year, choices };
            let answer = budget.simulate_click(request).await?.into_inner();
            if as_json {
                return json(&answer, "zorginkoop.budget.v1.SimulateClickResponse");
            }
            show(answer.click.as_ref());
            show_steps(answer.explanation.as_ref(), false);
            Ok(())
        }
        ClickCommand::Commit { year, no_funding, request_id } => {
            let request = proto::CommitClickRequest {
                request_id: request_id.unwrap_or_else(|| Ids::random().next()).to_string(),
                office: year.office,
                year: year.year,
                choices: Some(proto::ClickChoices { fund_overproduction: !no_funding }),
            };
            let answer = budget.commit_click(request).await?.into_inner();
            if as_json {
                return json(&answer, "zorginkoop.budget.v1.CommitClickResponse");
            }
            show(answer.click.as_ref());
            if let Some(proposal) = &answer.proposal {
                proposals::show(proposal);
                line("not committed: somebody else takes it with `zorginkoop proposals take`");
            }
            Ok(())
        }
        ClickCommand::Show { year } => {
            let request = proto::GetClickRequest { office: year.office, year: year.year };
            let answer = budget.get_click(request).await?.into_inner();
            told(&answer.click, as_json)
        }
    }
}

fn told(click: &Option<proto::Click>, as_json: bool) -> Result<(), Failure> {
    if let (true, Some(click)) = (as_json, click) {
        return json(click, "zorginkoop.budget.v1.Click");
    }
    show(click.as_ref());
    Ok(())
}

/// A click for people.
pub fn show(click: Option<&proto::Click>) {
    let Some(click) = click else { return };
    line(providers(click));
    for (name, amount) in [
        ("available", &click.available),
        ("forecasts", &click.forecast),
        ("to share", &click.to_share),
        ("granted", &click.granted),
        ("unfunded over-production", &click.unfunded),
        ("left", &click.left),
    ] {
        line(format!("{name:26} {:>18}", euro(amount.as_ref())));
    }
    if cents(click.unfunded_commitment.as_ref()) > 0 {
        line(format!("unfunded commitment        {:>18}", euro(click.unfunded_commitment.as_ref())));
        line("this click cannot be committed");
    }
    if !click.decision_id.is_empty() {
        line(format!("decision {}", click.decision_id));
    }
}

/// The providers of a click as a table.
pub fn providers(click: &proto::Click) -> String {
    let row = |provider: &proto::ClickProvider| {
        let change = cents(provider.budget_after.as_ref()) - cents(provider.budget_before.as_ref());
        vec![
            provider.agb.clone(),
            euro(provider.budget_before.as_ref()),
            euro(provider.forecast.as_ref()),
            euro(provider.budget_after.as_ref()),
            money::Money::from_cents(change).to_dutch(),
            euro(provider.unfunded.as_ref()),
        ]
    };
    let rows = click.providers.iter().map(row).collect();
    table(&["provider", "budget before", "forecast", "budget after", "change", "unfunded"], rows, 1).to_string()
}
