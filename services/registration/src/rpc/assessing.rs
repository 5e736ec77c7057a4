//! The assessment of registrations (REG-06).

use contract::registration as proto;
use database::Tx;
use edge::{
    Begun, Call, Write,
    four_eyes::{Adverse, Eyes},
};
use explain::Trace;

use super::Rpc;
use crate::{
    convert, decide,
    decide::AssessmentFacts,
    domain::{Assessed, Reason, Registration, Verdict},
    error::Error,
    store,
};

impl Rpc {
    pub(super) async fn assess_registration(
        &self,
        call: &Call,
        request: proto::AssessRegistrationRequest,
    ) -> Result<proto::AssessRegistrationResponse, Error> {
        let (request_id, _) = convert::assess(&request)?;
        let mut write = match self.core.begin(call, request_id, &request).await? {
            Begun::New(write) => write,
            Begun::Replay(reply) => return Ok(reply),
        };
        let reply = self.assess_in(&mut write, &request, Eyes::First).await?;
        Ok(write.commit(reply).await?)
    }

    /// Not to consider a registration, or to reject it, takes four eyes.
    pub(super) async fn assess_in(
        &self,
        write: &mut Write,
        request: &proto::AssessRegistrationRequest,
        eyes: Eyes<'_>,
    ) -> Result<proto::AssessRegistrationResponse, Error> {
        let (_, registration_id) = convert::assess(request)?;
        let now = write.now;
        let assessable = store::take_registration(&mut write.tx, &registration_id).await?.assessable()?;
        let registration = assessable.registration();
        let facts = facts(&mut write.tx, registration, assessable.received(), now).await?;
        let mut trace = Trace::new();
        let outcome = decide::assess(&facts, &self.core.rules, &mut trace)?;
        let refusal = refusal(&outcome.verdict);
        if refusal.is_some() {
            let summary = refusal.unwrap_or_default();
            let adverse = Adverse {
                office: &facts.round.office,
                agb: Some(facts.agb),
                subject: &registration_id,
                outcome: summary.as_bytes(),
                summary: summary.clone(),
            };
            if let Some(proposal) = self.core.second_eyes(write, request, eyes, adverse).await? {
                let registration = Some(convert::registration(registration)?);
                return Ok(proto::AssessRegistrationResponse { registration, proposal: Some(proposal) });
            }
        }
        let decision_id =
            self.record(write, (&facts.round.office, "assessment", &registration_id), &facts, trace).await?;
        let assessed = Assessed { category: outcome.category, signals: outcome.signals, decision_id };
        let registration = assessable.assessed(assessed.clone(), outcome.verdict);
        store::save_assessment(&mut write.tx, &registration, &assessed, now).await?;
        let registration = Some(convert::registration(&registration)?);
        Ok(proto::AssessRegistrationResponse { registration, proposal: None })
    }
}

/// What a registration is assessed from, as if it was received at a moment.
pub(super) async fn facts(
    tx: &mut Tx,
    registration: &Registration,
    received: chrono::DateTime<chrono::Utc>,
    now: chrono::DateTime<chrono::Utc>,
) -> Result<AssessmentFacts, Error> {
    let findings = store::findings(tx, &registration.registration_id).await?;
    Ok(AssessmentFacts {
        round: store::round(tx, &registration.round_id).await?,
        agb: registration.agb,
        kvk: store::known_provider(tx, registration.agb).await?.kvk,
        procedure: registration.procedure,
        begun: registration.begun,
        received,
        content: registration.content.clone(),
        clarifications: store::clarified(tx, &registration.registration_id).await?,
        reviews: findings.reviews,
        judgements: findings.judgements,
        interview: findings.interview,
        integrity: findings.integrity,
        agreements: store::agreements_of(tx, registration.agb).await?,
        as_of: now,
    })
}

/// What is adverse to the provider, as a proposal tells it.
fn refusal(verdict: &Verdict) -> Option<String> {
    let what = match verdict {
        Verdict::Waiting(_) | Verdict::Admissible => return None,
        Verdict::NotConsidered(_) => "inschrijving niet in behandeling nemen",
        Verdict::Rejected(_) => "inschrijving afwijzen",
    };
    let in_words = |reason: &Reason| format!("{} {} ({})", reason.code, reason.subject, reason.rule);
    let reasons: Vec<String> = verdict.reasons().iter().map(in_words).collect();
    Some(format!("{what}: {}", reasons.join(", ")))
}
