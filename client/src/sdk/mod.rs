//! The SDK: a client with failover, a session that signs and submits exactly once, streams that resume, proofs.

mod client;
mod documents;
mod error;
mod journal;
pub mod limits;
mod line;
mod outcome;
mod pages;
mod problem;
mod proof;
mod reader;
mod reads;
mod reports;
mod session;
mod simulate;
mod submit;
mod submit_many;
mod trust;
mod unanswered;
mod watch;

pub use client::Client;
pub use documents::payload_of;
pub use error::ClientError;
pub use journal::{Entry, Journal, RequestId};
pub use outcome::{Outcome, Place, Verdict};
pub use problem::{Problem, explanation};
pub use proof::{ProofFile, ProofFileError, RecordName, RecordNameError, VerifiedRecord};
pub use reader::Reader;
pub use session::{Session, entry, random_request_id, valid_until};
pub use simulate::SimulatedPolicy;
pub use submit::{TransactionKey, Wait};
pub use submit_many::{Answer, Envelope, SubmitMany};
pub use trust::{ClientCertificate, Trust};
pub use watch::{Blocks, Events, Feed, Told, Watch};
