//! Files beside the database that exist either whole or not at all.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::Path;

use super::error::{FileAction, StorageError};
use super::limits::{FILE_BUFFER_BYTES, ROOM_BYTES};

/// Ending of a file that is still being written; such a file may be removed at any time.
pub(super) const UNFINISHED: &str = "tmp";

/// Writes a file so that a crash leaves the old one or the new one: beside it, synced, then
/// renamed, with the directory synced last because the name lives there.
pub(super) fn write_whole(
    path: &Path,
    fill: impl FnOnce(&mut BufWriter<File>) -> io::Result<()>,
) -> Result<(), StorageError> {
    let failed = |source| StorageError::file(FileAction::Write, path, source);
    let unfinished = path.with_extension(UNFINISHED);
    let written = write_synced(&unfinished, fill)
        .and_then(|()| fs::rename(&unfinished, path))
        .and_then(|()| sync_directory(path));
    if written.is_err() {
        // Best effort: the next write replaces it, and nobody reads a file of this name.
        let _ = fs::remove_file(&unfinished);
    }
    written.map_err(failed)
}

/// Refuses a full disk before anything depends on it, by filling and removing a file.
pub(super) fn check_room(directory: &Path) -> Result<(), StorageError> {
    let probe = directory.join("room").with_extension(UNFINISHED);
    let written = write_synced(&probe, |writer| writer.write_all(&vec![0; ROOM_BYTES]));
    let removed = fs::remove_file(&probe);
    written.and(removed).map_err(|source| StorageError::file(FileAction::Write, directory, source))
}

pub(super) fn create_directory(path: &Path) -> Result<(), StorageError> {
    fs::create_dir_all(path).map_err(|source| StorageError::file(FileAction::CreateDirectory, path, source))
}

fn write_synced(path: &Path, fill: impl FnOnce(&mut BufWriter<File>) -> io::Result<()>) -> io::Result<()> {
    let mut writer = BufWriter::with_capacity(FILE_BUFFER_BYTES, File::create(path)?);
    fill(&mut writer)?;
    writer.flush()?;
    writer.get_ref().sync_all()
}

fn sync_directory(of: &Path) -> io::Result<()> {
    let directory = of.parent().unwrap_or(Path::new("."));
    File::open(directory)?.sync_all()
}
