//! What a run found: JSON with frozen keys for programs, a table for people.

use std::collections::BTreeMap;

use comfy_table::{CellAlignment, Table, presets};
use serde::Serialize;

use super::machine::Machine;

/// The result of a run. Processor time, bytes and blocks are those of the window; memory since each start.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Report {
    /// When the run began, RFC 3339.
    pub started_at: String,
    /// Of this program.
    pub version: String,
    /// What was built.
    pub commit: String,
    /// Which RocksDB the nodes were built with.
    pub rocksdb: String,
    /// Settings of the nodes that are not the default, `key=value` each.
    pub settings: Vec<String>,
    /// What the members did.
    pub workload: String,
    /// Nodes that vote.
    pub validators: usize,
    /// Milliseconds that everything between two of them takes on its way.
    pub distance_ms: u64,
    /// Members that signed.
    pub members: usize,
    /// Transactions under way at once, at most.
    pub outstanding: u32,
    /// Transactions that were to be sent a second; `None` in a closed loop.
    pub rate: Option<f64>,
    /// Load before the window, in seconds.
    pub warmup: u64,
    /// Length of the window.
    pub seconds: f64,
    /// Of the choices.
    pub seed: u64,
    /// Tranches that lay there before the load.
    pub preloaded_tranches: u64,
    /// Seconds that it took to get there.
    pub setup_s: f64,
    /// Open in the end.
    pub live_tranches: i64,
    /// Transactions that clients saw committed and applied in the window.
    pub committed: u64,
    /// The same by action.
    pub committed_by_action: BTreeMap<&'static str, u64>,
    /// The same a second.
    pub committed_tx_per_s: f64,
    /// Not applied since the first transaction, by reason.
    pub refused: BTreeMap<String, u64>,
    /// Never answered.
    pub unanswered: u64,
    /// From when a transaction was to be sent until its client knew that it is committed and applied.
    pub latency_ms: LatencyMs,
    /// Over all processes, this one included.
    pub cpu_ms_per_tx: f64,
    /// The same by process.
    pub cpu_ms_per_tx_by_process: BTreeMap<String, f64>,
    /// Of all nodes together.
    pub bytes_per_tx: BytesPerTx,
    /// Committed in the window by the blocks that they are in.
    pub tx_per_block: f64,
    /// Blocks with them.
    pub blocks: usize,
    /// Sum over all processes at the window's first instant, after every minute of it, and at its last.
    pub memory_mib: Vec<f64>,
    /// The most that each process ever held, summed.
    pub memory_peak_mib: f64,
    /// The same by process.
    pub memory_peak_mib_by_process: BTreeMap<String, f64>,
    /// The machine that all processes shared.
    pub machine: Machine,
    /// Signatures that one core checks a second, one by one.
    pub ed25519_single_per_core_s: f64,
    /// The same in batches, as nodes do it.
    pub ed25519_batch_per_core_s: f64,
    /// Signatures that one core makes a second.
    pub ed25519_sign_per_core_s: f64,
    /// MiB that one core hashes a second.
    pub sha256_mib_per_core_s: f64,
    /// Median of appending and syncing 4 KiB beside the nodes' data.
    pub synced_write_ms_p50: f64,
    /// Committed rate ÷ (cores × batch rate ÷ validators): 1 would be nothing but signatures.
    pub limit_ratio: f64,
    /// At which the nodes were compared.
    pub height: u64,
    /// One root on all nodes at `height`.
    pub state_roots_equal: bool,
    /// I1 to I10 on all nodes.
    pub invariants_ok: bool,
}

/// Percentiles in milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct LatencyMs {
    /// Median.
    pub p50: f64,
    /// 95 of 100 were faster.
    pub p95: f64,
    /// 99 of 100.
    pub p99: f64,
    /// 999 of 1,000.
    pub p999: f64,
    /// The slowest.
    pub max: f64,
    /// How many were timed.
    pub count: u64,
}

/// Bytes per committed transaction, over all nodes.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct BytesPerTx {
    /// Over loopback: between nodes, and between clients and nodes, with all headers.
    pub wire: f64,
    /// Written to disk by the nodes.
    pub disk: f64,
    /// How much the nodes' data folders grew.
    pub data_growth: f64,
    /// Where `disk` comes from.
    pub disk_source: &'static str,
}

impl Report {
    /// One object, indented.
    #[must_use]
    pub fn json(&self) -> String {
        serde_json::to_string_pretty(self).expect("a report holds only texts, numbers and booleans")
    }

    /// For people.
    #[must_use]
    pub fn table(&self) -> String {
        let mut table = Table::new();
        table.load_preset(presets::UTF8_BORDERS_ONLY);
        for (name, value) in self.conditions().into_iter().chain(self.results()).chain(self.machine_rows()) {
            table.add_row(vec![name.to_owned(), value]);
        }
        if let Some(column) = table.column_mut(1) {
            column.set_cell_alignment(CellAlignment::Right);
        }
        table.to_string()
    }

    fn conditions(&self) -> Vec<(&'static str, String)> {
        let pace = match self.rate {
            Some(rate) => format!("open loop, {rate} a second, at most {} under way", self.outstanding),
            None => format!("closed loop, {} under way", self.outstanding),
        };
        let settings = match self.settings.as_slice() {
            [] => "none".to_owned(),
            settings => settings.join(", "),
        };
        vec![
            ("built from, on RocksDB", format!("{}, {}", self.commit, self.rocksdb)),
            ("settings beside the defaults", settings),
            ("workload", self.workload.clone()),
            ("pace", pace),
            ("validators, members", format!("{}, {}", self.validators, self.members)),
            ("between two nodes, ms", self.distance_ms.to_string()),
            ("warm-up, window, seed", format!("{} s, {:.1} s, {}", self.warmup, self.seconds, self.seed)),
            ("open tranches before, after", format!("{}, {}", self.preloaded_tranches, self.live_tranches)),
        ]
    }

    fn results(&self) -> Vec<(&'static str, String)> {
        let LatencyMs { p50, p95, p99, p999, max, count } = self.latency_ms;
        let BytesPerTx { wire, disk, data_growth, disk_source } = &self.bytes_per_tx;
        let memory: Vec<String> = self.memory_mib.iter().map(|mib| format!("{mib:.0}")).collect();
        let yes = |holds: bool| if holds { "yes" } else { "NO" }.to_owned();
        vec![
            ("committed and applied", self.committed.to_string()),
            ("a second", format!("{:.0}", self.committed_tx_per_s)),
            ("refused, unanswered", format!("{}, {}", self.refused.values().sum::<u64>(), self.unanswered)),
            ("latency p50 / p95 / p99 / p99.9, ms", format!("{p50} / {p95} / {p99} / {p999}")),
            ("latency at most, ms", format!("{max} of {count}")),
            ("CPU-ms per transaction, all processes", format!("{:.3}", self.cpu_ms_per_tx)),
            ("by process", by_process(&self.cpu_ms_per_tx_by_process, 3)),
            ("bytes per transaction over loopback", format!("{wire:.0}")),
            (
                "bytes per transaction to disk",
                format!("{disk:.0} ({disk_source}), folders +{data_growth:.0}"),
            ),
            ("transactions per block, blocks", format!("{:.1}, {}", self.tx_per_block, self.blocks)),
            ("memory from begin to end, MiB", memory.join(" ")),
            ("its peak", format!("{:.0}", self.memory_peak_mib)),
            ("by process", by_process(&self.memory_peak_mib_by_process, 0)),
            ("state roots equal on all nodes", yes(self.state_roots_equal)),
            ("invariants hold on all nodes", yes(self.invariants_ok)),
        ]
    }

    fn machine_rows(&self) -> Vec<(&'static str, String)> {
        let Machine { cores, model, kernel } = &self.machine;
        let (single, batch) = (self.ed25519_single_per_core_s, self.ed25519_batch_per_core_s);
        vec![
            ("machine", format!("{cores} cores, {model}, Linux {kernel}")),
            ("ed25519 a core and second, single / batch", format!("{single:.0} / {batch:.0}")),
            ("ed25519 signatures made", format!("{:.0}", self.ed25519_sign_per_core_s)),
            ("SHA-256 a core and second, MiB", format!("{:.0}", self.sha256_mib_per_core_s)),
            ("4 KiB appended and synced, ms", self.synced_write_ms_p50.to_string()),
            ("rate ÷ (cores × batch rate ÷ validators)", format!("{:.3}", self.limit_ratio)),
        ]
    }
}

fn by_process(values: &BTreeMap<String, f64>, decimals: usize) -> String {
    let values: Vec<String> =
        values.iter().map(|(name, value)| format!("{name} {value:.decimals$}")).collect();
    values.join("  ")
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    pub fn report() -> Report {
        let of_load = || BTreeMap::from([("load".to_owned(), 0.04)]);
        Report {
            started_at: "2026-02-09T08:00:00Z".into(),
            version: "0.1.0".into(),
            commit: "unknown".into(),
            rocksdb: "unknown".into(),
            settings: Vec::new(),
            workload: "transfer".into(),
            validators: 4,
            distance_ms: 0,
            members: 76,
            outstanding: 512,
            rate: None,
            warmup: 5,
            seconds: 20.0,
            seed: 1,
            preloaded_tranches: 10_000,
            setup_s: 2.5,
            live_tranches: 50_000,
            committed: 40_000,
            committed_by_action: BTreeMap::from([("split_tranche", 40_000)]),
            committed_tx_per_s: 2_000.0,
            refused: BTreeMap::new(),
            unanswered: 0,
            latency_ms: LatencyMs { p50: 1.0, p95: 2.0, p99: 3.0, p999: 4.0, max: 5.0, count: 6 },
            cpu_ms_per_tx: 1.0,
            cpu_ms_per_tx_by_process: of_load(),
            bytes_per_tx: BytesPerTx { wire: 1.0, disk: 2.0, data_growth: 3.0, disk_source: "write_bytes" },
            tx_per_block: 100.0,
            blocks: 400,
            memory_mib: vec![280.0, 290.0],
            memory_peak_mib: 300.0,
            memory_peak_mib_by_process: of_load(),
            machine: Machine { cores: 2, model: "a processor".into(), kernel: "6.1".into() },
            ed25519_single_per_core_s: 18_000.0,
            ed25519_batch_per_core_s: 50_000.0,
            ed25519_sign_per_core_s: 50_000.0,
            sha256_mib_per_core_s: 1_500.0,
            synced_write_ms_p50: 0.3,
            limit_ratio: 0.08,
            height: 500,
            state_roots_equal: true,
            invariants_ok: true,
        }
    }

    fn keys(value: &serde_json::Value) -> String {
        let mut keys: Vec<_> = value.as_object().unwrap().keys().map(String::as_str).collect();
        keys.sort_unstable();
        keys.join(" ")
    }

    #[test]
    fn the_json_has_exactly_the_frozen_keys() {
        let value: serde_json::Value = serde_json::from_str(&report().json()).unwrap();
        assert_eq!(
            keys(&value),
            "blocks bytes_per_tx commit committed committed_by_action committed_tx_per_s cpu_ms_per_tx \
             cpu_ms_per_tx_by_process distance_ms ed25519_batch_per_core_s ed25519_sign_per_core_s ed25519_single_per_core_s \
             height invariants_ok latency_ms limit_ratio live_tranches machine members memory_mib memory_peak_mib \
             memory_peak_mib_by_process outstanding preloaded_tranches rate refused rocksdb seconds seed settings \
             setup_s sha256_mib_per_core_s started_at state_roots_equal synced_write_ms_p50 tx_per_block unanswered \
             validators version warmup workload"
        );
        assert_eq!(keys(&value["latency_ms"]), "count max p50 p95 p99 p999");
        assert_eq!(keys(&value["bytes_per_tx"]), "data_growth disk disk_source wire");
        assert_eq!(value["memory_mib"], serde_json::json!([280.0, 290.0]));
        assert_eq!(keys(&value["machine"]), "cores kernel model");
    }

    #[test]
    fn the_table_says_in_capitals_what_must_not_be() {
        assert!(!report().table().contains("NO"));
        assert!(Report { state_roots_equal: false, ..report() }.table().contains("NO"));
    }
}
