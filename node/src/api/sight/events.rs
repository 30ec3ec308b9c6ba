//! Which events a reader sees, and what of them.
use super::super::access::Reader;
use super::super::error::CallError;
use super::super::query::Reading;
use std::collections::BTreeMap;
use tally_contracts::event::{Event, EventKind};
use tally_contracts::receivable::Receivable;
use tally_contracts::state::Key;
use tally_contracts::types::{BusinessDate, MemberId, ReceivableId};
use tally_proto::convert::EventContext;

/// What must be known of a receivable to judge its events.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) struct Facts {
    anchor: MemberId,
    due_date: BusinessDate,
}

/// Who an event is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Audience {
    /// About the consortium itself: every member.
    Everyone,
    /// Those that it names.
    Named,
    /// The same, and the anchor of the receivable: its debt changed, or whom it owes (Civil Code art. 546).
    NamedAndAnchor,
}

#[allow(clippy::wildcard_enum_match_arm, reason = "default deny")]
const fn audience(kind: EventKind) -> Audience {
    match kind {
        EventKind::MemberRegistered
        | EventKind::KeyAdded
        | EventKind::KeyRevoked
        | EventKind::EncryptionKeySet
        | EventKind::ProposalSubmitted
        | EventKind::ProposalVoted
        | EventKind::ProposalPassed
        | EventKind::ProposalRefused
        | EventKind::ProposalLapsed
        | EventKind::MemberAdmitted
        | EventKind::MemberStatusSet
        | EventKind::MemberRolesSet
        | EventKind::ValidatorsChanged
        | EventKind::MisbehaviourReported
        | EventKind::PolicyEntered => Audience::Everyone,
        EventKind::TransferAccepted
        | EventKind::TrancheDiscounted
        | EventKind::TranchePledged
        | EventKind::RecourseSettled
        | EventKind::ClaimTakenOver
        | EventKind::SettlementDebited
        | EventKind::SettlementDistributed
        | EventKind::LateInterestDistributed
        | EventKind::CostsDistributed
        | EventKind::PaidForAnchor
        | EventKind::ReceivableSubmitted
        | EventKind::ReceivableConfirmed
        | EventKind::ReceivableRejected
        | EventKind::ReceivableWithdrawn
        | EventKind::ReceivableLapsed
        | EventKind::ReceivableAccepted
        | EventKind::ReceivableDeclined
        | EventKind::CancellationAsked
        | EventKind::ReceivableCancelled
        | EventKind::ReceivableOverdue
        | EventKind::ReceivableSettled
        | EventKind::ReceivableDefaulted
        | EventKind::ReceivableWrittenOff
        | EventKind::CostsClaimed
        | EventKind::CostsAllowed
        | EventKind::CostsDeclined => Audience::NamedAndAnchor,
        // a new kind is for those it names until somebody decides otherwise
        _ => Audience::Named,
    }
}

/// A reader of many events; remembers which receivables it owes.
pub(in super::super) struct Watcher {
    reader: Reader,
    known: BTreeMap<ReceivableId, Option<Facts>>,
}

/// Receivables that one stream remembers; then it begins anew.
const KNOWN_MAX: usize = 4_096;

impl Watcher {
    pub(in super::super) fn new(reader: Reader) -> Self {
        Self { reader, known: BTreeMap::new() }
    }

    /// The receivables that must be looked up before these events can be judged.
    pub(in super::super) fn unknown<'e>(&self, events: impl Iterator<Item = &'e Event>) -> Vec<ReceivableId> {
        if self.reader.reads_everything() {
            return Vec::new();
        }
        let asks = |event: &&Event| {
            audience(event.kind) == Audience::NamedAndAnchor && !is_named(event, self.reader.member)
        };
        let wanted = events.filter(asks).filter_map(|event| event.receivable);
        let mut unknown: Vec<ReceivableId> = wanted.filter(|id| !self.known.contains_key(id)).collect();
        unknown.sort();
        unknown.dedup();
        unknown
    }

    pub(in super::super) fn learn(&mut self, facts: Vec<(ReceivableId, Option<Facts>)>) {
        if self.known.len() > KNOWN_MAX {
            self.known.clear();
        }
        self.known.extend(facts);
    }

    /// An event as the reader may see it on `today`; `None` where it is nothing to the reader.
    pub(in super::super) fn see(
        &self,
        context: &EventContext,
        event: &Event,
        today: BusinessDate,
    ) -> Option<(EventContext, Event)> {
        let seen = || Some((*context, event.clone()));
        let member = self.reader.member;
        if self.reader.reads_everything() || is_named(event, member) {
            return seen();
        }
        match audience(event.kind) {
            Audience::Everyone => seen(),
            Audience::Named => None,
            Audience::NamedAndAnchor => {
                let facts = event.receivable.and_then(|id| self.known.get(&id).copied().flatten())?;
                (facts.anchor == member).then(|| for_anchor(context, event, facts.due_date <= today))
            }
        }
    }
}

fn is_named(event: &Event, member: MemberId) -> bool {
    event.member == Some(member) || event.counterparty == Some(member)
}

/// That title moved or that money arrived; to whom only from the due date on, and never at which price.
fn for_anchor(context: &EventContext, event: &Event, is_due: bool) -> (EventContext, Event) {
    let mut seen = Event { proceeds: None, facility: None, ..event.clone() };
    let mut context = *context;
    if !is_due {
        seen.member = None;
        seen.counterparty = None;
        seen.tranche = None;
        seen.tranches = Vec::new();
        context.transaction = None;
    }
    (context, seen)
}

impl Reading<'_> {
    /// What a watcher asked about.
    pub(in super::super) fn facts(
        &self,
        ids: &[ReceivableId],
    ) -> Result<Vec<(ReceivableId, Option<Facts>)>, CallError> {
        let look = |id: &ReceivableId| {
            let found: Option<Receivable> = self.get(&Key::Receivable(*id))?;
            let facts = found.map(|one| Facts { anchor: one.anchor, due_date: one.terms.due_date });
            Ok((*id, facts))
        };
        ids.iter().map(look).collect()
    }

    /// Today, as the policy counts days.
    pub(in super::super) fn today(&self) -> Result<BusinessDate, CallError> {
        Ok(self.policy_in_force()?.date(self.time))
    }
}
