//! Pages: the whole state through `StateRead`, never more than a page in memory.
use super::{Key, Record, RecordType, StateRead};
use crate::failure::Fault;
use crate::limits::CHECK_PAGE;

/// Visits every record in key order.
pub(crate) fn for_each_record(
    state: &dyn StateRead,
    visit: &mut dyn FnMut(Key, Record) -> Result<(), Fault>,
) -> Result<(), Fault> {
    let mut from = Vec::new();
    loop {
        let page = state.records_from(&[], &from, CHECK_PAGE)?;
        let is_last = page.len() < CHECK_PAGE;
        for (bytes, stored) in page {
            let key = Key::decode(&bytes).ok_or_else(|| corrupt(&bytes))?;
            let record = Record::decode(&key, &stored.bytes).ok_or_else(|| corrupt(&bytes))?;
            from = after(bytes);
            visit(key, record)?;
        }
        if is_last {
            return Ok(());
        }
    }
}

/// Visits every index row of a prefix in order.
pub(crate) fn for_each_row(
    state: &dyn StateRead,
    prefix: &[u8],
    visit: &mut dyn FnMut(&[u8]) -> Result<(), Fault>,
) -> Result<(), Fault> {
    let mut from = prefix.to_vec();
    loop {
        let page = state.index_from(prefix, &from, CHECK_PAGE)?;
        let is_last = page.len() < CHECK_PAGE;
        for row in page {
            visit(&row)?;
            from = after(row);
        }
        if is_last {
            return Ok(());
        }
    }
}

pub(crate) fn count_rows(state: &dyn StateRead, prefix: &[u8]) -> Result<u64, Fault> {
    let mut count = 0_u64;
    for_each_row(state, prefix, &mut |_| {
        count = count.saturating_add(1);
        Ok(())
    })?;
    Ok(count)
}

/// One record, typed.
pub(crate) fn record<T: RecordType>(state: &dyn StateRead, key: Key) -> Result<Option<T>, Fault> {
    let Some(stored) = state.record(&key.encode())? else { return Ok(None) };
    let record = Record::decode(&key, &stored.bytes);
    let typed = record.as_ref().and_then(T::unwrap).cloned();
    typed.map(Some).ok_or_else(|| corrupt(&key.encode()))
}

/// The smallest key after `key`.
fn after(mut key: Vec<u8>) -> Vec<u8> {
    key.push(0);
    key
}

fn corrupt(key: &[u8]) -> Fault {
    Fault::CorruptRecord { key: format!("{key:02x?}") }
}
