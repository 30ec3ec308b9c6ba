//! Discount: sale of a tranche before its due date, delivery versus payment (贴现).
use super::best_execution::{Fill, Order, fill};
use crate::dilution;
use crate::event::{Event, EventKind};
use crate::execute::Call;
use crate::facility;
use crate::failure::Failure;
use crate::member::{self, Role};
use crate::money::{self, Account};
use crate::pool;
use crate::receivable::{self, Receivable};
use crate::rejection::Rejection;
use crate::screening;
use crate::state::State;
use crate::tranche::{self, Purchase, Tranche};
use crate::types::{Amount, FacilityId, MemberId, TrancheId};

/// By the holder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DiscountTranche {
    pub tranche: TrancheId,
    /// Face to sell: the whole tranche or less.
    pub amount: Amount,
    /// Refused below this, so a quote that went stale costs nothing.
    pub min_proceeds: Amount,
    /// Only this facility; `None` for best execution over all.
    pub facility: Option<FacilityId>,
    /// Sell what can be sold; otherwise all or nothing.
    pub allow_partial_fills: bool,
}

impl DiscountTranche {
    pub(crate) fn apply(&self, state: &mut State, call: &Call) -> Result<Vec<Event>, Failure> {
        let tranche = tranche::free(state, call, self.tranche)?;
        let mut receivable = receivable::find(state, tranche.receivable)?;
        screening::require_clear(state, call.sender.id)?;
        member::require_known(state, call, call.sender.id)?;
        let fills = self.fills(state, call, &tranche, &receivable)?;
        let faces: Vec<Amount> = fills.iter().map(|fill| fill.price.face).collect();
        let sold = Amount::sum(self.amount.currency(), faces.iter().copied())?;
        if sold != self.amount && !self.allow_partial_fills {
            return Err(Rejection::NotFillable { fillable: sold, wanted: self.amount }.into());
        }
        let offered = Amount::sum(self.amount.currency(), fills.iter().map(|fill| fill.price.proceeds))?;
        if self.min_proceeds.exceeds(offered)? {
            return Err(Rejection::ProceedsBelowMinimum { offered, minimum: self.min_proceeds }.into());
        }

        let (parts, mut events) = carve(state, &mut receivable, tranche, faces, sold)?;
        receivable::save(state, receivable)?;
        for (part, fill) in parts.into_iter().zip(fills) {
            let receivable = receivable::find(state, part.receivable)?;
            dilution::order::require_undisputed(state, &receivable, &part)?;
            events.push(sell(state, part, &fill)?);
        }
        Ok(events)
    }

    fn fills(
        &self,
        state: &mut State,
        call: &Call,
        tranche: &Tranche,
        receivable: &Receivable,
    ) -> Result<Vec<Fill>, Failure> {
        let order = Order::new(call.policy, call.today, receivable, tranche, self.amount)?;
        let fills = fill(state, order, self.facility)?;
        if fills.is_empty() {
            return Err(Rejection::NoFacilityEligible { receivable: receivable.id }.into());
        }
        Ok(fills)
    }
}

/// One tranche per fill, then what stays with the holder; the whole tranche is sold as it is.
fn carve(
    state: &mut State,
    receivable: &mut Receivable,
    tranche: Tranche,
    mut faces: Vec<Amount>,
    sold: Amount,
) -> Result<(Vec<Tranche>, Vec<Event>), Failure> {
    let leftover = tranche.face.minus(sold)?;
    if !leftover.is_zero() {
        faces.push(leftover);
    }
    if faces.len() == 1 {
        return Ok((vec![tranche], Vec::new()));
    }
    let (parts, event) = tranche::split::split(state, receivable, &tranche, &faces)?;
    Ok((parts, vec![event]))
}

/// Title and money move together: delivery versus payment.
fn sell(state: &mut State, mut tranche: Tranche, fill: &Fill) -> Result<Event, Failure> {
    let (seller, funder) = (tranche.holder, fill.facility.funder);
    tranche::hand_over(state, &mut tranche, funder)?;
    tranche::keep_liable(&mut tranche, fill.facility.offering.recourse, seller);
    let purchase = Purchase { facility: fill.facility.id, seller };
    facility::occupy(state, purchase, tranche.face)?;
    tranche.bought_under = Some(purchase);
    pay(state, fill, seller)?;
    pool::count_interest(state, tranche.receivable, seller, fill.price.discount)?;
    let event = tranche::transfer::about(EventKind::TrancheDiscounted, &tranche).by(seller).with(funder);
    tranche::save(state, tranche)?;
    Ok(event.facility(fill.facility.id).proceeds(fill.price.proceeds))
}

/// A bank owes the seller more; another funder's own deposit moves.
fn pay(state: &mut State, fill: &Fill, seller: MemberId) -> Result<(), Failure> {
    let (funder, proceeds) = (fill.facility.funder, fill.price.proceeds);
    let to =
        Account { bank: fill.facility.offering.paying_bank, owner: seller, currency: proceeds.currency() };
    if member::find(state, funder)?.has_role(Role::Bank) {
        return money::create(state, to, proceeds);
    }
    money::take(state, Account { owner: funder, ..to }, proceeds)?;
    money::add(state, to, proceeds)
}
