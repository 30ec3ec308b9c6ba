//! Distribute: one payment reaches everybody who is owed, by the steps of the policy's waterfall (清分).
use super::Day;
use super::late::{ChargeKind, ChargeTo};
use crate::collection;
use crate::dilution;
use crate::event::{Event, EventKind};
use crate::failure::{Failure, Fault};
use crate::lien::{self, Payout};
use crate::money::{self, Account};
use crate::policy::WaterfallStep;
use crate::receivable::{self, Collection, Receivable, ReceivableStatus};
use crate::state::State;
use crate::tranche::{self, Tranche};
use crate::types::{Amount, BusinessDate, share_largest_remainder};

/// Money for a receivable.
#[derive(Clone, Copy)]
pub(crate) struct Payment {
    /// Whose deposit is debited, and where everybody is paid.
    pub from: Account,
    /// At most what is owed.
    pub amount: Amount,
    /// Whether the payer takes over what it pays (代位求偿); otherwise the debt ends by it.
    pub takes_claim: bool,
}

/// A payment while it is being distributed.
pub(super) struct Distribution<'d, 'b> {
    pub state: &'d mut State<'b>,
    pub day: Day<'d>,
    pub receivable: Receivable,
    pub payment: Payment,
    pub events: Vec<Event>,
}

/// Debits the payer and pays costs, late interest and face in the policy's order, each share by largest
/// remainder, ties to the smaller tranche id or payee (I10). Saves the receivable.
pub(crate) fn distribute(
    state: &mut State,
    day: Day,
    mut receivable: Receivable,
    payment: Payment,
) -> Result<Vec<Event>, Failure> {
    money::take(state, payment.from, payment.amount)?;
    receivable.count_interest(day.today)?;
    let events = vec![debited(&receivable, payment).on(day.today)];
    let mut distribution = Distribution { state, day, receivable, payment, events };
    let left = distribution.run()?;
    if !left.is_zero() {
        let subject = format!("{} was paid {left} too much", distribution.receivable.id);
        return Err(Fault::InvariantBroken { invariant: "I10", subject }.into());
    }
    distribution.settle()?;
    let Distribution { state, receivable, events, .. } = distribution;
    receivable::save(state, receivable)?;
    Ok(events)
}

pub(super) fn debited(receivable: &Receivable, payment: Payment) -> Event {
    let payer = payment.from.owner;
    let event = if payer == receivable.anchor {
        Event::new(EventKind::SettlementDebited).by(payer)
    } else {
        Event::new(EventKind::PaidForAnchor).by(payer).with(receivable.anchor)
    };
    event.receivable(receivable.id).amount(payment.amount)
}

impl Distribution<'_, '_> {
    /// What is left after every step.
    fn run(&mut self) -> Result<Amount, Failure> {
        let mut left = self.payment.amount;
        for step in &self.day.policy.waterfall {
            let owed = self.receivable.owed(self.day.today)?;
            let part = left.least(match step {
                WaterfallStep::Costs => owed.costs,
                WaterfallStep::LateInterest => owed.late_interest,
                WaterfallStep::Face => owed.face,
            })?;
            if part.is_zero() {
                continue;
            }
            match step {
                WaterfallStep::Costs => self.pay_charges(ChargeKind::Costs, part)?,
                WaterfallStep::LateInterest => self.pay_interest(part)?,
                WaterfallStep::Face => self.pay_face(part)?,
            }
            left = left.minus(part)?;
        }
        Ok(left)
    }

    /// Charges first, they are older; then what runs, by the faces that bear it.
    fn pay_interest(&mut self, amount: Amount) -> Result<(), Failure> {
        let running = self.receivable.running_interest(self.day.today)?;
        let charged = self.receivable.owed(self.day.today)?.late_interest.minus(running)?;
        let to_charges = amount.least(charged)?;
        self.pay_charges(ChargeKind::LateInterest, to_charges)?;
        self.pay_running(amount.minus(to_charges)?)
    }

    fn pay_running(&mut self, amount: Amount) -> Result<(), Failure> {
        if amount.is_zero() {
            return Ok(());
        }
        for (mut tranche, share) in self.shares(amount)? {
            self.pay_on(&mut tranche, share, EventKind::LateInterestDistributed)?;
            tranche::save(self.state, tranche)?;
        }
        let late = &mut self.receivable.late;
        late.interest_closed = late.interest_closed.saturating_add(amount.minor().into());
        self.paid_beside(ChargeKind::LateInterest, amount)
    }

    fn pay_charges(&mut self, kind: ChargeKind, amount: Amount) -> Result<(), Failure> {
        if amount.is_zero() {
            return Ok(());
        }
        let mut charges = std::mem::take(&mut self.receivable.late.charges);
        let weight = |charge: &super::Charge| if charge.kind == kind { charge.unpaid.minor() } else { 0 };
        let shares =
            share_largest_remainder(amount.minor(), &charges.iter().map(weight).collect::<Vec<_>>())?;
        let event = match kind {
            ChargeKind::Costs => EventKind::CostsDistributed,
            ChargeKind::LateInterest => EventKind::LateInterestDistributed,
        };
        for (charge, share) in charges.iter_mut().zip(shares).filter(|(_, share)| *share > 0) {
            let share = Amount::new(share, amount.currency())?;
            charge.unpaid = charge.unpaid.minus(share)?;
            let payout = self.payout(event, share);
            self.events.extend(lien::pay_charge(self.state, payout, charge)?);
        }
        charges.retain(|charge| !charge.unpaid.is_zero());
        self.receivable.late.charges = charges;
        self.paid_beside(kind, amount)
    }

    /// Interest or costs were paid; a payer that takes the claim is owed them now.
    fn paid_beside(&mut self, kind: ChargeKind, amount: Amount) -> Result<(), Failure> {
        let late = &mut self.receivable.late;
        late.paid = late.paid.saturating_add(amount.minor().into());
        if self.payment.takes_claim {
            late.charge(ChargeTo::by_name(kind, self.payment.from.owner), amount)?;
        }
        Ok(())
    }

    pub(super) fn shares(&mut self, amount: Amount) -> Result<Vec<(Tranche, Amount)>, Failure> {
        shares(self.state, &self.receivable, amount)
    }

    /// Pays `share` on the tranche to its holder, or to whom its lien says. The caller saves the tranche.
    pub(super) fn pay_on(
        &mut self,
        tranche: &mut Tranche,
        share: Amount,
        kind: EventKind,
    ) -> Result<(), Failure> {
        let payout = self.payout(kind, share);
        self.events.extend(lien::pay_out(self.state, payout, tranche)?);
        Ok(())
    }

    const fn payout(&self, kind: EventKind, amount: Amount) -> Payout {
        let (receivable, from, today) = (self.receivable.id, self.payment.from, self.day.today);
        Payout { receivable, from, today, kind, amount }
    }

    fn settle(&mut self) -> Result<(), Failure> {
        self.events.extend(settle(self.state, self.day.today, &mut self.receivable)?);
        Ok(())
    }
}

/// `amount` pro rata by undisputed face with largest remainder, ties to the smaller tranche id; shares of
/// nothing are left out.
pub(super) fn shares(
    state: &mut State,
    receivable: &Receivable,
    amount: Amount,
) -> Result<Vec<(Tranche, Amount)>, Failure> {
    let tranches = tranche::of_receivable(state, receivable.id)?;
    let waiting = dilution::order::waiting(state, receivable, &tranches)?;
    let undisputed = |(tranche, waits): (&Tranche, u64)| tranche.face.minor().saturating_sub(waits);
    let faces: Vec<u64> = tranches.iter().zip(waiting).map(undisputed).collect();
    let shares = share_largest_remainder(amount.minor(), &faces)?;
    let paid = tranches.into_iter().zip(shares).filter(|(_, share)| *share > 0);
    paid.map(|(tranche, share)| Ok((tranche, Amount::new(share, amount.currency())?))).collect()
}

/// Where nothing is owed any more: Settled, and nothing waits. What was written off stays written off. The
/// caller saves the receivable.
pub(crate) fn settle(
    state: &mut State,
    today: BusinessDate,
    receivable: &mut Receivable,
) -> Result<Vec<Event>, Failure> {
    if receivable.dispute.is_some() || !receivable.owed(today)?.total()?.is_zero() {
        return Ok(Vec::new());
    }
    if receivable.open_tranches != 0 {
        let subject = format!("{} settled with open tranches", receivable.id);
        return Err(Fault::InvariantBroken { invariant: "I1", subject }.into());
    }
    receivable.collection = Collection::Idle;
    receivable.late.cost_claims.clear();
    let closed = collection::life::close(state, today, receivable.id)?;
    if let ReceivableStatus::WrittenOff { .. } = receivable.status {
        return Ok(closed);
    }
    receivable.status = ReceivableStatus::Settled { on: today };
    let event = Event::new(EventKind::ReceivableSettled).by(receivable.anchor).receivable(receivable.id);
    let mut events = vec![event.amount(receivable.settled).on(today)];
    events.extend(closed);
    Ok(events)
}
