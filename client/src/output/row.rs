//! What a command shows: records that know their columns.

use serde::Serialize;

use super::cell::Cell;

/// A record of a list. Its serde form is the JSON output; its cells are the table and CSV output.
pub trait Row: Serialize {
    /// Column names, in order.
    const HEADER: &'static [&'static str];

    /// One cell per column.
    fn cells(&self) -> Vec<Cell>;
}
