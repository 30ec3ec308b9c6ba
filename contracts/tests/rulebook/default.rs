//! Default: after the policy's days, risk classes, write-offs, contagion.
use crate::common::script::{LIVE, check, check_policies, check_under};
use expect_test::expect;
use tally_contracts::policy::Policy;

#[test]
fn a_receivable_defaults_after_the_policys_days_and_its_anchor_confirms_nothing() {
    check_under(
        "default",
        |policy| policy.suspend_anchor_after_days = 300,
        &format!(
            "{LIVE}
             given alpha submits 50.00 on acme due 2026-09-17 inv B1
             given alpha submits 60.00 on acme due 2026-09-17 inv C1
             risk acme
             on 2026-06-17
             on 2026-06-18
             show queue
             risk acme
             acme confirms R2
             on 2026-06-25
             risk acme
             on 2026-07-17 23:59
             on 2026-07-18
             show queue
             risk acme
             acme confirms R3
             alpha offers T1>beta
             on 2026-09-16
             risk acme
             on 2027-03-15
             risk acme
             on 2027-06-13
             risk acme
             risk nobody
             east credits acme 5_000.00 ref A
             show receivables
             risk acme"
        ),
        expect![[r#"
            acme: Normal, 0 days past due by nothing, defaulted nothing
            end: ReceivableLapsed alpha with acme R2 50.00 @2026-09-17
            end: ReceivableLapsed alpha with acme R3 60.00 @2026-09-17
            end: ReceivableOverdue acme with alpha R1 1000.00 @2026-06-17
            end: CaseOpened with acme R1 1000.00 @2026-06-18
            2026-06-25 00:00 CaseEscalation 1
            2026-07-18 00:00 Default 1
            1 unpaid, 0 arrivals
            acme: Normal, 1 days past due by R1, defaulted nothing
            refused RECEIVABLE_STATUS: R2 is Closed, Lapsed
            end: CaseEscalated with acme R1 @2026-06-25 "demand"
            acme: SpecialMention, 8 days past due by R1, defaulted nothing
            end: ReceivableDefaulted acme with alpha R1 1000.00 @2026-06-17
            end: CaseEscalated with acme R1 @2026-07-18 "legal"
            1 unpaid, 0 arrivals
            acme: SpecialMention, 31 days past due by R1, defaulted R1
            refused RECEIVABLE_STATUS: R3 is Closed, Lapsed
            refused RECEIVABLE_STATUS: R1 is Defaulted since 2026-07-18
            acme: Substandard, 91 days past due by R1, defaulted R1
            acme: Doubtful, 271 days past due by R1, defaulted R1
            acme: Loss, 361 days past due by R1, defaulted R1
            no class: no member nobody on this ledger
            DepositCredited east with acme 5000.00 "A"
            end: SettlementDebited acme R1 1180.50 @2027-06-13
            end: LateInterestDistributed alpha with acme R1 T1 180.50
            end: SettlementDistributed alpha with acme R1 T1 1000.00
            end: ReceivableSettled acme R1 1000.00 @2027-06-13
            end: CaseClosed with acme R1 @2027-06-13
            R1 Settled on 2027-06-13: acme owes alpha 1000.00, settled 1000.00, term extended
            R2 Closed, Lapsed: acme owes alpha 0.00, settled 0.00, term extended
            R3 Closed, Lapsed: acme owes alpha 0.00, settled 0.00, term extended
            acme: Normal, 0 days past due by nothing, defaulted nothing
        "#]],
    );
}

#[test]
fn the_policy_in_force_decides_when_a_receivable_defaults() {
    let later = Policy {
        effective_from: crate::common::cast::date("2026-07-01"),
        default_after_days: 60,
        ..Policy::rulebook()
    };
    check_policies(
        "longer",
        vec![Policy::rulebook(), later],
        &format!(
            "{LIVE}
             on 2026-06-17
             on 2026-06-18
             show queue
             on 2026-07-18
             show queue
             on 2026-08-17"
        ),
        expect![[r#"
            end: ReceivableOverdue acme with alpha R1 1000.00 @2026-06-17
            end: CaseOpened with acme R1 1000.00 @2026-06-18
            2026-06-25 00:00 CaseEscalation 1
            2026-07-18 00:00 Default 1
            1 unpaid, 0 arrivals
            end: CaseEscalated with acme R1 @2026-07-18 "demand"
            2026-08-17 00:00 Default 1
            2026-08-17 00:00 CaseEscalation 1
            1 unpaid, 0 arrivals
            end: ReceivableDefaulted acme with alpha R1 1000.00 @2026-06-17
            end: CaseEscalated with acme R1 @2026-08-17 "legal"
        "#]],
    );
}

#[test]
fn default_cannot_come_before_overdue() {
    check_under(
        "no days",
        |policy| (policy.grace_days, policy.default_after_days) = (5, 0),
        &format!(
            "{LIVE}
             on 2026-06-18
             on 2026-06-23
             show queue
             on 2026-06-24
             show receivables"
        ),
        expect![[r#"
            2026-06-24 00:00 Overdue 1
            1 unpaid, 0 arrivals
            end: ReceivableOverdue acme with alpha R1 1000.00 @2026-06-17
            end: CaseOpened with acme R1 1000.00 @2026-06-24
            R1 Overdue since 2026-06-24: acme owes alpha 1000.00, settled 0.00, term extended
        "#]],
    );
}

#[test]
fn a_holder_writes_off_and_keeps_its_claim() {
    check(
        "write-off",
        &format!(
            "{LIVE}
             given alpha splits T1 600.00>beta 400.00
             given beta accepts T2
             given east credits guard 1_000.00 ref G
             on 2026-06-17
             on 2026-06-18
             beta writes off T2 because hopeless
             on 2026-07-18
             alpha writes off T2 because hopeless
             beta writes off T2
             beta writes off T2 because hopeless
             beta writes off T2 because hopeless
             show receivables
             alpha writes off T3 because hopeless
             show receivables
             alpha writes off T3 because hopeless
             acme confirms R1
             on 2027-06-17
             # 18.25 % of 1,000.00 is owed after a year
             guard covers R1 100.00 at east taking
             east credits acme 500.00 ref A
             show late
             east credits acme 5_000.00 ref B
             show receivables
             show money
             show queue
             risk acme"
        ),
        expect![[r#"
            end: ReceivableOverdue acme with alpha R1 1000.00 @2026-06-17
            end: CaseOpened with acme R1 1000.00 @2026-06-18
            refused RECEIVABLE_STATUS: R1 is Overdue since 2026-06-18
            end: CaseEscalated with acme R1 @2026-07-18 "legal"
            end: ReceivableDefaulted acme with alpha R1 1000.00 @2026-06-17
            refused NOT_HOLDER: the sender does not hold T2
            refused TEXT_MISSING: reason must not be empty
            TrancheWrittenOff beta with acme R1 T2 600.00 "hopeless"
            refused WRITTEN_OFF_BEFORE: T2 was written off before
            R1 Defaulted since 2026-07-18: acme owes alpha 1000.00, settled 0.00, term extended
            TrancheWrittenOff alpha with acme R1 T3 400.00 "hopeless"
            ReceivableWrittenOff acme with alpha R1 1000.00 @2026-07-18
            R1 WrittenOff on 2026-07-18: acme owes alpha 1000.00, settled 0.00, term extended
            refused WRITTEN_OFF_BEFORE: T3 was written off before
            refused RECEIVABLE_STATUS: R1 is WrittenOff on 2026-07-18
            PaidForAnchor guard with acme R1 100.00 @2027-06-17
            LateInterestDistributed beta with guard R1 T2 60.00
            LateInterestDistributed alpha with guard R1 T3 40.00
            DepositCredited east with acme 500.00 "A"
            end: SettlementDebited acme R1 500.00 @2027-06-17
            end: LateInterestDistributed guard with acme R1 100.00
            end: LateInterestDistributed beta with acme R1 T2 49.50
            end: LateInterestDistributed alpha with acme R1 T3 33.00
            end: SettlementDistributed beta with acme R1 T2 190.50
            end: SettlementDistributed alpha with acme R1 T3 127.00
            R1 365 days past due: face 682.50, interest 0.00, costs 0.00
            DepositCredited east with acme 5000.00 "B"
            end: SettlementDebited acme R1 682.50 @2027-06-17
            end: SettlementDistributed beta with acme R1 T2 409.50
            end: SettlementDistributed alpha with acme R1 T3 273.00
            end: CaseClosed with acme R1 @2027-06-17
            R1 WrittenOff on 2026-07-18: acme owes alpha 1000.00, settled 1000.00, term extended
            acme at east: 4317.50 CNY
            beta at east: 709.50 CNY
            alpha at east: 473.00 CNY
            guard at east: 1000.00 CNY
            east credited 6500.00, redeemed 0.00 CNY
            0 unpaid, 0 arrivals
            acme: Normal, 0 days past due by nothing, defaulted nothing
        "#]],
    );
}

#[test]
fn contagion_says_what_an_anchors_default_would_cost_whom() {
    check(
        "contagion",
        &format!(
            "contagion acme
             {LIVE}
             given alpha splits T1 300.00>beta 300.00>gamma! 400.00
             given beta accepts T2
             given gamma accepts T3
             given beta splits T2 100.00>gamma 200.00
             given gamma accepts T5
             given east opens on acme limit 500.00 rate 3.00
             given west opens on acme limit 500.00 rate 4.00 recourse
             given alpha discounts T4 350.00 under F1
             given gamma discounts T3 under F2
             given alpha submits 50.00EUR on acme due 2026-06-17 inv B1
             given acme confirms R2
             given alpha accepts R2
             given alpha submits 70.00 on acme due 2026-06-17 inv C1
             given acme confirms R3 knowing
             contagion acme
             contagion nobody
             contagion bolt
             on 2026-06-17
             on 2026-06-27
             given east credits acme 105.00 ref A
             contagion acme"
        ),
        expect![[r#"
            CNY on 2026-01-15: 1 receivables, face 1000.00, beside 0.00
            beta: 200.00 (held 200.00)
            east: 350.00 (held 350.00, bought 350.00)
            west: 0.00 (held 300.00, bought 300.00, recoverable 300.00)
            alpha: 350.00 (held 50.00, liable 300.00)
            gamma: 100.00 (held 100.00)
            tier 1: 2 tranches of 400.00, 350.00 bought
            tier 2: 2 tranches of 500.00, 300.00 bought
            tier 3: 1 tranches of 100.00, 0.00 bought
            EUR on 2026-01-15: 1 receivables, face 50.00, beside 0.00
            alpha: 50.00 (held 50.00)
            tier 1: 1 tranches of 50.00, 0.00 bought
            no contagion: no member nobody on this ledger
            end: ReceivableOverdue acme with alpha R1 1000.00 @2026-06-17
            end: CaseOpened with acme R1 1000.00 @2026-06-27
            end: ReceivableOverdue acme with alpha R2 50.00EUR @2026-06-17
            end: CaseOpened with acme R2 50.00EUR @2026-06-27
            CNY on 2026-06-27: 1 receivables, face 900.00, beside 0.00
            beta: 180.00 (held 180.00)
            east: 315.00 (held 315.00, bought 315.00)
            west: 0.00 (held 270.00, bought 270.00, recoverable 270.00)
            alpha: 315.00 (held 45.00, liable 270.00)
            gamma: 90.00 (held 90.00)
            tier 1: 2 tranches of 360.00, 315.00 bought
            tier 2: 2 tranches of 450.00, 270.00 bought
            tier 3: 1 tranches of 90.00, 0.00 bought
            EUR on 2026-06-27: 1 receivables, face 50.00, beside 0.25
            alpha: 50.00 (held 50.00)
            tier 1: 1 tranches of 50.00, 0.00 bought
        "#]],
    );
}
