//! Short free text: bounded, without control characters.
use crate::limits::TEXT_BYTES_MAX;
use borsh::{BorshDeserialize, BorshSerialize};
use std::fmt;

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TextError {
    #[error("a text has at most {limit} bytes, this has {length}")]
    TooLong { length: usize, limit: usize },
    #[error("a text has no control characters")]
    ControlCharacter,
}

/// UTF-8 text of at most [`TEXT_BYTES_MAX`] bytes without control characters; may be empty.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Default, BorshSerialize)]
pub struct Text(String);

impl Text {
    pub fn new(text: &str) -> Result<Self, TextError> {
        if text.len() > TEXT_BYTES_MAX {
            return Err(TextError::TooLong { length: text.len(), limit: TEXT_BYTES_MAX });
        }
        if text.chars().any(char::is_control) {
            return Err(TextError::ControlCharacter);
        }
        Ok(Self(text.to_owned()))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl BorshDeserialize for Text {
    fn deserialize_reader<R: borsh::io::Read>(reader: &mut R) -> borsh::io::Result<Self> {
        let text = String::deserialize_reader(reader)?;
        Self::new(&text).map_err(|error| borsh::io::Error::new(borsh::io::ErrorKind::InvalidData, error))
    }
}
