//! Items: each block's are counted once in every chain that they are for, and nothing is taken back.
use super::{changed, ensure};
use crate::event::Event;
use crate::failure::Fault;
use crate::items::Items;
use crate::items::audience::Audience;
use crate::receipt::Receipt;
use crate::state::{Changes, Key};
use crate::types::MemberId;
use std::collections::BTreeMap;

pub(super) fn check(changes: &Changes, receipts: &[Receipt]) -> Result<(), Fault> {
    let mut named: BTreeMap<Key, u64> = BTreeMap::new();
    for event in receipts.iter().flat_map(Receipt::events) {
        for key in chains(event) {
            let count = named.entry(key).or_default();
            *count = count.saturating_add(1);
        }
    }
    for change in changed::<Items>(changes) {
        let (before, now) = (change.before.copied().unwrap_or_default(), change.now.copied());
        let now = now.unwrap_or_default();
        let told = now.count.saturating_sub(before.count);
        let named = named.remove(&change.key).unwrap_or(0);
        // an anchor is told more than what names it
        let fits = if change.key == Key::PublicItems { told == named } else { told >= named };
        let moved = told > 0 && now.height > before.height && now.head != before.head;
        ensure(fits && moved, "I8", || {
            format!("{:?} counts {told} items where {named} name it", change.key)
        })?;
    }
    ensure(named.is_empty(), "I8", || format!("{} chains did not follow their items", named.len()))
}

/// Those that an event is in because of what it says itself.
fn chains(event: &Event) -> Vec<Key> {
    match event.kind.audience() {
        Audience::Everyone => vec![Key::PublicItems],
        Audience::Named | Audience::NamedAndAnchor => {
            let mut members: Vec<MemberId> =
                [event.member, event.counterparty].into_iter().flatten().collect();
            members.dedup();
            members.into_iter().map(Key::Items).collect()
        }
    }
}
