//! Contribute: money for losses to come; claims that wait are paid from it at the block's end.
use super::{Contribution, find, save};
use crate::event::{Event, EventKind};
use crate::execute::Call;
use crate::failure::Failure;
use crate::limits::POOL_CONTRIBUTORS_MAX;
use crate::money::{self, Account, positive};
use crate::rejection::Rejection;
use crate::screening;
use crate::state::State;
use crate::types::{Amount, PoolId};

/// By any member, from its deposit at the pool's bank.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContributeToPool {
    pub pool: PoolId,
    pub amount: Amount,
}

impl ContributeToPool {
    pub(crate) fn apply(&self, state: &mut State, call: &Call) -> Result<Vec<Event>, Failure> {
        positive(self.amount)?;
        let mut pool = find(state, self.pool)?;
        self.amount.exceeds(pool.terms.cap)?;
        screening::require_clear(state, pool.manager)?;
        let member = call.sender.id;
        let minor = u128::from(self.amount.minor());
        let contributors = pool.contributions.len();
        match pool.contributions.iter_mut().find(|it| it.member == member) {
            Some(earlier) => earlier.minor = earlier.minor.saturating_add(minor),
            None if contributors >= POOL_CONTRIBUTORS_MAX => {
                let limit = u32::try_from(POOL_CONTRIBUTORS_MAX).unwrap_or(u32::MAX);
                return Err(Rejection::PoolContributorsLimit { pool: pool.id, limit }.into());
            }
            None => pool.contributions.push(Contribution { member, minor }),
        }

        money::take(state, Account { owner: member, ..pool.account() }, self.amount)?;
        money::withhold(state, pool.account(), minor)?;
        pool.balance = pool.balance.saturating_add(minor);
        let event = pool.event(EventKind::PoolContributed).by(member).with(pool.manager).amount(self.amount);
        save(state, pool)?;
        Ok(vec![event])
    }
}
