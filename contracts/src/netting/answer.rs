//! Consent and refuse: what the parties say; the last consent executes.
use super::{Netting, NettingStatus, check, execute, own, save};
use crate::event::{Event, EventKind};
use crate::execute::Call;
use crate::failure::Failure;
use crate::rejection::Rejection;
use crate::state::State;
use crate::types::{NettingId, Text};

/// By a party that did not consent yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConsentNetting {
    pub netting: NettingId,
}

/// By a party: the netting ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefuseNetting {
    pub netting: NettingId,
    pub reason: Text,
}

impl ConsentNetting {
    pub(crate) fn apply(&self, state: &mut State, call: &Call) -> Result<Vec<Event>, Failure> {
        let mut netting = own(state, call, self.netting)?;
        if netting.consents.contains(&call.sender.id) {
            return Err(Rejection::NettingConsentedBefore { netting: netting.id }.into());
        }
        require_current(state, &netting)?;

        netting.consents.push(call.sender.id);
        let mut events = vec![netting.event(EventKind::NettingConsented)?.by(call.sender.id)];
        if netting.parties.iter().all(|party| netting.consents.contains(party)) {
            events.extend(execute::execute(state, call, &netting)?);
            netting.status = NettingStatus::Executed { on: call.today };
        }
        save(state, netting)?;
        Ok(events)
    }
}

impl RefuseNetting {
    pub(crate) fn apply(&self, state: &mut State, call: &Call) -> Result<Vec<Event>, Failure> {
        let mut netting = own(state, call, self.netting)?;
        netting.status = NettingStatus::Refused { by: call.sender.id };
        let event = netting.event(EventKind::NettingRefused)?.by(call.sender.id);
        save(state, netting)?;
        Ok(vec![event.note(self.reason.clone())])
    }
}

/// Every leg is still there, owed by and to the same and large enough.
fn require_current(state: &mut State, netting: &Netting) -> Result<(), Failure> {
    for leg in &netting.legs {
        if check::leg(state, leg.tranche, leg.amount)? != *leg {
            return Err(Rejection::NettingStale { netting: netting.id, tranche: leg.tranche }.into());
        }
    }
    Ok(())
}
