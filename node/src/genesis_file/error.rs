//! Why a genesis document is refused: which file, which field, what is wrong there.

use std::path::PathBuf;
use tally_contracts::failure::Fault;
use tally_contracts::types::{IdError, MemberId, PublicKey, TextError};

/// A document that is not used.
#[derive(Debug, thiserror::Error)]
pub enum GenesisFileError {
    #[error(
        "{} cannot be read: {source}; ask an operator of the chain for its genesis document, or make one with \
         `tallyd genesis new`",
        file.display()
    )]
    Read { file: PathBuf, source: std::io::Error },
    #[error("{} has more than {limit} bytes: this is no genesis document", file.display())]
    TooLarge { file: PathBuf, limit: u64 },
    #[error("{} is no genesis document: {reason}", file.display())]
    Syntax { file: PathBuf, reason: String },
    #[error("{}: {field} {problem}", file.display())]
    Field { file: PathBuf, field: String, problem: GenesisProblem },
}

/// What is wrong with one field.
#[derive(Debug, thiserror::Error)]
pub enum GenesisProblem {
    #[error("must have 1 to {max} bytes of a-z, A-Z, 0-9, '-', '_' and '.'")]
    ChainId { max: usize },
    #[error("is {found:?}; expected a time such as \"2026-01-15T09:00:00+08:00\", or a date")]
    Time { found: String },
    #[error("is {found:?}; expected a date such as \"2026-01-15\"")]
    Date { found: String },
    #[error("is {found}; it must be {min} to {max}")]
    OutOfRange { found: u64, min: u64, max: u64 },
    #[error("has {count} entries; it must have {min} to {max}")]
    Count { count: usize, min: usize, max: usize },
    #[error("is {found:?}; expected 64 hexadecimal digits")]
    KeyText { found: String },
    #[error("is not usable: {0}")]
    Key(#[from] tally_proto::key::KeyError),
    #[error("is key {key}, which {other} has already: every key has one purpose")]
    KeyTaken { key: PublicKey, other: String },
    #[error("is a file; only the input of `tallyd genesis new` names files")]
    KeyFile,
    #[error("is the key file {}: {source}", file.display())]
    KeyFileUnusable { file: PathBuf, source: tally_keys::KeyError },
    #[error("is not usable: {0}")]
    Id(#[from] IdError),
    #[error("is not usable: {0}")]
    Text(#[from] TextError),
    #[error("is {found:?}; expected one of {known}")]
    Choice { found: String, known: &'static str },
    #[error("is {member}, which is no member of this document")]
    MemberUnknown { member: MemberId },
    #[error("is {member}, which an earlier entry has already")]
    MemberTwice { member: MemberId },
    #[error("adds up to more than {max}")]
    PowerTotal { max: u64 },
    #[error("is refused by the rulebook: {0}")]
    Rulebook(Fault),
}

/// A field and what is wrong with it.
pub(super) struct At(pub String, pub GenesisProblem);

pub(super) type Read<T> = Result<T, At>;

/// For `map_err`: names the field.
pub(super) fn at<E: Into<GenesisProblem>>(field: &str) -> impl FnOnce(E) -> At {
    let field = field.to_owned();
    move |problem| At(field, problem.into())
}

pub(super) fn refuse<T>(field: &str, problem: GenesisProblem) -> Read<T> {
    Err(At(field.to_owned(), problem))
}
