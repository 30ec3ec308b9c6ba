//! Every bound of the node that is not consensus data: a name, a unit, a reason.

use std::ops::RangeInclusive;
use std::time::Duration;

const KIB: usize = 1024;
const MIB: usize = 1024 * KIB;

// --- mempool: what waits in memory ---------------------------------------------------------------

/// Bytes of all waiting transactions: some ten full blocks, and a fixed part of a small machine.
pub const MEMPOOL_BYTES_MAX: usize = 64 * MIB;
/// Waiting transactions: several seconds of the highest throughput aimed at.
pub const MEMPOOL_COUNT_MAX: usize = 65_536;
/// Bytes that one member may have waiting: a quarter, so that one flood leaves three quarters.
pub const MEMPOOL_MEMBER_BYTES_MAX: usize = MEMPOOL_BYTES_MAX / 4;
/// Transactions that one member may have waiting: a quarter, as for bytes.
pub const MEMPOOL_MEMBER_COUNT_MAX: usize = MEMPOOL_COUNT_MAX / 4;
/// Bytes kept free for members below their floor, however many others flood.
pub const MEMPOOL_RESERVE_BYTES: usize = MEMPOOL_BYTES_MAX / 8;
/// Transactions kept free for members below their floor.
pub const MEMPOOL_RESERVE_COUNT: usize = MEMPOOL_COUNT_MAX / 8;
/// Bytes up to which a member counts as one with little waiting: the reserve serves 64 such members.
pub const MEMPOOL_FLOOR_BYTES: usize = MEMPOOL_RESERVE_BYTES / 64;
/// Transactions up to which a member counts as one with little waiting.
pub const MEMPOOL_FLOOR_COUNT: usize = MEMPOOL_RESERVE_COUNT / 64;
/// Ids of committed transactions that are still recognised when a slow peer sends them once more.
pub const MEMPOOL_COMMITTED_REMEMBERED: usize = 65_536;

// --- admission: what is checked before it waits ---------------------------------------------------

/// Transactions a second that one member may hand in over the whole network, where its operators do not say otherwise: a
/// twentieth of what a small network carries, and seventeen million a day.
pub const MEMBER_TRANSACTIONS_PER_SECOND: u64 = 200;
/// Seconds of that rate that it may hand in at once: a batch of invoices, and no more than a few blocks of it for others.
pub const MEMBER_TRANSACTIONS_BURST_SECONDS: u32 = 2;
/// Members whose rate is remembered; those that were quiet are forgotten first.
pub const MEMBER_RATES_MAX: usize = 10_000;
/// Frames and single submissions that wait to be checked: about a second of work.
pub const ADMISSION_QUEUE_MAX: usize = 4_096;
/// Transactions from which a check begins without waiting for more: several full signature batches.
pub const ADMISSION_BATCH_MAX: usize = 1_024;
/// Transactions in the last block from which the next ones may wait for company.
pub const RHYTHM_FROM: usize = 256;
/// They wait this part of the time between two blocks, before they are checked and before they are sent on.
pub const RHYTHM_PART: u32 = 4;
/// And no longer than this.
pub const RHYTHM_PAUSE_MAX: Duration = Duration::from_millis(100);

// --- gossip: what travels between validators -----------------------------------------------------

/// Bytes of one frame on the wire: sixteen of the largest transactions.
pub const GOSSIP_FRAME_BYTES_MAX: usize = MIB;
/// Transactions in one frame: a full signature batch several times over, and a short answer.
pub const GOSSIP_FRAME_COUNT_MAX: usize = 1_024;
/// Bytes that one peer may have in admission: four full frames; an honest peer has one.
pub const GOSSIP_PEER_BYTES_IN_FLIGHT_MAX: usize = 4 * GOSSIP_FRAME_BYTES_MAX;
/// Transactions a second from one peer: above the highest throughput aimed at for a whole network.
pub const GOSSIP_PEER_TRANSACTIONS_PER_SECOND: u32 = 16_384;
/// Transactions from one peer at once: what it may hold back while it was disconnected.
pub const GOSSIP_PEER_TRANSACTIONS_BURST: u32 = 32_768;
/// Invalid transactions from one peer at once before it is penalised. Honest nodes verify before they
/// send; what remains are keys that were rotated on the way.
pub const GOSSIP_PEER_INVALID_BURST: u32 = 64;
/// Invalid transactions a second that are forgiven.
pub const GOSSIP_PEER_INVALID_PER_SECOND: u32 = 1;
/// Streams at once on one connection, both ways: an honest pair uses two.
pub const GOSSIP_STREAMS_MAX: usize = 8;
/// Bytes of an answer that a member node passes on: a stream's come to more, over hours.
pub const RELAY_ANSWER_BYTES_MAX: usize = 1024 * MIB;
/// Blocks of an answer to a member node unless it asks for fewer.
pub const FOLLOW_BLOCKS_DEFAULT: usize = 64;
/// Blocks of an answer to a member node: each costs its header, its certificate, and a read of all of it.
pub const FOLLOW_BLOCKS_MAX: usize = 256;
/// Bytes of blocks after which an answer to a member node ends: two of the largest blocks fit a message.
pub const FOLLOW_ANSWER_BYTES_MAX: usize = 4 * MIB;
/// Bytes of an answer that a member node takes: the above, one block more, and the frame.
pub const FOLLOW_MESSAGE_BYTES_MAX: usize = 80 * MIB;
/// Milliseconds that a member node may wait for a block: below the request's own timeout.
pub const FOLLOW_WAIT_MS_MAX: usize = 20_000;
/// Milliseconds that a member node waits for a block before it asks again: twice the usual heartbeat.
pub const FOLLOW_WAIT_MS: u32 = 10_000;
/// For a connection to a full node, and for its signs of life.
pub const FOLLOW_CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// For what full nodes say of themselves while an operator waits.
pub const FULL_NODE_ANSWERS_WITHIN: Duration = Duration::from_secs(3);
/// For an answer of a full node beside what it was allowed to wait.
pub const FOLLOW_CALL_TIMEOUT: Duration = Duration::from_secs(30);
/// Pause before the next full node is asked.
pub const FOLLOW_RETRY: Duration = Duration::from_millis(500);
/// Time without a new block after which a member node asks another full node: several heartbeats of the chain.
pub const FOLLOW_SILENCE_MAX: Duration = Duration::from_secs(30);
/// Blocks that a member node holds in memory until they are proven: weeks of an idle chain, hours of a busy one.
pub const FOLLOW_STAGED_MAX: usize = 500_000;
/// Records kept back of which nobody else could say anything, and which are asked for again: four questions more.
pub const FOLLOW_UNJUDGED_MAX: usize = 4 * FOLLOW_KEYS_MAX;
/// How often a node that keeps records back is asked again, while it and another one are at different blocks.
pub const WITHHELD_ASKED_AGAIN: usize = 5;
/// Time for which a node that lied is asked only where nobody else is left.
pub const DISTRUST_TIME: Duration = Duration::from_secs(600);
/// Files of evidence: an operator looks long before.
pub const EVIDENCE_FILES_MAX: usize = 1_000;
/// Reports that are kept in memory.
pub const REPORTS_KEPT: usize = 100;
/// Records that a member node asks for at once: each proof is computed under the ledger's lock.
pub const FOLLOW_KEYS_MAX: usize = 256;
/// Connections to one peer: both may dial at once, and each may have a dead one not yet noticed.
pub const GOSSIP_CONNECTIONS_PER_PEER_MAX: u32 = 4;
/// Connections in their handshake: strangers cost at most this many before they are refused.
pub const GOSSIP_HANDSHAKES_MAX: u32 = 256;
/// Of one address: every other node of a network on one machine, twice.
pub const GOSSIP_HANDSHAKES_PER_ADDRESS_MAX: usize = 32;
/// Inbound connections in all: 100 validators and as many observers, each twice.
pub const GOSSIP_INBOUND_CONNECTIONS_MAX: u32 = 400;
/// Listed peers: 100 validators and as many observers.
pub const GOSSIP_PEERS_MAX: usize = 200;
/// Least time between two frames to one peer for each transaction in the first: a lone one leaves at once, and those of a
/// stream share frames, because opening a stream costs far more than carrying one more transaction.
pub const GOSSIP_PAUSE: Duration = Duration::from_millis(5);
/// And no more than this, unless the rhythm of the blocks allows it.
pub const GOSSIP_COALESCE: Duration = Duration::from_millis(25);
/// Silence after which an empty frame asks whether the peer is still there.
pub const GOSSIP_HEARTBEAT: Duration = Duration::from_secs(5);
/// Time for a frame to be answered; then the connection counts as dead.
pub const GOSSIP_ANSWER_TIMEOUT: Duration = Duration::from_secs(10);
/// Time beyond the way there and back for peers to bring transactions that a proposal names: with the wait before it, well
/// under a propose timeout.
pub const GOSSIP_FETCH_TIMEOUT: Duration = Duration::from_millis(400);
/// A connection without traffic, heartbeats included, is closed after this.
pub const GOSSIP_IDLE_TIMEOUT: Duration = Duration::from_secs(30);
/// First wait before a listed peer is dialled again.
pub const GOSSIP_DIAL_DELAY_MIN: Duration = Duration::from_millis(250);
/// Longest wait between two dials of a listed peer: it is dialled for ever.
pub const GOSSIP_DIAL_DELAY_MAX: Duration = Duration::from_secs(10);
/// First wait after a peer answered that it is busy or full.
pub const GOSSIP_RETRY_DELAY_MIN: Duration = Duration::from_millis(100);
/// Longest wait after a peer answered that it is busy or full.
pub const GOSSIP_RETRY_DELAY_MAX: Duration = Duration::from_secs(2);
/// Times that one transaction is offered again to a peer that was busy or full, per connection.
pub const GOSSIP_RETRIES_MAX: u8 = 8;
/// First exclusion of a peer that broke the protocol.
pub const GOSSIP_PENALTY_MIN: Duration = Duration::from_secs(30);
/// Longest exclusion: a repaired validator is back without anyone's help.
pub const GOSSIP_PENALTY_MAX: Duration = Duration::from_secs(600);
/// Time between two questions to each peer about its software, height and clock.
pub const GOSSIP_HELLO_INTERVAL: Duration = Duration::from_secs(10);
/// Time after the first connection in which such a question is asked.
pub const GOSSIP_HELLO_FIRST: Duration = Duration::from_millis(500);
/// Time for its answer; a slower one would say nothing about clocks.
pub const GOSSIP_HELLO_TIMEOUT: Duration = Duration::from_secs(5);
/// Least time between two answers to one peer: an honest one asks far less often.
pub const GOSSIP_HELLO_ANSWER_PAUSE: Duration = Duration::from_millis(400);
/// Bytes of the name of a version.
pub const GOSSIP_VERSION_BYTES_MAX: usize = 64;
/// Time that a stopping node gives to answers under way.
pub const GOSSIP_STOP_GRACE: Duration = Duration::from_secs(1);
/// Commands waiting for the gossip loop: they are rare.
pub const GOSSIP_COMMANDS_MAX: usize = 16;

// --- chain: what a proposal may be --------------------------------------------------------------

/// Blocks that a transaction may stay valid: a day of one-second blocks, so that an offline signature
/// has time to travel, and replay protection need not look back further.
pub const VALIDITY_BLOCKS_MAX: u64 = 100_000;
/// Real milliseconds that a block's time may be ahead of this node's clock.
pub const BLOCK_TIME_AHEAD_MS_MAX: u64 = 5_000;
/// Real milliseconds that a new block's time may be behind this node's clock: a round with all its
/// timeouts fits.
pub const BLOCK_TIME_BEHIND_MS_MAX: u64 = 60_000;
/// A block may take this part of the time that a round waits for it to build; judging it takes others as long again.
pub const BUILD_PART: u32 = 3;
/// Transactions of a block from which its time says what one of them costs.
pub const MEASURED_FROM: usize = 128;
/// Transactions that a block may always hold, whatever the last ones cost.
pub const BLOCK_TRANSACTIONS_MIN: usize = 256;
/// Transactions of the last block from which the next one waits for company.
pub const GATHER_FROM: usize = 8;
/// Time that a block waits for company at most: who brings many at once does not hold up others by more.
pub const GATHER_MAX: Duration = Duration::from_millis(50);
/// The same where the last block held `GATHER_LOADED`: a fraction of the latency promised under load.
pub const GATHER_LOADED_MAX: Duration = Duration::from_millis(200);
/// Transactions of a block where a height costs as much as a quarter of them: a larger one has company enough.
pub const GATHER_LOADED: RangeInclusive<usize> = RHYTHM_FROM..=768;
/// Time without a new transaction after which nobody else is coming.
pub const GATHER_QUIET: Duration = Duration::from_millis(5);
/// Time, beyond the way, after which every validator is expected to have a transaction: two frames of gossip. One that is
/// younger travels with the block, which costs a lone transaction nothing.
pub const NAMED_TRANSACTION_AGE: Duration = Duration::from_millis(60);
/// Time that a validator waits for transactions that a proposal only names before it asks for them.
pub const NAMED_TRANSACTION_WAIT: Duration = Duration::from_millis(100);
/// Time between two looks for them.
pub const NAMED_TRANSACTION_POLL: Duration = Duration::from_millis(2);
/// Records kept decoded for execution: some tens of MiB, the members, receivables and tranches of the last minutes.
pub const CACHED_RECORDS_MAX: usize = 65_536;
/// Scans of the index whose rows are remembered for execution: those of some thousand anchors and deposits.
pub const SCANS_REMEMBERED: usize = 8_192;
/// Rows of such a scan at most: 50 bytes each, and a question that finds more is rare.
pub const SCAN_ROWS_REMEMBERED: usize = 32;
/// Blocks whose receipts stay decoded for whoever asks what became of a transaction: some tens of MiB of the largest.
pub const SETTLED_BLOCKS_REMEMBERED: usize = 16;
/// Requests known not to be in the ledger: twice the waiting transactions of a busy pool, 48 bytes each.
pub const ABSENT_REQUESTS_MAX: usize = 131_072;
/// Committed blocks that a slow listener may fall behind before it must read from storage.
pub const COMMITTED_BLOCKS_WATCHED: usize = 256;

// --- events: what streams read --------------------------------------------------------------------

/// Blocks near the tip that stay decoded for all streams: a reader that is this far behind is catching up
/// and reads by itself.
pub const FEED_BLOCKS_REMEMBERED: usize = 32;
/// Blocking threads that read old blocks for streams: enough to keep a disk busy.
pub const FEED_READS_MAX: usize = 4;

// --- api: what callers may ask --------------------------------------------------------------------

/// What is added to the niceness of the threads that serve callers: beside those of consensus they get a third of a busy
/// processor, and all of an idle one.
pub const EDGE_NICENESS: i32 = 5;
/// Connections at once: each costs a task and some tens of KiB.
pub const API_CONNECTIONS_MAX: usize = 1_024;
/// Connections of those whose caller has not shown yet who it is. Each costs the same 36 KiB, and the oldest makes room for
/// the next: with 64 newcomers a second, four addresses at their full rate, each has eight seconds, and needs some round trips.
pub const API_STRANGERS_MAX: usize = 512;
/// Connections of one address: half of all, so that nobody alone holds them; a bank's machines often share one.
pub const API_CONNECTIONS_PER_ADDRESS_MAX: usize = 512;
/// New connections a second from one address: a TLS handshake costs a third of a millisecond, so that one address takes half
/// a hundredth of a core with them.
pub const API_NEW_CONNECTIONS_PER_SECOND: u64 = 16;
/// The same at once: all programs of a bank that start again together.
pub const API_NEW_CONNECTIONS_BURST: u64 = 128;
/// Addresses whose rate is remembered; those that were quiet are forgotten first.
pub const API_ADDRESSES_METERED_MAX: usize = 10_000;
/// Connections through their handshake that the server has not taken yet: it takes them at once.
pub const API_ACCEPTED_QUEUE: usize = 16;
/// Bytes that a new connection must bring in [`API_GREETING_TIMEOUT`]: HTTP/2 opens with as many (RFC 9113, 3.4).
pub const API_GREETING_BYTES: usize = 24;
/// Time for a TLS handshake, and after it for the first bytes: many round trips around the world. A connection that
/// says nothing, or says it drop by drop, is closed then.
pub const API_GREETING_TIMEOUT: Duration = Duration::from_secs(10);
/// Time between two looks at the certificates: a renewed one is in use this soon.
pub const TLS_LOOK_INTERVAL: Duration = Duration::from_secs(10);
/// Bytes of a certificate or key file: a long chain of certificates has some tens of KiB.
pub const TLS_FILE_BYTES_MAX: u64 = MIB as u64;
/// Days before a certificate's end from which the log and the doctor speak of it.
pub const TLS_EXPIRY_WARNING_DAYS: i64 = 30;
/// Time between two such words in the log of a node that runs: once a day is seen and fills nothing.
pub const TLS_EXPIRY_SPOKEN_INTERVAL: Duration = Duration::from_secs(24 * 60 * 60);
/// Time after a connection could not be accepted.
pub const API_ACCEPT_RETRY: Duration = Duration::from_millis(50);
/// Requests under way on one connection; more wait on the caller's side.
pub const API_REQUESTS_PER_CONNECTION_MAX: u32 = 64;
/// Watch streams over all connections: each costs a task and its queue.
pub const API_STREAMS_MAX: usize = 256;
/// Bytes of one request message: several of the largest transactions, so that one that is too large is
/// refused by name and not by the transport.
pub const API_MESSAGE_BYTES_MAX: usize = MIB;
/// Bytes of a request's headers: ours need a few hundred.
pub const API_HEADER_BYTES_MAX: u32 = 16 * 1024;
/// Bytes of one HTTP/2 frame: the protocol's own minimum (RFC 9113, 4.2).
pub const API_FRAME_BYTES_MAX: u32 = 16 * 1024;
/// Bytes that a caller may send before this node takes them, over one connection and in one stream: one message.
pub const API_WINDOW_BYTES: u32 = 1024 * 1024;
/// Streams that a caller reset before they were taken up; with more the connection ends (CVE-2023-44487).
pub const API_RESETS_PENDING_MAX: usize = 20;
/// Streams that were reset because a caller broke the protocol; with more the connection ends.
pub const API_RESETS_BY_ERROR_MAX: usize = 64;
/// Bytes of unfinished requests of one connection: eight of the largest messages.
pub const API_CONNECTION_BODY_BYTES_MAX: usize = 8 * MIB;
/// Bytes of unfinished requests of all callers that are known, and as many of those that are not.
pub const API_BODY_BYTES_MAX: usize = 64 * MIB;
/// Time for a request of one message to arrive: the largest one over a slow line.
pub const API_BODY_TIMEOUT: Duration = Duration::from_secs(15);
/// Time for one request; a wait for a commit ends before it.
pub const API_REQUEST_TIMEOUT: Duration = Duration::from_secs(60);
/// Milliseconds that a wait takes where the caller does not say.
pub const API_WAIT_MS_DEFAULT: u32 = 10_000;
/// Milliseconds that a caller may wait: proxies cut longer silence.
pub const API_WAIT_MS_MAX: u32 = 60_000;
/// Time between the end of the longest wait and the transport's own timeout.
pub const API_TIMEOUT_MARGIN: Duration = Duration::from_secs(5);
/// Silence after which a connection is asked whether its peer is still there. Whatever is no whole request is silence, and whoever
/// is in the middle of a header block may not answer (RFC 9113, 6.10), so that this bounds the time for headers as well.
pub const API_KEEPALIVE: Duration = Duration::from_secs(20);
/// Time for the answer; then the connection is closed.
pub const API_KEEPALIVE_TIMEOUT: Duration = Duration::from_secs(10);
/// Time for which a caller may take nothing of what it is sent, while all buffers between are full: then its connection ends.
pub const API_UNREAD_TIMEOUT: Duration = Duration::from_secs(30);
/// Time that a stopping server gives to requests under way.
pub const API_STOP_GRACE: Duration = Duration::from_secs(3);
/// Blocking threads for reads: reads are short and a disk serves no more at once.
pub const API_READS_MAX: usize = 16;
/// Calls that wait for a blocking thread: about a second of work.
pub const API_QUEUE_MAX: usize = 4_096;
/// Transactions of one message of a submission stream, and checked together: a full signature batch several
/// times over.
pub const API_SUBMIT_MANY_BATCH_MAX: usize = 1_024;
/// Transactions of one submission stream without an answer: a member's share of the pool.
pub const API_SUBMIT_MANY_UNANSWERED_MAX: u64 = 16_384;
/// Records of a page where the caller does not say.
pub const API_PAGE_SIZE_DEFAULT: u32 = 50;
/// Records of a page at most: with the largest records still a few MiB.
pub const API_PAGE_SIZE_MAX: u32 = 1_000;
/// Bytes of a page token: a head of 17 and the longest key, in hexadecimal digits, rounded up.
pub const API_PAGE_TOKEN_BYTES_MAX: usize = 1_024;
/// Records that one page of a filtered listing looks at; fewer matches than asked for and a token for the
/// rest come back.
pub const API_PAGE_RECORDS_SCANNED_MAX: usize = 20_000;
/// Records read from storage at once.
pub const API_SCAN_BATCH: usize = 256;
/// Events that a split tree is derived from: a thousand open tranches, each moved a dozen times.
pub const API_TREE_EVENTS_MAX: usize = 20_000;
/// Silence after which a stream says how far it is; clients take twice as much for a dead node.
pub const API_STREAM_HEARTBEAT: Duration = Duration::from_secs(4);
/// Messages that wait for a stream's reader.
pub const API_STREAM_QUEUE: usize = 256;
/// Time that a full queue is given before its reader is dropped with its cursor.
pub const API_STREAM_PATIENCE: Duration = Duration::from_secs(10);
/// Blocks beyond this node's tip at which a stream may begin: a client that comes from a node that is
/// ahead waits, one that comes from another chain is told.
pub const API_STREAM_AHEAD_MAX: u64 = 10_000;
/// Heartbeat intervals without a block after which a node counts as catching up.
pub const API_HEARTBEATS_MISSED_MAX: u32 = 4;
/// Time between two looks at the node's health.
pub const API_HEALTH_INTERVAL: Duration = Duration::from_secs(1);

/// Blocks of a simulated history after which its reader is told how far it is: a second's work or so.
pub const SIMULATION_PROGRESS_BLOCKS: u64 = 1_000;

// --- metrics: what monitoring may ask ---------------------------------------------------------------

/// Connections to the metrics at once: a few scrapers and a person.
pub const METRICS_CONNECTIONS_MAX: usize = 32;
/// Time for which one of them lasts, whatever it does: a scrape takes milliseconds, and opens another the next time.
pub const METRICS_CONNECTION_TIME: Duration = Duration::from_secs(5);

// --- access: who reads ------------------------------------------------------------------------------

/// Time for which a token stands for a signature.
pub const API_SESSION_LIFETIME: Duration = Duration::from_secs(15 * 60);
/// Sessions of one connection: a service that reads for some members shares one.
pub const API_SESSIONS_PER_CONNECTION_MAX: usize = 16;
/// Time between two looks at whether the key of a session or of a stream still counts: a revoked key reads no longer than
/// this, or until a call that waits for something is answered.
pub const API_KEY_RECHECK: Duration = Duration::from_secs(1);
/// Calls a second that one member may make here with a session or by signing: several screens that refresh at once.
pub const API_READS_PER_SECOND: u64 = 500;
/// Calls that a member may make at once: a report that walks long lists.
pub const API_READS_BURST: u64 = 2_000;
/// Members whose rate is remembered; those that were quiet are forgotten first.
pub const API_MEMBERS_METERED_MAX: usize = 10_000;
/// Calls a second over one connection in nobody's name: submissions one by one, health, status.
pub const API_OPEN_CALLS_PER_SECOND: u64 = 2_000;
/// The same at once.
pub const API_OPEN_CALLS_BURST: u64 = 4_000;
/// Refusals of one connection that are its caller's own doing: signatures that do not hold, calls in nobody's name when it has
/// used up its own. With more at once the connection ends.
pub const API_STRIKES_BURST: u64 = 256;
/// Such refusals a second that are forgiven.
pub const API_STRIKES_PER_SECOND: u64 = 8;
/// Watch streams of one member: a sixteenth of all.
pub const API_STREAMS_PER_MEMBER_MAX: usize = 16;
/// Streams in nobody's name on one connection: submissions, health and reflection, of which a client needs one each.
pub const API_STREAMS_PER_CONNECTION_MAX: usize = 8;
/// Proofs of misbehaviour that are counted for an operator: one is too many.
pub const EVIDENCE_COUNTED_MAX: usize = 1_000;
/// Hexadecimal digits of a regulator's request in the record of its reads, times two: requests are far shorter.
pub const AUDIT_LINE_BYTES_MAX: usize = 16 * 1024;
/// Time that "there is no such record" takes, whatever was looked at: more than any look takes, so that what is
/// forbidden is not told apart from what is absent.
pub const API_ABSENCE_TIME: Duration = Duration::from_millis(10);
/// Milliseconds of chain time after which a stream asks again which date it is: an anchor sees whom it owes from the
/// due date on.
pub const API_DATE_RECHECK_MS: u64 = 60_000;
/// Nonces of signed reads that are remembered for their minute: more than a thousand signed reads a second.
pub const API_NONCES_MAX: usize = 100_000;

// --- documents: encrypted files beside the database ------------------------------------------------

/// Bytes of one chunk of a payload: with its frame within a request message.
pub const DOCUMENT_CHUNK_BYTES: usize = 512 * KIB;
/// Locks that writers of documents share.
pub const DOCUMENT_LOCKS: usize = 64;
/// Wrapped keys of one document on one node: its parties and the regulators, each with a few keys and wrappers.
pub const DOCUMENT_ENVELOPES_MAX: usize = 1_024;
/// Wrapped keys in one request.
pub const DOCUMENT_ENVELOPES_PER_REQUEST_MAX: usize = 100;
/// Bytes of a wrapped key: key and salt, 32 bytes each, and a tag.
pub const DOCUMENT_SEALED_BYTES: usize = 80;
/// Payloads that this node asks others for at once: each is held in memory.
pub const DOCUMENT_FETCHES_MAX: usize = 4;
/// Time for one other node to send a payload of the largest size over a slow line.
pub const DOCUMENT_FETCH_TIMEOUT: Duration = Duration::from_secs(20);
/// Time for one other node to be reached.
pub const DOCUMENT_CONNECT_TIMEOUT: Duration = Duration::from_secs(2);
