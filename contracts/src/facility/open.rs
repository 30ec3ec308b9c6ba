//! Open: a funder posts a firm offer.
use super::Offering;
use crate::types::MemberId;

/// By a Funder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenFacility {
    /// 1 to 32 anchors.
    pub anchors: Vec<MemberId>,
    pub offering: Offering,
}
