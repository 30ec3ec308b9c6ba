//! A local network: real `tallyd` processes on loopback, with keys, genesis, configuration and profiles of its own.

mod certificates;
mod client_home;
mod distance;
mod error;
mod genesis;
mod keys;
mod layout;
mod leftovers;
mod make;
mod member_node;
mod node_config;
mod plan;
mod ports;
mod process;
mod ready;

use std::path::PathBuf;
use std::sync::OnceLock;

use tally_client::sdk::{Client, Reader, Trust};
use tally_contracts::types::MemberId;
use tally_keys::SigningKey;

pub use certificates::{Authority, member_name};
pub use distance::{Relay, Relays};
pub use error::NetworkError;
pub use layout::{Layout, NodeLayout};
pub use member_node::MemberNode;
pub use node_config::Addresses;
pub use plan::{ClockPlan, MemberPlan, NodeKind, Plan, TlsPlan, gln_of};
pub use ports::free as free_ports;
pub use process::{NodeProcess, tail};

/// A network on disk, and those of its nodes that run. Dropping it ends them.
#[derive(Debug)]
pub struct Network {
    plan: Plan,
    layout: Layout,
    members: Vec<keys::MemberKeys>,
    nodes: Vec<Node>,
    relays: Vec<Relay>,
}

/// One node of a network.
#[derive(Debug)]
pub struct Node {
    /// Its name, which is its operator's.
    pub name: String,
    /// Whether it votes.
    pub kind: NodeKind,
    /// Where its files lie.
    pub files: NodeLayout,
    /// Where it listens.
    pub addresses: Addresses,
    process: Option<NodeProcess>,
    /// Who looks at it for us.
    reader: Reader,
    /// With TLS, what that needs.
    trust: Option<Trust>,
    /// Made at the first use, because it needs a runtime.
    client: OnceLock<Client>,
}

impl Node {
    /// Where its API answers.
    pub fn url(&self) -> String {
        let scheme = if self.trust.is_some() { "https" } else { "http" };
        format!("{scheme}://{}", self.addresses.api)
    }

    /// A client of this node alone.
    pub fn client(&self) -> Result<Client, NetworkError> {
        if let Some(client) = self.client.get() {
            return Ok(client.clone());
        }
        let client = Client::trusting(&[self.url()], self.trust.as_ref())?.with_reader(self.reader.clone());
        Ok(self.client.get_or_init(|| client).clone())
    }

    /// Its process id while it was started and not ended by us.
    pub fn process_id(&self) -> Option<u32> {
        self.process.as_ref().map(NodeProcess::id)
    }
}

impl Network {
    /// Writes a new network; what an earlier run left in the folder is ended and removed, if it is provably ours.
    pub fn create(plan: Plan) -> Result<Self, NetworkError> {
        make::network(plan)
    }

    /// What it was made from.
    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    /// Where everything lies.
    pub fn layout(&self) -> &Layout {
        &self.layout
    }

    /// All nodes, validators first.
    pub fn nodes(&self) -> &[Node] {
        &self.nodes
    }

    /// The `tallyd` and `tally` that this network uses.
    pub fn binary(&self, name: &str) -> PathBuf {
        self.plan.binaries.join(name)
    }

    /// What has to run between its nodes where there is distance; empty where there is none.
    pub fn relays(&self) -> &[Relay] {
        &self.relays
    }

    /// Starts every node that does not run.
    pub fn start(&mut self) -> Result<(), NetworkError> {
        (0..self.nodes.len()).try_for_each(|index| self.start_node(index))
    }

    /// Starts one node, unless it runs.
    pub fn start_node(&mut self, index: usize) -> Result<(), NetworkError> {
        let tallyd = self.binary("tallyd");
        let node = self.node_mut(index)?;
        if node.process.is_none() {
            node.process = Some(NodeProcess::spawn(&tallyd, &node.name, &node.files)?);
        }
        Ok(())
    }

    /// SIGKILL for one node.
    pub fn kill(&mut self, index: usize) -> Result<(), NetworkError> {
        match self.node_mut(index)?.process.take() {
            Some(mut process) => process.kill(),
            None => Ok(()),
        }
    }

    /// Asks one node to end and waits for it.
    pub fn stop_node(&mut self, index: usize) -> Result<(), NetworkError> {
        match self.node_mut(index)?.process.take() {
            Some(mut process) => {
                process.ask_to_end();
                process.wait_for_end().map(|_| ())
            }
            None => Ok(()),
        }
    }

    /// Ends one node if it runs, and starts it.
    pub fn restart(&mut self, index: usize) -> Result<(), NetworkError> {
        self.stop_node(index)?;
        self.start_node(index)
    }

    /// Asks all nodes to end and waits for them. Files stay, for whoever wants to read logs.
    pub fn stop(&mut self) -> Result<(), NetworkError> {
        self.nodes.iter_mut().filter_map(|node| node.process.as_mut()).for_each(NodeProcess::ask_to_end);
        (0..self.nodes.len()).try_for_each(|index| self.stop_node(index))
    }

    /// A client of every node that reads for `member`, its preferred ones first.
    pub fn client_of(&self, member: MemberId) -> Result<Client, NetworkError> {
        let index = self.plan.members.iter().position(|one| one.id == member).unwrap_or(0);
        let reader = Reader::new(&self.plan.chain_id, member, self.key_of(member)?);
        let trust = certificates::trust(&self.plan, &self.layout, member)?;
        let urls = client_home::preferred(&self.plan, member, index, &self.urls());
        Ok(Client::trusting(&urls, trust.as_ref())?.with_reader(reader))
    }

    /// The key that signs for a member.
    pub fn key_of(&self, member: MemberId) -> Result<SigningKey, NetworkError> {
        let found = self.members.iter().find(|one| one.member == member);
        let missing = || NetworkError::NoMember { member: member.to_string() };
        Ok(found.ok_or_else(missing)?.key.clone())
    }

    /// Every node's API address, validators first.
    pub fn urls(&self) -> Vec<String> {
        self.nodes.iter().map(Node::url).collect()
    }

    /// One node.
    pub fn node(&self, index: usize) -> Result<&Node, NetworkError> {
        let count = self.nodes.len();
        self.nodes.get(index).ok_or(NetworkError::NoNode { index, count })
    }

    fn node_mut(&mut self, index: usize) -> Result<&mut Node, NetworkError> {
        let count = self.nodes.len();
        self.nodes.get_mut(index).ok_or(NetworkError::NoNode { index, count })
    }
}

impl Drop for Network {
    fn drop(&mut self) {
        // All at once, so that ending takes as long as the slowest; each process then waits for itself.
        self.nodes.iter_mut().filter_map(|node| node.process.as_mut()).for_each(NodeProcess::ask_to_end);
    }
}
