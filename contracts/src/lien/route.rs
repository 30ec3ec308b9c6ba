//! Route: who gets the money that is due on a tranche, by the lien that is on it.
use super::{Debt, Lien, lift, of, set};
use crate::event::{Event, EventKind};
use crate::failure::{Failure, Fault};
use crate::fair_cost;
use crate::money::{self, Account};
use crate::pledge::Pledge;
use crate::pool;
use crate::recourse::RecourseClaim;
use crate::screening;
use crate::settlement::Charge;
use crate::state::{Key, State};
use crate::tranche::{self, Tranche};
use crate::types::{Amount, BusinessDate, MemberId, PoolId, ReceivableId, TrancheId};

/// Money that was taken from its payer and is due on one receivable.
#[derive(Clone, Copy)]
pub(crate) struct Payout {
    pub receivable: ReceivableId,
    /// Whose deposit it was; everybody is paid at the same bank.
    pub from: Account,
    pub today: BusinessDate,
    /// Every minor unit of `amount` is in an event of this kind (I10).
    pub kind: EventKind,
    pub amount: Amount,
}

/// Whose money it is if nothing holds it: of a tranche, or by name.
#[derive(Clone, Copy)]
struct Title {
    tranche: Option<TrancheId>,
    holder: MemberId,
    /// The pool that holds the tranche.
    pool: Option<PoolId>,
}

/// Pays what is due on `tranche` to its holder, or to whom its lien says. The caller saves the tranche.
pub(crate) fn pay_out(
    state: &mut State,
    payout: Payout,
    tranche: &mut Tranche,
) -> Result<Vec<Event>, Failure> {
    let pool = tranche.taken_over.and_then(|taken| taken.pool);
    let title = Title { tranche: Some(tranche.id), holder: tranche.holder, pool };
    if !tranche.is_under_lien {
        return Ok(vec![payout.to(state, title, title.holder, payout.amount)?]);
    }
    let lien = of(state, tranche.id)?.ok_or_else(|| dangling(tranche))?;
    let events = payout.under(state, title, lien, Some(tranche))?;
    tranche.is_under_lien = state.contains(Key::Lien(tranche.id))?;
    Ok(events)
}

/// Pays part of a charge to its payee, or to whom the lien says under which it arose.
pub(crate) fn pay_charge(state: &mut State, payout: Payout, charge: &Charge) -> Result<Vec<Event>, Failure> {
    let by_name = Title { tranche: None, holder: charge.payee, pool: None };
    let Some(id) = charge.through else {
        return Ok(vec![payout.to(state, by_name, charge.payee, payout.amount)?]);
    };
    let Some(lien) = of(state, id)? else {
        return Ok(vec![payout.to(state, by_name, charge.payee, payout.amount)?]);
    };
    let mut tranche = state.get::<Tranche>(Key::Tranche(id))?;
    let title = Title { tranche: Some(id), ..by_name };
    let events = payout.under(state, title, lien, tranche.as_mut())?;
    if let Some(mut tranche) = tranche {
        tranche.is_under_lien = state.contains(Key::Lien(id))?;
        tranche::save(state, tranche)?;
    }
    Ok(events)
}

/// Who is owed the interest that a tranche bore, and the tranche under whose lien it is paid.
pub(crate) fn payee(state: &mut State, tranche: &Tranche) -> Result<(MemberId, Option<TrancheId>), Failure> {
    if !tranche.is_under_lien {
        return Ok((tranche.holder, None));
    }
    Ok(match of(state, tranche.id)? {
        Some(Lien::Pledged(pledge)) => (pledge.pledgor, Some(tranche.id)),
        Some(Lien::Claimed(claim)) => (claim.transferor, Some(tranche.id)),
        Some(Lien::Reserved(_) | Lien::PledgeOffered(_)) | None => (tranche.holder, None),
    })
}

fn dangling(tranche: &Tranche) -> Fault {
    Fault::InvariantBroken { invariant: "I6", subject: format!("{} has no lien", tranche.id) }
}

impl Payout {
    fn under(
        self,
        state: &mut State,
        title: Title,
        lien: Lien,
        tranche: Option<&mut Tranche>,
    ) -> Result<Vec<Event>, Failure> {
        match lien {
            Lien::Reserved(reservation) => {
                let event = self.event(title, title.holder, self.amount);
                reservation.hold(state, Account { owner: title.holder, ..self.from }, self.amount)?;
                Ok(vec![event.note(money::field("held for the buyer"))])
            }
            Lien::PledgeOffered(_) => Ok(vec![self.to(state, title, title.holder, self.amount)?]),
            Lien::Pledged(pledge) => self.repay(state, title, pledge),
            Lien::Claimed(claim) => self.redeem(state, title, claim, tranche),
        }
    }

    /// The funder first, up to what it is owed; the surplus is the pledgor's.
    fn repay(self, state: &mut State, title: Title, pledge: Pledge) -> Result<Vec<Event>, Failure> {
        let (before, parties) = (pledge.debt.at(self.today)?, (pledge.funder, pledge.pledgor));
        let (mut events, debt) = self.serve(state, title, before, parties)?;
        fair_cost::paid_interest(state, pledge.pledgor, before.interest.minus(debt.interest)?)?;
        events.extend(pledge.after(state, debt)?);
        Ok(events)
    }

    /// The creditor first; what is left is the transferor's, as the tranche is then.
    fn redeem(
        self,
        state: &mut State,
        title: Title,
        claim: RecourseClaim,
        tranche: Option<&mut Tranche>,
    ) -> Result<Vec<Event>, Failure> {
        let (debt, parties) = (claim.debt.at(self.today)?, (claim.creditor, claim.transferor));
        let (mut events, debt) = self.serve(state, title, debt, parties)?;
        events.extend(claim.after(state, debt, tranche)?);
        Ok(events)
    }

    /// Pays a creditor what it is owed and somebody else the surplus; what is owed then.
    fn serve(
        self,
        state: &mut State,
        title: Title,
        debt: Debt,
        (creditor, surplus_to): (MemberId, MemberId),
    ) -> Result<(Vec<Event>, Debt), Failure> {
        let paid = debt.owed()?.least(self.amount)?;
        let surplus = self.amount.minus(paid)?;
        let mut events = vec![self.to(state, title, creditor, paid)?];
        if !surplus.is_zero() {
            events.push(self.to(state, title, surplus_to, surplus)?);
        }
        Ok((events, debt.paid(paid)?))
    }

    /// What is a pool's goes back into the pool, unless it is held.
    fn to(self, state: &mut State, title: Title, member: MemberId, amount: Amount) -> Result<Event, Failure> {
        let account = Account { owner: member, ..self.from };
        let event = self.event(title, member, amount);
        let is_held = match title.tranche {
            Some(tranche) if member == title.holder => {
                screening::pay_holder(state, tranche, account, amount)?
            }
            Some(_) | None => screening::pay_party(state, account, amount)?,
        };
        if is_held {
            return Ok(event.note(money::field("held")));
        }
        if let Some(pool) = title.pool.filter(|_| member == title.holder) {
            pool::recover(state, pool, account.bank, amount)?;
        }
        Ok(event)
    }

    fn event(self, title: Title, to: MemberId, amount: Amount) -> Event {
        let event = Event::new(self.kind).by(to).with(self.from.owner).receivable(self.receivable);
        let event = event.amount(amount);
        match title.tranche {
            Some(tranche) => event.tranche(tranche),
            None => event,
        }
    }
}

impl Pledge {
    /// Enters what is still owed; a debt that is paid releases the tranche.
    pub(crate) fn after(self, state: &mut State, debt: Debt) -> Result<Option<Event>, Failure> {
        if !debt.is_paid() {
            set(state, Lien::Pledged(Self { debt, ..self }))?;
            return Ok(None);
        }
        lift(state, self.tranche)?;
        Ok(Some(self.event(EventKind::PledgeReleased).amount(self.advance)))
    }
}
