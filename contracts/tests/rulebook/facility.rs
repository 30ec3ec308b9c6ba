//! Facilities: opened, amended, closed; what makes no offer.
use crate::common::script::{LIVE, Stage, check};
use expect_test::expect;

#[test]
fn a_facility_is_opened_amended_and_closed() {
    check(
        "facility",
        &format!(
            "{LIVE}
             east opens on acme,bolt limit 600.00 rate 30:3.00,90:3.60 fee 0.10 least 1.00
             alpha discounts T1 500.00
             east amends F1 limit 499.99 rate 3.00
             east amends F1 limit 500.00 rate 5.00
             west amends F1 limit 600.00 rate 5.00
             east amends F1 limit 600.00EUR rate 5.00
             alpha discounts T3
             east closes F1
             east closes F1
             east amends F1 limit 600.00 rate 5.00
             west closes F9
             show facilities
             show tranches"
        ),
        expect![[r#"
            FacilityOpened east F1 600.00
            TrancheSplit alpha R1 T1 [T2, T3] 1000.00
            TrancheDiscounted alpha with east R1 T2 F1 500.00 for 491.35
            refused LIMIT_BELOW_USED: a limit of 49999 CNY minor is below the 50000 CNY minor already used
            FacilityAmended east F1 500.00
            refused NOT_FUNDER_OF: the sender is not the funder of F1
            refused CURRENCY_MISMATCH: CNY and EUR are different currencies
            refused NO_FACILITY_ELIGIBLE: no facility can buy a tranche of R1 now
            FacilityClosed east F1 500.00
            refused FACILITY_CLOSED: F1 is closed
            refused FACILITY_CLOSED: F1 is closed
            refused FACILITY_UNKNOWN: no facility F9
            F1 of east: 500.00 used of 500.00, closed on 2026-01-15
            F1 bought 500.00 from alpha
            T2 of R1: 500.00 east, depth 0, bought under F1 from alpha
            T3 of R1: 500.00 alpha, depth 0
        "#]],
    );
}

#[test]
fn an_offer_that_makes_no_sense_is_refused() {
    check(
        "offerings",
        "east opens on acme limit 0.00 rate 3.00
         east opens on acme limit 1.00 rate 3.00 seller 0.00
         east opens on acme limit 1.00 rate 3.00 seller 1.00EUR
         east opens on acme limit 1.00 rate 3.00 least 1.00EUR
         east opens on acme limit 1.00 rate 3.00 tenor 5-4
         east opens on acme limit 1.00 rate 3.00 tenor 1-3661
         east opens on acme limit 1.00 rate -
         east opens on acme limit 1.00 rate 30:3.00,30:4.00
         east opens on acme limit 1.00 rate 30:3.00,20:4.00
         east opens on acme limit 1.00 rate 3661:3.00
         east opens on acme limit 1.00 rate 100.0001
         east opens on acme limit 1.00 rate 3.00 fee 100.0001
         east opens on acme limit 1.00 rate 3.00 until 2026-01-14
         east opens on - limit 1.00 rate 3.00
         east opens on acme,acme limit 1.00 rate 3.00
         east opens on alpha limit 1.00 rate 3.00
         east opens on acme limit 1.00 rate 3.00 bank west
         fund opens on acme limit 1.00 rate 3.00 bank acme
         fund opens on acme limit 1.00 rate 3.00 bank nobody
         alpha opens on acme limit 1.00 rate 3.00
         bolt opens on bolt limit 1.00 rate 3.00
         fund opens on acme limit 1.00 rate 100.00 fee 100.00 until 2026-01-15 bank west",
        expect![[r#"
            refused AMOUNT_ZERO: the amount must be more than zero
            refused AMOUNT_ZERO: the amount must be more than zero
            refused CURRENCY_MISMATCH: EUR and CNY are different currencies
            refused CURRENCY_MISMATCH: EUR and CNY are different currencies
            refused TENOR_RANGE_INVALID: 5 to 4 days is no tenor range
            refused TENOR_RANGE_INVALID: 1 to 3661 days is no tenor range
            refused CURVE_INVALID: the price curve of 0 points is not valid
            refused CURVE_INVALID: the price curve of 2 points is not valid
            refused CURVE_INVALID: the price curve of 2 points is not valid
            refused CURVE_INVALID: the price curve of 1 points is not valid
            refused CURVE_INVALID: the price curve of 1 points is not valid
            refused CURVE_INVALID: the price curve of 1 points is not valid
            refused VALIDITY_PASSED: valid until 2026-01-14, which is before 2026-01-15
            refused ANCHOR_COUNT: 0 anchors where 1 to 32 distinct ones are allowed
            refused ANCHOR_COUNT: 2 anchors where 1 to 32 distinct ones are allowed
            refused ROLE_MISSING: member alpha does not have the role Anchor
            refused PAYING_BANK_INVALID: west cannot pay for this facility
            refused PAYING_BANK_INVALID: acme cannot pay for this facility
            refused PAYING_BANK_INVALID: nobody cannot pay for this facility
            refused ROLE_MISSING: member alpha does not have the role Funder
            refused COUNTERPARTY_IS_SELF: bolt cannot be its own counterparty
            FacilityOpened fund F1 1.00
        "#]],
    );
}

#[test]
fn a_curve_has_at_most_32_points_and_a_facility_32_anchors() {
    let points = |count: u32| (1..=count).map(|day| format!("{day}:3.00")).collect::<Vec<_>>().join(",");
    let anchors = vec!["acme"; 33].join(",");
    check(
        "counts",
        &format!(
            "east opens on acme limit 1.00 rate {}
             east opens on acme limit 1.00 rate {}
             east opens on {anchors} limit 1.00 rate 3.00",
            points(33),
            points(32)
        ),
        expect![[r#"
            refused CURVE_INVALID: the price curve of 33 points is not valid
            FacilityOpened east F1 1.00
            refused ANCHOR_COUNT: 33 anchors where 1 to 32 distinct ones are allowed
        "#]],
    );
}

#[test]
fn at_most_64_facilities_bid_for_an_anchor_in_a_currency() {
    let mut stage = Stage::rulebook();
    stage.ledger.thorough = false;
    let open = "east opens on acme limit 1.00 rate 3.00";
    for _ in 0..64 {
        assert!(stage.run(open).starts_with("FacilityOpened"));
    }
    stage.ledger.check();
    expect![[r#"
        refused FACILITIES_LIMIT: acme already has 64 open facilities in this currency
        FacilityOpened east F65 1.00EUR
        FacilityOpened east F66 1.00
        FacilityClosed east F7 1.00
        FacilityOpened east F67 1.00
    "#]]
    .assert_eq(&stage.run(&format!(
        "{open}
         east opens on acme limit 1.00EUR rate 3.00
         east opens on bolt limit 1.00 rate 3.00
         east closes F7
         {open}"
    )));
}

#[test]
fn a_funder_that_passes_a_tranche_on_has_room_again() {
    check(
        "release",
        &format!(
            "{LIVE}
             given east opens on acme limit 1_000.00 rate 3.00
             given alpha discounts T1
             show facilities
             given east splits T1 400.00>fund? 600.00
             given fund accepts T2
             show facilities
             given west opens on acme limit 1_000.00 rate 3.00
             east discounts T3
             show facilities
             show tranches
             given east credits acme 1_000.00 ref A
             acme pays R1 500.00
             show facilities"
        ),
        expect![[r#"
            F1 of east: 1000.00 used of 1000.00, open
            F1 bought 1000.00 from alpha
            F1 of east: 600.00 used of 1000.00, open
            F1 bought 600.00 from alpha
            TrancheDiscounted east with west R1 T3 F2 600.00 for 592.35
            F1 of east: 0.00 used of 1000.00, open
            F2 of west: 600.00 used of 1000.00, open
            F2 bought 600.00 from east
            T2 of R1: 400.00 fund, depth 1
            T3 of R1: 600.00 west, depth 0, bought under F2 from east
            SettlementDebited acme R1 500.00 @2026-01-15
            SettlementDistributed fund with acme R1 T2 200.00
            SettlementDistributed west with acme R1 T3 300.00
            F1 of east: 0.00 used of 1000.00, open
            F2 of west: 300.00 used of 1000.00, open
            F2 bought 300.00 from east
        "#]],
    );
}
