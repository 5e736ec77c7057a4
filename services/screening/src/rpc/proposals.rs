//! Decisions that take four eyes: what was proposed, and who takes it.

use contract::screening as proto;
use database::ProposalRow;
use edge::{
    Call, EdgeError, Write,
    four_eyes::{Eyes, Verdict, proposed, unknown},
};

use super::Rpc;

impl Rpc {
    pub(super) async fn list_proposals(
        &self,
        call: &Call,
        request: proto::ListProposalsRequest,
    ) -> Result<proto::ListProposalsResponse, EdgeError> {
        let page = (request.page_size, request.page_token.as_str());
        let (proposals, next_page_token) = self.core.proposals(call, &request.office, page).await?;
        Ok(proto::ListProposalsResponse { proposals, next_page_token })
    }

    pub(super) async fn decide_proposal(
        &self,
        call: &Call,
        request: proto::DecideProposalRequest,
    ) -> Result<proto::DecideProposalResponse, EdgeError> {
        let proto::DecideProposalRequest { request_id, proposal_id, verdict, motivation } = &request;
        let verdict = Verdict::read(request_id, proposal_id, *verdict, motivation)?;
        let reply = |proposal| proto::DecideProposalResponse { proposal: Some(proposal) };
        let carry_out = async |write: &mut Write, row: &ProposalRow| {
            let eyes = Eyes::Second(row);
            match row.method.as_str() {
                "JudgeIntegrity" => drop(self.judge_in(write, &proposed(row)?, eyes).await?),
                "DecideCase" => drop(self.decide_case_in(write, &proposed(row)?, eyes).await?),
                _ => return Err(unknown(row)),
            }
            Ok(())
        };
        self.core.decide(call, &request, &verdict, reply, carry_out).await
    }
}
