//! What the parts of a run found, put together as its report.

use std::collections::BTreeMap;

use super::checks::Checked;
use super::engine::Loaded;
use super::latency::Latencies;
use super::machine::Machine;
use super::options::LoadOptions;
use super::probe::{Used, mib};
use super::report::{BytesPerTx, LatencyMs, Report};
use super::tally::Totals;
use super::yardstick::Yardsticks;

/// What the parts of a run found.
pub struct Found {
    /// RFC 3339.
    pub started_at: String,
    /// That signed.
    pub members: usize,
    /// Nodes that vote.
    pub validators: usize,
    pub distance_ms: u64,
    /// Seconds before the load.
    pub setup_s: f64,
    /// What the machine could do.
    pub yardsticks: Yardsticks,
    /// What clients saw.
    pub loaded: Loaded,
    /// The same since the first transaction.
    pub totals: Totals,
    /// Within the window.
    pub used: Used,
    /// MiB by process.
    pub memory_peak: Vec<(String, f64)>,
    /// In the end.
    pub checked: Checked,
}

impl Found {
    /// The report of a run with these options.
    pub fn report(self, options: &LoadOptions) -> Report {
        let Self { loaded, totals, used, yardsticks, checked, .. } = self;
        let window = loaded.window;
        let committed = float(window.applied);
        let per_tx = PerTx(committed);
        let rate = committed / used.seconds;
        let machine = Machine::here();
        let limit = float(machine.cores) * yardsticks.batch_per_s / float(self.validators.max(1));
        Report {
            started_at: self.started_at,
            version: env!("CARGO_PKG_VERSION").to_owned(),
            commit: options.commit.clone(),
            rocksdb: options.rocksdb.clone(),
            settings: options.settings.clone(),
            workload: options.workload.name().to_owned(),
            validators: self.validators,
            distance_ms: self.distance_ms,
            members: self.members,
            outstanding: options.lanes(),
            rate: options.rate,
            warmup: options.warmup,
            seconds: rounded(used.seconds, 3),
            seed: options.seed,
            preloaded_tranches: options.preload(),
            setup_s: rounded(self.setup_s, 1),
            live_tranches: totals.live_tranches,
            committed: window.applied,
            committed_by_action: window.by_action,
            committed_tx_per_s: rounded(rate, 1),
            refused: totals.refused,
            unanswered: loaded.unanswered,
            latency_ms: percentiles(&window.latencies),
            cpu_ms_per_tx: per_tx.of(float(used.cpu_ms.iter().map(|(_, ms)| ms).sum::<u64>()), 4),
            cpu_ms_per_tx_by_process: cpu_by_process(&used, &per_tx),
            bytes_per_tx: bytes(&used, &per_tx),
            tx_per_block: rounded(committed / float(window.heights.len().max(1)), 1),
            blocks: window.heights.len(),
            memory_mib: used.memory_kib.iter().map(|kib| rounded(mib(*kib), 1)).collect(),
            memory_peak_mib: rounded(self.memory_peak.iter().map(|(_, mib)| mib).sum(), 1),
            memory_peak_mib_by_process: by_name(self.memory_peak),
            machine,
            ed25519_single_per_core_s: rounded(yardsticks.single_per_s, 0),
            ed25519_batch_per_core_s: rounded(yardsticks.batch_per_s, 0),
            ed25519_sign_per_core_s: rounded(yardsticks.sign_per_s, 0),
            sha256_mib_per_core_s: rounded(yardsticks.sha256_mib_per_s, 0),
            synced_write_ms_p50: yardsticks.synced_write_ms_p50,
            limit_ratio: rounded(rate / limit, 4),
            height: checked.height,
            state_roots_equal: checked.roots_differ.is_none(),
            invariants_ok: checked.invariant_broken.is_none(),
        }
    }
}

/// Divides by the committed transactions; nothing per transaction where there are none.
struct PerTx(f64);

impl PerTx {
    fn of(&self, amount: f64, decimals: i32) -> f64 {
        if self.0 > 0.0 { rounded(amount / self.0, decimals) } else { 0.0 }
    }
}

fn percentiles(latencies: &Latencies) -> LatencyMs {
    LatencyMs {
        p50: latencies.percentile_ms(50.0),
        p95: latencies.percentile_ms(95.0),
        p99: latencies.percentile_ms(99.0),
        p999: latencies.percentile_ms(99.9),
        max: latencies.max_ms(),
        count: latencies.count(),
    }
}

fn cpu_by_process(used: &Used, per_tx: &PerTx) -> BTreeMap<String, f64> {
    used.cpu_ms.iter().map(|(name, ms)| (name.clone(), per_tx.of(float(*ms), 4))).collect()
}

fn bytes(used: &Used, per_tx: &PerTx) -> BytesPerTx {
    BytesPerTx {
        wire: per_tx.of(float(used.wire), 0),
        disk: per_tx.of(float(used.disk), 0),
        data_growth: per_tx.of(used.data_growth as f64, 0),
        disk_source: if used.disk_is_written { "write_bytes" } else { "data_growth" },
    }
}

fn by_name(values: Vec<(String, f64)>) -> BTreeMap<String, f64> {
    values.into_iter().map(|(name, value)| (name, rounded(value, 1))).collect()
}

/// Counts of a run stay far below the integers that a float holds exactly.
fn float(number: impl TryInto<u64>) -> f64 {
    number.try_into().map_or(f64::MAX, |number: u64| number as f64)
}

fn rounded(number: f64, decimals: i32) -> f64 {
    let scale = 10_f64.powi(decimals);
    (number * scale).round() / scale
}
