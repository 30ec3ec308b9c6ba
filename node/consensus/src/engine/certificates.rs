//! Certificates and evidence between the engine's form and ours.

use arc_malachitebft_app_channel::app::types::MisbehaviorEvidence;
use arc_malachitebft_app_channel::app::types::core as bft;
use bft::VoteType;

use crate::certificate::{Certificate, CertificateSignature};
use crate::engine::context::{Chain, engine_round, plain_round};
use crate::engine::messages::Signature;
use crate::engine::wire::NoRound;
use crate::misbehavior::{Misbehavior, MisbehaviorKind, SignedBytes};

/// Our form of a decision's certificate.
///
/// # Errors
/// If it names no round, which no certificate of the engine does.
pub fn plain_certificate(certificate: &bft::CommitCertificate<Chain>) -> Result<Certificate, NoRound> {
    let round = plain_round(certificate.round).ok_or(NoRound)?;
    let signatures = certificate.commit_signatures.iter();
    let signatures = signatures
        .map(|entry| CertificateSignature { validator: entry.address, signature: entry.signature.0 })
        .collect();
    Ok(Certificate::new(certificate.height, round, certificate.value_id, signatures))
}

/// The engine's form, with the place for vote extensions left empty.
pub fn engine_certificate(certificate: &Certificate) -> bft::ExtendedCommitCertificate<Chain> {
    let signatures = certificate.signatures.iter();
    bft::ExtendedCommitCertificate {
        height: certificate.height,
        round: engine_round(certificate.round),
        value_id: certificate.block_id,
        commit_signatures: signatures
            .map(|entry| bft::ExtendedCommitSignature::new(entry.validator, Signature(entry.signature), None))
            .collect(),
    }
}

/// Every proof of misbehaviour the engine collected, in plain bytes.
pub fn plain_misbehavior(chain_id: &str, evidence: &MisbehaviorEvidence<Chain>) -> Vec<Misbehavior> {
    let proposals = evidence.proposals.iter().flat_map(|(_, pairs)| pairs).filter_map(|(first, second)| {
        Some(Misbehavior {
            validator: first.message.proposer,
            kind: MisbehaviorKind::Proposal,
            height: first.message.height,
            round: plain_round(first.message.round)?,
            first: signed(first.message.signing_bytes(chain_id)?, first.signature),
            second: signed(second.message.signing_bytes(chain_id)?, second.signature),
        })
    });
    let votes = evidence.votes.iter().flat_map(|(_, pairs)| pairs).filter_map(|(first, second)| {
        Some(Misbehavior {
            validator: first.message.validator,
            kind: match first.message.kind {
                VoteType::Prevote => MisbehaviorKind::Prevote,
                VoteType::Precommit => MisbehaviorKind::Precommit,
            },
            height: first.message.height,
            round: plain_round(first.message.round)?,
            first: signed(first.message.signing_bytes(chain_id)?, first.signature),
            second: signed(second.message.signing_bytes(chain_id)?, second.signature),
        })
    });
    proposals.chain(votes).collect()
}

fn signed(bytes: Vec<u8>, signature: Signature) -> SignedBytes {
    SignedBytes { bytes, signature: signature.0 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::messages::BlockVote;
    use crate::keys::{SecretKey, verify_strict};
    use crate::types::{BlockId, Height};

    fn precommit(secret: &SecretKey, id: u8) -> bft::SignedVote<Chain> {
        let vote = BlockVote {
            kind: VoteType::Precommit,
            height: Height::new(5),
            round: bft::Round::new(0),
            value: bft::NilOrVal::Val(BlockId::new([id; 32])),
            validator: secret.validator_key(),
        };
        let signature = Signature(secret.sign(&vote.signing_bytes("chain").unwrap()));
        bft::SignedMessage::new(vote, signature)
    }

    #[test]
    fn a_double_vote_becomes_two_messages_that_anybody_can_verify() {
        let secret = SecretKey::new([1; 32]);
        let mut evidence =
            MisbehaviorEvidence::<Chain> { proposals: Default::default(), votes: Default::default() };
        evidence.votes.add(precommit(&secret, 1), precommit(&secret, 2));
        let found = plain_misbehavior("chain", &evidence);
        assert_eq!(found.len(), 1);
        assert_eq!((found[0].kind, found[0].height), (MisbehaviorKind::Precommit, Height::new(5)));
        assert_ne!(found[0].first.bytes, found[0].second.bytes);
        for message in [&found[0].first, &found[0].second] {
            assert!(verify_strict(&found[0].validator, &message.bytes, &message.signature));
        }
    }
}
