//! Files: configuration, genesis, network, profiles, policies, transactions, proofs, keys; and what people type.

use std::io::Write;
use std::path::{Path, PathBuf};

use age::Encryptor;
use age::secrecy::SecretString;
use ed25519_dalek::pkcs8::KeypairBytes;
use pkcs8::pkcs5::pbes2::Parameters;
use pkcs8::pkcs5::scrypt;
use pkcs8::{EncodePrivateKey, LineEnding, PrivateKeyInfoRef};
use prost::Message;
use serde_json::json;
use tally_client::bench::{MemberEntry, NetworkFile, NodeEntry, Part};
use tally_client::commands::TransactionFile;
use tally_client::profile::{Profile, ProfileFile};
use tally_client::sdk::Entry;
use tally_contracts::types::{MemberId, PublicKey, X25519Key};
use tally_keys::fuzz::PASSPHRASE;
use tally_node::documents::StoredEnvelope;
use tally_node::genesis_file::{document_of, read, to_toml};
use tonic_types::{ErrorDetails, StatusExt};

use super::ledger::answer;
use super::{CHAIN, golden_bodies, key, secret};

/// Two validators, an observer and a supplier.
pub const GENESIS: &str = include_str!("genesis.toml");

/// `tallyd.toml` as a network of this machine has it, as `tallyd init` writes it, and the shortest.
pub fn configs() -> Vec<Vec<u8>> {
    let peer = tally_node::config::Peer {
        name: "west".to_owned(),
        peer_key: key(2).0,
        consensus_address: "127.0.0.1:7610".to_owned(),
        gossip_address: "127.0.0.1:7611".to_owned(),
    };
    let values = [("role", "validator".to_owned()), ("keys.consensus", "keys/consensus.pem".to_owned())];
    let written = tally_node::config::render(&values, &[peer]);
    let short = "role = \"validator\"\n[keys]\nconsensus = \"c.pem\"\n[consensus]\ntransport = \"gossipsub\"\n\
                 heartbeat_ms = 500\n[metrics]\nlisten = \"off\"\n[log]\nfilter = \"info,tally_node::chain=debug\"\n";
    [written, short.to_owned()].map(String::into_bytes).into()
}

/// As people write it and as `tallyd genesis new` does.
pub fn geneses() -> Vec<Vec<u8>> {
    let genesis = read(Path::new("genesis.toml"), GENESIS).expect("the seed is a genesis");
    [GENESIS.to_owned(), to_toml(&document_of(&genesis))].map(String::into_bytes).into()
}

/// `network.json`.
pub fn networks() -> Vec<Vec<u8>> {
    let member = MemberEntry { id: "m-1".into(), part: Part::Supplier, key_file: "m-1.pem".into() };
    let node = NodeEntry {
        name: "bank-1".into(),
        url: "http://127.0.0.1:7602".into(),
        pid: 7,
        data_dir: "data".into(),
        validator: true,
    };
    let network = NetworkFile {
        chain_id: CHAIN.into(),
        passphrase_file: "passphrase".into(),
        members: vec![member],
        distance_ms: 0,
        nodes: vec![node],
    };
    vec![serde_json::to_vec_pretty(&network).expect("a network is JSON")]
}

/// Profiles of two members, one by default.
pub fn profiles() -> Vec<Vec<u8>> {
    let mut file = ProfileFile::parse(Path::new("profiles.toml"), "").expect("nothing is a file of profiles");
    let profile = Profile {
        nodes: vec!["http://127.0.0.1:7602".to_owned(), "https://bank.example:443".to_owned()],
        chain_id: Some(CHAIN.to_owned()),
        member: Some("beta".to_owned()),
        key_file: Some(PathBuf::from("beta.pem")),
        ..Profile::default()
    };
    file.add("beta", profile.clone()).expect("a name and addresses");
    file.add("gamma", Profile { member: Some("gamma".to_owned()), ..profile }).expect("another name");
    vec![file.text().into_bytes()]
}

/// Changes of a policy.
pub fn policies() -> Vec<Vec<u8>> {
    let changes = "effective_from = \"2026-07-01\"\ntenor_hard_days = 180\nday_roll = \"none\"\nmax_depth = 7\n\
                   holidays = [\"2026-10-01\"]\nweekend = [6, 7]\nutc_offset_minutes = 480\n\
                   dpd_thresholds = [1, 30, 60, 90]\ncontact_hours = [8, 20]\nallow_recourse = false\n\
                   waterfall = [\"costs\", \"late-interest\", \"face\"]\n";
    vec![changes.as_bytes().to_vec(), b"max_parts = 9".to_vec()]
}

/// A transaction without signatures, and one with all it needs.
pub fn transaction_files() -> Vec<Vec<u8>> {
    let body = golden_bodies().next().expect("the table has rows");
    let file = TransactionFile::new(CHAIN, body);
    let mut signed = file.clone();
    signed.sign(&secret(1).into()).expect("the body names this key");
    [file.text(), signed.text()].map(String::into_bytes).into()
}

/// A request whose outcome is unknown.
pub fn journal_entries() -> Vec<Vec<u8>> {
    let entry = Entry {
        chain_id: CHAIN.into(),
        sender: "alpha".into(),
        request_id: "07".repeat(16),
        action: "split_tranche".into(),
        transaction_id: "00".repeat(32),
        valid_until_height: 1_000,
        envelope: "00".into(),
    };
    vec![serde_json::to_vec_pretty(&entry).expect("an entry is JSON")]
}

/// Proofs of a tranche that is there and of one that is not.
pub fn proof_files() -> Vec<Vec<u8>> {
    let file = |tranche: u64| {
        let answer = hex::encode(answer(tranche).encode_to_vec());
        json!({ "format": "tallystick/proof/v1", "chain_id": CHAIN, "record": format!("T{tranche}"), "answer": answer })
    };
    super::PROVEN_TRANCHES.map(|tranche| file(tranche).to_string().into_bytes()).into()
}

/// The invoices of `testnet/data`.
pub fn invoices() -> Vec<Vec<u8>> {
    vec![
        include_bytes!("../../../data/01-tiancheng-pumps.xml").to_vec(),
        include_bytes!("../../../data/02-tiancheng-cylinders.xml").to_vec(),
        include_bytes!("../../../data/03-jinghe-housings.xml").to_vec(),
        include_bytes!("../../../data/04-haoyu-bolts.xml").to_vec(),
        include_bytes!("../../../data/05-nordlicht-factored.xml").to_vec(),
        include_bytes!("../../../data/06-tiancheng-credit-note.xml").to_vec(),
        include_bytes!("../../../data/07-jinghe-wrong-total.xml").to_vec(),
        include_bytes!("../../../data/08-haoyu-no-due-date.xml").to_vec(),
    ]
}

/// A key in PKCS#8, plain and encrypted at a cost that is quick.
pub fn key_files() -> Vec<Vec<u8>> {
    let pair = KeypairBytes { secret_key: [7; 32], public_key: None };
    let plain = pair.to_pkcs8_der().expect("a key has an encoding");
    let info = PrivateKeyInfoRef::try_from(plain.as_bytes()).expect("what was written can be read");
    let cost = scrypt::Params::new(2, 8, 1).expect("the cost is valid");
    let parameters =
        Parameters::generate_scrypt_aes256cbc(cost, &[1; 16], [2; 16]).expect("a salt of 16 bytes is valid");
    let encrypted = info.encrypt_with_params(parameters, PASSPHRASE).expect("the parameters are valid");
    let encrypted = encrypted.to_pem("ENCRYPTED PRIVATE KEY", LineEnding::LF).expect("a key has a PEM");
    let plain = plain.to_pem("PRIVATE KEY", LineEnding::LF).expect("a key has a PEM");
    let line = format!("ed25519 public key: {}\n", hex::encode(secret(7).verifying_key().as_bytes()));
    vec![plain.as_bytes().to_vec(), format!("{line}{}", encrypted.as_str()).into_bytes()]
}

/// What is inside of a bundle.
pub fn key_bundles() -> Vec<Vec<u8>> {
    let inside = "tallystick key bundle 1\nalpha.pem 5\nhelloalpha.x25519 0\n";
    vec![inside.as_bytes().to_vec()]
}

/// A bundle as it is encrypted, at a cost that is quick: other bytes in every run.
pub fn sealed_bundle() -> Vec<u8> {
    let mut sealed = Vec::new();
    let passphrase = SecretString::from(String::from_utf8_lossy(PASSPHRASE).into_owned());
    let mut recipient = age::scrypt::Recipient::new(passphrase);
    recipient.set_work_factor(2);
    let encryptor = Encryptor::with_recipients(std::iter::once(&recipient as &dyn age::Recipient));
    let mut writer = encryptor.expect("one recipient").wrap_output(&mut sealed).expect("memory takes it");
    for inside in key_bundles() {
        writer.write_all(&inside).expect("memory takes it");
    }
    writer.finish().expect("memory takes it");
    sealed
}

/// References to keys in a module.
pub fn key_uris() -> Vec<Vec<u8>> {
    let full =
        "pkcs11:token=bank%20east;object=consensus;type=private?module-path=/lib/m.so&pin-source=/etc/pin";
    [full, "pkcs11:object=a;token=b?module-path=m"].map(|text| text.as_bytes().to_vec()).into()
}

/// A token that continues a listing.
pub fn page_tokens() -> Vec<Vec<u8>> {
    vec![tally_node::api::fuzz_token_seed().into_bytes()]
}

/// A key wrapped for one member.
pub fn envelopes() -> Vec<Vec<u8>> {
    let member = |slug| MemberId::new(slug).expect("a slug");
    let envelope = StoredEnvelope {
        recipient: member("beta"),
        recipient_key: X25519Key([9; 32]),
        wrapped_by: member("alpha"),
        encapsulated_key: [3; 32],
        sealed: vec![4; 80],
    };
    vec![borsh::to_vec(&envelope).expect("memory takes it")]
}

/// The same, as it travels.
pub fn wrapped() -> Vec<Vec<u8>> {
    vec![tally_node::api::fuzz_wrapped_seed()]
}

/// A document's key and salt as they are wrapped.
pub fn wrapped_secrets() -> Vec<Vec<u8>> {
    vec![tally_keys::fuzz::wrapped_seed()]
}

/// Pages of this machine.
pub fn origins() -> Vec<Vec<u8>> {
    ["http://localhost:8080", "https://127.0.0.1", "http://[::1]:7602"]
        .map(|text| text.as_bytes().to_vec())
        .into()
}

/// Who decides, as `tally node validators -o json` writes it.
pub fn validators_files() -> Vec<Vec<u8>> {
    vec![validators_file(&super::validators()).into_bytes()]
}

/// A file of validators.
pub fn validators_file(validators: &[(PublicKey, u64)]) -> String {
    let rows =
        validators.iter().map(|(key, power)| json!({ "public_key": hex::encode(key.0), "power": power }));
    serde_json::Value::from_iter(rows).to_string()
}

/// Details of a refusal, after the code.
pub fn problems() -> Vec<Vec<u8>> {
    let values = [("limit".to_owned(), "64".to_owned())];
    let mut details = ErrorDetails::with_error_info("PARTS_TOO_MANY", "tallystick", values);
    details.add_bad_request_violation("parts", "too many");
    let status = tonic::Status::with_error_details(tonic::Code::InvalidArgument, "refused", details);
    vec![[&[3], status.details()].concat()]
}

/// One of each kind.
pub fn values() -> Vec<Vec<u8>> {
    [
        "a1_000_000.00 CNY",
        "bmoney:1000.00 CNY=2+checker",
        "c30:3.0%,90:3.6%",
        "d2026-07-01",
        "d+90d",
        "eUSCC:91350100M000100Y43",
        "fINV-1,2026-01-05,1000.00 CNY,invoice.pdf",
        "gon-time-share>=4",
        "h300000.00@beta:recourse=full:ref=contract.pdf",
        "i4.35%",
        "jcontract.pdf",
        "k07070707070707070707070707070707",
        "l500ms",
        "mdeposit:east/beta/CNY",
        "mR7",
        "nbeta-2",
        "nCNY",
        "oT7",
        "oR7",
        "qfor steel",
        "s17.0.3",
    ]
    .map(|text| text.as_bytes().to_vec())
    .into()
}
