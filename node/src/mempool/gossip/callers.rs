//! Callers: how many handshakes one address has under way, so that a stranger's silence does not keep listed nodes out.

use std::collections::HashMap;
use std::convert::Infallible;
use std::net::IpAddr;
use std::task::{Context, Poll};

use libp2p::core::Endpoint;
use libp2p::core::transport::PortUse;
use libp2p::multiaddr::Protocol;
use libp2p::swarm::{
    ConnectionDenied, ConnectionId, FromSwarm, NetworkBehaviour, THandler, THandlerInEvent, THandlerOutEvent,
    ToSwarm, dummy,
};
use libp2p::{Multiaddr, PeerId};

use crate::limits::GOSSIP_HANDSHAKES_PER_ADDRESS_MAX;

/// Refuses what is too much, before anything is exchanged.
#[derive(Debug, Default)]
pub(super) struct Callers {
    under_way: HashMap<ConnectionId, IpAddr>,
    by_address: HashMap<IpAddr, usize>,
}

/// Why a call is not answered.
#[derive(Debug, thiserror::Error)]
#[error("{address} has {limit} handshakes under way")]
struct TooMany {
    address: IpAddr,
    limit: usize,
}

impl Callers {
    fn begin(&mut self, connection: ConnectionId, address: IpAddr) -> Result<(), TooMany> {
        let limit = GOSSIP_HANDSHAKES_PER_ADDRESS_MAX;
        let count = self.by_address.entry(address).or_default();
        if *count >= limit {
            return Err(TooMany { address, limit });
        }
        *count = count.saturating_add(1);
        self.under_way.insert(connection, address);
        Ok(())
    }

    fn end(&mut self, connection: ConnectionId) {
        let Some(address) = self.under_way.remove(&connection) else { return };
        if let Some(count) = self.by_address.get_mut(&address) {
            *count = count.saturating_sub(1);
            if *count == 0 {
                self.by_address.remove(&address);
            }
        }
    }
}

/// Where a call comes from; `None` for a transport without addresses.
fn address_of(remote: &Multiaddr) -> Option<IpAddr> {
    let first = remote.iter().next()?;
    if let Protocol::Ip4(address) = first {
        return Some(address.into());
    }
    if let Protocol::Ip6(address) = first { Some(IpAddr::V6(address).to_canonical()) } else { None }
}

impl NetworkBehaviour for Callers {
    type ConnectionHandler = dummy::ConnectionHandler;
    type ToSwarm = Infallible;

    fn handle_pending_inbound_connection(
        &mut self,
        connection: ConnectionId,
        _: &Multiaddr,
        remote: &Multiaddr,
    ) -> Result<(), ConnectionDenied> {
        match address_of(remote) {
            Some(address) => self.begin(connection, address).map_err(ConnectionDenied::new),
            None => Ok(()),
        }
    }

    fn handle_established_inbound_connection(
        &mut self,
        connection: ConnectionId,
        _: PeerId,
        _: &Multiaddr,
        _: &Multiaddr,
    ) -> Result<THandler<Self>, ConnectionDenied> {
        self.end(connection);
        Ok(dummy::ConnectionHandler)
    }

    fn handle_established_outbound_connection(
        &mut self,
        _: ConnectionId,
        _: PeerId,
        _: &Multiaddr,
        _: Endpoint,
        _: PortUse,
    ) -> Result<THandler<Self>, ConnectionDenied> {
        Ok(dummy::ConnectionHandler)
    }

    fn on_swarm_event(&mut self, event: FromSwarm<'_>) {
        if let FromSwarm::ListenFailure(failure) = event {
            self.end(failure.connection_id);
        }
    }

    fn on_connection_handler_event(&mut self, _: PeerId, _: ConnectionId, event: THandlerOutEvent<Self>) {
        match event {}
    }

    fn poll(&mut self, _: &mut Context<'_>) -> Poll<ToSwarm<Self::ToSwarm, THandlerInEvent<Self>>> {
        Poll::Pending
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_has_its_handshakes_and_takes_none_of_others() {
        let mut callers = Callers::default();
        let connection = ConnectionId::new_unchecked;
        let call = |callers: &mut Callers, number: usize, from: &str| {
            let (local, remote) = ("/ip4/192.0.2.9/tcp/1".parse().unwrap(), from.parse().unwrap());
            callers.handle_pending_inbound_connection(connection(number), &local, &remote).is_ok()
        };
        for number in 0..GOSSIP_HANDSHAKES_PER_ADDRESS_MAX {
            assert!(call(&mut callers, number, "/ip4/192.0.2.1/tcp/7"));
        }
        assert!(!call(&mut callers, 1_000, "/ip4/192.0.2.1/tcp/8"));
        assert!(call(&mut callers, 1_001, "/ip4/192.0.2.2/tcp/8"));
        callers.end(connection(0));
        callers.end(connection(1_000));
        assert!(call(&mut callers, 1_002, "/ip4/192.0.2.1/tcp/9"));
        assert!(!call(&mut callers, 1_003, "/ip4/192.0.2.1/tcp/9"));
    }
}
