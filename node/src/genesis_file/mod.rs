//! The genesis document: TOML that people can read and agree on, and the `Genesis` that contracts start from.
//!
//! The hash is taken over the `Genesis`, never over the text: comments, order of keys and of validators, and
//! defaults written or left out make no difference.
mod document;
mod error;
pub mod limits;
mod members;
mod policies;
mod read;
mod spec;
#[cfg(test)]
mod tests;
mod time;
mod write;

pub use document::{
    ClockDocument, GenesisDocument, IdentifierDocument, KeyDocument, MemberDocument, ObserverDocument,
    ValidatorDocument,
};
pub use error::{GenesisFileError, GenesisProblem};
pub use policies::PolicyDocument;
pub use read::{load, parse, read};
pub use spec::complete;
pub use time::{now, show_time};
pub use write::{document_of, to_toml};
