//! Discount: sale of a tranche before its due date, delivery versus payment (贴现).
use super::best_execution::{Fill, Order, fill};
use super::funding;
use super::reservation::reserve;
use crate::dilution;
use crate::event::{Event, EventKind};
use crate::execute::Call;
use crate::facility::{self, SettlementMethod};
use crate::failure::Failure;
use crate::fair_cost;
use crate::member;
use crate::pool;
use crate::receivable::{self, Receivable};
use crate::recourse::RecourseTerms;
use crate::registration;
use crate::rejection::Rejection;
use crate::screening;
use crate::state::State;
use crate::tranche::{self, Purchase, Recourse, Tranche};
use crate::types::{Amount, FacilityId, MemberId, Rate, TrancheId};

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
        registration::require(call.policy, &tranche)?;
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
        receivable::save(state, receivable.clone())?;
        for (part, fill) in parts.into_iter().zip(fills) {
            let receivable = receivable::find(state, part.receivable)?;
            dilution::order::require_undisputed(state, &receivable, &part)?;
            events.push(sell(state, call, &receivable, part, &fill)?);
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
pub(crate) fn carve(
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

/// Title and money move together, or title waits for money outside the ledger.
fn sell(
    state: &mut State,
    call: &Call,
    receivable: &Receivable,
    mut tranche: Tranche,
    fill: &Fill,
) -> Result<Event, Failure> {
    match fill.facility.offering.method {
        SettlementMethod::Instruction => return reserve(state, call, receivable, tranche, fill),
        SettlementMethod::Deposit => {}
    }
    let (seller, funder, proceeds) = (tranche.holder, fill.facility.funder, fill.price.proceeds);
    let purchase = purchase(call, seller, fill);
    fair_cost::sold(state, seller, (&fill.price).into())?;
    facility::occupy(state, purchase, tranche.face)?;
    transfer_title(state, &mut tranche, funder, fill.facility.offering.recourse, purchase)?;
    funding::pay(state, funder, fill.facility.offering.paying_bank, seller, proceeds)?;
    pool::count_interest(state, tranche.receivable, seller, fill.price.discount)?;
    let event = about_sale(EventKind::TrancheDiscounted, &tranche, purchase, funder).proceeds(proceeds);
    tranche::save(state, tranche)?;
    Ok(event)
}

/// What a facility buys, and what it may claim back.
pub(super) fn purchase(call: &Call, seller: MemberId, fill: &Fill) -> Purchase {
    let (offering, price) = (&fill.facility.offering, &fill.price);
    let terms = || {
        // the discount was taken off the face, so it is never more
        let principal = price.face.minus(price.discount).unwrap_or(Amount::zero(price.face.currency()));
        let rate = Rate::from_ppm(u32::try_from(price.rate_ppm()).unwrap_or(u32::MAX));
        RecourseTerms { face: price.face, principal, rate, day_count: offering.day_count }
    };
    Purchase {
        facility: fill.facility.id,
        seller,
        ranks_from: registration::ranks_from(call.policy, call.time),
        recourse: (offering.recourse == Recourse::Full).then(terms),
    }
}

/// The buyer holds it from now on, under the facility that already counts it. The caller saves it.
pub(super) fn transfer_title(
    state: &mut State,
    tranche: &mut Tranche,
    funder: MemberId,
    recourse: Recourse,
    purchase: Purchase,
) -> Result<(), Failure> {
    tranche::hand_over(state, tranche, funder)?;
    tranche::keep_liable(tranche, recourse, purchase.seller);
    tranche.bought_under = Some(purchase);
    Ok(())
}

pub(super) fn about_sale(kind: EventKind, tranche: &Tranche, purchase: Purchase, funder: MemberId) -> Event {
    let event = tranche::transfer::about(kind, tranche).by(purchase.seller).with(funder);
    event.facility(purchase.facility)
}
