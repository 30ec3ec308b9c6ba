//! Free loopback ports that nobody else takes by accident.

use std::collections::BTreeSet;
use std::fs;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};

use super::error::NetworkError;
use crate::limits::PORT_TRIES_MAX;

/// Ports below this are other people's.
const FIRST: u16 = 15_000;

/// Where Linux begins to give ports to outgoing connections, unless told otherwise.
const EPHEMERAL_FIRST: u16 = 32_768;

/// `count` distinct loopback addresses on which nothing listens now.
///
/// They lie below the range of outgoing connections: a node that is killed and started again must find its port
/// free, and a port of that range may meanwhile belong to any connection of this machine.
pub fn free(count: usize) -> Result<Vec<SocketAddr>, NetworkError> {
    let below = ephemeral_first().max(FIRST + 1_000);
    let mut found = BTreeSet::new();
    // All are held until the last one is found, so that no two are the same.
    let mut held = Vec::with_capacity(count);
    for _ in 0..PORT_TRIES_MAX {
        if held.len() == count {
            return Ok(found.into_iter().collect());
        }
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, FIRST + random()? % (below - FIRST)));
        if let Ok(listener) = TcpListener::bind(address) {
            found.insert(address);
            held.push(listener);
        }
    }
    Err(NetworkError::NoPort { below, tries: PORT_TRIES_MAX })
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

    #[test]
    fn free_ports_are_distinct_and_can_be_listened_on() {
        let ports = free(20).unwrap();
        assert_eq!(ports.iter().collect::<BTreeSet<_>>().len(), 20);
        let listeners: Vec<_> = ports.iter().map(|port| TcpListener::bind(port).unwrap()).collect();
        assert_eq!(listeners.len(), 20);
    }
}
