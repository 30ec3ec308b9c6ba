//! Members as they are written.

use super::document::{IdentifierDocument, KeyDocument, MemberDocument};
use super::error::{GenesisProblem, Read, at, refuse};
use tally_contracts::member::{KeyCapacity, Member, MemberKey, MemberStatus, PartyIdentifier, Role};
use tally_contracts::types::{Height, MemberId, PublicKey, Text};

impl MemberDocument {
    pub(super) fn of(member: &Member) -> Self {
        Self {
            id: member.id.to_string(),
            legal_name: member.legal_name.to_string(),
            roles: member.roles.iter().map(|role| role_name(*role).to_owned()).collect(),
            status: status_name(member.status).to_owned(),
            sponsor: member.sponsor.map(|sponsor| sponsor.to_string()),
            identifiers: member.identifiers.iter().map(identifier_document).collect(),
            keys: member.keys.iter().map(key_document).collect(),
        }
    }

    pub(super) fn read(&self, field: &str) -> Read<Member> {
        let name = |name: &str| format!("{field}.{name}");
        let roles = self.roles.iter().enumerate();
        let identifiers = self.identifiers.iter().enumerate();
        let keys = self.keys.iter().enumerate();
        Ok(Member {
            id: member_id(&name("id"), &self.id)?,
            legal_name: text(&name("legal_name"), &self.legal_name)?,
            identifiers: identifiers
                .map(|(index, one)| read_identifier(&format!("{field}.identifiers[{index}]"), one))
                .collect::<Read<_>>()?,
            roles: roles
                .map(|(index, role)| read_role(&format!("{field}.roles[{index}]"), role))
                .collect::<Read<_>>()?,
            status: read_status(&name("status"), &self.status)?,
            keys: keys
                .map(|(index, key)| read_key(&format!("{field}.keys[{index}]"), key))
                .collect::<Read<_>>()?,
            sponsor: self.sponsor.as_ref().map(|id| member_id(&name("sponsor"), id)).transpose()?,
        })
    }
}

pub(super) fn member_id(field: &str, text: &str) -> Read<MemberId> {
    MemberId::new(text).map_err(at(field))
}

/// A key that may stand on the ledger: canonical, and not of small order.
pub(super) fn public_key(field: &str, text: &str) -> Read<PublicKey> {
    if text.starts_with("file:") {
        return refuse(field, GenesisProblem::KeyFile);
    }
    let mut bytes = [0; 32];
    if hex::decode_to_slice(text, &mut bytes).is_err() {
        return refuse(field, GenesisProblem::KeyText { found: text.to_owned() });
    }
    let key = PublicKey(bytes);
    tally_proto::key::check(&key).map_err(at(field))?;
    Ok(key)
}

fn text(field: &str, text: &str) -> Read<Text> {
    Text::new(text).map_err(at(field))
}

fn identifier_document(identifier: &PartyIdentifier) -> IdentifierDocument {
    IdentifierDocument { scheme: identifier.scheme.to_string(), value: identifier.value.to_string() }
}

fn read_identifier(field: &str, from: &IdentifierDocument) -> Read<PartyIdentifier> {
    let scheme = text(&format!("{field}.scheme"), &from.scheme)?;
    Ok(PartyIdentifier { scheme, value: text(&format!("{field}.value"), &from.value)? })
}

fn key_document(key: &MemberKey) -> KeyDocument {
    KeyDocument {
        key: key.key.to_string(),
        capacity: capacity_name(key.capacity).to_owned(),
        valid_from: key.valid_from.number(),
        revoked_from: key.revoked_from.map(Height::number),
    }
}

fn read_key(field: &str, from: &KeyDocument) -> Read<MemberKey> {
    Ok(MemberKey {
        key: public_key(&format!("{field}.key"), &from.key)?,
        capacity: read_capacity(&format!("{field}.capacity"), &from.capacity)?,
        valid_from: Height::new(from.valid_from),
        revoked_from: from.revoked_from.map(Height::new),
    })
}

const ROLES: [Role; 7] = [
    Role::Anchor,
    Role::Supplier,
    Role::Funder,
    Role::Bank,
    Role::Guarantor,
    Role::Regulator,
    Role::CollectionAgent,
];

fn role_name(role: Role) -> &'static str {
    match role {
        Role::Anchor => "anchor",
        Role::Supplier => "supplier",
        Role::Funder => "funder",
        Role::Bank => "bank",
        Role::Guarantor => "guarantor",
        Role::Regulator => "regulator",
        Role::CollectionAgent => "collection-agent",
    }
}

fn read_role(field: &str, text: &str) -> Read<Role> {
    let known = "anchor, supplier, funder, bank, guarantor, regulator, collection-agent";
    choose(field, text, &ROLES, role_name, known)
}

const STATUSES: [MemberStatus; 4] =
    [MemberStatus::Pending, MemberStatus::Active, MemberStatus::Suspended, MemberStatus::Exited];

fn status_name(status: MemberStatus) -> &'static str {
    match status {
        MemberStatus::Pending => "pending",
        MemberStatus::Active => "active",
        MemberStatus::Suspended => "suspended",
        MemberStatus::Exited => "exited",
    }
}

fn read_status(field: &str, text: &str) -> Read<MemberStatus> {
    choose(field, text, &STATUSES, status_name, "pending, active, suspended, exited")
}

const CAPACITIES: [KeyCapacity; 3] = [KeyCapacity::Maker, KeyCapacity::Checker, KeyCapacity::Both];

fn capacity_name(capacity: KeyCapacity) -> &'static str {
    match capacity {
        KeyCapacity::Maker => "maker",
        KeyCapacity::Checker => "checker",
        KeyCapacity::Both => "both",
    }
}

fn read_capacity(field: &str, text: &str) -> Read<KeyCapacity> {
    choose(field, text, &CAPACITIES, capacity_name, "maker, checker, both")
}

fn choose<T: Copy>(
    field: &str,
    text: &str,
    all: &[T],
    name: fn(T) -> &'static str,
    known: &'static str,
) -> Read<T> {
    let found = all.iter().find(|one| name(**one) == text).copied();
    found.map_or_else(|| refuse(field, GenesisProblem::Choice { found: text.to_owned(), known }), Ok)
}
