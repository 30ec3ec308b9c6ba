//! Check digits of the identifiers that parties carry; a failing one is a warning, never a refusal.

use serde::Serialize;

/// Identifier schemes whose check digit we can recompute.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum CheckedScheme {
    /// Unified social credit code of China (GB 32100-2015).
    Uscc,
    /// Legal entity identifier (ISO 17442), ISO 6523 code 0199.
    Lei,
    /// Global location number (GS1), ISO 6523 code 0088.
    Gln,
    /// Norwegian organisation number, ISO 6523 code 0192.
    NorwegianOrganisation,
    /// Australian business number, ISO 6523 code 0151.
    Abn,
}

impl CheckedScheme {
    /// The scheme behind a `schemeID`, by ISO 6523 code or by name; `None` for schemes without a check here.
    #[must_use]
    pub fn of(scheme: &str) -> Option<Self> {
        let known = match scheme.to_ascii_uppercase().as_str() {
            "USCC" => Self::Uscc,
            "0199" | "LEI" => Self::Lei,
            "0088" | "GLN" => Self::Gln,
            "0192" | "NO:ORGNR" => Self::NorwegianOrganisation,
            "0151" | "ABN" => Self::Abn,
            _ => return None,
        };
        Some(known)
    }

    /// Whether `value` has this scheme's form and its check digit is right. White space is ignored.
    #[must_use]
    pub fn is_valid(self, value: &str) -> bool {
        let value: Vec<u8> = value.bytes().filter(|byte| !byte.is_ascii_whitespace()).collect();
        let valid = match self {
            Self::Uscc => uscc(&value),
            Self::Lei => lei(&value),
            Self::Gln => gln(&value),
            Self::NorwegianOrganisation => norwegian(&value),
            Self::Abn => abn(&value),
        };
        valid.unwrap_or(false)
    }
}

/// GB 32100-2015: 17 characters weighted 3^(i−1) mod 31, then the check character.
fn uscc(value: &[u8]) -> Option<bool> {
    const ALPHABET: &[u8] = b"0123456789ABCDEFGHJKLMNPQRTUWXY";
    let values = value
        .iter()
        .map(|byte| ALPHABET.iter().position(|letter| letter == byte))
        .collect::<Option<Vec<usize>>>()?;
    let (check, body) = values.split_last()?;
    let mut weight = 1;
    let mut sum = 0;
    for digit in body {
        sum += digit * weight;
        weight = weight * 3 % 31;
    }
    Some(body.len() == 17 && *check == (31 - sum % 31) % 31)
}

/// ISO 17442 with ISO 7064 mod 97-10: letters count 10..35, the whole number is 1 mod 97.
fn lei(value: &[u8]) -> Option<bool> {
    let mut remainder = 0;
    for byte in value {
        remainder = match byte {
            b'0'..=b'9' => (remainder * 10 + u32::from(byte - b'0')) % 97,
            b'A'..=b'Z' => (remainder * 100 + u32::from(byte - b'A') + 10) % 97,
            _ => return None,
        };
    }
    Some(value.len() == 20 && remainder == 1)
}

/// GS1: weights 3 and 1 alternate from the digit before the check digit.
fn gln(value: &[u8]) -> Option<bool> {
    let digits = digits(value)?;
    let sum: u32 =
        digits.iter().rev().enumerate().map(|(i, digit)| digit * if i % 2 == 1 { 3 } else { 1 }).sum();
    Some(digits.len() == 13 && sum.is_multiple_of(10))
}

/// Modulus 11 with weights 3 2 7 6 5 4 3 2; a check value of 10 is never issued.
fn norwegian(value: &[u8]) -> Option<bool> {
    let digits = digits(value)?;
    let sum = weighted(&digits, &[3, 2, 7, 6, 5, 4, 3, 2, 1]);
    Some(digits.len() == 9 && sum.is_multiple_of(11))
}

/// The first digit less one, then a weighted sum that 89 divides.
fn abn(value: &[u8]) -> Option<bool> {
    let mut digits = digits(value)?;
    let first = digits.first_mut()?;
    *first = first.checked_sub(1)?;
    let sum = weighted(&digits, &[10, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19]);
    Some(digits.len() == 11 && sum.is_multiple_of(89))
}

fn digits(value: &[u8]) -> Option<Vec<u32>> {
    value.iter().map(|byte| byte.is_ascii_digit().then(|| u32::from(byte - b'0'))).collect()
}

fn weighted(digits: &[u32], weights: &[u32]) -> u32 {
    digits.iter().zip(weights).map(|(digit, weight)| digit * weight).sum()
}

#[cfg(test)]
mod tests {
    use super::CheckedScheme::{self, Abn, Gln, Lei, NorwegianOrganisation, Uscc};

    /// Rulebook §12.
    const VECTORS: &[(CheckedScheme, &str)] = &[
        (Uscc, "91350100M000100Y43"),
        (Uscc, "915300007194052520"),
        (Uscc, "9153000077859986X2"),
        (Uscc, "91410100MA45CKY3XX"),
        (Uscc, "91130113070823504P"),
        (Lei, "529900T8BM49AURSDO55"),
        (Lei, "5493001KJTIIGC8Y1R12"),
        (Gln, "7300010000001"),
        (NorwegianOrganisation, "987654325"),
        (Abn, "47555222000"),
    ];

    #[test]
    fn the_rulebooks_identifiers_are_valid() {
        for (scheme, value) in VECTORS {
            assert!(scheme.is_valid(value), "{scheme:?} {value}");
        }
        assert!(Abn.is_valid("47 555 222 000"), "white space is ignored");
    }

    #[test]
    fn every_wrong_check_digit_is_found() {
        for (scheme, value) in VECTORS {
            for other in b'0'..=b'9' {
                let mut bytes = value.as_bytes().to_vec();
                let last = bytes.last_mut().unwrap();
                if *last == other {
                    continue;
                }
                *last = other;
                let changed = String::from_utf8(bytes).unwrap();
                assert!(!scheme.is_valid(&changed), "{scheme:?} {changed}");
            }
        }
    }

    #[test]
    fn a_wrong_length_or_alphabet_is_invalid() {
        for (scheme, value) in VECTORS {
            assert!(!scheme.is_valid(""), "{scheme:?}");
            assert!(!scheme.is_valid(&value[1..]), "{scheme:?} {value}");
            assert!(!scheme.is_valid(&format!("0{value}")), "{scheme:?} {value}");
            assert!(!scheme.is_valid(&value.replacen(|_: char| true, "é", 1)), "{scheme:?} {value}");
        }
        assert!(!Uscc.is_valid("91350100I000100Y43"), "the letter I is not in the alphabet");
    }

    #[test]
    fn schemes_are_known_by_iso_6523_code_and_by_name() {
        let table =
            [("0088", Gln), ("GLN", Gln), ("uscc", Uscc), ("0199", Lei), ("0192", NorwegianOrganisation)];
        for (name, scheme) in table {
            assert_eq!(CheckedScheme::of(name), Some(scheme), "{name}");
        }
        assert_eq!(CheckedScheme::of("0007"), None);
    }
}
