//! Accept, refuse, withdraw: what the affected and the supplier say to a credit note.
use super::{Consent, CreditNote, CreditNoteStatus, apply, claims, open_one, save};
use crate::event::{Event, EventKind};
use crate::execute::Call;
use crate::failure::Failure;
use crate::receivable::{self, Receivable};
use crate::rejection::Rejection;
use crate::state::State;
use crate::types::{Amount, CreditNoteId, MemberId, Text};

/// By a holder whom the note would dilute now, or by the anchor whose dispute it ends. Applied with the last
/// consent that is needed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AcceptCreditNote {
    pub credit_note: CreditNoteId,
    /// The most that the sender agrees to lose: tranches may move until the note is applied.
    pub loss_max: Amount,
}

/// By a holder whom the note would dilute, or by the anchor: it stays open, for arbitration or a later consent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefuseCreditNote {
    pub credit_note: CreditNoteId,
    pub reason: Text,
}

/// By the supplier that issued it; number and document are free again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WithdrawCreditNote {
    pub credit_note: CreditNoteId,
}

impl AcceptCreditNote {
    pub(crate) fn apply(&self, state: &mut State, call: &Call) -> Result<Vec<Event>, Failure> {
        let (mut note, receivable, affected) = asked(state, call, self.credit_note)?;
        let loss = loss_of(&note, &affected, call.sender.id)?;
        if loss.exceeds(self.loss_max)? {
            return Err(Rejection::LossExceedsConsent { loss, loss_max: self.loss_max }.into());
        }

        let member = call.sender.id;
        // who sold its tranche meanwhile has nothing to agree to any more, which also bounds the list
        let concerned = |it: &Consent| {
            it.member == receivable.anchor || affected.iter().any(|(holder, _)| *holder == it.member)
        };
        note.consents.retain(|it| it.member != member && concerned(it));
        note.refusals.retain(|it| *it != member);
        note.consents.push(Consent { member, loss_max: self.loss_max });
        let event = note.event(EventKind::CreditNoteAccepted).by(member).with(note.issued_by).amount(loss);
        save(state, note.clone())?;
        let mut events = vec![event];
        events.extend(apply::if_all_consent(state, call, receivable, note)?);
        Ok(events)
    }
}

impl RefuseCreditNote {
    pub(crate) fn apply(&self, state: &mut State, call: &Call) -> Result<Vec<Event>, Failure> {
        let (mut note, receivable, affected) = asked(state, call, self.credit_note)?;
        let loss = loss_of(&note, &affected, call.sender.id)?;
        let member = call.sender.id;
        let concerned =
            |it: &MemberId| *it == receivable.anchor || affected.iter().any(|(holder, _)| holder == it);
        note.refusals.retain(|it| *it != member && concerned(it));
        note.consents.retain(|it| it.member != member);
        note.refusals.push(member);
        let event = note.event(EventKind::CreditNoteRefused).by(member).with(note.issued_by).amount(loss);
        save(state, note)?;
        Ok(vec![event.note(self.reason.clone())])
    }
}

impl WithdrawCreditNote {
    pub(crate) fn apply(&self, state: &mut State, call: &Call) -> Result<Vec<Event>, Failure> {
        let mut note = open_one(state, self.credit_note)?;
        let receivable = receivable::find(state, note.receivable)?;
        if note.issued_by != call.sender.id {
            return Err(Rejection::NotSupplierOf { receivable: receivable.id }.into());
        }
        claims::release(state, &receivable, &note)?;
        note.status = CreditNoteStatus::Withdrawn { on: call.today };
        let event = note.event(EventKind::CreditNoteWithdrawn).by(call.sender.id).with(receivable.anchor);
        save(state, note)?;
        Ok(vec![event.on(call.today)])
    }
}

/// An open note about which the sender is asked, and what every affected member would lose now.
type Asked = (CreditNote, Receivable, Vec<(MemberId, Amount)>);

fn asked(state: &mut State, call: &Call, id: CreditNoteId) -> Result<Asked, Failure> {
    let note = open_one(state, id)?;
    let receivable = receivable::find(state, note.receivable)?;
    receivable.require_owed()?;
    super::issue::check_amount(&receivable, note.amount, note.dispute)?;
    let losses = apply::losses(state, &receivable, note.amount)?;
    let affected = apply::by_holder(&losses)?;
    let is_holder = affected.iter().any(|(holder, _)| *holder == call.sender.id);
    let is_anchor = note.dispute.is_some() && receivable.anchor == call.sender.id;
    if !is_holder && !is_anchor {
        return Err(Rejection::NotAffected { credit_note: id }.into());
    }
    Ok((note, receivable, affected))
}

fn loss_of(note: &CreditNote, affected: &[(MemberId, Amount)], member: MemberId) -> Result<Amount, Failure> {
    let own = affected.iter().find(|(holder, _)| *holder == member);
    Ok(own.map_or(Amount::zero(note.amount.currency()), |(_, loss)| *loss))
}
