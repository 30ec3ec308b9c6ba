//! A hostile minute: a fresh network with TLS, honest members at work, and attackers at every port.
//!
//! Quiet first, attack then, and a look afterwards at what is left. Attackers run as a process of their own that gets
//! the processor only while nobody else wants it, because they share this machine's cores with the nodes and would have their
//! own elsewhere: what is measured is what the nodes let them take.

pub mod attack;
mod error;
mod honest;
mod machine;
mod options;
mod report;

use std::collections::BTreeMap;
use std::path::Path;
use std::process::{ExitCode, Stdio};
use std::time::Duration;

use tally_contracts::types::BusinessDate;
use tokio::process::Command;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep};

pub use error::HostileError;
pub use options::HostileOptions;
pub use report::Report;

use crate::demo::{cast, own_folder};
use crate::limits::READY_MAX;
use crate::network::{ClockPlan, Network, NetworkError, Node, NodeKind, Plan, TlsPlan};
use attack::{Attacked, Orders, Target};
use honest::{Honest, Served};
use machine::Holding;
use report::{FILES_LEFT_MAX, Phase};

/// The chain's first day, a Monday. Its clock runs as fast as ours, so that no due date comes.
const FIRST_DAY: (i32, u32, u32) = (2026, 2, 9);
/// The nodes' own defaults.
const HEARTBEAT_MS: u64 = 5_000;
const REQUEST_TIMEOUT_MS: u64 = 30_000;
/// Transactions a second of the member whose latency counts.
const HONEST_PER_SECOND: u64 = 20;
/// What each of four members may hand in, and a little more.
const WARMUP_PER_SECOND: u64 = 180;
/// From the last act of an attack until what it opened is gone: handshakes, greetings and pings have run out.
const SETTLE_MAX: Duration = Duration::from_secs(75);
/// Between two looks at that.
const SETTLE_LOOK: Duration = Duration::from_secs(1);
/// After the warm-up, until members may hand in at once again what they may.
const REST: Duration = Duration::from_secs(3);

/// Runs it; the exit code says whether every bound was kept. Whoever calls this ends it early by dropping the future.
pub async fn run(options: &HostileOptions) -> Result<ExitCode, HostileError> {
    let report = measure(options).await?;
    println!("{}", report.table());
    if let Some(path) = &options.json {
        let json =
            serde_json::to_string_pretty(&report).expect("a report holds only texts, numbers and booleans");
        let failed = |source| HostileError::Report { path: path.clone(), source };
        std::fs::write(path, json + "\n").map_err(failed)?;
    }
    Ok(if report.is_kept() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// The same, without saying anything.
pub async fn measure(options: &HostileOptions) -> Result<Report, HostileError> {
    let mut network = Network::create(plan(options)?)?;
    eprintln!("four validators start; everything lies in {}", network.layout().root.display());
    network.start()?;
    network.wait_ready(|_, _| {}).await?;
    if options.warmup > 0 {
        eprintln!("four members hand in all they may for {} s", options.warmup);
        warm_up(&network, options.warmup).await?;
    }
    eprintln!("the quiet value: {} s", options.quiet);
    let pids = machine::pids(&network);
    let (quiet, _) = phase(&network, options, options.quiet, None).await?;
    let before = machine::now(&pids);
    eprintln!("the attack: {} s", options.seconds);
    let orders = write_orders(&network, options)?;
    let (attacked, attack) = phase(&network, options, options.seconds, Some(&orders)).await?;
    eprintln!("what is left of it");
    let after = settle(&pids, &before).await;
    let (attack, newcomers) = attack.unwrap_or_default();
    let mut report = Report {
        conditions: conditions(options),
        quiet,
        attacked,
        after: report::held(&after),
        attack: attack.counts,
        attack_cpu_ms: attack.cpu_ms,
        crashed: crashed(&mut network),
        state_roots_equal: roots_are_equal(&mut network).await?,
        ..Report::default()
    };
    report.with_newcomers(&newcomers);
    report.judge(&before);
    network.stop()?;
    Ok(report)
}

fn plan(options: &HostileOptions) -> Result<Plan, NetworkError> {
    let (year, month, day) = FIRST_DAY;
    let mut members = cast::members()?;
    for member in &mut members {
        member.node = member.node.filter(|node| *node == NodeKind::Validator);
    }
    Ok(Plan {
        chain_id: "tally-hostile".to_owned(),
        members,
        clock: ClockPlan {
            first_day: BusinessDate::from_ymd(year, month, day).unwrap_or_default(),
            speed: 1,
        },
        is_distant: false,
        tls: TlsPlan::Nodes,
        folder: options.run_dir.clone(),
        heartbeat_ms: HEARTBEAT_MS,
        request_timeout_ms: REQUEST_TIMEOUT_MS,
        member_transactions_per_second: None,
        log_filter: None,
        binaries: own_folder(),
    })
}

/// A task that acts until it is told to stop.
type Acting = JoinHandle<Result<Served, HostileError>>;

fn act(
    network: &Network,
    member: &str,
    per_second: u64,
    stop: &watch::Receiver<bool>,
) -> Result<Acting, HostileError> {
    let honest = Honest::new(network, cast::id(member), cast::id(cast::TIER_1))?;
    Ok(tokio::spawn(honest.act(per_second, stop.clone())))
}

async fn warm_up(network: &Network, seconds: u64) -> Result<(), HostileError> {
    let (stop, stopped) = watch::channel(false);
    let banks = [cast::EAST, cast::WEST, cast::NORTH, cast::SOUTH];
    let acting: Vec<Acting> =
        banks.iter().map(|bank| act(network, bank, WARMUP_PER_SECOND, &stopped)).collect::<Result<_, _>>()?;
    sleep(Duration::from_secs(seconds)).await;
    stop.send_replace(true);
    for acting in acting {
        acting.await??;
    }
    sleep(REST).await;
    Ok(())
}

type Attack = (Attacked, honest::Newcomers);

/// Honest members at work for so long, with attackers where there are orders for them.
async fn phase(
    network: &Network,
    options: &HostileOptions,
    seconds: u64,
    orders: Option<&Path>,
) -> Result<(Phase, Option<Attack>), HostileError> {
    let pids = machine::pids(network);
    let (stop, stopped) = watch::channel(false);
    let before: u64 = cpu_ms(&machine::now(&pids));
    let looking = tokio::spawn(machine::most(pids.clone(), stopped.clone()));
    let honest = act(network, cast::EAST, HONEST_PER_SECOND, &stopped)?;
    let business: Vec<Acting> = [cast::WEST, cast::SOUTH]
        .iter()
        .filter(|_| options.business > 1)
        .map(|bank| act(network, bank, options.business / 2, &stopped))
        .collect::<Result<_, _>>()?;
    let attack = match orders {
        None => {
            sleep(Duration::from_secs(seconds)).await;
            None
        }
        Some(orders) => {
            let newcomers = honest::newcomers(network, cast::id(cast::TIER_2), stopped.clone());
            tokio::pin!(newcomers);
            let attacking = carry_out(network, orders);
            tokio::pin!(attacking);
            let attacked = tokio::select! {
                attacked = &mut attacking => attacked?,
                // it only ends when it is told to
                ended = &mut newcomers => return Err(ended.err().unwrap_or(HostileError::NoNode)),
            };
            stop.send_replace(true);
            Some((attacked, newcomers.await?))
        }
    };
    stop.send_replace(true);
    let served = honest.await??;
    for acting in business {
        acting.await??;
    }
    let most = looking.await?;
    let spent = cpu_ms(&machine::now(&pids)).saturating_sub(before);
    Ok((Phase::of(seconds, &served, &most, spent), attack))
}

fn cpu_ms(holdings: &[Holding]) -> u64 {
    holdings.iter().map(|holding| holding.cpu_ms).sum()
}

fn write_orders(network: &Network, options: &HostileOptions) -> Result<std::path::PathBuf, HostileError> {
    let layout = network.layout();
    let target = |node: &Node| Target {
        url: node.url(),
        api: node.addresses.api,
        consensus: node.addresses.consensus,
        gossip: node.addresses.gossip,
    };
    let orders = Orders {
        authority: layout.authority(),
        chain_id: network.plan().chain_id.clone(),
        member: cast::NORTH.to_owned(),
        key_file: layout.member_key(cast::NORTH),
        passphrase_file: layout.member_passphrase(),
        owner: cast::TIER_1.to_owned(),
        nodes: network.nodes().iter().map(target).collect(),
        seconds: options.seconds,
        connections: usize::try_from(options.connections).unwrap_or(usize::MAX),
        addresses: options.addresses,
        opening_per_second: 300,
        slow: 40,
        resetters: 2,
        reset_batches_per_second: 60,
        malformed_per_second: 20,
        callers: 40,
        calls_per_second: 60,
    };
    let path = layout.root.join("orders.json");
    let failed = |source| HostileError::Orders { path: path.clone(), source };
    let json = serde_json::to_string_pretty(&orders).map_err(|error| failed(error.into()))?;
    std::fs::write(&path, json).map_err(failed)?;
    Ok(path)
}

/// Runs the attackers as a process of their own, all its threads under `SCHED_IDLE` (sched(7)).
async fn carry_out(network: &Network, orders: &Path) -> Result<Attacked, HostileError> {
    let failed = |what: String| HostileError::Attackers { what };
    let output = Command::new("chrt")
        .args(["--idle", "0"])
        .arg(network.binary("tally-testnet"))
        .arg("attack")
        .arg(orders)
        .stdin(Stdio::null())
        .stderr(Stdio::inherit())
        .kill_on_drop(true)
        .output()
        .await
        .map_err(|error| failed(format!("chrt, of util-linux: {error}")))?;
    if !output.status.success() {
        return Err(failed(output.status.to_string()));
    }
    serde_json::from_slice(&output.stdout).map_err(|error| failed(error.to_string()))
}

/// What the nodes hold once they gave everything back, or when the time for that is over.
async fn settle(pids: &[u32], before: &[Holding]) -> Vec<Holding> {
    let begun = Instant::now();
    loop {
        let after = machine::now(pids);
        let is_back =
            after.iter().zip(before).all(|(after, before)| after.files <= before.files + FILES_LEFT_MAX);
        if is_back || begun.elapsed() > SETTLE_MAX {
            return after;
        }
        sleep(SETTLE_LOOK).await;
    }
}

/// Nodes that ended by themselves, or said that something of theirs panicked.
fn crashed(network: &mut Network) -> Vec<String> {
    let ended = network.check_running().err().map(|error| error.to_string());
    let panicked = network.nodes().iter().filter(|node| {
        std::fs::read_to_string(node.files.log()).is_ok_and(|log| log.contains("panicked at"))
    });
    ended.into_iter().chain(panicked.map(|node| node.name.clone())).collect()
}

/// At a height that all nodes have reached.
async fn roots_are_equal(network: &mut Network) -> Result<bool, HostileError> {
    let height = network.height(0).await.unwrap_or_default();
    let mut roots = std::collections::BTreeSet::new();
    for index in 0..network.nodes().len() {
        network.wait_height(index, height, READY_MAX).await?;
        let block = network.node(index)?.client()?.block(height).await?;
        roots.insert(block.header.map(|header| header.state_root));
    }
    Ok(roots.len() == 1)
}

fn conditions(options: &HostileOptions) -> BTreeMap<String, String> {
    let cores = std::thread::available_parallelism().map_or(0, std::num::NonZero::get);
    BTreeMap::from([
        (
            "machine".to_owned(),
            format!("{cores} cores for four validators, honest members and attackers (SCHED_IDLE)"),
        ),
        ("network".to_owned(), "4 validators, TLS, default limits, loopback".to_owned()),
        (
            "honest".to_owned(),
            format!("{HONEST_PER_SECOND} transactions/s of one member, {} of two others", options.business),
        ),
        (
            "attackers".to_owned(),
            format!("{} connections from {} addresses", options.connections, options.addresses),
        ),
    ])
}
