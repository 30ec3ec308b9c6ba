//! Addresses: how many connections each has and how fast it opens new ones, so that one alone cannot take them all.
use super::access::Bucket;
use crate::limits::{API_ADDRESSES_METERED_MAX, API_NEW_CONNECTIONS_BURST, API_NEW_CONNECTIONS_PER_SECOND};
use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Arc, Mutex, MutexGuard};

/// Connections by address; cloning shares them.
#[derive(Clone, Debug)]
pub(super) struct Addresses {
    open: Arc<Mutex<HashMap<IpAddr, Household>>>,
    limit: usize,
}

/// What one address has, and may still open: a handshake costs a hundred times what a refusal does.
#[derive(Debug)]
struct Household {
    open: usize,
    fresh: Bucket,
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
        if open.len() >= API_ADDRESSES_METERED_MAX {
            open.retain(|_, household| household.open > 0 || !household.fresh.is_full());
        }
        let new = || Household {
            open: 0,
            fresh: Bucket::full(API_NEW_CONNECTIONS_PER_SECOND, API_NEW_CONNECTIONS_BURST),
        };
        let household = open.entry(of).or_insert_with(new);
        if household.open >= self.limit || !household.fresh.take() {
            return None;
        }
        household.open = household.open.saturating_add(1);
        Some(Place { of, addresses: self.clone() })
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<IpAddr, Household>> {
        self.open.lock().expect("nothing panics while it holds the addresses")
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut open = self.addresses.lock();
        if let Some(household) = open.get_mut(&self.of) {
            household.open = household.open.saturating_sub(1);
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

    #[tokio::test(start_paused = true)]
    async fn each_address_has_its_own_places_and_gets_them_back() {
        let addresses = Addresses::new(2);
        let at = |text: &str| addresses.place(text.parse().unwrap());
        let places = [at("192.0.2.1"), at("::ffff:192.0.2.1")];
        assert!(places.iter().all(Option::is_some) && at("192.0.2.1").is_none());
        assert!(at("192.0.2.2").is_some(), "another address");
        drop(places);
        assert!(at("192.0.2.1").is_some());
        let _kept = [at("2001:db8::1"), at("2001:db8::2")];
        assert!(at("2001:db8::3").is_none(), "one network of a household");
    }

    #[tokio::test(start_paused = true)]
    async fn an_address_opens_so_many_connections_a_second_and_others_are_not_slowed() {
        let addresses = Addresses::new(usize::MAX);
        let at = |text: &str| addresses.place(text.parse().unwrap()).is_some();
        let burst = (0..=API_NEW_CONNECTIONS_BURST).filter(|_| at("192.0.2.1")).count();
        assert_eq!(u64::try_from(burst).unwrap(), API_NEW_CONNECTIONS_BURST);
        assert!(at("192.0.2.2"));
        tokio::time::advance(std::time::Duration::from_secs(1)).await;
        let more = (0..API_NEW_CONNECTIONS_BURST).filter(|_| at("192.0.2.1")).count();
        assert_eq!(u64::try_from(more).unwrap(), API_NEW_CONNECTIONS_PER_SECOND);
    }

    #[tokio::test(start_paused = true)]
    async fn of_addresses_that_are_long_gone_nothing_is_kept() {
        let addresses = Addresses::new(1);
        let count = u32::try_from(API_ADDRESSES_METERED_MAX).unwrap();
        (0..count).for_each(|number| drop(addresses.place(std::net::Ipv4Addr::from_bits(number).into())));
        tokio::time::advance(std::time::Duration::from_secs(60)).await;
        drop(addresses.place("192.0.2.1".parse().unwrap()));
        assert_eq!(addresses.lock().len(), 1);
    }
}
