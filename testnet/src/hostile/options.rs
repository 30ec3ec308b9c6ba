//! What a hostile minute can be told.

use std::path::PathBuf;

use clap::Args;

/// Attacks a fresh network for a while and says whether honest members kept their service.
#[derive(Debug, Clone, Args)]
pub struct HostileOptions {
    /// Seconds of the attack
    #[arg(long, value_name = "SECONDS", default_value_t = 60, value_parser = clap::value_parser!(u64).range(2..=3_600))]
    pub seconds: u64,
    /// Seconds before it in which the honest member's quiet value is measured
    #[arg(long, value_name = "SECONDS", default_value_t = 20, value_parser = clap::value_parser!(u64).range(2..=3_600))]
    pub quiet: u64,
    /// Seconds in which four members hand in all they may, so that the nodes hold what a day's nodes hold
    #[arg(long, value_name = "SECONDS", default_value_t = 30, value_parser = clap::value_parser!(u64).range(0..=3_600))]
    pub warmup: u64,
    /// Connections that the attackers hold, over all four nodes
    #[arg(long, value_name = "COUNT", default_value_t = 5_000, value_parser = clap::value_parser!(u64).range(4..=15_000))]
    pub connections: u64,
    /// Addresses from which they come
    #[arg(long, value_name = "COUNT", default_value_t = 4, value_parser = clap::value_parser!(u8).range(1..=200))]
    pub addresses: u8,
    /// Transactions a second of two other honest members, before and during the attack
    #[arg(long, value_name = "RATE", default_value_t = 40, value_parser = clap::value_parser!(u64).range(0..=400))]
    pub business: u64,
    /// Write the report as JSON to this file
    #[arg(long, value_name = "FILE")]
    pub json: Option<PathBuf>,
    /// Keep the network's files here
    #[arg(long, value_name = "DIR", default_value = "testnet/.hostile")]
    pub run_dir: PathBuf,
}
