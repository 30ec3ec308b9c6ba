//! A canary: a value that occurs once in the world, who may meet it, and every form in which it could be written.

use tally_contracts::types::{Hash, MemberId, tagged_hash};

/// What a canary is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// Of a receivable, a part, or a deposit.
    Amount,
    /// What a sale brings, or the least that a seller takes.
    Price,
    /// An invoice's number or a contract's reference: on the ledger, as its parties wrote it.
    LedgerText,
    /// What a document says: on no ledger.
    DocumentText,
}

impl Kind {
    /// For tables.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Amount => "amount",
            Self::Price => "price",
            Self::LedgerText => "ledger text",
            Self::DocumentText => "document text",
        }
    }
}

/// Its value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// Minor units.
    Number(u64),
    /// Letters and digits.
    Text(String),
}

/// One canary.
#[derive(Clone, Debug)]
pub struct Canary {
    /// What it is.
    pub kind: Kind,
    /// Where it sits, for people: `deal 7, face`.
    pub name: String,
    /// Its value.
    pub value: Value,
    /// Who may meet it (rulebook §8), regulators apart.
    pub may: Vec<MemberId>,
    /// Who meets it for certain: a search that does not find it there finds nothing.
    pub must: Vec<MemberId>,
}

/// Where canaries come from: the same seed gives the same ones.
#[derive(Clone, Debug)]
pub struct Nest {
    seed: u64,
    count: u64,
}

impl Nest {
    /// With nothing taken out yet.
    pub fn new(seed: u64) -> Self {
        Self { seed, count: 0 }
    }

    fn next(&mut self) -> Hash {
        self.count += 1;
        tagged_hash("tallystick/canary", &[&self.seed.to_be_bytes(), &self.count.to_be_bytes()])
    }

    /// A number from `from` up to twice as much.
    pub fn number(&mut self, from: u64) -> u64 {
        let [a, b, c, d, e, f, g, h, ..] = self.next().0;
        from + u64::from_be_bytes([a, b, c, d, e, f, g, h]) % from.max(1)
    }

    /// Sixteen letters and digits, 80 bits, that no rule writes another way.
    pub fn text(&mut self) -> String {
        const DIGITS: [char; 32] = [
            'A', 'C', 'D', 'E', 'F', 'G', 'H', 'J', 'K', 'L', 'M', 'N', 'P', 'Q', 'R', 'T', 'U', 'V', 'W',
            'X', 'Y', 'Z', '2', '3', '4', '6', '7', '8', '9', 'B', 'S', '5',
        ];
        let digit = |byte: &u8| DIGITS.get(usize::from(byte % 32)).copied().unwrap_or('A');
        self.next().0.iter().take(16).map(digit).collect()
    }

    /// One of so many.
    pub fn choose(&mut self, of: usize) -> usize {
        let number = self.number(1 << 40);
        usize::try_from(number).unwrap_or_default() % of.max(1)
    }
}

impl Value {
    /// Every form in which it could be written, with its name; equal forms once.
    pub fn forms(&self) -> Vec<(&'static str, Vec<u8>)> {
        let mut forms = match self {
            Self::Number(number) => number_forms(*number),
            Self::Text(text) => text_forms(text),
        };
        forms.sort_by(|one, other| one.1.cmp(&other.1));
        forms.dedup_by(|one, other| one.1 == other.1);
        forms
    }
}

fn number_forms(number: u64) -> Vec<(&'static str, Vec<u8>)> {
    let (whole, cents) = (number / 100, number % 100);
    let grouped = grouped(whole);
    vec![
        ("varint", varint(number)),
        ("zigzag varint", varint(number << 1)),
        ("little-endian", number.to_le_bytes().to_vec()),
        ("big-endian", number.to_be_bytes().to_vec()),
        ("hexadecimal, little-endian", hex::encode(number.to_le_bytes()).into_bytes()),
        ("hexadecimal, big-endian", hex::encode(number.to_be_bytes()).into_bytes()),
        ("decimal", number.to_string().into_bytes()),
        ("main units", format!("{whole}.{cents:02}").into_bytes()),
        ("main units, grouped", format!("{grouped}.{cents:02}").into_bytes()),
        ("double", (number as f64).to_le_bytes().to_vec()),
    ]
}

/// `1,234,567`.
fn grouped(whole: u64) -> String {
    let digits = whole.to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

fn varint(mut number: u64) -> Vec<u8> {
    let mut bytes = Vec::new();
    while number >= 0x80 {
        bytes.push(u8::try_from(number & 0x7f).unwrap_or_default() | 0x80);
        number >>= 7;
    }
    bytes.push(u8::try_from(number).unwrap_or_default());
    bytes
}

fn text_forms(text: &str) -> Vec<(&'static str, Vec<u8>)> {
    let bytes = text.as_bytes();
    let hexadecimal = hex::encode(bytes);
    let wide = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let mut forms = vec![
        ("UTF-8", bytes.to_vec()),
        ("UTF-8, lower case", text.to_lowercase().into_bytes()),
        ("UTF-16", wide),
        ("upper-case hexadecimal", hexadecimal.to_uppercase().into_bytes()),
        ("hexadecimal", hexadecimal.into_bytes()),
    ];
    // a text may begin at any of three places in base64's groups; its first and last digits depend on its neighbours
    forms.extend((0..3).map(|offset| ("base64", base64_inside(bytes, offset))));
    forms
}

/// The digits of base64 that only these bytes decide, where `offset` other bytes precede them.
fn base64_inside(bytes: &[u8], offset: usize) -> Vec<u8> {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let bit = |place: usize| {
        let place = place - offset * 8;
        bytes.get(place / 8).map_or(0, |byte| byte >> (7 - place % 8) & 1)
    };
    let first = (offset * 8).div_ceil(6);
    let end = (offset + bytes.len()) * 8 / 6;
    let digit = |group: usize| {
        let value = (0..6).fold(0_u8, |value, place| value << 1 | bit(group * 6 + place));
        DIGITS.get(usize::from(value)).copied().unwrap_or_default()
    };
    (first..end).map(digit).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn a_number_is_known_in_every_form() {
        let forms = Value::Number(12_345_678_901_234).forms();
        let has = |form: &[u8]| forms.iter().any(|(_, bytes)| bytes == form);
        assert!(has(b"12345678901234") && has(b"123456789012.34") && has(b"123,456,789,012.34"));
        assert!(has(&12_345_678_901_234_u64.to_le_bytes()) && has(&12_345_678_901_234_u64.to_be_bytes()));
        assert!(has(&[0xf2, 0xdf, 0xb8, 0x9e, 0xa7, 0xe7, 0x02]), "{:02x?}", varint(12_345_678_901_234));
        assert!(forms.iter().all(|(name, bytes)| bytes.len() >= 7 || *name == "varint"), "{forms:?}");
    }

    #[test]
    fn a_text_is_known_in_base64_wherever_it_begins() {
        // "xxCANARYyy", "xCANARYyyy" and "CANARYyyyy" in base64
        for (encoded, offset) in [("eHhDQU5BUll5eQ==", 2), ("eENBTkFSWXl5eQ==", 1), ("Q0FOQVJZeXl5eQ==", 0)] {
            let inside = String::from_utf8(base64_inside(b"CANARY", offset)).unwrap();
            assert!(encoded.contains(&inside) && inside.len() >= 7, "{encoded} {inside}");
        }
    }

    #[test]
    fn a_seed_gives_the_same_canaries_again_and_no_two_alike() {
        let (mut one, mut other) = (Nest::new(7), Nest::new(7));
        let texts: BTreeSet<String> = (0..1_000).map(|_| one.text()).collect();
        assert_eq!(texts.len(), 1_000);
        assert!((0..1_000).all(|_| texts.contains(&other.text())));
        let numbers: BTreeSet<u64> = (0..1_000).map(|_| one.number(1 << 40)).collect();
        assert_eq!(numbers.len(), 1_000);
        assert!(numbers.iter().all(|number| (1 << 40..1 << 41).contains(number)));
        assert_ne!(Nest::new(8).text(), Nest::new(7).text());
    }
}
