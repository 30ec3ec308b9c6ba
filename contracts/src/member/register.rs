//! Register: a bank sponsors a supplier's admission in one transaction.
use super::kyc::{KycTerms, attest};
use super::{KeyCapacity, Member, MemberKey, MemberStatus, PartyIdentifier, Role};
use crate::event::{Event, EventKind};
use crate::execute::Call;
use crate::failure::Failure;
use crate::limits::{IDENTIFIERS_MAX, KEYS_PER_MEMBER_MAX};
use crate::money::field;
use crate::rejection::Rejection;
use crate::state::{Key, State};
use crate::types::{MemberId, PublicKey, Text};
use std::collections::BTreeSet;

/// By a Bank, for a new Supplier: other roles are admitted by governance.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RegisterMember {
    pub member: MemberId,
    pub legal_name: Text,
    pub identifiers: Vec<PartyIdentifier>,
    pub roles: BTreeSet<Role>,
    pub keys: Vec<(PublicKey, KeyCapacity)>,
    /// What the bank attests about it.
    pub attestation: KycTerms,
}

impl RegisterMember {
    pub(crate) fn apply(&self, state: &mut State, call: &Call) -> Result<Vec<Event>, Failure> {
        call.require_role(Role::Bank)?;
        if self.roles != BTreeSet::from([Role::Supplier]) {
            return Err(Rejection::RolesNotSponsorable {}.into());
        }
        let valid = |(key, capacity): &(PublicKey, KeyCapacity)| MemberKey {
            key: *key,
            capacity: *capacity,
            valid_from: call.height,
            revoked_from: None,
        };
        let member = Member {
            id: self.member,
            legal_name: self.legal_name.clone(),
            identifiers: self.identifiers.clone(),
            roles: self.roles.clone(),
            status: MemberStatus::Active,
            keys: self.keys.iter().map(valid).collect(),
            sponsor: Some(call.sender.id),
        };
        admit(state, member)?;
        let attested = attest(state, call, self.member, &self.attestation)?;
        Ok(vec![Event::new(EventKind::MemberRegistered).by(call.sender.id).with(self.member), attested])
    }
}

/// Enters a member whose id, identifiers and keys are new; used by genesis too.
pub(crate) fn admit(state: &mut State, member: Member) -> Result<(), Failure> {
    if state.contains(Key::Member(member.id))? {
        return Err(Rejection::MemberExists { member: member.id }.into());
    }
    if member.legal_name.is_empty() {
        return Err(Rejection::TextMissing { field: field("legal name") }.into());
    }
    let count = u32::try_from(member.identifiers.len()).unwrap_or(u32::MAX);
    let limit = u32::try_from(IDENTIFIERS_MAX).unwrap_or(u32::MAX);
    if count == 0 || count > limit {
        return Err(Rejection::IdentifierCount { count, limit }.into());
    }
    let count = u32::try_from(member.keys.len()).unwrap_or(u32::MAX);
    let limit = u32::try_from(KEYS_PER_MEMBER_MAX).unwrap_or(u32::MAX);
    if count == 0 || count > limit {
        return Err(Rejection::KeyCount { count, limit }.into());
    }
    member.identifiers.iter().try_for_each(|identifier| claim_identifier(state, identifier, member.id))?;
    member.keys.iter().try_for_each(|key| claim_key(state, key.key, member.id))?;
    state.put(Key::Member(member.id), member)?;
    Ok(())
}

fn claim_identifier(
    state: &mut State,
    identifier: &PartyIdentifier,
    member: MemberId,
) -> Result<(), Failure> {
    if identifier.scheme.is_empty() || identifier.value.is_empty() {
        return Err(Rejection::TextMissing { field: field("identifier") }.into());
    }
    let key = Key::Identifier(identifier.hash());
    if let Some(owner) = state.get::<MemberId>(key)? {
        let (scheme, value) = (identifier.scheme.clone(), identifier.value.clone());
        return Err(Rejection::IdentifierTaken { scheme, value, member: owner }.into());
    }
    state.put(key, member)?;
    Ok(())
}

/// A key signs for one member, now and for ever.
pub(super) fn claim_key(state: &mut State, key: PublicKey, member: MemberId) -> Result<(), Failure> {
    if state.contains(Key::KeyOwner(key))? {
        return Err(Rejection::KeyTaken { key }.into());
    }
    state.put(Key::KeyOwner(key), member)?;
    Ok(())
}
