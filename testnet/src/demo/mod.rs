//! The demo: four banks, one ledger, an invoice becomes cash. Real processes, real files, real consensus.

mod actor;
mod audit;
pub mod cast;
mod error;
mod failure;
mod invoices;
mod latency;
pub mod limits;
mod member_nodes;
mod money;
mod next_steps;
mod options;
mod recompute;
mod stage;
mod story;
mod summary;
pub mod tally;
mod verdict;

use std::fs;
use std::path::{Path, PathBuf};

use tally_contracts::types::BusinessDate;

pub use actor::{Actor, Attempt, Done};
pub use error::DemoError;
pub use latency::Latencies;
pub use options::{DemoOptions, StoryChoice};
pub use stage::Stages;
pub use summary::{Latency, Summary};
pub use verdict::broken_promises;

use crate::network::{ClockPlan, MemberNode, Network, NetworkError, Plan, TlsPlan};
use error::io;

/// Stages before the story: files, processes.
const OWN_STAGES: u32 = 2;

/// The chain's first day, a Monday after the invoices of `testnet/data` were issued.
const FIRST_DAY: (i32, u32, u32) = (2026, 2, 9);

/// Runs the demo to its summary, then keeps the network up unless told otherwise. Whoever calls this ends the
/// network by dropping the future.
pub async fn run(options: &DemoOptions) -> Result<(), DemoError> {
    let of_story = match options.story {
        // the members' own nodes at its start and at its end
        StoryChoice::Invoice => story::STAGES + 2,
        StoryChoice::Default => failure::STAGES,
    };
    let mut stages = Stages::new(OWN_STAGES + of_story);
    let told = tell(options, &mut stages).await;
    if let Err(error) = &told {
        explain(options, &stages, error);
    }
    let Told { mut network, mut own, found } = told?;
    println!("{}", found.table);
    if let Some(path) = &options.json {
        fs::write(path, found.json + "\n").map_err(io(path, "write"))?;
    }
    if !options.exit {
        println!("\n{}", next_steps::text(&network, &own));
        watch(&mut network, &mut own).await?;
    }
    for node in &mut own {
        node.stop()?;
    }
    network.stop()?;
    Ok(())
}

/// A story to its end: what runs, and what it found.
struct Told {
    network: Network,
    own: Vec<MemberNode>,
    found: Found,
}

/// What a story found: for people and for programs.
struct Found {
    table: String,
    json: String,
}

async fn tell(options: &DemoOptions, stages: &mut Stages) -> Result<Told, DemoError> {
    stages.begin("keys, genesis and configuration for four validators and an observer");
    let mut network = Network::create(plan(options)?)?;
    stages.note(&format!("everything lies in {}", network.layout().root.display()));
    stages.note(&format!(
        "the chain's clock runs {} times as fast as yours: a chain day takes {:.1} s",
        options.speed(),
        86_400.0 / f64::from(options.speed())
    ));
    stages.end("made");

    stages.begin("five processes start");
    network.start()?;
    network.wait_ready(|ready, of| stages.progress(&format!("{ready} of {of} are ready"))).await?;
    stages.end("all are ready");

    let mut own = Vec::new();
    let found = match options.story {
        StoryChoice::Invoice => {
            own = member_nodes::start(&network, stages).await?;
            let mut summary = story::Story::new(&mut network, stages, options).tell().await?;
            member_nodes::check(&mut network, &mut own, stages).await?;
            summary.wall_s = wall_s(stages);
            Found { table: summary.table(), json: summary.json() }
        }
        StoryChoice::Default => {
            let mut report = failure::Failure::new(&mut network, stages, options)?.tell().await?;
            report.wall_s = wall_s(stages);
            Found { table: report.table(), json: report.json() }
        }
    };
    Ok(Told { network, own, found })
}

/// Seconds since the first stage, to the tenth.
fn wall_s(stages: &Stages) -> f64 {
    (stages.elapsed_s() * 10.0).round() / 10.0
}

/// The demo's network on disk.
pub fn plan(options: &DemoOptions) -> Result<Plan, NetworkError> {
    let (year, month, day) = FIRST_DAY;
    Ok(Plan {
        chain_id: "tally-demo".to_owned(),
        members: match options.story {
            StoryChoice::Invoice => cast::members()?,
            StoryChoice::Default => failure::cast::members()?,
        },
        clock: ClockPlan {
            first_day: BusinessDate::from_ymd(year, month, day).unwrap_or_default(),
            speed: options.speed(),
        },
        folder: options.run_dir.clone(),
        heartbeat_ms: limits::HEARTBEAT_MS,
        is_distant: false,
        tls: if options.tls { TlsPlan::Nodes } else { TlsPlan::Off },
        request_timeout_ms: limits::REQUEST_TIMEOUT_MS,
        member_transactions_per_second: None,
        log_filter: None,
        binaries: own_folder(),
    })
}

/// `tallyd` and `tally` are built into the same folder as this program; tests lie one deeper.
pub fn own_folder() -> PathBuf {
    let own = std::env::current_exe().unwrap_or_default();
    let folder = own.parent().unwrap_or(Path::new("."));
    match (folder.ends_with("deps"), folder.parent()) {
        (true, Some(parent)) => parent.to_path_buf(),
        (true | false, _) => folder.to_path_buf(),
    }
}

/// Fails if a node ends by itself while people try things out.
async fn watch(network: &mut Network, own: &mut [MemberNode]) -> Result<(), DemoError> {
    loop {
        network.check_running()?;
        for node in &mut *own {
            node.check_running()?;
        }
        tokio::time::sleep(limits::LOOK).await;
    }
}

fn explain(options: &DemoOptions, stages: &Stages, error: &DemoError) {
    eprintln!("\nfailed in stage \"{}\": {error}", stages.title());
    eprintln!("read the nodes' logs: {}", options.run_dir.join("nodes/*/tallyd.log").display());
}
