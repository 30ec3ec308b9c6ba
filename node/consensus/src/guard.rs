//! The durable memory of what this node signed last, so that it never signs two conflicting messages.
//!
//! The file `signer-guard-KEY`, one for each key that this machine ever signed with, holds two slots of [`SLOT_BYTES`] bytes, written in turn and synced before a signature leaves.
//! Whatever crash happens, the slot that was not being written is whole:
//!
//! | field | bytes |
//! |---|---|
//! | sequence number | `u64` little-endian; the slot with the higher one counts |
//! | record | borsh of [`Signed`] |
//! | padding | zeros |
//! | SHA-256 | of everything before it |

use std::fs::{File, OpenOptions};
use std::io;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

use borsh::{BorshDeserialize, BorshSerialize};
use sha2::{Digest, Sha256};

use crate::signing_bytes::SignedKind;
use crate::types::{BlockId, Height, Round, ValidatorKey};

/// One slot per disk page, so that writing one never touches the other.
const SLOT_BYTES: usize = 4096;
const CHECKSUM_BYTES: usize = 32;
const FILE_NAME: &str = "signer-guard";

/// What was signed last, with everything needed to recognise it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Signed {
    /// At which height.
    pub height: Height,
    /// In which round.
    pub round: Round,
    /// 1 proposal, 2 prevote, 3 precommit: the order within a round.
    pub step: u8,
    /// For which block.
    pub value: Option<BlockId>,
    /// SHA-256 of the signed bytes.
    pub digest: [u8; 32],
}

impl Signed {
    /// The record of a message about to be signed.
    #[must_use]
    pub fn new(height: Height, round: Round, kind: SignedKind, value: Option<BlockId>, bytes: &[u8]) -> Self {
        Self { height, round, step: kind.as_byte(), value, digest: Sha256::digest(bytes).into() }
    }

    const fn position(&self) -> (Height, Round, u8) {
        (self.height, self.round, self.step)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
struct Record {
    key: ValidatorKey,
    last: Option<Signed>,
    /// Set by a refusal: no signature at or below this height any more.
    silent_until: Option<Height>,
}

/// Why the guard gives no permission to sign.
#[derive(Debug, thiserror::Error)]
pub enum GuardError {
    /// The message is behind, or conflicts with, one that was signed before.
    #[error(
        "refused to sign height {} round {} step {}: already signed height {} round {} step {}",
        wanted.height, wanted.round, wanted.step, last.height, last.round, last.step
    )]
    NotAhead {
        /// What was to be signed.
        wanted: Box<Signed>,
        /// What was signed last.
        last: Box<Signed>,
    },
    /// After a refusal the key stays silent until the chain has passed everything it may have signed.
    #[error("refused to sign height {height}: silent up to height {until} after an earlier refusal")]
    Silent {
        /// What was to be signed.
        height: Height,
        /// The last silent height.
        until: Height,
    },
    /// The file belongs to another key.
    #[error("the signer record {} belongs to validator {recorded}, not to {own}", path.display())]
    OtherKey {
        /// The file.
        path: PathBuf,
        /// Whose it is.
        recorded: ValidatorKey,
        /// Whose it should be.
        own: ValidatorKey,
    },
    /// Neither slot is whole. Disk damage; a crash cannot cause it.
    #[error("the signer record {} is damaged: do not delete it, the node might sign twice", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
    },
    /// The key does not sign: its module is gone, or refuses.
    #[error("the consensus key does not sign: {0}")]
    Key(#[from] tally_keys::KeyError),
    /// The disk refuses.
    #[error("the signer record {} cannot be kept: {source}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
}

/// The open record of one key. The caller holds the lock of the folder it is in.
#[derive(Debug)]
pub struct Guard {
    path: PathBuf,
    file: File,
    sequence: u64,
    record: Record,
}

impl Guard {
    /// Opens the record in this folder, or starts one for a key that has never signed.
    ///
    /// # Errors
    /// If it is damaged, belongs to another key, or the disk refuses.
    pub fn open(home: &Path, key: ValidatorKey) -> Result<Self, GuardError> {
        let path = home.join(format!("{FILE_NAME}-{key}"));
        let io_error = |source| GuardError::Io { path: path.clone(), source };
        adopt(home, &path, key).map_err(io_error)?;
        let exists = path.try_exists().map_err(io_error)?;
        if !exists {
            create(home, &path, &Record { key, last: None, silent_until: None }).map_err(io_error)?;
        }
        let file = OpenOptions::new().read(true).write(true).open(&path).map_err(io_error)?;
        let slots = [read_slot(&file, 0), read_slot(&file, 1)];
        let newest = slots.into_iter().flatten().max_by_key(|(sequence, _)| *sequence);
        let (sequence, record) = newest.ok_or_else(|| GuardError::Damaged { path: path.clone() })?;
        if record.key != key {
            return Err(GuardError::OtherKey { path, recorded: record.key, own: key });
        }
        Ok(Self { path, file, sequence, record })
    }

    /// What was signed last.
    #[must_use]
    pub fn last(&self) -> Option<&Signed> {
        self.record.last.as_ref()
    }

    /// The height up to which this key must stay silent, if a refusal made it so and `tip` has not reached it.
    #[must_use]
    pub fn silent_until(&self, tip: Height) -> Option<Height> {
        self.record.silent_until.filter(|until| *until > tip)
    }

    /// Permission to sign. When this returns, the permission is on disk.
    ///
    /// # Errors
    /// If the message is not ahead of the last one nor identical with it, or the disk refuses. A message that is not ahead
    /// silences the key up to the height it signed last: its memory of locks may be lost, so it must not vote there.
    pub fn permit(&mut self, wanted: Signed) -> Result<(), GuardError> {
        if let Some(until) = self.record.silent_until.filter(|until| wanted.height <= *until) {
            return Err(GuardError::Silent { height: wanted.height, until });
        }
        if let Some(last) = self.record.last {
            if wanted == last {
                return Ok(());
            }
            if wanted.position() <= last.position() {
                self.write(Record { silent_until: Some(last.height), ..self.record })?;
                return Err(GuardError::NotAhead { wanted: Box::new(wanted), last: Box::new(last) });
            }
        }
        self.write(Record { last: Some(wanted), ..self.record })
    }

    fn write(&mut self, record: Record) -> Result<(), GuardError> {
        let sequence = self.sequence + 1;
        let offset = (sequence % 2) * SLOT_BYTES as u64;
        let written = self
            .file
            .write_all_at(&encode_slot(sequence, &record), offset)
            .and_then(|()| self.file.sync_data());
        written.map_err(|source| GuardError::Io { path: self.path.clone(), source })?;
        self.sequence = sequence;
        self.record = record;
        Ok(())
    }
}

/// The record that an earlier version kept without the key in its name, if it is this key's.
fn adopt(home: &Path, path: &Path, key: ValidatorKey) -> io::Result<()> {
    let earlier = home.join(FILE_NAME);
    if path.try_exists()? || !earlier.try_exists()? {
        return Ok(());
    }
    let file = File::open(&earlier)?;
    let slots = [read_slot(&file, 0), read_slot(&file, 1)];
    // one that cannot be read may be this key's, and then nothing new must take its place
    let is_own = slots.iter().flatten().next().is_none_or(|(_, record)| record.key == key);
    if is_own {
        std::fs::rename(&earlier, path)?;
        File::open(home)?.sync_all()?;
    }
    Ok(())
}

/// A new file appears under its name only when it is whole.
fn create(home: &Path, path: &Path, record: &Record) -> io::Result<()> {
    let fresh = home.join(format!("{FILE_NAME}.new"));
    let file = OpenOptions::new().write(true).create(true).truncate(true).open(&fresh)?;
    file.write_all_at(&encode_slot(0, record), 0)?;
    file.write_all_at(&[0; SLOT_BYTES], SLOT_BYTES as u64)?;
    file.sync_all()?;
    std::fs::rename(&fresh, path)?;
    File::open(home)?.sync_all()
}

fn encode_slot(sequence: u64, record: &Record) -> [u8; SLOT_BYTES] {
    let body = borsh::to_vec(&(sequence, record)).expect("writing to memory does not fail");
    let mut slot = [0; SLOT_BYTES];
    slot[..body.len()].copy_from_slice(&body);
    let checksum = Sha256::digest(&slot[..SLOT_BYTES - CHECKSUM_BYTES]);
    slot[SLOT_BYTES - CHECKSUM_BYTES..].copy_from_slice(&checksum);
    slot
}

fn read_slot(file: &File, index: u64) -> Option<(u64, Record)> {
    let mut slot = [0; SLOT_BYTES];
    file.read_exact_at(&mut slot, index * SLOT_BYTES as u64).ok()?;
    let (body, checksum) = slot.split_at(SLOT_BYTES - CHECKSUM_BYTES);
    if Sha256::digest(body).as_slice() != checksum {
        return None;
    }
    BorshDeserialize::deserialize(&mut &body[..]).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: ValidatorKey = ValidatorKey::new([1; 32]);

    fn signed(height: u64, round: u32, kind: SignedKind, block: u8) -> Signed {
        let id = BlockId::new([block; 32]);
        Signed::new(Height::new(height), Round::new(round), kind, Some(id), &[block])
    }

    fn open(home: &Path) -> Guard {
        Guard::open(home, KEY).unwrap()
    }

    #[test]
    fn only_what_is_ahead_or_identical_is_signed() {
        use SignedKind::{Precommit, Prevote, Proposal};
        let last = signed(5, 2, Prevote, 1);
        let rows = [
            (signed(5, 2, Prevote, 1), true),
            (signed(5, 2, Prevote, 2), false),
            (signed(5, 2, Proposal, 1), false),
            (signed(5, 2, Precommit, 2), true),
            (signed(5, 1, Precommit, 1), false),
            (signed(5, 3, Proposal, 2), true),
            (signed(4, 9, Precommit, 1), false),
            (signed(6, 0, Proposal, 1), true),
        ];
        for (wanted, allowed) in rows {
            let home = tempfile::tempdir().unwrap();
            open(home.path()).permit(last).unwrap();
            assert_eq!(open(home.path()).permit(wanted).is_ok(), allowed, "{wanted:?}");
            let expected = if allowed { wanted } else { last };
            assert_eq!(open(home.path()).last(), Some(&expected), "after {wanted:?}");
        }
    }

    #[test]
    fn after_a_refusal_the_key_is_silent_until_the_chain_has_passed() {
        let home = tempfile::tempdir().unwrap();
        let mut guard = open(home.path());
        guard.permit(signed(5, 2, SignedKind::Prevote, 1)).unwrap();
        assert_eq!(guard.silent_until(Height::new(4)), None);
        assert!(guard.permit(signed(5, 0, SignedKind::Prevote, 1)).is_err());
        let mut guard = open(home.path());
        assert_eq!(guard.silent_until(Height::new(4)), Some(Height::new(5)));
        assert_eq!(guard.silent_until(Height::new(5)), None);
        let later_round = guard.permit(signed(5, 3, SignedKind::Prevote, 1));
        assert!(matches!(later_round, Err(GuardError::Silent { .. })), "{later_round:?}");
        guard.permit(signed(6, 0, SignedKind::Prevote, 1)).unwrap();
    }

    #[test]
    fn a_torn_slot_leaves_the_other_one_standing() {
        for damaged in [0_u64, 1] {
            let home = tempfile::tempdir().unwrap();
            let records = [signed(5, 0, SignedKind::Prevote, 1), signed(5, 0, SignedKind::Precommit, 1)];
            let mut guard = open(home.path());
            guard.permit(records[0]).unwrap();
            guard.permit(records[1]).unwrap();
            // Sequence 1 went to slot 1 and sequence 2 to slot 0; a crash damages only the slot in flight.
            guard.file.write_all_at(&[0xff; 100], damaged * SLOT_BYTES as u64 + 7).unwrap();
            let survivor = if damaged == 0 { records[0] } else { records[1] };
            let mut guard = open(home.path());
            assert_eq!(guard.last(), Some(&survivor));
            guard.permit(signed(6, 0, SignedKind::Prevote, 1)).unwrap();
            assert_eq!(open(home.path()).last(), Some(&signed(6, 0, SignedKind::Prevote, 1)));
        }
    }

    #[test]
    fn a_damaged_or_foreign_record_is_refused() {
        let home = tempfile::tempdir().unwrap();
        drop(open(home.path()));
        let (own, other) = (home.path().join(format!("{FILE_NAME}-{KEY}")), ValidatorKey::new([2; 32]));
        std::fs::copy(&own, home.path().join(format!("{FILE_NAME}-{other}"))).unwrap();
        let foreign = Guard::open(home.path(), other);
        assert!(matches!(foreign, Err(GuardError::OtherKey { .. })), "{foreign:?}");
        std::fs::write(own, b"nonsense").unwrap();
        let damaged = Guard::open(home.path(), KEY);
        assert!(matches!(damaged, Err(GuardError::Damaged { .. })), "{damaged:?}");
    }

    #[test]
    fn each_key_has_a_record_of_its_own_also_where_an_earlier_version_kept_one() {
        let home = tempfile::tempdir().unwrap();
        let last = signed(5, 2, SignedKind::Prevote, 1);
        open(home.path()).permit(last).unwrap();
        let path = home.path().join(format!("{FILE_NAME}-{KEY}"));
        std::fs::rename(&path, home.path().join(FILE_NAME)).unwrap();
        assert_eq!(Guard::open(home.path(), ValidatorKey::new([2; 32])).unwrap().last(), None);
        assert_eq!(open(home.path()).last(), Some(&last), "the earlier record is this key's");
        assert!(path.exists() && !home.path().join(FILE_NAME).exists());
    }

    #[test]
    fn a_half_created_record_is_created_anew() {
        let home = tempfile::tempdir().unwrap();
        std::fs::write(home.path().join("signer-guard.new"), b"half").unwrap();
        assert_eq!(open(home.path()).last(), None);
    }
}
