//! Replay: past blocks give the same receipts again, and what each receipt changed adds up to the block.
use crate::common::memory::MemoryState;
use crate::common::script::{LIVE, Stage};
use std::collections::BTreeMap;
use tally_contracts::replay::replay;
use tally_contracts::state::Key;

#[test]
fn a_block_replays_to_its_receipts_and_its_steps_add_up_to_its_changes() {
    let mut stage = Stage::rulebook();
    let mut state: MemoryState = stage.ledger.state.clone();
    stage.ledger.records = true;
    stage.run(LIVE);
    stage.run(
        "given west opens on acme limit 5_000.00 rate 3.00
         together
         alpha splits T1 300.00>beta 700.00
         alpha splits T1 500.00 500.00
         east credits acme 400.00 ref A
         acme pays R1 400.00
         end
         given beta accepts T2
         given alpha discounts T3
         on 2026-06-17
         given east credits acme 200.00 ref B
         on 2026-06-19
         given east credits acme 10_000.00 ref C",
    );
    for block in &stage.ledger.blocks {
        let again = replay(&state, block.context, &block.transactions).expect("no fault");
        assert_eq!(again.receipts, block.receipts);
        assert_eq!(again.steps.len(), again.receipts.len());
        let mut last = BTreeMap::new();
        for change in again.steps.iter().flatten() {
            if let Some(earlier) = last.insert(change.key, change.now.clone()) {
                assert_eq!(earlier, change.before, "{:?}: one step begins where the last ended", change.key);
            }
        }
        // what members are told follows from all receipts together
        let is_told = |key: &Key| matches!(key, Key::Items(_) | Key::PublicItems);
        for change in again.changes.records.iter().filter(|change| !is_told(&change.key)) {
            assert_eq!(last.remove(&change.key), Some(change.now.clone()), "{:?}", change.key);
        }
        for (key, now) in last {
            let was = state.records.get(&key.encode()).map(|stored| stored.bytes.clone());
            assert_eq!(was, now.map(|now| now.encode()), "{key:?} came back to what it was");
        }
        for (step, receipt) in again.steps.iter().zip(&again.receipts) {
            assert!(receipt.rejection().is_none() || step.is_empty(), "what is refused changes nothing");
        }
        state.apply(&again.changes);
    }
    assert_eq!(state.records, stage.ledger.state.records);
}
