//! Liens: late interest, helpers, disputes and set-off on tranches that somebody else has a right to.
use crate::common::script::{LIVE, check, check_under};
use expect_test::expect;
use tally_contracts::policy::WaterfallStep;

/// west lent 800.00 on T1 without interest, and acme is 31 days late on 18 July.
const PLEDGED: &str = "given alpha pledges T1 to west at 80.00
                       given west advances T1
                       given on 2026-06-17
                       given on 2026-06-18
                       given on 2026-07-18
                       ";

#[test]
fn late_interest_on_collateral_is_the_lenders_until_it_is_paid() {
    check(
        "interest through the pledge",
        &format!(
            "{LIVE}{PLEDGED}
             show late
             east credits acme 515.50 ref A
             show liens
             alpha writes off T1 because hopeless
             east credits acme 500.00 ref B
             show receivables
             show money"
        ),
        expect![[r#"
            R1 31 days past due: face 1000.00, interest 15.50, costs 0.00
            DepositCredited east with acme 515.50 "A"
            end: SettlementDebited acme R1 515.50 @2026-07-18
            end: LateInterestDistributed west with acme R1 T1 15.50
            end: SettlementDistributed west with acme R1 T1 500.00
            T1 pledged to west: 284.50 and 0.00 interest of 800.00 owed on 2026-07-18
            refused TRANCHE_UNDER_LIEN: T1 is reserved or pledged
            DepositCredited east with acme 500.00 "B"
            end: SettlementDebited acme R1 500.00 @2026-07-18
            end: SettlementDistributed west with acme R1 T1 284.50
            end: SettlementDistributed alpha with acme R1 T1 215.50
            end: PledgeReleased alpha with west R1 T1 800.00
            end: ReceivableSettled acme R1 1000.00 @2026-07-18
            end: CaseClosed with acme R1 @2026-07-18
            R1 Settled on 2026-07-18: acme owes alpha 1000.00, settled 1000.00, term extended
            acme at east: 0.00 CNY
            west at east: 800.00 CNY
            alpha at east: 215.50 CNY
            alpha at west: 800.00 CNY
            east credited 1015.50, redeemed 0.00 CNY
            west credited 800.00, redeemed 0.00 CNY
        "#]],
    );
}

#[test]
fn interest_that_outlives_its_tranche_goes_through_the_lien_that_outlives_it_too() {
    check_under(
        "face first",
        |policy| {
            policy.waterfall = vec![WaterfallStep::Face, WaterfallStep::Costs, WaterfallStep::LateInterest]
        },
        &format!(
            "{LIVE}
             given alpha pledges T1 to west at 100.00 interest 10.00
             given west advances T1
             given on 2026-06-17
             given on 2026-06-18
             given on 2026-07-18
             east credits acme 1_000.00 ref A
             show tranches
             show liens
             show late
             east credits acme 10.00 ref B
             show liens
             given west credits alpha 100.00 ref C
             alpha repays T1 41.11 at west
             east credits acme 5.50 ref D
             show receivables
             show money"
        ),
        expect![[r#"
            DepositCredited east with acme 1000.00 "A"
            end: SettlementDebited acme R1 1000.00 @2026-07-18
            end: SettlementDistributed west with acme R1 T1 1000.00
            T1 pledged to west: 51.11 and 0.00 interest of 1000.00 owed on 2026-07-18
            R1 31 days past due: face 0.00, interest 15.50, costs 0.00; 15.50 of LateInterest to alpha
            DepositCredited east with acme 10.00 "B"
            end: SettlementDebited acme R1 10.00 @2026-07-18
            end: LateInterestDistributed west with acme R1 T1 10.00
            T1 pledged to west: 41.11 and 0.00 interest of 1000.00 owed on 2026-07-18
            PledgeRepaid alpha with west R1 T1 41.11
            PledgeReleased alpha with west R1 T1 1000.00
            DepositCredited east with acme 5.50 "D"
            end: SettlementDebited acme R1 5.50 @2026-07-18
            end: LateInterestDistributed alpha with acme R1 5.50
            end: ReceivableSettled acme R1 1000.00 @2026-07-18
            end: CaseClosed with acme R1 @2026-07-18
            R1 Settled on 2026-07-18: acme owes alpha 1000.00, settled 1000.00, term extended
            acme at east: 0.00 CNY
            west at east: 1010.00 CNY
            alpha at east: 5.50 CNY
            west at west: 41.11 CNY
            alpha at west: 1058.89 CNY
            east credited 1015.50, redeemed 0.00 CNY
            west credited 1100.00, redeemed 0.00 CNY
        "#]],
    );
}

#[test]
fn a_debt_of_the_transferor_outlives_the_tranche_where_the_anchor_pays_no_interest() {
    check_under(
        "no late interest",
        |policy| (policy.late_rate_default_ppm_per_day, policy.late_rate_floor_ppm_per_year) = (0, 0),
        &format!(
            "{LIVE}
             given east opens on acme limit 1_000.00 rate 3.60 recourse
             given alpha discounts T1
             given on 2026-06-17
             given on 2026-06-18
             given on 2026-07-18
             given east turns T1 on alpha
             east credits acme 1_000.00 ref B
             show liens
             alpha redeems T1 3.05 at east
             show liens"
        ),
        expect![[r#"
            DepositCredited east with acme 1000.00 "B"
            end: SettlementDebited acme R1 1000.00 @2026-07-18
            end: SettlementDistributed east with acme R1 T1 1000.00
            end: ReceivableSettled acme R1 1000.00 @2026-07-18
            end: CaseClosed with acme R1 @2026-07-18
            T1 claimed by east from alpha: 3.05 and 0.00 interest of 1003.05 owed on 2026-07-18
            RecoursePaid east with alpha R1 T1 3.05
            RecourseSettled east with alpha R1 T1 1003.05
        "#]],
    );
}

#[test]
fn a_claim_that_was_taken_over_keeps_the_rank_that_was_paid() {
    check(
        "one tranche for each rank",
        &format!(
            "{LIVE}
             given alpha splits T1 400.00 600.00
             given east opens on acme limit 1_000.00 rate 3.60
             given alpha discounts T2
             given east records T2 number 77-1
             given west credits guard 1_000.00 ref W
             given on 2026-06-17
             given on 2026-06-18
             guard covers R1 700.50 at west taking
             show tranches
             east credits acme 500.00 ref A
             show tranches"
        ),
        expect![[r#"
            PaidForAnchor guard with acme R1 700.50 @2026-06-18
            LateInterestDistributed east with guard R1 T2 0.20
            LateInterestDistributed alpha with guard R1 T3 0.30
            SettlementDistributed east with guard R1 T2 400.00
            SettlementDistributed alpha with guard R1 T3 300.00
            ClaimTakenOver guard with acme R1 T4 [T2] 400.00
            ClaimTakenOver guard with acme R1 T5 [T3] 300.00
            T3 of R1: 300.00 alpha, depth 0
            T4 of R1: 400.00 guard, depth 0, taken over from all
            T5 of R1: 300.00 guard, depth 0, taken over from all
            DepositCredited east with acme 500.00 "A"
            end: SettlementDebited acme R1 500.00 @2026-06-18
            end: LateInterestDistributed guard with acme R1 0.50
            end: SettlementDistributed alpha with acme R1 T3 49.75
            end: SettlementDistributed guard with acme R1 T4 400.00
            end: SettlementDistributed guard with acme R1 T5 49.75
            T3 of R1: 250.25 alpha, depth 0
            T5 of R1: 250.25 guard, depth 0, taken over from all
        "#]],
    );
    check(
        "a guarantor and the registered holder share what arrives",
        &format!(
            "{LIVE}
             given alpha splits T1 400.00 600.00
             given east opens on acme limit 1_000.00 rate 3.60
             given alpha discounts T2
             given east records T2 number 77-1
             given guard guarantees tranche T2 share 50 cap 300.00 for alpha at east
             given alpha takes B1
             given east credits guard 300.00 ref G
             given on 2026-06-17
             given on 2026-06-18
             given on 2026-07-18
             east claims T2 under B1
             east credits acme 115.50 ref A"
        ),
        expect![[r#"
            GuaranteeClaimed east with guard R1 T2 B1 200.00
            PaidForAnchor guard with acme R1 200.00 @2026-07-18
            SettlementDistributed east with guard R1 T2 200.00
            ClaimTakenOver guard with acme R1 T4 [T2] 200.00
            DepositCredited east with acme 115.50 "A"
            end: SettlementDebited acme R1 115.50 @2026-07-18
            end: LateInterestDistributed east with acme R1 6.20
            end: LateInterestDistributed alpha with acme R1 9.30
            end: SettlementDistributed east with acme R1 T2 50.00
            end: SettlementDistributed guard with acme R1 T4 50.00
        "#]],
    );
}

#[test]
fn a_credit_note_reaches_collateral_after_what_is_free_and_never_what_is_reserved() {
    check(
        "order under liens",
        &format!(
            "{LIVE}
             given alpha splits T1 300.00 300.00 400.00
             given east opens on acme limit 1_000.00 rate 3.60 instructed
             given alpha discounts T2 under F1
             given alpha pledges T3 to west at 80.00
             given west advances T3
             alpha notes R1 500.00 no CN1
             show tranches
             show liens
             alpha notes R1 250.00 no CN2
             given east remits T2 ref D
             show trouble"
        ),
        expect![[r#"
            CreditNoteIssued alpha with acme R1 K1 500.00 @2026-01-15 "CN1"
            TrancheDiluted alpha R1 T3 K1 100.00 "financed with recourse"
            TrancheDiluted alpha R1 T4 K1 400.00 "unfinanced, the original supplier's"
            CreditNoteApplied alpha with acme R1 K1 500.00 @2026-01-15 "CN1"
            T2 of R1: 300.00 alpha, depth 0
            T3 of R1: 200.00 alpha, depth 0
            T2 reserved for east under F1: 300.00 of limit, 0.00 held, until 2026-01-18 09:00
            T3 pledged to west: 240.00 and 0.00 interest of 240.00 owed on 2026-01-15
            refused TRANCHE_UNDER_LIEN: T2 is reserved or pledged
            K1 of R1: 500.00 CN1, applied on 2026-01-15 by consent
              T3 alpha lost 100.00: financed with recourse
              T4 alpha lost 400.00: unfinanced, the original supplier's
        "#]],
    );
}

#[test]
fn what_is_disputed_is_neither_pledged_nor_paid_early_and_what_is_pledged_is_not_set_off() {
    check(
        "movements",
        &format!(
            "{LIVE}
             given acme posts apr 6.00 budget 1_000.00
             given east credits acme 1_000.00 ref A
             given acme disputes R1 100.00 with photos because of rust
             alpha pledges T1 to west at 80.00
             alpha cashes E1 T1
             given acme drops D1
             given alpha pledges T1 to west at 80.00
             given acme disputes R1 100.00 with photos because of more rust
             west advances T1
             given acme drops D2
             west advances T1
             given alpha moves 0.01 at west to acme
             given acme draws 1_000.00 at east to IBAN
             given on 2026-06-17
             acme nets T1 1_000.00"
        ),
        expect![[r#"
            refused TRANCHE_DISPUTED: 10000 CNY minor of T1 is disputed
            refused TRANCHE_DISPUTED: 10000 CNY minor of T1 is disputed
            refused TRANCHE_DISPUTED: 10000 CNY minor of T1 is disputed
            TranchePledged alpha with west R1 T1 1000.00 for 800.00
            refused NETTING_LEG_COUNT: 1 legs where 2 to 64 are allowed
        "#]],
    );
}

#[test]
fn what_others_pay_at_another_bank_waits_there_for_the_buyer() {
    check(
        "held in two deposits",
        &format!(
            "{LIVE}
             given east opens on acme limit 1_000.00 rate 3.60 instructed
             given alpha discounts T1
             given east credits acme 100.00 ref A
             given west credits guard 200.00 ref W
             acme pays R1 100.00
             guard covers R1 200.00 at west
             show liens
             show money
             east remits T1 ref D
             show facilities
             show money"
        ),
        expect![[r#"
            SettlementDebited acme R1 100.00 @2026-01-15
            SettlementDistributed alpha with acme R1 T1 100.00 "held for the buyer"
            PaidForAnchor guard with acme R1 200.00 @2026-01-15
            SettlementDistributed alpha with guard R1 T1 200.00 "held for the buyer"
            T1 reserved for east under F1: 700.00 of limit, 300.00 held, until 2026-01-18 09:00
            acme at east: 0.00 CNY
            alpha at east: 0.00 CNY + 100.00 locked
            alpha at west: 0.00 CNY + 200.00 locked
            guard at west: 0.00 CNY
            east credited 100.00, redeemed 0.00 CNY
            west credited 200.00, redeemed 0.00 CNY
            TrancheDiscounted alpha with east R1 T1 F1 700.00 for 984.70 "D"
            F1 of east: 700.00 used of 1000.00, open
            F1 bought 700.00 from alpha
            acme at east: 0.00 CNY
            east at east: 100.00 CNY
            alpha at east: 0.00 CNY
            east at west: 200.00 CNY
            alpha at west: 0.00 CNY
            guard at west: 0.00 CNY
            east credited 100.00, redeemed 0.00 CNY
            west credited 200.00, redeemed 0.00 CNY
        "#]],
    );
}

#[test]
fn who_pays_for_a_whole_tranche_on_a_day_that_was_counted_takes_its_place() {
    check(
        "nothing else of the receivable changes",
        &format!(
            "{LIVE}
             given west credits guard 2_000.00 ref W
             given on 2026-06-17
             given on 2026-06-18
             given guard covers R1 0.50 at west
             guard covers R1 1_000.00 at west taking
             show tranches"
        ),
        expect![[r#"
            PaidForAnchor guard with acme R1 1000.00 @2026-06-18
            SettlementDistributed alpha with guard R1 T1 1000.00
            ClaimTakenOver guard with acme R1 T2 [T1] 1000.00
            T2 of R1: 1000.00 guard, depth 0, taken over from all
        "#]],
    );
}
