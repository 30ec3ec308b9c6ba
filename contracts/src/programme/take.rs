//! Take: a holder is paid early, and what is paid is settled.
use super::price::early_price;
use super::{EarlyPrice, Inapplicable, Programme, ProgrammeStatus, find};
use crate::block::BlockContext;
use crate::dilution;
use crate::event::{Event, EventKind};
use crate::execute::Call;
use crate::failure::Failure;
use crate::financing::{Order, carve};
use crate::money::{self, Account};
use crate::receivable::{self, Receivable};
use crate::rejection::Rejection;
use crate::screening;
use crate::settlement::settle;
use crate::state::{Key, State, StateRead};
use crate::tranche::{self, Tranche, transfer};
use crate::types::{Amount, BusinessDate, ProgrammeId, TrancheId};
use crate::{fair_cost, policy};

/// By the holder: `amount` of the tranche is paid now, at the programme's price, from the anchor's deposit at the
/// settlement bank.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TakeEarlyPayment {
    pub programme: ProgrammeId,
    pub tranche: TrancheId,
    pub amount: Amount,
    /// Refused below this.
    pub min_proceeds: Amount,
}

impl TakeEarlyPayment {
    pub(crate) fn apply(&self, state: &mut State, call: &Call) -> Result<Vec<Event>, Failure> {
        let tranche = tranche::free(state, call, self.tranche)?;
        screening::require_clear(state, call.sender.id)?;
        let mut receivable = receivable::find(state, tranche.receivable)?;
        Order::new(call.policy, call.today, &receivable, &tranche, self.amount)?;
        let programme = find(state, self.programme)?;
        let price = price(&programme, &receivable, self.amount, call.today)?;
        if self.min_proceeds.exceeds(price.proceeds)? {
            let (offered, minimum) = (price.proceeds, self.min_proceeds);
            return Err(Rejection::ProceedsBelowMinimum { offered, minimum }.into());
        }
        let left = programme.left()?;
        if price.proceeds.exceeds(left)? {
            return Err(Rejection::BudgetExhausted { left, needed: price.proceeds }.into());
        }

        money::take_of_other(state, receivable.anchor_account(), price.proceeds)?;
        let to = Account { owner: tranche.holder, ..receivable.anchor_account() };
        money::add(state, to, price.proceeds)?;
        let (parts, mut events) = carve(state, &mut receivable, tranche, vec![price.face], price.face)?;
        for paid in parts.into_iter().take(1) {
            dilution::order::require_undisputed(state, &receivable, &paid)?;
            fair_cost::sold(state, paid.holder, (&price).into())?;
            events.push(retire(state, &mut receivable, paid, &price)?.note(programme.name()));
        }
        events.extend(settle(state, call.today, &mut receivable)?);
        receivable::save(state, receivable)?;
        let spent = programme.spent.plus(price.proceeds)?;
        state.put(Key::Programme(programme.id), Programme { spent, ..programme })?;
        Ok(events)
    }
}

/// The paid part is settled: the anchor owes so much less.
fn retire(
    state: &mut State,
    receivable: &mut Receivable,
    paid: Tranche,
    price: &EarlyPrice,
) -> Result<Event, Failure> {
    let event = transfer::about(EventKind::EarlyPaid, &paid).by(paid.holder).with(receivable.anchor);
    tranche::shrink(state, receivable, paid, price.face)?;
    receivable.settled = receivable.settled.plus(price.face)?;
    Ok(event.proceeds(price.proceeds))
}

/// What the programme pays for `amount` of the receivable today.
fn price(
    programme: &Programme,
    receivable: &Receivable,
    amount: Amount,
    today: BusinessDate,
) -> Result<EarlyPrice, Rejection> {
    let terms = programme.terms;
    let refused = |why| Rejection::ProgrammeInapplicable { programme: programme.id, why };
    let why = if programme.status != ProgrammeStatus::Open {
        Some(Inapplicable::Closed)
    } else if today < terms.valid_from {
        Some(Inapplicable::NotBegun)
    } else if today > terms.valid_until {
        Some(Inapplicable::Expired)
    } else if programme.anchor != receivable.anchor {
        Some(Inapplicable::OtherAnchor)
    } else if terms.budget.currency() != amount.currency() {
        Some(Inapplicable::CurrencyDiffers)
    } else {
        None
    };
    if let Some(why) = why {
        return Err(refused(why));
    }
    let confirmed_on = receivable.confirmation.as_ref().map_or(today, |confirmation| confirmation.on);
    early_price(terms.pricing, amount, confirmed_on, today, receivable.terms.due_date)
        .ok_or(refused(Inapplicable::ProceedsNotPositive))
}

/// What taking `amount` of `tranche` at `context` would give; read-only.
pub fn quote_early_payment(
    state: &dyn StateRead,
    context: BlockContext,
    programme: ProgrammeId,
    tranche: TrancheId,
    amount: Option<Amount>,
) -> Result<EarlyPrice, Failure> {
    let mut state = State::new(state, context.height);
    let policy = policy::in_force(&mut state, context.time)?;
    let today = policy.date(context.time);
    let tranche = tranche::find(&mut state, tranche)?;
    let receivable = receivable::find(&mut state, tranche.receivable)?;
    let amount = amount.unwrap_or(tranche.face);
    Order::new(&policy, today, &receivable, &tranche, amount)?;
    let programme = find(&mut state, programme)?;
    Ok(price(&programme, &receivable, amount, today)?)
}
