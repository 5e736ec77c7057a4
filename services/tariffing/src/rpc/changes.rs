//! What would raise a percentage.

use calendar::amsterdam_date;
use contract::{common, tariffing as proto};
use edge::{Call, to_proto};
use explain::{Facts, Trace};

use super::Rpc;
use crate::{
    convert, decide,
    decide::{Change, Missing, ProposalFacts},
    domain::{ProposalState, TariffProposal},
    error::Error,
    store::{self, Dossier},
};

impl Rpc {
    pub(super) async fn what_would_change(
        &self,
        call: &Call,
        request: proto::WhatWouldChangeRequest,
    ) -> Result<proto::WhatWouldChangeResponse, Error> {
        let (subject, form) = convert::what_would_change(&request)?;
        let now = self.core.clock.now();
        let mut tx = self.core.read(call).await?;
        let facts = store::facts_of(&mut tx, &subject, None, now).await?;
        let facts = form.iter().fold(facts, |facts, form| facts.for_form(form));
        let filed: Vec<Dossier<TariffProposal>> = store::dossiers_of(&mut tx, &subject).await?;
        let today = amsterdam_date(now);
        let pending = filed.into_iter().filter(|dossier| dossier.content.state == ProposalState::Filed);
        let pending = pending.map(|dossier| ProposalFacts {
            percentage: facts.clone(),
            proposal: dossier.content,
            proposal_id: dossier.id,
            on: today,
        });
        let pending: Vec<ProposalFacts> = pending.collect();
        let mut trace = Trace::new();
        let (current, changes) = decide::changes(&facts, &pending, today, &self.core.rules, &mut trace)?;
        let explanation = trace.finish(&self.core.rules, &Facts::new(&facts, now));
        let told = self.core.explain_now(&explanation)?;
        let percentage = to_proto::decimal(current.0);
        let changes = changes
            .iter()
            .map(|change| proto::Change { from_percentage: percentage.clone(), ..self.change(change, &told) });
        Ok(proto::WhatWouldChangeResponse { changes: changes.collect(), percentage: percentage.clone() })
    }

    fn change(&self, change: &Change, told: &common::Explanation) -> proto::Change {
        let conditions = change.missing.iter().map(|missing| self.missing(missing, told)).collect();
        proto::Change { conditions, from_percentage: None, to_percentage: to_proto::decimal(change.percentage.0) }
    }

    /// What is missing, in the words of the step that tells it or in those of its kind.
    fn missing(&self, missing: &Missing, told: &common::Explanation) -> proto::MissingCondition {
        let step = missing.step.and_then(|step| told.steps.get(step.checked_sub(1)?));
        let text = if missing.what == "ended" { &crate::rules::MISSING_END } else { &crate::rules::MISSING_GRANT };
        let (dutch, english) = self.core.rules.text(text.rule, text.key).unwrap_or_default();
        let filled = |text: &str| text.replace("{key}", &missing.key);
        let words = step.map(|step| (step.text_nl.clone(), step.text_en.clone()));
        let (text_nl, text_en) = words.unwrap_or_else(|| (filled(dutch), filled(english)));
        proto::MissingCondition {
            key: missing.key.clone(),
            rule_id: missing.rule.clone(),
            missing: missing.what.clone(),
            tariff_proposal_id: missing.proposal_id.clone().unwrap_or_default(),
            points: missing.points.and_then(to_proto::decimal),
            text_nl,
            text_en,
        }
    }
}
