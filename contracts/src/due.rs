//! What is due at the end of a block: lapses, settlement days, arrivals; bounded, the rest carried over.
//!
//! ```text
//! Due rows     (time, kind, id)    SubmissionLapse · OfferLapse · Settlement · Overdue     in this order
//!                                  ProposalLapse · Default · PoolQueue · ReservationLapse · PledgeLapse
//! Arrival rows (height, account)   then money that arrived where receivables wait for it   in order of arrival
//! ```
//!
//! A row leaves the queue because its work changed the record it follows from, so no work can be lost; work
//! that follows from this work (an arrival by a distribution) waits for the next block's end.
use crate::block::BlockContext;
use crate::collection;
use crate::credit_profile;
use crate::event::Event;
use crate::failure::{Failure, Fault};
use crate::financing;
use crate::governance;
use crate::limits::DUE_ITEMS_PER_BLOCK_MAX;
use crate::money::Account;
use crate::netting;
use crate::pledge;
use crate::policy::Policy;
use crate::pool::queue;
use crate::receivable;
use crate::settlement::{Day, collect, default};
use crate::state::{DueKind, IndexKey, Key, State, due_before, index_prefix, read_arrival, read_due};
use crate::tranche;
use crate::types::{BusinessDate, Height, NettingId, PoolId, ProposalId, ReceivableId, TrancheId};

/// Runs what is due by block time. An item begins while fewer than [`DUE_ITEMS_PER_BLOCK_MAX`] were done, so
/// one distribution may go over by its own tranches.
pub(crate) fn run(state: &mut State, context: BlockContext, policy: &Policy) -> Result<Vec<Event>, Fault> {
    let mut end = BlockEnd { today: policy.date(context.time), policy, events: Vec::new(), work: 0 };
    end.run_due(state, context)?;
    end.run_arrivals(state)?;
    Ok(end.events)
}

struct BlockEnd<'p> {
    today: BusinessDate,
    policy: &'p Policy,
    events: Vec<Event>,
    work: usize,
}

impl<'p> BlockEnd<'p> {
    fn day(&self) -> Day<'p> {
        Day { today: self.today, policy: self.policy }
    }

    fn room(&self) -> usize {
        DUE_ITEMS_PER_BLOCK_MAX.saturating_sub(self.work)
    }

    fn run_due(&mut self, state: &mut State, context: BlockContext) -> Result<(), Fault> {
        // nothing later is looked at: the queue is long, and full of traces of what was done in time
        let later = due_before(context.time);
        for row in state.index_between(&index_prefix::DUE, Some(&later), DUE_ITEMS_PER_BLOCK_MAX)? {
            let (_, kind, id) = read_due(&row).ok_or_else(|| unreadable(&row))?;
            if self.room() == 0 {
                break;
            }
            // an earlier item may have made this one pointless: a paid tranche has no offer left to lapse
            if !state.has_index_row(&row) {
                continue;
            }
            self.item(state, kind, id).map_err(|failure| broken(&format!("{kind:?} {id}"), failure))?;
            if state.has_index_row(&row) {
                let subject = format!("{kind:?} {id}: still due");
                return Err(Fault::InvariantBroken { invariant: BLOCK_END, subject });
            }
        }
        Ok(())
    }

    fn item(&mut self, state: &mut State, kind: DueKind, id: u64) -> Result<(), Failure> {
        let (receivable, tranche, pool) = (ReceivableId::new(id), TrancheId::new(id), PoolId::new(id));
        state.begin_due(match kind {
            DueKind::OfferLapse => Key::Tranche(tranche),
            DueKind::ProposalLapse => Key::Proposal(ProposalId::new(id)),
            DueKind::ReservationLapse | DueKind::PledgeLapse => Key::Lien(tranche),
            DueKind::PoolQueue => Key::Pool(pool),
            DueKind::SubmissionLapse | DueKind::Settlement | DueKind::Overdue | DueKind::Default => {
                Key::Receivable(receivable)
            }
            DueKind::NettingLapse => Key::Netting(NettingId::new(id)),
            DueKind::CaseEscalation | DueKind::CaseInstalment => Key::Case(receivable),
        })?;
        let mut effort = 1;
        let events = match kind {
            DueKind::SubmissionLapse => receivable::lapse::lapse(state, receivable)?,
            DueKind::OfferLapse => tranche::accept::lapse(state, tranche)?,
            DueKind::NettingLapse => netting::lapse::lapse(state, NettingId::new(id))?,
            DueKind::CaseEscalation => collection::life::escalate(state, self.day(), receivable)?,
            DueKind::CaseInstalment => collection::instalment::judge(state, self.day(), receivable)?,
            DueKind::Settlement => {
                effort = collect::effort(&receivable::find(state, receivable)?);
                collect::settlement_day(state, self.day(), receivable)?
            }
            DueKind::Overdue => collect::overdue(state, self.day(), receivable)?,
            DueKind::Default => default::default_day(state, self.day(), receivable)?,
            DueKind::PoolQueue => {
                let (events, claims) = queue::run(state, self.day(), pool)?;
                effort = claims;
                events
            }
            DueKind::ReservationLapse => financing::lapse(state, tranche)?,
            DueKind::PledgeLapse => pledge::lapse(state, tranche)?,
            DueKind::ProposalLapse => governance::lapse::lapse(state, ProposalId::new(id))?,
        };
        credit_profile::follow(state, self.today, &events)?;
        self.events.extend(events);
        self.work = self.work.saturating_add(effort);
        Ok(())
    }

    fn run_arrivals(&mut self, state: &mut State) -> Result<(), Fault> {
        let prefix = index_prefix::ARRIVAL;
        for row in state.index_from(&prefix, &prefix, DUE_ITEMS_PER_BLOCK_MAX)? {
            if self.room() == 0 {
                break;
            }
            let (since, account) = read_arrival(&row).ok_or_else(|| unreadable(&row))?;
            // removed first: a distribution may be an arrival in the same deposit again
            state.remove_index_row(row);
            self.arrival(state, since, account)?;
        }
        Ok(())
    }

    fn arrival(&mut self, state: &mut State, since: Height, account: Account) -> Result<(), Fault> {
        let served = collect::arrival(state, self.day(), account, self.room())
            .map_err(|failure| broken(&format!("arrival in {account:?}"), failure))?;
        if !served.done {
            state.add_index(IndexKey::Arrival { since, account });
        }
        self.events.extend(served.events);
        self.work = self.work.saturating_add(served.effort);
        Ok(())
    }
}

const BLOCK_END: &str = "block end";

/// Nobody asked for this work, so nobody can be refused: a rejection here is a broken ledger.
fn broken(work: &str, failure: Failure) -> Fault {
    match failure {
        Failure::Fault(fault) => fault,
        Failure::Rejection(rejection) => {
            Fault::InvariantBroken { invariant: BLOCK_END, subject: format!("{work}: {rejection}") }
        }
    }
}

fn unreadable(row: &[u8]) -> Fault {
    Fault::DanglingIndex { key: format!("row {row:02x?}") }
}
