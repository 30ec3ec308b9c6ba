//! The table that people read.
use super::Count;
use super::record::Record;
use comfy_table::{CellAlignment, Table, presets};

pub fn of(counts: &[Count], record: &Record) -> Table {
    let mut table = Table::new();
    table.load_preset(presets::NOTHING);
    table.set_header(["part", "instructions", "in SHA-256", "recorded", "change"]);
    for count in counts {
        let recorded = record.of(count.name);
        table.add_row([
            count.name.to_owned(),
            grouped(count.instructions),
            format!("{} %", count.hashing * 100 / count.instructions.max(1)),
            recorded.map_or_else(|| "-".to_owned(), grouped),
            recorded.map_or_else(|| "-".to_owned(), |recorded| change(recorded, count.instructions)),
        ]);
    }
    table.column_iter_mut().skip(1).for_each(|column| column.set_cell_alignment(CellAlignment::Right));
    table
}

/// `+1.2 %`.
fn change(recorded: u64, now: u64) -> String {
    #[expect(clippy::cast_precision_loss, reason = "counts are far below 2^52")]
    let ratio = now as f64 / recorded.max(1) as f64;
    format!("{:+.1} %", (ratio - 1.0) * 100.0)
}

/// `1,234,567`.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let groups: Vec<_> = digits.as_bytes().rchunks(3).rev().map(String::from_utf8_lossy).collect();
    groups.join(",")
}
