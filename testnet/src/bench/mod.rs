//! A measured load on a fresh network: made, started, handed to `tally bench`, ended.

mod cast;
mod history;
mod options;
mod verdict;

use std::process::{ExitCode, Stdio};
use std::time::Duration;

use tally_client::bench::{MemberEntry, NetworkFile, NodeEntry};
use tally_contracts::types::BusinessDate;
use tokio::process::Command;

pub use history::HistoryError;
pub use options::BenchOptions;
pub use verdict::broken_promises;

use crate::demo::own_folder;
use crate::network::{ClockPlan, Network, NetworkError, NodeKind, Plan, Relays, TlsPlan};

/// The chain's first day, a Monday. Its clock runs as fast as ours, so that no due date comes.
const FIRST_DAY: (i32, u32, u32) = (2026, 2, 9);

/// Milliseconds after which an idle chain makes an empty block: the nodes' own default.
const HEARTBEAT_MS: u64 = 5_000;

/// Milliseconds that a node gives one request: a full check of millions of tranches takes minutes.
const REQUEST_TIMEOUT_MS: u64 = 600_000;

/// A load has few members, each of which acts for hundreds: the most that a node can be told.
const MEMBER_TRANSACTIONS_PER_SECOND: u32 = 100_000;

/// Pause between two looks at whether all nodes still run.
const LOOK: Duration = Duration::from_millis(200);

/// A failure of a measured load.
#[derive(Debug, thiserror::Error)]
pub enum BenchError {
    /// The network.
    #[error(transparent)]
    Network(#[from] NetworkError),
    /// The network's description, or the load's own trouble with it.
    #[error(transparent)]
    Load(#[from] tally_client::bench::BenchError),
    /// The program that loads.
    #[error("tally cannot be run ({0})")]
    Tally(std::io::Error),
    /// The history.
    #[error(transparent)]
    History(#[from] HistoryError),
}

/// Makes a network, loads it and ends it. Whoever calls this ends it early by dropping the future.
pub async fn run(options: &BenchOptions) -> Result<ExitCode, BenchError> {
    let mut network = Network::create(plan(options)?)?;
    let _relays = Relays::start(network.relays(), Duration::from_millis(options.latency)).await?;
    eprintln!(
        "{} validators start; everything lies in {}",
        options.validators,
        network.layout().root.display()
    );
    network.start()?;
    network.wait_ready(|_, _| {}).await?;
    describe(&network, options)?.write(&network.layout().root)?;
    let report = network.layout().root.join("report.json");
    let load = options.load(&report);
    let mut tally = Command::new(network.binary("tally"))
        .arg("bench")
        .arg("--network")
        .arg(&network.layout().root)
        .args(load.words())
        .stdin(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .map_err(BenchError::Tally)?;
    let status = loop {
        tokio::select! {
            status = tally.wait() => break status.map_err(BenchError::Tally)?,
            () = tokio::time::sleep(LOOK) => network.check_running()?,
        }
    };
    network.stop()?;
    if let Some(path) = options.load.json.as_ref().filter(|_| report.exists()) {
        history::copy(&report, path)?;
    }
    if status.success() && options.record {
        history::append(&report, &options.history)?;
        eprintln!("recorded in {}", options.history.display());
    }
    let code = status.code().and_then(|code| u8::try_from(code).ok());
    Ok(code.map_or(ExitCode::FAILURE, ExitCode::from))
}

fn plan(options: &BenchOptions) -> Result<Plan, NetworkError> {
    let (year, month, day) = FIRST_DAY;
    let first_day = BusinessDate::from_ymd(year, month, day).unwrap_or_default();
    Ok(Plan {
        chain_id: "tally-bench".to_owned(),
        members: cast::members(options.validators, options.members)?,
        clock: ClockPlan { first_day, speed: 1 },
        is_distant: options.latency > 0,
        tls: TlsPlan::Off,
        folder: options.run_dir.clone(),
        heartbeat_ms: HEARTBEAT_MS,
        request_timeout_ms: REQUEST_TIMEOUT_MS,
        member_transactions_per_second: Some(MEMBER_TRANSACTIONS_PER_SECOND),
        log_filter: None,
        binaries: own_folder(),
    })
}

/// For `tally bench`: who plays, and which processes the nodes are.
fn describe(network: &Network, options: &BenchOptions) -> Result<NetworkFile, NetworkError> {
    let (plan, layout) = (network.plan(), network.layout());
    let member = |member: &crate::network::MemberPlan| MemberEntry {
        id: member.id.to_string(),
        part: cast::part(member),
        key_file: layout.member_key(member.id.as_str()),
    };
    let node = |node: &crate::network::Node| NodeEntry {
        name: node.name.clone(),
        url: node.url(),
        pid: node.process_id().unwrap_or_default(),
        data_dir: node.files.data(),
        validator: node.kind == NodeKind::Validator,
    };
    Ok(NetworkFile {
        chain_id: plan.chain_id.clone(),
        distance_ms: options.latency,
        passphrase_file: layout.member_passphrase(),
        members: plan.members.iter().map(member).collect(),
        nodes: network.nodes().iter().map(node).collect(),
    })
}
