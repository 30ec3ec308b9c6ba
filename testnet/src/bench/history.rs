//! Dated results with their conditions: one JSON object a line.

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};

/// Why a result could not be kept.
#[derive(Debug, thiserror::Error)]
pub enum HistoryError {
    /// A file.
    #[error("{}: cannot {action} ({source})", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What was tried.
        action: &'static str,
        /// What the operating system said.
        source: std::io::Error,
    },
    /// Not what `tally bench` writes.
    #[error("{} is no report", path.display())]
    NotAReport {
        /// The file.
        path: PathBuf,
    },
}

/// Puts the report where the caller wants it.
pub fn copy(report: &Path, to: &Path) -> Result<(), HistoryError> {
    let text = fs::read(report).map_err(io(report, "read"))?;
    fs::write(to, text).map_err(io(to, "write"))
}

/// Adds the report to the history, as one line.
pub fn append(report: &Path, history: &Path) -> Result<(), HistoryError> {
    let text = fs::read_to_string(report).map_err(io(report, "read"))?;
    let value: serde_json::Value =
        serde_json::from_str(&text).map_err(|_| HistoryError::NotAReport { path: report.to_path_buf() })?;
    let mut file = OpenOptions::new().create(true).append(true).open(history).map_err(io(history, "open"))?;
    writeln!(file, "{value}").map_err(io(history, "write"))
}

fn io(path: &Path, action: &'static str) -> impl FnOnce(std::io::Error) -> HistoryError + use<> {
    let path = path.to_path_buf();
    move |source| HistoryError::Io { path, action, source }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_report_becomes_one_more_line() {
        let folder = tempfile::tempdir().unwrap();
        let (report, history) = (folder.path().join("report.json"), folder.path().join("history.jsonl"));
        fs::write(&report, "{\n  \"committed\": 7\n}\n").unwrap();
        append(&report, &history).unwrap();
        append(&report, &history).unwrap();
        assert_eq!(fs::read_to_string(&history).unwrap(), "{\"committed\":7}\n{\"committed\":7}\n");
        fs::write(&report, "none").unwrap();
        assert!(matches!(append(&report, &history), Err(HistoryError::NotAReport { .. })));
    }
}
