//! Sameness: what an answer says, but for the number that was asked for and the block at which it was read.

use prost::Message;
use tonic::Status;
use tonic_types::StatusExt;

use crate::questions::Answer;

/// Everything that two answers are held against each other by.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Shape {
    /// Names and values of headers and trailers, but for the two that name what was asked for.
    pub heads: Vec<(String, Vec<u8>)>,
    /// gRPC's message.
    pub message: String,
    /// The words of its details, in their own order: metadata is a map, which has none.
    pub details: Vec<String>,
    /// Bytes of both as they travelled.
    pub sizes: [usize; 2],
    /// The body.
    pub body: Vec<u8>,
}

/// Headers that name what was asked for.
const NAMING: [&str; 2] = ["grpc-message", "grpc-status-details-bin"];

/// An answer about `asked`, as it stands in texts. `unplaced` takes the position out of a body.
pub fn shape(answer: &Answer, asked: &str, unplaced: fn(&[u8]) -> Vec<u8>) -> Shape {
    let all = || answer.heads.iter().flatten();
    let named = |name: &str| NAMING.contains(&name);
    let mut heads: Vec<(String, Vec<u8>)> = all()
        .filter(|(name, _)| !named(name.as_str()))
        .map(|(name, value)| (name.to_string(), unclocked(name.as_str(), value.as_bytes())))
        .collect();
    heads.sort();
    let size = |wanted: &str| {
        let of = all().filter(|(name, _)| name.as_str() == wanted);
        of.map(|(_, value)| value.len()).sum()
    };
    let status = answer.heads.iter().rev().find_map(Status::from_header_map);
    let (message, details) = status.map(|status| told(&status, asked)).unwrap_or_default();
    let body = if answer.body.is_empty() { Vec::new() } else { unplaced(answer.message()) };
    Shape { heads, message, details, sizes: NAMING.map(size), body: masked_bytes(&body, asked) }
}

fn told(status: &Status, asked: &str) -> (String, Vec<String>) {
    let mask = |text: &str| masked(text, asked);
    let details = mask(&format!("{:?}", status.get_error_details()));
    let words = details.split(|letter: char| letter.is_ascii_punctuation() && letter != '#');
    let mut words: Vec<String> = words.map(|word| word.trim().to_owned()).collect();
    words.sort();
    (mask(status.message()), words)
}

/// The time of an answer is the same for all, and of one length.
fn unclocked(name: &str, value: &[u8]) -> Vec<u8> {
    if name == "date" { vec![b'#'; value.len()] } else { value.to_vec() }
}

/// Without what was asked for: a number where it stands alone, a key wherever it stands.
fn masked(text: &str, asked: &str) -> String {
    if !asked.chars().all(|digit| digit.is_ascii_digit()) {
        return text.replace(asked, "#");
    }
    let pieces = text.split_inclusive(|letter: char| !letter.is_ascii_digit());
    let mask = |piece: &str| {
        let digits = piece.trim_end_matches(|letter: char| !letter.is_ascii_digit());
        if digits == asked { piece.replacen(digits, "#", 1) } else { piece.to_owned() }
    };
    pieces.map(mask).collect()
}

/// Without the identifier that an answer repeats.
fn masked_bytes(body: &[u8], asked: &str) -> Vec<u8> {
    let Ok(id) = hex::decode(asked) else { return body.to_vec() };
    if id.len() < 16 {
        return body.to_vec();
    }
    match body.windows(id.len()).position(|window| window == id) {
        Some(place) => [&body[..place], b"#", &body[place + id.len()..]].concat(),
        None => body.to_vec(),
    }
}

/// A body as it is: of methods that refuse.
pub fn as_it_is(body: &[u8]) -> Vec<u8> {
    body.to_vec()
}

/// A body of this message without the position that `take` takes out.
pub fn without<M: Message + Default>(body: &[u8], take: impl Fn(&mut M)) -> Vec<u8> {
    match M::decode(body) {
        Ok(mut message) => {
            take(&mut message);
            message.encode_to_vec()
        }
        Err(_) => body.to_vec(),
    }
}

#[cfg(test)]
mod tests {
    use super::masked;

    #[test]
    fn a_number_is_masked_where_it_stands_alone_and_a_key_everywhere() {
        assert_eq!(masked("there is no T12 of 112", "12"), "there is no T# of 112");
        assert_eq!(masked("12", "12"), "#");
        assert_eq!(masked("R7, 17 and 7", "7"), "R#, 17 and #");
        assert_eq!(masked("record 3c00ff", "3c00ff"), "record #");
    }
}
