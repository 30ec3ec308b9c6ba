//! Identities: members by slug, keys by their bytes, everything else by its creation number.
use borsh::{BorshDeserialize, BorshSerialize};
use std::fmt;
use std::str::FromStr;

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum IdError {
    #[error("a member id has 2 to 32 characters of a-z, 0-9 and inner hyphens; this has {length} or others")]
    MemberId { length: usize },
    #[error("expected {prefix} followed by a number, such as {prefix}7")]
    Numbered { prefix: char },
}

/// A member's slug: 2 to 32 characters of `a-z`, `0-9` and inner hyphens.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MemberId {
    length: u8,
    bytes: [u8; 32],
}

impl MemberId {
    pub fn new(slug: &str) -> Result<Self, IdError> {
        let length = slug.len();
        let refused = IdError::MemberId { length };
        let legal = |byte: &u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || *byte == b'-';
        let inner_hyphens = !slug.starts_with('-') && !slug.ends_with('-');
        if !(2..=32).contains(&length) || !slug.as_bytes().iter().all(legal) || !inner_hyphens {
            return Err(refused);
        }
        let mut bytes = [0; 32];
        bytes.iter_mut().zip(slug.bytes()).for_each(|(to, from)| *to = from);
        Ok(Self { length: u8::try_from(length).map_err(|_| refused)?, bytes })
    }

    pub fn as_str(&self) -> &str {
        let slug = self.bytes.get(..usize::from(self.length)).unwrap_or_default();
        std::str::from_utf8(slug).unwrap_or_default()
    }
}

impl FromStr for MemberId {
    type Err = IdError;

    fn from_str(slug: &str) -> Result<Self, IdError> {
        Self::new(slug)
    }
}

impl fmt::Display for MemberId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl fmt::Debug for MemberId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl BorshSerialize for MemberId {
    fn serialize<W: borsh::io::Write>(&self, writer: &mut W) -> borsh::io::Result<()> {
        self.as_str().serialize(writer)
    }
}

impl BorshDeserialize for MemberId {
    fn deserialize_reader<R: borsh::io::Read>(reader: &mut R) -> borsh::io::Result<Self> {
        let slug = String::deserialize_reader(reader)?;
        Self::new(&slug).map_err(|error| borsh::io::Error::new(borsh::io::ErrorKind::InvalidData, error))
    }
}

/// An ed25519 public key (RFC 8032), 32 bytes. Small-order and non-canonical keys are refused where keys
/// enter: at admission of a transaction and in genesis.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, BorshSerialize, BorshDeserialize)]
pub struct PublicKey(pub [u8; 32]);

impl fmt::Display for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// An X25519 public key (RFC 7748): 32 bytes, little-endian. Something else than a [`PublicKey`], which signs.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, BorshSerialize, BorshDeserialize)]
pub struct X25519Key(pub [u8; 32]);

impl X25519Key {
    /// Whether an agreement with it gives the same secret to everybody: the points of order 1, 2, 4 and 8 of the
    /// curve and its twist (RFC 7748, section 6.1), in their canonical encodings.
    pub fn is_small_order(&self) -> bool {
        SMALL_ORDER_U.contains(&self.0)
    }
}

/// 0, 1, the two of order 8, and p − 1.
const SMALL_ORDER_U: [[u8; 32]; 5] = [
    [0; 32],
    [1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
    [
        0xe0, 0xeb, 0x7a, 0x7c, 0x3b, 0x41, 0xb8, 0xae, 0x16, 0x56, 0xe3, 0xfa, 0xf1, 0x9f, 0xc4, 0x6a, 0xda,
        0x09, 0x8d, 0xeb, 0x9c, 0x32, 0xb1, 0xfd, 0x86, 0x62, 0x05, 0x16, 0x5f, 0x49, 0xb8, 0x00,
    ],
    [
        0x5f, 0x9c, 0x95, 0xbc, 0xa3, 0x50, 0x8c, 0x24, 0xb1, 0xd0, 0xb1, 0x55, 0x9c, 0x83, 0xef, 0x5b, 0x04,
        0x44, 0x5c, 0xc4, 0x58, 0x1c, 0x8e, 0x86, 0xd8, 0x22, 0x4e, 0xdd, 0xd0, 0x9f, 0x11, 0x57,
    ],
    [
        0xec, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
        0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f,
    ],
];

impl fmt::Display for X25519Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for X25519Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// What the ledger numbers by order of creation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, BorshSerialize, BorshDeserialize)]
pub enum CounterKind {
    Policy,
    Receivable,
    Tranche,
    Facility,
    Payout,
    Proposal,
    Guarantee,
    Pool,
    PoolClaim,
    Dispute,
    CreditNote,
    Netting,
    Programme,
    CreditRead,
    Document,
}

macro_rules! numbered {
    ($(#[$doc:meta])* $name:ident, $prefix:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, BorshSerialize, BorshDeserialize)]
        pub struct $name(u64);

        impl $name {
            pub const fn new(number: u64) -> Self {
                Self(number)
            }

            pub const fn number(self) -> u64 {
                self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(&format!("{}{}", $prefix, self.0))
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(self, f)
            }
        }

        impl FromStr for $name {
            type Err = IdError;

            fn from_str(text: &str) -> Result<Self, IdError> {
                let digits = text.strip_prefix($prefix).unwrap_or_default();
                let canonical = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
                if !canonical {
                    return Err(IdError::Numbered { prefix: $prefix });
                }
                digits.parse().map(Self).map_err(|_| IdError::Numbered { prefix: $prefix })
            }
        }
    };
}

numbered!(
    /// A receivable's creation number, shown as `R7`.
    ReceivableId,
    'R'
);
numbered!(
    /// A tranche's creation number, shown as `T7`.
    TrancheId,
    'T'
);
numbered!(
    /// A facility's creation number, shown as `F7`.
    FacilityId,
    'F'
);
numbered!(
    /// A payout's creation number, shown as `P7`.
    PayoutId,
    'P'
);
numbered!(
    /// A proposal's creation number, shown as `G7`: a decision of governance.
    ProposalId,
    'G'
);
numbered!(
    /// A guarantee's creation number, shown as `B7` (保证).
    GuaranteeId,
    'B'
);
numbered!(
    /// A compensation pool's creation number, shown as `C7`.
    PoolId,
    'C'
);
numbered!(
    /// A claim on a pool, by its place in the queues, shown as `Q7`.
    PoolClaimId,
    'Q'
);
numbered!(
    /// A dispute's creation number, shown as `D7`.
    DisputeId,
    'D'
);
numbered!(
    /// A credit note's creation number, shown as `K7`.
    CreditNoteId,
    'K'
);
numbered!(
    /// A netting proposal's creation number, shown as `N7`.
    NettingId,
    'N'
);
numbered!(
    /// An early-payment programme's creation number, shown as `E7`.
    ProgrammeId,
    'E'
);
numbered!(
    /// A recorded read of a credit profile, shown as `V7`.
    CreditReadId,
    'V'
);
numbered!(
    /// A version of a document, by its registration, shown as `A7`.
    DocumentId,
    'A'
);
numbered!(
    /// The position of a block in the chain; genesis is 0, shown as `H7`.
    Height,
    'H'
);

impl Height {
    pub const GENESIS: Self = Self(0);

    /// The next height; saturates at the end of numbers, which no chain reaches.
    pub const fn next(self) -> Self {
        Self(self.0.saturating_add(1))
    }

    pub const fn plus(self, blocks: u64) -> Self {
        Self(self.0.saturating_add(blocks))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_member_id_is_a_short_lower_case_slug() {
        for good in ["ab", "bank-of-east", "s1", "a2345678901234567890123456789012"] {
            assert_eq!(MemberId::new(good).expect(good).as_str(), good);
        }
        for bad in ["", "a", "-ab", "ab-", "Ab", "a b", "ä1", "a23456789012345678901234567890123"] {
            assert!(MemberId::new(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn numbered_ids_read_back_what_they_show() {
        assert_eq!("T17".parse(), Ok(TrancheId::new(17)));
        for bad in ["17", "T", "T-1", "T+1", "R17x", "T99999999999999999999"] {
            assert!(bad.parse::<TrancheId>().is_err(), "{bad}");
        }
    }
}
