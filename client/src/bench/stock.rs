//! Tranches that lie ready to be split or sold, each once.

use tally_contracts::types::TrancheId;

use super::cast::Seat;
use super::dice::Dice;

/// A tranche in a member's hands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Holding {
    /// Which.
    pub tranche: TrancheId,
    /// Whose.
    pub holder: Seat,
    /// Minor units.
    pub face: u64,
}

/// What was preloaded and not used yet.
#[derive(Debug, Default)]
pub struct Stock(Vec<Holding>);

impl Stock {
    /// One more lies ready.
    pub fn put(&mut self, holding: Holding) {
        self.0.push(holding);
    }

    /// Any of them, so that the work is spread over the whole state.
    pub fn take(&mut self, dice: &mut Dice) -> Option<Holding> {
        if self.0.is_empty() {
            return None;
        }
        let place = dice.place(self.0.len());
        Some(self.0.swap_remove(place))
    }
}
