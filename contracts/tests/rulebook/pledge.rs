//! Pledges: advance, lock, repayment by the holder or from settlement, surplus, release.
use crate::common::script::{LIVE, check, check_under};
use expect_test::expect;

#[test]
fn an_advance_is_paid_and_the_tranche_is_locked_until_it_is_repaid() {
    check(
        "repaid by the holder",
        &format!(
            "{LIVE}
             alpha pledges T1 to east at 80.00 interest 3.60
             show liens
             east advances T1
             show liens
             show money
             alpha splits T1 400.00 600.00
             alpha offers T1>beta
             alpha discounts T1
             on 2026-03-16
             given alpha repays T1 504.80 at east
             show liens
             on 2026-04-15
             given east credits alpha 10.00 ref X
             alpha repays T1 300.90 at east
             show liens
             show money
             alpha splits T1 400.00 600.00"
        ),
        expect![[r#"
            PledgeOffered alpha with east R1 T1 1000.00
            T1 offered as a pledge to east until 2026-01-18 09:00
            TranchePledged alpha with east R1 T1 1000.00 for 800.00
            T1 pledged to east: 800.00 and 0.00 interest of 800.00 owed on 2026-01-15
            alpha at east: 800.00 CNY
            east credited 800.00, redeemed 0.00 CNY
            refused TRANCHE_UNDER_LIEN: T1 is reserved or pledged
            refused TRANCHE_UNDER_LIEN: T1 is reserved or pledged
            refused TRANCHE_UNDER_LIEN: T1 is reserved or pledged
            T1 pledged to east: 300.00 and 0.00 interest of 800.00 owed on 2026-03-16
            PledgeRepaid alpha with east R1 T1 300.90
            PledgeReleased alpha with east R1 T1 800.00
            east at east: 805.70 CNY
            alpha at east: 4.30 CNY
            east credited 810.00, redeemed 0.00 CNY
            TrancheSplit alpha R1 T1 [T2, T3] 1000.00
        "#]],
    );
}

#[test]
fn settlement_repays_the_funder_first_and_the_surplus_is_the_pledgors() {
    check(
        "repaid from settlement",
        &format!(
            "{LIVE}
             given alpha splits T1 600.00 400.00>beta
             given beta accepts T3
             given fund opens on acme limit 1.00 rate 1.00
             given west credits fund 1_000.00 ref F
             given alpha pledges T2 to fund at 70.00 interest 4.35 basis 365
             given fund advances T2 bank west
             given east credits acme 700.00 ref A
             acme pays R1 100.00
             show liens
             on 2026-06-17 12:00
             show liens
             east credits acme 300.00 ref B
             show money
             show receivables"
        ),
        expect![[r#"
            SettlementDebited acme R1 100.00 @2026-01-15
            SettlementDistributed fund with acme R1 T2 60.00
            SettlementDistributed beta with acme R1 T3 40.00
            T2 pledged to fund: 360.00 and 0.00 interest of 420.00 owed on 2026-01-15
            end: SettlementDebited acme R1 600.00 @2026-06-17
            end: SettlementDistributed fund with acme R1 T2 360.00
            end: SettlementDistributed beta with acme R1 T3 240.00
            T2 pledged to fund: 6.56 and 0.00 interest of 420.00 owed on 2026-06-17
            DepositCredited east with acme 300.00 "B"
            end: SettlementDebited acme R1 300.00 @2026-06-17
            end: SettlementDistributed fund with acme R1 T2 6.56
            end: SettlementDistributed alpha with acme R1 T2 173.44
            end: PledgeReleased alpha with fund R1 T2 420.00
            end: SettlementDistributed beta with acme R1 T3 120.00
            end: ReceivableSettled acme R1 1000.00 @2026-06-17
            acme at east: 0.00 CNY
            beta at east: 400.00 CNY
            fund at east: 426.56 CNY
            alpha at east: 173.44 CNY
            fund at west: 580.00 CNY
            alpha at west: 420.00 CNY
            east credited 1000.00, redeemed 0.00 CNY
            west credited 1000.00, redeemed 0.00 CNY
            R1 Settled on 2026-06-17: acme owes alpha 1000.00, settled 1000.00, term extended
        "#]],
    );
}

#[test]
fn a_debt_outlives_a_tranche_that_did_not_cover_it() {
    check(
        "interest over the face",
        &format!(
            "{LIVE}
             given alpha pledges T1 to east at 100.00 interest 10.00
             given east advances T1
             on 2026-06-17 12:00
             given east credits acme 1_000.00 ref A
             show receivables
             show liens
             alpha repays T1 50.00 at east
             alpha repays T1 42.50 at east
             show liens"
        ),
        expect![[r#"
            R1 Settled on 2026-06-17: acme owes alpha 1000.00, settled 1000.00, term extended
            T1 pledged to east: 42.50 and 0.00 interest of 1000.00 owed on 2026-06-17
            refused REPAYMENT_EXCEEDS_DEBT: 5000 CNY minor repaid where 4250 CNY minor is owed
            PledgeRepaid alpha with east R1 T1 42.50
            PledgeReleased alpha with east R1 T1 1000.00
        "#]],
    );
}

#[test]
fn an_offered_pledge_is_declined_taken_back_or_lapses() {
    check(
        "ends of an offer",
        &format!(
            "{LIVE}
             given alpha pledges T1 to east at 80.00
             alpha splits T1 400.00 600.00
             beta forgoes T1
             east forgoes T1
             given alpha pledges T1 to east at 80.00
             alpha forgoes T1
             given alpha pledges T1 to west at 80.00
             show queue
             on 2026-01-18 10:00
             west advances T1
             given alpha pledges T1 to west at 80.00
             given east credits acme 1_000.00 ref A
             acme pays R1 1_000.00
             show liens"
        ),
        expect![[r#"
            refused TRANCHE_UNDER_LIEN: T1 is reserved or pledged
            refused NOT_PLEDGEE: the sender is not the funder that T1 is offered to
            PledgeDeclined alpha with east R1 T1
            PledgeDeclined alpha with east R1 T1
            2026-01-18 09:00 PledgeLapse 1
            2026-06-17 00:00 Settlement 1
            0 unpaid, 0 arrivals
            end: PledgeLapsed alpha with west R1 T1
            refused PLEDGE_NOT_OFFERED: no pledge of T1 is offered
            SettlementDebited acme R1 1000.00 @2026-01-18
            SettlementDistributed alpha with acme R1 T1 1000.00
            ReceivableSettled acme R1 1000.00 @2026-01-18
        "#]],
    );
}

#[test]
fn what_is_not_a_pledge_is_refused() {
    check(
        "refusals",
        &format!(
            "{LIVE}
             beta pledges T1 to east at 80.00
             alpha pledges T9 to east at 80.00
             alpha pledges T1 to gamma at 80.00
             alpha pledges T1 to idle at 80.00
             alpha pledges T1 to east at 0.00
             alpha pledges T1 to east at 100.01
             alpha pledges T1 to east at 80.00 interest 100.01
             east pledges T1 to east at 80.00
             east advances T1
             given alpha pledges T1 to fund at 80.00
             east advances T1
             fund advances T1
             fund advances T1 bank alpha
             alpha repays T1 1.00 at east
             given east credits fund 800.00 ref A
             fund advances T1
             beta repays T1 1.00 at east
             alpha repays T1 0.00 at east
             alpha repays T1 800.01 at east
             alpha repays T1 1.00EUR at east
             alpha repays T1 1.00 at fund
             alpha repays T1 1.00 at west
             bolt pledges T1 to bolt at 80.00"
        ),
        expect![[r#"
            refused NOT_HOLDER: the sender does not hold T1
            refused TRANCHE_UNKNOWN: no open tranche T9
            refused ROLE_MISSING: member gamma does not have the role Funder
            refused MEMBER_NOT_ACTIVE: member idle is not active
            refused PLEDGE_TERMS_INVALID: an advance of 0 ppm of the face at 0 ppm a year
            refused PLEDGE_TERMS_INVALID: an advance of 1000100 ppm of the face at 0 ppm a year
            refused PLEDGE_TERMS_INVALID: an advance of 800000 ppm of the face at 1000100 ppm a year
            refused NOT_HOLDER: the sender does not hold T1
            refused PLEDGE_NOT_OFFERED: no pledge of T1 is offered
            refused NOT_PLEDGEE: the sender is not the funder that T1 is offered to
            refused PAYER_SHORT: fund cannot pay 80000 CNY minor from its deposit now
            refused PAYING_BANK_INVALID: alpha cannot pay for this facility
            refused NOT_PLEDGED: T1 is not pledged
            TranchePledged alpha with fund R1 T1 1000.00 for 800.00
            refused NOT_PLEDGOR: the sender did not pledge T1
            refused AMOUNT_ZERO: the amount must be more than zero
            refused REPAYMENT_EXCEEDS_DEBT: 80001 CNY minor repaid where 80000 CNY minor is owed
            refused CURRENCY_MISMATCH: EUR and CNY are different currencies
            refused ROLE_MISSING: member fund does not have the role Bank
            refused DEPOSIT_INSUFFICIENT: 0 CNY minor are free where 100 CNY minor are needed
            refused NOT_HOLDER: the sender does not hold T1
        "#]],
    );
}

#[test]
fn an_advance_rounds_down_and_is_never_nothing() {
    check_under(
        "rounding",
        |policy| policy.min_tranche_minor = 1,
        "given alpha submits 0.03 on acme due 2026-06-17 inv A1
         given acme confirms R1
         given alpha accepts R1
         given alpha pledges T1 to east at 66.66
         east advances T1
         given alpha repays T1 0.01 at east
         given alpha pledges T1 to east at 33.33
         east advances T1",
        expect![[r#"
            TranchePledged alpha with east R1 T1 0.03 for 0.01
            refused AMOUNT_ZERO: the amount must be more than zero
        "#]],
    );
}
