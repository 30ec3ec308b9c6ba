//! The real `tally` command, as a member would type it in another terminal.

use std::path::Path;

use serde_json::Value;
use tokio::process::Command;

use super::error::{DemoError, io};
use crate::network::Network;

/// What one run of the command gave.
#[derive(Debug, Clone)]
pub struct Told {
    /// Its result, with `-o json`; null where it wrote nothing.
    pub result: Value,
    /// Its exit code; -1 where a signal ended it.
    pub code: i32,
    /// Its messages.
    pub messages: String,
    /// How it was called, for people.
    pub command: String,
}

/// Runs `tally --as PROFILE -o json ARGS` with the network's profiles.
pub async fn run(network: &Network, profile: &str, arguments: &[String]) -> Result<Told, DemoError> {
    let binary = network.binary("tally");
    let output = Command::new(&binary)
        .args(["--as", profile, "-o", "json"])
        .args(arguments)
        .env("TALLY_HOME", network.layout().home())
        .env_remove("TALLY_PROFILE")
        .kill_on_drop(true)
        .output()
        .await
        .map_err(io(&binary, "run"))?;
    Ok(Told {
        result: serde_json::from_slice(&output.stdout).unwrap_or(Value::Null),
        code: output.status.code().unwrap_or(-1),
        messages: String::from_utf8_lossy(&output.stderr).into_owned(),
        command: format!(
            "tally --as {profile} {}",
            arguments.iter().map(|word| short(word)).collect::<Vec<_>>().join(" ")
        ),
    })
}

impl Told {
    /// For a run whose result is missing.
    pub fn failure(&self) -> DemoError {
        let (command, status) = (self.command.clone(), format!("exit code {}", self.code));
        DemoError::Command { command, status, said: self.messages.clone() }
    }
}

/// A long path as its last part.
fn short(word: &str) -> String {
    let path = Path::new(word);
    match path.file_name() {
        Some(name) if path.is_absolute() => name.to_string_lossy().into_owned(),
        Some(_) | None => word.to_owned(),
    }
}
