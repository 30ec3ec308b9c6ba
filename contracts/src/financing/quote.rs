//! Quote: what a discount now would give, read-only and exact.
use super::best_execution::{Fill, Order, bid, bidding, fill};
use super::pricing::Price;
use crate::block::BlockContext;
use crate::facility::{Facility, Ineligibility};
use crate::failure::Failure;
use crate::state::{State, StateRead};
use crate::types::{Amount, FacilityId, TrancheId};
use crate::{policy, receivable, tranche};

/// One facility's answer.
#[derive(Clone, Debug)]
pub struct Bid {
    pub facility: Facility,
    /// The price for as much as it would take, or why it takes nothing.
    pub answer: Result<Price, Ineligibility>,
}

/// Every facility's bid, and the fills that best execution would choose.
#[derive(Clone, Debug)]
pub struct Quote {
    pub bids: Vec<Bid>,
    pub fills: Vec<Fill>,
}

/// Quotes a sale of `amount` of `tranche` by its holder at `context`.
pub fn quote(
    state: &dyn StateRead,
    context: BlockContext,
    tranche: TrancheId,
    amount: Option<Amount>,
    only: Option<FacilityId>,
) -> Result<Quote, Failure> {
    let mut state = State::new(state, context.height);
    let policy = policy::in_force(&mut state, context.time)?;
    let tranche = tranche::find(&mut state, tranche)?;
    let receivable = receivable::find(&mut state, tranche.receivable)?;
    let amount = amount.unwrap_or(tranche.face);
    let order = Order::new(&policy, policy.date(context.time), &receivable, &tranche, amount)?;
    let mut bids = Vec::new();
    for facility in bidding(&mut state, &order)? {
        if only.is_none_or(|id| id == facility.id) {
            bids.push(Bid { answer: bid(&mut state, &order, &facility, &[])?, facility });
        }
    }
    Ok(Quote { bids, fills: fill(&mut state, order, only)? })
}
