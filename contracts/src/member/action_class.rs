//! Action class: what each action is about and how much, for approval policies. A new action breaks the build here.
use super::approval::ActionClass;
use crate::dilution::CreditNote;
use crate::dispute::Dispute;
use crate::failure::Failure;
use crate::guarantee::Guarantee;
use crate::money::Payout;
use crate::netting::Netting;
use crate::receivable::Receivable;
use crate::state::{Key, State};
use crate::tranche::Tranche;
use crate::transaction::Action;
use crate::types::{
    Amount, CreditNoteId, DisputeId, GuaranteeId, NettingId, PayoutId, ReceivableId, TrancheId,
};

pub(super) fn of(action: &Action) -> ActionClass {
    match action {
        Action::RegisterMember(_)
        | Action::AddKey(_)
        | Action::RevokeKey(_)
        | Action::SetStandingAcceptance(_)
        | Action::AttestMember(_)
        | Action::RevokeAttestation(_)
        | Action::SetApprovalPolicy(_)
        | Action::ScreenParty(_)
        | Action::ClearParty(_)
        | Action::FreezeTranche(_)
        | Action::UnfreezeTranche(_)
        | Action::GrantCreditConsent(_)
        | Action::RevokeCreditConsent(_)
        | Action::ReadCredit(_)
        | Action::SetEncryptionKey(_)
        | Action::RotateConsensusKey(_)
        | Action::SubmitProposal(_)
        | Action::VoteProposal(_)
        | Action::ReportMisbehaviour(_)
        | Action::RuleDispute(_)
        | Action::RuleCreditNote(_) => ActionClass::Authority,
        Action::CreditDeposit(_)
        | Action::MoveDeposit(_)
        | Action::RequestPayout(_)
        | Action::ConfirmPayout(_)
        | Action::RejectPayout(_) => ActionClass::Money,
        Action::SubmitReceivable(_)
        | Action::IssueReceivable(_)
        | Action::ConfirmReceivable(_)
        | Action::RejectReceivable(_)
        | Action::WithdrawReceivable(_)
        | Action::AcceptReceivable(_)
        | Action::DeclineReceivable(_)
        | Action::CancelReceivable(_)
        | Action::RegisterDocument(_)
        | Action::ShareDocument(_)
        | Action::ShredDocument(_)
        | Action::DisputeReceivable(_)
        | Action::WithdrawDispute(_)
        | Action::IssueCreditNote(_)
        | Action::AcceptCreditNote(_)
        | Action::RefuseCreditNote(_)
        | Action::WithdrawCreditNote(_) => ActionClass::Receivable,
        Action::SplitTranche(_)
        | Action::MergeTranches(_)
        | Action::OfferTransfer(_)
        | Action::AcceptTransfer(_)
        | Action::DeclineTransfer(_) => ActionClass::Tranche,
        Action::OpenFacility(_)
        | Action::AmendFacility(_)
        | Action::CloseFacility(_)
        | Action::DiscountTranche(_)
        | Action::OfferGuarantee(_)
        | Action::AcceptGuarantee(_)
        | Action::OpenPool(_)
        | Action::ContributeToPool(_)
        | Action::EnrolTranche(_)
        | Action::ConfirmDiscount(_)
        | Action::OfferPledge(_)
        | Action::AcceptPledge(_)
        | Action::DeclinePledge(_)
        | Action::RegisterFinancing(_)
        | Action::ClaimRecourse(_)
        | Action::PostProgramme(_)
        | Action::CloseProgramme(_)
        | Action::TakeEarlyPayment(_) => ActionClass::Financing,
        Action::PayReceivable(_)
        | Action::PayForAnchor(_)
        | Action::ClaimCosts(_)
        | Action::AnswerCosts(_)
        | Action::WriteOffTranche(_)
        | Action::ClaimGuarantee(_)
        | Action::ClaimFromPool(_)
        | Action::ClaimSubsidy(_)
        | Action::RepayPledge(_)
        | Action::PayRecourse(_)
        | Action::ProposeNetting(_)
        | Action::ConsentNetting(_)
        | Action::RefuseNetting(_)
        | Action::AssignCases(_)
        | Action::EndMandate(_)
        | Action::LogContact(_)
        | Action::ProposeArrangement(_)
        | Action::ApproveArrangement(_)
        | Action::RefuseArrangement(_) => ActionClass::Settlement,
    }
}

/// How much the action is about; nothing where it has no amount, or names what is not there.
pub(super) fn amount(state: &mut State, action: &Action) -> Result<Option<Amount>, Failure> {
    match action {
        Action::CreditDeposit(it) => Ok(Some(it.amount)),
        Action::MoveDeposit(it) => Ok(Some(it.amount)),
        Action::RequestPayout(it) => Ok(Some(it.amount)),
        Action::ConfirmPayout(it) => of_payout(state, it.payout),
        Action::RejectPayout(it) => of_payout(state, it.payout),
        Action::SubmitReceivable(it) => Ok(Some(it.terms.face)),
        Action::IssueReceivable(it) => Ok(Some(it.terms.face)),
        Action::ConfirmReceivable(it) => Ok(Some(it.amount)),
        Action::RejectReceivable(it) => of_receivable(state, it.receivable),
        Action::WithdrawReceivable(it) => of_receivable(state, it.receivable),
        Action::AcceptReceivable(it) => of_receivable(state, it.receivable),
        Action::DeclineReceivable(it) => of_receivable(state, it.receivable),
        Action::CancelReceivable(it) => of_receivable(state, it.receivable),
        Action::SplitTranche(it) => of_tranche(state, it.tranche),
        Action::MergeTranches(it) => of_tranches(state, &it.tranches),
        Action::OfferTransfer(it) => of_tranche(state, it.tranche),
        Action::AcceptTransfer(it) => of_tranche(state, it.tranche),
        Action::DeclineTransfer(it) => of_tranche(state, it.tranche),
        Action::OpenFacility(it) => Ok(Some(it.offering.limit)),
        Action::AmendFacility(it) => Ok(Some(it.offering.limit)),
        Action::DiscountTranche(it) => Ok(Some(it.amount)),
        Action::PayReceivable(it) => Ok(Some(it.amount)),
        Action::PayForAnchor(it) => Ok(Some(it.amount)),
        Action::ClaimCosts(it) => Ok(Some(it.amount)),
        Action::AnswerCosts(it) => of_receivable(state, it.receivable),
        Action::WriteOffTranche(it) => of_tranche(state, it.tranche),
        Action::OfferGuarantee(it) => Ok(Some(it.terms.cap)),
        Action::AcceptGuarantee(it) => of_guarantee(state, it.guarantee),
        Action::ClaimGuarantee(it) => of_tranche(state, it.tranche),
        Action::OpenPool(it) => Ok(Some(it.terms.cap)),
        Action::ContributeToPool(it) => Ok(Some(it.amount)),
        Action::EnrolTranche(it) => of_tranche(state, it.tranche),
        Action::ClaimFromPool(it) => of_tranche(state, it.tranche),
        Action::ClaimSubsidy(it) => of_receivable(state, it.receivable),
        Action::DisputeReceivable(it) => Ok(Some(it.amount)),
        Action::WithdrawDispute(it) => of_dispute(state, it.dispute),
        Action::RuleDispute(it) => of_dispute(state, it.dispute),
        Action::IssueCreditNote(it) => Ok(Some(it.amount)),
        Action::AcceptCreditNote(it) => of_credit_note(state, it.credit_note),
        Action::RefuseCreditNote(it) => of_credit_note(state, it.credit_note),
        Action::WithdrawCreditNote(it) => of_credit_note(state, it.credit_note),
        Action::RuleCreditNote(it) => of_credit_note(state, it.credit_note),
        Action::ProposeNetting(it) => Ok(sum(it.legs.iter().map(|leg| leg.amount))),
        Action::ConsentNetting(it) => of_netting(state, it.netting),
        Action::RefuseNetting(it) => of_netting(state, it.netting),
        Action::EndMandate(it) => of_receivable(state, it.case),
        Action::LogContact(it) => of_receivable(state, it.case),
        Action::ProposeArrangement(it) => of_receivable(state, it.case),
        Action::ApproveArrangement(it) => of_receivable(state, it.case),
        Action::RefuseArrangement(it) => of_receivable(state, it.case),
        Action::ConfirmDiscount(it) => of_tranche(state, it.tranche),
        Action::OfferPledge(it) => of_tranche(state, it.tranche),
        Action::AcceptPledge(it) => of_tranche(state, it.tranche),
        Action::DeclinePledge(it) => of_tranche(state, it.tranche),
        Action::RepayPledge(it) => Ok(Some(it.amount)),
        Action::RegisterFinancing(it) => of_tranche(state, it.tranche),
        Action::ClaimRecourse(it) => of_tranche(state, it.tranche),
        Action::PayRecourse(it) => Ok(Some(it.amount)),
        Action::PostProgramme(it) => Ok(Some(it.terms.budget)),
        Action::TakeEarlyPayment(it) => Ok(Some(it.amount)),
        Action::RegisterMember(_)
        | Action::AddKey(_)
        | Action::RevokeKey(_)
        | Action::SetStandingAcceptance(_)
        | Action::AttestMember(_)
        | Action::RevokeAttestation(_)
        | Action::SetApprovalPolicy(_)
        | Action::ScreenParty(_)
        | Action::ClearParty(_)
        | Action::FreezeTranche(_)
        | Action::UnfreezeTranche(_)
        | Action::SubmitProposal(_)
        | Action::VoteProposal(_)
        | Action::ReportMisbehaviour(_)
        | Action::CloseFacility(_)
        | Action::CloseProgramme(_)
        | Action::GrantCreditConsent(_)
        | Action::RevokeCreditConsent(_)
        | Action::ReadCredit(_)
        | Action::SetEncryptionKey(_)
        | Action::RotateConsensusKey(_)
        | Action::RegisterDocument(_)
        | Action::ShareDocument(_)
        | Action::ShredDocument(_)
        | Action::AssignCases(_) => Ok(None),
    }
}

fn of_payout(state: &mut State, id: PayoutId) -> Result<Option<Amount>, Failure> {
    Ok(state.get::<Payout>(Key::Payout(id))?.map(|payout| payout.amount))
}

/// The fee, which is what accepting costs.
fn of_guarantee(state: &mut State, id: GuaranteeId) -> Result<Option<Amount>, Failure> {
    Ok(state.get::<Guarantee>(Key::Guarantee(id))?.map(|guarantee| guarantee.terms.fee))
}

fn of_receivable(state: &mut State, id: ReceivableId) -> Result<Option<Amount>, Failure> {
    Ok(state.get::<Receivable>(Key::Receivable(id))?.map(|receivable| receivable.terms.face))
}

fn of_tranche(state: &mut State, id: TrancheId) -> Result<Option<Amount>, Failure> {
    Ok(state.get::<Tranche>(Key::Tranche(id))?.map(|tranche| tranche.face))
}

fn of_tranches(state: &mut State, ids: &[TrancheId]) -> Result<Option<Amount>, Failure> {
    let mut faces = Vec::with_capacity(ids.len());
    for id in ids {
        faces.extend(of_tranche(state, *id)?);
    }
    Ok(sum(faces))
}

fn of_dispute(state: &mut State, id: DisputeId) -> Result<Option<Amount>, Failure> {
    Ok(state.get::<Dispute>(Key::Dispute(id))?.map(|dispute| dispute.amount))
}

fn of_credit_note(state: &mut State, id: CreditNoteId) -> Result<Option<Amount>, Failure> {
    Ok(state.get::<CreditNote>(Key::CreditNote(id))?.map(|note| note.amount))
}

fn of_netting(state: &mut State, id: NettingId) -> Result<Option<Amount>, Failure> {
    let netting: Option<Netting> = state.get(Key::Netting(id))?;
    Ok(netting.and_then(|it| sum(it.legs.iter().map(|leg| leg.amount))))
}

/// Their sum; the last where they do not add up, which the action itself will refuse.
fn sum(amounts: impl IntoIterator<Item = Amount>) -> Option<Amount> {
    let mut sum: Option<Amount> = None;
    for amount in amounts {
        sum = Some(sum.map_or(amount, |sum| sum.plus(amount).unwrap_or(amount)));
    }
    sum
}
