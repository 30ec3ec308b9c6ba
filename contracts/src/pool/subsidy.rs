//! Subsidies: part of what financing cost a seller, paid back once its receivable is settled in full.
use super::{find, save, spend};
use crate::event::{Event, EventKind};
use crate::execute::Call;
use crate::failure::Failure;
use crate::guarantee::{self, Guarantee, share_of};
use crate::money::{self, Account};
use crate::receivable::{self, ReceivableStatus};
use crate::rejection::Rejection;
use crate::screening;
use crate::state::{Key, State};
use crate::tranche::{Purchase, Tranche};
use crate::types::{Amount, GuaranteeId, MemberId, PoolId, ReceivableId};
use borsh::{BorshDeserialize, BorshSerialize};

/// Which cost.
#[derive(Clone, Copy, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub enum SubsidyKind {
    Interest,
    GuaranteeFee,
}

/// What a seller may ask of a pool for one receivable: it sold a tranche that was enrolled.
#[derive(Clone, Copy, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct Subsidy {
    /// The guarantee that the enrolment named.
    pub guarantee: Option<GuaranteeId>,
    pub interest_paid: bool,
}

/// By the seller, after full settlement; each kind once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClaimSubsidy {
    pub pool: PoolId,
    pub receivable: ReceivableId,
    pub kind: SubsidyKind,
}

impl ClaimSubsidy {
    pub(crate) fn apply(&self, state: &mut State, call: &Call) -> Result<Vec<Event>, Failure> {
        let mut pool = find(state, self.pool)?;
        let receivable = receivable::find(state, self.receivable)?;
        let seller = call.sender.id;
        screening::require_clear(state, seller)?;
        let key = Key::Subsidy { pool: pool.id, receivable: receivable.id, seller };
        let none = || Rejection::SubsidyNone { pool: self.pool, receivable: self.receivable };
        let subsidy: Subsidy = state.get(key)?.ok_or_else(none)?;
        let ReceivableStatus::Settled { .. } = receivable.status else {
            return Err(receivable.wrong_status().into());
        };
        let (cost, terms) = match self.kind {
            SubsidyKind::Interest => {
                let paid = state.get(Key::FinancingCost { receivable: receivable.id, seller })?;
                let open = paid.filter(|_| !subsidy.interest_paid).ok_or_else(none)?;
                state.put(key, Subsidy { interest_paid: true, ..subsidy })?;
                (open, pool.terms.interest_subsidy)
            }
            SubsidyKind::GuaranteeFee => {
                let fee = fee(state, subsidy.guarantee, seller)?.ok_or_else(none)?;
                (fee, pool.terms.fee_subsidy)
            }
        };
        let amount = share_of(cost, terms.share)?.least(terms.cap)?;
        if amount.is_zero() || amount.exceeds(pool.available()?)? {
            return Err(Rejection::PoolShort { pool: pool.id, needed: amount }.into());
        }

        spend(state, &mut pool, amount)?;
        pool.subsidised = pool.subsidised.saturating_add(amount.minor().into());
        money::add(state, Account { owner: seller, ..pool.account() }, amount)?;
        let event = pool.event(EventKind::SubsidyPaid).with(seller).receivable(receivable.id);
        save(state, pool)?;
        Ok(vec![event.amount(cost).proceeds(amount)])
    }
}

/// The fee that the seller paid for the guarantee, subsidised once.
fn fee(state: &mut State, id: Option<GuaranteeId>, seller: MemberId) -> Result<Option<Amount>, Failure> {
    let Some(id) = id else { return Ok(None) };
    let guarantee = guarantee::find(state, id)?;
    if guarantee.terms.applicant != seller || guarantee.fee_subsidised || guarantee.terms.fee.is_zero() {
        return Ok(None);
    }
    let fee = guarantee.terms.fee;
    state.put(Key::Guarantee(id), Guarantee { fee_subsidised: true, ..guarantee })?;
    Ok(Some(fee))
}

/// A sale cost its seller `interest`; a subsidy may follow from it.
pub(crate) fn count_interest(
    state: &mut State,
    receivable: ReceivableId,
    seller: MemberId,
    interest: Amount,
) -> Result<(), Failure> {
    if interest.is_zero() {
        return Ok(());
    }
    let key = Key::FinancingCost { receivable, seller };
    let before = state.get(key)?.unwrap_or(Amount::zero(interest.currency()));
    // beyond what one amount can say, no cap leaves room for more
    state.put(key, before.plus(interest).unwrap_or(before))?;
    Ok(())
}

/// The seller of an enrolled tranche may ask for subsidies.
pub(super) fn entitle(
    state: &mut State,
    pool: PoolId,
    tranche: &Tranche,
    purchase: Purchase,
    guarantee: Option<GuaranteeId>,
) -> Result<(), Failure> {
    let key = Key::Subsidy { pool, receivable: tranche.receivable, seller: purchase.seller };
    let before = state.get(key)?.unwrap_or(Subsidy { guarantee, interest_paid: false });
    state.put(key, Subsidy { guarantee: before.guarantee.or(guarantee), ..before })?;
    Ok(())
}
