//! Writing a network to disk, from a plan.

use std::fs;
use std::net::SocketAddr;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::sync::OnceLock;

use tally_client::sdk::Reader;
use tally_contracts::member::Role;
use tally_contracts::types::MemberId;

use super::error::{NetworkError, io};
use super::keys::{MemberKeys, NodePublicKeys};
use super::layout::{Layout, absolute};
use super::node_config::{Addresses, Common, NodeIdentity, PORTS_PER_NODE};
use super::plan::{NodeKind, Plan, TlsPlan};
use super::{Network, Node, Relay, certificates, client_home, genesis, keys, leftovers, node_config, ports};
use crate::limits::NODES_MAX;

pub(super) fn network(mut plan: Plan) -> Result<Network, NetworkError> {
    plan.folder = absolute(&plan.folder);
    plan.binaries = absolute(&plan.binaries);
    let found = plan.operators().len();
    if found == 0 || found > NODES_MAX {
        return Err(NetworkError::NodeCount { found, limit: NODES_MAX });
    }
    ["tallyd", "tally"].iter().try_for_each(|name| require(&plan.binaries.join(name)))?;
    let layout = Layout { root: plan.folder.clone() };
    leftovers::clean(&layout)?;
    claim(&layout)?;

    let members = keys::make_members(&plan, &layout)?;
    let nodes = identities(keys::make_nodes(&plan, &layout)?)?;
    let public: Vec<NodePublicKeys> = nodes.iter().map(|node| node.keys.clone()).collect();
    write(&layout.genesis(), &genesis::text(&plan, &members, &public))?;
    let relays = if plan.is_distant { relays(&nodes)? } else { Vec::new() };
    write_configs(&plan, &layout, &nodes, &relays)?;
    certificates::write(&plan, &layout, &nodes)?;
    let scheme = if plan.tls == TlsPlan::Off { "http" } else { "https" };
    let urls: Vec<String> = nodes.iter().map(|node| format!("{scheme}://{}", node.addresses.api)).collect();
    client_home::write_profiles(&plan, &layout, &urls)?;
    client_home::write_env(&plan, &layout)?;
    let nodes = nodes
        .iter()
        .map(|node| at_rest(&plan, &layout, node, &members))
        .collect::<Result<_, NetworkError>>()?;
    Ok(Network { plan, layout, members, nodes, relays })
}

fn require(path: &Path) -> Result<(), NetworkError> {
    if path.exists() { Ok(()) } else { Err(NetworkError::NotBuilt { path: path.to_path_buf() }) }
}

/// Makes the folder, readable by its owner only, and marks it as ours: process id and executable of its maker.
fn claim(layout: &Layout) -> Result<(), NetworkError> {
    fs::create_dir_all(&layout.root).map_err(io(&layout.root, "create"))?;
    let private = fs::Permissions::from_mode(0o700);
    fs::set_permissions(&layout.root, private).map_err(io(&layout.root, "protect"))?;
    let executable = std::env::args().next().unwrap_or_default();
    write(&layout.marker(), &format!("{}\n{executable}\n", std::process::id()))
}

fn identities(nodes: Vec<NodePublicKeys>) -> Result<Vec<NodeIdentity>, NetworkError> {
    let count = nodes.len();
    let ports: Vec<SocketAddr> = ports::free(count * PORTS_PER_NODE)?;
    let identity = |(index, (keys, ports)): (usize, (NodePublicKeys, &[SocketAddr]))| {
        let addresses = Addresses::of(ports).ok_or(NetworkError::NoNode { index, count })?;
        Ok(NodeIdentity { keys, addresses })
    };
    nodes.into_iter().zip(ports.chunks(PORTS_PER_NODE)).enumerate().map(identity).collect()
}

/// For every node, a relay to each place where another listens for nodes.
fn relays(nodes: &[NodeIdentity]) -> Result<Vec<Relay>, NetworkError> {
    let places = |node: &NodeIdentity| [node.addresses.consensus, node.addresses.gossip];
    let targets: Vec<SocketAddr> = nodes.iter().flat_map(|_| nodes.iter().flat_map(places)).collect();
    let listens = ports::free(targets.len())?;
    Ok(listens.into_iter().zip(targets).map(|(listen, target)| Relay { listen, target }).collect())
}

/// The nodes as the one at `index` finds them.
fn seen_from(index: usize, nodes: &[NodeIdentity], relays: &[Relay]) -> Vec<NodeIdentity> {
    let count = nodes.len().saturating_mul(2);
    let own: Vec<Relay> = relays.iter().skip(index.saturating_mul(count)).take(count).copied().collect();
    let through = |address: &mut SocketAddr| {
        if let Some(relay) = own.iter().find(|relay| relay.target == *address) {
            *address = relay.listen;
        }
    };
    let mut seen = nodes.to_vec();
    for (_, node) in seen.iter_mut().enumerate().filter(|(place, _)| *place != index) {
        through(&mut node.addresses.consensus);
        through(&mut node.addresses.gossip);
    }
    seen
}

fn write_configs(
    plan: &Plan,
    layout: &Layout,
    nodes: &[NodeIdentity],
    relays: &[Relay],
) -> Result<(), NetworkError> {
    let common = Common {
        layout,
        heartbeat_ms: plan.heartbeat_ms,
        request_timeout_ms: plan.request_timeout_ms,
        member_transactions_per_second: plan.member_transactions_per_second,
        is_distant: plan.is_distant,
        log_filter: plan.log_filter.as_deref(),
        tls: plan.tls,
    };
    nodes.iter().enumerate().try_for_each(|(index, node)| {
        let text = node_config::text(common, &seen_from(index, nodes, relays), index);
        let text = text.ok_or(NetworkError::NoNode { index, count: nodes.len() })?;
        write(&layout.node(node.keys.member.as_str()).config(), &text)
    })
}

/// Who looks at a node for us: the regulator where there is one, who sees everything, else its operator.
fn onlooker(plan: &Plan, operator: MemberId) -> MemberId {
    let regulator = plan.members.iter().find(|member| member.roles.contains(&Role::Regulator));
    regulator.map_or(operator, |regulator| regulator.id)
}

fn reader(plan: &Plan, members: &[MemberKeys], who: MemberId) -> Result<Reader, NetworkError> {
    let found = members.iter().find(|one| one.member == who);
    let found = found.ok_or_else(|| NetworkError::NoMember { member: who.to_string() })?;
    Ok(Reader::new(&plan.chain_id, who, found.key.clone()))
}

fn at_rest(
    plan: &Plan,
    layout: &Layout,
    node: &NodeIdentity,
    members: &[MemberKeys],
) -> Result<Node, NetworkError> {
    let name = node.keys.member.to_string();
    let who = onlooker(plan, node.keys.member);
    let (reader, trust) = (reader(plan, members, who)?, certificates::trust(plan, layout, who)?);
    Ok(Node {
        files: layout.node(&name),
        kind: if node.keys.consensus.is_some() { NodeKind::Validator } else { NodeKind::Observer },
        addresses: node.addresses,
        process: None,
        reader,
        trust,
        client: OnceLock::new(),
        name,
    })
}

fn write(path: &Path, text: &str) -> Result<(), NetworkError> {
    fs::write(path, text).map_err(io(path, "write"))
}
