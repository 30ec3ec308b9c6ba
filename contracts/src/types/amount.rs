//! Money: integer minor units with their currency; every operation is checked.
use crate::limits::AMOUNT_MINOR_MAX;
use borsh::{BorshDeserialize, BorshSerialize};
use std::fmt;
use std::str::FromStr;

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AmountError {
    #[error("an amount over {AMOUNT_MINOR_MAX} minor units")]
    Overflow,
    #[error("{right} taken from {left} leaves less than nothing")]
    Negative { left: u64, right: u64 },
    #[error("{left} and {right} are different currencies")]
    CurrencyMismatch { left: Currency, right: Currency },
    #[error("a currency is three letters A-Z (ISO 4217)")]
    Currency,
}

/// An ISO 4217 alphabetic code.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, BorshSerialize)]
pub struct Currency([u8; 3]);

impl Currency {
    pub fn new(code: &str) -> Result<Self, AmountError> {
        let bytes: [u8; 3] = code.as_bytes().try_into().map_err(|_| AmountError::Currency)?;
        if !bytes.iter().all(u8::is_ascii_uppercase) {
            return Err(AmountError::Currency);
        }
        Ok(Self(bytes))
    }

    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }

    pub fn as_bytes(&self) -> &[u8; 3] {
        &self.0
    }
}

impl FromStr for Currency {
    type Err = AmountError;

    fn from_str(code: &str) -> Result<Self, AmountError> {
        Self::new(code)
    }
}

impl BorshDeserialize for Currency {
    fn deserialize_reader<R: borsh::io::Read>(reader: &mut R) -> borsh::io::Result<Self> {
        let bytes = <[u8; 3]>::deserialize_reader(reader)?;
        let code = std::str::from_utf8(&bytes).unwrap_or_default();
        Self::new(code).map_err(|error| borsh::io::Error::new(borsh::io::ErrorKind::InvalidData, error))
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl fmt::Debug for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Money in minor units (fen, cents), never negative, at most [`AMOUNT_MINOR_MAX`] (rulebook §11).
#[derive(Clone, Copy, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Amount {
    minor: u64,
    currency: Currency,
}

impl Amount {
    /// Fails with [`AmountError::Overflow`] above the limit.
    pub fn new(minor: u64, currency: Currency) -> Result<Self, AmountError> {
        if minor > AMOUNT_MINOR_MAX {
            return Err(AmountError::Overflow);
        }
        Ok(Self { minor, currency })
    }

    pub const fn zero(currency: Currency) -> Self {
        Self { minor: 0, currency }
    }

    pub const fn minor(&self) -> u64 {
        self.minor
    }

    pub const fn currency(&self) -> Currency {
        self.currency
    }

    pub const fn is_zero(&self) -> bool {
        self.minor == 0
    }

    pub fn plus(self, other: Self) -> Result<Self, AmountError> {
        self.same_currency(other)?;
        Self::new(self.minor.checked_add(other.minor).ok_or(AmountError::Overflow)?, self.currency)
    }

    /// Fails with [`AmountError::Negative`] where `other` is larger.
    pub fn minus(self, other: Self) -> Result<Self, AmountError> {
        self.same_currency(other)?;
        let negative = AmountError::Negative { left: self.minor, right: other.minor };
        Ok(Self { minor: self.minor.checked_sub(other.minor).ok_or(negative)?, currency: self.currency })
    }

    /// The smaller of two amounts of one currency.
    pub fn least(self, other: Self) -> Result<Self, AmountError> {
        self.same_currency(other)?;
        Ok(if other.minor < self.minor { other } else { self })
    }

    /// Whether `self` is more than `other`, in the same currency.
    pub fn exceeds(self, other: Self) -> Result<bool, AmountError> {
        self.same_currency(other)?;
        Ok(self.minor > other.minor)
    }

    /// Σ of `amounts`, each in `currency`; zero for none.
    pub fn sum(currency: Currency, amounts: impl IntoIterator<Item = Self>) -> Result<Self, AmountError> {
        amounts.into_iter().try_fold(Self::zero(currency), Self::plus)
    }

    fn same_currency(self, other: Self) -> Result<(), AmountError> {
        if self.currency != other.currency {
            return Err(AmountError::CurrencyMismatch { left: self.currency, right: other.currency });
        }
        Ok(())
    }
}

impl fmt::Display for Amount {
    /// Minor units and currency, such as `100050 CNY minor`: contracts do not know a currency's exponent.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} minor", self.minor, self.currency)
    }
}

impl fmt::Debug for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.minor, self.currency)
    }
}

/// `numerator / denominator` rounded half up (away from zero; both are non-negative).
/// `None` for a zero denominator or a result over 64 bits.
pub fn div_round_half_up(numerator: u128, denominator: u128) -> Option<u64> {
    let quotient = numerator.checked_div(denominator)?;
    let remainder = numerator.checked_rem(denominator)?;
    // remainder ≥ denominator − remainder says remainder/denominator ≥ ½ without doubling
    let up = u128::from(remainder >= denominator.checked_sub(remainder)?);
    u64::try_from(quotient.checked_add(up)?).ok()
}

/// Shares `total` in proportion to `weights` by largest remainder; ties go to the earlier weight, so callers
/// order weights by id. Shares sum to `total` exactly (I10). All zero where the weights sum to zero.
pub fn share_largest_remainder(total: u64, weights: &[u64]) -> Result<Vec<u64>, AmountError> {
    let sum = weights
        .iter()
        .try_fold(0_u128, |sum, weight| sum.checked_add(u128::from(*weight)))
        .ok_or(AmountError::Overflow)?;
    if sum == 0 {
        return Ok(vec![0; weights.len()]);
    }
    let mut shares = Vec::with_capacity(weights.len());
    let mut remainders = Vec::with_capacity(weights.len());
    let mut given = 0_u64;
    for (position, weight) in weights.iter().enumerate() {
        let product = u128::from(total).checked_mul(u128::from(*weight)).ok_or(AmountError::Overflow)?;
        let share =
            u64::try_from(product.checked_div(sum).unwrap_or(0)).map_err(|_| AmountError::Overflow)?;
        shares.push(share);
        given = given.checked_add(share).ok_or(AmountError::Overflow)?;
        remainders.push((std::cmp::Reverse(product.checked_rem(sum).unwrap_or(0)), position));
    }
    remainders.sort_unstable();
    let left = usize::try_from(total.saturating_sub(given)).map_err(|_| AmountError::Overflow)?;
    for (_, position) in remainders.into_iter().take(left) {
        if let Some(share) = shares.get_mut(position) {
            *share = share.checked_add(1).ok_or(AmountError::Overflow)?;
        }
    }
    Ok(shares)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn largest_remainder_gives_the_rulebooks_vectors() {
        for (total, weights, shares) in [
            (10_000, [1, 1, 1], [3_334, 3_333, 3_333]),
            (10_001, [7, 2, 1], [7_001, 2_000, 1_000]),
            (1, [1, 1, 1], [1, 0, 0]),
            (5, [0, 0, 0], [0, 0, 0]),
        ] {
            assert_eq!(
                share_largest_remainder(total, &weights),
                Ok(shares.to_vec()),
                "{total} by {weights:?}"
            );
        }
    }

    #[test]
    fn half_goes_up_and_less_goes_down() {
        assert_eq!(div_round_half_up(5, 10), Some(1));
        assert_eq!(div_round_half_up(49, 100), Some(0));
        assert_eq!(div_round_half_up(1, 3), Some(0));
        assert_eq!(div_round_half_up(2, 3), Some(1));
        assert_eq!(div_round_half_up(1, 0), None);
    }

    #[test]
    fn amounts_never_overflow_go_negative_or_mix_currencies() {
        let cny = Currency::new("CNY").unwrap();
        let eur = Currency::new("EUR").unwrap();
        let most = Amount::new(AMOUNT_MINOR_MAX, cny).unwrap();
        let one = Amount::new(1, cny).unwrap();
        assert_eq!(most.plus(one), Err(AmountError::Overflow));
        assert_eq!(Amount::zero(cny).minus(one), Err(AmountError::Negative { left: 0, right: 1 }));
        assert_eq!(one.plus(Amount::zero(eur)), Err(AmountError::CurrencyMismatch { left: cny, right: eur }));
        assert_eq!(Currency::new("cny"), Err(AmountError::Currency));
    }
}
