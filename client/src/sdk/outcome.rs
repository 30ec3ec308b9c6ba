//! What became of a transaction, as a type.

use tally_contracts::types::Hash;
use tally_proto::v1::common::{Event, Position, Receipt, Rejection, receipt};
use tally_proto::v1::transaction::{TransactionResult, TransactionStatus};

use super::error::ClientError;
use super::journal::RequestId;
use super::problem::Problem;
use super::reads::part;

/// What became of one transaction.
#[derive(Debug, Clone, PartialEq)]
pub struct Outcome {
    /// What the client named it; `None` where it was asked for by its id.
    pub request_id: Option<RequestId>,
    /// `None` where it was asked for by request id and no node knows it.
    pub transaction_id: Option<Hash>,
    /// Where it stands.
    pub verdict: Verdict,
}

/// Where a transaction stands.
#[derive(Debug, Clone, PartialEq)]
pub enum Verdict {
    /// In a block, and it took effect.
    Applied {
        /// In the order in which they happened.
        events: Vec<Event>,
        /// Where, and under which policy.
        place: Place,
    },
    /// In a block, and a rule refused it: nothing changed.
    Refused {
        /// Why.
        rejection: Rejection,
        /// Where, and under which policy.
        place: Place,
    },
    /// A node has it and will propose and share it.
    Pending {
        /// Of the node's tip.
        tip: Position,
    },
    /// Past its last height without having been in a block: it never will be.
    Expired {
        /// Of the node's tip.
        tip: Position,
    },
    /// The node that was asked does not know it; it may still be on its way elsewhere.
    NotSeen {
        /// Of the node's tip.
        tip: Position,
    },
    /// It was sent and nobody answered in time. The same bytes may be sent again safely.
    Unknown {
        /// The last that was heard.
        problem: Problem,
    },
}

/// Where a transaction was decided.
#[derive(Debug, Clone, PartialEq)]
pub struct Place {
    /// Of the block.
    pub position: Position,
    /// In the block.
    pub index: u32,
    /// The version of the policy that judged.
    pub policy_version: u32,
}

impl Verdict {
    /// Whether nothing can change it any more.
    #[must_use]
    pub fn is_final(&self) -> bool {
        match self {
            Self::Applied { .. } | Self::Refused { .. } | Self::Expired { .. } => true,
            Self::Pending { .. } | Self::NotSeen { .. } | Self::Unknown { .. } => false,
        }
    }

    pub(super) fn read(result: TransactionResult) -> Result<Self, ClientError> {
        let status = result.status();
        let position = part(result.position, "position")?;
        match status {
            TransactionStatus::Committed => {
                Self::of_receipt(part(result.receipt, "receipt")?, position, result.index)
            }
            TransactionStatus::Pending => Ok(Self::Pending { tip: position }),
            TransactionStatus::Expired => Ok(Self::Expired { tip: position }),
            TransactionStatus::Unknown => Ok(Self::NotSeen { tip: position }),
            TransactionStatus::Unspecified => Err(ClientError::Incomplete { what: "status" }),
        }
    }

    /// The verdict that a receipt tells.
    pub(super) fn of_receipt(receipt: Receipt, position: Position, index: u32) -> Result<Self, ClientError> {
        let place = Place { position, index, policy_version: receipt.policy_version };
        Ok(match part(receipt.outcome, "receipt's outcome")? {
            receipt::Outcome::Applied(applied) => Self::Applied { events: applied.events, place },
            receipt::Outcome::Refused(rejection) => Self::Refused { rejection, place },
        })
    }
}
