//! What the demo can be told.

use std::path::PathBuf;

use clap::Args;

/// Four banks, one ledger: an invoice becomes cash.
#[derive(Debug, Clone, Args)]
pub struct DemoOptions {
    /// Stop after the summary instead of keeping the network up
    #[arg(long)]
    pub exit: bool,
    /// Write the summary as JSON to this file
    #[arg(long, value_name = "FILE")]
    pub json: Option<PathBuf>,
    /// Play on the UBL invoices of this folder
    #[arg(long, value_name = "DIR", default_value = "testnet/data")]
    pub invoices: PathBuf,
    /// Keep the network's files here
    #[arg(long, value_name = "DIR", default_value = "testnet/.run")]
    pub run_dir: PathBuf,
    /// Chain days in two real days; genesis and every node's status say so
    #[arg(long, value_name = "FACTOR", default_value_t = super::limits::CLOCK_SPEED)]
    pub speed: u32,
    /// Small discounts whose latency is measured
    #[arg(long, value_name = "COUNT", default_value_t = super::limits::MEASURED_DISCOUNTS)]
    pub discounts: u32,
}
