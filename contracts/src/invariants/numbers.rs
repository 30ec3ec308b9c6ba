//! Numbers: what is new has a number above the old counter, so nothing that ended comes back (I3).
use super::{Changed, changed, ensure};
use crate::credit_profile::CreditRead;
use crate::dilution::CreditNote;
use crate::dispute::Dispute;
use crate::facility::Facility;
use crate::failure::Fault;
use crate::governance::Proposal;
use crate::guarantee::Guarantee;
use crate::money::Payout;
use crate::netting::Netting;
use crate::pool::{Pool, PoolClaim};
use crate::programme::Programme;
use crate::receivable::Receivable;
use crate::state::{Changes, Key, RecordType};
use crate::tranche::Tranche;
use crate::types::CounterKind;
use std::collections::BTreeMap;

/// Counters that moved: kind → (before, now).
type Counters = BTreeMap<CounterKind, (u64, u64)>;

pub(super) fn check(changes: &Changes) -> Result<(), Fault> {
    let mut counters = Counters::new();
    for Changed { key, before, now } in changed::<u64>(changes) {
        let Key::Counter(kind) = key else { continue };
        let (before, now) = (before.copied().unwrap_or(0), now.copied().unwrap_or(0));
        ensure(before < now, "I3", || format!("counter {kind:?} went from {before} to {now}"))?;
        counters.insert(kind, (before, now));
    }
    check_kind::<Receivable>(changes, &counters, CounterKind::Receivable)?;
    check_kind::<Tranche>(changes, &counters, CounterKind::Tranche)?;
    check_kind::<Facility>(changes, &counters, CounterKind::Facility)?;
    check_kind::<Payout>(changes, &counters, CounterKind::Payout)?;
    check_kind::<Guarantee>(changes, &counters, CounterKind::Guarantee)?;
    check_kind::<Pool>(changes, &counters, CounterKind::Pool)?;
    check_kind::<PoolClaim>(changes, &counters, CounterKind::PoolClaim)?;
    check_kind::<Programme>(changes, &counters, CounterKind::Programme)?;
    check_kind::<Proposal>(changes, &counters, CounterKind::Proposal)?;
    check_kind::<CreditRead>(changes, &counters, CounterKind::CreditRead)?;
    check_kind::<Dispute>(changes, &counters, CounterKind::Dispute)?;
    check_kind::<CreditNote>(changes, &counters, CounterKind::CreditNote)?;
    check_kind::<Netting>(changes, &counters, CounterKind::Netting)
}

fn check_kind<T: RecordType + 'static>(
    changes: &Changes,
    counters: &Counters,
    kind: CounterKind,
) -> Result<(), Fault> {
    for change in changed::<T>(changes).filter(|change| change.before.is_none()) {
        let number = number(&change.key).unwrap_or(0);
        let (before, now) = counters.get(&kind).copied().unwrap_or_default();
        let fresh = before < number && number <= now;
        ensure(fresh, "I3", || format!("{:?} is new under numbers {before} to {now}", change.key))?;
    }
    Ok(())
}

/// The creation number in a key.
pub(super) fn number(key: &Key) -> Option<u64> {
    match key {
        Key::Receivable(id) => Some(id.number()),
        Key::Tranche(id) => Some(id.number()),
        Key::Facility(id) => Some(id.number()),
        Key::Payout(id) => Some(id.number()),
        Key::Guarantee(id) => Some(id.number()),
        Key::Pool(id) => Some(id.number()),
        Key::PoolClaim(id) => Some(id.number()),
        Key::Proposal(id) => Some(id.number()),
        Key::Dispute(id) => Some(id.number()),
        Key::CreditNote(id) => Some(id.number()),
        Key::Netting(id) => Some(id.number()),
        Key::Programme(id) => Some(id.number()),
        Key::CreditRead(id) => Some(id.number()),
        Key::Counter(_)
        | Key::Policy(_)
        | Key::Member(_)
        | Key::KeyOwner(_)
        | Key::Identifier(_)
        | Key::StandingAcceptance { .. }
        | Key::Deposit(_)
        | Key::BankTotals { .. }
        | Key::BankReference { .. }
        | Key::Fingerprint(_)
        | Key::Document(_)
        | Key::FacilityUse { .. }
        | Key::Validators
        | Key::GuaranteeClaim { .. }
        | Key::FinancingCost { .. }
        | Key::Subsidy { .. }
        | Key::CreditFile { .. }
        | Key::CreditConsent { .. }
        | Key::AnchorLimit { .. }
        | Key::AnchorExposure { .. }
        | Key::KycFile(_)
        | Key::ApprovalPolicy(_)
        | Key::Screening(_)
        | Key::Freeze(_)
        | Key::Withheld(_)
        | Key::Lien(_)
        | Key::FairCost { .. }
        | Key::CreditNoteClaim(_)
        | Key::Case(_)
        | Key::CaseEntry { .. }
        | Key::Misbehaviour { .. }
        | Key::ContactDay { .. } => None,
    }
}
