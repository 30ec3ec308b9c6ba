//! The attackers: a process of its own; each kind of attack has a rate, which `orders.rs` states.

mod dial;
mod flood;
mod frames;
mod hold;
mod malformed;
mod orders;
mod pace;
mod ports;
mod resets;
mod slow;
mod tally;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use serde::{Deserialize, Serialize};
use tally_client::bench::procfs;
use tokio::task::JoinSet;

pub use orders::{Orders, Target};

use super::HostileError;
use dial::Dialler;
use flood::{Flooder, Kind};
use pace::Pace;
use tally::Tally;

/// What attackers share.
struct Attack {
    dialler: Dialler,
    tally: Tally,
    /// New connections.
    opening: Pace,
    /// Batches of streams that are reset.
    resetting: Pace,
    /// Malformed connections.
    malformed: Pace,
    /// Calls at the ports of nodes.
    calling: Pace,
}

/// What the attackers did.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attacked {
    /// By what was done.
    pub counts: BTreeMap<String, u64>,
    /// Processor time of the attackers.
    pub cpu_ms: u64,
}

/// Carries out the orders of a file, and tells what was done.
pub async fn run(file: &Path) -> Result<Attacked, HostileError> {
    let failed = |source| HostileError::Orders { path: file.to_path_buf(), source };
    let text = std::fs::read(file).map_err(failed)?;
    let orders: Orders = serde_json::from_slice(&text).map_err(|error| failed(error.into()))?;
    raise_limits()?;
    let attack = Arc::new(Attack {
        dialler: Dialler::new(&orders.authority, orders.addresses).map_err(HostileError::Dial)?,
        tally: Tally::default(),
        opening: Pace::per_second(orders.opening_per_second),
        resetting: Pace::per_second(orders.reset_batches_per_second),
        malformed: Pace::per_second(orders.malformed_per_second),
        calling: Pace::per_second(orders.calls_per_second),
    });
    let flooder = Arc::new(Flooder::open(&orders)?);
    let mut attackers = JoinSet::new();
    for target in &orders.nodes {
        strike(&mut attackers, &attack, target, &orders);
        flood(&mut attackers, &attack, target, &flooder);
    }
    tokio::time::sleep(Duration::from_secs(orders.seconds)).await;
    let counts = attack.tally.report();
    attackers.shutdown().await;
    Ok(Attacked { counts, cpu_ms: procfs::cpu_ms(std::process::id()).unwrap_or_default() })
}

/// As many connections as the system allows.
fn raise_limits() -> Result<(), HostileError> {
    let limit = getrlimit(Resource::Nofile);
    let raised = Rlimit { current: limit.maximum, maximum: limit.maximum };
    setrlimit(Resource::Nofile, raised).map_err(|error| HostileError::Machine(error.into()))
}

/// Everything that needs no member's key, at one node.
fn strike(attackers: &mut JoinSet<()>, attack: &Arc<Attack>, target: &Target, orders: &Orders) {
    macro_rules! send {
        ($count:expr, $room:ident, $at:expr) => {
            for number in 0..$count {
                let (attack, at) = (Arc::clone(attack), $at);
                attackers.spawn(async move { $room::run(&attack, at, number).await });
            }
        };
    }
    send!(orders.connections / orders.nodes.len().max(1), hold, target.api);
    send!(orders.slow, slow, target.api);
    send!(orders.resetters, resets, target.api);
    send!(1, malformed, target.api);
    send!(orders.callers, ports, target.consensus);
    send!(orders.callers, ports, target.gossip);
}

fn flood(attackers: &mut JoinSet<()>, attack: &Arc<Attack>, target: &Target, flooder: &Arc<Flooder>) {
    for kind in Kind::ALL {
        let (attack, flooder, url) = (Arc::clone(attack), Arc::clone(flooder), target.url.clone());
        attackers.spawn(async move {
            if let Err(error) = flood::run(&attack, &flooder, &url, kind).await {
                eprintln!("a flood ended: {error}");
            }
        });
    }
}
