//! Numbers: what is new has a number above the old counter, so nothing that ended comes back (I3).
use super::{Changed, changed, ensure};
use crate::failure::Fault;
use crate::state::{Changes, Key};
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
    for change in changes.records.iter().filter(|change| change.before.is_none()) {
        let Some((kind, number)) = numbered(&change.key) else { continue };
        let (before, now) = counters.get(&kind).copied().unwrap_or_default();
        let fresh = before < number && number <= now;
        ensure(fresh, "I3", || format!("{:?} is new under numbers {before} to {now}", change.key))?;
    }
    Ok(())
}

/// Of a key with a creation number: from which counter, and which number.
pub(super) fn numbered(key: &Key) -> Option<(CounterKind, u64)> {
    match key {
        Key::Receivable(id) => Some((CounterKind::Receivable, id.number())),
        Key::Tranche(id) => Some((CounterKind::Tranche, id.number())),
        Key::Facility(id) => Some((CounterKind::Facility, id.number())),
        Key::Payout(id) => Some((CounterKind::Payout, id.number())),
        Key::Guarantee(id) => Some((CounterKind::Guarantee, id.number())),
        Key::Pool(id) => Some((CounterKind::Pool, id.number())),
        Key::PoolClaim(id) => Some((CounterKind::PoolClaim, id.number())),
        Key::Proposal(id) => Some((CounterKind::Proposal, id.number())),
        Key::Dispute(id) => Some((CounterKind::Dispute, id.number())),
        Key::CreditNote(id) => Some((CounterKind::CreditNote, id.number())),
        Key::Netting(id) => Some((CounterKind::Netting, id.number())),
        Key::Programme(id) => Some((CounterKind::Programme, id.number())),
        Key::CreditRead(id) => Some((CounterKind::CreditRead, id.number())),
        Key::DocumentEntry(id) => Some((CounterKind::Document, id.number())),
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
        | Key::EncryptionKey(_)
        | Key::Successor(_)
        | Key::Case(_)
        | Key::CaseEntry { .. }
        | Key::Misbehaviour { .. }
        | Key::Items(_)
        | Key::PublicItems
        | Key::ContactDay { .. } => None,
    }
}
