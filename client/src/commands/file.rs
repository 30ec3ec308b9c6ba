//! Transactions in files: a body, and the signatures collected so far, on their way between machines.

use std::fs::{self, OpenOptions};
use std::io::{Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tally_contracts::Transaction;
use tally_contracts::types::PublicKey;
use tally_keys::KeyHandle;
use tally_proto::{SignedTransaction, TransactionError, signing, transaction};

use super::error::CommandError;
use super::show::describe;
use crate::sdk::ClientError;
use crate::sdk::limits::ENTRY_BYTES_MAX;

/// What the first field of a file says.
const FORMAT: &str = "tallystick/transaction-file/v1";

/// A transaction on its way to being signed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TransactionFile {
    format: String,
    /// The chain that signatures are for.
    pub chain_id: String,
    /// Canonical bytes, hexadecimal.
    body: String,
    signatures: Vec<Signature>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Signature {
    key: String,
    signature: String,
}

impl TransactionFile {
    /// A body without signatures.
    #[must_use]
    pub fn new(chain_id: &str, body: Vec<u8>) -> Self {
        let (format, chain_id) = (FORMAT.to_owned(), chain_id.to_owned());
        Self { format, chain_id, body: hex::encode(body), signatures: Vec::new() }
    }

    /// Reads and checks a file: it holds a canonical body.
    pub fn read(path: &Path) -> Result<Self, CommandError> {
        let mut text = String::new();
        fs::File::open(path)
            .and_then(|file| file.take(ENTRY_BYTES_MAX).read_to_string(&mut text))
            .map_err(|source| io(path, "read", source))?;
        Self::parse(path, &text)
    }

    /// The same of a text; `path` is for the error.
    pub fn parse(path: &Path, text: &str) -> Result<Self, CommandError> {
        let bad = || CommandError::NotATransaction { path: path.to_path_buf() };
        let file: Self = serde_json::from_str(text).map_err(|_| bad())?;
        if file.format != FORMAT {
            return Err(bad());
        }
        file.transaction()?;
        Ok(file)
    }

    /// Writes a new file; never replaces one.
    pub fn create(&self, path: &Path) -> Result<(), CommandError> {
        let file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path);
        let mut file = file.map_err(|source| io(path, "create", source))?;
        file.write_all(self.text().as_bytes()).map_err(|source| io(path, "write", source))?;
        file.sync_all().map_err(|source| io(path, "sync", source))
    }

    /// Replaces a file whole.
    pub fn replace(&self, path: &Path) -> Result<(), CommandError> {
        let draft = path.with_extension(format!("{}.draft", std::process::id()));
        self.create(&draft)?;
        fs::rename(&draft, path).map_err(|source| io(path, "replace", source))
    }

    /// What it asks for.
    pub fn transaction(&self) -> Result<Transaction, CommandError> {
        Ok(transaction::decode_body(&self.body(), &self.chain_id).map_err(ClientError::from)?)
    }

    /// Adds a key's signature, if the body names the key.
    pub fn sign(&mut self, key: &KeyHandle) -> Result<PublicKey, CommandError> {
        let public = PublicKey(key.public().to_bytes());
        if !self.transaction()?.signers.contains(&public) {
            return Err(ClientError::from(TransactionError::SignerMissing { key: public }).into());
        }
        let signature = hex::encode(key.sign(&signing::signing_bytes(&self.chain_id, &self.body()))?);
        self.signatures.retain(|one| one.key != public.to_string());
        self.signatures.push(Signature { key: public.to_string(), signature });
        Ok(public)
    }

    /// Keys that have not signed yet.
    pub fn missing(&self) -> Result<Vec<PublicKey>, CommandError> {
        let signed = |key: &PublicKey| self.signatures.iter().any(|one| one.key == key.to_string());
        Ok(self.transaction()?.signers.into_iter().filter(|key| !signed(key)).collect())
    }

    /// The transaction with every signature, checked.
    pub fn assemble(&self) -> Result<SignedTransaction, CommandError> {
        let signers = self.transaction()?.signers;
        let of = |key: &PublicKey| {
            let one = self.signatures.iter().find(|one| one.key == key.to_string());
            one.and_then(|one| hex::decode(&one.signature).ok())
        };
        let signatures: Vec<Vec<u8>> = signers.iter().filter_map(of).collect();
        let signed = SignedTransaction::assemble(self.body(), signatures, &self.chain_id)
            .map_err(ClientError::from)?;
        signed.clone().verify().map_err(ClientError::from)?;
        Ok(signed)
    }

    /// In words: chain, id, body field by field, and who signed.
    #[must_use]
    pub fn describe(&self) -> Value {
        let body = self.body();
        json!({
            "chain_id": self.chain_id,
            "transaction_id": signing::transaction_id(&self.chain_id, &body).to_string(),
            "body": describe(&body),
            "signed_by": self.signatures.iter().map(|one| one.key.clone()).collect::<Vec<_>>(),
        })
    }

    /// The body, canonical.
    #[must_use]
    pub fn body(&self) -> Vec<u8> {
        hex::decode(&self.body).unwrap_or_default()
    }

    /// The JSON to write.
    #[must_use]
    pub fn text(&self) -> String {
        serde_json::to_string_pretty(self).expect("a transaction file holds only texts")
    }
}

fn io(path: &Path, action: &'static str, source: std::io::Error) -> CommandError {
    CommandError::File { path: path.to_path_buf(), action, source }
}
