//! Decisions that take four eyes: what was proposed, and who takes it.

use contract::registration as proto;
use edge::{
    Begun, Call, EdgeError,
    four_eyes::{Eyes, Verdict, proposal, proposed},
};

use super::Rpc;
use crate::error::Error;

impl Rpc {
    pub(super) async fn proposals(
        &self,
        call: &Call,
        request: proto::ListProposalsRequest,
    ) -> Result<proto::ListProposalsResponse, Error> {
        let page = (request.page_size, request.page_token.as_str());
        let (proposals, next_page_token) = self.core.proposals(call, &request.office, page).await?;
        Ok(proto::ListProposalsResponse { proposals, next_page_token })
    }

    pub(super) async fn decide_proposal(
        &self,
        call: &Call,
        request: proto::DecideProposalRequest,
    ) -> Result<proto::DecideProposalResponse, Error> {
        let proto::DecideProposalRequest { request_id, proposal_id, verdict, motivation } = &request;
        let verdict = Verdict::read(request_id, proposal_id, *verdict, motivation)?;
        self.core.may_decide(call, &verdict).await?;
        let mut write = match self.core.begin(call, verdict.request_id, &request).await? {
            Begun::New(write) => write,
            Begun::Replay(reply) => return Ok(reply),
        };
        let row = self.core.close_proposal(&mut write, &verdict).await?;
        let eyes = Eyes::Second(&row);
        if verdict.takes() {
            match row.method.as_str() {
                "AssessRegistration" => {
                    self.assess_in(&mut write, &proposed(&row)?, eyes).await?;
                }
                "AwardAgreement" => {
                    self.award_in(&mut write, &proposed(&row)?, eyes).await?;
                }
                other => return Err(EdgeError::Stored(format!("a proposal of {other}")).into()),
            };
        }
        Ok(write.commit(proto::DecideProposalResponse { proposal: Some(proposal(&row)) }).await?)
    }
}
