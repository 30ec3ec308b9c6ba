//! Coverage: every rejection that exists is provoked by a row of the tables.
use tally_contracts::Rejection;

/// The tables; their expectations are compared with what happens, so a reason found there was provoked.
const TABLES: [&str; 28] = [
    include_str!("approval.rs"),
    include_str!("collection.rs"),
    include_str!("costs.rs"),
    include_str!("default.rs"),
    include_str!("dilution.rs"),
    include_str!("credit.rs"),
    include_str!("discount.rs"),
    include_str!("dispute.rs"),
    include_str!("document.rs"),
    include_str!("facility.rs"),
    include_str!("governance.rs"),
    include_str!("guarantee.rs"),
    include_str!("late.rs"),
    include_str!("liens.rs"),
    include_str!("member.rs"),
    include_str!("money.rs"),
    include_str!("netting.rs"),
    include_str!("policy.rs"),
    include_str!("pool.rs"),
    include_str!("receivable.rs"),
    include_str!("screening.rs"),
    include_str!("settlement.rs"),
    include_str!("tranche.rs"),
    include_str!("reservation.rs"),
    include_str!("pledge.rs"),
    include_str!("priority.rs"),
    include_str!("programme.rs"),
    include_str!("recourse.rs"),
];

#[test]
fn every_rejection_is_provoked_by_a_table() {
    let missing: Vec<&str> = Rejection::ALL
        .iter()
        .map(|kind| kind.reason)
        .filter(|reason| !TABLES.iter().any(|table| table.contains(&format!("refused {reason}: "))))
        .collect();
    assert_eq!(missing, Vec::<&str>::new());
}

#[test]
fn numbers_and_reasons_are_unique_and_ordered() {
    assert!(Rejection::ALL.is_sorted_by(|one, other| one.number < other.number));
    let reasons: std::collections::BTreeSet<&str> = Rejection::ALL.iter().map(|kind| kind.reason).collect();
    assert_eq!(reasons.len(), Rejection::ALL.len());
    assert!(Rejection::ALL.iter().all(|kind| kind.number != 109), "109 is retired");
}
