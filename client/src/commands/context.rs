//! What a command works with: settings, a client, a session, and the one way to show a result.

use std::cell::{Cell, OnceCell};
use std::path::PathBuf;

use serde_json::Value;
use tally_contracts::types::{Amount, BusinessDate, Currency, Height, MemberId, PublicKey};
use tally_keys::{EncryptionKey, KeyHandle, Passphrase};
use tokio::sync::OnceCell as AsyncCell;

use super::error::CommandError;
use super::globals::Globals;
use super::show::columns;
use super::value::{AmountText, DateText};
use crate::output::{self, Look, Row};
use crate::profile::{self, Origin, ProfileFile, Settings};
use crate::sdk::{Client, Journal, Reader, Session, Trust, Wait};

/// What becomes of an action.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Mode {
    /// It is signed and sent.
    Submit,
    /// A node says what it would do.
    DryRun,
    /// Its body is written to a file, to be signed elsewhere.
    Prepare(Prepare),
}

/// How a body is prepared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Prepare {
    /// Where to write it.
    pub out: PathBuf,
    /// Who will sign; empty for the profile's key.
    pub signers: Vec<PublicKey>,
    /// The last height; asked from a node where it is not given.
    pub valid_until: Option<Height>,
}

/// What a command works with.
pub struct Context {
    /// The flags.
    pub globals: Globals,
    /// What becomes of an action.
    pub mode: Mode,
    /// Whether a body was written to a file.
    pub prepared: Cell<bool>,
    settings: Settings,
    home: PathBuf,
    client: OnceCell<Client>,
    /// Opened once, so that its passphrase is asked for once.
    key: OnceCell<KeyHandle>,
    /// The same for the key that opens documents.
    encryption_key: OnceCell<EncryptionKey>,
    today: AsyncCell<BusinessDate>,
}

impl Context {
    /// Resolves profile, environment and flags. Connects to nothing.
    pub fn new(globals: Globals, mode: Option<Prepare>) -> Result<Self, CommandError> {
        let environment = |name: &str| std::env::var(name).ok();
        let file = ProfileFile::load(&profile::location(&environment)?)?;
        let settings = profile::resolve(&globals.flags(), &environment, &file)?;
        let mode = match mode {
            Some(prepare) => Mode::Prepare(prepare),
            None if globals.dry_run => Mode::DryRun,
            None => Mode::Submit,
        };
        let home = profile::home(&environment)?;
        let prepared = Cell::new(false);
        Ok(Self {
            globals,
            mode,
            prepared,
            settings,
            home,
            client: OnceCell::new(),
            key: OnceCell::new(),
            encryption_key: OnceCell::new(),
            today: AsyncCell::new(),
        })
    }

    /// Everything that was resolved.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// A client for the configured nodes.
    pub fn client(&self) -> Result<&Client, CommandError> {
        if let Some(client) = self.client.get() {
            return Ok(client);
        }
        let own = self.settings.certificate()?;
        let trust = self.settings.ca_file().map(|file| Trust::load(file, own.as_ref())).transpose()?;
        let mut client = Client::trusting(&self.settings.nodes()?.value, trust.as_ref())?;
        if let Some(reader) = self.reader()? {
            client = client.with_reader(reader);
        }
        if let Some(timeout) = self.globals.timeout {
            client = client.with_timeout(timeout.0);
        }
        Ok(self.client.get_or_init(|| client))
    }

    /// Who reads: the acting member, where one is known with its key; otherwise a stranger, whom nodes tell little.
    fn reader(&self) -> Result<Option<Reader>, CommandError> {
        let settings = &self.settings;
        if settings.chain_id().is_err() || settings.member().is_err() || settings.key_file().is_err() {
            return Ok(None);
        }
        Ok(Some(Reader::new(self.chain_id()?, self.member()?, self.signing_key()?)))
    }

    /// The chain that signatures are for.
    pub fn chain_id(&self) -> Result<&str, CommandError> {
        Ok(&self.settings.chain_id()?.value)
    }

    /// The member who acts.
    pub fn member(&self) -> Result<MemberId, CommandError> {
        let name = &self.settings.member()?.value;
        Ok(MemberId::new(name).map_err(super::value::ValueError::from)?)
    }

    /// Requests made from here.
    pub fn journal(&self) -> Journal {
        Journal::new(self.home.join("requests"))
    }

    /// The key, opened once, asking for its passphrase where nothing supplies it.
    pub fn signing_key(&self) -> Result<KeyHandle, CommandError> {
        if let Some(key) = self.key.get() {
            return Ok(key.clone());
        }
        let path = &self.settings.key_file()?.value;
        let purpose = path.display().to_string();
        let passphrase = || Passphrase::obtain(&self.settings.passphrase.value, &purpose);
        let key = KeyHandle::open(path, passphrase)?;
        Ok(self.key.get_or_init(|| key).clone())
    }

    /// The key that would sign, without opening it.
    pub fn public_key(&self) -> Result<PublicKey, CommandError> {
        Ok(PublicKey(KeyHandle::inspect(&self.settings.key_file()?.value)?.to_bytes()))
    }

    /// The key that opens documents, opened once.
    pub fn encryption_key(&self) -> Result<&EncryptionKey, CommandError> {
        if let Some(key) = self.encryption_key.get() {
            return Ok(key);
        }
        let path = &self.settings.encryption_key_file()?.value;
        let purpose = path.display().to_string();
        let passphrase = Passphrase::obtain(&self.settings.passphrase.value, &purpose)?;
        let key = EncryptionKey::open(path, &passphrase)?;
        Ok(self.encryption_key.get_or_init(|| key))
    }

    /// The same for commands that do their work without it, too: a profile may name a key that is not made yet.
    pub fn encryption_key_if_any(&self) -> Option<Result<&EncryptionKey, CommandError>> {
        let place = self.settings.encryption_key_file().ok()?;
        let is_there = place.origin != Origin::File || place.value.exists();
        is_there.then(|| self.encryption_key())
    }

    /// A session of the acting member.
    pub fn session(&self) -> Result<Session, CommandError> {
        let (client, chain_id, member) = (self.client()?.clone(), self.chain_id()?, self.member()?);
        let keys = vec![self.signing_key()?];
        Ok(Session::new(client, chain_id, member, keys, Some(self.journal()))?)
    }

    /// What to wait for.
    pub fn wait(&self) -> Wait {
        self.globals.wait.map(Wait::from).unwrap_or_default()
    }

    /// Today, as the chain counts it; asked once.
    pub async fn today(&self) -> Result<BusinessDate, CommandError> {
        let client = self.client()?;
        Ok(*self.today.get_or_try_init(|| client.today()).await?)
    }

    /// A date; the chain is asked only for a relative one.
    pub async fn date(&self, date: DateText) -> Result<BusinessDate, CommandError> {
        let today = match date {
            DateText::On(date) => date,
            DateText::InDays(_) => self.today().await?,
        };
        Ok(date.resolve(today)?)
    }

    /// An amount in a currency known from elsewhere, or its own.
    pub fn amount(&self, amount: &AmountText, currency: Option<Currency>) -> Result<Amount, CommandError> {
        Ok(amount.resolve(currency)?)
    }

    /// Shows one record on standard output.
    pub fn show<R: Row>(&self, row: &R) -> Result<(), CommandError> {
        let mut out = std::io::stdout().lock();
        Ok(output::record(row, self.globals.output, Look::of_stdout(), &mut out)?)
    }

    /// Shows a list on standard output.
    pub fn show_list<R: Row>(&self, rows: &[R]) -> Result<(), CommandError> {
        let mut out = std::io::stdout().lock();
        Ok(output::list(rows, self.globals.output, Look::of_stdout(), &mut out)?)
    }

    /// Shows a tree of fields: as it is in JSON, one line per field elsewhere.
    pub fn show_fields(&self, value: &Value) -> Result<(), CommandError> {
        use std::io::Write;
        let mut out = std::io::stdout().lock();
        match self.globals.output {
            output::Format::Json => writeln!(out, "{value:#}")?,
            output::Format::Jsonl => writeln!(out, "{value}")?,
            output::Format::Table | output::Format::Csv => {
                let mut rows = Vec::new();
                flatten(String::new(), value, &mut rows);
                output::list(&rows, self.globals.output, Look::of_stdout(), &mut out)?;
            }
        }
        Ok(())
    }

    /// Rows that come one after the other.
    pub fn stream(&self) -> output::Stream<std::io::Stdout> {
        output::Stream::new(self.globals.output, std::io::stdout())
    }
}

/// One field of a tree.
#[derive(Debug, serde::Serialize)]
struct FieldRow {
    field: String,
    value: String,
}

columns!(FieldRow { field, value });

fn flatten(path: String, value: &Value, rows: &mut Vec<FieldRow>) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
                flatten(path, value, rows);
            }
        }
        Value::Array(values) => {
            values
                .iter()
                .enumerate()
                .for_each(|(index, value)| flatten(format!("{path}[{index}]"), value, rows));
        }
        Value::String(text) => rows.push(FieldRow { field: path, value: text.clone() }),
        Value::Null => {}
        Value::Bool(_) | Value::Number(_) => {
            rows.push(FieldRow { field: path, value: value.to_string() });
        }
    }
}
