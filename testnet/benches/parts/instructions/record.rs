//! The record: the values that the next change is compared with, in a file that is committed with the change.
use super::Count;
use crate::cases::cases;
use anyhow::Context;
use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::PathBuf;
use std::process::Command;

/// Instructions of one operation by part.
pub struct Record(BTreeMap<String, u64>);

impl Record {
    /// Nothing where no file is.
    pub fn read() -> anyhow::Result<Self> {
        let text = match std::fs::read_to_string(path()) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => String::new(),
            read => read.with_context(|| format!("cannot read {}", path().display()))?,
        };
        let rows = text.lines().filter(|line| !line.starts_with('#'));
        let rows = rows.map(|line| {
            let cells =
                line.split_once('\t').and_then(|(part, count)| Some((part.to_owned(), count.parse().ok()?)));
            cells.with_context(|| format!("{}: no part and number in {line:?}", path().display()))
        });
        Ok(Self(rows.collect::<anyhow::Result<_>>()?))
    }

    pub fn of(&self, name: &str) -> Option<u64> {
        self.0.get(name).copied()
    }

    pub fn update(&mut self, counts: &[Count]) {
        self.0.extend(counts.iter().map(|count| (count.name.to_owned(), count.instructions)));
    }

    /// In the order of the list; what is no longer in it is forgotten.
    pub fn write(&self) -> anyhow::Result<()> {
        let mut text =
            format!("# instructions of one operation; {}, {}\n", version("rustc"), version("valgrind"));
        for case in cases() {
            if let Some(count) = self.of(case.name) {
                writeln!(text, "{}\t{count}", case.name)?;
            }
        }
        std::fs::create_dir_all(path().with_file_name(""))?;
        std::fs::write(path(), text).with_context(|| format!("cannot write {}", path().display()))
    }
}

fn path() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("bench/instructions.tsv")
}

/// Counts depend on both.
fn version(program: &str) -> String {
    let said = Command::new(program).arg("--version").output();
    let said = said.map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned());
    said.unwrap_or_else(|_| format!("an unknown {program}"))
}
