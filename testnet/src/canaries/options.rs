//! What a search for canaries can be told.

use std::path::PathBuf;

use clap::Args;

use super::limits::{CANARIES_PER_DEAL, MEMBERS_MIN};

/// Secrets that each have their readers, and a search for them everywhere else.
#[derive(Debug, Clone, Args)]
pub struct CanaryOptions {
    /// Unique prices, amounts and texts, in tens: as many are in one deal
    #[arg(long, value_name = "COUNT", default_value_t = 1_000, value_parser = clap::value_parser!(u32).range(10..=2_000))]
    pub canaries: u32,
    /// Banks, anchors and suppliers; a regulator comes on top
    #[arg(long, value_name = "COUNT", default_value_t = 20, value_parser = clap::value_parser!(u32).range(i64::from(MEMBERS_MIN)..=100))]
    pub members: u32,
    /// Makes the canaries; random and printed unless given
    #[arg(long, value_name = "NUMBER")]
    pub seed: Option<u64>,
    /// Write the result here too, as JSON
    #[arg(long, value_name = "FILE")]
    pub json: Option<PathBuf>,
    /// Keep the network's files here
    #[arg(long, value_name = "DIR", default_value = "testnet/.canaries")]
    pub run_dir: PathBuf,
    /// Search this folder too, as one that this member can look into: MEMBER=DIR, again for more
    #[arg(long, value_name = "MEMBER=DIR")]
    pub also: Vec<String>,
}

impl CanaryOptions {
    /// Enough deals for that many canaries.
    pub fn deals(&self) -> usize {
        usize::try_from(self.canaries.div_ceil(CANARIES_PER_DEAL)).unwrap_or(usize::MAX)
    }
}
