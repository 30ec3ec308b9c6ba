//! Secrets stay in their files: none in a node's log, arguments, environment or data, nor in what commands say or leave.
#![allow(clippy::unwrap_used, clippy::wildcard_enum_match_arm, reason = "a test fails where it stands")]

mod common;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use common::{Rig, credit, eventually};
use pkcs8::der::Decode;
use pkcs8::{EncryptedPrivateKeyInfoRef, SecretDocument};
use tally_testnet::demo::cast;

/// What is looked for: a name for whoever has to look at the failure, and how it would look.
struct Wanted {
    name: String,
    looks: Vec<u8>,
}

/// The private key in an encrypted file: the last 32 bytes of what is encrypted.
fn secret_in(file: &Path, passphrase: &[u8]) -> Vec<u8> {
    let text = fs::read_to_string(file).unwrap();
    let pem = &text[text.find("-----BEGIN").unwrap()..];
    let (_, document) = SecretDocument::from_pem(pem).unwrap();
    let encrypted = EncryptedPrivateKeyInfoRef::from_der(document.as_bytes()).unwrap();
    let plain = encrypted.decrypt(passphrase).unwrap();
    let bytes = plain.as_bytes();
    bytes[bytes.len() - 32..].to_vec()
}

fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    // what fills no three bytes at the end would show as other digits within a longer text
    let whole = bytes.chunks_exact(3).flat_map(|three| {
        let number = u32::from_be_bytes([0, three[0], three[1], three[2]]);
        [18, 12, 6, 0].map(|shift| char::from(DIGITS[(number >> shift) as usize & 63]))
    });
    whole.collect()
}

/// A secret as bytes, in digits and as programs print lists of bytes.
fn disguises(name: &str, secret: &[u8]) -> Vec<Wanted> {
    let listed = format!("{:?}", &secret[..10]);
    let mut looks = vec![
        secret.to_vec(),
        hex::encode(secret).into_bytes(),
        hex::encode_upper(secret).into_bytes(),
        listed.trim_matches(['[', ']']).as_bytes().to_vec(),
    ];
    // in a longer text the secret may begin at any of three places
    looks.extend((0..3).map(|skipped| base64(&secret[skipped..]).into_bytes()));
    looks.iter().map(|looks| Wanted { name: name.to_owned(), looks: looks.clone() }).collect()
}

/// Which secret is in these bytes, if any.
fn found<'w>(wanted: &'w [Wanted], bytes: &[u8]) -> Option<&'w str> {
    let mut begins = vec![false; 1 << 16];
    let two = |bytes: &[u8]| usize::from(u16::from_be_bytes([bytes[0], bytes[1]]));
    wanted.iter().for_each(|one| begins[two(&one.looks)] = true);
    for at in 0..bytes.len().saturating_sub(1) {
        if begins[two(&bytes[at..])]
            && let Some(one) = wanted.iter().find(|one| bytes[at..].starts_with(&one.looks))
        {
            return Some(&one.name);
        }
    }
    None
}

fn files_below(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() { files.extend(files_below(&path)) } else { files.push(path) }
    }
    files
}

/// Runs `tally --as MEMBER …` and gives everything that it says.
fn tally(rig: &Rig, member: &str, line: &str, succeeds: bool) -> Vec<u8> {
    let output = Command::new(rig.network.binary("tally"))
        .args(["--as", member, "--yes", "-o", "json"])
        .args(line.split_whitespace())
        .env("TALLY_HOME", rig.network.layout().home())
        .env("RUST_LOG", "trace")
        .env("RUST_BACKTRACE", "1")
        .output()
        .unwrap();
    let said = [output.stdout, output.stderr].concat();
    assert_eq!(output.status.success(), succeeds, "{line}: {}", String::from_utf8_lossy(&said));
    said
}

#[test]
fn what_is_looked_for_is_found_however_it_is_written() {
    let secret: Vec<u8> = (100..132).collect();
    let wanted = disguises("it", &secret);
    for text in [
        [b"xx", secret.as_slice(), b"yy"].concat(),
        format!("key={}", hex::encode(&secret)).into_bytes(),
        format!("key={}.", hex::encode_upper(&secret)).into_bytes(),
        format!("Key({secret:?})").into_bytes(),
        base64(&[b"a", secret.as_slice(), b"bc"].concat()).into_bytes(),
        base64(&[b"ab", secret.as_slice(), b"cd"].concat()).into_bytes(),
        base64(&[b"abc", secret.as_slice(), b"d"].concat()).into_bytes(),
    ] {
        assert_eq!(found(&wanted, &text), Some("it"), "{}", String::from_utf8_lossy(&text));
    }
    assert_eq!(found(&wanted, &hex::encode(&secret[1..]).into_bytes()), None);
}

#[tokio::test(flavor = "multi_thread")]
async fn no_secret_leaves_its_file_while_a_network_runs_and_keys_are_replaced() {
    let mut rig = Rig::planned(2, |plan| plan.log_filter = Some("trace".to_owned())).await;
    rig.start().await;
    let (layout, member) = (rig.network.layout().clone(), cast::EAST);
    let opening = layout.home().join("keys").join(format!("{member}.x25519"));
    let mut wanted = Vec::new();
    let mut look_for = |file: &Path, passphrase: &[u8]| {
        wanted.extend(disguises(&file.display().to_string(), &secret_in(file, passphrase)));
    };

    let of_members = fs::read(layout.member_passphrase()).unwrap();
    let of_members = of_members.trim_ascii_end().to_vec();
    let mut said = vec![tally(&rig, member, "document key", true)];
    let members = [cast::EAST, cast::WEST, cast::TIER_1].map(|one| layout.member_key(one));
    members.iter().chain([&opening]).for_each(|file| look_for(file, &of_members));
    let mut passphrases = vec![of_members.clone()];
    let nodes: Vec<_> = rig.network.nodes().iter().map(|node| node.files.clone()).collect();
    for files in &nodes {
        let passphrase = fs::read(files.passphrase()).unwrap().trim_ascii_end().to_vec();
        look_for(&files.consensus_key(), &passphrase);
        look_for(&files.peer_key(), &passphrase);
        passphrases.push(passphrase);
    }

    // business, refusals, a wrong passphrase, and every kind of rotation
    rig.actor(cast::EAST).act(credit(cast::TIER_1, "one")).await.unwrap();
    let wrong = rig.scratch("wrong");
    tally_keys::write_private(&wrong, b"a passphrase that opens nothing").unwrap();
    let consensus = nodes[0].consensus_key();
    let rotate = format!(
        "key rotate-validator {} --node-passphrase-file {}",
        consensus.display(),
        nodes[0].passphrase().display()
    );
    for (line, succeeds) in [
        ("money balance".to_owned(), true),
        (format!("key inspect {}", layout.member_key(member).display()), true),
        (format!("--passphrase-file {} money balance", wrong.display()), false),
        (format!("document check R1 --encryption-key {}", consensus.display()), false),
        ("document key --rotate".to_owned(), true),
        (rotate, true),
        ("key rotate".to_owned(), true),
        ("money balance".to_owned(), true),
    ] {
        said.push(tokio::task::block_in_place(|| tally(&rig, member, &line, succeeds)));
    }
    look_for(&opening, &of_members);
    look_for(&layout.member_key(member), &of_members);
    look_for(&consensus, &passphrases[1].clone());
    let height = rig.height(1).await;
    eventually("blocks with the new keys", 30, async || rig.height(1).await > height + 2).await;
    passphrases.push(b"a passphrase that opens nothing".to_vec());
    wanted.extend(passphrases.into_iter().map(|looks| Wanted { name: "a passphrase".to_owned(), looks }));

    for said in &said {
        assert_eq!(found(&wanted, said), None, "a command said it");
    }
    let mut looked_at = 0;
    for files in &nodes {
        let id = fs::read_to_string(files.pid()).unwrap();
        let process = Path::new("/proc").join(id.trim());
        let places = [process.join("cmdline"), process.join("environ"), files.log(), files.config()];
        for path in places.into_iter().chain(files_below(&files.data())) {
            let Ok(bytes) = fs::read(&path) else { continue };
            looked_at += bytes.len();
            assert_eq!(found(&wanted, &bytes), None, "it is in {}", path.display());
        }
    }
    // what commands leave: profiles and the journal of requests
    for path in files_below(&layout.home()) {
        let is_key = path.parent() == Some(layout.home().join("keys").as_path());
        if !is_key && path != layout.member_passphrase() {
            let bytes = fs::read(&path).unwrap();
            assert_eq!(found(&wanted, &bytes), None, "it is in {}", path.display());
        }
    }
    let logs: usize = nodes.iter().map(|files| fs::read(files.log()).unwrap().len()).sum();
    println!("{looked_at} bytes, {logs} of them logs, hold none of {} looks of secrets", wanted.len());
    assert!(logs > 100_000, "the logs said little: {logs} bytes");
}
