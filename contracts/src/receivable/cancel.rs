//! Cancel: anchor and sole original holder undo a receivable of which nothing moved.
use crate::types::{ReceivableId, Text};

/// By the anchor or the supplier; done when both asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CancelReceivable {
    pub receivable: ReceivableId,
    pub reason: Text,
}
