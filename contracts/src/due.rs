//! What is due at the end of a block: lapses, settlement days, arrivals; bounded, the rest carried over.
use crate::block::BlockContext;
use crate::event::Event;
use crate::failure::{Failure, Fault};
use crate::limits::DUE_ITEMS_PER_BLOCK_MAX;
use crate::policy::Policy;
use crate::receivable;
use crate::settlement::collect;
use crate::state::{DueKind, State, read_arrival, read_due};
use crate::tranche;
use crate::types::{BusinessDate, ReceivableId, TrancheId};

/// The prefixes of [`crate::state::IndexKey::Due`] and [`crate::state::IndexKey::Arrival`].
const DUE: [u8; 1] = [6];
const ARRIVAL: [u8; 1] = [8];

/// Runs what is due by block time, in order of time, kind and id, then what arrivals allow.
pub(crate) fn run(state: &mut State, context: BlockContext, policy: &Policy) -> Result<Vec<Event>, Fault> {
    let today = policy.date(context.time);
    let mut work = 0_usize;
    let mut events = Vec::new();
    for row in state.index_from(&DUE, &DUE, DUE_ITEMS_PER_BLOCK_MAX)? {
        let corrupt = || Fault::DanglingIndex { key: format!("due row {row:?}") };
        let (at, kind, id) = read_due(&row).ok_or_else(corrupt)?;
        if at > context.time || work >= DUE_ITEMS_PER_BLOCK_MAX {
            break;
        }
        state.remove_index_row(row);
        let (item_events, effort) =
            item(state, policy, today, kind, id).map_err(|failure| broken(kind, id, failure))?;
        events.extend(item_events);
        work = work.saturating_add(effort);
    }
    for row in state.index_from(&ARRIVAL, &ARRIVAL, DUE_ITEMS_PER_BLOCK_MAX)? {
        let left = DUE_ITEMS_PER_BLOCK_MAX.saturating_sub(work);
        if left == 0 {
            break;
        }
        let corrupt = || Fault::DanglingIndex { key: format!("arrival row {row:?}") };
        let account = read_arrival(&row).ok_or_else(corrupt)?;
        // removed first: a distribution may be an arrival in the same deposit again
        state.remove_index_row(row);
        let (arrival_events, effort, done) = collect::arrival(state, policy, today, account, left)
            .map_err(|failure| broken(DueKind::Settlement, 0, failure))?;
        events.extend(arrival_events);
        work = work.saturating_add(effort);
        if !done {
            state.add_index(crate::state::IndexKey::Arrival(account));
        }
    }
    Ok(events)
}

fn item(
    state: &mut State,
    policy: &Policy,
    today: BusinessDate,
    kind: DueKind,
    id: u64,
) -> Result<(Vec<Event>, usize), Failure> {
    let receivable = ReceivableId::new(id);
    match kind {
        DueKind::SubmissionLapse => Ok((receivable::lapse::lapse(state, receivable)?, 1)),
        DueKind::OfferLapse => Ok((tranche::accept::lapse(state, TrancheId::new(id))?, 1)),
        DueKind::Settlement => {
            let effort = collect::effort(&receivable::find(state, receivable)?);
            Ok((collect::settlement_day(state, policy, today, receivable)?, effort))
        }
        DueKind::Overdue => Ok((collect::overdue(state, today, receivable)?, 1)),
    }
}

/// Nobody asked for this work, so nobody can be refused: a rejection here is a broken ledger.
fn broken(kind: DueKind, id: u64, failure: Failure) -> Fault {
    match failure {
        Failure::Fault(fault) => fault,
        Failure::Rejection(rejection) => {
            Fault::InvariantBroken { invariant: "block end", subject: format!("{kind:?} {id}: {rejection}") }
        }
    }
}
