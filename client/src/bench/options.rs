//! What a load can be told.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::limits::{
    DISCOUNT_PRELOAD_MAX, DISCOUNTS_PER_S, OPEN_LANES_DEFAULT, OUTSTANDING_DEFAULT, OUTSTANDING_MAX,
    TRANCHES_DEFAULT,
};

/// What the members do.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum Workload {
    /// A holder splits a tranche, pays another member with one part and keeps the rest
    #[default]
    Transfer,
    /// A holder sells a tranche to the best of several facilities
    Discount,
    /// Submit, confirm, accept, split, transfer, discount, settle: seven transactions
    Lifecycle,
    /// 60 % transfers, 20 % discounts, 20 % steps of whole lives
    Mixed,
}

impl Workload {
    /// As it is written on the command line.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Transfer => "transfer",
            Self::Discount => "discount",
            Self::Lifecycle => "lifecycle",
            Self::Mixed => "mixed",
        }
    }
}

/// A load and how it is measured.
#[derive(Debug, Clone, PartialEq, Args)]
pub struct LoadOptions {
    /// What the members do
    #[arg(long, value_enum, value_name = "WORKLOAD", default_value_t)]
    pub workload: Workload,
    /// Transactions under way at once [default: 512; 8192 with --rate]
    #[arg(long, value_name = "COUNT", value_parser = clap::value_parser!(u32).range(1..=i64::from(OUTSTANDING_MAX)))]
    pub outstanding: Option<u32>,
    /// Send so many transactions a second whatever the answers, instead of waiting for answers
    #[arg(long, value_name = "PER_SECOND", value_parser = rate)]
    pub rate: Option<f64>,
    /// Length of the window in which is counted
    #[arg(long, value_name = "SECONDS", default_value_t = 20, value_parser = clap::value_parser!(u64).range(1..=86_400))]
    pub seconds: u64,
    /// Load before the window
    #[arg(long, value_name = "SECONDS", default_value_t = 5, value_parser = clap::value_parser!(u64).range(0..=3_600))]
    pub warmup: u64,
    /// The same seed makes the same choices
    #[arg(long, value_name = "NUMBER", default_value_t = 1)]
    pub seed: u64,
    /// Open tranches that lie there before the load [default: 10000; for discounts enough for a run of 50 s at most]
    #[arg(long, value_name = "COUNT", value_parser = clap::value_parser!(u64).range(0..=100_000_000))]
    pub tranches: Option<u64>,
    /// Write the report as JSON to this file
    #[arg(long, value_name = "FILE")]
    pub json: Option<PathBuf>,
    /// What was built, for the report
    #[arg(long, value_name = "COMMIT", default_value = "unknown")]
    pub commit: String,
    /// Which RocksDB the nodes were built with, for the report
    #[arg(long, value_name = "BUILD", default_value = "unknown")]
    pub rocksdb: String,
    /// A setting of the nodes that is not the default, for the report; may be repeated
    #[arg(long = "setting", value_name = "KEY=VALUE")]
    pub settings: Vec<String>,
}

impl LoadOptions {
    /// Lanes: transactions under way at once, at most.
    #[must_use]
    pub fn lanes(&self) -> u32 {
        let default = if self.rate.is_some() { OPEN_LANES_DEFAULT } else { OUTSTANDING_DEFAULT };
        self.outstanding.unwrap_or(default)
    }

    /// Tranches to preload.
    #[must_use]
    pub fn preload(&self) -> u64 {
        let of_a_run = (self.warmup + self.seconds).saturating_mul(DISCOUNTS_PER_S).min(DISCOUNT_PRELOAD_MAX);
        self.tranches.unwrap_or(match self.workload {
            Workload::Discount => of_a_run.max(TRANCHES_DEFAULT),
            Workload::Transfer | Workload::Lifecycle | Workload::Mixed => TRANCHES_DEFAULT,
        })
    }

    /// The same options as words of a command line.
    #[must_use]
    pub fn words(&self) -> Vec<String> {
        let mut words = Vec::new();
        let mut option = |name: &str, value: Option<String>| {
            words.extend(value.into_iter().flat_map(|value| [format!("--{name}"), value]));
        };
        option("workload", Some(self.workload.name().to_owned()));
        option("outstanding", self.outstanding.map(|count| count.to_string()));
        option("rate", self.rate.map(|rate| rate.to_string()));
        option("seconds", Some(self.seconds.to_string()));
        option("warmup", Some(self.warmup.to_string()));
        option("seed", Some(self.seed.to_string()));
        option("tranches", self.tranches.map(|count| count.to_string()));
        option("json", self.json.as_ref().map(|path| path.display().to_string()));
        option("commit", Some(self.commit.clone()));
        option("rocksdb", Some(self.rocksdb.clone()));
        self.settings.iter().for_each(|setting| option("setting", Some(setting.clone())));
        words
    }
}

fn rate(text: &str) -> Result<f64, String> {
    let rate: f64 = text.parse().map_err(|_| "expected a number".to_owned())?;
    if (0.1..=1_000_000.0).contains(&rate) { Ok(rate) } else { Err("expected 0.1 to 1000000".to_owned()) }
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Parser)]
    struct Line {
        #[command(flatten)]
        options: LoadOptions,
    }

    fn parse(line: &str) -> LoadOptions {
        Line::try_parse_from(std::iter::once("load").chain(line.split_whitespace())).unwrap().options
    }

    #[test]
    fn options_written_as_words_read_back_the_same() {
        for line in [
            "",
            "--workload mixed --outstanding 64 --seconds 3 --warmup 0 --seed 9 --tranches 1000 --json f.json",
            "--rate 2500.5 --workload lifecycle --commit 1a2b3c --rocksdb crate --setting a.b=1 --setting c.d=e",
        ] {
            let options = parse(line);
            assert_eq!(parse(&options.words().join(" ")), options, "{line}");
        }
    }

    #[test]
    fn discounts_preload_enough_for_a_short_run_unless_told_otherwise() {
        assert_eq!(parse("--workload discount --seconds 20 --warmup 5").preload(), 100_000);
        assert_eq!(parse("--workload discount --seconds 1800").preload(), 200_000);
        assert_eq!(parse("--workload discount --tranches 7").preload(), 7);
        assert_eq!(
            (parse("").preload(), parse("").lanes(), parse("--rate 10").lanes()),
            (10_000, 512, 8_192)
        );
    }
}
