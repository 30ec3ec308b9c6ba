//! Invariants I1–I10 of rulebook §10: after every block on what it changed, and in full on demand.
//!
//! | | what must hold | checked in |
//! |---|---|---|
//! | I1 | Σ open faces + settled + diluted + cancelled = confirmed face, per receivable | `conservation`, `dilution` |
//! | | an anchor's exposure = Σ outstanding of its confirmed receivables | `exposures` |
//! | | a credit file says outstanding what its anchor is exposed; its sums never fall, reads never change | `credit` |
//! | I2 | every amount > 0 and ≤ its parent | `conservation` |
//! | I3 | a number is given out once, a tranche is consumed at most once | `numbers` |
//! | I4 | a fingerprint or document backs at most one receivable | `claims` |
//! | I5 | money per bank and currency is conserved | `money` |
//! | I6 | at most one lien per tranche | `liens`: by type one record under its key |
//! | I7 | status moves along the drawn edges only | `life_cycle` |
//! | I8 | nothing changes but by what was applied | `authority` (signatures: `execute`) |
//! | | what a member was told is counted, once for each block, and never taken back | `items` |
//! | | documents stay what they are bound to, parties only come, shredding is for ever; reports stay | `papers` |
//! | I9 | facility used = Σ bought and unsettled face ≤ limit, per seller too | `facilities` |
//! | | guarantees pay at most their cap; a pool's books balance; enrolled = Σ enrolled face | `pools` |
//! | I10 | distributed on faces, as interest and as costs = debited, per receivable; netting takes from nobody | `conservation`, `netting` |
mod authority;
mod claims;
mod collection;
mod conservation;
mod credit;
mod dilution;
mod exposures;
mod facilities;
mod full;
mod items;
mod liens;
mod life_cycle;
mod money;
mod netting;
mod numbers;
mod papers;
mod pools;

pub use full::{Report, check_all};

use crate::failure::Fault;
use crate::receipt::Receipt;
use crate::state::{Changes, Key, RecordType};

/// Checks I1–I10 on what a block changed, in time proportional to the changes.
pub fn check_block(changes: &Changes, receipts: &[Receipt]) -> Result<(), Fault> {
    conservation::check(changes, receipts)?;
    numbers::check(changes)?;
    exposures::check(changes)?;
    claims::check(changes)?;
    money::check(changes)?;
    life_cycle::check(changes)?;
    authority::check(changes, receipts)?;
    facilities::check(changes)?;
    pools::check(changes)?;
    liens::check(changes)?;
    credit::check(changes)?;
    dilution::check(changes)?;
    netting::check(changes, receipts)?;
    collection::check(changes)?;
    papers::check(changes)?;
    items::check(changes, receipts)
}

/// A record of one type that a block changed, created or removed.
struct Changed<'c, T> {
    key: Key,
    before: Option<&'c T>,
    now: Option<&'c T>,
}

/// The changes of one record type, in key order.
fn changed<T: RecordType + 'static>(changes: &Changes) -> impl Iterator<Item = Changed<'_, T>> {
    changes.records.iter().filter_map(|change| {
        let before = change.before.as_deref().and_then(T::unwrap);
        let now = change.now.as_deref().and_then(T::unwrap);
        (before.is_some() || now.is_some()).then_some(Changed { key: change.key, before, now })
    })
}

/// Fails with the invariant and its subject unless `holds`.
fn ensure(holds: bool, invariant: &'static str, subject: impl FnOnce() -> String) -> Result<(), Fault> {
    if holds {
        return Ok(());
    }
    Err(Fault::InvariantBroken { invariant, subject: subject() })
}

/// Minor units with a sign, for differences: amounts are at most 10^15 and few, so nothing overflows 128 bits.
fn signed(minor: u128) -> i128 {
    i128::try_from(minor).unwrap_or(i128::MAX)
}
