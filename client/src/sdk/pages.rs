//! Whole lists: one page after the other, at most as many entries as asked for.

use tally_proto::v1::{
    collection, common, credit, dispute, document, facility, financing, governance, guarantee, ledger,
    member, money, netting, policy, pool, receivable, screening, tranche,
};

use super::client::Client;
use super::error::ClientError;
use super::limits::PAGE_SIZE;

/// Lists that are read to their end, or to `limit` entries; 0 means all.
macro_rules! lists {
    ($($(#[$doc:meta])* $name:ident($request:ty) -> $field:ident: $entry:ty = $page:ident;)*) => {
        impl Client {
            $(
                $(#[$doc])*
                pub async fn $name(
                    &self,
                    mut request: $request,
                    limit: usize,
                ) -> Result<Vec<$entry>, ClientError> {
                    let mut entries = Vec::new();
                    loop {
                        request.page_size = page_size(limit, entries.len());
                        let page = self.$page(request.clone()).await?;
                        entries.extend(page.$field);
                        let is_full = limit != 0 && entries.len() >= limit;
                        // A token that repeats would be read for ever.
                        if is_full || page.next_page_token.is_empty()
                            || page.next_page_token == request.page_token {
                            return Ok(cut(entries, limit));
                        }
                        request.page_token = page.next_page_token;
                    }
                }
            )*
        }
    };
}

lists! {
    /// Members by id.
    members(member::ListMembersRequest) -> members: member::Member = list_members;
    /// Deposits by bank, owner and currency.
    deposits(money::ListDepositsRequest) -> deposits: money::Deposit = list_deposits;
    /// Payouts by number.
    payouts(money::ListPayoutsRequest) -> payouts: money::Payout = list_payouts;
    /// Receivables by number.
    receivables(receivable::ListReceivablesRequest) -> receivables: receivable::Receivable = list_receivables;
    /// A receivable's events, the oldest first.
    receivable_history(receivable::ListReceivableHistoryRequest) -> events: common::EventRecord
        = list_receivable_history;
    /// Open tranches by number.
    tranches(tranche::ListTranchesRequest) -> tranches: tranche::Tranche = list_tranches;
    /// Facilities by number.
    facilities(facility::ListFacilitiesRequest) -> facilities: facility::Facility = list_facilities;
    /// Guarantees by number.
    guarantees(guarantee::ListGuaranteesRequest) -> guarantees: guarantee::Guarantee = list_guarantees;
    /// Consents to ask about credit profiles.
    consents(credit::ListConsentsRequest) -> consents: credit::CreditConsent = list_consents;
    /// Reads of credit profiles by number.
    credit_reads(credit::ListCreditReadsRequest) -> reads: credit::CreditRead = list_credit_reads;
    /// Documents of a receivable by number.
    documents(document::ListDocumentsRequest) -> documents: document::Document = list_documents;
    /// Compensation pools by number.
    pools(pool::ListPoolsRequest) -> pools: pool::Pool = list_pools;
    /// Disputes by number.
    disputes(dispute::ListDisputesRequest) -> disputes: dispute::Dispute = list_disputes;
    /// Credit notes by number.
    credit_notes(dispute::ListCreditNotesRequest) -> credit_notes: dispute::CreditNote = list_credit_notes;
    /// Nettings by number.
    nettings(netting::ListNettingsRequest) -> nettings: netting::Netting = list_nettings;
    /// Cases by receivable.
    cases(collection::ListCasesRequest) -> cases: collection::Case = list_cases;
    /// A case's file, the oldest entry first.
    case_entries(collection::ListCaseEntriesRequest) -> entries: collection::CaseEntry = list_case_entries;
    /// Liens by tranche number.
    liens(financing::ListLiensRequest) -> liens: financing::Lien = list_liens;
    /// Early-payment programmes by number.
    programmes(financing::ListProgrammesRequest) -> programmes: financing::Programme = list_programmes;
    /// What financing has cost, by member.
    financing_costs(financing::ListFinancingCostsRequest) -> costs: financing::FinancingCost
        = list_financing_costs;
    /// Receivables with terms beyond the law's, by number.
    extended_terms(financing::ListExtendedTermsRequest) -> terms: financing::ExtendedTerm
        = list_extended_terms;
    /// Policies by version.
    policies(policy::ListPoliciesRequest) -> policies: policy::Policy = list_policies;
    /// Proposals by number.
    proposals(governance::ListProposalsRequest) -> proposals: governance::Proposal = list_proposals;
    /// Validators that contradicted themselves, as far as it is on record.
    misbehaviours(governance::ListMisbehavioursRequest) -> misbehaviours: governance::Misbehaviour
        = list_misbehaviours;
    /// The screening list.
    screening(screening::ListScreeningRequest) -> entries: screening::ScreeningEntry = list_screening;
    /// Frozen tranches by number.
    freezes(screening::ListFreezesRequest) -> freezes: screening::Freeze = list_freezes;
    /// Headers, the newest first.
    headers(ledger::ListBlocksRequest) -> headers: ledger::BlockHeader = list_blocks;
}

fn page_size(limit: usize, have: usize) -> u32 {
    let missing = u32::try_from(limit.saturating_sub(have)).unwrap_or(PAGE_SIZE);
    if limit == 0 { PAGE_SIZE } else { missing.clamp(1, PAGE_SIZE) }
}

fn cut<T>(mut entries: Vec<T>, limit: usize) -> Vec<T> {
    if limit != 0 {
        entries.truncate(limit);
    }
    entries
}
