//! `zorginkoop explain`: why a decision is what it is.

use contract::{budget, common, homecare, registration, screening, tariffing};
use tonic::{Code, Status};

use crate::{
    args::{EndpointArguments, ExplainArguments, ServiceName},
    commands::audit,
    endpoints::Clients,
    failure::Failure,
    output::{json, line},
};

/// Looks the decision up and shows its steps.
pub async fn run(asked: ExplainArguments, endpoints: &EndpointArguments, as_json: bool) -> Result<(), Failure> {
    let mut clients = Clients::new(endpoints)?;
    let services = asked.service.map_or(audit::ALL.to_vec(), |service| vec![service]);
    let mut last = Status::not_found("no service was asked");
    for service in services {
        match explain(&mut clients, service, &asked.decision_id).await {
            Ok(explanation) => {
                if let (true, Some(explanation)) = (as_json, &explanation) {
                    return json(explanation, "zorginkoop.common.v1.Explanation");
                }
                show_steps(explanation.as_ref(), asked.english);
                return Ok(());
            }
            // The next service may have taken it; what else goes wrong is told at once.
            Err(status) if status.code() == Code::NotFound => last = status,
            Err(status) => return Err(status.into()),
        }
    }
    Err(last.into())
}

/// Asks one service for the explanation of a decision.
pub async fn explain(
    clients: &mut Clients,
    service: ServiceName,
    decision_id: &str,
) -> Result<Option<common::Explanation>, Status> {
    let decision_id = decision_id.to_owned();
    Ok(match service {
        ServiceName::Registration => {
            clients.registration.explain(registration::ExplainRequest { decision_id }).await?.into_inner().explanation
        }
        ServiceName::Tariffing => {
            clients.tariffing.explain(tariffing::ExplainRequest { decision_id }).await?.into_inner().explanation
        }
        ServiceName::Budget => {
            clients.budget.explain(budget::ExplainRequest { decision_id }).await?.into_inner().explanation
        }
        ServiceName::Homecare => {
            clients.homecare.explain(homecare::ExplainRequest { decision_id }).await?.into_inner().explanation
        }
        ServiceName::Screening => {
            clients.screening.explain(screening::ExplainRequest { decision_id }).await?.into_inner().explanation
        }
    })
}

/// The steps of an explanation in Dutch, or in English.
pub fn show_steps(explanation: Option<&common::Explanation>, english: bool) {
    let Some(explanation) = explanation else { return };
    for (number, step) in explanation.steps.iter().enumerate() {
        let words = if english { &step.text_en } else { &step.text_nl };
        line(format!("{:2}. {:7} {words}", number + 1, step.rule_id));
        line(format!("            {}", step.source));
    }
    line(format!("rules {} facts {}", short(&explanation.rules_sha256), short(&explanation.facts_sha256)));
}

fn short(hash: &str) -> &str {
    hash.get(..16).unwrap_or(hash)
}
