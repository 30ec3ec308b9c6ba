//! Bytes to text: UTF-8 only, characters of XML 1.0 only.

use crate::import::error::ImportError;

const UTF8_MARK: &[u8] = &[0xEF, 0xBB, 0xBF];

/// Byte patterns at the start of a file (XML 1.0, appendix F); the longer ones first.
const OTHER_ENCODINGS: &[(&[u8], &str)] = &[
    (&[0x00, 0x00, 0xFE, 0xFF], "UTF-32"),
    (&[0xFF, 0xFE, 0x00, 0x00], "UTF-32"),
    (&[0x00, 0x00, 0x00, 0x3C], "UTF-32"),
    (&[0x3C, 0x00, 0x00, 0x00], "UTF-32"),
    (&[0xFE, 0xFF], "UTF-16"),
    (&[0xFF, 0xFE], "UTF-16"),
    (&[0x00, 0x3C], "UTF-16"),
    (&[0x3C, 0x00], "UTF-16"),
    (&[0x4C, 0x6F, 0xA7, 0x94], "EBCDIC"),
];

/// The file's text without byte order mark.
pub(super) fn decode(bytes: &[u8]) -> Result<&str, ImportError> {
    for (start, name) in OTHER_ENCODINGS {
        if bytes.starts_with(start) {
            return Err(ImportError::EncodingUnsupported { found: (*name).to_owned() });
        }
    }
    let body = bytes.strip_prefix(UTF8_MARK).unwrap_or(bytes);
    let text = std::str::from_utf8(body)
        .map_err(|error| ImportError::NotUtf8 { offset: bytes.len() - body.len() + error.valid_up_to() })?;
    match text.chars().find(|&c| !is_allowed(c)) {
        Some(c) => Err(ImportError::CharacterRefused { code: u32::from(c) }),
        None => Ok(text),
    }
}

/// The `Char` production of XML 1.0 §2.2.
pub(super) fn is_allowed(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | '\u{20}'..='\u{D7FF}' | '\u{E000}'..='\u{FFFD}' | '\u{10000}'..='\u{10FFFF}')
}

/// Whether the encoding named in the XML declaration is one that [`decode`] has read.
pub(super) fn is_utf8_label(label: &str) -> bool {
    ["utf-8", "utf8", "us-ascii", "ascii"].iter().any(|known| label.eq_ignore_ascii_case(known))
}
