//! `tally tx …`: transactions that are signed elsewhere, and what became of any.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{Parser, Subcommand};
use serde::Serialize;
use tally_contracts::types::Height;

use super::Tally;
use super::context::{Context, Mode, Prepare};
use super::error::CommandError;
use super::file::TransactionFile;
use super::show::{OutcomeRow, columns};
use super::value::{TransactionIdText, public_key};
use crate::sdk::{Entry, TransactionKey, Verdict, entry};

/// What can be done about transactions.
#[derive(Subcommand, Debug)]
pub enum Verb {
    /// Write the body of any command that changes the ledger to a file, unsigned
    #[command(
        after_help = "Examples:\n  tally --as huaxin tx prepare --out confirm.json receivable confirm R1\n  \
        tally --chain-id demo --member huaxin tx prepare --out confirm.json --signer maker.key --signer checker.key \
        \\\n    receivable confirm R1 --amount \"1000.00 CNY\"\n  tally tx prepare --out pay.json --valid-until 5000 \
        money move beta \"5.00 CNY\" --bank east   # needs no network"
    )]
    Prepare {
        /// Where to write it
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
        /// Public key or key file of one who will sign; repeat it for several [default: the profile's key]
        #[arg(long = "signer", value_name = "KEY")]
        signers: Vec<String>,
        /// The last height at which it may be in a block [default: 1,000 from now, asked from a node]
        #[arg(long, value_name = "HEIGHT")]
        valid_until: Option<u64>,
        /// The command, without tally
        #[arg(required = true, trailing_var_arg = true, allow_hyphen_values = true, value_name = "COMMAND")]
        command: Vec<OsString>,
    },
    /// Add your signature to a file, without any network
    #[command(after_help = "Examples:\n  tally --key-file checker.key tx sign confirm.json")]
    Sign {
        /// The transaction file; the signature is written into it
        file: PathBuf,
    },
    /// Send a file with all its signatures
    #[command(
        after_help = "Examples:\n  tally --as huaxin tx submit confirm.json\n  tally tx submit confirm.json --dry-run"
    )]
    Submit {
        /// The transaction file
        file: PathBuf,
    },
    /// Ask what became of a transaction, by its id or by --request-id
    #[command(
        after_help = "Examples:\n  tally --as alpha tx get --request-id 000102030405060708090a0b0c0d0e0f\n  tally tx \
        get 6b86b273ff34fce19d6b804eff5a3f5747ada4eaa22f1d49c01e52ddb7875b4b --now"
    )]
    Get {
        /// Its id
        transaction: Option<TransactionIdText>,
        /// Answer at once instead of waiting for a decision
        #[arg(long)]
        now: bool,
    },
    /// Show what a file asks for and who signed it, without any network
    #[command(
        after_help = "Examples:\n  tally tx decode confirm.json\n  tally tx decode confirm.json -o json"
    )]
    Decode {
        /// The transaction file
        file: PathBuf,
    },
    /// List requests made from here whose outcome is not known yet
    #[command(after_help = "Examples:\n  tally tx pending\n  tally tx pending -o json")]
    Pending,
}

#[derive(Debug, Serialize)]
struct EntryRow {
    request_id: String,
    chain_id: String,
    sender: String,
    action: String,
    valid_until_height: u64,
    transaction_id: String,
}

columns!(EntryRow { request_id, chain_id, sender, action, valid_until_height, transaction_id });

impl From<Entry> for EntryRow {
    fn from(entry: Entry) -> Self {
        let Entry { chain_id, sender, request_id, action, transaction_id, valid_until_height, envelope: _ } =
            entry;
        Self { request_id, chain_id, sender, action, valid_until_height, transaction_id }
    }
}

impl Verb {
    /// Does it.
    pub async fn run(self, context: &Context) -> Result<(), CommandError> {
        match self {
            Self::Prepare { out, signers, valid_until, command } => {
                let signers = signers.iter().map(|key| public_key(key)).collect::<Result<_, _>>()?;
                let valid_until = valid_until.map(Height::new);
                prepare(context, Prepare { out, signers, valid_until }, command).await
            }
            Self::Sign { file } => sign(context, &file),
            Self::Submit { file } => submit(context, &file).await,
            Self::Get { transaction, now } => get(context, transaction, now).await,
            Self::Decode { file } => context.show_fields(&TransactionFile::read(&file)?.describe()),
            Self::Pending => {
                let open = context.journal().open_requests()?;
                context.show_list(&open.into_iter().map(EntryRow::from).collect::<Vec<_>>())
            }
        }
    }
}

/// Runs the inner command with everything but sending.
async fn prepare(context: &Context, prepare: Prepare, command: Vec<OsString>) -> Result<(), CommandError> {
    let words = std::iter::once(OsString::from("tally")).chain(command);
    let inner = match Tally::try_parse_from(words) {
        Ok(inner) if inner.may_be_prepared() => inner,
        Ok(_) => return Err(CommandError::NotPreparable),
        Err(error) => error.exit(),
    };
    let inner_context = Context::new(inner.globals.over(&context.globals), Some(prepare))?;
    inner.noun.run(&inner_context).await?;
    if inner_context.prepared.get() { Ok(()) } else { Err(CommandError::NotPreparable) }
}

fn sign(context: &Context, path: &std::path::Path) -> Result<(), CommandError> {
    let mut file = TransactionFile::read(path)?;
    let expected = context.settings().chain_id().map(|chain| chain.value.clone());
    if let Ok(expected) = expected
        && expected != file.chain_id
    {
        let found = file.chain_id;
        return Err(crate::sdk::ClientError::OtherChain { found, expected }.into());
    }
    context.show_fields(&file.describe())?;
    let key = file.sign(&context.signing_key()?)?;
    file.replace(path)?;
    let missing: Vec<String> = file.missing()?.iter().map(ToString::to_string).collect();
    eprintln!(
        "signed by {key}; still to sign: {}",
        if missing.is_empty() { "nobody".into() } else { missing.join(", ") }
    );
    Ok(())
}

async fn submit(context: &Context, path: &std::path::Path) -> Result<(), CommandError> {
    let file = TransactionFile::read(path)?;
    if context.mode == Mode::DryRun {
        let verdict = context.client()?.simulate(file.body()).await?;
        return context.show(&OutcomeRow::simulated(&verdict));
    }
    let signed = file.assemble()?;
    let (journal, request_id) = (context.journal(), signed.unverified().request_id);
    if journal.find(&request_id)?.is_none() {
        journal.write(&request_id, &entry(&file.chain_id, &signed))?;
    }
    let outcome = context.client()?.submit(&signed, context.wait()).await?;
    if outcome.verdict.is_final() {
        journal.close(&request_id)?;
    }
    context.tell(&outcome)
}

async fn get(
    context: &Context,
    transaction: Option<TransactionIdText>,
    now: bool,
) -> Result<(), CommandError> {
    let key = match (transaction, context.globals.request_id) {
        (Some(id), _) => TransactionKey::Id(id.0),
        (None, Some(id)) => TransactionKey::Request { sender: sender(context, &id.0)?, request_id: id.0 },
        (None, None) => {
            let hint = "write it behind the command, or pass --request-id";
            return Err(CommandError::Missing { what: "which transaction", hint });
        }
    };
    let client = context.client()?;
    let mut outcome = if now { client.transaction(key).await? } else { client.wait(key).await? };
    if let (Verdict::NotSeen { tip }, Some(id)) = (&outcome.verdict, context.globals.request_id)
        && context.journal().find(&id.0)?.is_some_and(|entry| entry.valid_until_height < tip.height)
    {
        // Past its last height and in no block: no node can take it any more.
        outcome.verdict = Verdict::Expired { tip: tip.clone() };
    }
    if let (true, Some(id)) = (outcome.verdict.is_final(), context.globals.request_id) {
        context.journal().close(&id.0)?;
    }
    context.tell(&outcome)
}

/// Who made the request: the journal knows, else the profile says.
fn sender(
    context: &Context,
    request_id: &crate::sdk::RequestId,
) -> Result<tally_contracts::types::MemberId, CommandError> {
    match context.journal().find(request_id)?.and_then(|entry| entry.sender.parse().ok()) {
        Some(sender) => Ok(sender),
        None => context.member(),
    }
}
