//! Checks an answer against the chain: nothing in it is believed because somebody said it.
use super::evidence::Said;
use super::lie::Lie;
use super::place::Place;
use borsh::BorshDeserialize;
use prost::Message;
use tally_contracts::event::EventKind;
use tally_contracts::genesis::ValidatorSet;
use tally_contracts::items::{Item, Items};
use tally_contracts::state::{Key, StoredRecord};
use tally_contracts::types::{Hash, Height, PublicKey};
use tally_contracts::{Receipt, ReceiptSource, merkle};
use tally_proto::block::BlockHeader;
use tally_proto::certificate::Certificate;
use tally_proto::follow;
use tally_proto::proof::{ProofError, Shown};
use tally_proto::transaction::SignedTransaction;
use tally_proto::v1::follow::{FollowAnswer, FollowedBlock, OwnTransaction, ProvenRecord};

/// A block that holds.
pub(super) struct Checked {
    pub header: BlockHeader,
    pub certificate: Vec<u8>,
    pub items: Vec<Item>,
    /// Put in force by it.
    pub validators: Option<ValidatorSet>,
    /// As it is stored.
    pub bytes: Vec<u8>,
}

/// The peer key that signed this answer on this chain.
pub(super) fn signer(chain_id: &str, said: &Said) -> Result<PublicKey, Lie> {
    let key = said.peer_key.as_slice().try_into().map_err(|_| Lie::Malformed { what: "peer key" })?;
    let signature = said.signature.as_slice().try_into();
    let signature = signature.map_err(|_| Lie::Malformed { what: "signature" })?;
    follow::verify(chain_id, &said.answer, PublicKey(key), signature)?;
    Ok(PublicKey(key))
}

/// Whether the ledger lists a node with this peer key.
pub(super) fn is_listed(set: &ValidatorSet, key: PublicKey) -> bool {
    let validators = set.validators.iter().map(|one| one.peer_key);
    validators.chain(set.observers.iter().map(|one| one.peer_key)).any(|one| one == key)
}

impl Place {
    /// Checks an answer that goes on from this place, and moves to its end: the blocks, and whether it ends with proven
    /// counters.
    pub(super) fn take(&mut self, chain_id: &str, answer: &[u8]) -> Result<(Vec<Checked>, bool), Lie> {
        let answer = FollowAnswer::decode(answer).map_err(|_| Lie::Malformed { what: "answer" })?;
        if answer.member != self.member.as_str() {
            return Err(Lie::OtherMember);
        }
        let blocks = answer.blocks.into_iter().map(|block| self.step(chain_id, block));
        let blocks = blocks.collect::<Result<_, _>>()?;
        let (Some(own), Some(public)) = (&answer.own_items, &answer.public_items) else {
            return Ok((blocks, false));
        };
        self.prove(own, public)?;
        Ok((blocks, true))
    }

    /// Checks the block after this place, and moves there.
    fn step(&mut self, chain_id: &str, block: FollowedBlock) -> Result<Checked, Lie> {
        let height = self.height.saturating_add(1);
        let header = BlockHeader::decode(&block.header).map_err(|source| Lie::Header { height, source })?;
        if header.chain_id != chain_id || header.height != Height::new(height) {
            return Err(Lie::OtherHeight { height, found: header.height.number() });
        }
        if header.parent != self.block_id {
            return Err(Lie::OtherParent { height });
        }
        if header.time <= self.time {
            return Err(Lie::NotLater { height });
        }
        certified(chain_id, &header, &block.certificate, &self.validators)?;
        for own in &block.transactions {
            self.own(chain_id, &header, own)?;
        }
        let items = self.told(&header, &block)?;
        let changed = items.iter().any(|item| item.told.kind == EventKind::ValidatorsChanged);
        if changed && block.validators.is_none() {
            // whoever believed it would take the next block for a lie, whoever brings it
            return Err(Lie::NoValidators { height });
        }
        let validators =
            block.validators.as_ref().map(|proven| new_validators(&header, proven)).transpose()?;
        if let Some(next) = &validators {
            self.validators.clone_from(next);
        }
        (self.height, self.block_id) = (height, header.id());
        (self.state_root, self.time) = (header.state_root, header.time);
        let (bytes, certificate) = (block.encode_to_vec(), block.certificate);
        Ok(Checked { header, certificate, items, validators, bytes })
    }

    fn own(&self, chain_id: &str, header: &BlockHeader, own: &OwnTransaction) -> Result<(), Lie> {
        let (height, index) = (header.height.number(), own.index);
        let signed = SignedTransaction::decode(&own.encoded, chain_id)
            .map_err(|_| Lie::Malformed { what: "transaction" })?;
        let receipt =
            Receipt::try_from_slice(&own.receipt).map_err(|_| Lie::Malformed { what: "receipt" })?;
        let is_own = signed.unverified().sender == self.member;
        if !is_own || receipt.source != ReceiptSource::Transaction(signed.id()) {
            return Err(Lie::NotOwn { height, index });
        }
        let count = u64::from(header.transaction_count);
        // the block's end has a receipt, too
        let lists = [
            (header.transactions_root, count, &own.encoded, &own.beside),
            (header.receipts_root, count.saturating_add(1), &own.receipt, &own.receipt_beside),
        ];
        for (root, count, bytes, beside) in lists {
            let way = hashes(beside)?;
            merkle::verify(&root.0, index.into(), count, &merkle::leaf_hash(bytes), &way)
                .map_err(|source| Lie::Way { height, index, source })?;
        }
        Ok(())
    }

    /// Follows both chains; whether they end where the ledger says shows with the next proof.
    fn told(&mut self, header: &BlockHeader, block: &FollowedBlock) -> Result<Vec<Item>, Lie> {
        let (mut items, mut last) = (Vec::with_capacity(block.items.len()), None);
        let (mut own, mut public) = ((0_u64, Vec::new()), (0_u64, Vec::new()));
        for one in &block.items {
            let item = Item::try_from_slice(&one.item).map_err(|_| Lie::Malformed { what: "item" })?;
            let place = (one.receipt, item.index);
            if last.is_some_and(|last| last >= place) || one.receipt > header.transaction_count {
                return Err(Lie::OutOfOrder { height: header.height.number() });
            }
            last = Some(place);
            let chain = if one.is_public { &mut public } else { &mut own };
            chain.0 = chain.0.saturating_add(1);
            chain.1.extend_from_slice(&one.item);
            items.push(item);
        }
        let after = |items: &Items, (count, encoded): (u64, Vec<u8>)| match count {
            0 => Ok(*items),
            _ => items.after(header.height, count, &encoded).ok_or(Lie::Malformed { what: "item count" }),
        };
        self.own = after(&self.own, own)?;
        self.public = after(&self.public, public)?;
        Ok(items)
    }

    /// Whether both chains end where the ledger says they do.
    fn prove(&self, own: &ProvenRecord, public: &ProvenRecord) -> Result<(), Lie> {
        let chains = [
            ("the member's", Key::Items(self.member), own, self.own),
            ("everyone's", Key::PublicItems, public, self.public),
        ];
        for (whose, key, proven, followed) in chains {
            let stored = proven_under(self.state_root, &key, proven).map_err(|source| Lie::Proof {
                what: "a counter",
                height: self.height,
                source,
            })?;
            let counted = match stored {
                None => Items::default(),
                Some(stored) => {
                    Items::try_from_slice(&stored.bytes).map_err(|_| Lie::Malformed { what: "counter" })?
                }
            };
            if counted != followed {
                let (told, count) = (followed.count, counted.count);
                return Err(Lie::Counter { whose, height: self.height, told, count });
            }
        }
        Ok(())
    }
}

/// Whether more than two thirds of these validators' power stand for the header.
pub(super) fn certified(
    chain_id: &str,
    header: &BlockHeader,
    certificate: &[u8],
    validators: &ValidatorSet,
) -> Result<(), Lie> {
    let height = header.height.number();
    if header.validators_hash != validators.hash() {
        return Err(Lie::OtherValidators { height });
    }
    let powers: Vec<(PublicKey, u64)> =
        validators.validators.iter().map(|one| (one.consensus_key, one.power)).collect();
    let refused = |source| Lie::Certificate { height, source };
    let certificate = Certificate::decode(certificate).map_err(refused)?;
    if certificate.block_id != header.id() || certificate.height != header.height {
        return Err(Lie::OtherBlock { height, certified: certificate.block_id });
    }
    certificate.verify(chain_id, &powers).map_err(refused)?;
    Ok(())
}

/// The record under `key` as it stands under a root; `None` where it is proven absent.
pub(super) fn proven_under(
    root: Hash,
    key: &Key,
    proven: &ProvenRecord,
) -> Result<Option<StoredRecord>, ProofError> {
    let row = key.encode();
    if proven.key != row {
        return Err(ProofError::OtherRecord);
    }
    let shown = Shown { present: proven.present, salt: &proven.salt, record: &proven.record };
    shown.check(&root, &row, proven.proof.as_ref())
}

fn new_validators(header: &BlockHeader, proven: &ProvenRecord) -> Result<ValidatorSet, Lie> {
    let height = header.height.number();
    let stored = proven_under(header.state_root, &Key::Validators, proven).map_err(|source| Lie::Proof {
        what: "the validators",
        height,
        source,
    })?;
    let malformed = || Lie::Malformed { what: "validators" };
    ValidatorSet::try_from_slice(&stored.ok_or_else(malformed)?.bytes).map_err(|_| malformed())
}

fn hashes(beside: &[Vec<u8>]) -> Result<Vec<[u8; 32]>, Lie> {
    let hash = |bytes: &Vec<u8>| bytes.as_slice().try_into();
    beside.iter().map(hash).collect::<Result<_, _>>().map_err(|_| Lie::Malformed { what: "hash" })
}
