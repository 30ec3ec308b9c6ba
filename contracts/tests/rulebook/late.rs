//! Late: interest, the waterfall, payments by others.
use crate::common::script::{LIVE, check, check_policies, check_under};
use expect_test::expect;
use tally_contracts::policy::{Policy, WaterfallStep};

/// R1: acme owes alpha 1,000,000.00 on 17 June 2026; T1 is all of it.
const MILLION: &str = "given alpha submits 1_000_000.00 on acme due 2026-06-17 inv A1
                       given acme confirms R1
                       given alpha accepts R1
                       ";

#[test]
fn a_million_at_half_a_permille_a_day_bears_18500_in_37_days() {
    check(
        "the rulebook's vector",
        &format!(
            "{MILLION}
             on 2026-06-18
             show late
             on 2026-07-24
             show late
             east credits acme 1_018_499.99 ref A
             show late
             east credits acme 0.01 ref B
             show receivables
             show money"
        ),
        expect![[r#"
            end: ReceivableOverdue acme with alpha R1 1000000.00 @2026-06-17
            end: CaseOpened with acme R1 1000000.00 @2026-07-24
            R1 37 days past due: face 1000000.00, interest 18500.00, costs 0.00
            DepositCredited east with acme 1018499.99 "A"
            end: ReceivableDefaulted acme with alpha R1 1000000.00 @2026-06-17
            end: SettlementDebited acme R1 1018499.99 @2026-07-24
            end: LateInterestDistributed alpha with acme R1 T1 18500.00
            end: SettlementDistributed alpha with acme R1 T1 999999.99
            R1 37 days past due: face 0.01, interest 0.00, costs 0.00
            DepositCredited east with acme 0.01 "B"
            end: SettlementDebited acme R1 0.01 @2026-07-24
            end: SettlementDistributed alpha with acme R1 T1 0.01
            end: ReceivableSettled acme R1 1000000.00 @2026-07-24
            end: CaseClosed with acme R1 @2026-07-24
            R1 Settled on 2026-07-24: acme owes alpha 1000000.00, settled 1000000.00, term extended
            acme at east: 0.00 CNY
            alpha at east: 1018500.00 CNY
            east credited 1018500.00, redeemed 0.00 CNY
        "#]],
    );
}

#[test]
fn interest_is_exact_whatever_arrives_in_between() {
    // 300.01 for 5 days, 200.01 for 9 more, 100.00 for 3 more: 1500.05 + 1800.09 + 300.00 = 3600.14 × 0.0005
    check(
        "partial payments",
        "given alpha submits 300.01 on acme due 2026-06-17 inv A1 late 500
         given acme confirms R1
         given alpha accepts R1
         given alpha splits T1 200.01>beta 100.00
         given beta accepts T2
         on 2026-06-17
         on 2026-06-18
         on 2026-06-22
         show late
         east credits acme 100.75 ref A
         show late
         on 2026-07-01
         show late
         east credits acme 100.91 ref B
         on 2026-07-04
         show late
         east credits acme 500.00 ref C
         show receivables
         show money",
        expect![[r#"
            end: ReceivableOverdue acme with alpha R1 300.01 @2026-06-17
            end: CaseOpened with acme R1 300.01 @2026-06-18
            R1 5 days past due: face 300.01, interest 0.75, costs 0.00
            DepositCredited east with acme 100.75 "A"
            end: SettlementDebited acme R1 100.75 @2026-06-22
            end: LateInterestDistributed beta with acme R1 T2 0.50
            end: LateInterestDistributed alpha with acme R1 T3 0.25
            end: SettlementDistributed beta with acme R1 T2 66.67
            end: SettlementDistributed alpha with acme R1 T3 33.33
            R1 5 days past due: face 200.01, interest 0.00, costs 0.00
            end: CaseEscalated with acme R1 @2026-07-01 "demand"
            R1 14 days past due: face 200.01, interest 0.90, costs 0.00
            DepositCredited east with acme 100.91 "B"
            end: SettlementDebited acme R1 100.91 @2026-07-01
            end: LateInterestDistributed beta with acme R1 T2 0.60
            end: LateInterestDistributed alpha with acme R1 T3 0.30
            end: SettlementDistributed beta with acme R1 T2 66.67
            end: SettlementDistributed alpha with acme R1 T3 33.34
            R1 17 days past due: face 100.00, interest 0.15, costs 0.00
            DepositCredited east with acme 500.00 "C"
            end: SettlementDebited acme R1 100.15 @2026-07-04
            end: LateInterestDistributed beta with acme R1 T2 0.10
            end: LateInterestDistributed alpha with acme R1 T3 0.05
            end: SettlementDistributed beta with acme R1 T2 66.67
            end: SettlementDistributed alpha with acme R1 T3 33.33
            end: ReceivableSettled acme R1 300.01 @2026-07-04
            end: CaseClosed with acme R1 @2026-07-04
            R1 Settled on 2026-07-04: acme owes alpha 300.01, settled 300.01, term extended
            acme at east: 399.85 CNY
            beta at east: 201.21 CNY
            alpha at east: 100.60 CNY
            east credited 701.66, redeemed 0.00 CNY
        "#]],
    );
}

#[test]
fn grace_costs_nothing_if_it_is_kept_and_everything_if_not() {
    check_under(
        "grace",
        |policy| policy.grace_days = 3,
        &format!(
            "{MILLION}
             given alpha submits 1_000.00 on acme due 2026-06-17 inv B1
             given acme confirms R2
             given alpha accepts R2
             on 2026-06-17
             east credits acme 400_000.00 ref A
             on 2026-06-19
             show late
             west credits fund 1_000.00 ref F
             fund covers R2 1_000.00 at west
             east credits acme 100_000.00 ref B
             on 2026-06-20 23:59
             on 2026-06-21
             # 600,000.00 for 2 days and 500,000.00 for 2 more
             show late"
        ),
        expect![[r#"
            DepositCredited east with acme 400000.00 "A"
            end: SettlementDebited acme R1 400000.00 @2026-06-17
            end: SettlementDistributed alpha with acme R1 T1 400000.00
            DepositCredited west with fund 1000.00 "F"
            PaidForAnchor fund with acme R2 1000.00 @2026-06-19
            SettlementDistributed alpha with fund R2 T2 1000.00
            ReceivableSettled acme R2 1000.00 @2026-06-19
            DepositCredited east with acme 100000.00 "B"
            end: SettlementDebited acme R1 100000.00 @2026-06-19
            end: SettlementDistributed alpha with acme R1 T1 100000.00
            end: ReceivableOverdue acme with alpha R1 500000.00 @2026-06-17
            end: CaseOpened with acme R1 500000.00 @2026-06-21
            R1 4 days past due: face 500000.00, interest 1100.00, costs 0.00
        "#]],
    );
}

#[test]
fn the_rate_is_the_agreed_one_but_not_less_than_the_floor() {
    check(
        "rates",
        "alpha submits 1_000_000.00 on acme due 2026-06-17 inv A1 late 1000001
         given alpha submits 1_000_000.00 on acme due 2026-06-17 inv A1 late 1000
         given alpha submits 1_000_000.00 on acme due 2026-06-17 inv B1 late 10
         given acme confirms R1
         given acme confirms R2 knowing
         given alpha accepts R1
         given alpha accepts R2
         on 2026-06-18
         # 0.1 % a day; and the floor of 3 % a year instead of 0.001 % a day
         show late
         on 2027-06-17
         show late",
        expect![[r#"
            refused LATE_RATE_INVALID: late interest of 1000001 ppm a day is over the limit of 1000000
            end: ReceivableOverdue acme with alpha R1 1000000.00 @2026-06-17
            end: CaseOpened with acme R1 1000000.00 @2027-06-17
            end: ReceivableOverdue acme with alpha R2 1000000.00 @2026-06-17
            end: CaseOpened with acme R2 1000000.00 @2027-06-17
            R1 365 days past due: face 1000000.00, interest 365000.00, costs 0.00
            R2 365 days past due: face 1000000.00, interest 30000.00, costs 0.00
        "#]],
    );
}

#[test]
fn a_rate_stays_what_it_was_at_acceptance_when_the_policy_changes() {
    let later = Policy {
        effective_from: crate::common::cast::date("2026-03-01"),
        late_rate_default_ppm_per_day: 100,
        ..Policy::rulebook()
    };
    check_policies(
        "policy change",
        vec![Policy::rulebook(), later],
        &format!(
            "{MILLION}
             on 2026-03-02
             given alpha submits 1_000_000.00 on acme due 2026-06-17 inv B1
             given acme confirms R2 knowing
             given alpha accepts R2
             on 2026-06-17
             on 2026-06-27
             show late"
        ),
        expect![[r#"
            end: ReceivableOverdue acme with alpha R1 1000000.00 @2026-06-17
            end: CaseOpened with acme R1 1000000.00 @2026-06-27
            end: ReceivableOverdue acme with alpha R2 1000000.00 @2026-06-17
            end: CaseOpened with acme R2 1000000.00 @2026-06-27
            R1 10 days past due: face 1000000.00, interest 5000.00, costs 0.00
            R2 10 days past due: face 1000000.00, interest 1000.00, costs 0.00
        "#]],
    );
}

#[test]
fn where_the_policy_pays_face_first_interest_outlives_the_tranches() {
    check_under(
        "face first",
        |policy| {
            policy.waterfall = vec![WaterfallStep::Face, WaterfallStep::Costs, WaterfallStep::LateInterest]
        },
        &format!(
            "{LIVE}
             given alpha splits T1 600.00>beta 400.00
             given beta accepts T2
             on 2026-06-17
             on 2026-06-18
             given beta bills R1 1.00 doc bill because work
             given acme allows R1 beta
             on 2026-06-27
             east credits acme 500.00 ref A
             show late
             east credits acme 500.00 ref B
             show late
             show tranches
             east credits acme 3.00 ref C
             show late
             on 2026-07-27
             show late
             east credits acme 3.00 ref D
             show receivables
             show money"
        ),
        expect![[r#"
            end: ReceivableOverdue acme with alpha R1 1000.00 @2026-06-17
            end: CaseOpened with acme R1 1000.00 @2026-06-18
            end: CaseEscalated with acme R1 @2026-06-27 "demand"
            DepositCredited east with acme 500.00 "A"
            end: SettlementDebited acme R1 500.00 @2026-06-27
            end: SettlementDistributed beta with acme R1 T2 300.00
            end: SettlementDistributed alpha with acme R1 T3 200.00
            R1 10 days past due: face 500.00, interest 5.00, costs 1.00; 1.00 of Costs to beta
            DepositCredited east with acme 500.00 "B"
            end: SettlementDebited acme R1 500.00 @2026-06-27
            end: SettlementDistributed beta with acme R1 T2 300.00
            end: SettlementDistributed alpha with acme R1 T3 200.00
            R1 10 days past due: face 0.00, interest 5.00, costs 1.00; 1.00 of Costs to beta; 3.00 of LateInterest to beta; 2.00 of LateInterest to alpha
            DepositCredited east with acme 3.00 "C"
            end: SettlementDebited acme R1 3.00 @2026-06-27
            end: CostsDistributed beta with acme R1 1.00
            end: LateInterestDistributed beta with acme R1 1.20
            end: LateInterestDistributed alpha with acme R1 0.80
            R1 10 days past due: face 0.00, interest 3.00, costs 0.00; 1.80 of LateInterest to beta; 1.20 of LateInterest to alpha
            end: ReceivableDefaulted acme with alpha R1 0.00 @2026-06-17
            end: CaseEscalated with acme R1 @2026-07-27 "legal"
            R1 40 days past due: face 0.00, interest 3.00, costs 0.00; 1.80 of LateInterest to beta; 1.20 of LateInterest to alpha
            DepositCredited east with acme 3.00 "D"
            end: SettlementDebited acme R1 3.00 @2026-07-27
            end: LateInterestDistributed beta with acme R1 1.80
            end: LateInterestDistributed alpha with acme R1 1.20
            end: ReceivableSettled acme R1 1000.00 @2026-07-27
            end: CaseClosed with acme R1 @2026-07-27
            R1 Settled on 2026-07-27: acme owes alpha 1000.00, settled 1000.00, term extended
            acme at east: 0.00 CNY
            beta at east: 604.00 CNY
            alpha at east: 402.00 CNY
            east credited 1006.00, redeemed 0.00 CNY
        "#]],
    );
}

#[test]
fn anyone_pays_for_the_anchor_and_may_take_the_claim() {
    check(
        "subrogation",
        &format!(
            "{LIVE}
             given alpha splits T1 600.00>beta 400.00
             given beta accepts T2
             given east opens on acme limit 500.00 rate 3.00 recourse
             given alpha discounts T3 400.00
             given east credits guard 1_000.00 ref G
             given west credits fund 1_000.00 ref F
             given east credits acme 10.00 ref A
             acme covers R1 1.00 at east
             guard covers R9 1.00 at east
             guard covers R1 0.00 at east
             guard covers R1 1_000.01 at east
             guard covers R1 1.00 at east taking
             guard covers R1 1.00 at guard
             fund covers R1 100.00 at west
             on 2026-06-17
             on 2026-06-18
             given beta bills R1 5.00 doc bill because work
             given acme allows R1 beta
             on 2026-06-27
             show late
             # 5.00 costs, 4.45 interest, 500.55 face
             guard covers R1 510.00 at east taking
             show late
             show tranches
             show facilities
             on 2026-07-07
             show late
             # everything that is left, interest to guard among it
             east credits acme 10_000.00 ref B
             show receivables
             show money"
        ),
        expect![[r#"
            refused COUNTERPARTY_IS_SELF: acme cannot be its own counterparty
            refused RECEIVABLE_UNKNOWN: no receivable R9
            refused AMOUNT_ZERO: the amount must be more than zero
            refused PAYMENT_EXCEEDS_OUTSTANDING: 100001 CNY minor paid where 100000 CNY minor is outstanding
            refused RECEIVABLE_STATUS: R1 is Live
            refused ROLE_MISSING: member guard does not have the role Bank
            PaidForAnchor fund with acme R1 100.00 @2026-01-15
            SettlementDistributed beta with fund R1 T2 60.00
            SettlementDistributed east with fund R1 T3 40.00
            end: SettlementDebited acme R1 10.00 @2026-06-17
            end: SettlementDistributed beta with acme R1 T2 6.00
            end: SettlementDistributed east with acme R1 T3 4.00
            end: ReceivableOverdue acme with alpha R1 890.00 @2026-06-17
            end: CaseOpened with acme R1 890.00 @2026-06-18
            end: CaseEscalated with acme R1 @2026-06-27 "demand"
            R1 10 days past due: face 890.00, interest 4.45, costs 5.00; 5.00 of Costs to beta
            PaidForAnchor guard with acme R1 510.00 @2026-06-27
            CostsDistributed beta with guard R1 5.00
            LateInterestDistributed beta with guard R1 T2 2.67
            LateInterestDistributed east with guard R1 T3 1.78
            SettlementDistributed beta with guard R1 T2 300.33
            SettlementDistributed east with guard R1 T3 200.22
            ClaimTakenOver guard with acme R1 T4 [T2, T3] 500.55
            R1 10 days past due: face 890.00, interest 4.45, costs 5.00; 5.00 of Costs to guard; 4.45 of LateInterest to guard
            T2 of R1: 233.67 beta, depth 1
            T3 of R1: 155.78 east, depth 0, recourse [alpha], bought under F1 from alpha
            T4 of R1: 500.55 guard, depth 1, taken over from all
            F1 of east: 155.78 used of 500.00, open
            F1 bought 155.78 from alpha
            R1 20 days past due: face 890.00, interest 8.90, costs 5.00; 5.00 of Costs to guard; 4.45 of LateInterest to guard
            DepositCredited east with acme 10000.00 "B"
            end: SettlementDebited acme R1 903.90 @2026-07-07
            end: CostsDistributed guard with acme R1 5.00
            end: LateInterestDistributed guard with acme R1 4.45
            end: LateInterestDistributed beta with acme R1 T2 1.17
            end: LateInterestDistributed east with acme R1 T3 0.78
            end: LateInterestDistributed guard with acme R1 T4 2.50
            end: SettlementDistributed beta with acme R1 T2 233.67
            end: SettlementDistributed east with acme R1 T3 155.78
            end: SettlementDistributed guard with acme R1 T4 500.55
            end: ReceivableSettled acme R1 1000.00 @2026-07-07
            end: CaseClosed with acme R1 @2026-07-07
            R1 Settled on 2026-07-07: acme owes alpha 1000.00, settled 1000.00, term extended
            acme at east: 9096.10 CNY
            beta at east: 548.84 CNY
            east at east: 362.56 CNY
            alpha at east: 394.90 CNY
            guard at east: 1002.50 CNY
            beta at west: 60.00 CNY
            east at west: 40.00 CNY
            fund at west: 900.00 CNY
            east credited 11404.90, redeemed 0.00 CNY
            west credited 1000.00, redeemed 0.00 CNY
        "#]],
    );
}

#[test]
fn interest_never_makes_a_debt_larger_than_an_amount_can_be() {
    check_under(
        "the largest face at the highest rate",
        |policy| policy.default_after_days = 36_525,
        "given alpha submits 10_000_000_000_000.00 on acme due 2026-06-17 inv A1 late 1000000
         given alpha submits 5_000_000_000_000.00 on bolt due 2026-06-17 inv B1 late 1000000
         given acme confirms R1
         given bolt confirms R2
         given alpha accepts R1
         given alpha accepts R2
         on 2026-06-18
         on 2080-01-01
         show late
         alpha bills R1 0.01 doc bill because work
         alpha bills R2 0.01 doc bill because work
         given bolt allows R2 alpha
         show late
         east credits acme 6_000_000_000_000.00 ref A
         show late
         east credits acme 6_000_000_000_000.00 ref B
         east credits acme 6_000_000_000_000.00 ref C
         show late",
        expect![[r#"
            end: ReceivableOverdue acme with alpha R1 10000000000000.00 @2026-06-17
            end: CaseOpened with acme R1 10000000000000.00 @2080-01-01
            end: ReceivableOverdue bolt with alpha R2 5000000000000.00 @2026-06-17
            end: CaseOpened with bolt R2 5000000000000.00 @2080-01-01
            R1 19556 days past due: face 10000000000000.00, interest 0.00, costs 0.00
            R2 19556 days past due: face 5000000000000.00, interest 5000000000000.00, costs 0.00
            refused AMOUNT_OVERFLOW: an amount is over the limit of 10^15 minor units
            CostsClaimed alpha with bolt R2 0.01 "work"
            R1 19556 days past due: face 10000000000000.00, interest 0.00, costs 0.00
            R2 19556 days past due: face 5000000000000.00, interest 4999999999999.99, costs 0.01; 0.01 of Costs to alpha
            DepositCredited east with acme 6000000000000.00 "A"
            end: SettlementDebited acme R1 6000000000000.00 @2080-01-01
            end: SettlementDistributed alpha with acme R1 T1 6000000000000.00
            R1 19556 days past due: face 4000000000000.00, interest 6000000000000.00, costs 0.00
            R2 19556 days past due: face 5000000000000.00, interest 4999999999999.99, costs 0.01; 0.01 of Costs to alpha
            DepositCredited east with acme 6000000000000.00 "B"
            end: SettlementDebited acme R1 6000000000000.00 @2080-01-01
            end: LateInterestDistributed alpha with acme R1 T1 6000000000000.00
            DepositCredited east with acme 6000000000000.00 "C"
            end: SettlementDebited acme R1 6000000000000.00 @2080-01-01
            end: LateInterestDistributed alpha with acme R1 T1 6000000000000.00
            R1 19556 days past due: face 4000000000000.00, interest 6000000000000.00, costs 0.00
            R2 19556 days past due: face 5000000000000.00, interest 4999999999999.99, costs 0.01; 0.01 of Costs to alpha
        "#]],
    );
}
