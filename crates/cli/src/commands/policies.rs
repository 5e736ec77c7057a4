//! `zorginkoop policies`: the same providers under other policies, and what a change of policy would come to.

use std::{fs, path::PathBuf};

use clap::{Args, Subcommand};
use contract::tariffing::{self as proto, simulate_policy_response::Told};

use crate::{
    args::{EndpointArguments, Sector},
    endpoints::Clients,
    failure::Failure,
    output::{euro, json, line, printable},
};

/// What can be asked of policies.
#[derive(Debug, Subcommand)]
pub enum PoliciesCommand {
    /// The percentages of the providers under the policies of several offices
    Compare(CompareArguments),
    /// What rule files would change, for whom, and what that comes to; they are not put in force
    Simulate(SimulateArguments),
}

/// Of whom, and when.
#[derive(Debug, Args)]
pub struct Scope {
    /// The office
    #[arg(long)]
    pub office: String,
    /// The sector
    #[arg(long, value_enum)]
    pub sector: Sector,
    /// The year
    #[arg(long)]
    pub year: i32,
}

/// What is compared.
#[derive(Debug, Args)]
pub struct CompareArguments {
    /// Of whom, and when
    #[command(flatten)]
    pub scope: Scope,
    /// Only these offices
    #[arg(long = "with")]
    pub offices: Vec<String>,
    /// Only these providers
    #[arg(long)]
    pub agb: Vec<String>,
}

/// What is simulated.
#[derive(Debug, Args)]
pub struct SimulateArguments {
    /// Of whom, and when
    #[command(flatten)]
    pub scope: Scope,
    /// The rule files that are added or replaced
    pub files: Vec<PathBuf>,
    /// Names of rule files that are left out
    #[arg(long)]
    pub remove: Vec<String>,
}

/// Asks and shows it.
///
/// # Errors
/// What the service reports: wrong fields, and every fault of a rule file with its line.
pub async fn run(command: PoliciesCommand, endpoints: &EndpointArguments, as_json: bool) -> Result<(), Failure> {
    match command {
        PoliciesCommand::Compare(asked) => compare(asked, endpoints, as_json).await,
        PoliciesCommand::Simulate(asked) => simulate(asked, endpoints, as_json).await,
    }
}

async fn compare(asked: CompareArguments, endpoints: &EndpointArguments, as_json: bool) -> Result<(), Failure> {
    let request = proto::CompareOfficesRequest {
        office: asked.scope.office,
        sector: asked.scope.sector.to_proto().into(),
        year: asked.scope.year,
        offices: asked.offices,
        agbs: asked.agb,
        ..Default::default()
    };
    let mut answers = Clients::new(endpoints)?.tariffing.compare_offices(request).await?.into_inner();
    let mut first = true;
    while let Some(answer) = answers.message().await? {
        if as_json {
            json(&answer, "zorginkoop.tariffing.v1.CompareOfficesResponse")?;
            continue;
        }
        if first {
            let offices: Vec<String> =
                answer.outcomes.iter().map(|outcome| format!("{:>17}", outcome.office)).collect();
            line(format!("agb      {}", offices.join(" ")));
            first = false;
        }
        let percentages = answer.outcomes.iter().map(|outcome| {
            let percentage = outcome.percentage.as_ref().map_or("not determined", |percentage| &percentage.value);
            format!("{percentage:>17}")
        });
        line(format!("{} {}", answer.agb, percentages.collect::<Vec<_>>().join(" ")));
    }
    Ok(())
}

async fn simulate(asked: SimulateArguments, endpoints: &EndpointArguments, as_json: bool) -> Result<(), Failure> {
    let mut files = Vec::with_capacity(asked.files.len());
    for path in &asked.files {
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default().to_owned();
        files.push(proto::RuleFileText { name, text: fs::read_to_string(path)? });
    }
    let request = proto::SimulatePolicyRequest {
        office: asked.scope.office,
        sector: asked.scope.sector.to_proto().into(),
        year: asked.scope.year,
        files,
        removed: asked.remove,
    };
    let mut answers = Clients::new(endpoints)?.tariffing.simulate_policy(request).await?.into_inner();
    while let Some(answer) = answers.message().await? {
        if as_json {
            json(&answer, "zorginkoop.tariffing.v1.SimulatePolicyResponse")?;
            continue;
        }
        match answer.told {
            Some(Told::Change(change)) => {
                let value =
                    |number: Option<contract::common::Decimal>| number.map_or("-".to_owned(), |number| number.value);
                let (before, after) = (value(change.before), value(change.after));
                let effect = euro(change.effect.as_ref());
                let why = printable(&change.undetermined_message);
                line(format!("{} {before:>6} -> {after:>6} {effect:>16} {why}", change.agb));
            }
            Some(Told::Summary(summary)) => line(format!(
                "{} providers, {} change, {} not determined: {} a year; {} changes without a volume",
                summary.providers,
                summary.changed,
                summary.undetermined,
                euro(summary.effect.as_ref()),
                summary.unweighed
            )),
            None => {}
        }
    }
    Ok(())
}
