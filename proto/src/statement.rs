//! What validators sign, rebuilt from what is said, so that anybody can check it without the engine.
//!
//! Each field is preceded by its length as a big-endian `u32`: `tallystick/consensus/v1`, chain id, kind (one byte: 1
//! proposal, 2 prevote, 3 precommit), height (`u64` big-endian), round (`u32` big-endian), block id (empty for none), the
//! signer's key, and of a proposal its valid round (`u32` big-endian, or empty).
use tally_contracts::misbehaviour::{ReportMisbehaviour, Statement, StatementKind};
use tally_contracts::types::{Hash, Height, PublicKey};

const TAG: &[u8] = b"tallystick/consensus/v1";

/// Where and by whom something was said.
#[derive(Clone, Copy, Debug)]
pub struct Place<'a> {
    pub chain_id: &'a str,
    pub kind: StatementKind,
    pub height: Height,
    pub round: u32,
    pub validator: PublicKey,
}

impl Place<'_> {
    /// The bytes that the validator signed.
    pub fn signed_bytes(&self, block: Option<Hash>, valid_round: Option<u32>) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(160 + self.chain_id.len());
        let valid_round = valid_round.map(u32::to_be_bytes);
        for field in [
            TAG,
            self.chain_id.as_bytes(),
            &[kind_byte(self.kind)],
            &self.height.number().to_be_bytes(),
            &self.round.to_be_bytes(),
            block.as_ref().map_or(&[][..], |block| &block.0),
            &self.validator.0,
            valid_round.as_ref().map_or(&[][..], |round| round),
        ] {
            bytes.extend_from_slice(&u32::try_from(field.len()).unwrap_or(u32::MAX).to_be_bytes());
            bytes.extend_from_slice(field);
        }
        bytes
    }

    fn said(&self, statement: &Statement) -> Said {
        let message = self.signed_bytes(statement.block, statement.valid_round);
        Said { key: self.validator, message, signature: statement.signature }
    }
}

/// A statement as its validator signed it, or claims to have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Said {
    pub key: PublicKey,
    pub message: Vec<u8>,
    pub signature: [u8; 64],
}

/// Both statements of a report on a chain.
pub(crate) fn both(report: &ReportMisbehaviour, chain_id: &str) -> [Said; 2] {
    let ReportMisbehaviour { validator, kind, height, round, .. } = *report;
    let place = Place { chain_id, kind, height, round, validator };
    [place.said(&report.first), place.said(&report.second)]
}

const fn kind_byte(kind: StatementKind) -> u8 {
    match kind {
        StatementKind::Proposal => 1,
        StatementKind::Prevote => 2,
        StatementKind::Precommit => 3,
    }
}
