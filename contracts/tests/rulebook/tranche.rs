//! Tranches: split, merge, transfer; title and its limits.
use crate::common::script::{LIVE, Stage, check, check_under};
use expect_test::expect;

#[test]
fn a_split_conserves_the_face_and_pays_others() {
    check(
        "split and pay",
        &format!(
            "{LIVE}
             alpha splits T1 300.00>beta 200.00>gamma! 500.00
             show tranches
             beta accepts T2
             gamma accepts T3
             show tranches
             alpha splits T1 500.00 500.00"
        ),
        expect![[r#"
            TrancheSplit alpha R1 T1 [T2, T3, T4] 1000.00
            TransferOffered alpha with beta R1 T2 300.00
            TransferOffered alpha with gamma R1 T3 200.00
            T2 of R1: 300.00 alpha, depth 0, offered to beta until 2026-01-18 09:00
            T3 of R1: 200.00 alpha, depth 0, offered to gamma until 2026-01-18 09:00
            T4 of R1: 500.00 alpha, depth 0
            TransferAccepted alpha with beta R1 T2 300.00
            TransferAccepted alpha with gamma R1 T3 200.00
            T2 of R1: 300.00 beta, depth 1
            T3 of R1: 200.00 gamma, depth 1, recourse [alpha]
            T4 of R1: 500.00 alpha, depth 0
            refused TRANCHE_UNKNOWN: no open tranche T1
        "#]],
    );
}

#[test]
fn a_split_that_does_not_fit_is_refused() {
    check(
        "split refused",
        &format!(
            "{LIVE}
             alpha splits T1 300.00 699.99
             alpha splits T1 300.00 700.01
             alpha splits T1 1_000.00
             alpha splits T1
             alpha splits T1 999.01 0.99
             alpha splits T1 1_000.00 0.00
             alpha splits T1 500.00 500.00EUR
             alpha splits T1 10_000_000_000_000.00 10_000_000_000_000.00
             beta splits T1 500.00 500.00
             alpha splits T9 500.00 500.00
             alpha splits T1 500.00>alpha 500.00
             alpha splits T1 500.00>acme 500.00
             alpha splits T1 500.00>beta? 500.00
             given alpha offers T1>beta
             alpha splits T1 500.00 500.00"
        ),
        expect![[r#"
            refused SPLIT_NOT_CONSERVING: the parts sum to 99999 CNY minor, the face is 100000 CNY minor
            refused SPLIT_NOT_CONSERVING: the parts sum to 100001 CNY minor, the face is 100000 CNY minor
            refused PART_COUNT: 1 parts where 2 to 64 are allowed
            refused PART_COUNT: 0 parts where 2 to 64 are allowed
            refused BELOW_MINIMUM_TRANCHE: 99 CNY minor is below the minimum tranche of 100 CNY minor
            refused BELOW_MINIMUM_TRANCHE: 0 CNY minor is below the minimum tranche of 100 CNY minor
            refused CURRENCY_MISMATCH: CNY and EUR are different currencies
            refused AMOUNT_OVERFLOW: an amount is over the limit of 10^15 minor units
            refused NOT_HOLDER: the sender does not hold T1
            refused TRANCHE_UNKNOWN: no open tranche T9
            refused COUNTERPARTY_IS_SELF: alpha cannot be its own counterparty
            refused RECIPIENT_NOT_ELIGIBLE: acme cannot hold this tranche: it is its anchor, or neither Supplier, Funder nor Guarantor
            refused TRADE_REFERENCE_MISSING: a transfer to beta needs a trade reference
            refused TRANCHE_OFFERED: T1 is offered and waits for an answer
        "#]],
    );
}

#[test]
fn a_split_has_2_to_64_parts() {
    let parts = |count: usize| {
        let rest = 1_000 - (count - 1);
        format!("alpha splits T1 {rest}.00{}", " 1.00".repeat(count - 1))
    };
    let mut stage = Stage::rulebook();
    stage.run(LIVE);
    expect![[r#"
        refused PART_COUNT: 65 parts where 2 to 64 are allowed
    "#]]
    .assert_eq(&stage.run(&parts(65)));
    let shown = stage.run(&parts(64));
    assert!(shown.starts_with("TrancheSplit alpha R1 T1 [T2, T3"), "{shown}");
}

#[test]
fn a_receivable_has_at_most_1000_open_tranches() {
    let mut stage = Stage::rulebook();
    stage.run(
        "given alpha submits 100_000.00 on acme due 2026-06-17 inv A1
         given acme confirms R1
         given alpha accepts R1",
    );
    let mut whole = 1;
    let mut left = 100_000;
    let mut next = 2;
    stage.ledger.thorough = false;
    for _ in 0..15 {
        left -= 63;
        let shown = stage.run(&format!("alpha splits T{whole}{} {left}.00", " 1.00".repeat(63)));
        assert!(shown.starts_with("TrancheSplit"), "{shown}");
        whole = next + 63;
        next += 64;
    }
    stage.ledger.check();
    // 946 are open: one more split into 56 makes 1,001
    expect![[r#"
        refused OPEN_TRANCHES_LIMIT: R1 would have more than 1000 open tranches
    "#]]
    .assert_eq(&stage.run(&format!("alpha splits T{whole}{} {}.00", " 1.00".repeat(55), left - 55)));
    let shown = stage.run(&format!("alpha splits T{whole}{} {}.00", " 1.00".repeat(54), left - 54));
    assert!(shown.starts_with("TrancheSplit"), "{shown}");
    stage.run("given east credits acme 100_000.00 ref A");
    let shown = stage.run("on 2026-06-17");
    assert_eq!(shown.lines().filter(|line| line.contains("SettlementDistributed")).count(), 1_000);
    assert!(shown.contains("ReceivableSettled"));
    stage.ledger.check();
}

#[test]
fn title_moves_when_the_recipient_accepts() {
    check(
        "transfer",
        &format!(
            "{LIVE}
             alpha offers T1>beta
             alpha offers T1>gamma
             gamma accepts T1
             alpha accepts T1
             gamma declines T1
             beta declines T1
             beta accepts T1
             beta declines T1
             alpha offers T1>beta!
             alpha declines T1
             alpha offers T1>beta!
             beta accepts T1
             alpha offers T1>gamma
             beta offers T1>gamma!
             gamma accepts T1
             show tranches"
        ),
        expect![[r#"
            TransferOffered alpha with beta R1 T1 1000.00
            refused TRANCHE_OFFERED: T1 is offered and waits for an answer
            refused NOT_RECIPIENT: T1 is not offered to the sender
            refused NOT_RECIPIENT: T1 is not offered to the sender
            refused NOT_RECIPIENT: T1 is not offered to the sender
            TransferDeclined alpha with beta R1 T1 1000.00
            refused NOT_OFFERED: T1 is not on offer
            refused NOT_OFFERED: T1 is not on offer
            TransferOffered alpha with beta R1 T1 1000.00
            TransferDeclined alpha with beta R1 T1 1000.00
            TransferOffered alpha with beta R1 T1 1000.00
            TransferAccepted alpha with beta R1 T1 1000.00
            refused NOT_HOLDER: the sender does not hold T1
            TransferOffered beta with gamma R1 T1 1000.00
            TransferAccepted beta with gamma R1 T1 1000.00
            T1 of R1: 1000.00 gamma, depth 2, recourse [alpha, beta]
        "#]],
    );
}

#[test]
fn title_moves_to_those_who_may_hold_it() {
    check(
        "recipients",
        &format!(
            "{LIVE}
             alpha offers T1>alpha
             alpha offers T1>acme
             alpha offers T1>watch
             alpha offers T1>idle
             alpha offers T1>nobody
             alpha offers T1>beta?
             alpha offers T1>guard?
             alpha offers T9>beta
             # a funder buys without a trade; offers to both kinds may follow each other
             alpha offers T1>fund?
             alpha declines T1
             alpha offers T1>guard
             alpha declines T1
             # bolt supplies as well, but not to itself
             given alpha submits 5.00 on bolt due 2026-06-17 inv B1
             given bolt confirms R2
             given alpha accepts R2
             alpha offers T1>bolt
             alpha offers T2>bolt"
        ),
        expect![[r#"
            refused COUNTERPARTY_IS_SELF: alpha cannot be its own counterparty
            refused RECIPIENT_NOT_ELIGIBLE: acme cannot hold this tranche: it is its anchor, or neither Supplier, Funder nor Guarantor
            refused RECIPIENT_NOT_ELIGIBLE: watch cannot hold this tranche: it is its anchor, or neither Supplier, Funder nor Guarantor
            refused MEMBER_NOT_ACTIVE: member idle is not active
            refused MEMBER_UNKNOWN: no member nobody on this ledger
            refused TRADE_REFERENCE_MISSING: a transfer to beta needs a trade reference
            refused TRADE_REFERENCE_MISSING: a transfer to guard needs a trade reference
            refused TRANCHE_UNKNOWN: no open tranche T9
            TransferOffered alpha with fund R1 T1 1000.00
            TransferDeclined alpha with fund R1 T1 1000.00
            TransferOffered alpha with guard R1 T1 1000.00
            TransferDeclined alpha with guard R1 T1 1000.00
            TransferOffered alpha with bolt R1 T1 1000.00
            refused RECIPIENT_NOT_ELIGIBLE: bolt cannot hold this tranche: it is its anchor, or neither Supplier, Funder nor Guarantor
        "#]],
    );
}

#[test]
fn an_unanswered_offer_returns_after_72_hours() {
    check(
        "lapse",
        &format!(
            "{LIVE}
             given alpha offers T1>beta
             show queue
             on 2026-01-18 09:00
             show tranches
             on 2026-01-18 09:01
             beta accepts T1
             alpha offers T1>gamma"
        ),
        expect![[r#"
            2026-01-18 09:00 OfferLapse 1
            2026-06-17 00:00 Settlement 1
            0 unpaid, 0 arrivals
            T1 of R1: 1000.00 alpha, depth 0, offered to beta until 2026-01-18 09:00
            end: TransferLapsed alpha with beta R1 T1 1000.00
            refused NOT_OFFERED: T1 is not on offer
            TransferOffered alpha with gamma R1 T1 1000.00
        "#]],
    );
}

#[test]
fn a_standing_acceptance_moves_title_at_once() {
    check(
        "standing acceptance",
        &format!(
            "{LIVE}
             given beta trusts alpha
             alpha splits T1 400.00>beta 600.00
             alpha offers T3>beta!
             show tranches
             beta merges T2 T3"
        ),
        expect![[r#"
            TrancheSplit alpha R1 T1 [T2, T3] 1000.00
            TransferAccepted alpha with beta R1 T2 400.00
            TransferAccepted alpha with beta R1 T3 600.00
            T2 of R1: 400.00 beta, depth 1
            T3 of R1: 600.00 beta, depth 1, recourse [alpha]
            refused MERGE_MISMATCH: T3 does not match the first tranche
        "#]],
    );
}

#[test]
fn a_tranche_is_transferred_ten_times_at_most() {
    let mut stage = Stage::rulebook();
    stage.run(LIVE);
    stage.run("given beta trusts alpha\ngiven alpha trusts beta");
    for round in 0..5 {
        let shown = stage.run("alpha offers T1>beta\nbeta offers T1>alpha");
        assert_eq!(shown.matches("TransferAccepted").count(), 2, "round {round}: {shown}");
    }
    expect![[r#"
        refused DEPTH_EXCEEDED: a depth of 11 is over the limit of 10
        refused DEPTH_EXCEEDED: a depth of 11 is over the limit of 10
        TrancheDiscounted alpha with east R1 T1 F1 1000.00 for 987.25
    "#]]
    .assert_eq(&stage.run(
        "alpha offers T1>beta
         alpha splits T1 500.00>beta 500.00
         given east opens on acme limit 1_000.00 rate 3.00
         alpha discounts T1",
    ));
}

#[test]
fn what_is_alike_merges() {
    check(
        "merge",
        &format!(
            "{LIVE}
             given alpha splits T1 100.00 200.00 300.00 400.00
             alpha merges T2 T4
             alpha merges T2
             alpha merges T3
             alpha merges T3 T3
             alpha merges T3 T9
             beta merges T3 T5
             given alpha offers T5>beta
             alpha merges T3 T5
             given beta accepts T5
             given beta offers T5>alpha!
             given alpha accepts T5
             alpha merges T3 T5
             alpha merges T3 T6
             show tranches"
        ),
        expect![[r#"
            TranchesMerged alpha R1 T6 [T2, T4] 400.00
            refused MERGE_COUNT: 1 tranches where 2 to 64 are allowed
            refused MERGE_COUNT: 1 tranches where 2 to 64 are allowed
            refused MERGE_REPEATED: T3 stands twice in the merge
            refused TRANCHE_UNKNOWN: no open tranche T9
            refused NOT_HOLDER: the sender does not hold T3
            refused TRANCHE_OFFERED: T5 is offered and waits for an answer
            refused MERGE_MISMATCH: T5 does not match the first tranche
            TranchesMerged alpha R1 T7 [T3, T6] 600.00
            T5 of R1: 400.00 alpha, depth 2, recourse [beta]
            T7 of R1: 600.00 alpha, depth 0
        "#]],
    );
}

#[test]
fn what_differs_does_not_merge() {
    check(
        "merge mismatch",
        &format!(
            "{LIVE}
             given alpha submits 50.00 on acme due 2026-06-17 inv B2
             given acme confirms R2
             given alpha accepts R2
             alpha merges T1 T2
             given east opens on acme limit 300.00 rate 3.00
             given east opens on acme limit 300.00 rate 3.10
             given alpha discounts T1 600.00
             show tranches
             east merges T3 T4
             given east splits T3 100.00 200.00
             east merges T6 T7
             show facilities"
        ),
        expect![[r#"
            refused MERGE_MISMATCH: T2 does not match the first tranche
            T2 of R2: 50.00 alpha, depth 0
            T3 of R1: 300.00 east, depth 0, bought under F1 from alpha
            T4 of R1: 300.00 east, depth 0, bought under F2 from alpha
            T5 of R1: 400.00 alpha, depth 0
            refused MERGE_MISMATCH: T4 does not match the first tranche
            TranchesMerged east R1 T8 [T6, T7] 300.00
            F1 of east: 300.00 used of 300.00, open
            F2 of east: 300.00 used of 300.00, open
            F1 bought 300.00 from alpha
            F2 bought 300.00 from alpha
        "#]],
    );
}

#[test]
fn a_merge_takes_64_at_most() {
    let mut stage = Stage::rulebook();
    stage.run(LIVE);
    stage.run(&format!("given alpha splits T1 937.00{}", " 1.00".repeat(63)));
    stage.run(&format!("given alpha splits T2 935.00{}", " 1.00".repeat(2)));
    let ids = |range: std::ops::RangeInclusive<u32>| range.map(|id| format!(" T{id}")).collect::<String>();
    expect![[r#"
        refused MERGE_COUNT: 65 tranches where 2 to 64 are allowed
    "#]]
    .assert_eq(&stage.run(&format!("alpha merges{}", ids(3..=67))));
    let shown = stage.run(&format!("alpha merges{}", ids(3..=66)));
    assert!(shown.starts_with("TranchesMerged alpha R1 T"), "{shown}");
}

#[test]
fn recourse_is_refused_where_the_policy_forbids_it() {
    check_under(
        "recourse",
        |policy| policy.allow_recourse = false,
        &format!(
            "{LIVE}
             alpha offers T1>beta!
             alpha splits T1 500.00>beta! 500.00
             east opens on acme limit 1.00 rate 3.00 recourse
             alpha offers T1>beta"
        ),
        expect![[r#"
            refused RECOURSE_NOT_ALLOWED: the policy does not allow recourse
            refused RECOURSE_NOT_ALLOWED: the policy does not allow recourse
            refused RECOURSE_NOT_ALLOWED: the policy does not allow recourse
            TransferOffered alpha with beta R1 T1 1000.00
        "#]],
    );
}

#[test]
fn a_transferor_with_recourse_stands_in_the_chain_once() {
    check(
        "recourse chain",
        &format!(
            "{LIVE}
             given beta trusts alpha
             given alpha trusts beta
             given alpha offers T1>beta!
             given beta offers T1>alpha!
             given alpha offers T1>beta!
             show tranches"
        ),
        expect![[r#"
            T1 of R1: 1000.00 beta, depth 3, recourse [alpha, beta]
        "#]],
    );
}
