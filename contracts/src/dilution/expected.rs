//! Expected: what an open credit note would take from whom if it were applied now; read-only and exact.
use super::{CreditNoteStatus, Loss, apply, find, issue};
use crate::block::BlockContext;
use crate::failure::Failure;
use crate::receivable;
use crate::state::{State, StateRead};
use crate::types::CreditNoteId;

/// By tranche number; nothing of a note that is not open, or that could not be applied now.
pub fn expected_losses(
    state: &dyn StateRead,
    context: BlockContext,
    note: CreditNoteId,
) -> Result<Vec<Loss>, Failure> {
    let mut state = State::new(state, context.height);
    let note = find(&mut state, note)?;
    let receivable = receivable::find(&mut state, note.receivable)?;
    let is_open = note.status == CreditNoteStatus::Open && receivable.require_owed().is_ok();
    if !is_open || issue::check_amount(&receivable, note.amount, note.dispute).is_err() {
        return Ok(Vec::new());
    }
    apply::losses(&mut state, &receivable, note.amount)
}
