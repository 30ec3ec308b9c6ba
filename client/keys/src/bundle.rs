//! Bundles: key files together in one file for a safe, in the age format (age-encryption.org/v1), under a passphrase of
//! its own. `age -d BUNDLE` opens it too: it holds each file's name and content, still encrypted as it was.

use std::path::{Path, PathBuf};

use age::secrecy::SecretString;
use age::{Decryptor, Encryptor, scrypt};
use std::io::{Read, Write};
use zeroize::Zeroizing;

use crate::error::KeyError;
use crate::limits::{BUNDLE_BYTES_MAX, BUNDLE_FILES_MAX, BUNDLE_LOG_N_MAX, KEY_FILE_BYTES_MAX};
use crate::passphrase::Passphrase;
use crate::private_file;

/// First line of what is encrypted.
pub(crate) const HEAD: &str = "tallystick key bundle 1";

/// Writes key files into a new bundle. Every one must be private to its owner; names must differ.
pub fn backup(bundle: &Path, files: &[PathBuf], passphrase: &Passphrase) -> Result<Vec<String>, KeyError> {
    passphrase.check_strength()?;
    if files.is_empty() || files.len() > BUNDLE_FILES_MAX {
        return Err(KeyError::BundleFiles { files: files.len(), limit: BUNDLE_FILES_MAX });
    }
    let mut names = Vec::new();
    let mut plain = Zeroizing::new(format!("{HEAD}\n").into_bytes());
    for file in files {
        let content = private_file::read(file, KEY_FILE_BYTES_MAX)?;
        let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if names.contains(&name) || !is_plain(&name) {
            return Err(KeyError::BundleName { name });
        }
        append(&mut plain, &name, &content);
        names.push(name);
    }
    private_file::write_new(bundle, &encrypt(bundle, &plain, passphrase)?)?;
    Ok(names)
}

/// Writes every file of a bundle into a folder. Nothing is overwritten, and nothing is written unless all can be.
pub fn restore(bundle: &Path, folder: &Path, passphrase: &Passphrase) -> Result<Vec<PathBuf>, KeyError> {
    let sealed = private_file::read(bundle, BUNDLE_BYTES_MAX)?;
    let identity = identity(bundle, passphrase, BUNDLE_LOG_N_MAX)?;
    let plain = decrypt(bundle, &sealed, &identity)?;
    let files = parse(&plain).ok_or_else(|| KeyError::NotABundle { path: bundle.to_path_buf() })?;
    let paths: Vec<PathBuf> = files.iter().map(|(name, _)| folder.join(name)).collect();
    if let Some(taken) = paths.iter().find(|path| path.symlink_metadata().is_ok()) {
        return Err(KeyError::Exists { path: taken.clone() });
    }
    for (path, (_, content)) in paths.iter().zip(&files) {
        private_file::write_new(path, content)?;
    }
    Ok(paths)
}

/// Adds one file to what will be encrypted.
pub(crate) fn append(plain: &mut Vec<u8>, name: &str, content: &[u8]) {
    plain.extend(format!("{name} {}\n", content.len()).into_bytes());
    plain.extend(content);
}

fn encrypt(bundle: &Path, plain: &[u8], passphrase: &Passphrase) -> Result<Vec<u8>, KeyError> {
    let mut sealed = Vec::new();
    let written = Encryptor::with_user_passphrase(secret(bundle, passphrase)?).wrap_output(&mut sealed);
    let written = written.and_then(|mut writer| {
        writer.write_all(plain)?;
        writer.finish()
    });
    written.map_err(KeyError::io(bundle, "encrypt"))?;
    Ok(sealed)
}

/// Opens what costs at most 2^`log_n_max`.
pub(crate) fn identity(
    bundle: &Path,
    passphrase: &Passphrase,
    log_n_max: u8,
) -> Result<scrypt::Identity, KeyError> {
    let mut identity = scrypt::Identity::new(secret(bundle, passphrase)?);
    identity.set_max_work_factor(log_n_max);
    Ok(identity)
}

pub(crate) fn decrypt(
    bundle: &Path,
    sealed: &[u8],
    identity: &scrypt::Identity,
) -> Result<Zeroizing<Vec<u8>>, KeyError> {
    let not_a_bundle = |_| KeyError::NotABundle { path: bundle.to_path_buf() };
    let wrong = |_| KeyError::WrongPassphrase { path: bundle.to_path_buf() };
    let decryptor = Decryptor::new(sealed).map_err(not_a_bundle)?;
    let mut reader = decryptor.decrypt(std::iter::once(identity as &dyn age::Identity)).map_err(wrong)?;
    let mut plain = Zeroizing::new(Vec::with_capacity(sealed.len()));
    let damaged = |_: std::io::Error| KeyError::NotABundle { path: bundle.to_path_buf() };
    reader.read_to_end(&mut plain).map_err(damaged)?;
    Ok(plain)
}

/// The format takes passphrases that are text.
fn secret(bundle: &Path, passphrase: &Passphrase) -> Result<SecretString, KeyError> {
    let text = std::str::from_utf8(passphrase.as_bytes());
    let text = text.map_err(|_| KeyError::WrongPassphrase { path: bundle.to_path_buf() })?;
    Ok(SecretString::from(text.to_owned()))
}

/// The names and contents of a bundle that [`backup`] could have written: every name once, every number in one form.
pub(crate) fn parse(plain: &[u8]) -> Option<Vec<(String, &[u8])>> {
    let mut rest = plain.strip_prefix(format!("{HEAD}\n").as_bytes())?;
    let mut files: Vec<(String, &[u8])> = Vec::new();
    while !rest.is_empty() {
        let end = rest.iter().position(|byte| *byte == b'\n')?;
        let (line, after) = (std::str::from_utf8(rest.get(..end)?).ok()?, rest.get(end + 1..)?);
        let (name, length) = line.rsplit_once(' ')?;
        let bytes: usize = length.parse().ok()?;
        let (content, after) = after.split_at_checked(bytes)?;
        let is_taken = files.iter().any(|(taken, _)| taken == name);
        if !is_plain(name) || is_taken || length != bytes.to_string() || files.len() >= BUNDLE_FILES_MAX {
            return None;
        }
        files.push((name.to_owned(), content));
        rest = after;
    }
    Some(files)
}

/// A name that leads to no other folder and needs no quoting.
fn is_plain(name: &str) -> bool {
    let legal = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
    !name.is_empty() && !name.starts_with('.') && name.chars().all(legal)
}
