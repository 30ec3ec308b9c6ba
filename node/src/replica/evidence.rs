//! Evidence: what a node said that does not hold, kept as a file that shows it to others.
//!
//! A lie that a listed node signed proves itself: whoever has the file checks the signature and finds the same fault. An
//! answer that nobody signed is reported and proves nothing about anybody.
use super::lie::Lie;
use crate::limits::{EVIDENCE_FILES_MAX, REPORTS_KEPT};
use serde::Serialize;
use std::collections::VecDeque;
use std::io;
use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard};

/// What one node was caught at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Report {
    /// How it was dialled.
    pub node: String,
    /// Who signed; empty where the signature does not hold.
    pub peer_key: String,
    /// One word.
    pub kind: &'static str,
    /// In words.
    pub reason: String,
    /// Of the replica when it was caught.
    pub height: u64,
    /// Milliseconds since 1970 by this machine's clock.
    pub at_ms: u64,
    /// What it signed, and its signature, hexadecimal.
    pub answer: String,
    pub signature: String,
    /// Of a record that was kept back: what another node signed, hexadecimal; empty otherwise.
    pub other_answer: String,
}

/// A node's answer with what stands beside it.
#[derive(Clone, Debug, Default)]
pub(super) struct Said {
    pub answer: Vec<u8>,
    pub peer_key: Vec<u8>,
    pub signature: Vec<u8>,
}

/// Where reports are kept.
#[derive(Debug)]
pub struct Evidence {
    folder: PathBuf,
    reports: Mutex<VecDeque<Report>>,
}

impl Evidence {
    pub fn new(folder: PathBuf) -> Self {
        Self { folder, reports: Mutex::default() }
    }

    /// The last reports since the start, oldest first.
    pub fn reports(&self) -> Vec<Report> {
        self.lock().iter().cloned().collect()
    }

    /// Keeps what a node was caught at. A file that cannot be written is said and changes nothing else.
    pub(super) fn report(&self, node: &str, height: u64, lie: &Lie, (said, other): (&Said, &[u8])) {
        let is_signed = !matches!(lie, Lie::Signature(_));
        let report = Report {
            node: node.to_owned(),
            peer_key: if is_signed { hex::encode(&said.peer_key) } else { String::new() },
            kind: lie.kind(),
            reason: lie.to_string(),
            height,
            at_ms: now_ms(),
            answer: hex::encode(&said.answer),
            signature: hex::encode(&said.signature),
            other_answer: hex::encode(other),
        };
        tracing::error!(
            node,
            kind = report.kind,
            height,
            reason = report.reason,
            "a node was caught at a lie"
        );
        if let Err(error) = self.write(&report) {
            tracing::error!(%error, folder = %self.folder.display(), "evidence cannot be written");
        }
        let mut reports = self.lock();
        if reports.len() >= REPORTS_KEPT {
            reports.pop_front();
        }
        reports.push_back(report);
    }

    fn write(&self, report: &Report) -> io::Result<()> {
        std::fs::create_dir_all(&self.folder)?;
        if std::fs::read_dir(&self.folder)?.count() >= EVIDENCE_FILES_MAX {
            return Ok(());
        }
        let signer = report.peer_key.get(..8).unwrap_or("nobody");
        let name = format!("{}-{}-{signer}-{}.json", report.height, report.kind, report.at_ms);
        let text = serde_json::to_string_pretty(report).map_err(io::Error::other)?;
        std::fs::write(self.folder.join(name), text)
    }

    fn lock(&self) -> MutexGuard<'_, VecDeque<Report>> {
        self.reports.lock().expect("nothing panics while it holds the reports")
    }
}

fn now_ms() -> u64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}
