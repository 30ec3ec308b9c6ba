//! Pools and guarantees: what helpers paid is in their books, and their books follow from the tranches (I2, I5, I9).
use super::conservation::minor;
use super::{changed, ensure, signed};
use crate::failure::Fault;
use crate::guarantee::{Guarantee, GuaranteeClaim};
use crate::pool::{Pool, PoolClaim};
use crate::state::{Changes, Key};
use crate::tranche::Tranche;
use crate::types::{GuaranteeId, PoolId};
use std::collections::BTreeMap;

pub(super) fn check(changes: &Changes) -> Result<(), Fault> {
    check_guarantees(changes)?;
    let mut enrolled: BTreeMap<PoolId, i128> = BTreeMap::new();
    let mut waiting: BTreeMap<PoolId, i128> = BTreeMap::new();
    for change in changed::<Tranche>(changes) {
        for (tranche, sign) in [(change.before, -1), (change.now, 1)] {
            let Some((enrolment, face)) = tranche.and_then(|it| Some((it.enrolled?, it.face))) else {
                continue;
            };
            add(&mut enrolled, enrolment.pool, minor(face).saturating_mul(sign));
        }
    }
    for change in changed::<PoolClaim>(changes) {
        for (claim, sign) in [(change.before, -1), (change.now, 1)] {
            claim.into_iter().for_each(|claim| add(&mut waiting, claim.pool, sign));
        }
    }
    for change in changed::<Pool>(changes) {
        let Key::Pool(id) = change.key else { continue };
        for (pool, sign) in [(change.before, 1), (change.now, -1)] {
            let Some(pool) = pool else { continue };
            add(&mut enrolled, id, signed(pool.enrolled).saturating_mul(sign));
            add(&mut waiting, id, i128::from(pool.waiting).saturating_mul(sign));
        }
        change.now.map_or(Ok(()), check_pool)?;
    }
    none_left(&enrolled, "I9")?;
    none_left(&waiting, "I9")
}

/// The books of one pool balance (I5).
pub(super) fn check_pool(pool: &Pool) -> Result<(), Fault> {
    ensure(pool.is_balanced(), "I5", || format!("{} does not balance", pool.id))
}

/// A guarantor pays at most its cap (I2).
pub(super) fn check_cap(guarantee: &Guarantee) -> Result<(), Fault> {
    let within = guarantee.paid.exceeds(guarantee.terms.cap).is_ok_and(|exceeds| !exceeds);
    ensure(within, "I2", || format!("{} paid {}", guarantee.id, guarantee.paid))
}

/// A claim is paid at most what is owed (I2).
pub(super) fn check_claim(key: &Key, claim: &GuaranteeClaim) -> Result<(), Fault> {
    let within = claim.paid.exceeds(claim.owed).is_ok_and(|exceeds| !exceeds);
    ensure(within, "I2", || format!("{key:?} was paid {} of {}", claim.paid, claim.owed))
}

fn check_guarantees(changes: &Changes) -> Result<(), Fault> {
    let mut gaps: BTreeMap<GuaranteeId, i128> = BTreeMap::new();
    for change in changed::<Guarantee>(changes) {
        let Key::Guarantee(id) = change.key else { continue };
        let paid = |it: Option<&Guarantee>| it.map_or(0, |it| minor(it.paid));
        add(&mut gaps, id, paid(change.now).saturating_sub(paid(change.before)));
        change.now.map_or(Ok(()), check_cap)?;
    }
    for change in changed::<GuaranteeClaim>(changes) {
        let Key::GuaranteeClaim { guarantee, .. } = change.key else { continue };
        let paid = |it: Option<&GuaranteeClaim>| it.map_or(0, |it| minor(it.paid));
        add(&mut gaps, guarantee, paid(change.before).saturating_sub(paid(change.now)));
        change.now.map_or(Ok(()), |claim| check_claim(&change.key, claim))?;
    }
    none_left(&gaps, "I2")
}

fn add<K: Ord>(sums: &mut BTreeMap<K, i128>, key: K, minor: i128) {
    let sum = sums.entry(key).or_default();
    *sum = sum.saturating_add(minor);
}

fn none_left<K: std::fmt::Debug>(sums: &BTreeMap<K, i128>, invariant: &'static str) -> Result<(), Fault> {
    match sums.iter().find(|(_, sum)| **sum != 0) {
        None => Ok(()),
        Some((key, sum)) => ensure(false, invariant, || format!("{key:?} is off by {sum}")),
    }
}
