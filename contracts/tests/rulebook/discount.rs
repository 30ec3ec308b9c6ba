//! Discounts: best execution, limits, delivery versus payment.
use crate::common::script::{LIVE, check, check_under};
use expect_test::expect;

#[test]
fn title_and_money_move_together() {
    check(
        "delivery versus payment",
        &format!(
            "{LIVE}
             given east opens on acme limit 400.00 rate 4.35 fee 0.10 least 0.20
             quote T1 400.00
             alpha discounts T1 400.00
             show money
             show tranches
             show facilities"
        ),
        expect![[r#"
            F1: 392.20 of 400.00 (discount 7.40, fee 0.40, 153 days, APR 4.7445 % on 365)
            best: F1 takes 400.00 for 392.20
            TrancheSplit alpha R1 T1 [T2, T3] 1000.00
            TrancheDiscounted alpha with east R1 T2 F1 400.00 for 392.20
            alpha at east: 392.20 CNY
            east credited 392.20, redeemed 0.00 CNY
            T2 of R1: 400.00 east, depth 0, bought under F1 from alpha
            T3 of R1: 600.00 alpha, depth 0
            F1 of east: 400.00 used of 400.00, open
            F1 bought 400.00 from alpha
        "#]],
    );
}

#[test]
fn the_best_price_fills_first_and_ties_go_to_the_smaller_number() {
    check(
        "best execution",
        &format!(
            "{LIVE}
             given east opens on acme limit 100.00 rate 3.10
             given west opens on acme limit 200.00 rate 3.00
             given west opens on acme limit 200.00 rate 3.00
             given fund opens on acme limit 500.00 rate 9.00 bank west
             given west credits fund 1_000.00 ref A
             quote T1 900.00
             alpha discounts T1 900.00
             show tranches
             show money"
        ),
        expect![[r#"
            F1: 98.68 of 100.00 (discount 1.32, fee 0.00, 153 days, APR 3.1911 % on 365)
            F2: 197.45 of 200.00 (discount 2.55, fee 0.00, 153 days, APR 3.0809 % on 365)
            F3: 197.45 of 200.00 (discount 2.55, fee 0.00, 153 days, APR 3.0809 % on 365)
            F4: 480.87 of 500.00 (discount 19.13, fee 0.00, 153 days, APR 9.4905 % on 365)
            best: F2 takes 200.00 for 197.45, F3 takes 200.00 for 197.45, F1 takes 100.00 for 98.68, F4 takes 400.00 for 384.70
            TrancheSplit alpha R1 T1 [T2, T3, T4, T5, T6] 1000.00
            TrancheDiscounted alpha with west R1 T2 F2 200.00 for 197.45
            TrancheDiscounted alpha with west R1 T3 F3 200.00 for 197.45
            TrancheDiscounted alpha with east R1 T4 F1 100.00 for 98.68
            TrancheDiscounted alpha with fund R1 T5 F4 400.00 for 384.70
            T2 of R1: 200.00 west, depth 0, bought under F2 from alpha
            T3 of R1: 200.00 west, depth 0, bought under F3 from alpha
            T4 of R1: 100.00 east, depth 0, bought under F1 from alpha
            T5 of R1: 400.00 fund, depth 0, bought under F4 from alpha
            T6 of R1: 100.00 alpha, depth 0
            alpha at east: 98.68 CNY
            fund at west: 615.30 CNY
            alpha at west: 779.60 CNY
            east credited 98.68, redeemed 0.00 CNY
            west credited 1394.90, redeemed 0.00 CNY
        "#]],
    );
}

#[test]
fn a_fee_minimum_is_weighed_by_what_the_facility_would_take() {
    check(
        "fee minimum",
        &format!(
            "{LIVE}
             given east opens on acme limit 1_000.00 rate 3.00 least 5.00
             given west opens on acme limit 1_000.00 rate 5.00
             quote T1 100.00
             quote T1 1_000.00"
        ),
        expect![[r#"
            F1: 93.72 of 100.00 (discount 1.28, fee 5.00, 153 days, APR 15.9856 % on 365)
            F2: 97.87 of 100.00 (discount 2.13, fee 0.00, 153 days, APR 5.1920 % on 365)
            best: F2 takes 100.00 for 97.87
            F1: 982.25 of 1000.00 (discount 12.75, fee 5.00, 153 days, APR 4.3110 % on 365)
            F2: 978.75 of 1000.00 (discount 21.25, fee 0.00, 153 days, APR 5.1795 % on 365)
            best: F1 takes 1000.00 for 982.25
        "#]],
    );
}

#[test]
fn a_stale_quote_costs_nothing() {
    check(
        "minimum proceeds",
        &format!(
            "{LIVE}
             given east opens on acme limit 1_000.00 rate 3.60
             quote T1
             alpha discounts T1 1_000.00 min 984.71
             alpha discounts T1 1_000.00 min 984.70EUR
             show money
             alpha discounts T1 1_000.00 min 984.70"
        ),
        expect![[r#"
            F1: 984.70 of 1000.00 (discount 15.30, fee 0.00, 153 days, APR 3.7067 % on 365)
            best: F1 takes 1000.00 for 984.70
            refused PROCEEDS_BELOW_MINIMUM: 98470 CNY minor offered where at least 98471 CNY minor was asked
            refused CURRENCY_MISMATCH: EUR and CNY are different currencies
            TrancheDiscounted alpha with east R1 T1 F1 1000.00 for 984.70
        "#]],
    );
}

#[test]
fn nothing_but_what_can_be_sold_is_sold() {
    check(
        "refusals",
        &format!(
            "{LIVE}
             alpha discounts T1
             given east opens on acme limit 600.00 rate 3.00
             beta discounts T1
             alpha discounts T9
             alpha discounts T1 1_000.01
             quote T1 1_000.01
             alpha discounts T1 0.00
             alpha discounts T1 0.99
             alpha discounts T1 999.01
             alpha discounts T1 500.00EUR
             alpha discounts T1 700.00
             alpha discounts T1 100.00 under F9
             given alpha offers T1>beta
             alpha discounts T1 100.00
             given alpha declines T1
             alpha discounts T1 700.00 partial
             show tranches"
        ),
        expect![[r#"
            refused NO_FACILITY_ELIGIBLE: no facility can buy a tranche of R1 now
            refused NOT_HOLDER: the sender does not hold T1
            refused TRANCHE_UNKNOWN: no open tranche T9
            refused AMOUNT_EXCEEDS_FACE: 100001 CNY minor of a tranche of 100000 CNY minor
            no quote: 100001 CNY minor of a tranche of 100000 CNY minor
            refused BELOW_MINIMUM_TRANCHE: 0 CNY minor is below the minimum tranche of 100 CNY minor
            refused BELOW_MINIMUM_TRANCHE: 99 CNY minor is below the minimum tranche of 100 CNY minor
            refused BELOW_MINIMUM_TRANCHE: 99 CNY minor is below the minimum tranche of 100 CNY minor
            refused CURRENCY_MISMATCH: EUR and CNY are different currencies
            refused NOT_FILLABLE: 60000 CNY minor of 70000 CNY minor can be sold now
            refused FACILITY_UNKNOWN: no facility F9
            refused TRANCHE_OFFERED: T1 is offered and waits for an answer
            TrancheSplit alpha R1 T1 [T2, T3] 1000.00
            TrancheDiscounted alpha with east R1 T2 F1 600.00 for 592.35
            T2 of R1: 600.00 east, depth 0, bought under F1 from alpha
            T3 of R1: 400.00 alpha, depth 0
        "#]],
    );
}

#[test]
fn a_named_facility_says_why_it_does_not_buy() {
    check(
        "ineligible",
        &format!(
            "{LIVE}
             given east opens on acme limit 1.00 rate 3.00
             given east closes F1
             given east opens on acme limit 1_000.00 rate 3.00 until 2026-01-15
             given east opens on bolt limit 1_000.00 rate 3.00
             given east opens on acme limit 1_000.00EUR rate 3.00
             given east opens on acme limit 1_000.00 rate 3.00 tenor 1-100
             given east opens on acme limit 1_000.00 rate 3.00 tenor 300-365
             given west opens on acme limit 100.00 rate 3.00
             given west opens on acme limit 1_000.00 rate 3.00 seller 200.00
             given fund opens on acme limit 1_000.00 rate 3.00
             given east opens on acme limit 1_000.00 rate 3.00 least 500.00
             given alpha discounts T1 100.00 under F7
             given alpha discounts T3 200.00 under F8
             given beta trusts alpha
             on 2026-01-16
             alpha discounts T5 100.00 under F1
             alpha discounts T5 100.00 under F2
             alpha discounts T5 100.00 under F3
             alpha discounts T5 100.00 under F4
             alpha discounts T5 100.00 under F5
             alpha discounts T5 100.00 under F6
             alpha discounts T5 100.00 under F7
             alpha discounts T5 100.00 under F8
             alpha discounts T5 100.00 under F9
             alpha discounts T5 100.00 under F10
             west discounts T2 under F7
             suspend fund
             alpha discounts T5 100.00 under F9
             quote T5 100.00
             quote T5 100.00 under F9"
        ),
        expect![[r#"
            refused FACILITY_INELIGIBLE: F1 does not buy this tranche: it is closed
            refused FACILITY_INELIGIBLE: F2 does not buy this tranche: its validity is over
            refused FACILITY_INELIGIBLE: F3 does not buy this tranche: it does not cover the anchor
            refused FACILITY_INELIGIBLE: F4 does not buy this tranche: it buys in another currency
            refused FACILITY_INELIGIBLE: F5 does not buy this tranche: a tenor of 152 days is outside its range
            refused FACILITY_INELIGIBLE: F6 does not buy this tranche: a tenor of 152 days is outside its range
            refused FACILITY_INELIGIBLE: F7 does not buy this tranche: its limit leaves no room
            refused FACILITY_INELIGIBLE: F8 does not buy this tranche: its limit for this seller leaves no room
            refused FACILITY_INELIGIBLE: F9 does not buy this tranche: its funder's deposit is too small
            refused FACILITY_INELIGIBLE: F10 does not buy this tranche: nothing would be left for the seller
            refused FACILITY_INELIGIBLE: F7 does not buy this tranche: the seller is its funder
            refused FACILITY_INELIGIBLE: F9 does not buy this tranche: its funder is not active
            F2: its validity is over
            F5: a tenor of 152 days is outside its range
            F6: a tenor of 152 days is outside its range
            F7: its limit leaves no room
            F8: its limit for this seller leaves no room
            F9: its funder is not active
            F10: nothing would be left for the seller
            best: 
            no quote: F9 does not buy this tranche: its funder is not active
        "#]],
    );
}

#[test]
fn two_discounts_of_one_block_exhaust_a_facility_exactly() {
    check(
        "exhaustion",
        &format!(
            "{LIVE}
             given alpha splits T1 400.00 400.00 200.00
             given east opens on acme limit 800.00 rate 3.00
             together
             alpha discounts T2
             alpha discounts T3
             alpha discounts T4
             end
             show facilities
             given east credits acme 100.00 ref A
             acme pays R1 100.00
             alpha discounts T4
             alpha discounts T4 79.00 partial
             show facilities"
        ),
        expect![[r#"
            TrancheDiscounted alpha with east R1 T2 F1 400.00 for 394.90
            TrancheDiscounted alpha with east R1 T3 F1 400.00 for 394.90
            refused NO_FACILITY_ELIGIBLE: no facility can buy a tranche of R1 now
            F1 of east: 800.00 used of 800.00, open
            F1 bought 800.00 from alpha
            SettlementDebited acme R1 100.00 @2026-01-15
            SettlementDistributed east with acme R1 T2 40.00
            SettlementDistributed east with acme R1 T3 40.00
            SettlementDistributed alpha with acme R1 T4 20.00
            refused NOT_FILLABLE: 8000 CNY minor of 18000 CNY minor can be sold now
            TrancheSplit alpha R1 T4 [T5, T6] 180.00
            TrancheDiscounted alpha with east R1 T5 F1 79.00 for 77.99
            F1 of east: 799.00 used of 800.00, open
            F1 bought 799.00 from alpha
        "#]],
    );
}

#[test]
fn no_fill_and_no_leftover_is_dust() {
    let policy = |policy: &mut tally_contracts::policy::Policy| policy.min_tranche_minor = 10_000;
    check_under(
        "dust",
        policy,
        &format!(
            "{LIVE}
             given east opens on acme limit 550.00 rate 3.00
             given west opens on acme limit 1_000.00 rate 4.00
             # 550 would leave 50 of 600: east takes 500, so that west takes 100
             quote T1 600.00
             # 550 would leave 80 of 630
             quote T1 630.00
             alpha discounts T1 950.00
             alpha discounts T1 99.99
             alpha discounts T1 600.00"
        ),
        expect![[r#"
            F1: 493.62 of 500.00 (discount 6.38, fee 0.00, 153 days, APR 3.0834 % on 365)
            F2: 589.80 of 600.00 (discount 10.20, fee 0.00, 153 days, APR 4.1257 % on 365)
            best: F1 takes 500.00 for 493.62, F2 takes 100.00 for 98.30
            F1: 523.24 of 530.00 (discount 6.76, fee 0.00, 153 days, APR 3.0821 % on 365)
            F2: 619.29 of 630.00 (discount 10.71, fee 0.00, 153 days, APR 4.1257 % on 365)
            best: F1 takes 530.00 for 523.24, F2 takes 100.00 for 98.30
            refused BELOW_MINIMUM_TRANCHE: 5000 CNY minor is below the minimum tranche of 10000 CNY minor
            refused BELOW_MINIMUM_TRANCHE: 9999 CNY minor is below the minimum tranche of 10000 CNY minor
            TrancheSplit alpha R1 T1 [T2, T3, T4] 1000.00
            TrancheDiscounted alpha with east R1 T2 F1 500.00 for 493.62
            TrancheDiscounted alpha with west R1 T3 F2 100.00 for 98.30
        "#]],
    );
    check_under(
        "no room for two",
        policy,
        &format!(
            "{LIVE}
             given east opens on acme limit 120.00 rate 3.00
             # 120 would leave 30 of 150, and 50 is dust itself
             alpha discounts T1 150.00
             alpha discounts T1 150.00 partial
             alpha discounts T1 210.00
             alpha discounts T1 210.00 partial
             show tranches"
        ),
        expect![[r#"
            refused NO_FACILITY_ELIGIBLE: no facility can buy a tranche of R1 now
            refused NO_FACILITY_ELIGIBLE: no facility can buy a tranche of R1 now
            refused NOT_FILLABLE: 11000 CNY minor of 21000 CNY minor can be sold now
            TrancheSplit alpha R1 T1 [T2, T3] 1000.00
            TrancheDiscounted alpha with east R1 T2 F1 110.00 for 108.60
            T2 of R1: 110.00 east, depth 0, bought under F1 from alpha
            T3 of R1: 890.00 alpha, depth 0
        "#]],
    );
}

#[test]
fn one_purse_pays_for_all_facilities_of_its_funder() {
    check(
        "one purse",
        &format!(
            "{LIVE}
             given east credits fund 300.00 ref A
             given fund opens on acme limit 250.00 rate 3.00
             given fund opens on acme limit 250.00 rate 3.10
             quote T1 500.00
             alpha discounts T1 500.00
             alpha discounts T1 500.00 partial
             show money"
        ),
        expect![[r#"
            F1: 246.81 of 250.00 (discount 3.19, fee 0.00, 153 days, APR 3.0834 % on 365)
            F2: 246.71 of 250.00 (discount 3.29, fee 0.00, 153 days, APR 3.1813 % on 365)
            best: F1 takes 250.00 for 246.81, F2 takes 53.19 for 52.49
            refused NOT_FILLABLE: 30319 CNY minor of 50000 CNY minor can be sold now
            TrancheSplit alpha R1 T1 [T2, T3, T4] 1000.00
            TrancheDiscounted alpha with fund R1 T2 F1 250.00 for 246.81
            TrancheDiscounted alpha with fund R1 T3 F2 53.19 for 52.49
            fund at east: 0.70 CNY
            alpha at east: 299.30 CNY
            east credited 300.00, redeemed 0.00 CNY
        "#]],
    );
}

#[test]
fn a_price_that_leaves_nothing_is_no_price() {
    check(
        "proceeds",
        &format!(
            "{LIVE}
             given east opens on acme limit 1_000.00 rate 3.00 fee 98.73
             given west opens on acme limit 1_000.00 rate 3.00 least 10.00
             # 0.13 + 9.87 of 10.00 and 0.13 + 10.00 of 10.00
             alpha discounts T1 10.00
             alpha discounts T1 990.00 under F1"
        ),
        expect![[r#"
            refused NO_FACILITY_ELIGIBLE: no facility can buy a tranche of R1 now
            refused FACILITY_INELIGIBLE: F1 does not buy this tranche: nothing would be left for the seller
        "#]],
    );
}

#[test]
fn a_discount_ends_on_the_due_date() {
    check(
        "last day",
        &format!(
            "{LIVE}
             given east opens on acme limit 1_000.00 rate 3.60
             on 2026-06-16
             quote T1
             on 2026-06-17
             quote T1
             alpha discounts T1
             on 2026-06-18
             alpha discounts T1"
        ),
        expect![[r#"
            F1: 999.90 of 1000.00 (discount 0.10, fee 0.00, 1 days, APR 3.6504 % on 365)
            best: F1 takes 1000.00 for 999.90
            no quote: the due date 2026-06-17 is not after 2026-06-17
            refused DUE_DATE_PASSED: the due date 2026-06-17 is not after 2026-06-17
            end: ReceivableOverdue acme with alpha R1 1000.00 @2026-06-17
            end: CaseOpened with acme R1 1000.00 @2026-06-18
            refused RECEIVABLE_STATUS: R1 is Overdue since 2026-06-18
        "#]],
    );
}

#[test]
fn a_sale_with_recourse_keeps_the_seller_liable() {
    check(
        "recourse",
        &format!(
            "{LIVE}
             given east opens on acme limit 1_000.00 rate 3.00 recourse
             given alpha discounts T1 400.00
             show tranches"
        ),
        expect![[r#"
            T2 of R1: 400.00 east, depth 0, recourse [alpha], bought under F1 from alpha
            T3 of R1: 600.00 alpha, depth 0
        "#]],
    );
}
