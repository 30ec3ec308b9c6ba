//! Progress on standard error: a moving line for people, plain lines for logs, nothing on standard output.

use std::io::{self, Write};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::cell::harmless;
use super::look::Look;

/// How often the moving line is redrawn.
const TICK: Duration = Duration::from_millis(120);

/// The progress of one command.
pub struct Progress {
    bar: ProgressBar,
    is_terminal: bool,
}

impl Progress {
    /// Progress towards `total` items on standard error.
    #[must_use]
    pub fn new(total: u64, look: Look) -> Self {
        let target =
            if look.is_terminal { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
        let bar = ProgressBar::with_draw_target(Some(total), target);
        let style = ProgressStyle::with_template("{spinner} {pos}/{len} {msg} {elapsed}");
        bar.set_style(style.expect("the template names only known fields"));
        if look.is_terminal {
            bar.enable_steady_tick(TICK);
        }
        Self { bar, is_terminal: look.is_terminal }
    }

    /// Says what is being done now.
    pub fn say(&self, what: &str) {
        self.bar.set_message(harmless(what));
        if !self.is_terminal {
            self.line(&mut io::stderr(), what);
        }
    }

    /// One item is done.
    pub fn advance(&self) {
        self.bar.inc(1);
    }

    /// Removes the moving line, so that the result follows on a clean screen.
    pub fn finish(self) {
        self.bar.finish_and_clear();
    }

    /// A closed standard error must not stop a command, so the result of writing is not looked at.
    fn line(&self, out: &mut impl Write, what: &str) {
        let total = self.bar.length().unwrap_or(0);
        let _ = writeln!(out, "[{}/{total}] {}", self.bar.position(), harmless(what));
    }
}
