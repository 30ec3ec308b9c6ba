//! The book: what a member holds and owes, each thing with the place where it last changed.
use super::entry::Place;
use super::walk::Step;
use std::collections::BTreeMap;
use tally_contracts::receivable::Receivable;
use tally_contracts::state::{Key, RecordType};
use tally_contracts::tranche::Tranche;
use tally_contracts::types::{Amount, BusinessDate, Currency, MemberId, ReceivableId, TrancheId};

/// Something that is open.
#[derive(Clone, Copy, Debug)]
pub(super) struct Item {
    pub place: Place,
    pub receivable: ReceivableId,
    pub face: Amount,
    /// The other side: who owes, or who supplied.
    pub other: MemberId,
}

/// What every report needs to know about a receivable that it meets.
#[derive(Clone, Copy, Debug)]
pub(super) struct Terms {
    pub anchor: MemberId,
    pub supplier: MemberId,
    pub due: BusinessDate,
    /// Of the oldest invoice.
    pub invoiced: BusinessDate,
}

pub(super) struct Book {
    pub member: MemberId,
    pub held: BTreeMap<TrancheId, Item>,
    pub owed: BTreeMap<ReceivableId, Item>,
    pub terms: BTreeMap<ReceivableId, Terms>,
}

impl Book {
    pub(super) fn new(member: MemberId) -> Self {
        Self { member, held: BTreeMap::new(), owed: BTreeMap::new(), terms: BTreeMap::new() }
    }

    /// Follows what a step changed. Receivables come first, as keys are ordered.
    pub(super) fn follow(&mut self, step: &Step<'_>) {
        for change in step.changes {
            if let Key::Receivable(id) = change.key {
                self.receivable(step.place, id, change.now.as_deref().and_then(Receivable::unwrap));
            }
            if let Key::Tranche(id) = change.key {
                self.tranche(step.place, id, change.now.as_deref().and_then(Tranche::unwrap));
            }
        }
    }

    fn receivable(&mut self, place: Place, id: ReceivableId, now: Option<&Receivable>) {
        let Some(now) = now else { return };
        let invoiced = now.terms.invoices.iter().map(|invoice| invoice.issue_date).min();
        let (anchor, supplier, due) = (now.anchor, now.supplier, now.terms.due_date);
        let invoiced = invoiced.unwrap_or(now.terms.delivery_date);
        self.terms.insert(id, Terms { anchor, supplier, due, invoiced });
        if anchor != self.member {
            return;
        }
        match now.exposure() {
            Ok(face) if !face.is_zero() => {
                self.owed.insert(id, Item { place, receivable: id, face, other: supplier });
            }
            Ok(_) | Err(_) => {
                self.owed.remove(&id);
            }
        }
    }

    fn tranche(&mut self, place: Place, id: TrancheId, now: Option<&Tranche>) {
        match now.filter(|now| now.holder == self.member) {
            Some(now) => {
                let other = self.terms.get(&now.receivable).map_or(self.member, |terms| terms.anchor);
                self.held.insert(id, Item { place, receivable: now.receivable, face: now.face, other });
            }
            None => {
                self.held.remove(&id);
            }
        }
    }

    pub(super) fn due(&self, receivable: ReceivableId) -> Option<BusinessDate> {
        self.terms.get(&receivable).map(|terms| terms.due)
    }
}

/// Σ faces by currency.
pub(super) fn sums<'i>(items: impl IntoIterator<Item = &'i Item>) -> BTreeMap<Currency, (i128, u64)> {
    let mut sums: BTreeMap<Currency, (i128, u64)> = BTreeMap::new();
    for item in items {
        let (sum, lines) = sums.entry(item.face.currency()).or_default();
        *sum = sum.saturating_add(item.face.minor().into());
        *lines = lines.saturating_add(1);
    }
    sums
}
