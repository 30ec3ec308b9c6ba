//! The block's end: bounded work, carried over in order, nothing lost.
use crate::common::cast::date;
use crate::common::script::Stage;
use expect_test::expect;
use tally_contracts::event::EventKind;
use tally_contracts::state::index_prefix;
use tally_contracts::types::{ReceivableId, Timestamp};

/// Submits `count` receivables of 1.00 each in blocks of 500.
fn submit(stage: &mut Stage, count: usize) {
    stage.ledger.thorough = false;
    let lines: Vec<String> = (1..=count)
        .map(|number| {
            format!(
                "alpha submits 1.00 on acme due 2026-06-17 inv N{number}@2025-{:02}-{:02}",
                number % 12 + 1,
                number % 28 + 1
            )
        })
        .collect();
    for joined in lines.chunks(500) {
        stage.run(&format!("together\n{}\nend", joined.join("\n")));
    }
}

fn events(stage: &mut Stage, kind: EventKind) -> Vec<ReceivableId> {
    let receipts = stage.ledger.block(&[]);
    let events = receipts.iter().flat_map(|receipt| receipt.events());
    events.filter(|event| event.kind == kind).filter_map(|event| event.receivable).collect()
}

#[test]
fn more_than_1000_due_items_are_carried_over_in_order() {
    let mut stage = Stage::rulebook();
    submit(&mut stage, 2_300);
    stage.ledger.time = date("2026-02-01").start(480);
    let blocks: Vec<Vec<ReceivableId>> =
        (0..4).map(|_| events(&mut stage, EventKind::ReceivableLapsed)).collect();
    assert_eq!(blocks.iter().map(Vec::len).collect::<Vec<_>>(), [1_000, 1_000, 300, 0]);
    let lapsed: Vec<u64> = blocks.concat().iter().map(|id| id.number()).collect();
    assert_eq!(lapsed, (1..=2_300).collect::<Vec<u64>>());
    stage.ledger.check();
}

#[test]
fn ten_thousand_due_on_one_day_are_settled_a_thousand_a_block_in_order_and_nothing_is_lost() {
    let mut stage = Stage::rulebook();
    submit(&mut stage, 10_000);
    stage.run("given alpha trusts acme");
    let lines: Vec<String> = (1..=10_000).map(|number| format!("acme confirms R{number} knowing")).collect();
    for joined in lines.chunks(500) {
        stage.run(&format!("together\n{}\nend", joined.join("\n")));
    }
    stage.run("given east credits acme 10_000.00 ref A");
    stage.ledger.time = date("2026-06-17").start(480);
    let blocks: Vec<Vec<ReceivableId>> =
        (0..11).map(|_| events(&mut stage, EventKind::ReceivableSettled)).collect();
    let sizes: Vec<usize> = blocks.iter().map(Vec::len).collect();
    assert_eq!(sizes, [1_000, 1_000, 1_000, 1_000, 1_000, 1_000, 1_000, 1_000, 1_000, 1_000, 0]);
    let settled: Vec<u64> = blocks.concat().iter().map(|id| id.number()).collect();
    assert_eq!(settled, (1..=10_000).collect::<Vec<u64>>());
    stage.ledger.check();
    expect![[r#"
        acme at east: 0.00 CNY
        alpha at east: 10000.00 CNY
        east credited 10000.00, redeemed 0.00 CNY
        0 unpaid, 0 arrivals
    "#]]
    .assert_eq(&stage.run("show money\nshow queue"));
}

#[test]
fn more_than_1000_settlements_and_arrivals_are_carried_over_in_order() {
    let mut stage = Stage::rulebook();
    submit(&mut stage, 1_500);
    stage.run("given alpha trusts acme");
    let lines: Vec<String> = (1..=1_500).map(|number| format!("acme confirms R{number} knowing")).collect();
    for joined in lines.chunks(500) {
        stage.run(&format!("together\n{}\nend", joined.join("\n")));
    }
    // half the money is there on the day
    stage.run("given east credits acme 750.00 ref A");
    stage.ledger.time = date("2026-06-17").start(480);
    let blocks: Vec<Vec<ReceivableId>> =
        (0..3).map(|_| events(&mut stage, EventKind::ReceivableSettled)).collect();
    assert_eq!(blocks.iter().map(Vec::len).collect::<Vec<_>>(), [750, 0, 0]);
    stage.ledger.check();
    // then 1.50 for the first one and a half, and after Overdue all the rest at once
    stage.run("given east credits acme 1.50 ref B");
    stage.ledger.time = date("2026-06-18").start(480);
    assert_eq!(events(&mut stage, EventKind::ReceivableOverdue).len(), 749);
    stage.run("given east credits acme 10_000.00 ref C");
    let settled = events(&mut stage, EventKind::ReceivableSettled);
    assert_eq!(settled, Vec::new(), "749 were paid in the block of the arrival itself");
    stage.ledger.check();
    expect![[r#"
        acme at east: 9251.50 CNY
        alpha at east: 1500.00 CNY
        east credited 10751.50, redeemed 0.00 CNY
        0 unpaid, 0 arrivals
    "#]]
    .assert_eq(&stage.run("show money\nshow queue"));
}

#[test]
fn an_arrival_that_pays_more_than_a_block_can_goes_on_in_the_next() {
    let mut stage = Stage::rulebook();
    submit(&mut stage, 1_500);
    stage.run("given alpha trusts acme");
    let lines: Vec<String> = (1..=1_500).map(|number| format!("acme confirms R{number} knowing")).collect();
    for joined in lines.chunks(500) {
        stage.run(&format!("together\n{}\nend", joined.join("\n")));
    }
    stage.ledger.time = date("2026-06-17").start(480);
    for _ in 0..2 {
        events(&mut stage, EventKind::ReceivableSettled);
    }
    let credit = stage.transaction("east credits acme 2_000.00 ref C");
    let receipts = stage.ledger.block(&[credit]);
    let settled = |receipts: &[tally_contracts::Receipt]| -> Vec<u64> {
        let events = receipts.iter().flat_map(|receipt| receipt.events());
        events
            .filter(|it| it.kind == EventKind::ReceivableSettled)
            .map(|it| it.receivable.unwrap().number())
            .collect()
    };
    assert_eq!(settled(&receipts), (1..=1_000).collect::<Vec<u64>>());
    stage.ledger.check();
    assert_eq!(settled(&stage.ledger.block(&[])), (1_001..=1_500).collect::<Vec<u64>>());
    assert_eq!(settled(&stage.ledger.block(&[])), Vec::<u64>::new());
    stage.ledger.check();
}

#[test]
fn a_distribution_counts_each_tranche_and_the_last_one_begun_is_finished() {
    let mut stage = Stage::rulebook();
    stage.ledger.thorough = false;
    stage.run("given alpha trusts acme");
    for number in 1..=40 {
        stage.run(&format!(
            "given acme issues 30.00 to alpha due 2026-06-17 inv N{number} knowing
             given alpha splits T{} {}",
            (number - 1) * 31 + 1,
            "1.00 ".repeat(30)
        ));
    }
    stage.ledger.time = date("2026-06-17").start(480);
    let begun: Vec<usize> = (0..3).map(|_| unpaid(&mut stage)).collect();
    assert_eq!(begun, [34, 40, 40], "34 distributions of 30 tranches are the first to reach 1,000");
    let credit = stage.transaction("east credits acme 2_000.00 ref C");
    stage.ledger.block(&[credit]);
    stage.ledger.check();
    assert_eq!(
        events(&mut stage, EventKind::ReceivableSettled),
        (35..=40).map(ReceivableId::new).collect::<Vec<_>>()
    );
    assert_eq!(events(&mut stage, EventKind::ReceivableSettled), Vec::new());
    stage.ledger.check();
}

/// Runs an empty block; how many receivables wait for money then.
fn unpaid(stage: &mut Stage) -> usize {
    stage.ledger.block(&[]);
    stage.ledger.state.index.iter().filter(|row| row.starts_with(&index_prefix::UNPAID)).count()
}

#[test]
fn a_ledger_that_stood_still_over_a_due_date_gives_the_anchor_the_day() {
    let mut stage = Stage::rulebook();
    stage.run(crate::common::script::LIVE);
    expect![[r#"
        2026-06-26 00:00 Overdue 1
        1 unpaid, 0 arrivals
        end: ReceivableOverdue acme with alpha R1 1000.00 @2026-06-17
        end: CaseOpened with acme R1 1000.00 @2026-06-26
        R1 Overdue since 2026-06-26: acme owes alpha 1000.00, settled 0.00, term extended
    "#]]
    .assert_eq(&stage.run(
        "on 2026-06-25
         show queue
         on 2026-06-26
         show receivables",
    ));
}

#[test]
fn time_at_the_end_of_its_type_halts_nothing() {
    let mut stage = Stage::rulebook();
    stage.run(crate::common::script::LIVE);
    stage.run("given alpha offers T1>beta\ngiven alpha submits 5.00 on acme due 9999-12-31 inv Z9");
    stage.ledger.time = Timestamp::from_ms(u64::MAX);
    let shown = stage.run("show queue");
    assert!(!shown.is_empty());
    for _ in 0..3 {
        stage.ledger.block(&[]);
    }
    let transaction = stage.transaction("alpha submits 7.00 on acme due 9999-12-31 inv Z8");
    assert!(stage.ledger.block(&[transaction])[0].rejection().is_some());
}
