//! The one door: a block's transactions, then what is due, then the root.
use crate::block::BlockContext;
use crate::event::Event;
use crate::failure::{Failure, Fault};
use crate::member::{self, Member, Role};
use crate::policy::{self, Policy};
use crate::receipt::{Outcome, Receipt, ReceiptSource};
use crate::rejection::Rejection;
use crate::settlement::Day;
use crate::state::{Changer, Changes, Salt, State, StateRead};
use crate::transaction::{Action, Transaction};
use crate::tree::{StateTree, Undo};
use crate::types::{BusinessDate, Hash, Height, MemberId, PublicKey, Timestamp};
use crate::{credit_profile, due, invariants, items};
use std::borrow::Borrow;

/// What a block did.
pub struct BlockOutcome {
    /// One per transaction, in order, then the block's end.
    pub receipts: Vec<Receipt>,
    pub changes: Changes,
    /// The root after the block; the tree stands there until [`StateTree::undo`].
    pub state_root: Hash,
    pub undo: Undo,
}

/// What an action may know beside the state.
pub(crate) struct Call<'c> {
    pub height: Height,
    pub time: Timestamp,
    /// The local business date of `time`.
    pub today: BusinessDate,
    pub policy: &'c Policy,
    pub sender: Member,
}

impl<'c> Call<'c> {
    pub fn day(&self) -> Day<'c> {
        Day { today: self.today, policy: self.policy }
    }

    pub fn require_role(&self, role: Role) -> Result<(), Rejection> {
        if !self.sender.has_role(role) {
            return Err(Rejection::RoleMissing { member: self.sender.id, role });
        }
        Ok(())
    }
}

/// Executes a block on top of `state`, whose leaves `tree` holds. Leaves `tree` at the new root.
///
/// Rejected transactions change nothing and are in the receipts. A fault means that this machine must stop;
/// the tree is then as it was.
pub fn execute_block(
    state: &dyn StateRead,
    tree: &mut StateTree,
    context: BlockContext,
    transactions: &[impl Borrow<Transaction>],
) -> Result<BlockOutcome, Fault> {
    let mut overlay = State::new(state, context.height);
    let policy = policy::in_force(&mut overlay, context.time)?;
    let mut receipts = Vec::with_capacity(transactions.len().saturating_add(1));
    for transaction in transactions.iter().map(Borrow::borrow) {
        receipts.push(judge(&mut overlay, context, &policy, transaction)?);
    }
    let senders: Vec<MemberId> = transactions.iter().map(|one| one.borrow().sender).collect();
    let (receipts, changes) = finish(overlay, context, &policy, (receipts, &senders))?;
    let undo = tree.apply(&changes.tree_updates())?;
    Ok(BlockOutcome { receipts, changes, state_root: Hash(tree.root()), undo })
}

/// What is due, then what members are told, then the invariants. `senders` are the transactions', in their order.
pub(crate) fn finish(
    mut overlay: State,
    context: BlockContext,
    policy: &Policy,
    (mut receipts, senders): (Vec<Receipt>, &[MemberId]),
) -> Result<(Vec<Receipt>, Changes), Fault> {
    receipts.push(end(&mut overlay, context, policy)?);
    items::tell(&mut overlay, context, policy, (&receipts, senders))?;
    let changes = overlay.into_changes();
    invariants::check_block(&changes, &receipts)?;
    Ok((receipts, changes))
}

/// What is due.
pub(crate) fn end(state: &mut State, context: BlockContext, policy: &Policy) -> Result<Receipt, Fault> {
    state.begin(Changer::BlockEnd { seed: Salt::default() });
    let outcome = Outcome::Applied { events: due::run(state, context, policy)? };
    Ok(Receipt { source: ReceiptSource::BlockEnd, policy_version: policy.version, outcome })
}

/// The receipt that `transaction` would get if it were alone in the block of `context`; changes nothing.
pub fn simulate(
    state: &dyn StateRead,
    context: BlockContext,
    transaction: &Transaction,
) -> Result<Receipt, Fault> {
    let mut overlay = State::new(state, context.height);
    let policy = policy::in_force(&mut overlay, context.time)?;
    judge(&mut overlay, context, &policy, transaction)
}

/// Applies one transaction, or takes back what it began and says why.
pub(crate) fn judge(
    state: &mut State,
    context: BlockContext,
    policy: &Policy,
    transaction: &Transaction,
) -> Result<Receipt, Fault> {
    state.begin(Changer::Transaction(transaction.secret()));
    let outcome = match run(state, context, policy, transaction) {
        Ok(events) => Outcome::Applied { events },
        Err(Failure::Rejection(rejection)) => {
            state.rollback();
            Outcome::Refused { rejection }
        }
        Err(Failure::Fault(fault)) => return Err(fault),
    };
    let source = ReceiptSource::Transaction(transaction.id);
    Ok(Receipt { source, policy_version: policy.version, outcome })
}

/// Authorises and applies it; the caller takes back what a failure left.
pub(crate) fn run(
    state: &mut State,
    context: BlockContext,
    policy: &Policy,
    transaction: &Transaction,
) -> Result<Vec<Event>, Failure> {
    let sender = authorise(state, context.height, transaction)?;
    let BlockContext { height, time } = context;
    let call = Call { height, time, today: policy.date(time), policy, sender };
    let events = match &transaction.action {
        Action::RegisterMember(action) => action.apply(state, &call),
        Action::AddKey(action) => action.apply(state, &call),
        Action::RevokeKey(action) => action.apply(state, &call),
        Action::SetStandingAcceptance(action) => action.apply(state, &call),
        Action::CreditDeposit(action) => action.apply(state, &call),
        Action::MoveDeposit(action) => action.apply(state, &call),
        Action::RequestPayout(action) => action.apply(state, &call),
        Action::ConfirmPayout(action) => action.apply(state, &call),
        Action::RejectPayout(action) => action.apply(state, &call),
        Action::SubmitReceivable(action) => action.apply(state, &call),
        Action::IssueReceivable(action) => action.apply(state, &call),
        Action::ConfirmReceivable(action) => action.apply(state, &call),
        Action::RejectReceivable(action) => action.apply(state, &call),
        Action::WithdrawReceivable(action) => action.apply(state, &call),
        Action::AcceptReceivable(action) => action.apply(state, &call),
        Action::DeclineReceivable(action) => action.apply(state, &call),
        Action::CancelReceivable(action) => action.apply(state, &call),
        Action::SplitTranche(action) => action.apply(state, &call),
        Action::MergeTranches(action) => action.apply(state, &call),
        Action::OfferTransfer(action) => action.apply(state, &call),
        Action::AcceptTransfer(action) => action.apply(state, &call),
        Action::DeclineTransfer(action) => action.apply(state, &call),
        Action::OpenFacility(action) => action.apply(state, &call),
        Action::AmendFacility(action) => action.apply(state, &call),
        Action::CloseFacility(action) => action.apply(state, &call),
        Action::DiscountTranche(action) => action.apply(state, &call),
        Action::PayReceivable(action) => action.apply(state, &call),
        Action::SubmitProposal(action) => action.apply(state, &call),
        Action::VoteProposal(action) => action.apply(state, &call),
        Action::AttestMember(action) => action.apply(state, &call),
        Action::RevokeAttestation(action) => action.apply(state, &call),
        Action::SetApprovalPolicy(action) => action.apply(state, &call),
        Action::ScreenParty(action) => action.apply(state, &call),
        Action::ClearParty(action) => action.apply(state, &call),
        Action::FreezeTranche(action) => action.apply(state, &call),
        Action::UnfreezeTranche(action) => action.apply(state, &call),
        Action::PayForAnchor(action) => action.apply(state, &call),
        Action::ClaimCosts(action) => action.apply(state, &call),
        Action::AnswerCosts(action) => action.apply(state, &call),
        Action::WriteOffTranche(action) => action.apply(state, &call),
        Action::OfferGuarantee(action) => action.apply(state, &call),
        Action::AcceptGuarantee(action) => action.apply(state, &call),
        Action::ClaimGuarantee(action) => action.apply(state, &call),
        Action::OpenPool(action) => action.apply(state, &call),
        Action::ContributeToPool(action) => action.apply(state, &call),
        Action::EnrolTranche(action) => action.apply(state, &call),
        Action::ClaimFromPool(action) => action.apply(state, &call),
        Action::ClaimSubsidy(action) => action.apply(state, &call),
        Action::DisputeReceivable(action) => action.apply(state, &call),
        Action::WithdrawDispute(action) => action.apply(state, &call),
        Action::RuleDispute(action) => action.apply(state, &call),
        Action::IssueCreditNote(action) => action.apply(state, &call),
        Action::AcceptCreditNote(action) => action.apply(state, &call),
        Action::RefuseCreditNote(action) => action.apply(state, &call),
        Action::WithdrawCreditNote(action) => action.apply(state, &call),
        Action::RuleCreditNote(action) => action.apply(state, &call),
        Action::ProposeNetting(action) => action.apply(state, &call),
        Action::ConsentNetting(action) => action.apply(state, &call),
        Action::RefuseNetting(action) => action.apply(state, &call),
        Action::AssignCases(action) => action.apply(state, &call),
        Action::EndMandate(action) => action.apply(state, &call),
        Action::LogContact(action) => action.apply(state, &call),
        Action::ProposeArrangement(action) => action.apply(state, &call),
        Action::ApproveArrangement(action) => action.apply(state, &call),
        Action::RefuseArrangement(action) => action.apply(state, &call),
        Action::ConfirmDiscount(action) => action.apply(state, &call),
        Action::OfferPledge(action) => action.apply(state, &call),
        Action::AcceptPledge(action) => action.apply(state, &call),
        Action::DeclinePledge(action) => action.apply(state, &call),
        Action::RepayPledge(action) => action.apply(state, &call),
        Action::ClaimRecourse(action) => action.apply(state, &call),
        Action::PayRecourse(action) => action.apply(state, &call),
        Action::RegisterFinancing(action) => action.apply(state, &call),
        Action::PostProgramme(action) => action.apply(state, &call),
        Action::CloseProgramme(action) => action.apply(state, &call),
        Action::TakeEarlyPayment(action) => action.apply(state, &call),
        Action::GrantCreditConsent(action) => action.apply(state, &call),
        Action::RevokeCreditConsent(action) => action.apply(state, &call),
        Action::ReadCredit(action) => action.apply(state, &call),
        Action::SetEncryptionKey(action) => action.apply(state, &call),
        Action::RotateConsensusKey(action) => action.apply(state, &call),
        Action::RegisterDocument(action) => action.apply(state, &call),
        Action::ShareDocument(action) => action.apply(state, &call),
        Action::ShredDocument(action) => action.apply(state, &call),
        Action::ReportMisbehaviour(action) => action.apply(state, &call),
    }?;
    credit_profile::follow(state, call.today, &events)?;
    Ok(events)
}

/// What the signatures are worth: an active member, and as many keys of it that count at this height as the
/// member's approval policy asks for (I8).
fn authorise(state: &mut State, height: Height, transaction: &Transaction) -> Result<Member, Failure> {
    let sender = member::active(state, transaction.sender)?;
    let mut keys = Vec::with_capacity(transaction.signers.len());
    for (position, signer) in transaction.signers.iter().enumerate() {
        let key = registered(&sender, signer)?;
        if !key.is_valid_at(height) {
            return Err(Rejection::KeyNotValid { key: *signer, height }.into());
        }
        if !transaction.signers.iter().take(position).any(|earlier| earlier == signer) {
            keys.push(key);
        }
    }
    member::approval::check(state, &sender, &keys, &transaction.action)?;
    Ok(sender)
}

fn registered<'m>(sender: &'m Member, signer: &PublicKey) -> Result<&'m member::MemberKey, Rejection> {
    sender.key(signer).ok_or(Rejection::KeyNotRegistered { member: sender.id, key: *signer })
}
