//! Tranches: slices of one receivable, each with exactly one holder (rulebook §5).
pub(crate) mod accept;
mod merge;
pub(crate) mod split;
pub(crate) mod transfer;

pub use accept::{AcceptTransfer, DeclineTransfer};
pub use merge::MergeTranches;
pub use split::{Part, SplitTranche};
pub use transfer::OfferTransfer;

use crate::execute::Call;
use crate::facility;
use crate::failure::{Failure, Fault};
use crate::lien;
use crate::limits::{OPEN_TRANCHES_MAX, OPEN_TRANCHES_PER_RECEIVABLE_MAX};
use crate::policy::Policy;
use crate::pool::{self, Enrolment};
use crate::receivable::{self, Receivable};
use crate::recourse::RecourseTerms;
use crate::registration::{Rank, Registration};
use crate::rejection::Rejection;
use crate::screening;
use crate::state::{DueKind, IndexKey, Key, State, trailing_id};
use crate::types::{
    Amount, BusinessDate, CounterKind, FacilityId, Hash, MemberId, ReceivableId, Timestamp, TrancheId,
};
use crate::types::{GuaranteeId, PoolId};
use borsh::{BorshDeserialize, BorshSerialize};

/// Whether a transferor stays liable (追索权).
#[derive(Clone, Copy, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub enum Recourse {
    None,
    Full,
}

/// The terms on which title is to move.
#[derive(Clone, Copy, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct Offer {
    pub to: MemberId,
    pub recourse: Recourse,
    /// Hash of the contract or invoice being paid; may be absent only towards a Funder.
    pub trade_reference: Option<Hash>,
}

/// An offer that waits for its recipient.
#[derive(Clone, Copy, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct OpenOffer {
    pub offer: Offer,
    /// When it returns to the holder by itself.
    pub lapses_at: Timestamp,
}

/// An open tranche. Consumption (split, merge, settled in full) removes the record, and ids are never used
/// again, so a tranche is consumed at most once (I3); its past is in the events.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct Tranche {
    pub id: TrancheId,
    pub receivable: ReceivableId,
    pub face: Amount,
    pub holder: MemberId,
    /// Transfers between members since the root, not counting sales to a facility: the holder's tier − 1.
    pub depth: u8,
    /// Transferors that stay liable, oldest first.
    pub recourse: Vec<MemberId>,
    /// The facility that bought it and counts it as used, while its funder holds it.
    pub bought_under: Option<Purchase>,
    pub offer: Option<OpenOffer>,
    /// When its holder booked it as lost; the claim stays.
    pub written_off: Option<BusinessDate>,
    /// The guarantee that was given for it by name; its parts keep it.
    pub guarantee: Option<GuaranteeId>,
    /// The pool that shares its loss, while the holder that enrolled it holds it.
    pub enrolled: Option<Enrolment>,
    /// Set where the holder paid for the anchor instead of buying.
    pub taken_over: Option<TakenOver>,
    /// Something holds it fast: see [`crate::lien`].
    pub is_under_lien: bool,
    /// Of the purchase by its holder.
    pub registration: Option<Registration>,
}

/// Where a claim came from that its holder took over by paying.
#[derive(Clone, Copy, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct TakenOver {
    /// The one tranche that it was part of; `None` where every holder was paid.
    pub from: Option<TrancheId>,
    /// The pool that paid, and that gets back what it brings.
    pub pool: Option<PoolId>,
    /// Of the claims that it was paid for.
    pub rank: Rank,
}

/// Under which facility a tranche was bought, and from whom: what its limits count.
#[derive(Clone, Copy, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct Purchase {
    pub facility: FacilityId,
    pub seller: MemberId,
    /// From when it ranks while it shows no registration; see [`crate::registration`].
    pub ranks_from: Option<Timestamp>,
    /// What may be claimed back from the seller, where it stayed liable.
    pub recourse: Option<RecourseTerms>,
}

impl Tranche {
    /// The index rows that follow from this record.
    pub(crate) fn rows(&self) -> Vec<IndexKey> {
        let mut rows = vec![
            IndexKey::TrancheOf { receivable: self.receivable, tranche: self.id },
            IndexKey::HeldBy { holder: self.holder, tranche: self.id },
        ];
        rows.extend(self.offer.map(|open| IndexKey::Due {
            at: open.lapses_at,
            kind: DueKind::OfferLapse,
            id: self.id.number(),
        }));
        let enrolled = |it: Enrolment| IndexKey::EnrolledIn { pool: it.pool, tranche: self.id };
        rows.extend(self.enrolled.map(enrolled));
        rows
    }
}

pub(crate) fn find(state: &mut State, id: TrancheId) -> Result<Tranche, Failure> {
    Ok(state.get(Key::Tranche(id))?.ok_or(Rejection::TrancheUnknown { tranche: id })?)
}

pub(crate) fn save(state: &mut State, tranche: Tranche) -> Result<(), Failure> {
    Ok(state.put(Key::Tranche(tranche.id), tranche)?)
}

/// A tranche that the sender holds and that nothing is pending on.
pub(crate) fn free(state: &mut State, call: &Call, id: TrancheId) -> Result<Tranche, Failure> {
    let tranche = find(state, id)?;
    if tranche.holder != call.sender.id {
        return Err(Rejection::NotHolder { tranche: id }.into());
    }
    if tranche.offer.is_some() {
        return Err(Rejection::TrancheOffered { tranche: id }.into());
    }
    screening::require_not_frozen(state, id)?;
    lien::require_none(&tranche)?;
    Ok(tranche)
}

/// The open tranches of a receivable by id; their number is bounded.
pub(crate) fn of_receivable(state: &mut State, receivable: ReceivableId) -> Result<Vec<Tranche>, Failure> {
    let scope = IndexKey::TrancheOf { receivable, tranche: TrancheId::new(0) }.scope();
    let limit = usize::try_from(OPEN_TRANCHES_MAX).unwrap_or(usize::MAX);
    let rows = state.index_from(&scope, &scope, limit)?;
    rows.iter().map(|row| indexed(state, TrancheId::new(trailing_id(row)))).collect()
}

fn indexed(state: &mut State, id: TrancheId) -> Result<Tranche, Failure> {
    Ok(state.get(Key::Tranche(id))?.ok_or_else(|| Fault::DanglingIndex { key: id.to_string() })?)
}

/// The root tranche of a receivable that became Live: depth 0, held by the supplier. Saves the receivable.
pub(crate) fn root(state: &mut State, mut receivable: Receivable) -> Result<TrancheId, Failure> {
    let root = Tranche {
        id: TrancheId::new(0),
        receivable: receivable.id,
        face: receivable.confirmed(),
        holder: receivable.supplier,
        depth: 0,
        recourse: Vec::new(),
        bought_under: None,
        offer: None,
        written_off: None,
        guarantee: None,
        enrolled: None,
        taken_over: None,
        is_under_lien: false,
        registration: None,
    };
    let id = create(state, &mut receivable, root, OPEN_TRANCHES_PER_RECEIVABLE_MAX)?;
    receivable::save(state, receivable)?;
    Ok(id)
}

/// Enters `tranche` under a new id as one of at most `limit`; counts it on the receivable, which the caller saves.
pub(crate) fn create(
    state: &mut State,
    receivable: &mut Receivable,
    tranche: Tranche,
    limit: u32,
) -> Result<TrancheId, Failure> {
    if receivable.open_tranches >= limit {
        return Err(Rejection::OpenTranchesLimit { receivable: receivable.id, limit }.into());
    }
    receivable.open_tranches = receivable.open_tranches.saturating_add(1);
    let id = TrancheId::new(state.next_number(CounterKind::Tranche)?);
    state.create(Key::Tranche(id), Tranche { id, ..tranche })?;
    Ok(id)
}

/// Ends `tranche`; its id is never used again (I3). The caller saves the receivable.
pub(crate) fn consume(
    state: &mut State,
    receivable: &mut Receivable,
    tranche: &Tranche,
) -> Result<(), Failure> {
    receivable.open_tranches = receivable.open_tranches.saturating_sub(1);
    state.remove(Key::Tranche(tranche.id))?;
    Ok(())
}

/// Gives `tranche` to `holder`; the facility that bought it counts it no longer. The caller saves it.
pub(crate) fn hand_over(state: &mut State, tranche: &mut Tranche, holder: MemberId) -> Result<(), Failure> {
    if let Some(purchase) = tranche.bought_under.take() {
        facility::release(state, purchase, tranche.face)?;
    }
    if let Some(enrolment) = tranche.enrolled.take() {
        pool::release(state, enrolment, tranche.face)?;
    }
    tranche.registration = None;
    tranche.written_off = None;
    tranche.holder = holder;
    Ok(())
}

/// `share` of the tranche is gone: facility, pool and reservation count it no longer, and the last of it ends the
/// tranche. The caller saves the receivable.
pub(crate) fn shrink(
    state: &mut State,
    receivable: &mut Receivable,
    mut tranche: Tranche,
    share: Amount,
) -> Result<(), Failure> {
    lien::shrink(state, &tranche, share)?;
    if let Some(purchase) = tranche.bought_under {
        facility::release(state, purchase, share)?;
    }
    if let Some(enrolment) = tranche.enrolled {
        pool::release(state, enrolment, share)?;
    }
    tranche.face = tranche.face.minus(share)?;
    if tranche.face.is_zero() {
        return consume(state, receivable, &tranche);
    }
    save(state, tranche)
}

/// A transferor stays liable; once in the chain is enough, which also bounds it.
pub(crate) fn keep_liable(tranche: &mut Tranche, recourse: Recourse, transferor: MemberId) {
    match recourse {
        Recourse::None => {}
        Recourse::Full if tranche.recourse.contains(&transferor) => {}
        Recourse::Full => tranche.recourse.push(transferor),
    }
}

/// The policy's smallest face, in the tranche's currency.
pub(crate) fn check_minimum(policy: &Policy, face: Amount) -> Result<(), Failure> {
    let minimum = policy.minimum_tranche(face.currency())?;
    if minimum.exceeds(face)? {
        return Err(Rejection::BelowMinimumTranche { face, minimum }.into());
    }
    Ok(())
}
