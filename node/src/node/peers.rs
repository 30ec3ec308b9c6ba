//! Addresses as gossip wants them.
use super::NodeError;
use libp2p::Multiaddr;
use std::net::IpAddr;

/// `host:port` as libp2p writes it.
pub(super) fn multiaddr(address: &str) -> Result<Multiaddr, NodeError> {
    let bad = || NodeError::GossipAddress { address: address.to_owned() };
    let (host, port) = address.rsplit_once(':').ok_or_else(bad)?;
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    let text = match bare.parse::<IpAddr>() {
        Ok(IpAddr::V4(ip)) => format!("/ip4/{ip}/tcp/{port}"),
        Ok(IpAddr::V6(ip)) => format!("/ip6/{ip}/tcp/{port}"),
        Err(_) => format!("/dns/{bare}/tcp/{port}"),
    };
    text.parse().map_err(|_| bad())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_and_names_become_multiaddresses() {
        for (address, expected) in [
            ("127.0.0.1:7", "/ip4/127.0.0.1/tcp/7"),
            ("[::1]:7", "/ip6/::1/tcp/7"),
            ("bank-a.example:7", "/dns/bank-a.example/tcp/7"),
        ] {
            assert_eq!(multiaddr(address).expect(address).to_string(), expected);
        }
        assert!(multiaddr("nowhere").is_err());
    }
}
