//! Which member a client's certificate is for: it says so as a URI, `tally://CHAIN/MEMBER`.
use tally_contracts::types::MemberId;
use x509_parser::prelude::{FromDer, GeneralName, X509Certificate};

/// The member that a certificate names on this chain; none where it names none, or two.
#[allow(clippy::wildcard_enum_match_arm, reason = "other names say nothing about members")]
pub fn member_of(certificate: &[u8], chain_id: &str) -> Option<MemberId> {
    let (_, parsed) = X509Certificate::from_der(certificate).ok()?;
    let names = parsed.subject_alternative_name().ok()??;
    let on_chain = |name: &GeneralName<'_>| match name {
        GeneralName::URI(uri) => {
            let (chain, member) = uri.strip_prefix("tally://")?.split_once('/')?;
            (chain == chain_id).then(|| MemberId::new(member).ok()).flatten()
        }
        _ => None,
    };
    let mut members = names.value.general_names.iter().filter_map(on_chain);
    let member = members.next()?;
    members.next().is_none().then_some(member)
}
