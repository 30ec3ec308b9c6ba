//! Face: holders are paid on their tranches, which shrink by it; or their claims go to whoever pays.
use super::distribute::{Distribution, shares};
use super::late::{ChargeKind, ChargeTo};
use super::priority::{Portion, portions};
use crate::event::{Event, EventKind};
use crate::failure::Failure;
use crate::lien;
use crate::limits::{OPEN_TRANCHES_MAX, OPEN_TRANCHES_WITH_TAKEN_OVER_MAX};
use crate::receivable::Receivable;
use crate::registration::Rank;
use crate::state::State;
use crate::tranche::{self, TakenOver, Tranche};
use crate::types::{Amount, BusinessDate, MemberId, TrancheId};
use std::collections::BTreeMap;

/// Tranches of one rank that a payer takes over.
struct Paid {
    tranches: Vec<TrancheId>,
    face: Amount,
    depth: u8,
}

impl Distribution<'_, '_> {
    pub(super) fn pay_face(&mut self, amount: Amount) -> Result<(), Failure> {
        if self.payment.takes_claim || amount == self.receivable.payable()? {
            self.keep_interest()?;
        }
        let mut paid: BTreeMap<Rank, Paid> = BTreeMap::new();
        for Portion { tranche, rank, share } in portions(self.state, &self.receivable, amount)? {
            let none = Paid { tranches: Vec::new(), face: Amount::zero(share.currency()), depth: 0 };
            let of_rank = paid.entry(rank).or_insert(none);
            of_rank.tranches.push(tranche.id);
            of_rank.face = of_rank.face.plus(share)?;
            of_rank.depth = of_rank.depth.max(tranche.depth);
            self.pay_holder(tranche, share)?;
        }
        if !self.payment.takes_claim {
            self.receivable.settled = self.receivable.settled.plus(amount)?;
            return Ok(());
        }
        for (rank, Paid { tranches, face, depth }) in paid {
            self.take_over(tranches, face, depth, TakenOver { from: None, pool: None, rank })?;
        }
        Ok(())
    }

    /// Before title moves, or the last face ends with interest open, each holder keeps the interest that its
    /// face bore until now as a charge.
    pub(super) fn keep_interest(&mut self) -> Result<(), Failure> {
        keep_interest(self.state, self.day.today, &mut self.receivable)
    }

    /// `share` of the tranche is paid to its holder, or to whom its lien says, and the tranche shrinks by it.
    pub(super) fn pay_holder(&mut self, mut tranche: Tranche, share: Amount) -> Result<(), Failure> {
        self.pay_on(&mut tranche, share, EventKind::SettlementDistributed)?;
        tranche::shrink(self.state, &mut self.receivable, tranche, share)
    }

    /// What was paid of one rank is one tranche of the payer's now, and keeps that rank. Its claim is against the
    /// anchor alone: who stayed liable to the holders before is not liable to it.
    pub(super) fn take_over(
        &mut self,
        paid: Vec<TrancheId>,
        face: Amount,
        depth: u8,
        origin: TakenOver,
    ) -> Result<(), Failure> {
        let holder = self.payment.from.owner;
        let id = match self.earlier_part(holder, origin)? {
            Some(part) => self.enlarge(part, face)?,
            None => self.create(holder, face, depth, origin)?,
        };
        let event = Event::new(EventKind::ClaimTakenOver).by(holder).with(self.receivable.anchor);
        self.events.push(event.receivable(self.receivable.id).tranche(id).tranches(paid).amount(face));
        Ok(())
    }

    /// What the payer took over before of the same loss. It cannot have moved: nothing moves after default.
    fn earlier_part(&mut self, holder: MemberId, origin: TakenOver) -> Result<Option<Tranche>, Failure> {
        if origin.from.is_none() {
            return Ok(None);
        }
        let tranches = tranche::of_receivable(self.state, self.receivable.id)?;
        Ok(tranches.into_iter().find(|it| it.holder == holder && it.taken_over == Some(origin)))
    }

    /// However many parts a claim is paid in, they are one tranche: so their number is bounded where nobody can be
    /// refused. What the holder wrote off stays so, and what it pays later is lost with it.
    fn enlarge(&mut self, part: Tranche, face: Amount) -> Result<TrancheId, Failure> {
        let id = part.id;
        tranche::save(self.state, Tranche { face: part.face.plus(face)?, ..part })?;
        Ok(id)
    }

    fn create(
        &mut self,
        holder: MemberId,
        face: Amount,
        depth: u8,
        origin: TakenOver,
    ) -> Result<TrancheId, Failure> {
        let taken = Tranche {
            id: TrancheId::new(0),
            receivable: self.receivable.id,
            face,
            holder,
            depth,
            recourse: Vec::new(),
            bought_under: None,
            offer: None,
            written_off: None,
            guarantee: None,
            enrolled: None,
            taken_over: Some(origin),
            is_under_lien: false,
            registration: None,
        };
        let limit = if origin.pool.is_some() { OPEN_TRANCHES_MAX } else { OPEN_TRANCHES_WITH_TAKEN_OVER_MAX };
        tranche::create(self.state, &mut self.receivable, taken, limit)
    }
}

/// The faces that bore interest are about to change: what is open becomes a charge of each holder, so that
/// nobody's share moves to others. Counts interest up to `today` first.
pub(crate) fn keep_interest(
    state: &mut State,
    today: BusinessDate,
    receivable: &mut Receivable,
) -> Result<(), Failure> {
    receivable.count_interest(today)?;
    if !receivable.is_past_due() {
        return Ok(());
    }
    let open = receivable.running_interest(today)?;
    let bearers = if open.is_zero() { Vec::new() } else { shares(state, receivable, open)? };
    for (tranche, share) in bearers {
        let (payee, through) = lien::payee(state, &tranche)?;
        let to = ChargeTo { kind: ChargeKind::LateInterest, payee, through };
        receivable.late.charge(to, share)?;
    }
    receivable.late.close_interest();
    Ok(())
}
