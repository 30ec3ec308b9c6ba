//! Contact: whoever collects logs every contact with the debtor, within the policy's hours and frequency.
use super::creditors::require_lead;
use super::{Case, Channel, EntryKind, Pen, append, open_case, save};
use crate::event::{Event, EventKind};
use crate::execute::Call;
use crate::failure::Failure;
use crate::money::field;
use crate::rejection::Rejection;
use crate::state::{Key, State};
use crate::types::{ReceivableId, Text, Timestamp};

const MS_PER_MINUTE: u64 = 60_000;
const MINUTES_PER_HOUR: u64 = 60;

/// By the agent under a mandate that is valid on that day, or by the lead creditor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogContact {
    pub case: ReceivableId,
    /// When the debtor was contacted; logged afterwards.
    pub at: Timestamp,
    pub channel: Channel,
    /// What was said.
    pub outcome: Text,
}

impl LogContact {
    pub(crate) fn apply(&self, state: &mut State, call: &Call) -> Result<Vec<Event>, Failure> {
        let mut case = open_case(state, self.case)?;
        let on = call.policy.date(self.at);
        self.require_collector(state, call, &case)?;
        if self.outcome.is_empty() {
            return Err(Rejection::TextMissing { field: field("outcome of a contact") }.into());
        }
        if self.at > call.time || on < case.opened_on {
            let (opened_on, today) = (case.opened_on, call.today);
            return Err(Rejection::ContactTime { on, opened_on, today }.into());
        }
        self.check_hours(call)?;
        let key = Key::ContactDay { debtor: case.debtor, by: call.sender.id, on };
        let before: u64 = state.get(key)?.unwrap_or(0);
        let limit = call.policy.contacts_per_day;
        if before >= u64::from(limit) {
            return Err(Rejection::ContactsPerDay { debtor: case.debtor, on, limit }.into());
        }

        state.put(key, before.saturating_add(1))?;
        let pen = Pen { on: call.today, by: Some(call.sender.id) };
        let kind = EntryKind::Contact { at: self.at, channel: self.channel };
        append(state, &mut case, pen, kind, self.outcome.clone())?;
        let event = case.event(EventKind::ContactLogged).by(call.sender.id).on(on);
        save(state, case)?;
        Ok(vec![event.note(self.outcome.clone())])
    }

    fn require_collector(&self, state: &mut State, call: &Call, case: &Case) -> Result<(), Failure> {
        let on = call.policy.date(self.at);
        match case.mandate {
            Some(mandate) if mandate.agent == call.sender.id && on <= mandate.until => Ok(()),
            Some(mandate) if mandate.agent == call.sender.id => {
                Err(Rejection::MandateEnded { until: mandate.until, today: on }.into())
            }
            Some(_) | None => require_lead(state, case.receivable, call.sender.id),
        }
    }

    /// The policy's local hours: the first counts, the last does not.
    fn check_hours(&self, call: &Call) -> Result<(), Rejection> {
        let midnight = call.policy.date(self.at).start(call.policy.utc_offset_minutes);
        let minutes = self.at.ms().saturating_sub(midnight.ms()).checked_div(MS_PER_MINUTE).unwrap_or(0);
        let hour = u32::try_from(minutes.checked_div(MINUTES_PER_HOUR).unwrap_or(0)).unwrap_or(u32::MAX);
        let (from, until) = (u32::from(call.policy.contact_hours.0), u32::from(call.policy.contact_hours.1));
        if hour < from || hour >= until {
            return Err(Rejection::ContactOutsideHours { hour, from, until });
        }
        Ok(())
    }
}
