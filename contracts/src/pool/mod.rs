//! Compensation pools: contributors share the losses of enrolled financings (风险补偿资金池; rulebook §7).
mod claim;
mod contribute;
mod enrol;
mod forecast;
mod open;
pub(crate) mod queue;
mod subsidy;

pub use claim::ClaimFromPool;
pub use contribute::ContributeToPool;
pub use enrol::EnrolTranche;
pub use forecast::{Forecast, ForecastPoint, forecast};
pub use open::OpenPool;
pub(crate) use subsidy::count_interest;
pub use subsidy::{ClaimSubsidy, Subsidy, SubsidyKind};

use crate::event::{Event, EventKind};
use crate::failure::{Failure, Fault};
use crate::money::{self, Account};
use crate::rejection::Rejection;
use crate::state::{DueKind, IndexKey, Key, State};
use crate::types::{Amount, GuaranteeId, MemberId, PoolClaimId, PoolId, Rate, Timestamp, TrancheId};
use borsh::{BorshDeserialize, BorshSerialize};

/// Part of a cost that a pool pays back, and most of it that it pays for one receivable.
#[derive(Clone, Copy, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct SubsidyTerms {
    pub share: Rate,
    pub cap: Amount,
}

/// How a pool shares losses. Everything is in one currency, at one bank.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct PoolTerms {
    /// Where its money is; it shares losses on receivables that settle there.
    pub bank: MemberId,
    /// Of a net loss that it shares with the bank alone (政银模式).
    pub share: Rate,
    /// Of a net loss that a guarantor shares too (政银担模式).
    pub share_with_guarantor: Rate,
    /// Enrolled face may be this many times the pool's money.
    pub leverage: u32,
    /// Most that it pays for one tranche.
    pub cap: Amount,
    /// Of interest that the seller paid.
    pub interest_subsidy: SubsidyTerms,
    /// Of a guarantee's fee that the seller paid.
    pub fee_subsidy: SubsidyTerms,
}

/// What one member put in, ever: minor units.
#[derive(Clone, Copy, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct Contribution {
    pub member: MemberId,
    pub minor: u128,
}

/// A pool of record: balance = Σ contributions + recovered − paid − subsidised, in minor units.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct Pool {
    pub id: PoolId,
    /// In whose deposit its money is locked, and who holds what it took over.
    pub manager: MemberId,
    pub terms: PoolTerms,
    /// In order of joining.
    pub contributions: Vec<Contribution>,
    pub balance: u128,
    /// Σ face of enrolled tranches.
    pub enrolled: u128,
    /// Claims that wait for money.
    pub waiting: u32,
    pub paid: u128,
    pub recovered: u128,
    pub subsidised: u128,
}

/// Which pool shares a tranche's loss, and by which model.
#[derive(Clone, Copy, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct Enrolment {
    pub pool: PoolId,
    /// The guarantee that makes it the model of three parties.
    pub guarantee: Option<GuaranteeId>,
    /// A claim was made; it is made once.
    pub claimed: bool,
}

/// A claim in a pool's queue.
#[derive(Clone, Copy, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct PoolClaim {
    pub id: PoolClaimId,
    pub pool: PoolId,
    pub tranche: TrancheId,
    /// Paid so far, at most the pool's cap.
    pub paid: Amount,
}

impl PoolTerms {
    /// The pool's part of a loss by the model of the enrolment.
    pub(crate) fn share_of(&self, enrolment: Enrolment) -> Rate {
        if enrolment.guarantee.is_some() { self.share_with_guarantor } else { self.share }
    }
}

impl Pool {
    /// Where its money is locked.
    pub fn account(&self) -> Account {
        Account { bank: self.terms.bank, owner: self.manager, currency: self.terms.cap.currency() }
    }

    /// The index rows that follow from this record: claims are paid while there is money.
    pub(crate) fn rows(&self) -> Vec<IndexKey> {
        if self.waiting == 0 || self.balance == 0 {
            return Vec::new();
        }
        vec![IndexKey::Due { at: Timestamp::from_ms(0), kind: DueKind::PoolQueue, id: self.id.number() }]
    }

    /// Its money as an amount, capped at what one can say.
    pub fn available(&self) -> Result<Amount, Failure> {
        let minor = u64::try_from(self.balance).unwrap_or(u64::MAX).min(crate::limits::AMOUNT_MINOR_MAX);
        Ok(Amount::new(minor, self.terms.cap.currency())?)
    }

    /// What its books say it has.
    pub(crate) fn is_balanced(&self) -> bool {
        let contributed = self.contributions.iter().fold(0_u128, |sum, it| sum.saturating_add(it.minor));
        let in_all = contributed.saturating_add(self.recovered);
        self.paid.saturating_add(self.subsidised).saturating_add(self.balance) == in_all
    }

    fn event(&self, kind: EventKind) -> Event {
        Event::new(kind).by(self.manager).pool(self.id)
    }
}

impl PoolClaim {
    /// Its place in the queue.
    pub(crate) fn rows(&self) -> Vec<IndexKey> {
        vec![IndexKey::PoolQueue { pool: self.pool, claim: self.id }]
    }
}

pub(crate) fn find(state: &mut State, id: PoolId) -> Result<Pool, Failure> {
    Ok(state.get(Key::Pool(id))?.ok_or(Rejection::PoolUnknown { pool: id })?)
}

pub(crate) fn save(state: &mut State, pool: Pool) -> Result<(), Failure> {
    Ok(state.put(Key::Pool(pool.id), pool)?)
}

/// `face` is enrolled no longer: it was settled, paid for, or left its holder's hands.
pub(crate) fn release(state: &mut State, enrolment: Enrolment, face: Amount) -> Result<(), Failure> {
    let mut pool = find(state, enrolment.pool)?;
    pool.enrolled = less(&pool, pool.enrolled, face)?;
    save(state, pool)
}

/// What reached the manager's deposit at `bank` on a tranche of the pool's goes back into the pool.
pub(crate) fn recover(state: &mut State, id: PoolId, bank: MemberId, share: Amount) -> Result<(), Failure> {
    let mut pool = find(state, id)?;
    if bank != pool.terms.bank {
        return Err(Rejection::PoolBankDiffers { pool: id, bank }.into());
    }
    money::take(state, pool.account(), share)?;
    money::withhold(state, pool.account(), share.minor().into())?;
    pool.recovered = pool.recovered.saturating_add(share.minor().into());
    pool.balance = pool.balance.saturating_add(share.minor().into());
    save(state, pool)
}

/// Takes `amount` out of the pool's money; the caller says where it goes.
fn spend(state: &mut State, pool: &mut Pool, amount: Amount) -> Result<(), Failure> {
    money::take_locked(state, pool.account(), amount)?;
    pool.balance = less(pool, pool.balance, amount)?;
    Ok(())
}

fn less(pool: &Pool, sum: u128, amount: Amount) -> Result<u128, Failure> {
    let broken = Fault::InvariantBroken { invariant: "I5", subject: format!("{} lacks {amount}", pool.id) };
    Ok(sum.checked_sub(amount.minor().into()).ok_or(broken)?)
}
