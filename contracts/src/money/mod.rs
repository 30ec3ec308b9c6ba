//! Deposits: a bank's own liability to a member, recorded by that bank (rulebook §3).
mod credit;
mod moving;
mod payout;

pub use credit::CreditDeposit;
pub use moving::MoveDeposit;
pub use payout::{ConfirmPayout, RejectPayout, RequestPayout};

use crate::types::{Amount, Currency, MemberId, PayoutId, Text, Timestamp};
use borsh::{BorshDeserialize, BorshSerialize};

/// Whose money, at which bank, in which currency.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, BorshSerialize, BorshDeserialize)]
pub struct Account {
    pub bank: MemberId,
    pub owner: MemberId,
    pub currency: Currency,
}

/// What a bank owes an owner. `balance` moves freely; `locked` waits for a payout to be confirmed.
#[derive(Clone, Copy, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct Deposit {
    pub account: Account,
    pub balance: Amount,
    pub locked: Amount,
}

/// Per bank and currency: Σ credited − Σ redeemed = Σ balances + Σ locked (I5).
#[derive(Clone, Copy, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct BankTotals {
    /// Minor units ever credited; a running total may exceed the limit of one amount.
    pub credited: u128,
    /// Minor units ever paid out.
    pub redeemed: u128,
}

#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub enum PayoutStatus {
    Requested,
    /// The bank paid on its own rails.
    Paid { bank_reference: Text },
    Rejected { reason: Text },
}

/// A deposit on its way out of the ledger.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct Payout {
    pub id: PayoutId,
    pub account: Account,
    pub amount: Amount,
    /// The account outside the ledger that the bank pays to, as owner and bank agreed to write it.
    pub destination: Text,
    pub requested_at: Timestamp,
    pub status: PayoutStatus,
}
