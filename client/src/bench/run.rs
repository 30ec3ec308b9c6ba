//! One run: yardsticks, setup, load, checks, report.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::{Duration, Instant};

use super::cast::Cast;
use super::checks::{Checked, check};
use super::engine::{Engine, Loaded, Times};
use super::error::BenchError;
use super::limits::{DRAIN_MAX, SETUP_OUTSTANDING, SPARES_MAX};
use super::machine::Machine;
use super::network::NetworkFile;
use super::options::LoadOptions;
use super::pace::{Pace, Schedule};
use super::probe::{Probe, Sample, Used, mib};
use super::report::{BytesPerTx, LatencyMs, MemoryMib, Report};
use super::setup::{agreements, preload};
use super::tally::{Tally, Totals};
use super::workload;
use super::world::World;
use super::yardstick::{Yardsticks, measure};
use crate::sdk::Client;

/// What the parts of a run found.
struct Found {
    started_at: String,
    members: usize,
    setup_s: f64,
    yardsticks: Yardsticks,
    window: Tally,
    totals: Totals,
    unanswered: u64,
    used: Used,
    memory: Vec<(String, f64)>,
    checked: Checked,
}

/// Runs a load on the network of `folder`. `progress` hears what is being done.
///
/// The report is given even where it is not to be believed; [`Report::verdict`] says whether it is.
pub async fn run(
    folder: &Path,
    options: &LoadOptions,
    progress: impl Fn(&str),
) -> Result<Report, BenchError> {
    let started_at = jiff::Timestamp::now().to_string();
    let network = NetworkFile::read(folder)?;
    let urls: Vec<String> = network.nodes.iter().map(|node| node.url.clone()).collect();
    progress("opening the members' keys");
    let cast = Cast::open(&network)?;
    progress("measuring this machine's signatures, hashes and synced writes");
    let yardsticks = measure(&cast, folder)?;
    let client = Client::new(&urls)?;
    let world = World::new(cast, options.seed, client.today().await?, client.tip().await?.height)?;
    let members = world.cast.len();
    let mut engine = Engine::new(world, &urls)?;

    progress(&format!("preparing {} open tranches by real transactions", options.preload()));
    let begun = Instant::now();
    let agreements = agreements(&mut engine.world)?;
    engine.finish(agreements, SETUP_OUTSTANDING).await?;
    engine.finish(preload(options.preload()), SETUP_OUTSTANDING).await?;
    let lanes = usize::try_from(options.lanes()).unwrap_or(usize::MAX);
    // An open loop that keeps up uses few of its lanes.
    let spares = workload::spares(options.workload, lanes.min(SPARES_MAX));
    engine.finish(spares, SETUP_OUTSTANDING).await?;
    let setup_s = begun.elapsed().as_secs_f64();

    let (warmup, seconds) = (options.warmup, options.seconds);
    progress(&format!("load: {} for {warmup} s and then {seconds} s", options.workload.name()));
    let probe = Probe::new(&network);
    let (Loaded { window, unanswered }, used) = load(&mut engine, options, &probe).await?;
    let memory = probe.memory_peak_mib();
    progress("asking every node for its state root and all invariants");
    let checked = check(&network).await?;
    let totals = engine.totals;
    let found =
        Found { started_at, members, setup_s, yardsticks, window, totals, unanswered, used, memory, checked };
    Ok(report(options, &network, found))
}

async fn load(
    engine: &mut Engine,
    options: &LoadOptions,
    probe: &Probe,
) -> Result<(Loaded, Used), BenchError> {
    let begun = Instant::now();
    let from = begun + Duration::from_secs(options.warmup);
    let times = Times { from, until: from + Duration::from_secs(options.seconds) };
    let pace = match options.rate {
        Some(rate) => Pace::Open(Schedule::new(begun, times.until, rate)),
        None => Pace::Closed,
    };
    let lanes = (0..options.lanes()).map(|_| workload::lane(options.workload)).collect();
    let mut samples: Vec<Sample> = Vec::new();
    let loaded = engine.load(lanes, pace, times, || samples.push(probe.sample())).await?;
    let used = match samples.as_slice() {
        [first, .., last] => last.since(first),
        [] | [_] => return Err(BenchError::NothingCommitted),
    };
    Ok((loaded, used))
}

fn report(options: &LoadOptions, network: &NetworkFile, found: Found) -> Report {
    let Found { window, totals, used, yardsticks, checked, .. } = found;
    let validators = network.nodes.iter().filter(|node| node.validator).count();
    let committed = float(window.applied);
    let per_tx = |amount: f64| if window.applied == 0 { 0.0 } else { amount / committed };
    let committed_tx_per_s = committed / used.seconds;
    let machine = Machine::here();
    let limit = float(machine.cores) * yardsticks.batch_per_s / float(validators.max(1));
    let percentile = |percentile: f64| window.latencies.percentile_ms(percentile);
    let cpu_ms_per_tx_by_process: BTreeMap<String, f64> =
        used.cpu_ms.iter().map(|(name, ms)| (name.clone(), rounded(per_tx(float(*ms)), 4))).collect();
    Report {
        started_at: found.started_at,
        version: env!("CARGO_PKG_VERSION").to_owned(),
        commit: options.commit.clone(),
        workload: options.workload.name().to_owned(),
        validators,
        members: found.members,
        outstanding: options.lanes(),
        rate: options.rate,
        warmup: options.warmup,
        seconds: rounded(used.seconds, 3),
        seed: options.seed,
        preloaded_tranches: options.preload(),
        setup_s: rounded(found.setup_s, 1),
        live_tranches: totals.live_tranches,
        committed: window.applied,
        committed_by_action: window.by_action,
        committed_tx_per_s: rounded(committed_tx_per_s, 1),
        refused: totals.refused,
        unanswered: found.unanswered,
        latency_ms: LatencyMs {
            p50: percentile(50.0),
            p95: percentile(95.0),
            p99: percentile(99.0),
            p999: percentile(99.9),
            max: window.latencies.max_ms(),
            count: window.latencies.count(),
        },
        cpu_ms_per_tx: rounded(per_tx(float(used.cpu_ms.iter().map(|(_, ms)| ms).sum::<u64>())), 4),
        cpu_ms_per_tx_by_process,
        bytes_per_tx: BytesPerTx {
            wire: rounded(per_tx(float(used.wire)), 0),
            disk: rounded(per_tx(float(used.disk)), 0),
            data_growth: rounded(per_tx(used.data_growth as f64), 0),
            disk_source: if used.disk_is_written { "write_bytes" } else { "data_growth" },
        },
        tx_per_block: rounded(committed / float(window.heights.len().max(1)), 1),
        blocks: window.heights.len(),
        memory_mib: MemoryMib {
            begin: rounded(mib(used.memory_kib_before), 1),
            end: rounded(mib(used.memory_kib_after), 1),
        },
        memory_peak_mib: rounded(found.memory.iter().map(|(_, mib)| mib).sum(), 1),
        memory_peak_mib_by_process: found
            .memory
            .into_iter()
            .map(|(name, mib)| (name, rounded(mib, 1)))
            .collect(),
        machine,
        ed25519_single_per_core_s: rounded(yardsticks.single_per_s, 0),
        ed25519_batch_per_core_s: rounded(yardsticks.batch_per_s, 0),
        ed25519_sign_per_core_s: rounded(yardsticks.sign_per_s, 0),
        sha256_mib_per_core_s: rounded(yardsticks.sha256_mib_per_s, 0),
        synced_write_ms_p50: yardsticks.synced_write_ms_p50,
        limit_ratio: rounded(committed_tx_per_s / limit, 4),
        height: checked.height,
        state_roots_equal: checked.roots_differ.is_none(),
        invariants_ok: checked.invariant_broken.is_none(),
    }
}

impl Report {
    /// Whether the run is to be believed.
    pub fn verdict(&self) -> Result<(), BenchError> {
        let refusals: u64 = self.refused.values().sum();
        if refusals > 0 {
            let reasons: Vec<String> =
                self.refused.iter().map(|(reason, count)| format!("{count} {reason}")).collect();
            return Err(BenchError::Refusals { count: refusals, reasons: reasons.join(", ") });
        }
        if self.unanswered > 0 {
            let (count, seconds) = (self.unanswered, DRAIN_MAX.as_secs());
            return Err(BenchError::Unanswered { count, seconds });
        }
        if self.committed == 0 {
            return Err(BenchError::NothingCommitted);
        }
        if !self.state_roots_equal {
            return Err(BenchError::RootsDiffer { height: self.height });
        }
        if !self.invariants_ok {
            return Err(BenchError::InvariantBroken);
        }
        Ok(())
    }
}

/// Counts of a run stay far below the integers that a float holds exactly.
fn float(number: impl TryInto<u64>) -> f64 {
    number.try_into().map_or(f64::MAX, |number: u64| number as f64)
}

fn rounded(number: f64, decimals: i32) -> f64 {
    let scale = 10_f64.powi(decimals);
    (number * scale).round() / scale
}

#[cfg(test)]
mod tests {
    use super::super::report::tests::report;
    use super::*;

    #[test]
    fn a_run_that_is_not_to_be_believed_fails_by_its_reason() {
        assert!(report().verdict().is_ok());
        let refused = BTreeMap::from([("NOT_HOLDER".to_owned(), 2)]);
        let said = Report { refused, ..report() }.verdict().unwrap_err().to_string();
        assert!(said.contains("2 NOT_HOLDER"), "{said}");
        assert!(matches!(
            Report { unanswered: 1, ..report() }.verdict(),
            Err(BenchError::Unanswered { count: 1, .. })
        ));
        assert!(matches!(Report { committed: 0, ..report() }.verdict(), Err(BenchError::NothingCommitted)));
        let unequal = Report { state_roots_equal: false, ..report() };
        assert!(matches!(unequal.verdict(), Err(BenchError::RootsDiffer { height: 500 })));
        let broken = Report { invariants_ok: false, ..report() };
        assert!(matches!(broken.verdict(), Err(BenchError::InvariantBroken)));
    }
}
