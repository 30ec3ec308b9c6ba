//! HTTP/2 frames as bytes, right and wrong ones (RFC 9113), and headers without compression (RFC 7541).

/// What a client says first.
pub const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

/// Where a stranger may hand something in.
pub const SUBMIT: &str = "/tally.transaction.v1.TransactionService/Submit";
/// Where only members are answered.
pub const MEMBERS: &str = "/tally.member.v1.MemberService/ListMembers";

pub const DATA: u8 = 0;
pub const HEADERS: u8 = 1;
pub const PRIORITY: u8 = 2;
pub const RST_STREAM: u8 = 3;
pub const SETTINGS: u8 = 4;
pub const PING: u8 = 6;
pub const WINDOW_UPDATE: u8 = 8;
pub const CONTINUATION: u8 = 9;

pub const ACK: u8 = 1;
pub const END_STREAM: u8 = 1;
pub const END_HEADERS: u8 = 4;

/// A frame whose length is what its payload has.
pub fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let length = u32::try_from(payload.len()).unwrap_or(u32::MAX);
    [&head(length, kind, flags, stream), payload].concat()
}

/// The nine bytes before a payload, which may lie about its length.
pub fn head(length: u32, kind: u8, flags: u8, stream: u32) -> [u8; 9] {
    let ([_, a, b, c], [s, t, u, v]) = (length.to_be_bytes(), stream.to_be_bytes());
    [a, b, c, kind, flags, s, t, u, v]
}

/// Preface and empty settings.
pub fn greeting() -> Vec<u8> {
    [PREFACE, &frame(SETTINGS, 0, 0, &[])].concat()
}

/// The headers of a gRPC request.
pub fn request(path: &str) -> Vec<u8> {
    let headers = [
        (":method", "POST"),
        (":scheme", "https"),
        (":path", path),
        (":authority", "127.0.0.1"),
        ("content-type", "application/grpc"),
        ("te", "trailers"),
    ];
    headers.iter().flat_map(|(name, value)| literal(name, value)).collect()
}

/// A header that is neither compressed nor remembered.
pub fn literal(name: &str, value: &str) -> Vec<u8> {
    [vec![0], length(name.len()), name.as_bytes().to_vec(), length(value.len()), value.as_bytes().to_vec()]
        .concat()
}

/// A message as gRPC frames it.
pub fn message(bytes: &[u8]) -> Vec<u8> {
    let length = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
    [&[0], length.to_be_bytes().as_slice(), bytes].concat()
}

/// An integer with a prefix of seven bits.
fn length(number: usize) -> Vec<u8> {
    if number < 127 {
        return vec![u8::try_from(number).unwrap_or(0)];
    }
    let (mut rest, mut bytes) = (number - 127, vec![127]);
    while rest >= 128 {
        bytes.push(u8::try_from(rest % 128).unwrap_or(0) | 128);
        rest /= 128;
    }
    bytes.push(u8::try_from(rest).unwrap_or(0));
    bytes
}

/// Bytes that mean nothing, the same for the same seed.
pub fn noise(count: usize, seed: u64) -> Vec<u8> {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state.to_le_bytes()[3]
    };
    (0..count).map(|_| next()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_and_headers_are_as_the_standards_have_them() {
        assert_eq!(frame(PING, ACK, 0, &[7; 8])[..10], [0, 0, 8, 6, 1, 0, 0, 0, 0, 7]);
        assert_eq!(literal("te", "ab"), [0, 2, b't', b'e', 2, b'a', b'b']);
        assert_eq!(length(126), [126]);
        assert_eq!(length(1_337), [127, 186, 9]);
        assert_eq!(message(&[9]), [0, 0, 0, 0, 1, 9]);
        assert_eq!(noise(4, 1), noise(4, 1));
    }
}
