//! Commits decisions and paces heights, beside the desk, so that neither a slow disk nor a pause holds up other messages.

use std::sync::Arc;

use arc_malachitebft_app_channel::Reply;
use arc_malachitebft_app_channel::app::engine::host::Next;
use arc_malachitebft_app_channel::app::types::MisbehaviorEvidence;
use arc_malachitebft_app_channel::app::types::core as bft;
use bft::LinearTimeouts;
use tokio::sync::{mpsc, watch};

use crate::application::Application;
use crate::engine::certificates::{plain_certificate, plain_misbehavior};
use crate::engine::context::Chain;
use crate::engine::desk::{height_params, send};
use crate::handle::EndReason;
use crate::types::Height;

/// What the engine wants made durable or waited for. They come in pairs per height and are served in order.
pub enum Commit {
    /// A block is decided.
    Decided {
        /// Which, and by whom.
        certificate: bft::CommitCertificate<Chain>,
        /// To be answered when it is durable.
        reply: Reply<()>,
    },
    /// The height is over.
    Finalized {
        /// Which.
        height: Height,
        /// Who misbehaved.
        evidence: MisbehaviorEvidence<Chain>,
        /// To be answered when the next height should start.
        reply: Reply<Next<Chain>>,
    },
}

/// Serves the commits of one engine.
pub struct Committer {
    /// Who commits.
    pub application: Arc<dyn Application>,
    /// Part of what evidence proves.
    pub chain_id: String,
    /// For the next height.
    pub timeouts: LinearTimeouts,
    /// The highest height that others are known to work on.
    pub ahead: watch::Receiver<Height>,
}

impl Committer {
    /// Serves until the desk is gone. A commit in progress is finished first, a pause is cut short.
    ///
    /// # Errors
    /// The reason why this node must stop.
    pub async fn run(mut self, mut commits: mpsc::Receiver<Commit>) -> Result<(), EndReason> {
        while let Some(commit) = commits.recv().await {
            match commit {
                Commit::Decided { certificate, reply } => {
                    self.decide(&certificate).await?;
                    send(reply, ());
                }
                Commit::Finalized { height, evidence, reply } => {
                    send(reply, self.finalize(height, &evidence).await?);
                }
            }
        }
        Ok(())
    }

    async fn decide(&self, certificate: &bft::CommitCertificate<Chain>) -> Result<(), EndReason> {
        let height = certificate.height;
        let plain = plain_certificate(certificate).map_err(EndReason::fault_of)?;
        let decided = self.application.decided(height, plain.round, plain.block_id, plain.encode());
        decided.await.map_err(EndReason::fault)?;
        match self.application.tip() {
            Some(tip) if tip == height => Ok(()),
            tip => Err(EndReason::NotCommitted { height, tip: tip.unwrap_or(Height::GENESIS) }),
        }
    }

    async fn finalize(
        &mut self,
        height: Height,
        evidence: &MisbehaviorEvidence<Chain>,
    ) -> Result<Next<Chain>, EndReason> {
        let misbehavior = plain_misbehavior(&self.chain_id, evidence);
        for proof in &misbehavior {
            tracing::warn!(validator = %proof.validator, kind = ?proof.kind, %height, "a validator contradicted itself");
        }
        tokio::select! {
            biased;
            () = self.application.finalized(height, misbehavior) => {}
            () = others_pass(&mut self.ahead, height) => {}
        }
        let next = height.next();
        Ok(Next::Start(next, height_params(self.application.as_ref(), next, self.timeouts)?))
    }
}

/// Resolves when others are known to work on a later height, or the desk is gone.
async fn others_pass(ahead: &mut watch::Receiver<Height>, height: Height) {
    let _ = ahead.wait_for(|ahead| *ahead > height).await;
}
