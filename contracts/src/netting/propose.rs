//! Propose: a party names the debts to set off; its proposal is its consent.
use super::{Leg, Netting, NettingStatus, check, save};
use crate::event::{Event, EventKind};
use crate::execute::Call;
use crate::failure::Failure;
use crate::limits::NETTING_LEGS_MAX;
use crate::money::positive;
use crate::rejection::Rejection;
use crate::state::State;
use crate::types::{Amount, CounterKind, NettingId, TrancheId};

/// How much of which tranche is to be set off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LegOrder {
    pub tranche: TrancheId,
    pub amount: Amount,
}

/// By a party: 2 to 64 legs in one currency in which every party owes as much as it is owed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProposeNetting {
    pub legs: Vec<LegOrder>,
}

impl ProposeNetting {
    pub(crate) fn apply(&self, state: &mut State, call: &Call) -> Result<Vec<Event>, Failure> {
        let legs = self.check(state)?;
        let parties = check::require_balanced(&legs)?;
        let proposed_by = call.sender.id;
        if !parties.contains(&proposed_by) {
            return Err(Rejection::NotNettingParty { member: proposed_by }.into());
        }

        let netting = Netting {
            id: NettingId::new(state.next_number(CounterKind::Netting)?),
            proposed_by,
            proposed_at: call.time,
            legs,
            parties,
            consents: vec![proposed_by],
            status: NettingStatus::Open { lapses_at: call.time.plus_hours(call.policy.acceptance_hours) },
        };
        let event = netting.event(EventKind::NettingProposed)?.by(proposed_by);
        save(state, netting)?;
        Ok(vec![event])
    }

    fn check(&self, state: &mut State) -> Result<Vec<Leg>, Failure> {
        let count = u32::try_from(self.legs.len()).unwrap_or(u32::MAX);
        let limit = u32::try_from(NETTING_LEGS_MAX).unwrap_or(u32::MAX);
        if count < 2 || count > limit {
            return Err(Rejection::NettingLegCount { count, limit }.into());
        }
        let mut legs: Vec<Leg> = Vec::with_capacity(self.legs.len());
        for order in &self.legs {
            positive(order.amount)?;
            if legs.iter().any(|leg| leg.tranche == order.tranche) {
                return Err(Rejection::NettingRepeated { tranche: order.tranche }.into());
            }
            legs.push(check::leg(state, order.tranche, order.amount)?);
        }
        Ok(legs)
    }
}
