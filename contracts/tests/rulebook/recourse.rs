//! Recourse: the claim on the transferor after default, and whose the surplus is (Civil Code art. 766, 767).
use crate::common::script::{LIVE, check};
use expect_test::expect;

/// alpha sold T1 with recourse for 984.70 at 3.60 %, and acme is 31 days late on 18 July.
const DEFAULTED: &str = "given east opens on acme limit 1_000.00 rate 3.60 recourse
                         given alpha discounts T1
                         given on 2026-06-17
                         given on 2026-06-18
                         given on 2026-07-18
                         ";

#[test]
fn a_funder_claims_principal_and_interest_and_the_transferor_gets_the_tranche_back() {
    check(
        "claimed and paid",
        &format!(
            "{LIVE}{DEFAULTED}
             east turns T1 on alpha
             show liens
             east offers T1>beta
             alpha redeems T1 500.00 at east
             show liens
             on 2026-07-28
             given east credits alpha 100.00 ref A
             alpha redeems T1 504.04 at east
             alpha redeems T1 503.55 at east
             show tranches
             show facilities
             east credits acme 1_000.00 ref B
             show money"
        ),
        expect![[r#"
            RecourseClaimed east with alpha R1 T1 1003.05
            T1 claimed by east from alpha: 984.70 and 18.35 interest of 1003.05 owed on 2026-07-18
            refused TRANCHE_UNDER_LIEN: T1 is reserved or pledged
            RecoursePaid east with alpha R1 T1 500.00
            T1 claimed by east from alpha: 503.05 and 0.00 interest of 1003.05 owed on 2026-07-18
            refused REPAYMENT_EXCEEDS_DEBT: 50404 CNY minor repaid where 50355 CNY minor is owed
            RecoursePaid east with alpha R1 T1 503.55
            RecourseSettled east with alpha R1 T1 1003.05
            T1 of R1: 1000.00 alpha, depth 0
            F1 of east: 0.00 used of 1000.00, open
            DepositCredited east with acme 1000.00 "B"
            end: SettlementDebited acme R1 1000.00 @2026-07-28
            end: LateInterestDistributed alpha with acme R1 T1 20.50
            end: SettlementDistributed alpha with acme R1 T1 979.50
            acme at east: 0.00 CNY
            east at east: 1003.55 CNY
            alpha at east: 1081.15 CNY
            east credited 2084.70, redeemed 0.00 CNY
        "#]],
    );
}

#[test]
fn what_the_anchor_pays_above_the_claim_is_the_transferors() {
    check(
        "surplus to the transferor (art. 766)",
        &format!(
            "{LIVE}{DEFAULTED}
             given east turns T1 on alpha
             given alpha redeems T1 400.00 at east
             east credits acme 1_000.00 ref B
             show money
             show receivables"
        ),
        expect![[r#"
            DepositCredited east with acme 1000.00 "B"
            end: SettlementDebited acme R1 1000.00 @2026-07-18
            end: LateInterestDistributed east with acme R1 T1 15.50
            end: SettlementDistributed east with acme R1 T1 587.55
            end: SettlementDistributed alpha with acme R1 T1 396.95
            end: RecourseSettled east with alpha R1 T1 1003.05
            acme at east: 0.00 CNY
            east at east: 1003.05 CNY
            alpha at east: 981.65 CNY
            east credited 1984.70, redeemed 0.00 CNY
            R1 Defaulted since 2026-07-18: acme owes alpha 1000.00, settled 984.50, term extended
        "#]],
    );
    check(
        "without recourse it is the funder's (art. 767)",
        &format!(
            "{LIVE}
             given east opens on acme limit 1_000.00 rate 3.60
             given alpha discounts T1
             given on 2026-06-17
             given on 2026-06-18
             given on 2026-07-18
             east turns T1 on alpha
             east credits acme 1_000.00 ref B"
        ),
        expect![[r#"
            refused NOT_LIABLE: alpha is not liable for T1
            DepositCredited east with acme 1000.00 "B"
            end: SettlementDebited acme R1 1000.00 @2026-07-18
            end: LateInterestDistributed east with acme R1 T1 15.50
            end: SettlementDistributed east with acme R1 T1 984.50
        "#]],
    );
}

#[test]
fn parts_of_a_purchase_claim_in_proportion_and_other_transfers_claim_their_face() {
    check(
        "parts and chains",
        &format!(
            "{LIVE}
             given alpha splits T1 400.00>beta! 600.00
             given beta accepts T2
             given east opens on acme limit 1_000.00 rate 3.60 recourse
             given alpha discounts T3
             given east splits T3 200.00 400.00
             given on 2026-06-17
             given on 2026-06-18
             given on 2026-07-18
             beta turns T2 on alpha
             east turns T4 on alpha
             show liens
             given east credits alpha 1_000.00 ref C
             alpha redeems T2 400.00 at east
             show tranches"
        ),
        expect![[r#"
            RecourseClaimed beta with alpha R1 T2 400.00
            RecourseClaimed east with alpha R1 T4 200.61
            T2 claimed by beta from alpha: 400.00 and 0.00 interest of 400.00 owed on 2026-07-18
            T4 claimed by east from alpha: 196.94 and 3.67 interest of 200.61 owed on 2026-07-18
            RecoursePaid beta with alpha R1 T2 400.00
            RecourseSettled beta with alpha R1 T2 400.00
            T2 of R1: 400.00 alpha, depth 1
            T4 of R1: 200.00 east, depth 0, recourse [alpha], bought under F1 from alpha
            T5 of R1: 400.00 east, depth 0, recourse [alpha], bought under F1 from alpha
        "#]],
    );
}

#[test]
fn recourse_waits_for_default_and_for_who_is_liable() {
    check(
        "refusals",
        &format!(
            "{LIVE}
             given east opens on acme limit 1_000.00 rate 3.60 recourse
             given alpha discounts T1
             east turns T1 on alpha
             given on 2026-06-17
             given on 2026-06-18
             given on 2026-07-17
             east turns T1 on alpha
             given on 2026-07-18
             west turns T1 on alpha
             east turns T1 on beta
             alpha redeems T1 1.00 at east
             given east turns T1 on alpha
             east turns T1 on alpha
             watch freezes T1
             beta redeems T1 1.00 at east
             alpha redeems T1 0.00 at east
             alpha redeems T1 1_003.06 at east
             alpha redeems T1 1.00 at west"
        ),
        expect![[r#"
            refused RECOURSE_NOT_DUE: R1 is not in default
            refused RECOURSE_NOT_DUE: R1 is not in default
            refused NOT_HOLDER: the sender does not hold T1
            refused NOT_LIABLE: beta is not liable for T1
            refused NOT_CLAIMED: no recourse for T1 is claimed
            refused TRANCHE_UNDER_LIEN: T1 is reserved or pledged
            refused TRANCHE_UNDER_LIEN: T1 is reserved or pledged
            refused NOT_LIABLE: beta is not liable for T1
            refused AMOUNT_ZERO: the amount must be more than zero
            refused REPAYMENT_EXCEEDS_DEBT: 100306 CNY minor repaid where 100305 CNY minor is owed
            refused DEPOSIT_INSUFFICIENT: 0 CNY minor are free where 100 CNY minor are needed
        "#]],
    );
}
