//! Settlement: due dates, arrivals, Overdue, distribution.
use crate::common::script::{LIVE, Stage, check, check_under};
use expect_test::expect;

#[test]
fn the_whole_story_pays_every_holder() {
    check(
        "story",
        "alpha submits 1_000.00 on acme due 2026-06-17 inv A1
         acme confirms R1
         alpha accepts R1
         alpha splits T1 300.00>beta 700.00
         beta accepts T2
         east opens on acme limit 500.00 rate 30:3.00,180:3.60
         quote T3 500.00
         alpha discounts T3 500.00
         east credits acme 1_000.00 ref A1
         on 2026-06-17
         show money
         show receivables
         show facilities
         show queue",
        expect![[r#"
            ReceivableSubmitted alpha with acme R1 1000.00 @2026-06-17
            ReceivableConfirmed acme with alpha R1 1000.00 @2026-06-17
            ReceivableAccepted alpha with acme R1 T1 1000.00 @2026-06-17
            TrancheSplit alpha R1 T1 [T2, T3] 1000.00
            TransferOffered alpha with beta R1 T2 300.00
            TransferAccepted alpha with beta R1 T2 300.00
            FacilityOpened east F1 500.00
            F1: 492.58 of 500.00 (discount 7.42, fee 0.00, 153 days, APR 3.5936 % on 365)
            best: F1 takes 500.00 for 492.58
            TrancheSplit alpha R1 T3 [T4, T5] 700.00
            TrancheDiscounted alpha with east R1 T4 F1 500.00 for 492.58
            DepositCredited east with acme 1000.00 "A1"
            end: SettlementDebited acme R1 1000.00 @2026-06-17
            end: SettlementDistributed beta with acme R1 T2 300.00
            end: SettlementDistributed east with acme R1 T4 500.00
            end: SettlementDistributed alpha with acme R1 T5 200.00
            end: ReceivableSettled acme R1 1000.00 @2026-06-17
            acme at east: 0.00 CNY
            beta at east: 300.00 CNY
            east at east: 500.00 CNY
            alpha at east: 692.58 CNY
            east credited 1492.58, redeemed 0.00 CNY
            R1 Settled on 2026-06-17: acme owes alpha 1000.00, settled 1000.00, term extended
            F1 of east: 0.00 used of 500.00, open
            0 unpaid, 0 arrivals
        "#]],
    );
}

#[test]
fn money_is_taken_on_the_day_and_shared_by_largest_remainder() {
    check(
        "thirds",
        "given alpha submits 300.00 on acme due 2026-06-17 inv A1
         given acme confirms R1
         given alpha accepts R1
         given alpha splits T1 100.00>beta 100.00>gamma 100.00
         given beta accepts T2
         given gamma accepts T3
         given east credits acme 100.00 ref A
         on 2026-06-16 23:59
         on 2026-06-17 00:00
         show tranches
         show queue
         # a fen reaches the smallest number among equals, then the largest remainder
         east credits acme 0.01 ref B
         east credits acme 0.01 ref C
         east credits acme 0.01 ref D
         show tranches
         east credits acme 500.00 ref E
         show money
         show receivables",
        expect![[r#"
            end: SettlementDebited acme R1 100.00 @2026-06-17
            end: SettlementDistributed beta with acme R1 T2 33.34
            end: SettlementDistributed gamma with acme R1 T3 33.33
            end: SettlementDistributed alpha with acme R1 T4 33.33
            T2 of R1: 66.66 beta, depth 1
            T3 of R1: 66.67 gamma, depth 1
            T4 of R1: 66.67 alpha, depth 0
            2026-06-18 00:00 Overdue 1
            1 unpaid, 0 arrivals
            DepositCredited east with acme 0.01 "B"
            end: SettlementDebited acme R1 0.01 @2026-06-17
            end: SettlementDistributed gamma with acme R1 T3 0.01
            DepositCredited east with acme 0.01 "C"
            end: SettlementDebited acme R1 0.01 @2026-06-17
            end: SettlementDistributed alpha with acme R1 T4 0.01
            DepositCredited east with acme 0.01 "D"
            end: SettlementDebited acme R1 0.01 @2026-06-17
            end: SettlementDistributed beta with acme R1 T2 0.01
            T2 of R1: 66.65 beta, depth 1
            T3 of R1: 66.66 gamma, depth 1
            T4 of R1: 66.66 alpha, depth 0
            DepositCredited east with acme 500.00 "E"
            end: SettlementDebited acme R1 199.97 @2026-06-17
            end: SettlementDistributed beta with acme R1 T2 66.65
            end: SettlementDistributed gamma with acme R1 T3 66.66
            end: SettlementDistributed alpha with acme R1 T4 66.66
            end: ReceivableSettled acme R1 300.00 @2026-06-17
            acme at east: 300.03 CNY
            beta at east: 100.00 CNY
            alpha at east: 100.00 CNY
            gamma at east: 100.00 CNY
            east credited 600.03, redeemed 0.00 CNY
            R1 Settled on 2026-06-17: acme owes alpha 300.00, settled 300.00, term extended
        "#]],
    );
}

#[test]
fn the_anchor_pays_early_in_part_and_never_too_much() {
    check(
        "early payment",
        &format!(
            "{LIVE}
             given east credits acme 2_000.00 ref A
             given west credits acme 2_000.00 ref A
             acme pays R1 400.00
             acme pays R1 600.01
             acme pays R1 0.00
             acme pays R1 1.00EUR
             bolt pays R1 1.00
             acme pays R9 1.00
             acme pays R1 600.00
             acme pays R1 1.00
             on 2026-06-17
             show money
             show queue"
        ),
        expect![[r#"
            SettlementDebited acme R1 400.00 @2026-01-15
            SettlementDistributed alpha with acme R1 T1 400.00
            refused PAYMENT_EXCEEDS_OUTSTANDING: 60001 CNY minor paid where 60000 CNY minor is outstanding
            refused AMOUNT_ZERO: the amount must be more than zero
            refused CURRENCY_MISMATCH: EUR and CNY are different currencies
            refused NOT_ANCHOR_OF: the sender is not the anchor of R1
            refused RECEIVABLE_UNKNOWN: no receivable R9
            SettlementDebited acme R1 600.00 @2026-01-15
            SettlementDistributed alpha with acme R1 T1 600.00
            ReceivableSettled acme R1 1000.00 @2026-01-15
            refused RECEIVABLE_STATUS: R1 is Settled on 2026-01-15
            acme at east: 1000.00 CNY
            alpha at east: 1000.00 CNY
            acme at west: 2000.00 CNY
            east credited 2000.00, redeemed 0.00 CNY
            west credited 2000.00, redeemed 0.00 CNY
            0 unpaid, 0 arrivals
        "#]],
    );
}

#[test]
fn what_is_unpaid_at_the_end_of_the_day_is_overdue_until_it_is_paid() {
    check(
        "overdue",
        &format!(
            "{LIVE}
             given alpha splits T1 600.00 400.00
             given alpha offers T2>beta
             given east credits acme 100.00 ref A
             on 2026-06-17
             on 2026-06-17 23:59
             show queue
             on 2026-06-18 00:00
             show queue
             alpha splits T3 200.00 160.00
             alpha offers T3>beta
             alpha discounts T3
             beta accepts T2
             alpha merges T2 T3
             acme cancels R1
             east credits acme 300.00 ref B
             acme pays R1 1.00
             east credits acme 600.00 ref C
             show receivables
             show money"
        ),
        expect![[r#"
            end: TransferLapsed alpha with beta R1 T2 600.00
            end: SettlementDebited acme R1 100.00 @2026-06-17
            end: SettlementDistributed alpha with acme R1 T2 60.00
            end: SettlementDistributed alpha with acme R1 T3 40.00
            2026-06-18 00:00 Overdue 1
            1 unpaid, 0 arrivals
            end: ReceivableOverdue acme with alpha R1 900.00 @2026-06-17
            end: CaseOpened with acme R1 900.00 @2026-06-18
            2026-06-25 00:00 CaseEscalation 1
            2026-07-18 00:00 Default 1
            1 unpaid, 0 arrivals
            refused RECEIVABLE_STATUS: R1 is Overdue since 2026-06-18
            refused RECEIVABLE_STATUS: R1 is Overdue since 2026-06-18
            refused RECEIVABLE_STATUS: R1 is Overdue since 2026-06-18
            refused NOT_OFFERED: T2 is not on offer
            refused RECEIVABLE_STATUS: R1 is Overdue since 2026-06-18
            refused RECEIVABLE_STATUS: R1 is Overdue since 2026-06-18
            DepositCredited east with acme 300.00 "B"
            end: SettlementDebited acme R1 300.00 @2026-06-18
            end: LateInterestDistributed alpha with acme R1 T2 0.27
            end: LateInterestDistributed alpha with acme R1 T3 0.18
            end: SettlementDistributed alpha with acme R1 T2 179.73
            end: SettlementDistributed alpha with acme R1 T3 119.82
            refused DEPOSIT_INSUFFICIENT: 0 CNY minor are free where 100 CNY minor are needed
            DepositCredited east with acme 600.00 "C"
            end: SettlementDebited acme R1 600.00 @2026-06-18
            end: SettlementDistributed alpha with acme R1 T2 360.00
            end: SettlementDistributed alpha with acme R1 T3 240.00
            R1 Overdue since 2026-06-18: acme owes alpha 1000.00, settled 999.55, term extended
            acme at east: 0.00 CNY
            alpha at east: 1000.00 CNY
            east credited 1000.00, redeemed 0.00 CNY
        "#]],
    );
}

#[test]
fn grace_days_delay_overdue_but_not_the_debit() {
    check_under(
        "grace",
        |policy| policy.grace_days = 3,
        &format!(
            "{LIVE}
             on 2026-06-17
             show queue
             on 2026-06-20
             east credits acme 1_000.00 ref A"
        ),
        expect![[r#"
            2026-06-21 00:00 Overdue 1
            1 unpaid, 0 arrivals
            DepositCredited east with acme 1000.00 "A"
            end: SettlementDebited acme R1 1000.00 @2026-06-20
            end: SettlementDistributed alpha with acme R1 T1 1000.00
            end: ReceivableSettled acme R1 1000.00 @2026-06-20
        "#]],
    );
}

#[test]
fn a_due_date_on_a_weekend_or_holiday_settles_on_the_next_business_day() {
    // 20 June 2026 is a Saturday; Monday is made a holiday
    check_under(
        "holiday",
        |policy| {
            policy.calendar.holidays.insert(crate::common::cast::date("2026-06-22"));
        },
        "given alpha submits 100.00 on acme due 2026-06-20 inv A1
         given acme confirms R1
         given alpha accepts R1
         given east credits acme 100.00 ref A
         show queue
         on 2026-06-22
         on 2026-06-23",
        expect![[r#"
            2026-06-23 00:00 Settlement 1
            0 unpaid, 0 arrivals
            end: SettlementDebited acme R1 100.00 @2026-06-23
            end: SettlementDistributed alpha with acme R1 T1 100.00
            end: ReceivableSettled acme R1 100.00 @2026-06-23
        "#]],
    );
    check_under(
        "no rolling",
        |policy| policy.day_roll = tally_contracts::types::DayRoll::None,
        "given alpha submits 100.00 on acme due 2026-06-20 inv A1
         given acme confirms R1
         given alpha accepts R1
         given east credits acme 100.00 ref A
         on 2026-06-20",
        expect![[r#"
            end: SettlementDebited acme R1 100.00 @2026-06-20
            end: SettlementDistributed alpha with acme R1 T1 100.00
            end: ReceivableSettled acme R1 100.00 @2026-06-20
        "#]],
    );
}

#[test]
fn money_at_another_bank_or_locked_for_a_payout_is_not_taken() {
    check(
        "elsewhere",
        &format!(
            "{LIVE}
             given west credits acme 1_000.00 ref A
             given east credits acme 1_000.00 ref A
             given acme draws 900.00 at east to IBAN
             on 2026-06-17
             east returns P1 because no such account
             show money"
        ),
        expect![[r#"
            end: SettlementDebited acme R1 100.00 @2026-06-17
            end: SettlementDistributed alpha with acme R1 T1 100.00
            PayoutRejected acme with east P1 900.00 "no such account"
            end: SettlementDebited acme R1 900.00 @2026-06-17
            end: SettlementDistributed alpha with acme R1 T1 900.00
            end: ReceivableSettled acme R1 1000.00 @2026-06-17
            acme at east: 0.00 CNY
            alpha at east: 1000.00 CNY
            acme at west: 1000.00 CNY
            east credited 1000.00, redeemed 0.00 CNY
            west credited 1000.00, redeemed 0.00 CNY
        "#]],
    );
}

#[test]
fn the_oldest_debt_is_paid_first() {
    check(
        "order",
        "given alpha submits 100.00 on acme due 2026-06-18 inv A1
         given alpha submits 200.00 on acme due 2026-06-17 inv B2
         given alpha submits 300.00 on acme due 2026-06-17 inv C3
         given acme confirms R1
         given acme confirms R2
         given acme confirms R3
         given alpha accepts R1
         given alpha accepts R2
         given alpha accepts R3
         on 2026-06-19
         on 2026-06-20
         east credits acme 350.00 ref A
         east credits acme 350.00 ref B
         show money",
        expect![[r#"
            end: ReceivableOverdue acme with alpha R1 100.00 @2026-06-18
            end: CaseOpened with acme R1 100.00 @2026-06-20
            end: ReceivableOverdue acme with alpha R2 200.00 @2026-06-17
            end: CaseOpened with acme R2 200.00 @2026-06-20
            end: ReceivableOverdue acme with alpha R3 300.00 @2026-06-17
            end: CaseOpened with acme R3 300.00 @2026-06-20
            DepositCredited east with acme 350.00 "A"
            end: SettlementDebited acme R2 200.30 @2026-06-20
            end: LateInterestDistributed alpha with acme R2 T2 0.30
            end: SettlementDistributed alpha with acme R2 T2 200.00
            end: ReceivableSettled acme R2 200.00 @2026-06-20
            end: CaseClosed with acme R2 @2026-06-20
            end: SettlementDebited acme R3 149.70 @2026-06-20
            end: LateInterestDistributed alpha with acme R3 T3 0.45
            end: SettlementDistributed alpha with acme R3 T3 149.25
            DepositCredited east with acme 350.00 "B"
            end: SettlementDebited acme R3 150.75 @2026-06-20
            end: SettlementDistributed alpha with acme R3 T3 150.75
            end: ReceivableSettled acme R3 300.00 @2026-06-20
            end: CaseClosed with acme R3 @2026-06-20
            end: SettlementDebited acme R1 100.10 @2026-06-20
            end: LateInterestDistributed alpha with acme R1 T1 0.10
            end: SettlementDistributed alpha with acme R1 T1 100.00
            end: ReceivableSettled acme R1 100.00 @2026-06-20
            end: CaseClosed with acme R1 @2026-06-20
            acme at east: 99.15 CNY
            alpha at east: 600.85 CNY
            east credited 700.00, redeemed 0.00 CNY
        "#]],
    );
}

#[test]
fn an_offer_does_not_outlive_its_tranche() {
    // the offer would lapse in the same block in which the tranche is settled
    check(
        "offer on a settled tranche",
        &format!(
            "{LIVE}
             given east credits acme 1_000.00 ref A
             on 2026-06-16
             given alpha offers T1>beta
             show queue
             on 2026-06-22
             beta accepts T1"
        ),
        expect![[r#"
            2026-06-17 00:00 Settlement 1
            2026-06-19 09:00 OfferLapse 1
            0 unpaid, 0 arrivals
            end: SettlementDebited acme R1 1000.00 @2026-06-22
            end: SettlementDistributed alpha with acme R1 T1 1000.00
            end: ReceivableSettled acme R1 1000.00 @2026-06-22
            refused TRANCHE_UNKNOWN: no open tranche T1
        "#]],
    );
}

#[test]
fn an_offered_tranche_shrinks_by_what_its_holder_was_paid() {
    check(
        "offer on a paid tranche",
        &format!(
            "{LIVE}
             given east credits acme 400.00 ref A
             given alpha offers T1>beta
             acme pays R1 400.00
             beta accepts T1
             show tranches"
        ),
        expect![[r#"
            SettlementDebited acme R1 400.00 @2026-01-15
            SettlementDistributed alpha with acme R1 T1 400.00
            TransferAccepted alpha with beta R1 T1 600.00
            T1 of R1: 600.00 beta, depth 1
        "#]],
    );
}

#[test]
fn an_anchor_that_holds_others_debts_passes_money_on() {
    // acme owes bolt, bolt owes alpha: acme's money reaches alpha at the end of the next block
    check(
        "chain",
        "given bolt submits 100.00 on acme due 2026-06-17 inv A1
         given alpha submits 100.00 on bolt due 2026-06-17 inv B1
         given acme confirms R1
         given bolt confirms R2
         given bolt accepts R1
         given alpha accepts R2
         on 2026-06-17
         east credits acme 100.00 ref A
         show queue
         on 2026-06-17 10:00
         show money",
        expect![[r#"
            DepositCredited east with acme 100.00 "A"
            end: SettlementDebited acme R1 100.00 @2026-06-17
            end: SettlementDistributed bolt with acme R1 T1 100.00
            end: ReceivableSettled acme R1 100.00 @2026-06-17
            2026-06-18 00:00 Overdue 2
            1 unpaid, 1 arrivals
            end: SettlementDebited bolt R2 100.00 @2026-06-17
            end: SettlementDistributed alpha with bolt R2 T2 100.00
            end: ReceivableSettled bolt R2 100.00 @2026-06-17
            acme at east: 0.00 CNY
            bolt at east: 0.00 CNY
            alpha at east: 100.00 CNY
            east credited 100.00, redeemed 0.00 CNY
        "#]],
    );
}

#[test]
fn a_suspended_holder_is_still_paid() {
    let mut stage = Stage::rulebook();
    stage.run(LIVE);
    stage.run("given east credits acme 1_000.00 ref A\nsuspend alpha\nsuspend acme\nsuspend east");
    expect![[r#"
        end: SettlementDebited acme R1 1000.00 @2026-06-17
        end: SettlementDistributed alpha with acme R1 T1 1000.00
        end: ReceivableSettled acme R1 1000.00 @2026-06-17
        refused MEMBER_NOT_ACTIVE: member alpha is not active
    "#]]
    .assert_eq(&stage.run("on 2026-06-17\nalpha moves 1.00 at east to beta"));
}

#[test]
fn money_finds_the_next_debt_in_the_block_in_which_the_first_is_cancelled() {
    check(
        "cancelled and credited at once",
        &format!(
            "{LIVE}
             given alpha submits 10.00 on acme due 2026-06-17 inv B2
             given acme confirms R2
             given alpha accepts R2
             on 2026-06-17
             given acme cancels R1
             show queue
             together
             alpha cancels R1
             east credits acme 10.00 ref A
             end
             show queue"
        ),
        expect![[r#"
            2026-06-18 00:00 Overdue 1
            2026-06-18 00:00 Overdue 2
            2 unpaid, 0 arrivals
            ReceivableCancelled alpha R1 T1 1000.00 @2026-06-17
            DepositCredited east with acme 10.00 "A"
            end: SettlementDebited acme R2 10.00 @2026-06-17
            end: SettlementDistributed alpha with acme R2 T2 10.00
            end: ReceivableSettled acme R2 10.00 @2026-06-17
            0 unpaid, 0 arrivals
        "#]],
    );
}
