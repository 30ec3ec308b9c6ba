//! Creditors: the holders of a receivable's open tranches, and who speaks for them.
use crate::failure::Failure;
use crate::rejection::Rejection;
use crate::state::State;
use crate::tranche;
use crate::types::{Amount, MemberId, ReceivableId};
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// Σ open face of each holder.
pub(super) fn creditors(
    state: &mut State,
    receivable: ReceivableId,
) -> Result<BTreeMap<MemberId, Amount>, Failure> {
    let mut faces: BTreeMap<MemberId, Amount> = BTreeMap::new();
    for tranche in tranche::of_receivable(state, receivable)? {
        let face = match faces.get(&tranche.holder) {
            None => tranche.face,
            Some(face) => face.plus(tranche.face)?,
        };
        faces.insert(tranche.holder, face);
    }
    Ok(faces)
}

/// The holder of the largest face, ties to the smaller id: it hands the case over for all.
pub(super) fn require_lead(
    state: &mut State,
    receivable: ReceivableId,
    member: MemberId,
) -> Result<(), Failure> {
    let faces = creditors(state, receivable)?;
    let lead = faces.iter().min_by_key(|(holder, face)| (Reverse(face.minor()), **holder));
    match lead {
        Some((lead, _)) if *lead == member => Ok(()),
        Some((lead, _)) => Err(Rejection::NotLeadCreditor { receivable, lead: *lead }.into()),
        None => Err(Rejection::NotCaseParty { receivable }.into()),
    }
}
