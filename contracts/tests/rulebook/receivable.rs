//! Receivables: submission to Live, what is refused on the way, double financing, cancellation.
use crate::common::script::{LIVE, Stage, check, check_under};
use expect_test::expect;

#[test]
fn submitted_confirmed_and_accepted_it_is_live() {
    check(
        "life",
        "alpha submits 900.00 on acme due 2026-06-17 inv A1=1_000.00#one
         acme confirms R1
         acme confirms R1
         alpha withdraws R1
         alpha accepts R1
         alpha accepts R1
         alpha declines R1
         show receivables
         show tranches
         show queue",
        expect![[r#"
            ReceivableSubmitted alpha with acme R1 900.00 @2026-06-17
            ReceivableConfirmed acme with alpha R1 900.00 @2026-06-17
            refused RECEIVABLE_STATUS: R1 is Confirmed
            refused RECEIVABLE_STATUS: R1 is Confirmed
            ReceivableAccepted alpha with acme R1 T1 900.00 @2026-06-17
            refused RECEIVABLE_STATUS: R1 is Live
            refused RECEIVABLE_STATUS: R1 is Live
            R1 Live: acme owes alpha 900.00, settled 0.00, term extended
            T1 of R1: 900.00 alpha, depth 0
            2026-06-17 00:00 Settlement 1
            0 unpaid, 0 arrivals
        "#]],
    );
}

#[test]
fn the_anchor_confirms_in_part_with_a_reason() {
    check(
        "partial confirmation",
        "given alpha submits 900.00 on acme due 2026-06-17 inv A1
         acme confirms R1 800.00
         acme confirms R1 900.01 because more
         acme confirms R1 0.00 because nothing
         acme confirms R1 800.00EUR because of another currency
         bolt confirms R1
         alpha confirms R1
         acme confirms R7
         acme confirms R1 800.00 because one pallet is missing
         alpha accepts R1
         show tranches",
        expect![[r#"
            refused TEXT_MISSING: reason of a partial confirmation must not be empty
            refused CONFIRM_EXCEEDS_FACE: 90001 CNY minor confirmed of a face of 90000 CNY minor
            refused AMOUNT_ZERO: the amount must be more than zero
            refused CURRENCY_MISMATCH: EUR and CNY are different currencies
            refused NOT_ANCHOR_OF: the sender is not the anchor of R1
            refused NOT_ANCHOR_OF: the sender is not the anchor of R1
            refused RECEIVABLE_UNKNOWN: no receivable R7
            ReceivableConfirmed acme with alpha R1 800.00 @2026-06-17 "one pallet is missing"
            ReceivableAccepted alpha with acme R1 T1 800.00 @2026-06-17
            T1 of R1: 800.00 alpha, depth 0
        "#]],
    );
}

#[test]
fn an_anchor_issues_and_the_supplier_accepts_or_declines() {
    check(
        "issue",
        "acme issues 100.00 to alpha due 2026-06-17 inv A1
         alpha declines R1 because cash was agreed
         acme issues 100.00 to alpha due 2026-06-17 inv A1
         beta accepts R2
         acme accepts R2
         alpha accepts R2
         given alpha trusts acme
         acme issues 70.00 to alpha due 2026-06-17 inv A2
         acme issues 1.00 to acme due 2026-06-17 inv A3
         alpha issues 1.00 to beta due 2026-06-17 inv A3
         acme issues 1.00 to west due 2026-06-17 inv A3
         bolt issues 1.00 to bolt due 2026-06-17 inv A3
         show receivables",
        expect![[r#"
            ReceivableSubmitted acme with alpha R1 100.00 @2026-06-17
            ReceivableConfirmed acme with alpha R1 100.00 @2026-06-17
            ReceivableDeclined alpha with acme R1 100.00 @2026-06-17 "cash was agreed"
            ReceivableSubmitted acme with alpha R2 100.00 @2026-06-17
            ReceivableConfirmed acme with alpha R2 100.00 @2026-06-17
            refused NOT_SUPPLIER_OF: the sender is not the supplier of R2
            refused NOT_SUPPLIER_OF: the sender is not the supplier of R2
            ReceivableAccepted alpha with acme R2 T1 100.00 @2026-06-17
            ReceivableSubmitted acme with alpha R3 70.00 @2026-06-17
            ReceivableConfirmed acme with alpha R3 70.00 @2026-06-17
            ReceivableAccepted alpha with acme R3 T2 70.00 @2026-06-17
            refused COUNTERPARTY_IS_SELF: acme cannot be its own counterparty
            refused ROLE_MISSING: member alpha does not have the role Anchor
            refused ROLE_MISSING: member west does not have the role Supplier
            refused COUNTERPARTY_IS_SELF: bolt cannot be its own counterparty
            R1 Closed, Declined: acme owes alpha 100.00, settled 0.00, term extended
            R2 Live: acme owes alpha 100.00, settled 0.00, term extended
            R3 Live: acme owes alpha 70.00, settled 0.00, term extended
        "#]],
    );
}

#[test]
fn a_standing_acceptance_skips_one_step_until_it_ends() {
    check(
        "standing acceptance",
        "given alpha trusts acme
         given alpha submits 100.00 on acme due 2026-06-17 inv A1
         acme confirms R1
         given alpha distrusts acme
         given alpha submits 100.00 on acme due 2026-06-17 inv A2 inv A3
         acme confirms R2 knowing",
        expect![[r#"
            ReceivableConfirmed acme with alpha R1 100.00 @2026-06-17
            ReceivableAccepted alpha with acme R1 T1 100.00 @2026-06-17
            ReceivableConfirmed acme with alpha R2 100.00 @2026-06-17
        "#]],
    );
}

#[test]
fn a_submission_ends_by_rejection_withdrawal_or_silence_and_frees_its_invoices() {
    check(
        "ends",
        "given alpha submits 100.00 on acme due 2026-06-17 inv A1#one
         acme rejects R1
         bolt rejects R1 because not ours
         acme rejects R1 because goods are missing
         acme rejects R1 because twice
         alpha submits 100.00 on acme due 2026-06-17 inv A1#one
         beta withdraws R2
         alpha withdraws R2
         alpha submits 100.00 on acme due 2026-06-17 inv A1#one
         show queue
         on 2026-01-30 23:59
         on 2026-01-31 00:00
         acme confirms R3
         alpha submits 100.00 on acme due 2026-06-17 inv A1#one
         show receivables",
        expect![[r#"
            refused TEXT_MISSING: reason of a rejection must not be empty
            refused NOT_ANCHOR_OF: the sender is not the anchor of R1
            ReceivableRejected acme with alpha R1 100.00 @2026-06-17 "goods are missing"
            refused RECEIVABLE_STATUS: R1 is Closed, Rejected
            ReceivableSubmitted alpha with acme R2 100.00 @2026-06-17
            refused NOT_SUPPLIER_OF: the sender is not the supplier of R2
            ReceivableWithdrawn alpha with acme R2 100.00 @2026-06-17
            ReceivableSubmitted alpha with acme R3 100.00 @2026-06-17
            2026-01-31 00:00 SubmissionLapse 3
            0 unpaid, 0 arrivals
            end: ReceivableLapsed alpha with acme R3 100.00 @2026-06-17
            refused RECEIVABLE_STATUS: R3 is Closed, Lapsed
            ReceivableSubmitted alpha with acme R4 100.00 @2026-06-17
            R1 Closed, Rejected: acme owes alpha 0.00, settled 0.00, term extended
            R2 Closed, Withdrawn: acme owes alpha 0.00, settled 0.00, term extended
            R3 Closed, Lapsed: acme owes alpha 0.00, settled 0.00, term extended
            R4 Submitted: acme owes alpha 0.00, settled 0.00, term extended
        "#]],
    );
}

#[test]
fn terms_that_make_no_sense_are_refused() {
    check(
        "terms",
        "alpha submits 100.01 on acme due 2026-06-17 inv A1=60.00 inv A2=40.00
         alpha submits 0.00 on acme due 2026-06-17 inv A1=60.00
         alpha submits 10.00 on acme due 2026-06-17 inv A1=0.00
         alpha submits 10.00 on acme due 2026-06-17 inv A1=10.00EUR
         alpha submits 10.00 on acme due 2026-06-17
         alpha submits 10.00 on acme due 2026-06-17 inv __
         alpha submits 10.00 on acme due 2026-01-15 inv A1
         alpha submits 10.00 on acme due 2026-06-17 inv A1@2026-01-16
         alpha submits 10.00 on acme due 2026-06-17 inv A1=5.00 inv a1=6.00
         alpha submits 10.00 on acme due 2026-06-17 inv A1=5.00#one inv A2=6.00#one
         alpha submits 10.00 on acme due 2026-06-17 inv A1 bank acme
         alpha submits 10.00 on alpha due 2026-06-17 inv A1
         alpha submits 10.00 on beta due 2026-06-17 inv A1
         acme submits 10.00 on bolt due 2026-06-17 inv A1
         alpha submits 10_000_000_000_000.00 on acme due 2026-06-17 inv A1 inv A2=0.01
         alpha submits 10_000_000_000_000.00 on acme due 2026-06-17 inv A1",
        expect![[r#"
            refused FACE_EXCEEDS_INVOICES: face 10001 CNY minor is more than its invoices, 10000 CNY minor
            refused AMOUNT_ZERO: the amount must be more than zero
            refused AMOUNT_ZERO: the amount must be more than zero
            refused CURRENCY_MISMATCH: CNY and EUR are different currencies
            refused INVOICE_COUNT: 0 invoices where 1 to 32 are allowed
            refused TEXT_MISSING: invoice number must not be empty
            refused DUE_DATE_PASSED: the due date 2026-01-15 is not after 2026-01-15
            refused INVOICE_DATE_IN_FUTURE: an invoice is dated 2026-01-16, after 2026-01-15
            refused INVOICE_REPEATED: invoice a1 stands twice in this receivable
            refused INVOICE_REPEATED: invoice A2 stands twice in this receivable
            refused ROLE_MISSING: member acme does not have the role Bank
            refused COUNTERPARTY_IS_SELF: alpha cannot be its own counterparty
            refused ROLE_MISSING: member beta does not have the role Anchor
            refused ROLE_MISSING: member acme does not have the role Supplier
            refused AMOUNT_OVERFLOW: an amount is over the limit of 10^15 minor units
            ReceivableSubmitted alpha with acme R1 10000000000000.00 @2026-06-17
        "#]],
    );
}

#[test]
fn at_most_32_invoices_back_a_receivable() {
    let invoices = |count: usize| (1..=count).map(|n| format!(" inv N{n}=1.00")).collect::<String>();
    check(
        "invoice count",
        &format!(
            "alpha submits 20.00 on acme due 2026-06-17{}
             alpha submits 20.00 on acme due 2026-06-17{}",
            invoices(33),
            invoices(32)
        ),
        expect![[r#"
            refused INVOICE_COUNT: 33 invoices where 1 to 32 are allowed
            ReceivableSubmitted alpha with acme R1 20.00 @2026-06-17
        "#]],
    );
}

#[test]
fn a_tenor_over_the_soft_cap_needs_a_reason_and_over_the_hard_cap_none_helps() {
    // 180 days after 15 January is 14 July 2026; 365 days is 15 January 2027
    check(
        "tenor",
        "given alpha submits 1.00 on acme due 2026-07-14 inv A1
         given alpha submits 2.00 on acme due 2026-07-15 inv B2
         given alpha submits 3.00 on acme due 2026-07-15 inv C3 justified
         given alpha submits 4.00 on acme due 2027-01-15 inv D4 justified
         given alpha submits 5.00 on acme due 2027-01-16 inv E5 justified
         given alpha submits 6.00 on acme due 9999-12-31 inv F6 justified
         acme confirms R1
         acme confirms R2
         acme confirms R3
         acme confirms R4
         acme confirms R5
         acme confirms R6",
        expect![[r#"
            ReceivableConfirmed acme with alpha R1 1.00 @2026-07-14
            refused TENOR_NEEDS_JUSTIFICATION: a tenor of 181 days is over 180 and needs a justification document
            ReceivableConfirmed acme with alpha R3 3.00 @2026-07-15
            ReceivableConfirmed acme with alpha R4 4.00 @2027-01-15
            refused TENOR_EXCEEDS_CAP: a tenor of 366 days is over the cap of 365
            refused TENOR_EXCEEDS_CAP: a tenor of 2912428 days is over the cap of 365
        "#]],
    );
}

#[test]
fn a_term_over_sixty_days_after_delivery_is_marked() {
    // 60 days after 10 January is 11 March 2026
    check(
        "statutory clock",
        "given alpha submits 1.00 on acme due 2026-03-11 inv A1 delivered 2026-01-10
         given alpha submits 2.00 on acme due 2026-03-12 inv B2 delivered 2026-01-10
         show receivables",
        expect![[r#"
            R1 Submitted: acme owes alpha 0.00, settled 0.00
            R2 Submitted: acme owes alpha 0.00, settled 0.00, term extended
        "#]],
    );
}

#[test]
fn one_invoice_is_financed_once() {
    check(
        "double financing",
        "given alpha submits 100.00 on acme due 2026-06-17 inv INV-7#one
         alpha submits 100.00 on acme due 2026-06-17 inv INV-7
         alpha submits 90.00 on acme due 2026-06-18 inv _inv-7_=90.00
         acme issues 100.00 to alpha due 2026-06-17 inv INV-7
         alpha submits 55.00 on acme due 2026-06-17 inv OTHER#one
         beta submits 55.00 on acme due 2026-06-17 inv OTHER#one
         together
         alpha submits 77.00 on acme due 2026-06-17 inv SAME
         acme issues 77.00 to alpha due 2026-06-17 inv SAME
         end
         beta submits 100.00 on acme due 2026-06-17 inv INV-7
         alpha submits 100.00 on bolt due 2026-06-17 inv INV-7
         alpha submits 100.00EUR on acme due 2026-06-17 inv INV-7
         alpha submits 100.00 on acme due 2026-06-17 inv INV-7@2025-01-15",
        expect![[r#"
            refused INVOICE_ALREADY_USED: an invoice of this receivable already backs R1
            refused INVOICE_ALREADY_USED: an invoice of this receivable already backs R1
            refused INVOICE_ALREADY_USED: an invoice of this receivable already backs R1
            refused DOCUMENT_ALREADY_USED: a document of this receivable already backs R1
            refused DOCUMENT_ALREADY_USED: a document of this receivable already backs R1
            ReceivableSubmitted alpha with acme R2 77.00 @2026-06-17
            refused INVOICE_ALREADY_USED: an invoice of this receivable already backs R2
            ReceivableSubmitted beta with acme R3 100.00 @2026-06-17
            ReceivableSubmitted alpha with bolt R4 100.00 @2026-06-17
            ReceivableSubmitted alpha with acme R5 100.00EUR @2026-06-17
            ReceivableSubmitted alpha with acme R6 100.00 @2026-06-17
        "#]],
    );
}

#[test]
fn a_settled_invoice_stays_used_for_ever() {
    check(
        "used for ever",
        &format!(
            "{LIVE}
             given east credits acme 1_000.00 ref A
             given acme pays R1 1_000.00
             show receivables
             alpha submits 1_000.00 on acme due 2026-06-17 inv A1"
        ),
        expect![[r#"
            R1 Settled on 2026-01-15: acme owes alpha 1000.00, settled 1000.00, term extended
            refused INVOICE_ALREADY_USED: an invoice of this receivable already backs R1
        "#]],
    );
}

#[test]
fn what_looks_alike_is_confirmed_knowingly() {
    check(
        "near duplicates",
        "given alpha submits 100.00 on acme due 2026-06-17 inv INV-0012@2026-01-10
         # the same number with look-alikes, another amount and date
         given alpha submits 55.00 on acme due 2026-06-17 inv 1nv0o12@2025-12-01
         # the same amount three days apart, another number
         given alpha submits 100.00 on acme due 2026-06-17 inv X1@2026-01-13
         # four days apart
         given alpha submits 100.00 on acme due 2026-06-17 inv Y1@2026-01-06
         # other parties
         given beta submits 100.00 on acme due 2026-06-17 inv INV-0012@2026-01-10
         show receivables
         acme confirms R2
         acme confirms R2 knowing
         acme confirms R1
         given acme rejects R3 because no
         given alpha submits 100.00 on acme due 2026-06-17 inv Z1@2026-01-14
         show receivables",
        expect![[r#"
            R1 Submitted: acme owes alpha 0.00, settled 0.00, term extended
            R2 Submitted: acme owes alpha 0.00, settled 0.00, term extended, looks like [R1]
            R3 Submitted: acme owes alpha 0.00, settled 0.00, term extended, looks like [R1]
            R4 Submitted: acme owes alpha 0.00, settled 0.00, term extended
            R5 Submitted: acme owes beta 0.00, settled 0.00, term extended
            refused NEAR_DUPLICATE_UNACKNOWLEDGED: looks like [R1], which the anchor must acknowledge
            ReceivableConfirmed acme with alpha R2 55.00 @2026-06-17
            ReceivableConfirmed acme with alpha R1 100.00 @2026-06-17
            R1 Confirmed: acme owes alpha 100.00, settled 0.00, term extended
            R2 Confirmed: acme owes alpha 55.00, settled 0.00, term extended, looks like [R1]
            R3 Closed, Rejected: acme owes alpha 0.00, settled 0.00, term extended, looks like [R1]
            R4 Submitted: acme owes alpha 0.00, settled 0.00, term extended
            R5 Submitted: acme owes beta 0.00, settled 0.00, term extended
            R6 Submitted: acme owes alpha 0.00, settled 0.00, term extended
        "#]],
    );
}

#[test]
fn evidence_is_demanded_where_the_policy_says_so() {
    check_under(
        "evidence",
        |policy| policy.evidence_required = true,
        "alpha submits 100.00 on acme due 2026-06-17 inv A1
         alpha submits 100.00 on acme due 2026-06-17 inv A1#one",
        expect![[r#"
            refused EVIDENCE_MISSING: invoice A1 has no document hash
            ReceivableSubmitted alpha with acme R1 100.00 @2026-06-17
        "#]],
    );
}

#[test]
fn both_sides_cancel_what_never_moved() {
    check(
        "cancel",
        &format!(
            "{LIVE}
             acme cancels R1
             acme cancels R1
             beta cancels R1
             show queue
             alpha cancels R1
             show receivables
             show tranches
             show queue
             alpha accepts R1
             alpha submits 1_000.00 on acme due 2026-06-17 inv A1"
        ),
        expect![[r#"
            CancellationAsked acme R1 1000.00 @2026-06-17
            refused CANCELLATION_ASKED_BEFORE: the sender already asked to cancel R1; the other side has to
            refused NOT_ANCHOR_OF: the sender is not the anchor of R1
            2026-06-17 00:00 Settlement 1
            0 unpaid, 0 arrivals
            ReceivableCancelled alpha R1 T1 1000.00 @2026-06-17
            R1 Cancelled on 2026-01-15: acme owes alpha 1000.00, settled 0.00, term extended
            0 unpaid, 0 arrivals
            refused RECEIVABLE_STATUS: R1 is Cancelled on 2026-01-15
            ReceivableSubmitted alpha with acme R2 1000.00 @2026-06-17
        "#]],
    );
}

#[test]
fn what_moved_cannot_be_cancelled() {
    let refused = |setup: &str| {
        let mut stage = Stage::rulebook();
        stage.run(&format!("{LIVE}\n{setup}"));
        stage.run("alpha cancels R1")
    };
    let moved = "refused NOT_UNTOUCHED: something of R1 already moved\n";
    for setup in [
        "given alpha splits T1 400.00 600.00",
        "given alpha offers T1>beta",
        "given alpha offers T1>beta\ngiven beta accepts T1",
        // there and back again
        "given alpha offers T1>beta\ngiven beta accepts T1\ngiven beta offers T1>alpha\ngiven alpha accepts T1",
        "given east opens on acme limit 1_000.00 rate 3.00\ngiven alpha discounts T1",
        "given east credits acme 1.00 ref A\ngiven acme pays R1 1.00",
    ] {
        assert_eq!(refused(setup), moved, "{setup}");
    }
    let merged = "given alpha splits T1 400.00 600.00\ngiven alpha merges T2 T3";
    assert!(refused(merged).starts_with("CancellationAsked"), "a merged split is whole again");
}

#[test]
fn a_receivable_cancelled_on_its_settlement_day_collects_nothing_later() {
    check(
        "cancel on the day",
        &format!(
            "{LIVE}
             on 2026-06-17
             given acme cancels R1
             given alpha cancels R1
             show queue
             east credits acme 5.00 ref A
             on 2026-06-19
             show money"
        ),
        expect![[r#"
            0 unpaid, 0 arrivals
            DepositCredited east with acme 5.00 "A"
            acme at east: 5.00 CNY
            east credited 5.00, redeemed 0.00 CNY
        "#]],
    );
}

#[test]
fn an_anchor_overdue_beyond_the_policy_confirms_nothing_until_it_paid() {
    check(
        "suspension",
        &format!(
            "{LIVE}
             given alpha submits 10.00 on acme due 2026-07-17 inv B2
             on 2026-06-10
             given alpha submits 20.00 on acme due 2026-08-17 inv C3
             on 2026-06-17
             on 2026-06-18
             # one day past due: not beyond the policy's day
             alpha submits 30.00 on acme due 2026-09-17 inv D4
             acme confirms R3
             on 2026-06-19
             acme confirms R4
             acme issues 40.00 to beta due 2026-09-17 inv E5
             east credits acme 1_001.00 ref A
             acme confirms R4"
        ),
        expect![[r#"
            end: ReceivableLapsed alpha with acme R2 10.00 @2026-07-17
            end: ReceivableOverdue acme with alpha R1 1000.00 @2026-06-17
            end: CaseOpened with acme R1 1000.00 @2026-06-18
            ReceivableSubmitted alpha with acme R4 30.00 @2026-09-17
            ReceivableConfirmed acme with alpha R3 20.00 @2026-08-17
            refused ANCHOR_SUSPENDED: acme owes R1 for 2 days past due, where 1 are allowed, and cannot confirm
            refused ANCHOR_SUSPENDED: acme owes R1 for 2 days past due, where 1 are allowed, and cannot confirm
            DepositCredited east with acme 1001.00 "A"
            end: SettlementDebited acme R1 1001.00 @2026-06-19
            end: LateInterestDistributed alpha with acme R1 T1 1.00
            end: SettlementDistributed alpha with acme R1 T1 1000.00
            end: ReceivableSettled acme R1 1000.00 @2026-06-19
            end: CaseClosed with acme R1 @2026-06-19
            ReceivableConfirmed acme with alpha R4 30.00 @2026-09-17
        "#]],
    );
}

#[test]
fn a_due_date_that_passed_is_not_confirmed_but_accepted_and_collected() {
    check(
        "late answers",
        "given alpha submits 10.00 on acme due 2026-01-20 inv A1
         given alpha submits 20.00 on acme due 2026-01-20 inv B2
         on 2026-01-19
         acme confirms R1
         on 2026-01-20
         acme confirms R2
         on 2026-01-25
         given east credits acme 4.00 ref A
         # a Sunday: the day was Tuesday, so this is the day
         alpha accepts R1
         show queue
         on 2026-01-26
         show receivables",
        expect![[r#"
            ReceivableConfirmed acme with alpha R1 10.00 @2026-01-20
            refused DUE_DATE_PASSED: the due date 2026-01-20 is not after 2026-01-20
            ReceivableAccepted alpha with acme R1 T1 10.00 @2026-01-20
            end: SettlementDebited acme R1 4.00 @2026-01-25
            end: SettlementDistributed alpha with acme R1 T1 4.00
            2026-01-26 00:00 Overdue 1
            2026-01-31 00:00 SubmissionLapse 2
            1 unpaid, 0 arrivals
            end: ReceivableOverdue acme with alpha R1 6.00 @2026-01-20
            end: CaseOpened with acme R1 6.00 @2026-01-26
            R1 Overdue since 2026-01-26: acme owes alpha 10.00, settled 4.00
            R2 Submitted: acme owes alpha 0.00, settled 0.00
        "#]],
    );
}

#[test]
fn a_tranche_that_its_supplier_bought_back_under_a_facility_cannot_be_cancelled() {
    check(
        "bought back",
        "given bolt submits 100.00 on acme due 2026-06-17 inv A1
         given acme confirms R1
         given bolt accepts R1
         given east opens on acme limit 100.00 rate 3.00
         given bolt opens on acme limit 100.00 rate 3.00 bank east
         given east credits bolt 100.00 ref A
         given bolt discounts T1 under F1
         given east discounts T1 under F2
         show tranches
         bolt cancels R1",
        expect![[r#"
            T1 of R1: 100.00 bolt, depth 0, bought under F2 from east
            refused NOT_UNTOUCHED: something of R1 already moved
        "#]],
    );
}
