//! Register: a bank sponsors a supplier's admission in one transaction.
use super::{KeyCapacity, PartyIdentifier, Role};
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
}
