//! Values of fields: how each looks in a column; JSON comes from serde.

use std::fmt::Display;

use serde::{Serialize, Serializer};

use crate::output::Cell;

/// A value that fits into a column.
pub trait Shown {
    /// As a cell.
    fn cell(&self) -> Cell;
}

/// Money; in JSON `{"currency": …, "minor_units": …}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Money {
    /// ISO 4217.
    pub currency: String,
    /// In the currency's minor unit.
    pub minor_units: i128,
}

/// Several values: an array in JSON, one cell in a table.
#[derive(Debug, Clone, PartialEq)]
pub struct Listed<T>(pub Vec<T>);

impl Money {
    /// For sentences: `1,000.00 CNY`.
    #[must_use]
    pub fn text(&self) -> String {
        format!("{} {}", self.cell().for_people(), self.currency)
    }
}

impl Shown for Money {
    fn cell(&self) -> Cell {
        Cell::amount(self.minor_units, &self.currency)
    }
}

impl Shown for String {
    fn cell(&self) -> Cell {
        Cell::Text(self.clone())
    }
}

impl Shown for bool {
    fn cell(&self) -> Cell {
        Cell::from(if *self { "yes" } else { "no" })
    }
}

macro_rules! numbers {
    ($($number:ty),*) => {
        $(impl Shown for $number {
            fn cell(&self) -> Cell {
                Cell::Integer((*self).into())
            }
        })*
    };
}
numbers!(u32, u64, i32, i64);

impl<T: Shown> Shown for Option<T> {
    fn cell(&self) -> Cell {
        self.as_ref().map_or(Cell::Empty, Shown::cell)
    }
}

impl<T: Display> Shown for Listed<T> {
    fn cell(&self) -> Cell {
        let parts: Vec<String> = self.0.iter().map(ToString::to_string).collect();
        if parts.is_empty() { Cell::Empty } else { Cell::Text(parts.join(", ")) }
    }
}

impl<T: Serialize> Serialize for Listed<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

impl<T> FromIterator<T> for Listed<T> {
    fn from_iter<I: IntoIterator<Item = T>>(items: I) -> Self {
        Self(items.into_iter().collect())
    }
}
