//! The engine: keeps lanes going over one stream to each node, and counts what comes back.

use std::collections::HashMap;
use std::task::Poll;
use std::time::{Duration, Instant};

use tally_proto::convert::action_name;

use super::error::BenchError;
use super::lane::Lane;
use super::limits::{DRAIN_MAX, FLUSH_EVERY};
use super::pace::Pace;
use super::tally::{Tally, Totals};
use super::world::World;
use crate::sdk::{Answer, Client, ClientError, Envelope, SubmitMany, Verdict};

/// When a load begins to count, and when it ends.
#[derive(Debug, Clone, Copy)]
pub struct Times {
    /// First instant that counts.
    pub from: Instant,
    /// First instant that counts no more.
    pub until: Instant,
}

/// Moves transactions of lanes to nodes and answers back to lanes.
pub struct Engine {
    /// What lanes share.
    pub world: World,
    /// Since the first transaction.
    pub totals: Totals,
    nodes: Vec<Node>,
}

struct Node {
    stream: SubmitMany,
    /// Signed and not handed in yet.
    batch: Vec<(Envelope, UnderWay)>,
    under_way: HashMap<u64, UnderWay>,
}

/// A transaction that is not answered yet.
#[derive(Debug, Clone, Copy)]
struct UnderWay {
    lane: usize,
    action: &'static str,
    intended: Instant,
}

/// What one answer says.
struct Seen {
    under_way: UnderWay,
    /// The height where it was applied.
    applied_at: Option<u64>,
}

impl Engine {
    /// One stream to each of `urls`; where a node fails its stream goes on at the next.
    pub fn new(world: World, urls: &[String]) -> Result<Self, BenchError> {
        let mut nodes = Vec::with_capacity(urls.len());
        for first in 0..urls.len() {
            let (before, after) = urls.split_at(first);
            let client = Client::new(&[after, before].concat())?;
            nodes.push(Node { stream: client.submit_many(), batch: Vec::new(), under_way: HashMap::new() });
        }
        Ok(Self { world, totals: Totals::default(), nodes })
    }

    /// Runs lanes to their ends, with at most `outstanding` under way. Fails at the first refusal.
    pub async fn finish(
        &mut self,
        mut lanes: Vec<Box<dyn Lane>>,
        outstanding: usize,
    ) -> Result<(), BenchError> {
        let mut ready: Vec<usize> = (0..lanes.len()).rev().collect();
        loop {
            let now = Instant::now();
            while self.under_way() < outstanding
                && let Some(lane) = ready.pop()
            {
                self.begin(&mut lanes, lane, now)?;
            }
            self.flush()?;
            if self.under_way() == 0 {
                return Ok(());
            }
            for seen in self.answers(&mut lanes).await? {
                if seen.applied_at.is_none() {
                    let said = self.totals.refusal.clone().unwrap_or_default();
                    return Err(BenchError::SetupRefused { action: seen.under_way.action, said });
                }
                ready.push(seen.under_way.lane);
            }
        }
    }

    /// Runs lanes for a time. `edge` is called at the window's first instant and at its last. The tally is that
    /// of the window; the count is of intended transactions that were not answered in the end.
    pub async fn load(
        &mut self,
        mut lanes: Vec<Box<dyn Lane>>,
        mut pace: Pace,
        times: Times,
        mut edge: impl FnMut() -> Result<(), BenchError>,
    ) -> Result<(Tally, u64), BenchError> {
        let mut tally = Tally::default();
        let mut ready: Vec<usize> = (0..lanes.len()).rev().collect();
        let mut edges = [Some(times.from), Some(times.until)];
        loop {
            let now = Instant::now();
            for at in &mut edges {
                if at.is_some_and(|at| at <= now) {
                    edge()?;
                    *at = None;
                }
            }
            let is_over = edges == [None, None];
            while let Some(intended) = due(&mut pace, is_over, !ready.is_empty()) {
                let Some(lane) = ready.pop() else { break };
                self.begin(&mut lanes, lane, intended)?;
            }
            self.flush()?;
            let left = unsent(&pace);
            if is_over && self.under_way() == 0 && left == 0 {
                return Ok((tally, 0));
            }
            if is_over && now.duration_since(times.until) > DRAIN_MAX {
                return Ok((tally, left + u64::try_from(self.under_way()).unwrap_or(u64::MAX)));
            }
            let wake = wake(&pace, edges, times, !ready.is_empty());
            let deadline = tokio::time::Instant::from_std(wake);
            let Ok(answers) = tokio::time::timeout_at(deadline, self.answers(&mut lanes)).await else {
                continue;
            };
            let answered = Instant::now();
            let counts = edges[0].is_none() && edges[1].is_some();
            for Seen { under_way, applied_at } in answers? {
                ready.push(under_way.lane);
                let Some(height) = applied_at else { continue };
                if counts {
                    tally.applied(under_way.action, height);
                }
                if pace.times(under_way.intended, times, counts) {
                    tally.took(answered.duration_since(under_way.intended));
                }
            }
        }
    }

    fn under_way(&self) -> usize {
        self.nodes.iter().map(|node| node.under_way.len() + node.batch.len()).sum()
    }

    /// Signs a lane's next step.
    fn begin(
        &mut self,
        lanes: &mut [Box<dyn Lane>],
        lane: usize,
        intended: Instant,
    ) -> Result<(), BenchError> {
        let Some(order) = lanes.get_mut(lane).map(|lane| lane.next(&mut self.world)).transpose()?.flatten()
        else {
            return Ok(());
        };
        let action = action_name(&order.action);
        let envelope = self.world.sign(order);
        let place = lane % self.nodes.len().max(1);
        let Some(node) = self.nodes.get_mut(place) else { return Ok(()) };
        node.batch.push((envelope, UnderWay { lane, action, intended }));
        if node.batch.len() >= FLUSH_EVERY { node.flush() } else { Ok(()) }
    }

    fn flush(&mut self) -> Result<(), BenchError> {
        self.nodes.iter_mut().try_for_each(Node::flush)
    }

    /// The next answers of any node. Nothing is lost where this is cancelled.
    async fn answers(&mut self, lanes: &mut [Box<dyn Lane>]) -> Result<Vec<Seen>, BenchError> {
        let nodes = &mut self.nodes;
        let (place, answers) = std::future::poll_fn(|context| {
            for (place, node) in nodes.iter_mut().enumerate() {
                if let Poll::Ready(answers) = node.stream.poll_next(context) {
                    return Poll::Ready((place, answers));
                }
            }
            Poll::Pending
        })
        .await;
        let answers = answers.ok_or(ClientError::Incomplete { what: "answers" })??;
        answers.into_iter().filter_map(|answer| self.seen(place, answer, lanes).transpose()).collect()
    }

    fn seen(
        &mut self,
        place: usize,
        answer: Answer,
        lanes: &mut [Box<dyn Lane>],
    ) -> Result<Option<Seen>, BenchError> {
        let under_way = self.nodes.get_mut(place).and_then(|node| node.under_way.remove(&answer.index));
        let Some(under_way) = under_way else { return Ok(None) };
        let Some(lane) = lanes.get_mut(under_way.lane) else { return Ok(None) };
        let applied_at = match answer.outcome {
            Ok(Verdict::Applied { events, place }) => {
                self.world.tip = self.world.tip.max(place.position.height);
                self.totals.applied(&events);
                lane.applied(&mut self.world, &events)?;
                Some(place.position.height)
            }
            other => {
                let (reason, said) = refusal(other);
                self.totals.refused(&reason, format!("{}: {said}", under_way.action));
                lane.refused();
                None
            }
        };
        Ok(Some(Seen { under_way, applied_at }))
    }
}

impl Node {
    fn flush(&mut self) -> Result<(), BenchError> {
        if self.batch.is_empty() {
            return Ok(());
        }
        let (envelopes, under_way): (Vec<_>, Vec<_>) = std::mem::take(&mut self.batch).into_iter().unzip();
        let first = self.stream.hand_in(envelopes)?;
        self.under_way.extend((first..).zip(under_way));
        Ok(())
    }
}

impl Pace {
    /// Whether the latency of what was intended then belongs to the window: in a closed loop what was answered
    /// in it, in an open loop what was to be sent in it, however late the answer.
    fn times(&self, intended: Instant, times: Times, is_window: bool) -> bool {
        match self {
            Self::Closed => is_window,
            Self::Open(_) => (times.from..times.until).contains(&intended),
        }
    }
}

/// When the next transaction was to be sent, if it is to be sent now.
fn due(pace: &mut Pace, is_over: bool, has_lane: bool) -> Option<Instant> {
    if !has_lane {
        return None;
    }
    let now = Instant::now();
    match pace {
        Pace::Closed => (!is_over).then_some(now),
        Pace::Open(schedule) => schedule.take(now),
    }
}

/// Intended transactions that wait for a lane although the schedule is over.
fn unsent(pace: &Pace) -> u64 {
    match pace {
        Pace::Closed => 0,
        Pace::Open(schedule) => schedule.left(),
    }
}

/// When to look again although no answer came.
fn wake(pace: &Pace, edges: [Option<Instant>; 2], times: Times, has_lane: bool) -> Instant {
    let drained = times.until + DRAIN_MAX + Duration::from_millis(1);
    let send = match pace {
        Pace::Closed => None,
        Pace::Open(schedule) => schedule.next().filter(|_| has_lane),
    };
    edges.into_iter().flatten().chain(send).min().unwrap_or(drained)
}

fn refusal(outcome: Result<Verdict, crate::sdk::Problem>) -> (String, String) {
    match outcome {
        Ok(Verdict::Refused { rejection, .. }) => (rejection.reason, rejection.message),
        Ok(Verdict::Expired { .. }) => ("EXPIRED".to_owned(), "it was in no block in time".to_owned()),
        Ok(other) => ("UNDECIDED".to_owned(), format!("{other:?}")),
        Err(problem) => (problem.reason.clone().unwrap_or_default(), problem.to_string()),
    }
}
