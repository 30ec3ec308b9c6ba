//! Why a caller is not taken for a member.
use tally_contracts::types::MemberId;
use tally_proto::access::AuthorizationError;

/// Why a call is refused before anybody looked at what it asks.
///
/// What is wrong with a key is not told apart: a stranger learns nothing about who is on the ledger.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(in super::super) enum AccessError {
    #[error("{path} is not offered here")]
    NotOffered { path: String },
    #[error("reads are answered to members: sign the call, or open a session and send its token")]
    Missing,
    #[error(transparent)]
    Malformed(#[from] AuthorizationError),
    #[error(
        "the signature is for {audience}, which is none of this node's names; its operator lists them in api.names"
    )]
    Audience { audience: String },
    #[error(
        "the signature may be valid for {limit_ms} ms from now, not for {found_ms}; is this machine's clock right"
    )]
    TooLong { found_ms: u64, limit_ms: u64 },
    #[error("the signature was valid until {late_ms} ms ago; is this machine's clock right")]
    Expired { late_ms: u64 },
    #[error("the signature was used already; each call needs its own")]
    Replayed,
    #[error("the signature is not one of a member's key over this call; check member, key file and chain")]
    Refused,
    #[error("the token is not one of this connection's sessions, or its session ended; open another")]
    TokenUnknown,
    #[error(
        "{member} cannot read over this connection, whose certificate is another member's; open one of its own"
    )]
    OtherMember { member: MemberId },
    #[error("only a signed call opens a session; a token does not")]
    NeedsSignature,
    #[error("the request is not one message without compression of at most {limit} bytes")]
    Body { limit: usize },
}
