//! Who decides a height, in one order that is the same on every node, and whose turn it is to propose.

use borsh::{BorshDeserialize, BorshSerialize};

use crate::limits::{POWER_TOTAL_MAX, VALIDATORS_MAX};
use crate::types::{Height, Round, Validator, ValidatorKey};

/// Why some validators make no set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ValidatorSetError {
    /// Nobody could ever decide.
    #[error("a validator set needs at least one validator")]
    Empty,
    /// More than [`VALIDATORS_MAX`].
    #[error("{count} validators are more than {max}")]
    TooMany {
        /// How many there are.
        count: usize,
        /// How many there may be.
        max: usize,
    },
    /// One key, two entries.
    #[error("validator {key} is listed twice")]
    Duplicate {
        /// The key.
        key: ValidatorKey,
    },
    /// A vote without weight.
    #[error("validator {key} has no power")]
    Powerless {
        /// The key.
        key: ValidatorKey,
    },
    /// More than [`POWER_TOTAL_MAX`].
    #[error("the sum of all powers exceeds {max}")]
    PowerTooLarge {
        /// The limit.
        max: u64,
    },
}

/// The validators of one height, sorted by key, never empty, with at least power 1 each.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize)]
pub struct ValidatorSet {
    validators: Vec<Validator>,
    #[borsh(skip)]
    total: u64,
    /// In the order of their keys; no part of what the set is.
    #[borsh(skip)]
    absent: Vec<ValidatorKey>,
}

impl ValidatorSet {
    /// A set of these validators, in whatever order they come.
    ///
    /// # Errors
    /// If there are none or too many, a key comes twice, or a power is 0 or too large.
    pub fn new(mut validators: Vec<Validator>) -> Result<Self, ValidatorSetError> {
        if validators.is_empty() {
            return Err(ValidatorSetError::Empty);
        }
        if validators.len() > VALIDATORS_MAX {
            return Err(ValidatorSetError::TooMany { count: validators.len(), max: VALIDATORS_MAX });
        }
        validators.sort_by_key(|validator| validator.public_key);
        if let Some(pair) = validators.windows(2).find(|pair| pair[0].public_key == pair[1].public_key) {
            return Err(ValidatorSetError::Duplicate { key: pair[0].public_key });
        }
        if let Some(validator) = validators.iter().find(|validator| validator.power == 0) {
            return Err(ValidatorSetError::Powerless { key: validator.public_key });
        }
        let total = validators
            .iter()
            .try_fold(0_u64, |sum, validator| sum.checked_add(validator.power))
            .filter(|total| *total <= POWER_TOTAL_MAX)
            .ok_or(ValidatorSetError::PowerTooLarge { max: POWER_TOTAL_MAX })?;
        Ok(Self { validators, total, absent: Vec::new() })
    }

    /// The same set, in which these validators are passed over when it is their turn. They vote like all others. MUST
    /// follow from what was decided below the height, so that it is the same on every node.
    #[must_use]
    pub fn passing_over(self, mut absent: Vec<ValidatorKey>) -> Self {
        absent.sort_unstable();
        Self { absent, ..self }
    }

    /// The validators in the order of their keys.
    #[must_use]
    pub fn validators(&self) -> &[Validator] {
        &self.validators
    }

    /// The sum of all powers.
    #[must_use]
    pub const fn power_total(&self) -> u64 {
        self.total
    }

    /// The validator with this key.
    #[must_use]
    pub fn get(&self, key: &ValidatorKey) -> Option<&Validator> {
        let index = self.validators.binary_search_by_key(key, |validator| validator.public_key).ok()?;
        self.validators.get(index)
    }

    /// Whether this power is a quorum: more than two thirds of all.
    #[must_use]
    pub fn is_quorum(&self, power: u64) -> bool {
        u128::from(power) * 3 > u128::from(self.total) * 2
    }

    /// Whose turn it is: one after the other, by height and round, whatever their power. Weighting the turns would
    /// give a large validator many in a row, and all of them would be lost while it is down.
    ///
    /// Who is absent comes after all others, but is asked first on every [`RETURN_EVERY`]th of its own turns: that is its
    /// way back.
    #[must_use]
    pub fn proposer(&self, height: Height, round: Round) -> &Validator {
        let first = remainder(height.as_u64(), self.validators.len());
        let cycle = height.as_u64() / self.validators.len() as u64;
        let is_asked = |steps: usize, validator: &Validator| {
            let may_return = steps == 0 && cycle.is_multiple_of(RETURN_EVERY);
            may_return || self.absent.binary_search(&validator.public_key).is_err()
        };
        let in_turn = || self.validators.iter().cycle().skip(first).take(self.validators.len()).enumerate();
        let present = in_turn().filter(|(steps, validator)| is_asked(*steps, validator));
        let absent = in_turn().filter(|(steps, validator)| !is_asked(*steps, validator));
        let mut order = present.chain(absent).map(|(_, validator)| validator);
        let round = remainder(round.as_u32().into(), self.validators.len());
        order.nth(round).unwrap_or(&self.validators[first])
    }
}

/// Turns of an absent validator of which one is given to it: one round lost in so many cycles, against so many cycles
/// until a validator that came back proposes again.
const RETURN_EVERY: u64 = 16;

fn remainder(number: u64, length: usize) -> usize {
    usize::try_from(number % length as u64).expect("a remainder is smaller than a length")
}

impl BorshDeserialize for ValidatorSet {
    fn deserialize_reader<R: std::io::Read>(reader: &mut R) -> std::io::Result<Self> {
        let validators = Vec::<Validator>::deserialize_reader(reader)?;
        let sorted = validators.is_sorted_by_key(|validator| validator.public_key);
        let set = Self::new(validators)
            .map_err(|error| std::io::Error::new(std::io::ErrorKind::InvalidData, error))?;
        // One set has one encoding, so that its hash is well defined.
        if !sorted {
            return Err(std::io::Error::new(
                std::io::ErrorKind::InvalidData,
                "validators are not sorted by key",
            ));
        }
        Ok(set)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn validator(byte: u8, power: u64) -> Validator {
        Validator { public_key: ValidatorKey::new([byte; 32]), power }
    }

    #[test]
    fn bad_sets_are_refused() {
        let rows = [
            (vec![], ValidatorSetError::Empty),
            (vec![validator(1, 1); 2], ValidatorSetError::Duplicate { key: ValidatorKey::new([1; 32]) }),
            (vec![validator(1, 0)], ValidatorSetError::Powerless { key: ValidatorKey::new([1; 32]) }),
            (
                vec![validator(1, u64::MAX), validator(2, 1)],
                ValidatorSetError::PowerTooLarge { max: POWER_TOTAL_MAX },
            ),
            (
                vec![validator(1, 1); VALIDATORS_MAX + 1],
                ValidatorSetError::TooMany { count: VALIDATORS_MAX + 1, max: VALIDATORS_MAX },
            ),
        ];
        for (validators, error) in rows {
            assert_eq!(ValidatorSet::new(validators), Err(error));
        }
    }

    #[test]
    fn the_order_of_input_does_not_matter() {
        let one = ValidatorSet::new(vec![validator(1, 1), validator(2, 5), validator(3, 1)]).unwrap();
        let other = ValidatorSet::new(vec![validator(3, 1), validator(1, 1), validator(2, 5)]).unwrap();
        assert_eq!(one, other);
        let bytes = borsh::to_vec(&one).unwrap();
        assert_eq!(borsh::from_slice::<ValidatorSet>(&bytes).unwrap(), one);
    }

    #[test]
    fn everybody_proposes_in_turn_and_a_new_round_passes_the_turn_on() {
        let set = ValidatorSet::new((1..=4).map(|byte| validator(byte, u64::from(byte))).collect()).unwrap();
        let turn =
            |height, round| set.proposer(Height::new(height), Round::new(round)).public_key.as_bytes()[0];
        assert_eq!([turn(4, 0), turn(5, 0), turn(6, 0), turn(7, 0), turn(8, 0)], [1, 2, 3, 4, 1]);
        assert_eq!([turn(4, 0), turn(4, 1), turn(4, 2), turn(4, 3), turn(4, 4)], [1, 2, 3, 4, 1]);
        assert_eq!(turn(u64::MAX, u32::MAX), 3);
    }

    #[test]
    fn who_is_absent_is_passed_over_but_for_every_sixteenth_of_its_turns() {
        let set = ValidatorSet::new((1..=4).map(|byte| validator(byte, 1)).collect()).unwrap();
        let set = set.passing_over(vec![ValidatorKey::new([2; 32])]);
        let turn =
            |height, round| set.proposer(Height::new(height), Round::new(round)).public_key.as_bytes()[0];
        // heights 4 to 63 are cycles 1 to 15; validator 2 has the second turn of each
        assert_eq!([turn(4, 0), turn(5, 0), turn(6, 0), turn(7, 0)], [1, 3, 3, 4]);
        assert_eq!([turn(5, 0), turn(5, 1), turn(5, 2), turn(5, 3), turn(5, 4)], [3, 4, 1, 2, 3]);
        assert_eq!([turn(65, 0), turn(65, 1)], [2, 3]);
        assert_eq!(set.get(&ValidatorKey::new([2; 32])).map(|validator| validator.power), Some(1));
        let nobody = (1..=4).map(|byte| ValidatorKey::new([byte; 32])).collect();
        let all_absent = set.passing_over(nobody);
        assert_eq!(all_absent.proposer(Height::new(6), Round::FIRST).public_key.as_bytes()[0], 3);
    }

    #[test]
    fn a_quorum_is_more_than_two_thirds() {
        for (total, power, quorum) in [
            (3_u64, 2_u64, false),
            (3, 3, true),
            (4, 2, false),
            (4, 3, true),
            (100, 66, false),
            (100, 67, true),
        ] {
            let set = ValidatorSet::new(vec![validator(1, total)]).unwrap();
            assert_eq!(set.is_quorum(power), quorum, "{power} of {total}");
        }
    }
}
