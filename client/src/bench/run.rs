//! One run: yardsticks, setup, load, checks, report.

use std::path::Path;
use std::time::{Duration, Instant};

use super::cast::Cast;
use super::checks::check;
use super::engine::{Engine, Loaded, Times};
use super::error::BenchError;
use super::found::Found;
use super::limits::{LOOK_EVERY, SETUP_OUTSTANDING, SPARES_MAX};
use super::network::NetworkFile;
use super::options::LoadOptions;
use super::pace::{Pace, Schedule};
use super::probe::{Probe, Sample, Used, mib};
use super::report::Report;
use super::setup::{agreements, preload};
use super::tally::Tally;
use super::workload;
use super::world::World;
use super::yardstick::measure;
use crate::sdk::Client;

/// Runs a load on the network of `folder`. `progress` hears what is being done, and what is wrong.
///
/// The report is given even where it is not to be believed; [`Report::verdict`] says whether it is.
pub async fn run(
    folder: &Path,
    options: &LoadOptions,
    progress: impl Fn(&str),
) -> Result<Report, BenchError> {
    let started_at = jiff::Timestamp::now().to_string();
    let network = NetworkFile::read(folder)?;
    progress("opening the members' keys");
    let cast = Cast::open(&network)?;
    progress("measuring this machine's signatures, hashes and synced writes");
    let yardsticks = measure(&cast, folder)?;
    let urls: Vec<String> = network.nodes.iter().map(|node| node.url.clone()).collect();
    let bank = cast.banks.first().copied().expect("a cast has a bank");
    let reader = cast.reader(bank);
    let client = Client::new(&urls)?.with_reader(reader.clone());
    let world = World::new(cast, options.seed, client.today().await?, client.tip().await?.height)?;
    let members = world.cast.len();
    let mut engine = Engine::new(world, &urls)?;

    progress(&format!("preparing {} open tranches by real transactions", options.preload()));
    let begun = Instant::now();
    prepare(&mut engine, options).await?;
    let setup_s = begun.elapsed().as_secs_f64();
    let (warmup, seconds) = (options.warmup, options.seconds);
    progress(&format!("load: {} for {warmup} s and then {seconds} s", options.workload.name()));
    let probe = Probe::new(&network);
    let (loaded, samples) = load(&mut engine, options, &probe, &progress).await?;
    let used = Used::over(&samples).ok_or(BenchError::NothingCommitted)?;
    let memory_peak = probe.memory_peak_mib();
    progress("asking every node for its state root and all invariants");
    let checked = check(&network, &reader).await?;
    checked.broken().for_each(progress);
    let validators = network.nodes.iter().filter(|node| node.validator).count();
    let totals = engine.totals;
    let found = Found {
        started_at,
        members,
        validators,
        distance_ms: network.distance_ms,
        setup_s,
        yardsticks,
        loaded,
        totals,
        used,
        memory_peak,
        checked,
    };
    Ok(found.report(options))
}

/// What lies there before the load.
async fn prepare(engine: &mut Engine, options: &LoadOptions) -> Result<(), BenchError> {
    let agreements = agreements(&mut engine.world)?;
    engine.finish(agreements, SETUP_OUTSTANDING).await?;
    engine.finish(preload(options.preload()), SETUP_OUTSTANDING).await?;
    let lanes = usize::try_from(options.lanes()).unwrap_or(usize::MAX);
    // An open loop that keeps up uses few of its lanes.
    let spares = workload::spares(options.workload, lanes.min(SPARES_MAX));
    engine.finish(spares, SETUP_OUTSTANDING).await
}

async fn load(
    engine: &mut Engine,
    options: &LoadOptions,
    probe: &Probe,
    progress: impl Fn(&str),
) -> Result<(Loaded, Vec<Sample>), BenchError> {
    let begun = Instant::now();
    let from = begun + Duration::from_secs(options.warmup);
    let times = Times { from, until: from + Duration::from_secs(options.seconds) };
    let pace = match options.rate {
        Some(rate) => Pace::Open(Schedule::new(begun, times.until, rate)),
        None => Pace::Closed,
    };
    let lanes = (0..options.lanes()).map(|_| workload::lane(options.workload)).collect();
    let mut samples: Vec<Sample> = Vec::new();
    let look = |window: &Tally| {
        let sample = probe.sample();
        if from.elapsed() >= LOOK_EVERY {
            progress(&so_far(window, from.elapsed(), &sample));
        }
        samples.push(sample);
    };
    let loaded = engine.load(lanes, pace, times, look).await?;
    Ok((loaded, samples))
}

fn so_far(window: &Tally, elapsed: Duration, sample: &Sample) -> String {
    let (applied, p99, memory) =
        (window.applied, window.latencies.percentile_ms(99.0), mib(sample.memory_kib));
    format!("after {} s: {applied} applied, p99 {p99} ms, memory {memory:.0} MiB", elapsed.as_secs())
}
