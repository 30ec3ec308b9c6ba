//! Bounds of the SDK, each with its unit and its reason.

use std::time::Duration;

/// Blocks for which a transaction stays valid: minutes on a busy chain, so that an unknown outcome ends.
pub const VALID_BLOCKS: u64 = 1_000;

/// How long a connection may take; a node that needs longer is passed over.
pub const CONNECT_TIMEOUT: Duration = Duration::from_secs(3);

/// How long a command waits unless told otherwise.
pub const TIMEOUT_DEFAULT: Duration = Duration::from_secs(30);

/// The longest that one request asks a node to wait (the node's own bound).
pub const WAIT_SLICE_MAX: Duration = Duration::from_secs(10);

/// Grace beyond a node's own waiting time before the request counts as lost.
pub const WAIT_GRACE: Duration = Duration::from_secs(2);

/// First pause after every node failed; it doubles.
pub const BACKOFF_FIRST: Duration = Duration::from_millis(50);

/// Longest pause between rounds over the nodes.
pub const BACKOFF_MAX: Duration = Duration::from_secs(2);

/// A stream that says nothing for so long is dead: nodes send a sign of life every 5 s.
pub const STREAM_SILENCE_MAX: Duration = Duration::from_secs(20);

/// Entries of one page: the most that nodes give.
pub const PAGE_SIZE: u32 = 1_000;

/// Bytes of one answer: a block of the largest size with its receipts.
pub const RESPONSE_BYTES_MAX: usize = 128 * 1024 * 1024;

/// Decided requests that a journal keeps to answer a repeated request id.
pub const JOURNAL_DECIDED_MAX: usize = 10_000;

/// Bytes of one journal entry or transaction file: a transaction in hexadecimal and its surroundings.
pub const ENTRY_BYTES_MAX: u64 = 512 * 1024;

/// Transactions of one submission stream without an answer: what a node keeps of one stream.
pub const MANY_UNANSWERED_MAX: usize = 16_384;

/// Transactions of one message of a submission stream: two full signature batches.
pub const MANY_BATCH_MAX: usize = 512;

/// Bytes of one message of a submission stream, beyond which it ends: half of what a node takes.
pub const MANY_BATCH_BYTES: usize = 448 * 1024;

/// How long a signed read is valid: half of what nodes take, so that clocks may differ by the other half.
pub const READ_VALIDITY: Duration = Duration::from_secs(30);

/// Time before its end at which a session is renewed.
pub const SESSION_MARGIN: Duration = Duration::from_secs(60);

/// Bytes of a certificate or key file for TLS: a long chain has some tens of KiB.
pub const TLS_FILE_BYTES_MAX: u64 = 1024 * 1024;
/// Bytes of one chunk of a document's payload: what a node takes in one request.
pub const DOCUMENT_CHUNK_BYTES: usize = 512 * 1024;
