//! The BFT engine behind one trait. Nothing else in the project names the engine; see README.md.
#![forbid(unsafe_code)]

pub mod application;
pub mod certificate;
mod engine;
pub mod fuzz;
mod gate;
pub mod guard;
pub mod handle;
mod home;
pub mod keys;
pub mod limits;
pub mod misbehavior;
pub mod settings;
pub mod signing_bytes;
mod start;
pub mod types;
pub mod validator_set;

pub use application::{Application, ApplicationFault, DecidedBlock, Proposal, Verdict};
pub use certificate::{Certificate, CertificateError, CertificateSummary, verify_certificate};
pub use gate::GateError;
pub use handle::{EndReason, Handle, PeerList, Status};
pub use home::HomeError;
pub use keys::{SecretKey, peer_id, verify_strict};
pub use misbehavior::{Misbehavior, MisbehaviorKind, SignedBytes};
pub use settings::{Peer, Role, Rotation, Settings, SettingsError, Timeouts, Transport};
pub use start::{StartError, start};
pub use types::{BlockId, Height, PeerKey, Round, Validator, ValidatorKey};
pub use validator_set::{ValidatorSet, ValidatorSetError};

/// What an operator reads of the logs of a node: at "info" the engine tells of every vote, two gigabytes a day under load.
pub const LOG_FILTER: &str = "info,arc_malachitebft=warn";

/// The engine's own metrics in the Prometheus text format, ending with the `# EOF` line.
#[must_use]
pub fn engine_metrics() -> String {
    let mut text = String::new();
    arc_malachitebft_app_channel::app::metrics::export(&mut text);
    text
}
