//! Signs for the engine, never without the guard's durable permission, and verifies what others signed.

use std::sync::{Arc, Mutex};

use arc_malachitebft_app_channel::app::types::core as bft;
use arc_malachitebft_signing::{Error, Signer, VerificationResult, Verifier};
use async_trait::async_trait;
use bft::{NilOrVal, SignedMessage, ValidatorProof, VoteExtensionScope};
use tally_keys::KeyHandle;

use crate::engine::context::{Chain, Ed25519, plain_round};
use crate::engine::messages::{BlockProposal, BlockVote, Signature, vote_kind};
use crate::engine::wire::NoRound;
use crate::guard::{Guard, GuardError, Signed};
use crate::keys::verify_strict;
use crate::signing_bytes::SignedKind;
use crate::types::ValidatorKey;

/// The last reason why nothing was signed, for whoever has to say why the engine stopped.
pub type Refusal = Arc<Mutex<Option<Arc<GuardError>>>>;

/// This node's consensus key behind its guard.
pub struct GuardedSigner {
    chain_id: String,
    key: KeyHandle,
    guard: Arc<Mutex<Guard>>,
    refusal: Refusal,
}

impl GuardedSigner {
    /// A signer for this chain, and where it notes a refusal.
    pub fn new(chain_id: String, key: KeyHandle, guard: Guard) -> (Self, Refusal) {
        let refusal = Refusal::default();
        let signer = Self { chain_id, key, guard: Arc::new(Mutex::new(guard)), refusal: refusal.clone() };
        (signer, refusal)
    }

    /// Signs once the record of it is on disk. A key in a module may take its time.
    async fn sign(&self, record: Signed, bytes: Vec<u8>) -> Result<Signature, Error> {
        let (guard, key) = (Arc::clone(&self.guard), self.key.clone());
        let signed = tokio::task::spawn_blocking(move || {
            guard.lock().expect("no permission panics while it holds the guard").permit(record)?;
            Ok::<_, GuardError>(key.sign(&bytes)?)
        });
        match signed.await.map_err(Error::from_source)? {
            Ok(signature) => Ok(Signature(signature)),
            Err(refused) => {
                let refused = Arc::new(refused);
                tracing::error!(error = %refused, "signing was refused");
                *self.refusal.lock().expect("nothing panics while it holds the refusal") =
                    Some(refused.clone());
                Err(Error::from_source(refused.to_string()))
            }
        }
    }
}

#[async_trait]
impl Signer<Chain> for GuardedSigner {
    async fn sign_vote(&self, vote: BlockVote) -> Result<SignedMessage<Chain, BlockVote>, Error> {
        let (bytes, round) = match (vote.signing_bytes(&self.chain_id), plain_round(vote.round)) {
            (Some(bytes), Some(round)) => (bytes, round),
            (None, _) | (_, None) => return Err(Error::from_source(NoRound)),
        };
        let value = match vote.value {
            NilOrVal::Nil => None,
            NilOrVal::Val(id) => Some(id),
        };
        let record = Signed::new(vote.height, round, vote_kind(vote.kind), value, &bytes);
        let signature = self.sign(record, bytes).await?;
        Ok(SignedMessage::new(vote, signature))
    }

    async fn sign_proposal(
        &self,
        proposal: BlockProposal,
    ) -> Result<SignedMessage<Chain, BlockProposal>, Error> {
        let (bytes, round) = match (proposal.signing_bytes(&self.chain_id), plain_round(proposal.round)) {
            (Some(bytes), Some(round)) => (bytes, round),
            (None, _) | (_, None) => return Err(Error::from_source(NoRound)),
        };
        let record = Signed::new(proposal.height, round, SignedKind::Proposal, Some(proposal.value), &bytes);
        let signature = self.sign(record, bytes).await?;
        Ok(SignedMessage::new(proposal, signature))
    }

    async fn sign_vote_extension(
        &self,
        _: VoteExtensionScope<Chain>,
        (): (),
    ) -> Result<SignedMessage<Chain, ()>, Error> {
        Err(Error::from_source("vote extensions are disabled"))
    }

    // Binds the network identity to the validator. The engine defines these bytes; they begin with "PoV" and thus can never
    // be one of our own messages, which begin with the length of their domain. They commit to no height, hence no guard.
    async fn sign_validator_proof(
        &self,
        public_key: Vec<u8>,
        peer_id: Vec<u8>,
    ) -> Result<ValidatorProof<Chain>, Error> {
        let bytes = ValidatorProof::<Chain>::signing_bytes(&public_key, &peer_id);
        let key = self.key.clone();
        let signed =
            tokio::task::spawn_blocking(move || key.sign(&bytes)).await.map_err(Error::from_source)?;
        let signature = signed.map_err(|error| Error::from_source(error.to_string()))?;
        Ok(ValidatorProof::new(public_key, peer_id, Signature(signature)))
    }
}

/// Verifies every message by itself, by the strict rule.
#[derive(Clone, Debug)]
pub struct StrictVerifier {
    chain_id: String,
}

impl StrictVerifier {
    /// A verifier for messages of this chain.
    pub const fn new(chain_id: String) -> Self {
        Self { chain_id }
    }
}

fn verdict(key: &ValidatorKey, bytes: Option<Vec<u8>>, signature: &Signature) -> VerificationResult {
    VerificationResult::from_bool(bytes.is_some_and(|bytes| verify_strict(key, &bytes, &signature.0)))
}

#[async_trait]
impl Verifier<Chain> for StrictVerifier {
    async fn verify_signed_vote(
        &self,
        vote: &BlockVote,
        signature: &Signature,
        key: &ValidatorKey,
    ) -> Result<VerificationResult, Error> {
        Ok(verdict(key, vote.signing_bytes(&self.chain_id), signature))
    }

    async fn verify_signed_proposal(
        &self,
        proposal: &BlockProposal,
        signature: &Signature,
        key: &ValidatorKey,
    ) -> Result<VerificationResult, Error> {
        Ok(verdict(key, proposal.signing_bytes(&self.chain_id), signature))
    }

    async fn verify_signed_vote_extension(
        &self,
        _: &VoteExtensionScope<Chain>,
        (): &(),
        _: &Signature,
        _: &ValidatorKey,
    ) -> Result<VerificationResult, Error> {
        Ok(VerificationResult::Invalid)
    }

    async fn verify_validator_proof(
        &self,
        proof: &ValidatorProof<Chain>,
    ) -> Result<VerificationResult, Error> {
        let key = <Ed25519 as bft::SigningScheme>::decode_public_key(&proof.public_key);
        let bytes = Some(proof.preimage());
        Ok(key.map_or(VerificationResult::Invalid, |key| verdict(&key, bytes, &proof.signature)))
    }
}
