//! Typed reads: one method per question, lists as pages or whole.

use tally_contracts::types::{
    BusinessDate, CreditNoteId, DisputeId, FacilityId, MemberId, NettingId, ProposalId, ReceivableId,
    Timestamp, TrancheId,
};
use tally_proto::v1::collection::collection_service_client::CollectionServiceClient;
use tally_proto::v1::common::Position;
use tally_proto::v1::credit::credit_service_client::CreditServiceClient;
use tally_proto::v1::dispute::dispute_service_client::DisputeServiceClient;
use tally_proto::v1::facility::facility_service_client::FacilityServiceClient;
use tally_proto::v1::financing::financing_service_client::FinancingServiceClient;
use tally_proto::v1::governance::governance_service_client::GovernanceServiceClient;
use tally_proto::v1::guarantee::guarantee_service_client::GuaranteeServiceClient;
use tally_proto::v1::ledger::ledger_service_client::LedgerServiceClient;
use tally_proto::v1::member::member_service_client::MemberServiceClient;
use tally_proto::v1::money::money_service_client::MoneyServiceClient;
use tally_proto::v1::netting::netting_service_client::NettingServiceClient;
use tally_proto::v1::node::node_service_client::NodeServiceClient;
use tally_proto::v1::policy::policy_service_client::PolicyServiceClient;
use tally_proto::v1::pool::pool_service_client::PoolServiceClient;
use tally_proto::v1::receivable::receivable_service_client::ReceivableServiceClient;
use tally_proto::v1::screening::screening_service_client::ScreeningServiceClient;
use tally_proto::v1::settlement::settlement_service_client::SettlementServiceClient;
use tally_proto::v1::tranche::tranche_service_client::TrancheServiceClient;
use tally_proto::v1::{
    collection, credit, dispute, facility, financing, governance, guarantee, ledger, member, money, netting,
    node, policy, pool, receivable, screening, settlement, tranche,
};

use super::client::{Client, ask};
use super::error::ClientError;

/// Reads whose answer is the response itself.
macro_rules! reads {
    ($($(#[$doc:meta])* $name:ident = $service:ident.$method:ident($request:ty) -> $response:ty;)*) => {
        impl Client {
            $(
                $(#[$doc])*
                pub async fn $name(&self, request: $request) -> Result<$response, ClientError> {
                    ask!(self, $service.$method, request).await
                }
            )*
        }
    };
}

reads! {
    /// A page of members.
    list_members = MemberServiceClient.list_members(member::ListMembersRequest) -> member::ListMembersResponse;
    /// A page of deposits.
    list_deposits = MoneyServiceClient.list_deposits(money::ListDepositsRequest) -> money::ListDepositsResponse;
    /// What a bank ever credited and paid out.
    bank_totals = MoneyServiceClient.get_bank_totals(money::GetBankTotalsRequest) -> money::GetBankTotalsResponse;
    /// A page of payouts.
    list_payouts = MoneyServiceClient.list_payouts(money::ListPayoutsRequest) -> money::ListPayoutsResponse;
    /// A page of receivables.
    list_receivables = ReceivableServiceClient.list_receivables(receivable::ListReceivablesRequest)
        -> receivable::ListReceivablesResponse;
    /// A page of a receivable's history.
    list_receivable_history = ReceivableServiceClient.list_receivable_history(
        receivable::ListReceivableHistoryRequest) -> receivable::ListReceivableHistoryResponse;
    /// A page of open tranches.
    list_tranches = TrancheServiceClient.list_tranches(tranche::ListTranchesRequest)
        -> tranche::ListTranchesResponse;
    /// A page of facilities.
    list_facilities = FacilityServiceClient.list_facilities(facility::ListFacilitiesRequest)
        -> facility::ListFacilitiesResponse;
    /// A page of disputes.
    list_disputes = DisputeServiceClient.list_disputes(dispute::ListDisputesRequest)
        -> dispute::ListDisputesResponse;
    /// A page of credit notes.
    list_credit_notes = DisputeServiceClient.list_credit_notes(dispute::ListCreditNotesRequest)
        -> dispute::ListCreditNotesResponse;
    /// Cycles of due debts that could be netted now.
    cycles = NettingServiceClient.find_cycles(netting::FindCyclesRequest) -> netting::FindCyclesResponse;
    /// A page of nettings.
    list_nettings = NettingServiceClient.list_nettings(netting::ListNettingsRequest)
        -> netting::ListNettingsResponse;
    /// A page of cases.
    list_cases = CollectionServiceClient.list_cases(collection::ListCasesRequest)
        -> collection::ListCasesResponse;
    /// A page of a case's file.
    list_case_entries = CollectionServiceClient.list_case_entries(collection::ListCaseEntriesRequest)
        -> collection::ListCaseEntriesResponse;
    /// What a discount now would give.
    quote = FacilityServiceClient.quote(facility::QuoteRequest) -> facility::QuoteResponse;
    /// How an anchor stands.
    anchor_risk = SettlementServiceClient.get_anchor_risk(settlement::GetAnchorRiskRequest)
        -> settlement::GetAnchorRiskResponse;
    /// What an anchor's default would cost whom.
    contagion = SettlementServiceClient.get_contagion(settlement::GetContagionRequest)
        -> settlement::GetContagionResponse;
    /// One guarantee.
    guarantee = GuaranteeServiceClient.get_guarantee(guarantee::GetGuaranteeRequest)
        -> guarantee::GetGuaranteeResponse;
    /// A page of guarantees.
    list_guarantees = GuaranteeServiceClient.list_guarantees(guarantee::ListGuaranteesRequest)
        -> guarantee::ListGuaranteesResponse;
    /// A member's own credit files.
    credit_file = CreditServiceClient.get_credit_file(credit::GetCreditFileRequest)
        -> credit::GetCreditFileResponse;
    /// A page of consents.
    list_consents = CreditServiceClient.list_consents(credit::ListConsentsRequest)
        -> credit::ListConsentsResponse;
    /// A page of reads of credit profiles.
    list_credit_reads = CreditServiceClient.list_credit_reads(credit::ListCreditReadsRequest)
        -> credit::ListCreditReadsResponse;
    /// What can be asked about a member.
    measures = CreditServiceClient.list_measures(credit::ListMeasuresRequest)
        -> credit::ListMeasuresResponse;
    /// One compensation pool.
    pool = PoolServiceClient.get_pool(pool::GetPoolRequest) -> pool::GetPoolResponse;
    /// A page of compensation pools.
    list_pools = PoolServiceClient.list_pools(pool::ListPoolsRequest) -> pool::ListPoolsResponse;
    /// When a pool's money would be gone.
    pool_forecast = PoolServiceClient.get_forecast(pool::GetForecastRequest) -> pool::GetForecastResponse;
    /// A page of liens.
    list_liens = FinancingServiceClient.list_liens(financing::ListLiensRequest) -> financing::ListLiensResponse;
    /// One early-payment programme.
    get_programme = FinancingServiceClient.get_programme(financing::GetProgrammeRequest)
        -> financing::GetProgrammeResponse;
    /// A page of early-payment programmes.
    list_programmes = FinancingServiceClient.list_programmes(financing::ListProgrammesRequest)
        -> financing::ListProgrammesResponse;
    /// What being paid early now would give.
    quote_early_payment = FinancingServiceClient.quote_early_payment(financing::QuoteEarlyPaymentRequest)
        -> financing::QuoteEarlyPaymentResponse;
    /// A page of what financing has cost members.
    list_financing_costs = FinancingServiceClient.list_financing_costs(financing::ListFinancingCostsRequest)
        -> financing::ListFinancingCostsResponse;
    /// A page of receivables with terms beyond the law's.
    list_extended_terms = FinancingServiceClient.list_extended_terms(financing::ListExtendedTermsRequest)
        -> financing::ListExtendedTermsResponse;
    /// A policy and whether it is in force.
    policy = PolicyServiceClient.get_policy(policy::GetPolicyRequest) -> policy::GetPolicyResponse;
    /// A page of policies.
    list_policies = PolicyServiceClient.list_policies(policy::ListPoliciesRequest) -> policy::ListPoliciesResponse;
    /// A page of misbehaviour on record.
    list_misbehaviours = GovernanceServiceClient.list_misbehaviours(governance::ListMisbehavioursRequest)
        -> governance::ListMisbehavioursResponse;
    /// Proofs of misbehaviour that a node holds.
    list_evidence = GovernanceServiceClient.list_evidence(governance::ListEvidenceRequest)
        -> governance::ListEvidenceResponse;
    /// A page of proposals.
    list_proposals = GovernanceServiceClient.list_proposals(governance::ListProposalsRequest)
        -> governance::ListProposalsResponse;
    /// A page of the screening list.
    list_screening = ScreeningServiceClient.list_screening(screening::ListScreeningRequest)
        -> screening::ListScreeningResponse;
    /// A page of frozen tranches.
    list_freezes = ScreeningServiceClient.list_freezes(screening::ListFreezesRequest)
        -> screening::ListFreezesResponse;
    /// A page of headers, the newest first.
    list_blocks = LedgerServiceClient.list_blocks(ledger::ListBlocksRequest) -> ledger::ListBlocksResponse;
    /// A record and its proof, unverified.
    proof = LedgerServiceClient.get_proof(ledger::GetProofRequest) -> ledger::GetProofResponse;
    /// Who decides a height.
    validators = LedgerServiceClient.list_validators(ledger::ListValidatorsRequest)
        -> ledger::ListValidatorsResponse;
    /// The rulebook's invariants over the whole committed state.
    check_invariants = LedgerServiceClient.check_invariants(ledger::CheckInvariantsRequest)
        -> ledger::CheckInvariantsResponse;
}

/// A part of an answer that a node always sends.
pub(super) fn part<T>(part: Option<T>, what: &'static str) -> Result<T, ClientError> {
    part.ok_or(ClientError::Incomplete { what })
}

impl Client {
    /// How a node is doing.
    pub async fn status(&self) -> Result<node::GetStatusResponse, ClientError> {
        ask!(self, NodeServiceClient.get_status, node::GetStatusRequest {}).await
    }

    /// The newest committed block's place.
    pub async fn tip(&self) -> Result<Position, ClientError> {
        part(self.status().await?.position, "position")
    }

    /// Today, as the chain counts it.
    pub async fn today(&self) -> Result<BusinessDate, ClientError> {
        let answer = self.policy(policy::GetPolicyRequest { version: 0 }).await?;
        let time = part(answer.position, "position")?.time_ms;
        let offset = part(answer.policy, "policy")?.utc_offset_minutes;
        Ok(Timestamp::from_ms(time).date(offset))
    }

    /// One member.
    pub async fn member(&self, id: MemberId) -> Result<member::Member, ClientError> {
        let request = member::GetMemberRequest { member: id.to_string() };
        part(ask!(self, MemberServiceClient.get_member, request).await?.member, "member")
    }

    /// One member, with what it owes and may owe.
    pub async fn member_standing(&self, id: MemberId) -> Result<member::GetMemberResponse, ClientError> {
        let request = member::GetMemberRequest { member: id.to_string() };
        ask!(self, MemberServiceClient.get_member, request).await
    }

    /// One proposal, with its votes counted.
    pub async fn proposal(&self, id: ProposalId) -> Result<governance::Proposal, ClientError> {
        let request = governance::GetProposalRequest { proposal: id.number() };
        part(ask!(self, GovernanceServiceClient.get_proposal, request).await?.proposal, "proposal")
    }

    /// One receivable.
    pub async fn receivable(&self, id: ReceivableId) -> Result<receivable::Receivable, ClientError> {
        let request = receivable::GetReceivableRequest { receivable: id.number() };
        part(ask!(self, ReceivableServiceClient.get_receivable, request).await?.receivable, "receivable")
    }

    /// Every tranche that a receivable ever had.
    pub async fn receivable_tree(&self, id: ReceivableId) -> Result<Vec<receivable::TreeNode>, ClientError> {
        let request = receivable::GetReceivableTreeRequest { receivable: id.number() };
        Ok(ask!(self, ReceivableServiceClient.get_receivable_tree, request).await?.nodes)
    }

    /// One open tranche.
    pub async fn tranche(&self, id: TrancheId) -> Result<tranche::Tranche, ClientError> {
        let request = tranche::GetTrancheRequest { tranche: id.number() };
        part(ask!(self, TrancheServiceClient.get_tranche, request).await?.tranche, "tranche")
    }

    /// One facility.
    pub async fn facility(&self, id: FacilityId) -> Result<facility::Facility, ClientError> {
        let request = facility::GetFacilityRequest { facility: id.number() };
        part(ask!(self, FacilityServiceClient.get_facility, request).await?.facility, "facility")
    }

    /// One dispute.
    pub async fn dispute(&self, id: DisputeId) -> Result<dispute::Dispute, ClientError> {
        let request = dispute::GetDisputeRequest { dispute: id.number() };
        part(ask!(self, DisputeServiceClient.get_dispute, request).await?.dispute, "dispute")
    }

    /// One credit note, with what it takes from whom.
    pub async fn credit_note(&self, id: CreditNoteId) -> Result<dispute::GetCreditNoteResponse, ClientError> {
        let request = dispute::GetCreditNoteRequest { credit_note: id.number() };
        ask!(self, DisputeServiceClient.get_credit_note, request).await
    }

    /// One netting.
    pub async fn netting(&self, id: NettingId) -> Result<netting::Netting, ClientError> {
        let request = netting::GetNettingRequest { netting: id.number() };
        part(ask!(self, NettingServiceClient.get_netting, request).await?.netting, "netting")
    }

    /// The case of a receivable.
    pub async fn case(&self, id: ReceivableId) -> Result<collection::Case, ClientError> {
        let request = collection::GetCaseRequest { receivable: id.number() };
        part(ask!(self, CollectionServiceClient.get_case, request).await?.case, "case")
    }

    /// What holds a tranche.
    pub async fn lien(&self, tranche: TrancheId) -> Result<financing::Lien, ClientError> {
        let request = financing::GetLienRequest { tranche: tranche.number() };
        part(ask!(self, FinancingServiceClient.get_lien, request).await?.lien, "lien")
    }

    /// One payout, by number.
    pub async fn payout(&self, payout: u64) -> Result<money::Payout, ClientError> {
        let request = money::GetPayoutRequest { payout };
        part(ask!(self, MoneyServiceClient.get_payout, request).await?.payout, "payout")
    }

    /// Where a receivable's settlement stands.
    pub async fn settlement_status(
        &self,
        id: ReceivableId,
    ) -> Result<settlement::GetSettlementStatusResponse, ClientError> {
        let request = settlement::GetSettlementStatusRequest { receivable: id.number() };
        ask!(self, SettlementServiceClient.get_settlement_status, request).await
    }

    /// One block; height 0 for the newest.
    pub async fn block(&self, height: u64) -> Result<ledger::Block, ClientError> {
        let request = ledger::GetBlockRequest { height };
        part(ask!(self, LedgerServiceClient.get_block, request).await?.block, "block")
    }
}
