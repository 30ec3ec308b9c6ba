//! What the output may look like: colour and width only where a person reads it.

use std::io::IsTerminal;

/// Properties of one output stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Look {
    /// Whether a terminal is on the other end.
    pub is_terminal: bool,
    /// Whether colours may be used.
    pub is_coloured: bool,
}

impl Look {
    /// Standard output of this process.
    #[must_use]
    pub fn of_stdout() -> Self {
        Self::of(std::io::stdout().is_terminal(), &|name| std::env::var(name).ok())
    }

    /// Standard error of this process.
    #[must_use]
    pub fn of_stderr() -> Self {
        Self::of(std::io::stderr().is_terminal(), &|name| std::env::var(name).ok())
    }

    /// No colour without a terminal, with `NO_COLOR` set to anything (no-color.org) or with `TERM=dumb`.
    #[must_use]
    pub fn of(is_terminal: bool, environment: &dyn Fn(&str) -> Option<String>) -> Self {
        let refuses = environment("NO_COLOR").is_some_and(|value| !value.is_empty());
        let is_dumb = environment("TERM").is_some_and(|value| value == "dumb");
        Self { is_terminal, is_coloured: is_terminal && !refuses && !is_dumb }
    }

    /// A pipe or file.
    #[must_use]
    pub const fn plain() -> Self {
        Self { is_terminal: false, is_coloured: false }
    }
}
