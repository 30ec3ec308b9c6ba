//! Priority: whose face is paid first where the money does not suffice (Civil Code art. 768).
use crate::dilution;
use crate::failure::Failure;
use crate::receivable::Receivable;
use crate::registration::{Rank, rank};
use crate::state::State;
use crate::tranche::{self, Tranche};
use crate::types::{Amount, share_largest_remainder};
use std::collections::BTreeMap;

/// What one tranche gets of a payment.
pub(super) struct Portion {
    pub tranche: Tranche,
    pub rank: Rank,
    pub share: Amount,
}

/// `amount` of face shared among the open tranches: one rank after the other, within a rank pro rata by undisputed
/// face with largest remainder, ties to the smaller tranche id. By tranche id; shares of nothing are left out.
pub(super) fn portions(
    state: &mut State,
    receivable: &Receivable,
    amount: Amount,
) -> Result<Vec<Portion>, Failure> {
    let tranches = tranche::of_receivable(state, receivable.id)?;
    let waiting = dilution::order::waiting(state, receivable, &tranches)?;
    let mut claims = Vec::with_capacity(tranches.len());
    for (tranche, waits) in tranches.iter().zip(waiting) {
        claims.push((rank(state, tranche)?, tranche.face.minor().saturating_sub(waits)));
    }
    let shares = by_rank(&claims, amount.minor())?;
    let all = tranches.into_iter().zip(claims).zip(shares).filter(|(_, share)| *share > 0);
    all.map(|((tranche, (rank, _)), share)| {
        Ok(Portion { tranche, rank, share: Amount::new(share, amount.currency())? })
    })
    .collect()
}

/// What each of `claims`, its rank and its minor units, gets of `total`: at most all of it.
fn by_rank(claims: &[(Rank, u64)], total: u64) -> Result<Vec<u64>, Failure> {
    let mut ranks: BTreeMap<Rank, Vec<(usize, u64)>> = BTreeMap::new();
    for (place, (rank, minor)) in claims.iter().enumerate() {
        ranks.entry(*rank).or_default().push((place, *minor));
    }
    let mut shares = vec![0; claims.len()];
    let mut left = total;
    for members in ranks.into_values() {
        let weights: Vec<u64> = members.iter().map(|(_, minor)| *minor).collect();
        // faces of one receivable sum to its confirmed amount at most, so nothing saturates
        let given = left.min(weights.iter().fold(0, |sum, minor| sum.saturating_add(*minor)));
        left = left.saturating_sub(given);
        for ((place, _), share) in members.into_iter().zip(share_largest_remainder(given, &weights)?) {
            if let Some(own) = shares.get_mut(place) {
                *own = share;
            }
        }
    }
    Ok(shares)
}
