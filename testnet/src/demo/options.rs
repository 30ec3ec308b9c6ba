//! What the demo can be told.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

/// Four banks, one ledger: an invoice becomes cash, or an anchor fails.
#[derive(Debug, Clone, Args)]
pub struct DemoOptions {
    /// What happens
    #[arg(long, value_enum, value_name = "STORY", default_value_t)]
    pub story: StoryChoice,
    /// Stop after the summary instead of keeping the network up
    #[arg(long)]
    pub exit: bool,
    /// Serve the API with TLS, from certificates made for this run
    #[arg(long)]
    pub tls: bool,
    /// Write the summary as JSON to this file
    #[arg(long, value_name = "FILE")]
    pub json: Option<PathBuf>,
    /// Play the first story on the UBL invoices of this folder
    #[arg(long, value_name = "DIR", default_value = "testnet/data")]
    pub invoices: PathBuf,
    /// Keep the network's files here
    #[arg(long, value_name = "DIR", default_value = "testnet/.run")]
    pub run_dir: PathBuf,
    /// Chain days in a real day; genesis and every node's status say so [default: 43200, and 86400 for `default`]
    #[arg(long, value_name = "FACTOR")]
    pub speed: Option<u32>,
    /// Small discounts whose latency is measured
    #[arg(long, value_name = "COUNT", default_value_t = super::limits::MEASURED_DISCOUNTS)]
    pub discounts: u32,
}

/// The stories that the demo can tell.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum StoryChoice {
    /// An invoice becomes cash: split, discounted, settled when due
    #[default]
    Invoice,
    /// An anchor fails: interest, guarantor, pool, collections, waterfall; credit note, netting, a vote on policy
    Default,
}

impl DemoOptions {
    /// Chain milliseconds per real millisecond, at least 1.
    pub fn speed(&self) -> u32 {
        let usual = match self.story {
            StoryChoice::Invoice => super::limits::CLOCK_SPEED,
            StoryChoice::Default => super::limits::CLOCK_SPEED_DEFAULT,
        };
        self.speed.unwrap_or(usual).max(1)
    }
}
