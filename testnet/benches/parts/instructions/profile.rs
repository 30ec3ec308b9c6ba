//! A profile as callgrind writes it (valgrind's manual, "Callgrind Format Specification").
//!
//! ```text
//! fn=(7) sha2::sha256::compress256     a name is spelt out where it is first met: (7) alone from then on
//! 120 45                               45 instructions of the function's own, in line 120
//! calls=3 88                           then comes what the callee cost, which counts there
//! 121 9000
//! totals: 9045
//! ```
use std::collections::HashSet;

/// Instructions of one profile.
#[derive(Debug, PartialEq, Eq)]
pub struct Cost {
    pub total: u64,
    /// Of the total, inside SHA-256.
    pub hashing: u64,
}

/// `None` for what is no whole profile.
pub fn cost(profile: &str) -> Option<Cost> {
    let mut hashers = HashSet::new();
    let (mut in_hasher, mut hashing, mut total) = (false, 0_u64, None);
    let mut lines = profile.lines();
    while let Some(line) = lines.next() {
        if let Some(function) = line.strip_prefix("fn=").or_else(|| line.strip_prefix("cfn=")) {
            let number = function.split(' ').next()?;
            if function.contains(" sha2::sha256::") {
                hashers.insert(number);
            }
            if line.starts_with("fn=") {
                in_hasher = hashers.contains(number);
            }
        } else if line.starts_with("calls=") {
            lines.next();
        } else if let Some(count) = line.strip_prefix("totals: ") {
            total = Some(count.trim().parse().ok()?);
        } else if in_hasher && line.starts_with(|first: char| first.is_ascii_digit() || "+-*".contains(first))
        {
            hashing += line.split(' ').nth(1)?.parse::<u64>().ok()?;
        }
    }
    Some(Cost { total: total?, hashing })
}
