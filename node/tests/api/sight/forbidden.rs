//! What holds of the whole table: who has nothing to do with a record is answered as if there were none.
use super::relations::{Reader, Relation};
use super::{Answer, Asked};
use std::collections::BTreeMap;
use tonic_types::StatusExt;

/// Questions that strangers may have answered in part, and why.
const OPEN: [(&str, &str, &str); 3] = [
    ("LedgerService/GetBlock", "", "headers, certificates and transaction ids are for all members"),
    ("MemberService/GetMember", "", "who is a member is for all members"),
    ("PoolService/GetPool", "bank funder guarantor", "a pool's terms are for those who may use it"),
];

/// Calls that read no record, or that carry their own authority.
const NO_READS: [&str; 7] = [
    "AccessService/OpenSession",
    "DocumentService/FetchPayload",
    "NodeService/GetStatus",
    "OperatorService/GetReport",
    "OperatorService/ListFullNodes",
    "TransactionService/Submit",
    "TransactionService/SubmitMany",
];

/// Each stranger's answer is, but for the number or name that it asked for, its answer about what is absent.
pub fn strangers_learn_nothing(asked: &[Asked], readers: &[Reader]) {
    let absent: BTreeMap<(&str, usize), String> = asked
        .iter()
        .filter(|one| one.what == "none" || one.what.starts_with("no "))
        .flat_map(|one| one.answers.iter().enumerate().map(move |(at, answer)| ((one, at), answer)))
        .map(|((one, at), answer)| ((one.short(), at), shape(one.short(), answer)))
        .collect();
    let mut compared = 0;
    for one in asked {
        for (at, (reader, answer)) in readers.iter().zip(&one.answers).enumerate() {
            let is_stranger = reader.relation(one.what) == Relation::Stranger;
            if !is_stranger || reader.role == "regulator" || is_open(one.short(), reader.role) {
                continue;
            }
            let Some(absent) = absent.get(&(one.short(), at)) else {
                panic!("{} is not asked for what is absent", one.short())
            };
            let said = shape(one.short(), answer);
            assert_eq!(&said, absent, "{} of {} by {}", one.short(), one.what, reader.name);
            compared += 1;
        }
    }
    assert!(compared > 500, "{compared}");
}

fn is_open(method: &str, role: &str) -> bool {
    OPEN.iter().any(|(open, roles, _)| *open == method && (roles.is_empty() || roles.contains(role)))
}

/// An answer without the numbers, names and keys that were asked for.
fn shape(method: &str, answer: &Answer) -> String {
    match answer {
        Ok(Some(bytes)) if method == "FollowService/Prove" => proven(bytes),
        Ok(bytes) => format!("ok {}", hex::encode(bytes.as_deref().unwrap_or_default())),
        Err(status) => {
            let told = format!("{:?} {} {:?}", status.code(), status.message(), status.get_error_details());
            let named = ["alpha", "crux", "bank-a", "gamma", "beta", "omega", "nobody"];
            let told = named.iter().fold(told, |told, name| told.replace(&format!("\"{name}\""), "#"));
            let words = told.split(|c: char| !c.is_ascii_alphanumeric() && c != '-');
            // metadata is a map, which has no order
            let mut words: Vec<String> = words.map(word).collect();
            words.sort();
            words.concat()
        }
    }
}

/// How much of what was asked for is shown and withheld: the answer repeats the keys, and is signed.
fn proven(bytes: &[u8]) -> String {
    use prost::Message;
    use tally_proto::v1::follow::{ProveAnswer, ProveResponse};
    let answer = ProveAnswer::decode(&*ProveResponse::decode(bytes).unwrap().answer).unwrap();
    format!("{} shown, {} withheld, {} bytes", answer.records.len(), answer.withheld.len(), bytes.len())
}

/// A number, a name, or a key in hexadecimal digits is what was asked for.
fn word(word: &str) -> String {
    let is_key = word.len() > 8 && word.chars().all(|c| c.is_ascii_hexdigit());
    let is_name = ["alpha", "crux", "bank-a", "gamma", "beta", "omega", "nobody"].contains(&word);
    let text = if is_key || is_name { "#".to_owned() } else { word.to_owned() };
    let digits: String = text.chars().map(|c| if c.is_ascii_digit() { '#' } else { c }).collect();
    digits + " "
}

/// Every read that a regulator makes is on record, whatever came of it.
pub fn reads_are_recorded(asked: &[Asked], audited: &[String]) {
    for one in asked.iter().filter(|one| !NO_READS.contains(&one.short())) {
        assert!(audited.iter().any(|line| line.contains(&one.method)), "{} is not on record", one.method);
    }
    assert!(
        audited.iter().all(|line| line.contains(crate::rig::REGULATOR)),
        "nobody else's reads are recorded"
    );
}

/// Whether a list's answer holds nothing but where it was read.
pub fn says_nothing(method: &str, bytes: Option<&[u8]>) -> bool {
    let position = position_of(method);
    let mut rest = bytes.unwrap_or_default();
    while !rest.is_empty() {
        let Some((field, left)) = field(rest) else { return false };
        if Some(field) != position {
            return false;
        }
        rest = left;
    }
    true
}

/// The number of the field that says where an answer was read.
fn position_of(method: &str) -> Option<u64> {
    use prost::Message;
    let files = prost_types::FileDescriptorSet::decode(tally_proto::FILE_DESCRIPTOR_SET).unwrap().file;
    let (service, name) = method.trim_start_matches('/').split_once('/')?;
    let found = files.iter().find_map(|file| {
        let of = |one: &&prost_types::ServiceDescriptorProto| {
            format!("{}.{}", file.package(), one.name()) == service
        };
        let service = file.service.iter().find(of)?;
        let method = service.method.iter().find(|method| method.name() == name)?;
        Some(method.output_type().trim_start_matches('.').to_owned())
    })?;
    let message = files.iter().find_map(|file| {
        let of = |one: &&prost_types::DescriptorProto| format!("{}.{}", file.package(), one.name()) == found;
        file.message_type.iter().find(of)
    })?;
    let field = message.field.iter().find(|field| field.type_name() == ".tally.common.v1.Position")?;
    u64::try_from(field.number()).ok()
}

/// The first field's number and what follows it.
fn field(bytes: &[u8]) -> Option<(u64, &[u8])> {
    let (tag, rest) = varint(bytes)?;
    let rest = match tag & 7 {
        0 => varint(rest)?.1,
        1 => rest.get(8..)?,
        2 => {
            let (length, rest) = varint(rest)?;
            rest.get(usize::try_from(length).ok()?..)?
        }
        5 => rest.get(4..)?,
        _ => return None,
    };
    Some((tag >> 3, rest))
}

fn varint(bytes: &[u8]) -> Option<(u64, &[u8])> {
    let end = bytes.iter().position(|byte| byte & 0x80 == 0)?;
    let (own, rest) = bytes.split_at(end + 1);
    let value = own.iter().rev().fold(0_u64, |value, byte| value << 7 | u64::from(byte & 0x7f));
    Some((value, rest))
}
