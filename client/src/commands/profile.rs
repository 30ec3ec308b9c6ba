//! `tally profile …`

use clap::Subcommand;
use serde::Serialize;

use super::error::CommandError;
use super::globals::Globals;
use super::show::{Listed, columns};
use crate::output::{self, Look};
use crate::profile::{self, Profile, ProfileFile};
use tally_keys::PassphraseSource;

/// What can be done about profiles.
#[derive(Subcommand, Debug)]
pub enum Verb {
    /// Add a profile from the global options; the first one becomes the default
    #[command(
        after_help = "Examples:\n  tally --node http://127.0.0.1:7101 --chain-id demo --member alpha --key-file \
        alpha.key profile add alpha"
    )]
    Add {
        /// Its name
        name: String,
    },
    /// Make a profile the default
    #[command(after_help = "Examples:\n  tally profile use alpha")]
    Use {
        /// Its name
        name: String,
    },
    /// List profiles
    #[command(after_help = "Examples:\n  tally profile list\n  tally profile list -o json")]
    List,
}

#[derive(Debug, Serialize)]
struct ProfileRow {
    name: String,
    is_default: bool,
    member: Option<String>,
    chain_id: Option<String>,
    nodes: Listed<String>,
    key_file: Option<String>,
}

columns!(ProfileRow { name, is_default, member, chain_id, nodes, key_file });

impl Verb {
    /// Does it.
    pub fn run(self, globals: &Globals) -> Result<(), CommandError> {
        let environment = |name: &str| std::env::var(name).ok();
        let mut file = ProfileFile::load(&profile::location(&environment)?)?;
        match self {
            Self::Add { name } => file.add(&name, from_flags(globals)?)?,
            Self::Use { name } => file.use_by_default(&name)?,
            Self::List => return list(&file, globals),
        }
        file.save()?;
        eprintln!("wrote {}", file.path().display());
        Ok(())
    }
}

/// Paths are made absolute, because a relative one would start at the profiles file.
fn from_flags(globals: &Globals) -> Result<Profile, CommandError> {
    let flags = globals.flags();
    let absolute = |path: std::path::PathBuf| std::path::absolute(path);
    let passphrase_file = match flags.passphrase {
        Some(PassphraseSource::File(path)) => Some(absolute(path)?),
        Some(PassphraseSource::Prompt | PassphraseSource::Descriptor(_)) | None => None,
    };
    Ok(Profile {
        nodes: flags.nodes,
        chain_id: flags.chain_id,
        member: flags.member,
        key_file: flags.key_file.map(absolute).transpose()?,
        passphrase_file,
        encryption_key_file: flags.encryption_key_file.map(absolute).transpose()?,
        ca_file: flags.ca_file.map(absolute).transpose()?,
        certificate_file: flags.certificate_file.map(absolute).transpose()?,
        certificate_key_file: flags.certificate_key_file.map(absolute).transpose()?,
    })
}

fn list(file: &ProfileFile, globals: &Globals) -> Result<(), CommandError> {
    let row = |(name, profile): (&str, &Profile)| ProfileRow {
        name: name.to_owned(),
        is_default: file.default_name() == Some(name),
        member: profile.member.clone(),
        chain_id: profile.chain_id.clone(),
        nodes: Listed(profile.nodes.clone()),
        key_file: profile.key_file.as_ref().map(|path| path.display().to_string()),
    };
    let rows: Vec<ProfileRow> = file.list().map(row).collect();
    Ok(output::list(&rows, globals.output, Look::of_stdout(), &mut std::io::stdout().lock())?)
}
