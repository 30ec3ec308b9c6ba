//! `tally bench`: a load of real transactions on a network of this machine, measured.

use std::path::PathBuf;

use clap::Args;

use super::error::CommandError;
use super::globals::Globals;
use crate::bench::{self, LoadOptions};
use crate::output::Format;

/// A load, and the network that it runs on.
#[derive(Args, Debug)]
pub struct Bench {
    /// Folder of a running network that tally-testnet bench made
    #[arg(long, value_name = "FOLDER")]
    network: PathBuf,
    #[command(flatten)]
    options: LoadOptions,
}

impl Bench {
    /// Runs it. The report is shown, and written where asked, even where it is not to be believed.
    pub async fn run(self, globals: &Globals) -> Result<(), CommandError> {
        let report = bench::run(&self.network, &self.options, |stage| eprintln!("{stage}")).await?;
        if let Some(path) = &self.options.json {
            let failed = |source| CommandError::File { path: path.clone(), action: "write", source };
            std::fs::write(path, report.json() + "\n").map_err(failed)?;
        }
        match globals.output {
            Format::Json | Format::Jsonl => println!("{}", report.json()),
            Format::Table | Format::Csv => println!("{}", report.table()),
        }
        Ok(report.verdict()?)
    }
}
