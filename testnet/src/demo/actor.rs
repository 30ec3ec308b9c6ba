//! One member who acts through the SDK, as its own software would.

use std::time::{Duration, Instant};

use tally_client::sdk::{Client, ClientError, Verdict, Wait, random_request_id, valid_until};
use tally_contracts::Action;
use tally_contracts::types::MemberId;
use tally_keys::SigningKey;
use tally_proto::convert::action_name;
use tally_proto::v1::common::{Event, EventKind};
use tally_proto::{SignedTransaction, TransactionDraft, signing, transaction};

use super::error::DemoError;
use crate::network::{Network, NetworkError};

/// A member with its key and its nodes.
#[derive(Debug, Clone)]
pub struct Actor {
    /// Who.
    pub member: MemberId,
    client: Client,
    key: SigningKey,
    chain_id: String,
}

/// What an action did.
#[derive(Debug, Clone)]
pub struct Done {
    /// In the order in which they happened.
    pub events: Vec<Event>,
    /// Of the block.
    pub height: u64,
    /// From handing the signed bytes in until a node said that they are committed.
    pub took: Duration,
}

/// What became of an action.
#[derive(Debug, Clone)]
pub enum Attempt {
    /// It took effect.
    Applied(Done),
    /// The rulebook said no.
    Refused {
        /// UPPER_SNAKE.
        reason: String,
        /// With the values that mattered.
        message: String,
    },
}

impl Actor {
    /// A member of a network.
    pub fn new(network: &Network, member: MemberId) -> Result<Self, NetworkError> {
        let chain_id = network.plan().chain_id.clone();
        Ok(Self { member, client: network.client_of(member)?, key: network.key_of(member)?, chain_id })
    }

    /// For reads.
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// Signs an action under a new request id.
    pub async fn sign(&self, action: Action) -> Result<SignedTransaction, DemoError> {
        let draft = TransactionDraft {
            request_id: random_request_id()?,
            sender: self.member,
            signers: vec![signing::public_key(&self.key)],
            valid_until: valid_until(&self.client, &self.chain_id).await?,
            action,
        };
        Ok(transaction::sign(draft.encode(), &self.chain_id, std::slice::from_ref(&self.key))?)
    }

    /// Acts, and tells what became of it.
    pub async fn attempt(&self, action: Action) -> Result<Attempt, DemoError> {
        let name = action_name(&action);
        let signed = self.sign(action).await?;
        let begun = Instant::now();
        let sent = self.client.submit(&signed, Wait::Committed).await;
        let took = begun.elapsed();
        let undecided = |found: String| DemoError::Undecided { member: self.member, action: name, found };
        match sent {
            Ok(outcome) => match outcome.verdict {
                Verdict::Applied { events, place } => {
                    Ok(Attempt::Applied(Done { events, height: place.position.height, took }))
                }
                Verdict::Refused { rejection, .. } => {
                    Ok(Attempt::Refused { reason: rejection.reason, message: rejection.message })
                }
                Verdict::Pending { .. } => Err(undecided("it still waits for a block".to_owned())),
                Verdict::Expired { .. } => Err(undecided("it expired".to_owned())),
                Verdict::NotSeen { .. } => Err(undecided("the node does not know it".to_owned())),
                Verdict::Unknown { problem } => Err(undecided(problem.to_string())),
            },
            Err(error) => refused_at_the_door(error),
        }
    }

    /// Acts, and fails if the rulebook refuses.
    pub async fn act(&self, action: Action) -> Result<Done, DemoError> {
        let name = action_name(&action);
        match self.attempt(action).await? {
            Attempt::Applied(done) => Ok(done),
            Attempt::Refused { reason, message } => {
                Err(DemoError::Refused { member: self.member, action: name, reason, message })
            }
        }
    }
}

/// A node may refuse before a block does, with a reason of the rulebook.
fn refused_at_the_door(error: ClientError) -> Result<Attempt, DemoError> {
    match error.problem().and_then(|problem| Some((problem.reason.clone()?, problem.message.clone()))) {
        Some((reason, message)) if error.problem().is_some_and(|problem| !problem.is_passing()) => {
            Ok(Attempt::Refused { reason, message })
        }
        Some(_) | None => Err(error.into()),
    }
}

impl Done {
    /// The first event of that kind.
    pub fn event(&self, kind: EventKind) -> Result<&Event, DemoError> {
        let found = self.events.iter().find(|event| event.kind() == kind);
        found.ok_or(DemoError::Missing {
            what: kind.as_str_name(),
            hint: "the receipt does not tell what happened",
        })
    }
}
