//! Instructions: what noise does not move. Callgrind runs this binary once for all cases.
//!
//! Callgrind counts only inside `meter::measured`, so that preparation costs nothing, and writes a profile
//! whenever `end_of_part` is entered: two for each case, of a first run that warms up and of the one that counts.
mod callgrind;
mod profile;
mod record;
mod table;

use crate::cases::{Counted, cases};
use crate::meter::Meter;
use record::Record;
use std::hint::black_box;
use std::path::PathBuf;
use std::process::ExitCode;

#[derive(clap::Args)]
pub struct Options {
    /// Only parts whose name contains this
    #[arg(default_value = "")]
    filter: String,
    /// Make what was counted the recorded value
    #[arg(long)]
    record: bool,
    /// Keep the profiles in this folder (a full path), for callgrind_annotate
    #[arg(long, value_name = "FOLDER", value_parser = full_path)]
    keep: Option<PathBuf>,
}

/// A part and its instructions for one operation.
struct Count {
    name: &'static str,
    instructions: u64,
    /// Of them, inside SHA-256.
    hashing: u64,
}

/// Counts, prints, and records if that was asked for.
pub fn run(options: &Options) -> anyhow::Result<ExitCode> {
    if !callgrind::is_there() {
        println!(
            "skipped: instructions are counted by valgrind, which is not installed (apt-get install valgrind)"
        );
        return Ok(ExitCode::SUCCESS);
    }
    let asked = cases().into_iter().filter(|case| case.counted == Counted::Instructions);
    let asked: Vec<_> = asked.filter(|case| case.name.contains(&options.filter)).collect();
    let counts = callgrind::count(&asked, options.keep.as_deref())?;
    let mut record = Record::read()?;
    println!("{}", table::of(&counts, &record));
    if options.record {
        record.update(&counts);
        record.write()?;
    }
    Ok(ExitCode::SUCCESS)
}

/// Cargo runs benchmarks in a folder of its own choice.
fn full_path(path: &str) -> Result<PathBuf, &'static str> {
    let path = PathBuf::from(path);
    if path.is_absolute() { Ok(path) } else { Err("a full path is needed, such as /tmp/profiles") }
}

/// Under callgrind: runs the named cases twice each.
pub fn count(names: &[String]) {
    for case in cases().iter().filter(|case| names.iter().any(|name| name == case.name)) {
        let mut run = (case.make)();
        for _ in ["warming up", "counting"] {
            run(&mut Meter::default());
            end_of_part(case.name);
        }
    }
}

/// Callgrind finds this by its name.
#[inline(never)]
fn end_of_part(name: &str) {
    black_box(name);
}
