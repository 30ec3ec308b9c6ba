//! What a measured load can be told.

use std::path::{Path, PathBuf};

use clap::Args;
use tally_client::bench::LoadOptions;

/// A load on a fresh network.
#[derive(Debug, Clone, Args)]
pub struct BenchOptions {
    /// Nodes that vote, each with a bank that runs it
    #[arg(long, value_name = "COUNT", default_value_t = 4, value_parser = clap::value_parser!(u32).range(1..=16))]
    pub validators: u32,
    /// Suppliers that hold, pay and sell; eight anchors and the banks sign too
    #[arg(long, value_name = "COUNT", default_value_t = 64, value_parser = clap::value_parser!(u32).range(2..=10_000))]
    pub members: u32,
    /// Milliseconds that everything between two validators takes on its way, as over a long line
    #[arg(long, value_name = "MS", default_value_t = 0, value_parser = clap::value_parser!(u64).range(0..=1_000))]
    pub latency: u64,
    /// The load
    #[command(flatten)]
    pub load: LoadOptions,
    /// Keep the network's files here
    #[arg(long, value_name = "DIR", default_value = "testnet/.bench")]
    pub run_dir: PathBuf,
    /// Append the report to the history if the run is to be believed
    #[arg(long)]
    pub record: bool,
    /// Where the history lies
    #[arg(long, value_name = "FILE", default_value = "testnet/bench/history.jsonl")]
    pub history: PathBuf,
}

impl BenchOptions {
    /// For `tally bench`, which writes its report into the network's folder.
    pub fn load(&self, report: &Path) -> LoadOptions {
        let told = std::env::vars().filter_map(|(name, value)| setting(&name, &value));
        let mut settings: Vec<String> = self.load.settings.iter().cloned().chain(told).collect();
        settings.sort();
        LoadOptions { json: Some(report.to_path_buf()), settings, ..self.load.clone() }
    }
}

/// What a variable of this process, which the nodes inherit, sets in their configuration.
fn setting(name: &str, value: &str) -> Option<String> {
    let key = name.strip_prefix("TALLYD_")?.to_lowercase().replace("__", ".");
    Some(format!("{key}={value}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_environment_tells_nodes_is_a_condition_of_the_run() {
        let told = setting("TALLYD_STORAGE__TREE_MEMORY_MIB", "256");
        assert_eq!(told.as_deref(), Some("storage.tree_memory_mib=256"));
        assert_eq!(setting("PATH", "/bin"), None);
    }
}
