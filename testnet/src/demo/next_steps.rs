//! What to try next while the network is up, role by role.

use super::cast::{ANCHOR, EAST, REGULATOR, TIER_1, TIER_2};
use crate::network::{MemberNode, Network};

/// For people, on standard output; `own` are the member nodes that run.
pub fn text(network: &Network, own: &[MemberNode]) -> String {
    let env = network.layout().env();
    let api = network.urls().into_iter().next().unwrap_or_default();
    let own: String = own.iter().map(own_node).collect();
    format!(
        "The network stays up until Ctrl-C; a node answers gRPC and gRPC-web at {api}.\n\
         In another terminal:  . {env}\n\
         \n\
         supplier   tally --as {TIER_1} receivable list\n\
         \x20          tally --as {TIER_2} money balance\n\
         anchor     tally --as {ANCHOR} receivable list\n\
         \x20          tally --as {ANCHOR} settle status R1\n\
         bank       tally --as {EAST} facility list\n\
         \x20          tally --as {EAST} tranche list\n\
         auditor    tally --as {REGULATOR} receivable tree R1\n\
         \x20          tally --as {REGULATOR} receivable history R1\n\
         \x20          tally --as {REGULATOR} proof get R1 --out R1.proof\n\
         {own}\
         operator   tallyd status --help\n\
         \n\
         Logs lie in {}.",
        network.layout().nodes().join("*/tallyd.log").display(),
        env = env.display(),
    )
}

fn own_node(node: &MemberNode) -> String {
    let (member, config) = (node.member, node.files.config());
    format!(
        "own node   tally --as {member} --node http://{} receivable list\n\
         \x20          tallyd doctor --config {}\n",
        node.api,
        config.display(),
    )
}
