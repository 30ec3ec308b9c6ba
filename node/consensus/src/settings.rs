//! What a node tells the engine at start, checked in one place.

use std::collections::BTreeSet;
use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use tally_keys::KeyHandle;

use crate::keys::{PeerKeyError, SecretKey, libp2p_peer_id, validator_key};
use crate::limits::{
    BLOCK_BYTES_DEFAULT, BLOCK_BYTES_MAX, CHAIN_ID_BYTES_MAX, PART_BYTES_DEFAULT, PART_BYTES_MAX,
    PART_BYTES_MIN, PEERS_MAX, STATUS_INTERVAL,
};
use crate::types::PeerKey;
use crate::validator_set::ValidatorSet;

/// Whether this node votes.
#[derive(Clone, Debug)]
pub enum Role {
    /// Votes whenever its key is in the validator set, and follows like an observer otherwise.
    Validator {
        /// With which it signs. Never the same as the peer key.
        consensus_key: KeyHandle,
    },
    /// Follows what others decide, through sync, and signs nothing.
    Observer,
}

type NextKey = dyn Fn(&ValidatorSet) -> Option<KeyHandle> + Send + Sync;

/// Where the next consensus key comes from. Asked, on a thread that may block, about the validators of a height at which
/// the present key does not vote.
#[derive(Clone)]
pub struct Rotation(Arc<NextKey>);

impl Rotation {
    /// `next` MUST answer with a key of these validators only.
    pub fn new(next: impl Fn(&ValidatorSet) -> Option<KeyHandle> + Send + Sync + 'static) -> Self {
        Self(Arc::new(next))
    }

    pub(crate) fn next(&self, validators: &ValidatorSet) -> Option<KeyHandle> {
        (self.0)(validators)
    }
}

impl fmt::Debug for Rotation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Rotation(..)")
    }
}

/// Another node this one may talk to. Nobody else is let in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Peer {
    /// Its network key.
    pub key: PeerKey,
    /// Where it listens: `host:port`, the host an address (IPv6 in brackets) or a name. Empty for one that is only waited
    /// for.
    pub address: String,
}

/// How messages reach the other nodes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Transport {
    /// Forwarded from node to node. Needs no connection between every two validators.
    #[default]
    Gossipsub,
    /// Straight to every connected peer. Faster for large blocks; every validator MUST list every other one.
    Broadcast,
}

/// How long a round waits, per step, and how that grows while rounds fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timeouts {
    /// For a proposal, before voting for nil.
    pub propose: Duration,
    /// For a quorum of prevotes for one value.
    pub prevote: Duration,
    /// For a quorum of precommits for one value.
    pub precommit: Duration,
    /// Before repeating the last messages in case they were lost.
    pub rebroadcast: Duration,
    /// What each later round adds to each of them.
    pub growth: Duration,
    /// None of them grows beyond this.
    pub max: Duration,
}

impl Default for Timeouts {
    /// For validators in data centres.
    fn default() -> Self {
        Self {
            propose: Duration::from_secs(1),
            prevote: Duration::from_millis(500),
            precommit: Duration::from_millis(500),
            rebroadcast: Duration::from_secs(2),
            growth: Duration::from_millis(250),
            max: Duration::from_secs(10),
        }
    }
}

/// Everything the engine needs to know.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Part of every signed message; messages of another chain are worth nothing here.
    pub chain_id: String,
    /// Folder of this node's own consensus files (write-ahead log, signer record, lock). Durable, never copied, and
    /// never restored from a backup: what it remembers keeps the node from signing twice.
    pub home: PathBuf,
    /// Validator or observer.
    pub role: Role,
    /// Where the next consensus key comes from when the present one votes no more; `None` where nothing rotates.
    pub rotation: Option<Rotation>,
    /// Identity on the network.
    pub peer_key: SecretKey,
    /// Where to listen.
    pub listen: SocketAddr,
    /// The nodes to talk to; itself may be among them and is skipped.
    pub peers: Vec<Peer>,
    /// A short name for logs and metrics.
    pub moniker: String,
    /// How long rounds wait.
    pub timeouts: Timeouts,
    /// How messages travel.
    pub transport: Transport,
    /// Bytes of one part of a block in transit.
    pub part_bytes: usize,
    /// Largest block, in bytes. A larger proposal is dropped unread, so it MUST be the same on all validators.
    pub block_bytes_max: usize,
    /// Pause between announcements of the own height, which is how long an observer may lag behind.
    pub status_interval: Duration,
}

impl Settings {
    /// Settings with the defaults of [`crate::limits`].
    #[must_use]
    pub fn new(
        chain_id: impl Into<String>,
        home: PathBuf,
        role: Role,
        peer_key: SecretKey,
        listen: SocketAddr,
    ) -> Self {
        Self {
            chain_id: chain_id.into(),
            home,
            role,
            rotation: None,
            moniker: peer_key.peer_key().to_string().chars().take(8).collect(),
            peer_key,
            listen,
            peers: Vec::new(),
            timeouts: Timeouts::default(),
            transport: Transport::default(),
            part_bytes: PART_BYTES_DEFAULT,
            block_bytes_max: BLOCK_BYTES_DEFAULT,
            status_interval: STATUS_INTERVAL,
        }
    }

    /// Checks everything that can be checked without starting.
    ///
    /// # Errors
    /// The first thing that is wrong.
    pub fn check(&self) -> Result<(), SettingsError> {
        let bytes = self.chain_id.len();
        if bytes == 0 || bytes > CHAIN_ID_BYTES_MAX {
            return Err(SettingsError::ChainId { bytes, max: CHAIN_ID_BYTES_MAX });
        }
        if !(PART_BYTES_MIN..=PART_BYTES_MAX).contains(&self.part_bytes) {
            return Err(SettingsError::PartBytes { bytes: self.part_bytes, max: PART_BYTES_MAX });
        }
        if !(1..=BLOCK_BYTES_MAX).contains(&self.block_bytes_max) {
            return Err(SettingsError::BlockBytes { bytes: self.block_bytes_max, max: BLOCK_BYTES_MAX });
        }
        if self.status_interval.is_zero() {
            return Err(SettingsError::ZeroDuration { name: "status_interval" });
        }
        self.timeouts.check()?;
        if let Role::Validator { consensus_key } = &self.role
            && validator_key(consensus_key).as_bytes() == self.peer_key.peer_key().as_bytes()
        {
            return Err(SettingsError::SharedKey);
        }
        self.check_peers()
    }

    fn check_peers(&self) -> Result<(), SettingsError> {
        if self.peers.len() > PEERS_MAX {
            return Err(SettingsError::TooManyPeers { count: self.peers.len(), max: PEERS_MAX });
        }
        let mut seen = BTreeSet::new();
        for peer in &self.peers {
            peer.check()?;
            if !seen.insert(peer.key) {
                return Err(SettingsError::DuplicatePeer { key: peer.key });
            }
        }
        Ok(())
    }
}

impl Timeouts {
    fn check(&self) -> Result<(), SettingsError> {
        let named = [
            ("propose", self.propose),
            ("prevote", self.prevote),
            ("precommit", self.precommit),
            ("rebroadcast", self.rebroadcast),
            ("max", self.max),
        ];
        match named.iter().find(|(_, duration)| duration.is_zero()) {
            Some((name, _)) => Err(SettingsError::ZeroDuration { name }),
            None => Ok(()),
        }
    }
}

impl Peer {
    /// Checks key and address.
    ///
    /// # Errors
    /// If the key is no point of the curve, or the address neither empty nor `host:port`.
    pub fn check(&self) -> Result<(), SettingsError> {
        libp2p_peer_id(&self.key).map_err(SettingsError::PeerKey)?;
        if self.address.is_empty() {
            return Ok(());
        }
        let bad = || SettingsError::PeerAddress { key: self.key };
        let (host, port) = self.address.rsplit_once(':').ok_or_else(bad)?;
        port.parse::<u16>().map_err(|_| bad())?;
        let bare = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host);
        if bare.parse::<IpAddr>().is_ok() || is_host_name(bare) { Ok(()) } else { Err(bad()) }
    }
}

fn is_host_name(name: &str) -> bool {
    !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '.')
}

/// What is wrong with some settings.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SettingsError {
    /// Empty or too long.
    #[error("the chain id has {bytes} bytes, expected 1 to {max}")]
    ChainId {
        /// Its length.
        bytes: usize,
        /// The limit.
        max: usize,
    },
    /// Outside of [`PART_BYTES_MIN`] to [`PART_BYTES_MAX`].
    #[error("part_bytes is {bytes}, expected {} to {max}", PART_BYTES_MIN)]
    PartBytes {
        /// What was asked for.
        bytes: usize,
        /// The limit.
        max: usize,
    },
    /// Zero or more than [`BLOCK_BYTES_MAX`].
    #[error("block_bytes_max is {bytes}, expected 1 to {max}")]
    BlockBytes {
        /// What was asked for.
        bytes: usize,
        /// The limit.
        max: usize,
    },
    /// A pause of no length.
    #[error("{name} must not be zero")]
    ZeroDuration {
        /// Which.
        name: &'static str,
    },
    /// One secret for two purposes.
    #[error("the consensus key and the peer key must be different keys")]
    SharedKey,
    /// More than [`PEERS_MAX`].
    #[error("{count} peers are more than {max}")]
    TooManyPeers {
        /// How many there are.
        count: usize,
        /// How many there may be.
        max: usize,
    },
    /// One key, two entries.
    #[error("peer {key} is listed twice")]
    DuplicatePeer {
        /// The key.
        key: PeerKey,
    },
    /// Not `host:port`.
    #[error("the address of peer {key} is not of the form host:port")]
    PeerAddress {
        /// Whose.
        key: PeerKey,
    },
    /// Not a key.
    #[error(transparent)]
    PeerKey(PeerKeyError),
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings() -> Settings {
        let role = Role::Validator { consensus_key: SecretKey::new([1; 32]).into() };
        let listen = "127.0.0.1:1".parse().unwrap();
        Settings::new("chain", PathBuf::from("home"), role, SecretKey::new([2; 32]), listen)
    }

    fn peer(address: &str) -> Peer {
        Peer { key: SecretKey::new([3; 32]).peer_key(), address: address.to_owned() }
    }

    #[test]
    fn bad_settings_are_refused() {
        type Change = fn(&mut Settings);
        let key = SecretKey::new([3; 32]).peer_key();
        let rows: Vec<(Change, SettingsError)> = vec![
            (|s| s.chain_id.clear(), SettingsError::ChainId { bytes: 0, max: CHAIN_ID_BYTES_MAX }),
            (|s| s.part_bytes = 10, SettingsError::PartBytes { bytes: 10, max: PART_BYTES_MAX }),
            (|s| s.block_bytes_max = 0, SettingsError::BlockBytes { bytes: 0, max: BLOCK_BYTES_MAX }),
            (|s| s.timeouts.propose = Duration::ZERO, SettingsError::ZeroDuration { name: "propose" }),
            (|s| s.peer_key = SecretKey::new([1; 32]), SettingsError::SharedKey),
            (|s| s.peers = vec![peer("a:1"), peer("a:2")], SettingsError::DuplicatePeer { key }),
            (|s| s.peers = vec![peer("nowhere")], SettingsError::PeerAddress { key }),
            (|s| s.peers = vec![peer("a/../b:1")], SettingsError::PeerAddress { key }),
            (|s| s.peers = vec![peer("a:99999")], SettingsError::PeerAddress { key }),
        ];
        assert_eq!(settings().check(), Ok(()));
        for (change, error) in rows {
            let mut settings = settings();
            change(&mut settings);
            assert_eq!(settings.check(), Err(error));
        }
    }

    #[test]
    fn an_address_is_an_ip_or_a_name_with_a_port() {
        for address in ["127.0.0.1:7", "[::1]:7", "bank-a.example:7"] {
            assert_eq!(peer(address).check(), Ok(()), "{address}");
        }
    }
}
