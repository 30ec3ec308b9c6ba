//! What the nodes' processes hold: memory and open files, connections among them.

use std::time::Duration;

use tally_client::bench::procfs;
use tokio::sync::watch;
use tokio::time::interval;

use crate::network::{Network, Node};

/// Between two looks.
const LOOK: Duration = Duration::from_millis(250);
const KIB_PER_MIB: f64 = 1_024.0;

/// What one node holds.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Holding {
    /// Resident memory.
    pub mib: f64,
    /// Open files, connections and listeners among them.
    pub files: u64,
    /// Processor time since it started.
    pub cpu_ms: u64,
}

impl Holding {
    fn of(pid: u32) -> Self {
        let kib = procfs::memory_kib(pid).unwrap_or_default();
        let files = std::fs::read_dir(format!("/proc/{pid}/fd")).map_or(0, Iterator::count);
        Self {
            mib: (f64::from(u32::try_from(kib).unwrap_or(u32::MAX)) / KIB_PER_MIB * 10.0).round() / 10.0,
            files: u64::try_from(files).unwrap_or(u64::MAX),
            cpu_ms: procfs::cpu_ms(pid).unwrap_or_default(),
        }
    }

    fn most(self, other: Self) -> Self {
        Self {
            mib: self.mib.max(other.mib),
            files: self.files.max(other.files),
            cpu_ms: self.cpu_ms.max(other.cpu_ms),
        }
    }
}

/// The nodes' process ids, in their order.
pub fn pids(network: &Network) -> Vec<u32> {
    network.nodes().iter().filter_map(Node::process_id).collect()
}

/// What each holds now.
pub fn now(pids: &[u32]) -> Vec<Holding> {
    pids.iter().map(|pid| Holding::of(*pid)).collect()
}

/// The most that each held at once, until `stop` says so.
pub async fn most(pids: Vec<u32>, mut stop: watch::Receiver<bool>) -> Vec<Holding> {
    let mut most = now(&pids);
    let mut looks = interval(LOOK);
    loop {
        tokio::select! {
            _ = looks.tick() => {}
            // an error means that nobody waits any more
            _ = stop.wait_for(|stop| *stop) => return most,
        }
        most = most.into_iter().zip(now(&pids)).map(|(most, now)| most.most(now)).collect();
    }
}
