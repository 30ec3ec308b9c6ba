//! Growth: what a split-and-pay costs one validator when ever more tranches are open, and how long it then takes to start.
use super::desk::{Cost, Desk};
use super::{BenchFolder, memory_mib};
use crate::world::{BLOCK, Held, Order, orders, people};
use clap::Args;
use std::path::PathBuf;
use std::time::Instant;
use tally_contracts::event::EventKind;
use tally_contracts::tranche::{Part, SplitTranche};
use tally_contracts::types::{Amount, TrancheId};
use tally_contracts::{Action, Receipt};

/// Parts of one split, the most there may be.
const PARTS: u32 = 64;
/// Parts of the first split that are split again: 50 + 14 × 64 = 946 open tranches of one receivable, of 1,000 allowed.
const AGAIN: usize = 14;
/// Receivables whose tranches are made in one block.
const AT_ONCE: u32 = 12;
/// Blocks of [`BLOCK`] split-and-pays that are measured.
const MEASURED: u32 = 12;

#[derive(Args)]
pub struct Options {
    /// Open tranches at which is measured, rising
    #[arg(long, value_delimiter = ',', default_values_t = [1_000, 10_000, 100_000, 1_000_000])]
    tranches: Vec<u64>,
    /// MiB of memory for the state tree [default: as much as it needs]
    #[arg(long, value_name = "MIB")]
    tree_memory: Option<usize>,
    /// Where the database lies while this runs [default: beside the build]
    #[arg(long, value_name = "DIR")]
    folder: Option<PathBuf>,
}

pub fn run(options: &Options) {
    let tree_memory = options.tree_memory.map_or(usize::MAX, |mib| mib.saturating_mul(1 << 20));
    let mut desk = Desk::open(BenchFolder::new(options.folder.as_deref()), tree_memory);
    desk.enter(orders::standing().into_iter());
    let mut stock = Stock::default();
    println!(
        "| open tranches | leaves in memory / on the shelf | verify | execute | commit | sum, µs a transaction | tables, MiB | memory, MiB | start after a stop / a kill, s |"
    );
    println!("|---|---|---|---|---|---|---|---|---|");
    for wanted in &options.tranches {
        let begun = Instant::now();
        while stock.open < *wanted {
            stock.grow(&mut desk);
            eprint!("\r{} of {wanted} tranches, {:.0} s ", stock.open, begun.elapsed().as_secs_f64());
        }
        eprintln!();
        let cost = stock.measure(&mut desk);
        let ((resident, shelved), tables, memory) = (desk.leaves(), desk.bytes() >> 20, memory_mib());
        let (stopped, after_stop) = desk.reopen(true);
        // a block later the checkpoint is of no use
        let mut killed = stopped;
        killed.enter(std::iter::empty());
        let (reopened, after_kill) = killed.reopen(false);
        desk = reopened;
        let [verify, execute, commit] = [cost.verify, cost.execute, cost.commit].map(|part| cost.each(part));
        println!(
            "| {wanted} | {resident} / {shelved} | {verify:.1} | {execute:.1} | {commit:.1} | {:.1} | {tables} | {memory} | {:.1} / {:.1} |",
            cost.each(cost.total()),
            after_stop.as_secs_f64(),
            after_kill.as_secs_f64(),
        );
    }
}

/// The tranches that lie there: those to be measured come from receivables of their own.
#[derive(Default)]
struct Stock {
    issued: u32,
    open: u64,
}

impl Stock {
    fn issue(&mut self, desk: &mut Desk, count: u32) -> Vec<Held> {
        let numbers = self.issued..self.issued + count;
        self.issued = numbers.end;
        let (receipts, _) = desk.enter(numbers.clone().map(orders::issue));
        self.open += u64::from(count);
        let held = |(by, receipt): (u32, &Receipt)| Held {
            tranche: receipt.events().iter().find_map(|event| event.tranche).expect("it is live"),
            by,
            face: orders::face(by),
        };
        numbers.zip(&receipts).map(held).collect()
    }

    fn grow(&mut self, desk: &mut Desk) {
        let held = self.issue(desk, AT_ONCE);
        let parts = self.split(desk, &held);
        let again: Vec<Held> =
            parts.chunks(64).flat_map(|of_one| of_one.iter().take(AGAIN)).copied().collect();
        self.split(desk, &again);
    }

    /// Splits each into equal parts that stay with their holder.
    fn split(&mut self, desk: &mut Desk, held: &[Held]) -> Vec<Held> {
        let (receipts, _) = desk.enter(held.iter().map(split));
        self.open += u64::from(PARTS - 1) * u64::try_from(held.len()).expect("it is small");
        let parts = |(of, receipt): (&Held, &Receipt)| {
            let faces = faces(of.face);
            let split = receipt.events().iter().find(|event| event.kind == EventKind::TrancheSplit);
            let made: Vec<TrancheId> = split.expect("it was split").tranches.clone();
            let by = of.by;
            made.into_iter()
                .zip(faces)
                .map(move |(tranche, face)| Held { tranche, by, face })
                .collect::<Vec<_>>()
        };
        held.iter().zip(&receipts).flat_map(parts).collect()
    }

    fn measure(&mut self, desk: &mut Desk) -> Cost {
        let mut cost = Cost::default();
        for _ in 0..MEASURED {
            let held = self.issue(desk, BLOCK);
            cost.add(desk.enter(held.iter().map(orders::split_and_pay)).1);
            self.open += u64::from(BLOCK);
        }
        cost
    }
}

fn split(held: &Held) -> Order {
    let parts = faces(held.face).into_iter().map(|face| Part { face, pay: None }).collect();
    let action = Action::SplitTranche(SplitTranche { tranche: held.tranche, parts });
    Order { sender: people::supplier(held.by), action }
}

fn faces(face: Amount) -> Vec<Amount> {
    let count = u64::from(PARTS);
    let part = face.minor() / count;
    let last = face.minor() - part * (count - 1);
    (1..PARTS).map(|_| part).chain([last]).map(people::cny).collect()
}
