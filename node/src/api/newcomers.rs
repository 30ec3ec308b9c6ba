//! Newcomers: connections whose caller is not known yet, oldest first. Where all places are taken, or all of those for
//! strangers, the oldest of them makes room, so that nobody can hold all places without showing who it is.
use super::standing::Standing;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard};

/// Connections in the order in which they came; cloning shares them.
#[derive(Clone, Debug)]
pub(super) struct Newcomers {
    book: Arc<Mutex<Book>>,
    /// How many of them there may be.
    limit: usize,
}

#[derive(Debug, Default)]
struct Book {
    next: u64,
    rows: BTreeMap<u64, Arc<Standing>>,
}

/// A connection's row; dropping it takes it out.
#[derive(Debug)]
pub(super) struct Newcomer {
    number: u64,
    standing: Arc<Standing>,
    newcomers: Newcomers,
}

impl Newcomers {
    pub(super) fn new(limit: usize) -> Self {
        Self { book: Arc::default(), limit }
    }

    /// One more at the end. Where it is one too many, the first one of those that nobody knows is shown out.
    pub(super) fn enter(&self) -> Newcomer {
        let standing = Arc::<Standing>::default();
        let mut book = self.lock();
        let number = book.next;
        book.next = number.saturating_add(1);
        book.rows.insert(number, Arc::clone(&standing));
        if book.rows.len() > self.limit {
            book.rows.retain(|_, standing| !standing.is_known());
        }
        let is_full = book.rows.len() > self.limit;
        drop(book);
        if is_full {
            self.make_room();
        }
        Newcomer { number, standing, newcomers: self.clone() }
    }

    /// Shows out the one that came first among those nobody knows. False where all are known.
    pub(super) fn make_room(&self) -> bool {
        let mut book = self.lock();
        while let Some((_, first)) = book.rows.pop_first() {
            // whoever became known meanwhile stays, and need not be looked at again
            if !first.is_known() {
                first.show_out();
                return true;
            }
        }
        false
    }

    fn lock(&self) -> MutexGuard<'_, Book> {
        self.book.lock().expect("nothing panics while it holds the newcomers")
    }
}

impl Newcomer {
    pub(super) fn standing(&self) -> &Arc<Standing> {
        &self.standing
    }
}

impl Drop for Newcomer {
    fn drop(&mut self) {
        self.newcomers.lock().rows.remove(&self.number);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::task::{Context, Waker};

    fn must_go(newcomer: &Newcomer) -> bool {
        newcomer.standing().must_go(&Context::from_waker(Waker::noop()))
    }

    #[test]
    fn the_oldest_whom_nobody_knows_makes_room() {
        let newcomers = Newcomers::new(usize::MAX);
        let [known, second, gone, last] = std::array::from_fn(|_| newcomers.enter());
        known.standing().know();
        drop(gone);
        assert!(newcomers.make_room());
        assert_eq!([&known, &second, &last].map(must_go), [false, true, false]);
        assert!(newcomers.make_room());
        assert!(must_go(&last));
        assert!(!newcomers.make_room(), "only one is left, and it is known");
        assert!(!must_go(&known));
    }
    #[test]
    fn strangers_have_so_many_places_and_whoever_is_known_takes_none_of_them() {
        let newcomers = Newcomers::new(2);
        let [early, known, late] = std::array::from_fn(|_| newcomers.enter());
        assert_eq!([&early, &known, &late].map(must_go), [true, false, false], "the third is one too many");
        drop(early);
        known.standing().know();
        let newest = newcomers.enter();
        assert_eq!([&known, &late, &newest].map(must_go), [false; 3]);
        let _further = newcomers.enter();
        assert_eq!([&known, &late, &newest].map(must_go), [false, true, false]);
    }
}
