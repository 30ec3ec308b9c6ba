//! Guarantees: offered, accepted, claimed, paid, taken over.
use crate::common::script::{LIVE, check};
use expect_test::expect;

#[test]
fn a_guarantee_counts_once_its_applicant_accepted_and_paid_the_fee() {
    check(
        "offer and accept",
        &format!(
            "{LIVE}
             alpha guarantees anchor acme share 50 cap 500.00 for beta at east
             guard guarantees anchor acme share 0 cap 500.00 for alpha at east
             guard guarantees anchor acme share 101 cap 500.00 for alpha at east
             guard guarantees anchor acme share 50 cap 0.00 for alpha at east
             guard guarantees anchor acme share 50 cap 500.00 fee 1.00EUR for alpha at east
             guard guarantees anchor acme share 50 cap 500.00 for guard at east
             guard guarantees anchor acme share 50 cap 500.00 for alpha at fund
             guard guarantees anchor alpha share 50 cap 500.00 for alpha at east
             guard guarantees receivable R9 share 50 cap 500.00 for alpha at east
             guard guarantees receivable R1 share 50 cap 500.00EUR for alpha at east
             guard guarantees tranche T1 share 50 cap 500.00 for alpha at east until 2026-01-14
             guard guarantees tranche T1 share 50 cap 500.00 fee 10.00 for alpha at east until 2026-01-20
             guard guarantees tranche T1 share 50 cap 500.00 for alpha at east
             beta takes B1
             alpha takes B1
             alpha takes B9
             east credits alpha 10.00 ref A
             alpha takes B1
             alpha takes B1
             alpha takes B2
             guard guarantees tranche T1 share 50 cap 500.00 for alpha at east
             guard guarantees anchor acme share 10 cap 50.00 for alpha at east until 2026-01-20
             on 2026-01-21
             alpha takes B3
             show help
             show money"
        ),
        expect![[r#"
            refused ROLE_MISSING: member alpha does not have the role Guarantor
            refused GUARANTEE_SHARE_INVALID: a share of 0 ppm is not within 0 and 100 %
            refused GUARANTEE_SHARE_INVALID: a share of 1010000 ppm is not within 0 and 100 %
            refused AMOUNT_ZERO: the amount must be more than zero
            refused CURRENCY_MISMATCH: EUR and CNY are different currencies
            refused COUNTERPARTY_IS_SELF: guard cannot be its own counterparty
            refused ROLE_MISSING: member fund does not have the role Bank
            refused ROLE_MISSING: member alpha does not have the role Anchor
            refused RECEIVABLE_UNKNOWN: no receivable R9
            refused CURRENCY_MISMATCH: EUR and CNY are different currencies
            refused VALIDITY_PASSED: valid until 2026-01-14, which is before 2026-01-15
            GuaranteeOffered guard with alpha B1 500.00 @2026-01-20
            GuaranteeOffered guard with alpha B2 500.00 @2027-12-31
            refused NOT_APPLICANT_OF: the sender did not ask for B1
            refused DEPOSIT_INSUFFICIENT: 0 CNY minor are free where 1000 CNY minor are needed
            refused GUARANTEE_UNKNOWN: no guarantee B9
            DepositCredited east with alpha 10.00 "A"
            GuaranteeAccepted alpha with guard B1 500.00 for 10.00 @2026-01-20
            refused GUARANTEE_ACCEPTED_BEFORE: B1 was accepted before
            refused TRANCHE_GUARANTEED: T1 is guaranteed already
            refused TRANCHE_GUARANTEED: T1 is guaranteed already
            GuaranteeOffered guard with alpha B3 50.00 @2026-01-20
            refused GUARANTEE_EXPIRED: B3 ended on 2026-01-20, today is 2026-01-21
            B1 of guard for acme: 0.00 paid of 500.00
            B2 of guard for acme: 0.00 paid of 500.00
            B3 of guard for acme: 0.00 paid of 50.00
            alpha at east: 0.00 CNY
            guard at east: 10.00 CNY
            east credited 10.00, redeemed 0.00 CNY
        "#]],
    );
}

#[test]
fn a_guarantor_pays_its_share_of_what_is_in_default_and_takes_that_part_of_the_claim() {
    check(
        "claim",
        &format!(
            "{LIVE}
             given alpha splits T1 600.00>beta 400.00
             given beta accepts T2
             given guard guarantees anchor acme share 50 cap 450.00 for alpha at west
             given alpha takes B1
             given guard guarantees receivable R1 share 100 cap 10.00 for alpha at west
             given west credits guard 400.00 ref G
             contagion acme
             on 2026-06-17
             on 2026-06-18
             beta claims T2 under B1
             on 2026-07-18
             beta claims T2 under B9
             beta claims T2 under B2
             alpha claims T2 under B1
             # 300.00 of 600.00, and the interest until now stays with beta
             beta claims T2 under B1
             beta claims T2 under B1
             # the cap leaves 150.00 of 200.00, the deposit 100.00 of that
             alpha claims T3 under B1
             alpha claims T3 under B1
             show help
             show tranches
             show late
             west credits guard 60.00 ref H
             alpha claims T3 under B1
             guard offers T4>beta
             guard claims T4 under B1
             on 2026-07-28
             show late
             east credits acme 5_000.00 ref A
             show money
             show receivables"
        ),
        expect![[r#"
            CNY on 2026-01-15: 1 receivables, face 1000.00, beside 0.00
            beta: 300.00 (held 600.00, helped 300.00)
            alpha: 250.00 (held 400.00, helped 150.00)
            guard: 450.00 (helps 450.00)
            tier 1: 1 tranches of 400.00, 0.00 bought
            tier 2: 1 tranches of 600.00, 0.00 bought
            end: ReceivableOverdue acme with alpha R1 1000.00 @2026-06-17
            end: CaseOpened with acme R1 1000.00 @2026-06-18
            refused RECEIVABLE_STATUS: R1 is Overdue since 2026-06-18
            end: CaseEscalated with acme R1 @2026-07-18 "legal"
            end: ReceivableDefaulted acme with alpha R1 1000.00 @2026-06-17
            refused GUARANTEE_UNKNOWN: no guarantee B9
            refused GUARANTEE_NOT_ACCEPTED: B2 waits for its applicant
            refused NOT_HOLDER: the sender does not hold T2
            GuaranteeClaimed beta with guard R1 T2 B1 300.00
            PaidForAnchor guard with acme R1 300.00 @2026-07-18
            SettlementDistributed beta with guard R1 T2 300.00
            ClaimTakenOver guard with acme R1 T4 [T2] 300.00
            refused GUARANTEE_NOTHING_TO_PAY: B1 owes 0 CNY minor on T2, of which nothing can be paid now
            GuaranteeClaimed alpha with guard R1 T3 B1 150.00
            PaidForAnchor guard with acme R1 100.00 @2026-07-18
            SettlementDistributed alpha with guard R1 T3 100.00
            ClaimTakenOver guard with acme R1 T5 [T3] 100.00
            refused GUARANTEE_NOTHING_TO_PAY: B1 owes 5000 CNY minor on T3, of which nothing can be paid now
            B1 of guard for acme: 400.00 paid of 450.00
            B2 of guard for acme: 0.00 paid of 10.00
            T2 of R1: 300.00 beta, depth 1
            T3 of R1: 300.00 alpha, depth 0
            T4 of R1: 300.00 guard, depth 1, taken over from T2
            T5 of R1: 100.00 guard, depth 0, taken over from T3
            R1 31 days past due: face 1000.00, interest 15.50, costs 0.00; 9.30 of LateInterest to beta; 6.20 of LateInterest to alpha
            DepositCredited west with guard 60.00 "H"
            PaidForAnchor guard with acme R1 50.00 @2026-07-18
            SettlementDistributed alpha with guard R1 T3 50.00
            ClaimTakenOver guard with acme R1 T5 [T3] 50.00
            refused RECEIVABLE_STATUS: R1 is Defaulted since 2026-07-18
            refused NOT_GUARANTEED: B1 does not answer for T4
            R1 41 days past due: face 1000.00, interest 20.50, costs 0.00; 9.30 of LateInterest to beta; 6.20 of LateInterest to alpha
            DepositCredited east with acme 5000.00 "A"
            end: SettlementDebited acme R1 1020.50 @2026-07-28
            end: LateInterestDistributed beta with acme R1 9.30
            end: LateInterestDistributed alpha with acme R1 6.20
            end: LateInterestDistributed beta with acme R1 T2 1.50
            end: LateInterestDistributed alpha with acme R1 T3 1.25
            end: LateInterestDistributed guard with acme R1 T4 1.50
            end: LateInterestDistributed guard with acme R1 T5 0.75
            end: SettlementDistributed beta with acme R1 T2 300.00
            end: SettlementDistributed alpha with acme R1 T3 250.00
            end: SettlementDistributed guard with acme R1 T4 300.00
            end: SettlementDistributed guard with acme R1 T5 150.00
            end: ReceivableSettled acme R1 1000.00 @2026-07-28
            end: CaseClosed with acme R1 @2026-07-28
            acme at east: 3979.50 CNY
            beta at east: 310.80 CNY
            alpha at east: 257.45 CNY
            guard at east: 452.25 CNY
            beta at west: 300.00 CNY
            alpha at west: 150.00 CNY
            guard at west: 10.00 CNY
            east credited 5000.00, redeemed 0.00 CNY
            west credited 460.00, redeemed 0.00 CNY
            R1 Settled on 2026-07-28: acme owes alpha 1000.00, settled 1000.00, term extended
        "#]],
    );
}

#[test]
fn a_guarantee_by_name_follows_the_parts_of_its_tranche_until_it_expires() {
    check(
        "by name",
        &format!(
            "{LIVE}
             given guard guarantees tranche T1 share 80 cap 500.00 for alpha at east until 2026-07-20
             given alpha takes B1
             given guard guarantees receivable R1 share 10 cap 500.00 for alpha at east
             given alpha takes B2
             given east credits guard 1_000.00 ref G
             given alpha splits T1 100.00>beta 400.00 500.00
             given beta accepts T2
             on 2026-06-17
             on 2026-06-18
             on 2026-07-18
             beta claims T2 under B1
             on 2026-07-21
             alpha claims T3 under B1
             # both together never pay more than the face
             beta claims T2 under B2
             beta claims T2 under B2
             show tranches"
        ),
        expect![[r#"
            end: ReceivableOverdue acme with alpha R1 1000.00 @2026-06-17
            end: CaseOpened with acme R1 1000.00 @2026-06-18
            end: CaseEscalated with acme R1 @2026-07-18 "legal"
            end: ReceivableDefaulted acme with alpha R1 1000.00 @2026-06-17
            GuaranteeClaimed beta with guard R1 T2 B1 80.00
            PaidForAnchor guard with acme R1 80.00 @2026-07-18
            SettlementDistributed beta with guard R1 T2 80.00
            ClaimTakenOver guard with acme R1 T5 [T2] 80.00
            refused GUARANTEE_EXPIRED: B1 ended on 2026-07-20, today is 2026-07-21
            GuaranteeClaimed beta with guard R1 T2 B2 10.00
            PaidForAnchor guard with acme R1 10.00 @2026-07-21
            SettlementDistributed beta with guard R1 T2 10.00
            ClaimTakenOver guard with acme R1 T5 [T2] 10.00
            refused GUARANTEE_NOTHING_TO_PAY: B2 owes 0 CNY minor on T2, of which nothing can be paid now
            T2 of R1: 10.00 beta, depth 1, guaranteed by B1
            T3 of R1: 400.00 alpha, depth 0, guaranteed by B1
            T4 of R1: 500.00 alpha, depth 0, guaranteed by B1
            T5 of R1: 90.00 guard, depth 1, taken over from T2
        "#]],
    );
}
