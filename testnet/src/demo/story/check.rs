//! The last checks: one state on all nodes, every invariant, every cent accounted for.

use tally_proto::v1::common::EventKind;
use tally_proto::v1::receivable::ListReceivableHistoryRequest;

use super::Story;
use crate::demo::audit;
use crate::demo::error::DemoError;
use crate::demo::money::amount;
use crate::demo::summary::{Latency, Summary};
use crate::network::NodeKind;

/// Minor units that moved at settlement, over all receivables and currencies.
struct Moved {
    settled: u64,
    distributed: u64,
    tranches: u64,
}

impl Story<'_> {
    /// The last stage, and what the whole run found.
    pub(super) async fn check(self) -> Result<Summary, DemoError> {
        self.stages.begin("every node is asked for state root and invariants");
        let height = audit::everything(self.network, self.stages).await?;
        let moved = self.moved().await?;
        let restarted = match self.restarted {
            Some(index) => self.network.height(index).await.unwrap_or_default(),
            None => 0,
        };
        self.stages.end("everything is accounted for");
        let count = |kind: NodeKind| self.network.nodes().iter().filter(|node| node.kind == kind).count();
        Ok(Summary {
            validators: count(NodeKind::Validator),
            observers: count(NodeKind::Observer),
            height,
            receivables: self.receivables.len(),
            tranches: moved.tranches,
            refusals: self.refusals,
            discount_submit_to_commit_ms: Latency::of(&self.all_up),
            settled_minor_units: moved.settled,
            distributed_minor_units: moved.distributed,
            state_roots_equal: true,
            invariants_ok: true,
            restarted_validator_height: restarted,
            wall_s: 0.0,
            measured: self.all_up.count(),
            one_down: Latency::of(&self.one_down),
        })
    }

    /// Debited = distributed = confirmed, receivable by receivable.
    async fn moved(&self) -> Result<Moved, DemoError> {
        let client = self.network.node(0)?.client()?;
        let mut moved = Moved { settled: 0, distributed: 0, tranches: 0 };
        for one in &self.receivables {
            let settled = amount(client.receivable(one.id).await?.settled.as_ref())?;
            let request = ListReceivableHistoryRequest {
                receivable: one.id.number(),
                ..ListReceivableHistoryRequest::default()
            };
            let mut distributed = 0;
            for record in client.receivable_history(request, 0).await? {
                let event = record.event.unwrap_or_default();
                if event.kind() == EventKind::SettlementDistributed {
                    distributed += amount(event.amount.as_ref())?.minor();
                }
            }
            if settled != one.face || distributed != settled.minor() {
                let found = format!(
                    "{}: face {}, settled {}, distributed {distributed}",
                    one.id,
                    one.face.minor(),
                    settled.minor()
                );
                return Err(DemoError::Broken { what: "what was debited was distributed", found });
            }
            moved.settled += settled.minor();
            moved.distributed += distributed;
            moved.tranches += u64::try_from(client.receivable_tree(one.id).await?.len()).unwrap_or(0);
        }
        Ok(moved)
    }
}
