//! Boundaries: the smallest faces, the widest split at the deepest place, leap days and year ends. Others stand with
//! what they bound: the largest amounts in `late` and `halts`, 10,000 due on one day in `due`, an exactly exhausted
//! limit in `discount` and `reservation`, holidays in `settlement` and `policy`.
use crate::common::script::{Stage, check, check_under};
use expect_test::expect;
use tally_contracts::policy::Policy;

#[test]
fn a_split_into_64_fen_at_the_depth_limit_reaches_every_holder() {
    let policy = Policy { max_depth: 2, min_tranche_minor: 1, ..Policy::rulebook() };
    let mut stage = Stage::new(vec![policy]);
    let parts: String = (0..64).map(|part| if part % 2 == 0 { " 0.01" } else { " 0.01>fund" }).collect();
    stage.run(
        "given alpha submits 0.64 on acme due 2026-06-17 inv A1
         given acme confirms R1
         given alpha accepts R1
         given alpha offers T1>beta
         given beta accepts T1",
    );
    let shown = stage.run(&format!("beta splits T1{parts}"));
    assert_eq!(shown.lines().filter(|line| line.starts_with("TransferOffered")).count(), 32);
    expect![[r#"
        TransferAccepted beta with fund R1 T3 0.01
        refused DEPTH_EXCEEDED: a depth of 3 is over the limit of 2
        TransferOffered beta with gamma R1 T2 0.01
        refused DEPTH_EXCEEDED: a depth of 3 is over the limit of 2
        refused BELOW_MINIMUM_TRANCHE: 0 CNY minor is below the minimum tranche of 1 CNY minor
        refused SPLIT_NOT_CONSERVING: the parts sum to 2 CNY minor, the face is 1 CNY minor
    "#]]
    .assert_eq(&stage.run(
        "fund accepts T3
         fund offers T3>gamma
         beta offers T2>gamma
         given gamma accepts T2
         gamma offers T2>alpha
         gamma splits T2 0.01 0.00
         gamma splits T2 0.01 0.01",
    ));
    stage.run("given east credits acme 0.64 ref A");
    let shown = stage.run("on 2026-06-17");
    assert_eq!(shown.lines().filter(|line| line.contains("SettlementDistributed")).count(), 64);
    expect![[r#"
        acme at east: 0.00 CNY
        beta at east: 0.62 CNY
        fund at east: 0.01 CNY
        gamma at east: 0.01 CNY
        east credited 0.64, redeemed 0.00 CNY
        R1 Settled on 2026-06-17: acme owes alpha 0.64, settled 0.64, term extended
    "#]]
    .assert_eq(&stage.run("show money\nshow receivables"));
}

#[test]
fn interest_counts_the_leap_day_and_goes_on_over_the_year_s_end() {
    check(
        "one debt due on New Year's Eve, one on a leap day",
        "on 2027-12-30
         given alpha submits 1_000_000.00 on acme due 2027-12-31 inv A1@2027-12-30
         given acme confirms R1
         given alpha accepts R1
         given alpha submits 1_000_000.00 on bolt due 2028-02-29 inv B1@2027-12-30
         given bolt confirms R2
         given alpha accepts R2
         given east opens on bolt limit 1_000_000.00 rate 3.60 until 2028-12-31
         quote T2 500_000.00
         on 2027-12-31
         on 2028-01-01
         on 2028-01-02
         show late
         on 2028-02-29
         show late
         on 2028-03-01
         show late",
        expect![[r#"
            F1: 496950.00 of 500000.00 (discount 3050.00, fee 0.00, 61 days, APR 3.6724 % on 365)
            best: F1 takes 500000.00 for 496950.00
            end: ReceivableOverdue acme with alpha R1 1000000.00 @2027-12-31
            end: CaseOpened with acme R1 1000000.00 @2028-01-01
            R1 2 days past due: face 1000000.00, interest 1000.00, costs 0.00
            end: CaseEscalated with acme R1 @2028-02-29 "legal"
            end: ReceivableDefaulted acme with alpha R1 1000000.00 @2027-12-31
            R1 60 days past due: face 1000000.00, interest 30000.00, costs 0.00
            end: ReceivableOverdue bolt with alpha R2 1000000.00 @2028-02-29
            end: CaseOpened with bolt R2 1000000.00 @2028-03-01
            R1 61 days past due: face 1000000.00, interest 30500.00, costs 0.00
            R2 1 days past due: face 1000000.00, interest 500.00, costs 0.00
        "#]],
    );
}

#[test]
fn no_amount_is_larger_than_the_largest() {
    check_under(
        "10^15 fen",
        |policy| policy.min_tranche_minor = 1,
        "alpha submits 10_000_000_000_000.00 on acme due 2026-06-17 inv A1
         alpha submits 0.01 on acme due 2026-06-17 inv A2
         given acme confirms R1
         acme confirms R2
         given alpha accepts R1
         alpha splits T1 9_999_999_999_999.99 0.01
         east credits acme 10_000_000_000_000.00 ref B
         on 2026-06-17
         show receivables
         show money",
        expect![[r#"
            ReceivableSubmitted alpha with acme R1 10000000000000.00 @2026-06-17
            ReceivableSubmitted alpha with acme R2 0.01 @2026-06-17
            refused AMOUNT_OVERFLOW: an amount is over the limit of 10^15 minor units
            TrancheSplit alpha R1 T1 [T2, T3] 10000000000000.00
            DepositCredited east with acme 10000000000000.00 "B"
            end: ReceivableLapsed alpha with acme R2 0.01 @2026-06-17
            end: SettlementDebited acme R1 10000000000000.00 @2026-06-17
            end: SettlementDistributed alpha with acme R1 T2 9999999999999.99
            end: SettlementDistributed alpha with acme R1 T3 0.01
            end: ReceivableSettled acme R1 10000000000000.00 @2026-06-17
            R1 Settled on 2026-06-17: acme owes alpha 10000000000000.00, settled 10000000000000.00, term extended
            R2 Closed, Lapsed: acme owes alpha 0.00, settled 0.00, term extended
            acme at east: 0.00 CNY
            alpha at east: 10000000000000.00 CNY
            east credited 10000000000000.00, redeemed 0.00 CNY
        "#]],
    );
}
