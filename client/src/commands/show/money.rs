//! Deposits and payouts.

use tally_proto::v1::money::{Account, Deposit, Payout};

use super::row;
use super::shown::Money;
use super::words::{amount, currency, id, some, time, word};

row! {
    /// What a bank owes an owner.
    DepositRow from Deposit as deposit {
        bank: String = account(deposit.account.as_ref()).bank,
        owner: String = account(deposit.account.as_ref()).owner,
        balance: Option<Money> = sum(deposit, &deposit.balance_minor_units),
        locked: Option<Money> = sum(deposit, &deposit.locked_minor_units),
        currency: String = account(deposit.account.as_ref()).currency,
    }
}

row! {
    /// A deposit on its way out.
    PayoutRow from Payout as payout {
        id: String = id('P', payout.id),
        bank: String = account(payout.account.as_ref()).bank,
        owner: String = account(payout.account.as_ref()).owner,
        amount: Option<Money> = amount(payout.amount.as_ref()),
        currency: String = currency(payout.amount.as_ref()),
        destination: String = payout.destination.clone(),
        requested_at: String = time(payout.requested_at_ms),
        status: String = word(payout.status().as_str_name(), "PAYOUT_STATUS_"),
        bank_reference: Option<String> = some(&payout.bank_reference),
        reject_reason: Option<String> = some(&payout.reject_reason),
    }
}

fn account(account: Option<&Account>) -> Account {
    account.cloned().unwrap_or_default()
}

fn sum(deposit: &Deposit, minor_units: &str) -> Option<Money> {
    let minor_units = minor_units.parse().ok()?;
    Some(Money { currency: account(deposit.account.as_ref()).currency, minor_units })
}
