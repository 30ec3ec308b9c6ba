//! What the swarm reports, and what becomes of it.

use std::iter;
use std::time::Instant;

use libp2p::PeerId;
use libp2p::request_response::{Event, Message, OutboundRequestId, ResponseChannel};
use libp2p::swarm::{DialError, ListenError, SwarmEvent};
use tokio::task::JoinError;

use super::admit::{AdmitRefusal, Verdict};
use super::behaviour::GossipBehaviourEvent;
use super::codec::{Request, Response};
use super::inbound::Granted;
use super::outbound::Answer;
use super::run::{Admission, Runner};
use crate::limits::GOSSIP_HELLO_FIRST;

impl Runner {
    pub(super) fn on_event(&mut self, event: SwarmEvent<GossipBehaviourEvent>, now: Instant) {
        match event {
            SwarmEvent::Behaviour(event) => self.on_behaviour(event, now),
            SwarmEvent::ConnectionEstablished { peer_id, .. } => self.on_connected(peer_id, now),
            SwarmEvent::ConnectionClosed { peer_id, num_established, .. } => {
                self.on_closed(peer_id, num_established, now);
            }
            SwarmEvent::OutgoingConnectionError { peer_id, error, .. } => {
                self.on_dial_failed(peer_id, &error, now);
            }
            SwarmEvent::IncomingConnectionError { send_back_addr, error, .. } => {
                tracing::debug!(from = %send_back_addr, %error, "connection refused");
                if let ListenError::Denied { .. } = error {
                    self.metrics.denied_connections.increment();
                }
            }
            SwarmEvent::ListenerClosed { reason, .. } => {
                tracing::error!(?reason, "no longer listening for peers");
            }
            SwarmEvent::ListenerError { error, .. } => tracing::warn!(%error, "a peer could not be received"),
            SwarmEvent::IncomingConnection { .. }
            | SwarmEvent::NewListenAddr { .. }
            | SwarmEvent::ExpiredListenAddr { .. }
            | SwarmEvent::Dialing { .. }
            | SwarmEvent::NewExternalAddrCandidate { .. }
            | SwarmEvent::ExternalAddrConfirmed { .. }
            | SwarmEvent::ExternalAddrExpired { .. }
            | SwarmEvent::NewExternalAddrOfPeer { .. } => {}
            // libp2p marks the list as open; what it may add is not ours.
            _ => {}
        }
    }

    /// Answers a frame that went through admission.
    pub(super) fn on_admission(&mut self, admission: Result<Admission, JoinError>, now: Instant) {
        let Admission { peer, channel, verdicts } = match admission {
            Ok(admission) => admission,
            Err(error) => {
                tracing::error!(%error, "admission of received transactions ended without a verdict");
                return;
            }
        };
        let is_abuse = self.links.get_mut(&peer).is_some_and(|link| link.inbound.is_abuse(&verdicts, now));
        self.answer(channel, verdicts);
        if is_abuse {
            self.exclude(peer, "too many invalid transactions", now);
        }
    }

    fn on_behaviour(&mut self, event: GossipBehaviourEvent, now: Instant) {
        match event {
            GossipBehaviourEvent::Exchange(event) => self.on_exchange(event, now),
            GossipBehaviourEvent::Fetch(event) => self.on_fetch(event, now),
            GossipBehaviourEvent::Hello(event) => self.on_hello(event, now),
            GossipBehaviourEvent::Allowed(never)
            | GossipBehaviourEvent::Callers(never)
            | GossipBehaviourEvent::Limits(never) => match never {},
        }
    }

    fn on_dial_failed(&mut self, peer: Option<PeerId>, error: &DialError, now: Instant) {
        let Some(link) = peer.and_then(|peer| self.links.get_mut(&peer)) else { return };
        tracing::debug!(peer = %link.peer().id(), %error, "dial failed");
        self.metrics.failed_dials.increment();
        link.dial_failed(now);
    }

    fn on_connected(&mut self, peer: PeerId, now: Instant) {
        let Some(link) = self.links.get_mut(&peer) else { return };
        if !link.is_connected() {
            tracing::info!(%peer, "connected");
        }
        link.connected(now);
        self.greet_at = self.greet_at.min(now + GOSSIP_HELLO_FIRST);
        self.count_connected();
    }

    fn on_closed(&mut self, peer: PeerId, connections_left: u32, now: Instant) {
        if connections_left > 0 {
            return;
        }
        tracing::info!(%peer, "disconnected");
        if let Some(link) = self.links.get_mut(&peer) {
            link.lost(now);
        }
        self.count_connected();
    }

    fn on_exchange(&mut self, event: Event<Request, Response>, now: Instant) {
        match event {
            Event::Message { peer, message: Message::Request { request_id, request, channel }, .. } => {
                self.unanswered.insert(request_id);
                self.on_request(peer, request, channel, now);
            }
            Event::Message { peer, message: Message::Response { request_id, response }, .. } => {
                self.on_response(peer, request_id, &response, now);
            }
            Event::OutboundFailure { peer, request_id, error, .. } => {
                self.on_unanswered(peer, request_id, &error);
            }
            Event::InboundFailure { peer, request_id, error, .. } => {
                tracing::debug!(%peer, %error, "a frame could not be answered");
                self.unanswered.remove(&request_id);
            }
            Event::ResponseSent { request_id, .. } => {
                self.unanswered.remove(&request_id);
            }
        }
    }

    fn on_request(
        &mut self,
        peer: PeerId,
        request: Request,
        channel: ResponseChannel<Response>,
        now: Instant,
    ) {
        let is_stopping = self.is_stopping();
        let Some(link) = self.links.get_mut(&peer) else { return };
        let transactions = match request {
            Request::Transactions(transactions) => transactions,
            Request::Broken(error) => return self.exclude(peer, &error.to_string(), now),
        };
        self.metrics.received_frames.increment();
        self.metrics.received_transactions.add(transactions.len());
        if transactions.is_empty() || is_stopping {
            let verdicts = vec![Err(AdmitRefusal::Unavailable); transactions.len()];
            return self.answer(channel, verdicts);
        }
        let granted = link.inbound.grant(transactions, now);
        self.start_admission(peer, granted, channel);
    }

    fn start_admission(&mut self, peer: PeerId, granted: Granted, channel: ResponseChannel<Response>) {
        let admit = self.admit.clone();
        self.admissions.spawn(async move {
            let Granted { transactions, refused, hold } = granted;
            let count = transactions.len();
            let mut verdicts = admit.admit_all(transactions).await;
            drop(hold);
            verdicts.resize(count, Err(AdmitRefusal::Unavailable));
            verdicts.extend(iter::repeat_n(Err(AdmitRefusal::Busy), refused));
            Admission { peer, channel, verdicts }
        });
    }

    fn answer(&mut self, channel: ResponseChannel<Response>, verdicts: Vec<Verdict>) {
        self.metrics.received_verdicts.count(&verdicts);
        if self.swarm.behaviour_mut().exchange.send_response(channel, verdicts).is_err() {
            tracing::debug!("a peer left before its answer");
        }
    }

    fn on_response(&mut self, peer: PeerId, request: OutboundRequestId, verdicts: &[Verdict], now: Instant) {
        let Some(link) = self.links.get_mut(&peer) else { return };
        let Some(outbound) = link.outbound() else { return };
        match outbound.answered(&request, verdicts, now) {
            Answer::Complete { given_up } => {
                link.proved();
                self.metrics.sent_verdicts.count(verdicts);
                self.metrics.given_up.add(given_up);
            }
            Answer::Mismatch => self.exclude(peer, "an answer does not fit its frame", now),
            Answer::Unknown => {}
        }
    }

    /// A frame without an answer: the connection is not to be trusted. What the frame held is offered
    /// again on the next one.
    fn on_unanswered(&mut self, peer: PeerId, request: OutboundRequestId, error: &dyn std::error::Error) {
        let Some(outbound) = self.links.get_mut(&peer).and_then(|link| link.outbound()) else { return };
        if outbound.is_waiting_for(&request) {
            tracing::debug!(%peer, %error, "a frame was not answered");
            self.metrics.unanswered_frames.increment();
            // An error means that the connection has ended already.
            let _ = self.swarm.disconnect_peer_id(peer);
        }
    }

    fn exclude(&mut self, peer: PeerId, reason: &str, now: Instant) {
        let Some(link) = self.links.get_mut(&peer) else { return };
        let time = link.exclude(now);
        tracing::warn!(%peer, reason, seconds = time.as_secs(), "peer broke the protocol and is excluded");
        self.metrics.penalties.increment();
        self.swarm.behaviour_mut().allowed.disallow_peer(peer);
        self.count_connected();
    }
}
