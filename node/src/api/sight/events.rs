//! Which events a reader sees, and what of them.
use super::super::access::Reader;
use super::super::error::CallError;
use super::super::query::Reading;
use std::collections::BTreeMap;
use tally_contracts::event::Event;
use tally_contracts::items::audience::Audience;
use tally_contracts::receivable::Receivable;
use tally_contracts::state::Key;
use tally_contracts::types::{BusinessDate, MemberId, ReceivableId};
use tally_proto::convert::EventContext;

/// What must be known of a receivable to judge its events.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) struct Facts {
    anchor: MemberId,
    due_date: BusinessDate,
}

/// A reader of many events; remembers which receivables it owes.
pub(in super::super) struct Watcher {
    reader: Reader,
    known: BTreeMap<ReceivableId, Option<Facts>>,
}

/// Receivables that one stream remembers; then it begins anew.
const KNOWN_MAX: usize = 4_096;

impl Watcher {
    pub(in super::super) fn new(reader: Reader) -> Self {
        Self { reader, known: BTreeMap::new() }
    }

    /// The receivables that must be looked up before these events can be judged.
    pub(in super::super) fn unknown<'e>(&self, events: impl Iterator<Item = &'e Event>) -> Vec<ReceivableId> {
        if self.reader.reads_everything() {
            return Vec::new();
        }
        let asks = |event: &&Event| {
            event.kind.audience() == Audience::NamedAndAnchor && !event.names(self.reader.member)
        };
        let wanted = events.filter(asks).filter_map(|event| event.receivable);
        let mut unknown: Vec<ReceivableId> = wanted.filter(|id| !self.known.contains_key(id)).collect();
        unknown.sort();
        unknown.dedup();
        unknown
    }

    pub(in super::super) fn learn(&mut self, facts: Vec<(ReceivableId, Option<Facts>)>) {
        if self.known.len() > KNOWN_MAX {
            self.known.clear();
        }
        self.known.extend(facts);
    }

    /// An event as the reader may see it on `today`; `None` where it is nothing to the reader.
    pub(in super::super) fn see(
        &self,
        context: &EventContext,
        event: &Event,
        today: BusinessDate,
    ) -> Option<(EventContext, Event)> {
        let seen = || Some((*context, event.clone()));
        let member = self.reader.member;
        if self.reader.reads_everything() || event.names(member) {
            return seen();
        }
        match event.kind.audience() {
            Audience::Everyone => seen(),
            Audience::Named => None,
            Audience::NamedAndAnchor => {
                let facts = event.receivable.and_then(|id| self.known.get(&id).copied().flatten())?;
                (facts.anchor == member).then(|| for_anchor(context, event, facts.due_date <= today))
            }
        }
    }
}

/// What of it is for the anchor; the transaction behind it says who acted, so it is left out before the due date.
fn for_anchor(context: &EventContext, event: &Event, is_due: bool) -> (EventContext, Event) {
    let transaction = context.transaction.filter(|_| is_due);
    (EventContext { transaction, ..*context }, event.for_anchor(is_due))
}

impl Reading<'_> {
    /// What a watcher asked about.
    pub(in super::super) fn facts(
        &self,
        ids: &[ReceivableId],
    ) -> Result<Vec<(ReceivableId, Option<Facts>)>, CallError> {
        let look = |id: &ReceivableId| {
            let found: Option<Receivable> = self.get(&Key::Receivable(*id))?;
            let facts = found.map(|one| Facts { anchor: one.anchor, due_date: one.terms.due_date });
            Ok((*id, facts))
        };
        ids.iter().map(look).collect()
    }

    /// Today, as the policy counts days.
    pub(in super::super) fn today(&self) -> Result<BusinessDate, CallError> {
        Ok(self.policy_in_force()?.date(self.time))
    }
}
