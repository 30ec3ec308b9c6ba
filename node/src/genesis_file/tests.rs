//! Documents that read back, and a table of documents that do not.

use super::*;
use std::path::Path;
use tally_contracts::Genesis;
use tally_contracts::member::MemberStatus;

/// The public key of the seed that repeats `seed`.
fn key(seed: u8) -> String {
    hex::encode(tally_keys::SigningKey::from_bytes(&[seed; 32]).verifying_key().as_bytes())
}

/// Two validators, an observer and a supplier; each test changes something.
fn good() -> String {
    let member = |id: &str, role: &str, number: u8| {
        format!(
            "[[members]]\nid = \"{id}\"\nlegal_name = \"{id} Ltd\"\nroles = [\"{role}\"]\n\
             identifiers = [{{ scheme = \"LEI\", value = \"{number}\" }}]\nkeys = [{{ key = \"{}\" }}]\n",
            key(number)
        )
    };
    let validator = |id: &str, number: u8| {
        format!(
            "[[validators]]\nmember = \"{id}\"\nconsensus_key = \"{}\"\npeer_key = \"{}\"\n",
            key(number),
            key(number + 1)
        )
    };
    [
        "chain_id = \"test-1\"\n[clock]\nchain_start = \"2026-01-15\"\n".to_owned(),
        member("east-bank", "bank", 1),
        member("west-bank", "bank", 2),
        member("watchdog", "regulator", 3),
        member("supplier-1", "supplier", 4),
        validator("east-bank", 10),
        validator("west-bank", 20),
        format!("[[observers]]\nmember = \"watchdog\"\npeer_key = \"{}\"\n", key(30)),
    ]
    .concat()
}

fn read(text: &str) -> Result<Genesis, String> {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("genesis.toml");
    std::fs::write(&file, text).unwrap();
    load(&file).map_err(|error| error.to_string().replace(&folder.path().display().to_string(), ""))
}

#[test]
fn a_short_document_has_the_rulebooks_policy_and_local_midnight() {
    let genesis = read(&good()).unwrap();
    assert_eq!(genesis.policies, [tally_contracts::policy::Policy::rulebook()]);
    assert_eq!(show_time(genesis.clock.chain_start), "2026-01-14T16:00:00Z");
    assert_eq!((genesis.clock.real_start, genesis.clock.speed), (genesis.clock.chain_start, 1));
    assert!(genesis.validators.validators.is_sorted_by_key(|one| one.consensus_key));
}

#[test]
fn what_is_written_reads_back_to_the_same_genesis_and_hash() {
    let mut genesis = read(&good()).unwrap();
    genesis.members[3].status = MemberStatus::Suspended;
    genesis.members[3].sponsor = Some(genesis.members[0].id);
    genesis.members[3].keys[0].revoked_from = Some(tally_contracts::types::Height::new(9));
    let text = to_toml(&document_of(&genesis));
    let again = read(&text).unwrap();
    assert_eq!(again, genesis);
    assert_eq!(again.hash(), genesis.hash());
    assert_eq!(to_toml(&document_of(&again)), text);
}

#[test]
fn comments_defaults_and_order_of_validators_do_not_change_the_hash() {
    let text = good();
    let (rest, west) = text.split_at(text.rfind("[[validators]]").unwrap());
    let (west, observers) = west.split_at(west.find("[[observers]]").unwrap());
    let (rest, east) = rest.split_at(rest.find("[[validators]]").unwrap());
    let turned = format!("# hello\n{rest}{west}{east}{observers}[[policies]]\nmax_parts = 64\n");
    assert_eq!(read(&turned).unwrap().hash(), read(&text).unwrap().hash());
    let other = read(&format!("{text}[[policies]]\nmax_parts = 63\n")).unwrap();
    assert_ne!(other.hash(), read(&text).unwrap().hash());
}

#[test]
fn a_wrong_document_is_refused_with_its_field() {
    let identity = format!("01{}", "0".repeat(62));
    let not_canonical = format!("ee{}7f", "f".repeat(60));
    let policy = |line: &str| format!("{}[[policies]]\n{line}\n", good());
    let rows = [
        (String::new(), "is no genesis document"),
        (format!("colour = 1\n{}", good()), "unknown field `colour`"),
        (good().replace("test-1", ""), "chain_id must have"),
        (good().replace("test-1", "two words"), "chain_id must have"),
        (good().replace("2026-01-15", "2026-02-30"), "clock.chain_start is \"2026-02-30\""),
        (good().replace("2026-01-15\"", "2026-01-15\"\nspeed = 0"), "clock.speed is 0"),
        (good().replace("2026-01-15\"", "2026-01-15\"\nspeed = 9"), "clock.real_start is \"\""),
        (good().replace("id = \"west-bank\"", "id = \"West\""), "members[1].id"),
        (
            good().replace("\"regulator\"", "\"boss\""),
            "members[2].roles[0] is \"boss\"; expected one of anchor,",
        ),
        (good().replace("supplier-1 Ltd", ""), "legal name"),
        (good().replace("supplier-1 Ltd", &"x".repeat(300)), "members[3].legal_name"),
        (
            good().replace("id = \"west-bank\"", "id = \"east-bank\""),
            "members[1].id is east-bank, which an earlier",
        ),
        (good().replace("value = \"2\"", "value = \"1\""), "refused by the rulebook"),
        (good().replace("member = \"watchdog\"", "member = \"stranger\""), "is stranger, which is no member"),
        (good().replace(&key(4), "abc"), "members[3].keys[0].key is \"abc\"; expected 64"),
        (good().replace(&key(4), &identity), "members[3].keys[0].key is not usable: 0100"),
        (good().replace(&key(20), &not_canonical), "validators[1].consensus_key is not usable: eeff"),
        (good().replace(&key(30), &key(10)), "which the consensus key of east-bank has already"),
        (good().replace(&key(21), &key(1)), "which a key of member east-bank has already"),
        (good().replace(&key(30), "file:peer.pem"), "observers[0].peer_key is a file"),
        (good().replace("[[observers]]", "power = 0\n[[observers]]"), "validator west-bank's power is 0"),
        (
            good().replace("[[observers]]", "power = 2305843009213693952\n[[observers]]"),
            "validators' power adds up to more than",
        ),
        (policy("max_part = 1"), "unknown field `max_part`"),
        (policy("max_parts = 65"), "policies[0].max_parts is 65"),
        (policy("weekend = [7]"), "policies[0].weekend is 7"),
        (policy("holidays = [\"2026-13-01\"]"), "policies[0].holidays is \"2026-13-01\""),
        (policy("waterfall = [\"fee\"]"), "policies[0].waterfall[0] is \"fee\""),
        (policy("dpd_thresholds = [9, 1, 2, 3]"), "policies[0].dpd_thresholds"),
        (policy("effective_from = \"2027-01-01\""), "no policy is in force"),
    ];
    for (text, expected) in rows {
        let found = read(&text).expect_err(expected);
        assert!(found.contains(expected), "expected {expected:?}, found {found:?}");
        assert!(found.starts_with("/genesis.toml"), "{found}");
    }
}

#[test]
fn a_document_without_validators_is_refused() {
    let text = good();
    let (members, _) = text.split_at(text.find("[[validators]]").unwrap());
    let found = read(&members.replace("[clock]", "validators = []\n[clock]")).unwrap_err();
    assert!(found.contains("validators has 0 entries"), "{found}");
}

#[test]
fn a_spec_names_key_files_and_becomes_a_complete_document() {
    let folder = tempfile::tempdir().unwrap();
    let passphrase = tally_keys::Passphrase::new("correct horse").unwrap();
    let made = tally_keys::KeyFile::create_with_cost(
        &folder.path().join("peer.pem"),
        &passphrase,
        tally_keys::Cost::Quick,
    );
    let public = hex::encode(made.unwrap().as_bytes());
    let file = folder.path().join("spec.toml");
    let spec = good().replace(&key(30), "file:peer.pem").replace("2026-01-15\"", "2026-01-15\"\nspeed = 60");
    let document = complete(&file, parse(&file, &spec).unwrap()).unwrap();
    assert_eq!(document.observers[0].peer_key, public);
    assert!(document.clock.real_start.is_some());
    assert_eq!(document.policies, [PolicyDocument::default()]);

    let missing = good().replace(&key(30), "file:nobody.pem");
    let error = complete(&file, parse(&file, &missing).unwrap()).unwrap_err().to_string();
    assert!(
        error.contains("observers[0].peer_key is the key file") && error.contains("nobody.pem"),
        "{error}"
    );
}

#[test]
fn a_file_that_is_not_there_says_whom_to_ask() {
    let error = load(Path::new("nowhere/genesis.toml")).unwrap_err().to_string();
    assert!(
        error.contains("nowhere/genesis.toml cannot be read") && error.contains("ask an operator"),
        "{error}"
    );
}
