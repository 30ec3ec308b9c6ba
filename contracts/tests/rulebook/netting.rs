//! Cycle netting: what is due in a circle is set off with everyone's consent, and nobody gains or loses.
use crate::common::script::check;
use expect_test::expect;

/// bolt owes crux 100.00, crux owes duke 80.00, duke owes bolt 60.00; all due on 17 June, R1 to R3, T1 to T3.
const CIRCLE: &str = "given crux trusts bolt
    given duke trusts crux
    given bolt trusts duke
    given crux submits 100.00 on bolt due 2026-06-17 inv A1
    given duke submits 80.00 on crux due 2026-06-17 inv B1
    given bolt submits 60.00 on duke due 2026-06-17 inv C1
    given bolt confirms R1
    given crux confirms R2
    given duke confirms R3
    ";

#[test]
fn a_circle_of_due_debts_is_found_and_netted_when_all_consent() {
    check(
        "circle",
        &format!(
            "{CIRCLE}
             cycles
             bolt nets T1 60.00 T2 60.00 T3 60.00
             on 2026-06-17
             cycles
             bolt nets T1 60.00 T2 60.00 T3 60.00
             duke consents N1
             bolt consents N1
             crux consents N1
             crux consents N1
             show receivables
             cycles
             show money
             on 2026-06-18
             show receivables"
        ),
        expect![[r#"
            all
            refused NETTING_NOT_DUE: R1 is not due, or nothing of it is left to set off
            180.00 less: bolt owes crux owes duke by 60.00: T1 60.00 T2 60.00 T3 60.00
            all
            NettingProposed bolt N1 180.00
            NettingConsented duke N1 180.00
            refused NETTING_CONSENTED_BEFORE: the sender already consented to N1
            NettingConsented crux N1 180.00
            DebtNetted bolt with crux R1 T1 N1 60.00
            DebtNetted crux with duke R2 T2 N1 60.00
            DebtNetted duke with bolt R3 T3 N1 60.00
            ReceivableSettled duke R3 60.00 @2026-06-17
            NettingExecuted bolt N1 180.00 @2026-06-17
            refused NETTING_NOT_OPEN: N1 is no longer open
            R1 Live: bolt owes crux 100.00, settled 60.00, term extended
            R2 Live: crux owes duke 80.00, settled 60.00, term extended
            R3 Settled on 2026-06-17: duke owes bolt 60.00, settled 60.00, term extended
            all
            end: ReceivableOverdue bolt with crux R1 40.00 @2026-06-17
            end: CaseOpened with bolt R1 40.00 @2026-06-18
            end: ReceivableOverdue crux with duke R2 20.00 @2026-06-17
            end: CaseOpened with crux R2 20.00 @2026-06-18
            R1 Overdue since 2026-06-18: bolt owes crux 100.00, settled 60.00, term extended
            R2 Overdue since 2026-06-18: crux owes duke 80.00, settled 60.00, term extended
            R3 Settled on 2026-06-17: duke owes bolt 60.00, settled 60.00, term extended
        "#]],
    );
}

#[test]
fn the_largest_reduction_comes_first_then_the_smallest_ids() {
    check(
        "order",
        "given alpha trusts acme
         given bolt trusts crux
         given crux trusts bolt
         given crux trusts duke
         given duke trusts crux
         given bolt trusts duke
         given duke trusts bolt
         given crux submits 50.00 on bolt due 2026-06-17 inv A1
         given bolt submits 50.00 on crux due 2026-06-17 inv B1
         given duke submits 50.00 on crux due 2026-06-17 inv C1
         given crux submits 50.00 on duke due 2026-06-17 inv D1
         given bolt submits 30.00 on duke due 2026-06-17 inv E1
         given bolt submits 10.00 on duke due 2026-06-16 inv F1
         given bolt confirms R1
         given crux confirms R2
         given crux confirms R3
         given duke confirms R4
         given duke confirms R5 knowing
         given duke confirms R6 knowing
         on 2026-06-17
         cycles
         cycles EUR
         # the older debt is drawn on first
         duke nets T1 40.00 T3 40.00 T6 10.00 T5 30.00
         bolt consents N1
         crux consents N1
         cycles",
        expect![[r#"
            120.00 less: bolt owes crux owes duke by 40.00: T1 40.00 T3 40.00 T6 10.00 T5 30.00
            100.00 less: bolt owes crux by 50.00: T1 50.00 T2 50.00
            100.00 less: crux owes duke by 50.00: T3 50.00 T4 50.00
            all
            all
            NettingProposed duke N1 120.00
            NettingConsented bolt N1 120.00
            NettingConsented crux N1 120.00
            DebtNetted bolt with crux R1 T1 N1 40.00
            DebtNetted crux with duke R3 T3 N1 40.00
            DebtNetted duke with bolt R6 T6 N1 10.00
            ReceivableSettled duke R6 10.00 @2026-06-17
            DebtNetted duke with bolt R5 T5 N1 30.00
            ReceivableSettled duke R5 30.00 @2026-06-17
            NettingExecuted duke N1 120.00 @2026-06-17
            20.00 less: bolt owes crux by 10.00: T1 10.00 T2 10.00
            20.00 less: crux owes duke by 10.00: T3 10.00 T4 10.00
            all
        "#]],
    );
}

#[test]
fn a_proposal_names_due_debts_that_leave_everyone_even() {
    check(
        "checks",
        &format!(
            "{CIRCLE}
             given bolt submits 10.00EUR on duke due 2026-06-17 inv D1
             given duke confirms R4 knowing
             given bolt submits 10.00 on duke due 2026-06-30 inv E1
             given duke confirms R5 knowing
             on 2026-06-17
             bolt nets T1 60.00
             bolt nets T1 60.00 T1 60.00
             bolt nets T1 0.00 T2 60.00
             bolt nets T1 60.00 T9 60.00
             bolt nets T1 60.00 T2 60.00 T5 10.00
             bolt nets T1 100.01 T2 60.00
             bolt nets T1 60.00 T2 60.00 T3 59.00
             bolt nets T1 10.00 T2 10.00 T4 10.00EUR
             alpha nets T1 60.00 T2 60.00 T3 60.00
             bolt nets T1 60.00 T2 60.00 T3 60.00
             alpha consents N1
             bolt consents N9
             duke balks N1 because we want cash
             crux consents N1"
        ),
        expect![[r#"
            refused NETTING_LEG_COUNT: 1 legs where 2 to 64 are allowed
            refused NETTING_REPEATED: T1 stands twice in the netting
            refused AMOUNT_ZERO: the amount must be more than zero
            refused TRANCHE_UNKNOWN: no open tranche T9
            refused NETTING_NOT_DUE: R5 is not due, or nothing of it is left to set off
            refused NETTING_EXCEEDS: 10001 CNY minor of T1, of which 10000 CNY minor can be set off
            refused NETTING_UNBALANCED: bolt owes 6000 CNY minor in it and is owed 5900 CNY minor
            refused CURRENCY_MISMATCH: CNY and EUR are different currencies
            refused NOT_NETTING_PARTY: alpha is no party of the netting
            NettingProposed bolt N1 180.00
            refused NOT_NETTING_PARTY: alpha is no party of the netting
            refused NETTING_UNKNOWN: no netting N9
            NettingRefused duke N1 180.00 "we want cash"
            refused NETTING_NOT_OPEN: N1 is no longer open
        "#]],
    );
}

#[test]
fn what_moved_or_was_disputed_meanwhile_is_not_netted() {
    check(
        "stale",
        &format!(
            "{CIRCLE}
             on 2026-06-17
             given bolt nets T1 60.00 T2 60.00 T3 60.00
             given crux disputes R2 30.00 with photos because rusty
             duke consents N1
             given bolt nets T1 20.00 T2 20.00 T3 20.00
             given crux offers T1>alpha
             given alpha accepts T1
             duke consents N2
             show queue
             on 2026-06-20 09:01
             crux consents N1"
        ),
        expect![[r#"
            refused NETTING_EXCEEDS: 6000 CNY minor of T2, of which 5000 CNY minor can be set off
            refused NETTING_STALE: T1 is no longer owed as N2 says
            2026-06-18 00:00 Overdue 1
            2026-06-18 00:00 Overdue 2
            2026-06-18 00:00 Overdue 3
            2026-06-20 09:00 NettingLapse 1
            2026-06-20 09:00 NettingLapse 2
            3 unpaid, 0 arrivals
            end: ReceivableOverdue bolt with crux R1 100.00 @2026-06-17
            end: CaseOpened with bolt R1 100.00 @2026-06-20
            end: ReceivableOverdue crux with duke R2 50.00 @2026-06-17
            end: CaseOpened with crux R2 50.00 @2026-06-20
            end: ReceivableOverdue duke with bolt R3 60.00 @2026-06-17
            end: CaseOpened with duke R3 60.00 @2026-06-20
            end: NettingLapsed bolt N1 180.00
            end: NettingLapsed bolt N2 60.00
            refused NETTING_NOT_OPEN: N1 is no longer open
        "#]],
    );
}

#[test]
fn netting_pays_off_what_is_overdue_and_frees_facilities() {
    check(
        "facility",
        &format!(
            "{CIRCLE}
             given crux splits T1 40.00 60.00
             on 2026-06-18
             on 2026-06-25
             given duke submits 5.00 on bolt due 2026-09-17 inv E1
             bolt confirms R4
             given bolt nets T4 20.00 T5 40.00 T2 60.00 T3 60.00
             given crux consents N1
             duke consents N1
             given east credits bolt 40.00 ref A
             bolt confirms R4
             show receivables"
        ),
        expect![[r#"
            end: ReceivableOverdue bolt with crux R1 100.00 @2026-06-17
            end: CaseOpened with bolt R1 100.00 @2026-06-25
            end: ReceivableOverdue crux with duke R2 80.00 @2026-06-17
            end: CaseOpened with crux R2 80.00 @2026-06-25
            end: ReceivableOverdue duke with bolt R3 60.00 @2026-06-17
            end: CaseOpened with duke R3 60.00 @2026-06-25
            refused ANCHOR_SUSPENDED: bolt owes R1 for 8 days past due, where 1 are allowed, and cannot confirm
            NettingConsented duke N1 180.00
            DebtNetted bolt with crux R1 T4 N1 20.00
            DebtNetted bolt with crux R1 T5 N1 40.00
            DebtNetted crux with duke R2 T2 N1 60.00
            DebtNetted duke with bolt R3 T3 N1 60.00
            NettingExecuted bolt N1 180.00 @2026-06-25
            refused ANCHOR_SUSPENDED: bolt owes R1 for 8 days past due, where 1 are allowed, and cannot confirm
            end: SettlementDebited crux R2 20.32 @2026-06-25
            end: LateInterestDistributed duke with crux R2 0.32
            end: SettlementDistributed duke with crux R2 T2 20.00
            end: ReceivableSettled crux R2 80.00 @2026-06-25
            end: CaseClosed with crux R2 @2026-06-25
            R1 Overdue since 2026-06-25: bolt owes crux 100.00, settled 99.60, term extended
            R2 Settled on 2026-06-25: crux owes duke 80.00, settled 80.00, term extended
            R3 Overdue since 2026-06-25: duke owes bolt 60.00, settled 60.00, term extended
            R4 Submitted: bolt owes duke 0.00, settled 0.00, term extended
        "#]],
    );
}
