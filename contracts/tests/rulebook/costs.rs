//! Costs: what collecting costs is claimed, answered and paid first.
use crate::common::script::{LIVE, check};
use expect_test::expect;

#[test]
fn costs_come_first_then_interest_then_face() {
    check(
        "waterfall",
        &format!(
            "{LIVE}
             given alpha splits T1 600.00>beta 400.00
             given beta accepts T2
             alpha bills R1 5.00 doc bill because lawyer
             on 2026-06-17
             on 2026-06-18
             alpha bills R1 0.00 doc bill because lawyer
             gamma bills R1 5.00 doc bill because lawyer
             alpha bills R1 5.00 doc bill
             alpha bills R1 5.00 because lawyer
             alpha bills R1 5.00 doc bill because lawyer
             beta bills R1 10.00 doc court because court fee
             alpha bills R1 99.00 doc dinner because dinner
             beta allows R1 alpha
             acme allows R1 gamma
             acme allows R1 alpha
             watch allows R1 beta
             watch allows R1 beta because ruling 7
             acme denies R1 alpha because not needed
             on 2026-06-27
             show late
             # 7.00 of 15.00 costs
             east credits acme 7.00 ref A
             # the rest of the costs, and 2.00 of 5.00 interest
             east credits acme 10.00 ref B
             show late
             # the rest of the interest, and 503.00 of face
             east credits acme 506.00 ref C
             show late
             show tranches"
        ),
        expect![[r#"
            refused RECEIVABLE_STATUS: R1 is Live
            end: ReceivableOverdue acme with alpha R1 1000.00 @2026-06-17
            end: CaseOpened with acme R1 1000.00 @2026-06-18
            refused AMOUNT_ZERO: the amount must be more than zero
            refused NOT_CREDITOR_OF: the sender holds no tranche of R1
            refused TEXT_MISSING: what the costs were for must not be empty
            refused COST_EVIDENCE_MISSING: costs of R1 are claimed without evidence
            CostsClaimed alpha with acme R1 5.00 "lawyer"
            CostsClaimed beta with acme R1 10.00 "court fee"
            CostsClaimed alpha with acme R1 99.00 "dinner"
            refused NOT_ANCHOR_OF: the sender is not the anchor of R1
            refused COSTS_NOT_CLAIMED: gamma claims no costs of R1
            CostsAllowed acme with alpha R1 5.00
            refused TEXT_MISSING: the ruling must not be empty
            CostsAllowed watch with beta R1 10.00 "ruling 7"
            CostsDeclined acme with alpha R1 99.00 "not needed"
            end: CaseEscalated with acme R1 @2026-06-27 "demand"
            R1 10 days past due: face 1000.00, interest 5.00, costs 15.00; 10.00 of Costs to beta; 5.00 of Costs to alpha
            DepositCredited east with acme 7.00 "A"
            end: SettlementDebited acme R1 7.00 @2026-06-27
            end: CostsDistributed beta with acme R1 4.67
            end: CostsDistributed alpha with acme R1 2.33
            DepositCredited east with acme 10.00 "B"
            end: SettlementDebited acme R1 10.00 @2026-06-27
            end: CostsDistributed beta with acme R1 5.33
            end: CostsDistributed alpha with acme R1 2.67
            end: LateInterestDistributed beta with acme R1 T2 1.20
            end: LateInterestDistributed alpha with acme R1 T3 0.80
            R1 10 days past due: face 1000.00, interest 3.00, costs 0.00
            DepositCredited east with acme 506.00 "C"
            end: SettlementDebited acme R1 506.00 @2026-06-27
            end: LateInterestDistributed beta with acme R1 T2 1.80
            end: LateInterestDistributed alpha with acme R1 T3 1.20
            end: SettlementDistributed beta with acme R1 T2 301.80
            end: SettlementDistributed alpha with acme R1 T3 201.20
            R1 10 days past due: face 497.00, interest 0.00, costs 0.00
            T2 of R1: 298.20 beta, depth 1
            T3 of R1: 198.80 alpha, depth 0
        "#]],
    );
}

#[test]
fn claims_for_costs_are_bounded() {
    let bills = "given alpha bills R1 1.00 doc bill because work\n".repeat(16);
    check(
        "claims for costs",
        &format!(
            "{LIVE}
             on 2026-06-17
             on 2026-06-18
             {bills}
             alpha bills R1 1.00 doc bill because work
             given acme denies R1 alpha
             alpha bills R1 1.00 doc bill because work"
        ),
        expect![[r#"
            end: ReceivableOverdue acme with alpha R1 1000.00 @2026-06-17
            end: CaseOpened with acme R1 1000.00 @2026-06-18
            refused COST_CLAIMS_LIMIT: 16 claims for costs of R1 wait for an answer
            CostsClaimed alpha with acme R1 1.00 "work"
        "#]],
    );
}
