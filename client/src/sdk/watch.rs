//! Streams that outlive their connections: each resumes after the last thing it was told.

use std::time::Duration;

use tally_proto::v1::common::EventRecord;
use tally_proto::v1::ledger::ledger_service_client::LedgerServiceClient;
use tally_proto::v1::ledger::{
    BlockHeader, WatchBlocksRequest, WatchBlocksResponse, WatchEventsRequest, WatchEventsResponse,
    watch_blocks_request, watch_blocks_response, watch_events_request, watch_events_response,
};
use tokio::time::{sleep, timeout};
use tonic::Streaming;

use super::client::Client;
use super::error::ClientError;
use super::limits::{BACKOFF_FIRST, BACKOFF_MAX, RESPONSE_BYTES_MAX, STREAM_SILENCE_MAX};
use super::problem::Problem;
use super::reads::part;

/// What a stream tells next.
#[derive(Debug, Clone, PartialEq)]
pub enum Told<T> {
    /// Something new.
    Item(T),
    /// Nothing new; the cursor or height up to which everything was told.
    UpTo(String),
}

/// What can be watched. Implemented for events and for blocks.
pub trait Feed: Send {
    /// What it delivers.
    type Item: Send;
    /// How it travels.
    type Message: Send + 'static;

    /// Opens the stream after the last message.
    fn open(
        &self,
        client: &Client,
    ) -> impl Future<Output = Result<Streaming<Self::Message>, ClientError>> + Send;
    /// Takes a message in and remembers its place.
    fn take(&mut self, message: Self::Message) -> Result<Told<Self::Item>, ClientError>;
}

/// A stream of a feed that reconnects by itself.
pub struct Watch<F: Feed> {
    client: Client,
    feed: F,
    stream: Option<Streaming<F::Message>>,
    pause: Duration,
}

impl<F: Feed> Watch<F> {
    fn new(client: Client, feed: F) -> Self {
        Self { client, feed, stream: None, pause: BACKOFF_FIRST }
    }

    /// The next item or sign of life. Waits as long as it takes; fails only where a node refuses the request,
    /// such as for a cursor that was pruned.
    pub async fn next(&mut self) -> Result<Told<F::Item>, ClientError> {
        loop {
            let Some(stream) = &mut self.stream else {
                self.reopen().await?;
                continue;
            };
            match timeout(STREAM_SILENCE_MAX, stream.message()).await {
                Ok(Ok(Some(message))) => {
                    self.pause = BACKOFF_FIRST;
                    return self.feed.take(message);
                }
                Ok(Err(status)) if !Problem::from(&status).is_passing() => {
                    let problem = Box::new(Problem::from(&status));
                    return Err(ClientError::Node { url: "stream".to_owned(), problem });
                }
                Ok(Ok(None) | Err(_)) | Err(_) => self.stream = None,
            }
        }
    }

    async fn reopen(&mut self) -> Result<(), ClientError> {
        match self.feed.open(&self.client).await {
            Ok(stream) => self.stream = Some(stream),
            Err(error) if error.problem().is_some_and(Problem::is_passing) => {
                sleep(self.pause).await;
                self.pause = (self.pause * 2).min(BACKOFF_MAX);
            }
            Err(error) => return Err(error),
        }
        Ok(())
    }
}

/// Events, by a filter.
pub struct Events(WatchEventsRequest);

/// Headers.
pub struct Blocks(WatchBlocksRequest);

impl Client {
    /// Watches events. Without a start it begins with the next block.
    pub async fn watch_events(&self, mut filter: WatchEventsRequest) -> Result<Watch<Events>, ClientError> {
        if filter.start.is_none() {
            // Fixed now, so that a connection that breaks at once loses nothing.
            let next = self.tip().await?.height.saturating_add(1);
            filter.start = Some(watch_events_request::Start::FromHeight(next));
        }
        Ok(Watch::new(self.clone(), Events(filter)))
    }

    /// Watches headers. Without a start it begins with the next block.
    pub async fn watch_blocks(
        &self,
        start: Option<watch_blocks_request::Start>,
    ) -> Result<Watch<Blocks>, ClientError> {
        let start = match start {
            Some(start) => start,
            None => watch_blocks_request::Start::AfterHeight(self.tip().await?.height),
        };
        Ok(Watch::new(self.clone(), Blocks(WatchBlocksRequest { start: Some(start) })))
    }
}

impl Feed for Events {
    type Item = EventRecord;
    type Message = WatchEventsResponse;

    async fn open(&self, client: &Client) -> Result<Streaming<Self::Message>, ClientError> {
        client
            .call(|channel| {
                let request = self.0.clone();
                async move {
                    let client = LedgerServiceClient::new(channel);
                    client.max_decoding_message_size(RESPONSE_BYTES_MAX).watch_events(request).await
                }
            })
            .await
    }

    fn take(&mut self, message: Self::Message) -> Result<Told<EventRecord>, ClientError> {
        let (cursor, told) = match part(message.message, "message")? {
            watch_events_response::Message::Event(event) => (event.cursor.clone(), Told::Item(event)),
            watch_events_response::Message::HeartbeatCursor(cursor) => (cursor.clone(), Told::UpTo(cursor)),
        };
        self.0.start = Some(watch_events_request::Start::AfterCursor(cursor));
        Ok(told)
    }
}

impl Feed for Blocks {
    type Item = BlockHeader;
    type Message = WatchBlocksResponse;

    async fn open(&self, client: &Client) -> Result<Streaming<Self::Message>, ClientError> {
        client
            .call(|channel| {
                let request = self.0;
                async move {
                    let client = LedgerServiceClient::new(channel);
                    client.max_decoding_message_size(RESPONSE_BYTES_MAX).watch_blocks(request).await
                }
            })
            .await
    }

    fn take(&mut self, message: Self::Message) -> Result<Told<BlockHeader>, ClientError> {
        let (height, told) = match part(message.message, "message")? {
            watch_blocks_response::Message::Header(header) => (header.height, Told::Item(header)),
            watch_blocks_response::Message::Heartbeat(tip) => {
                (tip.height, Told::UpTo(tip.height.to_string()))
            }
        };
        self.0.start = Some(watch_blocks_request::Start::AfterHeight(height));
        Ok(told)
    }
}
