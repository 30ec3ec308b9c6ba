//! The result: whether contents or times tell the forbidden from the absent.

use std::collections::{BTreeMap, BTreeSet};

use comfy_table::{Table, presets};
use serde::Serialize;

use super::classify::{Accuracy, Sample, Threshold};
use super::limits::CONFIDENCE;
use super::same::Shape;

/// An answer to one question.
pub struct Told {
    /// Whose kind it is.
    pub kind: usize,
    /// Its time and class.
    pub sample: Sample,
    /// Whether it trains.
    pub trains: bool,
    /// What it said.
    pub shape: Shape,
}

/// One kind.
#[derive(Clone, Debug, Serialize)]
pub struct Line {
    /// The method.
    pub kind: String,
    /// Questions.
    pub asked: usize,
    /// Different answers, apart from what was asked for: one.
    pub contents: usize,
    /// Median of the absent, microseconds.
    pub absent_us: f64,
    /// Median of the forbidden.
    pub forbidden_us: f64,
    /// The rule that times give, tried on the half that did not train it.
    pub times: Accuracy,
}

/// Everything.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Report {
    /// Asks the same again in the same order.
    pub seed: u64,
    /// Questions.
    pub asked: usize,
    /// Answers that say something else about the forbidden than about the absent.
    pub told_apart: usize,
    /// By kind.
    pub lines: Vec<Line>,
    /// All kinds' rules together.
    pub times: Accuracy,
    /// Per cent, of the interval of all together.
    pub confidence: f64,
    /// Per cent, of each kind's own: so wide that all of them together have the one above.
    pub confidence_of_each: f64,
    /// Two answers that differ, for whoever has to find out why.
    pub differing: Vec<String>,
    /// Seconds.
    pub wall_s: f64,
}

impl Report {
    /// Of all answers, to questions of kinds with these names.
    pub fn of(seed: u64, names: &[String], told: &[Told]) -> Self {
        let each = 100.0 - (100.0 - CONFIDENCE) / names.len().max(1) as f64;
        let mut report = Self {
            seed,
            asked: told.len(),
            confidence: CONFIDENCE,
            confidence_of_each: each,
            ..Self::default()
        };
        let (mut right, mut judged) = (0, 0);
        for (place, name) in names.iter().enumerate() {
            let own: Vec<&Told> = told.iter().filter(|one| one.kind == place).collect();
            let line = report.line(name, &own, each);
            right += line.times.right;
            judged += line.times.judged;
            report.lines.push(line);
        }
        report.times = Accuracy::of(right, judged, CONFIDENCE);
        report
    }

    fn line(&mut self, name: &str, own: &[&Told], confidence: f64) -> Line {
        let of = |is_forbidden: bool| own.iter().filter(move |one| one.sample.is_forbidden == is_forbidden);
        let contents = |is_forbidden| of(is_forbidden).map(|one| &one.shape).collect::<BTreeSet<&Shape>>();
        let (absent, forbidden) = (contents(false), contents(true));
        if absent != forbidden || absent.len() > 1 {
            let strange = forbidden.iter().find(|shape| !absent.contains(*shape)).or(absent.last());
            let pair = format!("{name}: absent {:?}; other {strange:?}", absent.first());
            self.differing.push(pair);
        }
        let known: BTreeMap<bool, &BTreeSet<&Shape>> = BTreeMap::from([(false, &forbidden), (true, &absent)]);
        let apart = |one: &&&Told| !known[&one.sample.is_forbidden].contains(&one.shape);
        self.told_apart += own.iter().filter(apart).count();
        let half = |trains: bool| own.iter().filter(move |one| one.trains == trains).map(|one| one.sample);
        let rule = Threshold::trained(&half(true).collect::<Vec<_>>());
        let judged: Vec<Sample> = half(false).collect();
        let right = judged.iter().filter(|sample| rule.is_right(sample)).count();
        let times = |is_forbidden| of(is_forbidden).map(|one| one.sample.took_us).collect::<Vec<f64>>();
        Line {
            kind: name.to_owned(),
            asked: own.len(),
            contents: absent.union(&forbidden).count(),
            absent_us: median(times(false)),
            forbidden_us: median(times(true)),
            times: Accuracy::of(right, judged.len(), confidence),
        }
    }

    /// One content for each kind; times that tell nothing, in all and of each kind.
    pub fn is_good(&self) -> bool {
        self.has_one_content()
            && self.times.is_chance()
            && self.lines.iter().all(|line| line.times.is_chance())
    }

    /// Whether contents tell nothing, which does not depend on the machine.
    pub fn has_one_content(&self) -> bool {
        self.asked > 0 && self.told_apart == 0 && self.lines.iter().all(|line| line.contents == 1)
    }

    /// For people.
    pub fn table(&self) -> String {
        let mut table = Table::new();
        table.load_preset(presets::UTF8_HORIZONTAL_ONLY);
        table.set_header([
            "question",
            "asked",
            "contents",
            "absent µs",
            "forbidden µs",
            "told by time",
            "interval",
        ]);
        let interval = |one: &Accuracy| format!("{:.3} to {:.3}", one.low, one.high);
        for line in &self.lines {
            table.add_row([
                line.kind.clone(),
                line.asked.to_string(),
                line.contents.to_string(),
                format!("{:.0}", line.absent_us),
                format!("{:.0}", line.forbidden_us),
                format!("{:.3}", line.times.rate),
                interval(&line.times),
            ]);
        }
        let mut text = format!("{table}\n");
        for differing in self.differing.iter().take(SHOWN_MAX) {
            text += &format!("TOLD APART: {differing}\n");
        }
        let verdict = if self.is_good() { "no better than chance" } else { "FAILED" };
        text + &format!(
            "{verdict}: {} questions, {} told apart by content; by time {:.4} of {} rightly, {} % interval {} (each kind's \
             has {:.2} %); seed {}\n",
            self.asked,
            self.told_apart,
            self.times.rate,
            self.times.judged,
            self.confidence,
            interval(&self.times),
            self.confidence_of_each,
            self.seed,
        )
    }

    /// For programs.
    pub fn json(&self) -> String {
        let mut value = serde_json::to_value(self).unwrap_or_default();
        value["passed"] = self.is_good().into();
        serde_json::to_string_pretty(&value).unwrap_or_default() + "\n"
    }
}

/// Differences that a screen shows.
const SHOWN_MAX: usize = 10;

fn median(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    times.get(times.len() / 2).copied().unwrap_or(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(number: usize, is_forbidden: bool, took_us: f64, message: &str) -> Told {
        let shape = Shape {
            heads: Vec::new(),
            message: message.to_owned(),
            details: Vec::new(),
            sizes: [0, 0],
            body: Vec::new(),
        };
        Told { kind: 0, sample: Sample { took_us, is_forbidden }, trains: number.is_multiple_of(2), shape }
    }

    #[test]
    fn contents_and_times_that_tell_are_found() {
        let names = ["one".to_owned()];
        let all = |took: fn(usize, bool) -> f64, said: fn(bool) -> &'static str| {
            (0..400)
                .flat_map(|number| [(number, false), (number, true)])
                .map(|(number, is_forbidden)| {
                    told(number, is_forbidden, took(number, is_forbidden), said(is_forbidden))
                })
                .collect::<Vec<_>>()
        };
        let noise: fn(usize, bool) -> f64 = |number, _| 100.0 + (number * 37 % 50) as f64;
        let same: fn(bool) -> &'static str = |_| "none";
        let good = Report::of(1, &names, &all(noise, same));
        assert!(good.is_good(), "{}", good.table());
        let slow = Report::of(1, &names, &all(|_, is| if is { 120.0 } else { 100.0 }, same));
        assert!(slow.has_one_content() && !slow.is_good(), "{}", slow.table());
        let worded = Report::of(1, &names, &all(noise, |is| if is { "not yours" } else { "none" }));
        assert_eq!((worded.told_apart, worded.is_good()), (800, false), "{}", worded.table());
    }
}
