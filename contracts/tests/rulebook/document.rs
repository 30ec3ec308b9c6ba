//! Documents: who binds one to a debt, who may have it, and how it ends. East and west are banks that validate.
use crate::common::script::{LIVE, Stage, check};
use expect_test::expect;
use std::fmt::Write;

#[test]
fn an_encryption_key_is_published_and_replaced_by_its_member() {
    check(
        "keys",
        "alpha encrypts with 7
         alpha encrypts with 7
         alpha encrypts with 0
         alpha encrypts with 8
         show documents",
        expect![[r#"
            EncryptionKeySet alpha "0707070707070707070707070707070707070707070707070707070707070707"
            refused ENCRYPTION_KEY_UNUSABLE: the encryption key 0707070707070707070707070707070707070707070707070707070707070707 cannot be published
            refused ENCRYPTION_KEY_UNUSABLE: the encryption key 0000000000000000000000000000000000000000000000000000000000000000 cannot be published
            EncryptionKeySet alpha "0808080808080808080808080808080808080808080808080808080808080808"
            EncryptionKey(alpha): 8 is its number 2, since H4
        "#]],
    );
}

#[test]
fn sides_register_for_the_receivable_and_holders_for_their_tranche() {
    check(
        "register",
        &format!(
            "{LIVE}
             alpha files Invoice on R1
             given alpha encrypts with 7
             given acme encrypts with 9
             given beta encrypts with 8
             alpha files Invoice on R7
             alpha files Invoice on R1 bytes 0
             alpha files Invoice on R1 bytes 16777233
             beta files Contract on R1
             beta files DeliveryNote on R1 of T1
             alpha files DeliveryNote on R1 of T9
             alpha files Invoice on R1
             alpha files Invoice on R1 replaces A1
             acme files Contract on R1
             alpha files DeliveryNote on R1 of T1
             acme files Contract on R1 replaces A1
             alpha files DeliveryNote on R1 of T1 replaces A1
             alpha files Contract on R1 replaces A9
             given beta submits 50.00 on acme due 2026-06-17 inv B1
             alpha files DeliveryNote on R2 of T1
             show documents"
        ),
        expect![[r#"
            refused ENCRYPTION_KEY_MISSING: alpha has published no encryption key
            refused RECEIVABLE_UNKNOWN: no receivable R7
            refused PAYLOAD_SIZE: 0 bytes where 1 to 16777232 are allowed
            refused PAYLOAD_SIZE: 16777233 bytes where 1 to 16777232 are allowed
            refused NOT_A_SIDE_OF: the sender is neither the anchor nor the supplier of R1
            refused NOT_HOLDER: the sender does not hold T1
            refused TRANCHE_UNKNOWN: no open tranche T9
            DocumentRegistered alpha A1
            DocumentRegistered alpha A2
            DocumentRegistered acme A3
            DocumentRegistered alpha A4
            refused DOCUMENT_UNKNOWN: no document A1
            refused NOT_DOCUMENT_OWNER: A1 is not the sender's, or about something else
            refused DOCUMENT_UNKNOWN: no document A9
            refused TRANCHE_UNKNOWN: no open tranche T1
            EncryptionKey(acme): 9 is its number 1, since H6
            EncryptionKey(beta): 8 is its number 1, since H7
            EncryptionKey(alpha): 7 is its number 1, since H5
            A1 Invoice of alpha on R1, for 
            A2 Invoice of alpha on R1 instead of A1, for 
            A3 Contract of acme on R1, for 
            A4 DeliveryNote of alpha on R1 of T1, for 
        "#]],
    );
}

#[test]
fn what_a_debt_rests_on_goes_to_its_sides_and_who_bears_its_risk() {
    check(
        "share",
        &format!(
            "{LIVE}
             given alpha encrypts with 7
             given acme encrypts with 9
             given beta encrypts with 8
             given west encrypts with 6
             given watch encrypts with 5
             given alpha files Invoice on R1
             alpha shares A1 with alpha
             alpha shares A1 with east
             alpha shares A1 with nobody
             alpha shares A1 with beta
             beta shares A1 with beta
             alpha shares A1 with acme
             acme shares A1 with west
             acme shares A1 with west
             alpha shares A1 with watch
             west shreds A1
             alpha shreds A1
             alpha shreds A1
             west shares A1 with watch
             alpha files Invoice on R1 replaces A1
             show documents"
        ),
        expect![[r#"
            refused DOCUMENT_SHARED_BEFORE: alpha is a party of A1
            refused ENCRYPTION_KEY_MISSING: east has published no encryption key
            refused MEMBER_UNKNOWN: no member nobody on this ledger
            refused NOT_ENTITLED: beta may not have A1
            refused DOCUMENT_UNKNOWN: no document A1
            DocumentShared alpha with acme A1
            DocumentShared acme with west A1
            refused DOCUMENT_SHARED_BEFORE: west is a party of A1
            DocumentShared alpha with watch A1
            refused NOT_DOCUMENT_OWNER: A1 is not the sender's, or about something else
            DocumentShredded alpha A1
            refused DOCUMENT_SHREDDED: A1 was shredded
            refused DOCUMENT_SHREDDED: A1 was shredded
            refused DOCUMENT_SHREDDED: A1 was shredded
            EncryptionKey(acme): 9 is its number 1, since H5
            EncryptionKey(beta): 8 is its number 1, since H6
            EncryptionKey(west): 6 is its number 1, since H7
            EncryptionKey(alpha): 7 is its number 1, since H4
            EncryptionKey(watch): 5 is its number 1, since H8
            A1 Invoice of alpha on R1, for acme west watch, shredded at H20
        "#]],
    );
}

#[test]
fn a_transfers_papers_go_to_who_holds_or_is_offered_part_of_the_debt() {
    check(
        "transfer",
        &format!(
            "{LIVE}
             given alpha encrypts with 7
             given acme encrypts with 9
             given beta encrypts with 8
             given alpha files DeliveryNote on R1 of T1
             alpha shares A1 with beta
             alpha shares A1 with acme
             given alpha offers T1>beta
             alpha shares A1 with beta
             given beta accepts T1
             alpha files DeliveryNote on R1 of T1
             beta files DeliveryNote on R1 of T1
             show documents"
        ),
        expect![[r#"
            refused NOT_ENTITLED: beta may not have A1
            refused NOT_ENTITLED: acme may not have A1
            DocumentShared alpha with beta A1
            refused NOT_HOLDER: the sender does not hold T1
            DocumentRegistered beta A2
            EncryptionKey(acme): 9 is its number 1, since H5
            EncryptionKey(beta): 8 is its number 1, since H6
            EncryptionKey(alpha): 7 is its number 1, since H4
            A1 DeliveryNote of alpha on R1 of T1, for beta
            A2 DeliveryNote of beta on R1 of T1, for 
        "#]],
    );
}

#[test]
fn a_document_has_at_most_64_parties_and_a_receivable_1000_documents() {
    let mut stage = Stage::rulebook();
    stage.ledger.thorough = false;
    let mut script = format!("{LIVE}given alpha encrypts with 7\ngiven alpha files Invoice on R1 of T1\n");
    for number in 1..=65 {
        writeln!(script, "given east registers s{number:02}\ngiven s{number:02} encrypts with 7").unwrap();
    }
    let offered = |numbers: std::ops::RangeInclusive<u32>| -> String {
        numbers.map(|number| format!(" 1.00>s{number:02}")).collect()
    };
    writeln!(script, "given alpha splits T1{} 960.00", offered(1..=40)).unwrap();
    writeln!(script, "given alpha splits T42{} 935.00", offered(41..=65)).unwrap();
    for number in 1..=64 {
        writeln!(script, "given alpha shares A1 with s{number:02}").unwrap();
    }
    assert_eq!(stage.run(&script), "");
    expect![[r#"
        refused DOCUMENT_PARTIES_LIMIT: A1 has 64 parties
    "#]]
    .assert_eq(&stage.run("alpha shares A1 with s65"));
    let more = "given alpha files Other on R1 of T67\n".repeat(999);
    assert_eq!(stage.run(&more), "");
    stage.ledger.check();
    expect![[r#"
        refused DOCUMENTS_LIMIT: R1 has 1000 documents
    "#]]
    .assert_eq(&stage.run("alpha files Other on R1 of T67"));
}

#[test]
fn a_validator_rotates_its_consensus_key_without_a_vote() {
    check(
        "rotate",
        "west rotates 1 to 9
         east rotates 7 to 9
         east rotates 1 to 1
         east rotates 1 to 2
         east rotates 1 to alpha/1
         given west proposes without-validator 1
         east rotates 1 to 9
         east rotates 9 to 1
         east rotates 9 to 4
         show validators
         given west proposes validator fund 3 power 4
         given east votes for G2
         east votes for G1
         fund votes for G1
         show validators",
        expect![[r#"
            refused MACHINE_UNKNOWN: no validator or observer has the key 0101010101010101010101010101010101010101010101010101010101010101
            refused MACHINE_UNKNOWN: no validator or observer has the key 0707070707070707070707070707070707070707070707070707070707070707
            refused KEY_TAKEN: key 0101010101010101010101010101010101010101010101010101010101010101 is already registered
            refused VALIDATOR_SET_INVALID: the set would break a rule: validators must be there, each once, in order of consensus keys
            refused KEY_TAKEN: key 68820175fd2555598baaeb528932d5575998697ba4eb051f18848c1f5bb77102 is already registered
            ValidatorsChanged east "validator 0101010101010101010101010101010101010101010101010101010101010101 now 0909090909090909090909090909090909090909090909090909090909090909"
            refused KEY_TAKEN: key 0101010101010101010101010101010101010101010101010101010101010101 is already registered
            ValidatorsChanged east "validator 0909090909090909090909090909090909090909090909090909090909090909 now 0404040404040404040404040404040404040404040404040404040404040404"
            west votes with key 2 and power 1
            east votes with key 4 and power 1
            ProposalVoted east "G1 in favour: 2 for, 0 against of 6"
            ProposalVoted fund "G1 in favour: 6 for, 0 against of 6"
            ProposalPassed west "G1: remove validator 0101010101010101010101010101010101010101010101010101010101010101"
            ValidatorsChanged east "validator 0404040404040404040404040404040404040404040404040404040404040404 removed"
            west votes with key 2 and power 1
            fund votes with key 3 and power 4
        "#]],
    );
}
