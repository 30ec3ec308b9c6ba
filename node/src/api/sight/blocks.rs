//! What a reader sees of a block: its own transactions in full, of the others that they are there.
use super::super::access::Reader;
use tally_contracts::types::MemberId;
use tally_proto::v1::common::Receipt;
use tally_proto::v1::ledger::{Block, BlockTransaction};

/// A block as a reader may see it. Header, certificate and transaction ids are for all: an id tells nothing, because
/// what it is the hash of holds 16 random bytes.
pub(in super::super) fn block_as_seen(reader: &Reader, mut block: Block) -> Block {
    if reader.reads_everything() {
        return block;
    }
    for transaction in &mut block.transactions {
        if !is_own(reader.member, transaction) {
            *transaction = BlockTransaction {
                transaction_id: std::mem::take(&mut transaction.transaction_id),
                ..BlockTransaction::default()
            };
        }
    }
    // what fell due in it belongs to many; each finds its own in its events
    block.block_end = None::<Receipt>;
    block
}

fn is_own(member: MemberId, transaction: &BlockTransaction) -> bool {
    transaction.sender == member.as_str()
}
