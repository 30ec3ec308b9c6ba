//! Liens: a tranche says that it is under one exactly when its record is there, and does not move under it (I6).
use super::{changed, ensure};
use crate::failure::Fault;
use crate::lien::Lien;
use crate::state::{Changes, Key};
use crate::tranche::Tranche;
use crate::types::TrancheId;
use std::collections::BTreeMap;

pub(super) fn check(changes: &Changes) -> Result<(), Fault> {
    let mut liens: BTreeMap<TrancheId, (bool, bool)> = BTreeMap::new();
    for change in changed::<Lien>(changes) {
        let Key::Lien(id) = change.key else { continue };
        let own = change.now.is_none_or(|lien| lien.tranche() == id);
        ensure(own, "I6", || format!("{id} has the lien of another tranche"))?;
        liens.insert(id, (change.before.is_some(), change.now.is_some()));
    }
    for change in changed::<Tranche>(changes) {
        let Key::Tranche(id) = change.key else { continue };
        let said = |tranche: Option<&Tranche>| tranche.is_some_and(|tranche| tranche.is_under_lien);
        let before = said(change.before);
        // a lien that did not change is there if it was; one that did may outlive its tranche
        let (was, is) = liens.get(&id).copied().unwrap_or((before, before));
        let same = was == before && change.now.is_none_or(|now| now.is_under_lien == is);
        ensure(same, "I6", || format!("{id} and its lien differ"))?;
        let stays = match (change.before, change.now) {
            (Some(before), Some(now)) => before.holder == now.holder,
            (Some(_), None) | (None, Some(_) | None) => true,
        };
        ensure(stays || !(was && is), "I6", || format!("{id} moved under a lien"))?;
    }
    Ok(())
}
