//! Offer: the holder offers a tranche as collateral.
use super::{PledgeOffer, PledgeTerms};
use crate::dilution;
use crate::event::{Event, EventKind};
use crate::execute::Call;
use crate::failure::Failure;
use crate::lien::{self, Lien};
use crate::limits::RATE_PPM_MAX;
use crate::member::{self, Role};
use crate::receivable;
use crate::rejection::Rejection;
use crate::screening;
use crate::state::State;
use crate::tranche;
use crate::types::{MemberId, TrancheId};

/// By the holder: locks the tranche until the funder answers or the policy's hours are over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OfferPledge {
    pub tranche: TrancheId,
    pub funder: MemberId,
    pub terms: PledgeTerms,
}

impl OfferPledge {
    pub(crate) fn apply(&self, state: &mut State, call: &Call) -> Result<Vec<Event>, Failure> {
        let tranche = tranche::free(state, call, self.tranche)?;
        let receivable = receivable::find(state, tranche.receivable)?;
        receivable.require_live()?;
        dilution::order::require_undisputed(state, &receivable, &tranche)?;
        screening::require_clear(state, call.sender.id)?;
        member::require_known(state, call, call.sender.id)?;
        if self.funder == call.sender.id {
            return Err(Rejection::CounterpartyIsSelf { member: self.funder }.into());
        }
        member::active_with_role(state, self.funder, Role::Funder)?;
        let (advance_ppm, interest_ppm) = (self.terms.advance_rate.ppm(), self.terms.interest.ppm());
        if advance_ppm == 0 || advance_ppm > RATE_PPM_MAX || interest_ppm > RATE_PPM_MAX {
            return Err(Rejection::PledgeTermsInvalid { advance_ppm, interest_ppm }.into());
        }

        let offer = PledgeOffer {
            tranche: tranche.id,
            receivable: tranche.receivable,
            pledgor: call.sender.id,
            funder: self.funder,
            terms: self.terms,
            lapses_at: call.time.plus_hours(call.policy.acceptance_hours),
        };
        let event = offer.event(EventKind::PledgeOffered).amount(tranche.face);
        lien::put_on(state, tranche, Lien::PledgeOffered(offer))?;
        Ok(vec![event])
    }
}
