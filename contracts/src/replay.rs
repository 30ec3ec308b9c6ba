//! Replay: a past block again, and what each of its receipts changed: what reports trace their figures to.
use crate::block::BlockContext;
use crate::execute;
use crate::failure::Fault;
use crate::items;
use crate::policy;
use crate::receipt::Receipt;
use crate::state::{Changes, State, StateRead, Touched};
use crate::transaction::Transaction;
use crate::types::MemberId;
use std::borrow::Borrow;

/// A past block, executed again.
pub struct Replayed {
    /// As they were recorded, if this is the same ledger and software.
    pub receipts: Vec<Receipt>,
    /// What each receipt changed, in key order; as many as there are receipts.
    pub steps: Vec<Vec<Touched>>,
    /// What the block changed in all.
    pub changes: Changes,
}

/// Executes the block of `context` on `state`, the state before it. Invariants are not checked again: they were
/// before the block was voted for.
pub fn replay(
    state: &dyn StateRead,
    context: BlockContext,
    transactions: &[impl Borrow<Transaction>],
) -> Result<Replayed, Fault> {
    let mut overlay = State::new(state, context.height);
    let policy = policy::in_force(&mut overlay, context.time)?;
    overlay.watch();
    let mut receipts = Vec::with_capacity(transactions.len().saturating_add(1));
    let mut steps = Vec::with_capacity(transactions.len().saturating_add(1));
    for transaction in transactions.iter().map(Borrow::borrow) {
        receipts.push(execute::judge(&mut overlay, context, &policy, transaction)?);
        steps.push(overlay.observed());
    }
    receipts.push(execute::end(&mut overlay, context, &policy)?);
    steps.push(overlay.observed());
    let senders: Vec<MemberId> = transactions.iter().map(|one| one.borrow().sender).collect();
    items::tell(&mut overlay, context, &policy, (&receipts, &senders))?;
    Ok(Replayed { receipts, steps, changes: overlay.into_changes() })
}
