//! Enrol: a contributor's financing joins the pool, as far as the pool's money carries it (1:10).
use super::subsidy::entitle;
use super::{Enrolment, Pool, find, save};
use crate::event::{Event, EventKind};
use crate::execute::Call;
use crate::failure::Failure;
use crate::guarantee;
use crate::receivable;
use crate::rejection::Rejection;
use crate::state::State;
use crate::tranche::{self, Tranche};
use crate::types::{GuaranteeId, PoolId, TrancheId};

/// By the funder that bought the tranche and contributed to the pool.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EnrolTranche {
    pub pool: PoolId,
    pub tranche: TrancheId,
    /// The guarantee that shares the loss too; `None` for the model of two parties.
    pub guarantee: Option<GuaranteeId>,
}

impl EnrolTranche {
    pub(crate) fn apply(&self, state: &mut State, call: &Call) -> Result<Vec<Event>, Failure> {
        let mut pool = find(state, self.pool)?;
        if !pool.contributions.iter().any(|it| it.member == call.sender.id) {
            return Err(Rejection::NotContributorOf { pool: pool.id }.into());
        }
        let mut tranche = tranche::free(state, call, self.tranche)?;
        let receivable = receivable::find(state, tranche.receivable)?;
        receivable.require_live()?;
        let purchase = tranche.bought_under.ok_or(Rejection::NotFinanced { tranche: tranche.id })?;
        if tranche.enrolled.is_some() {
            return Err(Rejection::EnrolledBefore { tranche: tranche.id }.into());
        }
        tranche.face.exceeds(pool.terms.cap)?;
        let bank = receivable.terms.settlement_bank;
        if bank != pool.terms.bank {
            return Err(Rejection::PoolBankDiffers { pool: pool.id, bank }.into());
        }
        if let Some(id) = self.guarantee
            && !guarantee::in_force(state, id, call.today)?.covers(&receivable, &tranche)
        {
            return Err(Rejection::NotGuaranteed { guarantee: id, tranche: tranche.id }.into());
        }
        check_leverage(&pool, &tranche)?;

        pool.enrolled = pool.enrolled.saturating_add(tranche.face.minor().into());
        tranche.enrolled = Some(Enrolment { pool: pool.id, guarantee: self.guarantee, claimed: false });
        entitle(state, pool.id, &tranche, purchase, self.guarantee)?;
        let event = tranche::transfer::about(EventKind::TrancheEnrolled, &tranche).by(call.sender.id);
        let event = event.with(pool.manager).pool(pool.id);
        tranche::save(state, tranche)?;
        save(state, pool)?;
        Ok(vec![event])
    }
}

/// Enrolled face stays within the pool's money times its leverage.
fn check_leverage(pool: &Pool, tranche: &Tranche) -> Result<(), Rejection> {
    let enrolled = pool.enrolled.saturating_add(tranche.face.minor().into());
    if enrolled > pool.balance.saturating_mul(pool.terms.leverage.into()) {
        let leverage = pool.terms.leverage;
        return Err(Rejection::PoolLeverageExceeded { pool: pool.id, face: tranche.face, leverage });
    }
    Ok(())
}
