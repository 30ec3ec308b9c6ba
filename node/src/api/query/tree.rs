//! Split trees: every tranche that ever was of a receivable, derived from its events.
//!
//! Events say which tranches came into being but not always with which face; the faces of a split are in the
//! transaction that asked for it, and those of a sale in the sales that follow it.
use super::super::error::CallError;
use super::Reading;
use crate::events::StoredBlock;
use crate::limits::API_TREE_EVENTS_MAX;
use std::collections::BTreeMap;
use tally_contracts::event::{Event, EventKind};
use tally_contracts::receivable::Receivable;
use tally_contracts::types::{Amount, AmountError, MemberId, TrancheId};
use tally_contracts::{Action, Failure};
use tally_proto::convert::EventContext;
use tally_proto::v1::receivable::{TitleMove, TrancheFate, TreeNode};

/// The tree of `receivable`, by tranche number.
pub(super) fn grow(reading: &Reading<'_>, receivable: &Receivable) -> Result<Vec<TreeNode>, CallError> {
    let limit = API_TREE_EVENTS_MAX;
    let places = reading.view.history(receivable.id.number(), None, limit.saturating_add(1))?;
    if places.len() > limit {
        return Err(CallError::HistoryTooLong { receivable: receivable.id.to_string(), limit });
    }
    let mut tree = Tree { receivable, nodes: BTreeMap::new() };
    let mut block: Option<StoredBlock> = None;
    for place in places {
        let current = match block.take() {
            Some(same) if same.header.height.number() == place.height => same,
            Some(_) | None => reading.block(place.height)?,
        };
        if let Some(event) = current.event(place.receipt, place.event) {
            let context = current.context(place.receipt, place.event);
            tree.enter(&Happened { event, context, block: &current }).map_err(Failure::from)?;
        }
        block = Some(current);
    }
    Ok(tree.nodes.into_values().map(Node::into_wire).collect())
}

struct Happened<'e> {
    event: &'e Event,
    context: EventContext,
    block: &'e StoredBlock,
}

struct Tree<'r> {
    receivable: &'r Receivable,
    nodes: BTreeMap<TrancheId, Node>,
}

struct Node {
    id: TrancheId,
    parents: Vec<TrancheId>,
    face: Amount,
    holder: MemberId,
    paid: Amount,
    fate: TrancheFate,
    created: EventContext,
    moves: Vec<TitleMove>,
}

impl Tree<'_> {
    fn enter(&mut self, happened: &Happened<'_>) -> Result<(), AmountError> {
        let event = happened.event;
        match event.kind {
            EventKind::ReceivableAccepted => {
                let (face, holder) = (self.receivable.confirmed(), self.receivable.supplier);
                if let Some(root) = event.tranche {
                    self.insert(Node::new(root, face, holder, happened));
                }
                Ok(())
            }
            EventKind::TrancheSplit => self.split(happened),
            EventKind::TranchesMerged => {
                self.merge(happened);
                Ok(())
            }
            EventKind::TransferAccepted | EventKind::TrancheDiscounted => {
                self.move_title(happened);
                Ok(())
            }
            EventKind::ClaimTakenOver => self.take_over(happened),
            EventKind::SettlementDistributed | EventKind::DebtNetted | EventKind::EarlyPaid => {
                self.shrink(event, TrancheFate::Settled)
            }
            EventKind::TrancheDiluted => self.shrink(event, TrancheFate::Diluted),
            EventKind::RecourseSettled => {
                self.give_back(happened);
                Ok(())
            }
            EventKind::ReceivableCancelled => {
                self.end(event.tranche, TrancheFate::Cancelled);
                Ok(())
            }
            EventKind::MemberRegistered
            | EventKind::KeyAdded
            | EventKind::KeyRevoked
            | EventKind::StandingAcceptanceSet
            | EventKind::DepositCredited
            | EventKind::DepositMoved
            | EventKind::PayoutRequested
            | EventKind::PayoutConfirmed
            | EventKind::PayoutRejected
            | EventKind::ReceivableSubmitted
            | EventKind::ReceivableConfirmed
            | EventKind::ReceivableRejected
            | EventKind::ReceivableWithdrawn
            | EventKind::ReceivableLapsed
            | EventKind::ReceivableDeclined
            | EventKind::CancellationAsked
            | EventKind::TransferOffered
            | EventKind::TransferDeclined
            | EventKind::TransferLapsed
            | EventKind::FacilityOpened
            | EventKind::FacilityAmended
            | EventKind::FacilityClosed
            | EventKind::SettlementDebited
            | EventKind::ReceivableOverdue
            | EventKind::ReceivableSettled
            | EventKind::PaidForAnchor
            | EventKind::LateInterestDistributed
            | EventKind::CostsDistributed
            | EventKind::CostsClaimed
            | EventKind::CostsAllowed
            | EventKind::CostsDeclined
            | EventKind::ReceivableDefaulted
            | EventKind::TrancheWrittenOff
            | EventKind::ReceivableWrittenOff
            | EventKind::GuaranteeOffered
            | EventKind::GuaranteeAccepted
            | EventKind::GuaranteeClaimed
            | EventKind::PoolOpened
            | EventKind::PoolContributed
            | EventKind::TrancheEnrolled
            | EventKind::PoolClaimQueued
            | EventKind::PoolClaimClosed
            | EventKind::SubsidyPaid
            | EventKind::CreditConsentGranted
            | EventKind::CreditConsentRevoked
            | EventKind::CreditRead
            | EventKind::EncryptionKeySet
            | EventKind::DocumentRegistered
            | EventKind::DocumentShared
            | EventKind::DocumentShredded
            | EventKind::MisbehaviourReported
            | EventKind::ProposalSubmitted
            | EventKind::ProposalVoted
            | EventKind::ProposalPassed
            | EventKind::ProposalRefused
            | EventKind::ProposalLapsed
            | EventKind::MemberAdmitted
            | EventKind::MemberStatusSet
            | EventKind::MemberRolesSet
            | EventKind::ValidatorsChanged
            | EventKind::PolicyEntered
            | EventKind::AnchorLimitSet
            | EventKind::MemberAttested
            | EventKind::AttestationRevoked
            | EventKind::ApprovalPolicySet
            | EventKind::PartyScreened
            | EventKind::PartyCleared
            | EventKind::TrancheFrozen
            | EventKind::TrancheUnfrozen
            | EventKind::HeldMoneyReleased
            | EventKind::DisputeOpened
            | EventKind::DisputeExcluded
            | EventKind::DisputeWithdrawn
            | EventKind::DisputeAgreed
            | EventKind::DisputeRuled
            | EventKind::CreditNoteIssued
            | EventKind::CreditNoteAccepted
            | EventKind::CreditNoteRefused
            | EventKind::CreditNoteWithdrawn
            | EventKind::CreditNoteRuled
            | EventKind::CreditNoteApplied
            | EventKind::NettingProposed
            | EventKind::NettingConsented
            | EventKind::NettingRefused
            | EventKind::NettingLapsed
            | EventKind::NettingExecuted
            | EventKind::CaseOpened
            | EventKind::CaseEscalated
            | EventKind::CaseAssigned
            | EventKind::CaseMandateEnded
            | EventKind::ContactLogged
            | EventKind::ArrangementProposed
            | EventKind::ArrangementApproved
            | EventKind::ArrangementRefused
            | EventKind::ArrangementInForce
            | EventKind::InstalmentKept
            | EventKind::ArrangementBroken
            | EventKind::CaseClosed
            | EventKind::DiscountReserved
            | EventKind::DiscountLapsed
            | EventKind::PledgeOffered
            | EventKind::TranchePledged
            | EventKind::PledgeDeclined
            | EventKind::PledgeLapsed
            | EventKind::PledgeRepaid
            | EventKind::PledgeReleased
            | EventKind::RecourseClaimed
            | EventKind::RecoursePaid
            | EventKind::FinancingRegistered
            | EventKind::ProgrammePosted
            | EventKind::ProgrammeClosed => Ok(()),
        }
    }

    fn insert(&mut self, node: Node) {
        self.nodes.insert(node.id, node);
    }

    fn split(&mut self, happened: &Happened<'_>) -> Result<(), AmountError> {
        let event = happened.event;
        let Some((id, parent)) = event.tranche.and_then(|id| Some((id, self.nodes.get(&id)?))) else {
            return Ok(());
        };
        // what was paid or credited before the split is no longer in its parts
        let (whole, holder) = (parent.face.minus(parent.paid)?, parent.holder);
        let faces = faces(happened, whole)?;
        for (part, face) in event.tranches.iter().zip(faces) {
            self.insert(Node { parents: vec![id], ..Node::new(*part, face, holder, happened) });
        }
        self.end(Some(id), TrancheFate::Split);
        Ok(())
    }

    fn merge(&mut self, happened: &Happened<'_>) {
        let event = happened.event;
        let (Some(id), Some(holder), Some(face)) = (event.tranche, event.member, event.amount) else {
            return;
        };
        for part in &event.tranches {
            self.end(Some(*part), TrancheFate::Merged);
        }
        self.insert(Node { parents: event.tranches.clone(), ..Node::new(id, face, holder, happened) });
    }

    /// Who paid holds what it paid, a further part in the same tranche; the tranches it was taken from are paid that
    /// much by the events beside it.
    fn take_over(&mut self, happened: &Happened<'_>) -> Result<(), AmountError> {
        let event = happened.event;
        let (Some(id), Some(holder), Some(face)) = (event.tranche, event.member, event.amount) else {
            return Ok(());
        };
        if let Some(node) = self.nodes.get_mut(&id) {
            node.face = node.face.plus(face)?;
            return Ok(());
        }
        self.insert(Node { parents: event.tranches.clone(), ..Node::new(id, face, holder, happened) });
        Ok(())
    }

    fn move_title(&mut self, happened: &Happened<'_>) {
        let (event, context) = (happened.event, &happened.context);
        let (Some(id), Some(from), Some(to)) = (event.tranche, event.member, event.counterparty) else {
            return;
        };
        let Some(node) = self.nodes.get_mut(&id) else { return };
        node.holder = to;
        node.moves.push(TitleMove {
            from: from.to_string(),
            to: to.to_string(),
            facility: event.facility.map(|facility| facility.number()),
            proceeds: event.proceeds.as_ref().map(Into::into),
            cursor: context.cursor.to_string(),
            time_ms: context.time.ms(),
        });
    }

    /// A claim of recourse was paid: what is open of the tranche is the transferor's.
    fn give_back(&mut self, happened: &Happened<'_>) {
        let open = happened.event.tranche.and_then(|id| self.nodes.get(&id));
        if open.is_some_and(|node| node.paid != node.face) {
            self.move_title(happened);
        }
    }

    /// A payment or a credit note took `fate`'s share of it; the last one ends it.
    fn shrink(&mut self, event: &Event, fate: TrancheFate) -> Result<(), AmountError> {
        let (Some(id), Some(share)) = (event.tranche, event.amount) else { return Ok(()) };
        if let Some(node) = self.nodes.get_mut(&id) {
            node.paid = node.paid.plus(share)?;
            if node.paid == node.face {
                node.fate = fate;
            }
        }
        Ok(())
    }

    fn end(&mut self, id: Option<TrancheId>, fate: TrancheFate) {
        if let Some(node) = id.and_then(|id| self.nodes.get_mut(&id)) {
            node.fate = fate;
        }
    }
}

/// The faces of a split's parts, in their order.
fn faces(happened: &Happened<'_>, whole: Amount) -> Result<Vec<Amount>, AmountError> {
    let index = usize::try_from(happened.context.cursor.transaction).unwrap_or(usize::MAX);
    let action = happened.block.transactions.get(index).map(|signed| &signed.unverified().action);
    if let Some(Action::SplitTranche(split)) = action {
        return Ok(split.parts.iter().map(|part| part.face).collect());
    }
    sold_faces(happened, index, whole)
}

/// A sale splits off what each facility buys, and what is not sold stays as the last part.
fn sold_faces(happened: &Happened<'_>, index: usize, whole: Amount) -> Result<Vec<Amount>, AmountError> {
    let events = happened.block.receipts.get(index).map(|receipt| receipt.events()).unwrap_or_default();
    let mut faces = Vec::with_capacity(happened.event.tranches.len());
    let mut left = whole;
    for part in &happened.event.tranches {
        let kinds = [EventKind::TrancheDiscounted, EventKind::DiscountReserved, EventKind::EarlyPaid];
        let is_sale = |event: &&Event| kinds.contains(&event.kind) && event.tranche == Some(*part);
        let sold = events.iter().find(is_sale).and_then(|sale| sale.amount);
        let face = sold.unwrap_or(left);
        left = left.minus(face)?;
        faces.push(face);
    }
    Ok(faces)
}

impl Node {
    /// A tranche without parents, just come into being.
    fn new(id: TrancheId, face: Amount, holder: MemberId, happened: &Happened<'_>) -> Self {
        let (paid, fate) = (Amount::zero(face.currency()), TrancheFate::Open);
        let created = happened.context;
        Self { id, parents: Vec::new(), face, holder, paid, fate, created, moves: Vec::new() }
    }

    fn into_wire(self) -> TreeNode {
        TreeNode {
            tranche: self.id.number(),
            parents: self.parents.iter().map(|parent| parent.number()).collect(),
            face: Some((&self.face).into()),
            holder: self.holder.to_string(),
            fate: self.fate.into(),
            created_cursor: self.created.cursor.to_string(),
            created_at_ms: self.created.time.ms(),
            moves: self.moves,
        }
    }
}
