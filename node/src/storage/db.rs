//! The database of one node: opened by one process, written only in synced batches.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use rocksdb::{
    BlockBasedIndexType, BlockBasedOptions, Cache, ColumnFamily, ColumnFamilyDescriptor, DB,
    DBCompressionType, DBRecoveryMode, Env, LogLevel, Options, SliceTransform, WriteBatch, WriteOptions,
};

use tally_contracts::tree::StateTree;

use super::batch::Batch;
use super::checkpoint::Checkpoints;
use super::error::StorageError;
use super::files::check_room;
use super::format::{DataDirectory, fits};
use super::limits::{
    BACKGROUND_BYTES_PER_S, BACKGROUND_FAIRNESS, BACKGROUND_JOBS, BACKGROUND_REFILL_US, BLOCK_CACHE_BYTES,
    BLOOM_BITS, LOGS_BYTES, MEMORY_FILTER_RATIO, METADATA_BLOCK_BYTES, OPEN_FILES, RANDOM_TABLES_MERGED,
    RANDOM_TABLES_SLOW, RANDOM_TABLES_STOP, SYNC_BYTES, TREE_MEMORY_BYTES, WRITE_BUFFERS_BYTES,
};
use super::schema::{FORMAT_VERSION, Family, META_CHAIN, META_FORMAT, META_GENESIS, block_key};
use super::shelf::TreeRoom;
use super::snapshot::View;

/// The network that a data directory belongs to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    pub chain_id: String,
    pub genesis_hash: [u8; 32],
}

/// The open store. Share it in an `Arc`; all methods may be called from any thread, and block.
pub struct Database {
    rocks: DB,
    directory: DataDirectory,
    /// Set by the first write that failed. What a disk did with the bytes of a failed write is
    /// unknown until the log is read again, so nothing may be written on top of it.
    writes_stopped: AtomicBool,
    tree_room: TreeRoom,
}

impl Database {
    /// Opens the data directory, or makes it when it is not there.
    ///
    /// Refuses one that another process uses, that a newer program wrote, or that belongs to
    /// another genesis, and leaves its content alone then.
    pub fn open(directory: &Path, identity: &Identity) -> Result<Self, StorageError> {
        let directory = DataDirectory::claim(directory)?;
        check_room(directory.path())?;
        let failed = |source| StorageError::open(directory.path(), source);
        let cache = Cache::new_lru_cache(BLOCK_CACHE_BYTES).map_err(failed)?;
        let options = options(&cache).map_err(failed)?;
        let families = Family::ALL
            .map(|family| ColumnFamilyDescriptor::new(family.name(), family_options(family, &options)));
        let rocks = DB::open_cf_descriptors(&options, directory.database(), families).map_err(failed)?;
        let tree_room = TreeRoom::new(directory.path(), TREE_MEMORY_BYTES);
        let database = Self { rocks, directory, writes_stopped: AtomicBool::new(false), tree_room };
        database.check_identity(identity)?;
        Ok(database)
    }

    /// Lets a state tree use so many bytes of memory; its other leaves lie in a file.
    pub fn with_tree_memory(self, bytes: usize) -> Self {
        let tree_room = TreeRoom::new(self.directory.path(), bytes);
        Self { tree_room, ..self }
    }

    /// Writes all changes of the batch and returns when they are durable: the one write of a block.
    /// After an error nothing more is written until the database is opened again; reads go on.
    pub fn commit(&self, batch: Batch) -> Result<(), StorageError> {
        self.write(batch, true)
    }

    /// Forgets the undecided blocks of these heights, but for the bytes of the decided ones. A crash may bring them
    /// back, which does no harm, so it does not wait for the disk. It does not look below `from`, where the traces of
    /// forgotten blocks lie.
    pub fn forget_undecided(&self, from: u64, up_to: u64) -> Result<(), StorageError> {
        let mut batch = Batch::new();
        let view = self.view();
        for (key, height, id) in view.undecided_keys(from, up_to)? {
            batch.delete(Family::Undecided, key);
            if view.decided(height)? != Some(id) {
                batch.delete(Family::Blocks, block_key(height, &id));
            }
        }
        drop(view);
        if batch.is_empty() { Ok(()) } else { self.write(batch, false) }
    }

    /// What was committed so far, unchanged by later commits. Cheap; drop it soon, because the
    /// store keeps all that a view can see.
    pub fn view(&self) -> View<'_> {
        View::new(self)
    }

    /// The files that hold the state tree's leaves.
    pub fn checkpoints(&self) -> Checkpoints {
        Checkpoints::new(self.directory.checkpoints(), self.tree_room.clone())
    }

    /// A state tree without leaves, and with room for them.
    pub fn empty_tree(&self) -> Result<StateTree, StorageError> {
        self.tree_room.empty_tree()
    }

    /// The data directory.
    pub fn directory(&self) -> &Path {
        self.directory.path()
    }

    /// The directory of RocksDB's own files.
    pub fn files_directory(&self) -> PathBuf {
        self.directory.database()
    }

    /// Bytes in table files, for the metrics; the logs come on top.
    pub fn table_bytes(&self) -> u64 {
        let size = |family| {
            let handle = self.rocks.cf_handle(Family::name(family))?;
            self.rocks.property_int_value_cf(handle, "rocksdb.total-sst-files-size").ok()?
        };
        Family::ALL.into_iter().filter_map(size).sum()
    }

    /// Whether an earlier write failed; the node must stop then.
    pub fn are_writes_stopped(&self) -> bool {
        self.writes_stopped.load(Ordering::Acquire)
    }

    pub(super) fn tree_room(&self) -> &TreeRoom {
        &self.tree_room
    }

    pub(super) fn rocks(&self) -> &DB {
        &self.rocks
    }

    pub(super) fn family(&self, family: Family) -> &ColumnFamily {
        self.rocks.cf_handle(family.name()).expect("every family is opened with the database")
    }

    fn write(&self, batch: Batch, sync: bool) -> Result<(), StorageError> {
        if self.are_writes_stopped() {
            return Err(StorageError::WritesStopped { directory: self.directory().to_owned() });
        }
        let mut writes = WriteBatch::default();
        for change in batch.into_changes() {
            let family = self.family(change.family);
            match change.value {
                Some(value) => writes.put_cf(family, change.key, value),
                None => writes.delete_cf(family, change.key),
            }
        }
        let mut options = WriteOptions::default();
        options.set_sync(sync);
        self.rocks.write_opt(writes, &options).map_err(|source| {
            self.writes_stopped.store(true, Ordering::Release);
            StorageError::write(self.directory(), source)
        })
    }

    fn check_identity(&self, identity: &Identity) -> Result<(), StorageError> {
        let stored = self.view().genesis_hash()?;
        match stored {
            Some(found) if found == identity.genesis_hash => self.check_row_format(),
            Some(found) => Err(StorageError::OtherGenesis {
                directory: self.directory().to_owned(),
                expected: hex::encode(identity.genesis_hash),
                found: hex::encode(found),
            }),
            None => self.commit(identity_batch(identity)),
        }
    }

    /// The format file can be lost or copied by hand; the row in the database goes with the data.
    fn check_row_format(&self) -> Result<(), StorageError> {
        fits(self.directory(), self.view().format_version()?)
    }
}

fn identity_batch(identity: &Identity) -> Batch {
    let mut batch = Batch::new();
    batch.put(Family::Meta, META_FORMAT, FORMAT_VERSION.to_be_bytes().to_vec());
    batch.put(Family::Meta, META_GENESIS, identity.genesis_hash.to_vec());
    batch.put(Family::Meta, META_CHAIN, identity.chain_id.as_bytes().to_vec());
    batch
}

fn options(cache: &Cache) -> Result<Options, rocksdb::Error> {
    let mut options = Options::default();
    // Merging tables can wait a moment; a block cannot, and whatever else runs on this machine did not ask for it.
    let mut env = Env::new()?;
    env.lower_thread_pool_cpu_priority();
    options.set_env(&env);
    options.create_if_missing(true);
    options.create_missing_column_families(true);
    options.set_paranoid_checks(true);
    // An unfinished record at the end of the log was never acknowledged. A bad one before the end
    // was: the default mode would drop it and all after it without a word, this one refuses to open.
    options.set_wal_recovery_mode(DBRecoveryMode::TolerateCorruptedTailRecords);
    // The distribution's library may lack codecs, and signatures and hashes do not compress.
    options.set_compression_type(DBCompressionType::None);
    options.set_db_write_buffer_size(WRITE_BUFFERS_BYTES);
    options.set_max_total_wal_size(LOGS_BYTES);
    options.set_max_open_files(OPEN_FILES);
    options.set_max_background_jobs(BACKGROUND_JOBS);
    // What is written out of memory must not hold up the block that is being synced beside it.
    options.set_ratelimiter(BACKGROUND_BYTES_PER_S, BACKGROUND_REFILL_US, BACKGROUND_FAIRNESS);
    options.set_bytes_per_sync(SYNC_BYTES);
    // RocksDB's own text log would be the first to meet a full disk, and the distribution's library,
    // built with assertions, aborts the process at the second line that it cannot append. So it
    // gets its lines at the start only, when there is room (`files::check_room`), in one file.
    options.set_log_level(LogLevel::Fatal);
    options.set_keep_log_file_num(1);
    options.set_block_based_table_factory(&table_options(cache));
    Ok(options)
}

fn family_options(family: Family, common: &Options) -> Options {
    let mut options = common.clone();
    if is_looked_up_in_vain(family) {
        // a filter over what is still in memory too
        options.set_prefix_extractor(SliceTransform::create_noop());
        options.set_memtable_prefix_bloom_ratio(MEMORY_FILTER_RATIO);
    }
    if takes_keys_at_random(family) {
        options.set_level_zero_file_num_compaction_trigger(RANDOM_TABLES_MERGED);
        options.set_level_zero_slowdown_writes_trigger(RANDOM_TABLES_SLOW);
        options.set_level_zero_stop_writes_trigger(RANDOM_TABLES_STOP);
    }
    options
}

fn is_looked_up_in_vain(family: Family) -> bool {
    matches!(family, Family::Transactions | Family::Requests)
}

/// Families where every merge into a level rewrites all of it, and whose rows are found by filters, not by scans that ask
/// every table.
fn takes_keys_at_random(family: Family) -> bool {
    is_looked_up_in_vain(family) || matches!(family, Family::Records | Family::History | Family::Relations)
}

fn table_options(cache: &Cache) -> BlockBasedOptions {
    let mut table = BlockBasedOptions::default();
    table.set_block_cache(cache);
    table.set_bloom_filter(BLOOM_BITS, false);
    table.set_cache_index_and_filter_blocks(true);
    table.set_pin_l0_filter_and_index_blocks_in_cache(true);
    // Filters and indexes of whole tables are a megabyte each and push each other out of the cache; parts of them do not.
    table.set_index_type(BlockBasedIndexType::TwoLevelIndexSearch);
    table.set_partition_filters(true);
    table.set_metadata_block_size(METADATA_BLOCK_BYTES);
    table.set_pin_top_level_index_and_filter(true);
    table.set_format_version(5);
    table
}
