//! `tallyd`'s command line: one file per command, data on stdout, everything else on stderr.

mod config;
mod db;
mod doctor;
mod error;
mod genesis;
mod health;
mod init;
mod key;
mod node_address;
mod passphrase;
mod settings;
mod start;
mod verify;
#[cfg(test)]
mod verify_tests;

use clap::{Parser, Subcommand};
use error::CommandError;
use std::process::ExitCode;

const EXIT_CODES: &str = "\
Exit codes:
  0   done, or ended when asked to
  2   wrong usage, configuration, genesis or key
  8   the node does not answer, or is not healthy
  9   verification failed
  70  this machine is broken: the last log lines say how
  130 ended at once by a second signal

Every key of the configuration can be set by the environment: TALLYD_CONSENSUS__HEARTBEAT_MS=1000.
Secrets come from files, descriptors or the terminal, never from flags or the environment.

Examples:
  tallyd init --dir /srv/tally --role validator
  tallyd config check --config /srv/tally/tallyd.toml
  tallyd start --config /srv/tally/tallyd.toml
  tallyd status --config /srv/tally/tallyd.toml";

/// A node of a Tallystick ledger, and the commands of its operator.
#[derive(Parser)]
#[command(name = "tallyd", version, after_help = EXIT_CODES, disable_help_subcommand = true)]
struct Tallyd {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Make a node's folder: keys, passphrase, configuration
    Init(init::Init),
    /// Run the node until SIGINT or SIGTERM
    Start(start::Start),
    /// Say where a running node is
    Status(health::StatusCommand),
    /// Say whether a running node serves; for supervisors
    Health(health::Health),
    /// Look at everything that can go wrong, and say what to do
    Doctor(doctor::Doctor),
    /// Print version and formats
    Version,
    /// Make and show key files
    #[command(subcommand)]
    Key(key::KeyCommand),
    /// Make, hash and check genesis documents
    #[command(subcommand)]
    Genesis(genesis::GenesisCommand),
    /// Show and check the configuration
    #[command(subcommand)]
    Config(config::ConfigCommand),
    /// Look after the ledger on disk
    #[command(subcommand)]
    Db(db::DbCommand),
}

/// Runs the command that the arguments name; wrong usage ends the process with code 2.
pub fn main() -> ExitCode {
    match Tallyd::parse().command.run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("tallyd: {error}");
            ExitCode::from(error.exit_code())
        }
    }
}

impl Command {
    fn run(self) -> Result<(), CommandError> {
        match self {
            Self::Init(command) => command.run(),
            Self::Start(command) => command.run(),
            Self::Status(command) => command.run(),
            Self::Health(command) => command.run(),
            Self::Doctor(command) => command.run(),
            Self::Version => {
                version();
                Ok(())
            }
            Self::Key(command) => command.run(),
            Self::Genesis(command) => command.run(),
            Self::Config(command) => command.run(),
            Self::Db(command) => command.run(),
        }
    }
}

fn version() {
    println!("tallyd {}", env!("CARGO_PKG_VERSION"));
    println!("data format {}", crate::storage::FORMAT_VERSION);
    println!("block header {}", tally_proto::block::HEADER_VERSION);
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    fn leaves(command: &clap::Command, path: &str, found: &mut Vec<(String, String)>) {
        let path = format!("{path} {}", command.get_name());
        if command.get_subcommands().next().is_none() {
            let help = command.get_after_help().map(ToString::to_string).unwrap_or_default();
            found.push((path.clone(), help));
        }
        command.get_subcommands().for_each(|below| leaves(below, &path, found));
    }

    #[test]
    fn every_command_shows_examples_in_its_help() {
        let command = Tallyd::command();
        command.clone().debug_assert();
        let mut found = Vec::new();
        leaves(&command, "", &mut found);
        assert!(found.len() > 10);
        for (path, help) in found.iter().filter(|(path, _)| path != " tallyd version") {
            assert!(help.contains("Examples:\n  tallyd"), "{path} has no examples");
        }
    }
}
