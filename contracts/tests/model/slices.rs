//! Slices: the open parts of every debt, found by their number and by their debt.
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Deref;
use tally_contracts::types::MemberId;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Slice {
    pub receivable: u64,
    pub face: u128,
    pub holder: MemberId,
    pub written_off: bool,
    /// The pool that shares its loss.
    pub enrolled: Option<u64>,
    /// The pool that holds it.
    pub pool: Option<u64>,
    /// The slice that it was part of before its holder paid for it.
    pub taken_from: Option<u64>,
    /// By a facility that still counts it.
    pub bought: bool,
    /// Who before the holder stays liable, oldest first.
    pub liable: Vec<MemberId>,
    /// When its purchase was registered, if it was.
    pub registered: Option<u64>,
    /// Of the claims that it was paid for, where its holder took it over.
    pub rank: Option<Rank>,
}

/// Registered financings by their time come before everybody else.
pub type Rank = (bool, u64);

impl Slice {
    pub fn new(receivable: u64, face: u128, holder: MemberId) -> Self {
        Self {
            receivable,
            face,
            holder,
            written_off: false,
            enrolled: None,
            pool: None,
            taken_from: None,
            bought: false,
            liable: Vec::new(),
            registered: None,
            rank: None,
        }
    }

    /// Title moves, and takes along neither registration nor the pool that shared its loss.
    pub fn hand_over(&mut self, to: MemberId, stays_liable: bool) {
        if stays_liable && !self.liable.contains(&self.holder) {
            self.liable.push(self.holder);
        }
        (self.holder, self.enrolled, self.bought) = (to, None, false);
        (self.registered, self.written_off) = (None, false);
    }
}

/// All that are open. Read like a map; what comes and goes is noted by debt too, so that nothing is searched for.
#[derive(Default)]
pub struct Slices {
    all: BTreeMap<u64, Slice>,
    of_debt: BTreeMap<u64, BTreeSet<u64>>,
}

impl Deref for Slices {
    type Target = BTreeMap<u64, Slice>;

    fn deref(&self) -> &Self::Target {
        &self.all
    }
}

impl Slices {
    pub fn insert(&mut self, id: u64, slice: Slice) {
        self.of_debt.entry(slice.receivable).or_default().insert(id);
        self.all.insert(id, slice);
    }

    pub fn remove(&mut self, id: u64) -> Slice {
        let slice = self.all.remove(&id).expect("it was there");
        if let Some(own) = self.of_debt.get_mut(&slice.receivable) {
            own.remove(&id);
        }
        slice
    }

    pub fn get_mut(&mut self, id: u64) -> Option<&mut Slice> {
        self.all.get_mut(&id)
    }

    /// The open parts of one debt, by number.
    pub fn of(&self, receivable: u64) -> impl Iterator<Item = (u64, &Slice)> {
        self.of_debt.get(&receivable).into_iter().flatten().map(|id| (*id, &self.all[id]))
    }
}
