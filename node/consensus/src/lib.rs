//! The BFT engine behind one trait. Nothing else in the project names the engine; see README.md.

pub mod application;
pub mod certificate;
pub mod keys;
pub mod limits;
pub mod misbehavior;
pub mod settings;
pub mod signing_bytes;
pub mod types;
pub mod validator_set;

pub use application::{Application, ApplicationFault, DecidedBlock, Proposal, Verdict};
pub use certificate::{Certificate, CertificateError, CertificateSummary, verify_certificate};
pub use keys::{SecretKey, peer_id, verify_strict};
pub use misbehavior::{Misbehavior, MisbehaviorKind, SignedBytes};
pub use settings::{Peer, Role, Settings, SettingsError, Timeouts, Transport};
pub use types::{BlockId, Height, PeerKey, Round, Validator, ValidatorKey};
pub use validator_set::{ValidatorSet, ValidatorSetError};
