//! Move: from one deposit to another at the same bank.
use crate::types::{Amount, MemberId, Text};

/// By the owner: `amount` goes to `to`'s deposit at the same bank.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MoveDeposit {
    pub bank: MemberId,
    pub to: MemberId,
    pub amount: Amount,
    pub note: Text,
}
