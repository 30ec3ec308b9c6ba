//! One holder is paid by somebody who answers for the anchor, and who takes that part of its claim.
use super::Day;
use super::distribute::{Distribution, Payment, debited};
use crate::event::Event;
use crate::failure::Failure;
use crate::receivable::{self, Receivable};
use crate::registration::rank;
use crate::state::State;
use crate::tranche::{self, TakenOver, Tranche};
use crate::types::{Amount, PoolId};

/// Pays `payment.amount`, at most its face, on `tranche`: that part is a tranche of the payer's then, so that
/// what the anchor pays later reaches both in proportion. The payer's deposit was debited before where it is a
/// pool's; otherwise it is debited here. Saves the receivable.
pub(crate) fn pay_one(
    state: &mut State,
    day: Day,
    receivable: Receivable,
    tranche: Tranche,
    payment: Payment,
) -> Result<Vec<Event>, Failure> {
    crate::money::take(state, payment.from, payment.amount)?;
    pay_taken(state, day, receivable, tranche, Taken { payment, pool: None })
}

/// Money that was taken from where it was, and for which pool.
pub(crate) struct Taken {
    pub payment: Payment,
    pub pool: Option<PoolId>,
}

/// The same with money that was taken already.
pub(crate) fn pay_taken(
    state: &mut State,
    day: Day,
    mut receivable: Receivable,
    tranche: Tranche,
    taken: Taken,
) -> Result<Vec<Event>, Failure> {
    receivable.count_interest(day.today)?;
    let payment = taken.payment;
    let events = vec![debited(&receivable, payment).on(day.today)];
    let mut distribution = Distribution { state, day, receivable, payment, events };
    distribution.keep_interest()?;
    let (id, depth, rank) = (tranche.id, tranche.depth, rank(distribution.state, &tranche)?);
    distribution.pay_holder(tranche, payment.amount)?;
    let origin = TakenOver { from: Some(id), pool: taken.pool, rank };
    distribution.take_over(vec![id], payment.amount, depth, origin)?;
    let Distribution { state, receivable, events, .. } = distribution;
    receivable::save(state, receivable)?;
    Ok(events)
}

/// The face of `tranche` with what was taken over from it: the loss before anybody helped.
pub(crate) fn whole(state: &mut State, tranche: &Tranche) -> Result<Amount, Failure> {
    let others = tranche::of_receivable(state, tranche.receivable)?;
    let from_it = |other: &&Tranche| other.taken_over.is_some_and(|taken| taken.from == Some(tranche.id));
    let faces = others.iter().filter(from_it).map(|other| other.face);
    Ok(tranche.face.plus(Amount::sum(tranche.face.currency(), faces)?)?)
}
