//! Members and keys: who may act, with which signatures.
use crate::common::script::{Stage, check};
use expect_test::expect;

#[test]
fn a_bank_registers_a_supplier_who_acts_at_once() {
    check(
        "registration",
        "east registers delta
         delta trusts acme
         delta distrusts acme
         east registers delta
         east registers theta ids TEST:delta
         east registers theta ids TEST:theta,TEST:theta
         east registers theta keys delta/1
         east registers theta keys -
         east registers theta ids -
         east registers theta ids :x
         east registers theta nameless
         east registers theta as supplier,anchor
         acme registers theta",
        expect![[r#"
            MemberRegistered east with delta
            MemberAttested east with delta @2027-01-14 "Standard"
            StandingAcceptanceSet delta with acme "active"
            StandingAcceptanceSet delta with acme "ended"
            refused MEMBER_EXISTS: member delta exists
            refused IDENTIFIER_TAKEN: identifier TEST delta belongs to delta
            refused IDENTIFIER_TAKEN: identifier TEST theta belongs to theta
            refused KEY_TAKEN: key a1630f3ada2f870a527bd8b7c8eda70d0f4c9c1605d26e221c6401006744f776 is already registered
            refused KEY_COUNT: 0 keys where 1 to 32 are allowed
            refused IDENTIFIER_COUNT: 0 identifiers where 1 to 16 are allowed
            refused TEXT_MISSING: identifier must not be empty
            refused TEXT_MISSING: legal name must not be empty
            refused ROLES_NOT_SPONSORABLE: a bank can register a member with the role Supplier and no other
            refused ROLE_MISSING: member acme does not have the role Bank
        "#]],
    );
}

#[test]
fn who_signs_decides_whether_anything_happens() {
    check(
        "signatures",
        "given east credits alpha 10.00 ref A1
         nobody moves 1.00 at east to beta
         idle moves 1.00 at east to beta
         alpha/none moves 1.00 at east to beta
         alpha/2 moves 1.00 at east to beta
         alpha/1,2 moves 1.00 at east to beta
         alpha/1,1 moves 1.00 at east to beta
         alpha trusts alpha
         alpha trusts idle
         show money",
        expect![[r#"
            refused MEMBER_UNKNOWN: no member nobody on this ledger
            refused MEMBER_NOT_ACTIVE: member idle is not active
            refused APPROVAL_INSUFFICIENT: 0 approvals where 1 are needed
            refused KEY_NOT_REGISTERED: key 4a4a47c98994933540a4ca9365411c01d5340adbdc35d1b06efb6ba047aa8fe2 is not registered for alpha
            refused KEY_NOT_REGISTERED: key 4a4a47c98994933540a4ca9365411c01d5340adbdc35d1b06efb6ba047aa8fe2 is not registered for alpha
            DepositMoved alpha with beta 1.00
            refused COUNTERPARTY_IS_SELF: alpha cannot be its own counterparty
            refused MEMBER_NOT_ACTIVE: member idle is not active
            beta at east: 1.00 CNY
            alpha at east: 9.00 CNY
            east credited 10.00, redeemed 0.00 CNY
        "#]],
    );
}

#[test]
fn keys_count_and_end_two_heights_later() {
    check(
        "rotation",
        "alpha adds key alpha/2
         alpha/2 trusts acme
         alpha/2 trusts acme
         alpha revokes key alpha/1
         alpha revokes key alpha/1
         alpha revokes key alpha/2
         alpha/2 revokes key alpha/2
         alpha/2 revokes key alpha/9
         alpha/2 adds key beta/1
         alpha/2 adds key alpha/1",
        expect![[r#"
            KeyAdded alpha "4a4a47c98994933540a4ca9365411c01d5340adbdc35d1b06efb6ba047aa8fe2"
            refused KEY_NOT_VALID: key 4a4a47c98994933540a4ca9365411c01d5340adbdc35d1b06efb6ba047aa8fe2 does not count at H2
            StandingAcceptanceSet alpha with acme "active"
            KeyRevoked alpha "68820175fd2555598baaeb528932d5575998697ba4eb051f18848c1f5bb77102"
            refused KEY_REVOKED_BEFORE: key 68820175fd2555598baaeb528932d5575998697ba4eb051f18848c1f5bb77102 was revoked before
            refused KEY_NOT_VALID: key 68820175fd2555598baaeb528932d5575998697ba4eb051f18848c1f5bb77102 does not count at H6
            refused LAST_KEY: 4a4a47c98994933540a4ca9365411c01d5340adbdc35d1b06efb6ba047aa8fe2 is the last key that counts without an end
            refused KEY_NOT_REGISTERED: key 6c48d0938f3f64e13f5170a6ff864ac3775c1bfa07554cc3631ac97eb2ddddf8 is not registered for alpha
            refused KEY_TAKEN: key 89bdd3965974f23ce973cf859814009bbdfc4f810fa51d902d06fe53eb7138e2 is already registered
            refused KEY_TAKEN: key 68820175fd2555598baaeb528932d5575998697ba4eb051f18848c1f5bb77102 is already registered
        "#]],
    );
}

#[test]
fn a_key_with_a_last_height_ends_by_itself() {
    check(
        "a visitor's key",
        "alpha adds key alpha/2 last 2
         alpha adds key alpha/2 last 6
         alpha adds key alpha/2 last 7
         alpha/2 trusts acme
         alpha/2 trusts beta
         alpha revokes key alpha/1
         alpha/2 trusts gamma
         alpha/2 trusts acme
         alpha revokes key alpha/2
         # one that is given an end far away can still be revoked, once
         alpha adds key alpha/3 last 1000
         alpha revokes key alpha/3
         alpha revokes key alpha/3
         alpha/3 trusts acme
         alpha approves money=2",
        expect![[r#"
            refused KEY_LAST_HEIGHT: the last height H2 is before H3, the first at which the key counts
            KeyAdded alpha "4a4a47c98994933540a4ca9365411c01d5340adbdc35d1b06efb6ba047aa8fe2"
            refused KEY_TAKEN: key 4a4a47c98994933540a4ca9365411c01d5340adbdc35d1b06efb6ba047aa8fe2 is already registered
            StandingAcceptanceSet alpha with acme "active"
            StandingAcceptanceSet alpha with beta "active"
            refused LAST_KEY: 68820175fd2555598baaeb528932d5575998697ba4eb051f18848c1f5bb77102 is the last key that counts without an end
            refused KEY_NOT_VALID: key 4a4a47c98994933540a4ca9365411c01d5340adbdc35d1b06efb6ba047aa8fe2 does not count at H7
            refused KEY_NOT_VALID: key 4a4a47c98994933540a4ca9365411c01d5340adbdc35d1b06efb6ba047aa8fe2 does not count at H8
            refused KEY_REVOKED_BEFORE: key 4a4a47c98994933540a4ca9365411c01d5340adbdc35d1b06efb6ba047aa8fe2 was revoked before
            KeyAdded alpha "cacfce1f37d1ac6d8a4a73649dc9dbe63a2ab4279e61a09d13d17493dd7e1627"
            KeyRevoked alpha "cacfce1f37d1ac6d8a4a73649dc9dbe63a2ab4279e61a09d13d17493dd7e1627"
            refused KEY_REVOKED_BEFORE: key cacfce1f37d1ac6d8a4a73649dc9dbe63a2ab4279e61a09d13d17493dd7e1627 was revoked before
            refused KEY_NOT_VALID: key cacfce1f37d1ac6d8a4a73649dc9dbe63a2ab4279e61a09d13d17493dd7e1627 does not count at H13
            refused APPROVAL_UNSATISFIABLE: alpha has 1 keys, which cannot give the 2 approvals that its strictest rule asks for
        "#]],
    );
}

#[test]
fn a_member_has_at_most_32_keys_revoked_ones_included() {
    let mut stage = Stage::rulebook();
    for number in 2..=32 {
        let shown = stage.run(&format!("alpha adds key alpha/{number}"));
        assert!(shown.starts_with("KeyAdded"), "{shown}");
    }
    expect![[r#"
        KeyRevoked alpha "22cf22b57104b71ea6934357a5bad5f9a5f4859905abe70395deeca80c3404d9"
        refused KEY_COUNT: 33 keys where 1 to 32 are allowed
    "#]]
    .assert_eq(&stage.run(
        "alpha revokes key alpha/5
         alpha adds key alpha/33",
    ));
    let keys: Vec<String> = (1..=33).map(|number| format!("delta/{number}")).collect();
    expect![[r#"
        refused KEY_COUNT: 33 keys where 1 to 32 are allowed
    "#]]
    .assert_eq(&stage.run(&format!("east registers delta keys {}", keys.join(","))));
}
