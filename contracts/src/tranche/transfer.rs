//! Transfer: the holder offers title to another member (转让).
use super::Offer;
use crate::types::TrancheId;

/// By the holder; title moves when the recipient accepts, or at once under a standing acceptance.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OfferTransfer {
    pub tranche: TrancheId,
    pub offer: Offer,
}
