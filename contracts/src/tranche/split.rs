//! Split: one tranche into 2 to 64 parts, optionally paying others with them.
use super::Offer;
use crate::types::{Amount, TrancheId};

/// One part of a split; without an offer it stays with the holder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    pub face: Amount,
    pub pay: Option<Offer>,
}

/// By the holder: Σ parts = face exactly.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SplitTranche {
    pub tranche: TrancheId,
    pub parts: Vec<Part>,
}
