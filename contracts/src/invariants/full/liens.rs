//! Liens: one per tranche by its key (I6), of the tranche's holder, and as large as the tranche.
use super::super::ensure;
use super::pages::record;
use super::records::{check_key, check_member};
use crate::failure::Fault;
use crate::lien::Lien;
use crate::state::{Key, StateRead};
use crate::tranche::Tranche;
use crate::types::{Amount, MemberId};

pub(super) fn check(state: &dyn StateRead, key: &Key, lien: &Lien) -> Result<(), Fault> {
    check_key(key, Key::Lien(lien.tranche()))?;
    let (holder, counterparty) = parties(lien);
    check_member(state, holder, key)?;
    check_member(state, counterparty, key)?;
    let Some(tranche) = record::<Tranche>(state, Key::Tranche(lien.tranche()))? else {
        return ensure(outlives(lien), "I6", || format!("{key:?} is on a tranche that ended"));
    };
    let fits = tranche.is_under_lien && tranche.holder == holder && tranche.offer.is_none();
    ensure(fits, "I6", || format!("{} moves under a lien", tranche.id))?;
    ensure(is_as_large(lien, tranche.face), "I6", || format!("{} and its lien differ", tranche.id))
}

/// Who holds the tranche, and who the lien is for.
fn parties(lien: &Lien) -> (MemberId, MemberId) {
    match lien {
        Lien::Reserved(it) => (it.purchase.seller, it.funder),
        Lien::PledgeOffered(it) => (it.pledgor, it.funder),
        Lien::Pledged(it) => (it.pledgor, it.funder),
        Lien::Claimed(it) => (it.creditor, it.transferor),
    }
}

/// What is left of a lien when its tranche was paid in full: held money, or a debt.
fn outlives(lien: &Lien) -> bool {
    match lien {
        Lien::Reserved(it) => it.face.is_zero() && !it.held.is_empty(),
        Lien::PledgeOffered(_) => false,
        Lien::Pledged(it) => !it.debt.is_paid(),
        Lien::Claimed(it) => !it.debt.is_paid(),
    }
}

fn is_as_large(lien: &Lien, face: Amount) -> bool {
    match lien {
        Lien::Reserved(it) => it.face == face,
        Lien::PledgeOffered(_) => true,
        Lien::Pledged(it) => !it.debt.is_paid(),
        Lien::Claimed(it) => !it.debt.is_paid(),
    }
}
