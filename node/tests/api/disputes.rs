//! Disputes, credit notes, netting and cases over the API: what is asked is what comes back.
use crate::rig::{Rig, cny, in_time, member, text};
use tally_contracts::Action;
use tally_contracts::collection::{
    ApproveArrangement, Arrangement, ArrangementKind, AssignCases, Channel, Instalment, LogContact,
    ProposeArrangement,
};
use tally_contracts::dilution::{AcceptCreditNote, IssueCreditNote};
use tally_contracts::dispute::DisputeReceivable;
use tally_contracts::netting::{ConsentNetting, LegOrder, ProposeNetting};
use tally_contracts::receivable::AcceptReceivable;
use tally_contracts::types::{
    Amount, BusinessDate, CreditNoteId, DisputeId, Hash, NettingId, ReceivableId, Timestamp, TrancheId,
};
use tally_proto::v1::collection::collection_service_client::CollectionServiceClient;
use tally_proto::v1::collection::{
    CaseStatus, EntryKind, GetCaseRequest, ListCaseEntriesRequest, ListCasesRequest,
};
use tally_proto::v1::dispute::dispute_service_client::DisputeServiceClient;
use tally_proto::v1::dispute::{
    CreditNoteStatus, DisputeStatus, GetCreditNoteRequest, GetCreditNoteResponse, GetDisputeRequest,
    ListCreditNotesRequest, ListDisputesRequest, Tier,
};
use tally_proto::v1::netting::netting_service_client::NettingServiceClient;
use tally_proto::v1::netting::{FindCyclesRequest, GetNettingRequest, ListNettingsRequest, NettingStatus};
use tally_proto::v1::receivable::receivable_service_client::ReceivableServiceClient;
use tally_proto::v1::receivable::{GetReceivableTreeRequest, ListReceivablesRequest, TrancheFate};
use tally_proto::v1::settlement::GetSettlementStatusRequest;
use tally_proto::v1::settlement::settlement_service_client::SettlementServiceClient;
use tonic::Code;

/// R1 of 1,000.00, of which 400.00 are disputed, and a credit note of 250.00 that alpha has to agree to.
async fn disputed() -> Rig {
    let rig = Rig::start().await;
    rig.accept_always().await;
    rig.apply("alpha", rig.issue(1, 100_000, 30)).await;
    let receivable = ReceivableId::new(1);
    let (evidence, reason) = (Hash([7; 32]), text("two crates were broken"));
    let dispute = DisputeReceivable { receivable, amount: cny(40_000), evidence, reason };
    rig.apply("alpha", Action::DisputeReceivable(dispute)).await;
    let note = IssueCreditNote {
        receivable,
        number: text("CN-1"),
        issue_date: rig.today,
        amount: cny(25_000),
        document_hash: Hash([8; 32]),
        reason: text("two crates were broken"),
        dispute: Some(DisputeId::new(1)),
    };
    rig.apply("beta", Action::IssueCreditNote(note)).await;
    rig
}

async fn note(rig: &Rig) -> GetCreditNoteResponse {
    let mut client = DisputeServiceClient::new(rig.channel.clone());
    in_time(client.get_credit_note(GetCreditNoteRequest { credit_note: 1 })).await.unwrap().into_inner()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dispute_and_its_credit_note_say_who_loses_what_and_why() {
    let rig = disputed().await;
    let mut client = DisputeServiceClient::new(rig.channel.clone());
    let request =
        ListDisputesRequest { receivable: Some(1), status: DisputeStatus::Open.into(), ..Default::default() };
    let disputes = in_time(client.list_disputes(request)).await.unwrap().into_inner().disputes;
    assert_eq!(disputes.len(), 1);
    assert_eq!(disputes[0].amount.as_ref().unwrap().minor_units, 40_000);

    let open = note(&rig).await;
    assert_eq!(open.credit_note.as_ref().unwrap().status(), CreditNoteStatus::Open);
    let [loss] = open.expected.as_slice() else { panic!("{:?}", open.expected) };
    assert_eq!((loss.holder.as_str(), loss.tier()), ("beta", Tier::SupplierUnfinanced));
    assert_eq!(loss.amount.as_ref().unwrap().minor_units, 25_000);

    let nothing = Amount::zero(cny(1).currency());
    let accept = AcceptCreditNote { credit_note: CreditNoteId::new(1), loss_max: nothing };
    rig.apply("alpha", Action::AcceptCreditNote(accept)).await;
    let applied = note(&rig).await;
    let record = applied.credit_note.unwrap();
    assert_eq!(record.status(), CreditNoteStatus::Applied);
    assert_eq!((record.losses.len(), applied.expected.len()), (1, 0));
    let ended = in_time(client.get_dispute(GetDisputeRequest { dispute: 1 })).await.unwrap().into_inner();
    let ended = ended.dispute.unwrap();
    assert_eq!((ended.status(), ended.credit_note), (DisputeStatus::Agreed, Some(1)));
    for (holder, notes) in [("beta", 1), ("gamma", 0)] {
        let request = ListCreditNotesRequest { holder: holder.to_owned(), ..Default::default() };
        let lost = in_time(client.list_credit_notes(request)).await.unwrap().into_inner().credit_notes;
        assert_eq!(lost.len(), notes, "{holder}");
        assert!(lost.iter().flat_map(|note| &note.losses).all(|loss| loss.holder == holder));
    }
    let request = ListCreditNotesRequest { status: CreditNoteStatus::Withdrawn.into(), ..Default::default() };
    assert!(in_time(client.list_credit_notes(request)).await.unwrap().into_inner().credit_notes.is_empty());

    let mut settlement = SettlementServiceClient::new(rig.channel.clone());
    let request = GetSettlementStatusRequest { receivable: 1 };
    let status = in_time(settlement.get_settlement_status(request)).await.unwrap().into_inner();
    assert_eq!(status.outstanding.unwrap().minor_units, 75_000);
    assert_eq!(status.diluted.unwrap().minor_units, 25_000);
    assert_eq!(status.disputed.unwrap().minor_units, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_receivable_is_found_by_its_invoices_number_and_its_tree_knows_dilution() {
    let rig = Rig::start().await;
    rig.accept_always().await;
    rig.apply("alpha", rig.issue(1, 100_000, 30)).await;
    rig.apply("alpha", rig.issue(2, 100_000, 30)).await;
    let mut client = ReceivableServiceClient::new(rig.channel.clone());
    for (number, found) in [("inv 2-15838", vec![2]), ("INV2-15838", vec![2]), ("INV 3", vec![])] {
        let request = ListReceivablesRequest { invoice_number: number.to_owned(), ..Default::default() };
        let page = in_time(client.list_receivables(request)).await.unwrap().into_inner();
        let ids: Vec<u64> = page.receivables.iter().map(|receivable| receivable.id).collect();
        assert_eq!(ids, found, "{number}");
    }
    let note = IssueCreditNote {
        receivable: ReceivableId::new(2),
        number: text("CN-2"),
        issue_date: rig.today,
        amount: cny(100_000),
        document_hash: Hash::ZERO,
        reason: text("all came back"),
        dispute: None,
    };
    rig.apply("beta", Action::IssueCreditNote(note)).await;
    let request = GetReceivableTreeRequest { receivable: 2 };
    let nodes = in_time(client.get_receivable_tree(request)).await.unwrap().into_inner().nodes;
    assert_eq!(nodes[0].fate(), TrancheFate::Diluted);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_there_is_not_found_and_what_could_be_is_an_empty_list() {
    let rig = Rig::start().await;
    let mut disputes = DisputeServiceClient::new(rig.channel.clone());
    let mut nettings = NettingServiceClient::new(rig.channel.clone());
    let mut cases = CollectionServiceClient::new(rig.channel.clone());
    let codes = [
        in_time(disputes.get_dispute(GetDisputeRequest { dispute: 1 })).await.unwrap_err().code(),
        in_time(disputes.get_credit_note(GetCreditNoteRequest { credit_note: 1 })).await.unwrap_err().code(),
        in_time(nettings.get_netting(GetNettingRequest { netting: 1 })).await.unwrap_err().code(),
        in_time(cases.get_case(GetCaseRequest { receivable: 1 })).await.unwrap_err().code(),
        in_time(cases.list_case_entries(ListCaseEntriesRequest { receivable: 1, ..Default::default() }))
            .await
            .unwrap_err()
            .code(),
    ];
    assert_eq!(codes, [Code::NotFound; 5]);
    let request = FindCyclesRequest { currency: "CNY".to_owned(), ..Default::default() };
    let found = in_time(nettings.find_cycles(request)).await.unwrap().into_inner();
    assert!(found.is_complete && found.cycles.is_empty());
    let request = FindCyclesRequest { currency: "yuan".to_owned(), ..Default::default() };
    assert_eq!(in_time(nettings.find_cycles(request)).await.unwrap_err().code(), Code::InvalidArgument);
    let request = ListNettingsRequest::default();
    assert!(in_time(nettings.list_nettings(request)).await.unwrap().into_inner().nettings.is_empty());
    let request = ListCasesRequest::default();
    assert!(in_time(cases.list_cases(request)).await.unwrap().into_inner().cases.is_empty());
}

/// R1 of 1,000.00 that crux owes duke and R2 of 600.00 that duke owes crux, both due in two days.
async fn circle() -> Rig {
    let rig = Rig::start().await;
    for (number, anchor, supplier, minor) in [(1, "crux", "duke", 100_000), (2, "duke", "crux", 60_000)] {
        let Action::IssueReceivable(mut issue) = rig.issue(number, minor, 2) else { panic!("it issues") };
        issue.supplier = member(supplier);
        rig.apply(anchor, Action::IssueReceivable(issue)).await;
        let receivable = ReceivableId::new(number.into());
        rig.apply(supplier, Action::AcceptReceivable(AcceptReceivable { receivable })).await;
    }
    rig.pass_days(2).await;
    rig
}

#[tokio::test(flavor = "multi_thread")]
async fn a_circle_that_was_found_is_netted_by_consent_and_what_is_left_becomes_a_case() {
    let rig = circle().await;
    let mut nettings = NettingServiceClient::new(rig.channel.clone());
    let request = FindCyclesRequest { currency: "CNY".to_owned(), ..Default::default() };
    let found = in_time(nettings.find_cycles(request)).await.unwrap().into_inner();
    let [cycle] = found.cycles.as_slice() else { panic!("{:?}", found.cycles) };
    assert_eq!(cycle.parties, ["crux", "duke"]);
    assert_eq!(cycle.reduction.as_ref().unwrap().minor_units, 120_000);
    let order = |leg: &tally_proto::v1::netting::Leg| LegOrder {
        tranche: TrancheId::new(leg.tranche),
        amount: cny(leg.amount.as_ref().unwrap().minor_units),
    };
    let legs = cycle.legs.iter().map(order).collect();
    rig.apply("crux", Action::ProposeNetting(ProposeNetting { legs })).await;
    rig.apply("duke", Action::ConsentNetting(ConsentNetting { netting: NettingId::new(1) })).await;
    let netting = in_time(nettings.get_netting(GetNettingRequest { netting: 1 })).await.unwrap().into_inner();
    assert_eq!(netting.netting.unwrap().status(), NettingStatus::Executed);
    let mut settlement = SettlementServiceClient::new(rig.channel.clone());
    for (receivable, left) in [(1, 40_000), (2, 0)] {
        let request = GetSettlementStatusRequest { receivable };
        let status = in_time(settlement.get_settlement_status(request)).await.unwrap().into_inner();
        assert_eq!(status.outstanding.unwrap().minor_units, left, "R{receivable}");
    }

    rig.pass_days(1).await;
    let opened = collect(&rig).await;
    let mut cases = CollectionServiceClient::new(rig.channel.clone());
    let request = ListCaseEntriesRequest { receivable: 1, ..Default::default() };
    let entries = in_time(cases.list_case_entries(request)).await.unwrap().into_inner().entries;
    let kinds: Vec<EntryKind> = entries.iter().map(|entry| entry.kind()).collect();
    use EntryKind::{Approved, Assigned, Contact, InForce, Opened, Proposed};
    assert_eq!(kinds, [Opened, Assigned, Contact, Proposed, Approved, InForce]);
    assert_eq!(entries[0].on, Some((&opened).into()));
    let request = ListCasesRequest {
        agent: "recover".to_owned(),
        status: CaseStatus::Open.into(),
        ..Default::default()
    };
    assert_eq!(in_time(cases.list_cases(request)).await.unwrap().into_inner().cases.len(), 1);
}

/// The case about R1 is handed over, its debtor called the next day, and a plan agreed; when it was opened.
async fn collect(rig: &Rig) -> BusinessDate {
    let mut cases = CollectionServiceClient::new(rig.channel.clone());
    let case = in_time(cases.get_case(GetCaseRequest { receivable: 1 })).await.unwrap().into_inner();
    let opened = BusinessDate::try_from(case.case.unwrap().opened_on.as_ref().unwrap()).unwrap();
    rig.pass_days(1).await;
    let (case, until) = (ReceivableId::new(1), opened.plus_days(30));
    let mandate = AssignCases { cases: vec![case], agent: member("recover"), until, mandate: Hash([5; 32]) };
    rig.apply("duke", Action::AssignCases(mandate)).await;
    let ten_o_clock = Timestamp::from_ms(opened.start(480).ms() + 10 * 3_600_000);
    let contact =
        LogContact { case, at: ten_o_clock, channel: Channel::Phone, outcome: text("promised to pay") };
    rig.apply("recover", Action::LogContact(contact)).await;
    let instalments = [(10, 15_000), (20, 25_000)]
        .map(|(days, minor)| Instalment { on: opened.plus_days(days), amount: cny(minor) });
    let arrangement = Arrangement { kind: ArrangementKind::Plan, instalments: instalments.to_vec() };
    let plan = ProposeArrangement { case, arrangement, note: text("two instalments") };
    rig.apply("crux", Action::ProposeArrangement(plan)).await;
    rig.apply("duke", Action::ApproveArrangement(ApproveArrangement { case })).await;
    opened
}
