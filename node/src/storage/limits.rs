//! Sizes of the store, each with its unit and its reason.

/// Bytes of blocks and index that stay in memory. Together with the write buffers it bounds what
/// the store uses, whatever the chain's length.
pub(super) const BLOCK_CACHE_BYTES: usize = 128 << 20;

/// Bytes of memory that a state tree uses where nobody says otherwise: some seven million records.
pub(super) const TREE_MEMORY_BYTES: usize = 1 << 30;

/// Bytes that may wait in memory before RocksDB writes them out, over all column families.
pub(super) const WRITE_BUFFERS_BYTES: usize = 128 << 20;

/// Bytes of write-ahead log kept; without it a rarely written family would keep every log.
pub(super) const LOGS_BYTES: u64 = 256 << 20;

/// Files that RocksDB keeps open; most systems allow a process 1,024 and sockets need some.
pub(super) const OPEN_FILES: i32 = 384;

/// Bits of Bloom filter for a key: one lookup in a hundred of an absent key reads a file.
pub(super) const BLOOM_BITS: f64 = 10.0;

/// Bytes of a part of a table's filter or index: what one lookup reads of them.
pub(super) const METADATA_BLOCK_BYTES: usize = 4 << 10;

/// Part of a write buffer that its filter takes: some ten bits for a row of 50 bytes.
pub(super) const MEMORY_FILTER_RATIO: f64 = 0.03;

/// Threads for flushing and compaction; a validator's cores are for signatures.
pub(super) const BACKGROUND_JOBS: i32 = 2;

/// Tables of the newest level that are merged together into the next, in families whose keys come in no order: each merge
/// rewrites that level, so a third as many (the default is 4) are a third of the work, and a lookup asks twelve filters.
pub(super) const RANDOM_TABLES_MERGED: i32 = 12;

/// Such tables from which writes are slowed down, and at which they wait; the defaults, with the same distance to the above.
pub(super) const RANDOM_TABLES_SLOW: i32 = 28;
pub(super) const RANDOM_TABLES_STOP: i32 = 44;

/// Bytes a second that flushing and compaction write: four times what 3,000 transactions a second need. Without a
/// limit 70 MB arrive at the disk at once, and a block's sync waits behind them for seconds.
pub(super) const BACKGROUND_BYTES_PER_S: i64 = 32 << 20;

/// Microseconds after which they may write on: short against the sync of a block and its round.
pub(super) const BACKGROUND_REFILL_US: i64 = 20_000;

/// One request in so many of lower priority (compaction before flushing) is let through first; RocksDB's default.
pub(super) const BACKGROUND_FAIRNESS: i32 = 10;

/// Bytes of a table file after which the system begins to write them to the disk, instead of all at its end.
pub(super) const SYNC_BYTES: u64 = 1 << 20;

/// Bytes of a checkpoint file that are read or written at once.
pub(super) const FILE_BUFFER_BYTES: usize = 1 << 20;

/// Bytes that must be free before the database is opened: room for its manifest, its first log and
/// its list of options, none of which it can do without.
pub(super) const ROOM_BYTES: usize = 4 << 20;
