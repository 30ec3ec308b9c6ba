//! Rows to bytes: table, JSON, JSON lines or CSV.

use std::io::{self, Write};

use clap::ValueEnum;
use comfy_table::{Attribute, Cell as Column, CellAlignment, ContentArrangement, Table, presets};
use serde::Serialize;

use super::cell::Cell;
use super::look::Look;
use super::row::Row;

/// How rows are written (`-o`).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// Columns for people.
    #[default]
    Table,
    /// One JSON array, or one object for a single record.
    Json,
    /// One JSON object per line.
    Jsonl,
    /// RFC 4180 with a header line.
    Csv,
}

/// Writes a list. An empty one still shows its header, an empty array or nothing (JSON lines).
pub fn list<R: Row>(rows: &[R], format: Format, look: Look, out: &mut impl Write) -> io::Result<()> {
    match format {
        Format::Table => table(rows, look, out),
        Format::Json => json(&rows, out),
        Format::Jsonl => rows.iter().try_for_each(|row| json_line(row, out)),
        Format::Csv => csv(rows, true, out),
    }
}

/// Writes a single record: in a table one line per field that says something.
pub fn record<R: Row>(row: &R, format: Format, look: Look, out: &mut impl Write) -> io::Result<()> {
    match format {
        Format::Table => fields(row, look, out),
        Format::Json => json(row, out),
        Format::Jsonl => json_line(row, out),
        Format::Csv => csv(std::slice::from_ref(row), true, out),
    }
}

/// Writes records as they come, for `watch`: every line is complete when it is written.
pub struct Stream<W> {
    format: Format,
    out: W,
    is_begun: bool,
}

impl<W: Write> Stream<W> {
    /// A stream that has written nothing yet.
    pub fn new(format: Format, out: W) -> Self {
        Self { format, out, is_begun: false }
    }

    /// Writes and flushes one record. A table becomes tab-separated lines, JSON becomes JSON lines.
    pub fn push<R: Row>(&mut self, row: &R) -> io::Result<()> {
        let is_first = !std::mem::replace(&mut self.is_begun, true);
        match self.format {
            Format::Table => {
                if is_first {
                    writeln!(self.out, "{}", R::HEADER.join("\t"))?;
                }
                let cells: Vec<_> =
                    row.cells().iter().map(|cell| cell.for_people().replace('\n', " ")).collect();
                writeln!(self.out, "{}", cells.join("\t"))?;
            }
            Format::Json | Format::Jsonl => json_line(row, &mut self.out)?,
            Format::Csv => csv(std::slice::from_ref(row), is_first, &mut self.out)?,
        }
        self.out.flush()
    }
}

/// Spaces before and after a cell: columns start at the left edge.
const PADDING: (u16, u16) = (0, 2);

fn table<R: Row>(rows: &[R], look: Look, out: &mut impl Write) -> io::Result<()> {
    let mut table = new_table(look);
    table.set_header(R::HEADER.iter().map(|name| heading(name, look)));
    for row in rows {
        table.add_row(row.cells().iter().map(|cell| {
            let alignment = if cell.is_number() { CellAlignment::Right } else { CellAlignment::Left };
            Column::new(cell.for_people()).set_alignment(alignment)
        }));
    }
    print(table, out)
}

fn fields<R: Row>(row: &R, look: Look, out: &mut impl Write) -> io::Result<()> {
    let mut table = new_table(look);
    for (name, cell) in R::HEADER.iter().zip(row.cells()).filter(|(_, cell)| *cell != Cell::Empty) {
        table.add_row([heading(name, look), Column::new(cell.for_people())]);
    }
    print(table, out)
}

fn print(mut table: Table, out: &mut impl Write) -> io::Result<()> {
    table.column_iter_mut().for_each(|column| {
        column.set_padding(PADDING);
    });
    writeln!(out, "{}", table.trim_fmt())
}

fn new_table(look: Look) -> Table {
    let mut table = Table::new();
    table.load_preset(presets::NOTHING);
    if look.is_terminal {
        table.set_content_arrangement(ContentArrangement::Dynamic);
    } else {
        // Scripts get whole cells, however wide.
        table.force_no_tty().set_content_arrangement(ContentArrangement::Disabled);
    }
    if look.is_coloured {
        table.enforce_styling();
    }
    table
}

fn heading(name: &str, look: Look) -> Column {
    let cell = Column::new(name.to_uppercase());
    if look.is_coloured { cell.add_attribute(Attribute::Bold) } else { cell }
}

fn json<T: Serialize + ?Sized>(value: &T, out: &mut impl Write) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, value)?;
    writeln!(out)
}

fn json_line<T: Serialize + ?Sized>(value: &T, out: &mut impl Write) -> io::Result<()> {
    serde_json::to_writer(&mut *out, value)?;
    writeln!(out)
}

fn csv<R: Row>(rows: &[R], with_header: bool, out: &mut impl Write) -> io::Result<()> {
    let mut writer = csv::Writer::from_writer(out);
    if with_header {
        writer.write_record(R::HEADER)?;
    }
    for row in rows {
        writer.write_record(row.cells().iter().map(super::cell::Cell::for_csv))?;
    }
    writer.flush()
}
