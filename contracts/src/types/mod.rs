//! The small values contracts compute with: each has a unit and checked arithmetic.
mod amount;
mod calendar;
mod date;
mod day_count;
mod hash;
mod ids;
mod rate;
mod text;

pub use amount::{Amount, AmountError, Currency, div_round_half_up, share_largest_remainder};
pub use calendar::{Calendar, DayRoll};
pub use date::{BusinessDate, Timestamp};
pub use day_count::DayCount;
pub use hash::{Hash, tagged_hash};
pub use ids::{
    CounterKind, CreditNoteId, CreditReadId, DisputeId, DocumentId, FacilityId, GuaranteeId, Height, IdError,
    MemberId, NettingId, PayoutId, PoolClaimId, PoolId, ProgrammeId, ProposalId, PublicKey, ReceivableId,
    TrancheId, X25519Key,
};
pub use rate::Rate;
pub use text::{Text, TextError};
