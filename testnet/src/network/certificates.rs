//! Certificates of a local network: one authority, one for each node, and one for each member where nodes ask for them.

use std::path::Path;

use rcgen::{BasicConstraints, Certificate, CertificateParams, DnType, IsCa, KeyPair, SanType};
use tally_client::sdk::{ClientCertificate, Trust};
use tally_contracts::types::MemberId;
use tally_keys::write_private;

use super::error::{NetworkError, io};
use super::layout::Layout;
use super::node_config::NodeIdentity;
use super::plan::{Plan, TlsPlan};

/// Signs all certificates of one network; gone when the network is made.
pub struct Authority {
    certificate: Certificate,
    key: KeyPair,
}

impl Authority {
    /// A new one of this name.
    pub fn new(name: &str) -> Result<Self, rcgen::Error> {
        let key = KeyPair::generate()?;
        let mut params = CertificateParams::new(Vec::new())?;
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.distinguished_name.push(DnType::CommonName, name);
        Ok(Self { certificate: params.self_signed(&key)?, key })
    }

    /// Its own certificate, PEM.
    #[must_use]
    pub fn pem(&self) -> String {
        self.certificate.pem()
    }

    /// A certificate for these names and its private key, PEM each.
    pub fn sign(&self, name: &str, names: Vec<SanType>) -> Result<(String, String), rcgen::Error> {
        let key = KeyPair::generate()?;
        let mut params = CertificateParams::new(Vec::new())?;
        params.distinguished_name.push(DnType::CommonName, name);
        params.subject_alt_names = names;
        let certificate = params.signed_by(&key, &self.certificate, &self.key)?;
        Ok((certificate.pem(), key.serialize_pem()))
    }
}

/// What a member's certificate says: the chain and the member, as nodes read it.
pub fn member_name(chain_id: &str, member: MemberId) -> Result<SanType, rcgen::Error> {
    Ok(SanType::URI(format!("tally://{chain_id}/{member}").try_into()?))
}

/// Writes everything that the plan asks for.
pub(super) fn write(plan: &Plan, layout: &Layout, nodes: &[NodeIdentity]) -> Result<(), NetworkError> {
    if plan.tls == TlsPlan::Off {
        return Ok(());
    }
    let authority = Authority::new(&plan.chain_id)?;
    std::fs::write(layout.authority(), authority.pem()).map_err(io(layout.authority(), "write"))?;
    for node in nodes {
        let (name, ip) = (node.keys.member.to_string(), node.addresses.api.ip());
        let files = layout.node(&name).certificate();
        write_pair(&files, authority.sign(&name, vec![SanType::IpAddress(ip)])?)?;
    }
    for member in &plan.members {
        let name = member_name(&plan.chain_id, member.id)?;
        let files = layout.member_certificate(member.id.as_str());
        write_pair(&files, authority.sign(member.id.as_str(), vec![name])?)?;
    }
    Ok(())
}

fn write_pair(files: &ClientCertificate, (certificate, key): (String, String)) -> Result<(), NetworkError> {
    let folder = files.certificate.parent().unwrap_or(Path::new("."));
    std::fs::create_dir_all(folder).map_err(io(folder, "create"))?;
    std::fs::write(&files.certificate, certificate).map_err(io(&files.certificate, "write"))?;
    Ok(write_private(&files.key, key.as_bytes())?)
}

/// What a member's software needs to call the nodes.
pub(super) fn trust(plan: &Plan, layout: &Layout, member: MemberId) -> Result<Option<Trust>, NetworkError> {
    let own = layout.member_certificate(member.as_str());
    match plan.tls {
        TlsPlan::Off => Ok(None),
        TlsPlan::Nodes => Ok(Some(Trust::load(&layout.authority(), None)?)),
        TlsPlan::NodesAndMembers => Ok(Some(Trust::load(&layout.authority(), Some(&own))?)),
    }
}
