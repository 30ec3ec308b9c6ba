//! Policy: effective-dated parameters.
use crate::common::cast::{date, genesis};
use crate::common::script::{LIVE, check, check_policies, check_under};
use expect_test::expect;
use std::collections::BTreeMap;
use tally_contracts::policy::{Policy, Simulation, Why};
use tally_contracts::types::{Calendar, Timestamp};

fn later(from: &str, change: impl FnOnce(&mut Policy)) -> Vec<Policy> {
    let mut policy = Policy { effective_from: date(from), ..Policy::rulebook() };
    change(&mut policy);
    vec![Policy::rulebook(), policy]
}

#[test]
fn a_transaction_is_judged_by_the_policy_in_force_at_its_block_time() {
    check_policies(
        "minimum from February on",
        later("2026-02-01", |policy| policy.min_tranche_minor = 50_000),
        &format!(
            "{LIVE}
             on 2026-01-31 23:59
             alpha splits T1 400.00 600.00
             on 2026-02-01 00:00
             alpha splits T3 300.00 300.00"
        ),
        expect![[r#"
            TrancheSplit alpha R1 T1 [T2, T3] 1000.00
            refused BELOW_MINIMUM_TRANCHE: 30000 CNY minor is below the minimum tranche of 50000 CNY minor
        "#]],
    );
}

#[test]
fn depth_and_parts_follow_the_policy() {
    check_under(
        "small",
        |policy| {
            policy.max_depth = 1;
            policy.max_parts = 2;
        },
        &format!(
            "{LIVE}
             alpha splits T1 400.00 300.00 300.00
             given alpha offers T1>beta
             given beta accepts T1
             beta offers T1>gamma"
        ),
        expect![[r#"
            refused PART_COUNT: 3 parts where 2 to 2 are allowed
            refused DEPTH_EXCEEDED: a depth of 2 is over the limit of 1
        "#]],
    );
}

#[test]
fn a_holiday_announced_after_acceptance_moves_the_settlement_day() {
    check_policies(
        "holiday announced later",
        later("2026-03-01", |policy| {
            policy.calendar.holidays.insert(date("2026-06-17"));
        }),
        &format!(
            "{LIVE}
             given east credits acme 1_000.00 ref A
             show queue
             on 2026-06-17
             show queue
             on 2026-06-18"
        ),
        expect![[r#"
            2026-06-17 00:00 Settlement 1
            0 unpaid, 0 arrivals
            2026-06-18 00:00 Settlement 1
            0 unpaid, 0 arrivals
            end: SettlementDebited acme R1 1000.00 @2026-06-18
            end: SettlementDistributed alpha with acme R1 T1 1000.00
            end: ReceivableSettled acme R1 1000.00 @2026-06-18
        "#]],
    );
}

#[test]
fn a_cancellation_after_a_new_calendar_leaves_nothing_behind() {
    check_policies(
        "cancel under another calendar",
        later("2026-03-01", |policy| {
            policy.calendar = Calendar { weekend: [2].into(), ..Calendar::weekends() }
        }),
        &format!(
            "{LIVE}
             on 2026-03-02
             given alpha cancels R1
             given acme cancels R1
             show queue
             on 2026-06-30"
        ),
        expect![[r#"
            0 unpaid, 0 arrivals
        "#]],
    );
}

#[test]
fn the_receipt_names_the_policy_that_judged() {
    let mut stage =
        crate::common::script::Stage::new(later("2026-02-01", |policy| policy.min_tranche_minor = 1));
    let midnight = date("2026-02-01").start(480).ms();
    for (time, version) in [(midnight - 1, 1), (midnight, 2)] {
        let transaction = stage.transaction("alpha trusts acme");
        stage.ledger.time = Timestamp::from_ms(time);
        let receipts = stage.ledger.block(&[transaction]);
        assert!(receipts.iter().all(|receipt| receipt.policy_version == version), "{version}");
    }
}

#[test]
fn a_policy_out_of_range_or_order_makes_no_genesis() {
    type Change = fn(&mut Policy);
    let changes: [Change; 8] = [
        |policy| policy.min_tranche_minor = 0,
        |policy| policy.max_parts = 65,
        |policy| policy.max_parts = 1,
        |policy| policy.tenor_hard_days = 179,
        |policy| policy.submission_lapse_days = u32::MAX,
        |policy| policy.utc_offset_minutes = 841,
        |policy| policy.contact_hours = (22, 8),
        |policy| policy.dpd_thresholds = [1, 1, 2, 3],
    ];
    for (row, change) in changes.into_iter().enumerate() {
        let mut policy = Policy::rulebook();
        change(&mut policy);
        assert!(genesis(vec![policy]).changes().is_err(), "row {row}");
    }
    assert!(genesis(vec![Policy::rulebook(), Policy::rulebook()]).changes().is_err(), "the same day twice");
    assert!(genesis(Vec::new()).changes().is_err(), "none at all");
    let future = Policy { effective_from: date("2026-02-01"), ..Policy::rulebook() };
    assert!(genesis(vec![future]).changes().is_err(), "none in force at the start");
}

#[test]
fn statutory_days_and_lapses_follow_the_policy() {
    check_under(
        "short",
        |policy| {
            policy.statutory_days = 30;
            policy.submission_lapse_days = 0;
            policy.acceptance_hours = 0;
        },
        "alpha submits 1.00 on acme due 2026-02-15 inv A1
         show receivables
         given acme confirms R1
         given alpha accepts R1
         alpha offers T1>beta
         alpha submits 2.00 on acme due 2026-02-14 inv B2
         on 2026-01-16 00:00
         show receivables",
        expect![[r#"
            ReceivableSubmitted alpha with acme R1 1.00 @2026-02-15
            R1 Submitted: acme owes alpha 0.00, settled 0.00, term extended
            TransferOffered alpha with beta R1 T1 1.00
            end: TransferLapsed alpha with beta R1 T1 1.00
            ReceivableSubmitted alpha with acme R2 2.00 @2026-02-14
            end: ReceivableLapsed alpha with acme R2 2.00 @2026-02-14
            R1 Live: acme owes alpha 1.00, settled 0.00, term extended
            R2 Closed, Lapsed: acme owes alpha 0.00, settled 0.00
        "#]],
    );
    check(
        "rulebook",
        "given alpha submits 1.00 on acme due 2026-02-15 inv A1\nshow receivables",
        expect![[r#"
            R1 Submitted: acme owes alpha 0.00, settled 0.00
        "#]],
    );
}

/// Replays a recorded story under `other` from a height on; what would have been refused, a line each.
fn simulated(script: &str, from: u64, other: Policy) -> String {
    let mut stage = crate::common::script::Stage::rulebook();
    stage.ledger.records = true;
    stage.run(script);
    let mut state = crate::common::memory::MemoryState::default();
    state.apply(&genesis(vec![Policy::rulebook()]).changes().expect("a sound genesis"));
    let mut simulation = Simulation::new(other).expect("a policy in range");
    let (mut lines, mut lines_of) = (String::new(), BTreeMap::new());
    for block in &stage.ledger.blocks {
        let is_judged = block.context.height.number() >= from;
        let again = simulation.block(&state, block.context, &block.transactions, is_judged);
        let again = again.expect("history runs again");
        assert_eq!(again.receipts, block.receipts, "{}", block.context.height);
        state.apply(&again.changes);
        for refusal in again.refusals {
            let place = format!("{}.{}", block.context.height, refusal.index);
            let why = match refusal.why {
                Why::Rule(rejection) => format!("{}: {rejection}", rejection.kind().reason),
                Why::Follows { transaction, receivable } => {
                    format!("follows {} by {receivable}", lines_of[&transaction])
                }
            };
            lines += &format!("{place} {}: {why}\n", refusal.sender);
            lines_of.insert(refusal.transaction, place);
        }
    }
    assert_eq!(state, stage.ledger.state, "history ends where the ledger stands");
    lines
}

const HISTORY: &str = "given alpha submits 1_000.00 on acme due 2026-08-31 inv A1 justified
    given alpha submits 2_000.00 on acme due 2026-06-17 inv A2
    given acme confirms R1
    given acme confirms R2 knowing
    given alpha accepts R1
    given alpha accepts R2
    acme confirms R2
    given alpha splits T1 400.00>beta 600.00
    given beta accepts T3
    given alpha splits T2 1_000.00 500.00 500.00
    given east credits acme 50.00 ref A
    given acme pays R1 50.00";

#[test]
fn a_simulation_lists_exactly_what_another_policy_would_have_refused_and_what_built_on_it() {
    let shorter = Policy { tenor_hard_days: 180, ..Policy::rulebook() };
    expect![[r#"
        H3.0 acme: TENOR_EXCEEDS_CAP: a tenor of 228 days is over the cap of 180
        H5.0 alpha: follows H3.0 by R1
        H8.0 alpha: follows H3.0 by R1
        H9.0 beta: follows H3.0 by R1
        H12.0 acme: follows H3.0 by R1
    "#]]
    .assert_eq(&simulated(HISTORY, 1, shorter));
    let two_parts = Policy { max_parts: 2, ..Policy::rulebook() };
    expect![[r#"
        H10.0 alpha: PART_COUNT: 3 parts where 2 to 2 are allowed
    "#]]
    .assert_eq(&simulated(HISTORY, 1, two_parts));
}

#[test]
fn a_simulation_judges_from_its_height_on_and_finds_nothing_under_the_same_policy() {
    let shorter = Policy { tenor_hard_days: 180, ..Policy::rulebook() };
    expect![[""]].assert_eq(&simulated(HISTORY, 4, shorter));
    assert_eq!(simulated(HISTORY, 1, Policy::rulebook()), "");
    assert!(Simulation::new(Policy { max_parts: 0, ..Policy::rulebook() }).is_err());
}
