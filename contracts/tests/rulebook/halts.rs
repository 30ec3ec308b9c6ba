//! Halts: nobody asks for what falls due at a block's end, so nothing there may be refused, whatever limit it meets.
use crate::common::cast::date;
use crate::common::script::{Stage, check, check_policies};
use expect_test::expect;
use tally_contracts::policy::Policy;

/// R1: acme owes 1,000,000.00 in 1,000 tranches and defaulted. T2 of 100,000.00 is east's and enrolled in pool C1,
/// which has 10,000.00; guard guarantees 10 % of R1 by B1, and has 100.00.
fn in_a_thousand_tranches() -> Stage {
    let mut stage = Stage::rulebook();
    stage.ledger.thorough = false;
    stage.run(
        "given alpha submits 1_000_000.00 on acme due 2026-06-17 inv A1
         given acme confirms R1
         given alpha accepts R1
         given alpha splits T1 100_000.00 900_000.00
         given east opens on acme limit 9_000_000.00 rate 3.00
         given alpha discounts T2 100_000.00
         given east credits east 20_000.00 ref E
         given east credits guard 100.00 ref G
         given guard pools at east share 60,40 lever 10 cap 250_000.00
         given east feeds C1 10_000.00
         given east enrols T2 in C1
         given guard guarantees receivable R1 share 10 cap 90_000.00 for alpha at east
         given alpha takes B1",
    );
    let (mut whole, mut left, mut next) = (3, 900_000, 4);
    for parts in [64; 15].into_iter().chain([54]) {
        left -= parts - 1;
        let ones = " 1.00".repeat(parts - 1);
        let shown = stage.run(&format!("alpha splits T{whole}{ones} {left}.00"));
        assert!(shown.starts_with("TrancheSplit"), "{shown}");
        whole = next + parts - 1;
        next += parts;
    }
    let shown = stage.run(&format!("alpha splits T{whole} 1.00 {}.00", left - 1));
    assert_eq!(shown, "refused OPEN_TRANCHES_LIMIT: R1 would have more than 1000 open tranches\n");
    stage.run("on 2026-06-17\non 2026-06-18\non 2026-07-18");
    stage.ledger.check();
    stage
}

/// The tranches that were taken over, a line each.
fn taken_over(stage: &mut Stage) -> String {
    let shown = stage.run("show tranches");
    shown.lines().filter(|line| line.contains("taken over")).map(|line| format!("{line}\n")).collect()
}

#[test]
fn a_pool_pays_part_of_a_claim_on_a_receivable_that_nobody_may_split_any_more() {
    let mut stage = in_a_thousand_tranches();
    let shown = stage.run(
        "east queues T2
         east feeds C1 1.00
         east feeds C1 2.00
         show help",
    );
    expect![[r#"
        PoolClaimQueued east with guard R1 T2 C1 100000.00
        end: PaidForAnchor guard with acme R1 10000.00 @2026-07-18
        end: SettlementDistributed east with guard R1 T2 10000.00
        end: ClaimTakenOver guard with acme R1 T1018 [T2] 10000.00
        PoolContributed east with guard C1 1.00
        end: PaidForAnchor guard with acme R1 1.00 @2026-07-18
        end: SettlementDistributed east with guard R1 T2 1.00
        end: ClaimTakenOver guard with acme R1 T1018 [T2] 1.00
        PoolContributed east with guard C1 2.00
        end: PaidForAnchor guard with acme R1 2.00 @2026-07-18
        end: SettlementDistributed east with guard R1 T2 2.00
        end: ClaimTakenOver guard with acme R1 T1018 [T2] 2.00
        B1 of guard for acme: 0.00 paid of 90000.00
        C1 of guard: has 0.00, carries 89997.00, paid 10003.00, recovered 0.00, subsidised 0.00, 1 wait
    "#]]
    .assert_eq(&shown);
    expect![[r#"
        T1018 of R1: 10003.00 guard, depth 0, taken over from T2
    "#]]
    .assert_eq(&taken_over(&mut stage));
    stage.ledger.check();
    let shown = stage.run("given east credits acme 9_000_000.00 ref A\nshow receivables\nshow help");
    expect![[r#"
        R1 Settled on 2026-07-18: acme owes alpha 1000000.00, settled 1000000.00, term extended
        B1 of guard for acme: 0.00 paid of 90000.00
        C1 of guard: has 10003.00, carries 0.00, paid 10003.00, recovered 10003.00, subsidised 0.00, 1 wait
    "#]]
    .assert_eq(&shown);
    stage.ledger.check();
}

#[test]
fn nobody_who_splits_shuts_out_a_guarantor() {
    let mut stage = in_a_thousand_tranches();
    let shown = stage.run(
        "east claims T2 under B1
         given east credits guard 50.00 ref G2
         east claims T2 under B1",
    );
    let shown: String =
        shown.lines().filter(|line| !line.contains("Distributed")).map(|line| format!("{line}\n")).collect();
    expect![[r#"
        GuaranteeClaimed east with guard R1 T2 B1 10000.00
        PaidForAnchor guard with acme R1 100.00 @2026-07-18
        ClaimTakenOver guard with acme R1 T1018 [T2] 100.00
        PaidForAnchor guard with acme R1 50.00 @2026-07-18
        ClaimTakenOver guard with acme R1 T1018 [T2] 50.00
    "#]]
    .assert_eq(&shown);
    expect![[r#"
        T1018 of R1: 150.00 guard, depth 0, taken over from T2
    "#]]
    .assert_eq(&taken_over(&mut stage));
    stage.ledger.check();
}

#[test]
fn interest_that_the_largest_amount_left_no_room_for_ends_with_the_face() {
    check(
        "the largest face, one day late, and more money than it",
        "given alpha submits 10_000_000_000_000.00 on acme due 2026-06-17 inv A1 late 1000000
         given acme confirms R1
         given alpha accepts R1
         on 2026-06-18
         on 2026-06-19
         east credits acme 10_000_000_000_000.00 ref A
         show late
         east credits acme 1.00 ref B
         show receivables
         show money",
        expect![[r#"
            end: ReceivableOverdue acme with alpha R1 10000000000000.00 @2026-06-17
            end: CaseOpened with acme R1 10000000000000.00 @2026-06-19
            DepositCredited east with acme 10000000000000.00 "A"
            end: SettlementDebited acme R1 10000000000000.00 @2026-06-19
            end: SettlementDistributed alpha with acme R1 T1 10000000000000.00
            end: ReceivableSettled acme R1 10000000000000.00 @2026-06-19
            end: CaseClosed with acme R1 @2026-06-19
            DepositCredited east with acme 1.00 "B"
            R1 Settled on 2026-06-19: acme owes alpha 10000000000000.00, settled 10000000000000.00, term extended
            acme at east: 1.00 CNY
            alpha at east: 10000000000000.00 CNY
            east credited 10000000000001.00, redeemed 0.00 CNY
        "#]],
    );
}

#[test]
fn instalments_are_judged_where_more_was_paid_than_one_amount_can_say() {
    check(
        "interest on the largest debts",
        "given alpha submits 9_000_000_000_000.00 on acme due 2026-06-17 inv A1 late 1000000
         given acme confirms R1
         given alpha accepts R1
         on 2026-06-18
         on 2026-06-19
         given acme plans R1 2026-06-25=8_000_000_000_000.00 2026-07-10=1_000_000_000_000.00
         given alpha grants R1
         given east credits acme 1_000_000_000_000.00 ref A
         given east credits acme 10_000_000_000_000.00 ref B
         show late
         on 2026-06-26
         acme plans R1 2026-07-01=1.00
         on 2026-07-11
         show cases",
        expect![[r#"
            end: ReceivableOverdue acme with alpha R1 9000000000000.00 @2026-06-17
            end: CaseOpened with acme R1 9000000000000.00 @2026-06-19
            R1 2 days past due: face 0.00, interest 1000000000000.00, costs 0.00; 1000000000000.00 of LateInterest to alpha
            end: InstalmentKept with acme R1 8000000000000.00 @2026-06-26
            refused ARRANGEMENT_IN_FORCE: the case about R1 has an arrangement in force
            end: InstalmentKept with acme R1 9000000000000.00 @2026-07-11
            end: CaseEscalated with acme R1 @2026-07-11 "demand"
            R1 of acme: open, demand, escalates 2026-07-18 00:00
              1 2026-06-19: opened, 9000000000000.00 owed
              2 2026-06-19 by acme: proposed Plan: 8000000000000.00 on 2026-06-25, 1000000000000.00 on 2026-07-10
              3 2026-06-19 by alpha: approved
              4 2026-06-19: in force
              5 2026-06-26: instalment 1 kept
              6 2026-07-11: instalment 2 kept
              7 2026-07-11: escalated to demand
        "#]],
    );
}

#[test]
fn two_instalments_whose_days_end_at_one_instant_are_judged_one_after_the_other() {
    let west = Policy { utc_offset_minutes: -720, ..Policy::rulebook() };
    let east = Policy { utc_offset_minutes: 720, effective_from: date("2026-06-25"), ..Policy::rulebook() };
    check_policies(
        "the offset moves by a day",
        vec![west, east],
        "on 2026-01-17
         given alpha submits 1_000.00 on acme due 2026-06-17 inv A1
         given acme confirms R1
         given alpha accepts R1
         on 2026-06-18
         on 2026-06-19
         given acme plans R1 2026-06-25=500.00 2026-06-26=500.00
         given alpha grants R1
         given east credits acme 1_000.00 ref A
         show queue
         on 2026-06-26
         on 2026-06-27
         on 2026-06-27 00:01
         show cases",
        expect![[r#"
            end: ReceivableOverdue acme with alpha R1 1000.00 @2026-06-17
            end: CaseOpened with acme R1 1000.00 @2026-06-18
            2026-06-26 20:00 CaseInstalment 1
            2026-07-18 20:00 Default 1
            1 unpaid, 0 arrivals
            end: InstalmentKept with acme R1 500.00 @2026-06-27
            end: InstalmentKept with acme R1 1000.00 @2026-06-27
            end: CaseEscalated with acme R1 @2026-06-27 "demand"
            R1 of acme: open, demand, escalates 2026-07-17 20:00
              1 2026-06-18: opened, 1000.00 owed
              2 2026-06-18 by acme: proposed Plan: 500.00 on 2026-06-25, 500.00 on 2026-06-26
              3 2026-06-18 by alpha: approved
              4 2026-06-18: in force
              5 2026-06-27: instalment 1 kept
              6 2026-06-27: instalment 2 kept
              7 2026-06-27: escalated to demand
        "#]],
    );
}
