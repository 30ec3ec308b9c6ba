//! What the story found: a table for people, JSON with every figure for programs.

use comfy_table::{CellAlignment, Table, presets};
use serde_json::{Value, json};

/// Everything that an outside calculator needs, and the lines that people read.
#[derive(Debug)]
pub struct Report {
    /// Without `wall_s`.
    pub value: Value,
    /// Name and value.
    pub rows: Vec<[String; 2]>,
    /// Seconds from the first stage to the last check.
    pub wall_s: f64,
}

impl Report {
    /// For people.
    pub fn table(&self) -> String {
        let mut table = Table::new();
        table.load_preset(presets::UTF8_BORDERS_ONLY);
        self.rows.iter().for_each(|row| {
            table.add_row(row.to_vec());
        });
        table.add_row(vec!["seconds in all".to_owned(), self.wall_s.to_string()]);
        if let Some(column) = table.column_mut(1) {
            column.set_cell_alignment(CellAlignment::Right);
        }
        table.to_string()
    }

    /// One object, indented.
    pub fn json(&self) -> String {
        let mut value = self.value.clone();
        value["wall_s"] = json!(self.wall_s);
        format!("{value:#}")
    }
}
