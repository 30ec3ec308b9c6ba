//! The tree against a naive one, and its proofs against a liar.

use std::collections::BTreeMap;

use proptest::collection::{btree_map, vec};
use proptest::prelude::*;
use sha2::{Digest, Sha256};

use super::*;

pub(super) type Model = BTreeMap<Path, ValueHash>;

/// The definition of the root, word by word, with no regard for speed.
fn naive_root(leaves: &[Leaf], bit: usize) -> Hash {
    match leaves {
        [] => [0; 32],
        [(path, value)] => Sha256::digest([&[0u8][..], path, value].concat()).into(),
        [_, _, ..] => {
            let is_left = |leaf: &&Leaf| leaf.0[bit / 8] >> (7 - bit % 8) & 1 == 0;
            let left: Vec<Leaf> = leaves.iter().filter(is_left).copied().collect();
            let right: Vec<Leaf> = leaves.iter().filter(|leaf| !is_left(leaf)).copied().collect();
            if left.is_empty() || right.is_empty() {
                return naive_root(leaves, bit + 1);
            }
            let (left, right) = (naive_root(&left, bit + 1), naive_root(&right, bit + 1));
            Sha256::digest([&[1u8, bit as u8][..], &left, &right].concat()).into()
        }
    }
}

fn root_of_model(model: &Model) -> Hash {
    naive_root(&model.iter().map(|(path, value)| (*path, *value)).collect::<Vec<_>>(), 0)
}

pub(super) fn tree_of(model: &Model) -> StateTree {
    StateTree::from_sorted_leaves(model.iter().map(|(path, value)| (*path, *value))).unwrap()
}

fn hex(hash: &Hash) -> String {
    hash.iter().map(|byte| format!("{byte:02x}")).collect()
}

pub(super) fn numbered(count: u64) -> Model {
    (0..count)
        .map(|number| {
            let salt = [u8::try_from(number % 256).unwrap(); 16];
            (path(7, &number.to_be_bytes()), value_hash(&salt, format!("record {number}").as_bytes()))
        })
        .collect()
}

/// Paths with exactly one bit set, from the last bit up: any two share a prefix as long as can be.
pub(super) fn one_bit_each() -> Model {
    (0..=255u8)
        .map(|bit| {
            let mut path = [0; 32];
            path[31 - usize::from(bit) / 8] = 1 << (bit % 8);
            (path, Sha256::digest([bit]).into())
        })
        .collect()
}

/// Paths of all kinds: spread, crowded in one bucket, and alike but for the last byte.
pub(super) fn any_path() -> impl Strategy<Value = Path> {
    prop_oneof![
        any::<[u8; 32]>(),
        any::<[u8; 2]>().prop_map(|end| {
            let mut path = [0xA5; 32];
            path[30..].copy_from_slice(&end);
            path
        }),
        (any::<u8>(), any::<u8>()).prop_map(|(middle, end)| {
            let mut path = [0; 32];
            (path[2], path[31]) = (middle & 0b11, end);
            path
        }),
    ]
}

pub(super) fn any_model(most: usize) -> impl Strategy<Value = Model> {
    btree_map(any_path(), any::<[u8; 32]>(), 0..most)
}

pub(super) fn any_updates(most: usize) -> impl Strategy<Value = Vec<Update>> {
    vec((any_path(), proptest::option::of(any::<[u8; 32]>())), 0..most)
}

/// Also removes some of what is there, so that updates hit more than by chance.
pub(super) fn with_removals(mut updates: Vec<Update>, model: &Model, every: usize) -> Vec<Update> {
    updates.extend(model.keys().step_by(every).map(|path| (*path, None)));
    updates
}

pub(super) fn apply_to_model(model: &mut Model, updates: &[Update]) {
    for (path, value) in updates {
        match value {
            Some(value) => model.insert(*path, *value),
            None => model.remove(path),
        };
    }
}

pub(super) fn assert_same(tree: &StateTree, model: &Model) {
    assert_eq!(tree.root(), root_of_model(model));
    assert_eq!(tree.len(), model.len());
    assert_eq!(tree.is_empty(), model.is_empty());
    assert!(tree.leaves().map(Result::unwrap).eq(model.iter().map(|(path, value)| (*path, *value))));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn root_equals_the_naive_root(model in any_model(300)) {
        assert_same(&tree_of(&model), &model);
    }

    #[test]
    fn root_does_not_depend_on_the_order_of_insertion(leaves in any_model(120), seed in any::<u64>()) {
        let mut order: Vec<Leaf> = leaves.iter().map(|(path, value)| (*path, *value)).collect();
        order.sort_by_key(|(path, _)| Sha256::digest([&seed.to_be_bytes()[..], path].concat()));
        let mut tree = StateTree::new();
        for (path, value) in order {
            let _undo = tree.apply(&[(path, Some(value))]).unwrap();
        }
        assert_same(&tree, &leaves);
    }

    #[test]
    fn updates_lead_to_the_tree_of_the_updated_content(
        start in any_model(200), updates in any_updates(200), every in 1usize..5,
    ) {
        let updates = with_removals(updates, &start, every);
        let (mut model, mut tree) = (start.clone(), tree_of(&start));
        apply_to_model(&mut model, &updates);
        let _undo = tree.apply(&updates).unwrap();
        assert_same(&tree, &model);
        for (path, _) in &updates {
            prop_assert_eq!(tree.get(path).unwrap(), model.get(path).copied());
        }
    }

    #[test]
    fn undo_restores_content_and_root(
        start in any_model(200), first in any_updates(100), second in any_updates(100), every in 1usize..5,
    ) {
        let mut tree = tree_of(&start);
        let mut middle = start.clone();
        let first = with_removals(first, &start, every);
        apply_to_model(&mut middle, &first);
        let undo_first = tree.apply(&first).unwrap();
        let undo_second = tree.apply(&with_removals(second, &middle, every)).unwrap();
        tree.undo(&undo_second).unwrap();
        assert_same(&tree, &middle);
        tree.undo(&undo_first).unwrap();
        assert_same(&tree, &start);
    }

    #[test]
    fn proofs_show_presence_and_absence(model in any_model(150), strangers in vec(any_path(), 1..20)) {
        let tree = tree_of(&model);
        for path in model.keys().chain(&strangers) {
            let expected = model.get(path).map_or(Presence::Absent, |value| Presence::Present(*value));
            let bytes = borsh::to_vec(&tree.prove(path).unwrap()).unwrap();
            let proof: Proof = borsh::from_slice(&bytes).unwrap();
            prop_assert_eq!(proof.verify(&tree.root(), path), Ok(expected));
        }
    }

    #[test]
    fn a_changed_bit_anywhere_in_a_proof_is_refused(
        model in any_model(60), target in any_path(), byte in any::<prop::sample::Index>(), bit in 0u8..8,
    ) {
        let tree = tree_of(&model);
        let target = model.keys().next().copied().unwrap_or(target);
        let mut bytes = borsh::to_vec(&tree.prove(&target).unwrap()).unwrap();
        let index = byte.index(bytes.len());
        bytes[index] ^= 1 << bit;
        if let Ok(proof) = borsh::from_slice::<Proof>(&bytes) {
            prop_assert!(proof.verify(&tree.root(), &target).is_err());
        }
    }
}

#[test]
fn an_empty_tree_has_the_zero_root_and_proves_absence() {
    let tree = StateTree::new();
    assert_eq!(tree.root(), [0; 32]);
    assert_same(&tree, &Model::new());
    let target = path(1, b"anything");
    assert_eq!(tree.prove(&target).unwrap(), Proof { leaf: None, steps: vec![] });
    assert_eq!(tree.prove(&target).unwrap().verify(&tree.root(), &target), Ok(Presence::Absent));
}

#[test]
fn a_tree_of_one_leaf_has_the_leaf_as_root() {
    let (path, value) = (path(1, b"only"), [9; 32]);
    let mut tree = StateTree::new();
    let _undo = tree.apply(&[(path, Some(value))]).unwrap();
    let leaf: Hash = Sha256::digest([&[0u8][..], &path, &value].concat()).into();
    assert_eq!(tree.root(), leaf);
    assert_eq!(tree.prove(&path).unwrap(), Proof { leaf: Some((path, value)), steps: vec![] });
    assert_eq!(tree.prove(&[0; 32]).unwrap().verify(&leaf, &[0; 32]), Ok(Presence::Absent));
}

#[test]
fn paths_that_share_long_prefixes_split_and_join() {
    let model = one_bit_each();
    let mut tree = StateTree::new();
    let mut grown = Model::new();
    for (path, value) in &model {
        let _undo = tree.apply(&[(*path, Some(*value))]).unwrap();
        grown.insert(*path, *value);
        assert_eq!(tree.root(), root_of_model(&grown));
    }
    assert_same(&tree, &model);
    assert_eq!(
        tree.prove(&[0; 32]).unwrap().steps.len(),
        255,
        "the deepest leaf has a node at every bit but one"
    );
    for path in model.keys() {
        assert_eq!(tree.prove(path).unwrap().verify(&tree.root(), path), Ok(Presence::Present(model[path])));
    }
    for path in model.keys() {
        let _undo = tree.apply(&[(*path, None)]).unwrap();
        grown.remove(path);
        assert_eq!(tree.root(), root_of_model(&grown));
    }
    assert_same(&tree, &Model::new());
}

#[test]
fn roots_never_change_meaning() {
    // Computed by an independent program in another language from the definition alone.
    let pinned = [
        (1, "f7fab1aae68b86cb041af89b4a2ab8e163112124a600a24b4331f906d18ce5a8"),
        (2, "29b29bd013ea93e37912b820fdcf7ab2e550c2fa05109313854a389f19e2df76"),
        (3, "d6589543fad4052e7697e17afce10485082ca1b69431c1dc57e50c08707080f9"),
        (100, "821ef3f7fc9ff102a87e5fba16f634936352644d521d3380576b06500a207e5e"),
        (1_000, "2f5a9b3f96f62aeab70c5cad2218ee3c4fb4a33b4dc8974a9638162527bdb688"),
        (20_000, "a0c623c4e641305e7170a730bb3f1b45378594b07af1cee80bccb3f63a082508"),
    ];
    for (count, root) in pinned {
        assert_eq!(hex(&tree_of(&numbered(count)).root()), root, "{count} leaves");
    }
    let crafted = "4e829ecf39a88e7d314ffd8588b6d4d329a22754d8e0e786553612b6e4cdac26";
    assert_eq!(hex(&tree_of(&one_bit_each()).root()), crafted);
}

#[test]
fn paths_and_value_hashes_never_change_meaning() {
    let salt = std::array::from_fn(|index| u8::try_from(index).unwrap());
    let pinned = [
        (path(1, b""), "957b88b12730e646e0f33d3618b77dfa579e8231e3c59c7104be7165611c8027"),
        (path(3, b"alpha"), "cc92d77b8cec57a3d789defd2708551e9c9e41bec14e9c5571010127ba927972"),
        (value_hash(&salt, b"record"), "99847e4d59bf0ec59ef9ef80aa60d8adbb64f3c641a9c281104fa92557e1b31c"),
    ];
    for (hash, text) in pinned {
        assert_eq!(hex(&hash), text);
    }
}

#[test]
fn leaves_out_of_order_or_doubled_are_refused() {
    let (low, high) = (([1; 32], [0; 32]), ([2; 32], [0; 32]));
    for leaves in [[high, low], [low, low]] {
        let refusal = StateTree::from_sorted_leaves(leaves).unwrap_err();
        assert_eq!(refusal, TreeError::OutOfOrder { index: 1, path: low.0 });
    }
}

#[test]
fn of_two_updates_for_one_path_the_later_counts() {
    let path = [7; 32];
    let mut tree = StateTree::new();
    let undo = tree.apply(&[(path, Some([1; 32])), ([0; 32], Some([3; 32])), (path, Some([2; 32]))]).unwrap();
    assert_eq!((tree.get(&path).unwrap(), tree.len()), (Some([2; 32]), 2));
    tree.undo(&undo).unwrap();
    assert_eq!(tree.root(), EMPTY_ROOT);
}

#[test]
fn an_undo_out_of_turn_is_refused_and_changes_nothing() {
    let mut tree = StateTree::new();
    let first = tree.apply(&[([1; 32], Some([1; 32]))]).unwrap();
    let _second = tree.apply(&[([2; 32], Some([2; 32]))]).unwrap();
    let root = tree.root();
    assert!(matches!(tree.undo(&first), Err(TreeError::UndoOutOfOrder { .. })));
    assert_eq!((tree.root(), tree.len()), (root, 2));
}

/// Each lie about a proof, and what the verifier answers.
#[test]
fn every_lie_in_a_proof_is_named() {
    type Lie = (&'static str, fn(&mut Proof, &mut Path), fn(&ProofError) -> bool);
    let lies: [Lie; 11] = [
        ("another value", |proof, _| proof.leaf.as_mut().unwrap().1[0] ^= 1, other_root),
        ("another sibling", |proof, _| proof.steps[2].sibling[31] ^= 1, other_root),
        ("a step left out", |proof, _| _ = proof.steps.remove(1), other_root),
        ("the last step left out", |proof, _| _ = proof.steps.pop(), other_root),
        ("a step doubled", |proof, _| proof.steps.insert(1, proof.steps[1].clone()), not_below),
        ("two steps swapped", |proof, _| proof.steps.swap(0, 1), not_below),
        ("a bit as low as the next", |proof, _| proof.steps[0].bit = proof.steps[1].bit, not_below),
        ("no leaf", |proof, _| proof.leaf = None, no_leaf),
        ("nothing at all", |proof, _| *proof = Proof { leaf: None, steps: vec![] }, other_root),
        ("another path on the other side", |_, path| path[0] ^= 0x80, off_the_way),
        ("absence by another leaf", |proof, _| proof.leaf.as_mut().unwrap().0[0] ^= 0x80, off_the_way),
    ];
    let tree = tree_of(&numbered(100));
    let (honest_path, _) = tree.leaves().nth(40).unwrap().unwrap();
    for (name, lie, expected) in lies {
        let (mut proof, mut path) = (tree.prove(&honest_path).unwrap(), honest_path);
        lie(&mut proof, &mut path);
        let error = proof.verify(&tree.root(), &path).expect_err(name);
        assert!(expected(&error), "{name}: {error}");
    }
}

fn other_root(error: &ProofError) -> bool {
    matches!(error, ProofError::OtherRoot { .. })
}

fn not_below(error: &ProofError) -> bool {
    matches!(error, ProofError::StepNotBelow { .. })
}

fn off_the_way(error: &ProofError) -> bool {
    matches!(error, ProofError::OffTheWay { .. })
}

fn no_leaf(error: &ProofError) -> bool {
    matches!(error, ProofError::StepsWithoutLeaf { .. })
}

#[test]
fn absence_cannot_be_shown_for_a_path_that_is_present() {
    let model = numbered(200);
    let tree = tree_of(&model);
    let (target, _) = tree.leaves().nth(77).unwrap().unwrap();
    for other in model.keys().filter(|path| **path != target) {
        let foreign = tree.prove(other).unwrap();
        assert!(foreign.verify(&tree.root(), &target).is_err(), "a neighbour's proof must not serve");
    }
}

#[test]
fn a_tree_that_outgrows_its_buckets_has_the_same_root_proofs_and_undo() {
    let model = numbered(70_000);
    let leaves: Vec<Leaf> = model.iter().map(|(path, value)| (*path, *value)).collect();
    let expected = naive_root(&leaves, 0);
    let whole = tree_of(&model);
    assert_eq!(whole.root(), expected);
    // 4,096 buckets of 8 hold 32,768: regions divide theirs on the way, in the middle of a block's updates
    let mut tree = StateTree::new();
    let mut undos = Vec::new();
    for updates in leaves.chunks(9_000) {
        let before = tree.root();
        let updates: Vec<Update> = updates.iter().map(|(path, value)| (*path, Some(*value))).collect();
        undos.push((before, tree.apply(&updates).unwrap()));
    }
    assert!(tree.regions.iter().filter(|region| region.bits() > 0).count() > 4_000);
    assert_eq!((tree.root(), tree.len()), (expected, leaves.len()));
    assert!(tree.leaves().map(Result::unwrap).eq(leaves.iter().copied()));
    for (path, value) in leaves.iter().step_by(7_001) {
        assert_eq!(tree.get(path).unwrap(), Some(*value));
        assert_eq!(tree.prove(path).unwrap(), whole.prove(path).unwrap());
    }
    for (before, undo) in undos.into_iter().rev() {
        tree.undo(&undo).unwrap();
        assert_eq!(tree.root(), before);
    }
    assert!(tree.is_empty());
}
