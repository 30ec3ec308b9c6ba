//! The daily file: everything that happened on one day, and what it did to debts and money.
use super::super::error::CallError;
use super::accounts::signed;
use super::entry::{Entries, Line, Place, Span, event_name, figure};
use super::exposure::{Flow, moved};
use super::walk::{Report, Step};
use crate::ledger::{History, LedgerError};
use std::collections::BTreeMap;
use tally_contracts::money::BankTotals;
use tally_contracts::receivable::Receivable;
use tally_contracts::state::{Key, Record, RecordType, StateRead, Touched};
use tally_contracts::types::{Amount, Currency, MemberId};

/// Of an anchor's debts or a bank's deposits: before the day, and the day's movements by name.
#[derive(Default)]
struct Account {
    opening: i128,
    moved: BTreeMap<&'static str, (i128, u64)>,
}

impl Account {
    fn closing(&self) -> i128 {
        self.moved.values().fold(self.opening, |sum, (minor, _)| sum.saturating_add(*minor))
    }
}

/// A side of the books: debts by anchor, deposits by bank.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Side {
    Debts,
    Deposits,
}

impl Side {
    const fn name(self) -> &'static str {
        match self {
            Self::Debts => "debts of",
            Self::Deposits => "deposits at",
        }
    }
}

#[derive(Default)]
pub(super) struct Daily {
    accounts: BTreeMap<(Side, MemberId, Currency), Account>,
    refused: BTreeMap<&'static str, u64>,
    applied: u64,
    events: BTreeMap<String, u64>,
    extended: u64,
    from: u64,
}

impl Daily {
    /// What a change does to debts and deposits, by name.
    fn movements(change: &Touched) -> Vec<((Side, MemberId, Currency), &'static str, i128)> {
        if let Some(moved) = moved(change) {
            let place = (Side::Debts, moved.anchor, moved.currency);
            let parts = Flow::NAMES.into_iter().zip(moved.flow.parts());
            return parts.map(|(name, minor)| (place, name, minor)).filter(|it| it.2 != 0).collect();
        }
        let Key::BankTotals { bank, currency } = change.key else { return Vec::new() };
        let side = |record: &Option<std::sync::Arc<Record>>| {
            record.as_deref().and_then(BankTotals::unwrap).map_or((0, 0), |it| (it.credited, it.redeemed))
        };
        let (before, now) = (side(&change.before), side(&change.now));
        let less = |now: u128, before: u128| i128::try_from(now.saturating_sub(before)).unwrap_or(i128::MAX);
        let place = (Side::Deposits, bank, currency);
        let credited = (place, "credited", less(now.0, before.0));
        let redeemed = (place, "redeemed", less(now.1, before.1).saturating_neg());
        [credited, redeemed].into_iter().filter(|it| it.2 != 0).collect()
    }
}

impl Report for Daily {
    fn remember(&mut self, step: &Step<'_>) {
        for (place, _, minor) in step.changes.iter().flat_map(Self::movements) {
            let account = self.accounts.entry(place).or_default();
            account.opening = account.opening.saturating_add(minor);
        }
    }

    fn open(&mut self, at: Place, _out: &mut Entries) {
        self.from = at.height;
    }

    fn step(&mut self, step: &Step<'_>, out: &mut Entries) {
        match step.receipt.rejection() {
            Some(rejection) => {
                let count = self.refused.entry(rejection.kind().reason).or_default();
                *count = count.saturating_add(1);
            }
            None => self.applied = self.applied.saturating_add(u64::from(step.action.is_some())),
        }
        for event in step.receipt.events() {
            let name = event_name(event);
            let count = self.events.entry(name.clone()).or_default();
            *count = count.saturating_add(1);
            let Some(member) = event.member.or(event.counterparty) else { continue };
            let mut line = Line::new("event", step.place, name, member);
            line.counterparty = event.member.and(event.counterparty);
            (line.receivable, line.tranche, line.due) = (event.receivable, event.tranche, event.date);
            line.sum = event.amount.map(|amount| (amount.currency(), signed(amount)));
            out.push(line.into());
        }
        for change in step.changes {
            for (place, name, minor) in Self::movements(change) {
                let (sum, lines) = self.accounts.entry(place).or_default().moved.entry(name).or_default();
                (*sum, *lines) = (sum.saturating_add(minor), lines.saturating_add(1));
                let (side, member, currency) = place;
                let section = match side {
                    Side::Debts => "debts",
                    Side::Deposits => "deposits",
                };
                let mut line = Line::new(section, step.place, name.to_owned(), member);
                if let Key::Receivable(id) = change.key {
                    line.receivable = Some(id);
                }
                line.sum = Some((currency, minor));
                out.push(line.into());
            }
            let now = change.now.as_deref().and_then(Receivable::unwrap);
            let is_new = change.before.is_none() && now.is_some_and(|now| now.term_extended);
            self.extended = self.extended.saturating_add(u64::from(is_new));
        }
    }

    fn close(&mut self, at: Place, state: &History, out: &mut Entries) -> Result<(), CallError> {
        let day = Span { from: self.from.saturating_add(1), to: at.height };
        for ((side, member, currency), account) in &self.accounts {
            let closing = account.closing();
            if recorded(state, *side, *member, *currency)? != closing {
                return Err(LedgerError::StoredBlock { height: at.height }.into());
            }
            let name = |what: &str| format!("{what} {} {member}", side.name());
            let some = Some(*currency);
            out.push(figure(&name("opening"), some, account.opening, Span::at(self.from), 0));
            for (what, (sum, lines)) in &account.moved {
                out.push(figure(&name(what), some, *sum, day, *lines));
            }
            out.push(figure(&name("closing"), some, closing, Span::at(at.height), 0));
        }
        let mut count = |name: &str, count: u64| out.push(figure(name, None, count.into(), day, count));
        count("applied transactions", self.applied);
        for (reason, refused) in &self.refused {
            count(&format!("refused {reason}"), *refused);
        }
        for (name, happened) in &self.events {
            count(&format!("events {name}"), *happened);
        }
        count("submitted with an extended term", self.extended);
        Ok(())
    }
}

/// The same from the state.
fn recorded(state: &History, side: Side, member: MemberId, currency: Currency) -> Result<i128, CallError> {
    let key = match side {
        Side::Debts => Key::AnchorExposure { anchor: member, currency },
        Side::Deposits => Key::BankTotals { bank: member, currency },
    };
    let Some(found) = state.load(&key)? else { return Ok(0) };
    let minor = match side {
        Side::Debts => Amount::unwrap(&found.record).copied().map_or(0, signed),
        Side::Deposits => BankTotals::unwrap(&found.record)
            .map_or(0, |it| i128::try_from(it.credited.saturating_sub(it.redeemed)).unwrap_or(i128::MAX)),
    };
    Ok(minor)
}
