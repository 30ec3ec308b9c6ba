//! Catch up: blocks of the past for nodes that were away.
use super::Inner;
use crate::ledger::LedgerError;
use bytes::Bytes;
use tally_consensus::{BlockId, DecidedBlock, Height};
use tally_proto::block::Block;

impl Inner {
    /// A committed block with its certificate; `None` for a height this node does not have.
    pub(super) fn history(&self, height: Height) -> Result<Option<DecidedBlock>, LedgerError> {
        let number = height.as_u64();
        let view = self.ledger.view();
        let (Some(bytes), Some(certificate)) = (view.block(number)?, view.certificate(number)?) else {
            return Ok(None);
        };
        let block = Block::decode(&bytes).map_err(|_| LedgerError::StoredBlock { height: number })?;
        let id = BlockId::new(block.id().0);
        Ok(Some(DecidedBlock { height, id, bytes: Bytes::from(bytes), certificate }))
    }
}
