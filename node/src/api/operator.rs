//! The operator's door: a Unix socket in the node's folder, for whoever may read that folder and nobody else.
//!
//! It tells of this machine, its peers and the member that runs it. Of the ledger it tells what members see through the
//! API, and nothing of other members' records.
use super::error::CallError;
use super::health::is_well;
use super::query::{Reading, node_status};
use super::{NodeKind, NodeView};
use crate::limits::{API_REQUEST_TIMEOUT, EVIDENCE_COUNTED_MAX, FULL_NODE_ANSWERS_WITHIN};
use crate::mempool::gossip::{Introduction, Introductions, Peer, PeerStates};
use crate::replica::Line;
use futures::future::join_all;
use rustix::process::{Resource, getrlimit};
use std::future::Future;
use std::io;
use std::os::unix::fs::{FileTypeExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;
use tally_contracts::genesis::ValidatorSet;
use tally_contracts::member::{KycFile, Member};
use tally_contracts::state::Key;
use tally_contracts::types::{Height, MemberId, PublicKey};
use tally_proto::v1::operator::operator_service_server::{OperatorService, OperatorServiceServer};
use tally_proto::v1::operator::{
    self as wire, GetReportRequest, GetReportResponse, ListFullNodesRequest, ListFullNodesResponse, Term,
    TermKind,
};
use tokio::net::{UnixListener, UnixSocket};
use tokio_stream::wrappers::UnixListenerStream;
use tonic::transport::Server;
use tonic::{Request, Response, Status};

/// Connections that wait until the node takes them.
const OPERATORS_WAITING_MAX: u32 = 128;

/// Why the operator's socket does not answer.
#[derive(Debug, thiserror::Error)]
pub enum OperatorError {
    #[error("the operator's socket {} cannot be made: {source}; name another as operator.socket", path.display())]
    Socket { path: PathBuf, source: io::Error },
    #[error("the operator's socket failed")]
    Transport(#[from] tonic::transport::Error),
}

/// What an operator sees beside the node itself.
pub struct OperatorView {
    pub node: Arc<NodeView>,
    /// This node's own, which identifies it to its peers.
    pub peer_key: PublicKey,
    /// Of the configuration: what people call them.
    pub names: Vec<(PublicKey, String)>,
    pub introductions: Introductions,
    pub connected: PeerStates,
}

/// The socket, open to this user only. One that a dead process left is replaced.
pub fn open_socket(path: &Path) -> Result<UnixListener, OperatorError> {
    let failed = |source| OperatorError::Socket { path: path.to_owned(), source };
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).map_err(failed)?;
    }
    if std::fs::symlink_metadata(path).is_ok_and(|found| found.file_type().is_socket()) {
        std::fs::remove_file(path).map_err(failed)?;
    }
    // nobody can connect before it listens, and then only this user may
    let socket = UnixSocket::new_stream().map_err(failed)?;
    socket.bind(path).map_err(failed)?;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600)).map_err(failed)?;
    socket.listen(OPERATORS_WAITING_MAX).map_err(failed)
}

/// Answers the operator until `shutdown` resolves.
pub async fn serve_operator(
    listener: UnixListener,
    view: OperatorView,
    shutdown: impl Future<Output = ()>,
) -> Result<(), OperatorError> {
    let service = OperatorServiceServer::new(Desk { view: Arc::new(view) });
    let server = Server::builder().timeout(API_REQUEST_TIMEOUT).add_service(service);
    Ok(server.serve_with_incoming_shutdown(UnixListenerStream::new(listener), shutdown).await?)
}

struct Desk {
    view: Arc<OperatorView>,
}

#[tonic::async_trait]
impl OperatorService for Desk {
    async fn get_report(&self, _: Request<GetReportRequest>) -> Result<Response<GetReportResponse>, Status> {
        let view = Arc::clone(&self.view);
        let report = tokio::task::spawn_blocking(move || view.report()).await;
        Ok(Response::new(report.map_err(|_| CallError::Panicked)??))
    }

    async fn list_full_nodes(
        &self,
        _: Request<ListFullNodesRequest>,
    ) -> Result<Response<ListFullNodesResponse>, Status> {
        let lines = self.view.node.relay.as_ref().map(|relay| relay.lines.as_slice()).unwrap_or_default();
        let answers = join_all(lines.iter().map(full_node)).await;
        Ok(Response::new(ListFullNodesResponse { full_nodes: answers.into_iter().flatten().collect() }))
    }
}

async fn full_node(line: &Line) -> Option<wire::FullNode> {
    let status = line.status(FULL_NODE_ANSWERS_WITHIN).await.ok()?;
    Some(wire::FullNode { address: line.url().to_owned(), status: Some(status) })
}

impl OperatorView {
    fn report(&self) -> Result<GetReportResponse, CallError> {
        let node = &self.node;
        let reading = Reading::of(node)?;
        let tip = node.ledger.tip();
        let member = self.own_member(&tip.validators);
        let evidence = reading.view.evidence_from(0, EVIDENCE_COUNTED_MAX)?;
        Ok(GetReportResponse {
            status: Some(node_status(&reading)?),
            serving: is_well(node),
            voting: node.consensus.borrow().is_voting,
            listed: member.is_some(),
            // no limit is as good as any
            open_files_limit: getrlimit(Resource::Nofile).current.unwrap_or(u64::MAX),
            peers: self.peers(&tip.validators),
            terms: member.map(|member| terms(&reading, member)).transpose()?.unwrap_or_default(),
            misbehaviours: u32::try_from(evidence.len()).unwrap_or(u32::MAX),
        })
    }

    /// Who runs this node, as the ledger says.
    fn own_member(&self, set: &ValidatorSet) -> Option<MemberId> {
        match self.node.kind {
            NodeKind::Validator { key } => {
                set.validators.iter().find(|one| one.consensus_key == key).map(|one| one.member)
            }
            NodeKind::Member => self.node.relay.as_ref().map(|relay| relay.member),
            NodeKind::Observer => {
                set.observers.iter().find(|one| one.peer_key == self.peer_key).map(|one| one.member)
            }
        }
    }

    fn peers(&self, set: &ValidatorSet) -> Vec<wire::Peer> {
        let validators = set.validators.iter().map(|one| (one.peer_key, Some(one.member), one.power));
        let observers = set.observers.iter().map(|one| (one.peer_key, Some(one.member), 0));
        let listed: Vec<_> =
            validators.chain(observers).filter(|(key, _, _)| *key != self.peer_key).collect();
        let is_listed = |key: &PublicKey| listed.iter().any(|(one, _, _)| one == key);
        let others = self.names.iter().filter(|(key, _)| !is_listed(key)).map(|(key, _)| (*key, None, 0));
        listed
            .iter()
            .copied()
            .chain(others)
            .map(|(key, member, power)| self.peer(key, member, power))
            .collect()
    }

    fn peer(&self, key: PublicKey, member: Option<MemberId>, power: u64) -> wire::Peer {
        let name = self.names.iter().find(|(one, _)| *one == key).map(|(_, name)| name.clone());
        let id = Peer::new(key.0, Vec::new()).ok().map(|peer| peer.id());
        let said = self.introductions.lock().expect("nothing panics while it holds the introductions");
        let introduction = id.and_then(|id| said.get(&id)).map(introduction);
        let is_connected = id.is_some_and(|id| self.connected.contains(&id));
        wire::Peer {
            configured: name.is_some(),
            name: name.unwrap_or_default(),
            peer_key: key.0.to_vec(),
            listed: member.is_some(),
            member: member.map(|member| member.to_string()).unwrap_or_default(),
            power,
            connected: is_connected,
            introduction,
        }
    }
}

fn introduction(said: &Introduction) -> wire::Introduction {
    let whole = |number: u128| u32::try_from(number).unwrap_or(u32::MAX);
    wire::Introduction {
        version: said.about.version.clone(),
        data_format: said.about.data_format,
        height: said.about.height,
        clock_offset_ms: said.clock_offset_ms,
        round_trip_ms: whole(said.round_trip.as_millis()),
        age_seconds: whole(Instant::now().saturating_duration_since(said.at).as_secs().into()),
    }
}

/// What of a member's ends: its keys that count now, and the banks' word about it.
fn terms(reading: &Reading<'_>, id: MemberId) -> Result<Vec<Term>, CallError> {
    let height = Height::new(reading.height);
    let Some(member) = reading.get::<Member>(&Key::Member(id))? else { return Ok(Vec::new()) };
    let mut terms: Vec<Term> = member
        .keys
        .iter()
        .filter(|key| key.is_valid_at(height))
        .map(|key| {
            let end = key.revoked_from.map(|end| signed(end.number()));
            term(TermKind::Key, key.key.to_string(), end, signed(reading.height))
        })
        .collect();
    let file = reading.get::<KycFile>(&Key::KycFile(id))?.unwrap_or_default();
    let today = reading.policy_in_force()?.date(reading.time).days();
    terms.extend(file.attestations.iter().filter(|one| one.revoked.is_none()).map(|one| {
        let end = Some(i64::from(one.terms.expires_on.days()));
        term(TermKind::Attestation, one.issuer.to_string(), end, i64::from(today))
    }));
    Ok(terms)
}

fn term(kind: TermKind, subject: String, end: Option<i64>, now: i64) -> Term {
    Term { kind: kind.into(), subject, end, left: end.map(|end| end.saturating_sub(now)) }
}

fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
