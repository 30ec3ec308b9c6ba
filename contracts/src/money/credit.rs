//! Credit: the bank records money that arrived off the ledger.
use crate::types::{Amount, MemberId, Text};

/// By a Bank: `amount` now stands in `owner`'s deposit at the sender.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CreditDeposit {
    pub owner: MemberId,
    pub amount: Amount,
    /// The bank's own reference of the arrival; settles once per bank.
    pub bank_reference: Text,
}
