//! What a hostile minute found: the conditions, a row for each bound, and whether all were kept.

use std::collections::BTreeMap;

use comfy_table::{Table, presets};
use serde::Serialize;
use tally_client::bench::Latencies;

use super::honest::{Newcomers, Served};
use super::machine::Holding;

/// An honest member's p99 under attack ÷ its quiet value.
pub const LATENCY_RATIO_MAX: f64 = 2.0;
/// The most memory of a node under attack and after it ÷ the most before it.
pub const MEMORY_RATIO_MAX: f64 = 1.5;
/// Open files of a node after the attack beyond those before it: what a node opens for its own growing data.
pub const FILES_LEFT_MAX: u64 = 16;
/// Part of the newcomers that must be served.
pub const NEWCOMERS_MIN: f64 = 0.9;

/// What a run is under which conditions. A figure without them says nothing.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Report {
    /// What was run, and on what.
    pub conditions: BTreeMap<String, String>,
    /// Before the attack.
    pub quiet: Phase,
    /// During it.
    pub attacked: Phase,
    /// Of each node, once the attackers were gone for a while.
    pub after: Vec<Held>,
    /// What the attackers did.
    pub attack: BTreeMap<String, u64>,
    /// Milliseconds of processor time of all attackers.
    pub attack_cpu_ms: u64,
    /// Honest members that connected during the attack.
    pub newcomers_served: u64,
    /// Those that could not.
    pub newcomers_turned_away: u64,
    /// Names of nodes that ended or panicked.
    pub crashed: Vec<String>,
    /// One state root on all nodes at the end.
    pub state_roots_equal: bool,
    /// Every bound, with what was found.
    pub bounds: Vec<Bound>,
}

/// A stretch of time.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Phase {
    /// Its length.
    pub seconds: u64,
    /// Transactions of the honest member that were committed.
    pub committed: u64,
    /// Those that were not.
    pub failed: u64,
    /// Why, the last time.
    pub failure: Option<String>,
    /// Milliseconds.
    pub p50: f64,
    /// Milliseconds.
    pub p99: f64,
    /// Milliseconds.
    pub max: f64,
    /// The most that each node held.
    pub most: Vec<Held>,
    /// Milliseconds of processor time of all nodes.
    pub cpu_ms: u64,
}

/// What a node holds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct Held {
    /// Mebibytes.
    pub mib: f64,
    /// Connections among them.
    pub files: u64,
}

/// One promise.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Bound {
    /// What is promised.
    pub promise: &'static str,
    /// What was found, in words.
    pub found: String,
    /// Whether it holds.
    pub kept: bool,
}

impl Phase {
    /// From what an honest member and the machine told.
    pub fn of(seconds: u64, served: &Served, most: &[Holding], cpu_ms: u64) -> Self {
        let latencies: &Latencies = &served.latencies;
        Self {
            seconds,
            committed: latencies.count(),
            failed: served.failed,
            failure: served.failure.clone(),
            p50: latencies.percentile_ms(50.0),
            p99: latencies.percentile_ms(99.0),
            max: latencies.max_ms(),
            most: held(most),
            cpu_ms,
        }
    }
}

/// For people and programs.
pub fn held(holdings: &[Holding]) -> Vec<Held> {
    holdings.iter().map(|holding| Held { mib: holding.mib, files: holding.files }).collect()
}

impl Report {
    /// Notes how newcomers fared.
    pub fn with_newcomers(&mut self, newcomers: &Newcomers) {
        self.newcomers_served = newcomers.served;
        self.newcomers_turned_away = newcomers.turned_away;
    }

    /// Judges everything that was found.
    pub fn judge(&mut self, before: &[Holding]) {
        let memory = |held: &[Held]| ratio(held, &self.quiet.most);
        let left =
            self.after.iter().zip(before).map(|(after, before)| after.files.saturating_sub(before.files));
        let left = left.max().unwrap_or_default();
        let latency = self.attacked.p99 / self.quiet.p99.max(0.01);
        let newcomers = self.newcomers_served + self.newcomers_turned_away;
        let least = (real(newcomers) * NEWCOMERS_MIN).floor();
        let (most, after) = (memory(&self.attacked.most), memory(&self.after));
        let attempts: u64 = self.attack.values().sum();
        let bound = |promise, kept, found| Bound { promise, found, kept };
        self.bounds = vec![
            bound("the attack took place", attempts > 0, format!("{attempts} acts")),
            bound(
                "an honest member's p99 is at most twice its quiet value",
                latency <= LATENCY_RATIO_MAX && self.attacked.committed > 0,
                format!("{:.1} ms, quiet {:.1} ms: {latency:.2} times", self.attacked.p99, self.quiet.p99),
            ),
            bound(
                "everything that it handed in was committed",
                self.quiet.failed + self.attacked.failed == 0,
                format!("{} of {}", self.attacked.committed, self.attacked.committed + self.attacked.failed),
            ),
            bound(
                "newcomers are served, nine of ten at least",
                real(self.newcomers_served) >= least,
                format!("{} of {newcomers}", self.newcomers_served),
            ),
            bound(
                "memory is at most 1.5 times its quiet value",
                most <= MEMORY_RATIO_MAX,
                format!("{most:.2} times on the worst node"),
            ),
            bound(
                "no node ended or panicked",
                self.crashed.is_empty(),
                if self.crashed.is_empty() { "none".to_owned() } else { self.crashed.join(", ") },
            ),
            bound(
                "connections and files are given back",
                left <= FILES_LEFT_MAX,
                format!("at most {left} more than before"),
            ),
            bound(
                "memory does not stay above its bound",
                after <= MEMORY_RATIO_MAX,
                format!("{after:.2} times on the worst node"),
            ),
            bound("one state root on all nodes", self.state_roots_equal, self.state_roots_equal.to_string()),
        ];
    }

    /// Whether every promise is kept.
    pub fn is_kept(&self) -> bool {
        !self.bounds.is_empty() && self.bounds.iter().all(|bound| bound.kept)
    }

    /// For people.
    pub fn table(&self) -> String {
        let mut table = Table::new();
        table.load_preset(presets::UTF8_BORDERS_ONLY);
        for (name, value) in &self.conditions {
            table.add_row(vec![name.clone(), value.clone(), String::new()]);
        }
        for (name, phase) in [("quiet", &self.quiet), ("under attack", &self.attacked)] {
            table.add_row(vec![name.to_owned(), phase_in_words(phase), String::new()]);
        }
        let cpu = format!("{} s of processor time", self.attack_cpu_ms / 1_000);
        table.add_row(vec!["the attackers".to_owned(), cpu, String::new()]);
        for (name, count) in &self.attack {
            table.add_row(vec![format!("  {name}"), count.to_string(), String::new()]);
        }
        for bound in &self.bounds {
            let kept = if bound.kept { "kept" } else { "BROKEN" };
            table.add_row(vec![bound.promise.to_owned(), bound.found.clone(), kept.to_owned()]);
        }
        table.to_string()
    }
}

fn phase_in_words(phase: &Phase) -> String {
    let memory = phase.most.iter().map(|held| format!("{:.0}", held.mib)).collect::<Vec<_>>().join(" ");
    let files = phase.most.iter().map(|held| held.files.to_string()).collect::<Vec<_>>().join(" ");
    format!(
        "{} s: {} committed, p50 {:.1} p99 {:.1} max {:.1} ms; MiB {memory}; files {files}; nodes' CPU {} s",
        phase.seconds,
        phase.committed,
        phase.p50,
        phase.p99,
        phase.max,
        phase.cpu_ms / 1_000
    )
}

/// The worst node's.
fn ratio(held: &[Held], quiet: &[Held]) -> f64 {
    held.iter().zip(quiet).map(|(held, quiet)| held.mib / quiet.mib.max(1.0)).fold(0.0, f64::max)
}

fn real(count: u64) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn good() -> (Report, Vec<Holding>) {
        let held = vec![Held { mib: 100.0, files: 50 }];
        let phase = |p99| Phase { seconds: 9, committed: 90, p99, most: held.clone(), ..Phase::default() };
        let report = Report {
            quiet: phase(30.0),
            attacked: phase(55.0),
            after: held.clone(),
            attack: BTreeMap::from([("connections tried".to_owned(), 5_000)]),
            newcomers_served: 9,
            newcomers_turned_away: 1,
            state_roots_equal: true,
            ..Report::default()
        };
        (report, vec![Holding { mib: 100.0, files: 50, cpu_ms: 0 }])
    }

    #[test]
    fn each_bound_is_broken_by_what_breaks_it() {
        let (mut report, before) = good();
        report.judge(&before);
        assert!(report.is_kept(), "{}", report.table());
        type Break = fn(&mut Report);
        let breaks: [(&str, Break); 9] = [
            ("the attack took place", |report| report.attack.clear()),
            ("twice its quiet value", |report| report.attacked.p99 = 60.1),
            ("everything that it handed in", |report| report.attacked.failed = 1),
            ("newcomers are served", |report| report.newcomers_turned_away = 3),
            ("memory is at most", |report| report.attacked.most[0].mib = 150.1),
            ("no node ended", |report| report.crashed.push("bank-east".to_owned())),
            ("given back", |report| report.after[0].files = 67),
            ("does not stay above", |report| report.after[0].mib = 150.1),
            ("one state root", |report| report.state_roots_equal = false),
        ];
        for (promise, break_it) in breaks {
            let (mut report, before) = good();
            break_it(&mut report);
            report.judge(&before);
            let broken: Vec<_> = report.bounds.iter().filter(|bound| !bound.kept).collect();
            assert!(broken.len() == 1 && broken[0].promise.contains(promise), "{promise}: {broken:?}");
        }
    }
}
