//! KYC: a bank vouches for who a member is; every funder may rely on it while it counts (rulebook §2).
use super::{Role, find};
use crate::event::{Event, EventKind};
use crate::execute::Call;
use crate::failure::Failure;
use crate::limits::ATTESTATIONS_PER_MEMBER_MAX;
use crate::money::field;
use crate::rejection::Rejection;
use crate::state::{Key, State};
use crate::types::{BusinessDate, Hash, MemberId, Text};
use borsh::{BorshDeserialize, BorshSerialize};

/// How closely the bank looked.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, BorshSerialize, BorshDeserialize)]
pub enum KycLevel {
    Simplified,
    Standard,
    Enhanced,
}

/// What a bank attests.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct KycTerms {
    pub level: KycLevel,
    /// Last day on which it counts.
    pub expires_on: BusinessDate,
    /// SHA-256 of the evidence, which stays with the bank.
    pub evidence: Hash,
}

/// The word of one bank about one member; a new one replaces it.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct Attestation {
    pub issuer: MemberId,
    pub terms: KycTerms,
    pub issued_on: BusinessDate,
    pub revoked: Option<Revocation>,
}

/// That the bank no longer stands by it.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct Revocation {
    pub on: BusinessDate,
    pub reason: Text,
}

/// Everything that banks attest about one member, one entry per bank.
#[derive(Clone, PartialEq, Eq, Debug, Default, BorshSerialize, BorshDeserialize)]
pub struct KycFile {
    pub attestations: Vec<Attestation>,
}

/// By a Bank, about any member: a first attestation, or one that replaces the bank's own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AttestMember {
    pub member: MemberId,
    pub terms: KycTerms,
}

/// By the bank that attested; effective at once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RevokeAttestation {
    pub member: MemberId,
    pub reason: Text,
}

impl Attestation {
    pub fn counts_on(&self, today: BusinessDate) -> bool {
        self.revoked.is_none() && today <= self.terms.expires_on
    }
}

impl AttestMember {
    pub(crate) fn apply(&self, state: &mut State, call: &Call) -> Result<Vec<Event>, Failure> {
        call.require_role(Role::Bank)?;
        find(state, self.member)?;
        if self.member == call.sender.id {
            return Err(Rejection::CounterpartyIsSelf { member: self.member }.into());
        }
        Ok(vec![attest(state, call, self.member, &self.terms)?])
    }
}

impl RevokeAttestation {
    pub(crate) fn apply(&self, state: &mut State, call: &Call) -> Result<Vec<Event>, Failure> {
        let issuer = call.sender.id;
        let unknown = Rejection::AttestationUnknown { member: self.member, issuer };
        if self.reason.is_empty() {
            return Err(Rejection::TextMissing { field: field("reason") }.into());
        }
        let mut file = file(state, self.member)?;
        let own = file.attestations.iter_mut().find(|one| one.issuer == issuer && one.revoked.is_none());
        own.ok_or(unknown)?.revoked = Some(Revocation { on: call.today, reason: self.reason.clone() });
        state.put(Key::KycFile(self.member), file)?;
        let event = Event::new(EventKind::AttestationRevoked).by(issuer).with(self.member);
        Ok(vec![event.note(self.reason.clone())])
    }
}

/// The sender's word about `member`, as registration and renewal give it.
pub(super) fn attest(
    state: &mut State,
    call: &Call,
    member: MemberId,
    terms: &KycTerms,
) -> Result<Event, Failure> {
    let (expires_on, today) = (terms.expires_on, call.today);
    if expires_on < today {
        return Err(Rejection::AttestationExpired { expires_on, today }.into());
    }
    if terms.evidence == Hash::ZERO {
        return Err(Rejection::TextMissing { field: field("evidence of the attestation") }.into());
    }
    let issuer = call.sender.id;
    let mut file = file(state, member)?;
    file.attestations.retain(|one| one.issuer != issuer);
    if file.attestations.len() >= ATTESTATIONS_PER_MEMBER_MAX {
        let limit = u32::try_from(ATTESTATIONS_PER_MEMBER_MAX).unwrap_or(u32::MAX);
        return Err(Rejection::AttestationCount { member, limit }.into());
    }
    file.attestations.push(Attestation { issuer, terms: terms.clone(), issued_on: today, revoked: None });
    state.put(Key::KycFile(member), file)?;
    let event = Event::new(EventKind::MemberAttested).by(issuer).with(member);
    Ok(event.on(expires_on).note(field(&format!("{:?}", terms.level))))
}

/// A supplier that came by a bank's word sells to facilities only while some bank's word counts. Members of
/// genesis and those that governance admitted were looked at by all.
pub(crate) fn require_known(state: &mut State, call: &Call, member: MemberId) -> Result<(), Failure> {
    if find(state, member)?.sponsor.is_none() {
        return Ok(());
    }
    if file(state, member)?.attestations.iter().any(|one| one.counts_on(call.today)) {
        return Ok(());
    }
    Err(Rejection::KycMissing { member, today: call.today }.into())
}

fn file(state: &mut State, member: MemberId) -> Result<KycFile, Failure> {
    Ok(state.get(Key::KycFile(member))?.unwrap_or_default())
}
