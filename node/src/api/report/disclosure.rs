//! An anchor's supplier-finance arrangements, as IAS 7 paragraph 44H asks for them.
//!
//! (b)(i) what is owed under them, (b)(ii) the part for which suppliers were paid by funders already, (b)(iii) the
//! range of payment terms of both parts, (c) what changed without cash: at the beginning and end of the period.
use super::super::error::CallError;
use super::accounts::signed;
use super::book::{Book, Item, sums};
use super::entry::{Entries, Line, Place, Span, figure, kind};
use super::exposure::{Flow, moved};
use super::walk::{Report, Step};
use crate::ledger::{History, LedgerError};
use std::collections::BTreeMap;
use tally_contracts::event::EventKind;
use tally_contracts::state::{Key, RecordType, StateRead};
use tally_contracts::tranche::Tranche;
use tally_contracts::types::{Amount, Currency, MemberId, ReceivableId, TrancheId};

pub(super) struct Disclosure {
    book: Book,
    /// Open tranches of the anchor's debts that a facility bought.
    financed: BTreeMap<TrancheId, Item>,
    from: u64,
    opening: BTreeMap<Currency, i128>,
    flows: BTreeMap<(Currency, usize), (i128, u64)>,
    sold: BTreeMap<Currency, (i128, u64)>,
}

impl Disclosure {
    pub(super) fn new(anchor: MemberId) -> Self {
        Self {
            book: Book::new(anchor),
            financed: BTreeMap::new(),
            from: 0,
            opening: BTreeMap::new(),
            flows: BTreeMap::new(),
            sold: BTreeMap::new(),
        }
    }

    fn follow(&mut self, step: &Step<'_>) {
        self.book.follow(step);
        for change in step.changes {
            let Key::Tranche(id) = change.key else { continue };
            let now = change.now.as_deref().and_then(Tranche::unwrap);
            let is_own = |it: &&Tranche| {
                let terms = self.book.terms.get(&it.receivable);
                it.bought_under.is_some() && terms.is_some_and(|terms| terms.anchor == self.book.member)
            };
            match now.filter(is_own) {
                Some(now) => {
                    let (receivable, face, other) = (now.receivable, now.face, now.holder);
                    self.financed.insert(id, Item { place: step.place, receivable, face, other });
                }
                None => {
                    self.financed.remove(&id);
                }
            }
        }
    }

    /// What is owed now, and for which part suppliers were paid: lines, then sums and terms.
    fn balances(&self, when: &'static str, height: u64, out: &mut Entries) {
        let (owed, financed) = match when {
            "opening" => ("opening liability", "opening financed"),
            _ => ("closing liability", "closing financed"),
        };
        for item in self.book.owed.values() {
            out.push(self.line(owed, item).into());
        }
        for item in self.financed.values() {
            let mut line = self.line(financed, item);
            // who financed, and which part, is not the anchor's to know before the due date
            line.counterparty = self.book.terms.get(&item.receivable).map(|terms| terms.supplier);
            out.push(line.into());
        }
        let sides = [(owed, sums(self.book.owed.values())), (financed, sums(self.financed.values()))];
        for (name, sums) in sides {
            for (currency, (sum, lines)) in sums {
                out.push(figure(name, Some(currency), sum, Span::at(height), lines));
            }
        }
        let of_financed = |id: &ReceivableId| self.financed.values().any(|item| item.receivable == *id);
        for (name, is_financed) in [("financed", true), ("not financed", false)] {
            let days = self.book.owed.keys().filter(|id| of_financed(id) == is_financed);
            let days: Vec<i128> = days.filter_map(|id| self.term_days(*id)).collect();
            let lines = u64::try_from(days.len()).unwrap_or(u64::MAX);
            let ends = [("shortest", days.iter().min()), ("longest", days.iter().max())];
            for (end, found) in ends.into_iter().filter_map(|(end, found)| Some((end, *found?))) {
                let name = format!("{when} {end} term {name}, days");
                out.push(figure(&name, None, found, Span::at(height), lines));
            }
        }
    }

    /// From the oldest invoice to the due date.
    fn term_days(&self, id: ReceivableId) -> Option<i128> {
        self.book.terms.get(&id).map(|terms| terms.due.days_since(terms.invoiced).into())
    }

    fn line(&self, section: &'static str, item: &Item) -> Line {
        let mut line = Line::new(section, item.place, section.to_owned(), self.book.member);
        (line.counterparty, line.receivable) = (Some(item.other), Some(item.receivable));
        line.sum = Some((item.face.currency(), signed(item.face)));
        line.due = self.book.due(item.receivable);
        line
    }

    /// Sales to facilities: the supplier is paid, the anchor's debt goes from trade to a funder without cash.
    fn sales(&mut self, step: &Step<'_>, out: &mut Entries) {
        let sales = step.receipt.events().iter().filter(|event| event.kind == EventKind::TrancheDiscounted);
        for event in sales {
            let (Some(id), Some(face)) = (event.receivable, event.amount) else { continue };
            let Some(terms) = self.book.terms.get(&id).filter(|it| it.anchor == self.book.member) else {
                continue;
            };
            let name = super::entry::event_name(event);
            let mut line = Line::new("financed in the period", step.place, name, self.book.member);
            (line.counterparty, line.receivable) = (Some(terms.supplier), Some(id));
            (line.sum, line.due) = (Some((face.currency(), signed(face))), Some(terms.due));
            out.push(line.into());
            let (sum, lines) = self.sold.entry(face.currency()).or_default();
            (*sum, *lines) = (sum.saturating_add(signed(face)), lines.saturating_add(1));
        }
    }
}

impl Report for Disclosure {
    fn remember(&mut self, step: &Step<'_>) {
        self.follow(step);
    }

    fn open(&mut self, at: Place, out: &mut Entries) {
        self.from = at.height;
        self.opening =
            sums(self.book.owed.values()).into_iter().map(|(currency, (sum, _))| (currency, sum)).collect();
        self.balances("opening", at.height, out);
    }

    fn step(&mut self, step: &Step<'_>, out: &mut Entries) {
        self.follow(step);
        for moved in step.changes.iter().filter_map(moved).filter(|it| it.anchor == self.book.member) {
            for (part, minor) in moved.flow.parts().into_iter().enumerate().filter(|(_, minor)| *minor != 0) {
                let section = Flow::NAMES.get(part).copied().unwrap_or_default();
                let name = kind(step, |event| event.receivable == Some(moved.id));
                let mut line = Line::new(section, step.place, name, moved.anchor);
                (line.counterparty, line.receivable) = (Some(moved.supplier), Some(moved.id));
                (line.sum, line.due) = (Some((moved.currency, minor)), self.book.due(moved.id));
                out.push(line.into());
                let (sum, lines) = self.flows.entry((moved.currency, part)).or_default();
                (*sum, *lines) = (sum.saturating_add(minor), lines.saturating_add(1));
            }
        }
        self.sales(step, out);
    }

    fn close(&mut self, at: Place, state: &History, out: &mut Entries) -> Result<(), CallError> {
        let period = Span { from: self.from.saturating_add(1), to: at.height };
        self.balances("closing", at.height, out);
        for ((currency, part), (sum, lines)) in &self.flows {
            let name = Flow::NAMES.get(*part).copied().unwrap_or_default();
            out.push(figure(name, Some(*currency), *sum, period, *lines));
            let opening = self.opening.entry(*currency).or_default();
            *opening = opening.saturating_add(*sum);
        }
        for (currency, (sum, lines)) in &self.sold {
            out.push(figure("financed in the period", Some(*currency), *sum, period, *lines));
        }
        for (currency, expected) in &self.opening {
            let key = Key::AnchorExposure { anchor: self.book.member, currency: *currency };
            let recorded = state.load(&key)?;
            let recorded = recorded.and_then(|it| Amount::unwrap(&it.record).copied()).map_or(0, signed);
            if recorded != *expected {
                return Err(LedgerError::StoredBlock { height: at.height }.into());
            }
        }
        Ok(())
    }
}
