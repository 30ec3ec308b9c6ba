//! The node's own files: who may read them, and when certificates end.
use super::finding::{Finding, Level};
use crate::api::AuditLog;
use crate::config::Config;
use crate::limits::TLS_EXPIRY_WARNING_DAYS;
use crate::node::audit_file;
use crate::tls::{Certificates, Expiry, TlsFiles, expiries, expiries_of, now_seconds};
use jiff::Timestamp;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use tally_keys::{KeyHandle, KeyUri};

/// Permission bits of group and others.
const OTHERS: u32 = 0o077;

pub(super) fn examine(config: &Config) -> Vec<Finding> {
    let keys = &config.keys;
    let mut findings = vec![folder(&config.data_dir)];
    let own = [Some(config.identity_key().1), keys.consensus.as_ref()];
    findings.extend(own.into_iter().flatten().flat_map(|place| key(place)));
    findings.push(secret(&keys.passphrase_file));
    let (documents, member) = (&config.documents, &config.member);
    let shown = (&documents.peers_certificate, &documents.peers_key);
    findings.extend(dialled(&documents.peers_ca, shown, "correct documents.peers_*"));
    let shown = (&member.tls_certificate, &member.tls_key);
    findings.extend(dialled(&member.tls_roots, shown, "correct member.tls_*"));
    findings.extend(reads(&audit_file(&config.data_dir)));
    findings.extend(match config.api.tls() {
        Some(files) => certificates(&files, now_seconds()),
        None => vec![Finding::well("certificates", "none: the API answers on loopback only, without TLS")],
    });
    findings
}

fn folder(path: &Path) -> Finding {
    let shown = path.display();
    match std::fs::metadata(path) {
        Err(error) => Finding::now(
            "permissions",
            format!("{shown}: {error}"),
            "start the node once, or correct data_dir",
        ),
        Ok(found) if found.mode() & OTHERS != 0 => Finding::soon(
            "permissions",
            format!("{shown} can be read by others (mode {:o})", found.mode() & 0o777),
            format!("chmod 700 {shown}: it holds every member's records"),
        ),
        Ok(_) => Finding::well("permissions", format!("{shown} is open to its owner only")),
    }
}

/// A key's file, or what a key in a module needs: the module, and the file with the PIN.
fn key(place: &Path) -> Vec<Finding> {
    let uri = match KeyUri::of(place) {
        Ok(None) => return vec![secret(place)],
        Ok(Some(uri)) => uri,
        Err(error) => return vec![Finding::now("keys", error.to_string(), "correct keys.*")],
    };
    let there = match KeyHandle::inspect(place) {
        Ok(public) => Finding::well("keys", format!("the module holds {}", hex::encode(public.as_bytes()))),
        Err(error) => Finding::now(
            "keys",
            error.to_string(),
            "see that module and token are there for this user, or correct keys.*: without its key a validator does not vote",
        ),
    };
    [Some(there), uri.pin_source.as_deref().map(secret)].into_iter().flatten().collect()
}

fn secret(path: &Path) -> Finding {
    let shown = path.display();
    match std::fs::metadata(path) {
        Err(error) => {
            Finding::now("permissions", format!("{shown}: {error}"), "restore it, or correct keys.*")
        }
        Ok(found) if found.mode() & OTHERS != 0 => Finding::now(
            "permissions",
            format!(
                "{shown} can be read by others (mode {:o}), and the node will not start",
                found.mode() & 0o777
            ),
            format!("chmod 600 {shown}; if others may have read it, replace the key"),
        ),
        Ok(_) => Finding::well("permissions", format!("{shown} is open to its owner only")),
    }
}

/// What is believed of nodes that this one asks, and what it shows them.
fn dialled(
    authority: &Option<PathBuf>,
    (own, private): (&Option<PathBuf>, &Option<PathBuf>),
    advice: &str,
) -> Vec<Finding> {
    let shown = own.iter().chain(authority).cloned().collect::<Vec<_>>();
    let mut findings: Vec<Finding> = private.iter().map(|path| secret(path)).collect();
    findings.extend(match expiries_of(&shown) {
        Ok(found) => found.iter().map(|expiry| certificate(expiry, now_seconds())).collect(),
        Err(error) => vec![Finding::now("certificates", error.to_string(), advice)],
    });
    findings
}

/// The record of regulators' reads, where somebody changed it.
fn reads(record: &Path) -> Option<Finding> {
    let aside = AuditLog::kept_aside(record);
    let folder = record.parent().unwrap_or(record).display();
    let found = format!("{aside} records of regulators' reads in {folder} were changed by somebody");
    let advice = "find out who may write there, show them to the regulator, and move them away when done";
    (aside > 0).then(|| Finding::now("reads", found, advice))
}

fn certificates(files: &TlsFiles, now: i64) -> Vec<Finding> {
    if let Err(error) = Certificates::load(files.clone()) {
        let advice =
            "correct api.tls_*: a node that runs keeps its old certificates, one that starts does not";
        return vec![Finding::now("certificates", error.to_string(), advice)];
    }
    match expiries(files) {
        Ok(found) => found.iter().map(|expiry| certificate(expiry, now)).collect(),
        Err(error) => vec![Finding::now("certificates", error.to_string(), "correct api.tls_*")],
    }
}

fn certificate(expiry: &Expiry, now: i64) -> Finding {
    let days = expiry.days_left(now);
    let level = match days {
        ..0 => Level::Now,
        days if days < TLS_EXPIRY_WARNING_DAYS => Level::Soon,
        _ => Level::Well,
    };
    let end = Timestamp::from_second(expiry.not_after).map(|end| end.to_string()).unwrap_or_default();
    let found = match level {
        Level::Now => format!("{} ended {end}: clients refuse it, consensus goes on", expiry.subject),
        Level::Soon | Level::Well => format!("{} ends {end}, in {days} days", expiry.subject),
    };
    let advice = format!("renew {} in its place; the node takes it up by itself", expiry.file.display());
    Finding::at(level, "certificates", found, advice)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_in_a_module_is_asked_for_there_and_its_pin_is_looked_at() {
        let folder = tempfile::tempdir().unwrap();
        let pin = folder.path().join("pin");
        std::fs::write(&pin, "1234").unwrap();
        let (module, pin) = (folder.path().join("none.so"), pin.display().to_string());
        let uri = format!("pkcs11:token=a;object=b?module-path={}&pin-source={pin}", module.display());
        let findings = key(Path::new(&uri));
        let told: Vec<_> = findings.iter().map(|finding| (finding.level, finding.about)).collect();
        assert_eq!(told, [(Level::Now, "keys"), (Level::Now, "permissions")], "{findings:?}");
        assert!(findings[0].found.contains("none.so"), "{findings:?}");
        assert!(findings[1].found.contains(&pin), "{findings:?}");
    }

    #[test]
    fn a_certificate_is_spoken_of_a_month_before_its_end_and_urgently_after_it() {
        let day = 24 * 3_600;
        let expiry =
            Expiry { file: "node.pem".into(), subject: "CN=node".to_owned(), not_after: 1_800_000_000 };
        for (days, level) in [(100, Level::Well), (30, Level::Well), (29, Level::Soon), (0, Level::Soon)] {
            let finding = certificate(&expiry, expiry.not_after - days * day);
            assert_eq!(finding.level, level, "{days} days: {finding:?}");
        }
        let ended = certificate(&expiry, expiry.not_after + 1);
        assert_eq!(ended.level, Level::Now);
        assert!(ended.found.contains("consensus goes on"), "{}", ended.found);
    }
}
