//! Streams: blocks and events, from a place in the past or from now on, without gap or duplicate.
//!
//! A stream that begins with what comes next says at once where that is; every stream sends a heartbeat when
//! it was silent for a while. A reader that does not keep up is dropped with the
//! cursor after which it can resume; so is every reader when the node stops. A stream ends with the key that opened it.
use super::access::{AccessError, Reader, StreamPlace};
use super::error::CallError;
use super::outlet::{Blocked, Messages, Outlet};
use super::query::Reading;
use super::sight::Watcher;
use super::{Edge, Services};
use crate::events::{Follower, HappenedBlock};
use crate::limits::{
    API_DATE_RECHECK_MS, API_KEY_RECHECK, API_STREAM_AHEAD_MAX, API_STREAM_PATIENCE, API_STREAM_QUEUE,
    API_STREAMS_PER_MEMBER_MAX,
};
use std::sync::Arc;
use std::time::Duration;
use tally_contracts::event::Event;
use tally_contracts::types::{BusinessDate, Height, MemberId, ReceivableId};
use tally_proto::convert::{Cursor, cursor, event_record};
use tally_proto::v1::common::{EventKind, Position};
use tally_proto::v1::ledger::{
    WatchBlocksRequest, WatchBlocksResponse, WatchEventsRequest, WatchEventsResponse, watch_blocks_request,
    watch_blocks_response, watch_events_request, watch_events_response,
};
use tally_proto::{FieldError, FieldErrorKind};
use tokio::sync::OwnedSemaphorePermit;
use tokio::time::{Instant, sleep_until};
use tonic::Response;

pub(super) type BlockMessages = Messages<WatchBlocksResponse>;
pub(super) type EventMessages = Messages<WatchEventsResponse>;

/// Headers from the place that the request names.
pub(super) async fn blocks(
    services: &Services,
    reader: &Reader,
    request: &WatchBlocksRequest,
) -> Result<Response<BlockMessages>, CallError> {
    let from = match request.start {
        None => None,
        Some(watch_blocks_request::Start::AfterHeight(height)) => Some(height.saturating_add(1)),
        Some(watch_blocks_request::Start::FromHeight(height)) => Some(height),
    };
    let start = Start::at(services, reader, from).await?;
    // what was not sent yet must not look as if it was
    let headers = Headers { last: start.position.clone().filter(|_| start.is_live) };
    start.stream(services, reader.clone(), end_of, headers)
}

/// Events from the place that the request names, those that its filter wants.
pub(super) async fn events(
    services: &Services,
    reader: Reader,
    request: &WatchEventsRequest,
) -> Result<Response<EventMessages>, CallError> {
    let (from, after) = match &request.start {
        None => (None, None),
        Some(watch_events_request::Start::FromHeight(height)) => (Some(*height), None),
        Some(watch_events_request::Start::AfterCursor(text)) => {
            let after = cursor(text, "after_cursor")?;
            (Some(first_height_after(after)), Some(after))
        }
    };
    let filter = EventFilter::of(request)?;
    let start = Start::at(services, &reader, from).await?;
    start.stream(
        services,
        reader.clone(),
        |height| after.map_or(end_of(height), |after| after.max(end_of(height))),
        Events { filter, after, watcher: Watcher::new(reader), today: None, judged_at: 0 },
    )
}

/// The cursor behind everything that a block may hold.
fn end_of(height: u64) -> Cursor {
    Cursor { height: Height::new(height), transaction: u32::MAX, event: u32::MAX }
}

/// A cursor behind all of its block needs the block no longer, which may be pruned.
fn first_height_after(after: Cursor) -> u64 {
    let height = after.height.number();
    if after.transaction == u32::MAX { height.saturating_add(1) } else { height }
}

/// Where a stream begins.
struct Start {
    follower: Follower,
    /// Of this node's tip.
    position: Option<Position>,
    /// Whether nothing of the past is asked for.
    is_live: bool,
    /// Among all streams, and among the reader's.
    places: (OwnedSemaphorePermit, StreamPlace),
}

impl Start {
    /// At `from`, or with the next block; refused where that block was pruned or is out of sight.
    async fn at(services: &Services, reader: &Reader, from: Option<u64>) -> Result<Self, CallError> {
        let edge = &services.edge;
        let limit = edge.settings.streams_max;
        let place = Arc::clone(&edge.streams).try_acquire_owned();
        let place = place.map_err(|_| CallError::StreamsFull { limit })?;
        let own = edge.quotas.stream(reader.member);
        let own = own.ok_or(CallError::StreamsFull { limit: API_STREAMS_PER_MEMBER_MAX })?;
        let node = Arc::clone(&edge.node);
        let looked = edge.reads.run(move || {
            let reading = Reading::of(&node)?;
            Ok((reading.height, reading.earliest()?, reading.position()))
        });
        let (tip, earliest, position) = looked.await?;
        let height = from.unwrap_or(tip.saturating_add(1)).max(1);
        if height < earliest {
            return Err(CallError::Pruned { height, earliest });
        }
        if height > tip.saturating_add(API_STREAM_AHEAD_MAX) {
            return Err(CallError::BeyondTip { height, tip });
        }
        Ok(Self { follower: edge.feed.follow(height), position, is_live: height > tip, places: (place, own) })
    }

    fn stream<K: Kind>(
        self,
        services: &Services,
        reader: Reader,
        before: impl Fn(u64) -> Cursor,
        kind: K,
    ) -> Result<Response<Messages<K::Message>>, CallError> {
        let (outlet, messages) = Outlet::new(API_STREAM_QUEUE, API_STREAM_PATIENCE);
        let edge = Arc::clone(&services.edge);
        let sent = before(self.follower.height().saturating_sub(1));
        let silence = if self.is_live { Duration::ZERO } else { edge.settings.stream_heartbeat };
        let due = Instant::now() + silence;
        tokio::spawn(async move {
            let _places = self.places;
            let mut stream = Stream { edge, outlet, kind, sent, due, reader, checked: Instant::now() };
            let why = stream.run(self.follower).await;
            stream.end(why);
        });
        Ok(Response::new(messages))
    }
}

/// What a stream is made of.
trait Kind: Send + 'static {
    type Message: Send + 'static;

    /// What a block has for the reader, each with the cursor after which it resumes.
    fn messages(&mut self, block: &HappenedBlock) -> Vec<(Cursor, Self::Message)>;

    /// Looks up what must be known before the block's messages can be told.
    fn prepare(
        &mut self,
        edge: &Arc<Edge>,
        block: &HappenedBlock,
    ) -> impl Future<Output = Result<(), CallError>> + Send;

    /// A sign of life from someone who has sent everything up to `sent`.
    fn heartbeat(&self, sent: Cursor) -> Option<Self::Message>;
}

/// A stream at work.
struct Stream<K: Kind> {
    edge: Arc<Edge>,
    outlet: Outlet<K::Message>,
    kind: K,
    /// The reader has, or needs not, everything up to here.
    sent: Cursor,
    /// When a heartbeat is due.
    due: Instant,
    reader: Reader,
    /// When the ledger was last asked whether the reader's key still counts.
    checked: Instant,
}

/// Why a stream ends.
enum End {
    ReaderGone,
    ReaderTooSlow,
    Stopping,
    Failed(CallError),
}

impl<K: Kind> Stream<K> {
    async fn run(&mut self, mut follower: Follower) -> End {
        loop {
            let step = tokio::select! {
                biased;
                () = self.outlet.reader_gone() => return End::ReaderGone,
                () = self.edge.stopped() => return End::Stopping,
                next = follower.next() => Some(next),
                () = sleep_until(self.due) => None,
            };
            let done = match step {
                Some(Ok(block)) => self.send_block(&block).await,
                Some(Err(error)) => return End::Failed(error.into()),
                None => self.give_sign().await,
            };
            if let Err(end) = done {
                return end;
            }
        }
    }

    async fn give_sign(&mut self) -> Result<(), End> {
        self.check_reader().await?;
        Ok(self.send_heartbeat().await?)
    }

    /// Whoever opened the stream may have lost its key or a role since.
    async fn check_reader(&mut self) -> Result<(), End> {
        if self.checked.elapsed() < API_KEY_RECHECK {
            return Ok(());
        }
        let (node, reader) = (Arc::clone(&self.edge.node), self.reader.clone());
        let still_counts = self.edge.reads.run(move || reader.still_counts(&node)).await;
        if !still_counts.map_err(End::Failed)? {
            return Err(End::Failed(AccessError::TokenUnknown.into()));
        }
        self.checked = Instant::now();
        Ok(())
    }

    async fn send_block(&mut self, block: &HappenedBlock) -> Result<(), End> {
        self.check_reader().await?;
        self.kind.prepare(&self.edge, block).await.map_err(End::Failed)?;
        for (cursor, message) in self.kind.messages(block) {
            self.outlet.send(message).await?;
            self.sent(cursor);
        }
        self.sent = end_of(block.height().number());
        // a filter that lets nothing through must not look like a dead node while it reads the past
        if self.due <= Instant::now() {
            self.send_heartbeat().await?;
        }
        Ok(())
    }

    async fn send_heartbeat(&mut self) -> Result<(), Blocked> {
        if let Some(heartbeat) = self.kind.heartbeat(self.sent) {
            self.outlet.send(heartbeat).await?;
        }
        self.sent(self.sent);
        Ok(())
    }

    fn sent(&mut self, cursor: Cursor) {
        self.sent = cursor;
        self.due = Instant::now() + self.edge.settings.stream_heartbeat;
    }

    fn end(self, why: End) {
        let cursor = self.sent.to_string();
        match why {
            End::ReaderGone => {}
            End::ReaderTooSlow => self.outlet.end(CallError::ReaderTooSlow { cursor }),
            End::Stopping => self.outlet.end(CallError::StreamStopping { cursor }),
            End::Failed(error) => self.outlet.end(error),
        }
    }
}

impl From<Blocked> for End {
    fn from(blocked: Blocked) -> Self {
        match blocked {
            Blocked::ReaderGone => Self::ReaderGone,
            Blocked::ReaderTooSlow => Self::ReaderTooSlow,
        }
    }
}

struct Headers {
    /// Of the last block that was sent, or of the tip before a stream of what comes next.
    last: Option<Position>,
}

impl Kind for Headers {
    type Message = WatchBlocksResponse;

    async fn prepare(&mut self, _edge: &Arc<Edge>, _block: &HappenedBlock) -> Result<(), CallError> {
        Ok(())
    }

    fn messages(&mut self, block: &HappenedBlock) -> Vec<(Cursor, Self::Message)> {
        self.last = Some(Position::from(&block.header));
        let message = watch_blocks_response::Message::Header((&block.header).into());
        vec![(end_of(block.height().number()), WatchBlocksResponse { message: Some(message) })]
    }

    fn heartbeat(&self, _sent: Cursor) -> Option<Self::Message> {
        let message = watch_blocks_response::Message::Heartbeat(self.last.clone()?);
        Some(WatchBlocksResponse { message: Some(message) })
    }
}

struct Events {
    filter: EventFilter,
    /// Nothing up to here is wanted.
    after: Option<Cursor>,
    watcher: Watcher,
    /// By which the anchor sees whom it owes.
    today: Option<BusinessDate>,
    /// Milliseconds of chain time at which the date was asked.
    judged_at: u64,
}

impl Kind for Events {
    type Message = WatchEventsResponse;

    async fn prepare(&mut self, edge: &Arc<Edge>, block: &HappenedBlock) -> Result<(), CallError> {
        let unknown = self.watcher.unknown(block.events().map(|(_, event)| event));
        let is_old = self.judged_at.saturating_add(API_DATE_RECHECK_MS) < block.header.time.ms();
        if unknown.is_empty() && self.today.is_some() && !is_old {
            return Ok(());
        }
        let node = Arc::clone(&edge.node);
        let looked = edge.reads.run(move || {
            let reading = Reading::of(&node)?;
            Ok((reading.facts(&unknown)?, reading.today()?))
        });
        let (facts, today) = looked.await?;
        self.watcher.learn(facts);
        self.today = Some(today);
        self.judged_at = block.header.time.ms();
        Ok(())
    }

    fn messages(&mut self, block: &HappenedBlock) -> Vec<(Cursor, Self::Message)> {
        let Some(today) = self.today else { return Vec::new() };
        let new = block.events().filter(|(context, _)| self.after.is_none_or(|after| after < context.cursor));
        let seen = new.filter_map(|(context, event)| self.watcher.see(&context, event, today));
        let wanted = seen.filter(|(_, event)| self.filter.wants(event));
        let message =
            |event| WatchEventsResponse { message: Some(watch_events_response::Message::Event(event)) };
        wanted.map(|(context, event)| (context.cursor, message(event_record(&context, &event)))).collect()
    }

    fn heartbeat(&self, sent: Cursor) -> Option<Self::Message> {
        let message = watch_events_response::Message::HeartbeatCursor(sent.to_string());
        Some(WatchEventsResponse { message: Some(message) })
    }
}

/// Which events a reader wants.
struct EventFilter {
    kinds: Vec<EventKind>,
    member: Option<MemberId>,
    receivable: Option<ReceivableId>,
}

impl EventFilter {
    fn of(request: &WatchEventsRequest) -> Result<Self, CallError> {
        let kind = |(index, value): (usize, &i32)| {
            let unknown = FieldErrorKind::UnknownValue { value: *value };
            let known = EventKind::try_from(*value).ok().filter(|kind| *kind != EventKind::Unspecified);
            known.ok_or_else(|| FieldError::new(format!("kinds[{index}]"), unknown))
        };
        let kinds = request.kinds.iter().enumerate().map(kind).collect::<Result<_, _>>()?;
        let member = (!request.member.is_empty()).then(|| MemberId::new(&request.member)).transpose();
        let member = member.map_err(|error| FieldError::new("member", error.into()))?;
        Ok(Self { kinds, member, receivable: request.receivable.map(ReceivableId::new) })
    }

    fn wants(&self, event: &Event) -> bool {
        (self.kinds.is_empty() || self.kinds.contains(&EventKind::from(event.kind)))
            && self.member.is_none_or(|member| [event.member, event.counterparty].contains(&Some(member)))
            && self.receivable.is_none_or(|receivable| event.receivable == Some(receivable))
    }
}
