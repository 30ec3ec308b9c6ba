//! Answers the engine's messages by asking the application: one exhaustive match, so that a new message breaks the build.

use std::collections::HashMap;
use std::sync::Arc;

use arc_malachitebft_app_channel::app::consensus::{Role, VoteExtensionError};
use arc_malachitebft_app_channel::app::engine::host::HeightParams;
use arc_malachitebft_app_channel::app::types::ProposedValue;
use arc_malachitebft_app_channel::app::types::core as bft;
use arc_malachitebft_app_channel::{AppMsg, NetworkMsg, Reply};
use bft::LinearTimeouts;
use tokio::sync::{mpsc, watch};

use crate::application::{Application, Proposal, Verdict};
use crate::engine::assemble::Assembler;
use crate::engine::commit::Commit;
use crate::engine::context::{Chain, plain_round};
use crate::engine::split::Publisher;
use crate::handle::{EndReason, Status};
use crate::types::{BlockId, Height, Round, ValidatorKey};
use crate::validator_set::ValidatorSet;

/// What one message leads to: go on, or stop for this reason.
pub type Outcome = Result<(), EndReason>;

/// A round and whose it is.
#[derive(Clone, Copy)]
pub struct Turn {
    /// Of this height.
    pub height: Height,
    /// The round.
    pub round: Round,
    /// Who may propose in it.
    pub proposer: ValidatorKey,
}

impl Turn {
    /// The engine never names a height without a round.
    fn new(height: Height, round: bft::Round, proposer: ValidatorKey) -> Self {
        Self { height, round: plain_round(round).unwrap_or(Round::FIRST), proposer }
    }
}

/// The height and round the engine is in.
pub struct Position {
    /// The height.
    pub height: Height,
    /// The round.
    pub round: Round,
    /// Who decides the height.
    pub validators: ValidatorSet,
}

/// The application's side of the engine's channel.
pub struct Desk {
    pub(super) application: Arc<dyn Application>,
    pub(super) timeouts: LinearTimeouts,
    pub(super) network: mpsc::Sender<NetworkMsg<Chain>>,
    pub(super) publisher: Option<Publisher>,
    pub(super) assembler: Assembler,
    pub(super) position: Position,
    /// Whole proposals for later heights; judged when their height starts.
    pub(super) parked: Vec<Proposal>,
    /// Verdicts on this height's blocks, so that a block that is streamed again is not executed again.
    pub(super) judged: HashMap<BlockId, Verdict>,
    pub(super) commits: mpsc::Sender<Commit>,
    /// The highest height that others are known to work on.
    pub(super) ahead: watch::Sender<Height>,
    pub(super) status: watch::Sender<Status>,
}

/// What a desk is connected to.
pub struct Lines {
    /// To the network.
    pub network: mpsc::Sender<NetworkMsg<Chain>>,
    /// To the committer.
    pub commits: mpsc::Sender<Commit>,
    /// To the committer: where the others are.
    pub ahead: watch::Sender<Height>,
    /// To whoever watches this node.
    pub status: watch::Sender<Status>,
}

/// The parameters with which a height starts.
///
/// # Errors
/// If the application does not know the height's validators.
pub fn height_params(
    application: &dyn Application,
    height: Height,
    timeouts: LinearTimeouts,
) -> Result<HeightParams<Chain>, EndReason> {
    let validators = application.validator_set(height).ok_or(EndReason::ValidatorsUnknown { height })?;
    Ok(HeightParams::new(validators, timeouts, None))
}

/// The height to be decided next.
pub fn next_height(application: &dyn Application) -> Height {
    application.tip().unwrap_or(Height::GENESIS).next()
}

impl Desk {
    /// A desk for this application; `publisher` is missing in a node that never proposes.
    ///
    /// # Errors
    /// If the application does not know the next height's validators.
    pub fn new(
        application: Arc<dyn Application>,
        timeouts: LinearTimeouts,
        publisher: Option<Publisher>,
        assembler: Assembler,
        lines: Lines,
    ) -> Result<Self, EndReason> {
        let height = next_height(application.as_ref());
        let validators = application.validator_set(height).ok_or(EndReason::ValidatorsUnknown { height })?;
        Ok(Self {
            application,
            timeouts,
            network: lines.network,
            publisher,
            assembler,
            position: Position { height, round: Round::FIRST, validators },
            parked: Vec::new(),
            judged: HashMap::new(),
            commits: lines.commits,
            ahead: lines.ahead,
            status: lines.status,
        })
    }

    /// Answers one message.
    ///
    /// # Errors
    /// The reason why this node must stop.
    pub async fn answer(&mut self, message: AppMsg<Chain>) -> Outcome {
        match message {
            AppMsg::ConsensusReady { reply } => self.ready(reply),
            AppMsg::StartedRound { height, round, proposer, role, reply_value } => {
                self.started_round(Turn::new(height, round, proposer), role, reply_value).await
            }
            AppMsg::GetValue { height, round, timeout: _, reply } => self.build(height, round, reply).await,
            AppMsg::ExtendVote { reply, .. } => {
                send(reply, None);
                Ok(())
            }
            AppMsg::VerifyVoteExtensions { extensions, reply, .. } => {
                let refuse = |(validator, ())| (validator, Err(VoteExtensionError::InvalidVoteExtension));
                send(reply, extensions.into_iter().map(refuse).collect());
                Ok(())
            }
            AppMsg::RestreamProposal { height, round, valid_round, address, value_id } => {
                let turn = Turn::new(height, round, address);
                self.restream(turn, plain_round(valid_round), value_id).await;
                Ok(())
            }
            AppMsg::GetHistoryMinHeight { reply } => {
                send(reply, self.application.history_min());
                Ok(())
            }
            AppMsg::ReceivedProposalPart { from, published_by, part, reply } => {
                self.received_part(published_by.unwrap_or(from), part, reply).await
            }
            AppMsg::Decided { certificate, extensions: _, reply } => {
                self.commit(Commit::Decided { certificate, reply }).await
            }
            AppMsg::Finalized { certificate, extensions: _, evidence, reply } => {
                self.commit(Commit::Finalized { height: certificate.height, evidence, reply }).await
            }
            AppMsg::GetDecidedValues { range, reply } => {
                send(reply, self.decided_values(range).await);
                Ok(())
            }
            AppMsg::ProcessSyncedValue { height, round, proposer, value_bytes, reply } => {
                self.process_synced(Turn::new(height, round, proposer), value_bytes, reply).await
            }
        }
    }

    fn ready(&self, reply: Reply<(Height, HeightParams<Chain>)>) -> Outcome {
        let height = next_height(self.application.as_ref());
        send(reply, (height, height_params(self.application.as_ref(), height, self.timeouts)?));
        Ok(())
    }

    async fn started_round(
        &mut self,
        turn: Turn,
        role: Role,
        reply: Reply<Vec<ProposedValue<Chain>>>,
    ) -> Outcome {
        let Turn { height, round, proposer } = turn;
        self.enter(height, round)?;
        self.status.send_modify(|status| {
            (status.height, status.round, status.proposer) = (height, round, Some(proposer));
            status.is_voting = match role {
                Role::Proposer | Role::Validator => true,
                Role::None => false,
            };
        });
        send(reply, self.known_proposals(height, round).await?);
        Ok(())
    }

    fn enter(&mut self, height: Height, round: Round) -> Outcome {
        if self.position.height != height {
            let validators = self.application.validator_set(height);
            self.position.validators = validators.ok_or(EndReason::ValidatorsUnknown { height })?;
            self.position.height = height;
            self.judged.clear();
            self.assembler.prune(height);
        }
        self.position.round = round;
        Ok(())
    }

    async fn commit(&self, commit: Commit) -> Outcome {
        // A closed channel means that the committer stopped, and its own end says why.
        let _ = self.commits.send(commit).await;
        Ok(())
    }

    /// Ends the pause before the next height, if that is where the others are.
    pub(super) fn others_are_at(&self, height: Height) {
        self.ahead.send_if_modified(|ahead| {
            let is_later = height > *ahead;
            *ahead = height.max(*ahead);
            is_later
        });
    }
}

/// Replies; whoever asked may be gone, which its closed channel tells elsewhere.
pub fn send<T>(reply: Reply<T>, value: T) {
    let _ = reply.send(value);
}
