//! Looks at every process of the network, and at this one, at both ends of the window.

use std::path::PathBuf;
use std::time::Instant;

use super::network::NetworkFile;
use super::procfs;

/// The load generator's own name among the processes.
pub const LOAD: &str = "load";

/// Which processes are looked at.
#[derive(Debug, Clone)]
pub struct Probe {
    processes: Vec<(String, u32)>,
    data_dirs: Vec<PathBuf>,
}

/// What was seen at one instant.
#[derive(Debug, Clone)]
pub struct Sample {
    at: Instant,
    /// Milliseconds by process, in the probe's order.
    cpu_ms: Vec<(String, u64)>,
    memory_kib: u64,
    wire: u64,
    /// By the nodes, as the system accounts it; `None` where it does not.
    written: Option<u64>,
    data: u64,
}

/// What happened between two samples.
#[derive(Debug, Clone, PartialEq)]
pub struct Used {
    /// Seconds between them.
    pub seconds: f64,
    /// Milliseconds of processor time by process.
    pub cpu_ms: Vec<(String, u64)>,
    /// KiB that all processes held at the first sample.
    pub memory_kib_before: u64,
    /// The same at the last.
    pub memory_kib_after: u64,
    /// Bytes over loopback, whoever sent them.
    pub wire: u64,
    /// Bytes that the nodes wrote to disk; the growth of their folders where the system does not tell.
    pub disk: u64,
    /// Whether `disk` is what the system accounts.
    pub disk_is_written: bool,
    /// Bytes by which the nodes' folders grew.
    pub data_growth: i64,
}

impl Probe {
    /// Every node, and this process.
    pub fn new(network: &NetworkFile) -> Self {
        let nodes = network.nodes.iter().map(|node| (node.name.clone(), node.pid));
        let own = std::iter::once((LOAD.to_owned(), std::process::id()));
        let data_dirs = network.nodes.iter().map(|node| node.data_dir.clone()).collect();
        Self { processes: nodes.chain(own).collect(), data_dirs }
    }

    /// Looks now.
    pub fn sample(&self) -> Sample {
        let cpu = |(name, pid): &(String, u32)| (name.clone(), procfs::cpu_ms(*pid).unwrap_or(0));
        let nodes = self.processes.iter().filter(|(name, _)| name != LOAD);
        Sample {
            at: Instant::now(),
            cpu_ms: self.processes.iter().map(cpu).collect(),
            memory_kib: self.processes.iter().filter_map(|(_, pid)| procfs::memory_kib(*pid)).sum(),
            wire: procfs::loopback_bytes().unwrap_or(0),
            written: nodes.map(|(_, pid)| procfs::written_bytes(*pid)).sum(),
            data: self.data_dirs.iter().map(|folder| procfs::folder_bytes(folder)).sum(),
        }
    }

    /// MiB that each process held at most since it was started.
    pub fn memory_peak_mib(&self) -> Vec<(String, f64)> {
        let peak = |pid: u32| procfs::memory_peak_kib(pid).unwrap_or(0);
        self.processes.iter().map(|(name, pid)| (name.clone(), mib(peak(*pid)))).collect()
    }
}

impl Sample {
    /// What happened since `earlier`.
    pub fn since(&self, earlier: &Self) -> Used {
        let cpu = self.cpu_ms.iter().zip(&earlier.cpu_ms);
        let data_growth =
            i64::try_from(self.data).unwrap_or(i64::MAX) - i64::try_from(earlier.data).unwrap_or(i64::MAX);
        let written = self.written.zip(earlier.written).map(|(now, then)| now.saturating_sub(then));
        // A system without accounting answers with zeros.
        let written = written.filter(|bytes| *bytes > 0);
        Used {
            seconds: self.at.duration_since(earlier.at).as_secs_f64(),
            cpu_ms: cpu.map(|((name, now), (_, then))| (name.clone(), now.saturating_sub(*then))).collect(),
            memory_kib_before: earlier.memory_kib,
            memory_kib_after: self.memory_kib,
            wire: self.wire.saturating_sub(earlier.wire),
            disk: written.unwrap_or(u64::try_from(data_growth).unwrap_or(0)),
            disk_is_written: written.is_some(),
            data_growth,
        }
    }
}

/// MiB of that many KiB.
pub fn mib(kib: u64) -> f64 {
    f64::from(u32::try_from(kib).unwrap_or(u32::MAX)) / 1_024.0
}
