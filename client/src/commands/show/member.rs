//! Members.

use tally_proto::v1::member::{self, MemberKey, Role};

use super::row;
use super::shown::Listed;
use super::words::{some, word};

row! {
    /// A member of record.
    MemberRow from member::Member as member {
        id: String = member.id.clone(),
        legal_name: String = member.legal_name.clone(),
        roles: Listed<String> = member.roles().map(role).collect(),
        status: String = word(member.status().as_str_name(), "MEMBER_STATUS_"),
        identifiers: Listed<String> =
            member.identifiers.iter().map(|one| format!("{}:{}", one.scheme, one.value)).collect(),
        keys: Listed<String> = member.keys.iter().map(key).collect(),
        sponsor: Option<String> = some(&member.sponsor),
    }
}

/// A member in a list, without its keys.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct StandingRow {
    id: String,
    legal_name: String,
    roles: Listed<String>,
    status: String,
    identifiers: Listed<String>,
    keys: u64,
}

super::columns!(StandingRow { id, legal_name, roles, status, identifiers, keys });

impl From<&member::Member> for StandingRow {
    fn from(member: &member::Member) -> Self {
        let MemberRow { id, legal_name, roles, status, identifiers, keys, .. } = member.into();
        Self { id, legal_name, roles, status, identifiers, keys: keys.0.len() as u64 }
    }
}

fn role(role: Role) -> String {
    word(role.as_str_name(), "ROLE_")
}

/// `d75a… (both, from 3, revoked from 9)`.
fn key(key: &MemberKey) -> String {
    let capacity = word(key.capacity().as_str_name(), "KEY_CAPACITY_");
    let revoked = key.revoked_from_height.map(|height| format!(" revoked from {height}")).unwrap_or_default();
    format!("{} {capacity} from {}{revoked}", hex::encode(&key.public_key), key.valid_from_height)
}
