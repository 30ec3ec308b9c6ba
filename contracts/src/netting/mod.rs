//! Cycle netting: due debts that run in a circle are set off against each other without money (连环欠).
mod answer;
mod check;
mod execute;
pub mod find;
pub(crate) mod lapse;
mod propose;

pub use answer::{ConsentNetting, RefuseNetting};
pub(crate) use check::balances;
pub use find::{Cycle, Found, find_cycles};
pub use propose::{LegOrder, ProposeNetting};

use crate::event::{Event, EventKind};
use crate::execute::Call;
use crate::failure::Failure;
use crate::rejection::Rejection;
use crate::state::{DueKind, IndexKey, Key, State};
use crate::types::{Amount, BusinessDate, MemberId, NettingId, ReceivableId, Timestamp, TrancheId};
use borsh::{BorshDeserialize, BorshSerialize};

/// What `debtor` owes `creditor` less when the netting is executed.
#[derive(Clone, Copy, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct Leg {
    pub tranche: TrancheId,
    pub receivable: ReceivableId,
    /// The receivable's anchor.
    pub debtor: MemberId,
    /// The tranche's holder.
    pub creditor: MemberId,
    pub amount: Amount,
}

/// How far a netting is.
#[derive(Clone, Copy, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub enum NettingStatus {
    /// Parties have to consent.
    Open {
        lapses_at: Timestamp,
    },
    Executed {
        on: BusinessDate,
    },
    Refused {
        by: MemberId,
    },
    Lapsed,
}

/// A netting of record.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct Netting {
    pub id: NettingId,
    pub proposed_by: MemberId,
    pub proposed_at: Timestamp,
    /// Every party owes in them as much as it is owed.
    pub legs: Vec<Leg>,
    /// Everyone in the legs, in order.
    pub parties: Vec<MemberId>,
    /// In the order in which they came; the proposer's is the first.
    pub consents: Vec<MemberId>,
    pub status: NettingStatus,
}

impl Netting {
    /// The index rows that follow from this record.
    pub(crate) fn rows(&self) -> Vec<IndexKey> {
        match self.status {
            NettingStatus::Open { lapses_at: at } => {
                vec![IndexKey::Due { at, kind: DueKind::NettingLapse, id: self.id.number() }]
            }
            NettingStatus::Executed { .. } | NettingStatus::Refused { .. } | NettingStatus::Lapsed => {
                Vec::new()
            }
        }
    }

    /// What all parties together owe less.
    pub fn reduction(&self) -> Result<Amount, Failure> {
        let first = self.legs.first().map(|leg| leg.amount.currency());
        let currency = first.ok_or(Rejection::NettingUnknown { netting: self.id })?;
        Ok(Amount::sum(currency, self.legs.iter().map(|leg| leg.amount))?)
    }

    fn event(&self, kind: EventKind) -> Result<Event, Failure> {
        Ok(Event::new(kind).netting(self.id).amount(self.reduction()?))
    }
}

pub(crate) fn find_one(state: &mut State, id: NettingId) -> Result<Netting, Failure> {
    Ok(state.get(Key::Netting(id))?.ok_or(Rejection::NettingUnknown { netting: id })?)
}

fn save(state: &mut State, netting: Netting) -> Result<(), Failure> {
    Ok(state.put(Key::Netting(netting.id), netting)?)
}

/// An open netting that the sender is a party of.
fn own(state: &mut State, call: &Call, id: NettingId) -> Result<Netting, Failure> {
    let netting = find_one(state, id)?;
    if !netting.parties.contains(&call.sender.id) {
        return Err(Rejection::NotNettingParty { member: call.sender.id }.into());
    }
    match netting.status {
        NettingStatus::Open { .. } => Ok(netting),
        NettingStatus::Executed { .. } | NettingStatus::Refused { .. } | NettingStatus::Lapsed => {
            Err(Rejection::NettingNotOpen { netting: id }.into())
        }
    }
}
