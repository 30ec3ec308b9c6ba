//! Deposits: a bank's own liability to a member, recorded by that bank (rulebook §3).
mod credit;
mod moving;
mod payout;

pub use credit::CreditDeposit;
pub use moving::MoveDeposit;
pub use payout::{ConfirmPayout, RejectPayout, RequestPayout};

use crate::failure::{Failure, Fault};
use crate::member::{self, Role};
use crate::rejection::Rejection;
use crate::state::{IndexKey, Key, State};
use crate::types::{
    Amount, BusinessDate, Currency, MemberId, PayoutId, ReceivableId, Text, Timestamp, tagged_hash,
};
use borsh::{BorshDeserialize, BorshSerialize};

/// Whose money, at which bank, in which currency.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, BorshSerialize, BorshDeserialize, Hash)]
pub struct Account {
    pub bank: MemberId,
    pub owner: MemberId,
    pub currency: Currency,
}

/// What a bank owes an owner, in minor units: 128 bits, so that no arrival can ever overflow it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct Deposit {
    pub account: Account,
    /// Moves freely.
    pub balance: u128,
    /// Waits for a payout to be confirmed, or for a reservation to end.
    pub locked: u128,
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
    Paid {
        bank_reference: Text,
    },
    Rejected {
        reason: Text,
    },
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

impl Deposit {
    fn empty(account: Account) -> Self {
        Self { account, balance: 0, locked: 0 }
    }

    /// The free balance as an amount, for messages: capped at what one amount can say.
    pub fn available(&self) -> Amount {
        let minor = u64::try_from(self.balance).unwrap_or(u64::MAX).min(crate::limits::AMOUNT_MINOR_MAX);
        Amount::new(minor, self.account.currency).unwrap_or(Amount::zero(self.account.currency))
    }
}

pub(crate) fn deposit(state: &mut State, account: Account) -> Result<Deposit, Failure> {
    Ok(state.get(Key::Deposit(account))?.unwrap_or(Deposit::empty(account)))
}

/// The bank owes more than before: money arrived off the ledger, or the bank lends or buys.
pub(crate) fn create(state: &mut State, account: Account, amount: Amount) -> Result<(), Failure> {
    let key = Key::BankTotals { bank: account.bank, currency: account.currency };
    let mut totals = state.get(key)?.unwrap_or(BankTotals { credited: 0, redeemed: 0 });
    totals.credited = sum(totals.credited, amount)?;
    state.put(key, totals)?;
    add(state, account, amount)
}

/// Puts `amount` into a deposit; receivables that wait for money there are served at the block's end.
pub(crate) fn add(state: &mut State, account: Account, amount: Amount) -> Result<(), Failure> {
    let mut deposit = deposit(state, account)?;
    deposit.balance = sum(deposit.balance, amount)?;
    state.put(Key::Deposit(account), deposit)?;
    announce(state, account)
}

/// Queues what is in a deposit already, for receivables that began to wait for it now.
pub(crate) fn wake(state: &mut State, account: Account) -> Result<(), Failure> {
    if deposit(state, account)?.balance == 0 {
        return Ok(());
    }
    announce(state, account)
}

/// Queues the deposit where receivables wait for money in it.
fn announce(state: &mut State, account: Account) -> Result<(), Failure> {
    let unpaid = unpaid_scope(account);
    if deposit(state, account)?.balance > 0 && !state.index_from(&unpaid, &unpaid, 1)?.is_empty() {
        state.add_index(IndexKey::Arrival { since: state.height(), account });
    }
    Ok(())
}

/// Puts money into a deposit, locked: it is due to the owner, who may not have it yet, or a pool's.
pub(crate) fn withhold(state: &mut State, account: Account, minor: u128) -> Result<(), Failure> {
    let mut deposit = deposit(state, account)?;
    deposit.locked = deposit.locked.checked_add(minor).ok_or(Rejection::AmountOverflow {})?;
    Ok(state.put(Key::Deposit(account), deposit)?)
}

/// Frees locked money: an arrival like any other.
pub(crate) fn release(state: &mut State, account: Account, minor: u128) -> Result<(), Failure> {
    let mut deposit = deposit(state, account)?;
    let broken = Fault::InvariantBroken { invariant: "I5", subject: format!("{account:?} locked") };
    deposit.locked = deposit.locked.checked_sub(minor).ok_or(broken)?;
    deposit.balance = deposit.balance.checked_add(minor).ok_or(Rejection::AmountOverflow {})?;
    state.put(Key::Deposit(account), deposit)?;
    announce(state, account)
}

/// Takes `amount` out of a deposit's free balance.
pub(crate) fn take(state: &mut State, account: Account, amount: Amount) -> Result<(), Failure> {
    let mut deposit = deposit(state, account)?;
    let left = deposit.balance.checked_sub(u128::from(amount.minor()));
    let insufficient = Rejection::DepositInsufficient { available: deposit.available(), needed: amount };
    deposit.balance = left.ok_or(insufficient)?;
    state.put(Key::Deposit(account), deposit)?;
    Ok(())
}

/// The same by somebody else's action: its receipt says that the payer is short, and not of how much.
pub(crate) fn take_of_other(state: &mut State, account: Account, amount: Amount) -> Result<(), Failure> {
    if amount.exceeds(deposit(state, account)?.available())? {
        return Err(Rejection::PayerShort { payer: account.owner, needed: amount }.into());
    }
    take(state, account, amount)
}

/// Takes `amount` of what is locked; the caller says where it goes.
pub(crate) fn take_locked(state: &mut State, account: Account, amount: Amount) -> Result<(), Failure> {
    let mut deposit = deposit(state, account)?;
    let broken = Fault::InvariantBroken { invariant: "I5", subject: format!("{account:?} locks less") };
    deposit.locked = deposit.locked.checked_sub(amount.minor().into()).ok_or(broken)?;
    Ok(state.put(Key::Deposit(account), deposit)?)
}

/// What was locked by [`withhold`] becomes free in `to`, at the same bank.
pub(crate) fn release_locked(
    state: &mut State,
    from: Account,
    to: Account,
    amount: Amount,
) -> Result<(), Failure> {
    if amount.is_zero() {
        return Ok(());
    }
    let mut deposit = deposit(state, from)?;
    let broken = Fault::InvariantBroken { invariant: "I5", subject: format!("{from:?} locked") };
    deposit.locked = deposit.locked.checked_sub(u128::from(amount.minor())).ok_or(broken)?;
    state.put(Key::Deposit(from), deposit)?;
    add(state, to, amount)
}

/// The rows of receivables that wait for money in `account`.
pub(crate) fn unpaid_scope(account: Account) -> Vec<u8> {
    let (due, receivable) = (BusinessDate::default(), ReceivableId::new(0));
    IndexKey::Unpaid { account, due, receivable }.scope()
}

/// Marks a bank reference as used; each settles once per bank.
pub(crate) fn use_reference(state: &mut State, bank: MemberId, reference: &Text) -> Result<(), Failure> {
    if reference.is_empty() {
        return Err(Rejection::TextMissing { field: field("bank reference") }.into());
    }
    let hash = tagged_hash("tallystick/bank-reference", &[reference.as_str().as_bytes()]);
    let key = Key::BankReference { bank, reference: hash };
    if state.contains(key)? {
        return Err(Rejection::BankReferenceUsed { bank, reference: reference.clone() }.into());
    }
    state.put(key, ())?;
    Ok(())
}

/// A bank that can be named as one now.
pub(crate) fn bank(state: &mut State, bank: MemberId) -> Result<(), Failure> {
    member::active_with_role(state, bank, Role::Bank).map(|_| ())
}

pub(crate) fn field(name: &str) -> Text {
    Text::new(name).unwrap_or_default()
}

pub(crate) fn positive(amount: Amount) -> Result<(), Failure> {
    if amount.is_zero() {
        return Err(Rejection::AmountZero {}.into());
    }
    Ok(())
}

fn sum(total: u128, amount: Amount) -> Result<u128, Failure> {
    Ok(total.checked_add(u128::from(amount.minor())).ok_or(Rejection::AmountOverflow {})?)
}
