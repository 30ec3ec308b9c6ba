//! Settlement: due dates, arrivals, Overdue, distribution.
use crate::common::script::check;
use expect_test::expect;

#[test]
fn the_whole_story_pays_every_holder() {
    check(
        "story",
        "alpha submits 1_000.00 on acme due 2026-06-17 inv A1
         acme confirms R1
         alpha accepts R1
         alpha splits T1 300.00>beta 700.00
         beta accepts T2
         east opens on acme limit 500.00 rate 30:3.00,180:3.60
         quote T3 500.00
         alpha discounts T3 500.00
         east credits acme 1_000.00 ref A1
         on 2026-06-17
         show money
         show receivables
         show facilities
         show queue",
        expect![[r#"
            ReceivableSubmitted alpha with acme R1 1000.00 due 2026-06-17
            ReceivableConfirmed acme with alpha R1 1000.00 due 2026-06-17
            ReceivableAccepted alpha with acme R1 T1 1000.00 due 2026-06-17
            TrancheSplit alpha R1 T1 [T2, T3] 1000.00
            TransferOffered alpha with beta R1 T2 300.00
            TransferAccepted alpha with beta R1 T2 300.00
            FacilityOpened east F1 500.00
            F1: 492.58 of 500.00 (discount 7.42, fee 0.00, 153 days, APR 3.5936 % on 365)
            best: F1 takes 500.00 for 492.58
            TrancheSplit alpha R1 T3 [T4, T5] 700.00
            TrancheDiscounted alpha with east R1 T4 F1 500.00 for 492.58
            DepositCredited east with acme 1000.00 "A1"
            end: SettlementDebited acme R1 1000.00 due 2026-06-17
            end: SettlementDistributed beta with acme R1 T2 300.00
            end: SettlementDistributed east with acme R1 T4 500.00
            end: SettlementDistributed alpha with acme R1 T5 200.00
            end: ReceivableSettled acme R1 1000.00 due 2026-06-17
            acme at east: 0.00 CNY
            beta at east: 300.00 CNY
            east at east: 500.00 CNY
            alpha at east: 692.58 CNY
            east credited 1492.58, redeemed 0.00 CNY
            R1 Settled on 2026-06-17: acme owes alpha 1000.00, settled 1000.00, term extended
            F1 of east: 0.00 used of 500.00, open
            0 unpaid, 0 arrivals
        "#]],
    );
}
