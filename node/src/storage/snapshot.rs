//! A view of what was committed at one moment; later commits do not change it.

use rocksdb::{DB, DBPinnableSlice, DBRawIteratorWithThreadMode, ReadOptions, Snapshot};

use tally_contracts::failure::Fault;
use tally_contracts::state::{Salt, StateRead, StoredRecord, end_of};

use super::db::Database;
use super::error::StorageError;
use super::schema::{
    EventLocation, Family, Location, META_CHAIN, META_FORMAT, META_GENESIS, META_REPLICA, META_TIP,
    RequestOutcome, Tip, UndecidedBlock, block_key, decode_record, height_key, height_of, history_key,
    history_locations, relation_key, relations_of, request_key, undecided_parts, undecided_prefix,
};
use super::shelf::TreeRoom;

/// Read access to the store. It borrows the database and is not meant to live long.
pub struct View<'a> {
    database: &'a Database,
    snapshot: Snapshot<'a>,
}

/// A row as it is stored.
type Row = (Vec<u8>, Vec<u8>);

/// The key of an undecided block, its height and its id.
type UndecidedKey = (Vec<u8>, u64, [u8; 32]);

impl<'a> View<'a> {
    pub(super) fn new(database: &'a Database) -> Self {
        Self { database, snapshot: database.rocks().snapshot() }
    }

    /// The last committed block; `None` before genesis.
    pub fn tip(&self) -> Result<Option<Tip>, StorageError> {
        self.decoded(Family::Meta, META_TIP, Tip::decode)
    }

    pub fn chain_id(&self) -> Result<Option<String>, StorageError> {
        self.decoded(Family::Meta, META_CHAIN, |bytes| String::from_utf8(bytes.to_vec()).ok())
    }

    pub fn genesis_hash(&self) -> Result<Option<[u8; 32]>, StorageError> {
        self.decoded(Family::Meta, META_GENESIS, |bytes| bytes.try_into().ok())
    }

    /// The format that the database was written with.
    pub fn format_version(&self) -> Result<u32, StorageError> {
        let version = |bytes: &[u8]| bytes.try_into().map(u32::from_be_bytes).ok();
        let stored = self.decoded(Family::Meta, META_FORMAT, version)?;
        stored.ok_or_else(|| self.damaged(Family::Meta, META_FORMAT))
    }

    pub fn block(&self, height: u64) -> Result<Option<Vec<u8>>, StorageError> {
        let Some(id) = self.decided(height)? else { return Ok(None) };
        self.bytes(Family::Blocks, &block_key(height, &id))
    }

    /// The id of the block that was decided at this height.
    pub fn decided(&self, height: u64) -> Result<Option<[u8; 32]>, StorageError> {
        self.decoded(Family::Decided, &height_key(height), |id| id.try_into().ok())
    }

    /// Whether the bytes of this block are here, decided or not.
    pub fn has_block(&self, height: u64, id: &[u8; 32]) -> Result<bool, StorageError> {
        Ok(self.pinned(Family::Blocks, &block_key(height, id))?.is_some())
    }

    pub fn certificate(&self, height: u64) -> Result<Option<Vec<u8>>, StorageError> {
        self.bytes(Family::Certificates, &height_key(height))
    }

    pub fn receipts(&self, height: u64) -> Result<Option<Vec<u8>>, StorageError> {
        self.bytes(Family::Receipts, &height_key(height))
    }

    /// The lowest height whose block is here; `None` without any block.
    pub fn first_block_height(&self) -> Result<Option<u64>, StorageError> {
        let first = self.rows(Family::Decided, &[], &[], 1)?;
        first.first().map(|(key, _)| self.height(Family::Decided, key)).transpose()
    }

    /// A record of the state by its key in contracts' encoding.
    pub fn record(&self, key: &[u8]) -> Result<Option<StoredRecord>, StorageError> {
        self.decoded(Family::Records, key, decode_record)
    }

    /// Up to `limit` records with keys ≥ `from` that begin with `prefix`, in key order.
    pub fn records_from(
        &self,
        prefix: &[u8],
        from: &[u8],
        limit: usize,
    ) -> Result<Vec<(Vec<u8>, StoredRecord)>, StorageError> {
        let rows = self.rows(Family::Records, prefix, from, limit)?;
        rows.into_iter()
            .map(|(key, value)| match decode_record(&value) {
                Some(record) => Ok((key, record)),
                None => Err(self.damaged(Family::Records, &key)),
            })
            .collect()
    }

    pub(super) fn tree_room(&self) -> &TreeRoom {
        self.database.tree_room()
    }

    /// Calls `each` with key, salt and bytes of every record, in key order.
    pub fn for_each_record(&self, mut each: impl FnMut(&[u8], &Salt, &[u8])) -> Result<(), StorageError> {
        self.scan(Family::Records, &[], &[], |key, value| {
            let (salt, record) =
                value.split_first_chunk().ok_or_else(|| self.damaged(Family::Records, key))?;
            each(key, salt, record);
            Ok(true)
        })
    }

    /// Up to `limit` index rows ≥ `from` that begin with `prefix`, in order.
    pub fn index_from(&self, prefix: &[u8], from: &[u8], limit: usize) -> Result<Vec<Vec<u8>>, StorageError> {
        self.index_between(from.max(prefix), end_of(prefix), limit)
    }

    fn index_between(
        &self,
        from: &[u8],
        before: Option<Vec<u8>>,
        limit: usize,
    ) -> Result<Vec<Vec<u8>>, StorageError> {
        let mut rows = Vec::new();
        if limit > 0 {
            self.scan_between(Family::Index, from, before, |row, _| {
                rows.push(row.to_vec());
                Ok(rows.len() < limit)
            })?;
        }
        Ok(rows)
    }

    /// Where a transaction was committed.
    pub fn transaction(&self, transaction: &[u8; 32]) -> Result<Option<Location>, StorageError> {
        self.decoded(Family::Transactions, transaction, Location::decode)
    }

    /// What became of a member's request.
    pub fn request(
        &self,
        sender: &str,
        request_id: &[u8; 16],
    ) -> Result<Option<RequestOutcome>, StorageError> {
        self.decoded(Family::Requests, &request_key(sender, request_id), RequestOutcome::decode)
    }

    /// Up to `limit` places of events of a receivable after `after`, oldest first.
    pub fn history(
        &self,
        receivable: u64,
        after: Option<EventLocation>,
        limit: usize,
    ) -> Result<Vec<EventLocation>, StorageError> {
        let prefix = receivable.to_be_bytes();
        let from = after
            .map_or_else(|| prefix.to_vec(), |after| history_key(receivable, after.height, after.receipt));
        // the first row may hold nothing after `after`
        let rows = self.rows(Family::History, &prefix, &from, limit.saturating_add(1))?;
        let mut places = Vec::new();
        for (key, value) in &rows {
            let of_row = history_locations(key, value).ok_or_else(|| self.damaged(Family::History, key))?;
            places.extend(of_row.into_iter().filter(|place| after.is_none_or(|after| *place > after)));
        }
        places.truncate(limit);
        Ok(places)
    }

    /// Whether a member takes or took part in a receivable.
    pub fn is_related(&self, member: &str, receivable: u64) -> Result<bool, StorageError> {
        Ok(self.bytes(Family::Relations, &relation_key(member, receivable))?.is_some())
    }

    /// Up to `limit` receivables after `after` in which a member takes or took part, by number.
    pub fn related(&self, member: &str, after: Option<u64>, limit: usize) -> Result<Vec<u64>, StorageError> {
        let prefix = relations_of(member);
        let from =
            after.map_or_else(|| prefix.clone(), |after| relation_key(member, after.saturating_add(1)));
        let rows = self.rows(Family::Relations, &prefix, &from, limit)?;
        let number = |key: &[u8]| key.get(prefix.len()..)?.try_into().ok().map(u64::from_be_bytes);
        rows.iter().map(|(key, _)| number(key).ok_or_else(|| self.damaged(Family::Relations, key))).collect()
    }

    /// The undecided blocks of a round, by block id.
    pub fn undecided(&self, height: u64, round: u32) -> Result<Vec<UndecidedBlock>, StorageError> {
        self.undecided_under(&undecided_prefix(height, round))
    }

    /// The undecided blocks of all rounds of a height, by round and block id.
    pub fn undecided_at(&self, height: u64) -> Result<Vec<UndecidedBlock>, StorageError> {
        self.undecided_under(&height_key(height))
    }

    /// Keys of the undecided blocks of these heights, each with height and id of its block.
    pub(super) fn undecided_keys(&self, from: u64, up_to: u64) -> Result<Vec<UndecidedKey>, StorageError> {
        let mut keys = Vec::new();
        self.scan(Family::Undecided, &[], &height_key(from), |key, _| {
            let parts = undecided_parts(key).ok_or_else(|| self.damaged(Family::Undecided, key))?;
            let (height, _, id) = parts;
            if height <= up_to {
                keys.push((key.to_vec(), height, id));
            }
            Ok(height <= up_to)
        })?;
        Ok(keys)
    }

    /// The validator set that decides `height`, and the first height it decided.
    pub fn validators_at(&self, height: u64) -> Result<Option<(u64, Vec<u8>)>, StorageError> {
        let mut rows = self.iterator(Family::Validators, ReadOptions::default());
        rows.seek_for_prev(height_key(height));
        let found = rows.item().map(|(key, value)| (key.to_vec(), value.to_vec()));
        self.finished(&rows)?;
        found.map(|(key, value)| Ok((self.height(Family::Validators, &key)?, value))).transpose()
    }

    /// How the set that the block of `height` put in force is proven; `None` where it put none.
    pub fn handover(&self, height: u64) -> Result<Option<Vec<u8>>, StorageError> {
        self.bytes(Family::Handovers, &height_key(height))
    }

    /// On a member node: the block of `height` as the member may see it.
    pub fn followed(&self, height: u64) -> Result<Option<Vec<u8>>, StorageError> {
        self.bytes(Family::Followed, &height_key(height))
    }

    /// On a member node: how far it is proven.
    pub fn replica(&self) -> Result<Option<Vec<u8>>, StorageError> {
        self.bytes(Family::Meta, META_REPLICA)
    }

    /// Up to `limit` pieces of evidence of heights ≥ `from`, by height.
    pub fn evidence_from(&self, from: u64, limit: usize) -> Result<Vec<(u64, Vec<u8>)>, StorageError> {
        let rows = self.rows(Family::Evidence, &[], &height_key(from), limit)?;
        rows.into_iter().map(|(key, value)| Ok((self.height(Family::Evidence, &key)?, value))).collect()
    }

    fn undecided_under(&self, prefix: &[u8]) -> Result<Vec<UndecidedBlock>, StorageError> {
        let rows = self.rows(Family::Undecided, prefix, &[], usize::MAX)?;
        rows.iter()
            .map(|(key, value)| {
                let damaged = || self.damaged(Family::Undecided, key);
                let (height, _, id) = undecided_parts(key).ok_or_else(damaged)?;
                let bytes = self.bytes(Family::Blocks, &block_key(height, &id))?.ok_or_else(damaged)?;
                UndecidedBlock::decode(key, value, bytes).ok_or_else(damaged)
            })
            .collect()
    }

    fn bytes(&self, family: Family, key: &[u8]) -> Result<Option<Vec<u8>>, StorageError> {
        Ok(self.pinned(family, key)?.map(|value| value.to_vec()))
    }

    fn decoded<T>(
        &self,
        family: Family,
        key: &[u8],
        decode: impl FnOnce(&[u8]) -> Option<T>,
    ) -> Result<Option<T>, StorageError> {
        let Some(value) = self.pinned(family, key)? else { return Ok(None) };
        decode(&value).map(Some).ok_or_else(|| self.damaged(family, key))
    }

    fn pinned(&self, family: Family, key: &[u8]) -> Result<Option<DBPinnableSlice<'_>>, StorageError> {
        self.snapshot
            .get_pinned_cf(self.database.family(family), key)
            .map_err(|source| StorageError::read(self.database.directory(), source))
    }

    fn rows(
        &self,
        family: Family,
        prefix: &[u8],
        from: &[u8],
        limit: usize,
    ) -> Result<Vec<Row>, StorageError> {
        let mut rows = Vec::new();
        if limit == 0 {
            return Ok(rows);
        }
        self.scan(family, prefix, from, |key, value| {
            rows.push((key.to_vec(), value.to_vec()));
            Ok(rows.len() < limit)
        })?;
        Ok(rows)
    }

    /// Calls `each` for rows with keys ≥ `from` that begin with `prefix`, while it answers true.
    fn scan(
        &self,
        family: Family,
        prefix: &[u8],
        from: &[u8],
        each: impl FnMut(&[u8], &[u8]) -> Result<bool, StorageError>,
    ) -> Result<(), StorageError> {
        self.scan_between(family, from.max(prefix), end_of(prefix), each)
    }

    /// The same for rows with keys < `before`: what lies behind is not even passed over.
    fn scan_between(
        &self,
        family: Family,
        from: &[u8],
        before: Option<Vec<u8>>,
        mut each: impl FnMut(&[u8], &[u8]) -> Result<bool, StorageError>,
    ) -> Result<(), StorageError> {
        let mut options = ReadOptions::default();
        if let Some(end) = before {
            options.set_iterate_upper_bound(end);
        }
        let mut rows = self.iterator(family, options);
        rows.seek(from);
        while let Some((key, value)) = rows.item() {
            if !each(key, value)? {
                break;
            }
            rows.next();
        }
        self.finished(&rows)
    }

    fn iterator(&self, family: Family, options: ReadOptions) -> DBRawIteratorWithThreadMode<'_, DB> {
        self.snapshot.raw_iterator_cf_opt(self.database.family(family), options)
    }

    /// An iterator that meets a bad block just ends: without this its rows would seem not to exist.
    fn finished(&self, rows: &DBRawIteratorWithThreadMode<'_, DB>) -> Result<(), StorageError> {
        rows.status().map_err(|source| StorageError::read(self.database.directory(), source))
    }

    fn height(&self, family: Family, key: &[u8]) -> Result<u64, StorageError> {
        height_of(key).ok_or_else(|| self.damaged(family, key))
    }

    fn damaged(&self, family: Family, key: &[u8]) -> StorageError {
        StorageError::DamagedRow {
            directory: self.database.directory().to_owned(),
            family,
            key: key.to_vec(),
        }
    }
}

impl StateRead for View<'_> {
    fn record(&self, key: &[u8]) -> Result<Option<StoredRecord>, Fault> {
        View::record(self, key).map_err(fault)
    }

    fn records_from(
        &self,
        prefix: &[u8],
        from: &[u8],
        limit: usize,
    ) -> Result<Vec<(Vec<u8>, StoredRecord)>, Fault> {
        View::records_from(self, prefix, from, limit).map_err(fault)
    }

    fn index_between(&self, from: &[u8], before: Option<&[u8]>, limit: usize) -> Result<Vec<Vec<u8>>, Fault> {
        View::index_between(self, from, before.map(<[u8]>::to_vec), limit).map_err(fault)
    }
}

/// Contracts carry a storage error's words on.
fn fault(error: StorageError) -> Fault {
    Fault::Storage { detail: error.with_cause() }
}
