//! Members.

use tally_proto::v1::member::{self, AnchorExposure, ApprovalRule, Attestation, MemberKey, Role};

use super::row;
use super::shown::{Listed, Money};
use super::words::{amount, date, some, word};

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

row! {
    /// A member with what it owes and may owe.
    MemberDetail from member::GetMemberResponse as answer {
        id: String = shown(answer).id,
        legal_name: String = shown(answer).legal_name,
        roles: Listed<String> = shown(answer).roles,
        status: String = shown(answer).status,
        identifiers: Listed<String> = shown(answer).identifiers,
        keys: Listed<String> = shown(answer).keys,
        sponsor: Option<String> = shown(answer).sponsor,
        owes: Listed<String> = answer.exposures.iter().map(exposure).collect(),
        attestations: Listed<String> = answer.attestations.iter().map(attestation).collect(),
        approvals: Listed<String> = answer.approval_rules.iter().map(rule).collect(),
        screened: Listed<String> =
            answer.screened.iter().map(|one| format!("{}:{}", one.scheme, one.value)).collect(),
    }
}

fn shown(answer: &member::GetMemberResponse) -> MemberRow {
    MemberRow::from(&answer.member.clone().unwrap_or_default())
}

/// `1,000.00 CNY of 1,500.00 CNY`.
fn exposure(exposure: &AnchorExposure) -> String {
    let money = |minor: u64| Money { currency: exposure.currency.clone(), minor_units: minor.into() }.text();
    let limit = exposure.limit_minor_units.map(|limit| format!(" of {}", money(limit))).unwrap_or_default();
    format!("{}{limit}", money(exposure.outstanding_minor_units))
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

/// `east standard until 2027-01-14`.
fn attestation(one: &Attestation) -> String {
    let terms = one.terms.clone().unwrap_or_default();
    let level = word(terms.level().as_str_name(), "KYC_LEVEL_");
    let until = date(terms.expires_on.as_ref()).unwrap_or_default();
    let revoked =
        date(one.revoked_on.as_ref()).map(|on| format!(", revoked on {on}: {}", one.revocation_reason));
    format!("{} {level} until {until}{}", one.issuer, revoked.unwrap_or_default())
}

/// `money from 1,000.00 CNY: 3 keys, maker and checker`.
fn rule(rule: &ApprovalRule) -> String {
    let class = word(rule.action_class().as_str_name(), "ACTION_CLASS_");
    let from =
        amount(rule.at_least.as_ref()).map(|from| format!(" from {}", from.text())).unwrap_or_default();
    let both = if rule.maker_checker { ", maker and checker" } else { "" };
    format!("{class}{from}: {} keys{both}", rule.keys)
}

fn role(role: Role) -> String {
    word(role.as_str_name(), "ROLE_")
}

/// `d75a… (both, from 3, until 8)`.
fn key(key: &MemberKey) -> String {
    let capacity = word(key.capacity().as_str_name(), "KEY_CAPACITY_");
    let last = key.revoked_from_height.map(|height| height.saturating_sub(1));
    let until = last.map(|height| format!(" until {height}")).unwrap_or_default();
    format!("{} {capacity} from {}{until}", hex::encode(&key.public_key), key.valid_from_height)
}
