//! Order: which tranches bear a loss, or wait for a dispute, before which others (rulebook §7).
//!
//! 1. unfinanced tranches of the original supplier, the smallest first: they are one member's
//! 2. other unfinanced tranches, pro rata by face with largest remainder, ties to the smaller tranche number
//! 3. tranches financed with recourse, pro rata: their funder turns back to the transferor
//! 4. tranches financed without recourse, pro rata: only with their funder's consent
use crate::failure::Failure;
use crate::lien::{self, Lien};
use crate::member::{self, Role};
use crate::receivable::Receivable;
use crate::rejection::Rejection;
use crate::state::State;
use crate::tranche::{self, Recourse, Tranche};
use crate::types::{Amount, share_largest_remainder};
use borsh::{BorshDeserialize, BorshSerialize};

/// A tranche's place in the order.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, BorshSerialize, BorshDeserialize)]
pub enum Tier {
    SupplierUnfinanced,
    Unfinanced,
    FinancedWithRecourse,
    FinancedWithoutRecourse,
}

impl Tier {
    const IN_ORDER: [Self; 4] = [
        Self::SupplierUnfinanced,
        Self::Unfinanced,
        Self::FinancedWithRecourse,
        Self::FinancedWithoutRecourse,
    ];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::SupplierUnfinanced => "unfinanced, the original supplier's",
            Self::Unfinanced => "unfinanced",
            Self::FinancedWithRecourse => "financed with recourse",
            Self::FinancedWithoutRecourse => "financed without recourse",
        }
    }
}

/// How much of `amount` falls on each tranche, in the order of `tranches`, which are by number; at most its face.
pub(crate) fn shares(
    state: &mut State,
    receivable: &Receivable,
    tranches: &[Tranche],
    amount: Amount,
) -> Result<Vec<(Tier, u64)>, Failure> {
    let mut shares = Vec::with_capacity(tranches.len());
    for tranche in tranches {
        shares.push((tier(state, receivable, tranche)?, 0_u64));
    }
    let mut left = amount.minor();
    for tier in Tier::IN_ORDER {
        let faces: Vec<u64> =
            tranches.iter().zip(&shares).map(|(it, (own, _))| face_in(it, *own, tier)).collect();
        let capacity = faces.iter().fold(0_u64, |sum, face| sum.saturating_add(*face));
        let taken = left.min(capacity);
        let given = match tier {
            Tier::SupplierUnfinanced => smallest_first(taken, &faces),
            Tier::Unfinanced | Tier::FinancedWithRecourse | Tier::FinancedWithoutRecourse => {
                share_largest_remainder(taken, &faces)?
            }
        };
        for ((_, share), more) in shares.iter_mut().zip(given) {
            *share = share.saturating_add(more);
        }
        left = left.saturating_sub(taken);
    }
    Ok(shares)
}

/// What of each tranche waits for the open dispute; nothing where there is none.
pub(crate) fn waiting(
    state: &mut State,
    receivable: &Receivable,
    tranches: &[Tranche],
) -> Result<Vec<u64>, Failure> {
    let Some(open) = receivable.dispute else { return Ok(vec![0; tranches.len()]) };
    let shares = shares(state, receivable, tranches, open.amount)?;
    Ok(shares.into_iter().map(|(_, share)| share).collect())
}

/// A tranche moves only while nothing of it is disputed: who takes it must be able to rely on it.
pub(crate) fn require_undisputed(
    state: &mut State,
    receivable: &Receivable,
    tranche: &Tranche,
) -> Result<(), Failure> {
    if receivable.dispute.is_none() {
        return Ok(());
    }
    let tranches = tranche::of_receivable(state, receivable.id)?;
    let waiting = waiting(state, receivable, &tranches)?;
    let own = tranches.iter().zip(waiting).find(|(other, _)| other.id == tranche.id);
    match own {
        Some((_, minor)) if minor > 0 => {
            let disputed = Amount::new(minor, tranche.face.currency())?;
            Err(Rejection::TrancheDisputed { tranche: tranche.id, disputed }.into())
        }
        Some(_) | None => Ok(()),
    }
}

/// Σ face in the supplier's own hands and not financed: what defences reach that the anchor waived.
pub(crate) fn held_by_supplier(state: &mut State, receivable: &Receivable) -> Result<Amount, Failure> {
    let mut sum = Amount::zero(receivable.terms.face.currency());
    for tranche in tranche::of_receivable(state, receivable.id)? {
        if tier(state, receivable, &tranche)? == Tier::SupplierUnfinanced {
            sum = sum.plus(tranche.face)?;
        }
    }
    Ok(sum)
}

/// Financed is what a facility bought or reserved, what secures an advance, and what any other Funder but the
/// original supplier holds. Who pledged stays liable for the advance.
fn tier(state: &mut State, receivable: &Receivable, tranche: &Tranche) -> Result<Tier, Failure> {
    if tranche.is_under_lien
        && let Some(tier) = tier_under(lien::of(state, tranche.id)?)
    {
        return Ok(tier);
    }
    let own = tranche.holder == receivable.supplier;
    let is_financed = tranche.bought_under.is_some()
        || (!own && member::find(state, tranche.holder)?.has_role(Role::Funder));
    Ok(match (is_financed, own) {
        (false, true) => Tier::SupplierUnfinanced,
        (false, false) => Tier::Unfinanced,
        (true, _) if tranche.recourse.is_empty() => Tier::FinancedWithoutRecourse,
        (true, _) => Tier::FinancedWithRecourse,
    })
}

fn tier_under(lien: Option<Lien>) -> Option<Tier> {
    match lien? {
        Lien::Reserved(reservation) => Some(match reservation.recourse {
            Recourse::None => Tier::FinancedWithoutRecourse,
            Recourse::Full => Tier::FinancedWithRecourse,
        }),
        Lien::Pledged(_) => Some(Tier::FinancedWithRecourse),
        Lien::PledgeOffered(_) | Lien::Claimed(_) => None,
    }
}

fn face_in(tranche: &Tranche, own: Tier, tier: Tier) -> u64 {
    if own == tier { tranche.face.minor() } else { 0 }
}

/// Fills the smallest faces, ties by position, so that as few tranches as possible are held up.
fn smallest_first(mut total: u64, faces: &[u64]) -> Vec<u64> {
    let mut order: Vec<(u64, usize)> = faces.iter().copied().zip(0..).collect();
    order.sort_unstable();
    let mut shares = vec![0; faces.len()];
    for (face, position) in order {
        let share = face.min(total);
        total = total.saturating_sub(share);
        if let Some(own) = shares.get_mut(position) {
            *own = share;
        }
    }
    shares
}
