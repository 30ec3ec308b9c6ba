//! Held: money that is due to a frozen tranche or a listed member waits, locked, in the owner's deposit.
use super::{freeze, is_listed};
use crate::event::{Event, EventKind};
use crate::failure::{Failure, Fault};
use crate::limits::AMOUNT_MINOR_MAX;
use crate::money::{self, Account};
use crate::rejection::Rejection;
use crate::state::{IndexKey, Key, State, index_prefix, read_withheld};
use crate::types::{Amount, Currency, MemberId, TrancheId};
use borsh::{BorshDeserialize, BorshSerialize};

/// What is locked in one deposit because its owner is listed.
#[derive(Clone, Copy, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct Withheld {
    pub account: Account,
    pub minor: u128,
}

/// Accounts of one owner looked at in one step.
const PAGE: usize = 100;

impl Withheld {
    pub(crate) fn rows(&self) -> Vec<IndexKey> {
        vec![IndexKey::WithheldOf { account: self.account }]
    }
}

/// Pays money that is due by a tranche to its holder, or locks it where the tranche is frozen or the holder
/// listed. Whether it is held.
pub(crate) fn pay_holder(
    state: &mut State,
    tranche: TrancheId,
    account: Account,
    amount: Amount,
) -> Result<bool, Failure> {
    let minor = u128::from(amount.minor());
    if freeze::hold(state, tranche, account, minor)? {
        money::withhold(state, account, minor)?;
        return Ok(true);
    }
    pay_party(state, account, amount)
}

/// Pays money that is due to a member by name, whom no tranche's freeze concerns, or locks it where the member is
/// listed. Whether it is held.
pub(crate) fn pay_party(state: &mut State, account: Account, amount: Amount) -> Result<bool, Failure> {
    let minor = u128::from(amount.minor());
    if is_listed(state, account.owner)? {
        money::withhold(state, account, minor)?;
        enter(state, account, minor)?;
        return Ok(true);
    }
    money::add(state, account, amount)?;
    Ok(false)
}

/// What is locked for a tranche is its holder's again, unless the tranche is frozen or the holder listed meanwhile.
pub(crate) fn give_back(
    state: &mut State,
    tranche: TrancheId,
    account: Account,
    amount: Amount,
) -> Result<(), Failure> {
    let minor = u128::from(amount.minor());
    if minor == 0 || freeze::hold(state, tranche, account, minor)? {
        return Ok(());
    }
    if is_listed(state, account.owner)? {
        return enter(state, account, minor);
    }
    money::release(state, account, minor)
}

/// Counts locked money as withheld from a listed owner.
pub(super) fn enter(state: &mut State, account: Account, minor: u128) -> Result<(), Failure> {
    let before: Option<Withheld> = state.get(Key::Withheld(account))?;
    let sum = before.map_or(0, |before| before.minor).checked_add(minor);
    let withheld = Withheld { account, minor: sum.ok_or(Rejection::AmountOverflow {})? };
    Ok(state.put(Key::Withheld(account), withheld)?)
}

/// Gives back everything that was withheld from `owner`; its accounts are as many as banks and currencies.
pub(super) fn release_all(state: &mut State, owner: MemberId) -> Result<Vec<Event>, Failure> {
    let scope = owner_scope(owner)?;
    let mut events = Vec::new();
    loop {
        let rows = state.index_from(&scope, &scope, PAGE)?;
        for row in &rows {
            let dangling = || Fault::DanglingIndex { key: format!("row {row:02x?}") };
            let account = read_withheld(row).ok_or_else(dangling)?;
            let withheld: Withheld = state.get(Key::Withheld(account))?.ok_or_else(dangling)?;
            state.remove(Key::Withheld(account))?;
            money::release(state, account, withheld.minor)?;
            events.push(released(account, withheld.minor)?);
        }
        if rows.is_empty() {
            return Ok(events);
        }
    }
}

/// Money is free again. What is more than one amount can say is told as the largest.
pub(super) fn released(account: Account, minor: u128) -> Result<Event, Failure> {
    let minor = u64::try_from(minor).unwrap_or(u64::MAX).min(AMOUNT_MINOR_MAX);
    let event = Event::new(EventKind::HeldMoneyReleased).by(account.owner).with(account.bank);
    Ok(event.amount(Amount::new(minor, account.currency)?))
}

/// All rows of one owner.
fn owner_scope(owner: MemberId) -> Result<Vec<u8>, Failure> {
    let any = Currency::new("CNY").map_err(Failure::from)?;
    let row = IndexKey::WithheldOf { account: Account { bank: owner, owner, currency: any } };
    debug_assert!(row.encode().starts_with(&index_prefix::WITHHELD_OF));
    Ok(row.scope())
}
