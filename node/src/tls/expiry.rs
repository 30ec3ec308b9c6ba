//! When certificates end: for people, never for consensus.
use super::files::{TlsError, TlsFiles, certificates};
use std::path::PathBuf;
use x509_parser::prelude::{FromDer, X509Certificate};

/// A certificate and its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expiry {
    pub file: PathBuf,
    /// Who it is for, as it says itself.
    pub subject: String,
    /// Seconds since 1970.
    pub not_after: i64,
}

impl Expiry {
    /// Whole days from `now`, in seconds since 1970; negative once it ended.
    pub fn days_left(&self, now: i64) -> i64 {
        self.not_after.saturating_sub(now).div_euclid(24 * 3_600)
    }
}

/// The ends of all certificates in these files.
pub fn expiries(files: &TlsFiles) -> Result<Vec<Expiry>, TlsError> {
    let paths = [Some(&files.certificate), files.client_ca.as_ref()].into_iter().flatten();
    expiries_of(&paths.cloned().collect::<Vec<_>>())
}

/// The same of any files of certificates.
pub fn expiries_of(paths: &[PathBuf]) -> Result<Vec<Expiry>, TlsError> {
    let mut found = Vec::new();
    for path in paths {
        for certificate in certificates(path)? {
            let nothing = || TlsError::Nothing { path: path.clone(), what: "readable certificate" };
            let (_, parsed) = X509Certificate::from_der(&certificate).map_err(|_| nothing())?;
            found.push(Expiry {
                file: path.clone(),
                subject: parsed.subject().to_string(),
                not_after: parsed.validity().not_after.timestamp(),
            });
        }
    }
    Ok(found)
}
