//! Decisions on hardship requests (TAR-08), and objections to them.

use calendar::amsterdam_date;
use contract::{access::Scoped, common, tariffing as proto};
use edge::{
    Begun, Call, EdgeError, InvalidRequest, Write,
    four_eyes::{Adverse, Eyes},
};
use explain::{Explanation, Facts, Trace};
use money::Decimal;

use super::{
    Rpc,
    hardship::{Filed, undecided},
};
use crate::{
    convert, decide,
    decide::{HardshipDecisionFacts, HardshipFacts, HardshipObjectionFacts, HardshipReason, ObjectionDecisionFacts},
    domain::{
        Finding,
        hardship::{HardshipObjection, HardshipState, HardshipVerdict, ObjectionState},
    },
    error::Error,
    feed, rules,
    store::{self, NewFinding},
};

impl Rpc {
    pub(super) async fn decide_hardship(
        &self,
        call: &Call,
        request: proto::DecideHardshipRequest,
    ) -> Result<proto::DecideHardshipResponse, Error> {
        let request_id = convert::decide_hardship(&request)?.request_id;
        let mut write = match self.core.begin(call, request_id, &request).await? {
            Begun::New(write) => write,
            Begun::Replay(reply) => return Ok(reply),
        };
        let reply = self.decide_hardship_in(&mut write, &request, Eyes::First).await?;
        Ok(write.commit(reply).await?)
    }

    /// Decides a request: an addition holds at once, a rejection takes a second pair of eyes.
    pub(super) async fn decide_hardship_in(
        &self,
        write: &mut Write,
        request: &proto::DecideHardshipRequest,
        eyes: Eyes<'_>,
    ) -> Result<proto::DecideHardshipResponse, Error> {
        let asked = convert::decide_hardship(request)?;
        let mut filed = undecided(write, &asked.id).await?;
        let mut reply = proto::DecideHardshipResponse::default();
        if asked.points.is_none() {
            reply.proposal = self.against(write, request, eyes, (&filed, "wordt afgewezen", &asked.motivation)).await?;
        }
        if reply.proposal.is_some() {
            reply.hardship_request = Some(convert::hardship_request(&filed, amsterdam_date(write.now)));
            return Ok(reply);
        }
        let facts = HardshipDecisionFacts {
            request: HardshipFacts::of(&filed.subject, &filed.id, &filed.content, write.now),
            points: asked.points,
            motivation: asked.motivation,
            by: write.call().identity().to_owned(),
        };
        let mut trace = Trace::new();
        let decided = decide::decide_hardship(&facts, &self.core.rules, &mut trace)?;
        let recorded = Facts::new(&facts, write.now);
        let explanation = trace.finish(&self.core.rules, &recorded);
        if !decided.reasons.is_empty() {
            reply.reasons = convert::hardship_reasons(&decided.reasons, &self.core.explain_now(&explanation)?);
            reply.hardship_request = Some(convert::hardship_request(&filed, amsterdam_date(write.now)));
            return Ok(reply);
        }
        let decided = (facts.points, facts.motivation.as_str());
        let verdict = self.conclude_hardship(write, &mut filed, "hardship", (&recorded, &explanation), decided).await?;
        let granted = facts.points.is_some();
        filed.content.state = if granted { HardshipState::Granted } else { HardshipState::Rejected };
        filed.content.decided = Some(verdict);
        reply.decision_id = filed.decision_id.clone().unwrap_or_default();
        reply.hardship_request = Some(self.saved_hardship(write, filed).await?);
        Ok(reply)
    }

    /// Proposes what is decided against a provider, or nothing when a second person takes it now. What is done about the
    /// request in the meantime makes it another decision.
    async fn against(
        &self,
        write: &mut Write,
        request: &impl Scoped,
        eyes: Eyes<'_>,
        (filed, becomes, motivation): (&Filed, &str, &str),
    ) -> Result<Option<common::Proposal>, Error> {
        let (subject, name) = (&filed.subject, filed.subject.to_string());
        let what = if filed.content.objected() { "Bezwaar bij hardheidsverzoek" } else { "Hardheidsverzoek" };
        let summary = format!("{what} van {} voor {} {becomes}.", subject.agb, subject.year);
        let outcome = format!("{} {motivation}", filed.version);
        let (office, agb) = (&subject.office, Some(subject.agb));
        let adverse = Adverse { office, agb, subject: &name, summary, outcome: outcome.as_bytes() };
        Ok(self.core.second_eyes(write, request, eyes, adverse).await?)
    }

    /// Records a decision, and puts the addition on record of the provider where there is one: the next derivation of
    /// its percentage has it.
    async fn conclude_hardship(
        &self,
        write: &mut Write,
        filed: &mut Filed,
        kind: &'static str,
        recorded: (&Facts, &Explanation),
        (points, motivation): (Option<Decimal>, &str),
    ) -> Result<HardshipVerdict, Error> {
        let subject = filed.subject.clone();
        let decision_id = self.keep(write, &subject, kind, recorded).await?;
        let now = write.now;
        if let Some(points) = points {
            let finding = &Finding::Hardship(points);
            let new = NewFinding { kind: "hardship", name: "", finding, motivation, decision_id: &decision_id };
            store::add_finding(&mut write.tx, &subject, new, now).await?;
            write.tx.publish(feed::position_changed(&subject, vec![subject.year]));
        } else {
            write.note(&format!("rejected: {motivation}"));
        }
        filed.decision_id = Some(decision_id);
        let by = write.call().identity().to_owned();
        Ok(HardshipVerdict { points, motivation: motivation.to_owned(), by, decided: now })
    }

    pub(super) async fn object_to_hardship(
        &self,
        call: &Call,
        request: proto::ObjectToHardshipRequest,
    ) -> Result<proto::ObjectToHardshipResponse, Error> {
        let today = amsterdam_date(self.core.clock.now());
        let (request_id, id, received, text) = convert::object_to_hardship(&request, today)?;
        let mut write = match self.core.begin(call, request_id, &request).await? {
            Begun::New(write) => write,
            Begun::Replay(reply) => return Ok(reply),
        };
        let mut filed: Filed = store::dossier(&mut write.tx, &id).await?;
        may_object(&filed, received)?;
        let facts = HardshipObjectionFacts {
            subject: filed.subject.clone(),
            hardship_request_id: id,
            received,
            as_of: write.now,
        };
        let mut trace = Trace::new();
        let (last, in_time) = decide::object_to_hardship(&facts, &self.core.rules, &mut trace)?;
        let recorded = Facts::new(&facts, write.now);
        let explanation = trace.finish(&self.core.rules, &recorded);
        let refusal = match in_time {
            true => None,
            false => {
                let reason = HardshipReason { code: rules::HARDSHIP_OBJECTION_LATE.key, step: 1 };
                Some(convert::hardship_reason(reason, &self.core.explain_now(&explanation)?))
            }
        };
        let kind = "hardship_objection";
        let decision_id = self.keep(&mut write, &facts.subject, kind, (&recorded, &explanation)).await?;
        let state = if in_time { ObjectionState::Open } else { ObjectionState::Late };
        filed.content.objection = Some(HardshipObjection { received, filed: write.now, text, state, decided: None });
        filed.decision_id = Some(decision_id.clone());
        let hardship_request = Some(self.saved_hardship(&mut write, filed).await?);
        let last_date = edge::to_proto::date(last);
        Ok(write.commit(proto::ObjectToHardshipResponse { hardship_request, last_date, refusal, decision_id }).await?)
    }

    pub(super) async fn decide_hardship_objection(
        &self,
        call: &Call,
        request: proto::DecideHardshipObjectionRequest,
    ) -> Result<proto::DecideHardshipObjectionResponse, Error> {
        let request_id = convert::decide_hardship_objection(&request)?.request_id;
        let mut write = match self.core.begin(call, request_id, &request).await? {
            Begun::New(write) => write,
            Begun::Replay(reply) => return Ok(reply),
        };
        let reply = self.decide_objection_in(&mut write, &request, Eyes::First).await?;
        Ok(write.commit(reply).await?)
    }

    /// Decides an objection: upheld, its addition holds at once; a dismissal takes a second pair of eyes.
    pub(super) async fn decide_objection_in(
        &self,
        write: &mut Write,
        request: &proto::DecideHardshipObjectionRequest,
        eyes: Eyes<'_>,
    ) -> Result<proto::DecideHardshipObjectionResponse, Error> {
        let asked = convert::decide_hardship_objection(request)?;
        let mut filed = objected(write, &asked.id).await?;
        let mut reply = proto::DecideHardshipObjectionResponse::default();
        if asked.points.is_none() {
            reply.proposal = self.against(write, request, eyes, (&filed, "is ongegrond", &asked.motivation)).await?;
        }
        if reply.proposal.is_some() {
            reply.hardship_request = Some(convert::hardship_request(&filed, amsterdam_date(write.now)));
            return Ok(reply);
        }
        let facts = ObjectionDecisionFacts {
            request: HardshipFacts::of(&filed.subject, &filed.id, &filed.content, write.now),
            granted: filed.content.decided.as_ref().and_then(|decided| decided.points),
            points: asked.points,
            motivation: asked.motivation,
            by: write.call().identity().to_owned(),
        };
        let mut trace = Trace::new();
        let decided = decide::decide_hardship_objection(&facts, &self.core.rules, &mut trace)?;
        let recorded = Facts::new(&facts, write.now);
        let explanation = trace.finish(&self.core.rules, &recorded);
        if !decided.reasons.is_empty() {
            reply.reasons = convert::hardship_reasons(&decided.reasons, &self.core.explain_now(&explanation)?);
            reply.hardship_request = Some(convert::hardship_request(&filed, amsterdam_date(write.now)));
            return Ok(reply);
        }
        let (kind, decided) = ("hardship_objection_decision", (facts.points, facts.motivation.as_str()));
        let verdict = self.conclude_hardship(write, &mut filed, kind, (&recorded, &explanation), decided).await?;
        settle(&mut filed, verdict);
        reply.decision_id = filed.decision_id.clone().unwrap_or_default();
        reply.hardship_request = Some(self.saved_hardship(write, filed).await?);
        Ok(reply)
    }
}

/// What was decided on an objection; upheld, it comes in place of what was decided on the request.
fn settle(filed: &mut Filed, verdict: HardshipVerdict) {
    let upheld = verdict.points.is_some();
    if upheld {
        filed.content.state = HardshipState::Granted;
        filed.content.decided = Some(verdict.clone());
    }
    if let Some(objection) = &mut filed.content.objection {
        objection.state = if upheld { ObjectionState::Upheld } else { ObjectionState::Dismissed };
        objection.decided = Some(verdict);
    }
}

/// A request with an objection that waits for a decision.
async fn objected(write: &mut Write, id: &str) -> Result<Filed, Error> {
    let filed: Filed = store::dossier(&mut write.tx, id).await?;
    if filed.content.objected() {
        return Ok(filed);
    }
    let message = "no objection waits for a decision".to_owned();
    Err(EdgeError::Precondition { reason: "NO_OBJECTION_OPEN", subject: id.to_owned(), message }.into())
}

/// Whether there is something to object to: a decision, received once it was taken, and no objection that waits or was
/// decided.
fn may_object(filed: &Filed, received: chrono::NaiveDate) -> Result<(), Error> {
    let refused = |reason, message: &str| {
        Err(EdgeError::Precondition { reason, subject: filed.id.clone(), message: message.to_owned() }.into())
    };
    let Some(decided) = &filed.content.decided else {
        return refused("HARDSHIP_NOT_DECIDED", "no decision was taken yet");
    };
    if filed.content.objection.as_ref().is_some_and(|objection| objection.state != ObjectionState::Late) {
        return refused("HARDSHIP_OBJECTED_BEFORE", "an objection in time was made before");
    }
    if received < amsterdam_date(decided.decided) {
        let wrong = ("received_date".to_owned(), "lies before the day of the decision".to_owned());
        return Err(EdgeError::from(InvalidRequest(vec![wrong])).into());
    }
    Ok(())
}
