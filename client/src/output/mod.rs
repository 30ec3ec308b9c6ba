//! Output: data on standard output in four formats, progress on standard error, frozen exit codes.

mod cell;
mod exit;
mod look;
mod progress;
mod render;
mod row;

pub use cell::{Cell, harmless};
pub use exit::ExitCode;
pub use look::Look;
pub use progress::Progress;
pub use render::{Format, Stream, list, record};
pub use row::Row;
