//! Determinism: the same blocks give the same receipts and roots, wherever and however often they run.
//!
//! `UPDATE_EXPECT=1 cargo test -p tally-contracts --test determinism` rewrites `golden/story.roots`. Roots change
//! only with a decision to change the protocol: records, receipts, order of checks, salts.
mod common;

use common::ledger::{Ledger, Recorded, receipts_root};
use common::script::Stage;
use expect_test::expect_file;
use std::fmt::Write;
use tally_contracts::policy::Policy;
use tally_contracts::state::Key;
use tally_contracts::tree::StateTree;
use tally_contracts::types::{Hash, TrancheId, tagged_hash};
use tally_contracts::{BlockContext, Fault, ReceiptSource, execute_block};

const STORY: &str = include_str!("golden/story.script");

/// The story's blocks, with what they did.
fn story() -> (Ledger, Vec<Recorded>) {
    let mut stage = Stage::rulebook();
    stage.ledger.records = true;
    stage.run(STORY);
    let blocks = std::mem::take(&mut stage.ledger.blocks);
    (stage.ledger, blocks)
}

fn fresh() -> Ledger {
    Ledger::new(&common::cast::genesis(vec![Policy::rulebook()]))
}

#[test]
fn the_recorded_story_has_the_recorded_roots() {
    let (_, blocks) = story();
    let mut roots = String::new();
    for block in &blocks {
        let refused: Vec<&str> =
            block.receipts.iter().filter_map(|it| it.rejection()).map(|it| it.kind().reason).collect();
        let (height, receipts, state) = (block.context.height, block.receipts_root, block.state_root);
        writeln!(roots, "{height} receipts {receipts} state {state} {}", refused.join(" ")).unwrap();
    }
    expect_file!["golden/story.roots"].assert_eq(&roots.replace(" \n", "\n"));
}

#[test]
fn the_story_ends_as_a_person_would_expect() {
    let mut stage = Stage::rulebook();
    let outcome = stage.run(STORY) + &stage.run("show receivables\nshow facilities\nshow money\nshow queue");
    expect_file!["golden/story.outcome"].assert_eq(&outcome);
}

#[test]
fn the_same_blocks_twice_give_the_same_state_and_roots() {
    let (first, blocks) = story();
    let mut second = fresh();
    for block in &blocks {
        second.time = block.context.time;
        let receipts = second.block(&block.transactions);
        assert_eq!(receipts, block.receipts);
        assert_eq!(Hash(second.tree.root()), block.state_root);
    }
    assert_eq!(second.state, first.state, "records, salts and index rows");
}

#[test]
fn however_many_threads_execute_the_same_blocks_each_comes_to_the_same_roots() {
    let (_, blocks) = story();
    let blocks = &blocks;
    for threads in [1, 2, 8] {
        std::thread::scope(|scope| {
            for _ in 0..threads {
                scope.spawn(|| {
                    let mut ledger = fresh();
                    for block in blocks {
                        ledger.time = block.context.time;
                        assert_eq!(ledger.block(&block.transactions), block.receipts);
                        assert_eq!(Hash(ledger.tree.root()), block.state_root, "{threads} threads");
                    }
                });
            }
        });
    }
}

#[test]
fn a_block_taken_back_and_executed_again_on_a_cold_tree_is_the_same() {
    let (_, blocks) = story();
    let mut ledger = fresh();
    for block in &blocks {
        let before = Hash(ledger.tree.root());
        let again = execute_block(&ledger.state, &mut ledger.tree, block.context, &block.transactions);
        let again = again.expect("no fault");
        assert_eq!(again.state_root, block.state_root);
        ledger.tree.undo(&again.undo).expect("the latest block");
        assert_eq!(Hash(ledger.tree.root()), before);
        ledger.tree = StateTree::from_sorted_leaves(ledger.state.leaves()).expect("sorted leaves");
        ledger.time = block.context.time;
        let receipts = ledger.block(&block.transactions);
        assert_eq!(receipts_root(&receipts), block.receipts_root);
        assert_eq!(Hash(ledger.tree.root()), block.state_root);
    }
}

#[test]
fn a_refused_transaction_leaves_no_trace_but_its_receipt() {
    let (first, blocks) = story();
    let mut without = fresh();
    let mut refused = 0;
    for block in &blocks {
        let is_applied = |position: usize| block.receipts[position].rejection().is_none();
        let transactions = block.transactions.iter().enumerate();
        let applied: Vec<_> =
            transactions.filter(|(at, _)| is_applied(*at)).map(|(_, it)| it.clone()).collect();
        refused += block.transactions.len() - applied.len();
        without.time = block.context.time;
        let receipts = without.block(&applied);
        let kept: Vec<_> = block.receipts.iter().filter(|it| it.rejection().is_none()).cloned().collect();
        assert_eq!(receipts, kept);
        assert_eq!(Hash(without.tree.root()), block.state_root, "{}", block.context.height);
    }
    assert!(refused >= 5, "the story has refusals: {refused}");
    assert_eq!(without.state, first.state);
}

#[test]
fn a_block_split_in_two_differs_in_nothing_but_heights() {
    // the order of transactions counts, the cut between blocks does not: same receipts, one block's end more
    let together = "together
         alpha submits 10.00 on acme due 2026-06-17 inv A1
         beta submits 20.00 on acme due 2026-06-17 inv B1
         end";
    let mut one = Stage::rulebook();
    one.run(together);
    let mut two = Stage::rulebook();
    two.run("alpha submits 10.00 on acme due 2026-06-17 inv A1");
    let time = one.ledger.time;
    let transaction = two.transaction("beta submits 20.00 on acme due 2026-06-17 inv B1");
    two.ledger.time = time;
    let receipts = two.ledger.block(std::slice::from_ref(&transaction));
    assert_eq!(receipts[0].source, ReceiptSource::Transaction(transaction.id));
    // the chains of what members were told name heights
    let rest = |stage: &Stage| {
        let mut state = stage.ledger.state.clone();
        state.records.retain(|key, _| !matches!(Key::decode(key), Some(Key::Items(_) | Key::PublicItems)));
        state
    };
    assert_eq!(rest(&one), rest(&two));
}

#[test]
fn records_made_at_a_blocks_end_have_salts_that_differ_by_what_fell_due() {
    // the same deposit comes into being at the same height, by a receivable that two transactions accepted
    let salt_of_new_deposit = |alpha: &str| {
        let mut stage = Stage::rulebook();
        stage.run(&format!(
            "given alpha submits 1_000.00 on acme due 2026-06-17 inv A1
             given acme confirms R1
             given {alpha} accepts R1
             given east credits acme 1_000.00 ref A"
        ));
        let before: Vec<Vec<u8>> = stage.ledger.state.records.keys().cloned().collect();
        stage.run("on 2026-06-17");
        let state = &stage.ledger.state;
        let new: Vec<_> =
            state.records.iter().filter(|(key, _)| !before.contains(key)).map(|(_, it)| it.salt).collect();
        assert_eq!(new.len(), 1, "alpha's deposit");
        new[0]
    };
    assert_ne!(salt_of_new_deposit("alpha/1"), salt_of_new_deposit("alpha/1,1"));
}

#[test]
fn a_salt_does_not_follow_from_what_others_are_told_of_a_transaction() {
    let (ledger, blocks) = story();
    let ids: Vec<Hash> = blocks.iter().flat_map(|block| &block.transactions).map(|it| it.id).collect();
    let from_id = |id: &Hash, key: &Key| tagged_hash("tallystick/salt/transaction", &[&id.0, &key.path()]);
    for (row, stored) in &ledger.state.records {
        let key = Key::decode(row).unwrap();
        // what is chained names everything that a member was told: nobody else can guess it
        if matches!(key, Key::Items(_) | Key::PublicItems) {
            continue;
        }
        let guessed = ids.iter().any(|id| from_id(id, &key).0[..16] == stored.salt);
        assert!(!guessed, "{key:?}");
    }
}

#[test]
fn a_fault_leaves_the_tree_as_it_was() {
    let mut stage = Stage::rulebook();
    stage.run(common::script::LIVE);
    let pay = stage.transaction("acme pays R1 1.00");
    let credit = stage.transaction("east credits acme 1.00 ref A");
    let tranche = Key::Tranche(TrancheId::new(1)).encode();
    stage.ledger.state.records.remove(&tranche);
    let before = stage.ledger.tree.root();
    let context = BlockContext { height: stage.ledger.height.next(), time: stage.ledger.time };
    let outcome = execute_block(&stage.ledger.state, &mut stage.ledger.tree, context, &[credit, pay]);
    assert_eq!(outcome.err(), Some(Fault::DanglingIndex { key: "T1".to_owned() }));
    assert_eq!(stage.ledger.tree.root(), before);
}
