//! Simulating a policy: the whole history again, and what another policy would have refused in it.
use super::access::Reader;
use super::error::CallError;
use super::outlet::{Blocked, Messages, Outlet};
use super::query::Reading;
use super::{NodeView, Services};
use crate::ledger::{History, LedgerError};
use crate::limits::{API_STREAM_PATIENCE, API_STREAM_QUEUE, SIMULATION_PROGRESS_BLOCKS};
use std::sync::Arc;
use tally_contracts::policy::{Policy, Refusal, Simulation, Why};
use tally_contracts::{BlockContext, Outcome, Transaction};
use tally_proto::convert::action_name;
use tally_proto::v1::policy::{
    SimulatePolicyRequest, SimulatePolicyResponse, SimulationProgress, WouldRefuse, simulate_policy_response,
};
use tally_proto::{FieldError, FieldErrorKind};
use tokio::runtime::Handle;
use tonic::Response;

pub(super) type Simulations = Messages<SimulatePolicyResponse>;

/// Starts the replay on a blocking thread; the reader that goes away ends it.
pub(super) async fn simulate(
    services: &Services,
    reader: Reader,
    request: &SimulatePolicyRequest,
) -> Result<Response<Simulations>, CallError> {
    let missing = || FieldError::new("policy", FieldErrorKind::Missing);
    let policy = Policy::try_from(request.policy.as_ref().ok_or_else(missing)?)?;
    let simulation = Simulation::new(policy)?;
    let place = Arc::clone(&services.edge.simulations).try_acquire_owned();
    let place = place.map_err(|_| CallError::Busy { waiting: 1 })?;
    let node = Arc::clone(&services.edge.node);
    let looked = services.edge.reads.run(move || {
        let reading = Reading::of(&node)?;
        Ok((reading.height, reading.earliest()?))
    });
    let (tip, earliest) = looked.await?;
    if earliest > 1 {
        return Err(CallError::Pruned { height: 1, earliest });
    }
    let from = request.from_height.max(1);
    if from > tip {
        return Err(CallError::BeyondTip { height: from, tip });
    }
    let (outlet, messages) = Outlet::new(API_STREAM_QUEUE, API_STREAM_PATIENCE);
    let (node, stopping) = (Arc::clone(&services.edge.node), services.edge.stopping.clone());
    tokio::task::spawn_blocking(move || {
        let progress = SimulationProgress { tip, ..SimulationProgress::default() };
        let mut replay = Replay { node, reader, simulation, from, progress, outlet };
        let done = replay.run(&|| *stopping.borrow());
        // freed first: who has seen the stream end may ask again
        drop(place);
        match done {
            Ok(()) | Err(End::ReaderLeft) => {}
            Err(End::Failed(error)) => replay.outlet.end(error),
        }
    });
    Ok(Response::new(messages))
}

struct Replay {
    node: Arc<NodeView>,
    reader: Reader,
    simulation: Simulation,
    from: u64,
    progress: SimulationProgress,
    outlet: Outlet<SimulatePolicyResponse>,
}

enum End {
    ReaderLeft,
    Failed(CallError),
}

impl<E: Into<CallError>> From<E> for End {
    fn from(error: E) -> Self {
        Self::Failed(error.into())
    }
}

impl Replay {
    fn run(&mut self, is_stopping: &dyn Fn() -> bool) -> Result<(), End> {
        let node = Arc::clone(&self.node);
        let mut history = History::begin(node.ledger.genesis())?;
        for height in 1..=self.progress.tip {
            if is_stopping() {
                return Err(CallError::Stopping.into());
            }
            self.block(&mut history, height)?;
            self.progress.height = height;
            if height == self.progress.tip || height % SIMULATION_PROGRESS_BLOCKS == 0 {
                let progress = simulate_policy_response::Message::Progress(self.progress);
                self.send(progress)?;
            }
        }
        Ok(())
    }

    fn block(&mut self, history: &mut History, height: u64) -> Result<(), End> {
        let node = Arc::clone(&self.node);
        // read anew for each block, so that a long replay pins nothing in the database
        let stored = Reading::of(&node)?.block(height)?;
        let context = BlockContext { height: stored.header.height, time: stored.header.time };
        let transactions: Vec<&Transaction> =
            stored.transactions.iter().map(|signed| signed.unverified()).collect();
        let is_judged = height >= self.from;
        let again = self.simulation.block(history, context, &transactions, is_judged)?;
        if again.receipts != stored.receipts {
            return Err(LedgerError::StoredBlock { height }.into());
        }
        history.apply(&again.changes);
        if is_judged {
            let applied = stored.receipts.iter().take(transactions.len());
            let applied =
                applied.filter(|receipt| matches!(receipt.outcome, Outcome::Applied { .. })).count();
            self.progress.judged =
                self.progress.judged.saturating_add(u64::try_from(applied).unwrap_or(u64::MAX));
        }
        for refusal in again.refusals {
            let index = usize::try_from(refusal.index).unwrap_or(usize::MAX);
            let action = transactions.get(index).map(|one| action_name(&one.action)).unwrap_or_default();
            let told = self.tell(context, action, &refusal);
            // who did what is for those who did it; how many there are is for all
            if refusal.sender == self.reader.member || self.reader.reads_everything() {
                self.send(simulate_policy_response::Message::WouldRefuse(told))?;
            }
        }
        Ok(())
    }

    fn tell(&mut self, context: BlockContext, action: &str, refusal: &Refusal) -> WouldRefuse {
        let mut told = WouldRefuse {
            transaction_id: refusal.transaction.0.to_vec(),
            height: context.height.number(),
            index: refusal.index,
            time_ms: context.time.ms(),
            sender: refusal.sender.to_string(),
            action: action.to_owned(),
            ..WouldRefuse::default()
        };
        match &refusal.why {
            Why::Rule(rejection) => {
                told.rejection = Some(rejection.into());
                self.progress.refused = self.progress.refused.saturating_add(1);
            }
            Why::Follows { transaction, receivable } => {
                told.follows_transaction_id = transaction.0.to_vec();
                told.follows_receivable = Some(receivable.number());
                self.progress.following = self.progress.following.saturating_add(1);
            }
        }
        told
    }

    fn send(&self, message: simulate_policy_response::Message) -> Result<(), End> {
        let message = SimulatePolicyResponse { message: Some(message) };
        match Handle::current().block_on(self.outlet.send(message)) {
            Ok(()) => Ok(()),
            Err(Blocked::ReaderGone | Blocked::ReaderTooSlow) => Err(End::ReaderLeft),
        }
    }
}
