//! Money: per bank and currency, Σ credited − Σ redeemed = Σ balances + Σ locked (I5).
use super::{changed, ensure, signed};
use crate::failure::Fault;
use crate::lien::Lien;
use crate::money::{Account, BankTotals, Deposit, Payout, PayoutStatus};
use crate::pool::Pool;
use crate::screening::{Freeze, Withheld};
use crate::state::{Changes, Key};
use crate::types::{Currency, MemberId};
use std::collections::BTreeMap;

pub(super) fn check(changes: &Changes) -> Result<(), Fault> {
    // what the bank owes more by its totals, less what its deposits hold more
    let mut gaps: BTreeMap<(MemberId, Currency), i128> = BTreeMap::new();
    for change in changed::<BankTotals>(changes) {
        let Key::BankTotals { bank, currency } = change.key else { continue };
        let grown = net(change.now).saturating_sub(net(change.before));
        let gap = gaps.entry((bank, currency)).or_default();
        *gap = gap.saturating_add(grown);
        check_running(change.before, change.now, bank)?;
    }
    for change in changed::<Deposit>(changes) {
        let Key::Deposit(account) = change.key else { continue };
        let grown = held(change.now).saturating_sub(held(change.before));
        let gap = gaps.entry((account.bank, account.currency)).or_default();
        *gap = gap.saturating_sub(grown);
    }
    check_locked(changes)?;
    gaps.into_iter().try_for_each(|((bank, currency), gap)| {
        ensure(gap == 0, "I5", || format!("{bank} {currency}: {gap} without a deposit"))
    })
}

/// What a deposit locks more = what waits more for a payout, a frozen tranche, a listed owner or a pool's losses.
fn check_locked(changes: &Changes) -> Result<(), Fault> {
    let mut gaps: BTreeMap<Account, i128> = BTreeMap::new();
    let mut add = |account: Account, minor: i128, sign: i128| {
        let gap = gaps.entry(account).or_default();
        *gap = gap.saturating_add(minor.saturating_mul(sign));
    };
    for change in changed::<Deposit>(changes) {
        for (deposit, sign) in [(change.before, -1), (change.now, 1)] {
            deposit.into_iter().for_each(|it| add(it.account, signed(it.locked), sign));
        }
    }
    for change in changed::<Payout>(changes) {
        for (payout, sign) in [(change.before, 1), (change.now, -1)] {
            payout.into_iter().for_each(|it| add(it.account, waiting(it), sign));
        }
    }
    for change in changed::<Freeze>(changes) {
        for (freeze, sign) in [(change.before, 1), (change.now, -1)] {
            let held = freeze.into_iter().flat_map(|it| &it.held);
            held.for_each(|it| add(it.account, signed(it.minor), sign));
        }
    }
    for change in changed::<Withheld>(changes) {
        for (withheld, sign) in [(change.before, 1), (change.now, -1)] {
            withheld.into_iter().for_each(|it| add(it.account, signed(it.minor), sign));
        }
    }
    for change in changed::<Pool>(changes) {
        for (pool, sign) in [(change.before, 1), (change.now, -1)] {
            pool.into_iter().for_each(|it| add(it.account(), signed(it.balance), sign));
        }
    }
    for change in changed::<Lien>(changes) {
        for (lien, sign) in [(change.before, 1), (change.now, -1)] {
            if let Some(Lien::Reserved(reservation)) = lien {
                reservation
                    .held
                    .iter()
                    .for_each(|it| add(it.account, signed(it.amount.minor().into()), sign));
            }
        }
    }
    gaps.into_iter().try_for_each(|(account, gap)| {
        ensure(gap == 0, "I5", || format!("{account:?}: {gap} locked for nothing"))
    })
}

/// What a payout keeps locked.
fn waiting(payout: &Payout) -> i128 {
    match payout.status {
        PayoutStatus::Requested => signed(payout.amount.minor().into()),
        PayoutStatus::Paid { .. } | PayoutStatus::Rejected { .. } => 0,
    }
}

/// Running totals only grow.
fn check_running(before: Option<&BankTotals>, now: Option<&BankTotals>, bank: MemberId) -> Result<(), Fault> {
    let (Some(before), Some(now)) = (before, now) else { return Ok(()) };
    let grows = before.credited <= now.credited && before.redeemed <= now.redeemed;
    ensure(grows, "I5", || format!("{bank}'s totals shrank"))
}

fn net(totals: Option<&BankTotals>) -> i128 {
    totals.map_or(0, |totals| signed(totals.credited).saturating_sub(signed(totals.redeemed)))
}

fn held(deposit: Option<&Deposit>) -> i128 {
    deposit.map_or(0, |deposit| signed(deposit.balance).saturating_add(signed(deposit.locked)))
}
