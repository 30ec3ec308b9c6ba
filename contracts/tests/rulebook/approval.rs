//! Approval policies and attestations: how many keys sign for a member, and who vouches for it.
use crate::common::script::{LIVE, Stage, check};
use expect_test::expect;

/// Alpha has a key that makes (2), one that checks (3), and its first, which does both.
const KEYS: &str = "given alpha adds key alpha/2 as maker
    given alpha adds key alpha/3 as checker
    given east credits alpha 10_000.00 ref A
    ";

#[test]
fn amounts_decide_how_many_keys_sign() {
    check(
        "bands",
        &format!(
            "{KEYS}
             alpha approves money:100.00=2 money:1_000.00=3+
             alpha moves 99.99 at east to beta
             alpha moves 100.00 at east to beta
             alpha/1,1 moves 100.00 at east to beta
             alpha/1,2 moves 100.00 at east to beta
             alpha/1,2 moves 1_000.00 at east to beta
             alpha/1,2,3 moves 1_000.00 at east to beta
             alpha/1,2 draws 1_000.00 at east to IBAN
             alpha trusts acme
             alpha/1,2,3 trusts acme
             alpha submits 5_000.00 on acme due 2026-06-17 inv A1"
        ),
        expect![[r#"
            ApprovalPolicySet alpha "2 rules"
            DepositMoved alpha with beta 99.99
            refused APPROVAL_INSUFFICIENT: 1 approvals where 2 are needed
            refused APPROVAL_INSUFFICIENT: 1 approvals where 2 are needed
            DepositMoved alpha with beta 100.00
            refused APPROVAL_INSUFFICIENT: 2 approvals where 3 are needed
            DepositMoved alpha with beta 1000.00
            refused APPROVAL_INSUFFICIENT: 2 approvals where 3 are needed
            refused APPROVAL_INSUFFICIENT: 1 approvals where 3 are needed
            StandingAcceptanceSet alpha with acme "active"
            ReceivableSubmitted alpha with acme R1 5000.00 @2026-06-17
        "#]],
    );
}

#[test]
fn what_one_key_makes_another_one_checks() {
    check(
        "maker and checker",
        &format!(
            "{KEYS}
             given alpha adds key alpha/4 as maker
             given alpha approves money=2+
             alpha/1 moves 1.00 at east to beta
             alpha/2,4 moves 1.00 at east to beta
             alpha/2,3 moves 1.00 at east to beta
             alpha/1,4 moves 1.00 at east to beta
             alpha/1,3 moves 1.00 at east to beta"
        ),
        expect![[r#"
            refused APPROVAL_INSUFFICIENT: 1 approvals where 2 are needed
            refused MAKER_OR_CHECKER_MISSING: the keys that signed for alpha do not both enter and check
            DepositMoved alpha with beta 1.00
            DepositMoved alpha with beta 1.00
            DepositMoved alpha with beta 1.00
        "#]],
    );
}

#[test]
fn the_rules_cannot_be_changed_or_starved_by_fewer_keys_than_they_ask_for() {
    check(
        "changing the rules",
        &format!(
            "{KEYS}
             alpha approves tranche=0
             alpha approves tranche=9
             alpha approves tranche=2 tranche=3
             alpha approves tranche=4
             given alpha approves tranche=3+
             alpha approves
             alpha adds key alpha/5
             alpha/1,2,3 revokes key alpha/3
             given alpha/1,2,3 adds key alpha/5 as checker
             alpha/1,2,3 revokes key alpha/3
             given alpha/1,2,5 approves
             alpha trusts acme"
        ),
        expect![[r#"
            refused APPROVAL_RULES_INVALID: the approval rules are not valid: a rule asks for 1 to 8 keys
            refused APPROVAL_RULES_INVALID: the approval rules are not valid: a rule asks for 1 to 8 keys
            refused APPROVAL_RULES_INVALID: the approval rules are not valid: two rules are for the same class and amount
            refused APPROVAL_UNSATISFIABLE: alpha has 3 keys, which cannot give the 4 approvals that its strictest rule asks for
            refused APPROVAL_INSUFFICIENT: 1 approvals where 3 are needed
            refused APPROVAL_INSUFFICIENT: 1 approvals where 3 are needed
            refused APPROVAL_UNSATISFIABLE: alpha has 2 keys, which cannot give the 3 approvals that its strictest rule asks for
            KeyRevoked alpha "cacfce1f37d1ac6d8a4a73649dc9dbe63a2ab4279e61a09d13d17493dd7e1627"
            StandingAcceptanceSet alpha with acme "active"
        "#]],
    );
}

#[test]
fn a_rule_is_about_what_the_action_moves() {
    check(
        "classes",
        &format!(
            "{LIVE}
             {KEYS}
             given alpha approves tranche:600.00=2 financing=2 receivable:50.00=2 settlement=2
             alpha splits T1 400.00 600.00
             given alpha/1,2 splits T1 400.00 600.00
             alpha splits T2 100.00 300.00
             alpha merges T3 T4
             alpha discounts T4
             alpha discounts T9
             alpha submits 49.99 on acme due 2026-06-17 inv B1
             alpha submits 50.00 on acme due 2026-06-17 inv B2
             alpha splits T99 1.00 2.00"
        ),
        expect![[r#"
            refused APPROVAL_INSUFFICIENT: 1 approvals where 2 are needed
            TrancheSplit alpha R1 T2 [T4, T5] 400.00
            refused APPROVAL_INSUFFICIENT: 1 approvals where 2 are needed
            refused APPROVAL_INSUFFICIENT: 1 approvals where 2 are needed
            refused APPROVAL_INSUFFICIENT: 1 approvals where 2 are needed
            ReceivableSubmitted alpha with acme R2 49.99 @2026-06-17
            refused APPROVAL_INSUFFICIENT: 1 approvals where 2 are needed
            refused TRANCHE_UNKNOWN: no open tranche T99
        "#]],
    );
}

#[test]
fn a_bank_attests_and_its_word_ends_by_time_or_by_itself() {
    check(
        "attestations",
        "acme attests alpha
         east attests east
         east attests nobody
         east attests alpha until 2026-01-14
         east attests alpha without-evidence
         east attests alpha until 2026-01-15
         east attests alpha
         east disowns alpha
         east disowns alpha because papers were false
         east disowns alpha because again
         west disowns alpha because never did
         east registers delta until 2026-01-01",
        expect![[r#"
            refused ROLE_MISSING: member acme does not have the role Bank
            refused COUNTERPARTY_IS_SELF: east cannot be its own counterparty
            refused MEMBER_UNKNOWN: no member nobody on this ledger
            refused ATTESTATION_EXPIRED: the attestation would have expired on 2026-01-14, before 2026-01-15
            refused TEXT_MISSING: evidence of the attestation must not be empty
            MemberAttested east with alpha @2026-01-15 "Standard"
            MemberAttested east with alpha @2027-01-14 "Standard"
            refused TEXT_MISSING: reason must not be empty
            AttestationRevoked east with alpha "papers were false"
            refused ATTESTATION_UNKNOWN: east attests nothing about alpha
            refused ATTESTATION_UNKNOWN: west attests nothing about alpha
            refused ATTESTATION_EXPIRED: the attestation would have expired on 2026-01-01, before 2026-01-15
        "#]],
    );
}

#[test]
fn a_sponsored_supplier_sells_while_a_bank_vouches_for_it() {
    check(
        "kyc",
        "given east registers delta until 2026-02-01
         given delta submits 1_000.00 on acme due 2026-06-17 inv D1
         given acme confirms R1
         given delta accepts R1
         given east opens on acme limit 5_000.00 rate 30:3.00 until 2026-12-31
         given delta splits T1 100.00 100.00 100.00 700.00
         on 2026-02-01
         delta discounts T2
         on 2026-02-02
         delta discounts T3
         given west attests delta
         delta discounts T3
         given west disowns delta because papers were false
         delta discounts T4
         delta offers T4>alpha",
        expect![[r#"
            TrancheDiscounted delta with east R1 T2 F1 100.00 for 98.87
            refused KYC_MISSING: no bank's attestation of delta counts on 2026-02-02
            TrancheDiscounted delta with east R1 T3 F1 100.00 for 98.87
            refused KYC_MISSING: no bank's attestation of delta counts on 2026-02-02
            TransferOffered delta with alpha R1 T4 100.00
        "#]],
    );
}

#[test]
fn a_members_record_holds_the_word_of_16_banks() {
    let mut stage = Stage::rulebook();
    for number in 1..=16 {
        stage.run(&format!(
            "given east proposes admit bank{number} as bank
             given west votes for G{number}
             given bank{number} attests alpha"
        ));
    }
    expect![[r#"
        refused ATTESTATION_COUNT: 16 banks already attest alpha
        MemberAttested bank16 with alpha @2026-06-30 "Standard"
    "#]]
    .assert_eq(&stage.run(
        "east attests alpha
         bank16 attests alpha until 2026-06-30",
    ));
}
