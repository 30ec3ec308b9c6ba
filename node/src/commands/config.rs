//! `tallyd config`: shows what holds and why, and checks it against genesis and keys.

use super::error::{CommandError, io};
use super::settings::ConfigArguments;
use crate::config::{Loaded, agree, show};
use crate::genesis_file;
use clap::{Args, Subcommand};
use std::path::Path;
use tally_contracts::types::PublicKey;
use tally_keys::KeyHandle;

#[derive(Subcommand)]
pub(super) enum ConfigCommand {
    /// Print every value that holds
    #[command(after_help = "Examples:\n  tallyd config show --config tallyd.toml\n  \
        TALLYD_LOG__FORMAT=json tallyd config show --origin --set log.filter=debug")]
    Show(Show),
    /// Check configuration, genesis and key files, without starting
    #[command(after_help = "Examples:\n  tallyd config check --config tallyd.toml")]
    Check(Check),
}

#[derive(Args)]
pub(super) struct Show {
    /// Says behind each value where it comes from
    #[arg(long)]
    origin: bool,
    #[command(flatten)]
    config: ConfigArguments,
}

#[derive(Args)]
pub(super) struct Check {
    #[command(flatten)]
    config: ConfigArguments,
}

impl ConfigCommand {
    pub(super) fn run(self) -> Result<(), CommandError> {
        match self {
            Self::Show(Show { origin, config }) => {
                print!("{}", show(&config.sources()?.load_unchecked()?, origin));
                Ok(())
            }
            Self::Check(Check { config }) => check(&config.load()?),
        }
    }
}

fn check(loaded: &Loaded) -> Result<(), CommandError> {
    let config = &loaded.config;
    let genesis = genesis_file::load(&config.genesis)?;
    let consensus_key = config.keys.consensus.as_deref().map(stated_key).transpose()?;
    let peer_key = stated_key(config.identity_key().1)?;
    let passphrase = &config.keys.passphrase_file;
    std::fs::metadata(passphrase).map_err(io(passphrase, "read the passphrase"))?;
    agree(config, &genesis, consensus_key, peer_key).map_err(|source| CommandError::Disagreement {
        config: loaded.file.clone(),
        genesis: config.genesis.clone(),
        source,
    })?;
    println!("ok: chain {} with genesis {}", genesis.chain_id, genesis.hash());
    Ok(())
}

fn stated_key(file: &Path) -> Result<PublicKey, CommandError> {
    Ok(PublicKey(KeyHandle::inspect(file)?.to_bytes()))
}
