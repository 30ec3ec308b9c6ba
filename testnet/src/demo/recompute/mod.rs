//! An outside calculator: recomputes every figure of the second story's report, in whole numbers, from what the report
//! says was agreed and what happened; nothing of the ledger's own code is used.

mod agreed;
mod book;
mod checks;
mod day;
mod facts;
mod numbers;
mod parts;
mod replay;

use serde_json::Value;

pub use day::Day;
use facts::Receivable;
use replay::Replay;

/// Every promise of a report that is not kept; empty where all are.
pub fn broken_promises(report: &Value) -> Vec<String> {
    match parts::Report::read(report) {
        Ok(report) => report.broken(),
        Err(error) => vec![format!("the report has all its figures ({error})")],
    }
}

/// The figures behind one receivable's interest and payments, as the report shows them.
pub fn working(receivable: &Value) -> Result<Value, serde_json::Error> {
    let receivable: Receivable = serde_json::from_value(receivable.clone())?;
    Ok(Replay::of(&receivable).working())
}
