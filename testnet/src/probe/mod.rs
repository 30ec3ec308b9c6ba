//! Probing: a stranger asks for what is there and for what is not, in random order, and tries to tell one from the other
//! by what the answers say, how long they are, and how long they take.

mod classify;
mod error;
mod kinds;
mod limits;
mod more;
mod options;
mod people;
mod plan;
mod report;
mod same;

use std::fs;
use std::time::Instant;

use tally_contracts::types::MemberId;

pub use classify::Accuracy;
pub use error::ProbeError;
pub use options::ProbeOptions;
pub use report::Report;

use crate::canaries::{self, CanaryError, World};
use crate::demo::Stages;
use crate::network::{ClockPlan, Network, Plan};
use crate::questions::Asker;
use classify::Sample;
use error::io;
use kinds::Kind;
use limits::{CLOCK_SPEED, DEALS, HEARTBEAT_MS, WARM_UP};
use people::{People, STRANGER};
use plan::{Dice, Probe};
use report::Told;

const STAGES: u32 = 3;
const CHAIN: &str = "tally-probe";

/// Makes a ledger with every kind of record and asks it. Whoever calls this ends it early by dropping the future.
pub async fn run(options: &ProbeOptions) -> Result<Report, ProbeError> {
    let begun = Instant::now();
    let seed = match options.seed {
        Some(seed) => seed,
        None => canaries::random_seed()?,
    };
    let mut stages = Stages::new(STAGES);
    stages.begin("four validators start");
    let cast = people::cast()?;
    let mut network = Network::create(plan_of(canaries::plan(&cast, &options.run_dir, CHAIN)))?;
    network.start()?;
    network.wait_ready(|_, _| {}).await?;
    stages.end("all are ready");

    stages.begin("records of every kind are made");
    stages.note(&format!("seed {seed}"));
    let people = People::of(&network)?;
    let world = World::play(network, cast, DEALS, seed, |_| {}).await?;
    let numbers = more::make(&world, &people).await?;
    stages.end(&format!("of {} kinds", numbers.len()));

    stages.begin("a stranger asks");
    let kinds = kinds::all();
    let mut dice = Dice::new(seed);
    let count = usize::try_from(options.ids).unwrap_or(usize::MAX);
    let probes = plan::plan(count, &kinds, &numbers, &world.extent.transactions, &mut dice)?;
    let told = ask_all(&world, &probes, &mut dice, &stages).await?;
    stages.end(&format!("{} answers", told.len()));

    let mut report = Report::of(seed, &names(&kinds), &told);
    report.wall_s = (begun.elapsed().as_secs_f64() * 10.0).round() / 10.0;
    if let Some(path) = &options.json {
        fs::write(path, report.json()).map_err(io(path))?;
    }
    Ok(report)
}

/// Debts of the circle fall due before the probe begins, and afterwards few blocks come.
fn plan_of(plan: Plan) -> Plan {
    let clock = ClockPlan { speed: CLOCK_SPEED, ..plan.clock };
    Plan { clock, heartbeat_ms: HEARTBEAT_MS, log_filter: None, ..plan }
}

fn names(kinds: &[Kind]) -> Vec<String> {
    kinds.iter().map(Kind::name).chain(["TransactionService/Get".to_owned()]).collect()
}

/// One after the other over one connection, as somebody who measures would.
async fn ask_all(
    world: &World,
    probes: &[Probe],
    dice: &mut Dice,
    stages: &Stages,
) -> Result<Vec<Told>, ProbeError> {
    let stranger = MemberId::new(STRANGER).map_err(CanaryError::from)?;
    let key = world.network.key_of(stranger)?;
    let url = world.network.node(0)?.url();
    let asker = Asker::connect((stranger, &key), &url, &world.floor.chain_id).await?;
    for _ in 0..WARM_UP {
        let probe = &probes[dice.throw(probes.len())];
        asker.ask(probe.method, &probe.request).await?;
    }
    let mut told = Vec::with_capacity(probes.len());
    for (number, probe) in probes.iter().enumerate() {
        let answer = asker.ask(probe.method, &probe.request).await?;
        let took_us = answer.took.as_secs_f64() * 1_000_000.0;
        told.push(Told {
            kind: probe.kind,
            sample: Sample { took_us, is_forbidden: probe.is_forbidden },
            trains: probe.trains,
            shape: same::shape(&answer, &probe.asked, probe.unplaced),
        });
        if number % 100 == 0 {
            stages.progress(&format!("{number} of {}", probes.len()));
        }
    }
    Ok(told)
}
