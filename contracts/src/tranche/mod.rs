//! Tranches: slices of one receivable, each with exactly one holder (rulebook §5).
mod accept;
mod merge;
mod split;
mod transfer;

pub use accept::{AcceptTransfer, DeclineTransfer};
pub use merge::MergeTranches;
pub use split::{Part, SplitTranche};
pub use transfer::OfferTransfer;

use crate::types::{Amount, FacilityId, Hash, MemberId, ReceivableId, Timestamp, TrancheId};
use borsh::{BorshDeserialize, BorshSerialize};

/// Whether a transferor stays liable (追索权).
#[derive(Clone, Copy, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub enum Recourse {
    None,
    Full,
}

/// The terms on which title is to move.
#[derive(Clone, Copy, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct Offer {
    pub to: MemberId,
    pub recourse: Recourse,
    /// Hash of the contract or invoice being paid; may be absent only towards a Funder.
    pub trade_reference: Option<Hash>,
}

/// An offer that waits for its recipient.
#[derive(Clone, Copy, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct OpenOffer {
    pub offer: Offer,
    /// When it returns to the holder by itself.
    pub lapses_at: Timestamp,
}

/// An open tranche. Consumption (split, merge, settled in full) removes the record, and ids are never used
/// again, so a tranche is consumed at most once (I3); its past is in the events.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct Tranche {
    pub id: TrancheId,
    pub receivable: ReceivableId,
    pub face: Amount,
    pub holder: MemberId,
    /// Transfers between members since the root, not counting sales to a facility: the holder's tier − 1.
    pub depth: u8,
    /// Transferors that stay liable, oldest first.
    pub recourse: Vec<MemberId>,
    /// The facility that bought it and counts it as used, while its funder holds it.
    pub bought_under: Option<Purchase>,
    pub offer: Option<OpenOffer>,
}

/// Under which facility a tranche was bought, and from whom: what its limits count.
#[derive(Clone, Copy, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct Purchase {
    pub facility: FacilityId,
    pub seller: MemberId,
}
