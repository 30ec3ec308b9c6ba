//! The last checks: one state on all nodes, every invariant, every cent accounted for.

use std::collections::BTreeMap;

use tally_contracts::types::Hash;
use tally_proto::v1::common::EventKind;
use tally_proto::v1::ledger::{BlockHeader, CheckInvariantsRequest, ListBlocksRequest};
use tally_proto::v1::money::{GetBankTotalsRequest, ListDepositsRequest};
use tally_proto::v1::receivable::ListReceivableHistoryRequest;

use super::Story;
use crate::demo::error::DemoError;
use crate::demo::limits::OBSERVER_LAG_MAX;
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
        let nodes = self.network.nodes().len();
        let height = self.network.height(0).await.unwrap_or_default();
        for index in 0..nodes {
            self.network.wait_height(index, height, OBSERVER_LAG_MAX).await?;
        }
        let root = self.one_root(height).await?;
        self.stages.note(&format!("{nodes} nodes have state root {}… at height {height}", short(root)));
        let invariants = self.invariants().await?;
        self.stages.note(&format!("{invariants} invariants hold on each of them"));
        let banks = self.conserved().await?;
        self.stages
            .note(&format!("at {banks} banks and currencies: credited - paid out = balances + locked"));
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

    /// The state root that every node has at `height`.
    async fn one_root(&self, height: u64) -> Result<Hash, DemoError> {
        let mut roots: BTreeMap<Vec<u8>, Vec<String>> = BTreeMap::new();
        for node in self.network.nodes() {
            let request =
                ListBlocksRequest { to_height: height, page_size: 1, ..ListBlocksRequest::default() };
            let headers = node.client()?.list_blocks(request).await?.headers;
            let header = headers.into_iter().find(|header| header.height == height).unwrap_or_default();
            let BlockHeader { state_root, .. } = header;
            roots.entry(state_root).or_default().push(node.name.clone());
        }
        match roots.first_key_value() {
            Some((root, _)) if roots.len() == 1 && root.len() == 32 => {
                let mut bytes = [0; 32];
                bytes.copy_from_slice(root);
                Ok(Hash(bytes))
            }
            _ => Err(DemoError::Broken {
                what: "one state root on all nodes",
                found: format!("{:?}", roots.values()),
            }),
        }
    }

    /// How many invariants there are; all hold on all nodes.
    async fn invariants(&self) -> Result<usize, DemoError> {
        let mut count = 0;
        for node in self.network.nodes() {
            let results = node.client()?.check_invariants(CheckInvariantsRequest {}).await?.results;
            if let Some(broken) = results.iter().find(|result| !result.holds) {
                let found = format!("{} on {}: {}", broken.name, node.name, broken.violation);
                return Err(DemoError::Broken { what: "the rulebook's invariants", found });
            }
            count = results.len();
        }
        if count == 0 {
            return Err(DemoError::Broken {
                what: "the rulebook's invariants",
                found: "none was checked".to_owned(),
            });
        }
        Ok(count)
    }

    /// Per bank and currency, what was credited and not paid out stands in somebody's deposit.
    async fn conserved(&self) -> Result<usize, DemoError> {
        let client = self.network.node(0)?.client()?;
        let mut held: BTreeMap<(String, String), u128> = BTreeMap::new();
        for deposit in client.deposits(ListDepositsRequest::default(), 0).await? {
            let account = deposit.account.unwrap_or_default();
            let sum = minor(&deposit.balance_minor_units)? + minor(&deposit.locked_minor_units)?;
            *held.entry((account.bank, account.currency)).or_default() += sum;
        }
        for ((bank, currency), held) in &held {
            let request = GetBankTotalsRequest { bank: bank.clone(), currency: currency.clone() };
            for totals in client.bank_totals(request).await?.totals {
                let credited = minor(&totals.credited_minor_units)?;
                if credited.checked_sub(minor(&totals.redeemed_minor_units)?) != Some(*held) {
                    let found = format!("{bank} credited {credited} {currency} and owes {held}");
                    return Err(DemoError::Broken { what: "money is conserved", found });
                }
            }
        }
        Ok(held.len())
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

fn minor(text: &str) -> Result<u128, DemoError> {
    text.parse().map_err(|_| DemoError::Broken { what: "a sum of money is a number", found: text.to_owned() })
}

fn short(hash: Hash) -> String {
    hash.to_string().chars().take(12).collect()
}
