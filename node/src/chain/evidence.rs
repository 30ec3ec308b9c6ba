//! Evidence: what the engine caught, as it is stored, and as a member puts it on the ledger.
//!
//! Stored is borsh of (validator, kind, height, round, first bytes, first signature, second bytes, second signature), the bytes
//! exactly as the validator signed them.
use tally_consensus::{Height, Misbehavior, MisbehaviorKind, Round, SignedBytes, ValidatorKey};
use tally_contracts::misbehaviour::{ReportMisbehaviour, Statement, StatementKind};
use tally_contracts::types::{self, Hash, PublicKey};
use tally_proto::statement::Place;

type Stored = (ValidatorKey, u8, Height, Round, (Vec<u8>, [u8; 64], Vec<u8>, [u8; 64]));

pub(super) fn encode(proof: &Misbehavior) -> Vec<u8> {
    let kind: u8 = match proof.kind {
        MisbehaviorKind::Proposal => 1,
        MisbehaviorKind::Prevote => 2,
        MisbehaviorKind::Precommit => 3,
    };
    let (first, second) = (&proof.first, &proof.second);
    let signed = (&first.bytes, first.signature, &second.bytes, second.signature);
    borsh::to_vec(&(proof.validator, kind, proof.height, proof.round, signed))
        .expect("a Vec takes every write")
}

/// What a member would report; `None` for bytes that this software did not write.
pub fn decode(bytes: &[u8]) -> Option<ReportMisbehaviour> {
    let (validator, kind, height, round, signed): Stored = borsh::from_slice(bytes).ok()?;
    let kind = match kind {
        1 => StatementKind::Proposal,
        2 => StatementKind::Prevote,
        3 => StatementKind::Precommit,
        _ => return None,
    };
    let (first, first_signature, second, second_signature) = signed;
    Some(ReportMisbehaviour {
        validator: PublicKey(*validator.as_bytes()),
        kind,
        height: types::Height::new(height.as_u64()),
        round: round.as_u32(),
        first: statement(&first, first_signature)?,
        second: statement(&second, second_signature)?,
    })
}

/// Fields of what a validator signs, by their places (see `tally_consensus::signing_bytes`).
const VALUE: usize = 5;
const EXTRA: usize = 7;

fn statement(signed: &[u8], signature: [u8; 64]) -> Option<Statement> {
    let fields = fields(signed)?;
    let (value, extra) = (fields.get(VALUE)?, fields.get(EXTRA)?);
    let block = match value.is_empty() {
        true => None,
        false => Some(Hash((*value).try_into().ok()?)),
    };
    let valid_round = match extra.is_empty() {
        true => None,
        false => Some(u32::from_be_bytes((*extra).try_into().ok()?)),
    };
    Some(Statement { block, valid_round, signature })
}

fn fields(mut bytes: &[u8]) -> Option<Vec<&[u8]>> {
    let mut fields = Vec::new();
    while !bytes.is_empty() {
        let (length, rest) = bytes.split_first_chunk::<4>()?;
        let (field, rest) = rest.split_at_checked(usize::try_from(u32::from_be_bytes(*length)).ok()?)?;
        fields.push(field);
        bytes = rest;
    }
    Some(fields)
}

/// Whether stored evidence is a report, for `testnet/fuzz`. What a member would report is stored as what it was read from
/// says, and the bytes that are rebuilt of it lead to the same report.
pub fn fuzz(bytes: &[u8]) -> bool {
    let Some(report) = decode(bytes) else { return false };
    assert_eq!(decode(&encode(&rebuilt(&report))), Some(report), "a report says what is stored");
    true
}

/// What [`fuzz`] takes: one of each kind.
pub fn fuzz_seeds() -> Vec<Vec<u8>> {
    let said = |block: Option<u8>, valid_round| Statement {
        block: block.map(|byte| Hash([byte; 32])),
        valid_round,
        signature: [9; 64],
    };
    let seeds = [
        (StatementKind::Proposal, said(Some(1), None), said(Some(1), Some(0))),
        (StatementKind::Prevote, said(Some(1), None), said(Some(2), None)),
        (StatementKind::Precommit, said(Some(1), None), said(None, None)),
    ];
    let (validator, height) = (PublicKey([7; 32]), types::Height::new(7));
    let report =
        |(kind, first, second)| ReportMisbehaviour { validator, kind, height, round: 2, first, second };
    seeds.map(|seed| encode(&rebuilt(&report(seed)))).into()
}

/// As the engine would have caught it.
fn rebuilt(report: &ReportMisbehaviour) -> Misbehavior {
    let ReportMisbehaviour { validator, kind, height, round, .. } = *report;
    let place = Place { chain_id: "test-chain", kind, height, round, validator };
    let signed = |said: Statement| SignedBytes {
        bytes: place.signed_bytes(said.block, said.valid_round),
        signature: said.signature,
    };
    Misbehavior {
        validator: ValidatorKey::new(validator.0),
        kind: match kind {
            StatementKind::Proposal => MisbehaviorKind::Proposal,
            StatementKind::Prevote => MisbehaviorKind::Prevote,
            StatementKind::Precommit => MisbehaviorKind::Precommit,
        },
        height: Height::new(height.number()),
        round: Round::new(round),
        first: signed(report.first),
        second: signed(report.second),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tally_consensus::signing_bytes::{SignedFields, SignedKind, signing_bytes};
    use tally_consensus::{BlockId, SecretKey};

    fn said(kind: SignedKind, value: Option<BlockId>, extra: &[u8]) -> SignedBytes {
        let signer = SecretKey::new([1; 32]).validator_key();
        let fields =
            SignedFields { kind, height: Height::new(7), round: Round::new(2), value, signer, extra };
        SignedBytes { bytes: signing_bytes("chain", &fields), signature: [9; 64] }
    }

    #[test]
    fn what_is_stored_is_what_a_member_shows_and_its_bytes_are_those_that_were_signed() {
        let block = BlockId::new([4; 32]);
        for (kind, signed, first, second) in [
            (
                MisbehaviorKind::Precommit,
                StatementKind::Precommit,
                said(SignedKind::Precommit, Some(block), &[]),
                said(SignedKind::Precommit, None, &[]),
            ),
            (
                MisbehaviorKind::Proposal,
                StatementKind::Proposal,
                said(SignedKind::Proposal, Some(block), &1_u32.to_be_bytes()),
                said(SignedKind::Proposal, Some(block), &[]),
            ),
        ] {
            let validator = SecretKey::new([1; 32]).validator_key();
            let (height, round) = (Height::new(7), Round::new(2));
            let proof =
                Misbehavior { validator, kind, height, round, first: first.clone(), second: second.clone() };
            let report = decode(&encode(&proof)).unwrap();
            assert_eq!((report.kind, report.height.number(), report.round), (signed, 7, 2));
            let place = Place {
                chain_id: "chain",
                kind: report.kind,
                height: report.height,
                round: report.round,
                validator: report.validator,
            };
            for (statement, signed) in [(report.first, first), (report.second, second)] {
                assert_eq!(place.signed_bytes(statement.block, statement.valid_round), signed.bytes);
            }
        }
        assert_eq!(decode(b"something else"), None);
    }
}
