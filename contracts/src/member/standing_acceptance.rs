//! Standing acceptance: what a counterparty offers is accepted without asking again.
use crate::types::MemberId;

/// By any member: receivables that `counterparty` confirms and tranches that it transfers are accepted at
/// once while `active`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SetStandingAcceptance {
    pub counterparty: MemberId,
    pub active: bool,
}
