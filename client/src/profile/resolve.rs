//! One value per setting: flag > environment > file > default, and where it came from.

use std::fmt;
use std::path::PathBuf;

use serde::Serialize;
use tally_keys::PassphraseSource;

use super::error::ProfileError;
use super::file::{Profile, ProfileFile, check_node};
use crate::sdk::ClientCertificate;

/// Selects the profile, like `--as`.
pub const PROFILE_VARIABLE: &str = "TALLY_PROFILE";
/// Node addresses, separated by commas, like `--node`.
pub const NODE_VARIABLE: &str = "TALLY_NODE";
/// The chain's id, like `--chain-id`.
pub const CHAIN_VARIABLE: &str = "TALLY_CHAIN_ID";
/// The member's id, like `--member`.
pub const MEMBER_VARIABLE: &str = "TALLY_MEMBER";
/// The key file, like `--key-file`.
pub const KEY_VARIABLE: &str = "TALLY_KEY_FILE";
/// The file with the key's passphrase, like `--passphrase-file`; never the passphrase itself.
pub const PASSPHRASE_VARIABLE: &str = "TALLY_PASSPHRASE_FILE";

/// The key file that opens documents, like `--encryption-key`.
pub const ENCRYPTION_KEY_VARIABLE: &str = "TALLY_ENCRYPTION_KEY_FILE";
/// Whose certificates are believed of nodes, like `--ca-file`.
pub const CA_VARIABLE: &str = "TALLY_CA_FILE";
/// The member's certificate for nodes that ask for one, like `--certificate-file`.
pub const CERTIFICATE_VARIABLE: &str = "TALLY_CERTIFICATE_FILE";
/// Its private key, like `--certificate-key-file`.
pub const CERTIFICATE_KEY_VARIABLE: &str = "TALLY_CERTIFICATE_KEY_FILE";

/// What the command line says; `None` where it says nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Flags {
    /// `--as`
    pub profile: Option<String>,
    /// `--node`, may be given several times
    pub nodes: Vec<String>,
    /// `--chain-id`
    pub chain_id: Option<String>,
    /// `--member`
    pub member: Option<String>,
    /// `--key-file`
    pub key_file: Option<PathBuf>,
    /// `--passphrase-file` or `--passphrase-fd`
    pub passphrase: Option<PassphraseSource>,
    /// `--encryption-key`
    pub encryption_key_file: Option<PathBuf>,
    /// `--ca-file`
    pub ca_file: Option<PathBuf>,
    /// `--certificate-file`
    pub certificate_file: Option<PathBuf>,
    /// `--certificate-key-file`
    pub certificate_key_file: Option<PathBuf>,
}

/// Where a setting came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Origin {
    /// The command line.
    Flag,
    /// The environment.
    Environment,
    /// The profiles file.
    File,
    /// Nothing said otherwise.
    Default,
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Flag => "flag",
            Self::Environment => "environment",
            Self::File => "file",
            Self::Default => "default",
        })
    }
}

/// A value and where it came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sourced<T> {
    /// The value.
    pub value: T,
    /// Its origin.
    pub origin: Origin,
}

/// Everything a command may need, resolved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// The profile in force, if any.
    pub profile: Option<Sourced<String>>,
    nodes: Option<Sourced<Vec<String>>>,
    chain_id: Option<Sourced<String>>,
    member: Option<Sourced<String>>,
    key_file: Option<Sourced<PathBuf>>,
    /// Where the key's passphrase comes from; asked for unless set.
    pub passphrase: Sourced<PassphraseSource>,
    encryption_key_file: Option<Sourced<PathBuf>>,
    ca_file: Option<Sourced<PathBuf>>,
    certificate_file: Option<Sourced<PathBuf>>,
    certificate_key_file: Option<Sourced<PathBuf>>,
}

impl Settings {
    /// Node addresses in the order to try.
    pub fn nodes(&self) -> Result<&Sourced<Vec<String>>, ProfileError> {
        required(&self.nodes, "node address", "--node", NODE_VARIABLE)
    }

    /// The chain that signatures are for.
    pub fn chain_id(&self) -> Result<&Sourced<String>, ProfileError> {
        required(&self.chain_id, "chain id", "--chain-id", CHAIN_VARIABLE)
    }

    /// The member who acts.
    pub fn member(&self) -> Result<&Sourced<String>, ProfileError> {
        required(&self.member, "member", "--member", MEMBER_VARIABLE)
    }

    /// Whose certificates are believed; nobody's where nothing says so.
    #[must_use]
    pub fn ca_file(&self) -> Option<&PathBuf> {
        self.ca_file.as_ref().map(|file| &file.value)
    }

    /// The member's certificate and its key, where it has one. One without the other is not enough.
    pub fn certificate(&self) -> Result<Option<ClientCertificate>, ProfileError> {
        if self.certificate_file.is_none() && self.certificate_key_file.is_none() {
            return Ok(None);
        }
        let (flag, variable) = ("--certificate-file", CERTIFICATE_VARIABLE);
        let certificate = required(&self.certificate_file, "certificate", flag, variable)?.value.clone();
        let (flag, variable) = ("--certificate-key-file", CERTIFICATE_KEY_VARIABLE);
        let key = required(&self.certificate_key_file, "certificate's key", flag, variable)?.value.clone();
        Ok(Some(ClientCertificate { certificate, key }))
    }

    /// The key file that opens documents for that member.
    pub fn encryption_key_file(&self) -> Result<&Sourced<PathBuf>, ProfileError> {
        let (flag, variable) = ("--encryption-key", ENCRYPTION_KEY_VARIABLE);
        required(&self.encryption_key_file, "encryption key", flag, variable)
    }

    /// The key file of that member.
    pub fn key_file(&self) -> Result<&Sourced<PathBuf>, ProfileError> {
        required(&self.key_file, "key file", "--key-file", KEY_VARIABLE)
    }
}

fn required<'a, T>(
    setting: &'a Option<Sourced<T>>,
    what: &'static str,
    flag: &'static str,
    variable: &'static str,
) -> Result<&'a Sourced<T>, ProfileError> {
    setting.as_ref().ok_or(ProfileError::NotSet { what, flag, variable })
}

/// Resolves every setting. `environment` looks a variable up; an empty one counts as unset.
pub fn resolve(
    flags: &Flags,
    environment: &dyn Fn(&str) -> Option<String>,
    file: &ProfileFile,
) -> Result<Settings, ProfileError> {
    let variable = |name: &str| environment(name).filter(|value| !value.is_empty());
    let default_name = file.default_name().map(str::to_owned);
    let profile = pick(flags.profile.clone(), variable(PROFILE_VARIABLE), default_name);
    let chosen = match &profile {
        Some(name) => file.get(&name.value)?.clone(),
        None => Profile::default(),
    };
    // a key in a module is no path
    let locate = |path: PathBuf| if tally_keys::is_module(&path) { path } else { file.locate(&path) };
    let located = |path: Option<PathBuf>| path.map(locate);
    let passphrase = pick(
        flags.passphrase.clone(),
        variable(PASSPHRASE_VARIABLE).map(|path| PassphraseSource::File(path.into())),
        located(chosen.passphrase_file).map(PassphraseSource::File),
    );
    let nodes = pick(listed(flags.nodes.clone()), variable(NODE_VARIABLE).map(split), listed(chosen.nodes));
    if let Some(nodes) = &nodes {
        nodes.value.iter().try_for_each(|url| check_node(url))?;
    }
    let file_of = |flag: &Option<PathBuf>, name: &str, chosen: Option<PathBuf>| {
        pick(flag.clone(), variable(name).map(PathBuf::from), located(chosen))
    };
    Ok(Settings {
        encryption_key_file: file_of(
            &flags.encryption_key_file,
            ENCRYPTION_KEY_VARIABLE,
            chosen.encryption_key_file,
        ),
        ca_file: file_of(&flags.ca_file, CA_VARIABLE, chosen.ca_file),
        certificate_file: file_of(&flags.certificate_file, CERTIFICATE_VARIABLE, chosen.certificate_file),
        certificate_key_file: file_of(
            &flags.certificate_key_file,
            CERTIFICATE_KEY_VARIABLE,
            chosen.certificate_key_file,
        ),
        profile,
        nodes,
        chain_id: pick(flags.chain_id.clone(), variable(CHAIN_VARIABLE), chosen.chain_id),
        member: pick(flags.member.clone(), variable(MEMBER_VARIABLE), chosen.member),
        key_file: file_of(&flags.key_file, KEY_VARIABLE, chosen.key_file),
        passphrase: passphrase
            .unwrap_or(Sourced { value: PassphraseSource::Prompt, origin: Origin::Default }),
    })
}

fn pick<T>(flag: Option<T>, environment: Option<T>, file: Option<T>) -> Option<Sourced<T>> {
    let sourced = |origin| move |value| Sourced { value, origin };
    flag.map(sourced(Origin::Flag))
        .or(environment.map(sourced(Origin::Environment)))
        .or(file.map(sourced(Origin::File)))
}

fn listed(nodes: Vec<String>) -> Option<Vec<String>> {
    (!nodes.is_empty()).then_some(nodes)
}

fn split(nodes: String) -> Vec<String> {
    nodes.split(',').map(|url| url.trim().to_owned()).collect()
}
