//! One node as a real process: started, asked to end, killed; never outlives whoever holds it.

use std::fs::{self, File, OpenOptions};
use std::io::{Read, Seek, SeekFrom};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

use super::error::{NetworkError, io};
use super::layout::NodeLayout;
use crate::limits::{LOG_TAIL_BYTES, LOG_TAIL_LINES, POLL, STOP_MAX};

/// Memory that a node frees stays with it: it needs as much again for the next block, and giving it back and getting it
/// zeroed costs a twentieth of its CPU (node/docs/adr/0051).
const PURGE_DELAY: (&str, &str) = ("MIMALLOC_PURGE_DELAY", "-1");

/// A node's process. Dropping it ends the process.
#[derive(Debug)]
pub struct NodeProcess {
    child: Child,
    files: NodeLayout,
    name: String,
    /// A second request would end it at once, without its last words.
    was_asked: bool,
}

impl NodeProcess {
    /// Starts `tallyd start --config FILE`; what it says is appended to the node's log.
    pub fn spawn(tallyd: &Path, name: &str, files: &NodeLayout) -> Result<Self, NetworkError> {
        let log = OpenOptions::new()
            .create(true)
            .append(true)
            .open(files.log())
            .map_err(io(files.log(), "open"))?;
        let errors = log.try_clone().map_err(io(files.log(), "open"))?;
        let child = Command::new(tallyd)
            .arg("start")
            .arg("--config")
            .arg(files.config())
            .env(PURGE_DELAY.0, PURGE_DELAY.1)
            .stdin(Stdio::null())
            .stdout(log)
            .stderr(errors)
            // Ctrl-C in the terminal reaches us alone: nodes are ended in order, after their readers.
            .process_group(0)
            .spawn()
            .map_err(io(tallyd, "start"))?;
        let process = Self { child, files: files.clone(), name: name.to_owned(), was_asked: false };
        fs::write(files.pid(), process.id().to_string()).map_err(io(files.pid(), "write"))?;
        Ok(process)
    }

    /// Its process id.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// How it ended, if it did.
    pub fn exit_status(&mut self) -> Result<Option<ExitStatus>, NetworkError> {
        self.child.try_wait().map_err(io(self.files.pid(), "wait for the process of"))
    }

    /// Fails with the end of its log if it ended.
    pub fn check_running(&mut self) -> Result<(), NetworkError> {
        match self.exit_status()? {
            None => Ok(()),
            Some(status) => {
                let log = self.files.log();
                Err(NetworkError::Ended { name: self.name.clone(), status, tail: tail(&log), log })
            }
        }
    }

    /// SIGKILL: no time for a last word. Returns when the process is gone.
    pub fn kill(&mut self) -> Result<(), NetworkError> {
        self.child.kill().map_err(io(self.files.pid(), "kill the process of"))?;
        self.child.wait().map_err(io(self.files.pid(), "wait for the process of"))?;
        self.forget()
    }

    /// Asks it to end. Does not wait.
    pub fn ask_to_end(&mut self) {
        if std::mem::replace(&mut self.was_asked, true) {
            return;
        }
        let running = self.child.try_wait().is_ok_and(|ended| ended.is_none());
        if let (true, Some(process)) = (running, i32::try_from(self.id()).ok().and_then(Pid::from_raw)) {
            // It may have ended in between, which is what we want.
            let _ = kill_process(process, Signal::TERM);
        }
    }

    /// Waits until it ended, then kills it if it did not.
    pub fn wait_for_end(&mut self) -> Result<ExitStatus, NetworkError> {
        match self.wait_at_most(STOP_MAX)? {
            Some(status) => self.forget().map(|()| status),
            None => {
                self.kill()?;
                self.child.wait().map_err(io(self.files.pid(), "wait for the process of"))
            }
        }
    }

    /// Waits until it ended by itself; `None` if it did not in time.
    pub fn wait_at_most(&mut self, most: Duration) -> Result<Option<ExitStatus>, NetworkError> {
        let begun = Instant::now();
        loop {
            let status = self.exit_status()?;
            if status.is_some() || begun.elapsed() >= most {
                return Ok(status);
            }
            std::thread::sleep(POLL);
        }
    }

    fn forget(&self) -> Result<(), NetworkError> {
        match fs::remove_file(self.files.pid()) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                Err(io(self.files.pid(), "remove")(error))
            }
            Ok(()) | Err(_) => Ok(()),
        }
    }
}

impl Drop for NodeProcess {
    fn drop(&mut self) {
        self.ask_to_end();
        // Nobody is left to tell about a failure.
        let _ = self.wait_for_end();
    }
}

/// The last lines of a log, indented.
pub fn tail(log: &Path) -> String {
    let text = read_end(log).unwrap_or_default();
    let lines: Vec<&str> = text.lines().collect();
    let first = lines.len().saturating_sub(LOG_TAIL_LINES);
    lines.iter().skip(first).map(|line| format!("    {line}\n")).collect()
}

fn read_end(log: &Path) -> std::io::Result<String> {
    let mut file = File::open(log)?;
    let length = file.metadata()?.len();
    file.seek(SeekFrom::Start(length.saturating_sub(LOG_TAIL_BYTES)))?;
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}
