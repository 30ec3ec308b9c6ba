//! Register: the financer shows number and time of its entry in the registry.
use super::Registration;
use crate::event::{Event, EventKind};
use crate::execute::Call;
use crate::failure::Failure;
use crate::lien::{self, Lien};
use crate::money::field;
use crate::pledge::Pledge;
use crate::rejection::Rejection;
use crate::state::State;
use crate::tranche::{self, Tranche};
use crate::types::{MemberId, Text, Timestamp, TrancheId};

/// By who bought or lent against the tranche; once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RegisterFinancing {
    pub tranche: TrancheId,
    pub registry_number: Text,
    /// As the registry says; not later than now.
    pub registered_at: Timestamp,
}

impl RegisterFinancing {
    pub(crate) fn apply(&self, state: &mut State, call: &Call) -> Result<Vec<Event>, Failure> {
        let tranche = tranche::find(state, self.tranche)?;
        let Some(financing) = financing(state, call.sender.id, tranche)? else {
            return Err(Rejection::NotFinancer { tranche: self.tranche }.into());
        };
        if self.registry_number.is_empty() {
            return Err(Rejection::TextMissing { field: field("registry number") }.into());
        }
        if self.registered_at > call.time {
            return Err(Rejection::RegisteredInFuture { tranche: self.tranche }.into());
        }
        if let Some(registration) = financing.registration() {
            let number = registration.number.clone();
            return Err(Rejection::RegisteredBefore { tranche: self.tranche, number }.into());
        }

        let event = financing.event().by(call.sender.id).on(call.policy.date(self.registered_at));
        let number = self.registry_number.clone();
        let registration = Some(Registration { number: number.clone(), at: self.registered_at });
        match financing {
            Financing::Purchase(tranche) => tranche::save(state, Tranche { registration, ..tranche })?,
            Financing::Pledge(pledge) => lien::set(state, Lien::Pledged(Pledge { registration, ..pledge }))?,
        }
        Ok(vec![event.note(number)])
    }
}

/// What is registered.
enum Financing {
    Purchase(Tranche),
    Pledge(Pledge),
}

impl Financing {
    const fn registration(&self) -> Option<&Registration> {
        match self {
            Self::Purchase(tranche) => tranche.registration.as_ref(),
            Self::Pledge(pledge) => pledge.registration.as_ref(),
        }
    }

    fn event(&self) -> Event {
        let (receivable, tranche) = match self {
            Self::Purchase(tranche) => (tranche.receivable, tranche.id),
            Self::Pledge(pledge) => (pledge.receivable, pledge.tranche),
        };
        Event::new(EventKind::FinancingRegistered).receivable(receivable).tranche(tranche)
    }
}

/// The sender's own financing of the tranche: it lent against it, or bought it and holds it.
fn financing(state: &mut State, sender: MemberId, tranche: Tranche) -> Result<Option<Financing>, Failure> {
    if tranche.is_under_lien
        && let Some(Lien::Pledged(pledge)) = lien::of(state, tranche.id)?
        && pledge.funder == sender
    {
        return Ok(Some(Financing::Pledge(pledge)));
    }
    let is_bought = tranche.bought_under.is_some() && tranche.holder == sender;
    Ok(is_bought.then_some(Financing::Purchase(tranche)))
}
