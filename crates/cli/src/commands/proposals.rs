//! `zorginkoop proposals`: decisions that wait for a second pair of eyes.

use clap::{Args, Subcommand};
use contract::{budget, common, homecare, registration, screening, tariffing};
use runtime::Ids;

use crate::{
    args::{EndpointArguments, ServiceName},
    endpoints::Clients,
    failure::Failure,
    output::{json, line, printable},
};

/// What can be done with proposals.
#[derive(Debug, Subcommand)]
pub enum ProposalsCommand {
    /// Lists the proposals of an office
    List {
        /// The service
        #[arg(long, value_enum)]
        service: ServiceName,
        /// The office
        #[arg(long)]
        office: String,
    },
    /// Takes a proposal that somebody else made
    Take(VerdictArguments),
    /// Rejects a proposal
    Reject(VerdictArguments),
}

/// What is decided about a proposal.
#[derive(Debug, Args)]
pub struct VerdictArguments {
    /// The proposal
    pub proposal_id: String,
    /// The service
    #[arg(long, value_enum)]
    pub service: ServiceName,
    /// Why
    #[arg(long)]
    pub motivation: String,
}

/// Runs a command on proposals.
///
/// # Errors
/// What the service reports.
pub async fn run(command: ProposalsCommand, endpoints: &EndpointArguments, as_json: bool) -> Result<(), Failure> {
    let mut clients = Clients::new(endpoints)?;
    let proposals = match command {
        ProposalsCommand::List { service, office } => list(&mut clients, service, &office).await?,
        ProposalsCommand::Take(asked) => vec![decide(&mut clients, asked, common::Verdict::Take).await?],
        ProposalsCommand::Reject(asked) => vec![decide(&mut clients, asked, common::Verdict::Reject).await?],
    };
    for proposal in &proposals {
        if as_json {
            json(proposal, "zorginkoop.common.v1.Proposal")?;
        } else {
            show(proposal);
        }
    }
    Ok(())
}

async fn list(clients: &mut Clients, service: ServiceName, office: &str) -> Result<Vec<common::Proposal>, Failure> {
    let mut proposals = Vec::new();
    macro_rules! all {
        ($client:ident) => {{
            let mut page_token = String::new();
            loop {
                let request = $client::ListProposalsRequest { office: office.to_owned(), page_size: 0, page_token };
                let answer = clients.$client.list_proposals(request).await?.into_inner();
                proposals.extend(answer.proposals);
                page_token = answer.next_page_token;
                if page_token.is_empty() {
                    break;
                }
            }
        }};
    }
    match service {
        ServiceName::Registration => all!(registration),
        ServiceName::Tariffing => all!(tariffing),
        ServiceName::Budget => all!(budget),
        ServiceName::Homecare => all!(homecare),
        ServiceName::Screening => all!(screening),
    }
    Ok(proposals)
}

async fn decide(
    clients: &mut Clients,
    asked: VerdictArguments,
    verdict: common::Verdict,
) -> Result<common::Proposal, Failure> {
    let VerdictArguments { proposal_id, service, motivation } = asked;
    let request_id = Ids::random().next().to_string();
    macro_rules! decided {
        ($client:ident) => {{
            let verdict = verdict.into();
            let request = $client::DecideProposalRequest { request_id, proposal_id, verdict, motivation };
            clients.$client.decide_proposal(request).await?.into_inner().proposal
        }};
    }
    let proposal = match service {
        ServiceName::Registration => decided!(registration),
        ServiceName::Tariffing => decided!(tariffing),
        ServiceName::Budget => decided!(budget),
        ServiceName::Homecare => decided!(homecare),
        ServiceName::Screening => decided!(screening),
    };
    Ok(proposal.unwrap_or_default())
}

/// A proposal for people.
pub fn show(proposal: &common::Proposal) {
    let state = match proposal.state() {
        common::ProposalState::Taken => format!("taken by {}", proposal.decided_by),
        common::ProposalState::Rejected => format!("rejected by {}", proposal.decided_by),
        common::ProposalState::Open | common::ProposalState::Unspecified => "open".to_owned(),
    };
    line(printable(&format!(
        "proposal {} of {}: {} ({})",
        proposal.proposal_id, proposal.proposed_by, proposal.summary, state
    )));
}
