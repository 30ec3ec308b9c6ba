//! What the clients saw: counts, latencies, blocks, and what was not applied.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use tally_proto::v1::common::{Event, EventKind};

use super::latency::Latencies;

/// What was seen in a span of time.
#[derive(Debug, Default)]
pub struct Tally {
    /// Committed and applied.
    pub applied: u64,
    /// The same by action.
    pub by_action: BTreeMap<&'static str, u64>,
    /// Of the blocks in which they are.
    pub heights: BTreeSet<u64>,
    /// From when each was to be sent.
    pub latencies: Latencies,
}

/// What was seen from the first transaction on.
#[derive(Debug, Default)]
pub struct Totals {
    /// Committed and applied.
    pub applied: u64,
    /// Not applied, by reason.
    pub refused: BTreeMap<String, u64>,
    /// One of what was said.
    pub refusal: Option<String>,
    /// Tranches that came into being less those that ended.
    pub live_tranches: i64,
}

impl Tally {
    /// One more was applied.
    pub fn applied(&mut self, action: &'static str, height: u64) {
        self.applied += 1;
        *self.by_action.entry(action).or_default() += 1;
        self.heights.insert(height);
    }

    /// How long it took.
    pub fn took(&mut self, took: Duration) {
        self.latencies.record(took);
    }
}

impl Totals {
    /// One more was applied.
    pub fn applied(&mut self, events: &[Event]) {
        self.applied += 1;
        self.live_tranches += events.iter().map(tranches).sum::<i64>();
    }

    /// One more was not.
    pub fn refused(&mut self, reason: &str, said: String) {
        *self.refused.entry(reason.to_owned()).or_default() += 1;
        self.refusal.get_or_insert(said);
    }
}

/// By how many the open tranches grew.
fn tranches(event: &Event) -> i64 {
    let (kind, named) = (event.kind(), i64::try_from(event.tranches.len()).unwrap_or(i64::MAX));
    if kind == EventKind::ReceivableAccepted {
        return 1;
    }
    if kind == EventKind::TrancheSplit {
        return named - 1;
    }
    // The load settles whole receivables only, so that each share ends its tranche.
    if kind == EventKind::SettlementDistributed { -1 } else { 0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(kind: EventKind, tranches: &[u64]) -> Event {
        Event { kind: kind.into(), tranches: tranches.to_vec(), ..Event::default() }
    }

    #[test]
    fn open_tranches_are_counted_from_what_happened() {
        let mut totals = Totals::default();
        totals.applied(&[
            event(EventKind::ReceivableConfirmed, &[]),
            event(EventKind::ReceivableAccepted, &[]),
        ]);
        totals
            .applied(&[event(EventKind::TrancheSplit, &[2, 3, 4]), event(EventKind::TransferAccepted, &[])]);
        assert_eq!((totals.applied, totals.live_tranches), (2, 3));
        let share = event(EventKind::SettlementDistributed, &[]);
        totals.applied(&[share.clone(), share.clone(), share]);
        assert_eq!(totals.live_tranches, 0);
        totals.refused("NOT_HOLDER", "no".into());
        assert_eq!((totals.refused.len(), totals.refusal.as_deref()), (1, Some("no")));
    }
}
