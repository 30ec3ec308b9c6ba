//! Costs: what collecting cost a holder, owed by the anchor once it or the regulator allowed it.
use super::late::{ChargeKind, ChargeTo, CostClaim};
use crate::event::{Event, EventKind};
use crate::execute::Call;
use crate::failure::Failure;
use crate::limits::COST_CLAIMS_MAX;
use crate::member::Role;
use crate::money::{field, positive};
use crate::receivable::{self, Receivable};
use crate::rejection::Rejection;
use crate::state::State;
use crate::tranche;
use crate::types::{Amount, Hash, MemberId, ReceivableId, Text};

/// By a holder of a past-due receivable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClaimCosts {
    pub receivable: ReceivableId,
    pub amount: Amount,
    /// Hash of the bill.
    pub evidence: Hash,
    /// What was paid for.
    pub note: Text,
}

/// By the anchor, or by a Regulator on a ruling that `note` names: the oldest claim of `claimant` is owed, or not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AnswerCosts {
    pub receivable: ReceivableId,
    pub claimant: MemberId,
    pub allow: bool,
    pub note: Text,
}

impl ClaimCosts {
    pub(crate) fn apply(&self, state: &mut State, call: &Call) -> Result<Vec<Event>, Failure> {
        positive(self.amount)?;
        let mut receivable = receivable::find(state, self.receivable)?;
        require_past_due(&receivable)?;
        require_holder(state, call, &receivable)?;
        if self.note.is_empty() {
            return Err(Rejection::TextMissing { field: field("what the costs were for") }.into());
        }
        if self.evidence == Hash::ZERO {
            return Err(Rejection::CostEvidenceMissing { receivable: receivable.id }.into());
        }
        let limit = u32::try_from(COST_CLAIMS_MAX).unwrap_or(u32::MAX);
        if receivable.late.cost_claims.len() >= COST_CLAIMS_MAX {
            return Err(Rejection::CostClaimsLimit { receivable: receivable.id, limit }.into());
        }
        check_room(&receivable, self.amount)?;

        let event = about(EventKind::CostsClaimed, &receivable, call.sender.id, self.amount);
        let (amount, evidence, note) = (self.amount, self.evidence, self.note.clone());
        receivable.late.cost_claims.push(CostClaim { by: call.sender.id, amount, evidence, note });
        receivable::save(state, receivable)?;
        Ok(vec![event.note(self.note.clone())])
    }
}

impl AnswerCosts {
    pub(crate) fn apply(&self, state: &mut State, call: &Call) -> Result<Vec<Event>, Failure> {
        let mut receivable = receivable::find(state, self.receivable)?;
        require_past_due(&receivable)?;
        if receivable.anchor != call.sender.id && !call.sender.has_role(Role::Regulator) {
            return Err(Rejection::NotAnchorOf { receivable: receivable.id }.into());
        }
        if receivable.anchor != call.sender.id && self.note.is_empty() {
            return Err(Rejection::TextMissing { field: field("the ruling") }.into());
        }
        let place = receivable.late.cost_claims.iter().position(|claim| claim.by == self.claimant);
        let unknown = Rejection::CostsNotClaimed { receivable: receivable.id, claimant: self.claimant };
        let claim = receivable.late.cost_claims.remove(place.ok_or(unknown)?);
        if self.allow {
            check_room(&receivable, claim.amount)?;
            receivable.late.charge(ChargeTo::by_name(ChargeKind::Costs, claim.by), claim.amount)?;
        }

        let kind = if self.allow { EventKind::CostsAllowed } else { EventKind::CostsDeclined };
        let event = about(kind, &receivable, claim.by, claim.amount);
        let account = receivable.anchor_account();
        receivable::save(state, receivable)?;
        // where all else was disputed, money may idle that these costs can be paid with
        crate::money::wake(state, account)?;
        Ok(vec![event.by(call.sender.id).with(claim.by).note(self.note.clone())])
    }
}

fn about(kind: EventKind, receivable: &Receivable, by: MemberId, amount: Amount) -> Event {
    Event::new(kind).by(by).with(receivable.anchor).receivable(receivable.id).amount(amount)
}

fn require_past_due(receivable: &Receivable) -> Result<(), Rejection> {
    if !receivable.is_past_due() {
        return Err(receivable.wrong_status());
    }
    Ok(())
}

fn require_holder(state: &mut State, call: &Call, receivable: &Receivable) -> Result<(), Failure> {
    let tranches = tranche::of_receivable(state, receivable.id)?;
    if !tranches.iter().any(|tranche| tranche.holder == call.sender.id) {
        return Err(Rejection::NotCreditorOf { receivable: receivable.id }.into());
    }
    Ok(())
}

/// Face and charges together stay within what one amount can say, so that no debit ever leaves its type.
fn check_room(receivable: &Receivable, amount: Amount) -> Result<(), Failure> {
    let charges = receivable.late.charges.iter().map(|charge| charge.unpaid);
    let charged = Amount::sum(receivable.terms.face.currency(), charges)?;
    receivable.outstanding()?.plus(charged)?.plus(amount)?;
    Ok(())
}
