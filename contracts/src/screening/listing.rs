//! Listing: entries by identifier, whether or not it is a member's; set by a Regulator or by governance.
use super::held;
use crate::event::{Event, EventKind};
use crate::execute::Call;
use crate::failure::Failure;
use crate::member::{self, Member, PartyIdentifier, Role};
use crate::money::field;
use crate::rejection::Rejection;
use crate::state::{Key, State};
use crate::types::{MemberId, Text, Timestamp};
use borsh::{BorshDeserialize, BorshSerialize};

/// An identifier on the list.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct ScreeningEntry {
    pub identifier: PartyIdentifier,
    /// The list and entry that it comes from, or the case.
    pub reason: Text,
    /// The Regulator, or the member whose vote passed the proposal.
    pub by: MemberId,
    pub since: Timestamp,
}

/// By a Regulator: a member with this identifier receives neither title nor money.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScreenParty {
    pub identifier: PartyIdentifier,
    pub reason: Text,
}

/// By a Regulator: the identifier is off the list; what was withheld is the member's again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClearParty {
    pub identifier: PartyIdentifier,
    pub reason: Text,
}

impl ScreenParty {
    pub(crate) fn apply(&self, state: &mut State, call: &Call) -> Result<Vec<Event>, Failure> {
        call.require_role(Role::Regulator)?;
        Ok(vec![screen(state, call, &self.identifier, &self.reason)?])
    }
}

impl ClearParty {
    pub(crate) fn apply(&self, state: &mut State, call: &Call) -> Result<Vec<Event>, Failure> {
        call.require_role(Role::Regulator)?;
        clear(state, call, &self.identifier, &self.reason)
    }
}

/// Puts an identifier on the list.
pub(crate) fn screen(
    state: &mut State,
    call: &Call,
    identifier: &PartyIdentifier,
    reason: &Text,
) -> Result<Event, Failure> {
    check_texts(identifier, reason)?;
    let key = Key::Screening(identifier.hash());
    let (scheme, value) = (identifier.scheme.clone(), identifier.value.clone());
    if state.contains(key)? {
        return Err(Rejection::ScreenedBefore { scheme, value }.into());
    }
    let by = call.sender.id;
    let entry =
        ScreeningEntry { identifier: identifier.clone(), reason: reason.clone(), by, since: call.time };
    state.put(key, entry)?;
    about(state, EventKind::PartyScreened, call, identifier)
}

/// Takes it off the list, and gives back what was withheld unless the member is listed otherwise.
pub(crate) fn clear(
    state: &mut State,
    call: &Call,
    identifier: &PartyIdentifier,
    reason: &Text,
) -> Result<Vec<Event>, Failure> {
    check_texts(identifier, reason)?;
    let key = Key::Screening(identifier.hash());
    let (scheme, value) = (identifier.scheme.clone(), identifier.value.clone());
    if !state.contains(key)? {
        return Err(Rejection::NotScreened { scheme, value }.into());
    }
    state.remove(key)?;
    let mut events = vec![about(state, EventKind::PartyCleared, call, identifier)?];
    if let Some(owner) = state.get::<MemberId>(Key::Identifier(identifier.hash()))?
        && !is_listed(state, owner)?
    {
        events.extend(held::release_all(state, owner)?);
    }
    Ok(events)
}

/// Whether one of the member's identifiers is on the list.
pub(crate) fn is_listed(state: &mut State, id: MemberId) -> Result<bool, Failure> {
    let member = member::find(state, id)?;
    Ok(listed(state, &member)?.is_some())
}

/// Refuses what would give title or money to a listed member.
pub(crate) fn require_clear(state: &mut State, id: MemberId) -> Result<(), Failure> {
    let member = member::find(state, id)?;
    match listed(state, &member)? {
        None => Ok(()),
        Some(PartyIdentifier { scheme, value }) => {
            Err(Rejection::PartyScreened { member: id, scheme, value }.into())
        }
    }
}

fn listed(state: &mut State, member: &Member) -> Result<Option<PartyIdentifier>, Failure> {
    for identifier in &member.identifiers {
        if state.contains(Key::Screening(identifier.hash()))? {
            return Ok(Some(identifier.clone()));
        }
    }
    Ok(None)
}

fn check_texts(identifier: &PartyIdentifier, reason: &Text) -> Result<(), Rejection> {
    if identifier.scheme.is_empty() || identifier.value.is_empty() {
        return Err(Rejection::TextMissing { field: field("identifier") });
    }
    if reason.is_empty() {
        return Err(Rejection::TextMissing { field: field("reason") });
    }
    Ok(())
}

fn about(
    state: &mut State,
    kind: EventKind,
    call: &Call,
    identifier: &PartyIdentifier,
) -> Result<Event, Failure> {
    let owner: Option<MemberId> = state.get(Key::Identifier(identifier.hash()))?;
    let event = Event::new(kind).by(call.sender.id).note(field(&identifier.to_string()));
    Ok(owner.map_or(event.clone(), |owner| event.with(owner)))
}
