//! Follow: what a transaction or a due item did enters the files of those concerned.
//!
//! Debts are followed by comparing each receivable with what it was, not by event kinds: whatever new way there
//! is to end a debt is in the statistics the day it exists.
use super::{CreditFile, LATENESS_DAYS};
use crate::event::{Event, EventKind};
use crate::failure::Fault;
use crate::receivable::{ClosedReason, Receivable, ReceivableStatus, exposure};
use crate::state::{Key, RecordType, State};
use crate::types::{Amount, BusinessDate, Currency, MemberId};
use std::collections::BTreeMap;

/// Brings the files up to what was done since the state's last `begin`. Two records for each receivable that
/// changed or claim that was sold, each written once.
pub(crate) fn follow(state: &mut State, today: BusinessDate, events: &[Event]) -> Result<(), Fault> {
    let mut files = Files { today, files: BTreeMap::new() };
    for change in state.touched(|key| matches!(key, Key::Receivable(_))) {
        let now = change.now.as_deref().and_then(Receivable::unwrap);
        let before = change.before.as_deref().and_then(Receivable::unwrap);
        if let Some(now) = now.filter(|now| before != Some(*now)) {
            files.receivable(state, before, now)?;
        }
    }
    for event in events.iter().filter(|event| event.kind == EventKind::TrancheDiscounted) {
        files.sale(state, event)?;
    }
    files.save(state)
}

struct Files {
    today: BusinessDate,
    files: BTreeMap<(MemberId, Currency), CreditFile>,
}

impl Files {
    fn receivable(
        &mut self,
        state: &mut State,
        before: Option<&Receivable>,
        now: &Receivable,
    ) -> Result<(), Fault> {
        let ended = Ended::between(before, now)?;
        self.confirmation(state, before, now)?;
        if ended != Ended::default() {
            let (today, is_late) = (self.today, before.is_some_and(Receivable::is_past_due));
            let days = if is_late { now.days_past_due(today).max(1) } else { 0 };
            self.of(state, now.anchor, now)?.anchor.end(&ended, days);
            if ended.diluted > 0 {
                let supplier = &mut self.of(state, now.supplier, now)?.supplier;
                supplier.diluted = supplier.diluted.saturating_add(ended.diluted);
            }
        }
        self.trouble(state, before, now)
    }

    fn confirmation(
        &mut self,
        state: &mut State,
        before: Option<&Receivable>,
        now: &Receivable,
    ) -> Result<(), Fault> {
        let is_new = before.is_none_or(|before| before.confirmation.is_none());
        if let Some(confirmed) = now.confirmation.as_ref().filter(|_| is_new) {
            let minor = u128::from(confirmed.amount.minor());
            let days = days_between(confirmed.on, now.terms.due_date);
            let anchor = &mut self.of(state, now.anchor, now)?.anchor;
            anchor.confirmed.add(minor);
            anchor.tenor_minor_days = anchor.tenor_minor_days.saturating_add(minor.saturating_mul(days));
            self.of(state, now.supplier, now)?.supplier.confirmed.add(minor);
        }
        let is_rejected = now.status == ReceivableStatus::Closed { reason: ClosedReason::Rejected };
        if is_rejected && before.is_some_and(|before| before.status != now.status) {
            self.of(state, now.supplier, now)?.supplier.rejected.add(now.terms.face.minor().into());
        }
        Ok(())
    }

    /// Overdue and Defaulted, when a receivable becomes so.
    fn trouble(
        &mut self,
        state: &mut State,
        before: Option<&Receivable>,
        now: &Receivable,
    ) -> Result<(), Fault> {
        let became = |is: fn(&Receivable) -> bool| is(now) && !before.is_some_and(is);
        let (overdue, defaulted) = (became(Receivable::is_past_due), became(Receivable::is_defaulted));
        if !overdue && !defaulted {
            return Ok(());
        }
        let open = owed(now)?;
        let anchor = &mut self.of(state, now.anchor, now)?.anchor;
        if overdue {
            anchor.overdue.add(open);
        }
        if defaulted {
            anchor.defaulted.add(open);
        }
        Ok(())
    }

    fn sale(&mut self, state: &mut State, event: &Event) -> Result<(), Fault> {
        let (Some(seller), Some(face), Some(proceeds)) = (event.member, event.amount, event.proceeds) else {
            return Ok(());
        };
        let Some(receivable) = event.receivable else { return Ok(()) };
        let key = Key::Receivable(receivable);
        let Some(sold) = state.get::<Receivable>(key)? else { return Ok(()) };
        let days = days_between(self.today, sold.terms.due_date);
        let holder = &mut self.of(state, seller, &sold)?.holder;
        let minor = u128::from(face.minor());
        holder.discounted.add(minor);
        holder.proceeds = holder.proceeds.saturating_add(proceeds.minor().into());
        holder.discounted_minor_days =
            holder.discounted_minor_days.saturating_add(minor.saturating_mul(days));
        Ok(())
    }

    /// The file of `member` in the receivable's currency; a new one where it has none.
    fn of(
        &mut self,
        state: &mut State,
        member: MemberId,
        about: &Receivable,
    ) -> Result<&mut CreditFile, Fault> {
        let currency = about.terms.face.currency();
        let place = (member, currency);
        if !self.files.contains_key(&place) {
            let file = state.get::<CreditFile>(Key::CreditFile { member, currency })?;
            self.files.insert(place, file.unwrap_or_else(|| CreditFile::new(self.today)));
        }
        let missing = || Fault::DanglingIndex { key: format!("credit file of {member}") };
        self.files.get_mut(&place).ok_or_else(missing)
    }

    fn save(self, state: &mut State) -> Result<(), Fault> {
        self.files
            .into_iter()
            .try_for_each(|((member, currency), file)| state.put(Key::CreditFile { member, currency }, file))
    }
}

/// Face that ended, by how.
#[derive(Default, PartialEq, Eq)]
struct Ended {
    paid: u128,
    diluted: u128,
    cancelled: u128,
}

impl Ended {
    /// What was owed and confirmed more, less what is owed now: paid as far as the record says so; the rest was
    /// forgiven, by a cancellation or by credit notes.
    fn between(before: Option<&Receivable>, now: &Receivable) -> Result<Self, Fault> {
        let minor = |amount: Amount| u128::from(amount.minor());
        let confirmed = |it: &Receivable| minor(it.confirmed());
        let was_owed = before.map_or(Ok(0), owed)?;
        let was_confirmed = before.map_or(0, confirmed);
        let ended =
            was_owed.saturating_add(confirmed(now).saturating_sub(was_confirmed)).saturating_sub(owed(now)?);
        let paid = minor(now.settled).saturating_sub(before.map_or(0, |before| minor(before.settled)));
        let forgiven = ended.saturating_sub(paid);
        match now.status {
            ReceivableStatus::Cancelled { .. } | ReceivableStatus::Closed { .. } => {
                Ok(Self { paid, diluted: 0, cancelled: forgiven })
            }
            ReceivableStatus::Submitted { .. }
            | ReceivableStatus::Confirmed
            | ReceivableStatus::Live
            | ReceivableStatus::Overdue { .. }
            | ReceivableStatus::Settled { .. }
            | ReceivableStatus::Defaulted { .. }
            | ReceivableStatus::WrittenOff { .. } => Ok(Self { paid, diluted: forgiven, cancelled: 0 }),
        }
    }
}

impl super::AnchorRecord {
    fn end(&mut self, ended: &Ended, days_past_due: u32) {
        self.diluted = self.diluted.saturating_add(ended.diluted);
        self.cancelled = self.cancelled.saturating_add(ended.cancelled);
        let class = LATENESS_DAYS.iter().rposition(|first| *first <= days_past_due);
        let paid = match class.and_then(|class| self.paid_late.get_mut(class)) {
            Some(paid) => paid,
            None => &mut self.paid_on_time,
        };
        *paid = paid.saturating_add(ended.paid);
        let late = ended.paid.saturating_mul(days_past_due.into());
        self.late_minor_days = self.late_minor_days.saturating_add(late);
    }
}

fn owed(receivable: &Receivable) -> Result<u128, Fault> {
    let broken = |_| Fault::InvariantBroken { invariant: "I2", subject: receivable.id.to_string() };
    exposure::of(receivable).map(|owed| owed.minor().into()).map_err(broken)
}

fn days_between(from: BusinessDate, to: BusinessDate) -> u128 {
    u128::try_from(to.days_since(from)).unwrap_or(0)
}
