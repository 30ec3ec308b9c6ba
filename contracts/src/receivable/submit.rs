//! Submit: the supplier asks the anchor to confirm what it owes.
use super::Terms;
use crate::types::MemberId;

/// By a Supplier.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SubmitReceivable {
    pub anchor: MemberId,
    pub terms: Terms,
}
