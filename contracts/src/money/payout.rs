//! Payout: request locks, the bank's confirmation burns, its rejection unlocks.
use super::{Account, Payout, PayoutStatus, add, bank, deposit, field, positive, use_reference};
use crate::event::{Event, EventKind};
use crate::execute::Call;
use crate::failure::{Failure, Fault};
use crate::money::BankTotals;
use crate::rejection::Rejection;
use crate::screening;
use crate::state::{Key, State};
use crate::types::CounterKind;
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

impl RequestPayout {
    pub(crate) fn apply(&self, state: &mut State, call: &Call) -> Result<Vec<Event>, Failure> {
        positive(self.amount)?;
        bank(state, self.bank)?;
        screening::require_clear(state, call.sender.id)?;
        if self.destination.is_empty() {
            return Err(Rejection::TextMissing { field: field("destination") }.into());
        }
        let account = Account { bank: self.bank, owner: call.sender.id, currency: self.amount.currency() };
        let mut deposit = deposit(state, account)?;
        let minor = u128::from(self.amount.minor());
        let insufficient =
            Rejection::DepositInsufficient { available: deposit.available(), needed: self.amount };
        deposit.balance = deposit.balance.checked_sub(minor).ok_or(insufficient)?;
        deposit.locked = deposit.locked.checked_add(minor).ok_or(Rejection::AmountOverflow {})?;
        state.put(Key::Deposit(account), deposit)?;

        let payout = Payout {
            id: PayoutId::new(state.next_number(CounterKind::Payout)?),
            account,
            amount: self.amount,
            destination: self.destination.clone(),
            requested_at: call.time,
            status: PayoutStatus::Requested,
        };
        let event = about(EventKind::PayoutRequested, &payout);
        state.put(Key::Payout(payout.id), payout)?;
        Ok(vec![event.note(self.destination.clone())])
    }
}

impl ConfirmPayout {
    pub(crate) fn apply(&self, state: &mut State, call: &Call) -> Result<Vec<Event>, Failure> {
        let mut payout = requested(state, call, self.payout)?;
        use_reference(state, call.sender.id, &self.bank_reference)?;

        unlock(state, &payout, false)?;
        let key = Key::BankTotals { bank: payout.account.bank, currency: payout.account.currency };
        let mut totals = state.get(key)?.unwrap_or(BankTotals { credited: 0, redeemed: 0 });
        let redeemed = totals.redeemed.checked_add(u128::from(payout.amount.minor()));
        totals.redeemed = redeemed.ok_or(Rejection::AmountOverflow {})?;
        state.put(key, totals)?;

        payout.status = PayoutStatus::Paid { bank_reference: self.bank_reference.clone() };
        let event = about(EventKind::PayoutConfirmed, &payout);
        state.put(Key::Payout(payout.id), payout)?;
        Ok(vec![event.note(self.bank_reference.clone())])
    }
}

impl RejectPayout {
    pub(crate) fn apply(&self, state: &mut State, call: &Call) -> Result<Vec<Event>, Failure> {
        let mut payout = requested(state, call, self.payout)?;
        if self.reason.is_empty() {
            return Err(Rejection::TextMissing { field: field("reason") }.into());
        }
        unlock(state, &payout, true)?;
        payout.status = PayoutStatus::Rejected { reason: self.reason.clone() };
        let event = about(EventKind::PayoutRejected, &payout);
        state.put(Key::Payout(payout.id), payout)?;
        Ok(vec![event.note(self.reason.clone())])
    }
}

/// A payout that waits for the sender, its bank.
fn requested(state: &mut State, call: &Call, id: PayoutId) -> Result<Payout, Failure> {
    let unknown = Rejection::PayoutUnknown { payout: id };
    let payout: Payout = state.get(Key::Payout(id))?.ok_or_else(|| unknown.clone())?;
    if payout.account.bank != call.sender.id {
        return Err(unknown.into());
    }
    match payout.status {
        PayoutStatus::Requested => Ok(payout),
        PayoutStatus::Paid { .. } | PayoutStatus::Rejected { .. } => {
            Err(Rejection::PayoutNotOpen { payout: id }.into())
        }
    }
}

/// The locked amount leaves the deposit, or is free again.
fn unlock(state: &mut State, payout: &Payout, give_back: bool) -> Result<(), Failure> {
    let mut deposit = deposit(state, payout.account)?;
    let minor = u128::from(payout.amount.minor());
    let broken = Fault::InvariantBroken { invariant: "I5", subject: format!("{} locked", payout.id) };
    deposit.locked = deposit.locked.checked_sub(minor).ok_or(broken)?;
    state.put(Key::Deposit(payout.account), deposit)?;
    if give_back {
        // an arrival like any other: receivables may wait for it
        return add(state, payout.account, payout.amount);
    }
    Ok(())
}

fn about(kind: EventKind, payout: &Payout) -> Event {
    let event = Event::new(kind).by(payout.account.owner).with(payout.account.bank);
    event.payout(payout.id).amount(payout.amount)
}
