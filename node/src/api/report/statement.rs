//! A statement: what a member held and had, every movement, what it earned and paid, and what selling early cost.
use super::super::error::CallError;
use super::accounts::{ACCOUNTS, Movement, closing, concerns, gain, is_gain, movements, signed};
use super::book::{Book, Item};
use super::entry::{Entries, Line, Place, Span, figure, kind};
use super::walk::{Report, Step};
use crate::ledger::{History, LedgerError};
use std::collections::{BTreeMap, BTreeSet};
use tally_contracts::event::{Event, EventKind};
use tally_contracts::types::{Currency, MemberId};

#[derive(Clone, Copy, Default)]
struct Account {
    opening: i128,
    increase: i128,
    decrease: i128,
    lines: u64,
}

#[derive(Clone, Copy, Default)]
struct Earned {
    income: i128,
    income_lines: u64,
    cost: i128,
    cost_lines: u64,
    /// Of sales: Σ (face − proceeds), and Σ proceeds × days.
    discount: i128,
    proceeds_days: i128,
}

pub(super) struct Statement {
    book: Book,
    from: u64,
    accounts: BTreeMap<(usize, Currency), Account>,
    results: BTreeMap<Currency, Earned>,
}

impl Statement {
    pub(super) fn new(member: MemberId) -> Self {
        Self { book: Book::new(member), from: 0, accounts: BTreeMap::new(), results: BTreeMap::new() }
    }

    fn member(&self) -> MemberId {
        self.book.member
    }

    fn enter(&mut self, movement: &Movement) {
        let account = self.accounts.entry((movement.account, movement.currency)).or_default();
        account.lines = account.lines.saturating_add(1);
        let side = if movement.minor < 0 { &mut account.decrease } else { &mut account.increase };
        *side = side.saturating_add(movement.minor.saturating_abs());
    }

    /// Lines for what each sale cost or brought, and for what else the step earned or cost.
    fn results(&mut self, step: &Step<'_>, movements: &[Movement], out: &mut Entries) {
        let currencies: BTreeSet<Currency> = movements.iter().map(|movement| movement.currency).collect();
        for currency in currencies {
            let mut left = gain(step, movements, currency, self.member());
            let events = step.receipt.events().iter();
            for event in events.filter(|event| event.kind == EventKind::TrancheDiscounted) {
                let told = self.sale(step, event, currency, out);
                left = left.map(|left| left.saturating_sub(told));
            }
            if let Some(left) = left.filter(|left| *left != 0) {
                let tells = |event: &Event| is_gain(event) && concerns(event, self.member());
                let is_told = step.receipt.events().iter().any(tells);
                let pays = |event: &Event| is_payment(event) && concerns(event, self.member());
                let kind = if is_told { kind(step, tells) } else { kind(step, pays) };
                let line = Line::new("", step.place, kind, self.member());
                self.result(line, currency, left, out);
            }
        }
    }

    /// What a sale cost its seller, or brought its buyer; zero where the member is neither.
    fn sale(&mut self, step: &Step<'_>, event: &Event, currency: Currency, out: &mut Entries) -> i128 {
        let (Some(face), Some(proceeds)) = (event.amount, event.proceeds) else { return 0 };
        if face.currency() != currency || !concerns(event, self.member()) {
            return 0;
        }
        let discount = signed(face).saturating_sub(signed(proceeds));
        let due = event.receivable.and_then(|receivable| self.book.due(receivable));
        let days = due.map_or(0, |due| i128::from(due.days_since(step.place.date)).max(0));
        let is_seller = event.member == Some(self.member());
        let mut line = Line::new("", step.place, super::entry::event_name(event), self.member());
        line.counterparty = if is_seller { event.counterparty } else { event.member };
        (line.receivable, line.tranche, line.due) = (event.receivable, event.tranche, due);
        let weight = signed(proceeds).saturating_mul(days);
        line.apr_ppm = apr_ppm(discount, weight);
        if is_seller {
            let result = self.results.entry(currency).or_default();
            result.discount = result.discount.saturating_add(discount);
            result.proceeds_days = result.proceeds_days.saturating_add(weight);
        }
        let gain = if is_seller { discount.saturating_neg() } else { discount };
        self.result(line, currency, gain, out);
        gain
    }

    fn result(&mut self, mut line: Line, currency: Currency, gain: i128, out: &mut Entries) {
        let result = self.results.entry(currency).or_default();
        if gain < 0 {
            line.section = "cost";
            result.cost = result.cost.saturating_sub(gain);
            result.cost_lines = result.cost_lines.saturating_add(1);
        } else {
            line.section = "income";
            result.income = result.income.saturating_add(gain);
            result.income_lines = result.income_lines.saturating_add(1);
        }
        line.sum = Some((currency, gain.saturating_abs()));
        out.push(line.into());
    }

    /// The member's holdings, one line each.
    fn positions(&self, section: &'static str, out: &mut Entries) {
        for (id, item) in &self.book.held {
            let Item { place, receivable, face, other } = *item;
            let mut line = Line::new(section, place, "tranche".to_owned(), self.member());
            (line.receivable, line.tranche, line.counterparty) = (Some(receivable), Some(*id), Some(other));
            (line.sum, line.due) = (Some((face.currency(), signed(face))), self.book.due(receivable));
            out.push(line.into());
        }
    }
}

impl Report for Statement {
    fn remember(&mut self, step: &Step<'_>) {
        self.book.follow(step);
        for movement in movements(step, self.member()) {
            let account = self.accounts.entry((movement.account, movement.currency)).or_default();
            account.opening = account.opening.saturating_add(movement.minor);
        }
    }

    fn open(&mut self, at: Place, out: &mut Entries) {
        self.from = at.height;
        self.positions("opening holding", out);
    }

    fn step(&mut self, step: &Step<'_>, out: &mut Entries) {
        self.book.follow(step);
        let movements = movements(step, self.member());
        for movement in &movements {
            self.enter(movement);
            let names = |event: &Event| match (movement.tranche, movement.receivable) {
                (Some(tranche), _) => event.tranche == Some(tranche) || event.tranches.contains(&tranche),
                (None, Some(receivable)) => event.receivable == Some(receivable),
                (None, None) => concerns(event, self.book.member) && event.amount.is_some(),
            };
            let section = ACCOUNTS.get(movement.account).copied().unwrap_or_default();
            let mut line = Line::new(section, step.place, kind(step, names), self.member());
            (line.counterparty, line.receivable, line.tranche) =
                (movement.other, movement.receivable, movement.tranche);
            line.due = movement.receivable.and_then(|receivable| self.book.due(receivable));
            line.sum = Some((movement.currency, movement.minor));
            out.push(line.into());
        }
        self.results(step, &movements, out);
    }

    fn close(&mut self, at: Place, state: &History, out: &mut Entries) -> Result<(), CallError> {
        self.positions("closing holding", out);
        let (opening, period) =
            (Span::at(self.from), Span { from: self.from.saturating_add(1), to: at.height });
        let found = closing(state, self.member())?;
        for ((place, currency), account) in &self.accounts {
            let name = ACCOUNTS.get(*place).copied().unwrap_or_default();
            let closing = account.opening.saturating_add(account.increase).saturating_sub(account.decrease);
            if found.get(&(*place, *currency)).copied().unwrap_or(0) != closing {
                return Err(LedgerError::StoredBlock { height: at.height }.into());
            }
            let mut say = |what: &str, value, span, lines| {
                out.push(figure(&format!("{what} {name}"), Some(*currency), value, span, lines));
            };
            say("opening", account.opening, opening, 0);
            say("increase of", account.increase, period, account.lines);
            say("decrease of", account.decrease, period, account.lines);
            say("closing", closing, Span::at(at.height), 0);
        }
        for (currency, it) in &self.results {
            out.push(figure("income", Some(*currency), it.income, period, it.income_lines));
            out.push(figure("cost", Some(*currency), it.cost, period, it.cost_lines));
            if let Some(apr) = apr_ppm(it.discount, it.proceeds_days) {
                out.push(figure(
                    "apr of sales, ppm on 365",
                    Some(*currency),
                    apr.into(),
                    period,
                    it.cost_lines,
                ));
            }
        }
        Ok(())
    }
}

/// By which an advance is paid back, with its interest.
fn is_payment(event: &Event) -> bool {
    matches!(event.kind, EventKind::PledgeRepaid | EventKind::SettlementDistributed)
}

/// (F − P) · 365 / (P · days), to the nearest part per million; `None` where nothing was paid for a while.
fn apr_ppm(discount: i128, proceeds_days: i128) -> Option<u64> {
    let numerator = discount.checked_mul(365)?.checked_mul(1_000_000)?.checked_mul(2)?;
    let doubled = numerator.checked_add(proceeds_days)?;
    u64::try_from(doubled.checked_div(proceeds_days.checked_mul(2)?)?).ok()
}

#[cfg(test)]
mod tests {
    use super::apr_ppm;

    #[test]
    fn the_apr_is_that_of_the_rulebooks_vector() {
        // 1,000,000.00 at 4.35 % over 153 days with a fee of 2,000.00: 979,512.50, all-in 4.9898 %
        assert_eq!(apr_ppm(2_048_750, 97_951_250 * 153), Some(49_898));
        assert_eq!(apr_ppm(1, 0), None);
    }
}
