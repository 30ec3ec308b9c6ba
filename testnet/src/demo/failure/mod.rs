//! The story of a failure, stage by stage, typed as its members would type it: every step is a real `tally` command.

mod agree;
pub mod cast;
mod circle;
mod claim;
mod collect;
mod contest;
mod cover;
mod days;
mod dilute;
mod gather;
mod plan;
mod prepare;
mod recover;
mod report;
mod subsidise;
mod typed;
mod vote;

use std::collections::BTreeMap;

use serde_json::Value;
use tally_contracts::types::BusinessDate;

use super::error::{DemoError, io};
use super::options::DemoOptions;
use super::stage::Stages;
use crate::network::Network;
pub use report::Report;

/// Stages that this module tells.
pub const STAGES: u32 = 16;

/// The receivable that nobody pays, by its number on a fresh ledger.
const FAILING: &str = "R1";
/// The one that a credit note dilutes.
const DILUTED: &str = "R2";
/// The three that run in a circle.
const CIRCLE: [&str; 3] = ["R3", "R4", "R5"];
/// The one that is paid late, by a plan.
const PLANNED: &str = "R6";
/// The one of which a part is disputed.
const DISPUTED: &str = "R7";
/// The one whose tenor another policy would not have allowed.
const LONG: &str = "R8";

/// Everything that the story knows so far.
pub struct Failure<'a> {
    network: &'a mut Network,
    stages: &'a mut Stages,
    options: &'a DemoOptions,
    /// Documents that commands hash.
    papers: std::path::PathBuf,
    due: BusinessDate,
    /// What was typed and what came of it.
    transactions: Vec<Value>,
    refusals: BTreeMap<String, u64>,
    /// What was read on the way, by the report's key.
    seen: BTreeMap<&'static str, Value>,
    /// The tranche that the bank bought.
    bought: String,
    /// Seconds that one command takes here.
    command_s: f64,
}

impl<'a> Failure<'a> {
    /// A story about to begin on a network that is ready.
    pub fn new(
        network: &'a mut Network,
        stages: &'a mut Stages,
        options: &'a DemoOptions,
    ) -> Result<Self, DemoError> {
        let papers = network.layout().root.join("papers");
        std::fs::create_dir_all(&papers).map_err(io(&papers, "create"))?;
        Ok(Self {
            network,
            stages,
            options,
            papers,
            due: BusinessDate::default(),
            transactions: Vec::new(),
            refusals: BTreeMap::new(),
            seen: BTreeMap::new(),
            bought: String::new(),
            command_s: 0.0,
        })
    }

    /// Tells it from the first deposit to the last check.
    pub async fn tell(mut self) -> Result<Report, DemoError> {
        self.command_s = self.credit().await?;
        self.agree().await?;
        self.split_and_sell().await?;
        self.cover().await?;
        self.vote().await?;
        self.dilute().await?;
        self.contest().await?;
        self.overdue().await?;
        self.rule().await?;
        self.plan().await?;
        self.collect().await?;
        self.net().await?;
        self.claim().await?;
        self.recover().await?;
        self.subsidise().await?;
        self.gather().await
    }
}
