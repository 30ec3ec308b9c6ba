//! Newcomers: connections whose caller is not known yet, oldest first. Where all places are taken, the oldest of them
//! makes room, so that nobody can hold all places without showing who it is.
use super::standing::Standing;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard};

/// Connections in the order in which they came; cloning shares them.
#[derive(Clone, Debug, Default)]
pub(super) struct Newcomers {
    book: Arc<Mutex<Book>>,
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
    /// One more at the end.
    pub(super) fn enter(&self) -> Newcomer {
        let standing = Arc::<Standing>::default();
        let mut book = self.lock();
        let number = book.next;
        book.next = number.saturating_add(1);
        book.rows.insert(number, Arc::clone(&standing));
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
        let newcomers = Newcomers::default();
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
}
