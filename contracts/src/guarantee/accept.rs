//! Accept: the applicant takes the guarantee and pays the fee; it counts from now on.
use super::{Scope, find};
use crate::event::{Event, EventKind};
use crate::execute::Call;
use crate::failure::Failure;
use crate::money::{self, Account};
use crate::rejection::Rejection;
use crate::screening;
use crate::state::{Key, State};
use crate::tranche;
use crate::types::GuaranteeId;

/// By the applicant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AcceptGuarantee {
    pub guarantee: GuaranteeId,
}

impl AcceptGuarantee {
    pub(crate) fn apply(&self, state: &mut State, call: &Call) -> Result<Vec<Event>, Failure> {
        let mut guarantee = find(state, self.guarantee)?;
        if guarantee.terms.applicant != call.sender.id {
            return Err(Rejection::NotApplicantOf { guarantee: guarantee.id }.into());
        }
        if guarantee.accepted_on.is_some() {
            return Err(Rejection::GuaranteeAcceptedBefore { guarantee: guarantee.id }.into());
        }
        let expires_on = guarantee.terms.expires_on;
        if call.today > expires_on {
            let (guarantee, today) = (guarantee.id, call.today);
            return Err(Rejection::GuaranteeExpired { guarantee, expires_on, today }.into());
        }
        if let Scope::Tranche(id) = guarantee.terms.scope {
            let mut tranche = tranche::find(state, id)?;
            if tranche.guarantee.is_some() {
                return Err(Rejection::TrancheGuaranteed { tranche: id }.into());
            }
            tranche.guarantee = Some(guarantee.id);
            tranche::save(state, tranche)?;
        }

        let fee = guarantee.terms.fee;
        screening::require_clear(state, guarantee.guarantor)?;
        if !fee.is_zero() {
            let (bank, currency) = (guarantee.terms.bank, fee.currency());
            let from = Account { bank, owner: call.sender.id, currency };
            money::take(state, from, fee)?;
            money::add(state, Account { owner: guarantee.guarantor, ..from }, fee)?;
        }
        guarantee.accepted_on = Some(call.today);
        let event =
            guarantee.event(EventKind::GuaranteeAccepted).by(call.sender.id).with(guarantee.guarantor);
        state.put(Key::Guarantee(guarantee.id), guarantee)?;
        Ok(vec![event.proceeds(fee)])
    }
}
