//! Assign: the lead creditor hands one case or many to an agent under a mandate, and either side ends it.
use super::creditors::require_lead;
use super::{EntryKind, Mandate, Pen, append, open_case, save};
use crate::event::{Event, EventKind};
use crate::execute::Call;
use crate::failure::Failure;
use crate::limits::CASES_PER_HAND_OVER_MAX;
use crate::member::{self, Role};
use crate::money::field;
use crate::rejection::Rejection;
use crate::state::State;
use crate::types::{BusinessDate, Hash, MemberId, ReceivableId, Text};

/// By the lead creditor of every one of the cases: all of them are handed over, or none. Replaces what mandates
/// there were.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AssignCases {
    /// 1 to 64 receivables, each once.
    pub cases: Vec<ReceivableId>,
    /// A CollectionAgent.
    pub agent: MemberId,
    /// Last business date of the mandate.
    pub until: BusinessDate,
    /// SHA-256 of the contract.
    pub mandate: Hash,
}

/// By the agent, or by the lead creditor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EndMandate {
    pub case: ReceivableId,
    pub reason: Text,
}

impl AssignCases {
    pub(crate) fn apply(&self, state: &mut State, call: &Call) -> Result<Vec<Event>, Failure> {
        let count = u32::try_from(self.cases.len()).unwrap_or(u32::MAX);
        let limit = u32::try_from(CASES_PER_HAND_OVER_MAX).unwrap_or(u32::MAX);
        if count == 0 || count > limit {
            return Err(Rejection::CaseCount { count, limit }.into());
        }
        member::active_with_role(state, self.agent, Role::CollectionAgent)?;
        if self.until < call.today {
            return Err(Rejection::MandateEnded { until: self.until, today: call.today }.into());
        }
        if self.mandate == Hash::ZERO {
            return Err(Rejection::TextMissing { field: field("hash of the mandate") }.into());
        }
        let mut events = Vec::with_capacity(self.cases.len());
        for (position, id) in self.cases.iter().enumerate() {
            if self.cases.iter().take(position).any(|earlier| earlier == id) {
                return Err(Rejection::CaseRepeated { receivable: *id }.into());
            }
            events.push(self.assign(state, call, *id)?);
        }
        Ok(events)
    }

    fn assign(&self, state: &mut State, call: &Call, id: ReceivableId) -> Result<Event, Failure> {
        let mut case = open_case(state, id)?;
        require_lead(state, id, call.sender.id)?;

        let (agent, given_by) = (self.agent, call.sender.id);
        let mandate = Mandate { agent, given_by, until: self.until, document: self.mandate };
        case.mandate = Some(mandate);
        let pen = Pen { on: call.today, by: Some(given_by) };
        append(state, &mut case, pen, EntryKind::Assigned { mandate }, Text::default())?;
        save(state, case)?;
        Ok(Event::new(EventKind::CaseAssigned).by(given_by).with(agent).receivable(id).on(self.until))
    }
}

impl EndMandate {
    pub(crate) fn apply(&self, state: &mut State, call: &Call) -> Result<Vec<Event>, Failure> {
        let mut case = open_case(state, self.case)?;
        let Some(mandate) = case.mandate else {
            return Err(Rejection::NoMandate { receivable: case.receivable }.into());
        };
        if mandate.agent != call.sender.id {
            require_lead(state, case.receivable, call.sender.id)?;
        }

        case.mandate = None;
        let pen = Pen { on: call.today, by: Some(call.sender.id) };
        let kind = EntryKind::MandateEnded { agent: mandate.agent };
        append(state, &mut case, pen, kind, self.reason.clone())?;
        let event = Event::new(EventKind::CaseMandateEnded).by(call.sender.id).with(mandate.agent);
        let event = event.receivable(case.receivable).on(call.today).note(self.reason.clone());
        save(state, case)?;
        Ok(vec![event])
    }
}
