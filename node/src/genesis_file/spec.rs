//! `genesis new`: a short document with key files instead of keys becomes a complete one.

use super::document::GenesisDocument;
use super::error::{GenesisFileError, GenesisProblem, Read, refuse};
use super::read::in_file;
use super::time::{now, show_time};
use super::write::document_of;
use std::path::Path;
use tally_keys::KeyFile;

/// Reads the key files that `spec` names, relative to the folder of `file`; sets the clock's real start to now
/// where a fast clock leaves it out; checks everything and writes every default out.
pub fn complete(file: &Path, spec: GenesisDocument) -> Result<GenesisDocument, GenesisFileError> {
    let folder = file.parent().unwrap_or(Path::new(""));
    let finished = fill(folder, spec).and_then(|document| document.genesis());
    finished.map(|genesis| document_of(&genesis)).map_err(in_file(file))
}

fn fill(folder: &Path, mut spec: GenesisDocument) -> Read<GenesisDocument> {
    for (index, member) in spec.members.iter_mut().enumerate() {
        for (number, key) in member.keys.iter_mut().enumerate() {
            read_key_file(folder, &format!("members[{index}].keys[{number}].key"), &mut key.key)?;
        }
    }
    for (index, validator) in spec.validators.iter_mut().enumerate() {
        let field = |name: &str| format!("validators[{index}].{name}");
        read_key_file(folder, &field("consensus_key"), &mut validator.consensus_key)?;
        read_key_file(folder, &field("peer_key"), &mut validator.peer_key)?;
    }
    for (index, observer) in spec.observers.iter_mut().enumerate() {
        read_key_file(folder, &format!("observers[{index}].peer_key"), &mut observer.peer_key)?;
    }
    if spec.clock.real_start.is_none() && spec.clock.speed > 1 {
        spec.clock.real_start = Some(show_time(now()));
    }
    Ok(spec)
}

/// Replaces `file:PATH` by the public key that the file's first line states.
fn read_key_file(folder: &Path, field: &str, key: &mut String) -> Read<()> {
    let Some(path) = key.strip_prefix("file:") else {
        return Ok(());
    };
    let file = folder.join(path);
    match KeyFile::inspect(&file) {
        Ok(public) => *key = hex::encode(public.as_bytes()),
        Err(source) => return refuse(field, GenesisProblem::KeyFileUnusable { file, source }),
    }
    Ok(())
}
