//! What a submission stream handed in and was not answered: kept by index, so that it can be handed in again.

use std::collections::VecDeque;

use super::submit_many::Envelope;

/// Transactions of one stream by their index, which counts from 0 for as long as the stream's owner lives.
#[derive(Debug, Default)]
pub(super) struct Unanswered {
    /// Index of the first slot.
    first: u64,
    slots: VecDeque<Option<Envelope>>,
    /// The indexes that this connection handed in again, in its order.
    again: Vec<u64>,
    /// The index that followed them.
    rest: u64,
}

impl Unanswered {
    /// Takes one more in; it has the next index.
    pub(super) fn add(&mut self, envelope: Envelope) {
        self.slots.push_back(Some(envelope));
    }

    /// Whether everything was answered.
    pub(super) fn is_empty(&self) -> bool {
        self.slots.is_empty()
    }

    /// A new connection counts from 0 again: what it MUST hand in first, in order.
    pub(super) fn begin_again(&mut self) -> Vec<Envelope> {
        let slots = self.slots.iter().zip(self.first..);
        let (again, envelopes) =
            slots.filter_map(|(slot, index)| Some((index, slot.clone()?))).unzip::<_, _, Vec<_>, Vec<_>>();
        self.again = again;
        self.rest = self.first.saturating_add(count(self.slots.len()));
        envelopes
    }

    /// The index and bytes of what the connection answers under `place`, once.
    pub(super) fn take(&mut self, place: u64) -> Option<(u64, Envelope)> {
        let again = count(self.again.len());
        let index = match usize::try_from(place).ok().and_then(|place| self.again.get(place)) {
            Some(index) => *index,
            None => self.rest.checked_add(place.checked_sub(again)?)?,
        };
        let slot = usize::try_from(index.checked_sub(self.first)?).ok()?;
        let envelope = self.slots.get_mut(slot)?.take()?;
        while let Some(None) = self.slots.front() {
            self.slots.pop_front();
            self.first = self.first.saturating_add(1);
        }
        Some((index, envelope))
    }
}

fn count(length: usize) -> u64 {
    u64::try_from(length).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use tally_contracts::types::Hash;

    use super::*;

    fn envelope(number: u8) -> Envelope {
        Envelope { id: Hash([number; 32]), bytes: vec![number] }
    }

    fn with(numbers: std::ops::Range<u8>) -> Unanswered {
        let mut unanswered = Unanswered::default();
        numbers.for_each(|number| unanswered.add(envelope(number)));
        unanswered
    }

    #[test]
    fn each_place_is_answered_once() {
        let mut unanswered = with(0..3);
        assert_eq!(unanswered.take(1), Some((1, envelope(1))));
        assert_eq!(unanswered.take(1), None);
        assert_eq!(unanswered.take(7), None);
        assert_eq!(unanswered.take(0), Some((0, envelope(0))));
        assert_eq!(unanswered.take(2), Some((2, envelope(2))));
        assert!(unanswered.is_empty());
    }

    #[test]
    fn a_new_connection_gets_what_was_not_answered_and_keeps_its_indexes() {
        let mut unanswered = with(0..4);
        unanswered.take(2).unwrap();
        assert_eq!(unanswered.begin_again(), [envelope(0), envelope(1), envelope(3)]);
        unanswered.add(envelope(4));
        assert_eq!(unanswered.take(2), Some((3, envelope(3))), "its third is the fourth of all");
        assert_eq!(unanswered.take(3), Some((4, envelope(4))), "what came after counts on");
        assert_eq!(unanswered.begin_again(), [envelope(0), envelope(1)]);
        assert_eq!(unanswered.take(1), Some((1, envelope(1))));
        assert_eq!(unanswered.take(0), Some((0, envelope(0))));
        assert!(unanswered.is_empty());
        unanswered.add(envelope(5));
        assert_eq!(unanswered.take(2), Some((5, envelope(5))));
    }
}
