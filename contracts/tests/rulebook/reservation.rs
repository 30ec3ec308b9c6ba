//! Settlement by instruction: title waits for the bank's word, and the facility's limit waits with it.
use crate::common::script::{LIVE, Stage, check, check_under};
use expect_test::expect;
use tally_contracts::lien::Lien;

#[test]
fn title_moves_when_the_bank_confirms_the_payment() {
    check(
        "confirmed",
        &format!(
            "{LIVE}
             given east opens on acme limit 500.00 rate 3.60 instructed
             alpha discounts T1 500.00
             show liens
             show facilities
             show money
             east remits T2 ref PAY-1
             show tranches
             show liens
             show facilities
             show money
             show queue"
        ),
        expect![[r#"
            TrancheSplit alpha R1 T1 [T2, T3] 1000.00
            DiscountReserved alpha with east R1 T2 F1 500.00 for 492.35
            T2 reserved for east under F1: 500.00 of limit, 0.00 held, until 2026-01-18 09:00
            F1 of east: 500.00 used of 500.00, open
            F1 bought 500.00 from alpha
            TrancheDiscounted alpha with east R1 T2 F1 500.00 for 492.35 "PAY-1"
            T2 of R1: 500.00 east, depth 0, bought under F1 from alpha
            T3 of R1: 500.00 alpha, depth 0
            F1 of east: 500.00 used of 500.00, open
            F1 bought 500.00 from alpha
            2026-06-17 00:00 Settlement 1
            0 unpaid, 0 arrivals
        "#]],
    );
}

#[test]
fn nobody_else_confirms_and_a_reference_settles_once() {
    check(
        "refusals",
        &format!(
            "{LIVE}
             given fund opens on acme limit 900.00 rate 3.60 instructed bank west
             given alpha discounts T1 500.00
             east remits T2 ref PAY-1
             fund remits T2 ref PAY-1
             alpha remits T2 ref PAY-1
             west remits T2
             west remits T3 ref PAY-1
             west remits T2 ref PAY-1
             west remits T2 ref PAY-1
             given alpha discounts T3 400.00
             west remits T4 ref PAY-1
             west remits T4 ref PAY-2
             show tranches"
        ),
        expect![[r#"
            refused NOT_PAYING_BANK: the sender is not the bank that pays for T2
            refused NOT_PAYING_BANK: the sender is not the bank that pays for T2
            refused NOT_PAYING_BANK: the sender is not the bank that pays for T2
            refused TEXT_MISSING: bank reference must not be empty
            refused NOT_RESERVED: T3 is not reserved
            TrancheDiscounted alpha with fund R1 T2 F1 500.00 for 492.35 "PAY-1"
            refused NOT_RESERVED: T2 is not reserved
            refused BANK_REFERENCE_USED: west already used its reference PAY-1
            TrancheDiscounted alpha with fund R1 T4 F1 400.00 for 393.88 "PAY-2"
            T2 of R1: 500.00 fund, depth 0, bought under F1 from alpha
            T4 of R1: 400.00 fund, depth 0, bought under F1 from alpha
            T5 of R1: 100.00 alpha, depth 0
        "#]],
    );
}

#[test]
fn a_reserved_tranche_does_not_move() {
    check(
        "locked",
        &format!(
            "{LIVE}
             given east opens on acme limit 2_000.00 rate 3.60 instructed
             given alpha discounts T1
             alpha splits T1 400.00 600.00
             alpha offers T1>beta
             alpha merges T1 T1
             alpha discounts T1
             alpha pledges T1 to east at 80.00
             acme cancels R1"
        ),
        expect![[r#"
            refused TRANCHE_UNDER_LIEN: T1 is reserved or pledged
            refused TRANCHE_UNDER_LIEN: T1 is reserved or pledged
            refused TRANCHE_UNDER_LIEN: T1 is reserved or pledged
            refused TRANCHE_UNDER_LIEN: T1 is reserved or pledged
            refused TRANCHE_UNDER_LIEN: T1 is reserved or pledged
            refused TRANCHE_UNDER_LIEN: T1 is reserved or pledged
        "#]],
    );
}

#[test]
fn an_unconfirmed_sale_lapses_after_the_policys_hours() {
    check(
        "lapse",
        &format!(
            "{LIVE}
             given west opens on acme limit 500.00 rate 3.60 instructed
             given alpha discounts T1 500.00
             show queue
             on 2026-01-18 08:59
             show facilities
             on 2026-01-18 10:00
             show facilities
             show liens
             west remits T2 ref PAY-1
             alpha discounts T2"
        ),
        expect![[r#"
            2026-01-18 09:00 ReservationLapse 2
            2026-06-17 00:00 Settlement 1
            0 unpaid, 0 arrivals
            F1 of west: 500.00 used of 500.00, open
            F1 bought 500.00 from alpha
            end: DiscountLapsed alpha with west R1 T2 F1 500.00
            F1 of west: 0.00 used of 500.00, open
            refused NOT_RESERVED: T2 is not reserved
            DiscountReserved alpha with west R1 T2 F1 500.00 for 492.50
        "#]],
    );
}

#[test]
fn a_reservation_ends_before_settlement_begins() {
    check(
        "lapse before the settlement day",
        &format!(
            "{LIVE}
             given west opens on acme limit 500.00 rate 3.60 instructed
             given east credits acme 1_000.00 ref A
             on 2026-06-16 09:00
             given alpha discounts T1 500.00
             show liens
             on 2026-06-17 09:00
             show facilities"
        ),
        expect![[r#"
            T2 reserved for west under F1: 500.00 of limit, 0.00 held, until 2026-06-16 23:59
            end: DiscountLapsed alpha with west R1 T2 F1 500.00
            end: SettlementDebited acme R1 1000.00 @2026-06-17
            end: SettlementDistributed alpha with acme R1 T2 500.00
            end: SettlementDistributed alpha with acme R1 T3 500.00
            end: ReceivableSettled acme R1 1000.00 @2026-06-17
            F1 of west: 0.00 used of 500.00, open
        "#]],
    );
}

#[test]
fn what_the_anchor_pays_meanwhile_waits_for_the_answer() {
    check(
        "confirmed after an early payment",
        &format!(
            "{LIVE}
             given west opens on acme limit 500.00 rate 3.60 instructed
             given east credits acme 1_000.00 ref A
             given alpha discounts T1 500.00
             acme pays R1 400.00
             show money
             show facilities
             alpha draws 200.01 at east to IBAN
             west remits T2 ref PAY-1
             show money
             show tranches"
        ),
        expect![[r#"
            SettlementDebited acme R1 400.00 @2026-01-15
            SettlementDistributed alpha with acme R1 T2 200.00 "held for the buyer"
            SettlementDistributed alpha with acme R1 T3 200.00
            acme at east: 600.00 CNY
            alpha at east: 200.00 CNY + 200.00 locked
            east credited 1000.00, redeemed 0.00 CNY
            F1 of west: 300.00 used of 500.00, open
            F1 bought 300.00 from alpha
            refused DEPOSIT_INSUFFICIENT: 20000 CNY minor are free where 20001 CNY minor are needed
            TrancheDiscounted alpha with west R1 T2 F1 300.00 for 492.35 "PAY-1"
            acme at east: 600.00 CNY
            west at east: 200.00 CNY
            alpha at east: 200.00 CNY
            east credited 1000.00, redeemed 0.00 CNY
            T2 of R1: 300.00 west, depth 0, bought under F1 from alpha
            T3 of R1: 300.00 alpha, depth 0
        "#]],
    );
    check(
        "lapsed after the anchor paid in full",
        &format!(
            "{LIVE}
             given west opens on acme limit 500.00 rate 3.60 instructed
             given east credits acme 1_000.00 ref A
             given alpha discounts T1 500.00
             acme pays R1 1_000.00
             show liens
             show receivables
             on 2026-01-19
             show money"
        ),
        expect![[r#"
            SettlementDebited acme R1 1000.00 @2026-01-15
            SettlementDistributed alpha with acme R1 T2 500.00 "held for the buyer"
            SettlementDistributed alpha with acme R1 T3 500.00
            ReceivableSettled acme R1 1000.00 @2026-01-15
            T2 reserved for west under F1: 0.00 of limit, 500.00 held, until 2026-01-18 09:00
            R1 Settled on 2026-01-15: acme owes alpha 1000.00, settled 1000.00, term extended
            end: DiscountLapsed alpha with west R1 T2 F1 0.00
            acme at east: 0.00 CNY
            alpha at east: 1000.00 CNY
            east credited 1000.00, redeemed 0.00 CNY
        "#]],
    );
    check(
        "confirmed after the anchor paid in full",
        &format!(
            "{LIVE}
             given west opens on acme limit 500.00 rate 3.60 instructed
             given east credits acme 1_000.00 ref A
             given alpha discounts T1 500.00
             given acme pays R1 1_000.00
             west remits T2 ref PAY-1
             show money
             show facilities"
        ),
        expect![[r#"
            TrancheDiscounted alpha with west R1 T2 F1 for 492.35 "PAY-1"
            acme at east: 0.00 CNY
            west at east: 500.00 CNY
            alpha at east: 500.00 CNY
            east credited 1000.00, redeemed 0.00 CNY
            F1 of west: 0.00 used of 500.00, open
        "#]],
    );
}

#[test]
fn a_limit_is_exactly_exhausted_by_two_discounts_in_one_block() {
    let exhaust = |method: &str| {
        format!(
            "{LIVE}
             given alpha submits 1_000.00 on acme due 2026-06-17 inv B2
             given acme confirms R2 knowing
             given alpha accepts R2
             given east opens on acme limit 1_500.00 rate 3.60{method}
             together
             alpha discounts T1 900.00
             alpha discounts T2 600.00
             alpha discounts T2 400.00
             end
             show facilities"
        )
    };
    check(
        "exhausted",
        &exhaust(""),
        expect![[r#"
        TrancheSplit alpha R1 T1 [T3, T4] 1000.00
        TrancheDiscounted alpha with east R1 T3 F1 900.00 for 886.23
        TrancheSplit alpha R2 T2 [T5, T6] 1000.00
        TrancheDiscounted alpha with east R2 T5 F1 600.00 for 590.82
        refused TRANCHE_UNKNOWN: no open tranche T2
        F1 of east: 1500.00 used of 1500.00, open
        F1 bought 1500.00 from alpha
    "#]],
    );
    check(
        "exhausted by instruction",
        &exhaust(" instructed"),
        expect![[r#"
        TrancheSplit alpha R1 T1 [T3, T4] 1000.00
        DiscountReserved alpha with east R1 T3 F1 900.00 for 886.23
        TrancheSplit alpha R2 T2 [T5, T6] 1000.00
        DiscountReserved alpha with east R2 T5 F1 600.00 for 590.82
        refused TRANCHE_UNKNOWN: no open tranche T2
        F1 of east: 1500.00 used of 1500.00, open
        F1 bought 1500.00 from alpha
    "#]],
    );
}

#[test]
fn several_facilities_and_partial_fills_in_one_block_never_use_a_limit_twice() {
    check(
        "one block",
        &format!(
            "{LIVE}
             given alpha splits T1 500.00 500.00>beta
             given beta accepts T3
             given east opens on acme limit 300.00 rate 3.00
             given west opens on acme limit 300.00 rate 3.10 instructed
             given fund opens on acme limit 900.00 rate 3.20 bank west
             given west credits fund 200.00 ref A
             together
             alpha discounts T2 500.00 partial
             beta discounts T3 500.00 partial
             west remits T5 ref P1
             beta discounts T3 500.00
             end
             show tranches
             show liens
             show facilities"
        ),
        expect![[r#"
            TrancheSplit alpha R1 T2 [T4, T5] 500.00
            TrancheDiscounted alpha with east R1 T4 F1 300.00 for 296.17
            DiscountReserved alpha with west R1 T5 F2 200.00 for 197.36
            TrancheSplit beta R1 T3 [T6, T7, T8] 500.00
            DiscountReserved beta with west R1 T6 F2 100.00 for 98.68
            TrancheDiscounted beta with fund R1 T7 F3 200.00 for 197.28
            TrancheDiscounted alpha with west R1 T5 F2 200.00 for 197.36 "P1"
            refused TRANCHE_UNKNOWN: no open tranche T3
            T4 of R1: 300.00 east, depth 0, bought under F1 from alpha
            T5 of R1: 200.00 west, depth 0, bought under F2 from alpha
            T6 of R1: 100.00 beta, depth 1
            T7 of R1: 200.00 fund, depth 1, bought under F3 from beta
            T8 of R1: 200.00 beta, depth 1
            T6 reserved for west under F2: 100.00 of limit, 0.00 held, until 2026-01-18 09:00
            F1 of east: 300.00 used of 300.00, open
            F2 of west: 300.00 used of 300.00, open
            F3 of fund: 200.00 used of 900.00, open
            F1 bought 300.00 from alpha
            F2 bought 100.00 from beta
            F2 bought 200.00 from alpha
            F3 bought 200.00 from beta
        "#]],
    );
}

#[test]
fn another_method_needs_no_deposit_of_the_funder() {
    check_under(
        "no purse",
        |policy| policy.acceptance_hours = 1,
        &format!(
            "{LIVE}
             given fund opens on acme limit 900.00 rate 3.20 bank west
             given fund opens on acme limit 900.00 rate 3.30 instructed bank west
             quote T1 500.00
             alpha discounts T1 500.00
             show liens"
        ),
        expect![[r#"
            F1: its funder's deposit is too small
            F2: 492.99 of 500.00 (discount 7.01, fee 0.00, 153 days, APR 3.3922 % on 365)
            best: F2 takes 500.00 for 492.99
            TrancheSplit alpha R1 T1 [T2, T3] 1000.00
            DiscountReserved alpha with fund R1 T2 F2 500.00 for 492.99
            T2 reserved for fund under F2: 500.00 of limit, 0.00 held, until 2026-01-15 10:00
        "#]],
    );
}

#[test]
fn a_freeze_holds_what_the_holder_is_due_and_no_more() {
    check(
        "frozen under liens",
        &format!(
            "{LIVE}
             given alpha splits T1 300.00 300.00 400.00
             given west opens on acme limit 300.00 rate 3.60 instructed
             given alpha discounts T2
             given alpha pledges T3 to east at 50.00
             given east advances T3
             given watch freezes T2
             given watch freezes T3
             west remits T2 ref P1
             given east credits acme 1_000.00 ref A
             acme pays R1 900.00
             show money
             on 2026-01-19
             show money
             watch unfreezes T2
             watch unfreezes T3
             show money"
        ),
        expect![[r#"
            refused TRANCHE_FROZEN: T2 is frozen under case 2026-7
            SettlementDebited acme R1 900.00 @2026-01-15
            SettlementDistributed alpha with acme R1 T2 270.00 "held for the buyer"
            SettlementDistributed east with acme R1 T3 150.00
            SettlementDistributed alpha with acme R1 T3 120.00 "held"
            PledgeReleased alpha with east R1 T3 150.00
            SettlementDistributed alpha with acme R1 T4 360.00
            acme at east: 100.00 CNY
            east at east: 150.00 CNY
            alpha at east: 510.00 CNY + 390.00 locked
            east credited 1150.00, redeemed 0.00 CNY
            end: DiscountLapsed alpha with west R1 T2 F1 30.00
            acme at east: 100.00 CNY
            east at east: 150.00 CNY
            alpha at east: 510.00 CNY + 390.00 locked
            east credited 1150.00, redeemed 0.00 CNY
            TrancheUnfrozen watch with alpha T2 "2026-7"
            HeldMoneyReleased alpha with east 270.00
            TrancheUnfrozen watch with alpha T3 "2026-7"
            HeldMoneyReleased alpha with east 120.00
            acme at east: 100.00 CNY
            east at east: 150.00 CNY
            alpha at east: 900.00 CNY
            east credited 1150.00, redeemed 0.00 CNY
        "#]],
    );
}

#[test]
fn money_of_a_listed_party_to_a_lien_waits() {
    check(
        "listed under liens",
        &format!(
            "{LIVE}
             given west opens on acme limit 300.00 rate 3.60 instructed
             given alpha discounts T1 300.00
             given alpha pledges T3 to east at 50.00
             given east advances T3
             given watch screens TEST:east
             alpha repays T3 10.00 at east
             given west credits acme 1.00 ref W
             given watch screens TEST:west
             west remits T2 ref P1
             given watch clears TEST:east
             given east credits acme 500.00 ref A
             given watch screens TEST:east
             acme pays R1 500.00
             show money
             watch clears TEST:east
             show money"
        ),
        expect![[r#"
            refused PARTY_SCREENED: east is on the screening list by its identifier TEST east
            refused PARTY_SCREENED: west is on the screening list by its identifier TEST west
            SettlementDebited acme R1 500.00 @2026-01-15
            SettlementDistributed alpha with acme R1 T2 150.00 "held for the buyer"
            SettlementDistributed east with acme R1 T3 350.00 "held"
            PledgeReleased alpha with east R1 T3 350.00
            acme at east: 0.00 CNY
            east at east: 0.00 CNY + 350.00 locked
            alpha at east: 350.00 CNY + 150.00 locked
            acme at west: 1.00 CNY
            east credited 850.00, redeemed 0.00 CNY
            west credited 1.00, redeemed 0.00 CNY
            PartyCleared watch with east "TEST:east"
            HeldMoneyReleased east with east 350.00
            acme at east: 0.00 CNY
            east at east: 350.00 CNY
            alpha at east: 350.00 CNY + 150.00 locked
            acme at west: 1.00 CNY
            east credited 850.00, redeemed 0.00 CNY
            west credited 1.00, redeemed 0.00 CNY
        "#]],
    );
}

#[test]
fn five_hundred_discounts_of_one_block_fill_three_facilities_to_the_last_unit_and_no_further() {
    let mut stage = Stage::rulebook();
    stage.ledger.thorough = false;
    let together = |stage: &mut Stage, lines: Vec<String>| {
        stage.run(&format!("together\n{}\nend", lines.join("\n")));
    };
    together(
        &mut stage,
        (1..=500)
            .map(|number| {
                let (month, day) = (number % 12 + 1, number % 28 + 1);
                format!("alpha submits 10.00 on acme due 2026-06-17 inv N{number}@2025-{month:02}-{day:02}")
            })
            .collect(),
    );
    stage.run("given alpha trusts acme");
    together(&mut stage, (1..=500).map(|number| format!("acme confirms R{number} knowing")).collect());
    stage.run("given east opens on acme limit 1_000.00 rate 3.00");
    stage.run("given west opens on acme limit 1_504.00 rate 3.10 instructed");
    stage.run("given fund opens on acme limit 703.00 rate 3.20 bank west");
    stage.run("given west credits fund 700.00 ref A");
    together(
        &mut stage,
        (1..=500).map(|number| format!("alpha discounts T{number} 10.00 partial")).collect(),
    );
    let full = stage.run("show facilities");
    // west confirms every other reservation, the rest lapse and free the limit for who comes next
    let reserved: Vec<u64> =
        stage.ledger.state.all::<Lien>().iter().map(|(_, lien)| lien.tranche().number()).collect();
    let confirmed = reserved.iter().step_by(2).map(|id| format!("west remits T{id} ref P{id}")).collect();
    together(&mut stage, confirmed);
    stage.run("on 2026-01-20");
    let lapsed = stage.run("show facilities");
    together(
        &mut stage,
        (1..=500).map(|number| format!("alpha discounts T{number} 10.00 partial")).collect(),
    );
    stage.ledger.check();
    expect![[r#"
        F1 of east: 1000.00 used of 1000.00, open
        F2 of west: 1504.00 used of 1504.00, open
        F3 of fund: 703.00 used of 703.00, open
        F1 bought 1000.00 from alpha
        F2 bought 1504.00 from alpha
        F3 bought 703.00 from alpha

        F1 of east: 1000.00 used of 1000.00, open
        F2 of west: 754.00 used of 1504.00, open
        F3 of fund: 703.00 used of 703.00, open
        F1 bought 1000.00 from alpha
        F2 bought 754.00 from alpha
        F3 bought 703.00 from alpha

        F1 of east: 1000.00 used of 1000.00, open
        F2 of west: 1504.00 used of 1504.00, open
        F3 of fund: 703.00 used of 703.00, open
        F1 bought 1000.00 from alpha
        F2 bought 1504.00 from alpha
        F3 bought 703.00 from alpha
    "#]]
    .assert_eq(&format!("{full}\n{lapsed}\n{}", stage.run("show facilities")));
}
