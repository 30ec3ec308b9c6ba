//! Disputes: free before confirmation, with evidence afterwards; the undisputed part is paid on time.
use crate::common::script::{LIVE, check};
use expect_test::expect;

#[test]
fn before_confirmation_a_dispute_is_free_and_limits_what_can_be_confirmed() {
    check(
        "submission",
        "given alpha submits 1_000.00 on acme due 2026-06-17 inv A1
         acme disputes R1 400.00
         acme disputes R1 1_000.01 because it is too much
         acme disputes R1 400.00 because two crates were broken
         acme disputes R1 1.00 because more
         acme confirms R1
         acme confirms R1 600.01 because two crates were broken
         acme confirms R1 600.00 because two crates were broken
         alpha accepts R1
         given alpha submits 1_000.00 on acme due 2026-06-17 inv B2
         given acme disputes R2 1.00 because it is late
         given acme rejects R2 because it is late
         given alpha submits 1_000.00 on acme due 2026-06-17 inv K3
         given acme disputes R3 1.00 because it is late
         acme drops D3
         acme confirms R3 knowing
         acme disputes R3 1.00 with proof because it is confirmed and not accepted
         show trouble
         show receivables",
        expect![[r#"
            refused TEXT_MISSING: reason of a dispute must not be empty
            refused DISPUTE_EXCEEDS_OWED: 100001 CNY minor disputed where 100000 CNY minor is owed
            DisputeOpened acme with alpha R1 D1 400.00 @2026-01-15 "two crates were broken"
            refused DISPUTE_EXISTS: R1 waits for dispute D1
            refused CONFIRM_TOUCHES_DISPUTED: 100000 CNY minor confirmed where 60000 CNY minor is not disputed
            refused CONFIRM_TOUCHES_DISPUTED: 60001 CNY minor confirmed where 60000 CNY minor is not disputed
            ReceivableConfirmed acme with alpha R1 600.00 @2026-06-17 "two crates were broken"
            DisputeExcluded acme with alpha R1 D1 400.00
            ReceivableAccepted alpha with acme R1 T1 600.00 @2026-06-17
            DisputeWithdrawn acme with alpha R3 D3 1.00 @2026-01-15
            ReceivableConfirmed acme with alpha R3 1000.00 @2026-06-17
            refused RECEIVABLE_STATUS: R3 is Confirmed
            D1 of R1: 400.00 excluded
            D2 of R2: 1.00 excluded
            D3 of R3: 1.00 withdrawn on 2026-01-15
            R1 Live: acme owes alpha 600.00, settled 0.00, term extended
            R2 Closed, Rejected: acme owes alpha 0.00, settled 0.00, term extended, looks like [R1]
            R3 Confirmed: acme owes alpha 1000.00, settled 0.00, term extended, looks like [R1]
        "#]],
    );
}

#[test]
fn only_the_disputed_part_waits_and_the_rest_is_paid_on_time() {
    check(
        "partial",
        &format!(
            "{LIVE}
             given alpha splits T1 600.00>beta 400.00
             given beta accepts T2
             given east credits acme 1_000.00 ref A
             acme disputes R1 300.00 with photos because a third was broken
             acme pays R1 700.01
             # beta gets everything: what is disputed is alpha's first
             on 2026-06-17
             show tranches
             show queue
             on 2026-06-18 00:00
             show queue
             show receivables
             # the freed part is owed at once, and the money is there
             acme drops D1
             show receivables
             show queue"
        ),
        expect![[r#"
            DisputeOpened acme with alpha R1 D1 300.00 @2026-01-15 "a third was broken"
            refused PAYMENT_TOUCHES_DISPUTED: 70001 CNY minor paid where 70000 CNY minor is not disputed
            end: SettlementDebited acme R1 700.00 @2026-06-17
            end: SettlementDistributed beta with acme R1 T2 600.00
            end: SettlementDistributed alpha with acme R1 T3 100.00
            T3 of R1: 300.00 alpha, depth 0
            2026-06-18 00:00 Overdue 1
            0 unpaid, 0 arrivals
            0 unpaid, 0 arrivals
            R1 Live: acme owes alpha 1000.00, settled 700.00, 300.00 disputed in D1, term extended
            DisputeWithdrawn acme with alpha R1 D1 300.00 @2026-06-18
            end: SettlementDebited acme R1 300.00 @2026-06-18
            end: SettlementDistributed alpha with acme R1 T3 300.00
            end: ReceivableSettled acme R1 1000.00 @2026-06-18
            R1 Settled on 2026-06-18: acme owes alpha 1000.00, settled 1000.00, term extended
            0 unpaid, 0 arrivals
        "#]],
    );
}

#[test]
fn a_dispute_needs_an_anchor_evidence_and_a_debt() {
    check(
        "checks",
        &format!(
            "{LIVE}
             acme disputes R1 0.00 with photos because nothing
             acme disputes R9 1.00 with photos because nothing
             alpha disputes R1 1.00 with photos because nothing
             acme disputes R1 1.00 with photos
             acme disputes R1 1.00 because there is no evidence
             acme disputes R1 1.00EUR with photos because nothing
             acme disputes R1 1_000.01 with photos because nothing
             acme disputes R1 100.00 with photos because rusty
             acme cancels R1
             alpha drops D1
             acme drops D9
             watch rules D1 100.01 ref A7 award paper
             watch rules D1 1.00 award paper
             watch rules D1 1.00 ref A7
             bolt rules D1 1.00 ref A7 award paper
             acme drops D1
             acme drops D1
             watch rules D1 1.00 ref A7 award paper"
        ),
        expect![[r#"
            refused AMOUNT_ZERO: the amount must be more than zero
            refused RECEIVABLE_UNKNOWN: no receivable R9
            refused NOT_ANCHOR_OF: the sender is not the anchor of R1
            refused TEXT_MISSING: reason of a dispute must not be empty
            refused DISPUTE_EVIDENCE_MISSING: R1 is confirmed, so its dispute needs evidence
            refused CURRENCY_MISMATCH: EUR and CNY are different currencies
            refused DISPUTE_EXCEEDS_OWED: 100001 CNY minor disputed where 100000 CNY minor is owed
            DisputeOpened acme with alpha R1 D1 100.00 @2026-01-15 "rusty"
            refused DISPUTE_EXISTS: R1 waits for dispute D1
            refused NOT_ANCHOR_OF: the sender is not the anchor of R1
            refused DISPUTE_UNKNOWN: no dispute D9
            refused UPHELD_EXCEEDS_DISPUTED: 10001 CNY minor upheld of 10000 CNY minor
            refused TEXT_MISSING: arbitration reference must not be empty
            refused TEXT_MISSING: hash of the decision must not be empty
            refused ROLE_MISSING: member bolt does not have the role Regulator
            DisputeWithdrawn acme with alpha R1 D1 100.00 @2026-01-15
            refused DISPUTE_CLOSED: D1 is not open here
            refused DISPUTE_CLOSED: D1 is not open here
        "#]],
    );
}

#[test]
fn a_tranche_moves_while_nothing_of_it_is_disputed() {
    check(
        "moving",
        &format!(
            "{LIVE}
             given alpha splits T1 600.00 400.00
             given alpha offers T3>beta
             given east opens on acme limit 1_000.00 rate 3.60
             given acme disputes R1 500.00 with photos because rusty
             # the smaller tranche waits first, then a part of the larger
             beta accepts T3
             alpha offers T2>gamma
             alpha discounts T2 550.00
             alpha discounts T2 500.00
             alpha splits T5 50.00>gamma 50.00
             show tranches"
        ),
        expect![[r#"
            refused TRANCHE_DISPUTED: 40000 CNY minor of T3 is disputed
            refused TRANCHE_DISPUTED: 10000 CNY minor of T2 is disputed
            refused TRANCHE_DISPUTED: 5000 CNY minor of T4 is disputed
            TrancheSplit alpha R1 T2 [T4, T5] 600.00
            TrancheDiscounted alpha with east R1 T4 F1 500.00 for 492.35
            refused TRANCHE_DISPUTED: 5000 CNY minor of T6 is disputed
            T3 of R1: 400.00 alpha, depth 0, offered to beta until 2026-01-18 09:00
            T4 of R1: 500.00 east, depth 0, bought under F1 from alpha
            T5 of R1: 100.00 alpha, depth 0
        "#]],
    );
}

#[test]
fn an_anchor_that_waived_its_defences_contests_what_the_supplier_still_holds() {
    let mut stage = crate::common::script::Stage::rulebook();
    stage.run("given alpha submits 1_000.00 on acme due 2026-06-17 inv A1\ngiven alpha trusts acme");
    let mut confirm = stage.transaction("acme confirms R1");
    if let tally_contracts::Action::ConfirmReceivable(action) = &mut confirm.action {
        action.defences_waived = true;
    }
    stage.ledger.block(&[confirm]);
    expect![[r#"
        refused DEFENCES_WAIVED: 40001 CNY minor disputed where the anchor kept its defences for 40000 CNY minor only
        DisputeOpened acme with alpha R1 D1 400.00 @2026-01-15 "rusty"
    "#]].assert_eq(&stage.run(
        "given alpha splits T1 600.00>beta 400.00
         given beta accepts T2
         acme disputes R1 400.01 with photos because rusty
         acme disputes R1 400.00 with photos because rusty",
    ));
}

#[test]
fn a_ruling_dilutes_what_it_upholds_and_frees_the_rest() {
    check(
        "ruling",
        &format!(
            "{LIVE}
             given alpha splits T1 900.00>beta 100.00
             given beta accepts T2
             given acme disputes R1 400.00 with photos because rusty
             on 2026-06-17
             on 2026-06-18
             watch rules D1 250.00 ref CIETAC-7 award paper
             show trouble
             show receivables
             acme disputes R1 100.00 with photos because rusty
             watch rules D2 0.00 ref CIETAC-8 award paper
             east credits acme 750.38 ref A
             show receivables
             show trouble
             show money"
        ),
        expect![[r#"
            end: ReceivableOverdue acme with alpha R1 600.00 @2026-06-17
            end: CaseOpened with acme R1 600.00 @2026-06-18
            DisputeRuled watch with acme R1 D1 250.00 @2026-06-18 "CIETAC-7"
            TrancheDiluted beta R1 T2 K1 150.00 "unfinanced"
            TrancheDiluted alpha R1 T3 K1 100.00 "unfinanced, the original supplier's"
            CreditNoteApplied watch with acme R1 D1 K1 250.00 @2026-06-18 "CIETAC-7"
            D1 of R1: 400.00 ruled on 2026-06-18 by CIETAC-7, upheld in K1
            K1 of R1: 250.00 CIETAC-7, applied on 2026-06-18 by CIETAC-7
              T2 beta lost 150.00: unfinanced
              T3 alpha lost 100.00: unfinanced, the original supplier's
            R1 Overdue since 2026-06-18: acme owes alpha 1000.00, settled 0.00, diluted 250.00, term extended
            DisputeOpened acme with alpha R1 D2 100.00 @2026-06-18 "rusty"
            DisputeRuled watch with acme R1 D2 0.00 @2026-06-18 "CIETAC-8"
            DepositCredited east with acme 750.38 "A"
            end: SettlementDebited acme R1 750.38 @2026-06-18
            end: LateInterestDistributed beta with acme R1 0.38
            end: SettlementDistributed beta with acme R1 T2 750.00
            end: ReceivableSettled acme R1 750.00 @2026-06-18
            end: CaseClosed with acme R1 @2026-06-18
            R1 Settled on 2026-06-18: acme owes alpha 1000.00, settled 750.00, diluted 250.00, term extended
            D1 of R1: 400.00 ruled on 2026-06-18 by CIETAC-7, upheld in K1
            D2 of R1: 100.00 ruled on 2026-06-18 by CIETAC-8, upheld in nothing
            K1 of R1: 250.00 CIETAC-7, applied on 2026-06-18 by CIETAC-7
              T2 beta lost 150.00: unfinanced
              T3 alpha lost 100.00: unfinanced, the original supplier's
            acme at east: 0.00 CNY
            beta at east: 750.38 CNY
            east credited 750.38, redeemed 0.00 CNY
        "#]],
    );
}

#[test]
fn an_anchor_that_is_late_with_the_undisputed_part_is_overdue_with_it_alone() {
    check(
        "late",
        &format!(
            "{LIVE}
             given acme disputes R1 400.00 with photos because rusty
             on 2026-06-17
             on 2026-06-18
             given east credits acme 600.30 ref A
             show queue
             given alpha submits 10.00 on acme due 2026-09-17 inv B2
             on 2026-06-25
             # nothing is late any more, so nobody is suspended
             acme confirms R2
             acme drops D1
             given alpha submits 10.00 on acme due 2026-09-17 inv K3
             acme confirms R3 knowing"
        ),
        expect![[r#"
            end: ReceivableOverdue acme with alpha R1 600.00 @2026-06-17
            end: CaseOpened with acme R1 600.00 @2026-06-18
            2026-06-25 00:00 CaseEscalation 1
            0 unpaid, 0 arrivals
            ReceivableConfirmed acme with alpha R2 10.00 @2026-09-17
            DisputeWithdrawn acme with alpha R1 D1 400.00 @2026-06-25
            refused ANCHOR_SUSPENDED: acme owes R1 for 8 days past due, where 1 are allowed, and cannot confirm
        "#]],
    );
}

#[test]
fn what_is_overdue_neither_defaults_nor_escalates_while_only_its_disputed_part_is_left() {
    check(
        "waiting",
        &format!(
            "{LIVE}
             on 2026-06-17
             on 2026-06-18
             acme disputes R1 1_000.00 with photos because rusty
             # what ran until then is owed; with it paid nothing but the dispute is left
             east credits acme 0.50 ref A
             on 2026-07-20
             show receivables
             show queue
             acme drops D1
             on 2026-07-21"
        ),
        expect![[r#"
            end: ReceivableOverdue acme with alpha R1 1000.00 @2026-06-17
            end: CaseOpened with acme R1 1000.00 @2026-06-18
            DisputeOpened acme with alpha R1 D1 1000.00 @2026-06-18 "rusty"
            DepositCredited east with acme 0.50 "A"
            end: SettlementDebited acme R1 0.50 @2026-06-18
            end: LateInterestDistributed alpha with acme R1 0.50
            R1 Overdue since 2026-06-18: acme owes alpha 1000.00, settled 0.00, 1000.00 disputed in D1, term extended
            2026-07-21 00:00 CaseEscalation 1
            0 unpaid, 0 arrivals
            DisputeWithdrawn acme with alpha R1 D1 1000.00 @2026-07-20
            end: ReceivableDefaulted acme with alpha R1 1000.00 @2026-06-17
            end: CaseEscalated with acme R1 @2026-07-21 "legal"
        "#]],
    );
}
