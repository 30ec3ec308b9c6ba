//! Governance: what more than 2/3 of validator power decides. East and west validate with power 1 each.
use crate::common::cast::member;
use crate::common::script::{LIVE, Stage, check};
use expect_test::expect;
use tally_contracts::genesis::ValidatorSet;
use tally_contracts::governance::{Proposal, ProposalStatus, Vote};
use tally_contracts::state::Key;
use tally_contracts::types::{Height, ProposalId};

#[test]
fn more_than_two_thirds_of_power_pass_a_proposal() {
    check(
        "admission",
        "east proposes admit delta as anchor,supplier because a new buyer
         show proposals
         west votes for G1
         show proposals
         delta trusts acme
         west votes for G1
         west votes for G2",
        expect![[r#"
            ProposalSubmitted east "G1: admit delta"
            ProposalVoted east "G1 in favour: 1 for, 0 against of 2"
            G1 admit delta: open, 1 for, 0 against of 2, until 2026-02-15 00:00
              member delta legal name: "" → "delta Ltd."
              member delta identifiers: "" → "TEST:delta"
              member delta roles: "" → "Anchor, Supplier"
              member delta keys: "" → "a1630f3ada2f870a527bd8b7c8eda70d0f4c9c1605d26e221c6401006744f776 Both"
            ProposalVoted west "G1 in favour: 2 for, 0 against of 2"
            ProposalPassed east "G1: admit delta"
            MemberAdmitted delta
            G1 admit delta: passed at H2, 2 for, 0 against of 2, until 2026-02-15 00:00
              member delta legal name: "" → "delta Ltd."
              member delta identifiers: "" → "TEST:delta"
              member delta roles: "" → "Anchor, Supplier"
              member delta keys: "" → "a1630f3ada2f870a527bd8b7c8eda70d0f4c9c1605d26e221c6401006744f776 Both"
            StandingAcceptanceSet delta with acme "active"
            refused PROPOSAL_NOT_OPEN: G1 takes no votes any more
            refused PROPOSAL_UNKNOWN: no proposal G2
        "#]],
    );
}

#[test]
fn who_may_propose_and_vote() {
    check(
        "voters",
        "acme proposes suspend alpha
         watch proposes suspend alpha
         watch votes for G1
         east votes for G1
         east votes for G1
         west votes against G1
         show proposals",
        expect![[r#"
            refused NOT_A_VOTER: acme operates no validator
            ProposalSubmitted watch "G1: set alpha to Suspended"
            refused NOT_A_VOTER: watch operates no validator
            ProposalVoted east "G1 in favour: 1 for, 0 against of 2"
            refused VOTED_BEFORE: east already voted on G1
            ProposalVoted west "G1 against: 1 for, 1 against of 2"
            ProposalRefused watch "G1: set alpha to Suspended"
            G1 set alpha to Suspended: refused at H6, 1 for, 1 against of 2, until 2026-02-15 00:00
              member alpha status: "Active" → "Suspended"
        "#]],
    );
}

#[test]
fn what_cannot_be_carried_out_is_not_put_to_the_vote() {
    check(
        "nothing to vote on",
        "east proposes admit alpha
         east proposes admit delta as -
         east proposes suspend nobody
         east proposes reactivate acme
         east proposes suspend acme days 0
         east proposes suspend acme days 91
         east proposes suspend acme because
         east proposes roles acme -
         east proposes roles acme anchor
         east proposes limit alpha 1.00
         east proposes no-limit acme CNY
         east proposes exit east
         show proposals
         show queue",
        expect![[r#"
            refused MEMBER_EXISTS: member alpha exists
            refused ROLES_EMPTY: delta would have no role
            refused MEMBER_UNKNOWN: no member nobody on this ledger
            refused PROPOSAL_CHANGES_NOTHING: the proposal changes nothing
            refused PROPOSAL_PERIOD: 0 days where 1 to 90 are allowed
            refused PROPOSAL_PERIOD: 91 days where 1 to 90 are allowed
            refused TEXT_MISSING: reason must not be empty
            refused ROLES_EMPTY: acme would have no role
            refused PROPOSAL_CHANGES_NOTHING: the proposal changes nothing
            refused ROLE_MISSING: member alpha does not have the role Anchor
            refused PROPOSAL_CHANGES_NOTHING: the proposal changes nothing
            refused MEMBER_OPERATES_MACHINE: east operates a validator or observer and cannot leave
            0 unpaid, 0 arrivals
        "#]],
    );
}

#[test]
fn a_suspended_member_does_nothing_until_it_is_reactivated_and_who_left_never_again() {
    check(
        "suspension",
        "given east proposes suspend alpha
         west votes for G1
         alpha trusts acme
         given east proposes reactivate alpha
         west votes for G2
         alpha trusts acme
         given east proposes exit alpha
         west votes for G3
         alpha trusts acme
         east proposes reactivate alpha",
        expect![[r#"
            ProposalVoted west "G1 in favour: 2 for, 0 against of 2"
            ProposalPassed east "G1: set alpha to Suspended"
            MemberStatusSet alpha "Suspended"
            refused MEMBER_NOT_ACTIVE: member alpha is not active
            ProposalVoted west "G2 in favour: 2 for, 0 against of 2"
            ProposalPassed east "G2: set alpha to Active"
            MemberStatusSet alpha "Active"
            StandingAcceptanceSet alpha with acme "active"
            ProposalVoted west "G3 in favour: 2 for, 0 against of 2"
            ProposalPassed east "G3: set alpha to Exited"
            MemberStatusSet alpha "Exited"
            refused MEMBER_NOT_ACTIVE: member alpha is not active
            refused MEMBER_EXITED: alpha left for good
        "#]],
    );
}

#[test]
fn roles_are_granted_and_taken() {
    check(
        "roles",
        "alpha issues 10.00 to beta due 2026-03-01 inv A1
         given east proposes roles alpha anchor,supplier
         show proposals
         west votes for G1
         alpha issues 10.00 to beta due 2026-03-01 inv A1
         given east proposes roles alpha supplier
         west votes for G2
         alpha issues 10.00 to beta due 2026-03-01 inv A2",
        expect![[r#"
            refused ROLE_MISSING: member alpha does not have the role Anchor
            G1 set the roles of alpha: open, 1 for, 0 against of 2, until 2026-02-15 00:00
              member alpha roles: "Supplier" → "Anchor, Supplier"
            ProposalVoted west "G1 in favour: 2 for, 0 against of 2"
            ProposalPassed east "G1: set the roles of alpha"
            MemberRolesSet alpha "Anchor, Supplier"
            ReceivableSubmitted alpha with beta R1 10.00 @2026-03-01
            ReceivableConfirmed alpha with beta R1 10.00 @2026-03-01
            ProposalVoted west "G2 in favour: 2 for, 0 against of 2"
            ProposalPassed east "G2: set the roles of alpha"
            MemberRolesSet alpha "Supplier"
            refused ROLE_MISSING: member alpha does not have the role Anchor
        "#]],
    );
}

#[test]
fn a_proposal_lapses_and_a_change_that_became_impossible_is_not_carried_out() {
    check(
        "lapse",
        "given east proposes admit delta days 2
         given east registers delta
         west votes for G1
         show queue
         on 2026-01-17 23:59
         on 2026-01-18 00:00
         west votes for G1
         show proposals",
        expect![[r#"
            refused MEMBER_EXISTS: member delta exists
            2026-01-18 00:00 ProposalLapse 1
            0 unpaid, 0 arrivals
            end: ProposalLapsed east "G1: admit delta"
            refused PROPOSAL_NOT_OPEN: G1 takes no votes any more
            G1 admit delta: lapsed at H5, 1 for, 0 against of 2, until 2026-01-18 00:00
              member delta legal name: "" → "delta Ltd."
              member delta identifiers: "" → "TEST:delta"
              member delta roles: "" → "Anchor"
              member delta keys: "" → "a1630f3ada2f870a527bd8b7c8eda70d0f4c9c1605d26e221c6401006744f776 Both"
        "#]],
    );
}

#[test]
fn validators_change_by_vote_and_vote_by_their_powers() {
    check(
        "validators",
        "given east proposes validator fund 3 power 4
         show proposals
         west votes for G1
         show validators
         given east proposes observer watch 9
         west votes for G2
         fund votes for G2
         given fund proposes without-validator 1
         west votes for G3
         east proposes suspend acme
         given fund proposes without-observer 9
         west votes for G4
         show validators",
        expect![[r#"
            G1 let fund validate with power 4: open, 1 for, 0 against of 2, until 2026-02-15 00:00
              validator 0303030303030303030303030303030303030303030303030303030303030303: "" → "fund with power 4, peer key 6767676767676767676767676767676767676767676767676767676767676767"
              power in all: "2 of 2 validators" → "6 of 3 validators"
            ProposalVoted west "G1 in favour: 2 for, 0 against of 2"
            ProposalPassed east "G1: let fund validate with power 4"
            ValidatorsChanged fund "validator 0303030303030303030303030303030303030303030303030303030303030303 with power 4"
            east votes with key 1 and power 1
            west votes with key 2 and power 1
            fund votes with key 3 and power 4
            ProposalVoted west "G2 in favour: 2 for, 0 against of 6"
            ProposalVoted fund "G2 in favour: 6 for, 0 against of 6"
            ProposalPassed east "G2: let watch observe"
            ValidatorsChanged watch "observer 6d6d6d6d6d6d6d6d6d6d6d6d6d6d6d6d6d6d6d6d6d6d6d6d6d6d6d6d6d6d6d6d"
            ProposalVoted west "G3 in favour: 5 for, 0 against of 6"
            ProposalPassed fund "G3: remove validator 0101010101010101010101010101010101010101010101010101010101010101"
            ValidatorsChanged east "validator 0101010101010101010101010101010101010101010101010101010101010101 removed"
            refused NOT_A_VOTER: east operates no validator
            refused PROPOSAL_NOT_OPEN: G4 takes no votes any more
            west votes with key 2 and power 1
            fund votes with key 3 and power 4
        "#]],
    );
}

#[test]
fn a_set_that_consensus_could_not_run_with_is_refused() {
    check(
        "no such set",
        "east proposes validator fund 3 power 0
         east proposes validator fund 3 power 2305843009213693951
         east proposes validator idle 3
         east proposes validator fund 101
         east proposes validator fund alpha/1
         east proposes without-validator 7
         east proposes without-observer 7
         east proposes observer watch 1
         given east proposes without-validator 1
         given west votes for G1
         west proposes without-validator 2",
        expect![[r#"
            refused VALIDATOR_SET_INVALID: the set would break a rule: powers must be more than zero and sum to less than an eighth of what 64 bits hold
            refused VALIDATOR_SET_INVALID: the set would break a rule: powers must be more than zero and sum to less than an eighth of what 64 bits hold
            refused MEMBER_NOT_ACTIVE: member idle is not active
            refused VALIDATOR_SET_INVALID: the set would break a rule: each machine has a peer key of its own, and each validator a consensus key
            refused KEY_TAKEN: key 68820175fd2555598baaeb528932d5575998697ba4eb051f18848c1f5bb77102 is already registered
            refused MACHINE_UNKNOWN: no validator or observer has the key 0707070707070707070707070707070707070707070707070707070707070707
            refused MACHINE_UNKNOWN: no validator or observer has the key 6b6b6b6b6b6b6b6b6b6b6b6b6b6b6b6b6b6b6b6b6b6b6b6b6b6b6b6b6b6b6b6b
            refused VALIDATOR_SET_INVALID: the set would break a rule: each machine has a peer key of its own, and each validator a consensus key
            refused VALIDATOR_SET_INVALID: the set would break a rule: validators must be there, each once, in order of consensus keys
        "#]],
    );
}

#[test]
fn a_policy_is_entered_by_vote_from_a_later_day_on() {
    check(
        "policy",
        "east proposes policy 2 from 2026-01-15 hard 200
         east proposes policy 3 from 2026-01-20 hard 200
         east proposes policy 2 from 2026-01-20 hard 100
         given east proposes policy 2 from 2026-01-20 hard 200 parts 3
         given east proposes policy 2 from 2026-01-21 hard 300
         show proposals
         west votes for G1
         west votes for G2
         east proposes policy 3 from 2026-01-20 hard 300
         given alpha submits 1.00 on acme due 2026-08-31 inv A1 justified
         given alpha submits 1.00 on acme due 2026-08-31 inv A2 justified
         on 2026-01-19
         acme confirms R1 knowing
         on 2026-01-20
         acme confirms R2 knowing",
        expect![[r#"
            refused POLICY_NOT_FUTURE: the policy would be in force from 2026-01-15, which is not after 2026-01-15
            refused POLICY_VERSION_STALE: policy 3 where 2 is next
            refused POLICY_INVALID: the policy breaks a rule: the soft tenor cap is over the hard one
            G1 policy 2 from 2026-01-20: open, 1 for, 0 against of 2, until 2026-02-15 00:00
              effective_from: "1970-01-01" → "2026-01-20"
              tenor_hard_days: "365" → "200"
              max_parts: "64" → "3"
            G2 policy 2 from 2026-01-21: open, 1 for, 0 against of 2, until 2026-02-15 00:00
              effective_from: "1970-01-01" → "2026-01-21"
              tenor_hard_days: "365" → "300"
            ProposalVoted west "G1 in favour: 2 for, 0 against of 2"
            ProposalPassed east "G1: policy 2 from 2026-01-20"
            PolicyEntered @2026-01-20
            refused POLICY_VERSION_STALE: policy 2 where 3 is next
            refused POLICY_ORDER: the policy would be in force from 2026-01-20, which is not after the latest one's 2026-01-20
            ReceivableConfirmed acme with alpha R1 1.00 @2026-08-31
            refused TENOR_EXCEEDS_CAP: a tenor of 223 days is over the cap of 200
        "#]],
    );
}

#[test]
fn a_policy_that_is_passed_too_late_is_not_entered() {
    check(
        "too late",
        "given east proposes policy 2 from 2026-01-20 hard 200
         on 2026-01-20
         west votes for G1",
        expect![[r#"
            refused POLICY_NOT_FUTURE: the policy would be in force from 2026-01-20, which is not after 2026-01-20
        "#]],
    );
}

#[test]
fn an_anchor_confirms_within_its_limit_and_pays_to_have_more_of_it() {
    check(
        "anchor limit",
        &format!(
            "{LIVE}
             given east proposes limit acme 1_500.00
             show proposals
             west votes for G1
             given alpha submits 600.00 on acme due 2026-06-17 inv A2
             acme confirms R2
             acme confirms R2 500.00 because less
             acme issues 0.01 to beta due 2026-06-17 inv B1
             acme issues 5.00EUR to beta due 2026-06-17 inv B1
             alpha declines R2
             acme issues 500.00 to beta due 2026-06-17 inv B1 knowing
             given east credits acme 100.00 ref A
             acme pays R1 100.00
             acme issues 100.00 to beta due 2026-06-17 inv B2
             given east proposes no-limit acme CNY
             west votes for G2
             acme issues 100.00 to beta due 2026-06-17 inv B3 knowing"
        ),
        expect![[r#"
            G1 limit acme to 150000 CNY minor: open, 1 for, 0 against of 2, until 2026-02-15 00:00
              anchor acme limit in CNY: "" → "150000 CNY minor"
            ProposalVoted west "G1 in favour: 2 for, 0 against of 2"
            ProposalPassed east "G1: limit acme to 150000 CNY minor"
            AnchorLimitSet acme 1500.00
            refused ANCHOR_LIMIT_EXCEEDED: acme owes 100000 CNY minor of at most 150000 CNY minor and cannot confirm 60000 CNY minor more
            ReceivableConfirmed acme with alpha R2 500.00 @2026-06-17 "less"
            refused ANCHOR_LIMIT_EXCEEDED: acme owes 150000 CNY minor of at most 150000 CNY minor and cannot confirm 1 CNY minor more
            ReceivableSubmitted acme with beta R3 5.00EUR @2026-06-17
            ReceivableConfirmed acme with beta R3 5.00EUR @2026-06-17
            ReceivableDeclined alpha with acme R2 600.00 @2026-06-17
            ReceivableSubmitted acme with beta R4 500.00 @2026-06-17
            ReceivableConfirmed acme with beta R4 500.00 @2026-06-17
            SettlementDebited acme R1 100.00 @2026-01-15
            SettlementDistributed alpha with acme R1 T1 100.00
            ReceivableSubmitted acme with beta R5 100.00 @2026-06-17
            ReceivableConfirmed acme with beta R5 100.00 @2026-06-17
            ProposalVoted west "G2 in favour: 2 for, 0 against of 2"
            ProposalPassed east "G2: remove the limit of acme in CNY"
            AnchorLimitSet acme "removed"
            ReceivableSubmitted acme with beta R6 100.00 @2026-06-17
            ReceivableConfirmed acme with beta R6 100.00 @2026-06-17
        "#]],
    );
}

#[test]
fn exactly_two_thirds_are_not_enough() {
    let mut stage = Stage::rulebook();
    stage.run(
        "given east proposes validator fund 3
         given west votes for G1
         given east proposes suspend acme
         given west votes for G2",
    );
    let mut proposal: Proposal = stage.ledger.state.get(Key::Proposal(ProposalId::new(2))).unwrap();
    assert_eq!(proposal.status, ProposalStatus::Open, "2 of 3");
    let validators: ValidatorSet = stage.ledger.state.get(Key::Validators).unwrap();
    assert!(!proposal.tally(&validators).can_no_longer_pass());
    let against = Vote { member: member("fund"), in_favour: false, height: Height::new(9) };
    proposal.votes.push(against);
    assert!(proposal.tally(&validators).can_no_longer_pass());
    let passed = stage.run("fund votes for G2");
    assert!(passed.contains("ProposalPassed"), "{passed}");
}

#[test]
fn a_validator_that_contradicted_itself_is_on_record_once_for_each_round_and_can_be_removed() {
    check(
        "misbehaviour",
        "given east proposes validator east 1 power 3
         given west votes for G1
         given east proposes validator fund 3
         alpha accuses 3 of prevote at 2 round 0 for A and B
         beta accuses 3 of precommit at 2 round 0 for A and nil
         beta accuses 3 of precommit at 2 round 1 for A and nil
         alpha accuses 3 of prevote at 2 round 2 for A and A
         alpha accuses 3 of proposal at 999 round 0 for A and B
         alpha accuses 9 of prevote at 2 round 0 for A and B
         show misbehaviour
         east proposes without-validator 3 because of misbehaviour
         alpha accuses 3 of prevote at 3 round 0 for A and B
         west votes for G3
         alpha accuses 3 of prevote at 4 round 0 for A and B
         show misbehaviour
         show validators",
        expect![[r#"
            MisbehaviourReported fund with alpha "validator 0303030303030303030303030303030303030303030303030303030303030303: two prevotes at H2 round 0"
            refused MISBEHAVIOUR_KNOWN: that validator 0303030303030303030303030303030303030303030303030303030303030303 contradicted itself at H2 in round 0 is on record
            MisbehaviourReported fund with beta "validator 0303030303030303030303030303030303030303030303030303030303030303: two precommits at H2 round 1"
            refused STATEMENTS_AGREE: validator 0303030303030303030303030303030303030303030303030303030303030303 did not contradict itself
            refused STATEMENTS_AHEAD: the statements are about H999, and this is H8
            refused MACHINE_UNKNOWN: no validator or observer has the key 0909090909090909090909090909090909090909090909090909090909090909
            fund with key 3: two prevotes at H2 round 0, by alpha at H4
            fund with key 3: two precommits at H2 round 1, by beta at H6
            ProposalSubmitted east "G3: remove validator 0303030303030303030303030303030303030303030303030303030303030303"
            ProposalVoted east "G3 in favour: 3 for, 0 against of 5"
            MisbehaviourReported fund with alpha "validator 0303030303030303030303030303030303030303030303030303030303030303: two prevotes at H3 round 0"
            ProposalVoted west "G3 in favour: 4 for, 0 against of 5"
            ProposalPassed east "G3: remove validator 0303030303030303030303030303030303030303030303030303030303030303"
            ValidatorsChanged fund "validator 0303030303030303030303030303030303030303030303030303030303030303 removed"
            refused MACHINE_UNKNOWN: no validator or observer has the key 0303030303030303030303030303030303030303030303030303030303030303
            fund with key 3: two prevotes at H2 round 0, by alpha at H4
            fund with key 3: two precommits at H2 round 1, by beta at H6
            fund with key 3: two prevotes at H3 round 0, by alpha at H11
            east votes with key 1 and power 3
            west votes with key 2 and power 1
        "#]],
    );
}
