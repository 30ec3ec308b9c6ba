//! Addresses: how many connections each has, so that one alone cannot take them all.
use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Arc, Mutex, MutexGuard};

/// Connections by address; cloning shares them.
#[derive(Clone, Debug)]
pub(super) struct Addresses {
    open: Arc<Mutex<HashMap<IpAddr, usize>>>,
    limit: usize,
}

/// One connection of an address; dropping it makes room for another.
#[derive(Debug)]
pub(super) struct Place {
    of: IpAddr,
    addresses: Addresses,
}

impl Addresses {
    pub(super) fn new(limit: usize) -> Self {
        Self { open: Arc::default(), limit }
    }

    /// A place for one more connection from here.
    pub(super) fn place(&self, from: IpAddr) -> Option<Place> {
        let of = household(from);
        let mut open = self.lock();
        let count = open.entry(of).or_default();
        if *count >= self.limit {
            return None;
        }
        *count = count.saturating_add(1);
        Some(Place { of, addresses: self.clone() })
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<IpAddr, usize>> {
        self.open.lock().expect("nothing panics while it holds the addresses")
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut open = self.addresses.lock();
        if let Some(count) = open.get_mut(&self.of) {
            *count = count.saturating_sub(1);
            if *count == 0 {
                open.remove(&self.of);
            }
        }
    }
}

/// Whoever has one IPv6 address has the 2^64 beside it (RFC 6177), so those count as one.
fn household(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(address) => IpAddr::V4(address),
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            IpAddr::V6(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_address_has_its_own_places_and_gets_them_back() {
        let addresses = Addresses::new(2);
        let at = |text: &str| addresses.place(text.parse().unwrap());
        let places = [at("192.0.2.1"), at("::ffff:192.0.2.1")];
        assert!(places.iter().all(Option::is_some) && at("192.0.2.1").is_none());
        assert!(at("192.0.2.2").is_some(), "another address");
        drop(places);
        assert!(at("192.0.2.1").is_some());
        let _kept = [at("2001:db8::1"), at("2001:db8::2")];
        assert!(at("2001:db8::3").is_none(), "one network of a household");
        assert!(addresses.lock().len() <= 2, "nothing is kept of those who left");
    }
}
