//! Payout: request locks, the bank's confirmation burns, its rejection unlocks.
use crate::types::{Amount, MemberId, PayoutId, Text};

/// By the owner: lock `amount` until the bank paid it to `destination`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestPayout {
    pub bank: MemberId,
    pub amount: Amount,
    pub destination: Text,
}

/// By the bank: it paid, under its own reference, which settles once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfirmPayout {
    pub payout: PayoutId,
    pub bank_reference: Text,
}

/// By the bank: it could not pay; the amount is free again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RejectPayout {
    pub payout: PayoutId,
    pub reason: Text,
}
