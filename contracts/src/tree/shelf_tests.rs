//! A tree with a shelf against one without, and shelves that fail or lie.
#![allow(clippy::disallowed_types, reason = "the test looks into the shelf that the tree owns")]

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};

use proptest::prelude::*;

use super::bucket::Bucket;
use super::limits::{BUCKET_MEMORY_BYTES, LEAF_MEMORY_BYTES, SHELVED_LEAVES_MAX};
use super::tests::{
    Model, any_model, any_path, any_updates, apply_to_model, assert_same, numbered, one_bit_each, tree_of,
    with_removals,
};
use super::*;

/// Pages in memory, shared with the test.
#[derive(Clone, Debug, Default)]
struct Pages(Arc<Mutex<Held>>);

#[derive(Debug, Default)]
struct Held {
    pages: BTreeMap<u64, Vec<u8>>,
    /// Calls that succeed before all others fail.
    calls_left: Option<u32>,
    reads: u32,
    /// Said to be read soon, and not read yet.
    expected: BTreeSet<u64>,
    /// Read without a word.
    surprises: u32,
}

impl Held {
    fn call(&mut self) -> Result<(), ShelfError> {
        match &mut self.calls_left {
            Some(0) => Err(ShelfError::Storage { detail: "the disk is gone".to_owned() }),
            Some(left) => {
                *left -= 1;
                Ok(())
            }
            None => Ok(()),
        }
    }
}

impl Pages {
    fn held(&self) -> std::sync::MutexGuard<'_, Held> {
        self.0.lock().unwrap()
    }
}

impl Shelf for Pages {
    fn put(&mut self, page: u64, bytes: &[u8]) -> Result<(), ShelfError> {
        assert!(bytes.len() <= PAGE_BYTES);
        let mut held = self.held();
        held.call()?;
        held.pages.insert(page, bytes.to_vec());
        Ok(())
    }

    fn expect(&self, page: u64) {
        self.held().expected.insert(page);
    }

    fn read(&self, page: u64, bytes: &mut [u8]) -> Result<(), ShelfError> {
        let mut held = self.held();
        held.call()?;
        held.reads += 1;
        held.surprises += u32::from(!held.expected.remove(&page));
        bytes.copy_from_slice(&held.pages[&page][..bytes.len()]);
        Ok(())
    }
}

/// An empty tree in which so many leaves may stay; its index has 4,096 buckets.
fn tree_with_room(leaves: usize) -> (StateTree, Pages) {
    let pages = Pages::default();
    let memory = (BUCKET_MEMORY_BYTES << REGION_BITS) + leaves * LEAF_MEMORY_BYTES;
    (StateTree::with_shelf(Box::new(pages.clone()), memory), pages)
}

/// The model's tree with room for so many leaves.
fn shelved(model: &Model, leaves: usize) -> (StateTree, Pages) {
    let (tree, pages) = tree_with_room(leaves);
    let mut builder = TreeBuilder::new(tree, model.len());
    for (path, value) in model {
        builder.push((*path, *value)).unwrap();
    }
    (builder.finish().unwrap(), pages)
}

fn insertions(model: &Model) -> Vec<Update> {
    model.iter().map(|(path, value)| (*path, Some(*value))).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn a_shelf_changes_no_root_no_proof_and_no_undo(
        start in any_model(200),
        room in prop_oneof![Just(0usize), 1usize..20, 20usize..300],
        blocks in prop::collection::vec((any_updates(40), 1usize..9, any::<bool>()), 1..8),
        strangers in prop::collection::vec(any_path(), 1..6),
    ) {
        let (mut tree, _pages) = shelved(&start, room);
        let mut plain = tree_of(&start);
        let mut model = start;
        for (updates, every, is_undone) in blocks {
            let updates = with_removals(updates, &model, every);
            let before = (model.clone(), plain.root());
            let undo = (tree.apply(&updates).unwrap(), plain.apply(&updates).unwrap());
            prop_assert_eq!(tree.root(), plain.root());
            if is_undone {
                tree.undo(&undo.0).unwrap();
                plain.undo(&undo.1).unwrap();
                prop_assert_eq!(tree.root(), before.1);
                model = before.0;
            } else {
                apply_to_model(&mut model, &updates);
            }
            // what a block brought in stays until the next one
            prop_assert!(tree.resident() <= room + touched(&tree, &updates));
            for path in model.keys().step_by(7).chain(&strangers) {
                prop_assert_eq!(tree.get(path).unwrap(), model.get(path).copied());
                prop_assert_eq!(tree.prove(path).unwrap(), plain.prove(path).unwrap());
            }
        }
        assert_same(&tree, &model);
        let rebuilt = StateTree::from_sorted_leaves(tree.leaves().map(Result::unwrap)).unwrap();
        prop_assert_eq!(rebuilt.root(), tree.root());
    }

    #[test]
    fn a_shelf_that_fails_leaves_the_tree_as_it_was_and_can_go_on_once_it_works(
        start in any_model(120), updates in any_updates(60), every in 1usize..5,
    ) {
        let (mut tree, pages) = shelved(&start, 0);
        let updates = with_removals(updates, &start, every);
        let root = tree.root();
        for calls in 0.. {
            pages.held().calls_left = Some(calls);
            let applied = tree.apply(&updates);
            pages.held().calls_left = None;
            if let Ok(undo) = applied {
                let mut model = start.clone();
                apply_to_model(&mut model, &updates);
                assert_same(&tree, &model);
                tree.undo(&undo).unwrap();
                break;
            }
            prop_assert!(is_gone(applied.err().as_ref()));
            prop_assert_eq!(tree.root(), root);
        }
        assert_same(&tree, &start);
    }
}

fn is_gone(error: Option<&TreeError>) -> bool {
    matches!(error, Some(TreeError::Shelf(ShelfError::Storage { .. })))
}

/// Leaves in the buckets that these updates touch, removed ones included.
fn touched(tree: &StateTree, updates: &[Update]) -> usize {
    let buckets: BTreeSet<(usize, usize)> = updates.iter().map(|(path, _)| tree.bucket_of(path)).collect();
    let leaves = |(region, bucket): &(usize, usize)| match &tree.regions[*region].buckets()[*bucket] {
        Bucket::Resident(subtree) => subtree.len(),
        Bucket::Shelved(_) => 0,
    };
    buckets.iter().map(leaves).sum::<usize>() + updates.len()
}

#[test]
fn an_undo_that_fails_can_be_tried_again() {
    let model = numbered(500);
    let (mut tree, pages) = shelved(&model, 0);
    let root = tree.root();
    let (first, other) = (*model.keys().next().unwrap(), *model.keys().last().unwrap());
    let undo = tree.apply(&[(first, None)]).unwrap();
    let after = tree.root();
    // the block's bucket goes to the shelf when another one is looked at
    let _same = tree.apply(&[(other, Some(model[&other]))]).unwrap();
    pages.held().calls_left = Some(0);
    assert!(is_gone(tree.undo(&undo).err().as_ref()));
    assert_eq!(tree.root(), after);
    pages.held().calls_left = None;
    tree.undo(&undo).unwrap();
    assert_eq!(tree.root(), root);
}

#[test]
fn memory_keeps_to_its_limit_while_leaves_become_many() {
    const ROOM: usize = 5_000;
    const BLOCK: usize = 500;
    let model = numbered(60_000);
    let (mut tree, pages) = tree_with_room(ROOM);
    let updates = insertions(&model);
    for block in updates.chunks(BLOCK) {
        let _undo = tree.apply(block).unwrap();
        // each update may have brought its bucket back, with some fifteen leaves at the end
        assert!(tree.resident() <= ROOM + BLOCK * 16, "{} of {}", tree.resident(), tree.len());
    }
    assert_eq!(tree.len(), 60_000);
    assert!(!pages.held().pages.is_empty());
    assert_eq!(tree.root(), tree_of(&model).root());
    assert!(tree.regions.iter().all(|region| region.bits() == 0), "what is shelved is not divided");
}

#[test]
fn what_is_used_in_every_block_is_not_read_again() {
    let model = numbered(20_000);
    let (mut tree, pages) = shelved(&model, 4_000);
    let hot: Vec<Update> = model.iter().step_by(200).map(|(path, value)| (*path, Some(*value))).collect();
    let _undo = tree.apply(&hot).unwrap();
    for block in 0..200u8 {
        let _undo = tree.apply(&[(path(9, &[block]), Some([block; 32]))]).unwrap();
        let before = pages.held().reads;
        let _undo = tree.apply(&hot).unwrap();
        assert_eq!(pages.held().reads, before, "block {block}");
    }
    assert!(pages.held().reads > 200, "the others came and went");
}

#[test]
fn a_block_says_at_once_which_pages_it_will_read() {
    let model = numbered(40_000);
    let (mut tree, pages) = shelved(&model, 0);
    let all: Vec<Update> = model.iter().step_by(9).map(|(path, value)| (*path, Some(*value))).collect();
    for block in all.chunks(700) {
        let _undo = tree.apply(block).unwrap();
    }
    let held = pages.held();
    assert!(held.reads > 4_000, "{} pages were read", held.reads);
    assert_eq!((held.surprises, held.expected.len()), (0, 0), "surprises, and pages expected in vain");
}

#[test]
fn a_region_has_all_its_buckets_when_the_first_of_its_leaves_is_shelved_and_others_wait() {
    let model = numbered(32_000);
    let pages = Pages::default();
    let mut tree = StateTree::with_shelf(Box::new(pages.clone()), 4_000_000);
    let mut grown = Model::new();
    let mut divided = Vec::new();
    for block in insertions(&model).chunks(500) {
        apply_to_model(&mut grown, block);
        let _undo = tree.apply(block).unwrap();
        for region in &tree.regions {
            let is_shelved = region.buckets().iter().any(|bucket| matches!(bucket, Bucket::Shelved(_)));
            assert!(!is_shelved || region.bits() == 2, "a quarter of a bucket has a page of its own");
        }
        if !pages.held().pages.is_empty() {
            divided.push(tree.regions.iter().filter(|region| region.bits() == 2).count());
        }
    }
    assert!(divided[0] < 1_000 && divided.last().unwrap() > &1_500, "no block divides all: {divided:?}");
    assert_eq!(tree.root(), tree_of(&grown).root());
    assert_same(&tree, &model);
}

#[test]
fn a_page_that_changed_on_the_shelf_is_never_believed() {
    let model = numbered(2_000);
    let (mut tree, pages) = shelved(&model, 0);
    let (target, root) = (*model.keys().nth(1_000).unwrap(), tree.root());
    let (index, _) = tree.bucket_of(&target);
    let page = u64::try_from(index).unwrap();
    let whole = pages.held().pages[&page].clone();
    let other = pages.held().pages.iter().find(|(number, _)| **number != page).unwrap().1.clone();
    let mut lies: Vec<Vec<u8>> = (0..whole.len()).map(|at| flipped(&whole, at)).collect();
    lies.push(vec![0; PAGE_BYTES]);
    lies.push(vec![255; PAGE_BYTES]);
    lies.push([other, vec![0; PAGE_BYTES]].concat());
    let damaged = TreeError::Shelf(ShelfError::Damaged { bucket: index });
    for lie in lies {
        pages.held().pages.insert(page, lie);
        assert_eq!(tree.get(&target), Err(damaged.clone()));
        assert_eq!(tree.prove(&target), Err(damaged.clone()));
        assert_eq!(tree.apply(&[(target, None)]).err(), Some(damaged.clone()));
        assert_eq!(tree.leaves().find_map(Result::err), Some(damaged.clone()));
        assert_eq!(tree.leaves().last(), Some(Err(damaged.clone())), "nothing follows an error");
        assert_eq!(tree.root(), root);
    }
    pages.held().pages.insert(page, whole);
    let _undo = tree.apply(&[(target, None)]).unwrap();
    assert_eq!(tree.get(&target), Ok(None));
}

fn flipped(bytes: &[u8], at: usize) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    bytes[at] ^= 1;
    bytes
}

#[test]
fn a_bucket_of_many_pages_comes_back_whole_and_one_beyond_measure_stays() {
    let crowded = one_bit_each();
    let (mut tree, pages) = shelved(&crowded, 0);
    assert!(pages.held().pages.keys().any(|page| *page >= 4_096), "further pages lie on further floors");
    assert_same(&tree, &crowded);
    let mut model = crowded;
    let number = |number: u32| {
        let mut path = [0xEE; 32];
        path[28..].copy_from_slice(&number.to_be_bytes());
        (path, [1; 32])
    };
    let more: Model = (0..=SHELVED_LEAVES_MAX).map(number).collect();
    for block in insertions(&more).chunks(100) {
        let _undo = tree.apply(block).unwrap();
    }
    model.extend(&more);
    let _undo = tree.apply(&[([0x11; 32], Some([1; 32]))]).unwrap();
    model.insert([0x11; 32], [1; 32]);
    assert!(tree.resident() > usize::try_from(SHELVED_LEAVES_MAX).unwrap());
    assert_same(&tree, &model);
}

#[test]
fn a_tree_is_built_within_its_memory_whatever_was_expected() {
    let model = numbered(40_000);
    let expected = tree_of(&model).root();
    for guess in [0, 40_000, 1_000_000] {
        for memory in [0, 1_000_000, 4_000_000, usize::MAX] {
            let tree = StateTree::with_shelf(Box::new(Pages::default()), memory);
            let mut builder = TreeBuilder::new(tree, guess);
            for (path, value) in &model {
                builder.push((*path, *value)).unwrap();
            }
            let tree = builder.finish().unwrap();
            assert_eq!((tree.root(), tree.len()), (expected, model.len()), "{guess} {memory}");
            let bits = tree.regions.iter().map(|region| REGION_BITS + region.bits()).max().unwrap();
            let most = memory.saturating_sub(BUCKET_MEMORY_BYTES << bits) / LEAF_MEMORY_BYTES;
            assert!(tree.resident() <= most, "{guess} {memory}: {} leaves", tree.resident());
        }
    }
}

#[test]
fn building_on_a_shelf_that_fails_says_so() {
    let (tree, pages) = tree_with_room(10);
    pages.held().calls_left = Some(5);
    let mut builder = TreeBuilder::new(tree, 0);
    let failed = numbered(1_000).into_iter().find_map(|leaf| builder.push(leaf).err());
    assert!(is_gone(failed.as_ref()));
}

#[test]
fn a_bucket_takes_no_more_memory_than_is_counted() {
    // with the hash above it and its mark
    assert_eq!(size_of::<Bucket>() + size_of::<Hash>() + size_of::<bool>(), BUCKET_MEMORY_BYTES);
}
