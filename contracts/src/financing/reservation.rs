//! Reservation: a sale whose payment is made outside the ledger; title waits for the bank's word (rulebook §3).
use super::best_execution::Fill;
use super::discount::{about_sale, purchase, transfer_title};
use crate::event::{Event, EventKind};
use crate::execute::Call;
use crate::facility;
use crate::failure::Failure;
use crate::fair_cost::{self, SaleCost};
use crate::lien::{self, Lien};
use crate::money::{self, Account};
use crate::pool;
use crate::receivable::{Collection, Receivable};
use crate::rejection::Rejection;
use crate::screening;
use crate::state::{Key, State};
use crate::tranche::{Purchase, Recourse, Tranche};
use crate::types::{Amount, AmountError, MemberId, ReceivableId, Text, Timestamp, TrancheId};
use borsh::{BorshDeserialize, BorshSerialize};

/// A tranche that is sold and still the seller's; the facility's limit is held for it.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct Reservation {
    pub tranche: TrancheId,
    pub receivable: ReceivableId,
    pub funder: MemberId,
    /// Who confirms that the seller was paid.
    pub paying_bank: MemberId,
    pub purchase: Purchase,
    pub recourse: Recourse,
    /// Of the limit; less what the anchor pays meanwhile.
    pub face: Amount,
    /// What the seller is to be paid.
    pub proceeds: Amount,
    /// What it costs the seller.
    pub cost: SaleCost,
    /// What is paid on it meanwhile, locked where it arrived: the buyer's if the payment is confirmed, else the
    /// seller's. Each deposit stands once, none of nothing.
    pub held: Vec<Held>,
    /// When the tranche is the seller's alone again.
    pub lapses_at: Timestamp,
}

/// Money in a seller's deposit that waits for the bank's word.
#[derive(Clone, Copy, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct Held {
    pub account: Account,
    pub amount: Amount,
}

/// By the paying bank: the seller was paid; title moves. One reference settles once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfirmDiscount {
    pub tranche: TrancheId,
    pub payment_reference: Text,
}

/// Holds the facility's limit and the tranche until the payment is confirmed, but not into the settlement day.
pub(super) fn reserve(
    state: &mut State,
    call: &Call,
    receivable: &Receivable,
    tranche: Tranche,
    fill: &Fill,
) -> Result<Event, Failure> {
    let purchase = purchase(call, tranche.holder, fill);
    facility::occupy(state, purchase, tranche.face)?;
    let offering = &fill.facility.offering;
    let reservation = Reservation {
        tranche: tranche.id,
        receivable: receivable.id,
        funder: fill.facility.funder,
        paying_bank: offering.paying_bank,
        purchase,
        recourse: offering.recourse,
        face: tranche.face,
        proceeds: fill.price.proceeds,
        cost: (&fill.price).into(),
        held: Vec::new(),
        lapses_at: lapses_at(call, receivable),
    };
    let event = reservation.event(EventKind::DiscountReserved, &tranche);
    lien::put_on(state, tranche, Lien::Reserved(reservation))?;
    Ok(event)
}

/// The policy's hours, or the moment before settlement begins if that is sooner.
fn lapses_at(call: &Call, receivable: &Receivable) -> Timestamp {
    let hours_over = call.time.plus_hours(call.policy.acceptance_hours);
    match receivable.collection {
        Collection::Awaited { at } => hours_over.min(Timestamp::from_ms(at.ms().saturating_sub(1))),
        Collection::Idle | Collection::Running { .. } | Collection::Escalating { .. } => hours_over,
    }
}

impl ConfirmDiscount {
    pub(crate) fn apply(&self, state: &mut State, call: &Call) -> Result<Vec<Event>, Failure> {
        let reservation = reserved(state, self.tranche)?;
        if reservation.paying_bank != call.sender.id {
            return Err(Rejection::NotPayingBank { tranche: self.tranche }.into());
        }
        screening::require_not_frozen(state, self.tranche)?;
        screening::require_clear(state, reservation.funder)?;
        money::use_reference(state, call.sender.id, &self.payment_reference)?;

        lien::lift(state, self.tranche)?;
        fair_cost::sold(state, reservation.purchase.seller, reservation.cost)?;
        pool::count_interest(
            state,
            reservation.receivable,
            reservation.purchase.seller,
            reservation.cost.discount,
        )?;
        for held in &reservation.held {
            let to = Account { owner: reservation.funder, ..held.account };
            money::release_locked(state, held.account, to, held.amount)?;
        }
        let mut event = reservation.ended(EventKind::TrancheDiscounted).proceeds(reservation.proceeds);
        // what the anchor paid in full meanwhile has no title left to move
        if let Some(mut tranche) = state.get::<Tranche>(Key::Tranche(self.tranche))? {
            let Reservation { funder, recourse, purchase, .. } = reservation;
            transfer_title(state, &mut tranche, funder, recourse, purchase)?;
            event = event.amount(tranche.face);
            crate::tranche::save(state, tranche)?;
        }
        Ok(vec![event.note(self.payment_reference.clone())])
    }
}

/// At the end of a block, when nobody confirmed in time: limit, tranche and held money are free again.
pub(crate) fn lapse(state: &mut State, tranche: TrancheId) -> Result<Vec<Event>, Failure> {
    let reservation = reserved(state, tranche)?;
    lien::lift(state, tranche)?;
    facility::release(state, reservation.purchase, reservation.face)?;
    for held in &reservation.held {
        screening::give_back(state, tranche, held.account, held.amount)?;
    }
    Ok(vec![reservation.ended(EventKind::DiscountLapsed).amount(reservation.face)])
}

fn reserved(state: &mut State, tranche: TrancheId) -> Result<Reservation, Failure> {
    match lien::of(state, tranche)? {
        Some(Lien::Reserved(reservation)) => Ok(reservation),
        Some(Lien::PledgeOffered(_) | Lien::Pledged(_) | Lien::Claimed(_)) | None => {
            Err(Rejection::NotReserved { tranche }.into())
        }
    }
}

impl Reservation {
    /// The anchor paid `by` of the tranche: so much less of the limit is held.
    pub(crate) fn shrink(self, state: &mut State, by: Amount) -> Result<(), Failure> {
        facility::release(state, self.purchase, by)?;
        let face = self.face.minus(by)?;
        lien::set(state, Lien::Reserved(Self { face, ..self }))
    }

    /// Locks what the anchor paid until it is clear whose it is.
    pub(crate) fn hold(mut self, state: &mut State, account: Account, share: Amount) -> Result<(), Failure> {
        money::withhold(state, account, share.minor().into())?;
        match self.held.iter_mut().find(|held| held.account == account) {
            Some(held) => held.amount = held.amount.plus(share)?,
            None => self.held.push(Held { account, amount: share }),
        }
        lien::set(state, Lien::Reserved(self))
    }

    /// Σ of what is locked for it.
    pub fn held_sum(&self) -> Result<Amount, AmountError> {
        Amount::sum(self.face.currency(), self.held.iter().map(|held| held.amount))
    }

    fn event(&self, kind: EventKind, tranche: &Tranche) -> Event {
        about_sale(kind, tranche, self.purchase, self.funder).proceeds(self.proceeds)
    }

    fn ended(&self, kind: EventKind) -> Event {
        let event = Event::new(kind).by(self.purchase.seller).with(self.funder).receivable(self.receivable);
        event.tranche(self.tranche).facility(self.purchase.facility)
    }
}
