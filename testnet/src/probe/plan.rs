//! What is asked, in which order: of every kind as many forbidden as absent, shuffled.

use tally_contracts::types::tagged_hash;

use super::error::ProbeError;
use super::kinds::{Kind, transactions};
use super::limits::QUESTIONS_PER_KIND_MIN;
use super::more::Numbers;

/// One question.
#[derive(Clone, Debug)]
pub struct Probe {
    /// Its place among the kinds; of a transaction, their number.
    pub kind: usize,
    /// The method.
    pub method: &'static str,
    /// The request.
    pub request: Vec<u8>,
    /// How what was asked for stands in texts.
    pub asked: String,
    /// Takes the position out of an answer.
    pub unplaced: fn(&[u8]) -> Vec<u8>,
    /// There is such a record.
    pub is_forbidden: bool,
    /// Trains; else it is judged.
    pub trains: bool,
}

/// Numbers by chance from a seed, the same again for the same seed.
#[derive(Clone, Debug)]
pub struct Dice {
    seed: u64,
    thrown: u64,
}

impl Dice {
    /// Not thrown yet.
    pub fn new(seed: u64) -> Self {
        Self { seed, thrown: 0 }
    }

    fn bytes(&mut self) -> [u8; 32] {
        self.thrown += 1;
        tagged_hash("tallystick/probe", &[&self.seed.to_be_bytes(), &self.thrown.to_be_bytes()]).0
    }

    /// One of so many.
    pub fn throw(&mut self, of: usize) -> usize {
        let [a, b, c, d, e, f, g, h, ..] = self.bytes();
        let number = u64::from_be_bytes([a, b, c, d, e, f, g, h]);
        let of = u64::try_from(of.max(1)).unwrap_or(u64::MAX);
        usize::try_from(number % of).unwrap_or_default()
    }

    fn shuffle<T>(&mut self, all: &mut [T]) {
        for place in (1..all.len()).rev() {
            all.swap(place, self.throw(place + 1));
        }
    }
}

/// Forbidden and absent numbers with as many digits each, so that neither is told by the length of what it is called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pair {
    /// There are such records.
    pub forbidden: Vec<u64>,
    /// There are none.
    pub absent: Vec<u64>,
}

impl Pair {
    /// Of the numbers of a kind, where everything up to `last` may be there in some other form.
    pub fn of(numbers: &[u64], last: u64) -> Option<Self> {
        let last = numbers.iter().copied().max().unwrap_or(0).max(last);
        // the number of digits that has room beyond the last, and records
        (1..=18_u32).rev().find_map(|digits| {
            let (from, to) = (10_u64.pow(digits - 1), 10_u64.pow(digits) - 1);
            let forbidden: Vec<u64> =
                numbers.iter().copied().filter(|number| (from..=to).contains(number)).collect();
            // the next few may be used while the probe runs
            let absent: Vec<u64> = (from.max(last + 3)..=to).take(1_000).collect();
            (!forbidden.is_empty() && !absent.is_empty()).then_some(Self { forbidden, absent })
        })
    }
}

/// At least `count` questions.
pub fn plan(
    count: usize,
    kinds: &[Kind],
    numbers: &Numbers,
    ids: &[Vec<u8>],
    dice: &mut Dice,
) -> Result<Vec<Probe>, ProbeError> {
    // two classes in two halves
    let each = count.div_ceil(kinds.len() + 1).next_multiple_of(QUESTIONS_PER_KIND_MIN);
    let mut probes = Vec::new();
    for (place, kind) in kinds.iter().enumerate() {
        let pair = pair(kind, numbers)?;
        for number in 0..each {
            let is_forbidden = number % 2 == 0;
            let from = if is_forbidden { &pair.forbidden } else { &pair.absent };
            let id = from[dice.throw(from.len())];
            probes.push(Probe {
                kind: place,
                method: kind.method,
                request: (kind.request)(id),
                asked: (kind.asked)(id),
                unplaced: kind.unplaced,
                is_forbidden,
                trains: number % 4 < 2,
            });
        }
    }
    for number in 0..each {
        let is_forbidden = number % 2 == 0;
        let id = if is_forbidden { ids[dice.throw(ids.len())].clone() } else { dice.bytes().to_vec() };
        probes.push(Probe {
            kind: kinds.len(),
            method: transactions::METHOD,
            request: transactions::request(&id),
            asked: hex::encode(&id),
            unplaced: transactions::unplaced,
            is_forbidden,
            trains: number % 4 < 2,
        });
    }
    dice.shuffle(&mut probes);
    Ok(probes)
}

fn pair(kind: &Kind, numbers: &Numbers) -> Result<Pair, ProbeError> {
    use super::kinds::Of;
    let none = Vec::new();
    let own = numbers.get(&kind.of).unwrap_or(&none);
    let last = |of: Of| numbers.get(&of).into_iter().flatten().copied().max().unwrap_or(0);
    // a tranche without a lien and a receivable without a case are there all the same
    let beyond = if kind.of == Of::Liens { last(Of::Tranches) } else { 0 };
    let beyond = if kind.of == Of::Cases { last(Of::Receivables) } else { beyond };
    Pair::of(own, beyond).ok_or_else(|| ProbeError::NoNumbers {
        kind: kind.name(),
        forbidden: own.len(),
        absent: 0,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forbidden_and_absent_numbers_have_as_many_digits() {
        let pair = Pair::of(&[3, 9, 14, 22], 0).unwrap();
        assert_eq!(pair.forbidden, [14, 22]);
        assert_eq!((pair.absent.first(), pair.absent.last()), (Some(&25), Some(&99)));
        let pair = Pair::of(&[1, 2], 0).unwrap();
        assert_eq!((pair.forbidden, pair.absent), (vec![1, 2], vec![5, 6, 7, 8, 9]));
        assert_eq!(Pair::of(&[8], 0), None, "no number of one digit is left");
        assert_eq!(Pair::of(&[12], 40).unwrap().absent.first(), Some(&43));
        assert_eq!(Pair::of(&[], 0), None);
    }
}
