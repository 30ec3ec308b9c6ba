//! What a block gives its transactions: position and time.
use crate::types::{Height, Timestamp};

/// The inputs of execution that come from consensus; nothing else may influence it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BlockContext {
    pub height: Height,
    /// Later than the parent's, bounded by the validators' clocks.
    pub time: Timestamp,
}
