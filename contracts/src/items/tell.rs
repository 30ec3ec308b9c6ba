//! Tell: which items a block has for whom; at its end, every member's record follows them.
use super::audience::Audience;
use super::{Item, Items};
use crate::block::BlockContext;
use crate::failure::Fault;
use crate::policy::Policy;
use crate::receipt::{Receipt, ReceiptSource};
use crate::receivable::Receivable;
use crate::state::{Changer, Key, Salt, State};
use crate::types::{Hash, MemberId, ReceivableId};
use borsh::BorshSerialize;
use std::collections::BTreeMap;

/// An item, for whom it is and where its receipt stands.
pub struct Told<'t> {
    /// `None` is everyone.
    pub readers: &'t [Option<MemberId>],
    /// Position in the block, from 0.
    pub receipt: u32,
    pub item: Item,
    /// The transaction behind it, whether or not the readers may know it.
    pub by: Option<Hash>,
}

/// Visits every item of a block in order. `senders` are the transactions', in their order; `anchor` says of a receivable
/// whose debt it is, and whether its due date had come.
pub fn for_each_item<E>(
    (receipts, senders): (&[Receipt], &[MemberId]),
    mut anchor: impl FnMut(ReceivableId) -> Result<Option<(MemberId, bool)>, E>,
    mut visit: impl FnMut(Told<'_>) -> Result<(), E>,
) -> Result<(), E> {
    for ((position, judged), receipt) in receipts.iter().enumerate().zip(0_u32..) {
        let cause = match judged.source {
            ReceiptSource::Transaction(id) => senders.get(position).map(|sender| (id, *sender)),
            ReceiptSource::BlockEnd => None,
        };
        let by = cause.map(|(id, _)| id);
        for (event, index) in judged.events().iter().zip(0_u32..) {
            let whole = Item { cause, index, told: event.clone() };
            let audience = event.kind.audience();
            if audience == Audience::Everyone {
                visit(Told { readers: &[None], receipt, item: whole, by })?;
                continue;
            }
            let other = event.counterparty.filter(|it| Some(*it) != event.member);
            let named: Vec<Option<MemberId>> =
                [event.member, other].into_iter().filter(Option::is_some).collect();
            visit(Told { readers: &named, receipt, item: whole, by })?;
            if audience == Audience::NamedAndAnchor
                && let Some(receivable) = event.receivable
                && let Some((anchor, is_due)) = anchor(receivable)?
                && !event.names(anchor)
            {
                let cause = cause.filter(|_| is_due);
                let item = Item { cause, index, told: event.for_anchor(is_due) };
                visit(Told { readers: &[Some(anchor)], receipt, item, by })?;
            }
        }
    }
    Ok(())
}

/// What a block has for one chain.
#[derive(Default)]
struct Chain {
    count: u64,
    encoded: Vec<u8>,
    /// The last transaction that it had something of, whose bytes salt the record.
    by: Option<Hash>,
}

/// Moves the records on by what the receipts say.
pub(crate) fn tell(
    state: &mut State,
    context: BlockContext,
    policy: &Policy,
    block: (&[Receipt], &[MemberId]),
) -> Result<(), Fault> {
    let today = policy.date(context.time);
    let mut chains: BTreeMap<Option<MemberId>, Chain> = BTreeMap::new();
    let look = |one: &Receivable| (one.anchor, one.terms.due_date <= today);
    let anchor = |id: ReceivableId| state.look(Key::Receivable(id), look);
    for_each_item(block, anchor, |told| {
        let encoded = encode(&told.item);
        for reader in told.readers {
            let chain = chains.entry(*reader).or_default();
            chain.count = chain.count.saturating_add(1);
            chain.encoded.extend_from_slice(&encoded);
            chain.by = told.by.or(chain.by);
        }
        Ok(())
    })?;
    for (reader, chain) in chains {
        let key = reader.map_or(Key::PublicItems, Key::Items);
        state.begin(chain.by.map_or(Changer::BlockEnd { seed: Salt::default() }, Changer::Transaction));
        let before: Items = state.get(key)?.unwrap_or_default();
        let after = before.after(context.height, chain.count, &chain.encoded);
        state.put(key, after.ok_or_else(|| beyond(&key))?)?;
    }
    Ok(())
}

fn encode(item: &Item) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(ITEM_BYTES_USUAL);
    let written = item.serialize(&mut bytes);
    // borsh fails only where the writer does, and a Vec never does
    debug_assert!(written.is_ok());
    bytes
}

/// Bytes of most items: one allocation each.
const ITEM_BYTES_USUAL: usize = 192;

fn beyond(key: &Key) -> Fault {
    Fault::CorruptRecord { key: format!("{key:?}") }
}
