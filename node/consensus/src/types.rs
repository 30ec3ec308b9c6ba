//! The plain words this crate speaks with the node: heights, rounds, ids, keys, validators.

use borsh::{BorshDeserialize, BorshSerialize};
use std::fmt;

/// Position of a block in the chain. 0 is the genesis state, the first block has height 1.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, BorshSerialize, BorshDeserialize,
)]
pub struct Height(u64);

impl Height {
    /// The height of the genesis state; no block has it.
    pub const GENESIS: Self = Self(0);
    /// The height of the first block.
    pub const FIRST: Self = Self(1);

    /// The height with this number.
    #[must_use]
    pub const fn new(number: u64) -> Self {
        Self(number)
    }

    /// Its number.
    #[must_use]
    pub const fn as_u64(self) -> u64 {
        self.0
    }

    /// The height after this one; the last representable height has itself as successor.
    #[must_use]
    pub const fn next(self) -> Self {
        Self(self.0.saturating_add(1))
    }
}

impl fmt::Display for Height {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

/// One attempt to decide a height. The first round of every height is 0.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, BorshSerialize, BorshDeserialize,
)]
pub struct Round(u32);

impl Round {
    /// The first round of every height.
    pub const FIRST: Self = Self(0);

    /// The round with this number.
    #[must_use]
    pub const fn new(number: u32) -> Self {
        Self(number)
    }

    /// Its number.
    #[must_use]
    pub const fn as_u32(self) -> u32 {
        self.0
    }
}

impl fmt::Display for Round {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

/// A 32-byte newtype with hex output; the three below must never be confused with each other.
macro_rules! bytes32 {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, BorshSerialize, BorshDeserialize)]
        pub struct $name([u8; 32]);

        impl $name {
            /// Wraps the 32 bytes; nothing is checked.
            #[must_use]
            pub const fn new(bytes: [u8; 32]) -> Self {
                Self(bytes)
            }

            /// The 32 bytes.
            #[must_use]
            pub const fn as_bytes(&self) -> &[u8; 32] {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&hex::encode(self.0))
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), hex::encode(&self.0[..6]))
            }
        }
    };
}

bytes32! {
    /// Names one block. It MUST depend on every byte of the block (see [`crate::Application::identify`]).
    BlockId
}

bytes32! {
    /// Ed25519 public key with which a validator signs proposals and votes. It is also the validator's address.
    ValidatorKey
}

bytes32! {
    /// Ed25519 public key of a node on the network; never the same as its [`ValidatorKey`].
    PeerKey
}

/// One member of the validator set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, BorshSerialize, BorshDeserialize)]
pub struct Validator {
    /// With which it signs.
    pub public_key: ValidatorKey,
    /// Its votes' weight, at least 1.
    pub power: u64,
}
