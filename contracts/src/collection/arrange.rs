//! Arrange: a creditor or the debtor proposes a repayment plan, an extension or a restructuring.
use super::creditors::creditors;
use super::{
    Arrangement, ArrangementKind, Case, EntryKind, Instalment, Pen, Proposal, answer, append, open_case,
};
use crate::event::{Event, EventKind};
use crate::execute::Call;
use crate::failure::Failure;
use crate::limits::INSTALMENTS_MAX;
use crate::money::positive;
use crate::receivable::{self, Receivable};
use crate::rejection::Rejection;
use crate::state::State;
use crate::types::{Amount, MemberId, ReceivableId, Text};

/// By a holder or by the debtor; it is the sender's approval, and replaces what was proposed before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProposeArrangement {
    pub case: ReceivableId,
    pub arrangement: Arrangement,
    pub note: Text,
}

impl ProposeArrangement {
    pub(crate) fn apply(&self, state: &mut State, call: &Call) -> Result<Vec<Event>, Failure> {
        let mut case = open_case(state, self.case)?;
        require_party(state, &case, call.sender.id)?;
        if case.in_force.is_some() {
            return Err(Rejection::ArrangementInForce { receivable: case.receivable }.into());
        }
        let receivable = receivable::find(state, case.receivable)?;
        self.check_dates(call)?;
        check_sum(&receivable, &self.arrangement.instalments)?;

        let approvals = vec![call.sender.id];
        case.proposal = Some(Proposal { arrangement: self.arrangement.clone(), approvals });
        let pen = Pen { on: call.today, by: Some(call.sender.id) };
        let kind = EntryKind::Proposed { arrangement: self.arrangement.clone() };
        append(state, &mut case, pen, kind, self.note.clone())?;
        let event = case.event(EventKind::ArrangementProposed).by(call.sender.id).on(call.today);
        let mut events = vec![event.note(self.note.clone())];
        events.extend(answer::if_all_approve(state, call, case)?);
        Ok(events)
    }

    fn check_dates(&self, call: &Call) -> Result<(), Failure> {
        let Arrangement { kind, instalments } = &self.arrangement;
        let count = u32::try_from(instalments.len()).unwrap_or(u32::MAX);
        let most = match kind {
            ArrangementKind::Extension => 1,
            ArrangementKind::Plan | ArrangementKind::Restructuring { .. } => INSTALMENTS_MAX,
        };
        let limit = u32::try_from(most).unwrap_or(u32::MAX);
        if count == 0 || count > limit {
            return Err(Rejection::InstalmentCount { count, limit }.into());
        }
        let mut last = call.today;
        for instalment in instalments {
            positive(instalment.amount)?;
            if instalment.on <= last {
                return Err(Rejection::InstalmentDate { on: instalment.on, after: last }.into());
            }
            last = instalment.on;
        }
        match kind {
            ArrangementKind::Restructuring { observed_until } if *observed_until < last => {
                Err(Rejection::ObservationTooShort { until: *observed_until, last }.into())
            }
            ArrangementKind::Restructuring { .. } | ArrangementKind::Plan | ArrangementKind::Extension => {
                Ok(())
            }
        }
    }
}

/// The instalments sum to the face that is owed and not disputed.
pub(super) fn check_sum(receivable: &Receivable, instalments: &[Instalment]) -> Result<(), Failure> {
    let debt = receivable.payable()?;
    let sum = Amount::sum(debt.currency(), instalments.iter().map(|instalment| instalment.amount))?;
    if sum != debt {
        return Err(Rejection::InstalmentsNotSumming { debt, sum }.into());
    }
    Ok(())
}

/// The debtor, or a holder.
pub(super) fn require_party(state: &mut State, case: &Case, member: MemberId) -> Result<(), Failure> {
    if member == case.debtor || creditors(state, case.receivable)?.contains_key(&member) {
        return Ok(());
    }
    Err(Rejection::NotCaseParty { receivable: case.receivable }.into())
}
