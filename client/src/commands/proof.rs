//! `tally proof …`

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use clap::{ArgGroup, Subcommand};
use serde::Deserialize;
use serde_json::{Value, json};
use tally_contracts::state::Record;
use tally_contracts::types::{Hash, PublicKey};
use tally_proto::v1;
use tally_proto::v1::ledger::ListValidatorsRequest;

use super::context::Context;
use super::error::CommandError;
use super::show::{
    CreditNoteRow, DepositRow, DisputeRow, FacilityRow, GuaranteeRow, LienRow, MemberRow, NettingRow,
    PayoutRow, PolicyRow, PoolRow, ProgrammeRow, ReceivableRow, TrancheRow, time,
};
use crate::sdk::{ProofFile, RecordName, VerifiedRecord};

/// What can be done about proofs.
#[derive(Subcommand, Debug)]
pub enum Verb {
    /// Fetch a record with its proof: Merkle path, block header and the validators' certificate
    #[command(after_help = "Examples:\n  tally proof get R1 --out r1.proof.json\n  tally proof get \
        deposit:east/beta/CNY > deposit.proof.json\n  tally proof get member:alpha")]
    Get {
        /// R7, T7, F7, P7, member:ID, policy:VERSION, lien:T7 or deposit:BANK/OWNER/CURRENCY
        record: RecordName,
        /// Write it here [default: standard output]
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
    },
    /// Verify a proof file against validators that you trust; no network is needed
    #[command(group(ArgGroup::new("trust").required(true)), after_help = "Examples:\n  tally node validators -o json > \
        validators.json   # once, from a node that you trust\n  tally --chain-id demo proof verify r1.proof.json \
        --validators validators.json\n  tally proof verify r1.proof.json --trust-node")]
    Verify {
        /// The proof file
        file: PathBuf,
        /// Who decides, as tally node validators -o json wrote it
        #[arg(long, value_name = "FILE", group = "trust")]
        validators: Option<PathBuf>,
        /// Take the validators' keys from the configured node
        #[arg(long, group = "trust")]
        trust_node: bool,
    },
}

/// A validator as the JSON of `node validators` has it.
#[derive(Deserialize)]
struct Trusted {
    public_key: String,
    power: u64,
}

/// Bytes of a file of validators: a thousand of them fit.
const VALIDATORS_BYTES_MAX: u64 = 1024 * 1024;

/// Bytes of a proof file: a record of the largest size, its path and a certificate, in hexadecimal.
const PROOF_BYTES_MAX: u64 = 4 * 1024 * 1024;

impl Verb {
    /// Does it.
    pub async fn run(self, context: &Context) -> Result<(), CommandError> {
        match self {
            Self::Get { record, out } => {
                let proof = context.client()?.proof_file(record, context.chain_id()?).await?;
                match out {
                    Some(path) => {
                        fs::write(&path, proof.write()).map_err(|source| io(&path, "write", source))
                    }
                    None => {
                        println!("{}", proof.write());
                        Ok(())
                    }
                }
            }
            Self::Verify { file, validators, trust_node: _ } => {
                let proof = ProofFile::read(&read(&file, PROOF_BYTES_MAX)?)?;
                let trusted = match validators {
                    Some(path) => trusted(&path)?,
                    None => validators_of_node(context, proof.height()?).await?,
                };
                let verified = proof.verify(context.chain_id()?, &trusted)?;
                context.show_fields(&told(&proof, &verified))
            }
        }
    }
}

fn read(path: &Path, limit: u64) -> Result<String, CommandError> {
    use std::io::Read;
    let mut text = String::new();
    let file = fs::File::open(path).map_err(|source| io(path, "open", source))?;
    file.take(limit).read_to_string(&mut text).map_err(|source| io(path, "read", source))?;
    Ok(text)
}

fn trusted(path: &Path) -> Result<Vec<(PublicKey, u64)>, CommandError> {
    let bad = || CommandError::NotValidators { path: path.to_path_buf() };
    trusted_in(&read(path, VALIDATORS_BYTES_MAX)?).ok_or_else(bad)
}

/// Key and power of each validator in a text as `node validators -o json` writes it, each once; `None` for anything else.
pub fn trusted_in(text: &str) -> Option<Vec<(PublicKey, u64)>> {
    let listed: Vec<Trusted> = serde_json::from_str(text).ok()?;
    let read = |one: Trusted| Hash::from_hex(&one.public_key).map(|Hash(key)| (PublicKey(key), one.power));
    let listed: Vec<_> = listed.into_iter().map(read).collect::<Option<_>>()?;
    let distinct: BTreeSet<PublicKey> = listed.iter().map(|(key, _)| *key).collect();
    (!listed.is_empty() && distinct.len() == listed.len()).then_some(listed)
}

async fn validators_of_node(context: &Context, height: u64) -> Result<Vec<(PublicKey, u64)>, CommandError> {
    let answer = context.client()?.validators(ListValidatorsRequest { height }).await?;
    let key = |bytes: Vec<u8>| <[u8; 32]>::try_from(bytes).map(PublicKey).ok();
    Ok(answer.validators.into_iter().filter_map(|one| Some((key(one.public_key)?, one.power))).collect())
}

/// What is now known for certain.
fn told(proof: &ProofFile, verified: &VerifiedRecord) -> Value {
    json!({
        "verified": true,
        "name": proof.record,
        "chain_id": verified.header.chain_id,
        "height": verified.header.height.number(),
        "time": time(verified.header.time.ms()),
        "block_id": verified.header.id().to_string(),
        "state_root": verified.header.state_root.to_string(),
        "present": verified.record.is_some(),
        "record": verified.record.as_ref().map(in_fields),
    })
}

fn in_fields(record: &Record) -> Value {
    match record {
        Record::Member(member) => json!(MemberRow::from(&v1::member::Member::from(member))),
        Record::Receivable(one) => json!(ReceivableRow::from(&v1::receivable::Receivable::from(one))),
        Record::Tranche(tranche) => json!(TrancheRow::from(&v1::tranche::Tranche::from(tranche))),
        Record::Facility(facility) => json!(FacilityRow::from(&v1::facility::Facility::from(facility))),
        Record::Payout(payout) => json!(PayoutRow::from(&v1::money::Payout::from(payout))),
        Record::Deposit(deposit) => json!(DepositRow::from(&v1::money::Deposit::from(deposit))),
        Record::Programme(one) => json!(ProgrammeRow::from(&v1::financing::Programme::from(one))),
        Record::Lien(lien) => json!(LienRow::from(&v1::financing::Lien::from(lien))),
        Record::Policy(policy) => json!(PolicyRow::from(&v1::policy::Policy::from(policy))),
        Record::Guarantee(one) => json!(GuaranteeRow::from(&v1::guarantee::Guarantee::from(one))),
        Record::Pool(pool) => json!(PoolRow::from(&v1::pool::Pool::from(pool))),
        Record::Dispute(one) => json!(DisputeRow::from(&v1::dispute::Dispute::from(one))),
        Record::Netting(one) => json!(NettingRow::from(&v1::netting::Netting::from(one))),
        Record::CreditNote(note) => json!(CreditNoteRow::from(&v1::dispute::GetCreditNoteResponse {
            credit_note: Some(note.into()),
            ..Default::default()
        })),
        Record::Number(_)
        | Record::MemberRef(_)
        | Record::Mark(())
        | Record::BankTotals(_)
        | Record::ReceivableRef(_)
        | Record::Amount(_)
        | Record::GuaranteeClaim(_)
        | Record::PoolClaim(_)
        | Record::Subsidy(_)
        | Record::Proposal(_)
        | Record::KycFile(_)
        | Record::ApprovalPolicy(_)
        | Record::ScreeningEntry(_)
        | Record::Freeze(_)
        | Record::CreditFile(_)
        | Record::CreditConsent(_)
        | Record::CreditRead(_)
        | Record::EncryptionKey(_)
        | Record::Successor(_)
        | Record::Document(_)
        | Record::Misbehaviour(_)
        | Record::Items(_)
        | Record::Withheld(_)
        | Record::FinancingCost(_)
        | Record::Validators(_)
        | Record::CreditNoteRef(_)
        | Record::Case(_)
        | Record::CaseEntry(_) => json!(format!("{record:?}")),
    }
}

fn io(path: &Path, action: &'static str, source: std::io::Error) -> CommandError {
    CommandError::File { path: path.to_path_buf(), action, source }
}
