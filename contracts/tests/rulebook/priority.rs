//! Priority: registered financings first, then by notice, else pro rata (Civil Code art. 768).
use crate::common::script::{LIVE, check, check_under};
use expect_test::expect;

/// Three financings of one receivable: F1 bought T2, F2 bought T3, west lent on T4; alpha keeps T5.
const THREE: &str = "given alpha splits T1 200.00 300.00 100.00 400.00
                     given east opens on acme limit 1_000.00 rate 3.60
                     given west opens on acme limit 1_000.00 rate 3.60
                     given alpha discounts T2 under F1
                     given alpha discounts T3 under F2
                     given alpha pledges T4 to west at 80.00
                     given west advances T4
                     ";

#[test]
fn registered_financings_are_paid_first_by_their_time() {
    check(
        "registered",
        &format!(
            "{LIVE}{THREE}
             west records T3 number 88-2 at 2026-01-14
             east records T2 number 77-1
             west records T4 number 88-1 at 2026-01-13
             show tranches
             given east credits acme 1_000.00 ref A
             acme pays R1 250.00
             acme pays R1 350.00
             acme pays R1 40.01"
        ),
        expect![[r#"
            FinancingRegistered west R1 T3 @2026-01-14 "88-2"
            FinancingRegistered east R1 T2 @2026-01-15 "77-1"
            FinancingRegistered west R1 T4 @2026-01-13 "88-1"
            T2 of R1: 200.00 east, depth 0, bought under F1 from alpha, registered 77-1
            T3 of R1: 300.00 west, depth 0, bought under F2 from alpha, registered 88-2
            T4 of R1: 100.00 alpha, depth 0
            T5 of R1: 400.00 alpha, depth 0
            SettlementDebited acme R1 250.00 @2026-01-15
            SettlementDistributed west with acme R1 T3 150.00
            SettlementDistributed west with acme R1 T4 80.00
            SettlementDistributed alpha with acme R1 T4 20.00
            PledgeReleased alpha with west R1 T4 80.00
            SettlementDebited acme R1 350.00 @2026-01-15
            SettlementDistributed east with acme R1 T2 200.00
            SettlementDistributed west with acme R1 T3 150.00
            SettlementDebited acme R1 40.01 @2026-01-15
            SettlementDistributed alpha with acme R1 T5 40.01
        "#]],
    );
}

#[test]
fn without_registrations_all_are_paid_alike() {
    check(
        "pro rata",
        &format!(
            "{LIVE}{THREE}
             given east credits acme 1_000.00 ref A
             acme pays R1 100.00"
        ),
        expect![[r#"
            SettlementDebited acme R1 100.00 @2026-01-15
            SettlementDistributed east with acme R1 T2 20.00
            SettlementDistributed west with acme R1 T3 30.00
            SettlementDistributed west with acme R1 T4 10.00
            SettlementDistributed alpha with acme R1 T5 40.00
        "#]],
    );
}

#[test]
fn where_the_policy_wants_registrations_the_others_rank_by_notice() {
    check_under(
        "notice",
        |policy| policy.financing_requires_registration = true,
        &format!(
            "{LIVE}{THREE}
             west records T3 number 88-2 at 2026-01-14
             given east credits acme 1_000.00 ref A
             acme pays R1 550.00
             acme pays R1 200.00"
        ),
        expect![[r#"
            FinancingRegistered west R1 T3 @2026-01-14 "88-2"
            SettlementDebited acme R1 550.00 @2026-01-15
            SettlementDistributed east with acme R1 T2 200.00
            SettlementDistributed west with acme R1 T3 300.00
            SettlementDistributed west with acme R1 T4 50.00
            SettlementDebited acme R1 200.00 @2026-01-15
            SettlementDistributed west with acme R1 T4 30.00
            SettlementDistributed alpha with acme R1 T4 20.00
            PledgeReleased alpha with west R1 T4 80.00
            SettlementDistributed alpha with acme R1 T5 150.00
        "#]],
    );
}

#[test]
fn where_the_policy_wants_registrations_a_purchase_is_not_passed_on_without_one() {
    check_under(
        "missing",
        |policy| policy.financing_requires_registration = true,
        &format!(
            "{LIVE}
             given east opens on acme limit 1_000.00 rate 3.60 recourse
             given west opens on acme limit 1_000.00 rate 3.50
             given alpha discounts T1 under F1
             east offers T1>west?
             east discounts T1
             given on 2026-06-17
             given on 2026-06-18
             given on 2026-07-18
             east turns T1 on alpha
             east records T1 number 77-1
             east turns T1 on alpha"
        ),
        expect![[r#"
            refused REGISTRATION_MISSING: the financing of T1 shows no registry number
            refused REGISTRATION_MISSING: the financing of T1 shows no registry number
            refused REGISTRATION_MISSING: the financing of T1 shows no registry number
            FinancingRegistered east R1 T1 @2026-01-15 "77-1"
            RecourseClaimed east with alpha R1 T1 1003.05
        "#]],
    );
}

#[test]
fn only_the_financer_registers_once_and_not_in_the_future() {
    check(
        "refusals",
        &format!(
            "{LIVE}{THREE}
             alpha records T5 number 1
             alpha records T2 number 1
             west records T2 number 1
             alpha records T4 number 1
             east records T9 number 1
             east records T2
             east records T2 number 1 at 2026-01-16
             east records T2 number 1
             east records T2 number 2
             east offers T2>gamma
             gamma accepts T2
             show tranches"
        ),
        expect![[r#"
            refused NOT_FINANCER: the sender does not finance T5
            refused NOT_FINANCER: the sender does not finance T2
            refused NOT_FINANCER: the sender does not finance T2
            refused NOT_FINANCER: the sender does not finance T4
            refused TRANCHE_UNKNOWN: no open tranche T9
            refused TEXT_MISSING: registry number must not be empty
            refused REGISTERED_IN_FUTURE: the registration of T2 is later than now
            FinancingRegistered east R1 T2 @2026-01-15 "1"
            refused REGISTERED_BEFORE: T2 is registered under 1
            TransferOffered east with gamma R1 T2 200.00
            TransferAccepted east with gamma R1 T2 200.00
            T2 of R1: 200.00 gamma, depth 1
            T3 of R1: 300.00 west, depth 0, bought under F2 from alpha
            T4 of R1: 100.00 alpha, depth 0
            T5 of R1: 400.00 alpha, depth 0
        "#]],
    );
}
