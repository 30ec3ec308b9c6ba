//! Papers: documents and who is given them, keys that are replaced, and validators that are accused.
use super::{ANYONE, BANKS, Random};
use crate::naive::{Naive, index};
use tally_contracts::types::{MemberId, PublicKey};

/// Who has papers beside those who do business.
const READERS: [&str; 14] = [
    "alpha", "beta", "gamma", "bolt", "crux", "duke", "acme", "east", "west", "fund", "guard", "idle",
    "watch", "agent",
];

impl Random {
    /// A line about documents, keys or misbehaviour: none of it touches money or title.
    pub fn paper(&mut self, naive: &Naive) -> String {
        self.fresh += 1;
        match self.below(20) {
            0..4 => format!("{} encrypts with {}", self.pick(&READERS), self.below(50)),
            4..9 => self.file(naive),
            9..14 => self.share(naive),
            14..16 => self.shred(naive),
            16..18 => self.rotate(naive),
            _ => self.accuse(naive),
        }
    }

    fn file(&mut self, naive: &Naive) -> String {
        let count = naive.debts.len() as u64;
        if count == 0 {
            return "alpha files Invoice on R1".to_owned();
        }
        let kind = self.pick(&["Invoice", "Contract", "DeliveryNote", "Other"]);
        let bytes = if self.chance(5) { 0 } else { 4_112 + self.below(100) };
        let latest = self.latest(naive);
        if let Some((number, paper)) = latest.filter(|_| self.chance(30)) {
            let (owner, receivable) = (paper.owner, paper.receivable);
            let of = paper.tranche.map(|tranche| format!(" of T{tranche}")).unwrap_or_default();
            return format!("{owner} files {kind} on R{receivable}{of} bytes {bytes} replaces A{number}");
        }
        if self.chance(40)
            && let Some((tranche, holder, _)) = self.tranche(naive)
        {
            let receivable = naive.slices[&tranche].receivable;
            return format!("{holder} files {kind} on R{receivable} of T{tranche} bytes {bytes}");
        }
        let receivable = 1 + self.below(count);
        let debt = &naive.debts[index(receivable)];
        let owner = match self.below(10) {
            0 => self.pick(&READERS).to_owned(),
            1..5 => debt.anchor.to_string(),
            _ => debt.supplier.to_string(),
        };
        format!("{owner} files {kind} on R{receivable} bytes {bytes}")
    }

    fn share(&mut self, naive: &Naive) -> String {
        let Some((number, paper)) = self.latest(naive) else { return "alpha shares A1 with east".to_owned() };
        let parties: Vec<MemberId> = paper.parties.iter().copied().chain([paper.owner]).collect();
        let by = parties[usize::try_from(self.below(parties.len() as u64)).expect("few")].to_string();
        let by = if self.chance(90) { by } else { self.pick(&READERS).to_owned() };
        format!("{by} shares A{number} with {}", self.pick(&READERS))
    }

    fn shred(&mut self, naive: &Naive) -> String {
        let Some((number, paper)) = self.latest(naive) else { return "alpha shreds A1".to_owned() };
        let by = if self.chance(50) { paper.owner.to_string() } else { self.pick(&READERS).to_owned() };
        format!("{by} shreds A{number}")
    }

    /// Mostly the own key by one that was never used.
    fn rotate(&mut self, naive: &Naive) -> String {
        let bank = self.pick(&BANKS);
        let voter = if self.chance(90) { bank } else { self.pick(&["east", "west", "fund"]) };
        let from = self.vote_key(naive, bank);
        let to = match self.below(10) {
            0 => self.replaced(naive).unwrap_or(from),
            1 => self.vote_key(naive, "west"),
            _ => PublicKey(tally_contracts::types::Hash::of(format!("vote {}", self.fresh).as_bytes()).0),
        };
        format!("{voter} rotates {from} to {to}")
    }

    fn accuse(&mut self, naive: &Naive) -> String {
        let bank = self.pick(&BANKS);
        let current = self.vote_key(naive, bank);
        let key = self.replaced(naive).filter(|_| self.chance(10)).unwrap_or(current);
        let kind = self.pick(&["proposal", "prevote", "precommit"]);
        let height = naive.papers.height.saturating_sub(self.below(6)) + self.below(3);
        let (first, second) = (self.pick(&["A", "B", "nil"]), self.pick(&["B", "C"]));
        let (by, round) = (self.pick(&ANYONE), self.below(2));
        format!("{by} accuses {key} of {kind} at {height} round {round} for {first} and {second}")
    }

    /// One of the last documents; now and then any.
    fn latest<'n>(&mut self, naive: &'n Naive) -> Option<(u64, &'n crate::papers::Paper)> {
        let count = naive.papers.documents.len() as u64;
        let back = if self.chance(90) { self.below(8) } else { self.below(count) };
        let number = count.checked_sub(back).filter(|number| *number > 0)?;
        Some((number, &naive.papers.documents[index(number)]))
    }

    fn vote_key(&mut self, naive: &Naive, bank: &str) -> PublicKey {
        let mut voters = naive.papers.voters.iter();
        *voters.find(|(_, voter)| voter.as_str() == bank).expect("both banks vote").0
    }

    fn replaced(&mut self, naive: &Naive) -> Option<PublicKey> {
        let count = naive.papers.successors.len() as u64;
        naive.papers.successors.keys().nth(usize::try_from(self.below(count)).expect("few")).copied()
    }
}
