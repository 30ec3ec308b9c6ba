//! `tally-testnet`: many machines on one desk, as one command.
#![forbid(unsafe_code)]

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context;
use clap::{Parser, Subcommand};
use tally_testnet::bench::{self, BenchOptions};
use tally_testnet::canaries::{self, CanaryOptions};
use tally_testnet::demo::{self, DemoOptions};
use tally_testnet::hostile::{self, HostileOptions};
use tally_testnet::probe::{self, ProbeOptions};
use tokio::signal::unix::{SignalKind, signal};

/// Local networks of real nodes, and the demo that runs on one.
#[derive(Debug, Parser)]
#[command(version)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Four banks, one ledger: an invoice becomes cash, on real processes
    #[command(args_override_self = true)]
    Demo(DemoOptions),
    /// Check what a demo's `--json` promises
    CheckSummary {
        /// The file
        file: PathBuf,
        /// The largest median latency of a discount that passes, in milliseconds
        #[arg(long, value_name = "MS")]
        p50_ms_max: Option<f64>,
    },
    /// A load on a fresh network, measured: one report
    #[command(args_override_self = true)]
    Bench(Box<BenchOptions>),
    /// Check what every report of a load promises
    CheckReport {
        /// The file
        file: PathBuf,
    },
    /// Secrets that each have their readers, and a search for each of them everywhere else
    #[command(args_override_self = true)]
    Canaries(CanaryOptions),
    /// Forbidden and absent ids of every kind: whether a stranger can tell one from the other
    #[command(args_override_self = true)]
    Probe(ProbeOptions),
    /// A network under attack: whether honest members keep their service
    #[command(args_override_self = true)]
    Hostile(Box<HostileOptions>),
    /// The attackers' part of it
    #[command(hide = true)]
    Attack {
        /// Their orders
        file: PathBuf,
    },
    /// What the binaries are made of, as CycloneDX 1.6
    Sbom {
        /// Folder of the workspace
        #[arg(long, value_name = "DIR", default_value = ".")]
        root: PathBuf,
    },
}

#[tokio::main]
async fn main() -> anyhow::Result<ExitCode> {
    match Arguments::parse().command {
        Command::Demo(options) => run_demo(&options).await,
        Command::CheckSummary { file, p50_ms_max } => check_summary(&file, p50_ms_max),
        Command::Bench(options) => run_bench(&options).await,
        Command::CheckReport { file } => check_report(&file),
        Command::Canaries(options) => {
            run_check(async {
                canaries::run(&options).await.map(|report| (report.table(), report.is_good()))
            })
            .await
        }
        Command::Probe(options) => {
            run_check(async { probe::run(&options).await.map(|report| (report.table(), report.is_good())) })
                .await
        }
        Command::Hostile(options) => run_hostile(&options).await,
        Command::Attack { file } => {
            println!("{}", serde_json::to_string(&hostile::attack::run(&file).await?)?);
            Ok(ExitCode::SUCCESS)
        }
        Command::Sbom { root } => {
            print!("{}", tally_testnet::sbom::of_workspace(&root)?);
            Ok(ExitCode::SUCCESS)
        }
    }
}

/// A check that prints its table, until it ended or somebody ends it, which ends its nodes too.
async fn run_check<E>(check: impl Future<Output = Result<(String, bool), E>>) -> anyhow::Result<ExitCode>
where
    E: std::error::Error + Send + Sync + 'static,
{
    let mut terminate = signal(SignalKind::terminate())?;
    let mut hang_up = signal(SignalKind::hangup())?;
    tokio::select! {
        told = check => {
            let (table, is_good) = told?;
            println!("{table}");
            return Ok(if is_good { ExitCode::SUCCESS } else { ExitCode::FAILURE });
        }
        _ = tokio::signal::ctrl_c() => {}
        _ = terminate.recv() => {}
        _ = hang_up.recv() => {}
    }
    Ok(ExitCode::from(130))
}

/// Until it ended or somebody ends it, which ends its nodes too.
async fn run_bench(options: &BenchOptions) -> anyhow::Result<ExitCode> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut hang_up = signal(SignalKind::hangup())?;
    tokio::select! {
        code = bench::run(options) => return Ok(code?),
        _ = tokio::signal::ctrl_c() => {}
        _ = terminate.recv() => {}
        _ = hang_up.recv() => {}
    }
    Ok(ExitCode::from(130))
}

/// Until it ended or somebody ends it, which ends its nodes and attackers too.
async fn run_hostile(options: &HostileOptions) -> anyhow::Result<ExitCode> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut hang_up = signal(SignalKind::hangup())?;
    tokio::select! {
        code = hostile::run(options) => return Ok(code?),
        _ = tokio::signal::ctrl_c() => {}
        _ = terminate.recv() => {}
        _ = hang_up.recv() => {}
    }
    Ok(ExitCode::from(130))
}

fn check_report(file: &Path) -> anyhow::Result<ExitCode> {
    Ok(told(&bench::broken_promises(&read_json(file)?)))
}

/// Until it ended or somebody ends it.
async fn run_demo(options: &DemoOptions) -> anyhow::Result<ExitCode> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut hang_up = signal(SignalKind::hangup())?;
    // Whatever ends first: dropping the demo ends its nodes.
    let code = tokio::select! {
        told = demo::run(options) => match told {
            Ok(()) => ExitCode::SUCCESS,
            // It has told what and where already.
            Err(_) => ExitCode::FAILURE,
        },
        _ = tokio::signal::ctrl_c() => ended_by_hand(options),
        _ = terminate.recv() => ended_by_hand(options),
        _ = hang_up.recv() => ended_by_hand(options),
    };
    Ok(code)
}

/// Ending a network that only waits is its regular end; 130 says that `--exit` did not get to its end.
fn ended_by_hand(options: &DemoOptions) -> ExitCode {
    eprintln!("\nending the nodes");
    if options.exit { ExitCode::from(130) } else { ExitCode::SUCCESS }
}

fn check_summary(file: &Path, p50_ms_max: Option<f64>) -> anyhow::Result<ExitCode> {
    Ok(told(&demo::broken_promises(&read_json(file)?, p50_ms_max)))
}

fn read_json(file: &Path) -> anyhow::Result<serde_json::Value> {
    let text = std::fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
    Ok(serde_json::from_str(&text)?)
}

fn told(broken: &[String]) -> ExitCode {
    broken.iter().for_each(|promise| eprintln!("not kept: {promise}"));
    if broken.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
