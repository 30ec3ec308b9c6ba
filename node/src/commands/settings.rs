//! The arguments that name a configuration.

use super::error::CommandError;
use crate::config::{Loaded, Sources};
use clap::Args;
use std::path::PathBuf;

#[derive(Args, Clone, Debug)]
pub(super) struct ConfigArguments {
    /// The configuration file
    #[arg(long, value_name = "FILE", env = "TALLYD_CONFIG", default_value = "tallyd.toml")]
    pub config: PathBuf,
    /// Overrides one key, such as log.filter=debug; may come several times
    #[arg(long, value_name = "KEY=VALUE")]
    pub set: Vec<String>,
}

impl ConfigArguments {
    pub(super) fn sources(&self) -> Result<Sources, CommandError> {
        Ok(Sources::of_process(&self.config, &self.set)?)
    }

    pub(super) fn load(&self) -> Result<Loaded, CommandError> {
        Ok(self.sources()?.load()?)
    }
}
