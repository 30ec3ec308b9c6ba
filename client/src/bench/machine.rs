//! The machine that was measured on.

use std::fs;

use serde::Serialize;

/// What a figure without it would be worth little.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Machine {
    /// That this process may use.
    pub cores: usize,
    /// As the processor names itself.
    pub model: String,
    /// Its release.
    pub kernel: String,
}

impl Machine {
    /// This one.
    pub fn here() -> Self {
        let processors = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
        let model = processors.lines().find_map(|line| line.strip_prefix("model name")?.split_once(':'));
        let kernel = fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
        Self {
            cores: std::thread::available_parallelism().map_or(1, usize::from),
            model: model.map_or("unknown", |(_, model)| model.trim()).to_owned(),
            kernel: kernel.trim().to_owned(),
        }
    }
}
