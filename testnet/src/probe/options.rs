//! What a probe can be told.

use std::path::PathBuf;

use clap::Args;

/// Random and forbidden ids of every readable kind, asked by a member that has nothing to do with any of them.
#[derive(Debug, Clone, Args)]
pub struct ProbeOptions {
    /// Questions in all, half of them about what is there and forbidden, half about what is not there
    #[arg(long, value_name = "COUNT", default_value_t = 10_000, value_parser = clap::value_parser!(u32).range(100..=1_000_000))]
    pub ids: u32,
    /// Chooses ids and their order; random and printed unless given
    #[arg(long, value_name = "NUMBER")]
    pub seed: Option<u64>,
    /// Write the result here too, as JSON
    #[arg(long, value_name = "FILE")]
    pub json: Option<PathBuf>,
    /// Keep the network's files here
    #[arg(long, value_name = "DIR", default_value = "testnet/.probe")]
    pub run_dir: PathBuf,
}
