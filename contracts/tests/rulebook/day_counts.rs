//! Day counts against an independent library: `data/day_counts.py` says how the vectors were made.
use crate::common::cast::date;
use tally_contracts::types::DayCount;

const VECTORS: &str = include_str!("../data/day_counts.csv");

#[test]
fn every_convention_counts_as_the_independent_library_does() {
    let conventions =
        [DayCount::Act360, DayCount::Act365Fixed, DayCount::Thirty360, DayCount::Thirty360European];
    let mut lines = VECTORS.lines();
    assert_eq!(lines.next(), Some("start,end,act360,act365f,30_360,30e_360"));
    let mut rows = 0;
    for line in lines {
        let fields: Vec<&str> = line.split(',').collect();
        let [start, end, days @ ..] = fields.as_slice() else { panic!("{line}") };
        let counted: Vec<String> =
            conventions.iter().map(|it| it.days(date(start), date(end)).to_string()).collect();
        assert_eq!(counted, days, "{start} to {end}");
        rows += 1;
    }
    assert!(rows > 5_000, "only {rows} vectors");
    assert_eq!(conventions.map(DayCount::year_days), [360, 365, 360, 360]);
}
