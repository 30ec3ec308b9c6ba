//! Plain: how a rejection's fields stand in error details.
use crate::facility::Ineligibility;
use crate::member::Role;
use crate::programme::Inapplicable;
use crate::receivable::ReceivableStatus;
use crate::types::{
    Amount, BusinessDate, CreditNoteId, Currency, DisputeId, DocumentId, FacilityId, GuaranteeId, Height,
    MemberId, NettingId, PayoutId, PoolId, ProgrammeId, ProposalId, PublicKey, ReceivableId, Text, TrancheId,
    X25519Key,
};

/// As a person writes it, without the marks of a programming language.
pub(super) trait Plain {
    fn plain(&self) -> String;
}

macro_rules! plain {
    ($($type:ty),*) => {
        $(impl Plain for $type {
            fn plain(&self) -> String {
                self.to_string()
            }
        })*
    };
}

plain!(BusinessDate, Currency, FacilityId, Height, Ineligibility, MemberId, PayoutId, ProposalId, PublicKey);
plain!(Inapplicable, ProgrammeId);
plain!(ReceivableId, ReceivableStatus, Role, Text, TrancheId, u32);
plain!(GuaranteeId, PoolId);
plain!(CreditNoteId, DisputeId, NettingId);
plain!(DocumentId, X25519Key, u64);

impl Plain for Amount {
    /// Minor units and currency, such as `100050 CNY`.
    fn plain(&self) -> String {
        format!("{} {}", self.minor(), self.currency())
    }
}

impl Plain for Vec<ReceivableId> {
    fn plain(&self) -> String {
        self.iter().map(ReceivableId::to_string).collect::<Vec<_>>().join(", ")
    }
}
