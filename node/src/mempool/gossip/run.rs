//! The loop that owns the swarm: one task, no locks, everything it waits for in one place.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::future;
use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use futures::StreamExt;
use libp2p::request_response::{InboundRequestId, OutboundRequestId, ResponseChannel};
use libp2p::swarm::dial_opts::{DialOpts, PeerCondition};
use libp2p::{PeerId, Swarm};
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinSet;
use tokio::time;

use super::admit::{Admit, Outbox};
use super::behaviour::GossipBehaviour;
use super::codec::{Request, Response};
use super::hello::{Asked, Introduce, Introductions, PeerStates};
use super::link::{Due, Link};
use super::metrics::GossipMetrics;
use super::peers::Peer;
use crate::limits;
use crate::mempool::Leaf;

/// What the handle asks of the loop.
#[derive(Debug)]
pub(super) enum Command {
    SetPeers { peers: Vec<Peer>, done: oneshot::Sender<()> },
    Fetch { leaves: Vec<Leaf>, answers: mpsc::Sender<Vec<Bytes>> },
    Stop,
}

/// A received frame after admission.
pub(super) struct Admission {
    pub(super) peer: PeerId,
    pub(super) channel: ResponseChannel<Response>,
    pub(super) verdicts: Response,
}

pub(super) struct Runner {
    pub(super) swarm: Swarm<GossipBehaviour>,
    pub(super) links: BTreeMap<PeerId, Link>,
    pub(super) outbox: Arc<dyn Outbox>,
    pub(super) admit: Arc<dyn Admit>,
    pub(super) admissions: JoinSet<Admission>,
    pub(super) unanswered: HashSet<InboundRequestId>,
    /// Who waits for the answers to fetches under way.
    pub(super) fetches: HashMap<OutboundRequestId, mpsc::Sender<Vec<Bytes>>>,
    pub(super) introduce: Introduce,
    pub(super) connected: PeerStates,
    /// What peers said of themselves.
    pub(super) introductions: Introductions,
    /// Questions to peers about themselves.
    pub(super) greetings: HashMap<OutboundRequestId, Asked>,
    pub(super) greet_at: Instant,
    pub(super) metrics: Arc<GossipMetrics>,
    pub(super) commands: mpsc::Receiver<Command>,
    pub(super) stop_at: Option<Instant>,
}

impl Runner {
    /// Runs until it is told to stop or the handle is gone.
    pub(super) async fn run(mut self) {
        while !self.is_finished(Instant::now()) {
            self.work(Instant::now());
            self.step().await;
        }
        self.metrics.connected_peers.set(0);
    }

    pub(super) fn is_stopping(&self) -> bool {
        self.stop_at.is_some()
    }

    /// Lists exactly these peers; the connections of all others end.
    pub(super) fn set_peers(&mut self, peers: Vec<Peer>, now: Instant) {
        let own = *self.swarm.local_peer_id();
        let mut listed: BTreeMap<PeerId, Peer> = peers.into_iter().map(|peer| (peer.id(), peer)).collect();
        listed.remove(&own);
        let allowed = &mut self.swarm.behaviour_mut().allowed;
        self.links.retain(|id, _| {
            let stays = listed.contains_key(id);
            if !stays {
                allowed.disallow_peer(*id);
            }
            stays
        });
        for (id, peer) in listed {
            match self.links.get_mut(&id) {
                Some(link) => link.moved(peer),
                None => {
                    allowed.allow_peer(id);
                    self.links.insert(id, Link::new(peer, patience(own, id), now));
                }
            }
        }
        self.forget_unlisted();
        self.count_connected();
    }

    pub(super) fn count_connected(&self) {
        let connected: BTreeSet<PeerId> =
            self.links.iter().filter(|(_, link)| link.is_connected()).map(|(id, _)| *id).collect();
        self.metrics.connected_peers.set(connected.len());
        self.connected.set(connected);
    }

    async fn step(&mut self) {
        let wake_at = self.wake_at();
        let is_idle = !self.is_stopping()
            && self.links.values_mut().any(|link| link.outbound().is_some_and(|outbound| outbound.is_idle()));
        tokio::select! {
            event = self.swarm.select_next_some() => self.on_event(event, Instant::now()),
            Some(admission) = self.admissions.join_next() => self.on_admission(admission, Instant::now()),
            command = self.commands.recv(), if self.stop_at.is_none() => self.obey(command, Instant::now()),
            () = self.outbox.local_arrived(), if is_idle => self.wake_links(),
            () = sleep_until(wake_at) => {}
        }
    }

    fn obey(&mut self, command: Option<Command>, now: Instant) {
        match command {
            Some(Command::SetPeers { peers, done }) => {
                self.set_peers(peers, now);
                // The caller may have gone; the list holds all the same.
                let _ = done.send(());
            }
            Some(Command::Fetch { leaves, answers }) => self.fetch(&leaves, &answers),
            Some(Command::Stop) | None => self.stop_at = Some(now + limits::GOSSIP_STOP_GRACE),
        }
    }

    fn is_finished(&mut self, now: Instant) -> bool {
        let Some(stop_at) = self.stop_at else { return false };
        let is_waiting =
            self.links.values_mut().any(|link| link.outbound().is_some_and(|outbound| outbound.is_waiting()));
        now >= stop_at || (!is_waiting && self.unanswered.is_empty())
    }

    fn wake_at(&self) -> Option<Instant> {
        let due = self.links.values().filter_map(Link::due_at).min();
        self.stop_at.or_else(|| Some(due.map_or(self.greet_at, |due| due.min(self.greet_at))))
    }

    fn wake_links(&mut self) {
        for outbound in self.links.values_mut().filter_map(Link::outbound) {
            outbound.wake();
        }
    }

    /// Does what is due.
    fn work(&mut self, now: Instant) {
        if self.is_stopping() {
            return;
        }
        if now >= self.greet_at {
            self.greet(now);
        }
        let due: Vec<_> = self.links.iter().filter_map(|(id, link)| Some((*id, link.due(now)?))).collect();
        for (id, due) in due {
            match due {
                Due::Dial => self.dial(id, now),
                Due::Send => self.send(id, now),
                Due::Readmit => self.readmit(id, now),
            }
        }
    }

    fn dial(&mut self, id: PeerId, now: Instant) {
        let Some(link) = self.links.get_mut(&id) else { return };
        link.dialled();
        let options = DialOpts::peer_id(id)
            .condition(PeerCondition::DisconnectedAndNotDialing)
            .addresses(link.peer().addresses().to_vec())
            // Dialling from the listening port, two nodes that dial at once would meet half way.
            .allocate_new_port()
            .build();
        if let Err(error) = self.swarm.dial(options) {
            tracing::debug!(peer = %id, %error, "peer cannot be dialled");
            self.metrics.failed_dials.increment();
            link.dial_failed(now);
        }
    }

    fn send(&mut self, id: PeerId, now: Instant) {
        let Some(outbound) = self.links.get_mut(&id).and_then(Link::outbound) else { return };
        let Some(frame) = outbound.next_frame(self.outbox.as_ref(), now) else { return };
        self.metrics.sent_frames.increment();
        self.metrics.sent_transactions.add(frame.transactions.len());
        let request = Request::Transactions(frame.transactions);
        let request = self.swarm.behaviour_mut().exchange.send_request(&id, request);
        outbound.sent(request, frame.cursors, now);
    }

    fn readmit(&mut self, id: PeerId, now: Instant) {
        self.swarm.behaviour_mut().allowed.allow_peer(id);
        if let Some(link) = self.links.get_mut(&id) {
            link.readmit(now);
        }
    }
}

/// Of two nodes that list each other one dials at once and the other a little later, so that one
/// connection is the rule.
fn patience(own: PeerId, peer: PeerId) -> Duration {
    if own < peer { Duration::ZERO } else { limits::GOSSIP_DIAL_DELAY_MIN }
}

async fn sleep_until(instant: Option<Instant>) {
    match instant {
        Some(instant) => time::sleep_until(time::Instant::from_std(instant)).await,
        None => future::pending().await,
    }
}
