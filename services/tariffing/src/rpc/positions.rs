//! What is on record of a provider: its standing, interviews (TAR-20), judgements (TAR-09), lines (TAR-12) and lower
//! bids (TAR-17).

use calendar::amsterdam_date;
use contract::tariffing as proto;
use edge::{
    Begun, Call, EdgeError, Write,
    four_eyes::{Adverse, Eyes},
    to_proto,
};
use explain::{Explanation, Facts, Trace};
use uuid::Uuid;

use super::{Rpc, quotes::not_after};
use crate::{
    convert, decide,
    decide::{BidFacts, FindingFacts, GrantFacts, LineFacts},
    domain::{Finding, Subject},
    error::Error,
    feed,
    store::{self, NewFinding},
};

impl Rpc {
    pub(super) async fn record_standing(
        &self,
        call: &Call,
        request: proto::RecordStandingRequest,
    ) -> Result<proto::RecordStandingResponse, Error> {
        let record = convert::standing(&request)?;
        let mut write = match self.core.begin(call, record.request_id, &request).await? {
            Begun::New(write) => write,
            Begun::Replay(reply) => return Ok(reply),
        };
        let (position, decision_id) = self.find_in(&mut write, record).await?;
        Ok(write.commit(proto::RecordStandingResponse { position: Some(position), decision_id }).await?)
    }

    pub(super) async fn record_interview(
        &self,
        call: &Call,
        request: proto::RecordInterviewRequest,
    ) -> Result<proto::RecordInterviewResponse, Error> {
        let record = convert::interview(&request)?;
        let mut write = match self.core.begin(call, record.request_id, &request).await? {
            Begun::New(write) => write,
            Begun::Replay(reply) => return Ok(reply),
        };
        let (position, decision_id) = self.find_in(&mut write, record).await?;
        Ok(write.commit(proto::RecordInterviewResponse { position: Some(position), decision_id }).await?)
    }

    async fn find_in(&self, write: &mut Write, record: convert::Record) -> Result<(proto::Position, String), Error> {
        let convert::Record { subject, finding, motivation, .. } = record;
        let as_of = write.now;
        let facts = FindingFacts { subject, finding: Some(finding), percentage: None, motivation, as_of };
        let mut trace = Trace::new();
        decide::find(&facts, &self.core.rules, &mut trace)?;
        let name = facts.subject.to_string();
        let decision_id = self.record(write, (&facts.subject.office, "finding", &name), &facts, trace).await?;
        if let Some((finding, kind)) = facts.finding.as_ref().and_then(|finding| Some((finding, finding.kind()?))) {
            let motivation = &facts.motivation;
            let new = NewFinding { kind, name: "", finding, motivation, decision_id: &decision_id };
            self.add(write, &facts.subject, new).await?;
        }
        Ok((self.position(write, &facts.subject).await?, decision_id))
    }

    /// Puts a finding on record and makes that known.
    async fn add(&self, write: &mut Write, subject: &Subject, new: NewFinding<'_>) -> Result<(), Error> {
        let now = write.now;
        store::add_finding(&mut write.tx, subject, new, now).await?;
        write.tx.publish(feed::position_changed(subject, vec![subject.year]));
        Ok(())
    }

    /// Everything on record of a provider for a year.
    async fn position(&self, write: &mut Write, subject: &Subject) -> Result<proto::Position, Error> {
        let now = write.now;
        let facts = store::facts_of(&mut write.tx, subject, None, now).await?;
        let position = store::position_of(&mut write.tx, subject, None).await?;
        Ok(convert::position(&facts, &position))
    }

    pub(super) async fn get_position(
        &self,
        call: &Call,
        request: proto::GetPositionRequest,
    ) -> Result<proto::GetPositionResponse, Error> {
        let (subject, known) = convert::get_position(&request)?;
        let now = self.core.clock.now();
        let known = not_after(known, now)?;
        let mut tx = self.core.read(call).await?;
        let facts = store::facts_of(&mut tx, &subject, known, known.unwrap_or(now)).await?;
        let position = store::position_of(&mut tx, &subject, known).await?;
        Ok(proto::GetPositionResponse { position: Some(convert::position(&facts, &position)) })
    }

    pub(super) async fn record_judgement(
        &self,
        call: &Call,
        request: proto::RecordJudgementRequest,
    ) -> Result<proto::RecordJudgementResponse, Error> {
        let today = amsterdam_date(self.core.clock.now());
        let request_id = convert::judgement(&request, today)?.0;
        let mut write = match self.core.begin(call, request_id, &request).await? {
            Begun::New(write) => write,
            Begun::Replay(reply) => return Ok(reply),
        };
        let reply = self.judge_in(&mut write, &request, Eyes::First).await?;
        Ok(write.commit(reply).await?)
    }

    /// Records a judgement; one that lowers the percentage takes a second pair of eyes.
    pub(super) async fn judge_in(
        &self,
        write: &mut Write,
        request: &proto::RecordJudgementRequest,
        eyes: Eyes<'_>,
    ) -> Result<proto::RecordJudgementResponse, Error> {
        let (_, subject, grant) = convert::judgement(request, amsterdam_date(write.now))?;
        let now = write.now;
        let percentage = store::facts_of(&mut write.tx, &subject, None, now).await?;
        let facts = GrantFacts { percentage, grant, withdrawn: false };
        let mut trace = Trace::new();
        let granted = decide::grant(&facts, &self.core.rules, &mut trace)?;
        let recorded = Facts::new(&facts, now);
        let explanation = trace.finish(&self.core.rules, &recorded);
        let mut reply = proto::RecordJudgementResponse {
            percentage: to_proto::decimal(granted.percentage.0),
            ..Default::default()
        };
        if let Some(refusal) = &granted.refusal {
            let told = self.core.explain_now(&explanation)?;
            reply.refusal = convert::refusals(std::slice::from_ref(refusal), &told).pop();
        } else if granted.lowers() {
            reply.proposal = self.lowering(write, request, eyes, (&subject, granted.percentage)).await?;
        }
        if reply.proposal.is_some() {
            return Ok(reply);
        }
        reply.decision_id = self.keep(write, &subject, "grant", (&recorded, &explanation)).await?;
        if granted.refusal.is_none() {
            let (id, finding) = (self.core.ids.next().to_string(), Finding::Grant(facts.grant.clone()));
            let motivation = &facts.grant.initiative;
            let new =
                NewFinding { kind: "grant", name: &id, finding: &finding, motivation, decision_id: &reply.decision_id };
            self.add(write, &subject, new).await?;
            reply.grant = Some(convert::grant(&id, &facts.grant));
        }
        Ok(reply)
    }

    /// Proposes what lowers a percentage, or nothing when a second person takes it now.
    pub(super) async fn lowering(
        &self,
        write: &mut Write,
        request: &impl contract::access::Scoped,
        eyes: Eyes<'_>,
        (subject, percentage): (&Subject, money::Percentage),
    ) -> Result<Option<contract::common::Proposal>, Error> {
        let summary = format!("Tariefpercentage van {} voor {} wordt {}%.", subject.agb, subject.year, percentage.0);
        let (office, agb, name) = (&subject.office, Some(subject.agb), subject.to_string());
        let outcome = percentage.0.normalize().to_string();
        let adverse = Adverse { office, agb, subject: &name, summary, outcome: outcome.as_bytes() };
        Ok(self.core.second_eyes(write, request, eyes, adverse).await?)
    }

    /// Records a decision about a provider and year.
    pub(super) async fn keep(
        &self,
        write: &mut Write,
        subject: &Subject,
        kind: &'static str,
        decided: (&Facts, &Explanation),
    ) -> Result<String, Error> {
        self.record_explained(write, (&subject.office, kind, &subject.to_string()), decided).await
    }

    pub(super) async fn withdraw_grant(
        &self,
        call: &Call,
        request: proto::WithdrawGrantRequest,
    ) -> Result<proto::WithdrawGrantResponse, Error> {
        let request_id = convert::withdraw(&request)?.0;
        let mut write = match self.core.begin(call, request_id, &request).await? {
            Begun::New(write) => write,
            Begun::Replay(reply) => return Ok(reply),
        };
        let reply = self.withdraw_in(&mut write, &request, Eyes::First).await?;
        Ok(write.commit(reply).await?)
    }

    /// Takes a grant back; when that lowers the percentage, it takes a second pair of eyes.
    pub(super) async fn withdraw_in(
        &self,
        write: &mut Write,
        request: &proto::WithdrawGrantRequest,
        eyes: Eyes<'_>,
    ) -> Result<proto::WithdrawGrantResponse, Error> {
        let (_, subject, grant_id, motivation) = convert::withdraw(request)?;
        let now = write.now;
        let position = store::position_of(&mut write.tx, &subject, None).await?;
        let found = position.grants.into_iter().find(|(id, _)| *id == grant_id);
        let (_, grant) = found.ok_or_else(|| EdgeError::NotFound { what: "grant", id: grant_id.clone() })?;
        let percentage = store::facts_of(&mut write.tx, &subject, None, now).await?;
        let facts = GrantFacts { percentage, grant, withdrawn: true };
        let mut trace = Trace::new();
        let granted = decide::grant(&facts, &self.core.rules, &mut trace)?;
        if granted.lowers() {
            let proposal = self.lowering(write, request, eyes, (&subject, granted.percentage)).await?;
            if proposal.is_some() {
                let position = Some(self.position(write, &subject).await?);
                return Ok(proto::WithdrawGrantResponse { position, proposal, decision_id: String::new() });
            }
        }
        let name = subject.to_string();
        let decision_id = self.record(write, (&subject.office, "grant", &name), &facts, trace).await?;
        let finding = &Finding::Withdrawn;
        let new =
            NewFinding { kind: "grant", name: &grant_id, finding, motivation: &motivation, decision_id: &decision_id };
        self.add(write, &subject, new).await?;
        let position = Some(self.position(write, &subject).await?);
        Ok(proto::WithdrawGrantResponse { position, proposal: None, decision_id })
    }

    pub(super) async fn agree_line(
        &self,
        call: &Call,
        request: proto::AgreeLineRequest,
    ) -> Result<proto::AgreeLineResponse, Error> {
        let (request_id, subject, percentages, motivation) = convert::line(&request)?;
        let mut write = match self.core.begin(call, request_id, &request).await? {
            Begun::New(write) => write,
            Begun::Replay(reply) => return Ok(reply),
        };
        let facts = LineFacts { subject, percentages, motivation, as_of: write.now };
        let mut trace = Trace::new();
        decide::line(&facts, &self.core.rules, &mut trace)?;
        let (subject, name) = (&facts.subject, facts.subject.to_string());
        let decision_id = self.record(&mut write, (&subject.office, "line", &name), &facts, trace).await?;
        for (year, percentage) in (subject.year..).zip(&facts.percentages) {
            let (finding, motivation) = (Finding::Line(*percentage), facts.motivation.as_str());
            let new = NewFinding { kind: "line", name: "", finding: &finding, motivation, decision_id: &decision_id };
            self.add(&mut write, &Subject { year, ..subject.clone() }, new).await?;
        }
        let years = convert::line_years(subject.year, &facts.percentages);
        Ok(write.commit(proto::AgreeLineResponse { years, decision_id }).await?)
    }

    pub(super) async fn propose_bid(
        &self,
        call: &Call,
        request: proto::ProposeBidRequest,
    ) -> Result<proto::ProposeBidResponse, Error> {
        let request_id: Uuid = convert::bid(&request)?.0;
        let mut write = match self.core.begin(call, request_id, &request).await? {
            Begun::New(write) => write,
            Begun::Replay(reply) => return Ok(reply),
        };
        let reply = self.bid_in(&mut write, &request, Eyes::First).await?;
        Ok(write.commit(reply).await?)
    }

    /// Agrees a lower bid, which always takes a second pair of eyes.
    pub(super) async fn bid_in(
        &self,
        write: &mut Write,
        request: &proto::ProposeBidRequest,
        eyes: Eyes<'_>,
    ) -> Result<proto::ProposeBidResponse, Error> {
        let (_, subject, bid, motivation) = convert::bid(request)?;
        let now = write.now;
        let percentage = store::facts_of(&mut write.tx, &subject, None, now).await?;
        let facts = BidFacts { percentage, bid, motivation };
        let mut trace = Trace::new();
        let (current, lower) = decide::bid(&facts, &self.core.rules, &mut trace)?;
        let recorded = Facts::new(&facts, now);
        let explanation = trace.finish(&self.core.rules, &recorded);
        let mut reply = proto::ProposeBidResponse { current: to_proto::decimal(current.0), ..Default::default() };
        if !lower {
            let step = self.core.explain_now(&explanation)?.steps.pop().unwrap_or_default();
            reply.refusal = Some(proto::Refusal {
                key: "lower_bid".to_owned(),
                initiative: facts.motivation,
                rule_id: step.rule_id,
                code: "not_lower".to_owned(),
                text_nl: step.text_nl,
                text_en: step.text_en,
            });
            return Ok(reply);
        }
        reply.proposal = self.lowering(write, request, eyes, (&subject, bid)).await?;
        if reply.proposal.is_none() {
            let decision_id = self.keep(write, &subject, "bid", (&recorded, &explanation)).await?;
            let (finding, motivation) = (Finding::Bid(bid), facts.motivation.as_str());
            let new = NewFinding { kind: "bid", name: "", finding: &finding, motivation, decision_id: &decision_id };
            self.add(write, &subject, new).await?;
        }
        Ok(reply)
    }
}
