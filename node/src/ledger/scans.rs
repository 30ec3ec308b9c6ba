//! Scans of the index that blocks make again and again, such as which facilities bid for an anchor, with the rows that are
//! committed at the tip: a scan in storage asks every table file for its place.
use crate::limits::{SCAN_ROWS_REMEMBERED, SCANS_REMEMBERED};
use foldhash::HashMap;
use std::sync::{Mutex, MutexGuard};
use tally_contracts::state::{Changes, end_of, index_prefix};

type Row = Vec<u8>;

/// Kinds that trades and confirmations ask for, and that few blocks change. Their scopes are one prefix each.
const KINDS: [[u8; 1]; 4] =
    [index_prefix::FACILITY_FOR, index_prefix::UNPAID, index_prefix::OVERDUE_OF, index_prefix::DEFAULTED_OF];

/// Rows of whole scopes, by scope. Commits take out what they change.
#[derive(Default)]
pub(super) struct Scans {
    kept: Mutex<HashMap<Row, Scan>>,
}

struct Scan {
    limit: usize,
    rows: Vec<Row>,
}

impl Scans {
    /// The first `limit` rows from `from` to `before`, where that is a scope whose rows are known.
    pub(super) fn get(&self, from: &[u8], before: Option<&[u8]>, limit: usize) -> Option<Vec<Row>> {
        if !is_scope(from, before) {
            return None;
        }
        let kept = self.kept();
        let scan = kept.get(from)?;
        let is_enough = scan.limit >= limit || scan.rows.len() < scan.limit;
        is_enough.then(|| scan.rows.iter().take(limit).cloned().collect())
    }

    /// What storage answered at the tip.
    pub(super) fn keep(&self, from: &[u8], before: Option<&[u8]>, limit: usize, rows: &[Row]) {
        if rows.len() > SCAN_ROWS_REMEMBERED || !is_scope(from, before) {
            return;
        }
        let mut kept = self.kept();
        if kept.len() >= SCANS_REMEMBERED {
            kept.clear();
        }
        kept.insert(from.to_vec(), Scan { limit, rows: rows.to_vec() });
    }

    /// Moves on to the state after a committed block.
    pub(super) fn commit(&self, changes: &Changes) {
        let mut kept = self.kept();
        for (row, _) in changes.index.iter().filter(|(row, _)| is_of_kind(row)) {
            for end in 1..=row.len() {
                kept.remove(row.get(..end).unwrap_or_default());
            }
        }
    }

    fn kept(&self) -> MutexGuard<'_, HashMap<Row, Scan>> {
        self.kept.lock().expect("nothing panics while it holds the scans")
    }
}

fn is_of_kind(row: &[u8]) -> bool {
    KINDS.iter().any(|kind| row.starts_with(kind))
}

/// Whether the rows between are exactly those that begin with `from`.
fn is_scope(from: &[u8], before: Option<&[u8]>) -> bool {
    is_of_kind(from) && before == end_of(from).as_deref()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    const UNPAID: u8 = index_prefix::UNPAID[0];
    const HELD_BY: u8 = index_prefix::HELD_BY[0];

    fn changes(rows: &[(&[u8], bool)]) -> Changes {
        let index = rows.iter().map(|(row, present)| (row.to_vec(), *present)).collect();
        Changes { records: Vec::new(), index }
    }

    #[test]
    fn a_commit_takes_out_every_scope_that_it_changes_and_no_other() {
        let scans = Scans::default();
        let scopes: [&[u8]; 4] = [&[UNPAID], &[UNPAID, 1], &[UNPAID, 1, 2], &[UNPAID, 2]];
        let known = || -> Vec<bool> {
            scopes.iter().map(|scope| scans.get(scope, end_of(scope).as_deref(), 9).is_some()).collect()
        };
        for (changed, left) in [
            (vec![UNPAID, 1, 2, 7], [false, false, false, true]),
            (vec![UNPAID, 1, 9], [false, false, true, true]),
            (vec![UNPAID, 3], [false, true, true, true]),
            (vec![HELD_BY, 1, 2], [true; 4]),
        ] {
            scopes.iter().for_each(|scope| scans.keep(scope, end_of(scope).as_deref(), 9, &[]));
            assert_eq!(known(), [true; 4]);
            scans.commit(&changes(&[(&changed, true)]));
            assert_eq!(known(), left, "{changed:?}");
        }
    }

    #[test]
    fn only_whole_scopes_of_few_rows_are_remembered_and_answer_up_to_what_was_read() {
        let scans = Scans::default();
        let scope = [UNPAID, 1];
        let end = end_of(&scope);
        let rows: Vec<Row> = (0..4).map(|last| vec![UNPAID, 1, last]).collect();
        scans.keep(&scope, end.as_deref(), 4, &rows);
        for (limit, found) in [(1, Some(1)), (4, Some(4)), (5, None)] {
            let answer = scans.get(&scope, end.as_deref(), limit);
            assert_eq!(
                answer.map(|rows| rows.len()),
                found,
                "there may be more than the four that were read"
            );
        }
        scans.keep(&scope, end.as_deref(), 5, &rows);
        assert_eq!(scans.get(&scope, end.as_deref(), 500), Some(rows.clone()), "there are no more");
        assert_eq!(scans.get(&scope, None, 1), None, "another end");
        let many = vec![vec![UNPAID, 2, 0]; SCAN_ROWS_REMEMBERED + 1];
        for (from, rows) in [([UNPAID, 2], &many), ([HELD_BY, 2], &rows)] {
            scans.keep(&from, end_of(&from).as_deref(), usize::MAX, rows);
            assert_eq!(scans.get(&from, end_of(&from).as_deref(), 1), None);
        }
    }

    #[test]
    fn no_more_scans_are_remembered_than_the_limit() {
        let scans = Scans::default();
        let mut most = BTreeSet::new();
        for number in 0..2 * u32::try_from(SCANS_REMEMBERED).unwrap() {
            let scope = [&[UNPAID][..], &number.to_be_bytes()].concat();
            scans.keep(&scope, end_of(&scope).as_deref(), 1, &[]);
            most.insert(scans.kept().len());
        }
        assert_eq!(most.last(), Some(&SCANS_REMEMBERED));
    }
}
