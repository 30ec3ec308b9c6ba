//! A transaction that claims to be signed: decoded and well-formed, signatures unchecked.
use super::TransactionError;
use super::canonical::{Layer, decode};
use crate::convert::{At, TransactionDraft, fixed};
use crate::signing::{Claim, public_key, sign_body, signing_prefix};
use crate::statement::{Said, both};
use crate::v1::transaction as wire;
use ed25519_dalek::SigningKey;
use prost::Message;
use tally_contracts::limits::TRANSACTION_BYTES_MAX;
use tally_contracts::merkle::leaf_hash;
use tally_contracts::types::{Hash, PublicKey};
use tally_contracts::{Action, Transaction};

/// A received transaction of one chain: canonical, within its limits, with one signature for each key it
/// names. Made here only.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedTransaction {
    /// The envelope as received.
    bytes: Vec<u8>,
    /// Of `bytes`, in a block's transactions root.
    leaf: Hash,
    /// What the signatures are over: prefix, then body.
    signed: Vec<u8>,
    body_start: usize,
    transaction: Transaction,
    signatures: Vec<[u8; 64]>,
    /// What validators are said to have signed, which must hold like the transaction's own signatures.
    shown: Vec<Said>,
}

impl SignedTransaction {
    /// Reads the envelope that travels and that blocks contain.
    pub fn decode(bytes: &[u8], chain_id: &str) -> Result<Self, TransactionError> {
        check_size(bytes.len())?;
        let wire::SignedTransaction { body, signatures } = decode(bytes, Layer::Envelope)?;
        Self::from_parts(bytes.to_vec(), &body, &signatures, chain_id)
    }

    /// Puts body and signatures, which a client hands in separately, into their envelope.
    pub fn assemble(
        body: Vec<u8>,
        signatures: Vec<Vec<u8>>,
        chain_id: &str,
    ) -> Result<Self, TransactionError> {
        let envelope = wire::SignedTransaction { body, signatures };
        check_size(envelope.encoded_len())?;
        Self::from_parts(envelope.encode_to_vec(), &envelope.body, &envelope.signatures, chain_id)
    }

    fn from_parts(
        bytes: Vec<u8>,
        body: &[u8],
        signatures: &[Vec<u8>],
        chain_id: &str,
    ) -> Result<Self, TransactionError> {
        let mut signed = signing_prefix(chain_id);
        let body_start = signed.len();
        signed.extend_from_slice(body);
        let transaction = decode_draft(body)?.with_id(Hash::of(&signed));
        let signatures = read_signatures(signatures, transaction.signers.len())?;
        let leaf = Hash(leaf_hash(&bytes));
        let shown = shown(&transaction.action, chain_id);
        Ok(Self { bytes, leaf, signed, body_start, transaction, signatures, shown })
    }

    /// The envelope's bytes: what is gossiped and what the block's transactions root is over.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    pub fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }

    /// The bytes that were signed, without tag and chain id.
    pub fn body(&self) -> &[u8] {
        self.signed.get(self.body_start..).unwrap_or_default()
    }

    /// Depends on chain and body, not on the signatures: two envelopes may share it, so whoever remembers a
    /// verdict MUST remember it by the envelope's bytes.
    pub fn id(&self) -> Hash {
        self.transaction.id
    }

    /// In the order of the body's keys.
    pub fn signatures(&self) -> &[[u8; 64]] {
        &self.signatures
    }

    /// What is asked for. Nobody has checked that its sender asked.
    pub fn unverified(&self) -> &Transaction {
        &self.transaction
    }

    pub(super) fn into_proven(self) -> (Vec<u8>, Hash, Transaction) {
        (self.bytes, self.leaf, self.transaction)
    }

    /// One claim for each key, and one for each statement that is shown.
    pub(super) fn claims(&self) -> impl Iterator<Item = Claim<'_>> {
        let own = self.transaction.signers.iter().zip(&self.signatures).map(|(key, signature)| Claim {
            key: *key,
            signature: *signature,
            message: &self.signed,
        });
        let shown = self.shown.iter().map(|said| Claim {
            key: said.key,
            signature: said.signature,
            message: &said.message,
        });
        own.chain(shown)
    }
}

/// What others are said to have signed on this chain.
#[allow(clippy::wildcard_enum_match_arm, reason = "every other action shows nobody else's signature")]
fn shown(action: &Action, chain_id: &str) -> Vec<Said> {
    match action {
        Action::ReportMisbehaviour(report) => both(report, chain_id).into(),
        _ => Vec::new(),
    }
}

/// Reads a body that nobody signed yet, for a simulation or for showing it before signing.
pub fn decode_body(body: &[u8], chain_id: &str) -> Result<Transaction, TransactionError> {
    check_size(body.len())?;
    let id = crate::signing::transaction_id(chain_id, body);
    Ok(decode_draft(body)?.with_id(id))
}

/// Signs a body with every key that it names; `keys` may be in any order.
pub fn sign(
    body: Vec<u8>,
    chain_id: &str,
    keys: &[SigningKey],
) -> Result<SignedTransaction, TransactionError> {
    let draft = decode_draft(&body)?;
    let sign_for = |signer: &PublicKey| {
        keys.iter()
            .find(|key| public_key(key) == *signer)
            .map(|key| sign_body(chain_id, &body, key).to_vec())
            .ok_or(TransactionError::SignerMissing { key: *signer })
    };
    let signatures = draft.signers.iter().map(sign_for).collect::<Result<_, _>>()?;
    SignedTransaction::assemble(body, signatures, chain_id)
}

fn check_size(bytes: usize) -> Result<(), TransactionError> {
    if bytes > TRANSACTION_BYTES_MAX {
        return Err(TransactionError::TooLarge { bytes, limit: TRANSACTION_BYTES_MAX });
    }
    Ok(())
}

fn decode_draft(body: &[u8]) -> Result<TransactionDraft, TransactionError> {
    let body: wire::TransactionBody = decode(body, Layer::Body)?;
    Ok(TransactionDraft::try_from(&body)?)
}

fn read_signatures(signatures: &[Vec<u8>], signers: usize) -> Result<Vec<[u8; 64]>, TransactionError> {
    if signatures.len() != signers {
        return Err(TransactionError::SignatureCount { signatures: signatures.len(), signers });
    }
    let read = |(index, bytes): (usize, &Vec<u8>)| fixed(bytes).at_index("signatures", index);
    Ok(signatures.iter().enumerate().map(read).collect::<Result<_, _>>()?)
}
