//! Claim: the holder of a defaulted tranche turns back to who stayed liable.
use super::RecourseClaim;
use crate::event::{Event, EventKind};
use crate::execute::Call;
use crate::failure::Failure;
use crate::lien::{self, Debt, Lien};
use crate::receivable::{self, Receivable};
use crate::registration;
use crate::rejection::Rejection;
use crate::state::State;
use crate::tranche::{self, Tranche};
use crate::types::{Amount, DayCount, MemberId, Rate, TrancheId};

/// By the holder: principal and interest from a transferor in the tranche's recourse chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClaimRecourse {
    pub tranche: TrancheId,
    pub transferor: MemberId,
}

impl ClaimRecourse {
    pub(crate) fn apply(&self, state: &mut State, call: &Call) -> Result<Vec<Event>, Failure> {
        let tranche = tranche::free(state, call, self.tranche)?;
        let receivable = receivable::find(state, tranche.receivable)?;
        if !receivable.is_defaulted() {
            return Err(Rejection::RecourseNotDue { receivable: receivable.id }.into());
        }
        if !tranche.recourse.contains(&self.transferor) {
            return Err(Rejection::NotLiable { tranche: tranche.id, member: self.transferor }.into());
        }
        if self.transferor == call.sender.id {
            return Err(Rejection::CounterpartyIsSelf { member: self.transferor }.into());
        }
        registration::require(call.policy, &tranche)?;

        let debt = debt(&receivable, &tranche, self.transferor)?.at(call.today)?;
        let claim = RecourseClaim {
            tranche: tranche.id,
            receivable: receivable.id,
            creditor: tranche.holder,
            transferor: self.transferor,
            claimed: debt.owed()?,
            debt,
        };
        let event = claim.event(EventKind::RecourseClaimed).amount(claim.claimed);
        lien::put_on(state, tranche, Lien::Claimed(claim))?;
        Ok(vec![event])
    }
}

/// What the transferor owes: of a sale to a facility the share of its principal and discount, of any other transfer
/// the face.
fn debt(receivable: &Receivable, tranche: &Tranche, transferor: MemberId) -> Result<Debt, Failure> {
    let due = receivable.terms.due_date;
    let sold = tranche.bought_under.filter(|purchase| purchase.seller == transferor);
    let Some(terms) = sold.and_then(|purchase| purchase.recourse) else {
        return Ok(Debt::new(tranche.face, due, Rate::default(), DayCount::Act365Fixed));
    };
    let product = u128::from(tranche.face.minor()).saturating_mul(u128::from(terms.principal.minor()));
    let minor = product.checked_div(u128::from(terms.face.minor())).unwrap_or(0);
    let minor = u64::try_from(minor).map_err(|_| Rejection::AmountOverflow {})?;
    let principal = Amount::new(minor, tranche.face.currency())?;
    let interest = tranche.face.minus(principal)?;
    Ok(Debt { interest, ..Debt::new(principal, due, terms.rate, terms.day_count) })
}
