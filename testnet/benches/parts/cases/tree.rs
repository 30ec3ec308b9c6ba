//! The state tree alone: a block's worth of keys, half of them new, and proofs.
use super::{Case, case};
use crate::meter::Run;
use tally_contracts::tree::{Leaf, Presence, Proof, StateTree, Update};
use tally_contracts::types::Hash;

/// Keys of one update: what some 300 split-and-pays change.
const KEYS: u32 = 1_000;
const PROOFS: u32 = 100;

pub fn cases() -> Vec<Case> {
    vec![
        case("tree update, 10^3 leaves", KEYS, || update(1_000)),
        case("tree update, 10^5 leaves", KEYS, || update(100_000)),
        case("tree update, 10^6 leaves", KEYS, || update(1_000_000)),
        case("tree proof, 10^5 leaves", PROOFS, prove),
        case("tree proof verified, 10^5 leaves", PROOFS, verify),
    ]
}

fn update(leaves: u32) -> Run {
    let mut tree = tree(leaves);
    let updates = updates(leaves);
    Box::new(move |meter| {
        let undo = meter.measure(|| tree.apply(&updates)).expect("it is in memory");
        tree.undo(&undo).expect("it is the latest");
    })
}

fn prove() -> Run {
    let tree = tree(100_000);
    Box::new(move |meter| {
        meter.measure(|| (0..PROOFS).map(|number| proof(&tree, number)).collect::<Vec<_>>());
    })
}

fn verify() -> Run {
    let tree = tree(100_000);
    let root = tree.root();
    let proofs: Vec<_> = (0..PROOFS).map(|number| (leaf(number), proof(&tree, number))).collect();
    Box::new(move |meter| {
        let shown: Vec<_> =
            meter.measure(|| proofs.iter().map(|((path, _), proof)| proof.verify(&root, path)).collect());
        assert!(shown.iter().all(|shown| matches!(shown, Ok(Presence::Present(_)))));
    })
}

/// Half of the keys are the tree's oldest, half are new.
fn updates(leaves: u32) -> Vec<Update> {
    let numbers = (0..KEYS / 2).chain(leaves..leaves + KEYS / 2);
    let mut updates: Vec<Update> =
        numbers.map(|number| (leaf(number).0, Some(Hash::of(b"another value").0))).collect();
    updates.sort_unstable();
    updates
}

fn tree(leaves: u32) -> StateTree {
    let mut leaves: Vec<Leaf> = (0..leaves).map(leaf).collect();
    leaves.sort_unstable();
    StateTree::from_sorted_leaves(leaves).expect("sorted leaves")
}

fn proof(tree: &StateTree, number: u32) -> Proof {
    tree.prove(&leaf(number).0).expect("it is in memory")
}

fn leaf(number: u32) -> Leaf {
    (Hash::of(&number.to_be_bytes()).0, [7; 32])
}
