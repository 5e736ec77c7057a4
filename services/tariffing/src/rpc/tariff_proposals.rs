//! Proposals for an adjustment of the percentage: filed, judged, granted or refused (TAR-03, TAR-04, TAR-05).

use std::collections::{BTreeMap, btree_map::Entry};

use calendar::amsterdam_date;
use contract::tariffing as proto;
use edge::{
    Begun, Call, EdgeError, Write,
    four_eyes::{Adverse, Eyes},
};
use explain::{Facts, Trace};

use super::Rpc;
use crate::{
    convert, decide,
    decide::{Assessed, ProposalFacts},
    domain::{Finding, ProposalState, ResultAgreement, TariffProposal},
    error::Error,
    feed,
    store::{self, Dossier, NewFinding},
};

type Filed = Dossier<TariffProposal>;

impl Rpc {
    pub(super) async fn file_tariff_proposal(
        &self,
        call: &Call,
        request: proto::FileTariffProposalRequest,
    ) -> Result<proto::FileTariffProposalResponse, Error> {
        let filing = convert::file_proposal(&request)?;
        let mut write = match self.core.begin(call, filing.request_id, &request).await? {
            Begun::New(write) => write,
            Begun::Replay(reply) => return Ok(reply),
        };
        let proposal = TariffProposal {
            key: filing.key,
            initiative: filing.initiative,
            points: filing.points,
            form: filing.form,
            filed: write.now,
            evidence: filing.evidence,
            judgements: Default::default(),
            results_agreed: false,
            state: ProposalState::Filed,
        };
        let mut filed = Dossier::new(self.core.ids.next().to_string(), filing.subject, proposal);
        let assessment = self.assessed(&mut write, &filed).await?.1;
        let now = write.now;
        store::save_dossier(&mut write.tx, &mut filed, now).await?;
        let tariff_proposal = Some(convert::tariff_proposal(&filed, &[]));
        Ok(write.commit(proto::FileTariffProposalResponse { tariff_proposal, assessment: Some(assessment) }).await?)
    }

    /// What a proposal comes to now.
    async fn assessed(
        &self,
        write: &mut Write,
        filed: &Filed,
    ) -> Result<((Assessed, Facts, explain::Explanation, ProposalFacts), proto::ProposalAssessment), Error> {
        let now = write.now;
        let percentage = store::facts_of(&mut write.tx, &filed.subject, None, now).await?;
        let (proposal, proposal_id) = (filed.content.clone(), filed.id.clone());
        let facts = ProposalFacts { percentage, proposal, proposal_id, on: amsterdam_date(now) };
        let mut trace = Trace::new();
        let assessed = decide::assess(&facts, &self.core.rules, &mut trace)?;
        let recorded = Facts::new(&facts, now);
        let explanation = trace.finish(&self.core.rules, &recorded);
        let told = convert::assessment(&assessed, self.core.explain_now(&explanation)?);
        Ok(((assessed, recorded, explanation, facts), told))
    }

    pub(super) async fn update_tariff_proposal(
        &self,
        call: &Call,
        request: proto::UpdateTariffProposalRequest,
    ) -> Result<proto::UpdateTariffProposalResponse, Error> {
        let (request_id, id, points, evidence) = convert::update_proposal(&request)?;
        let mut write = match self.core.begin(call, request_id, &request).await? {
            Begun::New(write) => write,
            Begun::Replay(reply) => return Ok(reply),
        };
        let mut filed = self.waiting(&mut write, &id).await?;
        filed.content.points = points.or(filed.content.points);
        filed.content.evidence.extend(evidence);
        let assessment = Some(self.assessed(&mut write, &filed).await?.1);
        let tariff_proposal = Some(self.saved(&mut write, filed).await?);
        Ok(write.commit(proto::UpdateTariffProposalResponse { tariff_proposal, assessment }).await?)
    }

    /// A proposal that waits for a decision.
    async fn waiting(&self, write: &mut Write, id: &str) -> Result<Filed, Error> {
        let filed: Filed = store::dossier(&mut write.tx, id).await?;
        if filed.content.state == ProposalState::Filed {
            return Ok(filed);
        }
        let message = "the proposal was granted, refused or withdrawn before".to_owned();
        Err(EdgeError::Precondition { reason: "PROPOSAL_DECIDED", subject: id.to_owned(), message }.into())
    }

    /// Saves a proposal and gives it with its results.
    async fn saved(&self, write: &mut Write, mut filed: Filed) -> Result<proto::TariffProposal, Error> {
        let now = write.now;
        store::save_dossier(&mut write.tx, &mut filed, now).await?;
        let results = store::dossiers_of::<ResultAgreement>(&mut write.tx, &filed.subject).await?;
        Ok(convert::tariff_proposal(&filed, &results))
    }

    pub(super) async fn judge_tariff_proposal(
        &self,
        call: &Call,
        request: proto::JudgeTariffProposalRequest,
    ) -> Result<proto::JudgeTariffProposalResponse, Error> {
        let (request_id, id, name, judged) = convert::judge_proposal(&request)?;
        let mut write = match self.core.begin(call, request_id, &request).await? {
            Begun::New(write) => write,
            Begun::Replay(reply) => return Ok(reply),
        };
        let mut filed = self.waiting(&mut write, &id).await?;
        filed.content.judgements.insert(name, judged);
        let tariff_proposal = Some(self.saved(&mut write, filed).await?);
        Ok(write.commit(proto::JudgeTariffProposalResponse { tariff_proposal }).await?)
    }

    pub(super) async fn agree_results(
        &self,
        call: &Call,
        request: proto::AgreeResultsRequest,
    ) -> Result<proto::AgreeResultsResponse, Error> {
        let (request_id, id, results) = convert::agree_results(&request)?;
        let mut write = match self.core.begin(call, request_id, &request).await? {
            Begun::New(write) => write,
            Begun::Replay(reply) => return Ok(reply),
        };
        let now = write.now;
        let mut filed = self.waiting(&mut write, &id).await?;
        let row = self.core.rules.rows(&crate::rules::ADJUSTMENT, filed.subject.scope());
        let obligation = row.filter(|row| *row.key == *filed.content.key).any(|row| row.flag("obligation"));
        for result in results {
            let result = ResultAgreement { obligation, ..result };
            let mut agreed = Dossier::new(self.core.ids.next().to_string(), filed.subject.clone(), result);
            store::save_dossier(&mut write.tx, &mut agreed, now).await?;
        }
        filed.content.results_agreed = true;
        let tariff_proposal = Some(self.saved(&mut write, filed).await?);
        Ok(write.commit(proto::AgreeResultsResponse { tariff_proposal }).await?)
    }

    pub(super) async fn assess_tariff_proposal(
        &self,
        call: &Call,
        request: proto::AssessTariffProposalRequest,
    ) -> Result<proto::AssessTariffProposalResponse, Error> {
        let now = self.core.clock.now();
        let mut tx = self.core.read(call).await?;
        let filed: Filed = store::dossier(&mut tx, &request.tariff_proposal_id).await?;
        let percentage = store::facts_of(&mut tx, &filed.subject, None, now).await?;
        let (proposal, proposal_id) = (filed.content, filed.id);
        let facts = ProposalFacts { percentage, proposal, proposal_id, on: amsterdam_date(now) };
        let mut trace = Trace::new();
        let assessed = decide::assess(&facts, &self.core.rules, &mut trace)?;
        let explanation = trace.finish(&self.core.rules, &Facts::new(&facts, now));
        let assessment = convert::assessment(&assessed, self.core.explain_now(&explanation)?);
        Ok(proto::AssessTariffProposalResponse { assessment: Some(assessment) })
    }

    pub(super) async fn grant_tariff_proposal(
        &self,
        call: &Call,
        request: proto::GrantTariffProposalRequest,
    ) -> Result<proto::GrantTariffProposalResponse, Error> {
        let (request_id, _) = convert::proposal_id(&request.request_id, &request.tariff_proposal_id)?;
        let mut write = match self.core.begin(call, request_id, &request).await? {
            Begun::New(write) => write,
            Begun::Replay(reply) => return Ok(reply),
        };
        let reply = self.grant_in(&mut write, &request, Eyes::First).await?;
        Ok(write.commit(reply).await?)
    }

    /// Grants a proposal, when nothing stands in its way; one that lowers the percentage takes a second pair of eyes.
    pub(super) async fn grant_in(
        &self,
        write: &mut Write,
        request: &proto::GrantTariffProposalRequest,
        eyes: Eyes<'_>,
    ) -> Result<proto::GrantTariffProposalResponse, Error> {
        let mut filed = self.waiting(write, &request.tariff_proposal_id).await?;
        let subject = filed.subject.clone();
        let ((assessed, recorded, explanation, facts), assessment) = self.assessed(write, &filed).await?;
        let mut reply = proto::GrantTariffProposalResponse { assessment: Some(assessment), ..Default::default() };
        let lowers = assessed.percentage < assessed.before;
        if assessed.is_grantable() && lowers {
            reply.proposal = self.lowering(write, request, eyes, (&subject, assessed.percentage)).await?;
        }
        if !assessed.is_grantable() || reply.proposal.is_some() {
            let results = store::dossiers_of::<ResultAgreement>(&mut write.tx, &subject).await?;
            reply.tariff_proposal = Some(convert::tariff_proposal(&filed, &results));
            return Ok(reply);
        }
        let decision_id = self.keep(write, &subject, "proposal", (&recorded, &explanation)).await?;
        let grant = facts.as_grant();
        let (finding, motivation) = (Finding::Grant(grant.clone()), grant.initiative.as_str());
        let new =
            NewFinding { kind: "grant", name: &filed.id, finding: &finding, motivation, decision_id: &decision_id };
        let now = write.now;
        store::add_finding(&mut write.tx, &subject, new, now).await?;
        write.tx.publish(feed::position_changed(&subject, vec![subject.year]));
        reply.grant = Some(convert::grant(&filed.id, &grant));
        filed.content.state = ProposalState::Granted;
        filed.decision_id = Some(decision_id);
        reply.tariff_proposal = Some(self.saved(write, filed).await?);
        Ok(reply)
    }

    pub(super) async fn refuse_tariff_proposal(
        &self,
        call: &Call,
        request: proto::RefuseTariffProposalRequest,
    ) -> Result<proto::RefuseTariffProposalResponse, Error> {
        let (request_id, ..) = convert::refuse_proposal(&request)?;
        let mut write = match self.core.begin(call, request_id, &request).await? {
            Begun::New(write) => write,
            Begun::Replay(reply) => return Ok(reply),
        };
        let reply = self.refuse_in(&mut write, &request, Eyes::First).await?;
        Ok(write.commit(reply).await?)
    }

    /// Refuses a proposal, which always takes a second pair of eyes.
    pub(super) async fn refuse_in(
        &self,
        write: &mut Write,
        request: &proto::RefuseTariffProposalRequest,
        eyes: Eyes<'_>,
    ) -> Result<proto::RefuseTariffProposalResponse, Error> {
        let (_, id, motivation) = convert::refuse_proposal(request)?;
        let mut filed = self.waiting(write, &id).await?;
        let (subject, initiative) = (filed.subject.clone(), filed.content.initiative.clone());
        let summary = format!("Voorstel '{initiative}' van {} voor {} wordt afgewezen.", subject.agb, subject.year);
        let name = subject.to_string();
        let (office, agb) = (&subject.office, Some(subject.agb));
        let adverse = Adverse { office, agb, subject: &name, summary, outcome: motivation.as_bytes() };
        if let Some(proposal) = self.core.second_eyes(write, request, eyes, adverse).await? {
            let results = store::dossiers_of::<ResultAgreement>(&mut write.tx, &subject).await?;
            let tariff_proposal = Some(convert::tariff_proposal(&filed, &results));
            return Ok(proto::RefuseTariffProposalResponse { tariff_proposal, proposal: Some(proposal) });
        }
        let ((_, recorded, explanation, _), _) = self.assessed(write, &filed).await?;
        filed.decision_id = Some(self.keep(write, &subject, "proposal", (&recorded, &explanation)).await?);
        filed.content.state = ProposalState::Refused;
        write.note(&format!("refused: {motivation}"));
        let tariff_proposal = Some(self.saved(write, filed).await?);
        Ok(proto::RefuseTariffProposalResponse { tariff_proposal, proposal: None })
    }

    pub(super) async fn withdraw_tariff_proposal(
        &self,
        call: &Call,
        request: proto::WithdrawTariffProposalRequest,
    ) -> Result<proto::WithdrawTariffProposalResponse, Error> {
        let (request_id, id) = convert::proposal_id(&request.request_id, &request.tariff_proposal_id)?;
        let mut write = match self.core.begin(call, request_id, &request).await? {
            Begun::New(write) => write,
            Begun::Replay(reply) => return Ok(reply),
        };
        let mut filed = self.waiting(&mut write, &id).await?;
        filed.content.state = ProposalState::Withdrawn;
        let tariff_proposal = Some(self.saved(&mut write, filed).await?);
        Ok(write.commit(proto::WithdrawTariffProposalResponse { tariff_proposal }).await?)
    }

    pub(super) async fn list_tariff_proposals(
        &self,
        call: &Call,
        request: proto::ListTariffProposalsRequest,
    ) -> Result<proto::ListTariffProposalsResponse, Error> {
        let (office, year, agb, page) = convert::list_proposals(&request)?;
        let mut tx = self.core.read(call).await?;
        let mut rows: Vec<Filed> = store::dossiers(&mut tx, (&office, year, &agb), store::page_of(&page)).await?;
        let next_page_token = page.cut(&mut rows, |row| vec![row.id.clone()]);
        // A provider has more than one proposal, and its results are read once.
        let mut results = BTreeMap::new();
        for row in &rows {
            if let Entry::Vacant(of_subject) = results.entry(row.subject.to_string()) {
                of_subject.insert(store::dossiers_of::<ResultAgreement>(&mut tx, &row.subject).await?);
            }
        }
        let tariff_proposals =
            rows.iter().map(|row| convert::tariff_proposal(row, &results[&row.subject.to_string()])).collect();
        Ok(proto::ListTariffProposalsResponse { tariff_proposals, next_page_token })
    }
}
