//! Apply: the faces shrink, every holder's loss is recorded with its reason (I1).
use super::order::{self, Tier};
use super::{Consent, CreditNote, CreditNoteStatus, Loss, save};
use crate::dispute::{self, DisputeStatus, Ending, Ruling};
use crate::event::{Event, EventKind};
use crate::execute::Call;
use crate::failure::Failure;
use crate::lien;
use crate::money::field;
use crate::receivable::{self, Receivable};
use crate::rejection::Rejection;
use crate::settlement;
use crate::state::State;
use crate::tranche;
use crate::types::{Amount, MemberId};
use std::collections::BTreeMap;

/// Applies `note` if everyone who would lose by it now, but the supplier that issued it, agreed to as much, and
/// the anchor too where it ends a dispute.
pub(super) fn if_all_consent(
    state: &mut State,
    call: &Call,
    mut receivable: Receivable,
    note: CreditNote,
) -> Result<Vec<Event>, Failure> {
    let losses = losses(state, &receivable, note.amount)?;
    let others = by_holder(&losses)?.into_iter().filter(|(holder, _)| *holder != note.issued_by);
    for (holder, loss) in others {
        if !agrees(&note.consents, holder, loss)? {
            return Ok(Vec::new());
        }
    }
    let is_heard = note.consents.iter().any(|consent| consent.member == receivable.anchor);
    if note.dispute.is_some() && !is_heard {
        return Ok(Vec::new());
    }

    let mut events = Vec::new();
    if let Some(id) = note.dispute {
        let dispute = dispute::find(state, id)?;
        let event = Event::new(EventKind::DisputeAgreed).by(note.issued_by).with(receivable.anchor);
        events.push(event.receivable(receivable.id).dispute(id).credit_note(note.id).amount(note.amount));
        let status = DisputeStatus::Agreed { on: call.today, credit_note: note.id };
        let ending = Ending { status, upheld: note.amount };
        dispute::end(state, call.today, &mut receivable, dispute, ending)?;
    }
    events.extend(dilute(state, call, &mut receivable, note, (None, losses))?);
    events.extend(settlement::settle(state, call.today, &mut receivable)?);
    dispute::reschedule(call.policy, call.today, &mut receivable);
    receivable::save(state, receivable.clone())?;
    dispute::resume(state, &receivable)?;
    Ok(events)
}

/// Applies `note` against whoever refused, but against no funder without recourse that did not consent.
/// The caller saves the receivable.
pub(crate) fn by_ruling(
    state: &mut State,
    call: &Call,
    receivable: &mut Receivable,
    note: CreditNote,
    ruling: Ruling,
) -> Result<Vec<Event>, Failure> {
    let losses = losses(state, receivable, note.amount)?;
    for loss in losses.iter().filter(|loss| loss.tier == Tier::FinancedWithoutRecourse) {
        let own = losses.iter().filter(|other| other.holder == loss.holder).map(|other| other.amount);
        let own = Amount::sum(note.amount.currency(), own)?;
        if !agrees(&note.consents, loss.holder, own)? {
            return Err(Rejection::FunderNotDiluted { funder: loss.holder, loss: own }.into());
        }
    }
    dilute(state, call, receivable, note, (Some(ruling), losses))
}

/// What every tranche would lose now, by tranche number; nothing where it would lose nothing.
pub(super) fn losses(
    state: &mut State,
    receivable: &Receivable,
    amount: Amount,
) -> Result<Vec<Loss>, Failure> {
    let tranches = tranche::of_receivable(state, receivable.id)?;
    let shares = order::shares(state, receivable, &tranches, amount)?;
    let mut losses = Vec::new();
    for (tranche, (tier, minor)) in tranches.iter().zip(shares) {
        if minor == 0 {
            continue;
        }
        let liable = match tier {
            Tier::FinancedWithRecourse => tranche.recourse.last().copied(),
            Tier::SupplierUnfinanced | Tier::Unfinanced | Tier::FinancedWithoutRecourse => None,
        };
        let amount = Amount::new(minor, amount.currency())?;
        losses.push(Loss { tranche: tranche.id, holder: tranche.holder, tier, amount, liable });
    }
    Ok(losses)
}

/// Σ losses of each holder.
pub(super) fn by_holder(losses: &[Loss]) -> Result<Vec<(MemberId, Amount)>, Failure> {
    let mut sums: BTreeMap<MemberId, Amount> = BTreeMap::new();
    for loss in losses {
        let sum = match sums.get(&loss.holder) {
            None => loss.amount,
            Some(sum) => sum.plus(loss.amount)?,
        };
        sums.insert(loss.holder, sum);
    }
    Ok(sums.into_iter().collect())
}

fn agrees(consents: &[Consent], holder: MemberId, loss: Amount) -> Result<bool, Failure> {
    let own = consents.iter().find(|consent| consent.member == holder);
    own.map_or(Ok(false), |consent| Ok(!loss.exceeds(consent.loss_max)?))
}

/// Shrinks or ends the tranches, frees what facilities counted, and keeps the losses with the note, and the ruling
/// that imposed them.
fn dilute(
    state: &mut State,
    call: &Call,
    receivable: &mut Receivable,
    mut note: CreditNote,
    (ruling, losses): (Option<Ruling>, Vec<Loss>),
) -> Result<Vec<Event>, Failure> {
    // where a dispute ended, its end did
    if note.dispute.is_none() {
        settlement::keep_interest(state, call.today, receivable)?;
    }
    let mut events = Vec::with_capacity(losses.len().saturating_add(1));
    for loss in &losses {
        let tranche = tranche::find(state, loss.tranche)?;
        lien::require_not_reserved(state, &tranche)?;
        let event = Event::new(EventKind::TrancheDiluted).by(loss.holder).receivable(receivable.id);
        let event = event.tranche(loss.tranche).credit_note(note.id).amount(loss.amount);
        events.push(Event { counterparty: loss.liable, ..event }.note(field(loss.tier.as_str())));
        tranche::shrink(state, receivable, tranche, loss.amount)?;
    }
    receivable.diluted = receivable.diluted.plus(note.amount)?;
    let applied = note.event(EventKind::CreditNoteApplied).by(note.issued_by).with(receivable.anchor);
    events.push(Event { dispute: note.dispute, ..applied }.on(call.today).note(note.number.clone()));
    note.status = CreditNoteStatus::Applied { on: call.today, ruling, losses };
    save(state, note)?;
    Ok(events)
}
