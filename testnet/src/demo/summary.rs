//! What the run found: a table for people, JSON with frozen keys for programs.

use std::collections::BTreeMap;

use comfy_table::{CellAlignment, Table, presets};
use serde::Serialize;

use super::latency::Latencies;

/// The result of a demo. Sums run over all receivables and currencies, in minor units.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Summary {
    /// Nodes that vote.
    pub validators: usize,
    /// Nodes that follow.
    pub observers: usize,
    /// At which the last checks were made.
    pub height: u64,
    /// That came to life.
    pub receivables: usize,
    /// That ever were.
    pub tranches: u64,
    /// By the rulebook's reason.
    pub refusals: BTreeMap<String, u64>,
    /// With all validators up.
    pub discount_submit_to_commit_ms: Latency,
    /// Debited from the anchors.
    pub settled_minor_units: u64,
    /// Received by holders.
    pub distributed_minor_units: u64,
    /// One root on all nodes at `height`.
    pub state_roots_equal: bool,
    /// I1 to I10 on all nodes.
    pub invariants_ok: bool,
    /// Of the validator that was killed, at the end.
    pub restarted_validator_height: u64,
    /// Seconds from the first stage to the last check.
    pub wall_s: f64,
    /// Discounts behind the latency; for people.
    #[serde(skip)]
    pub measured: u64,
    /// Latency of discounts while one validator was down; for people.
    #[serde(skip)]
    pub one_down: Latency,
}

/// Percentiles in milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Latency {
    /// Median.
    pub p50: f64,
    /// 99 of 100 were faster.
    pub p99: f64,
}

impl Latency {
    /// The percentiles of what was measured.
    pub fn of(latencies: &Latencies) -> Self {
        Self { p50: latencies.percentile_ms(50.0), p99: latencies.percentile_ms(99.0) }
    }
}

impl Summary {
    /// For people.
    pub fn table(&self) -> String {
        let mut table = Table::new();
        table.load_preset(presets::UTF8_BORDERS_ONLY);
        for [name, value] in self.rows() {
            table.add_row(vec![name, value]);
        }
        if let Some(column) = table.column_mut(1) {
            column.set_cell_alignment(CellAlignment::Right);
        }
        table.to_string()
    }

    /// One object, indented.
    pub fn json(&self) -> String {
        serde_json::to_string_pretty(self).expect("a summary holds only texts, numbers and booleans")
    }

    fn rows(&self) -> Vec<[String; 2]> {
        let row = |name: &str, value: String| [name.to_owned(), value];
        let latency = |latency: Latency| format!("p50 {} ms, p99 {} ms", latency.p50, latency.p99);
        let yes = |holds: bool| if holds { "yes" } else { "NO" }.to_owned();
        let mut rows = vec![
            row("validators and observers", format!("{} + {}", self.validators, self.observers)),
            row("height", self.height.to_string()),
            row("receivables, tranches ever", format!("{}, {}", self.receivables, self.tranches)),
        ];
        rows.extend(
            self.refusals.iter().map(|(reason, count)| row(&format!("refused: {reason}"), count.to_string())),
        );
        rows.extend([
            row(
                &format!("discount, submit to commit ({} measured)", self.measured),
                latency(self.discount_submit_to_commit_ms),
            ),
            row("the same with one validator down", latency(self.one_down)),
            row("settled, minor units", self.settled_minor_units.to_string()),
            row("distributed to holders, minor units", self.distributed_minor_units.to_string()),
            row("state roots equal on all nodes", yes(self.state_roots_equal)),
            row("invariants hold on all nodes", yes(self.invariants_ok)),
            row("height of the killed and restarted validator", self.restarted_validator_height.to_string()),
            row("seconds in all", self.wall_s.to_string()),
        ]);
        rows
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_json_has_exactly_the_frozen_keys() {
        let latency = Latency { p50: 1.0, p99: 2.0 };
        let summary = Summary {
            validators: 4,
            observers: 1,
            height: 9,
            receivables: 1,
            tranches: 3,
            refusals: BTreeMap::from([("NOT_HOLDER".to_owned(), 1)]),
            discount_submit_to_commit_ms: latency,
            settled_minor_units: 5,
            distributed_minor_units: 5,
            state_roots_equal: true,
            invariants_ok: true,
            restarted_validator_height: 9,
            wall_s: 1.5,
            measured: 2,
            one_down: latency,
        };
        let value: serde_json::Value = serde_json::from_str(&summary.json()).unwrap();
        let mut keys: Vec<_> = value.as_object().unwrap().keys().map(String::as_str).collect();
        keys.sort_unstable();
        assert_eq!(
            keys.join(" "),
            "discount_submit_to_commit_ms distributed_minor_units height invariants_ok observers receivables \
             refusals restarted_validator_height settled_minor_units state_roots_equal tranches validators wall_s"
        );
        assert!(summary.table().contains("refused: NOT_HOLDER"));
    }
}
