//! After the load: one state root on all nodes, and every invariant on each.

use std::collections::BTreeMap;
use std::time::Instant;

use futures::stream::{self, StreamExt};
use tally_proto::v1::ledger::{CheckInvariantsRequest, ListBlocksRequest};
use tokio::time::sleep;

use super::error::BenchError;
use super::limits::{CATCH_UP_MAX, CHECKS_AT_ONCE, LOOK, REQUEST_TIMEOUT};
use super::network::NetworkFile;
use crate::sdk::{Client, ClientError, Reader};

/// What the nodes have in the end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checked {
    /// At which they were compared.
    pub height: u64,
    /// `None` where all have one root; else which node has which.
    pub roots_differ: Option<String>,
    /// `None` where all hold; else which is broken where.
    pub invariant_broken: Option<String>,
}

impl Checked {
    /// What must not be, in words.
    pub fn broken(&self) -> impl Iterator<Item = &str> {
        self.roots_differ.iter().chain(&self.invariant_broken).map(String::as_str)
    }
}

/// Asks every node.
pub async fn check(network: &NetworkFile, reader: &Reader) -> Result<Checked, BenchError> {
    let mut nodes = Vec::new();
    for node in &network.nodes {
        let client = Client::new(&[&node.url])?.with_reader(reader.clone()).with_timeout(REQUEST_TIMEOUT);
        nodes.push((node.name.as_str(), client));
    }
    let mut height = 0;
    for (_, client) in &nodes {
        height = height.max(client.tip().await?.height);
    }
    let mut roots: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for (name, client) in &nodes {
        wait_for(name, client, height).await?;
        roots.entry(root(client, height).await?).or_default().push(name);
    }
    let checks = stream::iter(&nodes).map(|(name, client)| broken(name, client)).buffered(CHECKS_AT_ONCE);
    let found: Vec<Option<String>> = checks.collect().await;
    let invariant_broken = found.into_iter().flatten().next();
    let roots_differ = (roots.len() != 1).then(|| format!("state roots differ at {height}: {roots:?}"));
    Ok(Checked { height, roots_differ, invariant_broken })
}

async fn wait_for(name: &str, client: &Client, height: u64) -> Result<(), BenchError> {
    let begun = Instant::now();
    while client.tip().await?.height < height {
        if begun.elapsed() > CATCH_UP_MAX {
            let (node, seconds) = (name.to_owned(), CATCH_UP_MAX.as_secs());
            return Err(BenchError::Behind { node, height, seconds });
        }
        sleep(LOOK).await;
    }
    Ok(())
}

async fn root(client: &Client, height: u64) -> Result<String, BenchError> {
    let request = ListBlocksRequest { to_height: height, page_size: 1, ..ListBlocksRequest::default() };
    let headers = client.list_blocks(request).await?.headers;
    let header = headers.into_iter().find(|header| header.height == height);
    Ok(hex::encode(header.ok_or(ClientError::Incomplete { what: "header" })?.state_root))
}

/// The first invariant that does not hold. None that was checked is a failure too, but no reason to lose the report.
async fn broken(name: &str, client: &Client) -> Option<String> {
    let results = match client.check_invariants(CheckInvariantsRequest {}).await {
        Ok(answer) => answer.results,
        Err(error) => return Some(format!("invariants were not checked on {name}: {error}")),
    };
    if results.is_empty() {
        return Some(format!("no invariant was checked on {name}"));
    }
    let broken = results.into_iter().find(|result| !result.holds)?;
    Some(format!("{} does not hold on {name}: {}", broken.name, broken.violation))
}
