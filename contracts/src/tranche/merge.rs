//! Merge: several tranches of one receivable and holder into one.
use crate::types::TrancheId;

/// By the holder: 2 to 64 tranches of equal receivable, depth, recourse chain and purchase.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MergeTranches {
    pub tranches: Vec<TrancheId>,
}
