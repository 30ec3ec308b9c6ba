//! The last checks of every story: one state on all nodes, every invariant, money conserved.

use std::collections::BTreeMap;

use tally_contracts::types::Hash;
use tally_proto::v1::ledger::{BlockHeader, CheckInvariantsRequest, ListBlocksRequest};
use tally_proto::v1::money::{GetBankTotalsRequest, ListDepositsRequest};

use super::error::DemoError;
use super::limits::OBSERVER_LAG_MAX;
use super::stage::Stages;
use crate::network::Network;

/// Asks all nodes at the height of the first one, which it returns.
pub(super) async fn everything(network: &mut Network, stages: &Stages) -> Result<u64, DemoError> {
    let nodes = network.nodes().len();
    let height = network.height(0).await.unwrap_or_default();
    for index in 0..nodes {
        network.wait_height(index, height, OBSERVER_LAG_MAX).await?;
    }
    let root = one_root(network, height).await?;
    stages.note(&format!("{nodes} nodes have state root {}… at height {height}", short(root)));
    let invariants = invariants(network).await?;
    stages.note(&format!("{invariants} invariants hold on each of them"));
    let banks = conserved(network).await?;
    stages.note(&format!("at {banks} banks and currencies: credited - paid out = balances + locked"));
    Ok(height)
}

/// The state root that every node has at `height`.
async fn one_root(network: &Network, height: u64) -> Result<Hash, DemoError> {
    let mut roots: BTreeMap<Vec<u8>, Vec<String>> = BTreeMap::new();
    for node in network.nodes() {
        let request = ListBlocksRequest { to_height: height, page_size: 1, ..ListBlocksRequest::default() };
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
async fn invariants(network: &Network) -> Result<usize, DemoError> {
    let mut count = 0;
    for node in network.nodes() {
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
async fn conserved(network: &Network) -> Result<usize, DemoError> {
    let client = network.node(0)?.client()?;
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

fn minor(text: &str) -> Result<u128, DemoError> {
    text.parse().map_err(|_| DemoError::Broken { what: "a sum of money is a number", found: text.to_owned() })
}

fn short(hash: Hash) -> String {
    hash.to_string().chars().take(12).collect()
}
