//! Looks at every process of the network, and at this one, at both ends of the window and every minute between.

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
    /// KiB that all processes hold.
    pub memory_kib: u64,
    wire: u64,
    /// By the nodes, as the system accounts it; `None` where it does not.
    written: Option<u64>,
    data: u64,
}

/// What happened from the first sample to the last.
#[derive(Debug, Clone, PartialEq)]
pub struct Used {
    /// Seconds between them.
    pub seconds: f64,
    /// Milliseconds of processor time by process.
    pub cpu_ms: Vec<(String, u64)>,
    /// KiB that all processes held at each sample.
    pub memory_kib: Vec<u64>,
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

impl Used {
    /// What happened over these samples; `None` where there are not two.
    pub fn over(samples: &[Sample]) -> Option<Self> {
        let [first, .., last] = samples else { return None };
        let cpu = last.cpu_ms.iter().zip(&first.cpu_ms);
        let data_growth =
            i64::try_from(last.data).unwrap_or(i64::MAX) - i64::try_from(first.data).unwrap_or(i64::MAX);
        let written = last.written.zip(first.written).map(|(now, then)| now.saturating_sub(then));
        // A system without accounting answers with zeros.
        let written = written.filter(|bytes| *bytes > 0);
        Some(Self {
            seconds: last.at.duration_since(first.at).as_secs_f64(),
            cpu_ms: cpu.map(|((name, now), (_, then))| (name.clone(), now.saturating_sub(*then))).collect(),
            memory_kib: samples.iter().map(|sample| sample.memory_kib).collect(),
            wire: last.wire.saturating_sub(first.wire),
            disk: written.unwrap_or(u64::try_from(data_growth).unwrap_or(0)),
            disk_is_written: written.is_some(),
            data_growth,
        })
    }
}

/// MiB of that many KiB.
pub fn mib(kib: u64) -> f64 {
    f64::from(u32::try_from(kib).unwrap_or(u32::MAX)) / 1_024.0
}
