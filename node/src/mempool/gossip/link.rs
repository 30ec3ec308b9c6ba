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
        }
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
