//! Open: a manager sets up a pool; contributors fill it.
use super::{Pool, PoolTerms, SubsidyTerms, save};
use crate::event::{Event, EventKind};
use crate::execute::Call;
use crate::failure::Failure;
use crate::limits::{POOL_LEVERAGE_MAX, RATE_PPM_MAX};
use crate::member::Role;
use crate::money::{self, positive};
use crate::rejection::Rejection;
use crate::state::State;
use crate::types::{CounterKind, PoolId};

/// By a Guarantor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenPool {
    pub terms: PoolTerms,
}

impl OpenPool {
    pub(crate) fn apply(&self, state: &mut State, call: &Call) -> Result<Vec<Event>, Failure> {
        call.require_role(Role::Guarantor)?;
        let terms = &self.terms;
        positive(terms.cap)?;
        let SubsidyTerms { share: interest, cap } = terms.interest_subsidy;
        cap.exceeds(terms.cap)?;
        let SubsidyTerms { share: fee, cap } = terms.fee_subsidy;
        cap.exceeds(terms.cap)?;
        let rates = [terms.share, terms.share_with_guarantor, interest, fee];
        let shares = [terms.share.ppm(), terms.share_with_guarantor.ppm()];
        let sound = rates.iter().all(|rate| rate.ppm() <= RATE_PPM_MAX)
            && shares.iter().all(|ppm| *ppm > 0)
            && (1..=POOL_LEVERAGE_MAX).contains(&terms.leverage);
        if !sound {
            return Err(
                Rejection::PoolTermsInvalid { leverage: terms.leverage, limit: POOL_LEVERAGE_MAX }.into()
            );
        }
        money::bank(state, terms.bank)?;

        let pool = Pool {
            id: PoolId::new(state.next_number(CounterKind::Pool)?),
            manager: call.sender.id,
            terms: terms.clone(),
            contributions: Vec::new(),
            balance: 0,
            enrolled: 0,
            waiting: 0,
            paid: 0,
            recovered: 0,
            subsidised: 0,
        };
        let event = pool.event(EventKind::PoolOpened).amount(terms.cap);
        save(state, pool)?;
        Ok(vec![event])
    }
}
