//! Sight: what a reader may see of the ledger (rulebook §8), record by record and event by event.
//!
//! A regulator sees everything. Everybody else sees the records it is a stakeholder of, and of those only its own
//! side: no sibling of a tranche, no ancestor beyond its title chain, no other funder's price. Who validates sees
//! through this API what its member sees. What is not for a reader is answered like what does not exist.
mod blocks;
mod conflicts;
mod documents;
mod events;
mod facilities;
mod liens;
mod members;
mod proofs;
mod receivables;
mod settlement;
mod shared;
mod tranches;
mod trees;

pub(super) use blocks::block_as_seen;
pub(super) use events::Watcher;

use super::access::Reader;
use super::error::{CallError, Resource};
use super::query::Reading;
use tally_contracts::member::Role;
use tally_contracts::receivable::Receivable;
use tally_contracts::state::Key;
use tally_contracts::types::{MemberId, ReceivableId};

impl Reader {
    fn has(&self, role: Role) -> bool {
        self.roles.contains(&role)
    }

    fn has_any(&self, roles: &[Role]) -> bool {
        roles.iter().any(|role| self.has(*role))
    }

    /// Whether it buys, keeps or guarantees debts.
    pub(super) fn bears_risk(&self) -> bool {
        self.has_any(&[Role::Funder, Role::Bank, Role::Guarantor])
    }

    fn is_one_of(&self, members: &[MemberId]) -> bool {
        self.reads_everything() || members.contains(&self.member)
    }
}

impl Reading<'_> {
    /// Whether the reader ever took part in a receivable: looked up by both, so that a receivable of others costs
    /// what one that never was costs.
    pub(super) fn took_part(&self, id: ReceivableId) -> Result<bool, CallError> {
        let reader = self.reader()?;
        Ok(reader.reads_everything() || self.view.is_related(reader.member.as_str(), id.number())?)
    }

    /// A receivable that the reader may see at least in part.
    pub(super) fn seen_receivable(&self, id: ReceivableId) -> Result<Receivable, CallError> {
        if !self.took_part(id)? {
            return Err(CallError::Unknown { kind: Resource::Receivable, name: id.to_string() });
        }
        self.find(&Key::Receivable(id), Resource::Receivable, id)
    }

    /// Whether the due date came: from then on the anchor sees whom it owes.
    fn is_due(&self, receivable: &Receivable) -> Result<bool, CallError> {
        Ok(receivable.terms.due_date <= self.policy_in_force()?.date(self.time))
    }
}
