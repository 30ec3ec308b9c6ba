//! Claim: a holder of what is in default is paid its share by the guarantor, who takes that part of the claim.
use super::{Guarantee, GuaranteeClaim, find, in_force, share_of};
use crate::dilution;
use crate::event::{Event, EventKind};
use crate::execute::Call;
use crate::failure::Failure;
use crate::money::{self, Account};
use crate::receivable::{self, Receivable};
use crate::rejection::Rejection;
use crate::screening;
use crate::settlement::distribute::Payment;
use crate::settlement::{pay_one, whole};
use crate::state::{Key, State};
use crate::tranche::{self, Tranche};
use crate::types::{Amount, GuaranteeId, TrancheId};

/// By the holder of a tranche in default. The first claim says what is owed; asked again, it pays what the
/// guarantor's deposit was short of, also after the guarantee expired.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClaimGuarantee {
    pub guarantee: GuaranteeId,
    pub tranche: TrancheId,
}

impl ClaimGuarantee {
    pub(crate) fn apply(&self, state: &mut State, call: &Call) -> Result<Vec<Event>, Failure> {
        let tranche = tranche::free(state, call, self.tranche)?;
        let receivable = receivable::find(state, tranche.receivable)?;
        if !receivable.is_defaulted() {
            return Err(receivable.wrong_status().into());
        }
        // the debtor's defences are the guarantor's too (Civil Code art. 701)
        dilution::order::require_undisputed(state, &receivable, &tranche)?;
        let key = Key::GuaranteeClaim { guarantee: self.guarantee, tranche: self.tranche };
        let (guarantee, claim, mut events) = match state.get::<GuaranteeClaim>(key)? {
            Some(claim) => (find(state, self.guarantee)?, claim, Vec::new()),
            None => self.make(state, call, &receivable, &tranche)?,
        };
        screening::require_clear(state, guarantee.guarantor)?;
        let open = claim.owed.minus(claim.paid)?.least(tranche.face)?;
        let from = Account {
            bank: guarantee.terms.bank,
            owner: guarantee.guarantor,
            currency: guarantee.terms.cap.currency(),
        };
        let available = money::deposit(state, from)?.available();
        let amount = open.least(available)?;
        if amount.is_zero() && events.is_empty() {
            let (guarantee, tranche) = (self.guarantee, self.tranche);
            return Err(Rejection::GuaranteeNothingToPay { guarantee, tranche, open }.into());
        }

        state.put(key, GuaranteeClaim { paid: claim.paid.plus(amount)?, ..claim })?;
        let paid = guarantee.paid.plus(amount)?;
        state.put(Key::Guarantee(guarantee.id), Guarantee { paid, ..guarantee })?;
        if !amount.is_zero() {
            let payment = Payment { from, amount, takes_claim: true };
            events.extend(pay_one(state, call.day(), receivable, tranche, payment)?);
        }
        Ok(events)
    }

    /// The first claim: in force, in scope, and as far as cap and earlier claims leave.
    fn make(
        &self,
        state: &mut State,
        call: &Call,
        receivable: &Receivable,
        tranche: &Tranche,
    ) -> Result<(Guarantee, GuaranteeClaim, Vec<Event>), Failure> {
        let guarantee = in_force(state, self.guarantee, call.today)?;
        if !guarantee.covers(receivable, tranche) || guarantee.guarantor == call.sender.id {
            let (guarantee, tranche) = (self.guarantee, self.tranche);
            return Err(Rejection::NotGuaranteed { guarantee, tranche }.into());
        }
        let share = share_of(whole(state, tranche)?, guarantee.terms.share)?;
        let owed = share.least(guarantee.left()?)?;
        let claim = GuaranteeClaim { owed, paid: Amount::zero(owed.currency()) };
        let event = Event::new(EventKind::GuaranteeClaimed).by(call.sender.id).with(guarantee.guarantor);
        let event = event.receivable(receivable.id).tranche(tranche.id).guarantee(guarantee.id);
        Ok((guarantee, claim, vec![event.amount(owed)]))
    }
}
