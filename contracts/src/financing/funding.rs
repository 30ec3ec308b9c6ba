//! Funding: a funder's money reaches whom it finances.
use crate::failure::Failure;
use crate::member::{self, Member, Role};
use crate::money::{self, Account};
use crate::rejection::Rejection;
use crate::state::State;
use crate::types::{Amount, MemberId};

/// A funder that is a bank owes `to` more; another's own deposit at `bank` moves. Where it is short, only it may know of how much,
/// and it may not be the one who asks.
pub(crate) fn pay(
    state: &mut State,
    funder: MemberId,
    bank: MemberId,
    to: MemberId,
    amount: Amount,
) -> Result<(), Failure> {
    let account = Account { bank, owner: to, currency: amount.currency() };
    if member::find(state, funder)?.has_role(Role::Bank) {
        return money::create(state, account, amount);
    }
    money::take_of_other(state, Account { owner: funder, ..account }, amount)?;
    money::add(state, account, amount)
}

/// A funder that is a bank pays by crediting with itself; another names a bank that can.
pub(crate) fn check_paying_bank(state: &mut State, funder: &Member, bank: MemberId) -> Result<(), Failure> {
    if funder.has_role(Role::Bank) {
        if bank != funder.id {
            return Err(Rejection::PayingBankInvalid { bank }.into());
        }
        return Ok(());
    }
    match money::bank(state, bank) {
        Err(Failure::Rejection(_)) => Err(Rejection::PayingBankInvalid { bank }.into()),
        other => other,
    }
}
