//! Best execution: which facilities buy, in which order, deterministic to the last rational (rulebook §6).
use super::pricing::{Price, price};
use crate::facility::{self, Facility, FacilityStatus, Ineligibility, SettlementMethod};
use crate::failure::{Failure, Fault};
use crate::limits::FACILITIES_PER_ANCHOR_MAX;
use crate::member::{self, Role};
use crate::money::{self, Account};
use crate::policy::Policy;
use crate::receivable::Receivable;
use crate::rejection::Rejection;
use crate::screening;
use crate::state::{IndexKey, Key, State, trailing_id};
use crate::tranche::{self, Tranche};
use crate::types::{Amount, BusinessDate, FacilityId, MemberId};
use std::cmp::Ordering;

/// A sale to find buyers for.
#[derive(Clone, Copy)]
pub(crate) struct Order<'o> {
    pub receivable: &'o Receivable,
    pub seller: MemberId,
    pub amount: Amount,
    pub today: BusinessDate,
    /// No fill and no leftover may be smaller.
    pub minimum: Amount,
}

impl<'o> Order<'o> {
    /// The sale of `amount` of `tranche`, after the checks that concern no facility.
    pub fn new(
        policy: &Policy,
        today: BusinessDate,
        receivable: &'o Receivable,
        tranche: &Tranche,
        amount: Amount,
    ) -> Result<Self, Failure> {
        receivable.require_live()?;
        let face = tranche.face;
        if amount.exceeds(face)? {
            return Err(Rejection::AmountExceedsFace { face, amount }.into());
        }
        tranche::check_minimum(policy, amount)?;
        let leftover = face.minus(amount)?;
        if !leftover.is_zero() {
            tranche::check_minimum(policy, leftover)?;
        }
        let due = receivable.terms.due_date;
        if due <= today {
            return Err(Rejection::DueDatePassed { due, today }.into());
        }
        let minimum = policy.minimum_tranche(amount.currency())?;
        Ok(Self { receivable, seller: tranche.holder, amount, today, minimum })
    }
}

/// A facility's part of a sale.
#[derive(Clone, Debug)]
pub struct Fill {
    pub facility: Facility,
    pub price: Price,
}

/// Fills the order from the best facility on until it is done or nobody buys any more.
///
/// Facilities are ranked by proceeds per unit of the face they would take, compared as exact fractions; ties
/// go to the smaller id. After each fill the rest is ranked anew.
pub(crate) fn fill(state: &mut State, order: Order, only: Option<FacilityId>) -> Result<Vec<Fill>, Failure> {
    let mut facilities = match only {
        Some(id) => vec![facility::find(state, id)?],
        None => bidding(state, &order)?,
    };
    if let (Some(id), Some(named)) = (only, facilities.first())
        && let Err(why) = bid(state, &order, named, &[])?
    {
        return Err(Rejection::FacilityIneligible { facility: id, why }.into());
    }
    let mut fills: Vec<Fill> = Vec::new();
    let mut rest = order;
    while !rest.amount.is_zero() {
        let Some((position, best)) = best_bid(state, &rest, &facilities, &fills)? else { break };
        rest.amount = rest.amount.minus(best.face)?;
        // each facility fills once: what it left had hit one of its limits
        fills.push(Fill { facility: facilities.remove(position), price: best });
    }
    Ok(fills)
}

/// The best of the facilities for what is left, with its place in the list.
fn best_bid(
    state: &mut State,
    order: &Order,
    facilities: &[Facility],
    fills: &[Fill],
) -> Result<Option<(usize, Price)>, Failure> {
    let mut best: Option<(usize, Price)> = None;
    for (position, facility) in facilities.iter().enumerate() {
        let Ok(bid) = bid(state, order, facility, fills)? else { continue };
        // facilities stand in order of ids, so only a strictly better bid takes the lead
        if best.as_ref().is_none_or(|(_, leader)| is_better(&bid, leader)) {
            best = Some((position, bid));
        }
    }
    Ok(best)
}

/// What one facility would take and pay now, after `fills` of the same order, or why it takes nothing.
pub(crate) fn bid(
    state: &mut State,
    order: &Order,
    facility: &Facility,
    fills: &[Fill],
) -> Result<Result<Price, Ineligibility>, Failure> {
    if let Some(why) = refusal(state, order, facility)? {
        return Ok(Err(why));
    }
    let mut room = facility.offering.limit.minus(facility.used)?;
    if room.is_zero() {
        return Ok(Err(Ineligibility::LimitUsed));
    }
    if let Some(limit) = facility.offering.limit_per_seller {
        let used = facility::used_by(state, facility, order.seller)?;
        let left = limit.minus(used).unwrap_or(Amount::zero(limit.currency()));
        if left.is_zero() {
            return Ok(Err(Ineligibility::SellerLimitUsed));
        }
        room = room.least(left)?;
    }
    let purse = purse(state, facility, fills)?;
    let price = match price_within(order, facility, room)? {
        // proceeds stay below the face, so a face as large as the purse can be paid
        Ok(price) if u128::from(price.proceeds.minor()) > purse => {
            let minor = u64::try_from(purse).unwrap_or(u64::MAX).min(room.minor());
            price_within(order, facility, Amount::new(minor, room.currency())?)?
                .map_err(|_| Ineligibility::FunderCannotPay)
        }
        other => other,
    };
    Ok(price)
}

/// The price of as much of the order as there is room for.
fn price_within(
    order: &Order,
    facility: &Facility,
    room: Amount,
) -> Result<Result<Price, Ineligibility>, Failure> {
    let Some(face) = without_dust(order, room)? else { return Ok(Err(Ineligibility::LimitUsed)) };
    let price = price(&facility.offering, face, order.today, order.receivable.terms.due_date);
    Ok(price.ok_or(Ineligibility::ProceedsNotPositive))
}

/// Why a facility does not look at the order at all.
fn refusal(state: &mut State, order: &Order, facility: &Facility) -> Result<Option<Ineligibility>, Failure> {
    let offering = &facility.offering;
    let days = u32::try_from(order.receivable.terms.due_date.days_since(order.today)).unwrap_or(0);
    let why = if facility.status != FacilityStatus::Open {
        Some(Ineligibility::Closed)
    } else if offering.valid_until < order.today {
        Some(Ineligibility::Expired)
    } else if facility.funder == order.seller {
        Some(Ineligibility::OwnTranche)
    } else if !facility.anchors.contains(&order.receivable.anchor) {
        Some(Ineligibility::AnchorNotCovered)
    } else if offering.limit.currency() != order.amount.currency() {
        Some(Ineligibility::CurrencyDiffers)
    } else if days < offering.tenor_days_min || days > offering.tenor_days_max {
        Some(Ineligibility::TenorOutside { days })
    } else if !member::find(state, facility.funder)?.is_active() {
        Some(Ineligibility::FunderNotActive)
    } else if screening::is_listed(state, facility.funder)? {
        Some(Ineligibility::FunderScreened)
    } else {
        None
    };
    Ok(why)
}

/// As much of the order as there is room for, so that neither the fill nor the leftover is dust.
fn without_dust(order: &Order, room: Amount) -> Result<Option<Amount>, Failure> {
    let mut face = order.amount.least(room)?;
    let leftover = order.amount.minus(face)?;
    if !leftover.is_zero() && order.minimum.exceeds(leftover)? {
        let dust = order.minimum.minus(leftover)?;
        face = face.minus(dust).unwrap_or(Amount::zero(face.currency()));
    }
    Ok((!face.is_zero() && !order.minimum.exceeds(face)?).then_some(face))
}

/// What the funder can pay with, in minor units: a bank pays by owing, another from its deposit, less what
/// `fills` already take of it; outside the ledger there is no limit that the ledger knows.
fn purse(state: &mut State, facility: &Facility, fills: &[Fill]) -> Result<u128, Failure> {
    let is_paid_outside = facility.offering.method == SettlementMethod::Instruction;
    if is_paid_outside || member::find(state, facility.funder)?.has_role(Role::Bank) {
        return Ok(u128::MAX);
    }
    let owned_by = |facility: &Facility| (facility.offering.paying_bank, facility.funder);
    let pays_here = |fill: &&Fill| fill.facility.offering.method == SettlementMethod::Deposit;
    let spent = fills.iter().filter(pays_here).filter(|fill| owned_by(&fill.facility) == owned_by(facility));
    let spent = spent.fold(0_u128, |sum, fill| sum.saturating_add(u128::from(fill.price.proceeds.minor())));
    let (bank, owner) = owned_by(facility);
    let currency = facility.offering.limit.currency();
    let deposit = money::deposit(state, Account { bank, owner, currency })?;
    Ok(deposit.balance.saturating_sub(spent))
}

/// More proceeds per unit of face, by cross-multiplication.
fn is_better(one: &Price, other: &Price) -> bool {
    let product =
        |left: Amount, right: Amount| u128::from(left.minor()).checked_mul(u128::from(right.minor()));
    product(one.proceeds, other.face).cmp(&product(other.proceeds, one.face)) == Ordering::Greater
}

/// Open facilities for the order's anchor and currency, by id.
pub(crate) fn bidding(state: &mut State, order: &Order) -> Result<Vec<Facility>, Failure> {
    let (anchor, currency) = (order.receivable.anchor, order.amount.currency());
    let scope = IndexKey::FacilityFor { anchor, currency, facility: FacilityId::new(0) }.scope();
    let rows = state.index_from(&scope, &scope, FACILITIES_PER_ANCHOR_MAX)?;
    let mut facilities = Vec::with_capacity(rows.len());
    for row in rows {
        let id = FacilityId::new(trailing_id(&row));
        let dangling = || Fault::DanglingIndex { key: id.to_string() };
        facilities.push(state.get(Key::Facility(id))?.ok_or_else(dangling)?);
    }
    Ok(facilities)
}
