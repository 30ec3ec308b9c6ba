//! Who reads, in which role, and how each reader stands to each record.
use crate::reader::Line;
use crate::rig::{REGULATOR, Rig};

/// The table's columns.
pub const ROLES: [&str; 8] =
    ["anchor", "supplier", "bank", "funder", "guarantor", "agent", "regulator", "nobody"];

/// Everybody who reads, by role. The banks are funders too; bank-a operates the validators. Crux and duke are anchor
/// and supplier of each other.
const READERS: [(&str, &str); 17] = [
    ("anchor", "alpha"),
    ("anchor", "crux"),
    ("anchor", "omega"),
    ("supplier", "beta"),
    ("supplier", "gamma"),
    ("supplier", "duke"),
    ("supplier", "delta"),
    ("bank", "bank-a"),
    ("bank", "bank-b"),
    ("funder", "trust"),
    ("funder", "hedge"),
    ("guarantor", "surety"),
    ("guarantor", "warrant"),
    ("agent", "recover"),
    ("agent", "gather"),
    ("regulator", REGULATOR),
    ("nobody", ""),
];

/// A record: whose it is, and who else has to do with it. Everybody else is a stranger to it.
type Record = (&'static str, &'static [&'static str], &'static [&'static str]);

/// Of the world in `world.rs`.
const RECORDS: [Record; 26] = [
    ("R1", &["alpha", "beta"], &["gamma", "bank-a", "surety"]),
    ("R2", &["alpha", "gamma"], &["bank-a", "trust"]),
    ("R3", &["alpha", "beta"], &["bank-a"]),
    ("R4", &["crux", "duke"], &["bank-a", "recover"]),
    ("R5", &["crux", "duke"], &["bank-a"]),
    ("T2", &["gamma"], &["alpha", "trust"]),
    ("T3", &["gamma"], &["alpha", "beta"]),
    ("T4", &["bank-a"], &["alpha", "beta", "surety"]),
    ("T5", &["beta"], &["alpha"]),
    ("T6", &["duke"], &["crux", "recover"]),
    ("A1", &["beta"], &["alpha", "bank-a"]),
    ("F1", &["bank-a"], &["alpha", "beta"]),
    ("F2", &["bank-b"], &["alpha"]),
    ("D1", &["alpha", "beta"], &["bank-a"]),
    ("CN1", &["alpha", "beta"], &["bank-a"]),
    ("N1", &["crux", "duke"], &[]),
    ("B1", &["surety"], &["alpha", "beta", "bank-a"]),
    ("C1", &["surety", "bank-a"], &[]),
    ("P1", &["alpha"], &["beta", "gamma", "bank-a", "surety", "trust"]),
    ("Q1", &["beta"], &["bank-a"]),
    ("alpha's", &["alpha"], &["beta", "gamma", "bank-a"]),
    ("beta's", &["beta"], &["alpha", "bank-a"]),
    ("bank-a's", &["bank-a"], &["alpha", "beta"]),
    ("alpha", &["alpha"], &["beta", "gamma", "bank-a", "bank-b", "surety", "trust"]),
    ("gamma", &["gamma"], &["alpha", "beta", "trust"]),
    ("crux", &["crux"], &["duke", "bank-a", "recover"]),
];

/// How a reader stands to a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Relation {
    Own,
    Counterparty,
    Stranger,
    /// The question is about no record.
    Any,
}

impl Relation {
    pub const fn name(self) -> &'static str {
        match self {
            Self::Own => "own",
            Self::Counterparty => "counterparty",
            Self::Stranger => "stranger",
            Self::Any => "any",
        }
    }

    /// The lines of a question: three for one about a record.
    pub fn lines(what: &str) -> &'static [Self] {
        match RECORDS.iter().any(|(name, ..)| *name == what) {
            true => &[Self::Own, Self::Counterparty, Self::Stranger],
            false => &[Self::Any],
        }
    }
}

/// One who reads, on a connection of its own.
pub struct Reader {
    pub role: &'static str,
    pub name: &'static str,
    pub line: Line,
}

impl Reader {
    pub async fn all(rig: &Rig) -> Vec<Self> {
        let mut readers = Vec::new();
        for (role, name) in READERS {
            let line = if name.is_empty() { rig.stranger() } else { rig.own_connection(name).await };
            readers.push(Self { role, name, line });
        }
        readers
    }

    /// Who sees everything is nobody's counterparty.
    pub fn relation(&self, what: &str) -> Relation {
        match RECORDS.iter().find(|(name, ..)| *name == what) {
            None => Relation::Any,
            Some((_, own, _)) if own.contains(&self.name) => Relation::Own,
            Some((_, _, others)) if others.contains(&self.name) => Relation::Counterparty,
            Some(_) => Relation::Stranger,
        }
    }
}
