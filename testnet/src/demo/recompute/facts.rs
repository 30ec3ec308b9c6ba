//! What a report says happened, as types.

use serde::Deserialize;
use serde_json::Value;

use super::day::Day;

/// Minor units of one currency.
#[derive(Debug, Clone, Deserialize)]
pub struct Money {
    pub minor_units: u64,
}

/// A receivable with everything that happened to it.
#[derive(Debug, Deserialize)]
pub struct Receivable {
    pub id: String,
    pub supplier: String,
    pub face: Money,
    pub due_date: Day,
    pub late_rate_ppm_per_year: u64,
    pub status: String,
    pub settled: Money,
    pub diluted: Money,
    pub open_tranches: usize,
    pub tree: Vec<Branch>,
    pub history: Vec<Row>,
    #[serde(default)]
    pub working: Value,
}

/// A tranche that ever was.
#[derive(Debug, Deserialize)]
pub struct Branch {
    pub tranche: String,
    pub face: Money,
}

/// An event with its place.
#[derive(Debug, Clone, Deserialize)]
pub struct Row {
    /// `height.transaction.event`.
    pub cursor: String,
    pub on: Day,
    pub transaction_id: Option<String>,
    pub event: Event,
}

/// What happened.
#[derive(Debug, Clone, Deserialize)]
pub struct Event {
    pub kind: String,
    pub member: Option<String>,
    pub counterparty: Option<String>,
    pub tranche: Option<String>,
    #[serde(default)]
    pub tranches: Vec<String>,
    pub amount: Option<Money>,
    pub proceeds: Option<Money>,
}

impl Row {
    /// Height and transaction: events of one transaction belong together.
    pub fn place(&self) -> &str {
        self.cursor.rsplit_once('.').map_or("", |(place, _)| place)
    }

    pub fn height(&self) -> u64 {
        self.cursor.split('.').next().and_then(|height| height.parse().ok()).unwrap_or(0)
    }
}

impl Event {
    pub fn minor(&self) -> u64 {
        self.amount.as_ref().map_or(0, |amount| amount.minor_units)
    }

    pub fn member(&self) -> &str {
        self.member.as_deref().unwrap_or_default()
    }

    pub fn counterparty(&self) -> &str {
        self.counterparty.as_deref().unwrap_or_default()
    }

    pub fn tranche(&self) -> u64 {
        self.tranche.as_deref().map_or(0, number)
    }
}

/// `T7` as 7.
pub fn number(id: &str) -> u64 {
    id.get(1..).and_then(|digits| digits.parse().ok()).unwrap_or(0)
}
