//! The state of one listed peer: away, dialled, connected or excluded.

use std::time::{Duration, Instant};

use libp2p::request_response::OutboundRequestId;

use super::inbound::Inbound;
use super::outbound::Outbound;
use super::pace::Backoff;
use super::peers::Peer;
use crate::limits;

/// A listed peer and everything that is remembered of it while it is listed.
#[derive(Debug)]
pub(super) struct Link {
    peer: Peer,
    presence: Presence,
    pub(super) inbound: Inbound,
    dials: Backoff,
    penalties: Backoff,
    /// When it was last told about this node.
    told_at: Option<Instant>,
}

#[derive(Debug)]
enum Presence {
    Away { dial_at: Instant },
    Dialled,
    Connected { outbound: Outbound<OutboundRequestId> },
    Excluded { until: Instant },
}

/// What a link wants done once its time has come.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Due {
    Dial,
    Send,
    Readmit,
}

impl Link {
    /// A peer that is dialled after `patience`, unless it calls first.
    pub(super) fn new(peer: Peer, patience: Duration, now: Instant) -> Self {
        Self {
            peer,
            presence: Presence::Away { dial_at: now + patience },
            inbound: Inbound::new(now),
            dials: Backoff::new(limits::GOSSIP_DIAL_DELAY_MIN, limits::GOSSIP_DIAL_DELAY_MAX),
            penalties: Backoff::new(limits::GOSSIP_PENALTY_MIN, limits::GOSSIP_PENALTY_MAX),
            told_at: None,
        }
    }

    /// Whether it may ask about this node now; counts as asked if so.
    pub(super) fn may_ask_hello(&mut self, now: Instant, pause: Duration) -> bool {
        let may = self.told_at.is_none_or(|told| now.saturating_duration_since(told) >= pause);
        if may {
            self.told_at = Some(now);
        }
        may
    }

    pub(super) fn peer(&self) -> &Peer {
        &self.peer
    }

    /// The same identity under other addresses.
    pub(super) fn moved(&mut self, peer: Peer) {
        self.peer = peer;
    }

    pub(super) fn is_connected(&self) -> bool {
        matches!(self.presence, Presence::Connected { .. })
    }

    pub(super) fn outbound(&mut self) -> Option<&mut Outbound<OutboundRequestId>> {
        match &mut self.presence {
            Presence::Connected { outbound } => Some(outbound),
            Presence::Away { .. } | Presence::Dialled | Presence::Excluded { .. } => None,
        }
    }

    /// When `due` next has an answer.
    pub(super) fn due_at(&self) -> Option<Instant> {
        match &self.presence {
            Presence::Away { .. } if self.peer.addresses().is_empty() => None,
            Presence::Away { dial_at } => Some(*dial_at),
            Presence::Dialled => None,
            Presence::Connected { outbound } => outbound.due(),
            Presence::Excluded { until } => Some(*until),
        }
    }

    pub(super) fn due(&self, now: Instant) -> Option<Due> {
        if self.due_at()? > now {
            return None;
        }
        match self.presence {
            Presence::Away { .. } => Some(Due::Dial),
            Presence::Dialled => None,
            Presence::Connected { .. } => Some(Due::Send),
            Presence::Excluded { .. } => Some(Due::Readmit),
        }
    }

    pub(super) fn dialled(&mut self) {
        self.presence = Presence::Dialled;
    }

    /// A connection was made. Another one beside it changes nothing.
    pub(super) fn connected(&mut self, now: Instant) {
        match self.presence {
            Presence::Away { .. } | Presence::Dialled => {
                self.presence = Presence::Connected { outbound: Outbound::new(now) };
            }
            Presence::Connected { .. } | Presence::Excluded { .. } => {}
        }
    }

    /// A dial failed. Meanwhile the peer may have called, which is as good.
    pub(super) fn dial_failed(&mut self, now: Instant) {
        match self.presence {
            Presence::Dialled => self.presence = Presence::Away { dial_at: now + self.dials.next() },
            Presence::Away { .. } | Presence::Connected { .. } | Presence::Excluded { .. } => {}
        }
    }

    /// The last connection ended.
    pub(super) fn lost(&mut self, now: Instant) {
        match self.presence {
            Presence::Connected { .. } => self.presence = Presence::Away { dial_at: now + self.dials.next() },
            Presence::Away { .. } | Presence::Dialled | Presence::Excluded { .. } => {}
        }
    }

    /// The peer answered, so the way to it is good. A connection alone shows nothing: the peer may
    /// close it at once because it does not list this node.
    pub(super) fn proved(&mut self) {
        self.dials.reset();
    }

    pub(super) fn exclude(&mut self, now: Instant) -> Duration {
        let time = self.penalties.next();
        self.presence = Presence::Excluded { until: now + time };
        time
    }

    pub(super) fn readmit(&mut self, now: Instant) {
        self.presence = Presence::Away { dial_at: now };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn link(addresses: &[&str], now: Instant) -> Link {
        let key = super::super::identity([1; 32]).public().try_into_ed25519().unwrap().to_bytes();
        let addresses = addresses.iter().map(|address| address.parse().unwrap()).collect();
        Link::new(Peer::new(key, addresses).unwrap(), Duration::ZERO, now)
    }

    #[test]
    fn a_peer_is_dialled_ever_less_often_until_it_answers() {
        let mut now = Instant::now();
        let mut link = link(&["/ip4/127.0.0.1/tcp/1"], now);
        let mut wait_after_failure = |is_answered: bool| {
            assert_eq!(link.due(now), Some(Due::Dial));
            link.dialled();
            assert_eq!(link.due_at(), None);
            link.connected(now);
            if is_answered {
                link.proved();
            }
            link.lost(now);
            let wait = link.due_at().unwrap() - now;
            now += wait;
            wait.as_millis()
        };
        let waits: Vec<_> = [false, false, false, true, false].map(&mut wait_after_failure).into();
        assert_eq!(waits, [250, 500, 1_000, 250, 500]);
        assert_eq!((0..20).map(|_| wait_after_failure(false)).last(), Some(10_000));
    }

    #[test]
    fn a_peer_without_an_address_is_only_waited_for() {
        let now = Instant::now();
        let mut link = link(&[], now);
        assert_eq!(link.due_at(), None);
        link.connected(now);
        assert_eq!(link.due(now), Some(Due::Send));
    }

    #[test]
    fn an_excluded_peer_is_readmitted_after_its_time_and_out_for_longer_the_next_time() {
        let now = Instant::now();
        let mut link = link(&["/ip4/127.0.0.1/tcp/1"], now);
        for seconds in [30, 60, 120, 240, 480, 600, 600] {
            link.connected(now);
            assert_eq!(link.exclude(now), Duration::from_secs(seconds));
            link.lost(now);
            link.connected(now);
            assert!(!link.is_connected(), "nothing but time lets it in");
            assert_eq!(link.due(now + Duration::from_secs(seconds - 1)), None);
            assert_eq!(link.due(now + Duration::from_secs(seconds)), Some(Due::Readmit));
            link.readmit(now);
            assert_eq!(link.due(now), Some(Due::Dial));
        }
    }
}
