//! Programmes: the anchor pays early with its own cash, within a budget, and what is paid is settled.
use crate::common::script::{LIVE, check};
use expect_test::expect;

#[test]
fn an_early_payment_at_an_annual_rate_settles_what_is_paid() {
    check(
        "APR",
        &format!(
            "{LIVE}
             given east credits acme 2_000.00 ref A
             acme posts apr 6.00 budget 1_000.00
             early E1 T1
             alpha cashes E1 T1 400.00 min 389.81
             alpha cashes E1 T1 400.00 min 389.80
             show tranches
             show receivables
             show programmes
             show money
             on 2026-05-18
             alpha cashes E1 T3
             show receivables
             show programmes
             show costs"
        ),
        expect![[r#"
            ProgrammePosted acme 1000.00 @2027-12-31 "E1"
            974.50 for 1000.00, 153 days early, APR 62425 ppm on 365, 61570 on 360
            refused PROCEEDS_BELOW_MINIMUM: 38980 CNY minor offered where at least 38981 CNY minor was asked
            TrancheSplit alpha R1 T1 [T2, T3] 1000.00
            EarlyPaid alpha with acme R1 T2 400.00 for 389.80 "E1"
            T3 of R1: 600.00 alpha, depth 0
            R1 Live: acme owes alpha 1000.00, settled 400.00, term extended
            E1 of acme: 389.80 spent of 1000.00, Open
            acme at east: 1610.20 CNY
            alpha at east: 389.80 CNY
            east credited 2000.00, redeemed 0.00 CNY
            EarlyPaid alpha with acme R1 T3 600.00 for 597.00 "E1"
            ReceivableSettled acme R1 1000.00 @2026-05-18
            R1 Settled on 2026-05-18: acme owes alpha 1000.00, settled 1000.00, term extended
            E1 of acme: 986.80 spent of 1000.00, Open
            alpha: 2 sales, 1000.00 CNY for 986.80, discount 13.20, fee 0.00, interest 0.00, APR 62128 ppm on 365
        "#]],
    );
}

#[test]
fn a_sliding_scale_falls_to_nothing() {
    check(
        "2 % · (153 − day)/153",
        &format!(
            "{LIVE}
             given acme posts sliding 2.00 budget 1_000.00
             early E1 T1
             on 2026-04-02
             early E1 T1
             on 2026-06-16
             early E1 T1
             on 2026-06-17
             early E1 T1"
        ),
        expect![[r#"
            980.00 for 1000.00, 153 days early, APR 48686 ppm on 365, 48019 on 360
            990.07 for 1000.00, 76 days early, APR 48168 ppm on 365, 47509 on 360
            999.87 for 1000.00, 1 days early, APR 47456 ppm on 365, 46806 on 360
            no early payment: the due date 2026-06-17 is not after 2026-06-17
        "#]],
    );
}

#[test]
fn a_budget_is_exactly_exhausted_by_two_takers_in_one_block() {
    check(
        "budget",
        &format!(
            "{LIVE}
             given alpha splits T1 400.00>beta 600.00
             given beta accepts T2
             given east credits acme 2_000.00 ref A
             given acme posts sliding 1.00 budget 594.00
             together
             alpha cashes E1 T3 400.00
             beta cashes E1 T2 200.00
             beta cashes E1 T5 1.00
             end
             show programmes
             show money"
        ),
        expect![[r#"
            TrancheSplit alpha R1 T3 [T4, T5] 600.00
            EarlyPaid alpha with acme R1 T4 400.00 for 396.00 "E1"
            TrancheSplit beta R1 T2 [T6, T7] 400.00
            EarlyPaid beta with acme R1 T6 200.00 for 198.00 "E1"
            refused NOT_HOLDER: the sender does not hold T5
            E1 of acme: 594.00 spent of 594.00, Open
            acme at east: 1406.00 CNY
            beta at east: 198.00 CNY
            alpha at east: 396.00 CNY
            east credited 2000.00, redeemed 0.00 CNY
        "#]],
    );
}

#[test]
fn a_funder_that_is_paid_early_frees_its_limit() {
    check(
        "limit",
        &format!(
            "{LIVE}
             given east opens on acme limit 1_000.00 rate 3.60
             given alpha discounts T1
             given west credits acme 5.00 ref W
             given east credits acme 1_000.00 ref A
             given acme posts apr 3.60 budget 1_000.00
             east cashes E1 T1 250.00
             show facilities"
        ),
        expect![[r#"
            TrancheSplit east R1 T1 [T2, T3] 1000.00
            EarlyPaid east with acme R1 T2 250.00 for 246.17 "E1"
            F1 of east: 750.00 used of 1000.00, open
            F1 bought 750.00 from alpha
        "#]],
    );
}

#[test]
fn what_a_programme_does_not_pay_is_refused() {
    check(
        "refusals",
        &format!(
            "{LIVE}
             alpha posts apr 6.00 budget 1_000.00
             acme posts apr 100.01 budget 1_000.00
             acme posts apr 6.00 budget 0.00
             acme posts apr 6.00 budget 1.00 until 2026-01-14
             acme posts apr 6.00 budget 1.00 from 2026-03-02 until 2026-03-01
             given acme posts apr 6.00 budget 100.00
             given acme posts apr 6.00 budget 100.00EUR
             given bolt posts apr 6.00 budget 100.00
             given acme posts apr 6.00 budget 5_000.00 from 2026-02-01 until 2026-02-10
             alpha cashes E9 T1
             beta cashes E1 T1
             alpha cashes E1 T1 0.99
             alpha cashes E1 T1
             alpha cashes E1 T1 50.00
             alpha cashes E2 T1
             alpha cashes E3 T1
             alpha cashes E4 T1
             alpha unposts E1
             acme unposts E9
             acme unposts E1
             acme unposts E1
             alpha cashes E1 T1
             given alpha pledges T1 to east at 80.00
             alpha cashes E4 T1
             given alpha forgoes T1
             given on 2026-02-11
             alpha cashes E4 T1
             given acme posts sliding 100.00 budget 5_000.00
             given acme posts apr 100.00 budget 5_000.00"
        ),
        expect![[r#"
            refused ROLE_MISSING: member alpha does not have the role Anchor
            refused PROGRAMME_RATE_INVALID: a rate of 1000100 ppm
            refused AMOUNT_ZERO: the amount must be more than zero
            refused VALIDITY_PASSED: valid until 2026-01-14, which is before 2026-01-15
            refused VALIDITY_PASSED: valid until 2026-03-01, which is before 2026-03-02
            refused PROGRAMME_UNKNOWN: no programme E9
            refused NOT_HOLDER: the sender does not hold T1
            refused BELOW_MINIMUM_TRANCHE: 99 CNY minor is below the minimum tranche of 100 CNY minor
            refused BUDGET_EXHAUSTED: 10000 CNY minor of the budget is left where 97450 CNY minor is needed
            refused PAYER_SHORT: acme cannot pay 4872 CNY minor from its deposit now
            refused PROGRAMME_INAPPLICABLE: E2 does not pay this tranche: it pays in another currency
            refused PROGRAMME_INAPPLICABLE: E3 does not pay this tranche: another anchor owes the tranche
            refused PROGRAMME_INAPPLICABLE: E4 does not pay this tranche: it has not begun
            refused NOT_ANCHOR_OF_PROGRAMME: the sender did not post E1
            refused PROGRAMME_UNKNOWN: no programme E9
            ProgrammeClosed acme 100.00 "E1"
            refused PROGRAMME_CLOSED: E1 is closed
            refused PROGRAMME_INAPPLICABLE: E1 does not pay this tranche: it is closed
            refused TRANCHE_UNDER_LIEN: T1 is reserved or pledged
            refused PROGRAMME_INAPPLICABLE: E4 does not pay this tranche: it is over
        "#]],
    );
}

#[test]
fn a_rate_that_leaves_nothing_pays_nothing() {
    check(
        "nothing left",
        &format!(
            "{LIVE}
             given acme posts sliding 100.00 budget 5_000.00
             alpha cashes E1 T1"
        ),
        expect![[r#"
            refused PROGRAMME_INAPPLICABLE: E1 does not pay this tranche: nothing would be left for the holder
        "#]],
    );
}

#[test]
fn costs_are_added_up_per_member() {
    check(
        "fair cost",
        &format!(
            "{LIVE}
             given alpha splits T1 300.00 300.00 400.00
             given east opens on acme limit 300.00 rate 3.60 fee 0.10 least 1.00
             given west opens on acme limit 300.00 rate 3.60 instructed
             alpha discounts T2 under F1
             show costs
             given alpha discounts T3 under F2
             show costs
             west remits T3 ref P
             given alpha pledges T4 to east at 50.00 interest 3.60
             given east advances T4
             on 2026-03-16
             given alpha repays T4 201.20 at east
             show costs"
        ),
        expect![[r#"
            TrancheDiscounted alpha with east R1 T2 F1 300.00 for 294.41
            alpha: 1 sales, 300.00 CNY for 294.41, discount 4.59, fee 1.00, interest 0.00, APR 45296 ppm on 365
            alpha: 1 sales, 300.00 CNY for 294.41, discount 4.59, fee 1.00, interest 0.00, APR 45296 ppm on 365
            TrancheDiscounted alpha with west R1 T3 F2 300.00 for 295.41 "P"
            alpha: 2 sales, 600.00 CNY for 589.82, discount 9.18, fee 1.00, interest 1.20, APR 41175 ppm on 365
        "#]],
    );
}

#[test]
fn who_is_paid_learns_that_the_payer_is_short_and_not_of_how_much() {
    check(
        "an anchor with 9.99, and one with 3.21",
        &format!(
            "{LIVE}
             given acme posts apr 6.00 budget 1_000.00
             given east credits acme 9.99 ref A
             alpha cashes E1 T1 400.00
             given acme moves 6.78 at east to gamma
             alpha cashes E1 T1 400.00"
        ),
        expect![[r#"
            refused PAYER_SHORT: acme cannot pay 38980 CNY minor from its deposit now
            refused PAYER_SHORT: acme cannot pay 38980 CNY minor from its deposit now
        "#]],
    );
}
