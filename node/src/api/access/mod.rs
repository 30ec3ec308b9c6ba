//! Who reads: every call passes here before it reaches a service.
//!
//! A method that `table.rs` does not name is refused. A read is answered to a member that shows who it is: by a
//! signature over the call itself, or by the token of a session that was opened with one over the same connection.
//! Writes need nothing more than the signatures in the transaction.
mod door;
mod error;
mod gate;
mod layer;
mod nonces;
mod quotas;
mod service;
mod table;

pub(super) use door::Door;
pub(super) use error::AccessError;
pub(super) use gate::{Gate, check_time, look_up, now_ms};
pub(super) use layer::AccessLayer;
pub(super) use quotas::{Bucket, Quotas, StreamPlace};
#[cfg(test)]
pub(super) use table::METHODS;

use super::NodeView;
use super::error::CallError;
use std::collections::BTreeSet;
use std::sync::Arc;
use tally_contracts::member::Role;
use tally_contracts::types::{MemberId, PublicKey};
use tonic::Request;

/// A member that reads.
#[derive(Clone, Debug)]
pub(super) struct Reader {
    pub member: MemberId,
    pub roles: Arc<BTreeSet<Role>>,
    /// Which of its keys showed it.
    key: PublicKey,
    /// Which method it calls.
    pub method: &'static str,
    shown_by: ShownBy,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum ShownBy {
    Signature,
    Token,
}

impl Reader {
    /// Who sent a request, and what it asks. The layer lets no request of another kind through; one that came
    /// another way is refused here.
    pub(super) fn of<T>(request: Request<T>) -> Result<(Self, T), CallError> {
        let (_, mut extensions, message) = request.into_parts();
        let reader = extensions.remove::<Self>().ok_or(AccessError::Missing)?;
        Ok((reader, message))
    }

    /// The same, calling another method.
    pub(super) fn calling(self, method: &'static str) -> Self {
        Self { method, ..self }
    }

    /// A regulator sees every record, and each of its reads is recorded.
    pub(super) fn reads_everything(&self) -> bool {
        self.roles.contains(&Role::Regulator)
    }

    /// Whether the ledger still says of it what it said when it came: asked again by whoever answers it for long.
    pub(super) fn still_counts(&self, node: &NodeView) -> Result<bool, CallError> {
        let found = look_up(node, self.member, self.key)?;
        Ok(found.is_some_and(|found| found.roles == self.roles))
    }

    /// The same where a method is answered to strangers too.
    pub(super) fn or_stranger<T>(request: Request<T>) -> (Option<Self>, T) {
        let (_, mut extensions, message) = request.into_parts();
        (extensions.remove::<Self>(), message)
    }
}
