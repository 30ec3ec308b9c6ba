//! Waiting for nodes: until they answer and commit, until one reaches a height.

use std::time::{Duration, Instant};

use tally_proto::v1::common::Position;
use tally_proto::v1::node::GetStatusResponse;
use tokio::time::sleep;

use super::error::NetworkError;
use super::process::NodeProcess;
use super::{Network, Node};
use crate::limits::{POLL, READY_MAX};

impl Network {
    /// Waits until every running node answers, committed a block and is not behind. `progress` hears how many are.
    pub async fn wait_ready(&mut self, mut progress: impl FnMut(usize, usize)) -> Result<(), NetworkError> {
        let begun = Instant::now();
        loop {
            self.check_running()?;
            let waiting = self.waiting().await;
            let running = self.nodes.iter().filter(|node| node.process.is_some()).count();
            progress(running.saturating_sub(waiting.len()), running);
            let Some(first) = waiting.first() else { return Ok(()) };
            if begun.elapsed() > READY_MAX {
                let log = self.node(*first)?.files.log();
                return Err(self.not_ready(&waiting, READY_MAX, log));
            }
            sleep(POLL).await;
        }
    }

    /// Waits until the node at `index` committed `height`, for at most `most`.
    pub async fn wait_height(
        &mut self,
        index: usize,
        height: u64,
        most: Duration,
    ) -> Result<u64, NetworkError> {
        let begun = Instant::now();
        loop {
            self.check_running()?;
            let tip = self.height(index).await.unwrap_or(0);
            if tip >= height {
                return Ok(tip);
            }
            if begun.elapsed() > most {
                let log = self.node(index)?.files.log();
                return Err(self.not_ready(&[index], most, log));
            }
            sleep(POLL).await;
        }
    }

    /// How a node is doing.
    pub async fn status(&self, index: usize) -> Result<GetStatusResponse, NetworkError> {
        Ok(self.node(index)?.client()?.status().await?)
    }

    /// The newest block that a node committed; `None` where it does not answer.
    pub async fn height(&self, index: usize) -> Option<u64> {
        self.status(index).await.ok()?.position.map(|position| position.height)
    }

    /// Fails if a node that was started ended by itself.
    pub fn check_running(&mut self) -> Result<(), NetworkError> {
        self.nodes
            .iter_mut()
            .filter_map(|node| node.process.as_mut())
            .try_for_each(NodeProcess::check_running)
    }

    async fn waiting(&self) -> Vec<usize> {
        let mut waiting = Vec::new();
        for (index, node) in self.nodes.iter().enumerate() {
            if node.process.is_some() && !is_ready(node).await {
                waiting.push(index);
            }
        }
        waiting
    }

    fn not_ready(&self, waiting: &[usize], most: Duration, log: std::path::PathBuf) -> NetworkError {
        let names = waiting.iter().filter_map(|index| self.nodes.get(*index)).map(|node| node.name.as_str());
        NetworkError::NotReady { waiting: names.collect::<Vec<_>>().join(", "), seconds: most.as_secs(), log }
    }
}

async fn is_ready(node: &Node) -> bool {
    let Ok(client) = node.client() else { return false };
    let Ok(status) = client.status().await else { return false };
    let committed = status.position.is_some_and(|Position { height, .. }| height > 0);
    committed && !status.catching_up
}
