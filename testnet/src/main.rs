//! `tally-testnet`: many machines on one desk, as one command.

use std::process::ExitCode;

use clap::{Parser, Subcommand};
use tally_testnet::demo::{self, DemoOptions};
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
    Demo(DemoOptions),
}

#[tokio::main]
async fn main() -> anyhow::Result<ExitCode> {
    let Command::Demo(options) = Arguments::parse().command;
    let mut terminate = signal(SignalKind::terminate())?;
    let mut hang_up = signal(SignalKind::hangup())?;
    // Whatever ends first: dropping the demo ends its nodes.
    let code = tokio::select! {
        told = demo::run(&options) => match told {
            Ok(()) => ExitCode::SUCCESS,
            // It has told what and where already.
            Err(_) => ExitCode::FAILURE,
        },
        _ = tokio::signal::ctrl_c() => ended_by_hand(&options),
        _ = terminate.recv() => ended_by_hand(&options),
        _ = hang_up.recv() => ended_by_hand(&options),
    };
    Ok(code)
}

/// Ending a network that only waits is its regular end; 130 says that `--exit` did not get to its end.
fn ended_by_hand(options: &DemoOptions) -> ExitCode {
    eprintln!("\nending the nodes");
    if options.exit { ExitCode::from(130) } else { ExitCode::SUCCESS }
}
