//! The engine's settings from the node's configuration.
use super::NodeError;
use crate::config::{Config, NodeKeys, Role, Transport};
use crate::ledger::Ledger;
use std::path::Path;
use std::sync::Mutex;
use std::time::Duration;
use tally_consensus::{Rotation, SecretKey, Settings, Timeouts, ValidatorKey};
use tally_contracts::types::PublicKey;

/// Folder of the engine's log and the signer's record, inside the data directory.
const HOME: &str = "consensus";

pub(super) fn settings(config: &Config, ledger: &Ledger, keys: &NodeKeys) -> Result<Settings, NodeError> {
    let home = config.data_dir.join(HOME);
    make_folder(&home)?;
    let role = match (config.role, &keys.consensus) {
        (Role::Observer | Role::Member, _) => tally_consensus::Role::Observer,
        (Role::Validator, Some(key)) => tally_consensus::Role::Validator { consensus_key: key.clone() },
        (Role::Validator, None) => return Err(NodeError::ConsensusKeyMissing),
    };
    let peer_key = SecretKey::new(*keys.peer);
    let mut settings = Settings::new(ledger.chain_id(), home, role, peer_key, config.consensus.listen);
    settings.rotation = Some(rotation(keys.clone()));
    settings.moniker.clone_from(&config.moniker);
    settings.timeouts = timeouts(config);
    settings.transport = match config.consensus.transport {
        Transport::Gossipsub => tally_consensus::Transport::Gossipsub,
        Transport::Broadcast => tally_consensus::Transport::Broadcast,
    };
    settings.part_bytes = usize::try_from(config.consensus.part_bytes).unwrap_or(usize::MAX);
    settings.block_bytes_max = usize::try_from(config.consensus.block_bytes_max).unwrap_or(usize::MAX);
    settings.status_interval = Duration::from_millis(config.consensus.status_interval_ms);
    Ok(settings)
}

/// Looks on the disk, or in the module, for the key that the ledger put in the place of this node's.
fn rotation(keys: NodeKeys) -> Rotation {
    let keys = Mutex::new(keys);
    Rotation::new(move |validators| {
        let mut keys = keys.lock().expect("nothing panics while it looks for a key");
        let votes = |key: PublicKey| validators.get(&ValidatorKey::new(key.0)).is_some();
        match keys.rotated(votes) {
            Ok(Some(next)) => {
                *keys = next;
                keys.consensus.clone()
            }
            Ok(None) => None,
            Err(error) => {
                tracing::error!(%error, "the next consensus key cannot be used; this node does not vote");
                None
            }
        }
    })
}

fn timeouts(config: &Config) -> Timeouts {
    let ms = Duration::from_millis;
    let configured = &config.consensus.timeouts_ms;
    Timeouts {
        propose: ms(configured.propose),
        prevote: ms(configured.prevote),
        precommit: ms(configured.precommit),
        rebroadcast: ms(configured.rebroadcast),
        growth: ms(configured.growth),
        max: ms(configured.max),
    }
}

fn make_folder(path: &Path) -> Result<(), NodeError> {
    std::fs::create_dir_all(path).map_err(|source| NodeError::Folder { path: path.to_owned(), source })
}
