//! Members at their terminals: the real commands against a network's real nodes.

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Output};

use super::Rig;

/// Members at their terminals.
pub struct Desk<'r> {
    rig: &'r Rig,
    folder: PathBuf,
}

impl<'r> Desk<'r> {
    pub fn new(rig: &'r Rig) -> Self {
        let folder = rig.scratch("desk");
        fs::create_dir(&folder).unwrap();
        Self { rig, folder }
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// Runs `tally --as MEMBER …`; `~/` stands for the desk's folder.
    pub fn try_tally(&self, member: &str, line: &str) -> Output {
        let folder = format!("{}/", self.folder.display());
        let words = line.split_whitespace().map(|word| word.replace("~/", &folder));
        Command::new(self.rig.network.binary("tally"))
            .args(["--as", member, "--yes", "-o", "json"])
            .args(words)
            .env("TALLY_HOME", self.rig.network.layout().home())
            .output()
            .unwrap()
    }

    pub fn tally(&self, member: &str, line: &str) -> serde_json::Value {
        let output = self.try_tally(member, line);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "tally --as {member} {line}: {said}");
        // a command of several steps tells each
        let told = String::from_utf8_lossy(&output.stdout).into_owned();
        let last = serde_json::Deserializer::from_str(&told).into_iter().last();
        last.map_or(serde_json::Value::Null, Result::unwrap)
    }

    /// How a member's documents of R1 stand, by name.
    pub fn opens(&self, member: &str) -> Vec<String> {
        let output = self.try_tally(member, "document check R1");
        let rows: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        let state =
            |row: &serde_json::Value| format!("{} {}", row["document"], row["state"]).replace('"', "");
        rows.as_array().unwrap().iter().map(state).collect()
    }

    /// Exit code and messages of a command that is refused.
    pub fn refused(&self, member: &str, line: &str) -> (i32, String) {
        let output = self.try_tally(member, line);
        (output.status.code().unwrap(), String::from_utf8_lossy(&output.stderr).into_owned())
    }
}
