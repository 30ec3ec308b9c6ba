//! Late and default: interest, the waterfall, payments by others, costs, risk classes, write-offs.
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
fn costs_come_first_then_interest_then_face() {
    check(
        "waterfall",
        &format!(
            "{LIVE}
             given alpha splits T1 600.00>beta 400.00
             given beta accepts T2
             alpha bills R1 5.00 doc bill because lawyer
             on 2026-06-17
             on 2026-06-18
             alpha bills R1 0.00 doc bill because lawyer
             gamma bills R1 5.00 doc bill because lawyer
             alpha bills R1 5.00 doc bill
             alpha bills R1 5.00 because lawyer
             alpha bills R1 5.00 doc bill because lawyer
             beta bills R1 10.00 doc court because court fee
             alpha bills R1 99.00 doc dinner because dinner
             beta allows R1 alpha
             acme allows R1 gamma
             acme allows R1 alpha
             watch allows R1 beta
             watch allows R1 beta because ruling 7
             acme denies R1 alpha because not needed
             on 2026-06-27
             show late
             # 7.00 of 15.00 costs
             east credits acme 7.00 ref A
             # the rest of the costs, and 2.00 of 5.00 interest
             east credits acme 10.00 ref B
             show late
             # the rest of the interest, and 503.00 of face
             east credits acme 506.00 ref C
             show late
             show tranches"
        ),
        expect![[r#"
            refused RECEIVABLE_STATUS: R1 is Live
            end: ReceivableOverdue acme with alpha R1 1000.00 @2026-06-17
            end: CaseOpened with acme R1 1000.00 @2026-06-18
            refused AMOUNT_ZERO: the amount must be more than zero
            refused NOT_CREDITOR_OF: the sender holds no tranche of R1
            refused TEXT_MISSING: what the costs were for must not be empty
            refused COST_EVIDENCE_MISSING: costs of R1 are claimed without evidence
            CostsClaimed alpha with acme R1 5.00 "lawyer"
            CostsClaimed beta with acme R1 10.00 "court fee"
            CostsClaimed alpha with acme R1 99.00 "dinner"
            refused NOT_ANCHOR_OF: the sender is not the anchor of R1
            refused COSTS_NOT_CLAIMED: gamma claims no costs of R1
            CostsAllowed acme with alpha R1 5.00
            refused TEXT_MISSING: the ruling must not be empty
            CostsAllowed watch with beta R1 10.00 "ruling 7"
            CostsDeclined acme with alpha R1 99.00 "not needed"
            end: CaseEscalated with acme R1 @2026-06-27 "demand"
            R1 10 days past due: face 1000.00, interest 5.00, costs 15.00; 10.00 of Costs to beta; 5.00 of Costs to alpha
            DepositCredited east with acme 7.00 "A"
            end: SettlementDebited acme R1 7.00 @2026-06-27
            end: CostsDistributed beta with acme R1 4.67
            end: CostsDistributed alpha with acme R1 2.33
            DepositCredited east with acme 10.00 "B"
            end: SettlementDebited acme R1 10.00 @2026-06-27
            end: CostsDistributed beta with acme R1 5.33
            end: CostsDistributed alpha with acme R1 2.67
            end: LateInterestDistributed beta with acme R1 T2 1.20
            end: LateInterestDistributed alpha with acme R1 T3 0.80
            R1 10 days past due: face 1000.00, interest 3.00, costs 0.00
            DepositCredited east with acme 506.00 "C"
            end: SettlementDebited acme R1 506.00 @2026-06-27
            end: LateInterestDistributed beta with acme R1 T2 1.80
            end: LateInterestDistributed alpha with acme R1 T3 1.20
            end: SettlementDistributed beta with acme R1 T2 301.80
            end: SettlementDistributed alpha with acme R1 T3 201.20
            R1 10 days past due: face 497.00, interest 0.00, costs 0.00
            T2 of R1: 298.20 beta, depth 1
            T3 of R1: 198.80 alpha, depth 0
        "#]],
    );
}

#[test]
fn claims_for_costs_are_bounded() {
    let bills = "given alpha bills R1 1.00 doc bill because work\n".repeat(16);
    check(
        "claims for costs",
        &format!(
            "{LIVE}
             on 2026-06-17
             on 2026-06-18
             {bills}
             alpha bills R1 1.00 doc bill because work
             given acme denies R1 alpha
             alpha bills R1 1.00 doc bill because work"
        ),
        expect![[r#"
            end: ReceivableOverdue acme with alpha R1 1000.00 @2026-06-17
            end: CaseOpened with acme R1 1000.00 @2026-06-18
            refused COST_CLAIMS_LIMIT: 16 claims for costs of R1 wait for an answer
            CostsClaimed alpha with acme R1 1.00 "work"
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
fn a_receivable_defaults_after_the_policys_days_and_its_anchor_confirms_nothing() {
    check_under(
        "default",
        |policy| policy.suspend_anchor_after_days = 300,
        &format!(
            "{LIVE}
             given alpha submits 50.00 on acme due 2026-09-17 inv B1
             given alpha submits 60.00 on acme due 2026-09-17 inv C1
             risk acme
             on 2026-06-17
             on 2026-06-18
             show queue
             risk acme
             acme confirms R2
             on 2026-06-25
             risk acme
             on 2026-07-17 23:59
             on 2026-07-18
             show queue
             risk acme
             acme confirms R3
             alpha offers T1>beta
             on 2026-09-16
             risk acme
             on 2027-03-15
             risk acme
             on 2027-06-13
             risk acme
             risk nobody
             east credits acme 5_000.00 ref A
             show receivables
             risk acme"
        ),
        expect![[r#"
            acme: Normal, 0 days past due by nothing, defaulted nothing
            end: ReceivableLapsed alpha with acme R2 50.00 @2026-09-17
            end: ReceivableLapsed alpha with acme R3 60.00 @2026-09-17
            end: ReceivableOverdue acme with alpha R1 1000.00 @2026-06-17
            end: CaseOpened with acme R1 1000.00 @2026-06-18
            2026-06-25 00:00 CaseEscalation 1
            2026-07-18 00:00 Default 1
            1 unpaid, 0 arrivals
            acme: Normal, 1 days past due by R1, defaulted nothing
            refused RECEIVABLE_STATUS: R2 is Closed, Lapsed
            end: CaseEscalated with acme R1 @2026-06-25 "demand"
            acme: SpecialMention, 8 days past due by R1, defaulted nothing
            end: ReceivableDefaulted acme with alpha R1 1000.00 @2026-06-17
            end: CaseEscalated with acme R1 @2026-07-18 "legal"
            1 unpaid, 0 arrivals
            acme: SpecialMention, 31 days past due by R1, defaulted R1
            refused RECEIVABLE_STATUS: R3 is Closed, Lapsed
            refused RECEIVABLE_STATUS: R1 is Defaulted since 2026-07-18
            acme: Substandard, 91 days past due by R1, defaulted R1
            acme: Doubtful, 271 days past due by R1, defaulted R1
            acme: Loss, 361 days past due by R1, defaulted R1
            no class: no member nobody on this ledger
            DepositCredited east with acme 5000.00 "A"
            end: SettlementDebited acme R1 1180.50 @2027-06-13
            end: LateInterestDistributed alpha with acme R1 T1 180.50
            end: SettlementDistributed alpha with acme R1 T1 1000.00
            end: ReceivableSettled acme R1 1000.00 @2027-06-13
            end: CaseClosed with acme R1 @2027-06-13
            R1 Settled on 2027-06-13: acme owes alpha 1000.00, settled 1000.00, term extended
            R2 Closed, Lapsed: acme owes alpha 0.00, settled 0.00, term extended
            R3 Closed, Lapsed: acme owes alpha 0.00, settled 0.00, term extended
            acme: Normal, 0 days past due by nothing, defaulted nothing
        "#]],
    );
}

#[test]
fn the_policy_in_force_decides_when_a_receivable_defaults() {
    let later = Policy {
        effective_from: crate::common::cast::date("2026-07-01"),
        default_after_days: 60,
        ..Policy::rulebook()
    };
    check_policies(
        "longer",
        vec![Policy::rulebook(), later],
        &format!(
            "{LIVE}
             on 2026-06-17
             on 2026-06-18
             show queue
             on 2026-07-18
             show queue
             on 2026-08-17"
        ),
        expect![[r#"
            end: ReceivableOverdue acme with alpha R1 1000.00 @2026-06-17
            end: CaseOpened with acme R1 1000.00 @2026-06-18
            2026-06-25 00:00 CaseEscalation 1
            2026-07-18 00:00 Default 1
            1 unpaid, 0 arrivals
            end: CaseEscalated with acme R1 @2026-07-18 "demand"
            2026-08-17 00:00 Default 1
            2026-08-17 00:00 CaseEscalation 1
            1 unpaid, 0 arrivals
            end: ReceivableDefaulted acme with alpha R1 1000.00 @2026-06-17
            end: CaseEscalated with acme R1 @2026-08-17 "legal"
        "#]],
    );
}

#[test]
fn default_cannot_come_before_overdue() {
    check_under(
        "no days",
        |policy| (policy.grace_days, policy.default_after_days) = (5, 0),
        &format!(
            "{LIVE}
             on 2026-06-18
             on 2026-06-23
             show queue
             on 2026-06-24
             show receivables"
        ),
        expect![[r#"
            2026-06-24 00:00 Overdue 1
            1 unpaid, 0 arrivals
            end: ReceivableOverdue acme with alpha R1 1000.00 @2026-06-17
            end: CaseOpened with acme R1 1000.00 @2026-06-24
            R1 Overdue since 2026-06-24: acme owes alpha 1000.00, settled 0.00, term extended
        "#]],
    );
}

#[test]
fn a_holder_writes_off_and_keeps_its_claim() {
    check(
        "write-off",
        &format!(
            "{LIVE}
             given alpha splits T1 600.00>beta 400.00
             given beta accepts T2
             given east credits guard 1_000.00 ref G
             on 2026-06-17
             on 2026-06-18
             beta writes off T2 because hopeless
             on 2026-07-18
             alpha writes off T2 because hopeless
             beta writes off T2
             beta writes off T2 because hopeless
             beta writes off T2 because hopeless
             show receivables
             alpha writes off T3 because hopeless
             show receivables
             alpha writes off T3 because hopeless
             acme confirms R1
             on 2027-06-17
             # 18.25 % of 1,000.00 is owed after a year
             guard covers R1 100.00 at east taking
             east credits acme 500.00 ref A
             show late
             east credits acme 5_000.00 ref B
             show receivables
             show money
             show queue
             risk acme"
        ),
        expect![[r#"
            end: ReceivableOverdue acme with alpha R1 1000.00 @2026-06-17
            end: CaseOpened with acme R1 1000.00 @2026-06-18
            refused RECEIVABLE_STATUS: R1 is Overdue since 2026-06-18
            end: CaseEscalated with acme R1 @2026-07-18 "legal"
            end: ReceivableDefaulted acme with alpha R1 1000.00 @2026-06-17
            refused NOT_HOLDER: the sender does not hold T2
            refused TEXT_MISSING: reason must not be empty
            TrancheWrittenOff beta with acme R1 T2 600.00 "hopeless"
            refused WRITTEN_OFF_BEFORE: T2 was written off before
            R1 Defaulted since 2026-07-18: acme owes alpha 1000.00, settled 0.00, term extended
            TrancheWrittenOff alpha with acme R1 T3 400.00 "hopeless"
            ReceivableWrittenOff acme with alpha R1 1000.00 @2026-07-18
            R1 WrittenOff on 2026-07-18: acme owes alpha 1000.00, settled 0.00, term extended
            refused WRITTEN_OFF_BEFORE: T3 was written off before
            refused RECEIVABLE_STATUS: R1 is WrittenOff on 2026-07-18
            PaidForAnchor guard with acme R1 100.00 @2027-06-17
            LateInterestDistributed beta with guard R1 T2 60.00
            LateInterestDistributed alpha with guard R1 T3 40.00
            DepositCredited east with acme 500.00 "A"
            end: SettlementDebited acme R1 500.00 @2027-06-17
            end: LateInterestDistributed guard with acme R1 100.00
            end: LateInterestDistributed beta with acme R1 T2 49.50
            end: LateInterestDistributed alpha with acme R1 T3 33.00
            end: SettlementDistributed beta with acme R1 T2 190.50
            end: SettlementDistributed alpha with acme R1 T3 127.00
            R1 365 days past due: face 682.50, interest 0.00, costs 0.00
            DepositCredited east with acme 5000.00 "B"
            end: SettlementDebited acme R1 682.50 @2027-06-17
            end: SettlementDistributed beta with acme R1 T2 409.50
            end: SettlementDistributed alpha with acme R1 T3 273.00
            end: CaseClosed with acme R1 @2027-06-17
            R1 WrittenOff on 2026-07-18: acme owes alpha 1000.00, settled 1000.00, term extended
            acme at east: 4317.50 CNY
            beta at east: 709.50 CNY
            alpha at east: 473.00 CNY
            guard at east: 1000.00 CNY
            east credited 6500.00, redeemed 0.00 CNY
            0 unpaid, 0 arrivals
            acme: Normal, 0 days past due by nothing, defaulted nothing
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

#[test]
fn contagion_says_what_an_anchors_default_would_cost_whom() {
    check(
        "contagion",
        &format!(
            "contagion acme
             {LIVE}
             given alpha splits T1 300.00>beta 300.00>gamma! 400.00
             given beta accepts T2
             given gamma accepts T3
             given beta splits T2 100.00>gamma 200.00
             given gamma accepts T5
             given east opens on acme limit 500.00 rate 3.00
             given west opens on acme limit 500.00 rate 4.00 recourse
             given alpha discounts T4 350.00 under F1
             given gamma discounts T3 under F2
             given alpha submits 50.00EUR on acme due 2026-06-17 inv B1
             given acme confirms R2
             given alpha accepts R2
             given alpha submits 70.00 on acme due 2026-06-17 inv C1
             given acme confirms R3 knowing
             contagion acme
             contagion nobody
             contagion bolt
             on 2026-06-17
             on 2026-06-27
             given east credits acme 105.00 ref A
             contagion acme"
        ),
        expect![[r#"
            CNY on 2026-01-15: 1 receivables, face 1000.00, beside 0.00
            beta: 200.00 (held 200.00)
            east: 350.00 (held 350.00, bought 350.00)
            west: 0.00 (held 300.00, bought 300.00, recoverable 300.00)
            alpha: 350.00 (held 50.00, liable 300.00)
            gamma: 100.00 (held 100.00)
            tier 1: 2 tranches of 400.00, 350.00 bought
            tier 2: 2 tranches of 500.00, 300.00 bought
            tier 3: 1 tranches of 100.00, 0.00 bought
            EUR on 2026-01-15: 1 receivables, face 50.00, beside 0.00
            alpha: 50.00 (held 50.00)
            tier 1: 1 tranches of 50.00, 0.00 bought
            no contagion: no member nobody on this ledger
            end: ReceivableOverdue acme with alpha R1 1000.00 @2026-06-17
            end: CaseOpened with acme R1 1000.00 @2026-06-27
            end: ReceivableOverdue acme with alpha R2 50.00EUR @2026-06-17
            end: CaseOpened with acme R2 50.00EUR @2026-06-27
            CNY on 2026-06-27: 1 receivables, face 900.00, beside 0.00
            beta: 180.00 (held 180.00)
            east: 315.00 (held 315.00, bought 315.00)
            west: 0.00 (held 270.00, bought 270.00, recoverable 270.00)
            alpha: 315.00 (held 45.00, liable 270.00)
            gamma: 90.00 (held 90.00)
            tier 1: 2 tranches of 360.00, 315.00 bought
            tier 2: 2 tranches of 450.00, 270.00 bought
            tier 3: 1 tranches of 90.00, 0.00 bought
            EUR on 2026-06-27: 1 receivables, face 50.00, beside 0.25
            alpha: 50.00 (held 50.00)
            tier 1: 1 tranches of 50.00, 0.00 bought
        "#]],
    );
}
