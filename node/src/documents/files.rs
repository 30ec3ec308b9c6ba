//! Files: whole or not there, readable by this node's user only, and gone for good when they are destroyed.
use super::error::StoreError;
use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{ErrorKind, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

/// Ends the name of a file that is not whole yet; ids of members hold no such mark.
pub(super) const DRAFT: &str = "~";

/// Of the node's user only.
const PRIVATE_FILE: u32 = 0o600;
const PRIVATE_FOLDER: u32 = 0o700;

pub(super) fn make_folder(path: &Path) -> Result<(), StoreError> {
    DirBuilder::new().recursive(true).mode(PRIVATE_FOLDER).create(path).map_err(StoreError::io(path, "made"))
}

/// Owner, number and folder of every document; other names are nobody's.
pub(super) fn documents(folder: &Path) -> Result<Vec<(String, u64, PathBuf)>, StoreError> {
    let mut found = Vec::new();
    for owner in entries(folder)? {
        let name = owner.file_name().unwrap_or_default().to_string_lossy().into_owned();
        for path in entries(&owner)? {
            let number = path.file_name().and_then(|name| name.to_str()?.parse().ok());
            found.extend(number.map(|number| (name.clone(), number, path)));
        }
    }
    Ok(found)
}

/// What is in a folder; nothing where it is not there.
pub(super) fn entries(folder: &Path) -> Result<Vec<PathBuf>, StoreError> {
    let listed = match fs::read_dir(folder) {
        Ok(listed) => listed,
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
            return Ok(Vec::new());
        }
        Err(error) => return Err(StoreError::io(folder, "listed")(error)),
    };
    let mut found = Vec::new();
    for entry in listed {
        found.push(entry.map_err(StoreError::io(folder, "listed"))?.path());
    }
    found.sort();
    Ok(found)
}

/// Bytes of the payload, or of the largest part of one.
pub(super) fn bytes_of(folder: &Path) -> Result<u64, StoreError> {
    let sizes = entries(folder)?.into_iter().filter_map(|path| fs::metadata(path).ok());
    Ok(sizes.filter(fs::Metadata::is_file).map(|metadata| metadata.len()).max().unwrap_or(0))
}

/// Opens a file to write to, from `offset` on; what was beyond is gone.
pub(super) fn open_at(path: &Path, offset: u64) -> Result<File, StoreError> {
    let mut options = OpenOptions::new();
    let file = options.write(true).create(true).truncate(false).mode(PRIVATE_FILE).open(path);
    let file = file.map_err(StoreError::io(path, "opened"))?;
    file.set_len(offset).map_err(StoreError::io(path, "cut"))?;
    Ok(file)
}

/// Puts a whole small file under its name, or nothing.
pub(super) fn replace(path: &Path, bytes: &[u8]) -> Result<(), StoreError> {
    let mut draft = path.as_os_str().to_owned();
    draft.push(DRAFT);
    let draft = PathBuf::from(draft);
    let mut file = open_at(&draft, 0)?;
    file.write_all(bytes).and_then(|()| file.sync_all()).map_err(StoreError::io(&draft, "written"))?;
    publish(&draft, path)
}

/// Gives a finished file its name, durably.
pub(super) fn publish(draft: &Path, path: &Path) -> Result<(), StoreError> {
    fs::rename(draft, path).map_err(StoreError::io(path, "published"))?;
    sync_folder(path)
}

pub(super) fn remove(path: &Path) -> Result<(), StoreError> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(StoreError::io(path, "removed")(error)),
        Ok(()) | Err(_) => Ok(()),
    }
}

/// Overwrites and removes all below a folder, keys first. On disks that copy what they write, what protects is
/// that the payload stays encrypted and that no key to it is left.
pub(super) fn destroy(folder: &Path) -> Result<(), StoreError> {
    let keys = folder.join(super::envelope::KEYS);
    for path in entries(&keys)?.into_iter().chain(entries(folder)?) {
        let Ok(metadata) = fs::symlink_metadata(&path) else { continue };
        if metadata.is_file() {
            overwrite(&path, metadata.len())?;
            remove(&path)?;
        }
    }
    fs::remove_dir_all(folder).map_err(StoreError::io(folder, "removed"))?;
    sync_folder(folder)
}

fn overwrite(path: &Path, length: u64) -> Result<(), StoreError> {
    let io = || StoreError::io(path, "overwritten");
    let mut file = OpenOptions::new().write(true).open(path).map_err(io())?;
    let zeros = [0; 4096];
    let mut left = length;
    while left > 0 {
        let now = usize::try_from(left).unwrap_or(usize::MAX).min(zeros.len());
        file.write_all(&zeros[..now]).map_err(io())?;
        left -= now as u64;
    }
    file.sync_all().map_err(io())
}

fn sync_folder(path: &Path) -> Result<(), StoreError> {
    let folder = path.parent().unwrap_or(path);
    File::open(folder).and_then(|open| open.sync_all()).map_err(StoreError::io(folder, "synced"))
}
