//! What to try next while the network is up, role by role.

use super::cast::{ANCHOR, EAST, REGULATOR, TIER_1, TIER_2};
use crate::network::Network;

/// For people, on standard output.
pub fn text(network: &Network) -> String {
    let env = network.layout().env();
    let api = network.urls().into_iter().next().unwrap_or_default();
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
         operator   tallyd status --help\n\
         \n\
         Logs lie in {}.",
        network.layout().nodes().join("*/tallyd.log").display(),
        env = env.display(),
    )
}
