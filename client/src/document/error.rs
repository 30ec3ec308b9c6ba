//! Why a document cannot be sealed or opened.

/// See the module's description. Nothing here says what a document says.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DocumentError {
    /// Larger than the largest payload.
    #[error("the document has {bytes} bytes, more than the {limit} that travel as one: cut it into several")]
    TooLarge {
        /// Bytes found.
        bytes: usize,
        /// Bytes allowed.
        limit: usize,
    },
    /// The name has too many bytes, or none.
    #[error("the document's name has {bytes} bytes where 1 to {limit} are allowed: rename the file")]
    Name {
        /// Bytes found.
        bytes: usize,
        /// Bytes allowed.
        limit: usize,
    },
    /// The system's random source failed.
    #[error("the operating system gives no random bytes: nothing was encrypted, try again")]
    NoRandomness,
    /// The payload is not what the ledger says.
    #[error("damaged: the payload does not have the hash that the ledger says")]
    Damaged,
    /// No wrapped key opens it.
    #[error(
        "not openable: no key here was wrapped for the encryption key at hand; ask {owner} to wrap it anew"
    )]
    NoKey {
        /// Whose document it is.
        owner: String,
    },
    /// It opens to something else than what the ledger committed to.
    #[error("false: it opens to something else than what the ledger committed to; do not rely on it")]
    Uncommitted,
}
