//! Canaries: secrets that occur once in the world, and a search for each of them wherever it must not be.

mod canary;
mod cast;
mod deal;
mod error;
mod limits;
mod options;
mod papers;
mod places;
mod read;
mod report;
mod search;
mod wal;
mod world;

use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

pub use cast::Cast;
pub use deal::Made;
pub use error::CanaryError;
pub use options::CanaryOptions;
pub use report::Report;
pub use world::{World, plan};

use crate::demo::Stages;
use crate::network::{MemberNode, Network};
use error::io;
use limits::OWN_NODE_LAG_MAX;
use places::{Place, Sight};
use search::Search;

const STAGES: u32 = 5;
const CHAIN: &str = "tally-canaries";

/// Makes a world of secrets, lets everybody ask everything, searches everything that was written. Whoever calls this ends
/// it early by dropping the future.
pub async fn run(options: &CanaryOptions) -> Result<Report, CanaryError> {
    let begun = Instant::now();
    let seed = match options.seed {
        Some(seed) => seed,
        None => random_seed()?,
    };
    let mut stages = Stages::new(STAGES);
    let (world, mut own_nodes) = make(options, seed, &mut stages).await?;
    let search = Arc::new(Search::new(&world.canaries)?);
    let mut report = Report::new(seed, &world.canaries, &search);

    stages.begin("everybody asks its node everything that can be asked");
    let of = world.cast.plans.len();
    let mut found =
        read::everybody(&world, &search, |done| stages.progress(&format!("{done} of {of} members"))).await?;
    read::opened(&world, &search, &mut found).await?;
    for (member, found) in &found {
        report.add_reader(*member, *member == world.cast.regulator, found, &world.canaries);
    }
    for node in &mut own_nodes {
        node.wait_height(world.extent.height, OWN_NODE_LAG_MAX).await?;
        let at = (node.member, format!("http://{}", node.api));
        let found = read::at(&world, &search, at).await?;
        report.add_own_node(node.member, &found, &world.canaries);
    }
    stages.end(&format!("{} leaks so far", report.leaks.len()));

    stages.begin("everybody exports what it can");
    for place in places::exports(&world, &search).await? {
        report.add_place(&place, &world.canaries);
    }
    stages.end(&format!("{} leaks so far", report.leaks.len()));

    stages.begin("disks, logs and metrics are searched");
    let mut places = places::of_network(&world, &search).await?;
    for node in &own_nodes {
        let name = format!("disk and log of {}'s own node", node.member);
        places.push(Place::folder(name, Sight::OwnNode(node.member), &node.files.root, &search)?);
    }
    places.extend(places::also(&options.also, &world.network, &search)?);
    places.iter().for_each(|place| report.add_place(place, &world.canaries));
    stages.end(&format!("{} bytes searched in all", report.bytes));

    report.chance = search.chance(report.bytes);
    report.wall_s = (begun.elapsed().as_secs_f64() * 10.0).round() / 10.0;
    if let Some(path) = &options.json {
        fs::write(path, report.json()).map_err(io(path, "write"))?;
    }
    Ok(report)
}

/// A network and its deals.
async fn make(
    options: &CanaryOptions,
    seed: u64,
    stages: &mut Stages,
) -> Result<(World, Vec<MemberNode>), CanaryError> {
    stages.begin("four validators start, and nodes of an anchor and two suppliers");
    let cast = Cast::new(options.members)?;
    let network = start(&cast, &options.run_dir).await?;
    let mut own_nodes = Vec::new();
    for member in cast.anchors.iter().take(1).chain(cast.suppliers.iter().take(2)) {
        own_nodes.push(network.start_member_node(*member).await?);
    }
    stages.note(&format!("everything lies in {}", network.layout().root.display()));
    stages.end("all are ready");
    stages.begin("deals with ten canaries each are made");
    stages.note(&format!("seed {seed}"));
    let of = options.deals();
    let world =
        World::play(network, cast, of, seed, |made| stages.progress(&format!("{made} of {of} deals")))
            .await?;
    stages.end(&format!("{} canaries in {} blocks", world.canaries.len(), world.extent.height));
    Ok((world, own_nodes))
}

async fn start(cast: &Cast, folder: &Path) -> Result<Network, CanaryError> {
    let mut network = Network::create(plan(cast, folder, CHAIN))?;
    network.start()?;
    network.wait_ready(|_, _| {}).await?;
    Ok(network)
}

/// A seed of the operating system's.
pub fn random_seed() -> Result<u64, CanaryError> {
    let mut bytes = [0; 8];
    getrandom::fill(&mut bytes).map_err(|_| CanaryError::Missing { what: "random bytes" })?;
    // short enough to be typed
    Ok(u64::from_be_bytes(bytes) % 1_000_000_000)
}
