//! Reads: what the committed state says, one file per area.
mod cases;
mod credit;
mod disputes;
mod facilities;
mod filter;
mod financing;
mod governance;
mod guarantees;
mod ledger;
mod liens;
mod listing;
mod members;
mod money;
mod nettings;
mod node;
mod policies;
mod pools;
mod quote;
mod receivables;
mod screening;
mod settlement;
mod tranches;
mod tree;

pub(super) use node::{is_behind, status as node_status};

use super::NodeView;
use super::access::{AccessError, Reader};
use super::error::{CallError, Resource};
use super::page::{Listing, Page};
use crate::events::StoredBlock;
use crate::ledger::{Ledger, LedgerError, stored_header};
use crate::storage::View;
use borsh::BorshDeserialize;
use tally_contracts::Fault;
use tally_contracts::policy::Policy;
use tally_contracts::state::Key;
use tally_contracts::types::{CounterKind, Hash, MemberId, Timestamp};
use tally_proto::block::BlockHeader;
use tally_proto::v1::common::Position;

/// One view of the committed state, with the position that it is of.
pub(super) struct Reading<'a> {
    pub node: &'a NodeView,
    pub view: View<'a>,
    pub height: u64,
    pub time: Timestamp,
    reader: Option<Reader>,
    block_id: Hash,
    state_root: Hash,
}

impl<'a> Reading<'a> {
    pub(super) fn of(node: &'a NodeView) -> Result<Self, CallError> {
        let view = node.ledger.view();
        let genesis_time = node.ledger.genesis().clock.chain_start;
        let Some(tip) = view.tip()? else { return Err(LedgerError::StoredBlock { height: 0 }.into()) };
        let time = match tip.height {
            0 => genesis_time,
            height => time_of(&node.ledger, &view, height)?,
        };
        let (block_id, state_root) = (Hash(tip.block_id), Hash(tip.state_root));
        Ok(Self { node, view, height: tip.height, time, reader: None, block_id, state_root })
    }

    /// The same for somebody who reads.
    pub(super) fn by(self, reader: Option<Reader>) -> Self {
        Self { reader, ..self }
    }

    /// Who reads.
    pub(super) fn reader(&self) -> Result<&Reader, CallError> {
        Ok(self.reader.as_ref().ok_or(AccessError::Missing)?)
    }

    /// As of where everything read here is.
    pub(super) fn position(&self) -> Option<Position> {
        Some(Position {
            height: self.height,
            block_id: self.block_id.0.to_vec(),
            state_root: self.state_root.0.to_vec(),
            time_ms: self.time.ms(),
        })
    }

    pub(super) fn chain_id(&self) -> &'a str {
        self.node.ledger.chain_id()
    }

    /// Takes the page out of a listing's request, whose filters remain.
    pub(super) fn page<L: Listing>(&self, request: &mut L) -> Result<Page, CallError> {
        Ok(Page::of(request, self.node.ledger.genesis().hash(), self.height)?)
    }

    /// The record under `key`, if it is there.
    pub(super) fn get<T: BorshDeserialize>(&self, key: &Key) -> Result<Option<T>, CallError> {
        let row = key.encode();
        let stored = self.view.record(&row)?;
        stored.map(|stored| decode(&row, &stored.bytes)).transpose()
    }

    /// The record under `key`, which is asked for by `name`.
    pub(super) fn find<T: BorshDeserialize>(
        &self,
        key: &Key,
        kind: Resource,
        name: impl ToString,
    ) -> Result<T, CallError> {
        self.get(key)?.ok_or_else(|| CallError::Unknown { kind, name: name.to_string() })
    }

    /// A committed block, with everything that belongs to it.
    pub(super) fn block(&self, height: u64) -> Result<StoredBlock, CallError> {
        if height > self.height || height == 0 {
            return Err(CallError::Unknown { kind: Resource::Block, name: height.to_string() });
        }
        match StoredBlock::read(&self.view, self.chain_id(), height)? {
            Some(block) => Ok(block),
            None => Err(CallError::Pruned { height, earliest: self.earliest()? }),
        }
    }

    /// A committed block's header, without looking at what its transactions say.
    pub(super) fn header(&self, height: u64) -> Result<BlockHeader, CallError> {
        match stored_header(&self.view, height)? {
            Some(header) => Ok(header),
            None => Err(CallError::Pruned { height, earliest: self.earliest()? }),
        }
    }

    /// The lowest height whose block is here.
    pub(super) fn earliest(&self) -> Result<u64, CallError> {
        Ok(self.view.first_block_height()?.unwrap_or(1))
    }

    /// The policy that judges at this position's time.
    pub(super) fn policy_in_force(&self) -> Result<Policy, CallError> {
        let latest: u64 = self.get(&Key::Counter(CounterKind::Policy))?.unwrap_or(0);
        for version in (1..=u32::try_from(latest).unwrap_or(u32::MAX)).rev() {
            if let Some(policy) = self.get::<Policy>(&Key::Policy(version))?
                && policy.effective_from.start(policy.utc_offset_minutes) <= self.time
            {
                return Ok(policy);
            }
        }
        Err(Fault::NoPolicy { date: self.time.date(0) }.into())
    }

    /// The time that a block made now would have.
    pub(super) fn next_time(&self) -> Timestamp {
        self.node.clock.now().max(Timestamp::from_ms(self.time.ms().saturating_add(1)))
    }
}

/// The member that is asked about: the reader itself, or whom a Regulator names. Others' figures are for nobody.
pub(super) fn own(reader: &Reader, member: &str) -> Result<MemberId, CallError> {
    let asked = filter::member(member, "member")?.unwrap_or(reader.member);
    if asked != reader.member && !reader.reads_everything() {
        return Err(CallError::NotYours { reader: reader.member });
    }
    Ok(asked)
}

/// Reads a record's bytes back; state that does not decode is a fault of this machine.
pub(super) fn decode<T: BorshDeserialize>(row: &[u8], bytes: &[u8]) -> Result<T, CallError> {
    T::try_from_slice(bytes).map_err(|_| Fault::CorruptRecord { key: hex::encode(row) }.into())
}

/// Of the tip in memory where it is the one of the view, which it nearly always is.
fn time_of(ledger: &Ledger, view: &View<'_>, height: u64) -> Result<Timestamp, CallError> {
    let tip = ledger.tip();
    if tip.height == height {
        return Ok(tip.time);
    }
    let damaged = || LedgerError::StoredBlock { height };
    Ok(stored_header(view, height)?.ok_or_else(damaged)?.time)
}
