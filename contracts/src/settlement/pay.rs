//! Pay: the anchor pays early, late or in part, beside the automatic debit.
use crate::types::{Amount, ReceivableId};

/// By the anchor, from its deposit at the settlement bank; distributed at once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PayReceivable {
    pub receivable: ReceivableId,
    pub amount: Amount,
}
