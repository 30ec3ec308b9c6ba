//! The one door between the engine and the node: what a node must be able to do for consensus.

use async_trait::async_trait;
use bytes::Bytes;

use crate::misbehavior::Misbehavior;
use crate::types::{BlockId, Height, Round, ValidatorKey};
use crate::validator_set::ValidatorSet;

/// A block somebody proposes: an id, and the bytes it stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proposal {
    /// The height it is for.
    pub height: Height,
    /// The round in which it is, or was first, proposed.
    pub round: Round,
    /// The earlier round of this height in which it gathered two thirds of the prevotes, if any.
    pub valid_round: Option<Round>,
    /// Who built or re-proposed it.
    pub proposer: ValidatorKey,
    /// Its id.
    pub id: BlockId,
    /// The block itself.
    pub bytes: Bytes,
}

/// What execution says about a proposal. [`Valid`](Self::Valid) and [`Invalid`](Self::Invalid) MUST be the same on every
/// correct node.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It may be decided.
    Valid,
    /// It must not be decided; this node votes nil.
    Invalid,
    /// This node lacks something that the bytes refer to, or the height was decided meanwhile, which says nothing about the
    /// block: it is judged again when it is streamed again, and is not stored until then.
    Unavailable,
}

/// A block of the past with the proof that it was decided.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DecidedBlock {
    /// Its height.
    pub height: Height,
    /// Its id.
    pub id: BlockId,
    /// The block itself, exactly as it was proposed.
    pub bytes: Bytes,
    /// As handed to [`Application::decided`]; see [`crate::verify_certificate`].
    pub certificate: Vec<u8>,
}

/// This machine is broken (disk, store, bug): the engine stops and the process should exit.
/// A block that is merely wrong is never a fault but [`Verdict::Invalid`].
#[derive(Debug, thiserror::Error)]
#[error("the application failed: {source}")]
pub struct ApplicationFault {
    /// What broke.
    pub source: Box<dyn std::error::Error + Send + Sync>,
}

impl ApplicationFault {
    /// A fault with this cause.
    pub fn new(source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self { source: source.into() }
    }
}

/// What the node does for consensus.
///
/// Calls come from one task, one at a time, except [`decided`](Self::decided) and [`finalized`](Self::finalized),
/// which run beside it (in this order per height, never two at once), and the plain reads, which may come at any time.
/// No call may block a runtime thread for long: execute on a blocking thread and await it. Votes go on
/// meanwhile, but other calls queue, so [`build`](Self::build), [`validate`](Self::validate) and
/// [`process_synced`](Self::process_synced) should take well under the propose timeout.
#[async_trait]
pub trait Application: Send + Sync + 'static {
    /// The last committed height; `None` or [`Height::GENESIS`] before the first block.
    fn tip(&self) -> Option<Height>;

    /// The validators who decide `height`: a function of the committed state below it. MUST answer for every
    /// height from 1 to tip + 1, forever, because old certificates are checked with it. `None` if unknown.
    fn validator_set(&self, height: Height) -> Option<ValidatorSet>;

    /// The id of these bytes, `None` if they are no block at all. Cheap, without execution. Two byte strings may share
    /// an id only if they stand for the same block and [`validate`](Self::validate) says the same of both, or
    /// [`Verdict::Unavailable`]: otherwise a forger could make this node refuse a good block.
    fn identify(&self, bytes: &[u8]) -> Option<BlockId>;

    /// Builds the block this node proposes. MUST store it durably, as an undecided block, before it returns, and
    /// MUST return the same proposal when asked again for the same height and round, also after a restart.
    async fn build(&self, height: Height, round: Round) -> Result<Proposal, ApplicationFault>;

    /// Executes and judges somebody's proposal for tip + 1. MUST store it durably with its verdict before it returns,
    /// so that [`undecided_by_id`](Self::undecided_by_id) has all of it. May be called again for a proposal it has already judged.
    async fn validate(&self, proposal: Proposal) -> Result<Verdict, ApplicationFault>;

    /// The stored undecided proposals of this height and round, own ones included, with their verdicts.
    fn undecided(&self, height: Height, round: Round) -> Vec<(Proposal, Verdict)>;

    /// A stored undecided proposal of any round of this height by its id.
    fn undecided_by_id(&self, height: Height, id: BlockId) -> Option<Proposal>;

    /// A quorum decided this block, which was judged valid before, perhaps in an earlier round than `round`: look it up by
    /// height and id. MUST commit block, certificate and resulting state in one synced batch before it returns. After
    /// a crash it comes again if it had not been committed.
    async fn decided(
        &self,
        height: Height,
        round: Round,
        id: BlockId,
        certificate: Vec<u8>,
    ) -> Result<(), ApplicationFault>;

    /// The height is over; undecided blocks up to it may be forgotten. Returns when the next height should start: this
    /// is the pacing hook (wait until a transaction is known or the heartbeat is due). The future is dropped
    /// when the others are seen to be ahead, and asked to wait only when this node is not catching up, so work that
    /// must be done belongs before its first await. With a proof of misbehaviour for each validator that signed
    /// two conflicting messages.
    async fn finalized(&self, height: Height, misbehavior: Vec<Misbehavior>);

    /// The earliest height whose block this node can still serve.
    fn history_min(&self) -> Height;

    /// A block of the past, `None` if this node does not have it.
    async fn decided_block(&self, height: Height) -> Option<DecidedBlock>;

    /// A block for tip + 1 that other nodes decided while this one was away. Executes, checks and stores it exactly as
    /// [`validate`](Self::validate) does; [`decided`](Self::decided) follows if it is valid and its certificate holds.
    async fn process_synced(&self, proposal: Proposal) -> Result<Verdict, ApplicationFault>;
}
