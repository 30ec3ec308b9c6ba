//! Close: no more early payments.
use super::{ProgrammeStatus, find};
use crate::event::{Event, EventKind};
use crate::execute::Call;
use crate::failure::Failure;
use crate::rejection::Rejection;
use crate::state::{Key, State};
use crate::types::ProgrammeId;

/// By the programme's anchor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CloseProgramme {
    pub programme: ProgrammeId,
}

impl CloseProgramme {
    pub(crate) fn apply(&self, state: &mut State, call: &Call) -> Result<Vec<Event>, Failure> {
        let mut programme = find(state, self.programme)?;
        if programme.anchor != call.sender.id {
            return Err(Rejection::NotAnchorOfProgramme { programme: programme.id }.into());
        }
        match programme.status {
            ProgrammeStatus::Open => {}
            ProgrammeStatus::Closed { .. } => {
                return Err(Rejection::ProgrammeClosed { programme: programme.id }.into());
            }
        }
        programme.status = ProgrammeStatus::Closed { on: call.today };
        let event = programme.event(EventKind::ProgrammeClosed);
        state.put(Key::Programme(programme.id), programme)?;
        Ok(vec![event])
    }
}
