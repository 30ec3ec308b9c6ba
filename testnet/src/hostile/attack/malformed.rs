//! Everything that no client sends: a table of bytes, each on a connection of its own.

use std::net::SocketAddr;
use std::time::Duration;

use tokio::io::AsyncWriteExt;

use super::Attack;
use super::dial::ends;
use super::frames::*;

/// How long a node has to end it; some of these are only refused.
const PATIENCE: Duration = Duration::from_secs(2);
/// Frames of a flood.
const FLOOD: usize = 10_000;

/// One after the other, for as long as the attack lasts.
pub async fn run(attack: &Attack, node: SocketAddr, number: usize) {
    for (place, (name, bytes)) in table().iter().cycle().enumerate() {
        attack.malformed.turn().await;
        let Ok(mut line) = attack.dialler.secure(node, number.wrapping_add(place)).await else {
            attack.tally.one("connections refused");
            continue;
        };
        attack.tally.one("malformed connections");
        attack.tally.one(name);
        // a node may end it in the middle
        if line.write_all(bytes).await.is_ok() && line.flush().await.is_ok() {
            ends(&mut line, PATIENCE).await;
        }
    }
}

/// What is sent, by name.
pub fn table() -> Vec<(&'static str, Vec<u8>)> {
    let after = |frames: &[Vec<u8>]| [greeting(), frames.concat()].concat();
    let asked = |data: &[u8]| {
        after(&[frame(HEADERS, END_HEADERS, 1, &request(SUBMIT)), frame(DATA, END_STREAM, 1, data)])
    };
    let huge = literal("x-huge", &"a".repeat(200_000));
    let pieces: Vec<Vec<u8>> = huge.chunks(16_000).map(|piece| frame(CONTINUATION, 0, 1, piece)).collect();
    let named = |frames: Vec<u8>| [greeting(), frames].concat();
    vec![
        ("malformed: no TLS record's content", noise(4_096, 3)),
        ("malformed: HTTP/1 with 200 KB of headers", http1()),
        (
            "malformed: frame longer than allowed",
            after(&[[head(0x00ff_ffff, DATA, 0, 1).to_vec(), noise(30_000, 4)].concat()]),
        ),
        ("malformed: headers on stream 0", after(&[frame(HEADERS, END_HEADERS, 0, &request(SUBMIT))])),
        ("malformed: data on an idle stream", after(&[frame(DATA, 0, 7, b"data")])),
        ("malformed: continuation of nothing", after(&[frame(CONTINUATION, END_HEADERS, 1, b"x")])),
        (
            "malformed: continuation flood",
            after(&[
                frame(HEADERS, 0, 1, &request(SUBMIT)),
                repeat(&frame(CONTINUATION, 0, 1, &literal("a", "b")), FLOOD),
            ]),
        ),
        (
            "malformed: huge header",
            after(&[
                frame(HEADERS, 0, 1, &request(SUBMIT)),
                pieces.concat(),
                frame(CONTINUATION, END_HEADERS, 1, &[]),
            ]),
        ),
        (
            "malformed: compression that refers to nothing",
            after(&[frame(HEADERS, END_HEADERS, 1, &[0xff; 512])]),
        ),
        ("malformed: headers that grow in a table", after(&[frame(HEADERS, END_HEADERS, 1, &bomb())])),
        ("malformed: settings flood", named(repeat(&frame(SETTINGS, 0, 0, &[]), FLOOD))),
        ("malformed: ping flood", named(repeat(&frame(PING, 0, 0, &[1; 8]), FLOOD))),
        ("malformed: priority flood", named(repeat(&frame(PRIORITY, 0, 1, &[0, 0, 0, 0, 1]), FLOOD))),
        ("malformed: window that grows by nothing", after(&[frame(WINDOW_UPDATE, 0, 0, &[0; 4])])),
        (
            "malformed: window beyond its limit",
            after(&[frame(WINDOW_UPDATE, 0, 0, &[0x7f, 0xff, 0xff, 0xff])]),
        ),
        (
            "malformed: empty data flood",
            after(&[
                frame(HEADERS, END_HEADERS, 1, &request(SUBMIT)),
                repeat(&frame(DATA, 0, 1, &[]), FLOOD),
            ]),
        ),
        ("malformed: unknown frames", named(repeat(&frame(0xbe, 0xff, 9, b"unknown"), FLOOD))),
        ("malformed: message longer than it is", asked(&[0, 0xff, 0xff, 0xff, 0xff, 1, 2, 3])),
        ("malformed: message shorter than it is", asked(&[message(&[]), noise(9_000, 5)].concat())),
        ("malformed: compressed message", asked(&[1, 0, 0, 0, 3, 0x1f, 0x8b, 8])),
        ("malformed: message over the limit", over_limit()),
        ("malformed: bytes that are no protobuf", asked(&message(&noise(4_000, 6)))),
        ("malformed: fields nested in each other", asked(&message(&nested(3_000)))),
        ("malformed: a body of wrong transactions", asked(&message(&submission(&noise(2_000, 7))))),
    ]
}

fn repeat(frame: &[u8], count: usize) -> Vec<u8> {
    frame.repeat(count)
}

fn http1() -> Vec<u8> {
    format!("POST {SUBMIT} HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Huge: {}\r\n\r\n", "a".repeat(200_000))
        .into_bytes()
}

/// One remembered header of 4,000 bytes, named again and again.
fn bomb() -> Vec<u8> {
    let mut block = request(SUBMIT);
    let mut remembered = literal("x", &"a".repeat(3_900));
    if let Some(first) = remembered.first_mut() {
        *first = 0x40;
    }
    block.extend(remembered);
    block.extend(std::iter::repeat_n(0x80 | 62, 4_000));
    block
}

/// More than a node takes of one message, in frames of the usual size.
fn over_limit() -> Vec<u8> {
    let whole = message(&noise(3 << 20, 8));
    let frames: Vec<u8> = whole.chunks(16_000).flat_map(|piece| frame(DATA, 0, 1, piece)).collect();
    [greeting(), frame(HEADERS, END_HEADERS, 1, &request(SUBMIT)), frames].concat()
}

/// A field within a field within a field.
fn nested(depth: usize) -> Vec<u8> {
    (0..depth).fold(Vec::new(), |inner, _| {
        let length = inner.len();
        let length =
            [u8::try_from(length & 127).unwrap_or(0) | 128, u8::try_from(length >> 7 & 127).unwrap_or(0)];
        [&[0x0a], length.as_slice(), inner.as_slice()].concat()
    })
}

/// A submission of these bytes under a signature of nobody's.
fn submission(body: &[u8]) -> Vec<u8> {
    let field = |tag: u8, bytes: &[u8]| {
        let length = bytes.len();
        let length =
            [u8::try_from(length & 127).unwrap_or(0) | 128, u8::try_from(length >> 7 & 127).unwrap_or(0)];
        [&[tag], length.as_slice(), bytes].concat()
    };
    [field(0x0a, body), field(0x12, &[5; 64])].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_has_a_name_of_its_own() {
        let table = table();
        let names: std::collections::BTreeSet<_> = table.iter().map(|(name, _)| *name).collect();
        assert_eq!(names.len(), table.len());
        assert!(table.iter().all(|(_, bytes)| !bytes.is_empty()));
    }
}
