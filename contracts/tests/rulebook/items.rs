//! Items: what each member was told, recomputed from the receipts alone.
#![allow(clippy::unwrap_used, reason = "tests")]

use crate::common::script::Stage;
use std::collections::BTreeMap;
use tally_contracts::ReceiptSource;
use tally_contracts::event::{Event, EventKind};
use tally_contracts::items::audience::Audience;
use tally_contracts::items::{Item, Items};
use tally_contracts::receivable::Receivable;
use tally_contracts::state::Key;
use tally_contracts::types::{Height, MemberId};

const STORY: &str = "
    alpha submits 1_000.00 on acme due 2026-06-17 inv A1
    acme confirms R1
    alpha accepts R1
    alpha splits T1 300.00>beta 700.00
    beta accepts T2
    east credits acme 1_000.00 ref A
    on 2026-06-17";

/// Each member's items, block by block, counted by whoever reads receipts.
#[derive(Default)]
struct Book(BTreeMap<Key, Items>);

impl Book {
    fn follow(&mut self, stage: &Stage, at: usize) {
        let block = &stage.ledger.blocks[at];
        let today = block.context.time.date(480);
        let mut told: BTreeMap<Key, Vec<Item>> = BTreeMap::new();
        for (position, receipt) in block.receipts.iter().enumerate() {
            let cause = match receipt.source {
                ReceiptSource::Transaction(id) => Some((id, block.transactions[position].sender)),
                ReceiptSource::BlockEnd => None,
            };
            for (index, event) in (0..).zip(receipt.events()) {
                let whole = Item { cause, index, told: event.clone() };
                if event.kind.audience() == Audience::Everyone {
                    told.entry(Key::PublicItems).or_default().push(whole);
                    continue;
                }
                let named: std::collections::BTreeSet<MemberId> =
                    [event.member, event.counterparty].into_iter().flatten().collect();
                for member in &named {
                    told.entry(Key::Items(*member)).or_default().push(whole.clone());
                }
                let Some(receivable) = event.receivable else { continue };
                let Some(one) = stage.ledger.state.get::<Receivable>(Key::Receivable(receivable)) else {
                    continue;
                };
                if event.kind.audience() == Audience::NamedAndAnchor && !named.contains(&one.anchor) {
                    let is_due = one.terms.due_date <= today;
                    let cause = cause.filter(|_| is_due);
                    let item = Item { cause, index, told: event.for_anchor(is_due) };
                    told.entry(Key::Items(one.anchor)).or_default().push(item);
                }
            }
        }
        for (key, items) in told {
            let encoded: Vec<u8> = items.iter().flat_map(|item| borsh::to_vec(item).unwrap()).collect();
            let before = self.0.get(&key).copied().unwrap_or_default();
            let count = u64::try_from(items.len()).unwrap();
            self.0.insert(key, before.after(block.context.height, count, &encoded).unwrap());
        }
    }
}

fn played() -> Stage {
    let mut stage = Stage::rulebook();
    stage.ledger.records = true;
    stage.run(STORY);
    stage
}

#[test]
fn every_chain_is_the_one_that_follows_from_the_receipts_and_there_is_no_other() {
    let stage = played();
    let mut book = Book::default();
    (0..stage.ledger.blocks.len()).for_each(|at| book.follow(&stage, at));
    let on_ledger: BTreeMap<Key, Items> = stage.ledger.state.all::<Items>().into_iter().collect();
    assert_eq!(book.0, on_ledger);
    let count = |name: &str| on_ledger[&Key::Items(MemberId::new(name).unwrap())].count;
    assert!(count("acme") > count("beta") && count("beta") > 0, "an anchor is told of its debts");
}

#[test]
fn an_anchor_is_told_that_title_moved_and_to_whom_only_when_it_owes() {
    let moved = Event::new(EventKind::TransferAccepted)
        .by(MemberId::new("beta").unwrap())
        .with(MemberId::new("alpha").unwrap());
    assert_eq!(moved.for_anchor(true), moved);
    assert_eq!(moved.for_anchor(false), Event::new(EventKind::TransferAccepted));
}

#[test]
fn a_chain_shows_each_item_left_out_moved_or_changed() {
    let item = |note: u32| Item { cause: None, index: note, told: Event::new(EventKind::DepositMoved) };
    let chain = |blocks: &[&[u32]]| {
        (1_u64..).zip(blocks).fold(Items::default(), |items, (height, block)| {
            let encoded: Vec<u8> =
                block.iter().flat_map(|note| borsh::to_vec(&item(*note)).unwrap()).collect();
            items.after(Height::new(height), u64::try_from(block.len()).unwrap(), &encoded).unwrap()
        })
    };
    let true_one = chain(&[&[1, 2], &[3]]);
    for other in
        [chain(&[&[1], &[3]]), chain(&[&[2, 1], &[3]]), chain(&[&[1, 2], &[4]]), chain(&[&[1], &[2, 3]])]
    {
        assert_ne!(other, true_one);
    }
}
