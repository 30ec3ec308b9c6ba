//! Dilution: credit notes flow through the split tree in the declared order, with every loss explained.
use crate::common::script::{LIVE, check, check_under};
use expect_test::expect;

#[test]
fn a_note_on_an_untouched_receivable_needs_nobody_else() {
    check(
        "own loss",
        &format!(
            "{LIVE}
             alpha notes R1 100.00 no CN1#note because a crate was short
             show tranches
             show receivables
             on 2026-06-17
             east credits acme 1_000.00 ref A
             show money
             show receivables"
        ),
        expect![[r#"
            CreditNoteIssued alpha with acme R1 K1 100.00 @2026-01-15 "CN1"
            TrancheDiluted alpha R1 T1 K1 100.00 "unfinanced, the original supplier's"
            CreditNoteApplied alpha with acme R1 K1 100.00 @2026-01-15 "CN1"
            T1 of R1: 900.00 alpha, depth 0
            R1 Live: acme owes alpha 1000.00, settled 0.00, diluted 100.00, term extended
            DepositCredited east with acme 1000.00 "A"
            end: SettlementDebited acme R1 900.00 @2026-06-17
            end: SettlementDistributed alpha with acme R1 T1 900.00
            end: ReceivableSettled acme R1 900.00 @2026-06-17
            acme at east: 100.00 CNY
            alpha at east: 900.00 CNY
            east credited 1000.00, redeemed 0.00 CNY
            R1 Settled on 2026-06-17: acme owes alpha 1000.00, settled 900.00, diluted 100.00, term extended
        "#]],
    );
}

#[test]
fn the_order_is_own_unfinanced_then_others_then_recourse_and_funders_consent() {
    check(
        "order",
        &format!(
            "{LIVE}
             given alpha splits T1 100.00 200.00>beta 100.00>gamma 300.00 300.00
             given beta accepts T3
             given gamma accepts T4
             given east opens on acme limit 300.00 rate 3.60 recourse
             given west opens on acme limit 300.00 rate 3.70
             given alpha discounts T5 under F1
             given alpha discounts T6 under F2
             # own 100, others 300, with recourse 300, without 1
             alpha notes R1 701.00 no CN1
             beta agrees K1 199.99
             beta agrees K1 200.00
             gamma agrees K1
             east agrees K1
             acme agrees K1
             delta agrees K1
             show trouble
             watch upholds K1 ref CIETAC-7 award paper
             west objects K1 because we bought without recourse
             show trouble
             west agrees K1 1.00
             show trouble
             show tranches
             show facilities
             on 2026-06-17
             east credits acme 1_000.00 ref A"
        ),
        expect![[r#"
            CreditNoteIssued alpha with acme R1 K1 701.00 @2026-01-15 "CN1"
            refused LOSS_EXCEEDS_CONSENT: 20000 CNY minor would be lost where at most 19999 CNY minor is agreed to
            CreditNoteAccepted beta with alpha R1 K1 200.00
            CreditNoteAccepted gamma with alpha R1 K1 100.00
            CreditNoteAccepted east with alpha R1 K1 300.00
            refused NOT_AFFECTED: the sender loses nothing by K1 and is not asked
            refused MEMBER_UNKNOWN: no member delta on this ledger
            K1 of R1: 701.00 CN1, open, consents ["beta to 200.00", "gamma to 1000000.00", "east to 1000000.00"], refusals []
            refused FUNDER_NOT_DILUTED: west would lose 100 CNY minor without recourse and without its consent
            CreditNoteRefused west with alpha R1 K1 1.00 "we bought without recourse"
            K1 of R1: 701.00 CN1, open, consents ["beta to 200.00", "gamma to 1000000.00", "east to 1000000.00"], refusals [west]
            CreditNoteAccepted west with alpha R1 K1 1.00
            TrancheDiluted alpha R1 T2 K1 100.00 "unfinanced, the original supplier's"
            TrancheDiluted beta R1 T3 K1 200.00 "unfinanced"
            TrancheDiluted gamma R1 T4 K1 100.00 "unfinanced"
            TrancheDiluted east with alpha R1 T5 K1 300.00 "financed with recourse"
            TrancheDiluted west R1 T6 K1 1.00 "financed without recourse"
            CreditNoteApplied alpha with acme R1 K1 701.00 @2026-01-15 "CN1"
            K1 of R1: 701.00 CN1, applied on 2026-01-15 by consent
              T2 alpha lost 100.00: unfinanced, the original supplier's
              T3 beta lost 200.00: unfinanced
              T4 gamma lost 100.00: unfinanced
              T5 east lost 300.00: financed with recourse, alpha is liable
              T6 west lost 1.00: financed without recourse
            T6 of R1: 299.00 west, depth 0, bought under F2 from alpha
            F1 of east: 0.00 used of 300.00, open
            F2 of west: 299.00 used of 300.00, open
            F2 bought 299.00 from alpha
            DepositCredited east with acme 1000.00 "A"
            end: SettlementDebited acme R1 299.00 @2026-06-17
            end: SettlementDistributed west with acme R1 T6 299.00
            end: ReceivableSettled acme R1 299.00 @2026-06-17
        "#]],
    );
}

#[test]
fn others_lose_by_largest_remainder() {
    check(
        "thirds",
        &format!(
            "{LIVE}
             given alpha splits T1 300.00>beta 300.00>gamma 300.00>guard 100.00
             given beta accepts T2
             given gamma accepts T3
             given guard accepts T4
             given alpha notes R1 100.00 no CN1
             given alpha notes R1 100.00 no CN2
             beta agrees K2
             gamma agrees K2
             guard agrees K2
             show trouble"
        ),
        expect![[r#"
            CreditNoteAccepted beta with alpha R1 K2 33.34
            CreditNoteAccepted gamma with alpha R1 K2 33.33
            CreditNoteAccepted guard with alpha R1 K2 33.33
            TrancheDiluted beta R1 T2 K2 33.34 "unfinanced"
            TrancheDiluted gamma R1 T3 K2 33.33 "unfinanced"
            TrancheDiluted guard R1 T4 K2 33.33 "unfinanced"
            CreditNoteApplied alpha with acme R1 K2 100.00 @2026-01-15 "CN2"
            K1 of R1: 100.00 CN1, applied on 2026-01-15 by consent
              T5 alpha lost 100.00: unfinanced, the original supplier's
            K2 of R1: 100.00 CN2, applied on 2026-01-15 by consent
              T2 beta lost 33.34: unfinanced
              T3 gamma lost 33.33: unfinanced
              T4 guard lost 33.33: unfinanced
        "#]],
    );
}

#[test]
fn a_note_is_checked_like_an_invoice_and_used_once() {
    check_under(
        "checks",
        |policy| policy.evidence_required = true,
        "given alpha submits 1_000.00 on acme due 2026-06-17 inv A1#invoice
         given acme confirms R1
         given alpha accepts R1
         alpha notes R1 0.00 no CN1#note
         alpha notes R9 1.00 no CN1#note
         beta notes R1 1.00 no CN1#note
         alpha notes R1 1.00 no -#note
         alpha notes R1 1.00 no CN1@2026-01-16#note
         alpha notes R1 1.00 no CN1
         alpha notes R1 1_000.01 no CN1#note
         alpha notes R1 1.00 no CN1#note for D1
         alpha notes R1 1.00 no CN1#invoice
         alpha notes R1 1.00 no CN1#note
         alpha notes R1 1.00 no cn1#other
         alpha notes R1 1.00 no CN2#note
         alpha agrees K1
         alpha recalls K1
         beta recalls K9
         alpha notes R1 999.00 no CN3#last
         show receivables
         alpha notes R1 1.00 no CN4#late",
        expect![[r#"
            refused AMOUNT_ZERO: the amount must be more than zero
            refused RECEIVABLE_UNKNOWN: no receivable R9
            refused NOT_SUPPLIER_OF: the sender is not the supplier of R1
            refused TEXT_MISSING: number of the credit note must not be empty
            refused INVOICE_DATE_IN_FUTURE: an invoice is dated 2026-01-16, after 2026-01-15
            refused EVIDENCE_MISSING: invoice CN1 has no document hash
            refused CREDIT_NOTE_EXCEEDS: 100001 CNY minor credited where 100000 CNY minor can be
            refused DISPUTE_CLOSED: D1 is not open here
            refused DOCUMENT_ALREADY_USED: a document of this receivable already backs R1
            CreditNoteIssued alpha with acme R1 K1 1.00 @2026-01-15 "CN1"
            TrancheDiluted alpha R1 T1 K1 1.00 "unfinanced, the original supplier's"
            CreditNoteApplied alpha with acme R1 K1 1.00 @2026-01-15 "CN1"
            refused CREDIT_NOTE_USED: number or document already stand in K1
            refused CREDIT_NOTE_USED: number or document already stand in K1
            refused CREDIT_NOTE_NOT_OPEN: K1 is no longer open
            refused CREDIT_NOTE_NOT_OPEN: K1 is no longer open
            refused CREDIT_NOTE_UNKNOWN: no credit note K9
            CreditNoteIssued alpha with acme R1 K2 999.00 @2026-01-15 "CN3"
            TrancheDiluted alpha R1 T1 K2 999.00 "unfinanced, the original supplier's"
            CreditNoteApplied alpha with acme R1 K2 999.00 @2026-01-15 "CN3"
            ReceivableSettled acme R1 0.00 @2026-01-15
            R1 Settled on 2026-01-15: acme owes alpha 1000.00, settled 0.00, diluted 1000.00, term extended
            refused RECEIVABLE_STATUS: R1 is Settled on 2026-01-15
        "#]],
    );
}

#[test]
fn an_agreement_on_a_dispute_is_a_note_that_anchor_and_holders_consent_to() {
    check(
        "agreement",
        &format!(
            "{LIVE}
             given alpha splits T1 900.00>beta 100.00
             given beta accepts T2
             given acme disputes R1 400.00 with photos because of rust
             alpha notes R1 600.01 no CN0
             alpha notes R1 400.01 no CN1 for D1
             alpha notes R1 250.00 no CN1 for D1
             gamma agrees K1
             beta agrees K1 150.00
             on 2026-06-17
             on 2026-06-18
             given east credits acme 1_000.00 ref A
             acme agrees K1
             show trouble
             show receivables
             show money"
        ),
        expect![[r#"
            refused CREDIT_NOTE_EXCEEDS: 60001 CNY minor credited where 60000 CNY minor can be
            refused CREDIT_NOTE_EXCEEDS: 40001 CNY minor credited where 40000 CNY minor can be
            CreditNoteIssued alpha with acme R1 K1 250.00 @2026-01-15 "CN1"
            refused NOT_AFFECTED: the sender loses nothing by K1 and is not asked
            CreditNoteAccepted beta with alpha R1 K1 150.00
            end: ReceivableOverdue acme with alpha R1 600.00 @2026-06-17
            end: CaseOpened with acme R1 600.00 @2026-06-18
            CreditNoteAccepted acme with alpha R1 K1 0.00
            DisputeAgreed alpha with acme R1 D1 K1 250.00
            TrancheDiluted beta R1 T2 K1 150.00 "unfinanced"
            TrancheDiluted alpha R1 T3 K1 100.00 "unfinanced, the original supplier's"
            CreditNoteApplied alpha with acme R1 D1 K1 250.00 @2026-06-18 "CN1"
            end: SettlementDebited acme R1 150.08 @2026-06-18
            end: LateInterestDistributed beta with acme R1 T2 0.08
            end: SettlementDistributed beta with acme R1 T2 150.00
            end: ReceivableSettled acme R1 750.00 @2026-06-18
            end: CaseClosed with acme R1 @2026-06-18
            D1 of R1: 400.00 agreed on 2026-06-18 by K1
            K1 of R1: 250.00 CN1, applied on 2026-06-18 by consent
              T2 beta lost 150.00: unfinanced
              T3 alpha lost 100.00: unfinanced, the original supplier's
            R1 Settled on 2026-06-18: acme owes alpha 1000.00, settled 750.00, diluted 250.00, term extended
            acme at east: 249.62 CNY
            beta at east: 750.38 CNY
            east credited 1000.00, redeemed 0.00 CNY
        "#]],
    );
}

#[test]
fn a_refused_note_waits_for_arbitration_and_a_recalled_one_frees_its_number() {
    check(
        "arbitration",
        &format!(
            "{LIVE}
             given alpha splits T1 900.00>beta 100.00
             given beta accepts T2
             alpha notes R1 250.00 no CN1#note
             beta objects K1 because nothing was wrong with our part
             alpha recalls K1
             alpha notes R1 250.00 no CN1#note
             alpha notes R1 200.00 no CN2
             bolt upholds K2 ref A7 award paper
             watch upholds K2 ref A7 award paper
             watch upholds K2 ref A7 award paper
             watch upholds K3 award paper
             show trouble
             # what moved meanwhile is asked anew
             beta offers T2>gamma
             gamma accepts T2
             beta agrees K3
             gamma agrees K3 199.99
             gamma agrees K3 200.00
             show trouble"
        ),
        expect![[r#"
            CreditNoteIssued alpha with acme R1 K1 250.00 @2026-01-15 "CN1"
            CreditNoteRefused beta with alpha R1 K1 150.00 "nothing was wrong with our part"
            CreditNoteWithdrawn alpha with acme R1 K1 250.00 @2026-01-15
            CreditNoteIssued alpha with acme R1 K2 250.00 @2026-01-15 "CN1"
            CreditNoteIssued alpha with acme R1 K3 200.00 @2026-01-15 "CN2"
            refused ROLE_MISSING: member bolt does not have the role Regulator
            CreditNoteRuled watch with alpha R1 K2 250.00 @2026-01-15 "A7"
            TrancheDiluted beta R1 T2 K2 150.00 "unfinanced"
            TrancheDiluted alpha R1 T3 K2 100.00 "unfinanced, the original supplier's"
            CreditNoteApplied alpha with acme R1 K2 250.00 @2026-01-15 "CN1"
            refused CREDIT_NOTE_NOT_OPEN: K2 is no longer open
            refused TEXT_MISSING: arbitration reference must not be empty
            K1 of R1: 250.00 CN1, withdrawn on 2026-01-15
            K2 of R1: 250.00 CN1, applied on 2026-01-15 by A7
              T2 beta lost 150.00: unfinanced
              T3 alpha lost 100.00: unfinanced, the original supplier's
            K3 of R1: 200.00 CN2, open, consents [], refusals []
            TransferOffered beta with gamma R1 T2 750.00
            TransferAccepted beta with gamma R1 T2 750.00
            refused NOT_AFFECTED: the sender loses nothing by K3 and is not asked
            refused LOSS_EXCEEDS_CONSENT: 20000 CNY minor would be lost where at most 19999 CNY minor is agreed to
            CreditNoteAccepted gamma with alpha R1 K3 200.00
            TrancheDiluted gamma R1 T2 K3 200.00 "unfinanced"
            CreditNoteApplied alpha with acme R1 K3 200.00 @2026-01-15 "CN2"
            K1 of R1: 250.00 CN1, withdrawn on 2026-01-15
            K2 of R1: 250.00 CN1, applied on 2026-01-15 by A7
              T2 beta lost 150.00: unfinanced
              T3 alpha lost 100.00: unfinanced, the original supplier's
            K3 of R1: 200.00 CN2, applied on 2026-01-15 by consent
              T2 gamma lost 200.00: unfinanced
        "#]],
    );
}
