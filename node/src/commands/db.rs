//! `tallyd db`: looks after the ledger on disk, while the node is stopped.

use super::error::CommandError;
use super::settings::ConfigArguments;
use super::verify::verify;
use crate::genesis_file;
use crate::storage::{Database, Identity};
use clap::{Args, Subcommand};

#[derive(Subcommand)]
pub(super) enum DbCommand {
    /// Check every block, certificate and record from genesis to the tip
    #[command(after_help = "The node must be stopped. Nothing is repaired.\n\n\
        Examples:\n  tallyd db verify --config tallyd.toml")]
    Verify(Verify),
}

#[derive(Args)]
pub(super) struct Verify {
    #[command(flatten)]
    config: ConfigArguments,
}

impl DbCommand {
    pub(super) fn run(self) -> Result<(), CommandError> {
        match self {
            Self::Verify(verify) => verify.run(),
        }
    }
}

impl Verify {
    fn run(self) -> Result<(), CommandError> {
        let config = self.config.load()?.config;
        let genesis = genesis_file::load(&config.genesis)?;
        if !config.data_dir.join("db").is_dir() {
            return Err(CommandError::NoLedger { directory: config.data_dir });
        }
        let chain_id = genesis.chain_id.to_string();
        let identity = Identity { chain_id, genesis_hash: genesis.hash().0 };
        let database = Database::open(&config.data_dir, &identity)?;
        let database = database.with_tree_memory(config.storage.tree_memory_bytes());
        let report = verify(&database.view(), &genesis, |height, tip| {
            eprintln!("checked {height} of {tip} blocks");
        })?;
        println!("ok: {} blocks, {} records", report.blocks, report.records);
        println!("tip        {}", report.height);
        println!("block id   {}", report.block_id);
        println!("state root {}", report.state_root);
        Ok(())
    }
}
