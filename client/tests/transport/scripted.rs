//! A gRPC server that answers submissions and streams by a script, to see what a client makes of it.

use std::collections::VecDeque;
use std::pin::Pin;
use std::sync::{Arc, Mutex};

use prost::Message;
use tally_contracts::types::{Amount, Currency};
use tally_proto::signing::transaction_id;
use tally_proto::v1::common::{Applied, EventRecord, Position, Receipt, receipt};
use tally_proto::v1::ledger::ledger_service_server::{LedgerService, LedgerServiceServer};
use tally_proto::v1::ledger::*;
use tally_proto::v1::node::node_service_server::{NodeService, NodeServiceServer};
use tally_proto::v1::node::{GetStatusRequest, GetStatusResponse};
use tally_proto::v1::transaction::transaction_service_server::{
    TransactionService, TransactionServiceServer,
};
use tally_proto::v1::transaction::*;
use tokio::net::TcpListener;
use tokio_stream::wrappers::{TcpListenerStream, UnboundedReceiverStream};
use tonic::{Request, Response, Status, Streaming};

/// What the next submission gets; committed where the script is at its end.
pub enum Reply {
    Commit,
    CommitAnother,
    Pend,
    Refuse(Status),
    /// No answer, ever.
    Hang,
}

/// What the next submission stream does; answers everything where the script is at its end.
pub enum ManyReply {
    /// Commits so many and breaks.
    BreakAfter(usize),
    /// Does not take the transactions.
    Refuse,
    /// Answers the last transaction of a message about another one.
    CommitAnother,
}

type StreamScript = Vec<Result<WatchEventsResponse, Status>>;

#[derive(Default)]
struct Script {
    replies: VecDeque<Reply>,
    streams: VecDeque<StreamScript>,
    submitted: Vec<SubmitRequest>,
    starts: Vec<String>,
    many: VecDeque<ManyReply>,
    /// The transactions of each submission stream.
    handed_in: Vec<Vec<Vec<u8>>>,
}

/// A running server; it ends with the test's runtime.
pub struct Node {
    pub url: String,
    script: Arc<Mutex<Script>>,
}

#[derive(Clone)]
struct Service(Arc<Mutex<Script>>);

impl Node {
    pub async fn start(replies: Vec<Reply>) -> Self {
        let script = Arc::new(Mutex::new(Script { replies: replies.into(), ..Script::default() }));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let service = Service(script.clone());
        let server = tonic::transport::Server::builder()
            .add_service(TransactionServiceServer::new(service.clone()))
            .add_service(NodeServiceServer::new(service.clone()))
            .add_service(LedgerServiceServer::new(service));
        tokio::spawn(server.serve_with_incoming(TcpListenerStream::new(listener)));
        Self { url, script }
    }

    /// Adds what the next opened stream of events delivers.
    pub fn stream(&self, messages: StreamScript) {
        self.script.lock().unwrap().streams.push_back(messages);
    }

    /// Adds what the next submission stream does.
    pub fn many(&self, reply: ManyReply) {
        self.script.lock().unwrap().many.push_back(reply);
    }

    /// The transactions of each submission stream.
    pub fn handed_in(&self) -> Vec<Vec<Vec<u8>>> {
        self.script.lock().unwrap().handed_in.clone()
    }

    /// Body and signatures of every submission, without the waiting times.
    pub fn submitted(&self) -> Vec<SubmitRequest> {
        let bare = |seen: &SubmitRequest| SubmitRequest { timeout_ms: 0, ..seen.clone() };
        self.script.lock().unwrap().submitted.iter().map(bare).collect()
    }

    /// Where each stream was asked to start.
    pub fn starts(&self) -> Vec<String> {
        self.script.lock().unwrap().starts.clone()
    }
}

pub fn cny(minor: u64) -> Amount {
    Amount::new(minor, Currency::new("CNY").unwrap()).unwrap()
}

pub fn committed(event: EventRecord) -> WatchEventsResponse {
    WatchEventsResponse { message: Some(watch_events_response::Message::Event(event)) }
}

fn tip() -> Option<Position> {
    Some(Position { height: 7, ..Position::default() })
}

fn result(body: &[u8], status: TransactionStatus) -> SubmitResponse {
    let outcome = Some(receipt::Outcome::Applied(Applied { events: vec![] }));
    SubmitResponse {
        result: Some(TransactionResult {
            transaction_id: transaction_id("test", body).0.to_vec(),
            status: status.into(),
            position: tip(),
            index: 0,
            receipt: Some(Receipt { outcome, ..Receipt::default() }),
        }),
    }
}

type ManyAnswers = tokio::sync::mpsc::UnboundedSender<Result<SubmitManyResponse, Status>>;

async fn answer_many(
    script: Arc<Mutex<Script>>,
    stream: usize,
    reply: Option<ManyReply>,
    mut requests: Streaming<SubmitManyRequest>,
    answers: ManyAnswers,
) {
    let mut index = 0;
    while let Ok(Some(SubmitManyRequest { transactions })) = requests.message().await {
        script.lock().unwrap().handed_in[stream].extend(transactions.clone());
        let mut results = Vec::new();
        let count = transactions.len();
        for (place, envelope) in transactions.into_iter().enumerate() {
            if matches!(reply, Some(ManyReply::BreakAfter(last)) if index >= last as u64) {
                let _ = answers.send(Ok(SubmitManyResponse { results }));
                let _ = answers.send(Err(Status::unavailable("the node is stopping")));
                return;
            }
            let is_last = place + 1 == count;
            results.push(SubmitManyResult { index, outcome: Some(told(&envelope, reply.as_ref(), is_last)) });
            index += 1;
        }
        // The order in which things become known is not the order in which they were handed in.
        results.reverse();
        let _ = answers.send(Ok(SubmitManyResponse { results }));
    }
}

fn told(envelope: &[u8], reply: Option<&ManyReply>, is_last: bool) -> submit_many_result::Outcome {
    use submit_many_result::Outcome;
    if matches!(reply, Some(ManyReply::Refuse)) {
        let (code, reason) = (8, "MEMPOOL_FULL".to_owned());
        return Outcome::Refusal(SubmitRefusal { code, reason, message: "the pool is full".to_owned() });
    }
    let signed = SignedTransaction::decode(envelope).unwrap();
    let another = matches!(reply, Some(ManyReply::CommitAnother)) && is_last;
    let body = if another { b"another".as_slice() } else { &signed.body };
    Outcome::Result(result(body, TransactionStatus::Committed).result.unwrap())
}

#[tonic::async_trait]
impl TransactionService for Service {
    type SubmitManyStream = Messages<SubmitManyResponse>;

    async fn submit_many(
        &self,
        request: Request<Streaming<SubmitManyRequest>>,
    ) -> Result<Response<Self::SubmitManyStream>, Status> {
        let (reply, stream) = {
            let mut script = self.0.lock().unwrap();
            script.handed_in.push(Vec::new());
            (script.many.pop_front(), script.handed_in.len() - 1)
        };
        let (sender, receiver) = tokio::sync::mpsc::unbounded_channel();
        tokio::spawn(answer_many(self.0.clone(), stream, reply, request.into_inner(), sender));
        Ok(Response::new(Box::pin(UnboundedReceiverStream::new(receiver))))
    }

    async fn submit(&self, request: Request<SubmitRequest>) -> Result<Response<SubmitResponse>, Status> {
        let request = request.into_inner();
        let reply = {
            let mut script = self.0.lock().unwrap();
            script.submitted.push(request.clone());
            script.replies.pop_front().unwrap_or(Reply::Commit)
        };
        match reply {
            Reply::Commit => Ok(Response::new(result(&request.body, TransactionStatus::Committed))),
            Reply::CommitAnother => Ok(Response::new(result(b"another", TransactionStatus::Committed))),
            Reply::Pend => Ok(Response::new(result(&request.body, TransactionStatus::Pending))),
            Reply::Refuse(status) => Err(status),
            Reply::Hang => std::future::pending().await,
        }
    }

    async fn get(&self, _: Request<GetRequest>) -> Result<Response<GetResponse>, Status> {
        let status = TransactionStatus::Unknown.into();
        let result = Some(TransactionResult { status, position: tip(), ..TransactionResult::default() });
        Ok(Response::new(GetResponse { result }))
    }

    async fn wait(&self, _: Request<WaitRequest>) -> Result<Response<WaitResponse>, Status> {
        Err(Status::unimplemented("not in this script"))
    }

    async fn simulate(&self, _: Request<SimulateRequest>) -> Result<Response<SimulateResponse>, Status> {
        Err(Status::unimplemented("not in this script"))
    }
}

#[tonic::async_trait]
impl NodeService for Service {
    async fn get_status(&self, _: Request<GetStatusRequest>) -> Result<Response<GetStatusResponse>, Status> {
        let chain_id = "test".to_owned();
        Ok(Response::new(GetStatusResponse { chain_id, position: tip(), ..GetStatusResponse::default() }))
    }
}

type Messages<T> = Pin<Box<dyn tokio_stream::Stream<Item = Result<T, Status>> + Send>>;

macro_rules! unscripted {
    ($($method:ident($request:ty) -> $response:ty;)*) => {
        #[tonic::async_trait]
        impl LedgerService for Service {
            type WatchBlocksStream = Messages<WatchBlocksResponse>;
            type WatchEventsStream = Messages<WatchEventsResponse>;

            $(async fn $method(&self, _: Request<$request>) -> Result<Response<$response>, Status> {
                Err(Status::unimplemented("not in this script"))
            })*

            async fn watch_events(
                &self,
                request: Request<WatchEventsRequest>,
            ) -> Result<Response<Self::WatchEventsStream>, Status> {
                use watch_events_request::Start;
                let mut script = self.0.lock().unwrap();
                script.starts.push(match request.into_inner().start {
                    None => "next".to_owned(),
                    Some(Start::AfterCursor(cursor)) => format!("after {cursor}"),
                    Some(Start::FromHeight(height)) => format!("from {height}"),
                });
                let messages = script.streams.pop_front().unwrap_or_default();
                Ok(Response::new(Box::pin(tokio_stream::iter(messages))))
            }
        }
    };
}

unscripted! {
    get_block(GetBlockRequest) -> GetBlockResponse;
    list_blocks(ListBlocksRequest) -> ListBlocksResponse;
    watch_blocks(WatchBlocksRequest) -> Messages<WatchBlocksResponse>;
    get_proof(GetProofRequest) -> GetProofResponse;
    list_validators(ListValidatorsRequest) -> ListValidatorsResponse;
    check_invariants(CheckInvariantsRequest) -> CheckInvariantsResponse;
}
