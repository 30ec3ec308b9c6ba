//! Members: who they are, what they may do, and with which keys (rulebook §2).
mod action_class;
pub(crate) mod approval;
mod encryption;
mod keys;
mod kyc;
mod register;
mod standing_acceptance;

pub use approval::{ActionClass, ApprovalPolicy, ApprovalRule, SetApprovalPolicy};
pub use encryption::{EncryptionKey, SetEncryptionKey};
pub use keys::{AddKey, RevokeKey};
pub(crate) use kyc::require_known;
pub use kyc::{AttestMember, Attestation, KycFile, KycLevel, KycTerms, Revocation, RevokeAttestation};
pub use register::RegisterMember;
pub(crate) use register::admit;
pub use standing_acceptance::SetStandingAcceptance;

use crate::failure::Failure;
use crate::rejection::Rejection;
use crate::state::{Key, State};
use crate::types::{Hash, Height, MemberId, PublicKey, Text, tagged_hash};
use borsh::{BorshDeserialize, BorshSerialize};
use std::collections::BTreeSet;
use std::fmt;

/// What a member may be; one member may be several.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, BorshSerialize, BorshDeserialize)]
pub enum Role {
    /// Buyer and obligor (核心企业).
    Anchor,
    Supplier,
    /// Buys or lends against tranches (资金方).
    Funder,
    /// May record deposits.
    Bank,
    Guarantor,
    Regulator,
    CollectionAgent,
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub enum MemberStatus {
    Pending,
    Active,
    Suspended,
    Exited,
}

/// What a key may do under an approval policy with maker and checker.
#[derive(Clone, Copy, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub enum KeyCapacity {
    Maker,
    Checker,
    Both,
}

/// An ed25519 key of a member and the heights between which it signs for it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct MemberKey {
    pub key: PublicKey,
    pub capacity: KeyCapacity,
    /// First height at which the key counts.
    pub valid_from: Height,
    /// First height at which the key no longer counts, since it was revoked or given a last height when it was added;
    /// never changes what was signed before.
    pub revoked_from: Option<Height>,
}

impl MemberKey {
    pub fn is_valid_at(&self, height: Height) -> bool {
        self.valid_from <= height && self.revoked_from.is_none_or(|revoked| height < revoked)
    }
}

/// An identifier of a legal person under a scheme: `USCC` (GB 32100-2015), `LEI` (ISO 17442), `GLN`, or an
/// ISO 6523 code such as `0088`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, BorshSerialize, BorshDeserialize)]
pub struct PartyIdentifier {
    pub scheme: Text,
    pub value: Text,
}

/// A member of record.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct Member {
    pub id: MemberId,
    pub legal_name: Text,
    /// The first is the primary one: invoice fingerprints are built on it.
    pub identifiers: Vec<PartyIdentifier>,
    pub roles: BTreeSet<Role>,
    pub status: MemberStatus,
    pub keys: Vec<MemberKey>,
    /// The bank that vouched for the member; `None` for members of genesis.
    pub sponsor: Option<MemberId>,
}

impl Member {
    pub fn has_role(&self, role: Role) -> bool {
        self.roles.contains(&role)
    }

    pub fn is_active(&self) -> bool {
        match self.status {
            MemberStatus::Active => true,
            MemberStatus::Pending | MemberStatus::Suspended | MemberStatus::Exited => false,
        }
    }

    pub fn key(&self, key: &PublicKey) -> Option<&MemberKey> {
        self.keys.iter().find(|own| own.key == *key)
    }
}

impl fmt::Display for PartyIdentifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.scheme, self.value)
    }
}

impl PartyIdentifier {
    /// What makes two identifiers the same.
    pub fn hash(&self) -> Hash {
        let (scheme, value) = (self.scheme.as_str().as_bytes(), self.value.as_str().as_bytes());
        tagged_hash("tallystick/identifier", &[scheme, value])
    }
}

pub(crate) fn find(state: &mut State, id: MemberId) -> Result<Member, Failure> {
    Ok(state.get(Key::Member(id))?.ok_or(Rejection::MemberUnknown { member: id })?)
}

pub(crate) fn active(state: &mut State, id: MemberId) -> Result<Member, Failure> {
    let member = find(state, id)?;
    if !member.is_active() {
        return Err(Rejection::MemberNotActive { member: id }.into());
    }
    Ok(member)
}

pub(crate) fn active_with_role(state: &mut State, id: MemberId, role: Role) -> Result<Member, Failure> {
    let member = active(state, id)?;
    if !member.has_role(role) {
        return Err(Rejection::RoleMissing { member: id, role }.into());
    }
    Ok(member)
}

/// Whether `by` accepts from `counterparty` without being asked again.
pub(crate) fn accepts_always(
    state: &mut State,
    by: MemberId,
    counterparty: MemberId,
) -> Result<bool, Failure> {
    Ok(state.contains(Key::StandingAcceptance { by, counterparty })?)
}
