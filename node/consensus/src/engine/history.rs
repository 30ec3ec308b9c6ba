//! The desk's past: serving it to nodes that catch up, and catching up itself.

use std::ops::RangeInclusive;

use arc_malachitebft_app_channel::Reply;
use arc_malachitebft_app_channel::app::engine::host::SyncedValueOutcome;
use arc_malachitebft_sync::RawDecidedValue;
use bytes::Bytes;

use crate::application::{Proposal, Verdict};
use crate::certificate::Certificate;
use crate::engine::certificates::engine_certificate;
use crate::engine::context::Chain;
use crate::engine::desk::{Desk, Outcome, Turn, next_height, send};
use crate::engine::proposals::proposed_value;
use crate::handle::EndReason;
use crate::limits::SYNC_BATCH_HEIGHTS;
use crate::types::Height;

impl Desk {
    /// A block that others decided. The engine has verified its certificate and compares the id afterwards.
    pub(super) async fn process_synced(
        &mut self,
        turn: Turn,
        bytes: Bytes,
        reply: Reply<SyncedValueOutcome<Chain>>,
    ) -> Outcome {
        let Turn { height, round, proposer } = turn;
        // Whoever decided this height works on the next one.
        self.others_are_at(height.next());
        let Some(id) = self.application.identify(&bytes) else {
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
            Some(Verdict::Invalid | Verdict::Unavailable) | None => {
                self.application.process_synced(proposal.clone()).await.map_err(EndReason::fault)?
            }
        };
        if verdict == Verdict::Unavailable {
            send(reply, SyncedValueOutcome::LocalTransientError);
            return Ok(());
        }
        if verdict != Verdict::Valid {
            tracing::error!(%height, %id, "others sent a block as decided that is invalid here");
        }
        self.judged.insert(id, verdict);
        send(reply, SyncedValueOutcome::Verdict(proposed_value(&proposal, verdict)));
        Ok(())
    }

    /// What this node has of a range that another node asks for; the range is the other node's and not to be trusted.
    pub(super) async fn decided_values(&self, range: RangeInclusive<Height>) -> Vec<RawDecidedValue<Chain>> {
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
}
