//! What the parts of a node cost: one list of cases, timed by Criterion or counted by valgrind.
//!
//! Without a word of ours the arguments are Criterion's. See `testnet/README.md` for the commands.
#![forbid(unsafe_code)]
mod cases;
mod instructions;
mod meter;
mod scale;
mod timing;
mod world;

use clap::Parser;
use std::process::ExitCode;

/// The node's own.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[derive(Parser)]
#[command(name = "parts")]
enum Command {
    /// Print the instructions of one operation of each part, beside the recorded ones
    Instructions(instructions::Options),
    /// Measure one validator's ledger with ever more open tranches
    Growth(scale::growth::Options),
    /// Let thousands of receivables fall due on one day
    Due(scale::due::Options),
    /// Measure the state tree alone with a limit of memory
    Shelf(scale::shelf::Options),
    /// Run under callgrind; started by `instructions`
    #[command(hide = true)]
    Count { names: Vec<String> },
}

fn main() -> anyhow::Result<ExitCode> {
    let is_ours =
        |word: &String| ["instructions", "growth", "due", "shelf", "count"].contains(&word.as_str());
    if !std::env::args().nth(1).as_ref().is_some_and(is_ours) {
        timing::run();
        return Ok(ExitCode::SUCCESS);
    }
    // cargo adds it for harnesses that can also test
    match Command::parse_from(std::env::args().filter(|word| word != "--bench")) {
        Command::Instructions(options) => instructions::run(&options),
        Command::Growth(options) => {
            scale::growth::run(&options);
            Ok(ExitCode::SUCCESS)
        }
        Command::Due(options) => {
            scale::due::run(&options);
            Ok(ExitCode::SUCCESS)
        }
        Command::Shelf(options) => {
            scale::shelf::run(&options);
            Ok(ExitCode::SUCCESS)
        }
        Command::Count { names } => {
            instructions::count(&names);
            Ok(ExitCode::SUCCESS)
        }
    }
}
