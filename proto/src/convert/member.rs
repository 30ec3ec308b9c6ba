//! Members and their keys.
use super::field::{
    At, FieldError, FieldErrorKind, bounded, list, member, one_of, public_key, required, text,
};
use crate::v1::member as wire;
use std::collections::BTreeSet;
use tally_contracts::limits::{IDENTIFIERS_MAX, KEYS_PER_MEMBER_MAX};
use tally_contracts::member as domain;
use tally_contracts::types::{Height, PublicKey};

impl TryFrom<&wire::PartyIdentifier> for domain::PartyIdentifier {
    type Error = FieldError;

    fn try_from(identifier: &wire::PartyIdentifier) -> Result<Self, FieldError> {
        Ok(Self { scheme: text(&identifier.scheme, "scheme")?, value: text(&identifier.value, "value")? })
    }
}

impl From<&domain::PartyIdentifier> for wire::PartyIdentifier {
    fn from(identifier: &domain::PartyIdentifier) -> Self {
        Self { scheme: identifier.scheme.to_string(), value: identifier.value.to_string() }
    }
}

impl TryFrom<&wire::KeyGrant> for (PublicKey, domain::KeyCapacity) {
    type Error = FieldError;

    fn try_from(grant: &wire::KeyGrant) -> Result<Self, FieldError> {
        Ok((public_key(&grant.public_key, "public_key")?, capacity(grant.capacity)?))
    }
}

impl From<&(PublicKey, domain::KeyCapacity)> for wire::KeyGrant {
    fn from((key, capacity): &(PublicKey, domain::KeyCapacity)) -> Self {
        Self { public_key: key.0.to_vec(), capacity: wire::KeyCapacity::from(*capacity).into() }
    }
}

impl TryFrom<&wire::RegisterMember> for domain::RegisterMember {
    type Error = FieldError;

    fn try_from(action: &wire::RegisterMember) -> Result<Self, FieldError> {
        Ok(Self {
            member: member(&action.member, "member")?,
            legal_name: text(&action.legal_name, "legal_name")?,
            identifiers: list(&action.identifiers, IDENTIFIERS_MAX, "identifiers")?,
            roles: roles(&action.roles)?,
            keys: list(&action.keys, KEYS_PER_MEMBER_MAX, "keys")?,
            attestation: required(&action.attestation, "attestation")?,
        })
    }
}

impl From<&domain::RegisterMember> for wire::RegisterMember {
    fn from(action: &domain::RegisterMember) -> Self {
        Self {
            member: action.member.to_string(),
            legal_name: action.legal_name.to_string(),
            identifiers: action.identifiers.iter().map(Into::into).collect(),
            roles: wire_roles(&action.roles),
            keys: action.keys.iter().map(Into::into).collect(),
            attestation: Some((&action.attestation).into()),
        }
    }
}

impl TryFrom<&wire::AddKey> for domain::AddKey {
    type Error = FieldError;

    fn try_from(action: &wire::AddKey) -> Result<Self, FieldError> {
        let (key, capacity) = (public_key(&action.public_key, "public_key")?, capacity(action.capacity)?);
        Ok(Self { key, capacity, last_height: action.last_height.map(Height::new) })
    }
}

impl From<&domain::AddKey> for wire::AddKey {
    fn from(action: &domain::AddKey) -> Self {
        let capacity = wire::KeyCapacity::from(action.capacity).into();
        let last_height = action.last_height.map(Height::number);
        Self { public_key: action.key.0.to_vec(), capacity, last_height }
    }
}

impl TryFrom<&wire::RevokeKey> for domain::RevokeKey {
    type Error = FieldError;

    fn try_from(action: &wire::RevokeKey) -> Result<Self, FieldError> {
        Ok(Self { key: public_key(&action.public_key, "public_key")? })
    }
}

impl From<&domain::RevokeKey> for wire::RevokeKey {
    fn from(action: &domain::RevokeKey) -> Self {
        Self { public_key: action.key.0.to_vec() }
    }
}

impl TryFrom<&wire::SetStandingAcceptance> for domain::SetStandingAcceptance {
    type Error = FieldError;

    fn try_from(action: &wire::SetStandingAcceptance) -> Result<Self, FieldError> {
        Ok(Self { counterparty: member(&action.counterparty, "counterparty")?, active: action.active })
    }
}

impl From<&domain::SetStandingAcceptance> for wire::SetStandingAcceptance {
    fn from(action: &domain::SetStandingAcceptance) -> Self {
        Self { counterparty: action.counterparty.to_string(), active: action.active }
    }
}

impl From<&domain::MemberKey> for wire::MemberKey {
    fn from(key: &domain::MemberKey) -> Self {
        Self {
            public_key: key.key.0.to_vec(),
            capacity: wire::KeyCapacity::from(key.capacity).into(),
            valid_from_height: key.valid_from.number(),
            revoked_from_height: key.revoked_from.map(|height| height.number()),
        }
    }
}

impl From<&domain::Member> for wire::Member {
    fn from(member: &domain::Member) -> Self {
        Self {
            id: member.id.to_string(),
            legal_name: member.legal_name.to_string(),
            identifiers: member.identifiers.iter().map(Into::into).collect(),
            roles: wire_roles(&member.roles),
            status: wire::MemberStatus::from(member.status).into(),
            keys: member.keys.iter().map(Into::into).collect(),
            sponsor: member.sponsor.map(|sponsor| sponsor.to_string()).unwrap_or_default(),
        }
    }
}

fn capacity(value: i32) -> Result<domain::KeyCapacity, FieldError> {
    one_of::<wire::KeyCapacity, _>(value, "capacity")
}

/// Roles have one order, so that one set has one encoding.
pub(super) fn roles(values: &[i32]) -> Result<BTreeSet<domain::Role>, FieldError> {
    let values = bounded(values, wire::Role::CollectionAgent as usize, "roles")?;
    if !values.is_sorted_by(|left, right| left < right) {
        return Err(FieldErrorKind::NotAscending).at("roles");
    }
    values.iter().map(|value| one_of::<wire::Role, _>(*value, "roles")).collect()
}

pub(super) fn wire_roles(roles: &BTreeSet<domain::Role>) -> Vec<i32> {
    roles.iter().map(|role| wire::Role::from(*role).into()).collect()
}
