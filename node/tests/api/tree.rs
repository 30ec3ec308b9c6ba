//! The split tree and the history of a receivable that was split, moved, sold and merged.
use crate::rig::{Rig, cny, in_time, member};
use tally_contracts::Action;
use tally_contracts::financing::DiscountTranche;
use tally_contracts::tranche::{AcceptTransfer, MergeTranches, Offer, Part, Recourse, SplitTranche};
use tally_contracts::types::{Hash, TrancheId};
use tally_proto::v1::receivable::receivable_service_client::ReceivableServiceClient;
use tally_proto::v1::receivable::{
    GetReceivableTreeRequest, ListReceivableHistoryRequest, TrancheFate, TreeNode,
};

fn keep(minor: u64) -> Part {
    Part { face: cny(minor), pay: None }
}

fn pay(minor: u64, to: &str) -> Part {
    let offer = Offer { to: member(to), recourse: Recourse::None, trade_reference: Some(Hash([5; 32])) };
    Part { face: cny(minor), pay: Some(offer) }
}

async fn with_history() -> Rig {
    let rig = Rig::start().await;
    rig.accept_always().await;
    rig.apply("bank-a", rig.open_facility("bank-a", 10_000_000, 43_500)).await;
    rig.apply("alpha", rig.issue(1, 1_000_000, 150)).await;
    let parts = vec![pay(300_000, "gamma"), keep(200_000), keep(500_000)];
    rig.apply("beta", Action::SplitTranche(SplitTranche { tranche: TrancheId::new(1), parts })).await;
    rig.apply("gamma", Action::AcceptTransfer(AcceptTransfer { tranche: TrancheId::new(2) })).await;
    let tranches = vec![TrancheId::new(3), TrancheId::new(4)];
    rig.apply("beta", Action::MergeTranches(MergeTranches { tranches })).await;
    let sale = DiscountTranche {
        tranche: TrancheId::new(5),
        amount: cny(400_000),
        min_proceeds: cny(1),
        facility: None,
        allow_partial_fills: false,
    };
    rig.apply("beta", Action::DiscountTranche(sale)).await;
    rig
}

#[tokio::test(flavor = "multi_thread")]
async fn the_tree_shows_every_tranche_with_parents_faces_holders_and_moves() {
    let rig = with_history().await;
    let mut client = ReceivableServiceClient::new(rig.channel.clone());
    let tree = in_time(client.get_receivable_tree(GetReceivableTreeRequest { receivable: 1 }))
        .await
        .unwrap()
        .into_inner();
    let row = |node: &TreeNode| {
        let face = node.face.as_ref().unwrap().minor_units;
        (node.tranche, node.parents.clone(), face, node.holder.clone(), node.fate(), node.moves.len())
    };
    let rows: Vec<_> = tree.nodes.iter().map(row).collect();
    let expected = [
        (1, vec![], 1_000_000, "beta", TrancheFate::Split, 0),
        (2, vec![1], 300_000, "gamma", TrancheFate::Open, 1),
        (3, vec![1], 200_000, "beta", TrancheFate::Merged, 0),
        (4, vec![1], 500_000, "beta", TrancheFate::Merged, 0),
        (5, vec![3, 4], 700_000, "beta", TrancheFate::Split, 0),
        (6, vec![5], 400_000, "bank-a", TrancheFate::Open, 1),
        (7, vec![5], 300_000, "beta", TrancheFate::Open, 0),
    ];
    let expected: Vec<_> = expected
        .into_iter()
        .map(|(id, parents, face, holder, fate, moves)| (id, parents, face, holder.to_owned(), fate, moves))
        .collect();
    assert_eq!(rows, expected);
    let sale = &tree.nodes[5].moves[0];
    assert_eq!((sale.from.as_str(), sale.to.as_str(), sale.facility), ("beta", "bank-a", Some(1)));
    assert!(sale.proceeds.as_ref().unwrap().minor_units > 390_000);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_history_is_paged_oldest_first_and_complete() {
    let rig = with_history().await;
    let mut client = ReceivableServiceClient::new(rig.channel.clone());
    let mut read = async |size| {
        let (mut events, mut token) = (Vec::new(), String::new());
        loop {
            let request = ListReceivableHistoryRequest { receivable: 1, page_size: size, page_token: token };
            let page = in_time(client.list_receivable_history(request)).await.unwrap().into_inner();
            events.extend(page.events);
            token = page.next_page_token;
            if token.is_empty() {
                return events;
            }
        }
    };
    let whole = read(0).await;
    assert_eq!(read(2).await, whole);
    assert!(whole.len() >= 8, "{whole:?}");
    let cursors: Vec<tally_proto::convert::Cursor> =
        whole.iter().map(|event| event.cursor.parse().unwrap()).collect();
    assert!(cursors.is_sorted_by(|left, right| left < right));
    assert!(whole.iter().all(|event| event.event.as_ref().unwrap().receivable == Some(1)));
    let unknown = ListReceivableHistoryRequest { receivable: 9, ..Default::default() };
    assert_eq!(
        in_time(client.list_receivable_history(unknown)).await.unwrap_err().code(),
        tonic::Code::NotFound
    );
}
