//! Netting: what is set off takes from nobody, with the consent of all, and is what the events say (I8, I10).
use super::conservation::minor;
use super::{changed, ensure};
use crate::event::EventKind;
use crate::failure::Fault;
use crate::netting::{Netting, NettingStatus, balances};
use crate::receipt::Receipt;
use crate::state::Changes;
use crate::types::{Currency, MemberId, NettingId};
use std::collections::BTreeMap;

pub(super) fn check(changes: &Changes, receipts: &[Receipt]) -> Result<(), Fault> {
    let mut netted: BTreeMap<NettingId, i128> = BTreeMap::new();
    // what each member is owed less, less what it owes less
    let mut gaps: BTreeMap<(MemberId, Currency), i128> = BTreeMap::new();
    let events = receipts.iter().flat_map(Receipt::events);
    for event in events.filter(|event| event.kind == EventKind::DebtNetted) {
        let (Some(id), Some(amount)) = (event.netting, event.amount) else { continue };
        let sum = netted.entry(id).or_default();
        *sum = sum.saturating_add(minor(amount));
        for (member, sign) in [(event.member, -1), (event.counterparty, 1)] {
            let Some(member) = member else { continue };
            let gap = gaps.entry((member, amount.currency())).or_default();
            *gap = gap.saturating_add(minor(amount).saturating_mul(sign));
        }
    }
    for ((member, currency), gap) in gaps {
        ensure(gap == 0, "I10", || format!("{member} loses {gap} {currency} by netting"))?;
    }
    for change in changed::<Netting>(changes) {
        let Some(now) = change.now else {
            return ensure(false, "I7", || format!("{:?} was removed", change.key));
        };
        let was_open = change.before.is_none_or(|it| is_open(it.status));
        ensure(was_open, "I7", || format!("{} changed after its end", now.id))?;
        check_netting(now)?;
        let set_off = netted.remove(&now.id).unwrap_or(0);
        let expected = if is_executed(now.status) { sum(now) } else { 0 };
        ensure(set_off == expected, "I10", || format!("{}: {set_off} of {expected} was set off", now.id))?;
    }
    ensure(netted.is_empty(), "I10", || format!("{netted:?} was set off by no netting of this block"))
}

/// Total debt strictly shrinks, every party owes what it is owed, and all consented to what was executed.
pub(super) fn check_netting(netting: &Netting) -> Result<(), Fault> {
    let unequal = Fault::InvariantBroken { invariant: "I10", subject: netting.id.to_string() };
    let balances = balances(&netting.legs).map_err(|_| unequal)?;
    let is_even = balances.values().all(|(owes, owed)| owes == owed);
    let is_positive = netting.legs.iter().all(|leg| !leg.amount.is_zero()) && !netting.legs.is_empty();
    ensure(is_even && is_positive, "I10", || format!("{} is uneven", netting.id))?;
    let parties: Vec<MemberId> = balances.keys().copied().collect();
    let agreed = netting.parties.iter().all(|party| netting.consents.contains(party));
    let sound = parties == netting.parties && (agreed || !is_executed(netting.status));
    ensure(sound, "I8", || format!("{} lacks a consent", netting.id))
}

fn sum(netting: &Netting) -> i128 {
    netting.legs.iter().fold(0_i128, |sum, leg| sum.saturating_add(minor(leg.amount)))
}

fn is_open(status: NettingStatus) -> bool {
    match status {
        NettingStatus::Open { .. } => true,
        NettingStatus::Executed { .. } | NettingStatus::Refused { .. } | NettingStatus::Lapsed => false,
    }
}

fn is_executed(status: NettingStatus) -> bool {
    match status {
        NettingStatus::Executed { .. } => true,
        NettingStatus::Open { .. } | NettingStatus::Refused { .. } | NettingStatus::Lapsed => false,
    }
}
