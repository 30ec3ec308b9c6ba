//! Registration: a financing's number and time in the public registry, and the rank that follows (art. 768).
mod register;

pub use register::RegisterFinancing;

use crate::failure::Failure;
use crate::lien::{self, Lien};
use crate::pledge::Pledge;
use crate::policy::Policy;
use crate::rejection::Rejection;
use crate::state::State;
use crate::tranche::Tranche;
use crate::types::{Text, Timestamp};
use borsh::{BorshDeserialize, BorshSerialize};

/// What the registry says (动产融资统一登记).
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, BorshSerialize, BorshDeserialize)]
pub struct Registration {
    pub number: Text,
    pub at: Timestamp,
}

/// Who is paid before whom: smaller first, equals pro rata (Civil Code art. 768).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, BorshSerialize, BorshDeserialize)]
pub enum Rank {
    Registered(Timestamp),
    /// A financing that the policy wanted registered and that is not: by the time of the notice to the anchor.
    Noticed(Timestamp),
    Others,
}

/// The rank of an open tranche in a distribution.
///
/// A claim that was taken over by paying keeps the rank that it was paid for: what the anchor pays later reaches who
/// paid and who was paid in proportion.
pub(crate) fn rank(state: &mut State, tranche: &Tranche) -> Result<Rank, Failure> {
    if let Some(taken) = tranche.taken_over {
        return Ok(taken.rank);
    }
    if let Some(registration) = &tranche.registration {
        return Ok(Rank::Registered(registration.at));
    }
    if let Some(noticed_at) = tranche.bought_under.and_then(|purchase| purchase.ranks_from) {
        return Ok(Rank::Noticed(noticed_at));
    }
    if !tranche.is_under_lien {
        return Ok(Rank::Others);
    }
    Ok(match lien::of(state, tranche.id)? {
        Some(Lien::Pledged(Pledge { registration: Some(registration), .. })) => {
            Rank::Registered(registration.at)
        }
        Some(Lien::Pledged(pledge)) => pledge.ranks_from.map_or(Rank::Others, Rank::Noticed),
        Some(Lien::Reserved(_) | Lien::PledgeOffered(_) | Lien::Claimed(_)) | None => Rank::Others,
    })
}

/// From when an unregistered financing ranks by its notice: only where the policy wants registrations.
pub(crate) fn ranks_from(policy: &Policy, time: Timestamp) -> Option<Timestamp> {
    policy.financing_requires_registration.then_some(time)
}

/// Where the policy wants registrations, a purchase is not enforced or passed on without one.
pub(crate) fn require(policy: &Policy, tranche: &Tranche) -> Result<(), Rejection> {
    let is_missing = tranche.bought_under.is_some() && tranche.registration.is_none();
    if policy.financing_requires_registration && is_missing {
        return Err(Rejection::RegistrationMissing { tranche: tranche.id });
    }
    Ok(())
}
