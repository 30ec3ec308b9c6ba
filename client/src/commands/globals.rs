//! Flags that every command takes: who, where, and how to show it.

use std::path::PathBuf;

use clap::Args;
use tally_keys::PassphraseSource;

use super::value::{RequestIdText, Seconds, WaitChoice};
use crate::output::Format;
use crate::profile::Flags;

/// Flags that every command takes. A flag wins over the environment, that over the profile.
#[derive(Args, Debug, Clone, Default)]
#[command(next_help_heading = "Global options")]
pub struct Globals {
    /// Act as this profile (env: `TALLY_PROFILE`)
    #[arg(long = "as", value_name = "PROFILE", global = true)]
    pub profile: Option<String>,
    /// Ask this node; repeat it for several, tried in this order (env: `TALLY_NODE`, separated by commas)
    #[arg(long = "node", value_name = "URL", global = true)]
    pub nodes: Vec<String>,
    /// Sign for this chain (env: `TALLY_CHAIN_ID`)
    #[arg(long, value_name = "ID", global = true)]
    pub chain_id: Option<String>,
    /// Act for this member (env: `TALLY_MEMBER`)
    #[arg(long = "member", value_name = "MEMBER", global = true)]
    pub acting_member: Option<String>,
    /// Sign with this key file; its passphrase is asked for unless given otherwise (env: `TALLY_KEY_FILE`)
    #[arg(long, value_name = "FILE", global = true)]
    pub key_file: Option<PathBuf>,
    /// Read the key's passphrase from this file of mode 0600 (env: `TALLY_PASSPHRASE_FILE`)
    #[arg(long, value_name = "FILE", global = true, conflicts_with = "passphrase_fd")]
    pub passphrase_file: Option<PathBuf>,
    /// Read the key's passphrase from this open file descriptor
    #[arg(long, value_name = "NUMBER", global = true)]
    pub passphrase_fd: Option<u32>,
    /// Open documents with this encryption key's file (env: `TALLY_ENCRYPTION_KEY_FILE`)
    #[arg(long = "encryption-key", value_name = "FILE", global = true)]
    pub encryption_key_file: Option<PathBuf>,
    /// Believe nodes at https addresses whose certificates come from here, PEM (env: `TALLY_CA_FILE`)
    #[arg(long, value_name = "FILE", global = true)]
    pub ca_file: Option<PathBuf>,
    /// Show this certificate to nodes that ask for one, PEM (env: `TALLY_CERTIFICATE_FILE`)
    #[arg(long, value_name = "FILE", global = true)]
    pub certificate_file: Option<PathBuf>,
    /// The certificate's private key, PEM, mode 0600 (env: `TALLY_CERTIFICATE_KEY_FILE`)
    #[arg(long, value_name = "FILE", global = true)]
    pub certificate_key_file: Option<PathBuf>,
    /// Show the result in this format
    #[arg(
        short,
        long,
        value_enum,
        default_value_t,
        value_name = "FORMAT",
        global = true,
        env = "TALLY_OUTPUT"
    )]
    pub output: Format,
    /// Wait until the transaction is accepted by a node or committed in a block [default: committed]
    #[arg(long, value_enum, value_name = "UNTIL", global = true, env = "TALLY_WAIT")]
    pub wait: Option<WaitChoice>,
    /// Name the request, so that the same command can be run again safely (32 hexadecimal digits)
    #[arg(long, value_name = "ID", global = true)]
    pub request_id: Option<RequestIdText>,
    /// Show what the transaction would do now; send nothing
    #[arg(long, global = true)]
    pub dry_run: bool,
    /// Do not ask before sending (only a terminal is asked)
    #[arg(short, long, global = true)]
    pub yes: bool,
    /// Wait at most so long for an answer [default: 30s]
    #[arg(long, value_name = "TIME", global = true, env = "TALLY_TIMEOUT")]
    pub timeout: Option<Seconds>,
}

impl Globals {
    /// What profiles resolve.
    #[must_use]
    pub fn flags(&self) -> Flags {
        let file = self.passphrase_file.clone().map(PassphraseSource::File);
        Flags {
            profile: self.profile.clone(),
            nodes: self.nodes.clone(),
            chain_id: self.chain_id.clone(),
            member: self.acting_member.clone(),
            key_file: self.key_file.clone(),
            passphrase: file.or(self.passphrase_fd.map(PassphraseSource::Descriptor)),
            encryption_key_file: self.encryption_key_file.clone(),
            ca_file: self.ca_file.clone(),
            certificate_file: self.certificate_file.clone(),
            certificate_key_file: self.certificate_key_file.clone(),
        }
    }

    /// These flags, and those of `outer` where these say nothing.
    #[must_use]
    pub fn over(self, outer: &Self) -> Self {
        let outer = outer.clone();
        Self {
            profile: self.profile.or(outer.profile),
            nodes: if self.nodes.is_empty() { outer.nodes } else { self.nodes },
            chain_id: self.chain_id.or(outer.chain_id),
            acting_member: self.acting_member.or(outer.acting_member),
            key_file: self.key_file.or(outer.key_file),
            passphrase_file: self.passphrase_file.or(outer.passphrase_file),
            passphrase_fd: self.passphrase_fd.or(outer.passphrase_fd),
            encryption_key_file: self.encryption_key_file.or(outer.encryption_key_file),
            ca_file: self.ca_file.or(outer.ca_file),
            certificate_file: self.certificate_file.or(outer.certificate_file),
            certificate_key_file: self.certificate_key_file.or(outer.certificate_key_file),
            output: if self.output == Format::default() { outer.output } else { self.output },
            wait: self.wait.or(outer.wait),
            request_id: self.request_id.or(outer.request_id),
            dry_run: self.dry_run || outer.dry_run,
            yes: self.yes || outer.yes,
            timeout: self.timeout.or(outer.timeout),
        }
    }
}
