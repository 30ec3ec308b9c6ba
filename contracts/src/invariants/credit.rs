//! Credit: files agree with exposures and only grow, reads stay as they were recorded (I1, I8).
use super::conservation::minor;
use super::{changed, ensure, signed};
use crate::credit_profile::{CreditFile, CreditRead, Volume};
use crate::failure::Fault;
use crate::state::{Changes, Key};
use crate::types::{Amount, Currency, MemberId};
use std::collections::BTreeMap;

pub(super) fn check(changes: &Changes) -> Result<(), Fault> {
    let mut gaps: BTreeMap<(MemberId, Currency), i128> = BTreeMap::new();
    for change in changed::<CreditFile>(changes) {
        let Key::CreditFile { member, currency } = change.key else { continue };
        let outstanding =
            |file: Option<&CreditFile>| file.map_or(0, |file| signed(file.anchor.outstanding()));
        let gap = gaps.entry((member, currency)).or_default();
        *gap = gap.saturating_add(outstanding(change.now)).saturating_sub(outstanding(change.before));
        let (before, now) = (change.before.map(sums).unwrap_or_default(), change.now.map(sums));
        let grew = now.is_some_and(|now| before.iter().zip(now).all(|(before, now)| *before <= now));
        ensure(grew, "I8", || format!("the credit file of {member} lost something"))?;
    }
    for change in changed::<Amount>(changes) {
        let Key::AnchorExposure { anchor, currency } = change.key else { continue };
        let owed = |amount: Option<&Amount>| amount.map_or(0, |amount| minor(*amount));
        let gap = gaps.entry((anchor, currency)).or_default();
        *gap = gap.saturating_add(owed(change.before)).saturating_sub(owed(change.now));
    }
    for ((member, _), gap) in gaps {
        ensure(gap == 0, "I1", || format!("the credit file of {member} is {gap} off its exposure"))?;
    }
    changed::<CreditRead>(changes).try_for_each(|change| {
        ensure(change.before.is_none(), "I8", || format!("{:?} was changed", change.key))
    })
}

/// Everything in a file that is counted.
fn sums(file: &CreditFile) -> Vec<u128> {
    let CreditFile { since: _, anchor, supplier, holder } = file;
    let volume = |volume: Volume| [volume.count.into(), volume.minor];
    let volumes = [
        anchor.confirmed,
        anchor.overdue,
        anchor.defaulted,
        supplier.confirmed,
        supplier.rejected,
        holder.discounted,
    ];
    let mut sums = vec![
        anchor.tenor_minor_days,
        anchor.paid_on_time,
        anchor.late_minor_days,
        anchor.diluted,
        anchor.cancelled,
        supplier.diluted,
        holder.proceeds,
        holder.discounted_minor_days,
    ];
    sums.extend(anchor.paid_late);
    sums.extend(volumes.into_iter().flat_map(volume));
    sums
}
