//! Who sees what: every method, every kind of reader, records of its own, of counterparties and of strangers.
use crate::access::{call, methods, reason};
use crate::reader::Line;
use crate::rig::{REGULATOR, Rig, cny, currency, in_time, member, text};
use prost::Message;
use std::collections::BTreeMap;
use tally_contracts::Action;
use tally_contracts::financing::DiscountTranche;
use tally_contracts::member::SetStandingAcceptance;
use tally_contracts::money::{CreditDeposit, RequestPayout};
use tally_contracts::receivable::IssueReceivable;
use tally_contracts::state::Key;
use tally_contracts::tranche::{Offer, Part, Recourse, SplitTranche};
use tally_contracts::types::{Amount, Hash, TrancheId};
use tally_proto::v1::*;
use tonic::{Code, Status};

/// The columns: anchor, first supplier, second supplier, settlement bank and buyer, another funder, regulator, nobody.
const READERS: [&str; 7] = ["alpha", "beta", "gamma", "bank-a", "bank-b", REGULATOR, ""];

/// R1 is beta's; it paid gamma with T2, kept T3, and sold T3 to bank-a. R2 is gamma's, and nothing to beta.
async fn world() -> Rig {
    let rig = Rig::start().await;
    for supplier in ["beta", "gamma"] {
        let always = SetStandingAcceptance { counterparty: member("alpha"), active: true };
        rig.apply(supplier, Action::SetStandingAcceptance(always)).await;
    }
    rig.apply(
        "gamma",
        Action::SetStandingAcceptance(SetStandingAcceptance { counterparty: member("beta"), active: true }),
    )
    .await;
    rig.apply("alpha", rig.issue(1, 1_000_000, 90)).await;
    let Action::IssueReceivable(second) = rig.issue(2, 500_000, 120) else { panic!("an issue") };
    rig.apply("alpha", Action::IssueReceivable(IssueReceivable { supplier: member("gamma"), ..second }))
        .await;
    let part = |minor, to: Option<&str>| Part {
        face: cny(minor),
        pay: to.map(|to| Offer {
            to: member(to),
            recourse: Recourse::None,
            trade_reference: Some(Hash::of(b"order")),
        }),
    };
    let parts = vec![part(300_000, Some("gamma")), part(700_000, None)];
    rig.apply("beta", Action::SplitTranche(SplitTranche { tranche: TrancheId::new(1), parts })).await;
    rig.apply("bank-a", rig.open_facility("bank-a", 10_000_000, 40_000)).await;
    rig.apply("bank-b", rig.open_facility("bank-b", 10_000_000, 50_000)).await;
    let discount = DiscountTranche {
        tranche: TrancheId::new(4),
        amount: cny(700_000),
        min_proceeds: Amount::zero(currency()),
        facility: None,
        allow_partial_fills: false,
    };
    rig.apply("beta", Action::DiscountTranche(discount)).await;
    let credit = CreditDeposit { owner: member("alpha"), amount: cny(900_000), bank_reference: text("W1") };
    rig.apply("bank-a", Action::CreditDeposit(credit)).await;
    let payout = RequestPayout { bank: member("bank-a"), amount: cny(1_000), destination: text("account") };
    rig.apply("beta", Action::RequestPayout(payout)).await;
    crate::documents::file_invoice(&rig).await;
    rig
}

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
    use ledger::record_key::Key::{Receivable as R, Tranche as T};
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
            vec![one("R1's", document::ListDocumentsRequest { receivable: 1, ..Default::default() })],
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
        (
            "FacilityService/Quote",
            vec![one("gamma's", quote(3)), one("bank-a's", quote(4)), one("none", quote(99))],
        ),
        (
            "FollowService/Follow",
            vec![one("from 1", follow::FollowRequest { from_height: 1, blocks_max: 1, wait_ms: 0 })],
        ),
        (
            "FollowService/Prove",
            vec![one("T3", follow::ProveRequest { keys: vec![Key::Tranche(TrancheId::new(3)).encode()] })],
        ),
        (
            "CreditService/GetCreditFile",
            vec![one("alpha's", credit::GetCreditFileRequest { member: "alpha".into() })],
        ),
        ("CreditService/ListConsents", vec![one("all", credit::ListConsentsRequest::default())]),
        ("CreditService/ListCreditReads", vec![one("all", credit::ListCreditReadsRequest::default())]),
        ("CreditService/ListMeasures", vec![one("all", credit::ListMeasuresRequest {})]),
        ("CollectionService/GetCase", vec![one("none", collection::GetCaseRequest { receivable: 1 })]),
        ("CollectionService/ListCases", vec![one("all", collection::ListCasesRequest::default())]),
        (
            "CollectionService/ListCaseEntries",
            vec![one("none", collection::ListCaseEntriesRequest { receivable: 1, ..Default::default() })],
        ),
        (
            "DisputeService/GetDispute",
            vec![
                one("D1", dispute::GetDisputeRequest { dispute: 1 }),
                one("none", dispute::GetDisputeRequest { dispute: 9 }),
            ],
        ),
        ("DisputeService/ListDisputes", vec![one("all", dispute::ListDisputesRequest::default())]),
        ("DisputeService/GetCreditNote", vec![one("none", dispute::GetCreditNoteRequest { credit_note: 1 })]),
        ("DisputeService/ListCreditNotes", vec![one("all", dispute::ListCreditNotesRequest::default())]),
        (
            "NettingService/FindCycles",
            vec![one(
                "in CNY",
                netting::FindCyclesRequest { currency: "CNY".to_owned(), ..Default::default() },
            )],
        ),
        ("NettingService/GetNetting", vec![one("none", netting::GetNettingRequest { netting: 1 })]),
        ("NettingService/ListNettings", vec![one("all", netting::ListNettingsRequest::default())]),
        ("FinancingService/GetLien", vec![one("none", financing::GetLienRequest { tranche: 1 })]),
        ("FinancingService/ListLiens", vec![one("all", financing::ListLiensRequest::default())]),
        ("FinancingService/GetProgramme", vec![one("none", financing::GetProgrammeRequest { programme: 1 })]),
        ("FinancingService/ListProgrammes", vec![one("all", financing::ListProgrammesRequest::default())]),
        (
            "FinancingService/QuoteEarlyPayment",
            vec![one(
                "none",
                financing::QuoteEarlyPaymentRequest { programme: 1, tranche: 99, ..Default::default() },
            )],
        ),
        (
            "FinancingService/ListFinancingCosts",
            vec![one("all", financing::ListFinancingCostsRequest::default())],
        ),
        (
            "FinancingService/ListExtendedTerms",
            vec![one("all", financing::ListExtendedTermsRequest::default())],
        ),
        ("GovernanceService/GetProposal", vec![one("none", governance::GetProposalRequest { proposal: 1 })]),
        ("GovernanceService/ListProposals", vec![one("all", governance::ListProposalsRequest::default())]),
        (
            "GovernanceService/ListMisbehaviours",
            vec![one("all", governance::ListMisbehavioursRequest::default())],
        ),
        ("GovernanceService/ListEvidence", vec![one("all", governance::ListEvidenceRequest::default())]),
        ("GuaranteeService/GetGuarantee", vec![one("none", guarantee::GetGuaranteeRequest { guarantee: 1 })]),
        ("GuaranteeService/ListGuarantees", vec![one("all", guarantee::ListGuaranteesRequest::default())]),
        ("LedgerService/CheckInvariants", vec![one("all", ledger::CheckInvariantsRequest {})]),
        ("LedgerService/GetBlock", vec![one("beta's", block(6)), one("none", block(99))]),
        (
            "LedgerService/GetProof",
            vec![
                one("R1", proof(R(1))),
                one("R2", proof(R(2))),
                one("no R", proof(R(9))),
                one("gamma's T", proof(T(3))),
                one("no T", proof(T(99))),
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
        ("MoneyService/GetBankTotals", vec![one("bank-a", totals("bank-a")), one("none", totals("nobody"))]),
        (
            "MoneyService/GetPayout",
            vec![
                one("beta's", money::GetPayoutRequest { payout: 1 }),
                one("none", money::GetPayoutRequest { payout: 9 }),
            ],
        ),
        ("MoneyService/ListDeposits", vec![one("all", money::ListDepositsRequest::default())]),
        ("MoneyService/ListPayouts", vec![one("all", money::ListPayoutsRequest::default())]),
        ("NodeService/GetStatus", vec![one("", node::GetStatusRequest {})]),
        ("OperatorService/GetReport", vec![one("", operator::GetReportRequest {})]),
        ("PolicyService/GetPolicy", vec![one("in force", policy::GetPolicyRequest { version: 0 })]),
        ("PolicyService/ListPolicies", vec![one("all", policy::ListPoliciesRequest::default())]),
        ("PolicyService/SimulatePolicy", vec![one("nothing", policy::SimulatePolicyRequest::default())]),
        (
            "PoolService/GetForecast",
            vec![one("none", pool::GetForecastRequest { pool: 1, ..Default::default() })],
        ),
        ("PoolService/GetPool", vec![one("none", pool::GetPoolRequest { pool: 1 })]),
        ("PoolService/ListPools", vec![one("all", pool::ListPoolsRequest::default())]),
        (
            "ReceivableService/GetReceivable",
            vec![one("R1", receivable(1)), one("R2", receivable(2)), one("none", receivable(9))],
        ),
        (
            "ReceivableService/GetReceivableTree",
            vec![one("R1", tree(1)), one("R2", tree(2)), one("none", tree(9))],
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
        ("SettlementService/GetAnchorRisk", vec![one("alpha", risk("alpha")), one("none", risk("nobody"))]),
        (
            "SettlementService/GetContagion",
            vec![one("alpha", contagion("alpha")), one("none", contagion("nobody"))],
        ),
        (
            "SettlementService/GetSettlementStatus",
            vec![one("R1", settlement(1)), one("R2", settlement(2)), one("none", settlement(9))],
        ),
        (
            "ReportService/GetStatement",
            vec![one("beta's", report::GetStatementRequest { member: "beta".into(), from: day, to: day })],
        ),
        (
            "ReportService/GetAgeing",
            vec![one("beta's", report::GetAgeingRequest { member: "beta".into(), on: None })],
        ),
        (
            "ReportService/GetMaturity",
            vec![one("beta's", report::GetMaturityRequest { member: "beta".into(), on: None })],
        ),
        (
            "ReportService/GetDisclosure",
            vec![one("alpha's", report::GetDisclosureRequest { member: "alpha".into(), from: day, to: day })],
        ),
        ("ReportService/GetDaily", vec![one("all", report::GetDailyRequest { on: day })]),
        (
            "TrancheService/GetTranche",
            vec![
                one("gamma's", tranche(3)),
                one("bank-a's", tranche(4)),
                one("R2's", tranche(2)),
                one("none", tranche(99)),
            ],
        ),
        ("TrancheService/ListTranches", vec![one("all", tranche::ListTranchesRequest::default())]),
        ("TransactionService/Get", vec![one("alpha's", get("alpha")), one("none", get("nobody"))]),
        ("TransactionService/Simulate", vec![one("nothing", transaction::SimulateRequest::default())]),
        ("TransactionService/Submit", vec![one("nothing", transaction::SubmitRequest::default())]),
        ("TransactionService/SubmitMany", vec![one("nothing", transaction::SubmitManyRequest::default())]),
        ("TransactionService/Wait", vec![one("alpha's", wait("alpha")), one("none", wait("nobody"))]),
    ])
}

/// `all` as the regulator sees it, `part` of that, `none` there is no such record, or the refusal's reason.
fn told(answer: &Result<Option<Vec<u8>>, Status>, whole: Option<&Vec<u8>>) -> String {
    match answer {
        Ok(bytes) if bytes.as_ref() == whole => "all".to_owned(),
        Ok(_) => "part".to_owned(),
        Err(status) if status.code() == Code::NotFound => "none".to_owned(),
        Err(status) if reason(status) == "READER_NOT_SHOWN" => "-".to_owned(),
        Err(status) => reason(status).to_lowercase(),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_method_answers_every_reader_as_the_table_says() {
    let rig = world().await;
    let mut lines: Vec<Line> = Vec::new();
    for reader in READERS {
        lines.push(if reader.is_empty() { rig.stranger() } else { rig.line(reader).await });
    }
    let requests = requests();
    let mut table = format!("{:<40} {:<13}", "method", "record");
    READERS
        .iter()
        .for_each(|reader| table += &format!(" {:<8}", if reader.is_empty() { "nobody" } else { reader }));
    for method in methods() {
        let short = method.rsplit_once('.').unwrap().1;
        let requests = requests.get(short).unwrap_or_else(|| panic!("{short} has no row"));
        for (what, request) in requests {
            let whole = in_time(call(lines[5].clone(), &method, request.clone())).await.ok().flatten();
            table = table.trim_end().to_owned() + &format!("\n{short:<40} {what:<13}");
            for line in &lines {
                let answer = in_time(call(line.clone(), &method, request.clone())).await;
                table += &format!(" {:<8}", told(&answer, whole.as_ref()));
            }
        }
    }
    expect_test::expect_file!["sight.txt"].assert_eq(&(table.trim_end().to_owned() + "\n"));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_forbidden_is_answered_as_what_is_absent() {
    let rig = world().await;
    let line = rig.line("beta").await;
    for (method, requests) in requests() {
        let path = methods().into_iter().find(|path| path.ends_with(method)).unwrap();
        let mut shapes = Vec::new();
        for (_, request) in requests {
            let Err(status) = in_time(call(line.clone(), &path, request)).await else { continue };
            if status.code() == Code::NotFound {
                let digits = |c: char| !c.is_ascii_digit();
                let shape: String = status.message().chars().filter(|c| digits(*c)).collect();
                shapes.push((reason(&status), shape));
            }
        }
        let named = ["Proof", "Risk", "Contagion", "Member"].iter().any(|kind| method.contains(kind));
        shapes.dedup_by(|one, other| one.0 == other.0 && (named || one.1 == other.1));
        assert!(shapes.len() <= 1, "{method}: {shapes:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_tier_supplier_sees_neither_invoices_nor_siblings_nor_prices() {
    let rig = world().await;
    let mut client =
        receivable::receivable_service_client::ReceivableServiceClient::new(rig.line("gamma").await);
    let seen = client.get_receivable(receivable::GetReceivableRequest { receivable: 1 }).await.unwrap();
    let seen = seen.into_inner().receivable.unwrap();
    let terms = seen.terms.unwrap();
    assert!(terms.invoices.is_empty() && terms.contract_reference.is_empty() && terms.face.is_some());
    assert_eq!(seen.open_tranches, 0);

    let tree =
        client.get_receivable_tree(receivable::GetReceivableTreeRequest { receivable: 1 }).await.unwrap();
    let nodes: Vec<u64> = tree.into_inner().nodes.iter().map(|node| node.tranche).collect();
    assert_eq!(nodes, [1, 3], "its own tranche and the one that it came from");

    let request = receivable::ListReceivableHistoryRequest { receivable: 1, ..Default::default() };
    let events = client.list_receivable_history(request).await.unwrap().into_inner().events;
    let events: Vec<common::Event> = events.into_iter().filter_map(|record| record.event).collect();
    assert!(!events.is_empty() && events.iter().all(|event| event.proceeds.is_none()));
    assert!(
        events.iter().all(|event| event.member == "gamma" || event.counterparty == "gamma"),
        "{events:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_anchor_has_notice_that_title_moved_and_not_to_whom_before_the_due_date() {
    let rig = world().await;
    let mut client =
        receivable::receivable_service_client::ReceivableServiceClient::new(rig.line("alpha").await);
    let request = receivable::ListReceivableHistoryRequest { receivable: 1, ..Default::default() };
    let events = client.list_receivable_history(request).await.unwrap().into_inner().events;
    let moved = |kind| {
        let found = events
            .iter()
            .filter_map(|record| record.event.as_ref())
            .filter(move |event| event.kind() == kind);
        found.cloned().collect::<Vec<_>>()
    };
    let notices =
        [moved(common::EventKind::TransferAccepted), moved(common::EventKind::TrancheDiscounted)].concat();
    assert_eq!(notices.len(), 2);
    for notice in notices {
        assert!(notice.amount.is_some(), "how much of its debt moved");
        assert!(notice.member.is_empty() && notice.counterparty.is_empty(), "{notice:?}");
        assert!(notice.proceeds.is_none() && notice.tranche.is_none(), "{notice:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn each_read_of_a_regulator_is_on_record_and_nobody_elses() {
    let rig = world().await;
    let before = rig.audited().len();
    let request = receivable::GetReceivableRequest { receivable: 1 };
    let path = "/tally.receivable.v1.ReceivableService/GetReceivable";
    for reader in [REGULATOR, "beta"] {
        call(rig.line(reader).await, path, request.encode_to_vec()).await.unwrap();
    }
    let audited = rig.audited();
    let new: Vec<&String> = audited.iter().skip(before).filter(|line| line.contains(path)).collect();
    assert_eq!(new.len(), 1, "{audited:?}");
    assert!(new[0].contains(REGULATOR) && new[0].contains(&hex::encode(request.encode_to_vec())));
}
