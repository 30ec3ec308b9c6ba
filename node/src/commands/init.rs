//! `tallyd init`: a new node's folder, with keys that exist nowhere else.

use super::error::{CommandError, io};
use crate::config::render;
use crate::genesis_file;
use clap::{Args, ValueEnum};
use std::fs;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use tally_keys::{KeyFile, Passphrase, PassphraseSource};
use zeroize::Zeroizing;

#[derive(Args)]
#[command(after_help = "Examples:\n  tallyd init --dir /srv/tally --role validator --moniker east-bank\n  \
    tallyd init --dir own --role member --genesis genesis.toml\n  \
    tallyd init --dir watch --role observer --genesis genesis.toml --passphrase-file secret")]
pub(super) struct Init {
    /// The folder to make
    #[arg(long, value_name = "DIR")]
    dir: PathBuf,
    /// A validator votes, an observer follows, a member node holds what one member may see
    #[arg(long)]
    role: RoleArgument,
    /// A short name for logs and metrics
    #[arg(long, default_value = "tallyd")]
    moniker: String,
    /// The chain's genesis document; it is checked and copied
    #[arg(long, value_name = "FILE")]
    genesis: Option<PathBuf>,
    /// Protects the keys; without it a random one is made in keys/passphrase
    #[arg(long, value_name = "FILE")]
    passphrase_file: Option<PathBuf>,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum RoleArgument {
    Validator,
    Observer,
    Member,
}

/// Bytes of a passphrase that nobody types.
const PASSPHRASE_BYTES: usize = 32;

impl Init {
    pub(super) fn run(self) -> Result<(), CommandError> {
        let file = self.dir.join("tallyd.toml");
        if file.symlink_metadata().is_ok() {
            return Err(CommandError::Exists { path: file });
        }
        let genesis = self.genesis.as_deref().map(read_genesis).transpose()?;
        let keys = self.dir.join("keys");
        for folder in [&self.dir, &keys, &self.dir.join("data")] {
            make_folder(folder)?;
        }
        let passphrase_file = self.passphrase_file(&keys)?;
        let passphrase =
            Passphrase::obtain(&PassphraseSource::File(passphrase_file.clone()), "the node's keys")?;
        let (name, key_file) = match self.role {
            RoleArgument::Member => ("reader key", "reader.pem"),
            RoleArgument::Validator | RoleArgument::Observer => ("peer key", "peer.pem"),
        };
        let identity = KeyFile::create(&keys.join(key_file), &passphrase)?;
        println!("{name:14} {}", hex::encode(identity.as_bytes()));
        if self.role == RoleArgument::Validator {
            let consensus = KeyFile::create(&keys.join("consensus.pem"), &passphrase)?;
            println!("consensus key  {}", hex::encode(consensus.as_bytes()));
        }
        if let Some(text) = genesis {
            let copy = self.dir.join("genesis.toml");
            fs::write(&copy, text).map_err(io(&copy, "write"))?;
        }
        fs::write(&file, self.configuration(&passphrase_file)).map_err(io(&file, "write"))?;
        self.say_what_is_next(&file);
        Ok(())
    }

    /// The operator's file, made absolute because the configuration names it, or a new random one.
    fn passphrase_file(&self, keys: &Path) -> Result<PathBuf, CommandError> {
        if let Some(file) = &self.passphrase_file {
            return std::path::absolute(file).map_err(io(file, "find"));
        }
        let file = keys.join("passphrase");
        let mut random = Zeroizing::new([0; PASSPHRASE_BYTES]);
        getrandom::fill(random.as_mut_slice()).map_err(|_| tally_keys::KeyError::NoRandomness)?;
        let text = Zeroizing::new(hex::encode(random.as_slice()) + "\n");
        tally_keys::write_private(&file, text.as_bytes())?;
        Ok(file)
    }

    fn configuration(&self, passphrase_file: &Path) -> String {
        let (role, consensus) = match self.role {
            RoleArgument::Validator => ("validator", Some("keys/consensus.pem")),
            RoleArgument::Observer => ("observer", None),
            RoleArgument::Member => ("member", None),
        };
        let mut values = vec![("moniker", self.moniker.clone()), ("role", role.to_owned())];
        values.extend(consensus.map(|path| ("keys.consensus", path.to_owned())));
        if self.role == RoleArgument::Member {
            values.push(("keys.reader", "keys/reader.pem".to_owned()));
        }
        if self.passphrase_file.is_some() {
            values.push(("keys.passphrase_file", passphrase_file.display().to_string()));
        }
        render(&values, &[])
    }

    fn say_what_is_next(&self, file: &Path) {
        let file = file.display();
        eprintln!("made {file}; next:");
        if self.role == RoleArgument::Member {
            eprintln!(
                "  1. add the reader key to the member's keys: tally --as MEMBER member add-key KEY --capacity checker"
            );
            eprintln!("  2. set member.id and member.validators in {file}");
            eprintln!("  3. put the chain's genesis document beside it");
            eprintln!("  4. tallyd start --config {file}");
            return;
        }
        eprintln!("  1. hand the public keys above to whoever writes the genesis document");
        if self.genesis.is_none() {
            eprintln!("  2. put that document at {}", self.dir.join("genesis.toml").display());
        }
        eprintln!("  3. list the other nodes as [[consensus.peers]] in {file}");
        eprintln!("  4. tallyd config check --config {file}");
        eprintln!("  5. tallyd start --config {file}");
    }
}

fn read_genesis(file: &Path) -> Result<String, CommandError> {
    genesis_file::load(file)?;
    fs::read_to_string(file).map_err(io(file, "read"))
}

/// Only its owner may look in.
fn make_folder(folder: &Path) -> Result<(), CommandError> {
    fs::DirBuilder::new().recursive(true).mode(0o700).create(folder).map_err(io(folder, "make the folder"))
}
