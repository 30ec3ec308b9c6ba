//! Free loopback ports that nobody else takes: no connection of this machine, and no other network on it.

use std::fs;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::os::linux::net::SocketAddrExt;
use std::os::unix::net::{SocketAddr as LocalAddr, UnixListener};
use std::sync::{Mutex, MutexGuard};

use super::error::NetworkError;
use crate::limits::{PORT_BLOCKS_TRIED_MAX, PORTS_PER_BLOCK};

/// Ports below this are other people's.
const FIRST: u16 = 15_000;

/// Where Linux begins to give ports to outgoing connections, unless told otherwise.
const EPHEMERAL_FIRST: u16 = 32_768;

/// What this process has of the range, until it ends: a network that it makes may start its nodes at any time.
static OWN: Mutex<Own> = Mutex::new(Own { blocks: Vec::new(), left: Vec::new() });

#[derive(Debug)]
struct Own {
    blocks: Vec<Block>,
    /// Ports of those blocks that were not given away.
    left: Vec<u16>,
}

/// Neighbouring ports that only one process of this machine has. The name is in the kernel, so that the claim ends with
/// the process however it ends, and holds where the ports are: in one network namespace.
#[derive(Debug)]
struct Block {
    first: u16,
    _claim: UnixListener,
}

/// `count` distinct loopback addresses on which nothing listens now, and which no other process of ours asks for.
///
/// They lie below the range of outgoing connections: a node that is killed and started again must find its port
/// free, and a port of that range may meanwhile belong to any connection of this machine.
pub fn free(count: usize) -> Result<Vec<SocketAddr>, NetworkError> {
    let mut own = own();
    let mut found = Vec::with_capacity(count);
    while found.len() < count {
        let Some(port) = own.left.pop() else {
            let block = claim()?;
            own.left.extend((block.first..).take(usize::from(PORTS_PER_BLOCK)));
            own.blocks.push(block);
            continue;
        };
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        // somebody who knows nothing of our claims may listen there
        if TcpListener::bind(address).is_ok() {
            found.push(address);
        }
    }
    Ok(found)
}

fn own() -> MutexGuard<'static, Own> {
    OWN.lock().expect("nothing panics while it holds the ports")
}

/// A block that no process has yet.
fn claim() -> Result<Block, NetworkError> {
    let below = ephemeral_first().max(FIRST + 1_000);
    let count = (below - FIRST) / PORTS_PER_BLOCK;
    for _ in 0..PORT_BLOCKS_TRIED_MAX {
        let first = FIRST + random()? % count * PORTS_PER_BLOCK;
        if let Some(claim) = claim_of(first) {
            return Ok(Block { first, _claim: claim });
        }
    }
    Err(NetworkError::NoPort { below, tries: PORT_BLOCKS_TRIED_MAX })
}

fn claim_of(first: u16) -> Option<UnixListener> {
    let name = LocalAddr::from_abstract_name(format!("tallystick-ports-{first}")).ok()?;
    UnixListener::bind_addr(&name).ok()
}

fn random() -> Result<u16, NetworkError> {
    let mut bytes = [0; 2];
    getrandom::fill(&mut bytes).map_err(|_| NetworkError::NoRandomness)?;
    Ok(u16::from_be_bytes(bytes))
}

fn ephemeral_first() -> u16 {
    let text = fs::read_to_string("/proc/sys/net/ipv4/ip_local_port_range").unwrap_or_default();
    text.split_whitespace().next().and_then(|first| first.parse().ok()).unwrap_or(EPHEMERAL_FIRST)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn free_ports_are_distinct_and_can_be_listened_on_also_much_later() {
        let mut seen = BTreeSet::new();
        for _ in 0..10 {
            let ports = free(20).unwrap();
            // the listeners are gone after each turn, and the ports are not given to another network all the same
            let listeners: Vec<_> = ports.iter().map(|port| TcpListener::bind(port).unwrap()).collect();
            assert_eq!(listeners.len(), 20);
            seen.extend(ports);
        }
        assert_eq!(seen.len(), 200);
        assert!(seen.iter().all(|port| port.port() < ephemeral_first()), "no connection's own port");
    }

    #[test]
    fn no_other_process_gets_a_port_of_ours() {
        let ports = free(3).unwrap();
        let own = own();
        for port in ports {
            let distance = |block: &&Block| port.port().checked_sub(block.first);
            let of = own.blocks.iter().find(|block| distance(block).is_some_and(|far| far < PORTS_PER_BLOCK));
            assert!(claim_of(of.unwrap().first).is_none(), "what any other process would ask the kernel");
        }
    }

    #[test]
    fn a_port_on_which_a_stranger_listens_is_left_out() {
        let [known] = free(1).unwrap()[..] else { panic!("one was asked for") };
        let _stranger = TcpListener::bind(known).unwrap();
        own().left.push(known.port());
        assert!(!free(5).unwrap().contains(&known));
    }
}
