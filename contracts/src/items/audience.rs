//! Who an event is for, and what of it (rulebook §8).
use crate::event::{Event, EventKind};
use crate::types::MemberId;

/// Who may know an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Audience {
    /// About the consortium itself: every member.
    Everyone,
    /// Those that it names.
    Named,
    /// The same, and the anchor of the receivable: its debt changed, or whom it owes (Civil Code art. 546).
    NamedAndAnchor,
}

impl EventKind {
    #[allow(clippy::wildcard_enum_match_arm, reason = "default deny")]
    pub const fn audience(self) -> Audience {
        match self {
            Self::MemberRegistered
            | Self::KeyAdded
            | Self::KeyRevoked
            | Self::EncryptionKeySet
            | Self::ProposalSubmitted
            | Self::ProposalVoted
            | Self::ProposalPassed
            | Self::ProposalRefused
            | Self::ProposalLapsed
            | Self::MemberAdmitted
            | Self::MemberStatusSet
            | Self::MemberRolesSet
            | Self::ValidatorsChanged
            | Self::MisbehaviourReported
            | Self::PolicyEntered => Audience::Everyone,
            Self::TransferAccepted
            | Self::TrancheDiscounted
            | Self::TranchePledged
            | Self::RecourseSettled
            | Self::ClaimTakenOver
            | Self::SettlementDebited
            | Self::SettlementDistributed
            | Self::LateInterestDistributed
            | Self::CostsDistributed
            | Self::PaidForAnchor
            | Self::ReceivableSubmitted
            | Self::ReceivableConfirmed
            | Self::ReceivableRejected
            | Self::ReceivableWithdrawn
            | Self::ReceivableLapsed
            | Self::ReceivableAccepted
            | Self::ReceivableDeclined
            | Self::CancellationAsked
            | Self::ReceivableCancelled
            | Self::ReceivableOverdue
            | Self::ReceivableSettled
            | Self::ReceivableDefaulted
            | Self::ReceivableWrittenOff
            | Self::CostsClaimed
            | Self::CostsAllowed
            | Self::CostsDeclined => Audience::NamedAndAnchor,
            // a new kind is for those it names until somebody decides otherwise
            _ => Audience::Named,
        }
    }
}

impl Event {
    /// Whether it names this member on either side.
    pub fn names(&self, member: MemberId) -> bool {
        self.member == Some(member) || self.counterparty == Some(member)
    }

    /// As the anchor may know it: that title moved or that money arrived; to whom only from the due date on, and never
    /// at which price.
    pub fn for_anchor(&self, is_due: bool) -> Self {
        let mut seen = Self { proceeds: None, facility: None, ..self.clone() };
        if !is_due {
            seen.member = None;
            seen.counterparty = None;
            seen.tranche = None;
            seen.tranches = Vec::new();
        }
        seen
    }
}
