//! The document as it is written: every table of the TOML text, unknown keys refused.

use super::policies::PolicyDocument;
use serde::{Deserialize, Serialize};

/// The whole document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GenesisDocument {
    /// Part of every signed message, so that nothing of one chain is worth anything on another.
    pub chain_id: String,
    pub clock: ClockDocument,
    /// Oldest first; none means the rulebook's.
    #[serde(default)]
    pub policies: Vec<PolicyDocument>,
    pub members: Vec<MemberDocument>,
    pub validators: Vec<ValidatorDocument>,
    #[serde(default)]
    pub observers: Vec<ObserverDocument>,
}

/// How chain time follows the validators' clocks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClockDocument {
    /// RFC 3339, or a date: its local midnight by the first policy.
    pub chain_start: String,
    /// The same; left out, it is `chain_start` on a chain with speed 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub real_start: Option<String>,
    /// Chain seconds per real second; more than 1 is for demonstrations only.
    #[serde(default = "one")]
    pub speed: u32,
}

/// A member of record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MemberDocument {
    pub id: String,
    pub legal_name: String,
    /// anchor, supplier, funder, bank, guarantor, regulator, collection-agent.
    pub roles: Vec<String>,
    /// active, pending, suspended, exited.
    #[serde(default = "active", skip_serializing_if = "is_active")]
    pub status: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sponsor: Option<String>,
    pub identifiers: Vec<IdentifierDocument>,
    pub keys: Vec<KeyDocument>,
}

/// An identifier under its scheme.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IdentifierDocument {
    pub scheme: String,
    pub value: String,
}

/// A member's key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeyDocument {
    /// 64 hexadecimal digits; for `genesis new` also `file:PATH`.
    pub key: String,
    /// maker, checker, both.
    #[serde(default = "both")]
    pub capacity: String,
    #[serde(default, skip_serializing_if = "is_zero")]
    pub valid_from: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revoked_from: Option<u64>,
}

/// Who votes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ValidatorDocument {
    pub member: String,
    pub consensus_key: String,
    pub peer_key: String,
    #[serde(default = "ten")]
    pub power: u64,
}

/// Who follows with the full ledger and no vote.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ObserverDocument {
    pub member: String,
    pub peer_key: String,
}

const fn one() -> u32 {
    1
}

const fn ten() -> u64 {
    10
}

fn active() -> String {
    "active".to_owned()
}

fn both() -> String {
    "both".to_owned()
}

fn is_active(status: &str) -> bool {
    status == "active"
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands a reference")]
fn is_zero(number: &u64) -> bool {
    *number == 0
}
