//! Every key of a network, made at random and kept in encrypted files, as people would.

use std::fs;
use std::path::Path;

use tally_contracts::types::{MemberId, PublicKey};
use tally_keys::{Cost, KeyFile, Passphrase, SigningKey, write_private};

use super::error::{NetworkError, io};
use super::layout::{Layout, NodeLayout};
use super::plan::{NodeKind, Plan};

/// A member with the key that signs for it.
#[derive(Debug, Clone)]
pub struct MemberKeys {
    /// Who.
    pub member: MemberId,
    /// The key of genesis.
    pub key: SigningKey,
}

/// A node's public keys.
#[derive(Debug, Clone)]
pub struct NodePublicKeys {
    /// Who runs it.
    pub member: MemberId,
    /// Validators only.
    pub consensus: Option<PublicKey>,
    /// Identifies it to its peers.
    pub peer: PublicKey,
}

/// Makes the members' keys below `TALLY_HOME`.
pub fn make_members(plan: &Plan, layout: &Layout) -> Result<Vec<MemberKeys>, NetworkError> {
    let passphrase = make_passphrase(&layout.member_passphrase())?;
    let make = |member: MemberId| {
        let key = make_key(&layout.member_key(member.as_str()), &passphrase)?;
        Ok(MemberKeys { member, key })
    };
    plan.members.iter().map(|member| make(member.id)).collect()
}

/// Makes the nodes' keys, in the order of [`Plan::operators`].
pub fn make_nodes(plan: &Plan, layout: &Layout) -> Result<Vec<NodePublicKeys>, NetworkError> {
    plan.operators()
        .into_iter()
        .map(|(member, kind)| make_node(member.id, kind, &layout.node(member.id.as_str())))
        .collect()
}

fn make_node(member: MemberId, kind: NodeKind, files: &NodeLayout) -> Result<NodePublicKeys, NetworkError> {
    let passphrase = make_passphrase(&files.passphrase())?;
    let consensus = match kind {
        NodeKind::Validator => Some(public(&make_key(&files.consensus_key(), &passphrase)?)),
        NodeKind::Observer => None,
    };
    Ok(NodePublicKeys { member, consensus, peer: public(&make_key(&files.peer_key(), &passphrase)?) })
}

/// A new random passphrase in a file that only its owner reads.
pub(super) fn make_passphrase(path: &Path) -> Result<Passphrase, NetworkError> {
    make_folder_of(path)?;
    let text = hex::encode(random::<16>()?);
    write_private(path, text.as_bytes())?;
    Ok(Passphrase::new(text)?)
}

/// A new random key. The passphrase is random too, so a quick derivation guards it as well as a slow one.
pub(super) fn make_key(path: &Path, passphrase: &Passphrase) -> Result<SigningKey, NetworkError> {
    make_folder_of(path)?;
    let key = SigningKey::from_bytes(&random::<32>()?);
    KeyFile::store(path, &key, passphrase, Cost::Quick)?;
    Ok(key)
}

fn public(key: &SigningKey) -> PublicKey {
    PublicKey(key.verifying_key().to_bytes())
}

fn random<const N: usize>() -> Result<[u8; N], NetworkError> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|_| NetworkError::NoRandomness)?;
    Ok(bytes)
}

fn make_folder_of(path: &Path) -> Result<(), NetworkError> {
    let folder = path.parent().unwrap_or(path);
    fs::create_dir_all(folder).map_err(io(folder, "create"))
}
