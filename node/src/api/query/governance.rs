//! Governance: what is put to the vote, and what was decided.
use super::super::Services;
use super::super::error::{CallError, Resource};
use super::Reading;
use super::filter::{is, one_of};
use tally_contracts::genesis::ValidatorSet;
use tally_contracts::governance::Proposal;
use tally_contracts::state::Key;
use tally_contracts::types::ProposalId;
use tally_proto::convert::proposal;
use tally_proto::v1::governance::governance_service_server::GovernanceService;
use tally_proto::v1::governance::{
    GetProposalRequest, GetProposalResponse, ListProposalsRequest, ListProposalsResponse, ProposalStatus,
};
use tonic::{Request, Response, Status};

#[tonic::async_trait]
impl GovernanceService for Services {
    async fn get_proposal(
        &self,
        request: Request<GetProposalRequest>,
    ) -> Result<Response<GetProposalResponse>, Status> {
        let (reader, request) = self.enter(request).await?;
        let id = ProposalId::new(request.proposal);
        self.read(reader, move |reading| {
            let found: Proposal = reading.find(&Key::Proposal(id), Resource::Proposal, id)?;
            let validators = voters(reading)?;
            Ok(GetProposalResponse {
                proposal: Some(proposal(&found, &validators)),
                position: reading.position(),
            })
        })
        .await
    }

    async fn list_proposals(
        &self,
        request: Request<ListProposalsRequest>,
    ) -> Result<Response<ListProposalsResponse>, Status> {
        let (reader, mut request) = self.enter(request).await?;
        self.read(reader, move |reading| {
            let page = reading.page(&mut request)?;
            let status: Option<ProposalStatus> = one_of(request.status, "status")?;
            let validators = voters(reading)?;
            let told = |found: &Proposal| proposal(found, &validators);
            let prefix = [Key::Proposal(ProposalId::new(0)).type_byte()];
            let listed = reading.list(&page, &prefix, |found: &Proposal| is(status, told(found).status()))?;
            Ok(ListProposalsResponse {
                proposals: listed.items.iter().map(told).collect(),
                next_page_token: listed.next_page_token,
                position: reading.position(),
            })
        })
        .await
    }
}

/// Whose power counts now.
fn voters(reading: &Reading<'_>) -> Result<ValidatorSet, CallError> {
    Ok(reading.get(&Key::Validators)?.unwrap_or_default())
}
