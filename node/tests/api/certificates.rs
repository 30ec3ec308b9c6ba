//! Certificates for tests: an authority that signs what it is asked to.
use rcgen::{BasicConstraints, Certificate, CertificateParams, DnType, IsCa, KeyPair, SanType};
use std::net::{IpAddr, Ipv4Addr};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use tally_node::tls::TlsFiles;
use tonic::transport::{Certificate as Trusted, ClientTlsConfig, Identity};

pub struct Authority {
    certificate: Certificate,
    key: KeyPair,
}

impl Authority {
    pub fn new(name: &str) -> Self {
        let key = KeyPair::generate().unwrap();
        let mut params = named(name, Vec::new());
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        Self { certificate: params.self_signed(&key).unwrap(), key }
    }

    pub fn pem(&self) -> String {
        self.certificate.pem()
    }

    /// Believes this authority.
    pub fn trust(&self) -> ClientTlsConfig {
        ClientTlsConfig::new().ca_certificate(Trusted::from_pem(self.pem()))
    }

    fn sign(&self, params: &CertificateParams) -> (String, String) {
        let key = KeyPair::generate().unwrap();
        let certificate = params.clone().signed_by(&key, &self.certificate, &self.key).unwrap();
        (certificate.pem(), key.serialize_pem())
    }

    /// A node's files for loopback.
    pub fn node(&self, folder: &Path) -> TlsFiles {
        let loopback = SanType::IpAddress(IpAddr::V4(Ipv4Addr::LOCALHOST));
        self.write(folder, &named("node", vec![loopback]))
    }

    fn write(&self, folder: &Path, params: &CertificateParams) -> TlsFiles {
        let files =
            TlsFiles { certificate: folder.join("node.pem"), key: folder.join("key.pem"), client_ca: None };
        let (certificate, key) = self.sign(params);
        std::fs::write(&files.certificate, certificate).unwrap();
        std::fs::write(&files.key, key).unwrap();
        std::fs::set_permissions(&files.key, std::fs::Permissions::from_mode(0o600)).unwrap();
        files
    }

    /// A client's certificate with this URI.
    pub fn client(&self, uri: &str) -> Identity {
        let name = SanType::URI(uri.try_into().unwrap());
        let (certificate, key) = self.sign(&named("client", vec![name]));
        Identity::from_pem(certificate, key)
    }

    /// The same as files.
    pub fn client_files(&self, folder: &Path, uri: &str) -> TlsFiles {
        self.write(folder, &named("client", vec![SanType::URI(uri.try_into().unwrap())]))
    }
}

fn named(name: &str, names: Vec<SanType>) -> CertificateParams {
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.distinguished_name.push(DnType::CommonName, name);
    params.subject_alt_names = names;
    params
}
