//! Callgrind: starts it on this very binary.
use super::Count;
use super::profile;
use crate::cases::Case;
use anyhow::{Context, ensure};
use std::path::Path;
use std::process::{Command, Stdio};

pub fn is_there() -> bool {
    let asked =
        Command::new("valgrind").arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status();
    asked.is_ok_and(|status| status.success())
}

/// Runs the cases in one process, and leaves their profiles in `keep`.
pub fn count(cases: &[Case], keep: Option<&Path>) -> anyhow::Result<Vec<Count>> {
    let folder = tempfile::tempdir()?;
    let written = folder.path().join("profile");
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--toggle-collect=*meter::measured*", "--dump-before=*::end_of_part*"])
        .arg(format!("--callgrind-out-file={}", written.display()))
        .arg(std::env::current_exe()?)
        .arg("count")
        .args(cases.iter().map(|case| case.name))
        .output()?;
    let said = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "valgrind ended with {}:\n{said}", output.status);
    let counted = |(case, number): (&Case, usize)| {
        // numbered from 1; the first of each pair warmed up
        let profile = written.with_extension((number * 2).to_string());
        if let Some(keep) = keep {
            std::fs::create_dir_all(keep)?;
            std::fs::copy(&profile, keep.join(file_name(case.name)))?;
        }
        let text = std::fs::read_to_string(&profile).context("callgrind wrote too few profiles")?;
        let cost = profile::cost(&text).with_context(|| format!("no profile of {}", case.name))?;
        let operations = u64::from(case.operations);
        Ok(Count {
            name: case.name,
            instructions: cost.total / operations,
            hashing: cost.hashing / operations,
        })
    };
    cases.iter().zip(1..).map(counted).collect()
}

/// `tree-proof-10^5-leaves.callgrind`.
fn file_name(case: &str) -> String {
    format!("{}.callgrind", case.replace([',', '\''], "").replace(' ', "-"))
}
