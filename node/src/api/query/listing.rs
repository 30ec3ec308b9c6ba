//! Listings: pages of records in key order, or in the order of an index.
use super::super::error::CallError;
use super::super::page::Page;
use super::{Reading, decode};
use crate::limits::{API_PAGE_RECORDS_SCANNED_MAX, API_SCAN_BATCH};
use borsh::BorshDeserialize;
use tally_contracts::Fault;
use tally_contracts::receivable::Receivable;
use tally_contracts::state::{Key, trailing_id};
use tally_contracts::types::ReceivableId;

/// A page of something, and how to go on.
pub(in super::super) struct Listed<T> {
    pub items: Vec<T>,
    /// Empty on the last page.
    pub next_page_token: String,
}

/// A row that a listing meets: its key, and what stands there.
type Row<T> = (Vec<u8>, T);

impl Reading<'_> {
    /// Records whose keys begin with `prefix` and that `keep` wants.
    pub(super) fn list<T: BorshDeserialize>(
        &self,
        page: &Page,
        prefix: &[u8],
        keep: impl Fn(&T) -> bool,
    ) -> Result<Listed<T>, CallError> {
        let listed = self.list_rows(page, prefix, |_, record| keep(record))?;
        let items = listed.items.into_iter().map(|(_, record)| record).collect();
        Ok(Listed { items, next_page_token: listed.next_page_token })
    }

    /// The same with each record's key.
    pub(super) fn list_rows<T: BorshDeserialize>(
        &self,
        page: &Page,
        prefix: &[u8],
        keep: impl Fn(&[u8], &T) -> bool,
    ) -> Result<Listed<Row<T>>, CallError> {
        self.gather(page, keep, |from, limit| {
            let rows = self.view.records_from(prefix, from, limit)?;
            rows.into_iter().map(|(key, stored)| Ok((key.clone(), decode(&key, &stored.bytes)?))).collect()
        })
    }

    /// Records that the index rows under `scope` name by the number at their end.
    pub(in super::super) fn list_indexed<T: BorshDeserialize>(
        &self,
        page: &Page,
        scope: &[u8],
        key: impl Fn(u64) -> Key,
        keep: impl Fn(&T) -> bool,
    ) -> Result<Listed<T>, CallError> {
        let listed = self.gather(
            page,
            |_, record| keep(record),
            |from, limit| self.indexed(scope, from, limit, &key),
        )?;
        let items = listed.items.into_iter().map(|(_, record)| record).collect();
        Ok(Listed { items, next_page_token: listed.next_page_token })
    }

    /// Receivables by number: all of them for who sees everything, else those in which the reader took part.
    pub(super) fn list_receivables(
        &self,
        page: &Page,
        keep: impl Fn(&Receivable) -> bool,
    ) -> Result<Listed<Receivable>, CallError> {
        let key = |number| Key::Receivable(ReceivableId::new(number));
        let reader = self.reader()?;
        if reader.reads_everything() {
            return self.list(page, &[key(0).type_byte()], keep);
        }
        let own = |from: &[u8], limit| {
            let after = from.first_chunk().map(|after| u64::from_be_bytes(*after));
            let numbers = self.view.related(reader.member.as_str(), after, limit)?;
            let record = |number: u64| {
                let missing = || Fault::DanglingIndex { key: format!("{:?}", key(number)) };
                Ok((number.to_be_bytes().to_vec(), self.get(&key(number))?.ok_or_else(missing)?))
            };
            numbers.into_iter().map(record).collect()
        };
        let listed = self.gather(page, |_, receivable| keep(receivable), own)?;
        let items = listed.items.into_iter().map(|(_, receivable)| receivable).collect();
        Ok(Listed { items, next_page_token: listed.next_page_token })
    }

    /// Every record that the index rows under `scope` name, up to `limit`.
    pub(in super::super) fn indexed<T: BorshDeserialize>(
        &self,
        scope: &[u8],
        from: &[u8],
        limit: usize,
        key: impl Fn(u64) -> Key,
    ) -> Result<Vec<Row<T>>, CallError> {
        let rows = self.view.index_from(scope, from, limit)?;
        rows.into_iter()
            .map(|row| {
                let key = key(trailing_id(&row));
                let dangling = || Fault::DanglingIndex { key: format!("{key:?}") };
                let record = self.get(&key)?.ok_or_else(dangling)?;
                Ok((row, record))
            })
            .collect()
    }

    /// Reads batches of rows from the page's place on until the page is full, the rows end, or enough were
    /// looked at.
    fn gather<T>(
        &self,
        page: &Page,
        keep: impl Fn(&[u8], &T) -> bool,
        read: impl Fn(&[u8], usize) -> Result<Vec<Row<T>>, CallError>,
    ) -> Result<Listed<Row<T>>, CallError> {
        let mut items: Vec<Row<T>> = Vec::new();
        let mut last = page.after.clone();
        let mut looked_at = 0;
        loop {
            let from = last.as_deref().map(after).unwrap_or_default();
            let batch = read(&from, API_SCAN_BATCH)?;
            let is_end = batch.len() < API_SCAN_BATCH;
            let mut rest = batch.into_iter().peekable();
            while let Some((key, record)) = rest.next() {
                looked_at += 1;
                last = Some(key.clone());
                if keep(&key, &record) {
                    items.push((key, record));
                }
                let is_enough = items.len() >= page.size || looked_at >= API_PAGE_RECORDS_SCANNED_MAX;
                if is_enough && (rest.peek().is_some() || !is_end) {
                    return Ok(Listed { items, next_page_token: self.token(page, last.as_deref()) });
                }
            }
            if is_end {
                return Ok(Listed { items, next_page_token: String::new() });
            }
        }
    }

    fn token(&self, page: &Page, last: Option<&[u8]>) -> String {
        last.map(|last| page.token(last, self.height)).unwrap_or_default()
    }
}

/// The first key after `key`.
fn after(key: &[u8]) -> Vec<u8> {
    [key, &[0]].concat()
}
