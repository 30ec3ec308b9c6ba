//! Compensation pools: leverage, both models, the queue, recoveries, subsidies, the forecast.
use crate::common::script::{Stage, check};
use expect_test::expect;

/// R1: acme owes alpha 3,000,000.00 on 17 June 2026; T1 is bought by east, which contributes to pool C1 of guard.
const POOL: &str = "given alpha submits 3_000_000.00 on acme due 2026-06-17 inv A1
                    given acme confirms R1
                    given alpha accepts R1
                    given east opens on acme limit 9_000_000.00 rate 3.00
                    given alpha discounts T1 3_000_000.00
                    given east credits east 9_000_000.00 ref E
                    given east credits guard 9_000_000.00 ref G
                    given guard pools at east share 60,40 lever 10 cap 2_000_000.00 interest 30:500_000.00 fees 50:200_000.00
                    ";

#[test]
fn a_pool_carries_ten_times_its_money_for_financings_of_its_contributors() {
    check(
        "enrolment",
        &format!(
            "{POOL}
             alpha pools at east share 60,40 lever 10 cap 1.00
             guard pools at east share 60,40 lever 0 cap 1.00
             guard pools at east share 0,40 lever 10 cap 1.00
             guard pools at east share 60,101 lever 10 cap 1.00
             guard pools at fund share 60,40 lever 10 cap 1.00
             east enrols T1 in C1
             east feeds C9 1.00
             east feeds C1 0.00
             east feeds C1 1.00EUR
             east feeds C1 299_999.99
             east enrols T1 in C9
             east enrols T1 in C1
             east feeds C1 0.01
             west feeds C1 1.00
             east enrols T1 in C1 with B1
             east enrols T1 in C1
             east enrols T1 in C1
             given alpha submits 100.00 on acme due 2026-06-17 inv B1 bank west
             given acme confirms R2 knowing
             given alpha accepts R2
             given alpha offers T2>east
             given east accepts T2
             east enrols T2 in C1
             east queues T2
             given west opens on acme limit 500.00 rate 3.00
             given alpha submits 100.00 on acme due 2026-06-17 inv C1 bank west
             given acme confirms R3 knowing
             given alpha accepts R3
             given alpha discounts T3 100.00 under F1
             east enrols T3 in C1
             show help
             # a sale ends the enrolment
             given east offers T1>west
             given west accepts T1
             show help"
        ),
        expect![[r#"
            refused ROLE_MISSING: member alpha does not have the role Guarantor
            refused POOL_TERMS_INVALID: the pool's shares or its leverage of 0, at most 100, make no sense
            refused POOL_TERMS_INVALID: the pool's shares or its leverage of 10, at most 100, make no sense
            refused POOL_TERMS_INVALID: the pool's shares or its leverage of 10, at most 100, make no sense
            refused ROLE_MISSING: member fund does not have the role Bank
            refused NOT_CONTRIBUTOR_OF: the sender contributed nothing to C1
            refused POOL_UNKNOWN: no pool C9
            refused AMOUNT_ZERO: the amount must be more than zero
            refused CURRENCY_MISMATCH: EUR and CNY are different currencies
            PoolContributed east with guard C1 299999.99
            refused POOL_UNKNOWN: no pool C9
            refused POOL_LEVERAGE_EXCEEDED: C1 cannot carry 300000000 CNY minor more at 10 times its money
            PoolContributed east with guard C1 0.01
            refused DEPOSIT_INSUFFICIENT: 0 CNY minor are free where 100 CNY minor are needed
            refused GUARANTEE_UNKNOWN: no guarantee B1
            TrancheEnrolled east with guard R1 T1 C1 3000000.00
            refused ENROLLED_BEFORE: T1 is enrolled already
            refused NOT_FINANCED: T2 was not bought under a facility
            refused NOT_ENROLLED: T2 is in no pool
            refused POOL_BANK_DIFFERS: C1 has no money at west
            C1 of guard: has 300000.00, carries 3000000.00, paid 0.00, recovered 0.00, subsidised 0.00, 0 wait
            C1 of guard: has 300000.00, carries 0.00, paid 0.00, recovered 0.00, subsidised 0.00, 0 wait
        "#]],
    );
}

#[test]
fn a_loss_of_three_million_is_shared_at_sixty_percent_with_the_bank() {
    check(
        "two parties",
        &format!(
            "{POOL}
             given east feeds C1 1_000_000.00
             given guard feeds C1 1_000_000.00
             given east enrols T1 in C1
             contagion acme
             forecast C1 5.00
             forecast C1 100.00
             on 2026-06-17
             on 2026-06-18
             east queues T1
             on 2026-07-18
             alpha queues T1
             east queues T1
             east queues T1
             show help
             show tranches
             show late
             # a recovery goes to both in the same proportions, 60 to 40
             given east credits acme 46_500.00 ref A
             on 2026-07-18 10:00
             given east credits acme 1_000_000.00 ref B
             show help
             show tranches
             guard feeds C1 0.00
             show money"
        ),
        expect![[r#"
            CNY on 2026-01-15: 1 receivables, face 3000000.00, beside 0.00
            east: 1200000.00 (held 3000000.00, bought 3000000.00, helped 1800000.00)
            guard: 1800000.00 (helps 1800000.00)
            tier 1: 1 tranches of 3000000.00, 3000000.00 bought
            2026-07-18: 90000.00 expected, 1910000.00 left
            C1 runs out: never, 0.00 short
            2026-07-18: 1800000.00 expected, 200000.00 left
            C1 runs out: never, 0.00 short
            end: ReceivableOverdue acme with alpha R1 3000000.00 @2026-06-17
            end: CaseOpened with acme R1 3000000.00 @2026-06-18
            refused RECEIVABLE_STATUS: R1 is Overdue since 2026-06-18
            end: CaseEscalated with acme R1 @2026-07-18 "legal"
            end: ReceivableDefaulted acme with alpha R1 3000000.00 @2026-06-17
            refused NOT_HOLDER: the sender does not hold T1
            PoolClaimQueued east with guard R1 T1 C1 3000000.00
            end: PaidForAnchor guard with acme R1 1800000.00 @2026-07-18
            end: SettlementDistributed east with guard R1 T1 1800000.00
            end: ClaimTakenOver guard with acme R1 T2 [T1] 1800000.00
            end: PoolClaimClosed guard T1 C1 1800000.00
            refused POOL_CLAIMED_BEFORE: T1 was claimed before
            C1 of guard: has 200000.00, carries 1200000.00, paid 1800000.00, recovered 0.00, subsidised 0.00, 0 wait
            T1 of R1: 1200000.00 east, depth 0, bought under F1 from alpha, enrolled in C1
            T2 of R1: 1800000.00 guard, depth 0, taken over from T1
            R1 31 days past due: face 3000000.00, interest 46500.00, costs 0.00; 46500.00 of LateInterest to east
            C1 of guard: has 800000.00, carries 800000.00, paid 1800000.00, recovered 600000.00, subsidised 0.00, 0 wait
            T1 of R1: 800000.00 east, depth 0, bought under F1 from alpha, enrolled in C1
            T2 of R1: 1200000.00 guard, depth 0, taken over from T1
            refused AMOUNT_ZERO: the amount must be more than zero
            acme at east: 0.00 CNY
            east at east: 10246500.00 CNY
            alpha at east: 2961750.00 CNY
            guard at east: 8000000.00 CNY + 800000.00 locked
            east credited 22008250.00, redeemed 0.00 CNY
        "#]],
    );
}

#[test]
fn with_a_guarantor_the_pool_bears_forty_percent_of_the_same_loss() {
    check(
        "three parties",
        &format!(
            "{POOL}
             given east feeds C1 2_000_000.00
             given guard guarantees receivable R1 share 40 cap 2_000_000.00 fee 100_000.00 for alpha at east
             east enrols T1 in C1 with B1
             given alpha takes B1
             given east enrols T1 in C1 with B1
             on 2026-06-17
             on 2026-06-18
             on 2026-07-18
             east claims T1 under B1
             east queues T1
             show help
             show tranches
             alpha asks C1 interest for R1
             given east credits acme 9_000_000.00 ref A
             show help
             show receivables
             beta asks C1 interest for R1
             alpha asks C1 fee for R1
             alpha asks C1 fee for R1
             alpha asks C1 interest for R1
             alpha asks C1 interest for R1
             show help"
        ),
        expect![[r#"
            refused GUARANTEE_NOT_ACCEPTED: B1 waits for its applicant
            end: ReceivableOverdue acme with alpha R1 3000000.00 @2026-06-17
            end: CaseOpened with acme R1 3000000.00 @2026-06-18
            end: CaseEscalated with acme R1 @2026-07-18 "legal"
            end: ReceivableDefaulted acme with alpha R1 3000000.00 @2026-06-17
            GuaranteeClaimed east with guard R1 T1 B1 1200000.00
            PaidForAnchor guard with acme R1 1200000.00 @2026-07-18
            SettlementDistributed east with guard R1 T1 1200000.00
            ClaimTakenOver guard with acme R1 T2 [T1] 1200000.00
            PoolClaimQueued east with guard R1 T1 C1 1800000.00
            end: PaidForAnchor guard with acme R1 1200000.00 @2026-07-18
            end: SettlementDistributed east with guard R1 T1 1200000.00
            end: ClaimTakenOver guard with acme R1 T3 [T1] 1200000.00
            end: PoolClaimClosed guard T1 C1 1200000.00
            B1 of guard for acme: 1200000.00 paid of 2000000.00
            C1 of guard: has 800000.00, carries 600000.00, paid 1200000.00, recovered 0.00, subsidised 0.00, 0 wait
            T1 of R1: 600000.00 east, depth 0, bought under F1 from alpha, enrolled in C1
            T2 of R1: 1200000.00 guard, depth 0, taken over from T1
            T3 of R1: 1200000.00 guard, depth 0, taken over from T1
            refused RECEIVABLE_STATUS: R1 is Defaulted since 2026-07-18
            B1 of guard for acme: 1200000.00 paid of 2000000.00
            C1 of guard: has 2000000.00, carries 0.00, paid 1200000.00, recovered 1200000.00, subsidised 0.00, 0 wait
            R1 Settled on 2026-07-18: acme owes alpha 3000000.00, settled 3000000.00, term extended
            refused SUBSIDY_NONE: C1 owes the sender no subsidy for R1
            SubsidyPaid guard with alpha R1 C1 100000.00 for 50000.00
            refused SUBSIDY_NONE: C1 owes the sender no subsidy for R1
            SubsidyPaid guard with alpha R1 C1 38250.00 for 11475.00
            refused SUBSIDY_NONE: C1 owes the sender no subsidy for R1
            B1 of guard for acme: 1200000.00 paid of 2000000.00
            C1 of guard: has 1938525.00, carries 0.00, paid 1200000.00, recovered 1200000.00, subsidised 61475.00, 0 wait
        "#]],
    );
}

#[test]
fn claims_wait_in_their_order_for_money() {
    check(
        "queue",
        "given alpha submits 1_000.00 on acme due 2026-06-17 inv A1
         given acme confirms R1
         given alpha accepts R1
         given alpha splits T1 500.00 300.00 200.00
         given east opens on acme limit 9_000.00 rate 3.00
         given alpha discounts T2 500.00
         given alpha discounts T3 300.00
         given alpha discounts T4 200.00
         given east credits east 9_000.00 ref E
         given guard pools at east share 60,40 lever 10 cap 250.00 interest 30:100.00
         given east feeds C1 100.00
         given east enrols T2 in C1
         given east enrols T3 in C1
         given east enrols T4 in C1
         east queues T9
         on 2026-06-17
         on 2026-06-18
         on 2026-07-18
         together
         east queues T3
         east queues T2
         end
         show help
         show queue
         east queues T4
         east feeds C1 100.00
         show help
         # T2: 60 % of 500.00 is over the cap of 250.00
         east feeds C1 500.00
         show help
         show tranches
         alpha asks C1 interest for R1
         east credits acme 2_000.00 ref A
         alpha asks C1 interest for R1
         show help
         show money",
        expect![[r#"
            refused TRANCHE_UNKNOWN: no open tranche T9
            end: ReceivableOverdue acme with alpha R1 1000.00 @2026-06-17
            end: CaseOpened with acme R1 1000.00 @2026-06-18
            end: CaseEscalated with acme R1 @2026-07-18 "legal"
            end: ReceivableDefaulted acme with alpha R1 1000.00 @2026-06-17
            PoolClaimQueued east with guard R1 T3 C1 300.00
            PoolClaimQueued east with guard R1 T2 C1 500.00
            end: PaidForAnchor guard with acme R1 100.00 @2026-07-18
            end: SettlementDistributed east with guard R1 T3 100.00
            end: ClaimTakenOver guard with acme R1 T5 [T3] 100.00
            C1 of guard: has 0.00, carries 900.00, paid 100.00, recovered 0.00, subsidised 0.00, 2 wait
            1 unpaid, 0 arrivals
            PoolClaimQueued east with guard R1 T4 C1 200.00
            PoolContributed east with guard C1 100.00
            end: PaidForAnchor guard with acme R1 80.00 @2026-07-18
            end: SettlementDistributed east with guard R1 T3 80.00
            end: ClaimTakenOver guard with acme R1 T5 [T3] 80.00
            end: PoolClaimClosed guard T3 C1 180.00
            end: PaidForAnchor guard with acme R1 20.00 @2026-07-18
            end: SettlementDistributed east with guard R1 T2 20.00
            end: ClaimTakenOver guard with acme R1 T6 [T2] 20.00
            C1 of guard: has 0.00, carries 800.00, paid 200.00, recovered 0.00, subsidised 0.00, 2 wait
            PoolContributed east with guard C1 500.00
            end: PaidForAnchor guard with acme R1 230.00 @2026-07-18
            end: SettlementDistributed east with guard R1 T2 230.00
            end: ClaimTakenOver guard with acme R1 T6 [T2] 230.00
            end: PoolClaimClosed guard T2 C1 250.00
            end: PaidForAnchor guard with acme R1 120.00 @2026-07-18
            end: SettlementDistributed east with guard R1 T4 120.00
            end: ClaimTakenOver guard with acme R1 T7 [T4] 120.00
            end: PoolClaimClosed guard T4 C1 120.00
            C1 of guard: has 150.00, carries 450.00, paid 550.00, recovered 0.00, subsidised 0.00, 0 wait
            T2 of R1: 250.00 east, depth 0, bought under F1 from alpha, enrolled in C1
            T3 of R1: 120.00 east, depth 0, bought under F1 from alpha, enrolled in C1
            T4 of R1: 80.00 east, depth 0, bought under F1 from alpha, enrolled in C1
            T5 of R1: 180.00 guard, depth 0, taken over from T3
            T6 of R1: 250.00 guard, depth 0, taken over from T2
            T7 of R1: 120.00 guard, depth 0, taken over from T4
            refused RECEIVABLE_STATUS: R1 is Defaulted since 2026-07-18
            DepositCredited east with acme 2000.00 "A"
            end: SettlementDebited acme R1 1015.50 @2026-07-18
            end: LateInterestDistributed east with acme R1 15.50
            end: SettlementDistributed east with acme R1 T2 250.00
            end: SettlementDistributed east with acme R1 T3 120.00
            end: SettlementDistributed east with acme R1 T4 80.00
            end: SettlementDistributed guard with acme R1 T5 180.00
            end: SettlementDistributed guard with acme R1 T6 250.00
            end: SettlementDistributed guard with acme R1 T7 120.00
            end: ReceivableSettled acme R1 1000.00 @2026-07-18
            end: CaseClosed with acme R1 @2026-07-18
            SubsidyPaid guard with alpha R1 C1 12.76 for 3.82
            C1 of guard: has 696.18, carries 0.00, paid 550.00, recovered 550.00, subsidised 3.82, 0 wait
            acme at east: 984.50 CNY
            east at east: 9315.50 CNY
            alpha at east: 991.06 CNY
            guard at east: 0.00 CNY + 696.18 locked
            east credited 11987.24, redeemed 0.00 CNY
        "#]],
    );
}

#[test]
fn a_subsidy_is_thirty_percent_of_interest_up_to_its_cap_and_waits_for_money() {
    check(
        "subsidies",
        "given alpha submits 4_350_000.00 on acme due 2026-07-14 inv A1 justified
         given acme confirms R1
         given alpha accepts R1
         given alpha submits 43_500_000.00 on acme due 2026-07-14 inv B1 justified
         given acme confirms R2
         given alpha accepts R2
         # 217,500.00 and 2,175,000.00 of interest at 10 % for 180 days
         given east opens on acme limit 90_000_000.00 rate 10.00
         given alpha discounts T1 4_350_000.00
         given alpha discounts T2 43_500_000.00
         given east credits east 90_000_000.00 ref E
         given guard pools at east share 60,40 lever 100 cap 9_000_000.00 interest 30:500_000.00
         given east feeds C1 560_000.00
         given east enrols T1 in C1
         given east enrols T2 in C1
         given east credits acme 55_000_000.00 ref A
         alpha asks C1 interest for R1
         on 2026-07-14
         alpha asks C1 fee for R1
         alpha asks C1 interest for R1
         alpha asks C1 interest for R2
         show help
         given east feeds C1 5_300.00
         alpha asks C1 interest for R2
         show help",
        expect![[r#"
            refused RECEIVABLE_STATUS: R1 is Live
            end: SettlementDebited acme R1 4350000.00 @2026-07-14
            end: SettlementDistributed east with acme R1 T1 4350000.00
            end: ReceivableSettled acme R1 4350000.00 @2026-07-14
            end: SettlementDebited acme R2 43500000.00 @2026-07-14
            end: SettlementDistributed east with acme R2 T2 43500000.00
            end: ReceivableSettled acme R2 43500000.00 @2026-07-14
            refused SUBSIDY_NONE: C1 owes the sender no subsidy for R1
            SubsidyPaid guard with alpha R1 C1 217500.00 for 65250.00
            refused POOL_SHORT: C1 cannot pay 50000000 CNY minor now
            C1 of guard: has 494750.00, carries 0.00, paid 0.00, recovered 0.00, subsidised 65250.00, 0 wait
            SubsidyPaid guard with alpha R2 C1 2175000.00 for 500000.00
            C1 of guard: has 50.00, carries 0.00, paid 0.00, recovered 0.00, subsidised 565250.00, 0 wait
        "#]],
    );
}

#[test]
fn a_third_party_pays_where_the_pool_has_its_money() {
    check(
        "bank of the pool",
        &format!(
            "{POOL}
             given east feeds C1 2_000_000.00
             given east enrols T1 in C1
             given west credits fund 200_000.00 ref F
             on 2026-06-17
             on 2026-06-18
             on 2026-07-18
             given east queues T1
             fund covers R1 100_000.00 at west
             fund covers R1 100.00 at west
             forecast C9 1.00
             forecast C1 1.00"
        ),
        expect![[r#"
            end: ReceivableOverdue acme with alpha R1 3000000.00 @2026-06-17
            end: CaseOpened with acme R1 3000000.00 @2026-06-18
            end: CaseEscalated with acme R1 @2026-07-18 "legal"
            end: ReceivableDefaulted acme with alpha R1 3000000.00 @2026-06-17
            refused POOL_BANK_DIFFERS: C1 has no money at west
            PaidForAnchor fund with acme R1 100.00 @2026-07-18
            LateInterestDistributed east with fund R1 100.00
            no forecast: no pool C9
            2026-07-18: 720000.00 expected, 0.00 left
            C1 runs out: 2026-07-18, 520000.00 short
        "#]],
    );
}

#[test]
fn contributors_are_bounded() {
    let joined = |line: fn(u32) -> String| (0..64).map(line).collect::<Vec<_>>().join("\n");
    let mut stage = Stage::rulebook();
    let shown = stage.run(&format!(
        "together
         {}
         end
         together
         {}
         end
         given east credits east 5.00 ref E
         given guard pools at east share 60,40 lever 10 cap 250.00
         together
         {}
         end",
        joined(|number| format!("east registers s{number:02}")),
        joined(|number| format!("east credits s{number:02} 1.00 ref S{number}")),
        joined(|number| format!("s{number:02} feeds C1 0.50")),
    ));
    assert_eq!(shown.lines().filter(|line| line.starts_with("PoolContributed")).count(), 64);
    expect![[r#"
        refused POOL_CONTRIBUTORS_LIMIT: C1 has 64 contributors
        PoolContributed s07 with guard C1 0.01
    "#]]
    .assert_eq(&stage.run("east feeds C1 1.00\ns07 feeds C1 0.01"));
}

#[test]
fn waiting_claims_are_bounded() {
    let parts = "1.00 ".repeat(64);
    let lines = |line: &dyn Fn(u32) -> String| (7..=263).map(line).collect::<Vec<_>>().join("\n");
    let shown = Stage::rulebook().run(&format!(
        "given alpha submits 320.00 on acme due 2026-06-17 inv A1
         given acme confirms R1
         given alpha accepts R1
         given east opens on acme limit 9_000.00 rate 3.00
         given alpha discounts T1 320.00
         given east credits east 9_000.00 ref E
         given guard pools at east share 60,40 lever 10 cap 250.00
         given east feeds C1 100.00
         given east splits T1 64.00 64.00 64.00 64.00 64.00
         given east splits T2 {parts}
         given east splits T3 {parts}
         given east splits T4 {parts}
         given east splits T5 {parts}
         given east splits T6 {parts}
         together
         {}
         end
         on 2026-06-17
         on 2026-06-18
         on 2026-07-18
         together
         {}
         end",
        lines(&|id| format!("east enrols T{id} in C1")),
        lines(&|id| format!("east queues T{id}")),
    ));
    let refused: Vec<&str> = shown.lines().filter(|line| line.contains("refused")).collect();
    expect!["refused POOL_QUEUE_LIMIT: 256 claims wait for C1"].assert_eq(&refused.join("\n"));
}
