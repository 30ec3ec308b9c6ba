//! Proposals and votes.
use super::amounts::currency;
use super::field::{At, FieldError, FieldErrorKind, list, member, one_of, public_key, required, text};
use super::member::{roles, wire_roles};
use crate::v1::governance as wire;
use crate::v1::governance::change::Change as WireChange;
use crate::v1::member::MemberStatus;
use tally_contracts::genesis::{Observer, Validator, ValidatorSet};
use tally_contracts::governance as domain;
use tally_contracts::governance::Change;
use tally_contracts::limits::{IDENTIFIERS_MAX, KEYS_PER_MEMBER_MAX};
use tally_contracts::member::PartyIdentifier;
use tally_contracts::types::{ProposalId, Text};

impl TryFrom<&wire::Admission> for domain::Admission {
    type Error = FieldError;

    fn try_from(admission: &wire::Admission) -> Result<Self, FieldError> {
        Ok(Self {
            member: member(&admission.member, "member")?,
            legal_name: text(&admission.legal_name, "legal_name")?,
            identifiers: list(&admission.identifiers, IDENTIFIERS_MAX, "identifiers")?,
            roles: roles(&admission.roles)?,
            keys: list(&admission.keys, KEYS_PER_MEMBER_MAX, "keys")?,
        })
    }
}

impl From<&domain::Admission> for wire::Admission {
    fn from(admission: &domain::Admission) -> Self {
        Self {
            member: admission.member.to_string(),
            legal_name: admission.legal_name.to_string(),
            identifiers: admission.identifiers.iter().map(Into::into).collect(),
            roles: wire_roles(&admission.roles),
            keys: admission.keys.iter().map(Into::into).collect(),
        }
    }
}

impl TryFrom<&wire::Validator> for Validator {
    type Error = FieldError;

    fn try_from(validator: &wire::Validator) -> Result<Self, FieldError> {
        Ok(Self {
            member: member(&validator.member, "member")?,
            consensus_key: public_key(&validator.consensus_key, "consensus_key")?,
            peer_key: public_key(&validator.peer_key, "peer_key")?,
            power: validator.power,
        })
    }
}

impl From<&Validator> for wire::Validator {
    fn from(validator: &Validator) -> Self {
        Self {
            member: validator.member.to_string(),
            consensus_key: validator.consensus_key.0.to_vec(),
            peer_key: validator.peer_key.0.to_vec(),
            power: validator.power,
        }
    }
}

impl TryFrom<&wire::Observer> for Observer {
    type Error = FieldError;

    fn try_from(observer: &wire::Observer) -> Result<Self, FieldError> {
        let peer_key = public_key(&observer.peer_key, "peer_key")?;
        Ok(Self { member: member(&observer.member, "member")?, peer_key })
    }
}

impl From<&Observer> for wire::Observer {
    fn from(observer: &Observer) -> Self {
        Self { member: observer.member.to_string(), peer_key: observer.peer_key.0.to_vec() }
    }
}

impl TryFrom<&wire::Change> for Change {
    type Error = FieldError;

    fn try_from(change: &wire::Change) -> Result<Self, FieldError> {
        match change.change.as_ref().ok_or(FieldErrorKind::Missing).at("change")? {
            WireChange::AdmitMember(it) => it.try_into().map(Self::AdmitMember).at("admit_member"),
            WireChange::SetMemberStatus(it) => status_change(it).at("set_member_status"),
            WireChange::SetRoles(it) => roles_change(it).at("set_roles"),
            WireChange::SetValidator(it) => it.try_into().map(Self::SetValidator).at("set_validator"),
            WireChange::RemoveValidator(key) => {
                Ok(Self::RemoveValidator { consensus_key: public_key(key, "remove_validator")? })
            }
            WireChange::SetObserver(it) => it.try_into().map(Self::SetObserver).at("set_observer"),
            WireChange::RemoveObserver(key) => {
                Ok(Self::RemoveObserver { peer_key: public_key(key, "remove_observer")? })
            }
            WireChange::EnterPolicy(it) => {
                it.try_into().map(|policy| Self::EnterPolicy(Box::new(policy))).at("enter_policy")
            }
            WireChange::SetAnchorLimit(it) => limit_change(it).at("set_anchor_limit"),
            WireChange::RemoveAnchorLimit(it) => limit_removal(it).at("remove_anchor_limit"),
            WireChange::ScreenParty(it) => {
                let (identifier, reason) = screening(it).at("screen_party")?;
                Ok(Self::ScreenParty { identifier, reason })
            }
            WireChange::ClearParty(it) => {
                let (identifier, reason) = screening(it).at("clear_party")?;
                Ok(Self::ClearParty { identifier, reason })
            }
        }
    }
}

fn status_change(change: &wire::MemberStatusChange) -> Result<Change, FieldError> {
    let status = one_of::<MemberStatus, _>(change.status, "status")?;
    Ok(Change::SetMemberStatus { member: member(&change.member, "member")?, status })
}

fn roles_change(change: &wire::MemberRolesChange) -> Result<Change, FieldError> {
    Ok(Change::SetRoles { member: member(&change.member, "member")?, roles: roles(&change.roles)? })
}

fn limit_change(change: &wire::AnchorLimit) -> Result<Change, FieldError> {
    let limit = required(&change.limit, "limit")?;
    Ok(Change::SetAnchorLimit { anchor: member(&change.anchor, "anchor")?, limit })
}

fn limit_removal(change: &wire::AnchorLimitRemoval) -> Result<Change, FieldError> {
    let currency = currency(&change.currency, "currency")?;
    Ok(Change::RemoveAnchorLimit { anchor: member(&change.anchor, "anchor")?, currency })
}

fn screening(change: &wire::ScreeningChange) -> Result<(PartyIdentifier, Text), FieldError> {
    Ok((required(&change.identifier, "identifier")?, text(&change.reason, "reason")?))
}

impl From<&Change> for wire::Change {
    fn from(change: &Change) -> Self {
        let change = match change {
            Change::AdmitMember(it) => WireChange::AdmitMember(it.into()),
            Change::SetMemberStatus { member, status } => {
                let status = MemberStatus::from(*status).into();
                WireChange::SetMemberStatus(wire::MemberStatusChange { member: member.to_string(), status })
            }
            Change::SetRoles { member, roles } => {
                let roles = wire_roles(roles);
                WireChange::SetRoles(wire::MemberRolesChange { member: member.to_string(), roles })
            }
            Change::SetValidator(it) => WireChange::SetValidator(it.into()),
            Change::RemoveValidator { consensus_key } => {
                WireChange::RemoveValidator(consensus_key.0.to_vec())
            }
            Change::SetObserver(it) => WireChange::SetObserver(it.into()),
            Change::RemoveObserver { peer_key } => WireChange::RemoveObserver(peer_key.0.to_vec()),
            Change::EnterPolicy(it) => WireChange::EnterPolicy(it.as_ref().into()),
            Change::SetAnchorLimit { anchor, limit } => WireChange::SetAnchorLimit(wire::AnchorLimit {
                anchor: anchor.to_string(),
                limit: Some(limit.into()),
            }),
            Change::RemoveAnchorLimit { anchor, currency } => {
                let (anchor, currency) = (anchor.to_string(), currency.to_string());
                WireChange::RemoveAnchorLimit(wire::AnchorLimitRemoval { anchor, currency })
            }
            Change::ScreenParty { identifier, reason } => WireChange::ScreenParty(wire::ScreeningChange {
                identifier: Some(identifier.into()),
                reason: reason.to_string(),
            }),
            Change::ClearParty { identifier, reason } => WireChange::ClearParty(wire::ScreeningChange {
                identifier: Some(identifier.into()),
                reason: reason.to_string(),
            }),
        };
        Self { change: Some(change) }
    }
}

impl TryFrom<&wire::SubmitProposal> for domain::SubmitProposal {
    type Error = FieldError;

    fn try_from(action: &wire::SubmitProposal) -> Result<Self, FieldError> {
        Ok(Self {
            change: required(&action.change, "change")?,
            reason: text(&action.reason, "reason")?,
            open_days: action.open_days,
        })
    }
}

impl From<&domain::SubmitProposal> for wire::SubmitProposal {
    fn from(action: &domain::SubmitProposal) -> Self {
        let domain::SubmitProposal { change, reason, open_days } = action;
        Self { change: Some(change.into()), reason: reason.to_string(), open_days: *open_days }
    }
}

impl TryFrom<&wire::VoteProposal> for domain::VoteProposal {
    type Error = FieldError;

    fn try_from(action: &wire::VoteProposal) -> Result<Self, FieldError> {
        Ok(Self { proposal: ProposalId::new(action.proposal), in_favour: action.in_favour })
    }
}

impl From<&domain::VoteProposal> for wire::VoteProposal {
    fn from(action: &domain::VoteProposal) -> Self {
        Self { proposal: action.proposal.number(), in_favour: action.in_favour }
    }
}

/// A proposal with its votes counted by who validates now.
pub fn proposal(proposal: &domain::Proposal, validators: &ValidatorSet) -> wire::Proposal {
    let tally = proposal.tally(validators);
    let power = |power: u128| u64::try_from(power).unwrap_or(u64::MAX);
    let (status, decided_at) = status(proposal.status);
    let vote = |vote: &domain::Vote| wire::Vote {
        member: vote.member.to_string(),
        in_favour: vote.in_favour,
        height: vote.height.number(),
    };
    let difference = |line: &domain::Difference| wire::Difference {
        field: line.field.clone(),
        before: line.before.clone(),
        after: line.after.clone(),
    };
    wire::Proposal {
        id: proposal.id.number(),
        by: proposal.by.to_string(),
        change: Some((&proposal.change).into()),
        headline: proposal.change.to_string(),
        reason: proposal.reason.to_string(),
        differences: proposal.differences.iter().map(difference).collect(),
        opened_at_ms: proposal.opened_at.ms(),
        lapses_at_ms: proposal.lapses_at.ms(),
        votes: proposal.votes.iter().map(vote).collect(),
        status: status.into(),
        decided_at_height: decided_at,
        power_in_favour: power(tally.in_favour),
        power_against: power(tally.against),
        power_total: power(tally.total),
    }
}

/// On the wire, with the height of the decision.
fn status(status: domain::ProposalStatus) -> (wire::ProposalStatus, u64) {
    match status {
        domain::ProposalStatus::Open => (wire::ProposalStatus::Open, 0),
        domain::ProposalStatus::Passed { at } => (wire::ProposalStatus::Passed, at.number()),
        domain::ProposalStatus::Refused { at } => (wire::ProposalStatus::Refused, at.number()),
        domain::ProposalStatus::Lapsed { at } => (wire::ProposalStatus::Lapsed, at.number()),
    }
}
