//! Simulate: past blocks again, and what another policy would have refused in them (rulebook §9).
//!
//! Each transaction is judged by the other policy on the very state on which it was judged, so the answer is
//! exact for each alone. A chain in which the refused ones never happened would give out other numbers, and
//! later transactions would speak of other records; so what built on a refused one is told by its receivable.
use super::Policy;
use super::check::check;
use crate::block::BlockContext;
use crate::event::Event;
use crate::execute;
use crate::failure::{Failure, Fault};
use crate::money::field;
use crate::receipt::{Outcome, Receipt};
use crate::rejection::Rejection;
use crate::state::{Changer, Changes, State, StateRead};
use crate::transaction::Transaction;
use crate::types::{Hash, MemberId, ReceivableId};
use std::borrow::Borrow;
use std::collections::BTreeMap;

/// Why an applied transaction would not have been.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Why {
    /// The other policy refuses it.
    Rule(Rejection),
    /// It is about a receivable that an earlier refused transaction brought to where it was.
    Follows { transaction: Hash, receivable: ReceivableId },
}

/// An applied transaction that the other policy would have refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    pub transaction: Hash,
    pub sender: MemberId,
    /// Position in its block.
    pub index: u32,
    pub why: Why,
}

/// A past block, executed again.
pub struct Simulated {
    /// As they were recorded, if this is the same ledger and software.
    pub receipts: Vec<Receipt>,
    pub changes: Changes,
    pub refusals: Vec<Refusal>,
}

/// Goes through history from a height on. Feed it every block in order.
pub struct Simulation {
    other: Policy,
    /// Receivables that would not be where they are, with the first transaction to blame.
    tainted: BTreeMap<ReceivableId, Hash>,
}

impl Simulation {
    /// Of `other`, whose own dates do not matter: it judges every block it is asked about.
    pub fn new(other: Policy) -> Result<Self, Rejection> {
        check(&other).map_err(|rule| Rejection::PolicyInvalid { rule: field(rule) })?;
        Ok(Self { other, tainted: BTreeMap::new() })
    }

    /// Executes the block as it was, and lists what the other policy refuses where `is_judged`.
    pub fn block(
        &mut self,
        state: &dyn StateRead,
        context: BlockContext,
        transactions: &[impl Borrow<Transaction>],
        is_judged: bool,
    ) -> Result<Simulated, Fault> {
        let mut overlay = State::new(state, context.height);
        let policy = super::in_force(&mut overlay, context.time)?;
        let mut receipts = Vec::with_capacity(transactions.len().saturating_add(1));
        let mut refusals = Vec::new();
        for (transaction, index) in transactions.iter().map(Borrow::borrow).zip(0_u32..) {
            let verdict = if is_judged { self.verdict(&mut overlay, context, transaction)? } else { None };
            let receipt = execute::judge(&mut overlay, context, &policy, transaction)?;
            if is_judged && let Outcome::Applied { events } = &receipt.outcome {
                let why = self.follow(transaction.id, verdict, events);
                let (id, sender) = (transaction.id, transaction.sender);
                refusals.extend(why.map(|why| Refusal { transaction: id, sender, index, why }));
            }
            receipts.push(receipt);
        }
        let senders: Vec<MemberId> = transactions.iter().map(|one| one.borrow().sender).collect();
        let (receipts, changes) = execute::finish(overlay, context, &policy, (receipts, &senders))?;
        Ok(Simulated { receipts, changes, refusals })
    }

    /// What the other policy says of the transaction now; changes nothing.
    fn verdict(
        &self,
        state: &mut State,
        context: BlockContext,
        transaction: &Transaction,
    ) -> Result<Option<Rejection>, Fault> {
        state.begin(Changer::Transaction(transaction.secret()));
        let outcome = execute::run(state, context, &self.other, transaction);
        state.rollback();
        match outcome {
            Ok(_) => Ok(None),
            Err(Failure::Rejection(rejection)) => Ok(Some(rejection)),
            Err(Failure::Fault(fault)) => Err(fault),
        }
    }

    /// Remembers which receivables a refused transaction brought along, and finds those that it needed.
    fn follow(&mut self, id: Hash, verdict: Option<Rejection>, events: &[Event]) -> Option<Why> {
        let named: Vec<ReceivableId> = events.iter().filter_map(|event| event.receivable).collect();
        if let Some(rejection) = verdict {
            for receivable in named {
                self.tainted.entry(receivable).or_insert(id);
            }
            return Some(Why::Rule(rejection));
        }
        named.into_iter().find_map(|receivable| {
            let transaction = *self.tainted.get(&receivable)?;
            Some(Why::Follows { transaction, receivable })
        })
    }
}
