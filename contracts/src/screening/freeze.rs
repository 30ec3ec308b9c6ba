//! Freeze: a Regulator holds a tranche in place; it keeps its entitlement, and money due to it waits (rulebook §5).
use super::{Withheld, held, is_listed};
use crate::event::{Event, EventKind};
use crate::execute::Call;
use crate::failure::Failure;
use crate::member::Role;
use crate::money::{self, Account, field};
use crate::recourse;
use crate::rejection::Rejection;
use crate::state::{Key, State};
use crate::tranche;
use crate::types::{MemberId, Text, Timestamp, TrancheId};
use borsh::{BorshDeserialize, BorshSerialize};

/// A frozen tranche, and the money that was due to it since. It outlives the tranche: a frozen one may be paid
/// in full, and then only its money is left.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct Freeze {
    pub tranche: TrancheId,
    /// The authority's case.
    pub case: Text,
    pub by: MemberId,
    pub since: Timestamp,
    /// The holder, who cannot change while it is frozen.
    pub holder: MemberId,
    /// What is locked for it, by deposit of its holder.
    pub held: Vec<Withheld>,
}

/// By a Regulator.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FreezeTranche {
    pub tranche: TrancheId,
    pub case: Text,
}

/// By a Regulator: what was held is the holder's again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnfreezeTranche {
    pub tranche: TrancheId,
    pub case: Text,
}

impl FreezeTranche {
    pub(crate) fn apply(&self, state: &mut State, call: &Call) -> Result<Vec<Event>, Failure> {
        call.require_role(Role::Regulator)?;
        require_case(&self.case)?;
        let tranche = tranche::find(state, self.tranche)?;
        require_not_frozen(state, self.tranche)?;
        recourse::require_none(state, &tranche)?;
        let freeze = Freeze {
            tranche: tranche.id,
            case: self.case.clone(),
            by: call.sender.id,
            since: call.time,
            holder: tranche.holder,
            held: Vec::new(),
        };
        state.put(Key::Freeze(tranche.id), freeze)?;
        let event = Event::new(EventKind::TrancheFrozen).by(call.sender.id).with(tranche.holder);
        let event = event.receivable(tranche.receivable).tranche(tranche.id).amount(tranche.face);
        Ok(vec![event.note(self.case.clone())])
    }
}

impl UnfreezeTranche {
    pub(crate) fn apply(&self, state: &mut State, call: &Call) -> Result<Vec<Event>, Failure> {
        call.require_role(Role::Regulator)?;
        require_case(&self.case)?;
        let not_frozen = Rejection::TrancheNotFrozen { tranche: self.tranche };
        let freeze: Freeze = state.get(Key::Freeze(self.tranche))?.ok_or(not_frozen)?;
        state.remove(Key::Freeze(self.tranche))?;
        let event = Event::new(EventKind::TrancheUnfrozen).by(call.sender.id).with(freeze.holder);
        let mut events = vec![event.tranche(self.tranche).note(self.case.clone())];
        // a holder that was listed meanwhile does not get it by this door
        let listed = is_listed(state, freeze.holder)?;
        for Withheld { account, minor } in freeze.held {
            if listed {
                held::enter(state, account, minor)?;
            } else {
                money::release(state, account, minor)?;
                events.push(held::released(account, minor)?);
            }
        }
        Ok(events)
    }
}

/// Refuses what would move, change or end a frozen tranche.
pub(crate) fn require_not_frozen(state: &mut State, tranche: TrancheId) -> Result<(), Failure> {
    match state.get::<Freeze>(Key::Freeze(tranche))? {
        None => Ok(()),
        Some(freeze) => Err(Rejection::TrancheFrozen { tranche, case: freeze.case }.into()),
    }
}

/// Counts money as locked for a tranche, if it is frozen; whether it is.
pub(super) fn hold(
    state: &mut State,
    tranche: TrancheId,
    account: Account,
    minor: u128,
) -> Result<bool, Failure> {
    let Some(mut freeze) = state.get::<Freeze>(Key::Freeze(tranche))? else { return Ok(false) };
    match freeze.held.iter_mut().find(|held| held.account == account) {
        Some(held) => held.minor = held.minor.checked_add(minor).ok_or(Rejection::AmountOverflow {})?,
        None => freeze.held.push(Withheld { account, minor }),
    }
    state.put(Key::Freeze(tranche), freeze)?;
    Ok(true)
}

fn require_case(case: &Text) -> Result<(), Rejection> {
    if case.is_empty() {
        return Err(Rejection::TextMissing { field: field("case reference") });
    }
    Ok(())
}
