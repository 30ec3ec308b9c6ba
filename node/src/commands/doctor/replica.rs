//! A member node's full nodes: whether they are reached, what time they have, what they run, and what they were caught at.
use super::super::node_address::{full_nodes, socket};
use super::finding::{Finding, Level};
use super::peers::CLOCK_ADVICE;
use crate::config::{Config, Role};
use crate::limits::FOLLOW_CONNECT_TIMEOUT;
use crate::tls::{PeerCallError, PeerTrust, now_seconds};
use jiff::fmt::rfc2822::DateTimeParser;
use std::collections::BTreeSet;
use tally_proto::v1::node::GetStatusRequest;
use tally_proto::v1::node::node_service_client::NodeServiceClient;
use tally_proto::v1::operator::GetReportResponse;
use tonic::{Request, Status};

/// Where `node/` puts the files.
const FOLDER: &str = "evidence";
/// Seconds; full nodes say theirs in whole ones.
const CLOCK_SOON_SECONDS: u64 = 5;
/// Seconds; from half a minute on full nodes refuse what this one signs.
const CLOCK_NOW_SECONDS: u64 = 20;

/// Why a full node says nothing.
#[derive(Debug, thiserror::Error)]
enum Silent {
    #[error(transparent)]
    Unreached(#[from] PeerCallError),
    #[error("{address} refuses to say how it is: {}", status.message())]
    Refuses { address: String, status: Status },
}

pub(super) async fn examine(config: &Config) -> Vec<Finding> {
    if config.role != Role::Member {
        return Vec::new();
    }
    let several = (config.member.validators().len() < 2).then(|| {
        Finding::soon(
            "full nodes",
            "one full node is asked: if it keeps something back, nobody else is there to ask",
            "list several in member.validators, of different operators",
        )
    });
    let mut findings: Vec<Finding> = several.into_iter().collect();
    findings.extend(asked(&config.member.validators(), &config.member.trust()).await);
    findings.push(caught(config));
    findings
}

/// Whether they are reached, and by how much their clocks differ.
async fn asked(nodes: &[String], trust: &PeerTrust) -> Vec<Finding> {
    let (mut offsets, mut silent) = (Vec::new(), Vec::new());
    for node in nodes {
        match clock_offset(node, trust).await {
            Ok(offset) => offsets.extend(offset),
            Err(error) => silent.push(error),
        }
    }
    let level = if silent.len() == nodes.len() { Level::Now } else { Level::Soon };
    let advice = "call its operator, or correct member.validators and member.tls_*";
    let mut findings: Vec<Finding> =
        silent.iter().map(|error| Finding::at(level, "full nodes", error.to_string(), advice)).collect();
    if silent.is_empty() {
        findings.push(Finding::well("full nodes", format!("all {} are reached", nodes.len())));
    }
    findings.push(clock(offsets));
    findings
}

/// Seconds that a full node's clock is ahead of this machine's, by the date of its answer.
async fn clock_offset(address: &str, trust: &PeerTrust) -> Result<Option<i64>, Silent> {
    let channel = trust.connect(address, FOLLOW_CONNECT_TIMEOUT).await?;
    let mut request = Request::new(GetStatusRequest {});
    request.set_timeout(FOLLOW_CONNECT_TIMEOUT);
    let answer = NodeServiceClient::new(channel).get_status(request).await;
    let answer = answer.map_err(|status| Silent::Refuses { address: address.to_owned(), status })?;
    let date = answer.metadata().get("date").and_then(|date| date.to_str().ok());
    let date = date.and_then(|date| DateTimeParser::new().parse_timestamp(date).ok());
    Ok(date.map(|date| date.as_second().saturating_sub(now_seconds())))
}

fn clock(mut offsets: Vec<i64>) -> Finding {
    offsets.sort_unstable();
    let Some(&median) = offsets.get(offsets.len() / 2) else {
        let found = "no full node said its time, so there is nothing to compare this machine's clock with";
        return Finding::soon("clock", found, "run this again once a full node is reached");
    };
    let level = match median.unsigned_abs() {
        ..CLOCK_SOON_SECONDS => Level::Well,
        CLOCK_SOON_SECONDS..CLOCK_NOW_SECONDS => Level::Soon,
        CLOCK_NOW_SECONDS.. => Level::Now,
    };
    let found =
        format!("full nodes' clocks are {median:+} s from this machine's (median of {})", offsets.len());
    Finding::at(level, "clock", found, CLOCK_ADVICE)
}

/// Whether full nodes run what this one runs, as they tell its member; `None` where none says what it runs.
pub(super) async fn versions(config: &Config, report: &GetReportResponse) -> Option<Finding> {
    if config.role != Role::Member {
        return None;
    }
    let heard = full_nodes(&socket(&config.operator.socket)).await.unwrap_or_default();
    let own = report.status.as_ref().map(|status| status.version.as_str()).unwrap_or_default();
    compare(own, heard.into_iter().filter_map(|node| node.status).map(|status| status.version).collect())
}

fn compare(own: &str, others: BTreeSet<String>) -> Option<Finding> {
    if others.iter().all(|version| version == own) {
        return (!others.is_empty())
            .then(|| Finding::well("versions", format!("all full nodes heard of run {own}")));
    }
    let others = others.into_iter().collect::<Vec<_>>().join(", ");
    let advice =
        "install what the full nodes run: blocks of a newer program may say what this one cannot read";
    Some(Finding::soon("versions", format!("this node runs {own}, full nodes {others}"), advice))
}

fn caught(config: &Config) -> Finding {
    let folder = config.data_dir.join(FOLDER);
    let files = std::fs::read_dir(&folder).map(|entries| entries.filter_map(Result::ok).collect::<Vec<_>>());
    let mut names: Vec<String> = files
        .unwrap_or_default()
        .iter()
        .map(|file| file.file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    match names.last() {
        None => Finding::well("full nodes", "none was caught at a lie"),
        Some(last) => Finding::now(
            "full nodes",
            format!("{} answers did not hold, the last one in {last}", names.len()),
            format!(
                "read {}, ask its operator, show it to the others; move it away when done",
                folder.display()
            ),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_is_spoken_of_before_full_nodes_refuse_what_it_signs() {
        for (offsets, level) in [
            (vec![0, -1, 1], Level::Well),
            (vec![6, 6, 0], Level::Soon),
            (vec![-40, -39, -41], Level::Now),
            (vec![0, 0, 3_600], Level::Well),
            (Vec::new(), Level::Soon),
        ] {
            assert_eq!(clock(offsets.clone()).level, level, "{offsets:?}");
        }
    }

    #[test]
    fn full_nodes_that_run_something_else_are_told() {
        let said = |versions: &[&str]| {
            let finding = compare("1.0.0", versions.iter().map(|&version| version.to_owned()).collect());
            finding.map(|finding| (finding.level, finding.found))
        };
        assert_eq!(said(&[]), None);
        assert_eq!(said(&["1.0.0"]), Some((Level::Well, "all full nodes heard of run 1.0.0".to_owned())));
        let skewed = "this node runs 1.0.0, full nodes 1.0.0, 1.1.0".to_owned();
        assert_eq!(said(&["1.1.0", "1.0.0"]), Some((Level::Soon, skewed)));
    }

    #[test]
    fn the_date_of_an_answer_is_a_time() {
        let read = DateTimeParser::new().parse_timestamp("Sun, 06 Nov 1994 08:49:37 GMT").unwrap();
        assert_eq!(read.as_second(), 784_111_777);
    }
}
