//! Failures on standard error: what happened, why, and who can do what next.

use std::io::ErrorKind;

use super::error::CommandError;
use crate::output::{ExitCode, Look, harmless};

/// A command line that cannot be read, or a help text that was asked for.
pub fn usage(error: &clap::Error) -> ExitCode {
    // A closed pipe must not hide the exit code.
    drop(error.print());
    if error.use_stderr() { ExitCode::Usage } else { ExitCode::Ok }
}

/// A command that failed.
pub fn failure(error: &CommandError) -> ExitCode {
    if let CommandError::Output(source) = error
        && source.kind() == ErrorKind::BrokenPipe
    {
        // The reader has read enough.
        return ExitCode::Ok;
    }
    let (on, off) = if Look::of_stderr().is_coloured { ("\u{1b}[1;31m", "\u{1b}[0m") } else { ("", "") };
    eprintln!("{on}error:{off} {}", harmless(&error.to_string()));
    if let Some(explanation) = error.explanation() {
        eprintln!("  next: {explanation}");
    }
    error.exit()
}
