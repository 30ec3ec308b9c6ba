//! Change: everything that governance may decide, and how it is carried out.
use super::people::{self, Admission};
use super::validators;
use crate::event::{Event, EventKind};
use crate::execute::Call;
use crate::failure::Failure;
use crate::genesis::{Observer, Validator};
use crate::member::{MemberStatus, PartyIdentifier, Role};
use crate::money::field;
use crate::policy::{self, Policy};
use crate::receivable::exposure;
use crate::screening;
use crate::state::State;
use crate::types::{Amount, Currency, MemberId, PublicKey, Text};
use borsh::{BorshDeserialize, BorshSerialize};
use std::collections::BTreeSet;
use std::fmt;

/// What a proposal would change. Everything it names is checked when it is proposed and again when it passes.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub enum Change {
    AdmitMember(Admission),
    /// Suspension, reactivation, exit; an exit is for ever.
    SetMemberStatus {
        member: MemberId,
        status: MemberStatus,
    },
    /// The roles that the member has from then on.
    SetRoles {
        member: MemberId,
        roles: BTreeSet<Role>,
    },
    /// A validator that votes from the next height on: a new one, or one with this consensus key changed.
    SetValidator(Validator),
    RemoveValidator {
        consensus_key: PublicKey,
    },
    SetObserver(Observer),
    RemoveObserver {
        peer_key: PublicKey,
    },
    /// The next version; in force from a later day on.
    EnterPolicy(Box<Policy>),
    /// How much an anchor may owe by confirmed receivables in all, in the limit's currency.
    SetAnchorLimit {
        anchor: MemberId,
        limit: Amount,
    },
    RemoveAnchorLimit {
        anchor: MemberId,
        currency: Currency,
    },
    /// A member with this identifier receives neither title nor money.
    ScreenParty {
        identifier: PartyIdentifier,
        reason: Text,
    },
    ClearParty {
        identifier: PartyIdentifier,
        reason: Text,
    },
}

impl Change {
    /// Checks everything, then changes it.
    pub(super) fn carry_out(&self, state: &mut State, call: &Call) -> Result<Vec<Event>, Failure> {
        let event = match self {
            Self::AdmitMember(admission) => admission.admit(state, call)?,
            Self::SetMemberStatus { member, status } => people::set_status(state, *member, *status)?,
            Self::SetRoles { member, roles } => people::set_roles(state, *member, roles)?,
            Self::SetValidator(validator) => validators::set(state, validator)?,
            Self::RemoveValidator { consensus_key } => validators::remove(state, *consensus_key)?,
            Self::SetObserver(observer) => validators::set_observer(state, observer)?,
            Self::RemoveObserver { peer_key } => validators::remove_observer(state, *peer_key)?,
            Self::EnterPolicy(policy) => {
                policy::adopt(state, call, policy)?;
                Event::new(EventKind::PolicyEntered).on(policy.effective_from)
            }
            Self::SetAnchorLimit { anchor, limit } => {
                exposure::set_limit(state, *anchor, limit.currency(), Some(*limit))?;
                Event::new(EventKind::AnchorLimitSet).by(*anchor).amount(*limit)
            }
            Self::RemoveAnchorLimit { anchor, currency } => {
                exposure::set_limit(state, *anchor, *currency, None)?;
                Event::new(EventKind::AnchorLimitSet).by(*anchor).note(field("removed"))
            }
            Self::ScreenParty { identifier, reason } => screening::screen(state, call, identifier, reason)?,
            Self::ClearParty { identifier, reason } => {
                return screening::clear(state, call, identifier, reason);
            }
        };
        Ok(vec![event])
    }
}

/// One line, for lists and events: the record has the details.
impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AdmitMember(admission) => write!(f, "admit {}", admission.member),
            Self::SetMemberStatus { member, status } => write!(f, "set {member} to {status:?}"),
            Self::SetRoles { member, .. } => write!(f, "set the roles of {member}"),
            Self::SetValidator(validator) => {
                write!(f, "let {} validate with power {}", validator.member, validator.power)
            }
            Self::RemoveValidator { consensus_key } => write!(f, "remove validator {consensus_key}"),
            Self::SetObserver(observer) => write!(f, "let {} observe", observer.member),
            Self::RemoveObserver { peer_key } => write!(f, "remove observer {peer_key}"),
            Self::EnterPolicy(policy) => {
                write!(f, "policy {} from {}", policy.version, policy.effective_from)
            }
            Self::SetAnchorLimit { anchor, limit } => write!(f, "limit {anchor} to {limit}"),
            Self::RemoveAnchorLimit { anchor, currency } => {
                write!(f, "remove the limit of {anchor} in {currency}")
            }
            Self::ScreenParty { identifier, .. } => write!(f, "screen {identifier}"),
            Self::ClearParty { identifier, .. } => write!(f, "clear {identifier}"),
        }
    }
}
