//! Four eyes: a decision that is adverse to a provider is proposed by one identity and taken by another.
//!
//! The first call of such a decision computes it and leaves a proposal instead of its effects. Whoever takes the
//! proposal causes the same decision to be computed again; when it comes out otherwise, because things changed since,
//! it is not taken.

use contract::{access::Scoped, common};
use database::{ProposalRow, VerdictRow};
use identifiers::Agb;
use prost::Message;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::{Begun, Call, Core, EdgeError, Fields, Office, Page, Write, to_proto};

/// A decision that is adverse to a provider.
#[derive(Clone, Debug)]
pub struct Adverse<'a> {
    /// The office that decides.
    pub office: &'a Office,
    /// The provider; none when there are more.
    pub agb: Option<Agb>,
    /// What it is about.
    pub subject: &'a str,
    /// What would be decided, in Dutch.
    pub summary: String,
    /// What would be decided, in bytes that are the same only for the same decision.
    pub outcome: &'a [u8],
}

/// Whose eyes are on a decision.
#[derive(Clone, Copy, Debug)]
pub enum Eyes<'a> {
    /// Those of whoever calls for it.
    First,
    /// Those of somebody who takes what another proposed.
    Second(&'a ProposalRow),
}

/// What somebody decides about a proposal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    request_id: Uuid,
    proposal_id: String,
    takes: bool,
    motivation: String,
}

impl Verdict {
    /// Reads the fields of a request to decide about a proposal.
    ///
    /// # Errors
    /// [`EdgeError::Invalid`] with every wrong field.
    pub fn read(request_id: &str, proposal_id: &str, verdict: i32, motivation: &str) -> Result<Verdict, EdgeError> {
        let mut fields = Fields::new();
        let request_id = fields.request_id(request_id);
        let proposal_id = fields.id("proposal_id", proposal_id);
        let takes = match common::Verdict::try_from(verdict) {
            Ok(common::Verdict::Take) => Some(true),
            Ok(common::Verdict::Reject) => Some(false),
            _ => None,
        };
        fields.check(takes.is_some(), "verdict", "expected VERDICT_TAKE or VERDICT_REJECT");
        let motivation = fields.text("motivation", motivation);
        let (request_id, proposal_id, takes, motivation) = fields.all((request_id, proposal_id, takes, motivation))?;
        Ok(Verdict { request_id, proposal_id, takes, motivation })
    }
}

impl Core {
    /// Makes a proposal of an adverse decision that nobody else has seen. With nothing given, the decision is to be
    /// taken; with a proposal, that is all that is to be done.
    ///
    /// # Errors
    /// `PROPOSAL_STALE` when the decision is not the one that was proposed.
    pub async fn second_eyes(
        &self,
        write: &mut Write,
        request: &impl Scoped,
        eyes: Eyes<'_>,
        adverse: Adverse<'_>,
    ) -> Result<Option<common::Proposal>, EdgeError> {
        let outcome_sha256 = Sha256::digest(adverse.outcome).to_vec();
        if let Eyes::Second(proposal) = eyes {
            write.confirmed = proposal.outcome_sha256 == outcome_sha256;
            return if write.confirmed { Ok(None) } else { Err(stale(proposal)) };
        }
        let row = ProposalRow {
            proposal_id: self.ids.next().to_string(),
            office: adverse.office.to_string(),
            agb: adverse.agb.map(|agb| agb.to_string()).unwrap_or_default(),
            method: write.call().method().name.to_owned(),
            subject: adverse.subject.to_owned(),
            summary: adverse.summary,
            request: request.encode_to_vec(),
            outcome_sha256,
            proposed_by: write.call().identity().to_owned(),
            proposed_time: write.now,
            verdict: None,
            decided_by: None,
            motivation: None,
            decided_time: None,
        };
        write.tx.save_proposal(&row).await?;
        write.note(&format!("proposal {}", row.proposal_id));
        Ok(Some(proposal(&row)))
    }

    /// Takes or rejects a proposal. `carry_out` does what was proposed, in the transaction that closes the proposal.
    ///
    /// # Errors
    /// [`EdgeError::Refused`] for the identity that proposed it, [`EdgeError::NotFound`] when there is no such proposal,
    /// `PROPOSAL_CLOSED` when it was taken or rejected before, `PROPOSAL_STALE` when `carry_out` did something that
    /// takes no second eyes (as things are now it is refused, or no longer adverse), and what `carry_out` gives.
    pub async fn decide<M, R, E>(
        &self,
        call: &Call,
        request: &M,
        verdict: &Verdict,
        reply: impl FnOnce(common::Proposal) -> R,
        carry_out: impl AsyncFnOnce(&mut Write, &ProposalRow) -> Result<(), E>,
    ) -> Result<R, E>
    where
        M: Scoped,
        R: Message + Default,
        E: From<EdgeError>,
    {
        self.may_decide(call, verdict).await?;
        let mut write = match self.begin(call, verdict.request_id, request).await? {
            Begun::New(write) => write,
            Begun::Replay(reply) => return Ok(reply),
        };
        let row = close(&mut write, verdict).await?;
        if verdict.takes {
            carry_out(&mut write, &row).await?;
            if !write.confirmed {
                return Err(stale(&row).into());
            }
        }
        Ok(write.commit(reply(proposal(&row))).await?)
    }

    /// Asked before the write begins, since a refusal is a write of its own.
    async fn may_decide(&self, call: &Call, verdict: &Verdict) -> Result<(), EdgeError> {
        let row = self.read(call).await?.proposal(&verdict.proposal_id).await?;
        let row = row.ok_or_else(|| not_found(verdict))?;
        if verdict.takes && row.proposed_by == call.identity() {
            let message = format!("{} proposed this; somebody else is to take it", row.proposed_by);
            return Err(self.refuse(call, "SAME_IDENTITY", message).await);
        }
        Ok(())
    }

    /// A page of the proposals of an office, by id.
    ///
    /// # Errors
    /// [`EdgeError::Invalid`] with every wrong field.
    pub async fn proposals(
        &self,
        call: &Call,
        office: &str,
        (page_size, page_token): (i32, &str),
    ) -> Result<(Vec<common::Proposal>, String), EdgeError> {
        let mut fields = Fields::new();
        let office = fields.office("office", office);
        let page = Page::read(&mut fields, page_size, page_token, 1);
        let (office, page) = fields.all((office, page))?;
        let mut rows = self.read(call).await?.proposals(office.as_str(), &page.after[0], page.limit()).await?;
        let next_page_token = page.cut(&mut rows, |row| vec![row.proposal_id.clone()]);
        Ok((rows.iter().map(proposal).collect(), next_page_token))
    }
}

/// Closes an open proposal and gives it.
async fn close(write: &mut Write, verdict: &Verdict) -> Result<ProposalRow, EdgeError> {
    let word = if verdict.takes { "taken" } else { "rejected" };
    let decided_by = write.call().identity().to_owned();
    let row = VerdictRow { verdict: word, decided_by: &decided_by, motivation: &verdict.motivation, time: write.now };
    if !write.tx.close_proposal(&verdict.proposal_id, row).await? {
        return Err(EdgeError::Precondition {
            reason: "PROPOSAL_CLOSED",
            subject: verdict.proposal_id.clone(),
            message: "the proposal was taken or rejected before".to_owned(),
        });
    }
    let proposal = write.tx.proposal(&verdict.proposal_id).await?.ok_or_else(|| not_found(verdict))?;
    write.note(&format!("{word}: {} of {}, proposed by {}", proposal.method, proposal.subject, proposal.proposed_by));
    Ok(proposal)
}

/// A proposal of something that would be decided otherwise by now.
fn stale(proposal: &ProposalRow) -> EdgeError {
    EdgeError::Precondition {
        reason: "PROPOSAL_STALE",
        subject: proposal.proposal_id.clone(),
        message: "the decision would be another one now: reject the proposal and propose anew".to_owned(),
    }
}

/// A proposal that the service doesn't know how to carry out: a fault of this program.
pub fn unknown(proposal: &ProposalRow) -> EdgeError {
    EdgeError::Stored(format!("a proposal of {}", proposal.method))
}

/// The request that a proposal stands for.
///
/// # Errors
/// [`EdgeError::Stored`] when it can't be read.
pub fn proposed<M: Scoped + Default>(proposal: &ProposalRow) -> Result<M, EdgeError> {
    M::decode(proposal.request.as_slice()).map_err(|error| EdgeError::Stored(error.to_string()))
}

/// A proposal as the contract tells it.
fn proposal(row: &ProposalRow) -> common::Proposal {
    let state = match row.verdict.as_deref() {
        None => common::ProposalState::Open,
        Some("taken") => common::ProposalState::Taken,
        Some(_) => common::ProposalState::Rejected,
    };
    common::Proposal {
        proposal_id: row.proposal_id.clone(),
        office: row.office.clone(),
        agb: row.agb.clone(),
        method: row.method.clone(),
        subject: row.subject.clone(),
        summary: row.summary.clone(),
        proposed_by: row.proposed_by.clone(),
        proposed_time: to_proto::time(row.proposed_time),
        state: state.into(),
        decided_by: row.decided_by.clone().unwrap_or_default(),
        motivation: row.motivation.clone().unwrap_or_default(),
        decided_time: row.decided_time.and_then(to_proto::time),
    }
}

fn not_found(verdict: &Verdict) -> EdgeError {
    EdgeError::NotFound { what: "proposal", id: verdict.proposal_id.clone() }
}
