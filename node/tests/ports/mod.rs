//! Where the nodes of a test listen: on a loopback address of their own. A port that is free there stays free, whatever other
//! tests and outgoing connections of this machine take meanwhile.

use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpListener};
use std::sync::atomic::{AtomicU32, Ordering};

/// As many addresses with distinct ports, each call on another loopback address.
pub fn own(count: usize) -> Vec<SocketAddr> {
    let address = own_address();
    let listeners: Vec<TcpListener> =
        (0..count).map(|_| TcpListener::bind((address, 0)).expect("loopback has a free port")).collect();
    listeners.iter().map(|listener| listener.local_addr().expect("it listens")).collect()
}

/// Of this process and this call: one in eight thousand processes shares it, and ports are random on top of that.
fn own_address() -> IpAddr {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let number = NEXT.fetch_add(1, Ordering::Relaxed) + std::process::id() * 256;
    let [_, b, c, d] = number.to_be_bytes();
    Ipv4Addr::new(127, 1 + b % 32, c, 1 + d % 254).into()
}
