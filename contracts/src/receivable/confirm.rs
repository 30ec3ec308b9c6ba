//! Confirm: the anchor acknowledges the debt, in full or in part (确权).
use crate::types::{Amount, ReceivableId, Text};

/// By the receivable's anchor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfirmReceivable {
    pub receivable: ReceivableId,
    /// The face, or less with a reason.
    pub amount: Amount,
    pub reason: Text,
    pub defences_waived: bool,
    /// Must be set where the receivable names near duplicates.
    pub acknowledge_near_duplicates: bool,
}
