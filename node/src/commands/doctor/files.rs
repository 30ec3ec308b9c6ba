//! The node's own files: who may read them, and when certificates end.
use super::finding::{Finding, Level};
use crate::config::Config;
use crate::limits::TLS_EXPIRY_WARNING_DAYS;
use crate::tls::{Certificates, Expiry, TlsFiles, expiries, expiries_of, now_seconds};
use jiff::Timestamp;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

/// Permission bits of group and others.
const OTHERS: u32 = 0o077;

pub(super) fn examine(config: &Config) -> Vec<Finding> {
    let keys = &config.keys;
    let mut findings = vec![folder(&config.data_dir)];
    let secrets = [Some(config.identity_key().1), keys.consensus.as_ref(), Some(&keys.passphrase_file)];
    findings.extend(secrets.into_iter().flatten().map(|path| secret(path)));
    findings.extend(shown_to_peers(config));
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

/// The certificate with which this node asks others for documents.
fn shown_to_peers(config: &Config) -> Vec<Finding> {
    let documents = &config.documents;
    let shown = documents.peers_certificate.iter().chain(&documents.peers_ca).cloned().collect::<Vec<_>>();
    let mut findings: Vec<Finding> = documents.peers_key.iter().map(|path| secret(path)).collect();
    findings.extend(match expiries_of(&shown) {
        Ok(found) => found.iter().map(|expiry| certificate(expiry, now_seconds())).collect(),
        Err(error) => vec![Finding::now("certificates", error.to_string(), "correct documents.peers_*")],
    });
    findings
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
