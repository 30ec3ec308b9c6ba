//! What single readers see, in words.
use super::world::trading;
use crate::access::call;
use crate::rig::REGULATOR;
use prost::Message;
use tally_proto::v1::{common, facility, ledger, receivable};
use tonic::Code;

#[tokio::test(flavor = "multi_thread")]
async fn a_second_tier_supplier_sees_neither_invoices_nor_siblings_nor_prices() {
    let rig = trading().await;
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
    let rig = trading().await;
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
    let rig = trading().await;
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

#[tokio::test(flavor = "multi_thread")]
async fn who_operates_the_validators_reads_as_its_member_and_no_more() {
    let rig = trading().await;
    let operator = rig.line("bank-a").await;
    let validators = rig.ledger.tip().validators.validators.clone();
    assert!(validators.iter().all(|one| one.member.as_str() == "bank-a"), "it operates all of them");
    let of_others = [
        ("facility.v1.FacilityService/GetFacility", 2),
        ("tranche.v1.TrancheService/GetTranche", 3),
        ("financing.v1.FinancingService/GetLien", 3),
    ];
    for (method, number) in of_others {
        // every one of these requests is a number in its first field
        let request = facility::GetFacilityRequest { facility: number }.encode_to_vec();
        let status = call(operator.clone(), &format!("/tally.{method}"), request).await.unwrap_err();
        assert_eq!(status.code(), Code::NotFound, "{method}");
    }
    let split = ledger::GetBlockRequest { height: 6 };
    let mut client = ledger::ledger_service_client::LedgerServiceClient::new(operator);
    let block = client.get_block(split).await.unwrap().into_inner().block.unwrap();
    assert!(block.transactions.iter().all(|one| one.encoded.is_empty() && one.receipt.is_none()));
}
