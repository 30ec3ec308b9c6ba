//! The meter: a run of a case prepares, measures its part, and clears up; only the part counts.
use std::hint::black_box;
use std::time::{Duration, Instant};

/// One run of a case.
pub type Run = Box<dyn FnMut(&mut Meter)>;

/// Wall-clock time of the parts that went through it.
#[derive(Default)]
pub struct Meter {
    pub elapsed: Duration,
}

impl Meter {
    /// Does `part` and counts it. What it returns is dropped by the caller, uncounted.
    pub fn measure<T>(&mut self, part: impl FnOnce() -> T) -> T {
        let begun = Instant::now();
        let outcome = measured(part);
        self.elapsed += begun.elapsed();
        outcome
    }
}

/// Callgrind counts what happens in here, and finds it by its name ([`crate::instructions`]).
#[inline(never)]
fn measured<T>(part: impl FnOnce() -> T) -> T {
    black_box(part())
}
