//! Issue: the anchor submits and confirms at once.
use super::Terms;
use crate::types::MemberId;

/// By an Anchor, in favour of `supplier`, who still accepts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IssueReceivable {
    pub supplier: MemberId,
    pub terms: Terms,
    pub defences_waived: bool,
    pub acknowledge_near_duplicates: bool,
}
