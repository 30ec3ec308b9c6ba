//! Find: cycles of due debts in one currency, the largest reduction first, then the smallest ids; read-only.
//!
//! Members are nodes; an edge is what one owes another over all due tranches, its oldest first. Cycles are
//! walked from their smallest member on, so each is met once. Reading and walking are bounded; what was cut
//! short says so.
use super::{Leg, check};
use crate::block::BlockContext;
use crate::failure::Failure;
use crate::limits::{
    NETTING_CYCLES_MAX, NETTING_EDGE_TRANCHES_MAX, NETTING_PARTIES_MAX, NETTING_RECEIVABLES_READ_MAX,
    NETTING_STEPS_MAX,
};
use crate::receivable;
use crate::state::{State, StateRead, index_prefix, read_unpaid, trailing_id};
use crate::tranche;
use crate::types::{Amount, BusinessDate, Currency, MemberId, ReceivableId, TrancheId};
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// A cycle that could be netted now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cycle {
    /// Each owes the next, the last the first; the first is the smallest.
    pub parties: Vec<MemberId>,
    /// What every party owes less, and is owed less.
    pub amount: Amount,
    /// What all of them owe less together.
    pub reduction: Amount,
    /// What to propose.
    pub legs: Vec<Leg>,
}

/// What was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// Largest reduction first, then by parties.
    pub cycles: Vec<Cycle>,
    /// Whether everything that is due was read and walked.
    pub is_complete: bool,
}

/// The best cycles, at most [`NETTING_CYCLES_MAX`].
pub fn find_cycles(
    state: &dyn StateRead,
    context: BlockContext,
    currency: Currency,
) -> Result<Found, Failure> {
    let mut state = State::new(state, context.height);
    let (edges, all_read) = edges(&mut state, currency)?;
    let mut walk = Walk { edges: &edges, path: Vec::new(), found: Vec::new(), steps: 0 };
    let starts: Vec<MemberId> = edges.keys().copied().collect();
    for start in starts {
        walk.from(start);
    }
    let all_walked = walk.steps < NETTING_STEPS_MAX;
    let best = walk.found;
    let cycles = best.into_iter().map(|candidate| cycle(&edges, currency, candidate));
    Ok(Found { cycles: cycles.collect::<Result<_, Failure>>()?, is_complete: all_read && all_walked })
}

/// One due tranche between two members.
#[derive(Clone, Copy)]
struct Due {
    due: BusinessDate,
    tranche: TrancheId,
    receivable: ReceivableId,
    minor: u64,
}

/// Debtor → creditor → what is due between them, oldest first.
type Edges = BTreeMap<MemberId, BTreeMap<MemberId, Vec<Due>>>;

fn edges(state: &mut State, currency: Currency) -> Result<(Edges, bool), Failure> {
    let mut edges = Edges::new();
    let prefix = index_prefix::UNPAID;
    let rows = state.index_from(&prefix, &prefix, NETTING_RECEIVABLES_READ_MAX)?;
    let all_read = rows.len() < NETTING_RECEIVABLES_READ_MAX;
    for row in &rows {
        if read_unpaid(row).is_none_or(|account| account.currency != currency) {
            continue;
        }
        let receivable = receivable::find(state, ReceivableId::new(trailing_id(row)))?;
        if !check::is_due(&receivable) {
            continue;
        }
        for tranche in tranche::of_receivable(state, receivable.id)? {
            let minor = check::available(state, &receivable, &tranche)?.minor();
            let (due, id) = (receivable.terms.due_date, tranche.id);
            let own = edges.entry(receivable.anchor).or_default().entry(tranche.holder).or_default();
            if minor > 0 {
                own.push(Due { due, tranche: id, receivable: receivable.id, minor });
            }
        }
    }
    for edge in edges.values_mut().flat_map(BTreeMap::values_mut) {
        edge.sort_unstable_by_key(|it| (it.due, it.tranche));
        edge.truncate(NETTING_EDGE_TRANCHES_MAX);
    }
    Ok((edges, all_read))
}

fn sum(edge: &[Due]) -> u64 {
    edge.iter().fold(0, |sum, it| sum.saturating_add(it.minor))
}

/// Reduction (largest first), parties, amount of each party.
type Candidate = (Reverse<u128>, Vec<MemberId>, u64);

/// A walk through the edges that keeps the best cycles.
struct Walk<'e> {
    edges: &'e Edges,
    path: Vec<MemberId>,
    found: Vec<Candidate>,
    steps: usize,
}

impl Walk<'_> {
    fn from(&mut self, start: MemberId) {
        self.path = vec![start];
        self.step(start, start, u64::MAX);
    }

    fn step(&mut self, start: MemberId, at: MemberId, least: u64) {
        let edges = self.edges;
        for (next, edge) in edges.get(&at).into_iter().flatten() {
            self.steps = self.steps.saturating_add(1);
            if self.steps >= NETTING_STEPS_MAX {
                return;
            }
            let least = least.min(sum(edge));
            if least == 0 {
                continue;
            }
            if *next == start {
                self.keep(least);
            } else if *next > start && !self.path.contains(next) && self.path.len() < NETTING_PARTIES_MAX {
                self.path.push(*next);
                self.step(start, *next, least);
                self.path.pop();
            }
        }
    }

    fn keep(&mut self, least: u64) {
        let parties = u128::try_from(self.path.len()).unwrap_or(u128::MAX);
        let reduction = u128::from(least).saturating_mul(parties);
        self.found.push((Reverse(reduction), self.path.clone(), least));
        self.found.sort_unstable();
        self.found.truncate(NETTING_CYCLES_MAX);
    }
}

fn cycle(edges: &Edges, currency: Currency, candidate: Candidate) -> Result<Cycle, Failure> {
    let (_, parties, least) = candidate;
    let amount = Amount::new(least, currency)?;
    let next = parties.iter().skip(1).chain(parties.first());
    let mut legs = Vec::new();
    for (debtor, creditor) in parties.iter().zip(next) {
        let edge = edges.get(debtor).and_then(|own| own.get(creditor));
        let mut left = least;
        for due in edge.into_iter().flatten() {
            let minor = due.minor.min(left);
            left = left.saturating_sub(minor);
            if minor > 0 {
                let (debtor, creditor, amount) = (*debtor, *creditor, Amount::new(minor, currency)?);
                legs.push(Leg { tranche: due.tranche, receivable: due.receivable, debtor, creditor, amount });
            }
        }
    }
    let reduction = Amount::sum(currency, legs.iter().map(|leg| leg.amount))?;
    Ok(Cycle { parties, amount, reduction, legs })
}
