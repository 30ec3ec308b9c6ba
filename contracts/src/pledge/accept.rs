//! Accept and decline: the funder's answer to an offered pledge.
use super::{Pledge, PledgeOffer, offered};
use crate::dilution;
use crate::event::{Event, EventKind};
use crate::execute::Call;
use crate::failure::Failure;
use crate::financing::funding;
use crate::lien::{self, Debt, Lien};
use crate::limits::RATE_PPM_MAX;
use crate::receivable;
use crate::registration;
use crate::rejection::Rejection;
use crate::screening;
use crate::state::State;
use crate::tranche;
use crate::types::{Amount, MemberId, Rate, TrancheId};

/// By the funder: the advance is paid and the tranche locked for it, in one step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AcceptPledge {
    pub tranche: TrancheId,
    /// Whose deposits pay the advance: the funder itself if it is a Bank, else a bank where it owns deposits.
    pub paying_bank: MemberId,
}

/// By the funder, or by the holder who takes its offer back: the tranche is free again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeclinePledge {
    pub tranche: TrancheId,
}

impl AcceptPledge {
    pub(crate) fn apply(&self, state: &mut State, call: &Call) -> Result<Vec<Event>, Failure> {
        let offer = offered(state, self.tranche)?;
        if offer.funder != call.sender.id {
            return Err(Rejection::NotPledgee { tranche: offer.tranche }.into());
        }
        let tranche = tranche::find(state, offer.tranche)?;
        let receivable = receivable::find(state, tranche.receivable)?;
        receivable.require_live()?;
        dilution::order::require_undisputed(state, &receivable, &tranche)?;
        screening::require_not_frozen(state, tranche.id)?;
        screening::require_clear(state, offer.pledgor)?;
        screening::require_clear(state, offer.funder)?;
        funding::check_paying_bank(state, &call.sender, self.paying_bank)?;
        let advance = advance(tranche.face, offer.terms.advance_rate)?;
        if advance.is_zero() {
            return Err(Rejection::AmountZero {}.into());
        }

        funding::pay(state, offer.funder, self.paying_bank, offer.pledgor, advance)?;
        let pledge = Pledge {
            tranche: offer.tranche,
            receivable: offer.receivable,
            pledgor: offer.pledgor,
            funder: offer.funder,
            terms: offer.terms,
            advance,
            debt: Debt::new(advance, call.today, offer.terms.interest, offer.terms.day_count),
            noticed_at: call.time,
            ranks_from: registration::ranks_from(call.policy, call.time),
            registration: None,
        };
        let event = pledge.event(EventKind::TranchePledged).amount(tranche.face).proceeds(advance);
        lien::set(state, Lien::Pledged(pledge))?;
        Ok(vec![event])
    }
}

impl DeclinePledge {
    pub(crate) fn apply(&self, state: &mut State, call: &Call) -> Result<Vec<Event>, Failure> {
        let offer = offered(state, self.tranche)?;
        if offer.funder != call.sender.id && offer.pledgor != call.sender.id {
            return Err(Rejection::NotPledgee { tranche: offer.tranche }.into());
        }
        Ok(vec![give_back(state, &offer, EventKind::PledgeDeclined)?])
    }
}

/// At the end of a block, when the funder's time is over.
pub(crate) fn lapse(state: &mut State, tranche: TrancheId) -> Result<Vec<Event>, Failure> {
    let offer = offered(state, tranche)?;
    Ok(vec![give_back(state, &offer, EventKind::PledgeLapsed)?])
}

fn give_back(state: &mut State, offer: &PledgeOffer, kind: EventKind) -> Result<Event, Failure> {
    lien::lift(state, offer.tranche)?;
    Ok(offer.event(kind))
}

/// round_down(face · rate), so that the funder never advances more than the terms say.
fn advance(face: Amount, rate: Rate) -> Result<Amount, Failure> {
    let product = u128::from(face.minor()).saturating_mul(u128::from(rate.ppm()));
    let minor = product.checked_div(u128::from(RATE_PPM_MAX)).unwrap_or(0);
    let minor = u64::try_from(minor).map_err(|_| Rejection::AmountOverflow {})?;
    Ok(Amount::new(minor, face.currency())?)
}
