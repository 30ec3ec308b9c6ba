//! What is open: to a member as holder and by it as anchor, by days past due (账龄) or by due date.
use super::super::error::CallError;
use super::accounts::signed;
use super::book::{Book, Item};
use super::entry::{Entries, Line, Place, Span, figure};
use super::walk::{Report, Step};
use crate::ledger::History;
use std::collections::BTreeMap;
use tally_contracts::credit_profile::LATENESS_DAYS;
use tally_contracts::types::{BusinessDate, Currency, MemberId, TrancheId};

/// Lines of one class, by side and currency: which, and the figure they add up to.
type Classes = BTreeMap<(&'static str, Currency, usize, String), (i128, u64)>;

pub(super) struct Open {
    book: Book,
    by_age: bool,
}

impl Open {
    pub(super) fn by_age(member: MemberId) -> Self {
        Self { book: Book::new(member), by_age: true }
    }

    pub(super) fn by_due_date(member: MemberId) -> Self {
        Self { book: Book::new(member), by_age: false }
    }

    /// Where it stands in the order of classes, and its name.
    fn class(&self, due: BusinessDate, today: BusinessDate) -> (usize, String) {
        if self.by_age {
            return age(u32::try_from(today.days_since(due)).unwrap_or(0));
        }
        (usize::try_from(due.days().max(0)).unwrap_or(usize::MAX), due.to_string())
    }

    fn side<'b>(
        &'b self,
        section: &'static str,
        today: BusinessDate,
        items: impl Iterator<Item = (&'b Item, Option<TrancheId>)>,
        (classes, out): (&mut Classes, &mut Entries),
    ) {
        let mut lines = Vec::new();
        for (item, tranche) in items {
            let due = self.book.due(item.receivable).unwrap_or(today);
            let (order, class) = self.class(due, today);
            let mut line = Line::new(section, item.place, class.clone(), self.book.member);
            (line.counterparty, line.receivable, line.tranche) =
                (Some(item.other), Some(item.receivable), tranche);
            let currency = item.face.currency();
            (line.sum, line.due) = (Some((currency, signed(item.face))), Some(due));
            lines.push(((due, item.receivable, tranche), line));
            let (sum, count) = classes.entry((section, currency, order, class)).or_default();
            *sum = sum.saturating_add(signed(item.face));
            *count = count.saturating_add(1);
        }
        lines.sort_by_key(|(order, _)| *order);
        out.extend(lines.into_iter().map(|(_, line)| line.into()));
    }
}

impl Report for Open {
    fn remember(&mut self, step: &Step<'_>) {
        self.book.follow(step);
    }

    fn open(&mut self, _at: Place, _out: &mut Entries) {}

    fn step(&mut self, step: &Step<'_>, _out: &mut Entries) {
        self.book.follow(step);
    }

    fn close(&mut self, at: Place, _state: &History, out: &mut Entries) -> Result<(), CallError> {
        let mut classes = Classes::new();
        let held = self.book.held.iter().map(|(id, item)| (item, Some(*id)));
        self.side("receivable", at.date, held, (&mut classes, out));
        let owed = self.book.owed.values().map(|item| (item, None));
        self.side("payable", at.date, owed, (&mut classes, out));
        let mut totals: BTreeMap<(&'static str, Currency), (i128, u64)> = BTreeMap::new();
        for ((section, currency, _, class), (sum, lines)) in classes {
            let name = format!("{section} {class}");
            out.push(figure(&name, Some(currency), sum, Span::at(at.height), lines));
            let (total, count) = totals.entry((section, currency)).or_default();
            (*total, *count) = (total.saturating_add(sum), count.saturating_add(lines));
        }
        for ((section, currency), (total, lines)) in totals {
            let name = format!("{section} in all");
            out.push(figure(&name, Some(currency), total, Span::at(at.height), lines));
        }
        Ok(())
    }
}

/// The class of lateness of a debt that is `days` past due: `not due`, `1-7 days`, …, `over 360 days`.
fn age(days: u32) -> (usize, String) {
    let Some(class) = LATENESS_DAYS.iter().rposition(|first| *first <= days) else {
        return (0, "not due".to_owned());
    };
    let first = LATENESS_DAYS.get(class).copied().unwrap_or(0);
    let name = match LATENESS_DAYS.get(class.saturating_add(1)) {
        Some(next) => format!("{first}-{} days", next.saturating_sub(1)),
        None => format!("over {} days", first.saturating_sub(1)),
    };
    (class.saturating_add(1), name)
}

#[cfg(test)]
mod tests {
    use super::age;

    #[test]
    fn a_class_begins_on_its_first_day() {
        for (days, class) in
            [(0, "not due"), (1, "1-7 days"), (7, "1-7 days"), (8, "8-30 days"), (361, "over 360 days")]
        {
            assert_eq!(age(days).1, class);
        }
    }
}
