//! Proofs in a file, verified without any network: certificate → header → state root → record.

use std::fmt;
use std::str::FromStr;

use prost::Message;
use serde::{Deserialize, Serialize};
use tally_contracts::money::Account;
use tally_contracts::state::{Key, Record};
use tally_contracts::types::{
    AmountError, CreditNoteId, Currency, DisputeId, FacilityId, IdError, MemberId, NettingId, PayoutId,
    ProgrammeId, ProposalId, PublicKey, ReceivableId, TrancheId,
};
use tally_proto::proof::{ProofError, TrustedChain, verify};
use tally_proto::v1::ledger::{GetProofRequest, GetProofResponse, RawKey, RecordKey, record_key};

use super::client::Client;
use super::error::ClientError;

/// What the first field of a proof file says.
const FORMAT: &str = "tallystick/proof/v1";

/// A record that can be named in a few letters: `R7`, `T7`, `F7`, `P7`, `member:beta`, `policy:1`,
/// `lien:T7`, `deposit:BANK/OWNER/CNY`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RecordName(Key);

/// Not the name of a record.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RecordNameError {
    /// None of the forms.
    #[error(
        "name a record as R7, T7, F7, P7, E7, member:ID, policy:VERSION, lien:T7 or deposit:BANK/OWNER/CURRENCY"
    )]
    Form,
    /// A bad id in it.
    #[error(transparent)]
    Id(#[from] IdError),
    /// A bad currency in it.
    #[error(transparent)]
    Currency(#[from] AmountError),
}

/// A proof as it travels between people.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProofFile {
    format: String,
    /// The chain that the proof is about.
    pub chain_id: String,
    /// Which record, as [`RecordName`] reads it.
    pub record: String,
    /// The node's answer (`tally.ledger.v1.GetProofResponse`), hexadecimal.
    answer: String,
}

/// A record that more than two thirds of the given validators' power stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerifiedRecord {
    /// The block after which it was so.
    pub header: tally_proto::BlockHeader,
    /// `None` where there is no such record.
    pub record: Option<Record>,
}

/// A file that proves nothing.
#[derive(Debug, thiserror::Error)]
pub enum ProofFileError {
    /// Not a proof file.
    #[error("this is no proof file: make one with tally proof get --out FILE")]
    Malformed,
    /// A proof file whose answer is damaged.
    #[error("the file's proof is damaged: fetch it again")]
    Damaged,
    /// It names no record.
    #[error("the file names the record badly: {0}")]
    Name(#[from] RecordNameError),
    /// It does not hold.
    #[error("the proof does not hold: {0}")]
    Broken(#[from] ProofError),
    /// It holds, but for bytes that are no record.
    #[error("the proof holds, but its record is of a version that this client does not read")]
    RecordUnreadable,
}

impl Client {
    /// A record's proof as a file, unverified.
    pub async fn proof_file(&self, name: RecordName, chain_id: &str) -> Result<ProofFile, ClientError> {
        let answer = self.proof(GetProofRequest { key: Some(name.wire()) }).await?;
        Ok(ProofFile {
            format: FORMAT.to_owned(),
            chain_id: chain_id.to_owned(),
            record: name.to_string(),
            answer: hex::encode(answer.encode_to_vec()),
        })
    }
}

impl ProofFile {
    /// Reads the JSON of a file.
    pub fn read(text: &str) -> Result<Self, ProofFileError> {
        let file: Self = serde_json::from_str(text).map_err(|_| ProofFileError::Malformed)?;
        if file.format == FORMAT { Ok(file) } else { Err(ProofFileError::Malformed) }
    }

    /// The JSON to write.
    #[must_use]
    pub fn write(&self) -> String {
        serde_json::to_string_pretty(self).expect("a proof file holds only texts")
    }

    /// The height of the block that the proof is about, as its header says: whose validators to trust.
    pub fn height(&self) -> Result<u64, ProofFileError> {
        let answer = self.answer()?;
        Ok(answer.header.map(|header| header.height).unwrap_or_default())
    }

    /// Verifies everything. The caller MUST have chain id and validators, key and power, from a source that it
    /// trusts for the proof's height.
    pub fn verify(
        &self,
        chain_id: &str,
        validators: &[(PublicKey, u64)],
    ) -> Result<VerifiedRecord, ProofFileError> {
        let name: RecordName = self.record.parse()?;
        let proven = verify(&self.answer()?, &name.0.encode(), TrustedChain { chain_id, validators })?;
        let decode = |bytes: Vec<u8>| Record::decode(&name.0, &bytes).ok_or(ProofFileError::RecordUnreadable);
        Ok(VerifiedRecord { header: proven.header, record: proven.record.map(decode).transpose()? })
    }

    fn answer(&self) -> Result<GetProofResponse, ProofFileError> {
        let bytes = hex::decode(&self.answer).map_err(|_| ProofFileError::Damaged)?;
        GetProofResponse::decode(bytes.as_slice()).map_err(|_| ProofFileError::Damaged)
    }
}

impl RecordName {
    fn wire(self) -> RecordKey {
        RecordKey { key: Some(record_key::Key::Raw(RawKey::of_row(&self.0.encode()))) }
    }
}

impl FromStr for RecordName {
    type Err = RecordNameError;

    fn from_str(text: &str) -> Result<Self, RecordNameError> {
        let key = match text.split_once(':') {
            Some(("member", id)) => Key::Member(id.parse()?),
            Some(("policy", version)) => Key::Policy(version.parse().map_err(|_| RecordNameError::Form)?),
            Some(("deposit", account)) => Key::Deposit(account_of(account)?),
            Some(("lien", tranche)) => Key::Lien(tranche.parse::<TrancheId>()?),
            Some(_) => return Err(RecordNameError::Form),
            None => match text.chars().next() {
                Some('R') => Key::Receivable(text.parse::<ReceivableId>()?),
                Some('T') => Key::Tranche(text.parse::<TrancheId>()?),
                Some('F') => Key::Facility(text.parse::<FacilityId>()?),
                Some('E') => Key::Programme(text.parse::<ProgrammeId>()?),
                Some('P') => Key::Payout(text.parse::<PayoutId>()?),
                Some('G') => Key::Proposal(text.parse::<ProposalId>()?),
                Some('D') => Key::Dispute(text.parse::<DisputeId>()?),
                Some('N') => Key::Netting(text.parse::<NettingId>()?),
                Some('K') => Key::CreditNote(text.parse::<CreditNoteId>()?),
                Some(_) | None => return Err(RecordNameError::Form),
            },
        };
        Ok(Self(key))
    }
}

fn account_of(text: &str) -> Result<Account, RecordNameError> {
    let mut parts = text.split('/');
    let (Some(bank), Some(owner), Some(currency), None) =
        (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return Err(RecordNameError::Form);
    };
    Ok(Account {
        bank: MemberId::new(bank)?,
        owner: MemberId::new(owner)?,
        currency: Currency::new(currency)?,
    })
}

impl fmt::Display for RecordName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Key::Member(id) => write!(f, "member:{id}"),
            Key::Policy(version) => write!(f, "policy:{version}"),
            Key::Deposit(Account { bank, owner, currency }) => write!(f, "deposit:{bank}/{owner}/{currency}"),
            Key::Receivable(id) => write!(f, "{id}"),
            Key::Tranche(id) => write!(f, "{id}"),
            Key::Facility(id) => write!(f, "{id}"),
            Key::Payout(id) => write!(f, "{id}"),
            Key::Proposal(id) => write!(f, "{id}"),
            Key::Dispute(id) => write!(f, "{id}"),
            Key::CreditNote(id) => write!(f, "{id}"),
            Key::Netting(id) => write!(f, "{id}"),
            Key::Programme(id) => write!(f, "{id}"),
            Key::Lien(tranche) => write!(f, "lien:{tranche}"),
            Key::Counter(_)
            | Key::KeyOwner(_)
            | Key::Identifier(_)
            | Key::StandingAcceptance { .. }
            | Key::BankTotals { .. }
            | Key::BankReference { .. }
            | Key::Fingerprint(_)
            | Key::Document(_)
            | Key::FacilityUse { .. }
            | Key::Validators
            | Key::Guarantee(_)
            | Key::GuaranteeClaim { .. }
            | Key::Pool(_)
            | Key::PoolClaim(_)
            | Key::FinancingCost { .. }
            | Key::Subsidy { .. }
            | Key::FairCost { .. }
            | Key::CreditFile { .. }
            | Key::CreditConsent { .. }
            | Key::CreditRead(_)
            | Key::EncryptionKey(_)
            | Key::Successor(_)
            | Key::DocumentEntry(_)
            | Key::Misbehaviour { .. }
            | Key::Items(_)
            | Key::PublicItems
            | Key::AnchorLimit { .. }
            | Key::AnchorExposure { .. }
            | Key::KycFile(_)
            | Key::ApprovalPolicy(_)
            | Key::Screening(_)
            | Key::Freeze(_)
            | Key::Withheld(_)
            | Key::CreditNoteClaim(_)
            | Key::Case(_)
            | Key::CaseEntry { .. }
            | Key::ContactDay { .. } => f.write_str("another record"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_name_reads_back_what_it_shows() {
        for name in [
            "R7",
            "T1",
            "D2",
            "K4",
            "N5",
            "F12",
            "P3",
            "E2",
            "G2",
            "member:beta",
            "policy:1",
            "deposit:east/beta/CNY",
            "lien:T7",
        ] {
            assert_eq!(name.parse::<RecordName>().unwrap().to_string(), name);
        }
        for bad in ["", "7", "X7", "R", "member:", "deposit:east/beta", "deposit:east/beta/cny", "policy:x"] {
            assert!(bad.parse::<RecordName>().is_err(), "{bad}");
        }
    }
}
