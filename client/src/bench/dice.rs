//! Choices of the load: pseudo-random, the same for the same seed.

/// SplitMix64 (Steele, Lea and Flood, 2014): a few instructions a number, which the load's budget asks for.
#[derive(Debug, Clone)]
pub struct Dice(u64);

impl Dice {
    /// The same choices for the same seed.
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// A number below `end`; 0 where `end` is 0.
    pub fn below(&mut self, end: u64) -> u64 {
        // The bias of a remainder is below 2^-40 for the small ends used here.
        self.next().checked_rem(end).unwrap_or(0)
    }

    /// A number of `first..=last`.
    pub fn between(&mut self, first: u64, last: u64) -> u64 {
        first.saturating_add(self.below(last.saturating_sub(first).saturating_add(1)))
    }

    /// A place in a list of that length.
    pub fn place(&mut self, length: usize) -> usize {
        usize::try_from(self.below(u64::try_from(length).unwrap_or(u64::MAX))).unwrap_or(0)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_chooses_the_same() {
        let (mut one, mut other) = (Dice::new(7), Dice::new(7));
        let drawn: Vec<u64> = (0..1_000).map(|_| one.between(3, 9)).collect();
        assert!(drawn.iter().all(|number| (3..=9).contains(number) && *number == other.between(3, 9)));
        assert!((3..=9).all(|number| drawn.contains(&number)));
        assert_eq!((one.below(0), one.place(0)), (0, 0));
    }

    #[test]
    fn the_generator_gives_the_authors_first_numbers() {
        let mut dice = Dice::new(1_234_567);
        assert_eq!(dice.next(), 6_457_827_717_110_365_317);
        assert_eq!(dice.next(), 3_203_168_211_198_807_973);
    }
}
