//! Everything that can be asked of a ledger of a known extent: every method, every number of every kind.

use prost::Message;
use tally_contracts::money::Account;
use tally_contracts::state::Key;
use tally_contracts::types::{
    CreditNoteId, Currency, DisputeId, DocumentId, FacilityId, GuaranteeId, MemberId, NettingId, PayoutId,
    PoolId, ProgrammeId, ProposalId, ReceivableId, TrancheId,
};
use tally_proto::v1::*;

/// How far the numbers of a ledger go, and who is on it.
#[derive(Clone, Debug, Default)]
pub struct Extent {
    /// Receivables have the numbers from 1 to this; so do all others.
    pub receivables: u64,
    /// Tranches that ever were.
    pub tranches: u64,
    /// Facilities.
    pub facilities: u64,
    /// Documents.
    pub documents: u64,
    /// Payouts.
    pub payouts: u64,
    /// Of every other kind of record that has numbers.
    pub others: u64,
    /// The newest block.
    pub height: u64,
    /// Everybody.
    pub members: Vec<MemberId>,
    /// Those of them that are banks.
    pub banks: Vec<MemberId>,
    /// Every transaction's id.
    pub transactions: Vec<Vec<u8>>,
    /// The currency of everything.
    pub currency: Option<Currency>,
    /// First and last local date of reports.
    pub days: [Option<common::Date>; 2],
}

/// A method with a request.
#[derive(Clone, Debug)]
pub struct Question {
    /// Its path.
    pub method: &'static str,
    /// What is asked for, for people.
    pub what: String,
    /// The encoded request.
    pub message: Vec<u8>,
}

/// Records of one page.
const PAGE: u32 = 1_000;

/// Each question once.
pub fn everything(extent: &Extent) -> Vec<Question> {
    let mut all = Questions::default();
    lists(&mut all);
    for receivable in 1..=extent.receivables {
        of_receivable(&mut all, receivable);
    }
    for tranche in 1..=extent.tranches {
        of_tranche(&mut all, tranche);
    }
    for number in 1..=extent.documents {
        of_document(&mut all, number);
    }
    numbered(&mut all, extent);
    members(&mut all, extent);
    blocks(&mut all, extent);
    all.0
}

#[derive(Default)]
struct Questions(Vec<Question>);

impl Questions {
    fn ask(&mut self, method: &'static str, what: impl ToString, message: impl Message) {
        self.0.push(Question { method, what: what.to_string(), message: message.encode_to_vec() });
    }

    fn prove(&mut self, key: &Key) {
        let row = key.encode();
        let Some((kind, rest)) = row.split_first() else { return };
        let prove = follow::ProveRequest { keys: vec![row.clone()] };
        self.ask("/tally.follow.v1.FollowService/Prove", hex::encode(&row), prove);
        let raw = ledger::RawKey { r#type: u32::from(*kind), key: rest.to_vec() };
        let key = ledger::RecordKey { key: Some(ledger::record_key::Key::Raw(raw)) };
        let request = ledger::GetProofRequest { key: Some(key) };
        self.ask("/tally.ledger.v1.LedgerService/GetProof", hex::encode(row), request);
    }
}

macro_rules! list {
    ($all:ident, $($path:literal $request:expr;)*) => {
        $($all.ask($path, "a page", {
            let empty = $request;
            let mut request = empty;
            request.page_size = PAGE;
            request
        });)*
    };
}

fn lists(all: &mut Questions) {
    list!(all,
        "/tally.collection.v1.CollectionService/ListCases" collection::ListCasesRequest::default();
        "/tally.credit.v1.CreditService/ListConsents" credit::ListConsentsRequest::default();
        "/tally.credit.v1.CreditService/ListCreditReads" credit::ListCreditReadsRequest::default();
        "/tally.dispute.v1.DisputeService/ListDisputes" dispute::ListDisputesRequest::default();
        "/tally.dispute.v1.DisputeService/ListCreditNotes" dispute::ListCreditNotesRequest::default();
        "/tally.facility.v1.FacilityService/ListFacilities" facility::ListFacilitiesRequest::default();
        "/tally.financing.v1.FinancingService/ListLiens" financing::ListLiensRequest::default();
        "/tally.financing.v1.FinancingService/ListProgrammes" financing::ListProgrammesRequest::default();
        "/tally.financing.v1.FinancingService/ListFinancingCosts" financing::ListFinancingCostsRequest::default();
        "/tally.financing.v1.FinancingService/ListExtendedTerms" financing::ListExtendedTermsRequest::default();
        "/tally.governance.v1.GovernanceService/ListProposals" governance::ListProposalsRequest::default();
        "/tally.governance.v1.GovernanceService/ListMisbehaviours" governance::ListMisbehavioursRequest::default();
        "/tally.guarantee.v1.GuaranteeService/ListGuarantees" guarantee::ListGuaranteesRequest::default();
        "/tally.ledger.v1.LedgerService/ListBlocks" ledger::ListBlocksRequest::default();
        "/tally.member.v1.MemberService/ListMembers" member::ListMembersRequest::default();
        "/tally.money.v1.MoneyService/ListDeposits" money::ListDepositsRequest::default();
        "/tally.money.v1.MoneyService/ListPayouts" money::ListPayoutsRequest::default();
        "/tally.netting.v1.NettingService/ListNettings" netting::ListNettingsRequest::default();
        "/tally.policy.v1.PolicyService/ListPolicies" policy::ListPoliciesRequest::default();
        "/tally.pool.v1.PoolService/ListPools" pool::ListPoolsRequest::default();
        "/tally.receivable.v1.ReceivableService/ListReceivables" receivable::ListReceivablesRequest::default();
        "/tally.screening.v1.ScreeningService/ListScreening" screening::ListScreeningRequest::default();
        "/tally.screening.v1.ScreeningService/ListFreezes" screening::ListFreezesRequest::default();
        "/tally.tranche.v1.TrancheService/ListTranches" tranche::ListTranchesRequest::default();
    );
    let evidence = governance::ListEvidenceRequest { limit: PAGE, ..Default::default() };
    all.ask("/tally.governance.v1.GovernanceService/ListEvidence", "", evidence);
    all.ask("/tally.credit.v1.CreditService/ListMeasures", "", credit::ListMeasuresRequest {});
    all.ask("/tally.ledger.v1.LedgerService/ListValidators", "", ledger::ListValidatorsRequest::default());
    all.ask("/tally.ledger.v1.LedgerService/CheckInvariants", "", ledger::CheckInvariantsRequest {});
    all.ask("/tally.node.v1.NodeService/GetStatus", "", node::GetStatusRequest {});
    let start = Some(ledger::watch_events_request::Start::FromHeight(1));
    let events = ledger::WatchEventsRequest { start, ..Default::default() };
    all.ask("/tally.ledger.v1.LedgerService/WatchEvents", "from the first block", events);
    let start = Some(ledger::watch_blocks_request::Start::FromHeight(1));
    all.ask(
        "/tally.ledger.v1.LedgerService/WatchBlocks",
        "from the first block",
        ledger::WatchBlocksRequest { start },
    );
}

fn of_receivable(all: &mut Questions, number: u64) {
    let (receivable, what, page_size) = (number, format!("R{number}"), PAGE);
    let service = |all: &mut Questions, path, message: Vec<u8>| {
        all.0.push(Question { method: path, what: what.clone(), message });
    };
    service(
        all,
        "/tally.receivable.v1.ReceivableService/GetReceivable",
        receivable::GetReceivableRequest { receivable }.encode_to_vec(),
    );
    service(
        all,
        "/tally.receivable.v1.ReceivableService/GetReceivableTree",
        receivable::GetReceivableTreeRequest { receivable }.encode_to_vec(),
    );
    service(
        all,
        "/tally.receivable.v1.ReceivableService/ListReceivableHistory",
        receivable::ListReceivableHistoryRequest { receivable, page_size, ..Default::default() }
            .encode_to_vec(),
    );
    service(
        all,
        "/tally.settlement.v1.SettlementService/GetSettlementStatus",
        settlement::GetSettlementStatusRequest { receivable }.encode_to_vec(),
    );
    service(
        all,
        "/tally.document.v1.DocumentService/ListDocuments",
        document::ListDocumentsRequest { receivable, page_size, ..Default::default() }.encode_to_vec(),
    );
    let tranches = tranche::ListTranchesRequest { receivable: Some(number), page_size, ..Default::default() };
    service(all, "/tally.tranche.v1.TrancheService/ListTranches", tranches.encode_to_vec());
    service(
        all,
        "/tally.collection.v1.CollectionService/GetCase",
        collection::GetCaseRequest { receivable }.encode_to_vec(),
    );
    service(
        all,
        "/tally.collection.v1.CollectionService/ListCaseEntries",
        collection::ListCaseEntriesRequest { receivable, page_size, ..Default::default() }.encode_to_vec(),
    );
    let id = ReceivableId::new(number);
    all.prove(&Key::Receivable(id));
    all.prove(&Key::Case(id));
}

fn of_tranche(all: &mut Questions, number: u64) {
    let (tranche, what) = (number, format!("T{number}"));
    all.ask("/tally.tranche.v1.TrancheService/GetTranche", &what, tranche::GetTrancheRequest { tranche });
    let quote = facility::QuoteRequest { tranche, allow_partial_fills: true, ..Default::default() };
    all.ask("/tally.facility.v1.FacilityService/Quote", &what, quote);
    let early = financing::QuoteEarlyPaymentRequest { programme: 1, tranche, ..Default::default() };
    all.ask("/tally.financing.v1.FinancingService/QuoteEarlyPayment", &what, early);
    all.ask("/tally.financing.v1.FinancingService/GetLien", &what, financing::GetLienRequest { tranche });
    let id = TrancheId::new(number);
    [Key::Tranche(id), Key::Lien(id), Key::Freeze(id)].iter().for_each(|key| all.prove(key));
}

fn of_document(all: &mut Questions, number: u64) {
    let (document, what) = (number, format!("A{number}"));
    all.ask(
        "/tally.document.v1.DocumentService/GetDocument",
        &what,
        document::GetDocumentRequest { document },
    );
    let payload = document::GetPayloadRequest { document, ..Default::default() };
    all.ask("/tally.document.v1.DocumentService/GetPayload", &what, payload);
    let envelopes = document::GetEnvelopesRequest { document, ..Default::default() };
    all.ask("/tally.document.v1.DocumentService/GetEnvelopes", &what, envelopes);
    let fetch = document::FetchPayloadRequest { document, ..Default::default() };
    all.ask("/tally.document.v1.DocumentService/FetchPayload", &what, fetch);
    all.prove(&Key::DocumentEntry(DocumentId::new(number)));
}

fn numbered(all: &mut Questions, extent: &Extent) {
    for facility in 1..=extent.facilities {
        let request = facility::GetFacilityRequest { facility };
        all.ask("/tally.facility.v1.FacilityService/GetFacility", format!("F{facility}"), request);
        all.prove(&Key::Facility(FacilityId::new(facility)));
    }
    for payout in 1..=extent.payouts {
        let request = money::GetPayoutRequest { payout };
        all.ask("/tally.money.v1.MoneyService/GetPayout", format!("payout {payout}"), request);
        all.prove(&Key::Payout(PayoutId::new(payout)));
    }
    for number in 1..=extent.others {
        let what = number.to_string();
        all.ask(
            "/tally.dispute.v1.DisputeService/GetDispute",
            &what,
            dispute::GetDisputeRequest { dispute: number },
        );
        let note = dispute::GetCreditNoteRequest { credit_note: number };
        all.ask("/tally.dispute.v1.DisputeService/GetCreditNote", &what, note);
        all.ask(
            "/tally.netting.v1.NettingService/GetNetting",
            &what,
            netting::GetNettingRequest { netting: number },
        );
        let programme = financing::GetProgrammeRequest { programme: number };
        all.ask("/tally.financing.v1.FinancingService/GetProgramme", &what, programme);
        let proposal = governance::GetProposalRequest { proposal: number };
        all.ask("/tally.governance.v1.GovernanceService/GetProposal", &what, proposal);
        let guarantee = guarantee::GetGuaranteeRequest { guarantee: number };
        all.ask("/tally.guarantee.v1.GuaranteeService/GetGuarantee", &what, guarantee);
        all.ask("/tally.pool.v1.PoolService/GetPool", &what, pool::GetPoolRequest { pool: number });
        let forecast = pool::GetForecastRequest { pool: number, ..Default::default() };
        all.ask("/tally.pool.v1.PoolService/GetForecast", &what, forecast);
        let policy = policy::GetPolicyRequest { version: u32::try_from(number).unwrap_or(u32::MAX) };
        all.ask("/tally.policy.v1.PolicyService/GetPolicy", &what, policy);
        let keys = [
            Key::Dispute(DisputeId::new(number)),
            Key::CreditNote(CreditNoteId::new(number)),
            Key::Netting(NettingId::new(number)),
            Key::Programme(ProgrammeId::new(number)),
            Key::Proposal(ProposalId::new(number)),
            Key::Guarantee(GuaranteeId::new(number)),
            Key::Pool(PoolId::new(number)),
        ];
        keys.iter().for_each(|key| all.prove(key));
    }
}

fn members(all: &mut Questions, extent: &Extent) {
    let [from, to] = extent.days;
    for id in &extent.members {
        let member = id.to_string();
        all.ask(
            "/tally.member.v1.MemberService/GetMember",
            id,
            member::GetMemberRequest { member: member.clone() },
        );
        all.ask(
            "/tally.credit.v1.CreditService/GetCreditFile",
            id,
            credit::GetCreditFileRequest { member: member.clone() },
        );
        let risk = settlement::GetAnchorRiskRequest { anchor: member.clone() };
        all.ask("/tally.settlement.v1.SettlementService/GetAnchorRisk", id, risk);
        let contagion = settlement::GetContagionRequest { anchor: member.clone() };
        all.ask("/tally.settlement.v1.SettlementService/GetContagion", id, contagion);
        let statement = report::GetStatementRequest { member: member.clone(), from, to };
        all.ask("/tally.report.v1.ReportService/GetStatement", id, statement);
        let ageing = report::GetAgeingRequest { member: member.clone(), on: to };
        all.ask("/tally.report.v1.ReportService/GetAgeing", id, ageing);
        let maturity = report::GetMaturityRequest { member: member.clone(), on: to };
        all.ask("/tally.report.v1.ReportService/GetMaturity", id, maturity);
        let disclosure = report::GetDisclosureRequest { member: member.clone(), from, to };
        all.ask("/tally.report.v1.ReportService/GetDisclosure", id, disclosure);
        [Key::Member(*id), Key::KycFile(*id), Key::ApprovalPolicy(*id)].iter().for_each(|key| all.prove(key));
        money_of(all, extent, *id);
    }
    all.ask("/tally.report.v1.ReportService/GetDaily", "the first day", report::GetDailyRequest { on: from });
}

fn money_of(all: &mut Questions, extent: &Extent, member: MemberId) {
    let totals = money::GetBankTotalsRequest { bank: member.to_string(), ..Default::default() };
    all.ask("/tally.money.v1.MoneyService/GetBankTotals", member, totals);
    let Some(currency) = extent.currency else { return };
    let cycles = netting::FindCyclesRequest { currency: currency.to_string(), party: member.to_string() };
    all.ask("/tally.netting.v1.NettingService/FindCycles", member, cycles);
    for bank in &extent.banks {
        all.prove(&Key::Deposit(Account { bank: *bank, owner: member, currency }));
    }
    let keys = [
        Key::AnchorExposure { anchor: member, currency },
        Key::FairCost { member, currency },
        Key::CreditFile { member, currency },
        Key::BankTotals { bank: member, currency },
    ];
    keys.iter().for_each(|key| all.prove(key));
}

fn blocks(all: &mut Questions, extent: &Extent) {
    for height in 1..=extent.height {
        all.ask("/tally.ledger.v1.LedgerService/GetBlock", height, ledger::GetBlockRequest { height });
        let follow = follow::FollowRequest { from_height: height, blocks_max: 1, wait_ms: 0 };
        all.ask("/tally.follow.v1.FollowService/Follow", height, follow);
    }
    for id in &extent.transactions {
        let key = transaction::get_request::Key::TransactionId(id.clone());
        let get = transaction::GetRequest { key: Some(key) };
        all.ask("/tally.transaction.v1.TransactionService/Get", hex::encode(id), get);
    }
    // one is enough of what waits until its time is over
    if let Some(id) = extent.transactions.first() {
        let key = Some(transaction::wait_request::Key::TransactionId(id.clone()));
        let wait = transaction::WaitRequest { key, timeout_ms: 1 };
        all.ask("/tally.transaction.v1.TransactionService/Wait", hex::encode(id), wait);
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::super::methods::{NO_READS, all};
    use super::*;

    #[test]
    fn every_method_of_the_schema_is_asked_or_is_no_read() {
        let member = MemberId::new("alpha").unwrap();
        let extent = Extent {
            receivables: 1,
            tranches: 1,
            facilities: 1,
            documents: 1,
            payouts: 1,
            others: 1,
            height: 1,
            members: vec![member],
            banks: vec![member],
            transactions: vec![vec![0; 32]],
            currency: Some(Currency::new("CNY").unwrap()),
            ..Extent::default()
        };
        let asked: BTreeSet<String> =
            everything(&extent).iter().map(|question| question.method.to_owned()).collect();
        let is_read = |path: &String| !NO_READS.iter().any(|no_read| path.ends_with(no_read));
        let reads: BTreeSet<String> = all().into_iter().filter(is_read).collect();
        assert_eq!(asked, reads);
    }
}
