//! Governance: what is put to the vote, and what was decided.
use super::super::Services;
use super::super::error::{CallError, Resource};
use super::Reading;
use super::filter::{is, one_of};
use crate::chain::evidence::decode;
use crate::limits::{API_PAGE_SIZE_DEFAULT, API_PAGE_SIZE_MAX};
use tally_contracts::genesis::ValidatorSet;
use tally_contracts::governance::Proposal;
use tally_contracts::misbehaviour::{Misbehaviour, ReportMisbehaviour};
use tally_contracts::state::Key;
use tally_contracts::types::{Height, ProposalId, PublicKey};
use tally_proto::convert::proposal;
use tally_proto::v1::governance::governance_service_server::GovernanceService;
use tally_proto::v1::governance::{
    self as wire, Evidence, GetProposalRequest, GetProposalResponse, ListEvidenceRequest,
    ListEvidenceResponse, ListMisbehavioursRequest, ListMisbehavioursResponse, ListProposalsRequest,
    ListProposalsResponse, ProposalStatus,
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

    async fn list_misbehaviours(
        &self,
        request: Request<ListMisbehavioursRequest>,
    ) -> Result<Response<ListMisbehavioursResponse>, Status> {
        let (reader, mut request) = self.enter(request).await?;
        self.read(reader, move |reading| {
            let page = reading.page(&mut request)?;
            let (validator, height) = (PublicKey([0; 32]), Height::GENESIS);
            let prefix = [Key::Misbehaviour { validator, height, round: 0 }.type_byte()];
            let listed = reading.list(&page, &prefix, |_: &Misbehaviour| true)?;
            Ok(ListMisbehavioursResponse {
                misbehaviours: listed.items.iter().map(Into::into).collect(),
                next_page_token: listed.next_page_token,
                position: reading.position(),
            })
        })
        .await
    }

    async fn list_evidence(
        &self,
        request: Request<ListEvidenceRequest>,
    ) -> Result<Response<ListEvidenceResponse>, Status> {
        let (reader, ListEvidenceRequest { from_height, limit }) = self.enter(request).await?;
        self.read(reader, move |reading| {
            if limit > API_PAGE_SIZE_MAX {
                let (found, limit) = (limit.into(), API_PAGE_SIZE_MAX.into());
                return Err(CallError::OverLimit { field: "limit", found, limit });
            }
            let limit = if limit == 0 { API_PAGE_SIZE_DEFAULT } else { limit };
            let limit = usize::try_from(limit).unwrap_or(usize::MAX);
            let evidence = evidence(reading, from_height, limit)?;
            Ok(ListEvidenceResponse { evidence, position: reading.position() })
        })
        .await
    }
}

/// What this node caught, and whether the ledger has it.
fn evidence(reading: &Reading<'_>, from: u64, limit: usize) -> Result<Vec<Evidence>, CallError> {
    let set = voters(reading)?;
    let mut told = Vec::new();
    for report in reading.view.evidence_from(from, limit)?.iter().filter_map(|(_, bytes)| decode(bytes)) {
        let ReportMisbehaviour { validator, height, round, .. } = report;
        let known: Option<Misbehaviour> = reading.get(&Key::Misbehaviour { validator, height, round })?;
        let operator = set.validators.iter().find(|one| one.consensus_key == validator);
        let shown = wire::ReportMisbehaviour::from(&report);
        told.push(Evidence {
            validator: shown.validator,
            kind: shown.kind,
            height: shown.height,
            round: shown.round,
            first: shown.first,
            second: shown.second,
            reported: known.is_some(),
            operator: operator.map(|one| one.member.to_string()).unwrap_or_default(),
        });
    }
    Ok(told)
}

/// Whose power counts now.
fn voters(reading: &Reading<'_>) -> Result<ValidatorSet, CallError> {
    Ok(reading.get(&Key::Validators)?.unwrap_or_default())
}
