//! What is wrong with a message, with the path of the field, such as `action.split_tranche.parts[3].face`.
use crate::key::KeyError;
use std::fmt;
use tally_contracts::types::{AmountError, Hash, IdError, MemberId, PublicKey, Text, TextError};

/// A field that does not say what it should.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{path}: {kind}")]
pub struct FieldError {
    /// Names as in the .proto files, outermost first.
    pub path: String,
    pub kind: FieldErrorKind,
}

/// What is wrong with it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FieldErrorKind {
    #[error("must be set")]
    Missing,
    #[error("must have {expected} bytes, has {found}")]
    Length { found: usize, expected: usize },
    #[error("has {count} entries where at most {limit} are allowed")]
    TooMany { count: usize, limit: usize },
    #[error("must be at most {limit}, is {value}")]
    TooLarge { value: u64, limit: u64 },
    #[error("{value} is none of the values that this version knows")]
    UnknownValue { value: i32 },
    #[error("must be in ascending order, each once")]
    NotAscending,
    #[error("stands here twice")]
    Repeated,
    #[error("{year:04}-{month:02}-{day:02} is not a date between 1970-01-01 and 9999-12-31")]
    Date { year: u32, month: u32, day: u32 },
    #[error("must be three decimal numbers such as 17.0.3")]
    Cursor,
    #[error("must be left out where there is no document: 32 zero bytes are no hash")]
    ZeroHash,
    #[error(transparent)]
    Amount(#[from] AmountError),
    #[error(transparent)]
    Text(#[from] TextError),
    #[error(transparent)]
    Id(#[from] IdError),
    #[error(transparent)]
    Key(#[from] KeyError),
}

impl FieldError {
    pub fn new(path: impl Into<String>, kind: FieldErrorKind) -> Self {
        Self { path: path.into(), kind }
    }

    /// About a message as a whole; whoever holds it adds the name.
    pub(crate) fn whole(kind: FieldErrorKind) -> Self {
        Self { path: String::new(), kind }
    }

    /// An empty path is one to the whole message or value.
    fn inside(self, outer: impl fmt::Display) -> Self {
        let path = if self.path.is_empty() { outer.to_string() } else { format!("{outer}.{}", self.path) };
        Self { path, kind: self.kind }
    }
}

/// Says where an error happened.
pub(crate) trait At<T> {
    /// In the field of this name.
    fn at(self, name: &str) -> Result<T, FieldError>;
    /// In this entry of the repeated field of this name.
    fn at_index(self, name: &str, index: usize) -> Result<T, FieldError>;
}

impl<T> At<T> for Result<T, FieldError> {
    fn at(self, name: &str) -> Result<T, FieldError> {
        self.map_err(|error| error.inside(name))
    }

    fn at_index(self, name: &str, index: usize) -> Result<T, FieldError> {
        self.map_err(|error| error.inside(format_args!("{name}[{index}]")))
    }
}

impl<T> At<T> for Result<T, FieldErrorKind> {
    fn at(self, name: &str) -> Result<T, FieldError> {
        self.map_err(|kind| FieldError::new(name, kind))
    }

    fn at_index(self, name: &str, index: usize) -> Result<T, FieldError> {
        self.map_err(|kind| FieldError::new(format!("{name}[{index}]"), kind))
    }
}

/// A message that must be there.
pub(crate) fn required<'m, W, D>(message: &'m Option<W>, name: &str) -> Result<D, FieldError>
where
    D: TryFrom<&'m W, Error = FieldError>,
{
    let message = message.as_ref().ok_or(FieldErrorKind::Missing).at(name)?;
    D::try_from(message).at(name)
}

/// A message that may be left out.
pub(crate) fn optional<'m, W, D>(message: &'m Option<W>, name: &str) -> Result<Option<D>, FieldError>
where
    D: TryFrom<&'m W, Error = FieldError>,
{
    message.as_ref().map(|message| D::try_from(message).at(name)).transpose()
}

/// Messages of a list with at most `limit` entries.
pub(crate) fn list<'m, W, D>(messages: &'m [W], limit: usize, name: &str) -> Result<Vec<D>, FieldError>
where
    D: TryFrom<&'m W, Error = FieldError>,
{
    bounded(messages, limit, name)?
        .iter()
        .enumerate()
        .map(|(index, message)| D::try_from(message).at_index(name, index))
        .collect()
}

/// The list itself, if it is not too long.
pub(crate) fn bounded<'m, W>(entries: &'m [W], limit: usize, name: &str) -> Result<&'m [W], FieldError> {
    if entries.len() > limit {
        return Err(FieldErrorKind::TooMany { count: entries.len(), limit }).at(name);
    }
    Ok(entries)
}

/// Bytes of one certain length.
pub(crate) fn fixed<const N: usize>(bytes: &[u8]) -> Result<[u8; N], FieldErrorKind> {
    bytes.try_into().map_err(|_| FieldErrorKind::Length { found: bytes.len(), expected: N })
}

/// A value of an enumeration; 0 and numbers of later versions are refused.
pub(crate) fn one_of<W, D>(value: i32, name: &str) -> Result<D, FieldError>
where
    W: TryFrom<i32>,
    D: TryFrom<W, Error = FieldErrorKind>,
{
    let unknown = FieldErrorKind::UnknownValue { value };
    W::try_from(value).map_err(|_| unknown).and_then(D::try_from).at(name)
}

pub(crate) fn member(slug: &str, name: &str) -> Result<MemberId, FieldError> {
    MemberId::new(slug).map_err(FieldErrorKind::from).at(name)
}

pub(crate) fn text(text: &str, name: &str) -> Result<Text, FieldError> {
    Text::new(text).map_err(FieldErrorKind::from).at(name)
}

/// A key that may stand on the ledger: a canonical point that is not of small order.
pub(crate) fn public_key(bytes: &[u8], name: &str) -> Result<PublicKey, FieldError> {
    let key = fixed(bytes).map(PublicKey).at(name)?;
    crate::key::check(&key).map_err(FieldErrorKind::from).at(name)?;
    Ok(key)
}

/// A key that signed. Whether it is on the curve shows when its signature is checked, and costs half of decoding.
pub(crate) fn signer_key(bytes: &[u8]) -> Result<PublicKey, FieldError> {
    let key = fixed(bytes).map(PublicKey).at("")?;
    crate::key::check_encoding(&key).map_err(FieldErrorKind::from).at("")?;
    Ok(key)
}

/// A hash that may be left out.
pub(crate) fn optional_hash(bytes: &[u8], name: &str) -> Result<Option<Hash>, FieldError> {
    if bytes.is_empty() {
        return Ok(None);
    }
    fixed(bytes).map(Hash).map(Some).at(name)
}

/// A hash that the domain holds as zero where it is left out.
pub(crate) fn hash_or_zero(bytes: &[u8], name: &str) -> Result<Hash, FieldError> {
    match optional_hash(bytes, name)? {
        Some(Hash::ZERO) => Err(FieldErrorKind::ZeroHash).at(name),
        hash => Ok(hash.unwrap_or(Hash::ZERO)),
    }
}

/// The other way: nothing for zero.
pub(crate) fn bytes_or_empty(hash: &Hash) -> Vec<u8> {
    if *hash == Hash::ZERO { Vec::new() } else { hash.0.to_vec() }
}

/// Numbers of ids.
macro_rules! numbers {
    ($ids:expr) => {
        $ids.iter().map(|id| id.number()).collect()
    };
}
pub(crate) use numbers;
