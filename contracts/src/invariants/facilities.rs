//! Facilities: used = Σ face bought, unsettled and still held, or reserved, in all and per seller, within the limit (I9).
use super::conservation::minor;
use super::{changed, ensure};
use crate::facility::Facility;
use crate::failure::Fault;
use crate::lien::Lien;
use crate::state::{Changes, Key};
use crate::tranche::{Purchase, Tranche};
use crate::types::{Amount, FacilityId, MemberId};
use std::collections::BTreeMap;

/// How much more is counted as used than the tranches say, by facility and by seller under it.
#[derive(Default)]
struct Gaps {
    facilities: BTreeMap<FacilityId, i128>,
    sellers: BTreeMap<(FacilityId, MemberId), i128>,
}

pub(super) fn check(changes: &Changes) -> Result<(), Fault> {
    let mut gaps = Gaps::default();
    for change in changed::<Tranche>(changes) {
        gaps.add_tranche(change.before, 1);
        gaps.add_tranche(change.now, -1);
    }
    for change in changed::<Lien>(changes) {
        gaps.add_reserved(change.before, 1);
        gaps.add_reserved(change.now, -1);
    }
    for change in changed::<Facility>(changes) {
        let Key::Facility(id) = change.key else { continue };
        let used = |facility: Option<&Facility>| facility.map_or(0, |facility| minor(facility.used));
        gaps.add(id, used(change.now).saturating_sub(used(change.before)));
        change.now.map_or(Ok(()), check_limit)?;
    }
    for change in changed::<Amount>(changes) {
        let Key::FacilityUse { facility, seller } = change.key else { continue };
        let used = |amount: Option<&Amount>| amount.map_or(0, |amount| minor(*amount));
        let gap = gaps.sellers.entry((facility, seller)).or_default();
        *gap = gap.saturating_add(used(change.now)).saturating_sub(used(change.before));
    }
    gaps.check()
}

/// What a reservation holds of a facility's limit.
pub(super) fn reserved(lien: &Lien) -> Option<(Purchase, Amount)> {
    match lien {
        Lien::Reserved(reservation) => Some((reservation.purchase, reservation.face)),
        Lien::PledgeOffered(_) | Lien::Pledged(_) | Lien::Claimed(_) => None,
    }
}

/// Used ≤ limit.
pub(super) fn check_limit(facility: &Facility) -> Result<(), Fault> {
    let (used, limit) = (facility.used, facility.offering.limit);
    let within = used.exceeds(limit).is_ok_and(|exceeds| !exceeds);
    ensure(within, "I9", || format!("{}: {used} used of {limit}", facility.id))
}

impl Gaps {
    fn add(&mut self, facility: FacilityId, minor: i128) {
        let gap = self.facilities.entry(facility).or_default();
        *gap = gap.saturating_add(minor);
    }

    fn add_tranche(&mut self, tranche: Option<&Tranche>, sign: i128) {
        if let Some((purchase, face)) = tranche.and_then(|it| Some((it.bought_under?, it.face))) {
            self.add_purchase(purchase, face, sign);
        }
    }

    fn add_reserved(&mut self, lien: Option<&Lien>, sign: i128) {
        if let Some((purchase, face)) = lien.and_then(reserved) {
            self.add_purchase(purchase, face, sign);
        }
    }

    fn add_purchase(&mut self, Purchase { facility, seller, .. }: Purchase, face: Amount, sign: i128) {
        let minor = minor(face).saturating_mul(sign);
        self.add(facility, minor);
        let gap = self.sellers.entry((facility, seller)).or_default();
        *gap = gap.saturating_add(minor);
    }

    fn check(self) -> Result<(), Fault> {
        for (id, gap) in self.facilities {
            ensure(gap == 0, "I9", || format!("{id} counts {gap} more than it bought"))?;
        }
        for ((id, seller), gap) in self.sellers {
            ensure(gap == 0, "I9", || format!("{id} counts {gap} more than it bought from {seller}"))?;
        }
        Ok(())
    }
}
