//! Exposures: what is recorded that an anchor owes = Σ outstanding of its confirmed receivables (I1).
use super::conservation::minor;
use super::{changed, ensure};
use crate::failure::Fault;
use crate::receivable::{Receivable, exposure};
use crate::state::{Changes, Key};
use crate::types::{Amount, Currency, MemberId};
use std::collections::BTreeMap;

/// By anchor and currency: recorded less summed.
type Gaps = BTreeMap<(MemberId, Currency), i128>;

pub(super) fn check(changes: &Changes) -> Result<(), Fault> {
    let mut gaps = Gaps::new();
    for change in changed::<Receivable>(changes) {
        change.before.into_iter().for_each(|before| add_exposure(&mut gaps, before, 1));
        change.now.into_iter().for_each(|now| add_exposure(&mut gaps, now, -1));
    }
    for change in changed::<Amount>(changes) {
        let Key::AnchorExposure { anchor, currency } = change.key else { continue };
        let owed = |amount: Option<&Amount>| amount.map_or(0, |amount| minor(*amount));
        let gap = gaps.entry((anchor, currency)).or_default();
        *gap = gap.saturating_add(owed(change.now)).saturating_sub(owed(change.before));
    }
    gaps.into_iter().try_for_each(|((anchor, currency), gap)| {
        ensure(gap == 0, "I1", || format!("{anchor} is counted to owe {gap} {currency} more than it does"))
    })
}

/// Adds what a receivable's anchor owes by it, with a sign.
pub(super) fn add_exposure(gaps: &mut Gaps, receivable: &Receivable, sign: i128) {
    // I2 holds where amounts were checked; a broken record shows as a gap
    let owed = exposure::of(receivable).map_or(i128::MAX, minor);
    let gap = gaps.entry((receivable.anchor, receivable.terms.face.currency())).or_default();
    *gap = gap.saturating_add(owed.saturating_mul(sign));
}
