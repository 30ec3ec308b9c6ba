//! Who sees what: every method, every role, records of its own, of counterparties and of strangers.
mod forbidden;
mod relations;
mod stories;
mod world;

use crate::access::{call, last, methods, reason};
use crate::rig::{in_time, key_of, member, text};
use prost::Message;
use relations::{ROLES, Reader, Relation};
use std::collections::{BTreeMap, BTreeSet};
use tally_contracts::Action;
use tally_contracts::money::CreditDeposit;
use tally_contracts::policy::Policy;
use tally_contracts::state::Key;
use tally_contracts::types::{Height, PublicKey, TrancheId};
use tally_proto::convert::TransactionDraft;
use tally_proto::v1::*;
use tonic::{Code, Status};

/// Each method with the requests that are made of it.
fn requests() -> BTreeMap<&'static str, Vec<(&'static str, Vec<u8>)>> {
    fn one(what: &'static str, message: impl Message) -> (&'static str, Vec<u8>) {
        (what, message.encode_to_vec())
    }
    // the rig's first
    let day = Some(common::Date { year: 2026, month: 1, day: 15 });
    let receivable = |receivable| receivable::GetReceivableRequest { receivable };
    let tree = |receivable| receivable::GetReceivableTreeRequest { receivable };
    let history = |receivable| receivable::ListReceivableHistoryRequest { receivable, ..Default::default() };
    let settlement = |receivable| settlement::GetSettlementStatusRequest { receivable };
    let tranche = |tranche| tranche::GetTrancheRequest { tranche };
    let quote = |tranche| facility::QuoteRequest { tranche, ..Default::default() };
    let facility = |facility| facility::GetFacilityRequest { facility };
    let named = |slug: &str| member::GetMemberRequest { member: slug.to_owned() };
    let totals = |bank: &str| money::GetBankTotalsRequest { bank: bank.to_owned(), ..Default::default() };
    let proof = |key| ledger::GetProofRequest { key: Some(ledger::RecordKey { key: Some(key) }) };
    use ledger::record_key::Key::{Deposit as D, Facility as F, Payout as Q, Receivable as R, Tranche as T};
    let account = |owner: &str| money::Account {
        bank: "bank-a".to_owned(),
        owner: owner.to_owned(),
        currency: "CNY".to_owned(),
    };
    let credit_file = |slug: &str| credit::GetCreditFileRequest { member: slug.to_owned() };
    let case = |receivable| collection::GetCaseRequest { receivable };
    let case_file = |receivable| collection::ListCaseEntriesRequest { receivable, ..Default::default() };
    let disputes = |receivable| dispute::ListDisputesRequest { receivable, ..Default::default() };
    let notes = |receivable| dispute::ListCreditNotesRequest { receivable, ..Default::default() };
    let tranches = |receivable| tranche::ListTranchesRequest { receivable, ..Default::default() };
    let early = |tranche| financing::QuoteEarlyPaymentRequest { programme: 1, tranche, ..Default::default() };
    let proven =
        |tranche| follow::ProveRequest { keys: vec![Key::Tranche(TrancheId::new(tranche)).encode()] };
    let pool = |pool| pool::GetPoolRequest { pool };
    let forecast = |pool| pool::GetForecastRequest { pool, ..Default::default() };
    let statement = |slug: &str| report::GetStatementRequest { member: slug.to_owned(), from: day, to: day };
    let ageing = |slug: &str| report::GetAgeingRequest { member: slug.to_owned(), on: None };
    let maturity = |slug: &str| report::GetMaturityRequest { member: slug.to_owned(), on: None };
    let disclosure =
        |slug: &str| report::GetDisclosureRequest { member: slug.to_owned(), from: day, to: day };
    let risk = |slug: &str| settlement::GetAnchorRiskRequest { anchor: slug.to_owned() };
    let contagion = |slug: &str| settlement::GetContagionRequest { anchor: slug.to_owned() };
    let block = |height| ledger::GetBlockRequest { height };
    let sent = |slug: &str, number: u8| transaction::RequestKey {
        sender: slug.to_owned(),
        request_id: [&[0; 7][..], &[number], &[0; 8]].concat(),
    };
    let get = |slug: &str| transaction::GetRequest {
        key: Some(transaction::get_request::Key::Request(sent(slug, 5))),
    };
    let wait = |slug: &str| transaction::WaitRequest {
        key: Some(transaction::wait_request::Key::Request(sent(slug, 5))),
        timeout_ms: 1,
    };
    let paper = |document| document::GetDocumentRequest { document };
    let upload = |document| document::PutPayloadRequest { document, offset: 0, chunk: vec![0] };
    let download = |document| document::GetPayloadRequest { document, ..Default::default() };
    let from = |height| ledger::WatchBlocksRequest {
        start: Some(ledger::watch_blocks_request::Start::FromHeight(height)),
    };
    let events = |height| ledger::WatchEventsRequest {
        start: Some(ledger::watch_events_request::Start::FromHeight(height)),
        ..Default::default()
    };
    BTreeMap::from([
        ("AccessService/OpenSession", vec![one("with a token", access::OpenSessionRequest {})]),
        (
            "FacilityService/GetFacility",
            vec![one("F1", facility(1)), one("F2", facility(2)), one("none", facility(9))],
        ),
        ("DocumentService/GetDocument", vec![one("A1", paper(1)), one("none", paper(9))]),
        (
            "DocumentService/ListDocuments",
            vec![
                one("R1", document::ListDocumentsRequest { receivable: 1, ..Default::default() }),
                one("none", document::ListDocumentsRequest { receivable: 9, ..Default::default() }),
            ],
        ),
        ("DocumentService/PutPayload", vec![one("A1", upload(1)), one("none", upload(9))]),
        ("DocumentService/GetPayload", vec![one("A1", download(1)), one("none", download(9))]),
        (
            "DocumentService/PutEnvelopes",
            vec![
                one("A1", document::PutEnvelopesRequest { document: 1, ..Default::default() }),
                one("none", document::PutEnvelopesRequest { document: 9, ..Default::default() }),
            ],
        ),
        (
            "DocumentService/GetEnvelopes",
            vec![
                one("A1", document::GetEnvelopesRequest { document: 1, ..Default::default() }),
                one("none", document::GetEnvelopesRequest { document: 9, ..Default::default() }),
            ],
        ),
        (
            "DocumentService/FetchPayload",
            vec![one("no ticket", document::FetchPayloadRequest { document: 1, ..Default::default() })],
        ),
        ("FacilityService/ListFacilities", vec![one("all", facility::ListFacilitiesRequest::default())]),
        ("FacilityService/Quote", vec![one("T3", quote(3)), one("T4", quote(4)), one("none", quote(9))]),
        (
            "FollowService/Follow",
            vec![one("from 1", follow::FollowRequest { from_height: 1, blocks_max: 1, wait_ms: 0 })],
        ),
        ("FollowService/Prove", vec![one("T3", proven(3)), one("T4", proven(4)), one("none", proven(9))]),
        (
            "CreditService/GetCreditFile",
            vec![one("alpha's", credit_file("alpha")), one("none", credit_file("nobody"))],
        ),
        ("CreditService/ListConsents", vec![one("all", credit::ListConsentsRequest::default())]),
        ("CreditService/ListCreditReads", vec![one("all", credit::ListCreditReadsRequest::default())]),
        ("CreditService/ListMeasures", vec![one("all", credit::ListMeasuresRequest {})]),
        ("CollectionService/GetCase", vec![one("R4", case(4)), one("R5", case(5)), one("none", case(9))]),
        ("CollectionService/ListCases", vec![one("all", collection::ListCasesRequest::default())]),
        ("CollectionService/ListCaseEntries", vec![one("R4", case_file(4)), one("none", case_file(9))]),
        (
            "DisputeService/GetDispute",
            vec![
                one("D1", dispute::GetDisputeRequest { dispute: 1 }),
                one("none", dispute::GetDisputeRequest { dispute: 9 }),
            ],
        ),
        (
            "DisputeService/ListDisputes",
            vec![one("all", disputes(None)), one("R3", disputes(Some(3))), one("none", disputes(Some(9)))],
        ),
        (
            "DisputeService/GetCreditNote",
            vec![
                one("CN1", dispute::GetCreditNoteRequest { credit_note: 1 }),
                one("none", dispute::GetCreditNoteRequest { credit_note: 9 }),
            ],
        ),
        (
            "DisputeService/ListCreditNotes",
            vec![one("all", notes(None)), one("R3", notes(Some(3))), one("none", notes(Some(9)))],
        ),
        (
            "NettingService/FindCycles",
            vec![one(
                "in CNY",
                netting::FindCyclesRequest { currency: "CNY".to_owned(), ..Default::default() },
            )],
        ),
        (
            "NettingService/GetNetting",
            vec![
                one("N1", netting::GetNettingRequest { netting: 1 }),
                one("none", netting::GetNettingRequest { netting: 9 }),
            ],
        ),
        ("NettingService/ListNettings", vec![one("all", netting::ListNettingsRequest::default())]),
        (
            "FinancingService/GetLien",
            vec![
                one("T2", financing::GetLienRequest { tranche: 2 }),
                one("none", financing::GetLienRequest { tranche: 9 }),
            ],
        ),
        ("FinancingService/ListLiens", vec![one("all", financing::ListLiensRequest::default())]),
        (
            "FinancingService/GetProgramme",
            vec![
                one("P1", financing::GetProgrammeRequest { programme: 1 }),
                one("none", financing::GetProgrammeRequest { programme: 9 }),
            ],
        ),
        ("FinancingService/ListProgrammes", vec![one("all", financing::ListProgrammesRequest::default())]),
        (
            "FinancingService/QuoteEarlyPayment",
            vec![one("T3", early(3)), one("T4", early(4)), one("none", early(9))],
        ),
        (
            "FinancingService/ListFinancingCosts",
            vec![one("all", financing::ListFinancingCostsRequest::default())],
        ),
        (
            "FinancingService/ListExtendedTerms",
            vec![one("all", financing::ListExtendedTermsRequest::default())],
        ),
        (
            "GovernanceService/GetProposal",
            vec![
                one("G1", governance::GetProposalRequest { proposal: 1 }),
                one("none", governance::GetProposalRequest { proposal: 9 }),
            ],
        ),
        ("GovernanceService/ListProposals", vec![one("all", governance::ListProposalsRequest::default())]),
        (
            "GovernanceService/ListMisbehaviours",
            vec![one("all", governance::ListMisbehavioursRequest::default())],
        ),
        ("GovernanceService/ListEvidence", vec![one("all", governance::ListEvidenceRequest::default())]),
        (
            "GuaranteeService/GetGuarantee",
            vec![
                one("B1", guarantee::GetGuaranteeRequest { guarantee: 1 }),
                one("none", guarantee::GetGuaranteeRequest { guarantee: 9 }),
            ],
        ),
        ("GuaranteeService/ListGuarantees", vec![one("all", guarantee::ListGuaranteesRequest::default())]),
        ("LedgerService/CheckInvariants", vec![one("all", ledger::CheckInvariantsRequest {})]),
        ("LedgerService/GetBlock", vec![one("beta's", block(6)), one("none", block(99))]),
        (
            "LedgerService/GetProof",
            vec![
                one("R1", proof(R(1))),
                one("R2", proof(R(2))),
                one("no R", proof(R(9))),
                one("R3", proof(R(3))),
                one("T3", proof(T(3))),
                one("T4", proof(T(4))),
                one("no T", proof(T(9))),
                one("F1", proof(F(1))),
                one("no F", proof(F(9))),
                one("Q1", proof(Q(1))),
                one("no Q", proof(Q(9))),
                one("alpha's", proof(D(account("alpha")))),
                one("no deposit", proof(D(account("nobody")))),
            ],
        ),
        ("LedgerService/ListBlocks", vec![one("all", ledger::ListBlocksRequest::default())]),
        ("LedgerService/ListValidators", vec![one("next", ledger::ListValidatorsRequest::default())]),
        ("LedgerService/WatchBlocks", vec![one("from 1", from(1))]),
        ("LedgerService/WatchEvents", vec![one("of the split", events(6))]),
        (
            "MemberService/GetMember",
            vec![one("alpha", named("alpha")), one("gamma", named("gamma")), one("none", named("nobody"))],
        ),
        ("MemberService/ListMembers", vec![one("all", member::ListMembersRequest::default())]),
        (
            "MoneyService/GetBankTotals",
            vec![one("bank-a's", totals("bank-a")), one("none", totals("nobody"))],
        ),
        (
            "MoneyService/GetPayout",
            vec![
                one("Q1", money::GetPayoutRequest { payout: 1 }),
                one("none", money::GetPayoutRequest { payout: 9 }),
            ],
        ),
        ("MoneyService/ListDeposits", vec![one("all", money::ListDepositsRequest::default())]),
        ("MoneyService/ListPayouts", vec![one("all", money::ListPayoutsRequest::default())]),
        ("NodeService/GetStatus", vec![one("", node::GetStatusRequest {})]),
        ("OperatorService/GetReport", vec![one("", operator::GetReportRequest {})]),
        ("OperatorService/ListFullNodes", vec![one("", operator::ListFullNodesRequest {})]),
        ("PolicyService/GetPolicy", vec![one("in force", policy::GetPolicyRequest { version: 0 })]),
        ("PolicyService/ListPolicies", vec![one("all", policy::ListPoliciesRequest::default())]),
        (
            "PolicyService/SimulatePolicy",
            vec![
                one("rulebook", simulated(&Policy::rulebook())),
                one("nothing", policy::SimulatePolicyRequest::default()),
            ],
        ),
        ("PoolService/GetForecast", vec![one("C1", forecast(1)), one("none", forecast(9))]),
        ("PoolService/GetPool", vec![one("C1", pool(1)), one("none", pool(9))]),
        ("PoolService/ListPools", vec![one("all", pool::ListPoolsRequest::default())]),
        (
            "ReceivableService/GetReceivable",
            vec![
                one("R1", receivable(1)),
                one("R2", receivable(2)),
                one("R3", receivable(3)),
                one("R4", receivable(4)),
                one("none", receivable(9)),
            ],
        ),
        (
            "ReceivableService/GetReceivableTree",
            vec![one("R1", tree(1)), one("R2", tree(2)), one("R4", tree(4)), one("none", tree(9))],
        ),
        (
            "ReceivableService/ListReceivableHistory",
            vec![one("R1", history(1)), one("R2", history(2)), one("none", history(9))],
        ),
        (
            "ReceivableService/ListReceivables",
            vec![one("all", receivable::ListReceivablesRequest::default())],
        ),
        ("ScreeningService/ListFreezes", vec![one("all", screening::ListFreezesRequest::default())]),
        ("ScreeningService/ListScreening", vec![one("all", screening::ListScreeningRequest::default())]),
        (
            "SettlementService/GetAnchorRisk",
            vec![one("alpha", risk("alpha")), one("crux", risk("crux")), one("none", risk("nobody"))],
        ),
        (
            "SettlementService/GetContagion",
            vec![
                one("alpha", contagion("alpha")),
                one("crux", contagion("crux")),
                one("none", contagion("nobody")),
            ],
        ),
        (
            "SettlementService/GetSettlementStatus",
            vec![
                one("R1", settlement(1)),
                one("R2", settlement(2)),
                one("R4", settlement(4)),
                one("none", settlement(9)),
            ],
        ),
        (
            "ReportService/GetStatement",
            vec![one("beta's", statement("beta")), one("none", statement("nobody"))],
        ),
        ("ReportService/GetAgeing", vec![one("beta's", ageing("beta")), one("none", ageing("nobody"))]),
        ("ReportService/GetMaturity", vec![one("beta's", maturity("beta")), one("none", maturity("nobody"))]),
        (
            "ReportService/GetDisclosure",
            vec![one("alpha's", disclosure("alpha")), one("none", disclosure("nobody"))],
        ),
        ("ReportService/GetDaily", vec![one("all", report::GetDailyRequest { on: day })]),
        (
            "TrancheService/GetTranche",
            vec![
                one("T2", tranche(2)),
                one("T3", tranche(3)),
                one("T4", tranche(4)),
                one("T5", tranche(5)),
                one("T6", tranche(6)),
                one("none", tranche(9)),
            ],
        ),
        (
            "TrancheService/ListTranches",
            vec![one("all", tranches(None)), one("R1", tranches(Some(1))), one("none", tranches(Some(9)))],
        ),
        ("TransactionService/Get", vec![one("alpha's", get("alpha")), one("none", get("nobody"))]),
        (
            "TransactionService/Simulate",
            vec![
                one("bank-a's", simulate("bank-a")),
                one("none", simulate("nobody")),
                one("nothing", transaction::SimulateRequest::default()),
            ],
        ),
        ("TransactionService/Submit", vec![one("nothing", transaction::SubmitRequest::default())]),
        ("TransactionService/SubmitMany", vec![one("nothing", transaction::SubmitManyRequest::default())]),
        ("TransactionService/Wait", vec![one("alpha's", wait("alpha")), one("none", wait("nobody"))]),
    ])
}

/// A transaction of a member's, to be tried out.
fn simulate(sender: &str) -> transaction::SimulateRequest {
    let credit = CreditDeposit {
        owner: member("alpha"),
        amount: crate::rig::cny(1),
        bank_reference: text("tried out"),
    };
    let draft = TransactionDraft {
        request_id: [9; 16],
        sender: member(sender),
        signers: vec![PublicKey(key_of(sender).verifying_key().to_bytes())],
        valid_until: Height::new(10_000),
        action: Action::CreditDeposit(credit),
    };
    transaction::SimulateRequest { body: draft.encode() }
}

fn simulated(policy: &Policy) -> policy::SimulatePolicyRequest {
    policy::SimulatePolicyRequest { policy: Some(policy.into()), from_height: 0 }
}

type Answer = Result<Option<Vec<u8>>, Status>;

/// `all` as the regulator sees it, `part` of that, `empty` a list of nothing where there is something, `none` there is no
/// such record, or the refusal's reason.
fn told(method: &str, answer: &Answer, whole: Option<&Vec<u8>>) -> String {
    match answer {
        Ok(bytes) if bytes.as_ref() == whole => "all".to_owned(),
        Ok(bytes) if forbidden::says_nothing(method, bytes.as_deref()) => "empty".to_owned(),
        Ok(_) => "part".to_owned(),
        Err(status) if status.code() == Code::NotFound => "none".to_owned(),
        Err(status) if reason(status) == "READER_NOT_SHOWN" => "-".to_owned(),
        Err(status) => reason(status).to_lowercase(),
    }
}

/// Every method, every question about it, every reader.
pub(crate) struct Asked {
    pub method: String,
    pub what: &'static str,
    pub answers: Vec<Answer>,
}

impl Asked {
    /// Without its package.
    pub fn short(&self) -> &str {
        self.method.rsplit_once('.').unwrap().1
    }
}

async fn ask_everything(readers: &[Reader]) -> Vec<Asked> {
    let requests = requests();
    let mut asked = Vec::new();
    for method in methods() {
        let short = method.rsplit_once('.').unwrap().1;
        let rows = requests.get(short).unwrap_or_else(|| panic!("{short} has no row"));
        for (what, request) in rows {
            let mut answers = Vec::new();
            for reader in readers {
                answers.push(in_time(answer(reader, &method, request.clone())).await);
            }
            asked.push(Asked { method: method.clone(), what, answers });
        }
    }
    asked
}

/// The first message of an answer; of a simulation, which occupies the node until it ends, the last.
async fn answer(reader: &Reader, method: &str, request: Vec<u8>) -> Answer {
    if method.ends_with("SimulatePolicy") {
        return last(reader.line.clone(), method, request).await;
    }
    call(reader.line.clone(), method, request).await
}

/// A line of the table: what those of each role are told who stand to the record in one way; `.` where nobody does.
fn line(asked: &Asked, readers: &[Reader], relation: Relation) -> String {
    let everything = readers.iter().position(|reader| reader.role == "regulator").unwrap();
    let whole = asked.answers[everything].as_ref().ok().cloned().flatten();
    let mut line = format!("{:<40} {:<13} {:<13}", asked.short(), asked.what, relation.name());
    for role in ROLES {
        let those = readers.iter().zip(&asked.answers);
        let those =
            those.filter(|(reader, _)| reader.role == role && reader.relation(asked.what) == relation);
        let told: BTreeSet<String> =
            those.map(|(_, answer)| told(&asked.method, answer, whole.as_ref())).collect();
        let told: Vec<String> = told.into_iter().collect();
        line += &format!(" {:<9}", if told.is_empty() { ".".to_owned() } else { told.join("/") });
    }
    line.trim_end().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_method_answers_every_role_and_relation_as_the_table_says() {
    let rig = world::whole().await;
    let readers = Reader::all(&rig).await;
    let before = rig.audited().len();
    let asked = ask_everything(&readers).await;
    let mut table = format!("{:<40} {:<13} {:<13}", "method", "record", "relation");
    ROLES.iter().for_each(|role| table += &format!(" {role:<9}"));
    table = table.trim_end().to_owned() + "\n";
    for one in &asked {
        for relation in Relation::lines(one.what) {
            table += &(line(one, &readers, *relation) + "\n");
        }
    }
    forbidden::strangers_learn_nothing(&asked, &readers);
    forbidden::reads_are_recorded(&asked, &rig.audited()[before..]);
    expect_test::expect_file!["sight.txt"].assert_eq(&table);
}
