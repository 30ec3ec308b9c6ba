//! The running node: whether it follows, votes and is listed, what it may open, and whom it caught.
use super::finding::Finding;
use crate::config::{Config, Role};
use crate::limits::GOSSIP_INBOUND_CONNECTIONS_MAX;
use tally_proto::v1::operator::GetReportResponse;

/// Files that the store, the logs and the process itself have open at most.
const OWN_FILES: u64 = 1_024;

pub(super) fn examine(config: &Config, report: &GetReportResponse) -> Vec<Finding> {
    let mut findings = vec![progress(report), listing(config, report), open_files(config, report)];
    if report.misbehaviours > 0 {
        let found =
            format!("{} proofs that a validator contradicted itself are stored here", report.misbehaviours);
        let advice = "look with tally evidence list, put them on the ledger with tally evidence report, and \
                      propose to remove the validator";
        findings.push(Finding::now("misbehaviour", found, advice));
    }
    findings
}

fn progress(report: &GetReportResponse) -> Finding {
    let status = report.status.clone().unwrap_or_default();
    let height = status.position.map(|position| position.height).unwrap_or_default();
    match (status.catching_up, report.serving) {
        (true, _) => Finding::soon(
            "node",
            format!("at height {height}, and no newer block for several heartbeats"),
            "wait if it catches up; otherwise see whether more than two thirds of the validators are connected",
        ),
        (false, false) => Finding::now(
            "node",
            format!("at height {height}, not serving"),
            "see the peers below: a validator without any cannot take part",
        ),
        (false, true) => {
            Finding::well("node", format!("at height {height}, serving, version {}", status.version))
        }
    }
}

fn listing(config: &Config, report: &GetReportResponse) -> Finding {
    match (config.role, report.listed, report.voting) {
        (Role::Member, _, _) => Finding::well("node", "a member node"),
        (_, false, _) => Finding::now(
            "node",
            "the ledger does not list this node, so the others do not let it in",
            "ask for a proposal that lists its keys (tally proposal), or use the right key files",
        ),
        (Role::Validator, true, false) => Finding::now(
            "node",
            "the ledger lists this validator and it does not vote",
            "read its log: after a restore it is silent until the chain has passed what its key may have signed",
        ),
        (Role::Validator, true, true) => Finding::well("node", "votes"),
        (Role::Observer, true, _) => Finding::well("node", "listed as an observer"),
    }
}

fn open_files(config: &Config, report: &GetReportResponse) -> Finding {
    let peers = u64::from(GOSSIP_INBOUND_CONNECTIONS_MAX).saturating_mul(2);
    let needed = config.api.connections_max.saturating_add(peers).saturating_add(OWN_FILES);
    let found = format!("the node may open {} files and may need {needed}", report.open_files_limit);
    if report.open_files_limit >= needed {
        return Finding::well("open files", found);
    }
    Finding::soon(
        "open files",
        found,
        format!("set LimitNOFILE={needed} in its systemd unit (or ulimit -n), or lower api.connections_max"),
    )
}
