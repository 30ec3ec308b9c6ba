//! A transaction whose every signature was checked; holding one is proof.
use super::{SignedTransaction, TransactionError};
use crate::signing::all_hold;
use tally_contracts::Transaction;
use tally_contracts::types::Hash;

/// Each of its signers signed these bytes on this chain. Whether the keys are the sender's and enough is the
/// rulebook's to say. Made here only.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerifiedTransaction {
    bytes: Vec<u8>,
    leaf: Hash,
    transaction: Transaction,
}

impl VerifiedTransaction {
    /// The envelope's bytes: what is gossiped and what the block's transactions root is over.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Hash of the envelope's bytes as a leaf of the transactions root: what names exactly these bytes.
    pub fn leaf(&self) -> Hash {
        self.leaf
    }

    pub fn id(&self) -> Hash {
        self.transaction.id
    }

    pub fn transaction(&self) -> &Transaction {
        &self.transaction
    }

    pub fn into_parts(self) -> (Vec<u8>, Transaction) {
        (self.bytes, self.transaction)
    }

    fn proven(signed: SignedTransaction) -> Self {
        let (bytes, leaf, transaction) = signed.into_proven();
        Self { bytes, leaf, transaction }
    }
}

impl SignedTransaction {
    /// Checks every signature, in order; the first that is wrong is named.
    pub fn verify(self) -> Result<VerifiedTransaction, TransactionError> {
        for claim in self.claims() {
            claim.verify().map_err(|error| TransactionError::Signature { id: self.id(), error })?;
        }
        Ok(VerifiedTransaction::proven(self))
    }
}

/// Checks many transactions at a half to a quarter of the cost of one after the other. The verdicts are those of
/// [`SignedTransaction::verify`], in the same order: where the batch as a whole does not hold, each is
/// checked alone.
pub fn verify_batch(
    transactions: Vec<SignedTransaction>,
) -> Vec<Result<VerifiedTransaction, TransactionError>> {
    let claims: Vec<_> = transactions.iter().flat_map(SignedTransaction::claims).collect();
    if all_hold(&claims) {
        return transactions.into_iter().map(|signed| Ok(VerifiedTransaction::proven(signed))).collect();
    }
    transactions.into_iter().map(SignedTransaction::verify).collect()
}
