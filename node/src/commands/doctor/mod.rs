//! `tallyd doctor`: looks at everything that an operator would look at, and says what to do about each thing.
//!
//! Files and machine are looked at from here; what only the running node knows is asked on its operator's socket.
mod disk;
mod documents;
mod files;
mod finding;
mod node;
mod peers;
mod replica;
mod terms;

use super::error::CommandError;
use super::node_address::{report, socket};
use super::settings::ConfigArguments;
use crate::config::{Config, Role};
use clap::Args;
use finding::{Finding, Level};
use serde_json::json;
use tally_proto::v1::operator::GetReportResponse;

#[derive(Args)]
#[command(
    after_help = "Levels: well, soon (nothing breaks today), now. Exit code 8 if something is to be done now, \
    with --strict also for what is to be done soon.\n\n\
    Examples:\n  tallyd doctor --config tallyd.toml\n  tallyd doctor --strict --json > findings.json"
)]
pub(super) struct Doctor {
    #[command(flatten)]
    config: ConfigArguments,
    /// Fails for what is to be done soon, too
    #[arg(long)]
    strict: bool,
    /// Prints JSON
    #[arg(long)]
    json: bool,
}

impl Doctor {
    pub(super) fn run(self) -> Result<(), CommandError> {
        let config = self.config.load()?.config;
        let findings = super::start::block_on(examine(&config))?;
        if self.json {
            let shown: Vec<_> = findings.iter().map(as_json).collect();
            println!("{:#}", json!(shown));
        } else {
            findings.iter().for_each(print_line);
        }
        let count = |level: Level| findings.iter().filter(|finding| finding.level == level).count();
        let (now, soon) = (count(Level::Now), count(Level::Soon));
        if now > 0 || (self.strict && soon > 0) {
            return Err(CommandError::Unwell { now, soon });
        }
        Ok(())
    }
}

async fn examine(config: &Config) -> Vec<Finding> {
    let mut findings = files::examine(config);
    findings.extend(disk::examine(&config.data_dir));
    findings.extend(replica::examine(config).await);
    findings.extend(documents::examine(config).await);
    match report(&socket(&config.operator.socket)).await {
        Ok(report) => {
            findings.extend(of_running(config, &report));
            findings.extend(replica::versions(config, &report).await);
        }
        Err(error) => findings.push(Finding::now(
            "node",
            error.to_string(),
            "start it with tallyd start, or read the end of its log",
        )),
    }
    findings
}

fn of_running(config: &Config, report: &GetReportResponse) -> Vec<Finding> {
    let mut findings = node::examine(config, report);
    // a member node has no peers: it asks full nodes, which replica.rs looks at
    if config.role != Role::Member {
        findings.extend(peers::examine(report));
    }
    findings.extend(terms::examine(&report.terms));
    findings
}

fn print_line(finding: &Finding) {
    println!("{:<5} {:<13} {}", finding.level.name(), finding.about, finding.found);
    if let Some(advice) = &finding.advice {
        println!("{:19} to do: {advice}", "");
    }
}

fn as_json(finding: &Finding) -> serde_json::Value {
    json!({
        "level": finding.level.name(),
        "about": finding.about,
        "found": finding.found,
        "to_do": finding.advice,
    })
}
