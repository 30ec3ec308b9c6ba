//! People: admission, suspension and roles as the vote decided.
use super::validator_set;
use crate::event::{Event, EventKind};
use crate::execute::Call;
use crate::failure::Failure;
use crate::member::{self, KeyCapacity, Member, MemberKey, MemberStatus, PartyIdentifier, Role};
use crate::money::field;
use crate::rejection::Rejection;
use crate::state::{Key, State};
use crate::types::{MemberId, PublicKey, Text};
use borsh::{BorshDeserialize, BorshSerialize};
use std::collections::BTreeSet;

/// A member that the vote admits, with any roles; it may act from the block that admits it.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Admission {
    pub member: MemberId,
    pub legal_name: Text,
    pub identifiers: Vec<PartyIdentifier>,
    pub roles: BTreeSet<Role>,
    pub keys: Vec<(PublicKey, KeyCapacity)>,
}

impl Admission {
    pub(super) fn admit(&self, state: &mut State, call: &Call) -> Result<Event, Failure> {
        require_roles(self.member, &self.roles)?;
        let valid = |(key, capacity): &(PublicKey, KeyCapacity)| MemberKey {
            key: *key,
            capacity: *capacity,
            valid_from: call.height,
            revoked_from: None,
        };
        member::admit(
            state,
            Member {
                id: self.member,
                legal_name: self.legal_name.clone(),
                identifiers: self.identifiers.clone(),
                roles: self.roles.clone(),
                status: MemberStatus::Active,
                keys: self.keys.iter().map(valid).collect(),
                sponsor: None,
            },
        )?;
        Ok(Event::new(EventKind::MemberAdmitted).by(self.member))
    }
}

/// Whoever left does not come back: its id stands for what it did.
pub(super) fn set_status(state: &mut State, id: MemberId, status: MemberStatus) -> Result<Event, Failure> {
    let mut member = member::find(state, id)?;
    if member.status == MemberStatus::Exited {
        return Err(Rejection::MemberExited { member: id }.into());
    }
    let set = validator_set(state)?;
    let machines = set.validators.iter().map(|it| it.member).chain(set.observers.iter().map(|it| it.member));
    if status == MemberStatus::Exited && machines.into_iter().any(|operator| operator == id) {
        return Err(Rejection::MemberOperatesMachine { member: id }.into());
    }
    member.status = status;
    state.put(Key::Member(id), member)?;
    Ok(Event::new(EventKind::MemberStatusSet).by(id).note(field(&format!("{status:?}"))))
}

pub(super) fn set_roles(state: &mut State, id: MemberId, roles: &BTreeSet<Role>) -> Result<Event, Failure> {
    let mut member = member::find(state, id)?;
    require_roles(id, roles)?;
    member.roles.clone_from(roles);
    state.put(Key::Member(id), member)?;
    Ok(Event::new(EventKind::MemberRolesSet).by(id).note(field(&listed(roles))))
}

/// `Anchor, Supplier`.
pub(super) fn listed(roles: &BTreeSet<Role>) -> String {
    roles.iter().map(Role::to_string).collect::<Vec<_>>().join(", ")
}

fn require_roles(member: MemberId, roles: &BTreeSet<Role>) -> Result<(), Rejection> {
    if roles.is_empty() {
        return Err(Rejection::RolesEmpty { member });
    }
    Ok(())
}
