//! Answers the engine's messages by asking the application: one exhaustive match, so that a new message breaks the build.

use std::collections::HashMap;
use std::ops::RangeInclusive;
use std::sync::Arc;

use arc_malachitebft_app_channel::app::consensus::{Role, VoteExtensionError};
use arc_malachitebft_app_channel::app::engine::host::{HeightParams, SyncedValueOutcome};
use arc_malachitebft_app_channel::app::streaming::StreamMessage;
use arc_malachitebft_app_channel::app::types::core as bft;
use arc_malachitebft_app_channel::app::types::{LocallyProposedValue, PeerId, ProposedValue};
use arc_malachitebft_app_channel::{AppMsg, NetworkMsg, Reply};
use arc_malachitebft_sync::RawDecidedValue;
use bft::{LinearTimeouts, Validity};
use bytes::Bytes;
use tokio::sync::{mpsc, watch};

use crate::application::{Application, Proposal, Verdict};
use crate::certificate::Certificate;
use crate::engine::assemble::{Assembler, Now, PartError, Progress};
use crate::engine::certificates::engine_certificate;
use crate::engine::commit::Commit;
use crate::engine::context::{Chain, engine_round, engine_valid_round, plain_round};
use crate::engine::part::Part;
use crate::engine::split::Publisher;
use crate::handle::{EndReason, Status};
use crate::limits::{PARKED_PROPOSALS_MAX, SYNC_BATCH_HEIGHTS};
use crate::types::{BlockId, Height, Round, ValidatorKey};
use crate::validator_set::ValidatorSet;

/// What one message leads to: go on, or stop for this reason.
type Outcome = Result<(), EndReason>;

/// The height and round the engine is in.
struct Position {
    height: Height,
    round: Round,
    validators: ValidatorSet,
}

/// The application's side of the engine's channel.
pub struct Desk {
    application: Arc<dyn Application>,
    timeouts: LinearTimeouts,
    network: mpsc::Sender<NetworkMsg<Chain>>,
    publisher: Option<Publisher>,
    assembler: Assembler,
    position: Position,
    /// Whole proposals for later heights; judged when their height starts.
    parked: Vec<Proposal>,
    /// Verdicts on this height's blocks, so that a block that is streamed again is not executed again.
    judged: HashMap<BlockId, Verdict>,
    commits: mpsc::Sender<Commit>,
    /// The highest height that others are known to work on.
    ahead: watch::Sender<Height>,
    status: watch::Sender<Status>,
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
                self.started_round(height, round, proposer, role, reply_value).await
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
                self.restream(height, round, valid_round, address, value_id).await
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
                self.process_synced(height, round, proposer, value_bytes, reply).await
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
        height: Height,
        round: bft::Round,
        proposer: ValidatorKey,
        role: Role,
        reply: Reply<Vec<ProposedValue<Chain>>>,
    ) -> Outcome {
        let round = plain_round(round).unwrap_or(Round::FIRST);
        self.enter(height, round)?;
        self.status.send_modify(|status| {
            (status.height, status.round, status.proposer) = (height, round, Some(proposer));
            status.is_voting = match role {
                Role::Proposer | Role::Validator => true,
                Role::None => false,
            };
        });
        let mut known: HashMap<BlockId, ProposedValue<Chain>> = HashMap::new();
        for (proposal, verdict) in self.application.undecided(height, round) {
            self.judged.insert(proposal.id, verdict);
            known.insert(proposal.id, proposed_value(&proposal, verdict));
        }
        let (now, later) = self.parked.drain(..).partition(|proposal| proposal.height <= height);
        self.parked = later;
        let now: Vec<Proposal> = now;
        for proposal in now.into_iter().filter(|proposal| proposal.height == height) {
            let verdict = self.judge(&proposal).await?;
            known.insert(proposal.id, proposed_value(&proposal, verdict));
        }
        send(reply, known.into_values().collect());
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

    async fn build(
        &mut self,
        height: Height,
        round: bft::Round,
        reply: Reply<LocallyProposedValue<Chain>>,
    ) -> Outcome {
        let Some(plain) = plain_round(round) else { return Ok(()) };
        let proposal = self.application.build(height, plain).await.map_err(EndReason::fault)?;
        self.judged.insert(proposal.id, Verdict::Valid);
        send(reply, LocallyProposedValue::new(height, round, proposal.id));
        self.publish(&proposal).await;
        Ok(())
    }

    async fn restream(
        &mut self,
        height: Height,
        round: bft::Round,
        valid_round: bft::Round,
        proposer: ValidatorKey,
        id: BlockId,
    ) -> Outcome {
        let Some(round) = plain_round(round) else { return Ok(()) };
        match self.application.undecided_by_id(height, id) {
            Some(stored) => {
                let valid_round = plain_round(valid_round);
                self.publish(&Proposal { round, valid_round, proposer, ..stored }).await;
            }
            None => tracing::warn!(%height, %round, %id, "a block to be streamed again is not stored"),
        }
        Ok(())
    }

    async fn publish(&mut self, proposal: &Proposal) {
        let Some(publisher) = &mut self.publisher else { return };
        for message in publisher.stream(proposal) {
            // A closed channel means that the engine stopped, which the engine's own channel tells next.
            if self.network.send(NetworkMsg::PublishProposalPart(message)).await.is_err() {
                return;
            }
        }
    }

    async fn received_part(
        &mut self,
        publisher: PeerId,
        message: StreamMessage<Part>,
        reply: Reply<Option<ProposedValue<Chain>>>,
    ) -> Outcome {
        let value = match self.assemble(publisher, message) {
            Ok(Progress::Complete(proposal)) => self.receive(proposal).await?,
            Ok(Progress::Waiting(Some(height))) => {
                self.others_are_at(height);
                None
            }
            Ok(Progress::Waiting(None)) => None,
            Err(PartError::Closed) => None,
            Err(error) => {
                tracing::debug!(%publisher, %error, "dropped a part of a proposal");
                None
            }
        };
        send(reply, value);
        Ok(())
    }

    fn assemble(&mut self, publisher: PeerId, message: StreamMessage<Part>) -> Result<Progress, PartError> {
        let height = match message.content.as_data() {
            Some(Part::Header(header)) => header.height,
            Some(Part::Data { .. }) | None => self.position.height,
        };
        let later = match height == self.position.height {
            true => None,
            false => self.application.validator_set(height),
        };
        let now = Now {
            height: self.position.height,
            round: self.position.round,
            is_exact: later.is_some() || height == self.position.height,
            validators: later.as_ref().unwrap_or(&self.position.validators),
        };
        self.assembler.insert(publisher, message, &now)
    }

    /// A proposal became whole: judge it, or park it until its height comes.
    async fn receive(&mut self, proposal: Proposal) -> Result<Option<ProposedValue<Chain>>, EndReason> {
        if self.application.identify(&proposal.bytes) != Some(proposal.id) {
            tracing::warn!(height = %proposal.height, id = %proposal.id, "dropped a block that is not what it says");
            return Ok(None);
        }
        self.others_are_at(proposal.height);
        let next = next_height(self.application.as_ref());
        if proposal.height == next {
            let verdict = self.judge(&proposal).await?;
            return Ok(Some(proposed_value(&proposal, verdict)));
        }
        if proposal.height > next {
            if self.parked.len() >= PARKED_PROPOSALS_MAX {
                self.parked.remove(0);
            }
            self.parked.push(proposal);
        }
        Ok(None)
    }

    async fn judge(&mut self, proposal: &Proposal) -> Result<Verdict, EndReason> {
        // The turn is checked again, because a parked proposal was checked with an earlier height's validators.
        let (height, round) = (proposal.height, proposal.round);
        let validators =
            self.application.validator_set(height).ok_or(EndReason::ValidatorsUnknown { height })?;
        if validators.proposer(height, round).public_key != proposal.proposer {
            return Ok(Verdict::Invalid);
        }
        if let Some(verdict) = self.judged.get(&proposal.id) {
            return Ok(*verdict);
        }
        let verdict = self.application.validate(proposal.clone()).await.map_err(EndReason::fault)?;
        if height == self.position.height {
            self.judged.insert(proposal.id, verdict);
        }
        Ok(verdict)
    }

    async fn process_synced(
        &mut self,
        height: Height,
        round: bft::Round,
        proposer: ValidatorKey,
        bytes: Bytes,
        reply: Reply<SyncedValueOutcome<Chain>>,
    ) -> Outcome {
        // Whoever decided this height works on the next one.
        self.others_are_at(height.next());
        let (Some(id), Some(round)) = (self.application.identify(&bytes), plain_round(round)) else {
            send(reply, SyncedValueOutcome::PeerFault);
            return Ok(());
        };
        if height != next_height(self.application.as_ref()) {
            send(reply, SyncedValueOutcome::LocalTransientError);
            return Ok(());
        }
        let proposal = Proposal { height, round, valid_round: None, proposer, id, bytes };
        // An earlier "invalid" is judged again: with a certificate against it, it is worth a second look.
        let verdict = match self.judged.get(&id) {
            Some(Verdict::Valid) => Verdict::Valid,
            Some(Verdict::Invalid) | None => {
                self.application.process_synced(proposal.clone()).await.map_err(EndReason::fault)?
            }
        };
        if verdict == Verdict::Invalid {
            tracing::error!(%height, %id, "others decided a block that is invalid here; this node needs correct software");
        }
        self.judged.insert(id, verdict);
        send(reply, SyncedValueOutcome::Verdict(proposed_value(&proposal, verdict)));
        Ok(())
    }

    /// What this node has of a range that another node asks for; the range is the other node's and not to be trusted.
    async fn decided_values(&self, range: RangeInclusive<Height>) -> Vec<RawDecidedValue<Chain>> {
        let mut values = Vec::new();
        let mut height = *range.start();
        while height <= *range.end() && values.len() < SYNC_BATCH_HEIGHTS {
            let Some(block) = self.application.decided_block(height).await else { break };
            match Certificate::decode(&block.certificate) {
                Ok(certificate) => {
                    values.push(RawDecidedValue::new(block.bytes, engine_certificate(&certificate)));
                }
                Err(error) => {
                    tracing::error!(%height, %error, "a stored certificate does not decode");
                    break;
                }
            }
            height = height.next();
        }
        values
    }

    async fn commit(&self, commit: Commit) -> Outcome {
        // A closed channel means that the committer stopped, and its own end says why.
        let _ = self.commits.send(commit).await;
        Ok(())
    }

    fn others_are_at(&self, height: Height) {
        self.ahead.send_if_modified(|ahead| {
            let is_later = height > *ahead;
            *ahead = height.max(*ahead);
            is_later
        });
    }
}

fn proposed_value(proposal: &Proposal, verdict: Verdict) -> ProposedValue<Chain> {
    ProposedValue {
        height: proposal.height,
        round: engine_round(proposal.round),
        valid_round: engine_valid_round(proposal.valid_round),
        proposer: proposal.proposer,
        value: proposal.id,
        validity: match verdict {
            Verdict::Valid => Validity::Valid,
            Verdict::Invalid => Validity::Invalid,
        },
    }
}

/// Replies; whoever asked may be gone, which its closed channel tells elsewhere.
pub fn send<T>(reply: Reply<T>, value: T) {
    let _ = reply.send(value);
}
