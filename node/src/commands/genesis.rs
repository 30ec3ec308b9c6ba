//! `tallyd genesis`: makes, hashes and checks genesis documents.

use super::error::{CommandError, io};
use crate::genesis_file::{self, GenesisDocument, show_time};
use clap::{Args, Subcommand};
use std::fs;
use std::path::{Path, PathBuf};
use tally_contracts::Genesis;

#[derive(Subcommand)]
pub(super) enum GenesisCommand {
    /// Make a complete document from a short one
    #[command(after_help = "Examples:\n  tallyd genesis new --example > spec.toml\n  \
        tallyd genesis new --spec spec.toml --out genesis.toml\n  \
        tallyd genesis new --spec spec.toml --chain-id trial-2 --speed 3600 --out genesis.toml")]
    New(New),
    /// Print the hash that every operator compares before the first start
    #[command(after_help = "Examples:\n  tallyd genesis hash genesis.toml")]
    Hash(File),
    /// Check a document and say what it founds
    #[command(after_help = "Examples:\n  tallyd genesis check genesis.toml")]
    Check(File),
}

#[derive(Args)]
pub(super) struct New {
    /// The short document; its keys may be file:PATH of key files, relative to it
    #[arg(long, value_name = "FILE", required_unless_present = "example")]
    spec: Option<PathBuf>,
    /// Prints a short document to start from
    #[arg(long, conflicts_with = "spec")]
    example: bool,
    /// Replaces the short document's chain id
    #[arg(long)]
    chain_id: Option<String>,
    /// Replaces clock.chain_start: a date, or a time with its offset
    #[arg(long, value_name = "TIME")]
    chain_start: Option<String>,
    /// Replaces clock.speed: chain seconds per real second, more than 1 for demonstrations only
    #[arg(long)]
    speed: Option<u32>,
    /// The document to make; without it, it goes to standard output
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

#[derive(Args)]
pub(super) struct File {
    /// The genesis document
    file: PathBuf,
}

const EXAMPLE: &str = include_str!("genesis_example.toml");

impl GenesisCommand {
    pub(super) fn run(self) -> Result<(), CommandError> {
        match self {
            Self::New(new) => new.run(),
            Self::Hash(File { file }) => {
                println!("{}", genesis_file::load(&file)?.hash());
                Ok(())
            }
            Self::Check(File { file }) => {
                describe(&genesis_file::load(&file)?);
                Ok(())
            }
        }
    }
}

impl New {
    fn run(self) -> Result<(), CommandError> {
        let Some(spec) = &self.spec else {
            print!("{EXAMPLE}");
            return Ok(());
        };
        let text = fs::read_to_string(spec).map_err(io(spec, "read"))?;
        let document = genesis_file::complete(spec, self.with_flags(genesis_file::parse(spec, &text)?))?;
        let text = genesis_file::to_toml(&document);
        match &self.out {
            None => print!("{text}"),
            Some(out) => {
                write_new(out, &text)?;
                eprintln!("made {} with hash {}", out.display(), genesis_file::load(out)?.hash());
            }
        }
        Ok(())
    }

    fn with_flags(&self, mut document: GenesisDocument) -> GenesisDocument {
        if let Some(chain_id) = &self.chain_id {
            document.chain_id.clone_from(chain_id);
        }
        if let Some(start) = &self.chain_start {
            document.clock.chain_start.clone_from(start);
        }
        document.clock.speed = self.speed.unwrap_or(document.clock.speed);
        document
    }
}

/// A genesis document that others may have hashed is never replaced.
fn write_new(out: &Path, text: &str) -> Result<(), CommandError> {
    use std::io::Write;
    let mut file = fs::File::create_new(out).map_err(io(out, "create"))?;
    file.write_all(text.as_bytes()).map_err(io(out, "write"))
}

fn describe(genesis: &Genesis) {
    let (clock, set) = (&genesis.clock, &genesis.validators);
    let total: u64 = set.validators.iter().map(|one| one.power).sum();
    println!("hash        {}", genesis.hash());
    println!("chain id    {}", genesis.chain_id);
    println!("chain time  starts at {} with speed {}", show_time(clock.chain_start), clock.speed);
    println!("real time   starts at {}", show_time(clock.real_start));
    println!("policies    {}", genesis.policies.len());
    println!("members     {}", genesis.members.len());
    for validator in &set.validators {
        println!(
            "validator   {} {} power {} of {total}",
            validator.member, validator.consensus_key, validator.power
        );
    }
    for observer in &set.observers {
        println!("observer    {} {}", observer.member, observer.peer_key);
    }
}
