//! Random: what members do, mostly sensible, sometimes not; a function of the seed alone.
mod business;
mod finance;
mod late;
mod papers;
mod trouble;

use crate::naive::Naive;
use crate::slices::Slice;
use std::collections::BTreeSet;
use tally_contracts::types::BusinessDate;

const SUPPLIERS: [&str; 6] = ["alpha", "beta", "gamma", "bolt", "crux", "duke"];
const ANCHORS: [&str; 4] = ["acme", "bolt", "crux", "duke"];
const BANKS: [&str; 2] = ["east", "west"];
const FUNDERS: [&str; 3] = ["east", "west", "fund"];
const ANYONE: [&str; 12] =
    ["alpha", "beta", "gamma", "bolt", "crux", "duke", "acme", "east", "west", "fund", "guard", "idle"];
const MS_PER_DAY: u64 = 86_400_000;
/// Tranches that a search for one of a kind looks at: a long run has many open.
const LOOKED_AT: usize = 300;

pub struct Random {
    pub seed: u64,
    state: u64,
    /// What has to be unique: bank references, invoices.
    fresh: u64,
}

impl Random {
    pub fn new(seed: u64) -> Self {
        Self { seed, state: seed, fresh: 0 }
    }

    /// SplitMix64: good enough to choose, and the same on every machine.
    fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    pub fn below(&mut self, limit: u64) -> u64 {
        self.next() % limit.max(1)
    }

    fn chance(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }

    fn pick<'t>(&mut self, from: &[&'t str]) -> &'t str {
        from[usize::try_from(self.below(from.len() as u64)).expect("small")]
    }

    /// Mostly seconds, now and then days.
    pub fn pause_ms(&mut self) -> u64 {
        match self.below(100) {
            0..90 => 1_000 + self.below(600_000),
            90..97 => self.below(MS_PER_DAY),
            _ => self.below(20) * MS_PER_DAY,
        }
    }

    /// A line of the script language.
    pub fn line(&mut self, naive: &Naive, today: BusinessDate) -> String {
        self.fresh += 1;
        match self.below(100) {
            0..7 => self.credit(),
            7 => self.ask(today),
            8..12 => self.move_deposit(),
            12..17 => self.payout(naive),
            17..29 => self.submit(today),
            29..48 => self.answer(naive),
            48..53 => self.split(naive),
            53..56 => self.merge(naive),
            56..66 => self.transfer(naive),
            66..69 => self.finance(naive, today),
            69..75 => self.facility(naive, today),
            75..81 => self.discount(naive),
            81 | 82 => self.hold(naive, today),
            83 | 84 => self.pay(naive),
            85 if self.chance(50) => self.trust(),
            85 => self.pledge(naive),
            86 => self.late(naive),
            87..91 => self.help(naive, today),
            91..95 => self.trouble(naive),
            95..97 => self.case(naive, today),
            97 | 98 => self.govern(naive),
            _ => self.supervise(naive),
        }
    }

    /// Any of `open`, if there is one.
    fn one_of(&mut self, open: &BTreeSet<u64>) -> Option<u64> {
        let from = self.below(open.last().map_or(0, |last| last + 1));
        open.range(from..).next().copied()
    }

    /// Fen to ten thousand, with odd ends.
    fn money(&mut self) -> String {
        let magnitude = [100, 10_000, 1_000_000][usize::try_from(self.below(3)).expect("small")];
        amount(self.below(magnitude) + u64::from(self.chance(98)))
    }

    /// An open tranche with its holder (or, now and then, somebody else) and face.
    fn tranche(&mut self, naive: &Naive) -> Option<(u64, String, u64)> {
        let from = self.below(naive.last_tranche + 1);
        let (id, slice) = naive.slices.range(from..).next().or_else(|| naive.slices.iter().next())?;
        let holder = if self.chance(95) { slice.holder.as_str() } else { self.pick(&ANYONE) };
        Some((*id, holder.to_owned(), u64::try_from(slice.face).expect("a face")))
    }

    /// The next tranche of an overdue debt from a random one on, among so many that there mostly is one.
    fn overdue(&mut self, naive: &Naive) -> Option<u64> {
        let late = |slice: &Slice| naive.debts[crate::naive::index(slice.receivable)].late.is_overdue;
        let from = self.below(naive.last_tranche + 1);
        let on = naive.slices.range(from..).chain(naive.slices.range(..from)).take(LOOKED_AT);
        on.filter(|(_, slice)| late(slice)).map(|(id, _)| *id).next()
    }
}

fn amount(minor: u64) -> String {
    format!("{}.{:02}", minor / 100, minor % 100)
}
