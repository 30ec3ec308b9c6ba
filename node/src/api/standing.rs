//! A connection's standing: whether it has shown who calls, and whether it is asked to leave.
use futures::task::AtomicWaker;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::Context;

/// Shared by a connection, its door and whoever needs its place. See the module's description.
#[derive(Debug, Default)]
pub(super) struct Standing {
    known: AtomicBool,
    leaving: AtomicBool,
    waker: AtomicWaker,
}

impl Standing {
    /// A member showed itself here, by a key of the ledger.
    pub(super) fn know(&self) {
        self.known.store(true, Ordering::Relaxed);
    }

    pub(super) fn is_known(&self) -> bool {
        self.known.load(Ordering::Relaxed)
    }

    /// Ends the connection as soon as it looks.
    pub(super) fn show_out(&self) {
        self.leaving.store(true, Ordering::Release);
        self.waker.wake();
    }

    /// Whether it must go; wakes whoever asks when that changes.
    pub(super) fn must_go(&self, context: &Context<'_>) -> bool {
        self.waker.register(context.waker());
        self.leaving.load(Ordering::Acquire)
    }
}
