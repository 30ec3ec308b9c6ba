//! Member nodes in the demo: the anchor's and a tier-2 supplier's, compared at the end with what validators say.

use std::fs;
use std::path::Path;

use tally_client::sdk::{Client, ClientError};
use tally_contracts::types::{ReceivableId, TrancheId};
use tally_proto::v1::money::ListDepositsRequest;
use tally_proto::v1::receivable::ListReceivablesRequest;
use tally_proto::v1::tranche::ListTranchesRequest;

use super::cast;
use super::error::{DemoError, io};
use super::limits::OBSERVER_LAG_MAX;
use super::stage::Stages;
use crate::network::{MemberNode, Network};

/// Starts them.
pub(super) async fn start(network: &Network, stages: &mut Stages) -> Result<Vec<MemberNode>, DemoError> {
    stages.begin("the anchor and a tier-2 supplier start nodes of their own");
    let mut nodes = Vec::new();
    for name in [cast::ANCHOR, cast::TIER_2] {
        let node = network.start_member_node(cast::id(name)).await?;
        stages.note(&format!("{name} reads from http://{}, which trusts no validator", node.api));
        nodes.push(node);
    }
    stages.end("both have proven the chain so far");
    Ok(nodes)
}

/// Compares each with a validator's answers to the same member, and looks for what is not its member's on its disk, for
/// which it stops and starts again.
pub(super) async fn check(
    network: &mut Network,
    nodes: &mut [MemberNode],
    stages: &mut Stages,
) -> Result<(), DemoError> {
    stages.begin("the member nodes hold what their members may see, and nothing else");
    let height = network.height(0).await.unwrap_or_default();
    for node in &mut *nodes {
        node.wait_height(height, OBSERVER_LAG_MAX).await?;
        let (own, full) = (node.client()?, network.client_of(node.member)?);
        let records = same(&own, &full).await?;
        let caught = fs::read_dir(node.files.data().join("evidence")).map_or(0, Iterator::count);
        if caught > 0 {
            let found = format!("{caught} in {}", node.files.data().join("evidence").display());
            return Err(DemoError::Broken { what: "honest validators are caught at no lie", found });
        }
        stages.note(&format!("{}: {records} records are the validators'", node.member));
    }
    let secrets = invoices_of_others(network).await?;
    for node in nodes.iter_mut().filter(|node| node.member == cast::id(cast::TIER_2)) {
        let (member, data) = (node.member, node.files.data());
        node.stop()?;
        for secret in &secrets {
            if is_in(&data, secret.as_bytes())? {
                let found = format!("{secret} in {}", data.display());
                return Err(DemoError::Broken { what: "a member node holds nobody else's invoices", found });
            }
        }
        let count = secrets.len();
        stages.note(&format!("{member}: none of {count} invoices of others is found on its disk"));
        network.restart_member_node(node)?;
        node.wait_height(height, OBSERVER_LAG_MAX).await?;
    }
    stages.end("compared and searched");
    Ok(())
}

/// How many records both say the same of.
async fn same(own: &Client, full: &Client) -> Result<usize, DemoError> {
    let (here, there) = (
        own.deposits(ListDepositsRequest::default(), 0).await?,
        full.deposits(ListDepositsRequest::default(), 0).await?,
    );
    equal("deposits", &here, &there)?;
    let mut count = here.len();
    for one in full.tranches(ListTranchesRequest::default(), 0).await? {
        equal("a tranche", &own.tranche(TrancheId::new(one.id)).await?, &one)?;
        count += 1;
    }
    for one in full.receivables(ListReceivablesRequest::default(), 0).await? {
        equal("a receivable", &own.receivable(ReceivableId::new(one.id)).await?, &one)?;
        count += 1;
    }
    Ok(count)
}

fn equal<T: PartialEq + std::fmt::Debug>(what: &str, here: &T, there: &T) -> Result<(), DemoError> {
    if here == there {
        return Ok(());
    }
    let found = format!("{what}: {here:?} there, {there:?} at a validator");
    Err(DemoError::Broken { what: "a member node says what a validator says", found })
}

/// The numbers of all invoices, which a tier-2 supplier is told of none of.
async fn invoices_of_others(network: &Network) -> Result<Vec<String>, ClientError> {
    let regulator = network.client_of(cast::id(cast::REGULATOR));
    let Ok(client) = regulator else { return Ok(Vec::new()) };
    let listed = client.receivables(ListReceivablesRequest::default(), 0).await?;
    let others = listed.into_iter().filter(|one| one.supplier != cast::TIER_2);
    let invoices = others.filter_map(|one| one.terms).flat_map(|terms| terms.invoices);
    // a short number may stand anywhere by chance
    Ok(invoices.map(|invoice| invoice.number).filter(|number| number.len() >= NUMBER_BYTES_MIN).collect())
}

/// Bytes of an invoice number that nothing else spells by chance.
const NUMBER_BYTES_MIN: usize = 8;

fn is_in(folder: &Path, needle: &[u8]) -> Result<bool, DemoError> {
    for entry in fs::read_dir(folder).map_err(io(folder, "list"))? {
        let path = entry.map_err(io(folder, "list"))?.path();
        let found = if path.is_dir() {
            is_in(&path, needle)?
        } else if path.is_file() {
            let bytes = fs::read(&path).map_err(io(&path, "read"))?;
            bytes.windows(needle.len()).any(|window| window == needle)
        } else {
            false
        };
        if found {
            return Ok(true);
        }
    }
    Ok(false)
}
