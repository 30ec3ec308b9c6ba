//! Timing: every case by the clock, with Criterion's statistics and its comparison with the last run.
use crate::cases::{Case, Counted, cases};
use crate::meter::{Meter, Run};
use criterion::measurement::WallTime;
use criterion::{BenchmarkGroup, Criterion, SamplingMode, Throughput};
use std::time::Duration;

/// Long enough for a few percent of noise; the whole list takes some minutes.
const MEASURED: Duration = Duration::from_secs(2);
const WARMED_UP: Duration = Duration::from_millis(500);
const SAMPLES: usize = 20;
/// The same for what prepares far longer than it is measured.
const MEASURED_SLOW: Duration = Duration::from_secs(3);
const WARMED_UP_SLOW: Duration = Duration::from_millis(50);
const SAMPLES_SLOW: usize = 10;

/// Takes Criterion's arguments from the command line.
pub fn run() {
    let mut criterion = Criterion::default().configure_from_args();
    let mut group = criterion.benchmark_group("parts");
    cases().iter().for_each(|case| time(&mut group, case));
    group.finish();
    criterion.final_summary();
}

fn time(group: &mut BenchmarkGroup<'_, WallTime>, case: &Case) {
    group.throughput(Throughput::Elements(u64::from(case.operations)));
    match case.counted {
        Counted::Instructions => {
            group.measurement_time(MEASURED).warm_up_time(WARMED_UP).sample_size(SAMPLES);
            group.sampling_mode(SamplingMode::Auto);
        }
        Counted::TimeOnly => {
            group.measurement_time(MEASURED_SLOW).warm_up_time(WARMED_UP_SLOW).sample_size(SAMPLES_SLOW);
            group.sampling_mode(SamplingMode::Flat);
        }
    }
    // made once, and only if the command line asks for this case
    let mut made: Option<Run> = None;
    group.bench_function(case.name, |bencher| {
        let run = made.get_or_insert_with(case.make);
        bencher.iter_custom(|runs| {
            let mut meter = Meter::default();
            (0..runs).for_each(|_| run(&mut meter));
            meter.elapsed
        });
    });
}
