//! The desk's proposals: building and streaming own ones, putting together and judging those of others.

use std::collections::HashMap;

use arc_malachitebft_app_channel::app::consensus::HIDDEN_LOCK_ROUND;
use arc_malachitebft_app_channel::app::streaming::StreamMessage;
use arc_malachitebft_app_channel::app::types::core as bft;
use arc_malachitebft_app_channel::app::types::{LocallyProposedValue, PeerId, ProposedValue};
use arc_malachitebft_app_channel::{NetworkMsg, Reply};
use bft::Validity;

use crate::application::{Proposal, Verdict};
use crate::engine::assemble::{Now, PartError, Progress};
use crate::engine::context::{Chain, engine_round, engine_valid_round, plain_round};
use crate::engine::desk::{Desk, Outcome, Turn, next_height, send};
use crate::engine::part::Part;
use crate::handle::EndReason;
use crate::limits::PARKED_PROPOSALS_MAX;
use crate::types::{BlockId, Height, Round};

impl Desk {
    /// Everything known about a round that starts: what is stored, and what waited for this height.
    pub(super) async fn known_proposals(
        &mut self,
        height: Height,
        round: Round,
    ) -> Result<Vec<ProposedValue<Chain>>, EndReason> {
        let mut known: HashMap<BlockId, ProposedValue<Chain>> = HashMap::new();
        for (proposal, verdict) in self.application.undecided(height, round) {
            self.judged.insert(proposal.id, verdict);
            known.insert(proposal.id, proposed_value(&proposal, verdict));
        }
        let parked = std::mem::take(&mut self.parked);
        for proposal in parked {
            if proposal.height > height {
                self.parked.push(proposal);
            } else if proposal.height == height
                && let Some(verdict) = self.judge(&proposal).await?
            {
                known.insert(proposal.id, proposed_value(&proposal, verdict));
            }
        }
        Ok(known.into_values().collect())
    }

    pub(super) async fn build(
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

    pub(super) async fn restream(&mut self, turn: Turn, valid_round: Option<Round>, id: BlockId) {
        let Turn { height, round, proposer } = turn;
        match self.application.undecided_by_id(height, id) {
            Some(stored) => self.publish(&Proposal { round, valid_round, proposer, ..stored }).await,
            None => tracing::warn!(%height, %round, %id, "a block to be streamed again is not stored"),
        }
    }

    async fn publish(&mut self, proposal: &Proposal) {
        let Some(publisher) = &mut self.publisher else { return };
        let messages = match publisher.stream(proposal) {
            Ok(messages) => messages,
            Err(error) => {
                return tracing::error!(%error, "a block is not published: its header is not signed");
            }
        };
        for message in messages {
            // A closed channel means that the engine stopped, which the engine's own channel tells next.
            if self.network.send(NetworkMsg::PublishProposalPart(message)).await.is_err() {
                return;
            }
        }
    }

    pub(super) async fn received_part(
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
            Ok(Progress::Waiting(None)) | Err(PartError::Closed) => None,
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
        let is_current = height == self.position.height;
        let later = if is_current { None } else { self.application.validator_set(height) };
        let now = Now {
            height: self.position.height,
            round: self.position.round,
            is_exact: is_current || later.is_some(),
            validators: later.as_ref().unwrap_or(&self.position.validators),
            restream_from: plain_round(HIDDEN_LOCK_ROUND).unwrap_or(Round::FIRST),
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
            return Ok(verdict.map(|verdict| proposed_value(&proposal, verdict)));
        }
        if proposal.height > next {
            if self.parked.len() >= PARKED_PROPOSALS_MAX {
                self.parked.remove(0);
            }
            self.parked.push(proposal);
        }
        Ok(None)
    }

    /// The application's verdict. `None` if there is none, because it was not this proposer's turn, or something is
    /// missing here: neither says anything about the block.
    async fn judge(&mut self, proposal: &Proposal) -> Result<Option<Verdict>, EndReason> {
        // A parked proposal's turn was checked with an earlier height's validators, if at all.
        let (height, round) = (proposal.height, proposal.round);
        let validators =
            self.application.validator_set(height).ok_or(EndReason::ValidatorsUnknown { height })?;
        if validators.proposer(height, round).public_key != proposal.proposer {
            return Ok(None);
        }
        if let Some(verdict) = self.judged.get(&proposal.id) {
            return Ok(Some(*verdict));
        }
        let verdict = self.application.validate(proposal.clone()).await.map_err(EndReason::fault)?;
        if verdict == Verdict::Unavailable {
            tracing::warn!(%height, id = %proposal.id, "not voting for a block of which something is missing here");
            return Ok(None);
        }
        if height == self.position.height {
            self.judged.insert(proposal.id, verdict);
        }
        Ok(Some(verdict))
    }
}

pub(super) fn proposed_value(proposal: &Proposal, verdict: Verdict) -> ProposedValue<Chain> {
    ProposedValue {
        height: proposal.height,
        round: engine_round(proposal.round),
        valid_round: engine_valid_round(proposal.valid_round),
        proposer: proposal.proposer,
        value: proposal.id,
        validity: match verdict {
            Verdict::Valid => Validity::Valid,
            Verdict::Invalid | Verdict::Unavailable => Validity::Invalid,
        },
    }
}
