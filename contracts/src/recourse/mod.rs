//! Recourse: after default a holder turns back to the transferor that stayed liable (追索权, rulebook §6).
mod claim;
mod pay;

pub use claim::ClaimRecourse;
pub use pay::PayRecourse;

use crate::event::{Event, EventKind};
use crate::failure::Failure;
use crate::lien::{self, Debt, Lien};
use crate::rejection::Rejection;
use crate::state::{Key, State};
use crate::tranche::{self, Tranche};
use crate::types::{Amount, DayCount, MemberId, Rate, ReceivableId, TrancheId};
use borsh::{BorshDeserialize, BorshSerialize};

/// What a purchase with recourse may claim back: principal and interest (Civil Code art. 766).
///
/// The principal is the face less the discount, so that with the discount as its interest it is the face on the
/// due date; from then on it bears interest at the price's rate.
#[derive(Clone, Copy, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct RecourseTerms {
    /// That was bought; parts of it claim in proportion.
    pub face: Amount,
    pub principal: Amount,
    /// Annual, of the price curve at the sale, rounded to whole ppm.
    pub rate: Rate,
    pub day_count: DayCount,
}

/// A claim on a transferor; the tranche is locked until it is paid by whomever.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct RecourseClaim {
    pub tranche: TrancheId,
    pub receivable: ReceivableId,
    /// The holder.
    pub creditor: MemberId,
    pub transferor: MemberId,
    /// Principal and interest on the day of the claim.
    pub claimed: Amount,
    pub debt: Debt,
}

/// What is claimed moves by itself when it is paid, so it cannot be frozen; its parties can be listed.
pub(crate) fn require_none(state: &mut State, tranche: &Tranche) -> Result<(), Failure> {
    match lien::of(state, tranche.id)? {
        Some(Lien::Claimed(_)) => Err(Rejection::TrancheUnderLien { tranche: tranche.id }.into()),
        Some(Lien::Reserved(_) | Lien::PledgeOffered(_) | Lien::Pledged(_)) | None => Ok(()),
    }
}

impl RecourseClaim {
    fn event(&self, kind: EventKind) -> Event {
        let event = Event::new(kind).by(self.creditor).with(self.transferor);
        event.receivable(self.receivable).tranche(self.tranche)
    }

    /// Enters what is still owed. A debt that is paid gives what is left of the tranche to the transferor: what the
    /// anchor pays from then on is its own (Civil Code art. 766). The caller saves the tranche.
    pub(crate) fn after(
        self,
        state: &mut State,
        debt: Debt,
        tranche: Option<&mut Tranche>,
    ) -> Result<Option<Event>, Failure> {
        if !debt.is_paid() {
            lien::set(state, Lien::Claimed(Self { debt, ..self }))?;
            return Ok(None);
        }
        state.remove(Key::Lien(self.tranche))?;
        let event = self.event(EventKind::RecourseSettled).amount(self.claimed);
        if let Some(tranche) = tranche {
            tranche::hand_over(state, tranche, self.transferor)?;
            // those before it in the chain stay liable to it, those after it are released with it
            let before = tranche.recourse.iter().position(|liable| *liable == self.transferor);
            tranche.recourse.truncate(before.unwrap_or(0));
            tranche.is_under_lien = false;
        }
        Ok(Some(event))
    }
}

fn claimed(state: &mut State, tranche: TrancheId) -> Result<RecourseClaim, Failure> {
    match lien::of(state, tranche)? {
        Some(Lien::Claimed(claim)) => Ok(claim),
        Some(Lien::Reserved(_) | Lien::PledgeOffered(_) | Lien::Pledged(_)) | None => {
            Err(Rejection::NotClaimed { tranche }.into())
        }
    }
}
