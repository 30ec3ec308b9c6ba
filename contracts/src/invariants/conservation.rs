//! Conservation: faces, settled and cancelled sum to what was confirmed (I1, I2), debits to distributions (I10).
use super::{changed, ensure, signed};
use crate::event::EventKind;
use crate::failure::Fault;
use crate::receipt::Receipt;
use crate::receivable::{Receivable, ReceivableStatus};
use crate::state::Changes;
use crate::tranche::Tranche;
use crate::types::{Amount, ReceivableId};
use std::collections::BTreeMap;

/// What changed in the open tranches of a receivable, and what its receipts say was paid.
#[derive(Default)]
struct Delta {
    faces: i128,
    tranches: i64,
    debited: i128,
    /// On faces.
    distributed: i128,
    /// Interest and costs.
    beside: i128,
    /// Of what was distributed on faces: what payers took over instead of ending it.
    taken_over: i128,
    /// By credit notes.
    diluted: i128,
    /// Set off without money.
    netted: i128,
    /// Face that the anchor paid early, for less money.
    early: i128,
}

type Deltas = BTreeMap<ReceivableId, Delta>;

pub(super) fn check(changes: &Changes, receipts: &[Receipt]) -> Result<(), Fault> {
    let mut deltas = Deltas::new();
    add_tranches(&mut deltas, changes)?;
    add_receipts(&mut deltas, receipts);
    for change in changed::<Receivable>(changes) {
        let Some(now) = change.now else {
            return ensure(false, "I1", || format!("{:?} was removed", change.key));
        };
        check_amounts(now)?;
        check_receivable(change.before, now, deltas.remove(&now.id).unwrap_or_default())?;
    }
    // the others changed no record of their own, so nothing of them may have come or gone; but who pays for all of
    // a tranche and takes the claim puts one in its place
    deltas.into_iter().try_for_each(|(id, delta)| {
        let still = delta.faces == 0
            && delta.tranches == 0
            && delta.debited == delta.distributed
            && delta.distributed == delta.taken_over
            && [delta.beside, delta.diluted, delta.netted, delta.early] == [0; 4];
        ensure(still, "I1", || format!("{id}: tranches changed by {} without it", delta.faces))
    })
}

fn add_tranches(deltas: &mut Deltas, changes: &Changes) -> Result<(), Fault> {
    for change in changed::<Tranche>(changes) {
        if let Some(now) = change.now {
            ensure(!now.face.is_zero(), "I2", || format!("{} has no face", now.id))?;
        }
        if let (Some(before), Some(now)) = (change.before, change.now) {
            // who pays for one tranche in parts has one tranche of them
            let may_grow = now.taken_over.is_some_and(|taken| taken.from.is_some());
            let shrank = !now.face.exceeds(before.face).unwrap_or(true);
            let same = before.receivable == now.receivable && before.taken_over == now.taken_over;
            ensure(same && (shrank || may_grow), "I2", || {
                format!("{} grew or moved to another receivable", now.id)
            })?;
        }
        for (tranche, sign) in [(change.before, -1), (change.now, 1)] {
            let Some(tranche) = tranche else { continue };
            let delta = deltas.entry(tranche.receivable).or_default();
            delta.faces = delta.faces.saturating_add(minor(tranche.face).saturating_mul(i128::from(sign)));
            delta.tranches = delta.tranches.saturating_add(sign);
        }
    }
    Ok(())
}

#[allow(clippy::wildcard_enum_match_arm, reason = "the others pay nobody under a receivable")]
fn add_receipts(deltas: &mut Deltas, receipts: &[Receipt]) {
    for event in receipts.iter().flat_map(Receipt::events) {
        let (Some(id), Some(amount)) = (event.receivable, event.amount) else { continue };
        let of: fn(&mut Delta) -> &mut i128 = match event.kind {
            EventKind::SettlementDebited | EventKind::PaidForAnchor => |delta| &mut delta.debited,
            EventKind::SettlementDistributed => |delta| &mut delta.distributed,
            EventKind::LateInterestDistributed | EventKind::CostsDistributed => |delta| &mut delta.beside,
            EventKind::ClaimTakenOver => |delta| &mut delta.taken_over,
            EventKind::TrancheDiluted => |delta| &mut delta.diluted,
            EventKind::DebtNetted => |delta| &mut delta.netted,
            EventKind::EarlyPaid => |delta| &mut delta.early,
            _ => continue,
        };
        let sum = of(deltas.entry(id).or_default());
        *sum = sum.saturating_add(minor(amount));
    }
}

fn check_receivable(before: Option<&Receivable>, now: &Receivable, delta: Delta) -> Result<(), Fault> {
    let grown = |of: fn(&Receivable) -> i128| of(now).saturating_sub(before.map_or(0, of));
    let settled = grown(|receivable| minor(receivable.settled));
    let diluted = grown(|receivable| minor(receivable.diluted));
    let accounted =
        delta.faces.saturating_add(settled).saturating_add(diluted).saturating_add(grown(cancelled));
    let owed = grown(owed);
    ensure(accounted == owed, "I1", || format!("{}: {accounted} accounted for, {owed} owed more", now.id))?;
    ensure(delta.diluted == diluted, "I1", || {
        format!("{}: holders lost {}, {diluted} was credited", now.id, delta.diluted)
    })?;
    let open = i64::from(now.open_tranches).saturating_sub(before.map_or(0, |it| it.open_tranches.into()));
    ensure(open == delta.tranches, "I1", || format!("{} counts {open} more open tranches", now.id))?;
    let beside = grown(|receivable| signed(receivable.late.paid));
    let Delta { debited, distributed, taken_over, netted, early, .. } = delta;
    let paid = debited == distributed.saturating_add(delta.beside)
        && distributed.saturating_add(netted).saturating_add(early) == settled.saturating_add(taken_over)
        && delta.beside == beside;
    ensure(paid, "I10", || {
        format!(
            "{}: {debited} debited, {distributed} distributed, {taken_over} taken over, {settled} settled, \
             {netted} netted, {beside} beside the face",
            now.id
        )
    })
}

/// I2 within one receivable.
pub(super) fn check_amounts(receivable: &Receivable) -> Result<(), Fault> {
    let terms = &receivable.terms;
    let positive = |amount: Amount| !amount.is_zero();
    let invoices = terms.invoices.iter().map(|invoice| minor(invoice.amount));
    let backed = minor(terms.face) <= invoices.fold(0, i128::saturating_add);
    let confirmed = receivable.confirmation.as_ref().map(|confirmation| confirmation.amount);
    let gone = minor(receivable.settled).saturating_add(minor(receivable.diluted));
    let within = minor(receivable.confirmed()) <= minor(terms.face) && gone <= minor(receivable.confirmed());
    let above_zero = positive(terms.face)
        && terms.invoices.iter().all(|invoice| positive(invoice.amount))
        && confirmed.is_none_or(positive);
    ensure(backed && within && above_zero && receivable.late.is_sound(), "I2", || receivable.id.to_string())
}

/// What the anchor owes by its acceptance by the supplier: the confirmed face from Live on.
pub(super) fn owed(receivable: &Receivable) -> i128 {
    match receivable.status {
        ReceivableStatus::Submitted { .. }
        | ReceivableStatus::Confirmed
        | ReceivableStatus::Closed { .. } => 0,
        ReceivableStatus::Live
        | ReceivableStatus::Overdue { .. }
        | ReceivableStatus::Settled { .. }
        | ReceivableStatus::Cancelled { .. }
        | ReceivableStatus::Defaulted { .. }
        | ReceivableStatus::WrittenOff { .. } => minor(receivable.confirmed()),
    }
}

/// The part of it that was cancelled: all or nothing.
pub(super) fn cancelled(receivable: &Receivable) -> i128 {
    match receivable.status {
        ReceivableStatus::Cancelled { .. } => minor(receivable.confirmed()),
        ReceivableStatus::Submitted { .. }
        | ReceivableStatus::Confirmed
        | ReceivableStatus::Live
        | ReceivableStatus::Overdue { .. }
        | ReceivableStatus::Settled { .. }
        | ReceivableStatus::Closed { .. }
        | ReceivableStatus::Defaulted { .. }
        | ReceivableStatus::WrittenOff { .. } => 0,
    }
}

pub(super) fn minor(amount: Amount) -> i128 {
    signed(u128::from(amount.minor()))
}
