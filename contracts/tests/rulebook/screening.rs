//! Screening and freezing: who receives neither title nor money, and what stays where it is.
use crate::common::script::{LIVE, check};
use expect_test::expect;

#[test]
fn a_listed_member_receives_neither_title_nor_money() {
    check(
        "listed",
        &format!(
            "{LIVE}
             given east credits acme 100.00 ref A
             given east credits beta 100.00 ref B
             given gamma submits 1.00 on acme due 2026-06-17 inv G1
             given beta submits 50.00 on acme due 2026-06-17 inv B1
             given acme confirms R3
             given alpha splits T1 300.00>beta 700.00
             given east opens on acme limit 5_000.00 rate 30:3.00 until 2026-12-31
             east screens TEST:beta
             watch screens TEST:beta because
             watch screens TEST:beta
             watch screens TEST:beta
             watch screens LEI:unknown
             east credits beta 1.00 ref C
             acme moves 1.00 at east to beta
             beta draws 1.00 at east to IBAN
             beta moves 1.00 at east to acme
             beta accepts T2
             alpha offers T3>beta
             beta accepts R3
             watch clears TEST:gamma
             watch clears TEST:beta because
             watch clears TEST:beta
             beta accepts T2
             given watch screens TEST:beta
             beta discounts T2
             given watch screens TEST:east
             alpha discounts T3 under F1"
        ),
        expect![[r#"
            refused ROLE_MISSING: member east does not have the role Regulator
            refused TEXT_MISSING: reason must not be empty
            PartyScreened watch with beta "TEST:beta"
            refused SCREENED_BEFORE: identifier TEST beta is on the screening list
            PartyScreened watch "LEI:unknown"
            refused PARTY_SCREENED: beta is on the screening list by its identifier TEST beta
            refused PARTY_SCREENED: beta is on the screening list by its identifier TEST beta
            refused PARTY_SCREENED: beta is on the screening list by its identifier TEST beta
            DepositMoved beta with acme 1.00
            refused PARTY_SCREENED: beta is on the screening list by its identifier TEST beta
            refused PARTY_SCREENED: beta is on the screening list by its identifier TEST beta
            refused PARTY_SCREENED: beta is on the screening list by its identifier TEST beta
            refused NOT_SCREENED: identifier TEST gamma is not on the screening list
            refused TEXT_MISSING: reason must not be empty
            PartyCleared watch with beta "TEST:beta"
            TransferAccepted alpha with beta R1 T2 300.00
            refused PARTY_SCREENED: beta is on the screening list by its identifier TEST beta
            refused FACILITY_INELIGIBLE: F1 does not buy this tranche: its funder is on the screening list
        "#]],
    );
}

#[test]
fn what_is_due_to_a_listed_holder_waits_in_its_deposit() {
    check(
        "withheld",
        &format!(
            "{LIVE}
             given watch screens TEST:alpha
             given east credits acme 400.00 ref A
             acme pays R1 400.00
             show money
             given east proposes screen LEI:other
             given west votes for G1
             watch clears TEST:alpha
             given east credits acme 600.00 ref B
             acme pays R1 600.00
             show money"
        ),
        expect![[r#"
            SettlementDebited acme R1 400.00 @2026-01-15
            SettlementDistributed alpha with acme R1 T1 400.00 "held"
            acme at east: 0.00 CNY
            alpha at east: 0.00 CNY + 400.00 locked
            east credited 400.00, redeemed 0.00 CNY
            PartyCleared watch with alpha "TEST:alpha"
            HeldMoneyReleased alpha with east 400.00
            SettlementDebited acme R1 600.00 @2026-01-15
            SettlementDistributed alpha with acme R1 T1 600.00
            ReceivableSettled acme R1 1000.00 @2026-01-15
            acme at east: 0.00 CNY
            alpha at east: 1000.00 CNY
            east credited 1000.00, redeemed 0.00 CNY
        "#]],
    );
}

#[test]
fn governance_lists_and_clears_too() {
    check(
        "by vote",
        "given east proposes screen TEST:beta
         show proposals
         west votes for G1
         east credits beta 1.00 ref A
         east proposes screen TEST:beta
         given east proposes clear TEST:beta
         west votes for G2
         east credits beta 1.00 ref A",
        expect![[r#"
            G1 screen TEST:beta: open, 1 for, 0 against of 2, until 2026-02-15 00:00
              screened TEST:beta: "" → "resolution 7"
            ProposalVoted west "G1 in favour: 2 for, 0 against of 2"
            ProposalPassed east "G1: screen TEST:beta"
            PartyScreened west with beta "TEST:beta"
            refused PARTY_SCREENED: beta is on the screening list by its identifier TEST beta
            refused SCREENED_BEFORE: identifier TEST beta is on the screening list
            ProposalVoted west "G2 in favour: 2 for, 0 against of 2"
            ProposalPassed east "G2: clear TEST:beta"
            PartyCleared west with beta "TEST:beta"
            DepositCredited east with beta 1.00 "A"
        "#]],
    );
}

#[test]
fn a_frozen_tranche_stays_where_it_is_and_its_money_waits() {
    check(
        "frozen",
        &format!(
            "{LIVE}
             given alpha splits T1 400.00>beta 600.00
             given east opens on acme limit 5_000.00 rate 30:3.00 until 2026-12-31
             east freezes T2
             watch freezes T2 case
             watch freezes T9
             watch freezes T2
             watch freezes T2
             given watch freezes T3
             beta accepts T2
             alpha splits T3 100.00 500.00
             alpha offers T3>gamma
             alpha discounts T3
             given east credits acme 1_000.00 ref A
             acme pays R1 500.00
             show money
             watch unfreezes T3 case
             watch unfreezes T3
             watch unfreezes T3
             show money
             acme pays R1 500.00
             show tranches
             watch unfreezes T2
             show money"
        ),
        expect![[r#"
            refused ROLE_MISSING: member east does not have the role Regulator
            refused TEXT_MISSING: case reference must not be empty
            refused TRANCHE_UNKNOWN: no open tranche T9
            TrancheFrozen watch with alpha R1 T2 400.00 "2026-7"
            refused TRANCHE_FROZEN: T2 is frozen under case 2026-7
            refused TRANCHE_FROZEN: T2 is frozen under case 2026-7
            refused TRANCHE_FROZEN: T3 is frozen under case 2026-7
            refused TRANCHE_FROZEN: T3 is frozen under case 2026-7
            refused TRANCHE_FROZEN: T3 is frozen under case 2026-7
            SettlementDebited acme R1 500.00 @2026-01-15
            SettlementDistributed alpha with acme R1 T2 200.00 "held"
            SettlementDistributed alpha with acme R1 T3 300.00 "held"
            acme at east: 500.00 CNY
            alpha at east: 0.00 CNY + 500.00 locked
            east credited 1000.00, redeemed 0.00 CNY
            refused TEXT_MISSING: case reference must not be empty
            TrancheUnfrozen watch with alpha T3 "2026-7"
            HeldMoneyReleased alpha with east 300.00
            refused TRANCHE_NOT_FROZEN: T3 is not frozen
            acme at east: 500.00 CNY
            alpha at east: 300.00 CNY + 200.00 locked
            east credited 1000.00, redeemed 0.00 CNY
            SettlementDebited acme R1 500.00 @2026-01-15
            SettlementDistributed alpha with acme R1 T2 200.00 "held"
            SettlementDistributed alpha with acme R1 T3 300.00
            ReceivableSettled acme R1 1000.00 @2026-01-15
            TrancheUnfrozen watch with alpha T2 "2026-7"
            HeldMoneyReleased alpha with east 400.00
            acme at east: 0.00 CNY
            alpha at east: 1000.00 CNY
            east credited 1000.00, redeemed 0.00 CNY
        "#]],
    );
}

#[test]
fn a_frozen_receivable_is_not_cancelled_and_listing_outlasts_a_freeze() {
    check(
        "frozen and listed",
        &format!(
            "{LIVE}
             given watch freezes T1
             acme cancels R1
             given east credits acme 1_000.00 ref A
             given acme pays R1 1_000.00
             given watch screens TEST:alpha
             watch unfreezes T1
             show money
             watch clears TEST:alpha
             show money"
        ),
        expect![[r#"
            refused TRANCHE_FROZEN: T1 is frozen under case 2026-7
            TrancheUnfrozen watch with alpha T1 "2026-7"
            acme at east: 0.00 CNY
            alpha at east: 0.00 CNY + 1000.00 locked
            east credited 1000.00, redeemed 0.00 CNY
            PartyCleared watch with alpha "TEST:alpha"
            HeldMoneyReleased alpha with east 1000.00
            acme at east: 0.00 CNY
            alpha at east: 1000.00 CNY
            east credited 1000.00, redeemed 0.00 CNY
        "#]],
    );
}
