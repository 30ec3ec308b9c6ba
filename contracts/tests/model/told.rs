//! Told, naively: for every member, block by block, what it must be told, asked of each event in turn.
//!
//! Who may know what is written down here a second time, from rulebook §8: what is about the consortium is for everybody;
//! what is about a debt is for those whom it names, and what changes the debt, or whom it is owed to, also for its anchor,
//! which learns names only from the due date on, and prices never.
use crate::common::memory::MemoryState;
use crate::naive::{Naive, index};
use std::collections::BTreeMap;
use tally_contracts::event::{Event, EventKind};
use tally_contracts::items::{Item, Items};
use tally_contracts::member::Member;
use tally_contracts::state::Key;
use tally_contracts::types::{BusinessDate, Hash, Height, MemberId, tagged_hash};
use tally_contracts::{Receipt, Transaction};

/// What somebody was told so far: how many things, in which block last, and the end of the chain.
type Heard = (u64, Height, Hash);

#[derive(Default)]
pub struct Told {
    /// Everybody that there is; `None` stands for what is for all of them.
    readers: Vec<Option<MemberId>>,
    heard: BTreeMap<Option<MemberId>, Heard>,
}

impl Told {
    pub fn new(state: &MemoryState) -> Self {
        let members = state.all::<Member>().into_iter().map(|(_, member)| Some(member.id));
        Self { readers: members.chain([None]).collect(), heard: BTreeMap::new() }
    }

    /// Follows a block, after `naive` did, and compares the counters of whoever was told something in it.
    pub fn block(
        &mut self,
        naive: &Naive,
        (transactions, receipts): (&[Transaction], &[Receipt]),
        (height, today): (Height, BusinessDate),
        state: &MemoryState,
    ) {
        for reader in &self.readers {
            let items = items_of(*reader, naive, (transactions, receipts), today);
            if items.is_empty() {
                continue;
            }
            let (count, _, head) =
                self.heard.get(reader).copied().unwrap_or((0, Height::GENESIS, Hash::ZERO));
            let encoded: Vec<u8> =
                items.iter().flat_map(|item| borsh::to_vec(item).expect("items encode")).collect();
            let chained = [&head.0[..], &height.number().to_be_bytes(), &encoded];
            let head = tagged_hash("tallystick/items/v1", &chained);
            let heard = (count + items.len() as u64, height, head);
            self.heard.insert(*reader, heard);
            assert_eq!(counter(state, *reader), Some(heard), "what {reader:?} was told in {height}");
        }
    }

    /// Every counter that there is, and no other.
    pub fn compare(&self, state: &MemoryState) {
        let found = |(key, it): (Key, Items)| {
            let member = if let Key::Items(member) = key { Some(member) } else { None };
            assert!(member.is_some() || key == Key::PublicItems, "items under {key:?}");
            (member, (it.count, it.height, it.head))
        };
        let found: BTreeMap<_, _> = state.all::<Items>().into_iter().map(found).collect();
        assert_eq!(self.heard, found, "what members were told");
    }
}

fn counter(state: &MemoryState, reader: Option<MemberId>) -> Option<Heard> {
    let items: Items = state.get(reader.map_or(Key::PublicItems, Key::Items))?;
    Some((items.count, items.height, items.head))
}

/// Of one block.
fn items_of(
    reader: Option<MemberId>,
    naive: &Naive,
    (transactions, receipts): (&[Transaction], &[Receipt]),
    today: BusinessDate,
) -> Vec<Item> {
    let mut items = Vec::new();
    for (position, receipt) in receipts.iter().enumerate() {
        let cause = transactions.get(position).map(|sent| (sent.id, sent.sender));
        for (index, event) in receipt.events().iter().enumerate() {
            let index = u32::try_from(index).expect("few events");
            match reader.map_or_else(|| public(event), |member| private(event, member, naive, today)) {
                Some(Known::Whole) => items.push(Item { cause, index, told: event.clone() }),
                // from the due date on the debtor knows who its creditors are
                Some(Known::Due) => items.push(Item { cause, index, told: unpriced(event) }),
                Some(Known::Early) => items.push(Item { cause: None, index, told: nameless(event) }),
                None => {}
            }
        }
    }
    items
}

/// How much of an event somebody may know.
enum Known {
    Whole,
    Due,
    Early,
}

fn public(event: &Event) -> Option<Known> {
    is_of_everybody(event.kind).then_some(Known::Whole)
}

fn private(event: &Event, member: MemberId, naive: &Naive, today: BusinessDate) -> Option<Known> {
    if is_of_everybody(event.kind) {
        return None;
    }
    if [event.member, event.counterparty].contains(&Some(member)) {
        return Some(Known::Whole);
    }
    let debt = &naive.debts[index(event.receivable.filter(|_| changes_the_debt(event.kind))?.number())];
    if debt.anchor != member {
        return None;
    }
    Some(if debt.late.is_due(today) { Known::Due } else { Known::Early })
}

fn unpriced(event: &Event) -> Event {
    let mut event = event.clone();
    (event.proceeds, event.facility) = (None, None);
    event
}

fn nameless(event: &Event) -> Event {
    let mut event = unpriced(event);
    (event.member, event.counterparty, event.tranche) = (None, None, None);
    event.tranches.clear();
    event
}

/// Who is a member, with which keys, and how it is governed.
fn is_of_everybody(kind: EventKind) -> bool {
    use EventKind::*;
    let of_members = [MemberRegistered, MemberAdmitted, MemberStatusSet, MemberRolesSet];
    let of_keys = [KeyAdded, KeyRevoked, EncryptionKeySet, ValidatorsChanged, MisbehaviourReported];
    let of_votes = [ProposalSubmitted, ProposalVoted, ProposalPassed, ProposalRefused, ProposalLapsed];
    of_members.contains(&kind) || of_keys.contains(&kind) || of_votes.contains(&kind) || kind == PolicyEntered
}

/// That there is a debt, how it stands, what is paid on it, and that somebody else is owed it now.
fn changes_the_debt(kind: EventKind) -> bool {
    use EventKind::*;
    let begins = [
        ReceivableSubmitted,
        ReceivableConfirmed,
        ReceivableRejected,
        ReceivableWithdrawn,
        ReceivableLapsed,
        ReceivableAccepted,
        ReceivableDeclined,
    ];
    let ends = [
        CancellationAsked,
        ReceivableCancelled,
        ReceivableOverdue,
        ReceivableSettled,
        ReceivableDefaulted,
        ReceivableWrittenOff,
    ];
    let moves = [TransferAccepted, TrancheDiscounted, TranchePledged, RecourseSettled, ClaimTakenOver];
    let pays =
        [SettlementDebited, SettlementDistributed, LateInterestDistributed, CostsDistributed, PaidForAnchor];
    let costs = [CostsClaimed, CostsAllowed, CostsDeclined];
    begins.contains(&kind)
        || ends.contains(&kind)
        || moves.contains(&kind)
        || pays.contains(&kind)
        || costs.contains(&kind)
}
