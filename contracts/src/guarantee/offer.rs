//! Offer: a guarantor says for what it would answer, and for which fee.
use super::{Guarantee, GuaranteeTerms, Scope};
use crate::event::{Event, EventKind};
use crate::execute::Call;
use crate::failure::Failure;
use crate::limits::RATE_PPM_MAX;
use crate::member::{self, Role};
use crate::money::{self, positive};
use crate::receivable;
use crate::rejection::Rejection;
use crate::state::{Key, State};
use crate::tranche;
use crate::types::{Amount, CounterKind, GuaranteeId, MemberId};

/// By a Guarantor; it counts once the applicant accepted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OfferGuarantee {
    pub terms: GuaranteeTerms,
}

impl OfferGuarantee {
    pub(crate) fn apply(&self, state: &mut State, call: &Call) -> Result<Vec<Event>, Failure> {
        call.require_role(Role::Guarantor)?;
        let terms = &self.terms;
        positive(terms.cap)?;
        terms.fee.exceeds(terms.cap)?;
        let ppm = terms.share.ppm();
        if ppm == 0 || ppm > RATE_PPM_MAX {
            return Err(Rejection::GuaranteeShareInvalid { ppm }.into());
        }
        if terms.expires_on < call.today {
            let (valid_until, today) = (terms.expires_on, call.today);
            return Err(Rejection::ValidityPassed { valid_until, today }.into());
        }
        if terms.applicant == call.sender.id {
            return Err(Rejection::CounterpartyIsSelf { member: terms.applicant }.into());
        }
        member::active(state, terms.applicant)?;
        money::bank(state, terms.bank)?;
        let anchor = anchor_of(state, terms)?;
        if anchor == call.sender.id {
            return Err(Rejection::CounterpartyIsSelf { member: anchor }.into());
        }

        let guarantee = Guarantee {
            id: GuaranteeId::new(state.next_number(CounterKind::Guarantee)?),
            guarantor: call.sender.id,
            anchor,
            terms: terms.clone(),
            accepted_on: None,
            paid: Amount::zero(terms.cap.currency()),
            fee_subsidised: false,
        };
        let event = guarantee.event(EventKind::GuaranteeOffered);
        state.put(Key::Guarantee(guarantee.id), guarantee)?;
        Ok(vec![event])
    }
}

/// Whose debt it is about; what is guaranteed exists and is in the cap's currency.
fn anchor_of(state: &mut State, terms: &GuaranteeTerms) -> Result<MemberId, Failure> {
    match terms.scope {
        Scope::Anchor(anchor) => Ok(member::active_with_role(state, anchor, Role::Anchor)?.id),
        Scope::Receivable(id) => {
            let receivable = receivable::find(state, id)?;
            terms.cap.exceeds(receivable.terms.face)?;
            Ok(receivable.anchor)
        }
        Scope::Tranche(id) => {
            let tranche = tranche::find(state, id)?;
            terms.cap.exceeds(tranche.face)?;
            if tranche.guarantee.is_some() {
                return Err(Rejection::TrancheGuaranteed { tranche: id }.into());
            }
            Ok(receivable::find(state, tranche.receivable)?.anchor)
        }
    }
}
