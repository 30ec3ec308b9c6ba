//! The load generator: real transactions of many members on a network that runs, counted as its clients see them.
//!
//! ```text
//! network.json ─▶ Cast (members, keys) ─▶ setup ─▶ Lane ─▶ Engine ─▶ SubmitMany ─▶ nodes
//!                 Probe (cpu, bytes, memory)         ▲        │
//!                 Yardsticks (ed25519, sha, sync)    └ events ┘─▶ Tally ─▶ Report
//! ```
//! A lane is a chain of transactions, each made from what the one before did, with one under way at a time.

mod cast;
mod checks;
mod dice;
mod engine;
mod error;
mod found;
mod lane;
mod latency;
pub mod limits;
mod machine;
mod network;
mod options;
mod pace;
mod probe;
pub mod procfs;
mod report;
mod run;
mod setup;
mod stock;
mod tally;
mod verdict;
mod workload;
mod world;
mod yardstick;

pub use error::BenchError;
pub use latency::Latencies;
pub use network::{MemberEntry, NetworkFile, NodeEntry, Part};
pub use options::{LoadOptions, Workload};
pub use report::Report;
pub use run::run;
