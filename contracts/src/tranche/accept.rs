//! Accept and decline: the recipient's answer to an offered tranche.
use crate::types::TrancheId;

/// By the recipient: title moves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AcceptTransfer {
    pub tranche: TrancheId,
}

/// By the recipient, or by the holder who takes its offer back: the tranche stays where it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeclineTransfer {
    pub tranche: TrancheId,
}
