//! Decisions about findings, taken again.

use chrono::{DateTime, Utc};
use edge::Office;
use explain::{Rules, Trace};
use serde::{Deserialize, Serialize};

use super::{ClientHistory, Evaluate, Finding, ProviderHistory, View, rule};
use crate::domain::{Claim, Statement};

/// What a finding is decided from: the lines and facts it rests on, or the month of a provider.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FindingFacts {
    /// The office.
    pub office: Office,
    /// The pseudonym of the client; empty where it is about a provider.
    pub client: String,
    /// The rule.
    pub rule: String,
    /// What the finding is known by.
    pub key: String,
    /// The lines, in the order they were granted.
    pub lines: Vec<Claim>,
    /// What is on record and counted.
    pub facts: Vec<Statement>,
    /// The month of the provider, where it is about that.
    pub month: Option<ProviderHistory>,
}

impl FindingFacts {
    /// What a finding about a client is decided from.
    pub fn of_client(office: &Office, client: &str, finding: &Finding) -> FindingFacts {
        FindingFacts {
            office: office.clone(),
            client: client.to_owned(),
            rule: finding.rule.to_owned(),
            key: finding.key(),
            lines: finding.lines.clone(),
            facts: finding.facts.clone(),
            month: None,
        }
    }

    /// What a finding about a month of a provider is decided from.
    pub fn of_provider(history: &ProviderHistory, finding: &Finding) -> FindingFacts {
        let facts = FindingFacts::of_client(&history.office, "", finding);
        FindingFacts { month: Some(history.clone()), facts: Vec::new(), ..facts }
    }

    /// When the last of it became known.
    pub fn as_of(&self) -> DateTime<Utc> {
        let lines = self.lines.iter().map(|line| line.granted_time);
        let facts = self.facts.iter().map(|fact| fact.stated_time);
        let month = self.month.as_ref().map(ProviderHistory::as_of);
        lines.chain(facts).chain(month).max().unwrap_or(DateTime::UNIX_EPOCH)
    }
}

/// Why a finding is not found again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotFoundAgain {
    /// The rule is of another kind.
    #[error("the facts are those of another rule")]
    OtherRule,
    /// The rule finds nothing like it in these facts.
    #[error("the rule does not find it in these facts")]
    Nothing,
}

/// Finds again what rule `id` found in these facts, and tells why.
///
/// # Errors
/// `NotFoundAgain` when the facts are another rule's, or show nothing of the kind.
pub fn again(id: &str, facts: &FindingFacts, rules: &Rules, trace: &mut Trace) -> Result<(), NotFoundAgain> {
    let rule = rule(id).filter(|_| facts.rule == id).ok_or(NotFoundAgain::OtherRule)?;
    let mut found = Vec::new();
    match (rule.evaluate, &facts.month) {
        (Evaluate::Client(evaluate), None) => {
            let history = ClientHistory {
                office: facts.office.clone(),
                client: facts.client.clone(),
                lines: facts.lines.clone(),
                facts: facts.facts.clone(),
            };
            evaluate(&View::new(&history, rules), &mut found);
        }
        (Evaluate::Provider(evaluate), Some(month)) => evaluate(month, rules, &mut found),
        _ => return Err(NotFoundAgain::OtherRule),
    }
    let finding = found.into_iter().find(|finding| finding.rule == id && finding.key() == facts.key);
    *trace = finding.ok_or(NotFoundAgain::Nothing)?.trace;
    Ok(())
}
