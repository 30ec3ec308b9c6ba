//! The due day: thousands of receivables fall due at once, and no block may take long because of it.
use super::BenchFolder;
use super::desk::Desk;
use crate::world::{BLOCK, orders, people};
use clap::Args;
use std::path::PathBuf;
use std::time::Duration;
use tally_contracts::event::EventKind;
use tally_contracts::types::Timestamp;

/// Days until what the orders issue is due.
const DUE_DAYS: i32 = 120;
/// Blocks after which something must have been wrong.
const BLOCKS_MAX: u32 = 10_000;

#[derive(Args)]
pub struct Options {
    /// Receivables that are due on the same day
    #[arg(long, default_value_t = 10_000)]
    receivables: u32,
    /// Where the database lies while this runs [default: beside the build]
    #[arg(long, value_name = "DIR")]
    folder: Option<PathBuf>,
}

pub fn run(options: &Options) {
    let mut desk = Desk::open(BenchFolder::new(options.folder.as_deref()), usize::MAX);
    desk.enter(orders::standing().into_iter());
    desk.enter(orders::money_of_anchor(options.receivables).into_iter());
    let mut issued = 0;
    while issued < options.receivables {
        let count = BLOCK.min(options.receivables - issued);
        desk.enter((issued..issued + count).map(orders::issue));
        issued += count;
    }
    let day = people::today().plus_days(DUE_DAYS).start(480);
    // a working day on which money moves, whatever the calendar says of the day itself
    desk.at(Timestamp::from_ms(day.ms() + 12 * 3_600_000));
    let (mut blocks, mut settled, mut longest, mut sum) = (0, 0_u32, Duration::ZERO, Duration::ZERO);
    while settled < options.receivables {
        let (block, cost) = desk.block(std::iter::empty());
        let events = block.receipts.iter().flat_map(|receipt| receipt.events());
        let now = events.filter(|event| event.kind == EventKind::ReceivableSettled).count();
        settled += u32::try_from(now).expect("a block has a limit");
        blocks += 1;
        longest = longest.max(cost.total());
        sum += cost.total();
        assert!(
            blocks <= BLOCKS_MAX,
            "{settled} of {} are settled after {blocks} blocks",
            options.receivables
        );
    }
    println!(
        "{settled} receivables due on one day: settled in {blocks} blocks; the longest took {:.0} ms, all together {:.2} s",
        longest.as_secs_f64() * 1e3,
        sum.as_secs_f64(),
    );
}
