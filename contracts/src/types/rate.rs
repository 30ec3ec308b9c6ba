//! Annual rates in parts per million.
use borsh::{BorshDeserialize, BorshSerialize};
use std::fmt;

/// A rate in parts per million; 43,500 is 4.35 %.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, BorshSerialize, BorshDeserialize)]
pub struct Rate(u32);

impl Rate {
    pub const fn from_ppm(ppm: u32) -> Self {
        Self(ppm)
    }

    pub const fn ppm(self) -> u32 {
        self.0
    }
}

impl fmt::Display for Rate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{:04} %", self.0 / 10_000, self.0 % 10_000)
    }
}

impl fmt::Debug for Rate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ppm", self.0)
    }
}
