//! Validators: who votes from the next height on, and who follows.
use super::validator_set;
use crate::event::{Event, EventKind};
use crate::failure::Failure;
use crate::genesis::{Observer, Validator, ValidatorSet};
use crate::member;
use crate::money::field;
use crate::rejection::Rejection;
use crate::state::{Key, State};
use crate::types::{MemberId, PublicKey};

/// A new machine in its place, or what is known of one by its consensus key.
pub(super) fn set(state: &mut State, validator: &Validator) -> Result<Event, Failure> {
    member::active(state, validator.member)?;
    let mut set = validator_set(state)?;
    set.validators.retain(|known| known.consensus_key != validator.consensus_key);
    let place = set.validators.partition_point(|known| known.consensus_key < validator.consensus_key);
    set.validators.insert(place, validator.clone());
    save(state, set, [validator.consensus_key, validator.peer_key])?;
    Ok(event(
        validator.member,
        &format!("validator {} with power {}", validator.consensus_key, validator.power),
    ))
}

pub(super) fn remove(state: &mut State, consensus_key: PublicKey) -> Result<Event, Failure> {
    let mut set = validator_set(state)?;
    let consensus_key = current(state, &set, consensus_key)?;
    let unknown = Rejection::MachineUnknown { key: consensus_key };
    let known = set.validators.iter().find(|known| known.consensus_key == consensus_key);
    let operator = known.ok_or(unknown)?.member;
    set.validators.retain(|known| known.consensus_key != consensus_key);
    save(state, set, [])?;
    Ok(event(operator, &format!("validator {consensus_key} removed")))
}

pub(super) fn set_observer(state: &mut State, observer: &Observer) -> Result<Event, Failure> {
    member::active(state, observer.member)?;
    let mut set = validator_set(state)?;
    set.observers.retain(|known| known.peer_key != observer.peer_key);
    set.observers.push(observer.clone());
    save(state, set, [observer.peer_key])?;
    Ok(event(observer.member, &format!("observer {}", observer.peer_key)))
}

pub(super) fn remove_observer(state: &mut State, peer_key: PublicKey) -> Result<Event, Failure> {
    let mut set = validator_set(state)?;
    let known = set.observers.iter().find(|known| known.peer_key == peer_key);
    let operator = known.ok_or(Rejection::MachineUnknown { key: peer_key })?.member;
    set.observers.retain(|known| known.peer_key != peer_key);
    save(state, set, [])?;
    Ok(event(operator, &format!("observer {peer_key} removed")))
}

/// Stores a set that consensus can run with: nodes take it from here for the next height, so what they could
/// not run with must never stand here.
pub(super) fn save<const N: usize>(
    state: &mut State,
    set: ValidatorSet,
    keys: [PublicKey; N],
) -> Result<(), Failure> {
    set.check().map_err(|rule| Rejection::ValidatorSetInvalid { rule: field(rule) })?;
    for key in keys {
        // a key that signs votes must never sign for a member
        if state.contains(Key::KeyOwner(key))? {
            return Err(Rejection::KeyTaken { key }.into());
        }
    }
    Ok(state.put(Key::Validators, set)?)
}

/// The key that votes now where one was replaced after it was proposed to remove it: nobody escapes by rotating.
fn current(state: &mut State, set: &ValidatorSet, mut key: PublicKey) -> Result<PublicKey, Failure> {
    let votes = |key: PublicKey| set.validators.iter().any(|known| known.consensus_key == key);
    while !votes(key)
        && let Some(next) = state.get::<PublicKey>(Key::Successor(key))?
    {
        key = next;
    }
    Ok(key)
}

pub(super) fn event(operator: MemberId, note: &str) -> Event {
    Event::new(EventKind::ValidatorsChanged).by(operator).note(field(note))
}
