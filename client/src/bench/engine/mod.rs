//! The engine: keeps lanes going over one stream to each node, and counts what comes back.

mod load;
mod node;

use std::task::Poll;
use std::time::Instant;

use tally_proto::convert::action_name;

pub use load::{Loaded, Times};
use node::{Node, UnderWay};

use super::error::BenchError;
use super::lane::Lane;
use super::tally::Totals;
use super::world::World;
use crate::sdk::{Answer, Client, ClientError, Problem, Verdict};

/// The chains of a phase, by their number.
pub type Lanes = Vec<Box<dyn Lane>>;

/// Moves transactions of lanes to nodes and answers back to lanes.
pub struct Engine {
    /// What lanes share.
    pub world: World,
    /// Since the first transaction.
    pub totals: Totals,
    nodes: Vec<Node>,
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
            nodes.push(Node::new(client.submit_many()));
        }
        Ok(Self { world, totals: Totals::default(), nodes })
    }

    /// Runs lanes to their ends, with at most `outstanding` under way. Fails at the first refusal.
    pub async fn finish(&mut self, mut lanes: Lanes, outstanding: usize) -> Result<(), BenchError> {
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

    fn under_way(&self) -> usize {
        self.nodes.iter().map(Node::under_way).sum()
    }

    /// Signs a lane's next step, if it has one.
    fn begin(&mut self, lanes: &mut Lanes, lane: usize, intended: Instant) -> Result<(), BenchError> {
        let Some(order) = lanes.get_mut(lane).map(|lane| lane.next(&mut self.world)).transpose()?.flatten()
        else {
            return Ok(());
        };
        let action = action_name(&order.action);
        let envelope = self.world.sign(order);
        let place = lane % self.nodes.len().max(1);
        let under_way = UnderWay { lane, action, intended };
        self.nodes.get_mut(place).map_or(Ok(()), |node| node.add(envelope, under_way))
    }

    fn flush(&mut self) -> Result<(), BenchError> {
        self.nodes.iter_mut().try_for_each(Node::flush)
    }

    /// The next answers of any node. Nothing is lost where this is cancelled.
    async fn answers(&mut self, lanes: &mut Lanes) -> Result<Vec<Seen>, BenchError> {
        let nodes = &mut self.nodes;
        let (place, answers) = std::future::poll_fn(|context| {
            for (place, node) in nodes.iter_mut().enumerate() {
                if let Poll::Ready(answers) = node.poll_next(context) {
                    return Poll::Ready((place, answers));
                }
            }
            Poll::Pending
        })
        .await;
        let answers = answers.ok_or(ClientError::Incomplete { what: "answers" })??;
        answers.into_iter().filter_map(|answer| self.seen(place, answer, lanes).transpose()).collect()
    }

    fn seen(&mut self, place: usize, answer: Answer, lanes: &mut Lanes) -> Result<Option<Seen>, BenchError> {
        let under_way = self.nodes.get_mut(place).and_then(|node| node.take(answer.index));
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

fn refusal(outcome: Result<Verdict, Problem>) -> (String, String) {
    match outcome {
        Ok(Verdict::Refused { rejection, .. }) => (rejection.reason, rejection.message),
        Ok(Verdict::Expired { .. }) => ("EXPIRED".to_owned(), "it was in no block in time".to_owned()),
        Ok(other) => ("UNDECIDED".to_owned(), format!("{other:?}")),
        Err(problem) => (problem.reason.clone().unwrap_or_default(), problem.to_string()),
    }
}
